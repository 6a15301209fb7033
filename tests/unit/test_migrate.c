/* SPDX-License-Identifier: Apache-2.0 */
/* A case into the words of another version, and the step that puts it there. */
#include "tests/unit/check.h"

#include "engine/core/migrate.h"
#include "tests/unit/small_def.h"

#include <string.h>

enum { TODAY = 20600 }; /* a Wednesday; the days of this file have no holiday */

static Arena arena;
static Calendar cal;
static Def old, fresh;
static Case c, moved;
static Move move;
static Effects fx;
static Refusal no;

static const Actor machine = {.kind = ACTOR_SYSTEM};
static const Actor complainant = {.kind = ACTOR_COMPLAINANT};

static Tag tag(uint8_t n)
{
    return (Tag){{n}};
}

static Actor person(uint8_t n, uint8_t role)
{
    return (Actor){.kind = ACTOR_PERSON,
                   .tag = tag(n),
                   .roles = MASK32(role),
                   .unit_roles = MASK32(role),
                   .unit = name_of(STR("works"))};
}

static Step of(StepKind kind, Actor actor, Day day)
{
    Step s;
    memset(&s, 0, sizeof(s));
    s.kind = (uint8_t)kind;
    s.actor = actor;
    s.day = day;
    s.received = DAY_NONE;
    return s;
}

static void give(Step *s, uint8_t field, const char *choice, Day day)
{
    field_set_add(&s->in.given, field);
    OpenValue *v = &s->in.open[s->in.n_open++];
    v->field = field;
    v->number = day;
    if (choice)
        v->choice = name_of(str_of(choice));
}

static void take(const Step *s)
{
    int r = flow_step(&old, s->kind == STEP_SUBMIT ? NULL : &c, s, &c, &fx, &no);
    if (r)
        print_error("refused: %d, detail %d\n", no.why, no.detail);
    assert_int_equal(r, FLOW_OK);
}

static Step action(uint8_t a, Actor actor, Day day)
{
    Step s = of(STEP_ACTION, actor, day);
    s.action = a;
    return s;
}

/* A road complaint, worked on since TODAY by person 4. */
static void to_working(void)
{
    Step s = of(STEP_SUBMIT, complainant, TODAY);
    field_set_add(&s.in.given, F_SUBJECT);
    give(&s, F_CATEGORY, "road", 0);
    take(&s);
    s = action(A_START, person(1, INTAKE), TODAY);
    take(&s);
    s = action(A_ASSIGN, person(4, CLERK), TODAY);
    give(&s, F_UNIT, "works", 0);
    take(&s);
}

static void ask(Day day)
{
    Step s = action(A_ASK, person(2, OFFICER), day);
    s.in.message = true;
    take(&s);
}

static void propose_notify(Day day)
{
    Step s = action(A_NOTIFY, person(2, OFFICER), day);
    s.in.message = true;
    take(&s);
    assert_true(c.proposal.pending);
}

static int begin(void **state)
{
    (void)state;
    small_def(&old, &cal);
    small_def(&fresh, &cal);
    fresh.version = 2;
    case_init(&c);
    to_working();
    return 0;
}

static const Replaces plain = {.version = 1, .migrates = 1};

static void translated(const Replaces *how)
{
    int r = case_translate(&old, &fresh, how, &c, &moved, &move);
    if (r)
        print_error("stays: %d, detail %d\n", move.why, move.detail);
    assert_int_equal(r, MOVE_OK);
}

static void stays(MoveAnswer why, uint8_t detail, const char *words)
{
    BUF_AUTO Buf b = {0};
    Case before = moved;
    assert_int_equal(case_translate(&old, &fresh, &plain, &c, &moved, &move), (int)why);
    assert_int_equal(move.why, why);
    assert_int_equal(move.detail, detail);
    assert_memory_equal(&before, &moved, sizeof(moved));
    buf_init(&b, 1000);
    move_put(&b, &old, &move);
    buf_add(&b, "", 1);
    assert_string_equal((const char *)b.ptr, words);
}

