/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped calendar: the days known from the law's examples, and the provinces' own days. */
#include "tests/unit/check.h"

#include "engine/load/load.h"

static const Calendar *calendar(Arena *arena, Str province)
{
    BUF_AUTO Buf file = {0};
    FAULTS_AUTO Faults faults;
    const Calendar *c = NULL;
    faults_init(&faults);
    assert_int_equal(load_file(SOURCE_DIR "/workflows/calendars/th_government.yaml", &file), 0);
    assert_int_equal(load_calendar(buf_str(&file), province, (Zone){420}, arena, &faults, &c), 0);
    assert_int_equal(faults.n, 0);
    return c;
}

static Day day(const char *iso)
{
    Day d = DAY_NONE;
    assert_int_equal(day_parse_iso(str_of(iso), &d), 0);
    return d;
}

static void assert_day(Day got, const char *expected)
{
    BUF_AUTO Buf b = {0};
    buf_init(&b, 32);
    day_put_iso(&b, got);
    assert_str(buf_str(&b), expected);
}

/* Received, then: 15 calendar days, the day to finish by, rolled on, 7 calendar and 15 working. */
static const char *const vectors[][6] = {
    {"2026-04-08", "2026-04-23", "2026-04-23", "2026-04-23", "2026-04-15", "2026-05-05"},
    {"2026-03-30", "2026-04-14", "2026-04-10", "2026-04-16", "2026-04-06", "2026-04-24"},
    {"2026-05-17", "2026-06-01", "2026-05-29", "2026-06-02", "2026-05-24", "2026-06-09"},
    {"2026-07-20", "2026-08-04", "2026-08-04", "2026-08-04", "2026-07-27", "2026-08-14"},
    {"2026-09-20", "2026-10-05", "2026-10-05", "2026-10-05", "2026-09-27", "2026-10-09"},
    {"2026-12-25", "2027-01-09", "2027-01-08", "2027-01-11", "2027-01-01", "2027-01-19"},
    {"2027-07-05", "2027-07-20", "2027-07-16", "2027-07-21", "2027-07-12", "2027-07-29"},
};

static void test_vectors(void **state)
{
    (void)state;
    ARENA_AUTO Arena arena = {0};
    arena_init(&arena, 1 << 20);
    const Calendar *c = calendar(&arena, STR("khon_kaen"));
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        Day from = day(vectors[i][0]);
        Day due = calendar_add(c, from, (Span){15, SPAN_CALENDAR_DAYS});
        assert_day(due, vectors[i][1]);
        assert_day(calendar_work_by(c, due), vectors[i][2]);
        assert_day(calendar_roll(c, due), vectors[i][3]);
        assert_day(calendar_add(c, from, (Span){7, SPAN_CALENDAR_DAYS}), vectors[i][4]);
        assert_day(calendar_add(c, from, (Span){15, SPAN_WORKING_DAYS}), vectors[i][5]);
    }
}

static void test_days_off(void **state)
{
    (void)state;
    static const char *const off[] = {"2025-04-16", "2025-06-02", "2025-08-11", "2026-01-02",
                                      "2026-05-13", "2026-12-07", "2027-02-22", "2027-10-25"};
    static const char *const on[] = {"2025-05-01", "2026-05-01", "2026-06-02", "2026-07-31",
                                     "2027-05-12"};
    ARENA_AUTO Arena arena = {0};
    arena_init(&arena, 1 << 20);
    const Calendar *c = calendar(&arena, STR("khon_kaen"));
    for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++)
        assert_false(calendar_is_working(c, day(off[i])));
    for (size_t i = 0; i < sizeof(on) / sizeof(on[0]); i++)
        assert_true(calendar_is_working(c, day(on[i])));
    assert_day(c->covers_from, "2025-01-01");
    assert_day(c->covers_to, "2027-12-31");
    assert_false(calendar_is_provisional(c, day("2026-01-05"), day("2026-12-30")));
    assert_true(calendar_is_provisional(c, day("2026-12-30"), day("2027-01-05")));
    assert_true(calendar_is_provisional(c, day("2027-12-30"), day("2028-01-05")));
}

/* Chinese New Year and Eid are days off in five and in four provinces of the south. */
static void test_provinces(void **state)
{
    (void)state;
    static const struct {
        const char *province;
        bool new_year, eid;
    } rows[] = {
        {"pattani", true, true}, {"yala", true, true},      {"narathiwat", true, true},
        {"satun", true, true},   {"songkhla", true, false}, {"khon_kaen", false, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ARENA_AUTO Arena arena = {0};
        arena_init(&arena, 1 << 20);
        const Calendar *c = calendar(&arena, str_of(rows[i].province));
        assert_int_equal(!calendar_is_working(c, day("2026-02-17")), rows[i].new_year);
        assert_int_equal(!calendar_is_working(c, day("2026-03-20")), rows[i].eid);
        assert_int_equal(calendar_is_provisional(c, day("2026-03-16"), day("2026-03-24")),
                         rows[i].eid);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_days_off),
        cmocka_unit_test(test_provinces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
