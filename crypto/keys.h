/* SPDX-License-Identifier: Apache-2.0 */
/* Key pairs of people, cases and the organisation: X25519 to seal to, Ed25519 to sign with. */
#pragma once

#include "crypto/secret.h"

typedef struct BoxPublic {
    uint8_t b[32];
} BoxPublic;
typedef struct SignPublic {
    uint8_t b[32];
} SignPublic;
typedef struct Signature {
    uint8_t b[64];
} Signature;

typedef struct BoxPair {
    BoxPublic public;
    Secret secret;
} BoxPair;
typedef struct SignPair {
    SignPublic public;
    Secret seed;
} SignPair;

#define BOX_PAIR_AUTO  __attribute__((cleanup(box_pair_finish)))
#define SIGN_PAIR_AUTO __attribute__((cleanup(sign_pair_finish)))

int box_pair_new(BoxPair *ret);
int box_pair_from_seed(BoxPair *ret, const Secret *seed);
/* From a stored secret half; the public half is computed. */
int box_pair_from_secret(BoxPair *ret, const Secret *secret);
void box_pair_finish(BoxPair *p);
int sign_pair_new(SignPair *ret);
int sign_pair_from_seed(SignPair *ret, const Secret *seed);
void sign_pair_finish(SignPair *p);

/* Ed25519 over BLAKE2b-256 of the length-prefixed list ("krading/1", type, tenant, parts...): a
 * signature for one purpose or office never serves another. */
int keys_sign(const SignPair *by, const char *type, Str tenant, const Str *parts, size_t n,
              Signature *ret);
bool keys_verify(const SignPublic *by, const char *type, Str tenant, const Str *parts, size_t n,
                 const Signature *sig);
