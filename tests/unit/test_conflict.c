/* SPDX-License-Identifier: Apache-2.0 */
/* The routing matrix: who is accused decides who sees the case. */
#include "vault_help.h"

/* Blank-separated names, in the directory's order. */
static void check_names(const char *what, const char *row, const char *expected, const bool *flags)
{
    BUF_AUTO Buf got = {0};

    buf_init(&got, 4096);
    for (size_t i = 0; i < PEOPLE; i++)
        if (flags[i])
            buf_addf(&got, "%s%s", got.len ? " " : "", plans[i].name);
    if (!str_is(buf_str(&got), expected))
        fail_msg("%s: %s are \"%s\", not \"%s\"", row, what, got.len ? (char *)got.ptr : "",
                 expected);
}

static void check_row(Office1 *o, const char *row, FormItem accused, const char *excluded,
                      const char *readers, bool executive)
{
    bool is_reader[PEOPLE] = {false}, is_named[PEOPLE] = {false}, *out, got_executive;
    Bundle b;

    assert_int_equal(submit(o, &accused, 1, "", &b), 0);
    for (size_t i = 0; i < b.n_seals; i++)
        if (b.seals[i].reader.s[0])
            is_reader[who(b.seals[i].reader.s)] = true;
    for (uint8_t i = 0; i < b.n_excluded; i++)
        is_named[who(b.excluded[i].s)] = true;
    check_names("readers", row, readers, is_reader);
    check_names("excluded", row, excluded, is_named);
    assert_int_equal(b.in.executive, executive);

    Form form = {.items = &accused, .n_items = 1};
    assert_int_equal(conflict_work_out(&o->def, &o->d, &form, &o->arena, &out, &got_executive), 0);
    check_names("flags", row, excluded, out);
    /* Nobody excluded opens anything. */
    for (size_t i = 0; i < PEOPLE; i++) {
        HELD_KEYS_AUTO HeldKeys held = {.n = 0};
        hold_keys(o, i, &b, &held);
        if (out[i])
            assert_int_equal(held.n, 0);
    }
}

static void routing_matrix(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;

    office_start(&o, def_protected);
    check_row(&o, "unit officer", (FormItem)ITEM(F_ACCUSED, "engineer"), "engineer",
              "officer_a officer_b", false);
    check_row(&o, "intake officer", (FormItem)ITEM(F_ACCUSED, "officer_b"),
              "head_finance officer_b", "officer_a", false);
    check_row(&o, "head of the clerk's office", (FormItem)ITEM(F_ACCUSED, "head_clerk"),
              "head_clerk officer_a", "officer_b", false);
    check_row(&o, "a protected officer", (FormItem)ITEM(F_ACCUSED, "officer_a"),
              "head_clerk officer_a", "officer_b", false);
    check_row(&o, "the clerk", (FormItem)ITEM(F_ACCUSED, "palad"),
              "palad head_clerk officer_a head_finance officer_b engineer keeper_a", "auditor",
              false);
    check_row(&o, "chief executive", (FormItem)ITEM(F_ACCUSED, "nayok"), "nayok",
              "officer_a officer_b", true);
    check_row(&o, "council member", (FormItem)ITEM(F_ACCUSED, "council"), "council council_staff",
              "officer_a officer_b", true);
    check_row(&o, "a unit", (FormItem){F_ACCUSED, SUB_UNIT, STR("finance")},
              "head_finance officer_b", "officer_a", false);
    check_row(&o, "unknown", (FormItem){F_ACCUSED, SUB_UNKNOWN, STR("1")}, "",
              "officer_a officer_b", false);
    check_row(&o, "somebody else", (FormItem){F_ACCUSED, SUB_OTHER, STR("nayok")}, "",
              "officer_a officer_b", false);
    check_row(&o, "blanks around the name", (FormItem)ITEM(F_ACCUSED, " officer_b "),
              "head_finance officer_b", "officer_a", false);
    /* A closed account stays excluded, and its office an executive's. */
    o.people[who("nayok")].disabled = true;
    check_row(&o, "former chief", (FormItem)ITEM(F_ACCUSED, "nayok"), "nayok",
              "officer_a officer_b", true);
}

/* Head of the centre accused while the other officer is away: the auditor takes it in. */
static void other_circles_step_in(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle b;

    office_start(&o, def_protected);
    o.people[who("officer_b")].disabled = true;
    check_row(&o, "auditor", (FormItem)ITEM(F_ACCUSED, "head_clerk"), "head_clerk officer_a",
              "auditor", false);
    o.people[who("auditor")].disabled = true;
    check_row(&o, "outside", (FormItem)ITEM(F_ACCUSED, "head_clerk"), "head_clerk officer_a",
              "district", false);
    o.people[who("district")].disabled = true;
    FormItem accused = ITEM(F_ACCUSED, "head_clerk");
    assert_int_equal(submit(&o, &accused, 1, "", &b), 1);
}

