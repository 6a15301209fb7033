/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "tests/unit/small_def.h"

#include <string.h>

static Arena arena;
static Calendar cal;
static Def def;

enum { TODAY = 20600 }; /* a Wednesday; the days of this file have no holiday */

static Tag tag(uint8_t n)
{
    Tag t = {{n}};
    return t;
}

/* People by number: their tag, and the one role each holds. */
static Actor person(uint8_t n, RoleMask roles)
{
    return (Actor){.kind = ACTOR_PERSON,
                   .tag = tag(n),
                   .roles = roles,
                   .unit_roles = roles,
                   .unit = name_of(STR("works"))};
}
static const Actor complainant = {.kind = ACTOR_COMPLAINANT};
static const Actor machine = {.kind = ACTOR_SYSTEM};
#define PERSON(n, mask)                                                                            \
    {                                                                                              \
        .kind = ACTOR_PERSON, .tag = {{n}}, .roles = (mask), .unit_roles = (mask), .unit = {       \
            "works"                                                                                \
        }                                                                                          \
    }
static const Actor INTAKE_1 = PERSON(1, MASK32(INTAKE));
static const Actor OFFICER_2 = PERSON(2, MASK32(OFFICER));
static const Actor HEAD_3 = PERSON(3, MASK32(HEAD));
static const Actor CLERK_4 = PERSON(4, MASK32(CLERK));
static const Actor CLERK_5 = PERSON(5, MASK32(CLERK));

static Case c;
static Effects fx;
static Refusal no;

static void give(Inputs *in, uint8_t field)
{
    field_set_add(&in->given, field);
}

static void give_choice(Inputs *in, uint8_t field, const char *id)
{
    give(in, field);
    in->open[in->n_open++] = (OpenValue){.field = field, .choice = name_of(str_of(id))};
}

static void give_day(Inputs *in, uint8_t field, Day day)
{
    give(in, field);
    in->open[in->n_open++] = (OpenValue){.field = field, .number = day};
}

