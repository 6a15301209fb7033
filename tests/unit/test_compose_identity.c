/* SPDX-License-Identifier: Apache-2.0 */
/* The name of whoever reports, and the halves of its key. */
#include "report_help.h"

static void two_custodians_open_the_identity(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle b;
    OpenedPart opened = {0};
    size_t pairs = 0;

    office_start(&o, def_protected);
    assert_int_equal(SUBMIT(&o, report, "", &b), 0);
    size_t blob = find_part(&b, PART_IDENTITY, CLASS_IDENTITY);
    assert_int_equal(b.parts[blob].sealed.len, IDENTITY_BLOB_LEN);
    Secret half[2 * CUSTODY_PAIRS] = {{NULL}};
    for (size_t no = 0; no < b.n_parts; no++) {
        const BundlePart *p = &b.parts[no];
        if (p->kind != PART_HALF)
            continue;
        assert_in_range(p->slot, 0, 2 * CUSTODY_PAIRS - 1);
        assert_int_equal(open_half(&o.keys[who(p->holder.s)].box,
                                   &(SealCase){STR("ban"), STR("test"), b.seal_id}, (uint32_t)no, p,
                                   &half[p->slot]),
                         0);
        assert_true(half_is_committed(
            &half[p->slot], &(SealCase){STR("ban"), STR("test"), b.seal_id}, (uint32_t)no, p));
        assert_false(half_is_committed(
            &half[p->slot], &(SealCase){STR("ban"), STR("test"), b.seal_id}, (uint32_t)no + 1, p));
        /* One half alone is no key. */
        assert_int_equal(open_identity(&half[p->slot],
                                       &(SealCase){STR("ban"), STR("test"), b.seal_id},
                                       (uint32_t)blob, &b.parts[blob], &o.arena, &opened),
                         1);
    }
    for (unsigned i = 0; i < 2 * CUSTODY_PAIRS; i++) {
        for (unsigned k = 0; k < i; k++) {
            SECRET_AUTO Secret ki = {NULL};
            assert_int_equal(custody_join(&half[k], &half[i], &ki), 0);
            bool pair = i == k + 1 && i % 2 == 1;
            assert_int_equal(open_identity(&ki, &(SealCase){STR("ban"), STR("test"), b.seal_id},
                                           (uint32_t)blob, &b.parts[blob], &o.arena, &opened),
                             pair ? 0 : 1);
            pairs += pair;
        }
    }
    assert_int_equal(pairs, 3);
    assert_value(&opened, "name", MARK_NAME);
    assert_value(&opened, "contact", MARK_CONTACT);
    assert_value(&opened, "insider", "yes");
    assert_int_equal(opened.n_fields, 3);
    for (unsigned i = 0; i < 2 * CUSTODY_PAIRS; i++)
        secret_finish(&half[i]);
}

/* Joins the halves of one pair that is no dummy. */
static void join(Office1 *o, const Bundle *b, Secret *ret_ki)
{
    Secret half[2] = {{NULL}, {NULL}};
    size_t n = 0;

    for (size_t no = 0; no < b->n_parts && n < 2; no++) {
        const BundlePart *p = &b->parts[no];
        if (p->kind == PART_HALF && p->holder.s[0] && p->slot % 2 == n)
            assert_int_equal(open_half(&o->keys[who(p->holder.s)].box,
                                       &(SealCase){STR("ban"), STR("test"), b->seal_id},
                                       (uint32_t)no, p, &half[n++]),
                             0);
    }
    assert_int_equal(n, 2);
    assert_int_equal(custody_join(&half[0], &half[1], ret_ki), 0);
    secret_finish(&half[0]);
    secret_finish(&half[1]);
}

