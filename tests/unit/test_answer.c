/* SPDX-License-Identifier: Apache-2.0 */
/* An answer on its way: for one office and one request, and for nobody who carries it. */
#include "vault_help.h"

#include "engine/vault/reveal.h"
#include <errno.h>

enum { REV = 7 };

static void seal_one(Office1 *o, const BoxPair *office, Bundle *b, Buf *out)
{
    SECRET_AUTO Secret half = {NULL};
    CaseKeys keys = {.seal_id = 99};

    assert_int_equal(secret_new_random(&half), 0);
    assert_int_equal(
        compose_half(&o->by, &keys, given_no(REV, 3), &half, 3, &o->people[who("officer_a")], b),
        0);
    b->seal_id = 99;
    b->received = DAY_NONE;
    assert_int_equal(bundle_sign(b, &o->keys[who("keeper_a")].sign, STR("ban"), REV,
                                 STEP_REVEAL_ANSWER, STR("seen")),
                     0);
    buf_init(out, 1 << 16);
    assert_int_equal(answer_seal(&office->public, STR("ban"), REV, b, out), 0);
}

static void opens_for_the_office_alone(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    BOX_PAIR_AUTO BoxPair office = {.secret = {NULL}};
    BUF_AUTO Buf out = {0};
    Bundle b, got = {0};

    office_start(&o, def_protected);
    assert_int_equal(box_pair_new(&office), 0);
    seal_one(&o, &office, &b, &out);
    assert_int_equal(answer_open(&office, STR("ban"), REV, sealed_of(&out), &o.arena, &got), 0);
    assert_int_equal(got.seal_id, 99);
    assert_int_equal(got.n_parts, 1);
    assert_true(str_eq(got.parts[0].sealed, b.parts[0].sealed));
    assert_true(bundle_signed_by(&got, &o.keys[who("keeper_a")].sign.public, STR("ban"), REV,
                                 STEP_REVEAL_ANSWER, STR("seen")));
    /* neither the officer it is for nor the custodian it is from */
    for (size_t i = 0; i < PEOPLE; i++)
        assert_int_equal(
            answer_open(&o.keys[i].box, STR("ban"), REV, sealed_of(&out), &o.arena, &got), 1);
    assert_int_equal(answer_open(&office, STR("bon"), REV, sealed_of(&out), &o.arena, &got), 1);
    assert_int_equal(answer_open(&office, STR("ban"), REV + 1, sealed_of(&out), &o.arena, &got), 1);
}

static void nothing_of_it_can_be_read_or_changed(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    BOX_PAIR_AUTO BoxPair office = {.secret = {NULL}};
    BUF_AUTO Buf out = {0};
    Bundle b, got = {0};

    office_start(&o, def_protected);
    assert_int_equal(box_pair_new(&office), 0);
    seal_one(&o, &office, &b, &out);
    assert_null(memmem(out.ptr, out.len, b.parts[0].sealed.ptr + 1, 32)); /* its ephemeral key */
    assert_null(memmem(out.ptr, out.len, "officer_a", 9));
    for (size_t i = 0; i < out.len; i++) {
        out.ptr[i] ^= 1;
        assert_int_equal(answer_open(&office, STR("ban"), REV, sealed_of(&out), &o.arena, &got), 1);
        out.ptr[i] ^= 1;
    }
    for (size_t len = 0; len < out.len; len++)
        assert_int_equal(
            answer_open(&office, STR("ban"), REV, (Sealed){out.ptr, len}, &o.arena, &got), 1);
    assert_int_equal(got.n_parts, 0);
}

static void an_office_without_a_key_gets_none(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    BUF_AUTO Buf out = {0};
    const BoxPublic none = {{0}};
    Bundle b = {.seal_id = 99, .received = DAY_NONE};

    office_start(&o, def_protected);
    buf_init(&out, 1 << 16);
    assert_int_equal(answer_seal(&none, STR("ban"), REV, &b, &out), -EINVAL);
    assert_int_equal(out.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_for_the_office_alone),
        cmocka_unit_test(nothing_of_it_can_be_read_or_changed),
        cmocka_unit_test(an_office_without_a_key_gets_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
