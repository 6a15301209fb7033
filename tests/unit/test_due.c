/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "engine/core/due.h"

#include <string.h>

static Arena arena;
static Calendar cal;

static Day on(int month, int day)
{
    return day_from_civil((Civil){2026, month, day});
}

static const Span DAYS_15 = {15, SPAN_CALENDAR_DAYS};
static const Span WORK_7 = {7, SPAN_WORKING_DAYS};

static Clock started(Day from, Span limit, Day today)
{
    Clock k;
    clock_init(&k);
    clock_start(&k, from, limit, today);
    return k;
}

static void test_due_of_official_and_citizen(void **state)
{
    (void)state;
    Deadline official = {0}, citizen = {.rolls = true};
    Clock k = started(on(3, 30), DAYS_15, on(3, 30));
    assert_int_equal(clock_due(&official, &k, &cal), on(4, 14));
    assert_int_equal(clock_due(&citizen, &k, &cal), on(4, 16)); /* over Songkran */
    k = started(on(4, 8), (Span){15, SPAN_WORKING_DAYS}, on(4, 8));
    assert_int_equal(clock_due(&official, &k, &cal), on(5, 5));
    k = started(on(1, 31), (Span){1, SPAN_MONTHS}, on(1, 31));
    assert_int_equal(clock_due(&official, &k, &cal), on(2, 28));
}

static void test_off_and_ended_have_no_due_day(void **state)
{
    (void)state;
    Deadline d = {0};
    Clock k;
    clock_init(&k);
    assert_int_equal(clock_due(&d, &k, &cal), DAY_NONE);
    assert_false(clock_is_overdue(&d, &k, &cal, on(4, 1)));
    assert_int_equal(clock_next_rung(&d, &k, &cal).day, DAY_NONE);
    clock_start(&k, on(4, 1), DAYS_15, on(4, 1));
    clock_end(&d, &k, &cal, on(4, 5));
    assert_int_equal(k.verdict, VERDICT_NONE);
    assert_int_equal(clock_due(&d, &k, &cal), DAY_NONE);
    k = started(on(4, 1), DAYS_15, on(4, 1));
    clock_end(&d, &k, &cal, on(4, 17));
    assert_int_equal(k.verdict, VERDICT_LATE);
    assert_int_equal(k.late_rounds, 1);
}

static void test_verdict(void **state)
{
    (void)state;
    Deadline d = {0};
    Clock on_time = started(on(6, 1), DAYS_15, on(6, 1)), late = on_time;
    assert_false(clock_is_overdue(&d, &on_time, &cal, on(6, 16)));
    assert_true(clock_is_overdue(&d, &on_time, &cal, on(6, 17)));
    clock_meet(&d, &on_time, &cal, on(6, 16));
    clock_meet(&d, &late, &cal, on(6, 17));
    assert_int_equal(on_time.verdict, VERDICT_ON_TIME);
    assert_int_equal(late.verdict, VERDICT_LATE);
    assert_int_equal(late.met_due, on(6, 16));
    assert_int_equal(late.met_on, on(6, 17));
    assert_false(clock_is_overdue(&d, &late, &cal, on(7, 1)));
    clock_meet(&d, &late, &cal, on(8, 1)); /* frozen */
    assert_int_equal(late.met_on, on(6, 17));
    clock_start(&late, on(7, 1), DAYS_15, on(7, 1));
    assert_int_equal(late.round, 2);
    assert_int_equal(late.late_rounds, 1);
    assert_int_equal(late.met_due, DAY_NONE);
}

