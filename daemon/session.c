/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/session.h"

#include <string.h>

static Hash hash_of(const char *label, Str s)
{
    Str parts[] = {str_of(label), s};

    return hash_parts(NULL, parts, 2);
}

static bool hash_eq(const Hash *a, const Hash *b)
{
    return bytes_equal(a->b, b->b, sizeof(a->b));
}

static bool session_is_over(const Session *s, int64_t now)
{
    return now >= s->expires || now - s->used >= SESSION_IDLE_SECONDS;
}

/* The person's own one used longest ago once they have their share, else a free place. There is one
 * for everybody's share: only where people have come and gone within hours is it the oldest of
 * all. */
static Session *session_slot(Sessions *s, const Name *person, int64_t now)
{
    Session *free_one = NULL, *own = NULL, *oldest = &s->list[0];
    size_t n_own = 0;

    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        Session *one = &s->list[i];
        if (session_is_over(one, now)) {
            free_one = one;
            continue;
        }
        if (one->used < oldest->used)
            oldest = one;
        if (!name_eq(&one->person, person))
            continue;
        n_own++;
        if (!own || one->used < own->used)
            own = one;
    }
    return n_own >= SESSIONS_A_PERSON ? own : free_one ? free_one : oldest;
}

int64_t session_begin(Sessions *s, const Name *person, const SignPublic *key, int64_t now,
                      uint8_t ret_token[TOKEN_LEN])
{
    Session *slot = session_slot(s, person, now);

    bytes_random(ret_token, TOKEN_LEN);
    *slot = (Session){.token = hash_of("token", (Str){(const char *)ret_token, TOKEN_LEN}),
                      .person = *person,
                      .key = *key,
                      .expires = now + SESSION_SECONDS,
                      .used = now};
    return slot->expires;
}

static Session *session_find(Sessions *s, Str token)
{
    Hash hash = hash_of("token", token);

    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        if (s->list[i].expires && hash_eq(&s->list[i].token, &hash))
            return &s->list[i];
    }
    return NULL;
}

const Session *session_of(Sessions *s, Str token, int64_t now)
{
    Session *found = session_find(s, token);

    if (!found)
        return NULL;
    if (session_is_over(found, now)) {
        bytes_wipe(found, sizeof(*found));
        return NULL;
    }
    found->used = now;
    return found;
}

void session_end(Sessions *s, Str token)
{
    Session *found = session_find(s, token);

    if (found)
        bytes_wipe(found, sizeof(*found));
}

void session_end_others(Sessions *s, Str name, Str keep)
{
    Hash token = hash_of("token", keep);

    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        Session *one = &s->list[i];
        if (one->expires && name_is(&one->person, name) && !hash_eq(&one->token, &token))
            bytes_wipe(one, sizeof(*one));
    }
    challenge_end(&s->challenges, name);
}
