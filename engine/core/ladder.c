/* SPDX-License-Identifier: Apache-2.0 */
/* The rungs of a deadline's ladder: reminders before, alerts after. Which are done is kept as a
 * day and a mask of that day's rungs, so a rung whose day moves on with the due day fires again
 * for the new one, and nothing fires twice for the same. */
#include "engine/core/due.h"

static bool is_done(const Clock *k, Day day, uint8_t rung)
{
    return day < k->fired || (day == k->fired && (k->fired_rungs & MASK32(rung)));
}

/* What a silence makes of the day of an alert; of several alerts in it each fires, of one that
 * repeats the repetitions fall together. */
static Day sounding(const Clock *k, const Rung *r, Day day)
{
    bool silent = r->kind == RUNG_OVERDUE && k->silent_until != DAY_NONE && day >= k->silent_from &&
                  day <= k->silent_until;
    return silent ? k->silent_until + 1 : day;
}

/* The first repetition that is still to fire, each counted from the rung's first day. */
static Day repetition(const Clock *k, const Calendar *cal, Day first, const Rung *r, uint8_t rung)
{
    Span every = r->repeat;
    if (every.unit == SPAN_CALENDAR_DAYS) {
        Day day = first + (k->fired - first) / every.count * every.count;
        while (is_done(k, sounding(k, r, day), rung))
            day += every.count;
        return sounding(k, r, day);
    }
    for (uint32_t total = every.count; total <= UINT16_MAX; total += every.count) {
        Span span = {.count = (uint16_t)total, .unit = every.unit};
        Day day = sounding(k, r, calendar_add(cal, first, span));
        if (!is_done(k, day, rung))
            return day;
    }
    return DAY_NONE; /* centuries later */
}

/* DAY_NONE when done for good. */
static Day rung_day(const Clock *k, const Calendar *cal, Day due, const Rung *r, uint8_t rung)
{
    Day day = DAY_NONE;
    switch ((RungKind)r->kind) {
    case RUNG_BEFORE:
        day = calendar_subtract(cal, due, r->offset);
        break;
    case RUNG_AFTER_START:
        day = calendar_add(cal, k->start, r->offset);
        break;
    case RUNG_OVERDUE:
        /* A duty is overdue from the beginning of the day after its last day. */
        day = calendar_add(cal, due, r->offset) + 1;
        break;
    }
    if (day == DAY_NONE || !is_done(k, sounding(k, r, day), rung))
        return day == DAY_NONE ? day : sounding(k, r, day);
    return r->repeats && r->repeat.count ? repetition(k, cal, day, r, rung) : DAY_NONE;
}

NextRung clock_next_rung(const Deadline *d, const Clock *k, const Calendar *cal)
{
    NextRung next = {.day = DAY_NONE, .rung = DEF_NONE};
    if (k->state != CLOCK_RUNNING && k->state != CLOCK_STOPPED)
        return next;
    Day due = clock_due(d, k, cal);
    if (due == DAY_NONE)
        return next;
    for (uint8_t i = 0; i < d->n_rungs && i < DEF_RUNGS_MAX; i++) {
        Day day = rung_day(k, cal, due, &d->rungs[i], i);
        if (day != DAY_NONE && (next.day == DAY_NONE || day < next.day)) {
            next.day = day;
            next.rung = i;
        }
    }
    return next;
}

void clock_fire(Clock *k, NextRung rung)
{
    if (rung.day > k->fired) {
        k->fired = rung.day;
        k->fired_rungs = 0;
    }
    k->fired_rungs |= MASK32(rung.rung);
}

static bool has_alerted(const Deadline *d, Day due, const Calendar *cal, Day today)
{
    for (uint8_t i = 0; i < d->n_rungs && i < DEF_RUNGS_MAX; i++) {
        const Rung *r = &d->rungs[i];
        if (r->kind == RUNG_OVERDUE && calendar_add(cal, due, r->offset) < today)
            return true;
    }
    return false;
}

bool clock_is_alerted(const Deadline *d, const Clock *k, const Calendar *cal, Day today)
{
    if (!clock_is_overdue(d, k, cal, today) || !has_alerted(d, clock_due(d, k, cal), cal, today))
        return false;
    NextRung next = clock_next_rung(d, k, cal);
    bool due_now = next.day != DAY_NONE && next.day <= today;
    return !due_now && k->fired > k->silent_until;
}

void clock_silence(Clock *k, Day today, Day until)
{
    k->silent_from = today + 1;
    k->silent_until = until;
}

void clock_sound(Clock *k, Day today)
{
    if (k->silent_until != DAY_NONE && k->silent_until >= today)
        k->silent_until = today - 1;
}

Day clock_silent_until(const Clock *k, Day today)
{
    bool open = k->state == CLOCK_RUNNING || k->state == CLOCK_STOPPED;
    return open && k->silent_until != DAY_NONE && k->silent_until >= today ? k->silent_until
                                                                           : DAY_NONE;
}

static bool limit_applies(const LimitBy *l, uint8_t choice)
{
    return choice < DEF_CHOICES_MAX && (l->choices & MASK64(choice));
}

/* About how long, to tell the shortest from the longest. */
static uint32_t tenths_of_days(Span s)
{
    static const uint16_t tenths[] = {
        [SPAN_CALENDAR_DAYS] = 10, [SPAN_WORKING_DAYS] = 14, [SPAN_MONTHS] = 304};

    return s.count * (uint32_t)tenths[s.unit];
}

bool deadline_limits(const Deadline *d, Span *least, Span *most)
{
    Span a = d->limit.count || !d->n_limits ? d->limit : d->limits[0].limit, z = a;

    for (uint8_t i = 0; i < d->n_limits; i++) {
        Span s = d->limits[i].limit;
        a = tenths_of_days(s) < tenths_of_days(a) ? s : a;
        z = tenths_of_days(s) > tenths_of_days(z) ? s : z;
    }
    *least = a.count ? a : z;
    *most = z;
    return least->count != z.count || least->unit != z.unit;
}

Span deadline_limit(const Def *def, uint8_t deadline, const Case *c)
{
    const Deadline *d = &def->deadlines[deadline];
    const OpenValue *v = d->limit_field == DEF_NONE ? NULL : case_open(c, d->limit_field);
    if (v) {
        uint8_t choice = field_choice(&def->fields[d->limit_field], name_str(&v->choice));
        for (uint8_t i = 0; i < d->n_limits; i++) {
            if (limit_applies(&d->limits[i], choice))
                return d->limits[i].limit;
        }
    }
    return d->limit;
}
