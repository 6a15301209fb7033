/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that counts working days goes through two functions: count_upto says how many there
 * are up to a day, day_of_count finds the day of a count. Both reach beyond `covers`. */
#include "base/calendar.h"

#include <errno.h>
#include <stdlib.h>

enum { COVERS_MONTHS_MAX = 40 * 12, WHOLE_WEEK = 0x7F };

static bool is_weekend(uint8_t weekend, Day d)
{
    return weekend >> day_weekday(d) & 1;
}

/* By day; of two on one day the confirmed one first, then by name: the same set of holidays gives
 * the same calendar, whatever order it came in. */
static int compare_holidays(const void *left, const void *right)
{
    const Holiday *a = left, *b = right;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (a->confirmed != b->confirmed)
        return a->confirmed ? -1 : 1;
    return str_cmp(a->name_en, b->name_en);
}

/* Sorts in place and keeps the first of each day; how many are left. */
static size_t sort_and_merge(Holiday *holidays, size_t n)
{
    size_t kept = 0;
    if (n)
        qsort(holidays, n, sizeof *holidays, compare_holidays);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || holidays[kept - 1].day != holidays[i].day)
            holidays[kept++] = holidays[i];
    return kept;
}

static void fill_worked(const Calendar *c, uint16_t *worked, size_t n_days)
{
    size_t next = 0;
    uint16_t sum = 0;
    for (size_t i = 0; i < n_days; i++) {
        Day d = c->covers_from + (Day)i;
        bool off = is_weekend(c->weekend, d);
        if (next < c->n_holidays && c->holidays[next].day == d) {
            off = true;
            next++;
        }
        sum = (uint16_t)(sum + !off);
        worked[i] = sum;
    }
}

int calendar_init(Calendar *ret, Arena *arena, Str name, Zone zone, Day covers_from, Day covers_to,
                  uint8_t weekend, const Holiday *holidays, size_t n)
{
    if (covers_to < covers_from || covers_to >= day_add_months(covers_from, COVERS_MONTHS_MAX) ||
        (weekend & WHOLE_WEEK) == WHOLE_WEEK)
        return 1;
    size_t n_days = (size_t)((int64_t)covers_to - covers_from) + 1;
    Holiday *own = arena_many(arena, n, Holiday);
    uint16_t *worked = arena_many(arena, n_days, uint16_t);
    if (!own || !worked)
        return -ENOMEM;
    size_t n_own = 0;
    for (size_t i = 0; i < n; i++)
        if (holidays[i].day >= covers_from && holidays[i].day <= covers_to)
            own[n_own++] = holidays[i];
    Calendar c = {.name = name,
                  .zone = zone,
                  .covers_from = covers_from,
                  .covers_to = covers_to,
                  .weekend = weekend & WHOLE_WEEK,
                  .holidays = own,
                  .n_holidays = sort_and_merge(own, n_own),
                  .worked = worked};
    fill_worked(&c, worked, n_days);
    *ret = c;
    return 0;
}

static int64_t week_length(const Calendar *c)
{
    return 7 - __builtin_popcount(c->weekend);
}

/* Days after a up to and with b that are no weekend; a <= b. */
static int64_t count_weekdays(const Calendar *c, Day a, Day b)
{
    int64_t days = (int64_t)b - a;
    int64_t count = days / 7 * week_length(c);
    for (Day rest = 0; rest < days % 7; rest++)
        count += !is_weekend(c->weekend, b - rest);
    return count;
}

/* Working days from covers_from up to and with d; before covers_from it goes below 0. */
static int64_t count_upto(const Calendar *c, Day d)
{
    if (d < c->covers_from)
        return -count_weekdays(c, d, day_plus(c->covers_from, -1));
    if (d <= c->covers_to)
        return c->worked[d - c->covers_from];
    return c->worked[c->covers_to - c->covers_from] + count_weekdays(c, c->covers_to, d);
}

/* The first day d with count_upto(d) >= count: a working day. A week outside `covers` has at least
 * one working day, so the search has ends. */
static Day day_of_count(const Calendar *c, int64_t count)
{
    Day low = count > 0 ? c->covers_from : day_plus(c->covers_from, 7 * (count - 1));
    Day high = count > 0 ? day_plus(c->covers_to, 7 * count) : c->covers_from;
    while (low < high) {
        Day middle = (Day)(low + ((int64_t)high - low) / 2);
        if (count_upto(c, middle) < count)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool calendar_is_working(const Calendar *c, Day d)
{
    if (d < c->covers_from || d > c->covers_to)
        return !is_weekend(c->weekend, d);
    return count_upto(c, d) != (d > c->covers_from ? count_upto(c, d - 1) : 0);
}

/* Civil Code s.193/5: the period begins on first = from + 1 and ends on the day before the day of
 * the same number, or on the last day of a month that has no such day. */
static Day add_months(Day from, int months)
{
    Day first = day_plus(from, 1), same = day_add_months(first, months);
    return day_to_civil(same).day == day_to_civil(first).day ? day_plus(same, -1) : same;
}

Day calendar_add(const Calendar *c, Day from, Span span)
{
    if (span.unit == SPAN_MONTHS)
        return add_months(from, span.count);
    if (span.unit == SPAN_CALENDAR_DAYS)
        return day_plus(from, span.count);
    return span.count ? day_of_count(c, count_upto(c, from) + span.count) : from;
}

Day calendar_subtract(const Calendar *c, Day from, Span span)
{
    if (span.unit == SPAN_MONTHS)
        return day_add_months(from, -span.count);
    if (span.unit == SPAN_CALENDAR_DAYS)
        return day_plus(from, -span.count);
    /* The last working day before `from` has the number count_upto(from - 1). */
    return span.count ? day_of_count(c, count_upto(c, day_plus(from, -1)) - span.count + 1) : from;
}

int32_t calendar_working_between(const Calendar *c, Day from, Day to)
{
    return to <= from ? 0 : (int32_t)(count_upto(c, to) - count_upto(c, from));
}

Day calendar_work_by(const Calendar *c, Day d)
{
    return day_of_count(c, count_upto(c, d));
}

Day calendar_roll(const Calendar *c, Day d)
{
    return day_of_count(c, count_upto(c, day_plus(d, -1)) + 1);
}

bool calendar_is_provisional(const Calendar *c, Day from, Day to)
{
    if (from < c->covers_from || to > c->covers_to)
        return true;
    for (size_t i = 0; i < c->n_holidays && c->holidays[i].day <= to; i++)
        if (c->holidays[i].day >= from && !c->holidays[i].confirmed)
            return true;
    return false;
}
