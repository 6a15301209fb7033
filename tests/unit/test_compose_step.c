/* SPDX-License-Identifier: Apache-2.0 */
/* Words of later steps and replies, and keys passed on. */
#include "report_help.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(code_opens_replies_not_the_report),
        cmocka_unit_test(steps_without_the_confidential_key),
        cmocka_unit_test(replies),
        cmocka_unit_test(a_member_accused_later),
        cmocka_unit_test(grants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
