/* SPDX-License-Identifier: Apache-2.0 */
/* Challenges of signing in. Nothing is kept of those that were given out: a challenge is its expiry,
 * chance, and a MAC over both and the name under a key of this start, so that no number of strangers'
 * made-up names can push one out. What is remembered came with the right auth key.
 *   i64 expiry, seconds since 1970 | 8 random bytes | 16 bytes MAC */
#pragma once

#include "crypto/secret.h"
#include "engine/vault/directory.h"

enum {
    CHALLENGE_LEN = 32,
    CHALLENGE_SECONDS = 300,
    ATTEMPTS_MAX = 512,
    ATTEMPT_SECONDS = 1, /* between a wrong attempt for one name and the next wrong one */
    PROVEN_A_NAME = 8, /* of one name's: nobody pushes out those of others */
    PROVEN_MAX = PROVEN_A_NAME * DIRECTORY_PEOPLE_MAX,
};

typedef struct Challenge {
    uint8_t bytes[CHALLENGE_LEN];
    int64_t expires;
} Challenge;

/* One whose auth key matched: it serves once for the signature. Kept until its time is over, so
 * that neither serves a second time. */
typedef struct Proven {
    Challenge challenge; /* expires 0: free */
    Hash name;
    bool used;
} Proven;

/* When a name was last tried with a wrong auth key. */
typedef struct Attempt {
    Hash name;
    int64_t at;
} Attempt;

typedef struct Challenges {
    Secret key;
    Proven proven[PROVEN_MAX];
    Attempt attempts[ATTEMPTS_MAX];
} Challenges;

/* `c` is zeroed. 0, -ENOMEM. */
int challenges_init(Challenges *c);
void challenges_finish(Challenges *c);
void challenge_new(const Challenges *c, Str name, int64_t now, Challenge *ret);
/* Whether it was given out by this process for this name and is in force; known name or not. */
bool challenge_holds(const Challenges *c, const uint8_t bytes[CHALLENGE_LEN], Str name, int64_t now,
                     Challenge *ret);

/* For a wrong attempt: false, too soon after another for this name. */
bool challenge_may_try(Challenges *c, Str name, int64_t now);
void challenge_wrong(Challenges *c, Str name, int64_t now);

/* The auth key matched. False: it did so before. */
bool challenge_prove(Challenges *c, const Challenge *one, Str name, int64_t now);
/* True once after that: it is used up. */
bool challenge_use(Challenges *c, const Challenge *one, Str name);
/* None of this name's serves any more: whoever is signing in begins again. */
void challenge_end(Challenges *c, Str name);
