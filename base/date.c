/* SPDX-License-Identifier: Apache-2.0 */
#include "base/date.h"

enum { DAYS_PER_400_YEARS = 146097, DAYS_BEFORE_1970 = 719468, MINUTES_PER_DAY = 1440 };

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static Day hold(int64_t d)
{
    if (d < INT32_MIN)
        return INT32_MIN;
    return d > INT32_MAX ? INT32_MAX : (Day)d;
}

Day day_plus(Day d, int64_t days)
{
    int64_t sum;
    if (__builtin_add_overflow(d, days, &sum))
        sum = days < 0 ? INT64_MIN : INT64_MAX;
    return hold(sum);
}

/* The year is taken from March on, so that the leap day is its last; 306 days of it are before
 * January. The same trick serves both ways. */
Day day_from_civil(Civil c)
{
    int64_t year = (int64_t)c.year - (c.month <= 2);
    int64_t era = floor_div(year, 400), of_era = year - era * 400;
    int64_t month = c.month > 2 ? c.month - 3 : c.month + 9;
    int64_t of_year = (153 * month + 2) / 5 + c.day - 1;
    int64_t days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return hold(era * DAYS_PER_400_YEARS + days - DAYS_BEFORE_1970);
}

Civil day_to_civil(Day d)
{
    int64_t days = (int64_t)d + DAYS_BEFORE_1970;
    int64_t era = floor_div(days, DAYS_PER_400_YEARS), of_era = days - era * DAYS_PER_400_YEARS;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    int64_t day = of_year - (153 * month + 2) / 5 + 1;
    month += month < 10 ? 3 : -9;
    return (Civil){(int)(year + era * 400 + (month <= 2)), (int)month, (int)day};
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_length(int year, int month)
{
    static const int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return lengths[month - 1] + (month == 2 && is_leap(year));
}

bool civil_is_valid(Civil c)
{
    return c.year >= 1 && c.year <= 9999 && c.month >= 1 && c.month <= 12 && c.day >= 1 &&
           c.day <= month_length(c.year, c.month);
}

int day_weekday(Day d)
{
    int64_t since_monday = (int64_t)d + 3; /* day 0 was a Thursday */
    return (int)(since_monday - floor_div(since_monday, 7) * 7);
}

Day day_add_months(Day d, int months)
{
    Civil c = day_to_civil(d);
    int64_t month = (int64_t)c.year * 12 + c.month - 1 + months;
    c.year = (int)floor_div(month, 12);
    c.month = (int)(month - (int64_t)c.year * 12) + 1;
    int last = month_length(c.year, c.month);
    c.day = c.day < last ? c.day : last;
    return day_from_civil(c);
}

static int64_t local_minutes(Moment at, Zone zone)
{
    return floor_div(at, 60) + zone.utc_offset_minutes;
}

Day moment_day(Moment at, Zone zone)
{
    return hold(floor_div(local_minutes(at, zone), MINUTES_PER_DAY));
}

Moment day_start(Day d, Zone zone)
{
    return ((Moment)d * MINUTES_PER_DAY - zone.utc_offset_minutes) * 60;
}

int moment_minute(Moment at, Zone zone)
{
    int64_t minutes = local_minutes(at, zone);
    return (int)(minutes - floor_div(minutes, MINUTES_PER_DAY) * MINUTES_PER_DAY);
}

int day_fiscal_year(Day d)
{
    Civil c = day_to_civil(d);
    return c.year + BUDDHIST_ERA + (c.month >= 10);
}
