/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "base/text_inner.h"

#include <string.h>

enum { DISTANCE_MAX = 64, REPLACEMENT = 0xFFFD };

/* What the first byte says: bytes in all, its own bits, and the smallest code point that needs so
 * many bytes (less would be an overlong form). */
typedef struct Lead {
    uint8_t mask, value, bytes;
    uint32_t least;
} Lead;

static const Lead leads[] = {
    {0x80, 0x00, 1, 0}, {0xE0, 0xC0, 2, 0x80}, {0xF0, 0xE0, 3, 0x800}, {0xF8, 0xF0, 4, 0x10000}};

static uint8_t byte_at(Str s, size_t i)
{
    return (uint8_t)s.ptr[i];
}

/* Bytes of the code point at the start of s, or 0 when they are not UTF-8. */
static size_t decode(Str s, uint32_t *ret)
{
    uint8_t first = byte_at(s, 0);
    const Lead *lead = leads;
    while ((first & lead->mask) != lead->value)
        if (++lead == leads + sizeof leads / sizeof *leads)
            return 0;
    if (lead->bytes > s.len)
        return 0;
    uint32_t c = first & (uint8_t)~lead->mask;
    for (size_t i = 1; i < lead->bytes; i++) {
        if ((byte_at(s, i) & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (byte_at(s, i) & 0x3F);
    }
    if (c < lead->least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    *ret = c;
    return lead->bytes;
}

int text_next(Str *s, uint32_t *ret)
{
    uint32_t c = REPLACEMENT;
    size_t bytes = decode(*s, &c);
    size_t step = bytes ? bytes : 1;
    s->ptr += step;
    s->len -= step;
    *ret = c;
    return bytes ? 0 : 1;
}

bool text_is_valid(Str s)
{
    while (s.len) {
        uint32_t c;
        if (text_next(&s, &c))
            return false;
        if (c < 0x20 && c != '\t' && c != '\r' && c != '\n')
            return false;
    }
    return true;
}

size_t text_chars(Str s)
{
    size_t n = 0;
    uint32_t c;
    for (; s.len; n++)
        text_next(&s, &c);
    return n;
}

size_t text_width(Str s)
{
    size_t columns = 0;
    while (s.len) {
        uint32_t c;
        text_next(&s, &c);
        columns += text_columns(c);
    }
    return columns;
}

Str text_head(Str s, size_t chars)
{
    Str rest = s;
    uint32_t c;
    while (rest.len && chars--)
        text_next(&rest, &c);
    return (Str){s.ptr, s.len - rest.len};
}

/* Code points of s, or SIZE_MAX when there are more than DISTANCE_MAX. */
static size_t spell(Str s, uint32_t ret[DISTANCE_MAX])
{
    size_t n = 0;
    while (s.len) {
        if (n == DISTANCE_MAX)
            return SIZE_MAX;
        text_next(&s, &ret[n++]);
    }
    return n;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* rows[i] of the table of Wagner and Fischer, from the two rows before it. */
static void distance_row(size_t i, const uint32_t *a, const uint32_t *b, size_t n_b,
                         size_t rows[3][DISTANCE_MAX + 1])
{
    size_t *now = rows[i % 3];
    const size_t *up = rows[(i + 2) % 3], *up_up = rows[(i + 1) % 3];
    now[0] = i;
    for (size_t k = 1; k <= n_b; k++) {
        size_t changed = up[k - 1] + (a[i - 1] != b[k - 1]);
        now[k] = least(changed, least(up[k], now[k - 1]) + 1);
        if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
            now[k] = least(now[k], up_up[k - 2] + 1);
    }
}

size_t text_distance(Str a, Str b)
{
    uint32_t in_a[DISTANCE_MAX], in_b[DISTANCE_MAX];
    size_t n_a = spell(a, in_a), n_b = spell(b, in_b);
    if (n_a == SIZE_MAX || n_b == SIZE_MAX)
        return SIZE_MAX;
    size_t rows[3][DISTANCE_MAX + 1];
    for (size_t k = 0; k <= n_b; k++)
        rows[0][k] = k;
    for (size_t i = 1; i <= n_a; i++)
        distance_row(i, in_a, in_b, n_b, rows);
    return rows[n_a % 3][n_b];
}

size_t text_nearest(Str word, const Str *words, size_t n)
{
    size_t limit = text_chars(word) / 3;
    limit = limit < 1 ? 1 : least(limit, 3);
    size_t best = n, best_distance = limit + 1;
    for (size_t i = 0; i < n; i++) {
        size_t distance = text_distance(word, words[i]);
        if (distance < best_distance) {
            best = i;
            best_distance = distance;
        }
    }
    return best;
}