static void migrate_on(Day day)
{
    Step s = of(STEP_MIGRATE, machine, day);
    translated(&plain);
    int r = flow_step(&fresh, &moved, &s, &moved, &fx, &no);
    if (r)
        print_error("refused: %d, detail %d\n", no.why, no.detail);
    assert_int_equal(r, FLOW_OK);
}

static void swap(Str *a, Str *b)
{
    Str x = *a;
    *a = *b;
    *b = x;
}

static Day due(const Def *d, const Case *x, uint8_t deadline)
{
    return clock_due(&d->deadlines[deadline], &x->clocks[deadline], &cal);
}

/* ---- the words ---- */

static void test_same_version_changes_nothing(void **state)
{
    (void)state;
    propose_notify(TODAY + 1);
    translated(&plain);
    assert_memory_equal(&c, &moved, sizeof(c));
    assert_int_equal(move.ended, 0);
}

static void test_everything_is_found_by_its_id(void **state)
{
    (void)state;
    Step s = action(A_RECORD, person(1, INTAKE), TODAY);
    s.in.note = true;
    give(&s, F_EXTERNAL_DUE, NULL, TODAY + 40);
    take(&s);
    c.n_members = 1;
    c.members[0] = (Member){.role = CHAIR, .tag = tag(9)};
    swap(&fresh.states[S_WORKING].id, &fresh.states[S_FACTS].id);
    swap(&fresh.fields[F_CATEGORY].id, &fresh.fields[F_FINDING].id);
    fresh.fields[F_FINDING].type = FIELD_CHOICE;
    fresh.fields[F_FINDING].choices = old.fields[F_CATEGORY].choices;
    swap(&fresh.deadlines[D_FIRST].id, &fresh.deadlines[D_COPY].id);
    swap(&fresh.actions[A_RECORD].id, &fresh.actions[A_MERGE].id);
    swap(&fresh.roles[CHAIR].id, &fresh.roles[HEAD].id);
    translated(&plain);
    assert_int_equal(moved.state, S_FACTS);
    assert_int_equal(moved.open[0].field, F_FINDING);
    assert_true(name_is(&moved.open[0].choice, STR("road")));
    assert_int_equal(moved.clocks[D_COPY].state, CLOCK_RUNNING);
    assert_int_equal(moved.clocks[D_COPY].override_due, TODAY + 40);
    assert_int_equal(moved.clocks[D_FIRST].state, CLOCK_OFF);
    assert_int_equal(moved.times[A_MERGE], 1);
    assert_int_equal(moved.times[A_RECORD], 0);
    assert_int_equal(moved.members[0].role, HEAD);
}

static void test_map_of_states_comes_first(void **state)
{
    (void)state;
    const MovedState map[] = {{STR("working"), S_SCREENING}, {STR("screening"), S_FACTS}};
    const Replaces how = {.version = 1, .migrates = 1, .states = map, .n_states = 2};
    ask(TODAY + 1); /* came from working */
    translated(&how);
    assert_int_equal(moved.state, S_NEED_INFO);
    assert_int_equal(moved.previous, S_SCREENING);
    c.state = S_SCREENING;
    translated(&how);
    assert_int_equal(moved.state, S_FACTS);
}

static void test_proposal_is_found_by_its_ids(void **state)
{
    (void)state;
    propose_notify(TODAY + 1);
    field_set_add(&c.proposal.in.given, F_REASON);
    swap(&fresh.actions[A_NOTIFY].id, &fresh.actions[A_MERGE].id);
    fresh.actions[A_MERGE].approve.by = MASK32(CLERK);
    swap(&fresh.fields[F_REASON].id, &fresh.fields[F_SUBJECT].id);
    fresh.fields[F_SUBJECT].type = FIELD_LONG_TEXT;
    translated(&plain);
    assert_int_equal(moved.proposal.action, A_MERGE);
    assert_true(field_set_has(&moved.proposal.in.given, F_SUBJECT));
    assert_false(field_set_has(&moved.proposal.in.given, F_REASON));
}

