/* SPDX-License-Identifier: Apache-2.0 */
/* A clock against a second one that walks every single day. */
#include "tests/unit/check.h"

#include "engine/core/due.h"
#include "tests/property/random.h"

#include <string.h>

enum { FIRST_DAY = 20000, SPAN_DAYS = 900, EVENTS = 12 };

static Arena arena;
static Calendar cal;

/* Days stood still and days granted, day by day from day 0. */
typedef struct Diary {
    Day start;
    bool still[SPAN_DAYS]; /* still[i]: day start + i does not count */
    Day went_on; /* the day it last ran on */
    uint32_t budget;
    bool working;
} Diary;

static bool counts(const Diary *diary, Day day)
{
    return !diary->still[day - diary->start] && (!diary->working || calendar_is_working(&cal, day));
}

/* The last day of the budget, by walking. What stood still on its very last day is due on the day
 * it runs on, not before. */
static Day walk(const Diary *diary)
{
    Day day = diary->start;
    for (uint32_t left = diary->budget; left;) {
        day++;
        left -= counts(diary, day);
    }
    return day > diary->went_on ? day : diary->went_on;
}

static void stand_still(Diary *diary, const Deadline *d, Day from, Day to, uint16_t *stood)
{
    for (Day day = from + 1; day <= to; day++) {
        if (d->stops_bounded && *stood >= d->stops_at_most)
            return;
        diary->still[day - diary->start] = true;
        diary->went_on = day;
        (*stood)++;
    }
}

static void compare(uint64_t seed)
{
    Random r = random_of(seed);
    Deadline d = {.stops_bounded = one_in(&r, 2), .stops_at_most = below(&r, 25)};
    Diary diary;
    Clock k;
    memset(&diary, 0, sizeof(diary));
    diary.start = FIRST_DAY + below(&r, 100);
    diary.went_on = diary.start;
    diary.budget = 1 + below(&r, 40);
    diary.working = one_in(&r, 2);
    uint8_t unit = diary.working ? SPAN_WORKING_DAYS : SPAN_CALENDAR_DAYS;
    Day today = diary.start, stopped_on = DAY_NONE;
    uint16_t stood = 0;
    clock_init(&k);
    clock_start(&k, today, (Span){(uint16_t)diary.budget, unit}, today);
    for (int i = 0; i < EVENTS; i++) {
        today += below(&r, 9);
        if (k.state == CLOCK_STOPPED) {
            stand_still(&diary, &d, stopped_on, today, &stood);
            clock_resume(&d, &k, &cal, today);
            assert_int_equal(k.stopped, stood);
        } else if (today > walk(&diary)) {
            assert_true(clock_is_overdue(&d, &k, &cal, today));
            clock_stop(&d, &k, &cal, today); /* too late to stand still */
            assert_int_equal(k.state, CLOCK_RUNNING);
        } else if (one_in(&r, 4)) {
            uint16_t more = (uint16_t)(1 + below(&r, 10));
            diary.budget += more;
            clock_extend(&d, &k, &cal, (Span){more, unit}, today);
        } else {
            clock_stop(&d, &k, &cal, today);
            assert_int_equal(k.state, CLOCK_STOPPED);
            stopped_on = today;
        }
        if (k.state == CLOCK_RUNNING)
            assert_int_equal(clock_due(&d, &k, &cal), walk(&diary));
    }
}

static void test_budget_is_what_walking_gives(void **state)
{
    (void)state;
    uint64_t n = rounds(60000);
    for (uint64_t seed = 0; seed < n; seed++)
        compare(seed);
}

static int set_up(void **state)
{
    (void)state;
    Holiday holidays[40];
    memset(holidays, 0, sizeof(holidays));
    for (size_t i = 0; i < 40; i++)
        holidays[i].day = FIRST_DAY + (Day)(i * 13);
    arena_init(&arena, 1 << 20);
    return calendar_init(&cal, &arena, STR("test"), (Zone){420}, FIRST_DAY, FIRST_DAY + 600, 0x60,
                         holidays, 40);
}

static int tear_down(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_budget_is_what_walking_gives)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
