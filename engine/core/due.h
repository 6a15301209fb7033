/* SPDX-License-Identifier: Apache-2.0 */
/* Deadlines as the law means them. A clock counts whole days of the office's zone; its due day is
 * derived from what is left of its budget. Official duties end on their last day even when it is a
 * holiday, the complainant's roll to the next working day (Administrative Procedure Act s.64). All
 * functions are pure; `today` is the day of the step. */
#pragma once

#include "engine/core/case.h"

/* A clock that has not begun. */
void clock_init(Clock *ret);
/* Begins the next round on day 0 = from with this limit. An override stays. Rungs between a day 0
 * that lies back (paper received earlier) and today are still to fire. */
void clock_start(Clock *k, Day from, Span limit, Day today);
/* The due day of an outside letter; from then on it neither stops nor rolls. */
void clock_override(Clock *k, Day due);
/* Stands still from today; a limit in months becomes calendar days, what was left of it. A duty
 * that is overdue stays so and runs on: nobody hides it by asking something. */
void clock_stop(const Deadline *d, Clock *k, const Calendar *cal, Day today);
/* Runs again. Beyond stops_at_most it had begun to run by itself. */
void clock_resume(const Deadline *d, Clock *k, const Calendar *cal, Day today);
/* Freezes the verdict: due today or later is on time, and so is standing still without
 * bound. */
void clock_meet(const Deadline *d, Clock *k, const Calendar *cal, Day today);
/* The case became final: an open clock ends, late when it is overdue. */
void clock_end(const Deadline *d, Clock *k, const Calendar *cal, Day today);
/* Due day moves by `by`; the old one is remembered. */
void clock_extend(const Deadline *d, Clock *k, const Calendar *cal, Span by, Day today);

/* The last day on which the duty is met in time; DAY_NONE when off, ended, or standing still
 * without bound. Standing still with a bound: as if nothing happened until the bound. When met:
 * the due day it was judged by. */
Day clock_due(const Deadline *d, const Clock *k, const Calendar *cal);
/* As it stands on `today`, without changing anything. */
bool clock_is_overdue(const Deadline *d, const Clock *k, const Calendar *cal, Day today);
/* Past the calendar's cover, or an unconfirmed holiday decides the due day: one among the counted
 * working days, or one that the day rolls over. Calendar days and months that merely pass one do
 * not move. */
bool clock_is_provisional(const Deadline *d, const Clock *k, const Calendar *cal);

typedef struct NextRung {
    Day day;      /* fires at the beginning of this day; DAY_NONE: no more */
    uint8_t rung; /* index in the deadline */
} NextRung;
/* The first rung not fired yet; on one day in the order of the ladder. Repeating rungs never run
 * out. */
NextRung clock_next_rung(const Deadline *d, const Clock *k, const Calendar *cal);
/* Marks what clock_next_rung gave as fired. */
void clock_fire(Clock *k, NextRung rung);

/* An alert about a duty still not done has gone out, none is just due, and no note has been
 * written since the last: one note an alert, so that notes alone never silence a duty for good. */
bool clock_is_alerted(const Deadline *d, const Clock *k, const Calendar *cal, Day today);
/* Alerts of the days after today, up to `until`, wait for the day after it; none is left out. Only
 * when clock_is_alerted. */
void clock_silence(Clock *k, Day today, Day until);
/* Ends a silence: what waited fires today. */
void clock_sound(Clock *k, Day today);
/* The last silent day, or DAY_NONE when alerts are not silent on `today`. */
Day clock_silent_until(const Clock *k, Day today);

/* The shortest and the longest limit there can be; true: they differ, as it goes by a choice. Where
 * some choice is for the same day, both are the longest: nobody is promised 0 days. */
bool deadline_limits(const Deadline *d, Span *least, Span *most);
/* The limit a round begins with: limit_by on the case's open fields, or the plain limit. */
Span deadline_limit(const Def *def, uint8_t deadline, const Case *c);
