/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/core/due.h"

#include <string.h>

static uint16_t capped(int64_t days)
{
    return days < 0 ? 0 : days > UINT16_MAX ? UINT16_MAX : (uint16_t)days;
}

static uint8_t one_more(uint8_t n)
{
    return n < UINT8_MAX ? (uint8_t)(n + 1) : n;
}

/* Member by member: the padding of a clock stays zero, cases are compared byte by byte. */
static void set_limit(Clock *k, int64_t count, uint8_t unit)
{
    k->limit.count = capped(count);
    k->limit.unit = unit;
}

void clock_init(Clock *ret)
{
    memset(ret, 0, sizeof(*ret));
    ret->start = DAY_NONE;
    ret->since = DAY_NONE;
    ret->override_due = DAY_NONE;
    ret->fired = DAY_NONE;
    ret->silent_from = DAY_NONE;
    ret->silent_until = DAY_NONE;
    ret->met_on = DAY_NONE;
    ret->met_due = DAY_NONE;
}

void clock_start(Clock *k, Day from, Span limit, Day today)
{
    k->state = CLOCK_RUNNING;
    k->verdict = VERDICT_NONE;
    k->round = one_more(k->round);
    k->extensions = 0;
    set_limit(k, limit.count, limit.unit);
    k->consumed = 0;
    k->stopped = 0;
    k->start = from;
    k->since = from;
    k->fired = from < today ? from : today;
    k->fired_rungs = UINT32_MAX;
    k->silent_from = DAY_NONE;
    k->silent_until = DAY_NONE;
    k->met_on = DAY_NONE;
    k->met_due = DAY_NONE;
    k->n_promised = 0;
    memset(k->promised, 0, sizeof(k->promised));
}

void clock_override(Clock *k, Day due)
{
    k->override_due = due;
    /* The letter may have come when its day was over: what follows that day is still to fire. */
    if (k->state != CLOCK_OFF && due != DAY_NONE && due < k->fired) {
        k->fired = due;
        k->fired_rungs = UINT32_MAX;
    }
}

/* Of the budget, when it runs from `since` without a stop; neither override nor rolling. */
static Day budget_end(const Clock *k, Day since, const Calendar *cal)
{
    if (k->consumed <= k->limit.count) {
        Span left = {.count = (uint16_t)(k->limit.count - k->consumed), .unit = k->limit.unit};
        return calendar_add(cal, since, left);
    }
    /* Used up before `since`: the end lies back. A day off belongs to the working day before. */
    Span over = {.count = (uint16_t)(k->consumed - k->limit.count), .unit = k->limit.unit};
    Day from = over.unit == SPAN_WORKING_DAYS ? calendar_work_by(cal, since) : since;
    return calendar_subtract(cal, from, over);
}

/* Calendar days this round may still stand still before it runs by itself. */
static Day allowance(const Deadline *d, const Clock *k)
{
    return k->stopped < d->stops_at_most ? d->stops_at_most - k->stopped : 0;
}

static Day due_of_running(const Deadline *d, const Clock *k, Day since, const Calendar *cal)
{
    if (k->override_due != DAY_NONE)
        return k->override_due;
    Day end = budget_end(k, since, cal);
    return d->rolls ? calendar_roll(cal, end) : end;
}

Day clock_due(const Deadline *d, const Clock *k, const Calendar *cal)
{
    switch ((ClockState)k->state) {
    case CLOCK_RUNNING:
        return due_of_running(d, k, k->since, cal);
    case CLOCK_STOPPED:
        if (d->stops_bounded || k->override_due != DAY_NONE)
            return due_of_running(d, k, k->since + allowance(d, k), cal);
        return DAY_NONE;
    case CLOCK_MET:
        return k->met_due;
    case CLOCK_OFF:
    case CLOCK_ENDED:
        break;
    }
    return DAY_NONE;
}

