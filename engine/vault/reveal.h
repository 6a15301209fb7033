/* SPDX-License-Identifier: Apache-2.0 */
/* Why an identity shall be opened: sealed to each custodian who is asked, and signed by the officer
 * who asks, so that nobody else (the daemon, say) can ask in that officer's name. */
#pragma once

#include "engine/core/reveal.h"
#include "engine/vault/compose.h"

typedef struct RevealWords {
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
int open_ground(const BoxPair *as, const SignPublic *officer, Str tenant, uint64_t seal_id,
                uint32_t no, const BundlePart *part, Arena *arena, RevealWords *words);
