/* SPDX-License-Identifier: Apache-2.0 */
/* The identity of a reporter under a key of its own, which no single person can open.
 *
 * Blob (IDENTITY_BLOB_LEN bytes, always): u8 version=1 | commit(32) | nonce(24) |
 *   XChaCha20-Poly1305(Ki, u32 length | text | zeros, AD=context), commit and context as in seal.h.
 *   A dummy is a blob of the empty text under a key that is thrown away, so nothing tells it from a
 *   real one.
 * Halves: for each pair of custodians Ki = S1 xor S2 with a fresh S1. half commit =
 *   BLAKE2b-256(key=half, "krading/1|half" | context), so that a custodian who answers with another
 *   value is found out. */
#pragma once

#include "crypto/seal.h"

enum { IDENTITY_TEXT_MAX = IDENTITY_BLOB_LEN - 1 - 32 - 24 - 4 - 16 };

/* 0; -EMSGSIZE over IDENTITY_TEXT_MAX; -ENOMEM. */
int identity_seal(const Secret *ki, const SealContext *context, Plain text,
                  uint8_t ret[IDENTITY_BLOB_LEN]);
int identity_dummy(const SealContext *context, uint8_t ret[IDENTITY_BLOB_LEN]);
/* 0; 1: wrong key or context, or damaged. */
int identity_open(const Secret *ki, const SealContext *context,
                  const uint8_t blob[IDENTITY_BLOB_LEN], Buf *out);

/* A fresh split of ki. */
int custody_split(const Secret *ki, Secret *ret_first, Secret *ret_second);
int custody_join(const Secret *first, const Secret *second, Secret *ret_ki);
Hash custody_commit(const Secret *half, const SealContext *context);
