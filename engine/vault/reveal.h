/* SPDX-License-Identifier: Apache-2.0 */
/* Why an identity shall be opened: sealed to each custodian who is asked, and signed by the officer
 * who asks, so that nobody else (the daemon, say) can ask in that officer's name. */
#pragma once

#include "engine/core/reveal.h"
#include "engine/vault/compose.h"

/* Which number a half is sealed for that a custodian gives: that of the request (its rev) and the
 * slot. The part's own number in the case is not known where an answer is made, away from the
 * office; no part has a number as high. */
static inline uint32_t given_no(uint32_t rev, uint8_t slot)
{
    return UINT32_C(0x80000000) | rev << 3 | slot;
}

/* What a custodian had before them: the answer's signature is over it, in the place of the name of
 * a step (bundle_sign), so agreeing to one request never agrees to another. */
typedef struct RevealSeen {
    Str number;     /* of the case */
    Str officer;    /* who asks, and to whom alone it is opened */
    uint8_t ground; /* RevealGround */
    Day until;      /* last day */
    Str sealed;     /* the PART_GROUND as it was sealed to this custodian: the reason is in it */
} RevealSeen;
Hash reveal_seen(const RevealSeen *seen);

/* An answer on its way: its bundle as a record to the office's key, for the request of this rev. The
 * case is in the bundle and signed; who opens it does not know the case before. Appends to out. 0,
 * -ENOMEM, -E2BIG; -EINVAL: no key of an office. */
int answer_seal(const BoxPublic *office, Str tenant, uint32_t rev, const Bundle *b, Buf *out);
/* 0; 1: not for this office or request, or damaged; -ENOMEM. */
int answer_open(const BoxPair *office, Str tenant, uint32_t rev, Sealed answer, Arena *arena,
                Bundle *ret);

typedef struct RevealWords {
    Str number;     /* of the case */
    uint32_t rev;   /* that the case has once this is asked: one request is never another */
    uint8_t ground; /* RevealGround */
    Day until;      /* last day of the request */
    Str reason;     /* the officer's own words */
} RevealWords;

/* Appends REVEAL_HALVES PART_GROUNDs to a bundle made by compose_step for the same first_part: one
 * for each of n custodians, the rest dummies, in random order; so their number tells nothing. 0;
 * 1: more custodians than slots; -ENOMEM, -E2BIG, -EMSGSIZE. */
int compose_grounds(const Composer *by, uint32_t first_part, const Person *const *to, size_t n,
                    const RevealWords *words, const SignPair *signer, Bundle *bundle);

/* 0; 1: not for this custodian, damaged, or not what `officer` signed. `words` says what the
 * request claims to be; its reason is filled from the arena. */
int open_ground(const BoxPair *as, const SignPublic *officer, const SealCase *of,
                uint32_t no, const BundlePart *part, Arena *arena, RevealWords *words);