void clock_stop(const Deadline *d, Clock *k, const Calendar *cal, Day today)
{
    if (k->state != CLOCK_RUNNING || today > clock_due(d, k, cal))
        return;
    if (k->limit.unit == SPAN_MONTHS) {
        /* Months cannot be cut into days; what the calendar made of them can. */
        set_limit(k, (int64_t)budget_end(k, k->since, cal) - k->since, SPAN_CALENDAR_DAYS);
        k->consumed = 0;
    }
    int64_t used = 0;
    if (today > k->since)
        used = k->limit.unit == SPAN_WORKING_DAYS ? calendar_working_between(cal, k->since, today)
                                                  : (int64_t)today - k->since;
    k->consumed = capped(k->consumed + used);
    k->state = CLOCK_STOPPED;
    if (today > k->since)
        k->since = today;
}

void clock_resume(const Deadline *d, Clock *k, const Calendar *cal, Day today)
{
    (void)cal;
    if (k->state != CLOCK_STOPPED)
        return;
    int64_t stood = today > k->since ? (int64_t)today - k->since : 0;
    if (d->stops_bounded && stood > allowance(d, k))
        stood = allowance(d, k);
    k->stopped = capped(k->stopped + stood);
    k->since = (Day)(k->since + stood);
    k->state = CLOCK_RUNNING;
}

void clock_meet(const Deadline *d, Clock *k, const Calendar *cal, Day today)
{
    if (k->state != CLOCK_RUNNING && k->state != CLOCK_STOPPED)
        return;
    k->met_due = clock_due(d, k, cal);
    k->met_on = today;
    bool late = k->met_due != DAY_NONE && today > k->met_due;
    k->verdict = late ? VERDICT_LATE : VERDICT_ON_TIME;
    if (late)
        k->late_rounds = one_more(k->late_rounds);
    k->state = CLOCK_MET;
}

void clock_end(const Deadline *d, Clock *k, const Calendar *cal, Day today)
{
    if (k->state != CLOCK_RUNNING && k->state != CLOCK_STOPPED)
        return;
    if (clock_is_overdue(d, k, cal, today)) {
        k->verdict = VERDICT_LATE;
        k->late_rounds = one_more(k->late_rounds);
    }
    k->state = CLOCK_ENDED;
}

static void remember_promise(Clock *k, Day due)
{
    if (k->n_promised == CLOCK_PROMISES_MAX) {
        memmove(&k->promised[0], &k->promised[1], sizeof(k->promised) - sizeof(k->promised[0]));
        k->n_promised--;
    }
    k->promised[k->n_promised++] = due;
}

void clock_extend(const Deadline *d, Clock *k, const Calendar *cal, Span by, Day today)
{
    (void)today;
    if (k->state != CLOCK_RUNNING)
        return;
    remember_promise(k, clock_due(d, k, cal));
    k->extensions = one_more(k->extensions);
    if (k->override_due != DAY_NONE) {
        k->override_due = calendar_add(cal, k->override_due, by);
    } else if (by.unit == k->limit.unit) {
        set_limit(k, (int64_t)k->limit.count + by.count, by.unit);
    } else {
        Day due = calendar_add(cal, budget_end(k, k->since, cal), by);
        set_limit(k, (int64_t)due - k->since, SPAN_CALENDAR_DAYS);
        k->consumed = 0;
    }
}

bool clock_is_overdue(const Deadline *d, const Clock *k, const Calendar *cal, Day today)
{
    if (k->state == CLOCK_MET)
        return false;
    Day due = clock_due(d, k, cal);
    return due != DAY_NONE && today > due;
}

/* From this day to the due day it matters which days are worked: of working days all that are
 * counted, of others only those the day rolls over. */
static Day first_that_counts(const Deadline *d, const Clock *k, const Calendar *cal, Day due)
{
    Day since = k->state == CLOCK_STOPPED ? k->since + allowance(d, k) : k->since;
    if (k->limit.unit == SPAN_WORKING_DAYS)
        return since < due ? since + 1 : due; /* day 0 is not counted */
    return budget_end(k, since, cal);
}

bool clock_is_provisional(const Deadline *d, const Clock *k, const Calendar *cal)
{
    if ((k->state != CLOCK_RUNNING && k->state != CLOCK_STOPPED) || k->override_due != DAY_NONE)
        return false;
    Day due = clock_due(d, k, cal);
    if (due == DAY_NONE)
        return false;
    if (k->limit.unit != SPAN_WORKING_DAYS && !d->rolls)
        return due < cal->covers_from || due > cal->covers_to;
    return calendar_is_provisional(cal, first_that_counts(d, k, cal, due), due);
}
