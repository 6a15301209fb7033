/* SPDX-License-Identifier: Apache-2.0 */
/* Signed checkpoints of the audit log (C2SP tlog-checkpoint, a signed note), the key that checks
 * them, and proofs on paper (C2SP tlog-proof and tlog-witness). */
#pragma once

#include "crypto/tree.h"

enum { CHECKPOINT_BYTES_MAX = 4096, PROOF_BYTES_MAX = 16384 };

/* The checkpoint text with its signature line; origin as "krading/<tenant>", which is the key name
 * too. Bare Ed25519 over the text as C2SP has it. 0; -EINVAL: origin has blanks or a plus; Buf's. */
int checkpoint_put(Buf *b, Str origin, uint64_t size, const Hash *root, const SignPair *by);
/* 0; 1: not a checkpoint of this origin; 2: signature does not hold. Lines of other signers
 * (witnesses) are passed over. */
int checkpoint_get(Str text, Str origin, const SignPublic *by, uint64_t *ret_size, Hash *ret_root);
/* The next of several, one after the other with or without blank lines between them; what is none
 * comes out as some text that checkpoint_get refuses. Empty at the end. */
Str checkpoint_cut(Str *rest);

/* A verifier key as C2SP writes it: origin+8 hex digits+base64. 0; -EINVAL; Buf's. */
int checkpoint_key_put(Buf *b, Str origin, const SignPublic *key);
/* 0; 1: not such a key. *ret_origin points into text. */
int checkpoint_key_get(Str text, Str *ret_origin, SignPublic *ret);

/* A proof as text, its checkpoint behind it:
 *   c2sp.org/tlog-proof@v1 | extra BASE64 of the leaf | index N | hashes | blank | checkpoint
 *   old N | hashes | blank | checkpoint
 * each | a line end, a hash a line in base64. */
typedef struct Proof {
    bool consistency; /* old N */
    uint64_t number;  /* index, or the old size */
    Hash leaf;        /* of an inclusion */
    Hash hash[TREE_PROOF_MAX];
    size_t n;
    Str checkpoint;
} Proof;
/* 0, Buf's. */
int proof_put(Buf *b, const Proof *p);
/* 0; 1: not a proof. The checkpoint points into text and is not looked at. */
int proof_get(Str text, Proof *ret);

/* Standard base64, padded. 0; 1: not that of exactly len bytes (64 + 4 at most). */
void base64_put(Buf *b, const uint8_t *ptr, size_t len);
int base64_get(Str text, uint8_t *ret, size_t len);
