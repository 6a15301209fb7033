/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/date.h"

static const Zone thailand = {420};

static Day day(int year, int month, int number)
{
    return day_from_civil((Civil){year, month, number});
}

static void civil_there_and_back(void **state)
{
    (void)state;
    assert_int_equal(day(1970, 1, 1), 0);
    assert_int_equal(day(2000, 3, 1), 11017);
    assert_int_equal(day(1, 1, 1), -719162);
    assert_int_equal(day(9999, 12, 31), 2932896);
    /* Every day of ten thousand years against a calendar that is just counted up. */
    Civil c = {1, 1, 1};
    for (Day d = day(1, 1, 1); d <= 2932896; d++) {
        Civil got = day_to_civil(d);
        if (got.year != c.year || got.month != c.month || got.day != c.day ||
            day_from_civil(c) != d || !civil_is_valid(c))
            fail_msg("day %d is not %d-%d-%d", d, c.year, c.month, c.day);
        c.day++;
        if (!civil_is_valid(c))
            c = c.month == 12 ? (Civil){c.year + 1, 1, 1} : (Civil){c.year, c.month + 1, 1};
    }
}

static void knows_valid_dates(void **state)
{
    (void)state;
    assert_true(civil_is_valid((Civil){2024, 2, 29}));
    assert_true(civil_is_valid((Civil){2000, 2, 29}));
    assert_false(civil_is_valid((Civil){1900, 2, 29}));
    assert_false(civil_is_valid((Civil){2026, 2, 29}));
    assert_false(civil_is_valid((Civil){2026, 4, 31}));
    assert_false(civil_is_valid((Civil){2026, 13, 1}));
    assert_false(civil_is_valid((Civil){2026, 0, 1}));
    assert_false(civil_is_valid((Civil){2026, 1, 0}));
    assert_false(civil_is_valid((Civil){0, 1, 1}));
    assert_false(civil_is_valid((Civil){10000, 1, 1}));
}

static void weekdays(void **state)
{
    (void)state;
    assert_int_equal(day_weekday(0), 3); /* 1970-01-01 was a Thursday */
    assert_string_equal(day_name_english(day_weekday(day(2026, 1, 15))), "Thursday");
    assert_string_equal(day_name_thai(day_weekday(day(2026, 1, 15))), "พฤหัสบดี");
    assert_string_equal(day_name_english(day_weekday(day(2026, 9, 20))), "Sunday");
    for (Day d = -1000; d < 1000; d++)
        assert_int_equal((day_weekday(d) + 1) % 7, day_weekday(d + 1));
}

static void adds_months(void **state)
{
    (void)state;
    assert_int_equal(day_add_months(day(2026, 1, 31), 1), day(2026, 2, 28));
    assert_int_equal(day_add_months(day(2028, 1, 31), 1), day(2028, 2, 29));
    assert_int_equal(day_add_months(day(2024, 2, 29), 12), day(2025, 2, 28));
    assert_int_equal(day_add_months(day(2024, 2, 29), 48), day(2028, 2, 29));
    assert_int_equal(day_add_months(day(2026, 11, 30), 3), day(2027, 2, 28));
    assert_int_equal(day_add_months(day(2026, 3, 31), -1), day(2026, 2, 28));
    assert_int_equal(day_add_months(day(2026, 1, 15), -1), day(2025, 12, 15));
    assert_int_equal(day_add_months(day(2026, 1, 15), -13), day(2024, 12, 15));
    assert_int_equal(day_add_months(day(2026, 5, 5), 0), day(2026, 5, 5));
}

static void stays_within_its_range(void **state)
{
    (void)state;
    assert_int_equal(day_plus(INT32_MAX, 1), INT32_MAX);
    assert_int_equal(day_plus(INT32_MIN, -1), INT32_MIN);
    assert_int_equal(day_plus(5, INT64_MAX), INT32_MAX);
    assert_int_equal(day_plus(-5, INT64_MIN), INT32_MIN);
    assert_int_equal(day_plus(day(2026, 12, 31), 1), day(2027, 1, 1));
    assert_int_equal(day_add_months(INT32_MAX, 1), INT32_MAX);
    assert_int_equal(moment_day(INT64_MAX, thailand), INT32_MAX);
    assert_int_equal(moment_day(INT64_MIN, thailand), INT32_MIN);
    assert_in_range(moment_minute(INT64_MIN, thailand), 0, 1439);
    assert_int_equal(day_from_civil(day_to_civil(INT32_MAX)), INT32_MAX);
    assert_int_equal(day_from_civil(day_to_civil(INT32_MIN)), INT32_MIN);
}

