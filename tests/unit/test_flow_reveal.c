/* SPDX-License-Identifier: Apache-2.0 */
/* An identity is opened by two custodians for one officer, or it stays shut: the rules of the core,
 * with no key in sight. */
#include "tests/unit/flow_help.h"

#include "engine/core/reveal.h"

enum { BOB = 12, ANN = 13, CAT = 14 }; /* custodians: they hold no role of the case */
static const Actor OFFICER_6 = PERSON(6, MASK32(OFFICER));

static int guarded(void **state)
{
    fresh(state);
    def.protected = true;
    def.access.custodians = 2;
    def.identity_opened = M_RESULT;
    to_working();
    return 0;
}

static Step asking(Actor by, uint8_t ground)
{
    Step s = of(STEP_REVEAL_ASK, by, TODAY);
    s.in.note = true;
    s.ground = ground;
    return s;
}

static Step giving(uint8_t custodian, uint8_t halves)
{
    Step s = of(STEP_REVEAL_ANSWER, person(custodian, 0), TODAY);
    s.in.target = OFFICER_2.tag;
    s.halves = halves;
    return s;
}

static void asked(void)
{
    Step s = asking(OFFICER_2, GROUND_COURT);
    taken(&s);
}

static void gives(uint8_t custodian, uint8_t halves)
{
    Step s = giving(custodian, halves);
    taken(&s);
}

static void two_of_a_pair_open_it(void **state)
{
    (void)state;
    asked();
    assert_int_equal(c.reveal.state, REVEAL_ASKED);
    assert_int_equal(c.reveal.rev, c.rev);
    gives(BOB, 1);
    assert_int_equal(c.reveal.state, REVEAL_ASKED);
    assert_false(reveal_serves(&c, &OFFICER_2.tag, TODAY));
    assert_int_equal(fx.tells, DEF_NONE);
    gives(CAT, 4); /* of another pair */
    assert_int_equal(c.reveal.state, REVEAL_ASKED);
    gives(ANN, 2);
    assert_int_equal(c.reveal.state, REVEAL_OPENED);
    assert_int_equal(fx.tells, M_RESULT);
    assert_true(reveal_serves(&c, &OFFICER_2.tag, TODAY));
    assert_false(reveal_serves(&c, &OFFICER_6.tag, TODAY));
    assert_true(reveal_serves(&c, &OFFICER_2.tag, TODAY + REVEAL_DAYS));
    assert_false(reveal_serves(&c, &OFFICER_2.tag, TODAY + REVEAL_DAYS + 1));
}

static void both_halves_are_never_one_persons(void **state)
{
    (void)state;
    asked();
    Step s = giving(BOB, 3);
    refused(&s, FLOW_HALVES, DEF_NONE);
    s.halves = 0;
    refused(&s, FLOW_HALVES, DEF_NONE);
    s.halves = 1u << REVEAL_HALVES;
    refused(&s, FLOW_HALVES, DEF_NONE);
    gives(BOB, 1);
    s.halves = 2; /* the other one, in a second answer */
    refused(&s, FLOW_TIMES, DEF_NONE);
    s.actor = person(ANN, 0);
    s.halves = 1; /* again the one that was given */
    refused(&s, FLOW_HALVES, DEF_NONE);
    assert_false(reveal_serves(&c, &OFFICER_2.tag, TODAY));
}

static void nobody_answers_themselves(void **state)
{
    (void)state;
    asked();
    Step s = giving(BOB, 1);
    s.actor = OFFICER_2;
    refused(&s, FLOW_SAME_PERSON, DEF_NONE);
    s.actor = complainant;
    refused(&s, FLOW_ROLE, DEF_NONE);
    s.actor = machine;
    refused(&s, FLOW_ROLE, DEF_NONE);
    s.actor.tag = tag(BOB);
    refused(&s, FLOW_ROLE, DEF_NONE);
    s.actor = person(0, 0); /* nobody's tag */
    refused(&s, FLOW_ROLE, DEF_NONE);
    s = of(STEP_REVEAL_DECLINE, OFFICER_2, TODAY);
    refused(&s, FLOW_SAME_PERSON, DEF_NONE);
}

static void only_to_whoever_asked(void **state)
{
    (void)state;
    Step s = giving(BOB, 1);
    refused(&s, FLOW_NO_REVEAL, DEF_NONE); /* nobody has asked */
    asked();
    s.in.target = OFFICER_6.tag;
    refused(&s, FLOW_TARGET, DEF_NONE);
    s.in.target = (Tag){{0}};
    refused(&s, FLOW_TARGET, DEF_NONE);
}

static void it_ends(void **state)
{
    (void)state;
    asked();
    Step late = giving(BOB, 1);
    late.day = TODAY + REVEAL_DAYS + 1;
    refused(&late, FLOW_NO_REVEAL, DEF_NONE);
    Step no_more = of(STEP_REVEAL_DECLINE, person(BOB, 0), TODAY);
    Case waiting = c;
    taken(&no_more);
    assert_int_equal(c.reveal.state, REVEAL_DECLINED);
    Step s = giving(ANN, 2);
    refused(&s, FLOW_NO_REVEAL, DEF_NONE);
    c = waiting;
    gives(BOB, 1);
    gives(ANN, 2);
    s = giving(CAT, 4); /* it is open */
    refused(&s, FLOW_NO_REVEAL, DEF_NONE);
    c = waiting;
    c.destroyed = 1u << CLASS_IDENTITY; /* there is nothing left to open */
    s = giving(BOB, 1);
    refused(&s, FLOW_DESTROYED, DEF_NONE);
}

