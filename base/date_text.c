/* SPDX-License-Identifier: Apache-2.0 */
/* Dates as text: reading what people write, writing what they read. */
#include "base/date.h"

/* A year from here on is meant in the Buddhist era (domain rule: 2400 BE is 1857 CE). */
enum { BUDDHIST_FROM = 2400, DATE_CHARS_MAX = 10 };

typedef struct MonthNames {
    const char *thai, *thai_short, *english;
} MonthNames;

static const MonthNames months[12] = {
    {"มกราคม", "ม.ค.", "January"},    {"กุมภาพันธ์", "ก.พ.", "February"},
    {"มีนาคม", "มี.ค.", "March"},       {"เมษายน", "เม.ย.", "April"},
    {"พฤษภาคม", "พ.ค.", "May"},       {"มิถุนายน", "มิ.ย.", "June"},
    {"กรกฎาคม", "ก.ค.", "July"},      {"สิงหาคม", "ส.ค.", "August"},
    {"กันยายน", "ก.ย.", "September"},  {"ตุลาคม", "ต.ค.", "October"},
    {"พฤศจิกายน", "พ.ย.", "November"}, {"ธันวาคม", "ธ.ค.", "December"},
};

static const struct {
    const char *thai, *english;
} weekdays[7] = {
    {"จันทร์", "Monday"}, {"อังคาร", "Tuesday"}, {"พุธ", "Wednesday"}, {"พฤหัสบดี", "Thursday"},
    {"ศุกร์", "Friday"},  {"เสาร์", "Saturday"}, {"อาทิตย์", "Sunday"},
};

/* Takes `digits` decimal digits off *s. 0, or 1: they are not there. */
static int take_digits(Str *s, size_t digits, int *ret)
{
    unsigned long long value;
    if (s->len < digits || str_u64((Str){s->ptr, digits}, 9999, &value))
        return 1;
    s->ptr += digits;
    s->len -= digits;
    *ret = (int)value;
    return 0;
}

static bool take_char(Str *s, char c)
{
    if (s->len == 0 || *s->ptr != c)
        return false;
    s->ptr++;
    s->len--;
    return true;
}

/* YYYY-MM-DD off *s; the year may be of either era when `eras`. */
static int take_iso(Str *s, bool eras, Day *ret)
{
    Civil c;
    if (take_digits(s, 4, &c.year) || !take_char(s, '-') || take_digits(s, 2, &c.month) ||
        !take_char(s, '-') || take_digits(s, 2, &c.day))
        return 1;
    if (eras && c.year >= BUDDHIST_FROM)
        c.year -= BUDDHIST_ERA;
    if (!civil_is_valid(c))
        return 1;
    *ret = day_from_civil(c);
    return 0;
}

int day_parse_iso(Str s, Day *ret)
{
    Day day;
    if (take_iso(&s, false, &day) || s.len)
        return 1;
    *ret = day;
    return 0;
}

/* One or two digits, then sep. */
static int take_short(Str *s, char sep, int *ret)
{
    size_t digits = s->len > 1 && s->ptr[1] == sep ? 1 : 2;
    return take_digits(s, digits, ret) || !take_char(s, sep);
}

static int parse_day_first(Str s, char sep, Day *ret)
{
    Civil c;
    if (take_short(&s, sep, &c.day) || take_short(&s, sep, &c.month) ||
        take_digits(&s, 4, &c.year) || s.len)
        return 1;
    if (c.year >= BUDDHIST_FROM)
        c.year -= BUDDHIST_ERA;
    if (!civil_is_valid(c))
        return 1;
    *ret = day_from_civil(c);
    return 0;
}