static void parses_iso_exactly(void **state)
{
    (void)state;
    Day d = 0;
    assert_int_equal(day_parse_iso(STR("2026-01-15"), &d), 0);
    assert_int_equal(d, day(2026, 1, 15));
    assert_int_equal(day_parse_iso(STR("2569-01-15"), &d), 0); /* no era here: CE 2569 */
    assert_int_equal(d, day(2569, 1, 15));
    static const char *const wrong[] = {"",           "2026-1-15",  "2026-01-15 ", " 2026-01-15",
                                        "2026/01/15", "20260115",   "2026-02-29",  "2026-13-01",
                                        "2026-00-10", "2026-01-00", "0000-01-01",  "-026-01-15",
                                        "2026-01-1",  "2026-01-1a", "2026-01-155", "๒๕๖๙-๐๑-๑๕"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(day_parse_iso(str_of(wrong[i]), &d), 1);
    assert_int_equal(d, day(2569, 1, 15)); /* untouched */
}

static void parses_what_people_write(void **state)
{
    (void)state;
    static const char *const same[] = {"2026-01-15", "2569-01-15", "15/01/2569", "15/1/2569",
                                       "15/01/2026", "15-01-2569", "15-1-2026",  " 15/1/2569 ",
                                       "๑๕/๐๑/๒๕๖๙", "๑๕/๑/๒๕๖๙",  "๑๕-๐๑-2569", "๒๕๖๙-๐๑-๑๕"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        Day d = 0;
        if (day_parse(str_of(same[i]), &d) || d != day(2026, 1, 15))
            fail_msg("%s", same[i]);
    }
    static const char *const wrong[] = {"",
                                        "15/01/69",
                                        "15/01-2569",
                                        "15.01.2569",
                                        "01/15/2569",
                                        "31/04/2569",
                                        "15/01/25699",
                                        "15/01/",
                                        "/01/2569",
                                        "15//2569",
                                        "015/01/2569",
                                        "15 ม.ค. 2569",
                                        "๑๕/๐๑/๒๕๖๙๙",
                                        "\xE0\xB9",
                                        "0/1/2569",
                                        "1/0/2569",
                                        "2026-1-5",
                                        "\xE0\xB9/1/2569"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        Day d = 7;
        if (day_parse(str_of(wrong[i]), &d) != 1 || d != 7)
            fail_msg("%s", wrong[i]);
    }
}

/* 29 February is there in leap years of the common era: 2567 is 2024, 2568 is 2025. */
static void buddhist_leap_days(void **state)
{
    (void)state;
    Day d = 0;
    assert_int_equal(day_parse(STR("29/02/2567"), &d), 0);
    assert_int_equal(d, day(2024, 2, 29));
    assert_int_equal(day_parse(STR("29/02/2568"), &d), 1); /* 2568 would be one in CE */
    assert_int_equal(day_parse(STR("๒๙/๐๒/๒๕๗๑"), &d), 0);
    assert_int_equal(d, day(2028, 2, 29));
    assert_int_equal(day_parse(STR("29/02/2400"), &d), 1); /* 1857 CE; 2400 CE would be one */
    assert_int_equal(day_parse(STR("28/02/2400"), &d), 0);
    assert_int_equal(d, day(1857, 2, 28));
    assert_int_equal(day_parse(STR("01/01/2399"), &d), 0);
    assert_int_equal(d, day(2399, 1, 1));
}

static void moments_in_the_zone(void **state)
{
    (void)state;
    Moment at = day_start(day(2026, 1, 15), thailand);
    assert_true(at == (Moment)day(2026, 1, 14) * 86400 + 17 * 3600);
    assert_int_equal(moment_day(at, thailand), day(2026, 1, 15));
    assert_int_equal(moment_day(at - 1, thailand), day(2026, 1, 14));
    assert_int_equal(moment_minute(at - 1, thailand), 1439);
    assert_int_equal(moment_minute(at + 13 * 3600 + 30 * 60 + 59, thailand), 810);
    assert_int_equal(moment_day(-1, (Zone){0}), -1);
    assert_int_equal(moment_minute(-1, (Zone){0}), 1439);
    assert_int_equal(moment_day(0, (Zone){-60}), -1);
}

static void parses_moments(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int seconds; /* after 2026-01-15T00:00Z */
    } rows[] = {
        {"2026-01-15", -7 * 3600},
        {"2026-01-15T13:30", 6 * 3600 + 1800},
        {"2026-01-15 13:30:07", 6 * 3600 + 1807},
        {"2026-01-15T13:30Z", 13 * 3600 + 1800},
        {"2026-01-15T13:30:07Z", 13 * 3600 + 1807},
        {"2026-01-15T13:30:00+07:00", 6 * 3600 + 1800},
        {"2026-01-15T13:30-03:30", 17 * 3600},
        {"2026-01-15 23:59:59Z", 86399},
    };
    Moment midnight = day_start(day(2026, 1, 15), (Zone){0});
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Moment at = 0;
        if (moment_parse(str_of(rows[i].text), thailand, &at) || at != midnight + rows[i].seconds)
            fail_msg("%s", rows[i].text);
    }
    static const char *const wrong[] = {"",
                                        "2026-01-15T",
                                        "2026-01-15Z",
                                        "2026-01-15T13",
                                        "2026-01-15t13:30",
                                        "2026-01-15T24:00",
                                        "2026-01-15T13:60",
                                        "2026-01-15T13:30:60",
                                        "2026-01-15T13:30:",
                                        "2026-01-15T13:30z",
                                        "2026-01-15T13:30+07",
                                        "2026-01-15T13:30+0700",
                                        "2026-01-15T13:30+24:00",
                                        "2026-01-15T13:30Z ",
                                        "2026-01-15  13:30",
                                        "2026-02-30T10:00",
                                        "2026-01-15T1:30",
                                        "2026-01-15T13:30:00.5Z"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        Moment at = 7;
        if (moment_parse(str_of(wrong[i]), thailand, &at) != 1 || at != 7)
            fail_msg("%s", wrong[i]);
    }
}

