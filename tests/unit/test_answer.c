/* SPDX-License-Identifier: Apache-2.0 */
/* An answer on its way: for one office and one request, and for nobody who carries it. */
#include "vault_help.h"

#include "engine/vault/reveal.h"
#include <errno.h>

enum { REV = 7 };

typedef struct Answer1 {
    Office1 o;
    BoxPair office;
    Bundle b;
    Buf out;
} Answer1;
#define ANSWER_AUTO __attribute__((cleanup(answer_stop)))

static void answer_stop(Answer1 *a)
{
    buf_finish(&a->out);
    box_pair_finish(&a->office);
    office_stop(&a->o);
}

/* keeper_a's half for officer_a, sealed to the office. */
static void answer_start(Answer1 *a)
{
    SECRET_AUTO Secret half = {NULL};
    CaseKeys keys = {.seal_id = 99};
    Office1 *o = &a->o;

    office_start(o, def_protected);
    assert_int_equal(box_pair_new(&a->office), 0);
    assert_int_equal(secret_new_random(&half), 0);
    assert_int_equal(compose_half(&o->by, &keys, given_no(REV, 3), &half, 3,
                                  &o->people[who("officer_a")], &a->b),
                     0);
    a->b.seal_id = 99;
    a->b.received = DAY_NONE;
    assert_int_equal(bundle_sign(&a->b, &o->keys[who("keeper_a")].sign, STR("ban"), REV,
                                 STEP_REVEAL_ANSWER, STR("seen")),
                     0);
    buf_init(&a->out, 1 << 16);
    assert_int_equal(answer_seal(&a->office.public, STR("ban"), REV, &a->b, &a->out), 0);
}

static int opens(Answer1 *a, const BoxPair *as, const char *tenant, uint32_t rev, Bundle *ret)
{
    return answer_open(as, str_of(tenant), rev, sealed_of(&a->out), &a->o.arena, ret);
}

static void opens_for_the_office_alone(void **state)
{
    (void)state;
    ANSWER_AUTO Answer1 a = {0};
    Bundle got = {0};

    answer_start(&a);
    assert_int_equal(opens(&a, &a.office, "ban", REV, &got), 0);
    assert_int_equal(got.seal_id, 99);
    assert_int_equal(got.n_parts, 1);
    assert_true(str_eq(got.parts[0].sealed, a.b.parts[0].sealed));
    assert_true(bundle_signed_by(&got, &a.o.keys[who("keeper_a")].sign.public, STR("ban"), REV,
                                 STEP_REVEAL_ANSWER, STR("seen")));
    /* neither the officer it is for nor the custodian it is from */
    for (size_t i = 0; i < PEOPLE; i++)
        assert_int_equal(opens(&a, &a.o.keys[i].box, "ban", REV, &got), 1);
    assert_int_equal(opens(&a, &a.office, "bon", REV, &got), 1);
    assert_int_equal(opens(&a, &a.office, "ban", REV + 1, &got), 1);
}

static void nothing_of_it_can_be_read_or_changed(void **state)
{
    (void)state;
    ANSWER_AUTO Answer1 a = {0};
    Bundle got = {0};

    answer_start(&a);
    assert_null(memmem(a.out.ptr, a.out.len, a.b.parts[0].sealed.ptr + 1, 32)); /* its own key */
    assert_null(memmem(a.out.ptr, a.out.len, "officer_a", 9));
    for (size_t i = 0; i < a.out.len; i++) {
        a.out.ptr[i] ^= 1;
        assert_int_equal(opens(&a, &a.office, "ban", REV, &got), 1);
        a.out.ptr[i] ^= 1;
    }
    while (a.out.len > 0) {
        a.out.len--;
        assert_int_equal(opens(&a, &a.office, "ban", REV, &got), 1);
    }
    assert_int_equal(got.n_parts, 0);
}

static void an_office_without_a_key_gets_none(void **state)
{
    (void)state;
    ANSWER_AUTO Answer1 a = {0};
    BUF_AUTO Buf out = {0};
    const BoxPublic none = {{0}};

    answer_start(&a);
    buf_init(&out, 1 << 16);
    assert_int_equal(answer_seal(&none, STR("ban"), REV, &a.b, &out), -EINVAL);
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
