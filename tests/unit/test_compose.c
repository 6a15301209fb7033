/* SPDX-License-Identifier: Apache-2.0 */
/* Who can open what of a report, tried with everybody's keys on everything. */
#include "report_help.h"

#include <errno.h>

static void protected_submission(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle b;
    OpenedPart opened = {0};

    office_start(&o, def_protected);
    assert_int_equal(SUBMIT(&o, report, "", &b), 0);
    assert_int_equal(b.n_keys, 2);
    nobody_opens_more_than_meant(&o, &b);

    HELD_KEYS_AUTO HeldKeys held = {.n = 0};
    hold_keys(&o, who("officer_a"), &b, &held);
    assert_int_equal(held.n, 2);
    size_t no = find_part(&b, PART_FORM, CLASS_CONFIDENTIAL);
    assert_int_equal(open_as(&held, &b, no, &o.arena, &opened), 0);
    assert_int_equal(opened.no, no);
    assert_value(&opened, "what", MARK_WHAT);
    assert_value(&opened, "remark", MARK_REMARK); /* open words are not lost */
    assert_int_equal(opened.n_fields, 4);
    assert_int_equal(opened.fields[1].sub, SUB_OTHER);
    assert_null(field_of(&opened, "name"));
    assert_null(field_of(&opened, "kind"));
    no = find_part(&b, PART_FORM, CLASS_WORKING);
    assert_int_equal(open_as(&held, &b, no, &o.arena, &opened), 0);
    assert_value(&opened, "memo", MARK_MEMO);
    assert_int_equal(opened.n_fields, 1);

    assert_int_equal(b.in.n_open, 1);
    assert_true(name_is(&b.in.open[0].choice, STR("road")));
    assert_true(field_set_has(&b.in.given, F_WHAT) && field_set_has(&b.in.given, F_REMARK));
    assert_false(field_set_has(&b.in.given, F_NAME) || field_set_has(&b.in.given, F_INSIDER));
    assert_int_equal(b.n_people, 1);
}

static void no_word_lies_in_the_clear(void **state)
{
    (void)state;
    static const char *const modes[] = {"open", "confidential", "anonymous"};

    for (unsigned k = 0; k < 6; k++) {
        OFFICE_AUTO Office1 o;
        BUF_AUTO Buf out = {0};
        Bundle b;
        office_start(&o, k < 3 ? def_protected : def_general);
        assert_int_equal(SUBMIT(&o, report, modes[k % 3], &b), 0);
        buf_init(&out, BUNDLE_BYTES_MAX);
        bundle_put(&out, &b);
        assert_false(lies_in("marker-", buf_str(&out)));
    }
}

/* What lies in a protected case does not tell how many read it. */
static void dummies_look_like_the_rest(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle two, one;
    size_t real = 0;
    unsigned slots_seen = 0;
    static const FormItem accused[] = {ITEM(F_ACCUSED, "officer_b"), ITEM(F_WHAT, MARK_WHAT)};
    static const FormItem nobody[] = {ITEM(F_WHAT, MARK_WHAT)};

    office_start(&o, def_protected);
    assert_int_equal(SUBMIT(&o, nobody, "", &two), 0);
    o.people[who("keeper_a")].disabled = true; /* one pair of custodians instead of three */
    assert_int_equal(SUBMIT(&o, accused, "", &one), 0);
    assert_int_equal(two.n_seals, 2 * READER_SLOTS);
    assert_int_equal(one.n_seals, 2 * READER_SLOTS);
    assert_int_equal(two.n_parts, one.n_parts);
    for (size_t i = 0; i < one.n_seals; i++) {
        const BundleSeal *s = &one.seals[i];
        assert_int_equal(s->slot, i % READER_SLOTS);
        assert_int_equal(s->class, two.seals[i].class);
        assert_int_equal(s->sealed.len, SEAL_LEN);
        /* version and ephemeral key are those of every other seal; the rest is random */
        assert_memory_equal(s->sealed.ptr, one.seals[0].sealed.ptr, 33);
        if (i)
            assert_memory_not_equal(s->sealed.ptr + 33, one.seals[i - 1].sealed.ptr + 33, 48);
        real += s->reader.s[0] != 0;
    }
    assert_int_equal(real, 2);
    size_t holders = 0, halves = 0;
    for (size_t i = 0; i < one.n_parts; i++) {
        static const Hash none;
        if (one.parts[i].kind != PART_HALF)
            continue;
        halves++;
        holders += one.parts[i].holder.s[0] != 0;
        assert_int_equal(one.parts[i].sealed.len, SEAL_LEN);
        assert_memory_equal(one.parts[i].sealed.ptr, one.seals[0].sealed.ptr, 33);
        assert_memory_not_equal(&one.parts[i].commit, &none, sizeof(none));
    }
    assert_int_equal(halves, 2 * CUSTODY_PAIRS);
    assert_int_equal(holders, 2);
    nobody_opens_more_than_meant(&o, &one);
    /* The reader's place is drawn anew each time. */
    for (unsigned i = 0; i < 60; i++) {
        assert_int_equal(SUBMIT(&o, accused, "", &one), 0);
        for (size_t s = 0; s < READER_SLOTS; s++)
            if (one.seals[s].reader.s[0])
                slots_seen |= 1u << s;
    }
    assert_in_range((unsigned)__builtin_popcount(slots_seen), READER_SLOTS / 2, READER_SLOTS);
}