static void anonymous_leaves_no_trace(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    SECRET_AUTO Secret ki = {NULL};
    Bundle with, without;
    OpenedPart opened = {0};

    office_start(&o, def_protected);
    assert_int_equal(SUBMIT(&o, report, "confidential", &with), 0);
    assert_int_equal(SUBMIT(&o, report, "anonymous", &without), 0);

    /* Nothing outside the seals differs. */
    assert_int_equal(with.n_parts, without.n_parts);
    assert_int_equal(with.n_seals, without.n_seals);
    assert_memory_equal(&with.in, &without.in, sizeof(with.in));
    for (size_t i = 0; i < with.n_parts; i++) {
        assert_int_equal(with.parts[i].kind, without.parts[i].kind);
        assert_int_equal(with.parts[i].class, without.parts[i].class);
        assert_int_equal(with.parts[i].sealed.len, without.parts[i].sealed.len);
    }
    /* Nothing inside them says a name. */
    join(&o, &without, &ki);
    size_t blob = find_part(&without, PART_IDENTITY, CLASS_IDENTITY);
    assert_int_equal(open_identity(&ki, &(SealCase){STR("ban"), STR("test"), without.seal_id},
                                   (uint32_t)blob, &without.parts[blob], &o.arena, &opened),
                     0);
    assert_int_equal(opened.n_fields, 0);
    for (size_t i = 0; i < PEOPLE; i++) {
        HELD_KEYS_AUTO HeldKeys held = {.n = 0};
        hold_keys(&o, i, &without, &held);
        for (size_t no = 0; no < without.n_parts; no++) {
            if (open_as(&held, &without, no, &o.arena, &opened))
                continue;
            for (size_t f = 0; f < opened.n_fields; f++) {
                assert_false(lies_in(MARK_NAME, opened.fields[f].value));
                assert_false(lies_in(MARK_CONTACT, opened.fields[f].value));
            }
        }
    }
}

static void an_accused_custodian_gets_no_half(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle b;
    size_t dummies = 0;
    static const FormItem items[] = {ITEM(F_ACCUSED, "keeper_b"), ITEM(F_NAME, MARK_NAME)};

    office_start(&o, def_protected);
    assert_int_equal(SUBMIT(&o, items, "", &b), 0);
    for (size_t no = 0; no < b.n_parts; no++) {
        const BundlePart *p = &b.parts[no];
        SECRET_AUTO Secret half = {NULL};
        assert_false(name_is(&p->holder, STR("keeper_b")));
        assert_int_equal(open_half(&o.keys[who("keeper_b")].box,
                                   &(SealCase){STR("ban"), STR("test"), b.seal_id}, (uint32_t)no, p,
                                   &half),
                         1);
        dummies += p->kind == PART_HALF && !p->holder.s[0];
    }
    assert_int_equal(dummies, 2 * CUSTODY_PAIRS - 2);
}

static void a_half_without_its_commit_is_refused(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    SECRET_AUTO Secret half = {NULL};
    Bundle b;

    office_start(&o, def_protected);
    assert_int_equal(SUBMIT(&o, report, "", &b), 0);
    uint32_t no = (uint32_t)find_part(&b, PART_HALF, CLASS_IDENTITY);
    BundlePart p = b.parts[no];
    const BoxPair *box = &o.keys[who(p.holder.s)].box;
    p.commit.b[31] ^= 1;
    assert_int_equal(open_half(box, &(SealCase){STR("ban"), STR("test"), b.seal_id}, no, &p, &half),
                     1);
    p.commit.b[31] ^= 1;
    assert_int_equal(open_half(box, &(SealCase){STR("ban"), STR("test"), b.seal_id}, no, &p, &half),
                     0);
}