static void recuse(uint8_t who)
{
    Step s = of(STEP_RECUSE, person(who, MASK32(OFFICER)), TODAY);
    s.in.target = tag(who);
    taken(&s);
}

static void nothing_for_somebody_off_the_case(void **state)
{
    (void)state;
    asked();
    gives(BOB, 1);
    gives(ANN, 2);
    Case opened = c;
    opened.excluded[opened.n_excluded++] = OFFICER_2.tag;
    assert_false(reveal_serves(&opened, &OFFICER_2.tag, TODAY));
    recuse(2);
    assert_int_equal(c.reveal.state, REVEAL_NONE);
    assert_false(reveal_serves(&c, &OFFICER_2.tag, TODAY));
    Step s = asking(OFFICER_2, GROUND_LAW);
    refused(&s, FLOW_ROLE, DEF_NONE);
}

static void what_an_accused_custodian_gave_counts_no_more(void **state)
{
    (void)state;
    asked();
    gives(BOB, 1);
    c.excluded[c.n_excluded++] = tag(BOB);
    recuse(6); /* any step that keeps somebody out */
    assert_true(tag_is_none(&c.reveal.halves[0]));
    gives(ANN, 2);
    assert_int_equal(c.reveal.state, REVEAL_ASKED);
    Step s = giving(BOB, 1);
    refused(&s, FLOW_ROLE, DEF_NONE);
}

static void who_may_ask(void **state)
{
    (void)state;
    Step s = asking(OFFICER_2, GROUND_NONE);
    refused(&s, FLOW_NOTE, DEF_NONE);
    s.ground = GROUNDS;
    refused(&s, FLOW_NOTE, DEF_NONE);
    s = asking(OFFICER_2, GROUND_COURT);
    s.in.note = false;
    refused(&s, FLOW_NOTE, DEF_NONE);
    s = asking(CLERK_4, GROUND_COURT); /* reads the working copy only */
    refused(&s, FLOW_ROLE, DEF_NONE);
    s.actor = person(BOB, 0);
    refused(&s, FLOW_ROLE, DEF_NONE);
    s.actor = complainant;
    refused(&s, FLOW_ROLE, DEF_NONE);
    def.access.custodians = 0;
    s = asking(OFFICER_2, GROUND_COURT);
    refused(&s, FLOW_NO_CUSTODY, DEF_NONE);
    def.access.custodians = 2;
    c.destroyed = 1u << CLASS_IDENTITY;
    refused(&s, FLOW_DESTROYED, DEF_NONE);
}

static void one_request_at_a_time(void **state)
{
    (void)state;
    asked();
    Step s = asking(OFFICER_6, GROUND_LAW);
    refused(&s, FLOW_REVEAL_RUNS, DEF_NONE);
    gives(BOB, 1);
    uint32_t first = c.reveal.rev;
    asked(); /* one's own anew: what was given for the first is no part of it */
    assert_true(c.reveal.rev > first);
    assert_true(tag_is_none(&c.reveal.halves[0]));
    gives(ANN, 2);
    assert_int_equal(c.reveal.state, REVEAL_ASKED);
    s.day = TODAY + REVEAL_DAYS + 1;
    taken(&s);
    assert_true(tag_eq(&c.reveal.officer, &OFFICER_6.tag));
}

/* What was opened for one is not ended by another's asking; what was declined keeps nobody. */
static void an_opened_one_lasts_its_days(void **state)
{
    (void)state;
    asked();
    Case waiting = c;
    gives(BOB, 1);
    gives(ANN, 2);
    Step other = asking(OFFICER_6, GROUND_LAW);
    refused(&other, FLOW_REVEAL_RUNS, DEF_NONE);
    assert_true(reveal_serves(&c, &OFFICER_2.tag, TODAY));
    other.day = TODAY + REVEAL_DAYS + 1;
    taken(&other);
    c = waiting;
    Step decline = of(STEP_REVEAL_DECLINE, person(BOB, 0), TODAY);
    taken(&decline);
    other.day = TODAY;
    taken(&other);
    assert_true(tag_eq(&c.reveal.officer, &OFFICER_6.tag));
}

static void grounds_have_their_words(void **state)
{
    (void)state;
    for (uint8_t g = GROUND_NONE + 1; g < GROUNDS; g++) {
        assert_int_equal(ground_of(ground_id(g)), g);
        assert_true(ground_label(g).th.len && ground_label(g).en.len);
    }
    assert_int_equal(ground_of(STR("")), GROUND_NONE);
    assert_int_equal(ground_of(STR("curiosity")), GROUND_NONE);
    assert_int_equal(ground_id(GROUNDS).len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(two_of_a_pair_open_it, guarded),
        cmocka_unit_test_setup(both_halves_are_never_one_persons, guarded),
        cmocka_unit_test_setup(nobody_answers_themselves, guarded),
        cmocka_unit_test_setup(only_to_whoever_asked, guarded),
        cmocka_unit_test_setup(it_ends, guarded),
        cmocka_unit_test_setup(nothing_for_somebody_off_the_case, guarded),
        cmocka_unit_test_setup(what_an_accused_custodian_gave_counts_no_more, guarded),
        cmocka_unit_test_setup(who_may_ask, guarded),
        cmocka_unit_test_setup(one_request_at_a_time, guarded),
        cmocka_unit_test_setup(an_opened_one_lasts_its_days, guarded),
        cmocka_unit_test(grounds_have_their_words),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
