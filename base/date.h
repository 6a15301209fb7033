/* SPDX-License-Identifier: Apache-2.0 */
/* Civil dates of the proleptic Gregorian calendar and moments of one office's zone. Stored and
 * computed in the common era; the Buddhist era (CE + 543) is for reading and showing only. */
#pragma once

#include "base/buf.h"

/* Days since 1970-01-01. */
typedef int32_t Day;
/* Seconds since 1970-01-01T00:00:00Z. */
typedef int64_t Moment;

#define DAY_NONE ((Day)INT32_MIN)
enum { BUDDHIST_ERA = 543 }; /* years ahead of the common era */

typedef struct Civil {
    int year, month, day; /* month and day from 1 */
} Civil;

/* An office's zone: a fixed distance from UTC (Thailand: +420 minutes, no daylight time). */
typedef struct Zone {
    int16_t utc_offset_minutes;
} Zone;

Day day_from_civil(Civil c);
Civil day_to_civil(Day d);
bool civil_is_valid(Civil c); /* years 1 to 9999 */
/* d + days, held at the ends of Day. */
Day day_plus(Day d, int64_t days);
/* 0 Monday to 6 Sunday (ISO 8601 order). */
int day_weekday(Day d);
/* The day that many months later with the same number, or the last of that month. */
Day day_add_months(Day d, int months);

Day moment_day(Moment at, Zone zone);
/* Midnight at the beginning of the day. */
Moment day_start(Day d, Zone zone);
/* Minutes after local midnight, 0 to 1439. */
int moment_minute(Moment at, Zone zone);

/* YYYY-MM-DD exactly. 0, or 1: not a date. */
int day_parse_iso(Str s, Day *ret);
/* What people write: ISO, or d/m/y and d-m-y, in 0-9 or Thai digits, year >= 2400 is Buddhist era.
 * 29 February is checked on the CE year. 0, or 1: not a date. */
int day_parse(Str s, Day *ret);
/* ISO 8601 date, or date and time (T or blank, minutes or seconds), naive (the office's zone) or
 * with Z or +hh:mm. A date alone is its beginning. 0, or 1. */
int moment_parse(Str s, Zone zone, Moment *ret);

void day_put_iso(Buf *b, Day d);
/* 2569-01-15 style never: "15 มกราคม 2569"; short "15 ม.ค. 69"; English "15 January 2026". */
void day_put_thai(Buf *b, Day d);
void day_put_thai_short(Buf *b, Day d);
void day_put_english(Buf *b, Day d);
/* "2026-01-15T13:30:00Z" */
void moment_put_iso(Buf *b, Moment at);
/* "13.30" local, for "เวลา 13.30 น." */
void moment_put_clock(Buf *b, Moment at, Zone zone);
/* "พฤหัสบดี" / "Thursday" */
const char *day_name_thai(int weekday);
const char *day_name_english(int weekday);
/* Thai fiscal year (1 October to 30 September) in the Buddhist era. */
int day_fiscal_year(Day d);