static void writes_dates(void **state)
{
    (void)state;
    BUF_AUTO Buf b = {0};
    buf_init(&b, 1000);
    Day d = day(2026, 1, 15);
    Moment at = day_start(d, thailand) + 13 * 3600 + 5 * 60 + 9;
    day_put_iso(&b, d);
    buf_adds(&b, "|");
    day_put_thai(&b, d);
    buf_adds(&b, "|");
    day_put_thai_short(&b, d);
    buf_adds(&b, "|");
    day_put_english(&b, d);
    buf_adds(&b, "|");
    moment_put_iso(&b, at);
    buf_adds(&b, "|");
    moment_put_clock(&b, at, thailand);
    buf_adds(&b, "|");
    day_put_thai_short(&b, day(1962, 12, 3)); /* 2505: two digits also then */
    buf_adds(&b, "|");
    moment_put_iso(&b, -1);
    assert_str(buf_str(&b), "2026-01-15|15 มกราคม 2569|15 ม.ค. 69|15 January 2026|"
                            "2026-01-15T06:05:09Z|13.05|3 ธ.ค. 05|1969-12-31T23:59:59Z");
}

static void names_every_month(void **state)
{
    (void)state;
    BUF_AUTO Buf b = {0};
    buf_init(&b, 1000);
    for (int month = 1; month <= 12; month++) {
        day_put_thai(&b, day(2026, month, 1));
        buf_adds(&b, ",");
    }
    assert_str(buf_str(&b),
               "1 มกราคม 2569,1 กุมภาพันธ์ 2569,1 มีนาคม 2569,1 เมษายน 2569,1 พฤษภาคม 2569,"
               "1 มิถุนายน 2569,1 กรกฎาคม 2569,1 สิงหาคม 2569,1 กันยายน 2569,1 ตุลาคม 2569,"
               "1 พฤศจิกายน 2569,1 ธันวาคม 2569,");
}

static void fiscal_years(void **state)
{
    (void)state;
    assert_int_equal(day_fiscal_year(day(2026, 9, 30)), 2569);
    assert_int_equal(day_fiscal_year(day(2026, 10, 1)), 2570);
    assert_int_equal(day_fiscal_year(day(2027, 1, 1)), 2570);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(civil_there_and_back),
        cmocka_unit_test(knows_valid_dates),
        cmocka_unit_test(weekdays),
        cmocka_unit_test(adds_months),
        cmocka_unit_test(stays_within_its_range),
        cmocka_unit_test(parses_iso_exactly),
        cmocka_unit_test(parses_what_people_write),
        cmocka_unit_test(buddhist_leap_days),
        cmocka_unit_test(moments_in_the_zone),
        cmocka_unit_test(parses_moments),
        cmocka_unit_test(writes_dates),
        cmocka_unit_test(names_every_month),
        cmocka_unit_test(fiscal_years),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
