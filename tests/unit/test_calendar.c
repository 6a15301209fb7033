/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/calendar.h"

#include <errno.h>
#include <string.h>

enum { SATURDAY_SUNDAY = 0x60 };

/* The central government's days off of 2026 and 2027, by month and day. */
static const struct {
    int16_t year;
    int8_t month, day;
} central[] = {
    {2026, 1, 1},   {2026, 1, 2},   {2026, 3, 3},   {2026, 4, 6},   {2026, 4, 13},  {2026, 4, 14},
    {2026, 4, 15},  {2026, 5, 4},   {2026, 5, 13},  {2026, 5, 31},  {2026, 6, 1},   {2026, 6, 3},
    {2026, 7, 28},  {2026, 7, 29},  {2026, 7, 30},  {2026, 8, 12},  {2026, 10, 13}, {2026, 10, 23},
    {2026, 12, 5},  {2026, 12, 7},  {2026, 12, 10}, {2026, 12, 31}, {2027, 1, 1},   {2027, 2, 21},
    {2027, 2, 22},  {2027, 4, 6},   {2027, 4, 13},  {2027, 4, 14},  {2027, 4, 15},  {2027, 5, 4},
    {2027, 5, 20},  {2027, 6, 3},   {2027, 7, 18},  {2027, 7, 19},  {2027, 7, 20},  {2027, 7, 28},
    {2027, 8, 12},  {2027, 10, 13}, {2027, 10, 23}, {2027, 10, 25}, {2027, 12, 5},  {2027, 12, 6},
    {2027, 12, 10}, {2027, 12, 31},
};
enum { N_CENTRAL = sizeof central / sizeof *central };

static Day day(int year, int month, int number)
{
    return day_from_civil((Civil){year, month, number});
}

static Span days(uint16_t n)
{
    return (Span){n, SPAN_CALENDAR_DAYS};
}

static Span working(uint16_t n)
{
    return (Span){n, SPAN_WORKING_DAYS};
}

static Span months(uint16_t n)
{
    return (Span){n, SPAN_MONTHS};
}

/* 2026 announced, 2027 computed. */
static Calendar office(Arena *arena)
{
    Holiday holidays[N_CENTRAL];
    for (size_t i = 0; i < N_CENTRAL; i++)
        holidays[i] = (Holiday){.day = day(central[i].year, central[i].month, central[i].day),
                                .confirmed = central[i].year == 2026};
    Calendar c;
    assert_int_equal(calendar_init(&c, arena, STR("central"), (Zone){420}, day(2026, 1, 1),
                                   day(2027, 12, 31), SATURDAY_SUNDAY, holidays, N_CENTRAL),
                     0);
    return c;
}

/* Asserts a day by its text, which says more than its number when it is wrong. */
static void assert_day(Day got, const char *expected)
{
    BUF_AUTO Buf b = {0};
    buf_init(&b, 100);
    day_put_iso(&b, got);
    assert_str(buf_str(&b), expected);
}

static void the_seven_examples(void **state)
{
    (void)state;
    static const struct {
        const char *received, *strict, *work_by, *rolled, *seven, *fifteen_working;
    } rows[] = {
        {"2026-04-08", "2026-04-23", "2026-04-23", "2026-04-23", "2026-04-15", "2026-05-05"},
        {"2026-03-30", "2026-04-14", "2026-04-10", "2026-04-16", "2026-04-06", "2026-04-24"},
        {"2026-05-17", "2026-06-01", "2026-05-29", "2026-06-02", "2026-05-24", "2026-06-09"},
        {"2026-07-20", "2026-08-04", "2026-08-04", "2026-08-04", "2026-07-27", "2026-08-14"},
        {"2026-09-20", "2026-10-05", "2026-10-05", "2026-10-05", "2026-09-27", "2026-10-09"},
        {"2026-12-25", "2027-01-09", "2027-01-08", "2027-01-11", "2027-01-01", "2027-01-19"},
        {"2027-07-05", "2027-07-20", "2027-07-16", "2027-07-21", "2027-07-12", "2027-07-29"},
    };
    ARENA_AUTO Arena arena = {0};
    arena_init(&arena, 100000);
    Calendar c = office(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Day received;
        assert_int_equal(day_parse_iso(str_of(rows[i].received), &received), 0);
        Day strict = calendar_add(&c, received, days(15));
        assert_day(strict, rows[i].strict);
        assert_day(calendar_work_by(&c, strict), rows[i].work_by);
        assert_day(calendar_roll(&c, strict), rows[i].rolled);
        assert_day(calendar_add(&c, received, days(7)), rows[i].seven);
        assert_day(calendar_add(&c, received, working(15)), rows[i].fifteen_working);
    }
}