static void files_go_with_their_class(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    SECRET_AUTO Secret ki = {NULL};
    Bundle b;
    OpenedPart opened = {0};
    Form form = {.items = report, .n_items = 9, .identity_mode = STR("confidential")};
    SealedFile files[2] = {{.field = F_EVIDENCE,
                            .place = name_of(STR("aa11")),
                            .name = STR("photo.jpg"),
                            .type = STR("image/jpeg"),
                            .size = 77},
                           {.field = F_CARD,
                            .place = name_of(STR("bb22")),
                            .name = STR("card.png"),
                            .type = STR("image/png"),
                            .size = 5}};

    office_start(&o, def_protected);
    assert_int_equal(secret_new_random(&files[0].key), 0);
    assert_int_equal(secret_new_random(&files[1].key), 0);
    assert_int_equal(compose_submission(&o.by, &form, files, 2, &o.code_keys, DAY_NONE, &b), 0);
    HELD_KEYS_AUTO HeldKeys held = {.n = 0};
    hold_keys(&o, who("officer_a"), &b, &held);
    size_t no = find_part(&b, PART_FILE, CLASS_CONFIDENTIAL);
    assert_true(name_is(&b.parts[no].file, STR("aa11")));
    assert_int_equal(open_as(&held, &b, no, &o.arena, &opened), 0);
    assert_str(opened.file_name, "photo.jpg");
    assert_str(opened.file_type, "image/jpeg");
    assert_str(opened.fields[0].id, "evidence");
    assert_int_equal(opened.file_size, 77);
    assert_memory_equal(opened.file_key.b, files[0].key.b, SECRET_LEN);
    secret_finish(&opened.file_key);
    /* A picture of an identity card is for whoever may know the name. */
    no = find_part(&b, PART_FILE, CLASS_IDENTITY);
    assert_int_equal(open_as(&held, &b, no, &o.arena, &opened), 1);
    join(&o, &b, &ki);
    assert_int_equal(open_identity(&ki, &(SealCase){STR("ban"), STR("test"), b.seal_id},
                                   (uint32_t)no, &b.parts[no], &o.arena, &opened),
                     0);
    assert_str(opened.file_name, "card.png");
    secret_finish(&opened.file_key);
    assert_true(field_set_has(&b.in.given, F_EVIDENCE));
    assert_false(field_set_has(&b.in.given, F_CARD));
    nobody_opens_more_than_meant(&o, &b);

    form.identity_mode = STR("anonymous");
    assert_int_equal(compose_submission(&o.by, &form, files, 2, &o.code_keys, DAY_NONE, &b), 0);
    assert_int_equal(find_part(&b, PART_FILE, CLASS_IDENTITY), SIZE_MAX);
    secret_finish(&files[0].key);
    secret_finish(&files[1].key);
}

static void a_half_answered_with_another_is_found_out(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    SECRET_AUTO Secret half = {NULL}, got = {NULL}, other = {NULL}, wrong = {NULL};
    Bundle b, answer;
    CaseKeys keys;

    office_start(&o, def_protected);
    assert_int_equal(SUBMIT(&o, report, "", &b), 0);
    case_keys(&b, &keys);
    uint32_t no = (uint32_t)find_part(&b, PART_HALF, CLASS_IDENTITY);
    const BundlePart *p = &b.parts[no];
    const Person *officer = &o.people[who("officer_a")];
    const BoxPair *box = &o.keys[who("officer_a")].box;
    assert_int_equal(open_half(&o.keys[who(p->holder.s)].box,
                               &(SealCase){STR("ban"), STR("test"), b.seal_id}, no, p, &half),
                     0);
    assert_int_equal(compose_half(&o.by, &keys, 40, &half, p->slot, officer, &answer), 0);
    assert_true(name_eq(&answer.parts[0].holder, &officer->name));
    assert_int_equal(
        open_half(box, &(SealCase){STR("ban"), STR("test"), b.seal_id}, 40, &answer.parts[0], &got),
        0);
    assert_true(half_is_committed(&got, &(SealCase){STR("ban"), STR("test"), b.seal_id}, no, p));
    assert_int_equal(secret_new_random(&other), 0);
    assert_int_equal(compose_half(&o.by, &keys, 40, &other, p->slot, officer, &answer), 0);
    assert_int_equal(open_half(box, &(SealCase){STR("ban"), STR("test"), b.seal_id}, 40,
                               &answer.parts[0], &wrong),
                     0);
    assert_false(half_is_committed(&wrong, &(SealCase){STR("ban"), STR("test"), b.seal_id}, no, p));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_custodians_open_the_identity),
        cmocka_unit_test(anonymous_leaves_no_trace),
        cmocka_unit_test(an_accused_custodian_gets_no_half),
        cmocka_unit_test(a_half_without_its_commit_is_refused),
        cmocka_unit_test(files_go_with_their_class),
        cmocka_unit_test(a_half_answered_with_another_is_found_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