static void test_what_is_left_behind_is_named(void **state)
{
    (void)state;
    fresh.fields[F_UNIT].id = STR("area");
    fresh.deadlines[D_WORK].id = STR("labour");
    translated(&plain);
    assert_true(field_set_has(&move.left, F_UNIT));
    assert_int_equal(moved.n_open, 1);
    assert_int_equal(move.ended, MASK32(D_WORK));
    assert_int_equal(moved.clocks[D_WORK].state, CLOCK_OFF);
}

static void test_state_is_gone(void **state)
{
    (void)state;
    fresh.states[S_WORKING].id = STR("labour");
    stays(MOVE_STATE, S_WORKING,
          "its state \"working\" is gone, and replaces names no other for it");
}

static void test_state_is_final_now(void **state)
{
    (void)state;
    fresh.final |= MASK64(S_WORKING);
    stays(MOVE_FINAL, S_WORKING, "its state \"working\" is final now: a file closes no case");
}

static void test_no_way_back(void **state)
{
    (void)state;
    ask(TODAY + 1);
    fresh.states[S_WORKING].id = STR("labour");
    stays(MOVE_PREVIOUS, S_WORKING,
          "it waits, and the state it came from (\"working\") has no place in the new version");
}

static void test_role_is_gone(void **state)
{
    (void)state;
    c.n_members = 1;
    c.members[0] = (Member){.role = CHAIR, .tag = tag(9)};
    fresh.roles[CHAIR].id = STR("president");
    stays(MOVE_MEMBER, CHAIR, "somebody was named for role \"chair\", which is gone");
}

static void test_field_is_another(void **state)
{
    (void)state;
    fresh.fields[F_CATEGORY].class = CLASS_CONFIDENTIAL;
    stays(MOVE_FIELD, F_CATEGORY, "field \"category\" is of another type or class now");
}

static void test_choice_is_gone(void **state)
{
    (void)state;
    fresh.fields[F_CATEGORY].choices = old.fields[F_FINDING].choices;
    stays(MOVE_CHOICE, F_CATEGORY, "what field \"category\" holds is no choice any more");
}

static void test_promise_is_gone(void **state)
{
    (void)state;
    old.deadlines[D_FIRST].shown = true;
    fresh.deadlines[D_FIRST].id = STR("result");
    stays(MOVE_PROMISE, D_FIRST,
          "the complainant was shown the day of deadline \"first\", which is gone");
}

static void test_proposed_action_is_gone(void **state)
{
    (void)state;
    propose_notify(TODAY + 1);
    fresh.actions[A_NOTIFY].id = STR("tell");
    stays(MOVE_ACTION, A_NOTIFY,
          "\"notify\" is proposed and is gone or needs no approval any more; approve or decline it "
          "first");
    small_def(&fresh, &cal);
    fresh.actions[A_NOTIFY].approve.by = 0;
    assert_int_equal(case_translate(&old, &fresh, &plain, &c, &moved, &move), MOVE_ACTION);
}

static void test_proposed_extension_is_gone(void **state)
{
    (void)state;
    Step s = of(STEP_EXTEND, person(2, OFFICER), TODAY + 1);
    s.deadline = D_FIRST;
    s.in.message = true;
    s.in.by = (Span)CAL(7);
    take(&s);
    fresh.deadlines[D_FIRST].extend.in = 0;
    fresh.deadlines[D_FIRST].extend.approve.by = 0;
    stays(MOVE_EXTEND, D_FIRST,
          "more time for \"first\" is proposed and cannot be given any more; approve or decline it "
          "first");
}

static void test_proposed_field_is_gone(void **state)
{
    (void)state;
    propose_notify(TODAY + 1);
    field_set_add(&c.proposal.in.given, F_REASON);
    fresh.fields[F_REASON].id = STR("why");
    stays(
        MOVE_INPUT, F_REASON,
        "what is proposed holds field \"reason\", which is gone or another; approve or decline it "
        "first");
}

