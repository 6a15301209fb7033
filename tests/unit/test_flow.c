/* SPDX-License-Identifier: Apache-2.0 */
/* What a step asks, does and refuses. */
#include "tests/unit/flow_help.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_submit, fresh),
        cmocka_unit_test_setup(test_submit_guards, fresh),
        cmocka_unit_test_setup(test_revision, fresh),
        cmocka_unit_test_setup(test_inputs, fresh),
        cmocka_unit_test_setup(test_proposal, fresh),
        cmocka_unit_test_setup(test_decline_and_cancel, fresh),
        cmocka_unit_test_setup(test_from_field_and_action, fresh),
        cmocka_unit_test_setup(test_merge_links, fresh),
        cmocka_unit_test_setup(test_questions, fresh),
        cmocka_unit_test_setup(test_refusals_in_words, fresh),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
