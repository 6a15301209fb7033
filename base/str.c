/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include <string.h>

bool str_eq(Str a, Str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_is(Str a, const char *cstr)
{
    return str_eq(a, str_of(cstr));
}

int str_cmp(Str a, Str b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common ? memcmp(a.ptr, b.ptr, common) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool str_starts(Str a, Str prefix)
{
    return a.len >= prefix.len && str_eq((Str){a.ptr, prefix.len}, prefix);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

Str str_trim(Str a)
{
    while (a.len && is_blank(a.ptr[a.len - 1]))
        a.len--;
    while (a.len && is_blank(*a.ptr)) {
        a.ptr++;
        a.len--;
    }
    return a;
}

Str str_cut(Str *rest, char sep)
{
    Str whole = *rest;
    const char *at = whole.len ? memchr(whole.ptr, sep, whole.len) : NULL;
    if (!at) {
        *rest = (Str){NULL, 0};
        return whole;
    }
    size_t before = (size_t)(at - whole.ptr);
    *rest = (Str){at + 1, whole.len - before - 1};
    return (Str){whole.ptr, before};
}

int str_u64(Str a, unsigned long long max, unsigned long long *ret)
{
    unsigned long long value = 0;
    if (a.len == 0)
        return 1;
    for (size_t i = 0; i < a.len; i++) {
        if (a.ptr[i] < '0' || a.ptr[i] > '9')
            return 1;
        unsigned digit = (unsigned)(a.ptr[i] - '0');
        if (digit > max || value > (max - digit) / 10)
            return 1;
        value = value * 10 + digit;
    }
    *ret = value;
    return 0;
}
