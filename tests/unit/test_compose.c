/* SPDX-License-Identifier: Apache-2.0 */
/* Who can open what, tried with everybody's keys on everything. */
#include "vault_help.h"

#include <errno.h>

#define MARK_WHAT    "marker-what-happened"
#define MARK_MEMO    "marker-memo"
#define MARK_NAME    "marker-name"
#define MARK_CONTACT "marker-contact"
#define MARK_REMARK  "marker-remark"

static const FormItem report[] = {
    ITEM(F_ACCUSED, "engineer"), {F_ACCUSED, SUB_OTHER, {"marker-other", 12}},
    ITEM(F_WHAT, MARK_WHAT),     ITEM(F_MEMO, MARK_MEMO),
    ITEM(F_NAME, MARK_NAME),     ITEM(F_CONTACT, MARK_CONTACT),
    ITEM(F_KIND, "road"),        ITEM(F_REMARK, MARK_REMARK),
    ITEM(F_INSIDER, "yes"),
};

static int open_as(const HeldKeys *held, const Bundle *b, size_t no, Arena *arena, OpenedPart *ret)
{
    return open_part(held, &(SealCase){STR("ban"), STR("test"), b->seal_id}, (uint32_t)no,
                     &b->parts[no], arena, ret);
}

static void assert_value(const OpenedPart *p, const char *id, const char *expected)
{
    const OpenedField *f = field_of(p, id);

    if (f)
        assert_str(f->value, expected);
    else
        fail_msg("field %s is missing", id);
}

/* Every person, every seal, every part. */
static void nobody_opens_more_than_meant(Office1 *o, const Bundle *b)
{
    for (size_t i = 0; i < PEOPLE; i++) {
        HELD_KEYS_AUTO HeldKeys held = {.n = 0};
        size_t seals = 0;
        hold_keys(o, i, b, &held);
        for (size_t s = 0; s < b->n_seals; s++)
            seals += name_eq(&b->seals[s].reader, &o->people[i].name);
        assert_int_equal(held.n, seals);
        for (size_t no = 0; no < b->n_parts; no++) {
            const BundlePart *part = &b->parts[no];
            OpenedPart opened = {0};
            SECRET_AUTO Secret half = {NULL};
            bool readable = holds_class(&held, part->class) && part->kind != PART_HALF &&
                            part->kind != PART_IDENTITY;
            assert_int_equal(open_as(&held, b, no, &o->arena, &opened), readable ? 0 : 1);
            secret_finish(&opened.file_key);
            int r = open_half(&o->keys[i].box, &(SealCase){STR("ban"), STR("test"), b->seal_id},
                              (uint32_t)no, part, &half);
            bool mine = part->kind == PART_HALF && name_eq(&part->holder, &o->people[i].name);
            assert_int_equal(r, mine ? 0 : 1);
        }
    }
}

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

