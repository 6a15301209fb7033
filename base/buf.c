/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUF_FIRST = 64 };

void buf_init(Buf *b, size_t max)
{
    /* One byte more is always allocated for the NUL, and sizes must stay below PTRDIFF_MAX. */
    *b = (Buf){.max = max < PTRDIFF_MAX ? max : PTRDIFF_MAX - 1};
}

/* Wipes the whole allocation: a caller may have written into room it did not count on. */
static void give_back(uint8_t *ptr, size_t cap)
{
    if (ptr)
        explicit_bzero(ptr, cap);
    free(ptr);
}

void buf_finish(Buf *b)
{
    give_back(b->ptr, b->cap);
    buf_init(b, b->max);
}

void buf_reset(Buf *b)
{
    if (b->ptr)
        explicit_bzero(b->ptr, b->cap);
    b->len = 0;
    b->err = 0;
}

/* Makes cap > want. Never realloc: it could leave the old bytes behind unwiped. */
static int grow(Buf *b, size_t want)
{
    if (want < b->cap)
        return 0;
    size_t cap = b->cap ? b->cap : BUF_FIRST;
    while (cap <= want)
        cap *= 2;
    if (cap > b->max + 1)
        cap = b->max + 1;
    uint8_t *fresh = calloc(1, cap);
    if (!fresh)
        return -ENOMEM;
    if (b->len)
        memcpy(fresh, b->ptr, b->len);
    give_back(b->ptr, b->cap);
    b->ptr = fresh;
    b->cap = cap;
    return 0;
}

void buf_reserve(Buf *b, size_t len)
{
    if (!b->err && len <= b->max - b->len)
        b->err = grow(b, b->len + len);
}

uint8_t *buf_room(Buf *b, size_t len)
{
    if (b->err)
        return NULL;
    if (len > b->max - b->len) {
        b->err = -EMSGSIZE;
        return NULL;
    }
    b->err = grow(b, b->len + len);
    if (b->err)
        return NULL;
    uint8_t *room = b->ptr + b->len;
    b->len += len;
    b->ptr[b->len] = 0;
    return room;
}

void buf_add(Buf *b, const void *ptr, size_t len)
{
    uint8_t *room = buf_room(b, len);
    if (room && len)
        memcpy(room, ptr, len);
}

void buf_add_u8(Buf *b, uint8_t byte)
{
    buf_add(b, &byte, 1);
}

void buf_add_str(Buf *b, Str s)
{
    buf_add(b, s.ptr, s.len);
}

void buf_addf(Buf *b, const char *format, ...)
{
    va_list args, again;
    /* Mostly it fits into what is there, and once is enough. */
    size_t left = b->err ? 0 : b->cap - b->len;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(left ? (char *)b->ptr + b->len : NULL, left, format, args);
    va_end(args);
    bool fits = len >= 0 && (size_t)len < left;
    if (left && !fits)
        b->ptr[b->len] = 0;
    if (len < 0 && !b->err)
        b->err = -EMSGSIZE;
    uint8_t *room = len < 0 ? NULL : buf_room(b, (size_t)len);
    if (room && !fits)
        vsnprintf((char *)room, (size_t)len + 1, format, again); /* the NUL has its own byte */
    va_end(again);
}

Str buf_str(const Buf *b)
{
    return b->ptr ? (Str){(const char *)b->ptr, b->len} : (Str){"", 0};
}