static void test_stop_without_bound(void **state)
{
    (void)state;
    Deadline d = {0};
    Clock k = started(on(6, 1), WORK_7, on(6, 1)); /* Monday */
    Day due = clock_due(&d, &k, &cal);
    assert_int_equal(due, on(6, 11)); /* the 3rd is a holiday */
    clock_stop(&d, &k, &cal, on(6, 5));
    assert_int_equal(k.state, CLOCK_STOPPED);
    assert_int_equal(k.consumed, 3);
    assert_int_equal(clock_due(&d, &k, &cal), DAY_NONE);
    assert_int_equal(clock_next_rung(&d, &k, &cal).day, DAY_NONE);
    Clock met = k;
    clock_meet(&d, &met, &cal, on(9, 1));
    assert_int_equal(met.verdict, VERDICT_ON_TIME);
    assert_int_equal(met.met_due, DAY_NONE);
    clock_resume(&d, &k, &cal, on(6, 19)); /* a fortnight stood still */
    assert_int_equal(k.stopped, 14);
    assert_int_equal(clock_due(&d, &k, &cal), due + 14);
}

static void test_stop_with_bound(void **state)
{
    (void)state;
    Deadline d = {.stops_bounded = true, .stops_at_most = 10};
    Clock k = started(on(6, 1), DAYS_15, on(6, 1));
    clock_stop(&d, &k, &cal, on(6, 6));
    assert_int_equal(clock_due(&d, &k, &cal), on(6, 26));
    Clock early = k;
    clock_resume(&d, &early, &cal, on(6, 9));
    assert_int_equal(clock_due(&d, &early, &cal), on(6, 19));
    clock_stop(&d, &early, &cal, on(6, 12)); /* seven days are left to stand still */
    assert_int_equal(clock_due(&d, &early, &cal), on(6, 26));
    clock_resume(&d, &k, &cal, on(6, 20)); /* it had run again from the 16th */
    assert_int_equal(k.stopped, 10);
    assert_int_equal(k.since, on(6, 16));
    assert_int_equal(clock_due(&d, &k, &cal), on(6, 26));
    clock_stop(&d, &k, &cal, on(6, 21));
    assert_int_equal(clock_due(&d, &k, &cal), on(6, 26));
    clock_meet(&d, &k, &cal, on(6, 27));
    assert_int_equal(k.verdict, VERDICT_LATE);
}

static void test_stop_of_months(void **state)
{
    (void)state;
    Deadline d = {0};
    Clock k = started(on(2, 10), (Span){2, SPAN_MONTHS}, on(2, 10));
    assert_int_equal(clock_due(&d, &k, &cal), on(4, 10));
    clock_stop(&d, &k, &cal, on(3, 1));
    assert_int_equal(k.limit.unit, SPAN_CALENDAR_DAYS);
    clock_resume(&d, &k, &cal, on(3, 4));
    assert_int_equal(clock_due(&d, &k, &cal), on(4, 13));
}

static void test_what_is_missed_does_not_stand_still(void **state)
{
    (void)state;
    Deadline d = {0};
    Clock k = started(on(6, 1), DAYS_15, on(6, 1));
    clock_stop(&d, &k, &cal, on(6, 17));
    assert_int_equal(k.state, CLOCK_RUNNING);
    assert_true(clock_is_overdue(&d, &k, &cal, on(6, 30)));
    clock_meet(&d, &k, &cal, on(6, 30));
    assert_int_equal(k.verdict, VERDICT_LATE);
}

static void test_extend(void **state)
{
    (void)state;
    Deadline d = {0};
    Clock k = started(on(6, 1), DAYS_15, on(6, 1));
    clock_extend(&d, &k, &cal, (Span){10, SPAN_CALENDAR_DAYS}, on(6, 10));
    assert_int_equal(clock_due(&d, &k, &cal), on(6, 26));
    assert_int_equal(k.limit.count, 25);
    assert_int_equal(k.promised[0], on(6, 16));
    clock_extend(&d, &k, &cal, (Span){3, SPAN_WORKING_DAYS}, on(6, 20));
    assert_int_equal(clock_due(&d, &k, &cal), on(7, 1)); /* Friday 26th: Mon, Tue, Wed */
    assert_int_equal(k.extensions, 2);
    assert_int_equal(k.n_promised, 2);
    for (int i = 0; i < CLOCK_PROMISES_MAX; i++)
        clock_extend(&d, &k, &cal, (Span){1, SPAN_CALENDAR_DAYS}, on(6, 20));
    assert_int_equal(k.n_promised, CLOCK_PROMISES_MAX);
    assert_int_equal(k.promised[0], on(7, 1)); /* the oldest are forgotten */
    assert_int_equal(clock_due(&d, &k, &cal), on(7, 1) + CLOCK_PROMISES_MAX);
}

