/* SPDX-License-Identifier: Apache-2.0 */
/* Who may take a step: roles, delegates, committees, the excluded. */
#include "tests/unit/flow_help.h"

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

/* Who has no unit is not of the unit of a case that has none yet; nobody's tag is no assignee's. */
static void test_nobody_is_nobody(void **state)
{
    (void)state;
    submit_category("road");
    Actor homeless = person(9, MASK32(OFFICER));
    homeless.unit = (Name){{0}};
    assert_int_equal(access_roles(&def, &c, &homeless), 0);
    assert_false(access_reads(&def, &c, &homeless, CLASS_CONFIDENTIAL));
    Actor untagged = person(0, MASK32(INTAKE) | MASK32(CLERK));
    assert_true(tag_is_none(&c.assignee));
    assert_int_equal(access_roles(&def, &c, &untagged), 0);
    assert_int_equal(access_acting_roles(&def, &c, &untagged), 0);
}

/* Keys go to whoever answers for a state and to whoever may lengthen a deadline there, also when
 * no action is theirs; and to no role that may not read the class. */
static void test_owners_and_extenders_read(void **state)
{
    (void)state;
    def.access.readers[CLASS_CONFIDENTIAL] |= MASK32(HEAD);
    assert_false(access_intake_readers(&def, CLASS_CONFIDENTIAL) & MASK32(HEAD));
    def.states[S_RECEIVED].owner = HEAD;
    assert_true(access_intake_readers(&def, CLASS_CONFIDENTIAL) & MASK32(HEAD));
    assert_true(access_state_readers(&def, S_RECEIVED, CLASS_CONFIDENTIAL) & MASK32(HEAD));
    def.deadlines[D_FIRST].extend.by = MASK32(OFFICER);
    def.deadlines[D_FIRST].extend.approve.by = 0;
    assert_false(access_state_readers(&def, S_WORKING, CLASS_CONFIDENTIAL) & MASK32(HEAD));
    def.deadlines[D_FIRST].extend.by = MASK32(HEAD);
    assert_true(access_state_readers(&def, S_WORKING, CLASS_CONFIDENTIAL) & MASK32(HEAD));
    def.access.readers[CLASS_CONFIDENTIAL] &= ~MASK32(HEAD);
    assert_false(access_state_readers(&def, S_WORKING, CLASS_CONFIDENTIAL) & MASK32(HEAD));
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_state_role_condition, fresh),
        cmocka_unit_test_setup(test_unit_roles_and_assignee, fresh),
        cmocka_unit_test_setup(test_delegation, fresh),
        cmocka_unit_test_setup(test_committee, fresh),
        cmocka_unit_test_setup(test_nobody_is_nobody, fresh),
        cmocka_unit_test_setup(test_owners_and_extenders_read, fresh),
        cmocka_unit_test_setup(test_exclusion, fresh),
        cmocka_unit_test_setup(test_exclusions_are_bounded, fresh),
        cmocka_unit_test_setup(test_executive, fresh),
        cmocka_unit_test_setup(test_side_steps, fresh),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
