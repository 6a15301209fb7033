/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as a day, a moment and a length of time: what is read prints as something that reads
 * the same. */
#include "base/calendar.h"
#include "tests/fuzz/fuzz.h"

static const Zone thailand = {420};

static void as_day(Str s, Buf *out)
{
    Day day, again;

    if (day_parse(s, &day))
        return;
    hold(civil_is_valid(day_to_civil(day)));
    day_put_iso(out, day);
    hold(day_parse_iso(buf_str(out), &again) == 0 && again == day);
    day_put_thai(out, day);
    day_put_english(out, day);
    hold(day_weekday(day) >= 0 && day_weekday(day) <= 6);
}

static void as_moment(Str s, Buf *out)
{
    Moment at, again;

    if (moment_parse(s, thailand, &at))
        return;
    moment_put_iso(out, at);
    /* The edge of the year 9999 may lie in the next one elsewhere, which is not a date here. */
    if (out->len == sizeof("2026-01-15T13:30:00Z") - 1 &&
        moment_parse(buf_str(out), thailand, &again) == 0)
        hold(again == at);
    hold(moment_minute(at, thailand) >= 0 && moment_minute(at, thailand) < 1440);
}

static void as_span(Str s, Buf *out)
{
    Span span, again;

    int r = span_parse(s, &span);
    hold(r >= 0 && r <= 2);
    if (r)
        return;
    hold(span.count <= 3650 && span.unit <= SPAN_MONTHS);
    span_put(out, span);
    hold(span_parse(buf_str(out), &again) == 0);
    hold(again.count == span.count && again.unit == span.unit);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str s = {(const char *)data, size};
    void (*const ways[])(Str, Buf *) = {as_day, as_moment, as_span};

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        BUF_AUTO Buf out = {0};
        buf_init(&out, 1024);
        ways[i](s, &out);
    }
    return 0;
}