static void test_extend_after_stop_keeps_what_was_used(void **state)
{
    (void)state;
    Deadline d = {0};
    Clock k = started(on(6, 1), DAYS_15, on(6, 1));
    clock_stop(&d, &k, &cal, on(6, 6));
    clock_resume(&d, &k, &cal, on(6, 10));
    assert_int_equal(clock_due(&d, &k, &cal), on(6, 20));
    clock_extend(&d, &k, &cal, (Span){1, SPAN_MONTHS}, on(6, 12));
    assert_int_equal(clock_due(&d, &k, &cal), on(7, 20));
}

static void test_override(void **state)
{
    (void)state;
    Deadline d = {.rolls = true};
    Clock k = started(on(6, 1), DAYS_15, on(6, 1));
    clock_override(&k, on(6, 7)); /* a Sunday: the letter says so */
    assert_int_equal(clock_due(&d, &k, &cal), on(6, 7));
    clock_stop(&d, &k, &cal, on(6, 5));
    assert_int_equal(clock_due(&d, &k, &cal), on(6, 7));
    assert_false(clock_is_provisional(&d, &k, &cal));
    clock_resume(&d, &k, &cal, on(6, 6));
    clock_extend(&d, &k, &cal, (Span){3, SPAN_CALENDAR_DAYS}, on(6, 6));
    assert_int_equal(clock_due(&d, &k, &cal), on(6, 10));
}

