/* SPDX-License-Identifier: Apache-2.0 */
/* What a person needs to sign in, made on a client and handed to the server: the auth keys, the
 * wrapped secrets, signed by the person's own key as the directory names it. So neither the
 * administrator's tool nor the server can put another's secrets in anybody's place, and what was
 * taken once is not taken again: `changed` has to be later than what the server has.
 *
 *   u8 version=1 | name | i64 changed | box(32) | sign(32) | auth(32) | wrapped |
 *   u8 has_recovery | [recovery_auth(32) | recovery_wrapped] | u8 n_former, 81 bytes each |
 *   signature(64), type "enrolment", over all before it */
#pragma once

#include "base/arena.h"
#include "crypto/login.h"
#include "crypto/seal.h"
#include "engine/core/def.h"

enum {
    /* What custodians hold is never sealed anew, so none is ever left out: new keys every month for
     * twenty years, twice as long as the longest retention of the shipped workflows. */
    FORMER_MAX = 240,
    ENROLMENT_BYTES_MAX = 1024 + FORMER_MAX * SEAL_LEN,
    ENROLMENT_BYTES_MIN = 128, /* none is shorter */
    ENROLMENT_AHEAD_SECONDS = 86400, /* a client's clock may be ahead by this much */
    SEAL_KIND_FORMER = 0xf0,         /* in the context of a former secret's seal; no case's */
};

typedef struct Enrolment {
    Name name;
    Moment changed;
    BoxPublic box;
    SignPublic sign;
    uint8_t auth[SECRET_LEN];
    uint8_t wrapped[WRAPPED_LEN];
    bool has_recovery; /* else the server keeps the one it has, if the keys are the same */
    uint8_t recovery_auth[SECRET_LEN];
    uint8_t recovery_wrapped[WRAPPED_LEN];
    uint8_t n_former; /* box secrets from before rotations, the latest last, sealed to `box` */
    uint8_t former[FORMER_MAX][SEAL_LEN];
    Signature signature;
} Enrolment;
#define ENROLMENT_AUTO __attribute__((cleanup(enrolment_finish)))
/* Wipes. */
void enrolment_finish(Enrolment *e);

/* What keys and a way to them become: name, keys, auth and wrapped secret. `share` is the server's
 * half for this name. `after`: the moment of the last one (0: none). 0, -ENOMEM. */
int enrolment_begin(Enrolment *e, const PersonKeys *keys, const Login *login, const Secret *share,
                    Str name, Moment after, Moment now);
/* A new recovery code's way to the same keys. */
int enrolment_recovery(Enrolment *e, const PersonKeys *keys, const Code *code, const Secret *share,
                       Str tenant);
/* Keeps an earlier box secret openable. 0; -ENOMEM; -E2BIG: there are FORMER_MAX already. */
int enrolment_former(Enrolment *e, const Secret *box_secret, Str tenant);
typedef enum FormerAnswer {
    FORMER_OK,
    FORMER_LOST, /* one of those kept does not open: it would be gone with the keys of today */
    FORMER_FULL, /* there are FORMER_MAX */
} FormerAnswer;
/* What goes along with new keys: all that is kept (`former` as the server has it, `opened` as far as
 * they open, in that order) and the secret of today. Nothing is added unless everything is.
 * FormerAnswer; -ENOMEM. */
int enrolment_formers(Enrolment *e, Str former, const BoxPair *opened, size_t n_opened,
                      const Secret *today, Str tenant);
int enrolment_sign(Enrolment *e, const PersonKeys *keys, Str tenant);

void enrolment_put(Buf *out, const Enrolment *e);
/* 0; 1: not one. */
int enrolment_get(Str bytes, Enrolment *ret);
/* By its own key, which the caller compares with the directory's. */
bool enrolment_holds(const Enrolment *e, Str tenant);
/* A person's wish for new keys, signed with the old ones:
 *   u8 version=1 | u32 length, enrolment | signature(64), type "rotation", over the enrolment
 * 0, or out's error. */
int rotation_put(Buf *out, const Enrolment *e, const SignPair *old, Str tenant);
/* 0; 1: not one, or not signed by `old`, the key the directory has for the name; NULL: not checked,
 * to learn the name. */
int rotation_get(Str bytes, const SignPublic *old, Str tenant, Enrolment *ret);
/* Opens the former secret number i of `former` as the server keeps them (81 bytes each). 0; 1: not
 * for this key, or there is none; -ENOMEM. */
int former_open(Str former, size_t i, const BoxPair *as, Str tenant, BoxPair *ret);
