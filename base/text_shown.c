/* SPDX-License-Identifier: Apache-2.0 */
/* Strangers' words on an officer's terminal. */
#include "base/text.h"
#include "base/text_inner.h"

static bool turns_direction(uint32_t c)
{
    return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

static bool is_shown(uint32_t c)
{
    if (c == '\t' || c == '\n')
        return true;
    return c >= 0x20 && !(c >= 0x7F && c <= 0x9F) && !turns_direction(c);
}

void text_put_shown(Buf *b, Str s)
{
    while (s.len) {
        const char *at = s.ptr;
        uint32_t c;
        bool valid = text_next(&s, &c) == 0;
        if (valid && is_shown(c))
            buf_add(b, at, (size_t)(s.ptr - at));
        else if (c != '\r' || (s.len && s.ptr[0] != '\n'))
            buf_adds(b, "\xEF\xBF\xBD");
    }
}
