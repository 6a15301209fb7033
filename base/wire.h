/* SPDX-License-Identifier: Apache-2.0 */
/* Big-endian bytes in and out. The writer's errors stick in its Buf, the reader's in itself:
 * read, read, read, ask once with wire_end. */
#pragma once

#include "base/buf.h"

void wire_put_u8(Buf *b, uint8_t v);
void wire_put_u16(Buf *b, uint16_t v);
void wire_put_u32(Buf *b, uint32_t v);
void wire_put_u64(Buf *b, uint64_t v);
void wire_put_i32(Buf *b, int32_t v);
void wire_put_i64(Buf *b, int64_t v);
/* u32 length, then the bytes. */
void wire_put_bytes(Buf *b, const void *ptr, size_t len);
void wire_put_str(Buf *b, Str s);
/* A tagged field of a record: u8 tag, u32 length, bytes. Readers skip tags they do not know. */
void wire_put_field(Buf *b, uint8_t tag, const void *ptr, size_t len);

typedef struct Wire {
    const uint8_t *ptr;
    size_t len;  /* what is left */
    bool failed; /* something was short or too long; every later read gives zero */
} Wire;

Wire wire_of(const void *ptr, size_t len);
uint8_t wire_u8(Wire *w);
uint16_t wire_u16(Wire *w);
uint32_t wire_u32(Wire *w);
uint64_t wire_u64(Wire *w);
int32_t wire_i32(Wire *w);
int64_t wire_i64(Wire *w);
/* Exactly len bytes into ret. */
void wire_raw(Wire *w, void *ret, size_t len);
/* Points into the input; lengths over max fail. */
Str wire_bytes(Wire *w, size_t max);
/* The next tagged field: its tag, its content as a reader of its own; false at the end or on a
 * fault (then w->failed). */
bool wire_field(Wire *w, uint8_t *ret_tag, Wire *ret_content);
/* True when all was read and nothing failed. */
bool wire_end(const Wire *w);
