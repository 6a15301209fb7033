/* SPDX-License-Identifier: Apache-2.0 */
/* Who is signed in, in memory alone: a restart signs everybody out. Tokens are kept as hashes. */
#pragma once

#include "crypto/keys.h"
#include "engine/core/def.h"

enum {
    SESSIONS_MAX = 512,
    CHALLENGES_MAX = 512,
    SESSION_SECONDS = 8 * 3600,
    SESSION_IDLE_SECONDS = 3600,
    CHALLENGE_SECONDS = 300,
    ATTEMPT_SECONDS = 1, /* between two attempts for one name */
    TOKEN_LEN = 32,
};

typedef struct Session {
    Hash token;
    Name person;
    SignPublic key; /* that signed in: another one in the directory ends it */
    int64_t expires, used; /* seconds since 1970; expires 0: free */
} Session;

/* Serves once for the auth key and once for the signature. */
typedef struct Challenge {
    uint8_t bytes[TOKEN_LEN];
    Hash name; /* of whoever it was given to, known or not */
    int64_t expires;
    bool proven; /* the auth key matched */
} Challenge;

/* When a name was last tried. */
typedef struct Attempt {
    Hash name;
    int64_t at;
} Attempt;

typedef struct Sessions {
    Session list[SESSIONS_MAX];
    Challenge challenges[CHALLENGES_MAX];
    Attempt attempts[CHALLENGES_MAX];
} Sessions;

/* 0; 1: too soon after the last attempt for this name. */
int session_challenge(Sessions *s, Str name, int64_t now, Challenge *ret);
/* The challenge in force with these bytes for this name, or NULL. */
Challenge *session_challenge_find(Sessions *s, Str bytes, Str name, int64_t now);
void session_challenge_drop(Challenge *c);
/* Signs in; the name may be tried again at once. Full tables push out what was used longest ago. */
int64_t session_begin(Sessions *s, const Name *person, const SignPublic *key, int64_t now,
                      uint8_t ret_token[TOKEN_LEN]);
/* Whose it is, or NULL: no such token, or its time is over. */
const Session *session_of(Sessions *s, Str token, int64_t now);
void session_end(Sessions *s, Str token);
/* All of this person's, but the one with the token `keep` (empty: none). Whoever is signing in
 * begins again. */
void session_end_others(Sessions *s, Str name, Str keep);
