/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the .c files of this folder only: libsodium, keys that live for one call on the stack,
 * and the two ways in which lists of parts become bytes. */
#pragma once

#include "crypto/seal.h"
#include <sodium.h>

/* A key that serves inside one function; KEY_AUTO wipes it on every way out. Longer-lived keys are
 * a Secret, which costs a handful of system calls. */
typedef struct Key {
    uint8_t b[SECRET_LEN];
} Key;
void key_finish(Key *k);
#define KEY_AUTO __attribute__((cleanup(key_finish)))

static inline Str str_bytes(const void *ptr, size_t len)
{
    return (Str){(const char *)ptr, len};
}

/* One part of a list: u64 big-endian length, then the bytes. */
void hash_part(crypto_generichash_state *state, Str part);
/* BLAKE2b-256(key, text) without any length; text is one of ours. */
void hash_label(const uint8_t key[SECRET_LEN], const char *text, uint8_t ret[32]);

/* The parts of a context as a length-prefixed list: tenant, workflow unless empty, case u64, class u8, epoch u16, kind
 * u8, seq u32, all big-endian. The parts point into the struct and at the tenant. */
enum { CONTEXT_NUMBERS = 5, CONTEXT_PARTS = 2 + CONTEXT_NUMBERS };
typedef struct ContextParts {
    uint8_t fixed[8 + 1 + 2 + 1 + 4];
    Str parts[CONTEXT_PARTS];
    size_t n;
} ContextParts;
void context_parts(const SealContext *context, ContextParts *ret);
void context_hash(crypto_generichash_state *state, const SealContext *context);
/* An empty buffer with room for the list; then the list as contiguous bytes, for the AEAD. 0,
 * -ENOMEM. */
Buf context_buf(const SealContext *context);
int context_put(const SealContext *context, Buf *ret);

/* The smallest size class holding len: smallest times a power of two, or half more than that. len
 * at most SIZE_MAX / 4. */
size_t size_bucket(size_t len, size_t smallest);

/* What a key commits to: BLAKE2b-256(key, "krading/1|commit"). */
void key_commit(const uint8_t key[SECRET_LEN], uint8_t ret[32]);
/* commit(32) | nonce(24) | XChaCha20-Poly1305(key, u32 length | text | zeros up to padded): the
 * body of a record and of an identity blob. `ret` holds 76 + padded bytes. */
enum { BODY_OVERHEAD = 32 + 24 + 4 + 16 };
void body_seal(const uint8_t key[SECRET_LEN], Str ad, Plain text, size_t padded, uint8_t *ret);
/* Appends the text. 0; 1: wrong key or AD, or damaged; -ENOMEM, -EMSGSIZE of out. */
int body_open(const uint8_t key[SECRET_LEN], Str ad, Sealed body, Buf *out);

/* Bare Ed25519, for signed notes whose format is not ours. Such a note is never 32 bytes long, so
 * it cannot pass for the hash that keys_sign signs. 0, -EIO. */
int sign_bytes(const SignPair *by, Str bytes, Signature *ret);
bool sign_bytes_ok(const SignPublic *by, Str bytes, const Signature *sig);