static void test_channel_is_another(void **state)
{
    (void)state;
    fresh.protected = true;
    stays(MOVE_CHANNEL, DEF_NONE, "channel or custodians are others, and so are the seals");
}

static void test_closed_stays(void **state)
{
    (void)state;
    Step s = action(A_WITHDRAW, complainant, TODAY + 1);
    take(&s);
    stays(MOVE_CLOSED, DEF_NONE, "it is closed");
}

static void test_rungs_of_one_day(void **state)
{
    (void)state;
    static Rung turned[] = {
        {.kind = RUNG_OVERDUE, .offset = CAL(0), .to = MASK32(HEAD)},
        {.kind = RUNG_BEFORE, .offset = WORK(2), .to = MASK32(ROLE_ASSIGNEE)},
    };
    c.clocks[D_FIRST].fired_rungs = 1; /* the reminder before */
    fresh.deadlines[D_FIRST].rungs = turned;
    fresh.deadlines[D_FIRST].n_rungs = 2;
    translated(&plain);
    assert_int_equal(moved.clocks[D_FIRST].fired_rungs, 2);
    c.clocks[D_FIRST].fired_rungs = UINT32_MAX; /* just begun */
    translated(&plain);
    assert_int_equal(moved.clocks[D_FIRST].fired_rungs, UINT32_MAX);
}

static void test_version_that_is_replaced(void **state)
{
    (void)state;
    const Replaces list[] = {{.version = 1}, {.version = 3}};
    fresh.replaces = list;
    fresh.n_replaces = 2;
    assert_ptr_equal(def_replaces(&fresh, 3), &list[1]);
    assert_null(def_replaces(&fresh, 2));
}

/* ---- the step ---- */

static void test_running_round_keeps_its_day(void **state)
{
    (void)state;
    const Day first = due(&old, &c, D_FIRST), work = due(&old, &c, D_WORK);
    fresh.deadlines[D_FIRST].limit = (Span)CAL(10);
    fresh.deadlines[D_WORK].limit = (Span)WORK(30);
    fresh.deadlines[D_WORK].limit_field = DEF_NONE;
    migrate_on(TODAY + 2);
    assert_int_equal(due(&fresh, &moved, D_FIRST), first);
    assert_int_equal(due(&fresh, &moved, D_WORK), work);
    assert_int_equal(fx.started, 0);
    assert_int_equal(moved.rev, c.rev + 1);
    /* The next round counts by the new limit. */
    Step s = action(A_ASK, person(2, OFFICER), TODAY + 2);
    s.in.message = true;
    fresh.deadlines[D_FIRST].n_renewals = 0;
    assert_int_equal(flow_step(&fresh, &moved, &s, &moved, &fx, &no), FLOW_OK);
    assert_int_equal(moved.clocks[D_WORK].state, CLOCK_STOPPED);
}

static void test_new_clock_begins_as_its_version_says(void **state)
{
    (void)state;
    fresh.deadlines[D_PENALTY] = fresh.deadlines[D_FIRST]; /* from received, met ahead */
    fresh.deadlines[D_PENALTY].id = STR("inform");
    fresh.deadlines[D_COPY] = fresh.deadlines[D_WORK]; /* of the stage it is in */
    fresh.deadlines[D_COPY].id = STR("stage");
    migrate_on(TODAY + 3);
    assert_int_equal(fx.started, MASK32(D_PENALTY) | MASK32(D_COPY));
    assert_int_equal(moved.clocks[D_PENALTY].start, TODAY);
    assert_int_equal(moved.clocks[D_COPY].start, TODAY + 3);
}

