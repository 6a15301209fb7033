/* SPDX-License-Identifier: Apache-2.0 */
/* The tracking code: 16 random bytes as 26 Crockford base32 characters and 2 check characters,
 * shown in groups of 4 (7 groups). Reading forgives case, blanks, hyphens, O for 0, I and L for 1.
 * From code and tenant come, by BLAKE2b and crypto_kdf: a lookup id, a box pair that the office's
 * words are sealed to, a sign pair for the complainant's follow-ups. */
#pragma once

#include "crypto/keys.h"

enum { CODE_TEXT_LEN = 34 /* 28 characters, 6 hyphens */ };

typedef struct Code {
    Secret entropy; /* first 16 bytes count, the rest zero */
} Code;

#define CODE_AUTO __attribute__((cleanup(code_finish)))

int code_new(Code *ret);
void code_finish(Code *c);
/* NUL-terminated. */
void code_print(const Code *c, char ret[CODE_TEXT_LEN + 1]);
/* 0; 1: wrong length, a foreign character, or check characters that do not match. */
int code_parse(Str typed, Code *ret);

/* Everything a code stands for, for one tenant. */
typedef struct CodeKeys {
    Hash lookup;
    BoxPair box;
    SignPair sign;
} CodeKeys;
#define CODE_KEYS_AUTO __attribute__((cleanup(code_keys_finish)))
int code_derive(const Code *c, Str tenant, CodeKeys *ret);
void code_keys_finish(CodeKeys *k);

/* What the store keeps of a lookup id: BLAKE2b keyed by the pepper. */
Hash code_index(const Secret *pepper, const Hash *lookup);

/* A form carries its code with a MAC so that posting it twice gives one case: good for the day
 * number `day` and the one after. */
Hash code_mac(const Secret *key, const Code *c, int32_t day);
bool code_mac_ok(const Secret *key, const Code *c, int32_t today, const Hash *mac);