/* The period begins on the day after `from`, and ends on the day before that day's number comes
 * again; without such a day, on the last of the month. */
static void month_periods(void **state)
{
    (void)state;
    ARENA_AUTO Arena arena = {0};
    arena_init(&arena, 100000);
    Calendar c = office(&arena);
    assert_day(calendar_add(&c, day(2026, 1, 15), months(1)), "2026-02-15");
    assert_day(calendar_add(&c, day(2026, 1, 31), months(1)), "2026-02-28");
    assert_day(calendar_add(&c, day(2026, 1, 29), months(1)), "2026-02-28");
    assert_day(calendar_add(&c, day(2026, 1, 27), months(1)), "2026-02-27");
    assert_day(calendar_add(&c, day(2028, 1, 31), months(1)), "2028-02-29");
    assert_day(calendar_add(&c, day(2026, 12, 31), months(2)), "2027-02-28");
    assert_day(calendar_add(&c, day(2024, 2, 29), months(12)), "2025-02-28");
    assert_day(calendar_add(&c, day(2026, 11, 30), months(3)), "2027-02-28");
    /* Begins on the first of a month, so it is whole months. */
    assert_day(calendar_add(&c, day(2026, 4, 30), months(1)), "2026-05-31");
    assert_day(calendar_add(&c, day(2026, 2, 28), months(1)), "2026-03-31");
    assert_day(calendar_add(&c, day(2026, 5, 5), months(0)), "2026-05-05");

    assert_day(calendar_subtract(&c, day(2026, 3, 31), months(1)), "2026-02-28");
    assert_day(calendar_subtract(&c, day(2026, 3, 15), months(3)), "2025-12-15");
    assert_day(calendar_subtract(&c, day(2026, 3, 15), days(15)), "2026-02-28");
}

static void working_days_back(void **state)
{
    (void)state;
    ARENA_AUTO Arena arena = {0};
    arena_init(&arena, 100000);
    Calendar c = office(&arena);
    assert_day(calendar_subtract(&c, day(2026, 4, 16), working(1)), "2026-04-10");
    assert_day(calendar_subtract(&c, day(2026, 4, 14), working(1)), "2026-04-10");
    assert_day(calendar_subtract(&c, day(2026, 4, 14), working(0)), "2026-04-14");
    assert_day(calendar_add(&c, day(2026, 4, 14), working(0)), "2026-04-14");
    assert_day(calendar_subtract(&c, day(2026, 1, 5), working(2)), "2025-12-30");
}

/* What a holiday is when it comes twice, out of order, on a weekend and out of range. */
static void merges_holidays(void **state)
{
    (void)state;
    const Holiday holidays[] = {
        {day(2026, 5, 13), false, STR("ข"), STR("Provincial")},
        {day(2025, 12, 31), true, STR("ก"), STR("Before")},
        {day(2026, 1, 1), true, STR("ปีใหม่"), STR("New Year")},
        {day(2026, 5, 13), true, STR("ค"), STR("Ploughing")},
        {day(2026, 5, 16), true, STR("ง"), STR("A Saturday")},
        {day(2027, 1, 1), true, STR("ก"), STR("After")},
    };
    ARENA_AUTO Arena arena = {0};
    arena_init(&arena, 100000);
    Calendar c;
    assert_int_equal(calendar_init(&c, &arena, STR("x"), (Zone){420}, day(2026, 1, 1),
                                   day(2026, 12, 31), SATURDAY_SUNDAY, holidays, 6),
                     0);
    assert_int_equal(c.n_holidays, 3);
    assert_str(c.holidays[0].name_en, "New Year");
    assert_str(c.holidays[1].name_en, "Ploughing"); /* the confirmed one stays */
    assert_int_equal(c.holidays[2].day, day(2026, 5, 16));
    assert_false(calendar_is_working(&c, day(2026, 1, 1)));
    assert_false(calendar_is_working(&c, day(2026, 5, 13)));
    assert_true(calendar_is_working(&c, day(2026, 5, 14)));
    /* 365 days, 104 at weekends, 2 holidays on other days */
    assert_int_equal(c.worked[364], 365 - 104 - 2);
    assert_true(calendar_is_working(&c, day(2025, 12, 31))); /* outside, only weekends are known */
    assert_true(calendar_is_working(&c, day(2027, 1, 1)));
    assert_false(calendar_is_working(&c, day(2027, 1, 2)));
    assert_int_equal(calendar_working_between(&c, day(2026, 12, 25), day(2027, 1, 8)), 10);
    assert_int_equal(calendar_working_between(&c, day(2026, 5, 12), day(2026, 5, 12)), 0);
    assert_int_equal(calendar_working_between(&c, day(2026, 5, 12), day(2026, 5, 1)), 0);
}

