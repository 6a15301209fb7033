/* SPDX-License-Identifier: Apache-2.0 */
/* What proofs that anybody may ask for cost: so many are made a second for all strangers together,
 * and the last ones are given again, for a proof between two sizes never changes. */
#pragma once

#include "base/buf.h"
#include <stdbool.h>

enum {
    PROOFS_A_SECOND = 32, /* a few milliseconds each, in the longest of logs */
    PROOFS_KEPT = 16,
    PROOF_TEXT_MAX = 64 << 10,
};

typedef struct KeptProof {
    uint64_t from, to;
    Buf text; /* empty: none */
} KeptProof;

typedef struct Proofs {
    int64_t second;
    unsigned made; /* in this second */
    KeptProof kept[PROOFS_KEPT];
    size_t next;
} Proofs;

void proofs_finish(Proofs *p);
/* What was made before, or empty. */
Str proofs_find(const Proofs *p, uint64_t from, uint64_t to);
/* Whether one more may be made in this second (any clock that goes on). */
bool proofs_take(Proofs *p, int64_t second);
/* Copies it; without memory it is not kept. */
void proofs_keep(Proofs *p, uint64_t from, uint64_t to, Str text);