static void give_person(Inputs *in, uint8_t field, uint8_t n)
{
    give(in, field);
    in->people[in->n_people++] = (ChosenPerson){.field = field, .tag = tag(n)};
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

static Step action(uint8_t a, Actor actor, Day day)
{
    Step s = of(STEP_ACTION, actor, day);
    s.action = a;
    return s;
}

/* Takes the step on the case of this test. */
static int take(const Step *s)
{
    return flow_step(&def, s->kind == STEP_SUBMIT ? NULL : &c, s, &c, &fx, &no);
}

static void taken(const Step *s)
{
    int r = take(s);
    if (r)
        print_error("refused: %d, detail %d\n", no.why, no.detail);
    assert_int_equal(r, FLOW_OK);
}

static void refused(const Step *s, FlowAnswer why, uint8_t detail)
{
    Case before = c;
    memset(&no, 0, sizeof(no));
    assert_int_equal(take(s), (int)why);
    assert_int_equal(no.why, why);
    assert_int_equal(no.detail, detail);
    assert_memory_equal(&before, &c, sizeof(c));
}

static Step submission(Day received)
{
    Step s = of(STEP_SUBMIT, complainant, TODAY);
    s.received = received;
    give(&s.in, F_SUBJECT);
    return s;
}

static void submit_category(const char *category)
{
    Step s = submission(TODAY);
    give_choice(&s.in, F_CATEGORY, category);
    taken(&s);
}

static void start(void)
{
    Step s = action(A_START, INTAKE_1, TODAY);
    taken(&s);
}

static void assign(Day day)
{
    Step s = action(A_ASSIGN, CLERK_4, day);
    give_choice(&s.in, F_UNIT, "works");
    taken(&s);
}

/* A road complaint, worked on since TODAY. */
static void to_working(void)
{
    submit_category("road");
    start();
    assign(TODAY);
}

static void ask(Day day)
{
    Step s = action(A_ASK, INTAKE_1, day);
    s.in.message = true;
    taken(&s);
}

static void answer(Day day)
{
    Step s = action(A_ANSWER, complainant, day);
    give(&s.in, F_REASON);
    taken(&s);
}

static void propose_notify(uint8_t by, Day day)
{
    Step s = action(A_NOTIFY, person(by, MASK32(CLERK)), day);
    s.in.message = true;
    taken(&s);
    assert_true(fx.proposed);
}

static void approve(uint8_t by, Day day)
{
    Step s = of(STEP_APPROVE, person(by, MASK32(CLERK)), day);
    taken(&s);
}

static void to_notified(void)
{
    to_working();
    propose_notify(4, TODAY);
    approve(5, TODAY);
}

static Day due(uint8_t d)
{
    return clock_due(&def.deadlines[d], &c.clocks[d], &cal);
}

static void test_submit(void **state)
{
    (void)state;
    Step s = submission(TODAY - 3);
    taken(&s);
    assert_int_equal(c.rev, 1);
    assert_int_equal(c.events, 1);
    assert_int_equal(c.state, S_RECEIVED);
    assert_int_equal(c.received, TODAY - 3);
    assert_int_equal(due(D_FIRST), TODAY + 12);
    assert_int_equal(c.clocks[D_URGENT].state, CLOCK_OFF);
    assert_int_equal(fx.started, MASK32(D_FIRST) | MASK32(D_FACTS));
    assert_true(fx.moved);
    s.received = TODAY + 9; /* nothing is received tomorrow */
    taken(&s);
    assert_int_equal(c.received, TODAY);
}

static void test_submit_guards(void **state)
{
    (void)state;
    Step s = of(STEP_SUBMIT, complainant, TODAY);
    refused(&s, FLOW_FIELD, F_SUBJECT);
    give(&s.in, F_SUBJECT); /* the name is required too, but not of who stays unnamed */
    taken(&s);
    give_day(&s.in, F_EXTERNAL_DUE, TODAY + 7);
    refused(&s, FLOW_EXTRA, F_EXTERNAL_DUE);
    s.actor = OFFICER_2;
    refused(&s, FLOW_ROLE, DEF_NONE);
    s.actor = INTAKE_1;
    taken(&s);
    assert_int_equal(due(D_FIRST), TODAY + 7);
    s.in.open[0].number = INT64_MAX;
    refused(&s, FLOW_FIELD, F_EXTERNAL_DUE);
    s.in.n_open = INPUTS_OPEN_MAX + 1;
    refused(&s, FLOW_FULL, DEF_NONE);
}

static void test_revision(void **state)
{
    (void)state;
    submit_category("road");
    Step s = action(A_START, INTAKE_1, TODAY);
    s.has_rev = true;
    s.if_rev = 2;
    refused(&s, FLOW_REV, DEF_NONE);
    s.if_rev = 1;
    taken(&s);
    assert_int_equal(c.rev, 2);
    assert_true(fx.number);
    refused(&s, FLOW_REV, DEF_NONE);
}

static void test_state_role_condition(void **state)
{
    (void)state;
    submit_category("other");
    Step s = action(A_ASSIGN, CLERK_4, TODAY);
    refused(&s, FLOW_STATE, S_RECEIVED);
    start();
    refused(&s, FLOW_CONDITION, F_CATEGORY);
    s.actor = INTAKE_1;
    refused(&s, FLOW_ROLE, DEF_NONE);
    s = action(SMALL_ACTIONS, CLERK_4, TODAY);
    refused(&s, FLOW_STATE, S_SCREENING);
    s = submission(TODAY);
    assert_int_equal(flow_step(&def, &c, &s, &c, &fx, &no), FLOW_STATE);
    s = of(STEP_KINDS, CLERK_4, TODAY);
    refused(&s, FLOW_STATE, S_SCREENING);
}

static void test_inputs(void **state)
{
    (void)state;
    submit_category("road");
    start();
    Step s = action(A_ASK, INTAKE_1, TODAY);
    refused(&s, FLOW_MESSAGE, M_ASK);
    s = action(A_ASSIGN, CLERK_4, TODAY);
    refused(&s, FLOW_FIELD, F_UNIT);
    give_choice(&s.in, F_UNIT, "works");
    give(&s.in, F_REASON);
    refused(&s, FLOW_EXTRA, F_REASON);
    s = action(A_RECORD, INTAKE_1, TODAY);
    refused(&s, FLOW_NOTE, DEF_NONE);
    s.in.note = s.in.message = true;
    refused(&s, FLOW_EXTRA, DEF_NONE);
    s.in.message = false;
    taken(&s);
    s = of(STEP_NOTE, INTAKE_1, TODAY);
    s.in.note = true;
    give(&s.in, F_REASON);
    refused(&s, FLOW_EXTRA, F_REASON);
}

static void test_unit_roles_and_assignee(void **state)
{
    (void)state;
    to_working();
    assert_true(name_is(&c.unit, STR("works")));
    assert_true(tag_eq(&c.assignee, &CLERK_4.tag)); /* the action says so */
    Actor other = OFFICER_2;
    other.unit = name_of(STR("health"));
    Step s = action(A_ASK, other, TODAY);
    s.in.message = true;
    refused(&s, FLOW_ROLE, DEF_NONE);
    s.actor = OFFICER_2;
    taken(&s);
    answer(TODAY + 1);
    assert_int_equal(c.state, S_WORKING);
    assert_true(tag_eq(&c.assignee, &CLERK_4.tag)); /* kept while it waited */
    propose_notify(4, TODAY + 1);
    approve(5, TODAY + 1);
    s = action(A_REVIEW, complainant, TODAY + 2);
    taken(&s);
    assert_true(tag_is_none(&c.assignee)); /* another role is answerable now */
}

static void test_delegation(void **state)
{
    (void)state;
    submit_category("road");
    start();
    Actor delegate = INTAKE_1;
    Step s = action(A_ASSIGN, delegate, TODAY);
    give_choice(&s.in, F_UNIT, "works");
    refused(&s, FLOW_ROLE, DEF_NONE);
    s.actor.delegated = MASK32(CLERK);
    s.actor.delegator = CLERK_4.tag;
    Case before = c;
    taken(&s);
    c = before;
    Step recuse = of(STEP_RECUSE, CLERK_4, TODAY);
    recuse.in.target = CLERK_4.tag;
    taken(&recuse);
    refused(&s, FLOW_ROLE, DEF_NONE); /* who is kept out cannot act through somebody else */
}

static void test_waiting_stops_and_renews(void **state)
{
    (void)state;
    to_working();
    assert_int_equal(due(D_WORK), TODAY + 5); /* three working days for roads */
    ask(TODAY + 1);
    assert_int_equal(c.clocks[D_WORK].state, CLOCK_STOPPED);
    assert_int_equal(c.clocks[D_WORK].round, 1);
    assert_int_equal(c.clocks[D_FIRST].round, 2);
    assert_int_equal(due(D_FIRST), TODAY + 16); /* asking is a notice */
    assert_int_equal(due(D_FACTS), TODAY + 45);
    assert_int_equal(due(D_REPLY), TODAY + 16);
    answer(TODAY + 6);
    assert_int_equal(c.clocks[D_WORK].state, CLOCK_RUNNING);
    assert_int_equal(c.clocks[D_WORK].round, 1);
    assert_int_equal(due(D_WORK), TODAY + 8); /* two of three are left */
    assert_int_equal(c.clocks[D_REPLY].verdict, VERDICT_ON_TIME);
}

static void test_renewal_never_shortens(void **state)
{
    (void)state;
    Step s = submission(TODAY);
    give_choice(&s.in, F_CATEGORY, "road");
    s.day = TODAY;
    taken(&s);
    start();
    assign(TODAY);
    c.clocks[D_FIRST].limit.count = 40;
    ask(TODAY + 1);
    assert_int_equal(due(D_FIRST), TODAY + 40);
    assert_int_equal(c.clocks[D_FIRST].start, TODAY + 1);
}

static void test_overdue_stage_comes_back_in_the_same_round(void **state)
{
    (void)state;
    to_working();
    ask(TODAY + 10);
    assert_int_equal(c.clocks[D_WORK].state, CLOCK_RUNNING); /* missed: it does not stand still */
    assert_false(fx.stopped & MASK32(D_WORK));
    answer(TODAY + 12);
    assert_int_equal(c.clocks[D_WORK].round, 1);
    assert_int_equal(due(D_WORK), TODAY + 5);
}

static void test_proposal(void **state)
{
    (void)state;
    to_working();
    Case before = c;
    propose_notify(4, TODAY + 15);
    assert_int_equal(c.state, before.state);
    assert_memory_equal(c.clocks, before.clocks, sizeof(c.clocks));
    assert_int_equal(c.proposal.event, before.events);
    assert_int_equal(c.rev, before.rev + 1);
    Step s = of(STEP_APPROVE, OFFICER_2, TODAY + 15);
    refused(&s, FLOW_ROLE, DEF_NONE);
    s.actor = CLERK_4;
    refused(&s, FLOW_SAME_PERSON, DEF_NONE);
    Step again = action(A_NOTIFY, CLERK_5, TODAY + 15);
    again.in.message = true;
    refused(&again, FLOW_PENDING, DEF_NONE);
    approve(5, TODAY + 17);
    assert_int_equal(c.state, S_NOTIFIED);
    assert_true(fx.released);
    assert_false(fx.cancelled);
    assert_false(c.proposal.pending);
    assert_int_equal(c.clocks[D_FIRST].verdict, VERDICT_ON_TIME); /* proposed on the due day */
    assert_int_equal(c.clocks[D_REVIEW].start, TODAY + 17);
    s.actor = CLERK_5;
    refused(&s, FLOW_NO_PROPOSAL, DEF_NONE);
}

static void test_decline_and_cancel(void **state)
{
    (void)state;
    to_working();
    propose_notify(4, TODAY);
    Step s = of(STEP_DECLINE, CLERK_5, TODAY);
    refused(&s, FLOW_NOTE, DEF_NONE);
    s.in.note = true;
    taken(&s);
    assert_false(c.proposal.pending);
    assert_int_equal(c.state, S_WORKING);
    propose_notify(4, TODAY);
    s.actor = CLERK_4; /* takes it back */
    memset(&no, 0xee, sizeof(no));
    taken(&s);
    assert_int_equal(no.why, 0xee); /* no refusal, no word about one */
    propose_notify(4, TODAY);
    Step record = action(A_RECORD, INTAKE_1, TODAY);
    record.in.note = true;
    taken(&record);
    assert_true(c.proposal.pending); /* what stays runs beside it */
    ask(TODAY);
    assert_true(fx.cancelled);
    assert_false(c.proposal.pending);
    answer(TODAY);
    propose_notify(4, TODAY);
    Step recuse = of(STEP_RECUSE, CLERK_4, TODAY);
    recuse.in.target = CLERK_4.tag;
    taken(&recuse);
    assert_true(fx.cancelled);
}

static Step extension(uint16_t days, Day day)
{
    Step s = of(STEP_EXTEND, OFFICER_2, day);
    s.deadline = D_FIRST;
    s.in.by = (Span){days, SPAN_CALENDAR_DAYS};
    s.in.message = true;
    return s;
}

static void extend(uint16_t days, Day day)
{
    Step s = extension(days, day), a = of(STEP_APPROVE, HEAD_3, day);
    give(&s.in, F_REASON);
    taken(&s);
    taken(&a);
    assert_int_equal(fx.extended, MASK32(D_FIRST));
    assert_true(fx.released);
}

static void test_extend(void **state)
{
    (void)state;
    to_working();
    Step s = extension(16, TODAY);
    refused(&s, FLOW_TOO_LONG, D_FIRST);
    s.in.by.count = 0;
    refused(&s, FLOW_TOO_LONG, D_FIRST);
    s.in.by = (Span){1, SPAN_MONTHS};
    refused(&s, FLOW_TOO_LONG, D_FIRST);
    s = extension(7, TODAY);
    s.in.message = false;
    refused(&s, FLOW_MESSAGE, M_DELAY);
    s = extension(7, TODAY + 16);
    refused(&s, FLOW_TOO_LATE, D_FIRST);
    s.deadline = D_WORK;
    refused(&s, FLOW_NO_EXTEND, D_WORK);
    s = extension(7, TODAY);
    s.actor = HEAD_3;
    refused(&s, FLOW_ROLE, DEF_NONE);
    extend(15, TODAY + 15);
    assert_int_equal(due(D_FIRST), TODAY + 30);
    assert_int_equal(c.clocks[D_FIRST].promised[0], TODAY + 15);
    assert_int_equal(c.clocks[D_WORK].state, CLOCK_MET); /* met by extending the other */
    extend(5, TODAY + 20);
    s = extension(5, TODAY + 21);
    refused(&s, FLOW_FIELD, F_REASON); /* beyond twice */
    extend(5, TODAY + 21);
    assert_int_equal(due(D_FIRST), TODAY + 40);
    def.deadlines[D_FIRST].extend.has_beyond = false;
    refused(&s, FLOW_TIMES, DEF_NONE);
    ask(TODAY + 22);
    s.day = TODAY + 22;
    refused(&s, FLOW_NO_EXTEND, D_FIRST); /* not in this state */
}

static void test_extension_approved_after_the_due_day(void **state)
{
    (void)state;
    to_working();
    Step s = extension(5, TODAY + 15), a = of(STEP_APPROVE, HEAD_3, TODAY + 17);
    taken(&s);
    taken(&a);
    assert_int_equal(due(D_FIRST), TODAY + 20);
}

static void test_after_until_times(void **state)
{
    (void)state;
    to_notified();
    Step close = action(A_CLOSE, INTAKE_1, TODAY + 15);
    Step review = action(A_REVIEW, complainant, TODAY + 16);
    refused(&close, FLOW_TOO_EARLY, D_REVIEW);
    refused(&review, FLOW_TOO_LATE, D_REVIEW);
    review.day = TODAY + 15;
    taken(&review);
    assign(TODAY + 15);
    propose_notify(4, TODAY + 15);
    approve(5, TODAY + 15);
    refused(&review, FLOW_TIMES, DEF_NONE);
    close.day = TODAY + 31;
    taken(&close);
    assert_int_equal(c.final_on, TODAY + 31);
    assert_int_equal(fx.tells, M_RESULT);
    assert_true(name_is(&case_open(&c, F_FINDING)->choice, STR("no"))); /* sets */
    assert_int_equal(c.clocks[D_FACTS].state, CLOCK_ENDED);
    assert_int_equal(c.clocks[D_FACTS].verdict, VERDICT_LATE);
    Step survey = of(STEP_SURVEY, complainant, TODAY + 32);
    taken(&survey);
    refused(&survey, FLOW_TIMES, DEF_NONE);
}

static void test_reopen(void **state)
{
    (void)state;
    submit_category("road");
    Step s = action(A_WITHDRAW, complainant, TODAY);
    taken(&s);
    for (uint8_t i = 0; i < SMALL_DEADLINES; i++)
        assert_true(c.clocks[i].state != CLOCK_RUNNING && c.clocks[i].state != CLOCK_STOPPED);
    s = action(A_REOPEN, CLERK_4, TODAY + 40);
    refused(&s, FLOW_DECLARE, DEF_NONE);
    s.in.declared = true;
    taken(&s);
    assert_int_equal(c.final_on, DAY_NONE);
    assert_int_equal(due(D_FIRST), TODAY + 55);
    assert_int_equal(due(D_FACTS), TODAY + 49); /* its own span */
    assert_int_equal(c.clocks[D_FIRST].round, 2);
    s = of(STEP_SURVEY, complainant, TODAY + 41);
    refused(&s, FLOW_STATE, S_SCREENING);
}

static void test_answered_letter_does_not_bind_the_next_round(void **state)
{
    (void)state;
    Step s = submission(TODAY);
    s.actor = INTAKE_1;
    give_day(&s.in, F_EXTERNAL_DUE, TODAY + 7);
    taken(&s);
    assert_int_equal(due(D_FIRST), TODAY + 7);
    s = action(A_WITHDRAW, complainant, TODAY);
    taken(&s);
    s = action(A_REOPEN, CLERK_4, TODAY + 40);
    s.in.declared = true;
    taken(&s);
    assert_int_equal(due(D_FIRST), TODAY + 55);
}

static void test_late_condition_begins_at_receipt(void **state)
{
    (void)state;
    submit_category("other");
    assert_int_equal(c.clocks[D_URGENT].state, CLOCK_OFF);
    Step s = action(A_RECORD, INTAKE_1, TODAY + 5);
    s.in.note = true;
    give_choice(&s.in, F_CATEGORY, "road");
    taken(&s);
    assert_int_equal(due(D_URGENT), TODAY + 1);
    assert_true(fx.started & MASK32(D_URGENT));
}

static void test_from_field_and_action(void **state)
{
    (void)state;
    submit_category("road");
    start();
    Step s = action(A_RECORD, INTAKE_1, TODAY + 5);
    s.in.note = true;
    give_day(&s.in, F_FINDING_ON, TODAY + 2);
    taken(&s);
    assert_int_equal(c.clocks[D_PENALTY].state, CLOCK_OFF);
    s.in.n_open = 0;
    give_choice(&s.in, F_FINDING, "yes");
    s.in.given = (FieldSet)ONE_FIELD(F_FINDING);
    taken(&s);
    assert_int_equal(due(D_PENALTY), TODAY + 32);
    s.in.n_open = 0;
    give_day(&s.in, F_FINDING_ON, TODAY + 2);
    taken(&s);
    assert_int_equal(c.clocks[D_PENALTY].round, 1); /* the same day again */
    s.in.open[0].number = TODAY + 4;
    taken(&s);
    assert_int_equal(c.clocks[D_PENALTY].round, 2);
    assert_int_equal(due(D_PENALTY), TODAY + 34);
}

static void appoint(uint8_t chair)
{
    Step s = action(A_APPOINT, CLERK_4, TODAY);
    give_person(&s.in, F_CHAIR, chair);
    taken(&s);
}

static void test_committee(void **state)
{
    (void)state;
    submit_category("road");
    start();
    Step s = action(A_APPOINT, CLERK_4, TODAY);
    give(&s.in, F_CHAIR);
    refused(&s, FLOW_TARGET, DEF_NONE); /* nobody of the staff list */
    appoint(7);
    appoint(8);
    assert_int_equal(c.n_members, 1); /* replaced */
    Actor chair = person(8, 0), former = person(7, 0);
    assert_int_equal(access_roles(&def, &c, &former), 0);
    assert_int_equal(access_roles(&def, &c, &chair), MASK32(CHAIR));
    assert_true(access_reads(&def, &c, &chair, CLASS_WORKING));
    assert_false(access_reads(&def, &c, &chair, CLASS_CONFIDENTIAL));
    s = action(A_REPORT, chair, TODAY);
    refused(&s, FLOW_DECLARE, DEF_NONE);
    Step declare = of(STEP_DECLARE, chair, TODAY);
    refused(&declare, FLOW_DECLARE, DEF_NONE);
    declare.in.declared = true;
    taken(&declare);
    refused(&declare, FLOW_ROLE, DEF_NONE);
    taken(&s);
    assert_int_equal(fx.open, A_REPORT);
    assert_int_equal(due(D_COPY), TODAY + 15); /* from this action */
    Step record = action(A_RECORD, INTAKE_1, TODAY + 9);
    record.in.note = true;
    taken(&record);
    assert_int_equal(due(D_COPY), TODAY + 24); /* repeated */
    assert_int_equal(c.clocks[D_COPY].round, 2);
}

static void test_exclusion(void **state)
{
    (void)state;
    submit_category("road");
    Step s = action(A_START, INTAKE_1, TODAY);
    give_person(&s.in, F_ACCUSED, 4);
    s.in.n_excluded = 2;
    s.in.excluded[0] = tag(4);
    s.in.excluded[1] = tag(7);
    taken(&s);
    assert_true(case_excludes(&c, &CLERK_4.tag));
    assert_int_equal(access_roles(&def, &c, &CLERK_4), 0);
    s = action(A_APPOINT, CLERK_5, TODAY);
    give_person(&s.in, F_CHAIR, 7);
    refused(&s, FLOW_TARGET, DEF_NONE);
    s.actor = CLERK_4;
    refused(&s, FLOW_ROLE, DEF_NONE);
    Step to = of(STEP_ASSIGN, INTAKE_1, TODAY);
    to.in.target = tag(4);
    refused(&to, FLOW_TARGET, DEF_NONE);
    to.in.target = tag(0);
    refused(&to, FLOW_TARGET, DEF_NONE);
    to.in.target = tag(9);
    taken(&to);
    assert_true(fx.assigned);
    Step recuse = of(STEP_RECUSE, INTAKE_1, TODAY);
    recuse.in.target = tag(9);
    refused(&recuse, FLOW_ROLE, DEF_NONE);
    recuse.actor = person(9, 0);
    taken(&recuse);
    assert_true(tag_is_none(&c.assignee));
    refused(&recuse, FLOW_ROLE, DEF_NONE); /* for him the case is no longer there */
}

static void test_exclusions_are_bounded(void **state)
{
    (void)state;
    submit_category("road");
    Step s = action(A_START, INTAKE_1, TODAY);
    s.in.n_excluded = CASE_EXCLUDED_MAX;
    for (uint8_t i = 0; i < CASE_EXCLUDED_MAX; i++)
        s.in.excluded[i] = tag((uint8_t)(100 + i));
    taken(&s);
    Step recuse = of(STEP_RECUSE, INTAKE_1, TODAY);
    recuse.in.target = INTAKE_1.tag;
    refused(&recuse, FLOW_FULL, DEF_NONE);
}

static void test_executive(void **state)
{
    (void)state;
    Step s = submission(TODAY);
    give_choice(&s.in, F_CATEGORY, "road");
    s.in.executive = true;
    taken(&s);
    start();
    s = action(A_ASSIGN, CLERK_4, TODAY);
    refused(&s, FLOW_EXECUTIVE, DEF_NONE);
    s = action(A_WITHDRAW, complainant, TODAY);
    taken(&s); /* the complainant is free */
}

static void test_side_steps(void **state)
{
    (void)state;
    submit_category("road");
    Step s = of(STEP_NOTE, HEAD_3, TODAY);
    s.in.note = true;
    refused(&s, FLOW_ROLE, DEF_NONE);
    s.actor = INTAKE_1;
    taken(&s);
    s = of(STEP_MESSAGE, complainant, TODAY);
    refused(&s, FLOW_MESSAGE, DEF_NONE);
    give(&s.in, F_FILES);
    taken(&s);
    s.in.message = true;
    give(&s.in, F_REASON);
    refused(&s, FLOW_EXTRA, F_REASON);
    assert_int_equal(c.messages, 1);
    s = of(STEP_LINKED, INTAKE_1, TODAY);
    refused(&s, FLOW_ROLE, DEF_NONE);
    s.actor = machine;
    for (uint64_t i = 1; i <= CASE_LINKS_MAX; i++) {
        s.in.linked = i;
        taken(&s);
        taken(&s);
    }
    s.in.linked = 99;
    refused(&s, FLOW_FULL, DEF_NONE);
    assert_int_equal(c.rev, 3); /* news of other cases outdates nobody's view */
}

static void test_merge_links(void **state)
{
    (void)state;
    submit_category("road");
    Step s = action(A_MERGE, INTAKE_1, TODAY);
    give(&s.in, F_MAIN);
    s.in.linked = 42;
    taken(&s);
    assert_int_equal(c.links[0], 42);
    assert_int_equal(fx.link, 42);
}

static void test_rungs(void **state)
{
    (void)state;
    submit_category("other");
    Step s = of(STEP_RUNG, machine, TODAY + 12);
    s.deadline = D_FIRST;
    uint32_t rev = c.rev;
    refused(&s, FLOW_NOT_RUNNING, D_FIRST); /* two working days before Thursday: Tuesday */
    s.day = TODAY + 13;
    taken(&s);
    assert_int_equal(fx.rung_deadline, D_FIRST);
    assert_int_equal(fx.rung, 0);
    assert_int_equal(c.rev, rev);
    refused(&s, FLOW_NOT_RUNNING, D_FIRST);
    s.day = TODAY + 16;
    taken(&s);
    assert_int_equal(fx.rung, 1);
    taken(&s);
    assert_int_equal(fx.rung, 2);
    refused(&s, FLOW_NOT_RUNNING, D_FIRST);
    s.deadline = SMALL_DEADLINES;
    refused(&s, FLOW_NOT_RUNNING, SMALL_DEADLINES);
    s.actor = CLERK_4;
    refused(&s, FLOW_ROLE, DEF_NONE);
}

static void test_late_reminder_is_skipped(void **state)
{
    (void)state;
    submit_category("other");
    Step s = of(STEP_RUNG, machine, TODAY + 20);
    s.deadline = D_FIRST;
    taken(&s);
    assert_int_equal(fx.rung_deadline, DEF_NONE);
    taken(&s);
    assert_int_equal(fx.rung, 1);
}

static void says(Refusal r, const char *expected)
{
    BUF_AUTO Buf b = {0};
    buf_init(&b, 1000);
    refusal_put(&b, &def, &r);
    assert_str(buf_str(&b), expected);
}

static void pass_time(Day day)
{
    const Deadline *d = &def.deadlines[D_FIRST];
    Step s = of(STEP_RUNG, machine, day);
    s.deadline = D_FIRST;
    NextRung next = clock_next_rung(d, &c.clocks[D_FIRST], &cal);
    while (next.day != DAY_NONE && next.day <= day) {
        taken(&s);
        next = clock_next_rung(d, &c.clocks[D_FIRST], &cal);
    }
}

static Step silence(Actor by, Day day)
{
    Step s = of(STEP_SILENCE, by, day);
    s.deadline = D_FIRST;
    s.in.note = true;
    return s;
}

static const Silence BY_CLERK = {
    .by = MASK32(CLERK), .delegable = MASK32(HEAD), .at_most = {3, SPAN_WORKING_DAYS}};

static void test_silence(void **state)
{
    (void)state;
    to_working(); /* due on TODAY + 15; alerts on + 16, + 23, + 30, ... */
    Step s = silence(CLERK_4, TODAY + 16);
    refused(&s, FLOW_NO_SILENCE, D_FIRST);
    def.deadlines[D_FIRST].silence = BY_CLERK;
    refused(&s, FLOW_NOT_ALERTED, D_FIRST); /* the alert has not gone out yet */
    pass_time(TODAY + 16);
    s.actor = HEAD_3;
    refused(&s, FLOW_ROLE, DEF_NONE);
    s.actor = (Actor){.kind = ACTOR_COMPLAINANT};
    refused(&s, FLOW_ROLE, DEF_NONE);
    s = silence(CLERK_4, TODAY + 16);
    s.in.note = false;
    refused(&s, FLOW_NOTE, DEF_NONE);
    s.in.note = true;
    s.in.by = (Span){4, SPAN_WORKING_DAYS};
    refused(&s, FLOW_SILENCE_LONG, D_FIRST);
    s.deadline = SMALL_DEADLINES;
    refused(&s, FLOW_NO_SILENCE, SMALL_DEADLINES);
    s = silence(CLERK_4, TODAY + 16);
    c.executive = true;
    refused(&s, FLOW_EXECUTIVE, DEF_NONE);
    c.executive = false;
    assert_int_equal(flow_may_silence(&def, &c, &CLERK_4, D_FIRST, TODAY + 16, &no), FLOW_OK);
    taken(&s);
    assert_int_equal(c.clocks[D_FIRST].silent_until,
                     calendar_add(&cal, TODAY + 16, (Span){3, SPAN_WORKING_DAYS}));
    assert_int_equal(due(D_FIRST), TODAY + 15);
    s = silence(CLERK_5, TODAY + 17);
    refused(&s, FLOW_NOT_ALERTED, D_FIRST); /* one note an alert */
    says((Refusal){FLOW_SILENCE_LONG, D_FIRST},
         "alerts of deadline \"first\" cannot be silent for so long; at most 3 working days at a "
         "time");
}

static void test_silence_ends_when_the_case_moves(void **state)
{
    (void)state;
    to_working();
    def.deadlines[D_FIRST].silence = BY_CLERK;
    def.deadlines[D_FIRST].n_renewals = 0; /* asking begins no other round here */
    pass_time(TODAY + 22);
    Step s = silence(HEAD_3, TODAY + 22), rung = of(STEP_RUNG, machine, TODAY + 23);
    s.actor.delegated = MASK32(CLERK);
    s.actor.delegator = CLERK_5.tag;
    taken(&s);
    rung.deadline = D_FIRST;
    refused(&rung, FLOW_NOT_RUNNING, D_FIRST); /* silent */
    Step note = of(STEP_NOTE, CLERK_4, TODAY + 23);
    note.in.note = true;
    taken(&note);
    refused(&rung, FLOW_NOT_RUNNING, D_FIRST); /* a note moves nothing on */
    ask(TODAY + 23);
    assert_int_equal(c.clocks[D_FIRST].silent_until, TODAY + 22);
    taken(&rung);
}

static void test_questions(void **state)
{
    (void)state;
    to_working();
    assert_int_equal(flow_reply_action(&def, &c, TODAY), DEF_NONE);
    assert_int_equal(flow_may(&def, &c, &OFFICER_2, A_NOTIFY, TODAY, &no), FLOW_OK);
    assert_int_equal(flow_may(&def, &c, &HEAD_3, A_NOTIFY, TODAY, &no), FLOW_ROLE);
    assert_int_equal(flow_may_extend(&def, &c, &OFFICER_2, D_FIRST, TODAY, &no), FLOW_OK);
    assert_int_equal(flow_may_decide(&def, &c, &CLERK_5, &no), FLOW_NO_PROPOSAL);
    ask(TODAY);
    assert_int_equal(flow_reply_action(&def, &c, TODAY), A_ANSWER);
    assert_int_equal(flow_managers(&def), MASK32(HEAD) | MASK32(CLERK));
    assert_int_equal(access_intake_readers(&def, CLASS_CONFIDENTIAL), MASK32(INTAKE));
    assert_int_equal(access_state_readers(&def, S_WORKING, CLASS_CONFIDENTIAL),
                     MASK32(INTAKE) | MASK32(OFFICER));
    assert_int_equal(access_state_readers(&def, S_FACTS, CLASS_WORKING),
                     MASK32(CHAIR) | MASK32(CLERK));
}

static void test_refusals_in_words(void **state)
{
    (void)state;
    says((Refusal){FLOW_STATE, S_RECEIVED},
         "from state \"received\" this step is not possible; open steps: start, record, "
         "withdraw, merge");
    says((Refusal){FLOW_FIELD, F_UNIT}, "field \"unit\" is missing");
    says((Refusal){FLOW_TOO_LONG, D_FIRST},
         "deadline \"first\" cannot be extended by that; at most 15 calendar days at a time");
    says((Refusal){FLOW_EXTRA, DEF_NONE}, "this step takes no message to the complainant");
    says((Refusal){FLOW_MESSAGE, M_ASK}, "a message to the complainant is needed (text \"M2\")");
    for (uint8_t why = 0; why < FLOW_ANSWERS; why++) {
        BUF_AUTO Buf b = {0};
        buf_init(&b, 1000);
        refusal_put(&b, &def, &(Refusal){why, DEF_NONE});
        assert_true(b.len > 3 && !b.err);
    }
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    return calendar_init(&cal, &arena, STR("test"), (Zone){420}, TODAY - 1000, TODAY + 1000, 0x60,
                         NULL, 0);
}

static int fresh(void **state)
{
    (void)state;
    assert_int_equal(day_weekday(TODAY), 2);
    small_def(&def, &cal);
    case_init(&c);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_submit, fresh),
        cmocka_unit_test_setup(test_submit_guards, fresh),
        cmocka_unit_test_setup(test_revision, fresh),
        cmocka_unit_test_setup(test_state_role_condition, fresh),
        cmocka_unit_test_setup(test_inputs, fresh),
        cmocka_unit_test_setup(test_unit_roles_and_assignee, fresh),
        cmocka_unit_test_setup(test_delegation, fresh),
        cmocka_unit_test_setup(test_waiting_stops_and_renews, fresh),
        cmocka_unit_test_setup(test_renewal_never_shortens, fresh),
        cmocka_unit_test_setup(test_overdue_stage_comes_back_in_the_same_round, fresh),
        cmocka_unit_test_setup(test_proposal, fresh),
        cmocka_unit_test_setup(test_decline_and_cancel, fresh),
        cmocka_unit_test_setup(test_extend, fresh),
        cmocka_unit_test_setup(test_extension_approved_after_the_due_day, fresh),
        cmocka_unit_test_setup(test_after_until_times, fresh),
        cmocka_unit_test_setup(test_reopen, fresh),
        cmocka_unit_test_setup(test_answered_letter_does_not_bind_the_next_round, fresh),
        cmocka_unit_test_setup(test_late_condition_begins_at_receipt, fresh),
        cmocka_unit_test_setup(test_from_field_and_action, fresh),
        cmocka_unit_test_setup(test_committee, fresh),
        cmocka_unit_test_setup(test_exclusion, fresh),
        cmocka_unit_test_setup(test_exclusions_are_bounded, fresh),
        cmocka_unit_test_setup(test_executive, fresh),
        cmocka_unit_test_setup(test_side_steps, fresh),
        cmocka_unit_test_setup(test_merge_links, fresh),
        cmocka_unit_test_setup(test_rungs, fresh),
        cmocka_unit_test_setup(test_late_reminder_is_skipped, fresh),
        cmocka_unit_test_setup(test_silence, fresh),
        cmocka_unit_test_setup(test_silence_ends_when_the_case_moves, fresh),
        cmocka_unit_test_setup(test_questions, fresh),
        cmocka_unit_test_setup(test_refusals_in_words, fresh),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
