/* SPDX-License-Identifier: Apache-2.0 */
/* Deadlines as steps stop, renew, extend and warn of them. */
#include "tests/unit/flow_help.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_waiting_stops_and_renews, fresh),
        cmocka_unit_test_setup(test_renewal_never_shortens, fresh),
        cmocka_unit_test_setup(test_overdue_stage_comes_back_in_the_same_round, fresh),
        cmocka_unit_test_setup(test_extend, fresh),
        cmocka_unit_test_setup(test_extension_approved_after_the_due_day, fresh),
        cmocka_unit_test_setup(test_after_until_times, fresh),
        cmocka_unit_test_setup(test_reopen, fresh),
        cmocka_unit_test_setup(test_answered_letter_does_not_bind_the_next_round, fresh),
        cmocka_unit_test_setup(test_late_condition_begins_at_receipt, fresh),
        cmocka_unit_test_setup(test_rungs, fresh),
        cmocka_unit_test_setup(test_late_reminder_is_skipped, fresh),
        cmocka_unit_test_setup(test_silence, fresh),
        cmocka_unit_test_setup(test_silence_ends_when_the_case_moves, fresh),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