static void a_custodian_reads_no_case_he_guards(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;

    office_start(&o, def_protected);
    Person *p = &o.people[who("officer_a")];
    p->roles[p->n_roles++] = name_of(STR("custodian"));
    check_row(&o, "officer and custodian", (FormItem){F_ACCUSED, SUB_UNKNOWN, STR("1")}, "",
              "officer_b", false);
}

static void chain_of_command(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    bool *out, executive;
    FormItem item = ITEM(F_ACCUSED, "nayok");
    Form form = {.items = &item, .n_items = 1};

    office_start(&o, def_general);
    /* Where no executive is declared, the head's subordinates still are not the whole office. */
    assert_int_equal(conflict_work_out(&o.def, &o.d, &form, &o.arena, &out, &executive), 0);
    check_names("flags", "head", "nayok", out);
    assert_false(executive);
    /* A circle ends. */
    o.people[who("palad")].superior = name_of(STR("head_clerk"));
    item = (FormItem)ITEM(F_ACCUSED, "palad");
    assert_int_equal(conflict_work_out(&o.def, &o.d, &form, &o.arena, &out, &executive), 0);
    assert_true(out[who("palad")] && out[who("head_clerk")] && out[who("officer_a")]);
    assert_false(out[who("nayok")]);
}

static void several_accused(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    FormItem items[] = {ITEM(F_ACCUSED, "officer_a"),
                        ITEM(F_ACCUSED, "engineer"),
                        {F_ACCUSED, SUB_UNIT, STR("finance")},
                        ITEM(F_WHAT, "auditor")};
    bool *out, executive;
    Form form = {.items = items, .n_items = 4};

    office_start(&o, def_protected);
    assert_int_equal(conflict_work_out(&o.def, &o.d, &form, &o.arena, &out, &executive), 0);
    check_names("flags", "several", "head_clerk officer_a head_finance officer_b engineer", out);
}

static bool is_safe(Office1 *o, const char *says)
{
    BUF_AUTO Buf why = {0};

    buf_init(&why, 1 << 16);
    bool safe = channel_is_safe(&o->def, &o->d, &why);
    assert_int_equal(safe, why.len == 0);
    if (says && (!why.len || !strstr((char *)why.ptr, says)))
        fail_msg("\"%s\" is not in:\n%s", says, why.len ? (char *)why.ptr : "");
    return safe;
}

static void safe_channel(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;

    office_start(&o, def_protected);
    assert_true(is_safe(&o, NULL));
    /* The clerk accused takes both officers and one custodian away. */
    o.people[who("district")].disabled = true;
    assert_false(is_safe(&o, "person palad accused: 1 of 2 readers remain\n"));
    o.people[who("district")].disabled = false;
    o.people[who("keeper_c")].disabled = true;
    assert_false(is_safe(&o, "person keeper_b accused: no pair of custodians remains (1 left)\n"));
    assert_false(is_safe(&o, "unit welfare accused: no pair"));
    o.people[who("keeper_c")].disabled = false;
    /* Auditor and district as one unit leave nobody when the clerk's people go too: that is two
     * accusations. One unit alone is still fine. */
    o.people[who("district")].unit = name_of(STR("audit"));
    assert_true(is_safe(&o, NULL));
    o.people[who("officer_b")].disabled = true;
    assert_false(is_safe(&o, "unit audit accused: 1 of 2 readers remain\n"));
    o.d.n_people = 0;
    assert_false(is_safe(&o, "nobody"));
}

/* Under one chief more people with a part in it than a case can keep out. */
static void too_many_to_keep_out(void **state)
{
    enum { MORE = CASE_EXCLUDED_MAX };
    static Person people[PEOPLE + MORE];
    (void)state;
    OFFICE_AUTO Office1 o;

    office_start(&o, def_protected);
    memcpy(people, o.people, PEOPLE * sizeof(*people));
    for (size_t i = 0; i < MORE; i++) {
        people[PEOPLE + i] = o.people[who("engineer")];
        people[PEOPLE + i].name = (Name){{'p', (char)('a' + i / 26), (char)('a' + i % 26)}};
        people[PEOPLE + i].n_roles = 0;
    }
    o.d.people = people;
    o.d.n_people = PEOPLE + MORE;
    assert_true(is_safe(&o, NULL)); /* they have no role in it: nobody has to remember them */
    for (size_t i = 0; i < MORE; i++) {
        people[PEOPLE + i].roles[0] = o.people[who("officer_a")].roles[0];
        people[PEOPLE + i].n_roles = 1;
    }
    assert_false(is_safe(&o, "would be kept out, a case remembers 48\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routing_matrix),
        cmocka_unit_test(other_circles_step_in),
        cmocka_unit_test(a_custodian_reads_no_case_he_guards),
        cmocka_unit_test(chain_of_command),
        cmocka_unit_test(several_accused),
        cmocka_unit_test(safe_channel),
        cmocka_unit_test(too_many_to_keep_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
