/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/load/graph_place.h"

#include "base/text.h"

static size_t char_len(Str s)
{
    size_t n = 1;
    while (n < s.len && ((uint8_t)s.ptr[n] & 0xc0) == 0x80)
        n++;
    return n;
}

/* A vowel written before its consonant: no line ends after it. */
static bool leads(Str c)
{
    return c.len == 3 && (uint8_t)c.ptr[0] == 0xe0 && (uint8_t)c.ptr[1] == 0xb9 &&
           (uint8_t)c.ptr[2] >= 0x80 && (uint8_t)c.ptr[2] <= 0x84;
}

/* Bytes of the next line: up to the last blank that fits, else up to the last place where a
 * character may begin a line. */
static size_t line_len(Str s, size_t columns)
{
    size_t used = 0, fits = 0, blank = 0;
    while (used < s.len) {
        size_t n = char_len((Str){s.ptr + used, s.len - used});
        Str c = {s.ptr + used, n};
        if (text_width((Str){s.ptr, used + n}) > columns)
            break;
        if (c.ptr[0] == ' ')
            blank = used;
        used += n;
        Str next = {s.ptr + used, s.len - used};
        if (next.len)
            next.len = char_len(next);
        if (!leads(c) && (!next.len || text_width(next)))
            fits = used;
    }
    if (used == s.len)
        return s.len;
    return blank ? blank : fits ? fits : used ? used : char_len(s);
}

Lines lines_of(Str text, size_t columns)
{
    Lines l = {.n = 0};
    Str rest = str_trim(text);
    while (rest.len && l.n < TEXT_LINES_MAX) {
        size_t n = line_len(rest, columns);
        l.at[l.n++] = str_trim((Str){rest.ptr, n});
        rest = str_trim((Str){rest.ptr + n, rest.len - n});
    }
    return l;
}