static void provisional_dates(void **state)
{
    (void)state;
    ARENA_AUTO Arena arena = {0};
    arena_init(&arena, 100000);
    Calendar c = office(&arena);
    assert_false(calendar_is_provisional(&c, day(2026, 1, 1), day(2026, 12, 31)));
    assert_true(calendar_is_provisional(&c, day(2026, 12, 25), day(2027, 1, 1)));
    assert_false(calendar_is_provisional(&c, day(2027, 1, 2), day(2027, 2, 20)));
    assert_true(calendar_is_provisional(&c, day(2027, 1, 2), day(2027, 2, 21)));
    assert_true(calendar_is_provisional(&c, day(2027, 2, 22), day(2027, 2, 22)));
    assert_true(calendar_is_provisional(&c, day(2025, 12, 31), day(2026, 2, 1)));
    assert_false(calendar_is_provisional(&c, day(2027, 11, 1), day(2027, 12, 4)));
    assert_true(calendar_is_provisional(&c, day(2027, 12, 30), day(2028, 1, 1)));
}

static int init_empty(Arena *arena, Day from, Day to, uint8_t weekend)
{
    Calendar c;
    return calendar_init(&c, arena, STR("x"), (Zone){420}, from, to, weekend, NULL, 0);
}

static void refuses_bad_covers(void **state)
{
    (void)state;
    ARENA_AUTO Arena arena = {0};
    arena_init(&arena, 100000);
    assert_int_equal(init_empty(&arena, 10, 9, SATURDAY_SUNDAY), 1);
    assert_int_equal(init_empty(&arena, 10, 10, SATURDAY_SUNDAY), 0);
    assert_int_equal(init_empty(&arena, day(2026, 1, 1), day(2065, 12, 31), SATURDAY_SUNDAY), 0);
    assert_int_equal(init_empty(&arena, day(2026, 1, 1), day(2066, 1, 1), SATURDAY_SUNDAY), 1);
    assert_int_equal(init_empty(&arena, INT32_MIN, INT32_MAX, SATURDAY_SUNDAY), 1);
    assert_int_equal(init_empty(&arena, 10, 20, 0x7F), 1); /* a week without work */
    ARENA_AUTO Arena small = {0};
    arena_init(&small, 100);
    assert_int_equal(init_empty(&small, 0, 300, SATURDAY_SUNDAY), -ENOMEM);
}

/* The same questions answered by walking from day to day. */
typedef struct Naive {
    Day from, to;
    uint8_t weekend;
    const bool *off; /* of each day from..to */
} Naive;

static bool naive_works(const Naive *n, Day d)
{
    bool off = (d >= n->from && d <= n->to && n->off[d - n->from]);
    return !off && !(n->weekend >> day_weekday(d) & 1);
}

static Day naive_walk(const Naive *n, Day d, int count, int step)
{
    while (count > 0) {
        d += step;
        count -= naive_works(n, d);
    }
    return d;
}

