/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/params.h"

#include "base/text.h"
#include <errno.h>
#include <string.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The bytes a piece stands for. 0, 1: a broken escape, -ENOMEM. */
static int decode(Str piece, Arena *arena, Str *ret)
{
    char *to = arena_alloc(arena, piece.len + 1);
    size_t n = 0;

    if (!to)
        return -ENOMEM;
    for (size_t i = 0; i < piece.len; i++) {
        char c = piece.ptr[i];
        if (c == '%') {
            int high = i + 2 < piece.len ? hex_digit(piece.ptr[i + 1]) : -1;
            int low = i + 2 < piece.len ? hex_digit(piece.ptr[i + 2]) : -1;
            if (high < 0 || low < 0)
                return 1;
            c = (char)(high << 4 | low);
            i += 2;
        }
        to[n++] = c == '+' && piece.ptr[i] == '+' ? ' ' : c;
    }
    *ret = (Str){to, n};
    return 0;
}

static size_t count_pieces(Str body)
{
    size_t n = body.len > 0;

    for (size_t i = 0; i < body.len; i++)
        n += body.ptr[i] == '&';
    return n;
}

static int decode_pair(Str pair, Arena *arena, Param *ret)
{
    Str value = pair;
    Str name = str_cut(&value, '=');

    int r = decode(name, arena, &ret->name);
    r = r ? r : decode(value, arena, &ret->value);
    if (r)
        return r;
    return text_is_valid(ret->name) ? 0 : 1;
}

int urlencoded_parse(Str body, size_t max, Arena *arena, Params *ret)
{
    size_t most = count_pieces(body);
    Params p = {0};

    if (body.len > max)
        return PARAMS_TOO_LARGE;
    if (most > PARAMS_MAX)
        return PARAMS_TOO_MANY;
    p.list = arena_many(arena, most + 1, Param);
    if (!p.list)
        return -ENOMEM;
    while (body.len) {
        Str pair = str_cut(&body, '&');
        if (!pair.len)
            continue;
        int r = decode_pair(pair, arena, &p.list[p.n]);
        if (r)
            return r < 0 ? r : PARAMS_MALFORMED;
        p.n++;
    }
    *ret = p;
    return PARAMS_OK;
}

Str params_get(const Params *p, const char *name)
{
    for (size_t i = 0; i < p->n; i++) {
        if (str_is(p->list[i].name, name))
            return p->list[i].value;
    }
    return (Str){"", 0};
}

bool params_has(const Params *p, const char *name)
{
    for (size_t i = 0; i < p->n; i++) {
        if (str_is(p->list[i].name, name))
            return true;
    }
    return false;
}

bool str_is_nocase(Str a, const char *lower)
{
    if (a.len != strlen(lower))
        return false;
    for (size_t i = 0; i < a.len; i++) {
        char c = a.ptr[i];
        if ((c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c) != lower[i])
            return false;
    }
    return true;
}
