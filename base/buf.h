/* SPDX-License-Identifier: Apache-2.0 */
/* A growing byte buffer born with a maximum. Errors stick: add, add, add, ask once. Memory is
 * wiped before it is given back. The bytes are always followed by a NUL that is not counted. */
#pragma once

#include "base/str.h"
#include <stdint.h>

typedef struct Buf {
    uint8_t *ptr;
    size_t len, cap, max;
    int err; /* 0, -ENOMEM, or -EMSGSIZE past max; later adds do nothing */
} Buf;

#define BUF_AUTO __attribute__((cleanup(buf_finish)))

/* Allocates nothing; max in bytes. */
void buf_init(Buf *b, size_t max);
/* Wipes and frees; the buffer is as after buf_init. */
void buf_finish(Buf *b);
/* Empties (and wipes) but keeps the memory and clears the error. */
void buf_reset(Buf *b);
/* ptr must not point into the buffer itself. */
void buf_add(Buf *b, const void *ptr, size_t len);
void buf_add_u8(Buf *b, uint8_t byte);
void buf_add_str(Buf *b, Str s);
static inline void buf_adds(Buf *b, const char *cstr)
{
    buf_add_str(b, str_of(cstr)); /* the length of a literal is known to the compiler */
}
void buf_addf(Buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Memory for len bytes more at once, where growing to them would move them several times. */
void buf_reserve(Buf *b, size_t len);
/* Adds len bytes to be filled by the caller and returns where; NULL once err is set. */
uint8_t *buf_room(Buf *b, size_t len);
Str buf_str(const Buf *b);
