/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wire.h"

#include <errno.h>
#include <string.h>

static void put_big_endian(Buf *b, uint64_t v, size_t bytes)
{
    uint8_t *room = buf_room(b, bytes);
    for (size_t i = 0; room && i < bytes; i++)
        room[i] = (uint8_t)(v >> (8 * (bytes - 1 - i)));
}

void wire_put_u8(Buf *b, uint8_t v)
{
    put_big_endian(b, v, 1);
}

void wire_put_u16(Buf *b, uint16_t v)
{
    put_big_endian(b, v, 2);
}

void wire_put_u32(Buf *b, uint32_t v)
{
    put_big_endian(b, v, 4);
}

void wire_put_u64(Buf *b, uint64_t v)
{
    put_big_endian(b, v, 8);
}

void wire_put_i32(Buf *b, int32_t v)
{
    wire_put_u32(b, (uint32_t)v);
}

void wire_put_i64(Buf *b, int64_t v)
{
    wire_put_u64(b, (uint64_t)v);
}

void wire_put_bytes(Buf *b, const void *ptr, size_t len)
{
    if (len > UINT32_MAX) {
        if (!b->err)
            b->err = -EMSGSIZE;
        return;
    }
    wire_put_u32(b, (uint32_t)len);
    buf_add(b, ptr, len);
}

void wire_put_str(Buf *b, Str s)
{
    wire_put_bytes(b, s.ptr, s.len);
}

void wire_put_field(Buf *b, uint8_t tag, const void *ptr, size_t len)
{
    wire_put_u8(b, tag);
    wire_put_bytes(b, ptr, len);
}

Wire wire_of(const void *ptr, size_t len)
{
    return (Wire){.ptr = ptr, .len = len};
}

/* The next len bytes, or NULL: then the reader has failed and is at its end. */
static const uint8_t *take(Wire *w, size_t len)
{
    if (w->failed || len > w->len) {
        w->failed = true;
        w->len = 0;
        return NULL;
    }
    const uint8_t *ptr = w->ptr;
    if (len)
        w->ptr += len;
    w->len -= len;
    return ptr;
}

static uint64_t get_big_endian(Wire *w, size_t bytes)
{
    const uint8_t *ptr = take(w, bytes);
    uint64_t v = 0;
    for (size_t i = 0; ptr && i < bytes; i++)
        v = v << 8 | ptr[i];
    return v;
}

uint8_t wire_u8(Wire *w)
{
    return (uint8_t)get_big_endian(w, 1);
}

uint16_t wire_u16(Wire *w)
{
    return (uint16_t)get_big_endian(w, 2);
}

uint32_t wire_u32(Wire *w)
{
    return (uint32_t)get_big_endian(w, 4);
}

uint64_t wire_u64(Wire *w)
{
    return get_big_endian(w, 8);
}

int32_t wire_i32(Wire *w)
{
    return (int32_t)wire_u32(w);
}

int64_t wire_i64(Wire *w)
{
    return (int64_t)wire_u64(w);
}

void wire_raw(Wire *w, void *ret, size_t len)
{
    const uint8_t *ptr = take(w, len);
    if (len == 0)
        return;
    if (ptr)
        memcpy(ret, ptr, len);
    else
        memset(ret, 0, len);
}

Str wire_bytes(Wire *w, size_t max)
{
    size_t len = wire_u32(w);
    if (len > max)
        w->failed = true;
    const uint8_t *ptr = take(w, len);
    return ptr ? (Str){(const char *)ptr, len} : (Str){"", 0};
}

bool wire_field(Wire *w, uint8_t *ret_tag, Wire *ret_content)
{
    if (w->len == 0)
        return false;
    uint8_t tag = wire_u8(w);
    Str content = wire_bytes(w, w->len);
    if (w->failed)
        return false;
    *ret_tag = tag;
    *ret_content = wire_of(content.ptr, content.len);
    return true;
}

bool wire_end(const Wire *w)
{
    return !w->failed && w->len == 0;
}