static void test_provisional(void **state)
{
    (void)state;
    const Span working = {5, SPAN_WORKING_DAYS}, month = {1, SPAN_MONTHS}, six = {6, 0};
    const struct {
        Day start;
        Span limit;
        bool rolls, moves;
    } cases[] = {
        {on(6, 1), DAYS_15, false, false},  /* all announced */
        {on(6, 1), working, true, false},   /* over 3 June, which is */
        {on(12, 1), DAYS_15, false, false}, /* 7 December is not confirmed, but only passed */
        {on(11, 20), month, false, false},  {on(12, 1), DAYS_15, true, false},
        {on(12, 1), six, false, false},    /* due on it: an official's day stays */
        {on(12, 1), six, true, true},      /* due on it: a citizen's rolls */
        {on(11, 29), six, true, true},     /* due on the Saturday before: rolls over it */
        {on(11, 28), six, true, false},    /* due on Friday */
        {on(12, 1), working, false, true}, /* counted */
        {on(12, 6), working, false, true},  {on(12, 7), working, false, false}, /* day 0 */
        {on(12, 25), DAYS_15, false, true}, /* past the covers */
        {on(12, 25), month, true, true},    {on(12, 24), working, false, false},
        {on(12, 25), working, false, true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        Deadline d = {.rolls = cases[i].rolls};
        Clock k = started(cases[i].start, cases[i].limit, cases[i].start);
        if (clock_is_provisional(&d, &k, &cal) != cases[i].moves)
            fail_msg("row %zu", i);
    }
}

static void test_provisional_while_standing_still(void **state)
{
    (void)state;
    Deadline d = {.rolls = true, .stops_bounded = true, .stops_at_most = 10};
    Clock k = started(on(11, 20), (Span){7, SPAN_CALENDAR_DAYS}, on(11, 20));
    assert_false(clock_is_provisional(&d, &k, &cal)); /* Friday, 27 November */
    clock_stop(&d, &k, &cal, on(11, 21));             /* to 7 December at most */
    assert_true(clock_is_provisional(&d, &k, &cal));
    d.stops_bounded = false; /* no due day, nothing to move */
    assert_false(clock_is_provisional(&d, &k, &cal));
}

static const Rung ladder[] = {
    {.kind = RUNG_OVERDUE, .offset = {0, SPAN_CALENDAR_DAYS}},
    {.kind = RUNG_BEFORE, .offset = {2, SPAN_CALENDAR_DAYS}},
    {.kind = RUNG_AFTER_START, .offset = {13, SPAN_CALENDAR_DAYS}},
    {.kind = RUNG_OVERDUE,
     .offset = {7, SPAN_CALENDAR_DAYS},
     .repeats = true,
     .repeat = {7, SPAN_CALENDAR_DAYS}},
    {.kind = RUNG_OVERDUE, .offset = {0, SPAN_CALENDAR_DAYS}},
};

static void fires(const Deadline *d, Clock *k, uint8_t rung, Day day)
{
    NextRung next = clock_next_rung(d, k, &cal);
    assert_int_equal(next.rung, rung);
    assert_int_equal(next.day, day);
    clock_fire(k, next);
}

static void test_ladder_in_order_each_once(void **state)
{
    (void)state;
    Deadline d = {.rungs = ladder, .n_rungs = 5};
    Clock k = started(on(6, 1), DAYS_15, on(6, 1));
    fires(&d, &k, 1, on(6, 14));
    fires(&d, &k, 2, on(6, 14)); /* the same day, in the order of the ladder */
    fires(&d, &k, 0, on(6, 17)); /* the day after the due day */
    fires(&d, &k, 4, on(6, 17));
    for (int i = 0; i < 60; i++)
        fires(&d, &k, 3, on(6, 24) + 7 * i);
}

static void test_ladder_follows_the_due_day(void **state)
{
    (void)state;
    Deadline d = {.rungs = ladder, .n_rungs = 5};
    Clock k = started(on(6, 1), DAYS_15, on(6, 1));
    fires(&d, &k, 1, on(6, 14));
    fires(&d, &k, 2, on(6, 14));
    clock_extend(&d, &k, &cal, DAYS_15, on(6, 16));
    fires(&d, &k, 1, on(6, 29)); /* reminded again before the new day */
    fires(&d, &k, 0, on(7, 2));
}

static void test_silence_postpones_alerts(void **state)
{
    (void)state;
    Deadline d = {.rungs = ladder, .n_rungs = 5};
    Clock k = started(on(6, 1), DAYS_15, on(6, 1));
    fires(&d, &k, 1, on(6, 14));
    fires(&d, &k, 2, on(6, 14));
    assert_false(clock_is_alerted(&d, &k, &cal, on(6, 16))); /* the due day */
    assert_false(clock_is_alerted(&d, &k, &cal, on(6, 17))); /* still to go out */
    fires(&d, &k, 0, on(6, 17));
    assert_false(clock_is_alerted(&d, &k, &cal, on(6, 17))); /* the second of that day */
    fires(&d, &k, 4, on(6, 17));
    assert_true(clock_is_alerted(&d, &k, &cal, on(6, 22)));
    clock_silence(&k, on(6, 22), on(6, 25));
    assert_int_equal(clock_due(&d, &k, &cal), on(6, 16));
    assert_true(clock_is_overdue(&d, &k, &cal, on(6, 22)));
    assert_int_equal(clock_silent_until(&k, on(6, 25)), on(6, 25));
    assert_int_equal(clock_silent_until(&k, on(6, 26)), DAY_NONE);
    assert_false(clock_is_alerted(&d, &k, &cal, on(6, 25)));
    fires(&d, &k, 3, on(6, 26)); /* of the 24th */
    assert_true(clock_is_alerted(&d, &k, &cal, on(6, 26)));
    fires(&d, &k, 3, on(7, 1)); /* the weeks are counted as before */
}

static void test_repetitions_in_a_silence_fall_together(void **state)
{
    (void)state;
    static const Rung daily = {.kind = RUNG_OVERDUE,
                               .offset = {0, SPAN_CALENDAR_DAYS},
                               .repeats = true,
                               .repeat = {1, SPAN_CALENDAR_DAYS}};
    Deadline d = {.rungs = &daily, .n_rungs = 1};
    Clock k = started(on(6, 1), DAYS_15, on(6, 1));
    fires(&d, &k, 0, on(6, 17));
    clock_silence(&k, on(6, 17), on(6, 20));
    fires(&d, &k, 0, on(6, 21));
    fires(&d, &k, 0, on(6, 22));
    clock_silence(&k, on(6, 22), on(6, 25));
    clock_sound(&k, on(6, 24)); /* the case moved on */
    assert_int_equal(clock_silent_until(&k, on(6, 24)), DAY_NONE);
    fires(&d, &k, 0, on(6, 24));
    fires(&d, &k, 0, on(6, 25));
    clock_silence(&k, on(6, 25), on(6, 28));
    clock_start(&k, on(6, 26), DAYS_15, on(6, 26)); /* another round */
    assert_int_equal(k.silent_until, DAY_NONE);
}

static void test_ladder_of_old_paper_catches_up(void **state)
{
    (void)state;
    Deadline d = {.rungs = ladder, .n_rungs = 5};
    Clock k = started(on(6, 1), DAYS_15, on(7, 1));
    fires(&d, &k, 1, on(6, 14));
    k = started(on(7, 1), DAYS_15, on(7, 1));
    clock_override(&k, on(6, 20)); /* the letter's day was over when it came */
    fires(&d, &k, 0, on(6, 21));
    fires(&d, &k, 4, on(6, 21));
}

static void test_repeats_in_working_days_and_months(void **state)
{
    (void)state;
    Rung rungs[] = {{.kind = RUNG_OVERDUE, .repeats = true, .repeat = {5, SPAN_WORKING_DAYS}}};
    Deadline d = {.rungs = rungs, .n_rungs = 1};
    Clock k = started(on(6, 8), (Span){1, SPAN_CALENDAR_DAYS}, on(6, 8));
    fires(&d, &k, 0, on(6, 10));
    fires(&d, &k, 0, on(6, 17));
    fires(&d, &k, 0, on(6, 24));
    rungs[0].repeat = (Span){1, SPAN_MONTHS};
    k = started(on(1, 28), (Span){1, SPAN_CALENDAR_DAYS}, on(1, 28));
    fires(&d, &k, 0, on(1, 30));
    fires(&d, &k, 0, on(2, 28)); /* the month's last day */
    fires(&d, &k, 0, on(3, 30)); /* counted from the first */
}

static int set_up(void **state)
{
    (void)state;
    const Holiday holidays[] = {
        {.day = on(4, 6), .confirmed = true},   {.day = on(4, 13), .confirmed = true},
        {.day = on(4, 14), .confirmed = true},  {.day = on(4, 15), .confirmed = true},
        {.day = on(5, 4), .confirmed = true},   {.day = on(6, 3), .confirmed = true},
        {.day = on(12, 7), .confirmed = false},
    };
    arena_init(&arena, 1 << 20);
    return calendar_init(&cal, &arena, STR("test"), (Zone){420}, on(1, 1), on(12, 31), 0x60,
                         holidays, sizeof(holidays) / sizeof(holidays[0]));
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
        cmocka_unit_test(test_due_of_official_and_citizen),
        cmocka_unit_test(test_off_and_ended_have_no_due_day),
        cmocka_unit_test(test_verdict),
        cmocka_unit_test(test_stop_without_bound),
        cmocka_unit_test(test_stop_with_bound),
        cmocka_unit_test(test_stop_of_months),
        cmocka_unit_test(test_what_is_missed_does_not_stand_still),
        cmocka_unit_test(test_extend),
        cmocka_unit_test(test_extend_after_stop_keeps_what_was_used),
        cmocka_unit_test(test_override),
        cmocka_unit_test(test_provisional),
        cmocka_unit_test(test_provisional_while_standing_still),
        cmocka_unit_test(test_ladder_in_order_each_once),
        cmocka_unit_test(test_ladder_follows_the_due_day),
        cmocka_unit_test(test_silence_postpones_alerts),
        cmocka_unit_test(test_repetitions_in_a_silence_fall_together),
        cmocka_unit_test(test_ladder_of_old_paper_catches_up),
        cmocka_unit_test(test_repeats_in_working_days_and_months),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
