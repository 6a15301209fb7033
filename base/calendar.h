/* SPDX-License-Identifier: Apache-2.0 */
/* Working days, and time limits counted on them. Day 0 is the day something happened and is not
 * counted (Civil Code s.193/3; Administrative Procedure Act s.64). */
#pragma once

#include "base/arena.h"
#include "base/date.h"

typedef enum SpanUnit { SPAN_CALENDAR_DAYS, SPAN_WORKING_DAYS, SPAN_MONTHS } SpanUnit;

/* A length of time as a rule states it. */
typedef struct Span {
    uint16_t count;
    uint8_t unit; /* SpanUnit */
} Span;

typedef struct Holiday {
    Day day;
    bool confirmed; /* announced, not merely computed */
    Str name_th, name_en;
} Holiday;

/* One office's calendar: the province's days are already among the holidays. */
typedef struct Calendar {
    Str name;
    Zone zone;
    Day covers_from, covers_to; /* inclusive; outside, only weekends are known */
    uint8_t weekend;            /* bit w: day_weekday w is off */
    const Holiday *holidays;    /* ascending by day, no day twice */
    size_t n_holidays;
    const uint16_t *worked; /* worked[i]: working days in covers_from .. covers_from + i */
} Calendar;

/* Sorts and merges the holidays into the arena and fills `worked`; their texts and `name` stay
 * where they are. Holidays outside covers are left out; of two on one day the confirmed one stays.
 * covers at most 40 years. 0, -ENOMEM, or 1: covers is empty or too long, or every day of the week
 * is off. */
int calendar_init(Calendar *ret, Arena *arena, Str name, Zone zone, Day covers_from, Day covers_to,
                  uint8_t weekend, const Holiday *holidays, size_t n);
bool calendar_is_working(const Calendar *c, Day d);
/* The last day of a limit that began on day 0 = from. Calendar days: from + n. Working days: the
 * n-th working day after from. Months, by Civil Code s.193/5: the first day is from + 1, and the
 * period ends on the day before the day of the same number n months later, or on the last day of
 * a month without such a day: 15 Jan + 1 is 15 Feb, 31 Jan + 1 is 28 Feb, 30 Apr + 1 is 31 May. */
Day calendar_add(const Calendar *c, Day from, Span span);
/* The same backwards, for reminders before a day. Months: the day with the same number, or the
 * month's last. */
Day calendar_subtract(const Calendar *c, Day from, Span span);
/* Working days after `from` up to and with `to`; 0 when to <= from. */
int32_t calendar_working_between(const Calendar *c, Day from, Day to);
/* The last working day on or before d: when an official should finish, whatever the law allows. */
Day calendar_work_by(const Calendar *c, Day d);
/* d, or the next working day when d is a day off (Civil Code s.193/8: the citizen's deadlines). */
Day calendar_roll(const Calendar *c, Day d);
/* True when from..to leaves `covers` or a day in it is an unconfirmed holiday: the date may move.
 */
bool calendar_is_provisional(const Calendar *c, Day from, Day to);
/* "15 calendar days", "1 working day", "3 months", singular or plural. 0; 1 not a span;
 * 2 plain "days", which the language refuses as ambiguous. count 0 to 3650. */
int span_parse(Str s, Span *ret);
void span_put(Buf *b, Span span); /* "15 calendar days" */
void span_put_thai(Buf *b, Span span); /* "15 วัน", "15 วันทำการ", "3 เดือน" */