static void test_term_that_has_passed_does_not_begin(void **state)
{
    (void)state;
    fresh.deadlines[D_PENALTY] = fresh.deadlines[D_FIRST];
    fresh.deadlines[D_PENALTY].id = STR("acknowledge");
    fresh.deadlines[D_PENALTY].met_enter = MASK64(S_RECEIVED);
    migrate_on(TODAY + 3);
    assert_int_equal(moved.clocks[D_PENALTY].state, CLOCK_OFF);
    fresh.deadlines[D_PENALTY].met_enter = 0;
    fresh.deadlines[D_PENALTY].met_actions = MASK64(A_START);
    migrate_on(TODAY + 3);
    assert_int_equal(moved.clocks[D_PENALTY].state, CLOCK_OFF);
    fresh.deadlines[D_PENALTY].met_actions |= MASK64(A_NOTIFY);
    migrate_on(TODAY + 3);
    assert_int_equal(moved.clocks[D_PENALTY].state, CLOCK_RUNNING);
}

static void test_met_where_it_stands(void **state)
{
    (void)state;
    fresh.deadlines[D_FIRST].met_enter |= MASK64(S_WORKING);
    migrate_on(TODAY + 200); /* long after the day it was due */
    assert_int_equal(moved.clocks[D_FIRST].state, CLOCK_MET);
    assert_int_equal(moved.clocks[D_FIRST].verdict, VERDICT_ON_TIME);
    assert_int_equal(moved.clocks[D_FIRST].met_on, TODAY);
}

static void test_stands_still_where_it_did_not(void **state)
{
    (void)state;
    fresh.deadlines[D_FACTS].stops_in |= MASK64(S_WORKING);
    migrate_on(TODAY + 5);
    assert_int_equal(moved.clocks[D_FACTS].state, CLOCK_STOPPED);
    assert_int_equal(moved.clocks[D_FACTS].consumed, 5);
}

static void test_proposal_waits_on(void **state)
{
    (void)state;
    propose_notify(TODAY + 1);
    migrate_on(TODAY + 2);
    Step s = of(STEP_APPROVE, person(4, CLERK), TODAY + 3);
    assert_int_equal(flow_step(&fresh, &moved, &s, &moved, &fx, &no), FLOW_OK);
    assert_int_equal(moved.state, S_NOTIFIED);
    assert_true(fx.released);
}

static void step_refused(Actor actor, FlowAnswer why)
{
    Step s = of(STEP_MIGRATE, actor, TODAY + 2);
    translated(&plain);
    assert_int_equal(flow_step(&fresh, &moved, &s, &moved, &fx, &no), (int)why);
}

static void test_proposal_that_could_not_be_approved(void **state)
{
    (void)state;
    propose_notify(TODAY + 1);
    step_refused(person(4, CLERK), FLOW_ROLE);
    fresh.actions[A_NOTIFY].needs.fields = (FieldSet)ONE_FIELD(F_REASON);
    step_refused(machine, FLOW_PENDING);
    small_def(&fresh, &cal);
    fresh.actions[A_NOTIFY].from = MASK64(S_FACTS);
    step_refused(machine, FLOW_PENDING);
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    return calendar_init(&cal, &arena, STR("test"), (Zone){420}, TODAY - 100, TODAY + 900, 0x60,
                         NULL, 0);
}

static int tear_down(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

#define T(name) cmocka_unit_test_setup(name, begin)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_same_version_changes_nothing),
        T(test_everything_is_found_by_its_id),
        T(test_map_of_states_comes_first),
        T(test_proposal_is_found_by_its_ids),
        T(test_what_is_left_behind_is_named),
        T(test_state_is_gone),
        T(test_state_is_final_now),
        T(test_no_way_back),
        T(test_role_is_gone),
        T(test_field_is_another),
        T(test_choice_is_gone),
        T(test_promise_is_gone),
        T(test_proposed_action_is_gone),
        T(test_proposed_extension_is_gone),
        T(test_proposed_field_is_gone),
        T(test_channel_is_another),
        T(test_closed_stays),
        T(test_rungs_of_one_day),
        T(test_version_that_is_replaced),
        T(test_running_round_keeps_its_day),
        T(test_new_clock_begins_as_its_version_says),
        T(test_term_that_has_passed_does_not_begin),
        T(test_met_where_it_stands),
        T(test_stands_still_where_it_did_not),
        T(test_proposal_waits_on),
        T(test_proposal_that_could_not_be_approved),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