static void compare_from(const Calendar *c, const Naive *n, Day from, uint16_t count)
{
    assert_int_equal(calendar_is_working(c, from), naive_works(n, from));
    Day later = calendar_add(c, from, working(count));
    assert_int_equal(later, naive_walk(n, from, count, 1));
    assert_int_equal(calendar_working_between(c, from, later), count);
    assert_int_equal(calendar_subtract(c, from, working(count)), naive_walk(n, from, count, -1));
    assert_int_equal(calendar_work_by(c, from), naive_walk(n, from + 1, 1, -1));
    assert_int_equal(calendar_roll(c, from), naive_walk(n, from - 1, 1, 1));
    int32_t between = 0;
    for (Day d = from + 1; d <= from + count; d++)
        between += naive_works(n, d);
    assert_int_equal(calendar_working_between(c, from, from + count), between);
}

/* Reproducible: the seed is shown when it fails. */
static uint32_t random_state;
static uint32_t random_below(uint32_t n)
{
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 8) % n;
}

static void compare_one_calendar(uint32_t seed)
{
    enum { LENGTH_MAX = 900 };
    static bool off[LENGTH_MAX];
    Holiday holidays[120];
    random_state = seed;
    Day from = (Day)random_below(40000) - 10000;
    Day length = 1 + (Day)random_below(LENGTH_MAX);
    uint8_t weekend = (uint8_t)random_below(0x7F);
    size_t n_holidays = random_below(120);
    memset(off, 0, sizeof off);
    for (size_t i = 0; i < n_holidays; i++) {
        Day at = (Day)random_below((uint32_t)length);
        off[at] = true;
        holidays[i] = (Holiday){.day = from + at, .confirmed = i % 2};
    }
    ARENA_AUTO Arena arena = {0};
    arena_init(&arena, 100000);
    Calendar c;
    assert_int_equal(calendar_init(&c, &arena, STR("r"), (Zone){420}, from, from + length - 1,
                                   weekend, holidays, n_holidays),
                     0);
    Naive n = {from, from + length - 1, weekend, off};
    for (int i = 0; i < 60; i++) {
        Day start = from - 200 + (Day)random_below((uint32_t)length + 400);
        compare_from(&c, &n, start, (uint16_t)random_below(i % 2 ? 20 : 300));
    }
}

static void agrees_with_walking(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 400; seed++)
        compare_one_calendar(seed * 7919);
}

static void reads_spans(void **state)
{
    (void)state;
    static const struct {
        const char *text, *english, *thai;
        int r;
    } rows[] = {
        {"15 calendar days", "15 calendar days", "15 วัน", 0},
        {"1 calendar day", "1 calendar day", "1 วัน", 0},
        {"15 working days", "15 working days", "15 วันทำการ", 0},
        {"1 working day", "1 working day", "1 วันทำการ", 0},
        {"3 months", "3 months", "3 เดือน", 0},
        {"1 month", "1 month", "1 เดือน", 0},
        {"0 calendar days", "0 calendar days", "0 วัน", 0},
        {"3650 calendar days", "3650 calendar days", "3650 วัน", 0},
        {"15 days", NULL, NULL, 2},
        {"1 day", NULL, NULL, 2},
        {"3651 calendar days", NULL, NULL, 1},
        {"", NULL, NULL, 1},
        {"15", NULL, NULL, 1},
        {"15 ", NULL, NULL, 1},
        {"days", NULL, NULL, 1},
        {"x days", NULL, NULL, 1},
        {"-1 months", NULL, NULL, 1},
        {"15 weeks", NULL, NULL, 1},
        {"15  working days", NULL, NULL, 1},
        {"15 working days ", NULL, NULL, 1},
        {"15 Working Days", NULL, NULL, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Span span = {77, 0};
        assert_int_equal(span_parse(str_of(rows[i].text), &span), rows[i].r);
        if (rows[i].r) {
            assert_int_equal(span.count, 77);
            continue;
        }
        BUF_AUTO Buf b = {0};
        buf_init(&b, 100);
        span_put(&b, span);
        assert_str(buf_str(&b), rows[i].english);
        buf_reset(&b);
        span_put_thai(&b, span);
        assert_str(buf_str(&b), rows[i].thai);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_seven_examples),  cmocka_unit_test(month_periods),
        cmocka_unit_test(working_days_back),   cmocka_unit_test(merges_holidays),
        cmocka_unit_test(provisional_dates),   cmocka_unit_test(refuses_bad_covers),
        cmocka_unit_test(agrees_with_walking), cmocka_unit_test(reads_spans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
