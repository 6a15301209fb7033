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

/* ---- notes that silence a ladder, against the same ladder without them ---- */
enum { LADDER_DAYS = 160, LADDER_RUNGS = 5 };

typedef struct Heard {
    bool on[LADDER_RUNGS][LADDER_DAYS];
} Heard;

static void hear(const Deadline *d, Clock *k, Day today, Heard *heard)
{
    NextRung next = clock_next_rung(d, k, &cal);
    while (next.day != DAY_NONE && next.day <= today) {
        bool *on = &heard->on[next.rung][next.day - FIRST_DAY];
        assert_false(*on);
        *on = true;
        clock_fire(k, next);
        next = clock_next_rung(d, k, &cal);
    }
}

/* Reminders as they were; an alert on its day, or on the first that is not silent. */
static void same_ladder(const Deadline *d, const Heard *plain, const Heard *had, const bool *silent)
{
    for (uint8_t r = 0; r < d->n_rungs; r++) {
        bool owed = false;
        for (int day = 0; day < LADDER_DAYS; day++) {
            bool held = d->rungs[r].kind == RUNG_OVERDUE && silent[day];
            owed |= plain->on[r][day];
            assert_int_equal(had->on[r][day], owed && !held);
            owed = owed && held;
        }
    }
}

static void random_ladder(Random *r, Deadline *d, Rung *rungs)
{
    for (uint8_t i = 0; i < LADDER_RUNGS; i++)
        rungs[i] = (Rung){.kind = one_in(r, 4) ? below(r, 2) : RUNG_OVERDUE,
                          .offset = {below(r, 20), below(r, 2)},
                          .repeats = one_in(r, 3),
                          .repeat = {(uint16_t)(1 + below(r, 9)), below(r, 2)}};
    d->rungs = rungs;
    d->n_rungs = 1 + below(r, LADDER_RUNGS);
}

static uint64_t notes; /* taken over all rounds: a property of nothing proves nothing */

static void silence(uint64_t seed)
{
    static Heard plain, had;
    Random r = random_of(seed);
    Rung rungs[LADDER_RUNGS];
    bool silent[LADDER_DAYS] = {false};
    Deadline d = {0};
    Clock k, twin;
    memset(&plain, 0, sizeof(plain));
    memset(&had, 0, sizeof(had));
    random_ladder(&r, &d, rungs);
    clock_init(&k);
    clock_start(&k, FIRST_DAY, (Span){below(&r, 12), SPAN_CALENDAR_DAYS}, FIRST_DAY);
    twin = k;
    for (int i = 0; i < LADDER_DAYS; i++) {
        Day today = FIRST_DAY + i;
        bool behind = one_in(&r, 8) && i + 1 < LADDER_DAYS; /* nobody fires what is due */
        if (one_in(&r, 12))
            clock_sound(&k, today);
        silent[i] = clock_silent_until(&k, today) != DAY_NONE;
        if (!behind)
            hear(&d, &k, today, &had);
        if (clock_is_alerted(&d, &k, &cal, today) && one_in(&r, 2)) {
            Day due = clock_due(&d, &k, &cal);
            clock_silence(&k, today,
                          calendar_add(&cal, today, (Span){1 + below(&r, 3), below(&r, 2)}));
            assert_false(clock_is_alerted(&d, &k, &cal, today)); /* one note an alert */
            assert_int_equal(clock_due(&d, &k, &cal), due);
            assert_true(clock_is_overdue(&d, &k, &cal, today));
            notes++;
        }
    }
    hear(&d, &twin, FIRST_DAY + LADDER_DAYS - 1, &plain);
    same_ladder(&d, &plain, &had, silent);
}

static void test_silence_drops_nothing(void **state)
{
    (void)state;
    uint64_t n = rounds(20000);
    for (uint64_t seed = 0; seed < n; seed++)
        silence(seed);
    assert_true(notes > n / 4);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_budget_is_what_walking_gives),
                                       cmocka_unit_test(test_silence_drops_nothing)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