static void general_submission(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle b;
    OpenedPart opened = {0};
    SECRET_AUTO Secret ki = {NULL};
    static const FormItem items[] = {ITEM(F_WHAT, MARK_WHAT), ITEM(F_NAME, MARK_NAME)};

    office_start(&o, def_general);
    assert_int_equal(SUBMIT(&o, items, "confidential", &b), 0);
    assert_int_equal(b.n_seals, 4); /* two officers, confidential and identity, no dummies */
    nobody_opens_more_than_meant(&o, &b);
    HELD_KEYS_AUTO HeldKeys held = {.n = 0};
    hold_keys(&o, who("officer_b"), &b, &held);
    size_t no = find_part(&b, PART_HALF, CLASS_IDENTITY);
    assert_int_equal(b.parts[no].slot, HALF_WHOLE);
    assert_int_equal(open_whole_half(&held, &(SealCase){STR("ban"), STR("test"), b.seal_id},
                                     (uint32_t)no, &b.parts[no], &ki),
                     0);
    no = find_part(&b, PART_IDENTITY, CLASS_IDENTITY);
    assert_int_equal(open_identity(&ki, &(SealCase){STR("ban"), STR("test"), b.seal_id},
                                   (uint32_t)no, &b.parts[no], &o.arena, &opened),
                     0);
    assert_value(&opened, "name", MARK_NAME);
    no = find_part(&b, PART_FORM, CLASS_CONFIDENTIAL);
    assert_int_equal(open_as(&held, &b, no, &o.arena, &opened), 0);
    assert_null(field_of(&opened, "name"));

    /* Mode open: the name is confidential, and apart from the other answers. Whether there is one
     * nothing tells. */
    size_t n_parts = b.n_parts;
    assert_int_equal(SUBMIT(&o, items, "open", &b), 0);
    assert_int_equal(b.n_parts, n_parts);
    HELD_KEYS_AUTO HeldKeys open_held = {.n = 0};
    hold_keys(&o, who("officer_b"), &b, &open_held);
    no = find_part(&b, PART_FORM, CLASS_CONFIDENTIAL);
    assert_int_equal(open_as(&open_held, &b, no, &o.arena, &opened), 0);
    assert_null(field_of(&opened, "name"));
    for (no = 0; b.parts[no].kind != PART_FORM || b.parts[no].slot != SLOT_NAMES;)
        assert_true(++no < b.n_parts);
    assert_int_equal(open_as(&open_held, &b, no, &o.arena, &opened), 0);
    assert_value(&opened, "name", MARK_NAME);
}

