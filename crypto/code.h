/* SPDX-License-Identifier: Apache-2.0 */
/* The tracking code: 16 random bytes as 26 Crockford base32 characters (big-endian, the last two
 * bits zero) and 2 check characters, shown in groups of 4 (7 groups). Reading forgives case, blanks,
 * hyphens, O for 0, I and L for 1.
 * Check characters: the remainder of the 26, as a polynomial over GF(32) = GF(2)[x]/(x^5+x^2+1)
 * times x^2, by (x+2)(x+4): a Reed-Solomon code of distance 3, so any two wrong characters, and with
 * them every swap, are found for certain.
 * From code and tenant come a lookup id, a box pair that the office's words are sealed to, a sign
 * pair for the complainant's follow-ups: root = hash_parts("krading/1|code", 16 bytes, tenant), then
 * crypto_kdf of root with context "krcode/1": 1 the lookup id, 2 the box seed, 3 the sign seed. */
#pragma once

#include "crypto/keys.h"

enum { CODE_TEXT_LEN = 34 /* 28 characters, 6 hyphens */ };

typedef struct Code {
    Secret entropy; /* first 16 bytes count, the rest zero */
} Code;

#define CODE_AUTO __attribute__((cleanup(code_finish)))

int code_new(Code *ret); /* 0, -ENOMEM */
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
/* 0, -ENOMEM */
int code_derive(const Code *c, Str tenant, CodeKeys *ret);
/* What a look-up begins with: the lookup id and the secret half of the box pair. The public halves,
 * which cost more than all the rest, are zero; code_box makes the one that opening needs. */
int code_derive_view(const Code *c, Str tenant, CodeKeys *ret);
void code_keys_finish(CodeKeys *k);
/* The whole box pair, of a view too; the caller's own. 0, -ENOMEM. */
int code_box(const CodeKeys *k, BoxPair *ret);

/* What the store keeps of a lookup id: hash_parts keyed by the pepper, ("krading/1|lookup", id). */
Hash code_index(const Secret *pepper, const Hash *lookup);

/* A form carries its code with a MAC so that posting it twice gives one case: good for the day
 * number `day` and the one after. hash_parts(key; "krading/1|code mac", 16 bytes, i32 day). */
Hash code_mac(const Secret *key, const Code *c, int32_t day);
bool code_mac_ok(const Secret *key, const Code *c, int32_t today, const Hash *mac);
