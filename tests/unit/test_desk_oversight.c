/* SPDX-License-Identifier: Apache-2.0 */
/* Who may take which step without a key of the case. Of an open one, whoever's role sees its head,
 * as far as the role goes; of a protected or restricted one nobody, whatever their office, with
 * every kind of step that there is: for them it is a number that never was. */
#include "desk_help.h"

#define NOWHERE "C-0000-0000"

static const Fill report[] = {{"allegation_type", "bribe"},
                              {"what_happened", "เรียกเงิน"},
                              {"when", "เมื่อวาน"},
                              {"accused", "chang"},
                              {NULL, NULL}};
static const Fill restricted[] = {{"subject", "พูดจาไม่ดี"},
                                  {"details", "x"},
                                  {"category", "conduct"},
                                  {"notice_version", "1"},
                                  {NULL, NULL}};

/* Every step that an officer's or custodian's program can send; actions come beside. */
typedef struct Kind {
    uint8_t kind;
    const char *what, *target;
} Kind;
static const Kind KINDS[] = {
    {STEP_APPROVE, NULL, NULL},          {STEP_DECLINE, NULL, NULL},
    {STEP_ASSIGN, NULL, "pit_b"},        {STEP_NOTE, NULL, NULL},
    {STEP_DECLARE, NULL, NULL},          {STEP_RECUSE, NULL, "pit_b"},
    {STEP_GRANT, NULL, "nayok"},         {STEP_HOLD, NULL, NULL},
    {STEP_RELEASE, NULL, NULL},          {STEP_REVEAL_ASK, "court", NULL},
    {STEP_REVEAL_ANSWER, NULL, "pit_a"}, {STEP_REVEAL_DECLINE, NULL, NULL},
};
enum { N_KINDS = sizeof(KINDS) / sizeof(KINDS[0]) };

static const char *filed(const char *workflow, const Fill *fills)
{
    CodeKeys code;

    code_make(&code);
    Submitted s = file_complaint(workflow, fills, &code);
    code_keys_finish(&code);
    return arena_str(&world.arena, name_str(&s.number)).ptr;
}

/* A step with all that somebody who has seen the case could put into it, signed with the key of
 * whoever takes it. Nothing of it is kept. */
static int tries(const char *who, const char *number, const CaseView *seen, const Kind *k)
{
    const Doing x = {.who = who,
                     .number = number,
                     .kind = k->kind,
                     .what = k->what,
                     .note = "x",
                     .target = k->target,
                     .by = {1, SPAN_CALENDAR_DAYS},
                     .declared = true};
    Who by = world_who(who);
    StepRefused no = {0};
    StepDone done;
    Bundle b;
    StepRequest request = {.number = str_of(number),
                           .kind = k->kind,
                           .what = str_of(k->what),
                           .has_rev = true,
                           .if_rev = seen->head.c.rev,
                           .bundle = &b};

    doing_compose(&x, seen, &b);
    assert_int_equal(bundle_sign(&b, &world.keys[world_index(who)].sign,
                                 desk_office(world.desk)->tenant, request.if_rev, k->kind,
                                 request.what),
                     0);
    turn();
    assert_int_equal(store_nest(world.txn), 0);
    int r = desk_act(world.desk, world.txn, &by, &request, &world.arena, &done, &no);
    store_nest_drop(world.txn);
    looked();
    return r;
}

/* Whether a key of the case lies sealed for them: from the records, not from what the desk says. */
static bool has_key(const char *who, const CaseView *seen)
{
    Tag tag = desk_tag(world.desk, seen->head.seal_id, str_of(who));
    bool any = false;

    look();
    for (uint32_t i = 0; i < seen->head.seals; i++) {
        SealRecord s;
        assert_int_equal(store_get_seal(world.txn, seen->head.id, i, &world.arena, &s), STORE_OK);
        if (seen->def->protected)
            seal_unmask(world.desk, seen->head.seal_id, &s);
        any = any || tag_eq(&s.reader, &tag);
    }
    looked();
    return any;
}

/* All kinds, every action and every deadline of the workflow. */
static void nothing_is_open_to(const char *who, const char *number, const CaseView *seen)
{
    const Def *def = seen->def;

    for (size_t i = 0; i < N_KINDS; i++) {
        assert_int_equal(tries(who, number, seen, &KINDS[i]), DESK_UNKNOWN);
        assert_int_equal(tries(who, NOWHERE, seen, &KINDS[i]), DESK_UNKNOWN);
    }
    for (uint8_t i = 0; i < def->n_actions; i++) {
        const Kind action = {STEP_ACTION, def->actions[i].id.ptr, NULL};
        assert_int_equal(tries(who, number, seen, &action), DESK_UNKNOWN);
    }
    for (uint8_t i = 0; i < def->n_deadlines; i++) {
        const char *id = def->deadlines[i].id.ptr;
        assert_int_equal(tries(who, number, seen, &(Kind){STEP_EXTEND, id, NULL}), DESK_UNKNOWN);
        assert_int_equal(tries(who, number, seen, &(Kind){STEP_SILENCE, id, NULL}), DESK_UNKNOWN);
    }
}

