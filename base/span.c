/* SPDX-License-Identifier: Apache-2.0 */
/* Lengths of time as a rule states them. */
#include "base/calendar.h"

enum { SPAN_COUNT_MAX = 3650 };

static const struct {
    const char *one, *many, *thai;
} units[] = {
    [SPAN_CALENDAR_DAYS] = {"calendar day", "calendar days", "วัน"},
    [SPAN_WORKING_DAYS] = {"working day", "working days", "วันทำการ"},
    [SPAN_MONTHS] = {"month", "months", "เดือน"},
};

int span_parse(Str s, Span *ret)
{
    Str unit = s;
    unsigned long long count;
    if (str_u64(str_cut(&unit, ' '), SPAN_COUNT_MAX, &count))
        return 1;
    if (str_is(unit, "day") || str_is(unit, "days"))
        return 2;
    for (uint8_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (str_is(unit, units[i].one) || str_is(unit, units[i].many)) {
            *ret = (Span){.count = (uint16_t)count, .unit = i};
            return 0;
        }
    }
    return 1;
}

void span_put(Buf *b, Span span)
{
    const char *unit = span.count == 1 ? units[span.unit].one : units[span.unit].many;
    buf_addf(b, "%d %s", span.count, unit);
}

void span_put_thai(Buf *b, Span span)
{
    buf_addf(b, "%d %s", span.count, units[span.unit].thai);
}
