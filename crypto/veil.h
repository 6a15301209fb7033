/* SPDX-License-Identifier: Apache-2.0 */
/* What the office itself has to read again, and a stolen disk shall not tell: covered under a key
 * made from the pepper.
 *
 *   u8 version=1 | nonce(24) | XChaCha20-Poly1305(key, u32 length | text | zeros, AD)
 *   AD = length-prefixed list: "krading/1|veil", place
 *   length | text | zeros is a multiple of `unit` bytes: shorter texts all have one size. */
#pragma once

#include "crypto/secret.h"

enum { VEIL_OVERHEAD = 1 + 24 + 16 };

/* Appends the covered text. `place`: where it lies; it opens nowhere else. 0; out's error. */
int veil_cover(const Secret *key, Str place, Str text, size_t unit, Buf *out);
/* Appends the text. 0; 1: another key or place, or damaged; -ENOMEM, -EMSGSIZE of out. */
int veil_open(const Secret *key, Str place, Str covered, Buf *out);