/* How many of the office have a key; all others have nothing. */
static size_t only_readers_act(const char *number, const char *reader)
{
    static const Kind note = {STEP_NOTE, NULL, NULL};
    CaseView seen = case_seen(reader, number);
    size_t readers = 0;

    for (size_t i = 0; i < WORLD_PEOPLE; i++) {
        const char *who = world_people[i].name;
        if (has_key(who, &seen)) {
            assert_int_not_equal(tries(who, number, &seen, &note), DESK_UNKNOWN);
            readers++;
        } else {
            nothing_is_open_to(who, number, &seen);
        }
    }
    assert_int_equal(tries(reader, number, &seen, &note), DESK_OK);
    verify_finds(0);
    return readers;
}

static void nobody_without_a_key_in_a_protected_case(void **state)
{
    (void)state;
    const char *number = filed("corruption", report);
    assert_int_equal(only_readers_act(number, "pit_a"), 2);
    DOES(.who = "pit_a", .number = number, .kind = STEP_ACTION, .what = "check_coi",
         .fills = (const Fill[]){{"accused_unknown", "1"}, {NULL, NULL}});
    DOES(.who = "pit_a", .number = number, .kind = STEP_ACTION, .what = "start_screening",
         .declared = true);
    assert_int_equal(only_readers_act(number, "pit_a"),
                     3); /* the auditor, who supervises from here */
    CaseView seen = case_seen("pit_a", number);
    assert_true(has_key("audit", &seen));
    assert_false(has_key("nayok", &seen)); /* who oversees later, and has nothing of it yet */
}

/* Alerts that have gone out to the roles of a ladder open nothing to those who hold them. */
static void nor_while_a_clock_is_late(void **state)
{
    (void)state;
    const char *number = filed("corruption", report);
    world_clock += (Moment)120 * 86400;
    (void)tick();
    assert_int_equal(only_readers_act(number, "pit_a"), 2);
}

static void nor_in_a_restricted_one(void **state)
{
    (void)state;
    const char *number = filed("general", restricted);
    size_t readers = only_readers_act(number, "intake");
    assert_in_range(readers, 1, WORLD_PEOPLE - 1);
    CaseView seen = case_seen("intake", number);
    assert_false(has_key("nayok", &seen)); /* whose role would do in another case */
    assert_int_equal(tries("nayok", number, &seen, &KINDS[3]), DESK_UNKNOWN);
}

/* ---- an open case, of which none but the intake officer has a key as yet ---- */

typedef struct Row {
    const char *who;
    uint8_t kind;
    int answer;
} Row;
/* Heads are theirs to see, so are the steps of their roles; words go under the case's public key.
 * Whoever has no role in the process meets nothing. */
static const Row OPEN_CASE[] = {
    {"nayok", STEP_NOTE, DESK_OK},         {"nayok", STEP_ASSIGN, DESK_OK},
    {"nayok", STEP_HOLD, DESK_OK},         {"nayok", STEP_RECUSE, DESK_OK},
    {"nayok", STEP_APPROVE, DESK_REFUSED}, {"nayok", STEP_DECLARE, DESK_REFUSED},
    {"nayok", STEP_RELEASE, DESK_REFUSED}, {"nayok", STEP_REVEAL_ASK, DESK_REFUSED},
    {"nayok", STEP_GRANT, DESK_MALFORMED}, /* nothing to pass on */
    {"palad", STEP_NOTE, DESK_OK},         {"palad", STEP_ASSIGN, DESK_OK},
    {"palad", STEP_HOLD, DESK_OK},         {"palad", STEP_GRANT, DESK_MALFORMED},
    {"palad", STEP_APPROVE, DESK_REFUSED}, {"palad", STEP_REVEAL_ANSWER, DESK_UNKNOWN},
    {"chang", STEP_NOTE, DESK_UNKNOWN},    {"chang_head", STEP_HOLD, DESK_UNKNOWN},
    {"audit", STEP_NOTE, DESK_UNKNOWN},    {"audit", STEP_HOLD, DESK_UNKNOWN},
    {"pit_a", STEP_NOTE, DESK_UNKNOWN},    {"keep_a", STEP_REVEAL_ANSWER, DESK_UNKNOWN},
    {"keep_b", STEP_NOTE, DESK_UNKNOWN},   {"district", STEP_HOLD, DESK_UNKNOWN},
};

static void an_open_case_goes_by_roles(void **state)
{
    (void)state;
    const char *number = filed("general", general_fills);
    CaseView seen = case_seen("intake", number);
    for (size_t i = 0; i < sizeof(OPEN_CASE) / sizeof(OPEN_CASE[0]); i++) {
        const Row *row = &OPEN_CASE[i];
        Kind k = {row->kind, row->kind == STEP_REVEAL_ASK ? "court" : NULL, NULL};
        if (k.kind == STEP_ASSIGN || k.kind == STEP_GRANT)
            k.target = "intake";
        if (k.kind == STEP_RECUSE)
            k.target = "chang";
        assert_false(has_key(row->who, &seen));
        int r = tries(row->who, number, &seen, &k);
        if (r != row->answer)
            print_error("%s, kind %u\n", row->who, row->kind);
        assert_int_equal(r, row->answer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nobody_without_a_key_in_a_protected_case, world_model,
                                        world_end),
        cmocka_unit_test_setup_teardown(nor_while_a_clock_is_late, world_model, world_end),
        cmocka_unit_test_setup_teardown(nor_in_a_restricted_one, world_model, world_end),
        cmocka_unit_test_setup_teardown(an_open_case_goes_by_roles, world_model, world_end),
    };
    return cmocka_run_group_tests(tests, world_make, world_drop);
}
