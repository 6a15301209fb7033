/* SPDX-License-Identifier: Apache-2.0 */
/* Who is signed in, in memory alone: a restart signs everybody out. Tokens are kept as hashes. */
#pragma once

#include "crypto/keys.h"
#include "daemon/challenge.h"
#include "engine/vault/directory.h"

enum {
    SESSIONS_A_PERSON = 16, /* whoever signs in once more ends the own one used longest ago */
    SESSIONS_MAX = SESSIONS_A_PERSON * DIRECTORY_PEOPLE_MAX, /* so nobody ends another's */
    SESSION_SECONDS = 8 * 3600,
    SESSION_IDLE_SECONDS = 3600,
    TOKEN_LEN = 32,
};

typedef struct Session {
    Hash token;
    Name person;
    SignPublic key; /* that signed in: another one in the directory ends it */
    int64_t expires, used; /* seconds since 1970; expires 0: free */
} Session;

typedef struct Sessions {
    Session list[SESSIONS_MAX];
    Challenges challenges;
} Sessions;

/* Signs in. Of more than SESSIONS_A_PERSON of one person the one used longest ago ends. */
int64_t session_begin(Sessions *s, const Name *person, const SignPublic *key, int64_t now,
                      uint8_t ret_token[TOKEN_LEN]);
/* Whose it is, or NULL: no such token, or its time is over. */
const Session *session_of(Sessions *s, Str token, int64_t now);
void session_end(Sessions *s, Str token);
/* All of this person's, but the one with the token `keep` (empty: none). Whoever is signing in
 * begins again. */
void session_end_others(Sessions *s, Str name, Str keep);