/* Thai digits (U+0E50 to 0E59) as 0-9, everything else as it is. Length, or 0 when too long. */
static size_t to_ascii_digits(Str s, char ret[DATE_CHARS_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; n++) {
        if (n == DATE_CHARS_MAX)
            return 0;
        uint8_t third = s.len - i >= 3 ? (uint8_t)s.ptr[i + 2] : 0;
        bool thai = third >= 0x90 && third <= 0x99 &&
                    str_starts((Str){s.ptr + i, s.len - i}, STR("\xE0\xB9"));
        ret[n] = thai ? (char)('0' + third - 0x90) : s.ptr[i];
        i += thai ? 3 : 1;
    }
    return n;
}

int day_parse(Str s, Day *ret)
{
    char ascii[DATE_CHARS_MAX];
    Str date = {ascii, to_ascii_digits(str_trim(s), ascii)};
    Str rest = date;
    Day day;
    if (take_iso(&rest, true, &day) == 0 && rest.len == 0) {
        *ret = day;
        return 0;
    }
    return parse_day_first(date, '/', ret) && parse_day_first(date, '-', ret);
}

/* Nothing, Z, +hh:mm or -hh:mm, to the end of s. */
static int parse_offset(Str s, Zone zone, int *ret_minutes)
{
    int hours, minutes;
    if (s.len == 0 || str_is(s, "Z")) {
        *ret_minutes = s.len ? 0 : zone.utc_offset_minutes;
        return 0;
    }
    bool west = take_char(&s, '-');
    if ((!west && !take_char(&s, '+')) || take_digits(&s, 2, &hours) || !take_char(&s, ':') ||
        take_digits(&s, 2, &minutes) || s.len || hours > 23 || minutes > 59)
        return 1;
    *ret_minutes = (west ? -1 : 1) * (hours * 60 + minutes);
    return 0;
}

int moment_parse(Str s, Zone zone, Moment *ret)
{
    Day day;
    int hours, minutes, seconds = 0, offset;
    if (take_iso(&s, false, &day))
        return 1;
    if (s.len == 0) {
        *ret = day_start(day, zone);
        return 0;
    }
    if ((!take_char(&s, 'T') && !take_char(&s, ' ')) || take_digits(&s, 2, &hours) ||
        !take_char(&s, ':') || take_digits(&s, 2, &minutes))
        return 1;
    if (take_char(&s, ':') && take_digits(&s, 2, &seconds))
        return 1;
    if (hours > 23 || minutes > 59 || seconds > 59 || parse_offset(s, zone, &offset))
        return 1;
    *ret = day_start(day, (Zone){0}) + ((Moment)hours * 60 + minutes - offset) * 60 + seconds;
    return 0;
}

void day_put_iso(Buf *b, Day d)
{
    Civil c = day_to_civil(d);
    buf_addf(b, "%04d-%02d-%02d", c.year, c.month, c.day);
}

void day_put_thai(Buf *b, Day d)
{
    Civil c = day_to_civil(d);
    buf_addf(b, "%d %s %d", c.day, months[c.month - 1].thai, c.year + BUDDHIST_ERA);
}

void day_put_thai_short(Buf *b, Day d)
{
    Civil c = day_to_civil(d);
    int year = (c.year + BUDDHIST_ERA) % 100;
    buf_addf(b, "%d %s %02d", c.day, months[c.month - 1].thai_short, year);
}

void day_put_english(Buf *b, Day d)
{
    Civil c = day_to_civil(d);
    buf_addf(b, "%d %s %d", c.day, months[c.month - 1].english, c.year);
}

void moment_put_iso(Buf *b, Moment at)
{
    int minute = moment_minute(at, (Zone){0});
    int second = (int)((at % 60 + 60) % 60);
    day_put_iso(b, moment_day(at, (Zone){0}));
    buf_addf(b, "T%02d:%02d:%02dZ", minute / 60, minute % 60, second);
}

void moment_put_clock(Buf *b, Moment at, Zone zone)
{
    int minute = moment_minute(at, zone);
    buf_addf(b, "%02d.%02d", minute / 60, minute % 60);
}

const char *day_name_thai(int weekday)
{
    return weekdays[weekday].thai;
}

const char *day_name_english(int weekday)
{
    return weekdays[weekday].english;
}
