/* SPDX-License-Identifier: Apache-2.0 */
/* For whom a case is there, what of it is served, and what its events keep of the hour. */
#include "hostile_help.h"
#include "people_help.h"

static int seen_by(const char *name, const char *number, CaseView *v)
{
    Who who = world_who(name);

    int r = desk_case(world.desk, look(), &who, str_of(number), false, &world.arena, v);
    looked();
    return r;
}

static void not_for_who_left(void **state)
{
    const Directory *had = desk_directory(world.desk);
    CaseView v;

    (void)state;
    const char *general = filed("general", general_fills);
    code_keys_finish(&code);
    code_make(&code);
    const char *secret = filed("corruption", against_nobody);
    assert_int_equal(seen_by("intake", general, &v), DESK_OK);
    assert_int_equal(seen_by("pit_a", secret, &v), DESK_OK);
    person_is_disabled("intake");
    person_is_disabled("pit_a");
    assert_int_equal(seen_by("intake", general, &v), DESK_UNKNOWN);
    assert_int_equal(seen_by("pit_a", secret, &v), DESK_UNKNOWN);
    world.desk->loaded->directory = had;
}

/* Of a case that a role shows, words are for those who hold its keys. */
static void a_role_alone_reads_no_words(void **state)
{
    CaseView v;

    (void)state;
    const char *number = filed("general", general_fills);
    assert_int_equal(seen_by("intake", number, &v), DESK_OK);
    assert_true(v.n_parts > 0 && v.n_seals > 0);
    assert_int_equal(seen_by("palad", number, &v), DESK_OK);
    assert_int_equal(v.n_parts, 0);
    assert_int_equal(v.n_seals, 0);
    assert_int_equal(v.n_readers, 0);
}

/* A complaint about colleagues is there for those with its keys, whatever the role. */
static void a_restricted_one_goes_by_keys(void **state)
{
    static const Fill conduct[] = {{"subject", "x"},        {"details", "x"},
                                   {"category", "conduct"}, {"name", "x"},
                                   {"notice_version", "1"}, {NULL, NULL}};
    CaseView v;

    (void)state;
    const char *number = filed("general", conduct);
    assert_int_equal(seen_by("intake", number, &v), DESK_OK);
    assert_int_equal(seen_by("palad", number, &v), DESK_UNKNOWN);
    assert_int_equal(seen_by("nayok", number, &v), DESK_UNKNOWN);
}

/* Of a protected case nothing tells the hour. */
static void a_protected_event_has_a_day(void **state)
{
    CaseView v;

    (void)state;
    const char *secret = filed("corruption", against_nobody);
    DOES(.who = "pit_a", .number = secret, .kind = STEP_NOTE, .note = "x");
    v = case_seen("pit_a", secret);
    for (size_t i = 0; i < v.n_events; i++) {
        assert_int_equal(v.events[i].step.at, 0);
        assert_int_equal(v.events[i].step.day, desk_today(world.desk));
    }
    assert_int_equal(v.head.c.received_at, 0);
    code_keys_finish(&code);
    code_make(&code);
    const char *general = filed("general", general_fills);
    DOES(.who = "intake", .number = general, .kind = STEP_NOTE, .note = "x");
    v = case_seen("intake", general);
    for (size_t i = 0; i < v.n_events; i++)
        assert_int_equal(v.events[i].step.at, world_clock);
}

static void nobody_is_put_in_charge_who_left(void **state)
{
    const Directory *had = desk_directory(world.desk);
    StepRefused no = {0};

    (void)state;
    const char *number = filed("general", general_fills);
    const Doing assign = {
        .who = "intake", .number = number, .kind = STEP_ASSIGN, .target = "intake"};
    const Doing stranger = {
        .who = "intake", .number = number, .kind = STEP_ASSIGN, .target = "keep_a"};
    assert_int_equal(does_answer(&stranger, &no), DESK_REFUSED);
    assert_int_equal(no.refusal.why, FLOW_TARGET);
    const Doing head = {.who = "intake", .number = number, .kind = STEP_ASSIGN, .target = "palad"};
    person_is_disabled("palad");
    assert_int_equal(does_answer(&head, &no), DESK_REFUSED);
    assert_int_equal(no.refusal.why, FLOW_TARGET);
    world.desk->loaded->directory = had;
    assert_int_equal(does_answer(&assign, &no), DESK_OK);
}

static void no_case_is_linked_to_itself(void **state)
{
    (void)state;
    const char *number = filed("general", general_fills);
    Fill merge[] = {{"main_case", number}, {NULL, NULL}};
    const Doing itself = {.who = "intake",
                          .number = number,
                          .kind = STEP_ACTION,
                          .what = "merge",
                          .fills = merge,
                          .linked = number};
    const Doing nothing = {
        .who = "intake", .number = number, .kind = STEP_ACTION, .what = "merge", .fills = merge};
    const Doing note = {
        .who = "intake", .number = number, .kind = STEP_NOTE, .note = "x", .linked = number};
    assert_int_equal(forged(&itself, NULL), DESK_MALFORMED);
    assert_int_equal(forged(&nothing, NULL), DESK_MALFORMED);
    assert_int_equal(forged(&note, NULL), DESK_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(not_for_who_left, fresh, done),
        cmocka_unit_test_setup_teardown(a_role_alone_reads_no_words, fresh, done),
        cmocka_unit_test_setup_teardown(a_restricted_one_goes_by_keys, fresh, done),
        cmocka_unit_test_setup_teardown(a_protected_event_has_a_day, fresh, done),
        cmocka_unit_test_setup_teardown(nobody_is_put_in_charge_who_left, fresh, done),
        cmocka_unit_test_setup_teardown(no_case_is_linked_to_itself, fresh, done),
    };
    return cmocka_run_group_tests_name("desk: seen", tests, world_make, world_drop);
}