static bool lies_in(const char *marker, Str bytes)
{
    return memmem(bytes.ptr, bytes.len, marker, strlen(marker)) != NULL;
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

/* ---- steps ---- */
static void code_opens_replies_not_the_report(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle b, step;
    CaseKeys keys;
    OpenedPart opened = {0};
    static const FormItem fields[] = {ITEM(F_MEMO, MARK_MEMO), ITEM(F_NAME, MARK_NAME)};
    Form form = {.items = fields, .n_items = 2};
    StepWords words = {.form = &form,
                       .note = STR("a note"),
                       .message_th = STR("ไทย"),
                       .message_en = STR("English")};

    office_start(&o, def_protected);
    assert_int_equal(SUBMIT(&o, report, "", &b), 0);
    case_keys(&b, &keys);
    for (size_t no = 0; no < b.n_parts; no++)
        assert_int_equal(open_told(&o.code_keys.box,
                                   &(SealCase){STR("ban"), STR("test"), b.seal_id}, (uint32_t)no,
                                   &b.parts[no], &o.arena, &opened),
                         1);
    assert_int_equal(compose_step(&o.by, &keys, 20, &words, &step), 0);
    assert_true(step.in.note && step.in.message && !step.in.declared);
    assert_true(field_set_has(&step.in.given, F_NAME));
    assert_int_equal(step.seal_id, b.seal_id);
    assert_int_equal(step.n_parts, 5);
    HELD_KEYS_AUTO HeldKeys held = {.n = 0};
    hold_keys(&o, who("officer_a"), &b, &held);
    for (uint32_t i = 0; i < step.n_parts; i++) {
        const BundlePart *p = &step.parts[i];
        bool code = p->kind == PART_TO_CODE;
        assert_int_equal(open_told(&o.code_keys.box,
                                   &(SealCase){STR("ban"), STR("test"), b.seal_id}, 20 + i, p,
                                   &o.arena, &opened),
                         code ? 0 : 1);
        if (code) {
            assert_str(opened.th, "ไทย");
            assert_str(opened.en, "English");
        }
        assert_int_equal(open_part(&held, &(SealCase){STR("ban"), STR("test"), b.seal_id}, 20 + i,
                                   p, &o.arena, &opened),
                         code ? 1 : 0);
        if (p->kind == PART_NOTE)
            assert_str(opened.th, "a note");
        if (p->kind == PART_MESSAGE)
            assert_str(opened.en, "English");
        if (p->kind == PART_FORM)
            assert_value(&opened, p->class == CLASS_WORKING ? "memo" : "name",
                         p->class == CLASS_WORKING ? MARK_MEMO : MARK_NAME);
    }
    /* Without a code in force staff still have the words. */
    memset(&keys.code_box, 0, sizeof(keys.code_box));
    assert_int_equal(compose_told(&o.by, &keys, 30, STR("ไทย"), STR("English"), &step), 0);
    assert_int_equal(step.n_parts, 1);
    assert_int_equal(step.parts[0].kind, PART_MESSAGE);
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

static void steps_without_the_confidential_key(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle b, step;
    CaseKeys keys, working = {0};
    StepWords words = {.note = STR("note"), .message_th = STR("ไทย"), .message_en = STR("en")};

    office_start(&o, def_protected);
    assert_int_equal(SUBMIT(&o, report, "", &b), 0);
    case_keys(&b, &keys);
    working.seal_id = keys.seal_id;
    for (size_t i = 0; i < keys.n; i++)
        if (keys.key[i].class == CLASS_WORKING)
            working.key[working.n++] = keys.key[i];
    assert_int_equal(working.n, 1);
    assert_int_equal(compose_step(&o.by, &working, 9, &words, &step), 0);
    assert_int_equal(step.n_parts, 2);
    assert_int_equal(step.parts[0].class, CLASS_WORKING);
    assert_int_equal(step.parts[1].class, CLASS_WORKING);
    /* The newest epoch takes new words. */
    keys.key[keys.n] = keys.key[0];
    keys.key[keys.n++].epoch = 2;
    keys.key[keys.n] = keys.key[1];
    keys.key[keys.n++].epoch = 2;
    assert_int_equal(compose_step(&o.by, &keys, 9, &words, &step), 0);
    for (size_t i = 0; i < step.n_parts; i++)
        assert_int_equal(step.parts[i].epoch, step.parts[i].class == SEAL_TO_CODE ? 0 : 2);
}

static void replies(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle b, reply;
    CaseKeys keys;
    OpenedPart opened = {0};
    static const FormItem fields[] = {ITEM(F_WHAT, "it goes on"), ITEM(F_ACCUSED, "engineer")};
    Form form = {.items = fields, .n_items = 2};

    office_start(&o, def_protected);
    assert_int_equal(SUBMIT(&o, report, "", &b), 0);
    case_keys(&b, &keys);
    HELD_KEYS_AUTO HeldKeys held = {.n = 0};
    hold_keys(&o, who("officer_a"), &b, &held);
    for (unsigned k = 0; k < 2; k++) {
        Str text = k == 0 ? STR("more words") : STR("");
        assert_int_equal(compose_reply(&o.by, &keys, 12, text, k ? &form : NULL, NULL, 0, &reply),
                         0);
        assert_int_equal(reply.n_parts, 2);
        assert_int_equal(open_part(&held, &(SealCase){STR("ban"), STR("test"), b.seal_id}, 12,
                                   &reply.parts[0], &o.arena, &opened),
                         0);
        assert_int_equal(opened.kind, PART_REPLY);
        assert_int_equal(opened.n_fields, k ? 2 : 0);
        assert_str(opened.th, k ? "" : "more words");
        assert_int_equal(open_told(&o.code_keys.box,
                                   &(SealCase){STR("ban"), STR("test"), b.seal_id}, 13,
                                   &reply.parts[1], &o.arena, &opened),
                         0);
        assert_int_equal(opened.kind, PART_REPLY_COPY);
        assert_str(opened.th, k ? "it goes on" : "more words");
    }
    assert_int_equal(reply.n_excluded, 1);
    assert_true(name_is(&reply.excluded[0], STR("engineer")));
}

static void a_member_accused_later(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle b, step;
    CaseKeys keys;
    static const FormItem fields[] = {ITEM(F_ACCUSED, "palad")};
    Form form = {.items = fields, .n_items = 1};
    StepWords words = {.form = &form};

    office_start(&o, def_protected);
    assert_int_equal(SUBMIT(&o, report, "", &b), 0);
    case_keys(&b, &keys);
    assert_int_equal(compose_step(&o.by, &keys, 9, &words, &step), 0);
    assert_int_equal(step.n_excluded, 7);
    /* Those with a part in the workflow come first: the custodian has none. */
    assert_true(name_is(&step.excluded[6], STR("keeper_a")));
    assert_int_equal(step.n_people, 1);
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

/* ---- files ---- */
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

/* ---- passing on ---- */
static void grants(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle b;
    OpenedPart opened = {0};
    const BoxPublic *to;

    office_start(&o, def_protected);
    assert_int_equal(SUBMIT(&o, report, "", &b), 0);
    HELD_KEYS_AUTO HeldKeys held = {.n = 0};
    hold_keys(&o, who("officer_a"), &b, &held);
    Bundle step = {.seal_id = b.seal_id};
    o.by.grants_expire = 1000;
    const SignPair *signer = &o.keys[who("officer_a")].sign;
    assert_int_equal(
        compose_grant(&o.by, &held, &o.people[who("palad")], CLASS_WORKING, signer, &step), 0);
    assert_int_equal(
        compose_grant(&o.by, &held, &o.people[who("nayok")], CLASS_WORKING, signer, &step), 0);
    assert_int_equal(
        compose_grant(&o.by, &held, &o.people[who("nayok")], CLASS_IDENTITY, signer, &step), 1);
    assert_int_equal(step.n_seals, 2);
    assert_int_equal(step.seals[0].slot, SLOT_GRANTED);
    assert_int_equal(step.seals[0].expires, 1000);
    for (size_t i = 0; i < PEOPLE; i++) {
        HELD_KEYS_AUTO HeldKeys got = {.n = 0};
        hold_keys(&o, i, &step, &got);
        bool meant = i == who("palad") || i == who("nayok");
        assert_int_equal(got.n, meant ? 1 : 0);
        if (!meant)
            continue;
        size_t no = find_part(&b, PART_FORM, CLASS_WORKING);
        assert_int_equal(open_as(&got, &b, no, &o.arena, &opened), 0);
        no = find_part(&b, PART_FORM, CLASS_CONFIDENTIAL);
        assert_int_equal(open_as(&got, &b, no, &o.arena, &opened), 1);
    }
    to = &o.people[who("palad")].box;
    BundleSeal s = step.seals[0];
    assert_true(bundle_seal_signed_by(&s, &signer->public, STR("ban"), b.seal_id, to));
    assert_false(bundle_seal_signed_by(&s, &signer->public, STR("ban"), b.seal_id + 1, to));
    assert_false(bundle_seal_signed_by(&s, &signer->public, STR("ban"), b.seal_id,
                                       &o.people[who("nayok")].box));
    assert_false(bundle_seal_signed_by(&s, &o.keys[0].sign.public, STR("ban"), b.seal_id, to));
    s.expires = 0;
    assert_false(bundle_seal_signed_by(&s, &signer->public, STR("ban"), b.seal_id, to));
    s = step.seals[0];
    s.class = CLASS_CONFIDENTIAL;
    assert_false(bundle_seal_signed_by(&s, &signer->public, STR("ban"), b.seal_id, to));
    s = step.seals[0];
    s.sealed = step.seals[1].sealed;
    assert_false(bundle_seal_signed_by(&s, &signer->public, STR("ban"), b.seal_id, to));
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
        cmocka_unit_test(protected_submission),
        cmocka_unit_test(two_custodians_open_the_identity),
        cmocka_unit_test(anonymous_leaves_no_trace),
        cmocka_unit_test(no_word_lies_in_the_clear),
        cmocka_unit_test(dummies_look_like_the_rest),
        cmocka_unit_test(general_submission),
        cmocka_unit_test(more_readers_than_slots),
        cmocka_unit_test(code_opens_replies_not_the_report),
        cmocka_unit_test(moved_parts_do_not_open),
        cmocka_unit_test(steps_without_the_confidential_key),
        cmocka_unit_test(replies),
        cmocka_unit_test(a_member_accused_later),
        cmocka_unit_test(an_accused_custodian_gets_no_half),
        cmocka_unit_test(a_half_without_its_commit_is_refused),
        cmocka_unit_test(memory_runs_out),
        cmocka_unit_test(files_go_with_their_class),
        cmocka_unit_test(grants),
        cmocka_unit_test(a_half_answered_with_another_is_found_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
