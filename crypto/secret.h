/* SPDX-License-Identifier: Apache-2.0 */
/* Secret bytes in guarded memory (locked, outside core dumps, wiped), and the three kinds of bytes
 * that must never be confused: what a person wrote, what is sealed, what is a secret key. */
#pragma once

#include "base/buf.h"

/* Readable text of a person. Never stored, never logged. */
typedef struct Plain {
    const uint8_t *ptr;
    size_t len;
} Plain;

/* What the store may hold. */
typedef struct Sealed {
    const uint8_t *ptr;
    size_t len;
} Sealed;

/* A 32-byte secret: a key, a seed, half of a key. */
typedef struct Secret {
    uint8_t *b; /* 32 bytes from sodium_malloc, or NULL */
} Secret;

enum { SECRET_LEN = 32 };

#define SECRET_AUTO __attribute__((cleanup(secret_finish)))

/* Must be called before anything else here; 0 or -EIO. */
int crypto_start(void);

int secret_new_random(Secret *ret);                 /* 0, -ENOMEM */
int secret_new_copy(Secret *ret, const uint8_t b[SECRET_LEN]);
/* Wipes and frees; accepts { NULL }. */
void secret_finish(Secret *s);
/* ret = a xor b */
int secret_new_xor(Secret *ret, const Secret *a, const Secret *b);
/* ret = BLAKE2b-256(key = from, "krading/1|" label): independent keys from one. The label "commit"
 * is taken: its value is public (seal.h). */
int secret_new_derived(Secret *ret, const Secret *from, const char *label);
bool bytes_equal(const void *a, const void *b, size_t len); /* constant time */
void bytes_random(void *ret, size_t len);
void bytes_wipe(void *ptr, size_t len);

/* Plain out of a Buf, for callers that just filled one. */
Plain plain_of(const Buf *b);
Sealed sealed_of(const Buf *b);

typedef struct Hash {
    uint8_t b[32];
} Hash;

/* BLAKE2b-256 over a length-prefixed list: each part preceded by its u64 big-endian length, so that
 * no two lists give the same input. Every list in this folder's formats is written so. key may be
 * NULL. */
Hash hash_parts(const Secret *key, const Str *parts, size_t n);
Hash hash_sha256(Str bytes);