static void more_readers_than_slots(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle b;
    static const FormItem items[] = {ITEM(F_WHAT, MARK_WHAT)};
    bool seen = false;

    office_start(&o, def_protected);
    for (size_t i = 0; i < 11; i++) /* eleven officers, the last one guarded */
        o.people[i].roles[o.people[i].n_roles++] = name_of(STR("officer"));
    o.people[10].outside = false;
    o.people[10].roles[o.people[10].n_roles++] = name_of(STR("trusted"));
    o.d.guarded[o.d.n_guarded++] = name_of(STR("trusted"));
    assert_int_equal(SUBMIT(&o, items, "", &b), 0);
    assert_int_equal(b.n_seals, 2 * READER_SLOTS);
    for (size_t i = 0; i < b.n_seals; i++) {
        assert_true(b.seals[i].reader.s[0]);
        seen |= name_eq(&b.seals[i].reader, &o.people[10].name);
    }
    assert_true(seen);
}

static void moved_parts_do_not_open(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle b;
    OpenedPart opened = {0};

    office_start(&o, def_protected);
    assert_int_equal(SUBMIT(&o, report, "", &b), 0);
    HELD_KEYS_AUTO HeldKeys held = {.n = 0};
    hold_keys(&o, who("officer_a"), &b, &held);
    uint32_t no = (uint32_t)find_part(&b, PART_FORM, CLASS_CONFIDENTIAL);
    BundlePart p = b.parts[no];
    assert_int_equal(open_part(&held, &(SealCase){STR("ban"), STR("test"), b.seal_id}, no, &p,
                               &o.arena, &opened),
                     0);
    assert_int_equal(open_part(&held, &(SealCase){STR("ban"), STR("test"), b.seal_id}, no + 1, &p,
                               &o.arena, &opened),
                     1);
    assert_int_equal(open_part(&held, &(SealCase){STR("ban"), STR("test"), b.seal_id + 1}, no, &p,
                               &o.arena, &opened),
                     1);
    assert_int_equal(open_part(&held, &(SealCase){STR("other"), STR("test"), b.seal_id}, no, &p,
                               &o.arena, &opened),
                     1);
    p.kind = PART_NOTE;
    assert_int_equal(open_part(&held, &(SealCase){STR("ban"), STR("test"), b.seal_id}, no, &p,
                               &o.arena, &opened),
                     1);
    p.kind = PART_FORM;
    p.class = CLASS_WORKING;
    assert_int_equal(open_part(&held, &(SealCase){STR("ban"), STR("test"), b.seal_id}, no, &p,
                               &o.arena, &opened),
                     1);
    for (size_t i = 0; i < b.n_seals; i++) {
        const BundleSeal *s = &b.seals[i];
        if (!name_is(&s->reader, STR("officer_a")))
            continue;
        const BoxPair *as = &o.keys[who("officer_a")].box;
        HELD_KEYS_AUTO HeldKeys none = {.n = 0};
        assert_int_equal(open_case_key(as, &(SealCase){STR("ban"), STR("test"), b.seal_id},
                                       s->class, 2, s->slot, s->sealed, &none),
                         1);
        assert_int_equal(open_case_key(as, &(SealCase){STR("ban"), STR("test"), b.seal_id},
                                       s->class, 1, (uint8_t)(s->slot + 1), s->sealed, &none),
                         1);
        assert_int_equal(none.n, 0);
    }
}

/* The arena runs out at every point in turn; nothing is returned, nothing is lost. */
static void memory_runs_out(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle b = {.seal_id = 0};
    size_t failures = 0;

    office_start(&o, def_protected);
    for (size_t max = 0; b.seal_id == 0; max += 997) {
        ARENA_AUTO Arena arena = {0};
        arena_init(&arena, max);
        o.by.arena = &arena;
        int r = SUBMIT(&o, report, "", &b);
        if (r == 0)
            break;
        assert_int_equal(r, -ENOMEM);
        assert_int_equal(b.seal_id, 0);
        failures++;
    }
    assert_in_range(failures, 10, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(protected_submission),
        cmocka_unit_test(no_word_lies_in_the_clear),
        cmocka_unit_test(dummies_look_like_the_rest),
        cmocka_unit_test(general_submission),
        cmocka_unit_test(more_readers_than_slots),
        cmocka_unit_test(moved_parts_do_not_open),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
