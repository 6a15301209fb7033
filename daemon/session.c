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

static Attempt *attempt_of(Sessions *s, const Hash *name)
{
    Attempt *oldest = &s->attempts[0];

    for (size_t i = 0; i < CHALLENGES_MAX; i++) {
        if (hash_eq(&s->attempts[i].name, name))
            return &s->attempts[i];
        if (s->attempts[i].at < oldest->at)
            oldest = &s->attempts[i];
    }
    *oldest = (Attempt){.name = *name};
    return oldest;
}

static Challenge *challenge_slot(Sessions *s)
{
    Challenge *oldest = &s->challenges[0];

    for (size_t i = 0; i < CHALLENGES_MAX; i++) {
        if (s->challenges[i].expires < oldest->expires)
            oldest = &s->challenges[i];
    }
    return oldest;
}

int session_challenge(Sessions *s, Str name, int64_t now, Challenge *ret)
{
    Hash hash = hash_of("name", name);
    Attempt *attempt = attempt_of(s, &hash);

    if (attempt->at && now - attempt->at < ATTEMPT_SECONDS && now >= attempt->at)
        return 1;
    attempt->at = now;
    Challenge *c = challenge_slot(s);
    *c = (Challenge){.name = hash, .expires = now + CHALLENGE_SECONDS};
    bytes_random(c->bytes, sizeof(c->bytes));
    *ret = *c;
    return 0;
}

Challenge *session_challenge_find(Sessions *s, Str bytes, Str name, int64_t now)
{
    Hash hash = hash_of("name", name);

    if (bytes.len != TOKEN_LEN)
        return NULL;
    for (size_t i = 0; i < CHALLENGES_MAX; i++) {
        Challenge *c = &s->challenges[i];
        if (c->expires > now && bytes_equal(c->bytes, bytes.ptr, TOKEN_LEN) &&
            hash_eq(&c->name, &hash))
            return c;
    }
    return NULL;
}

void session_challenge_drop(Challenge *c)
{
    bytes_wipe(c, sizeof(*c));
}

static Session *session_slot(Sessions *s)
{
    Session *oldest = &s->list[0];

    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        if (s->list[i].used < oldest->used)
            oldest = &s->list[i];
    }
    return oldest;
}

int64_t session_begin(Sessions *s, const Name *person, const SignPublic *key, int64_t now,
                      uint8_t ret_token[TOKEN_LEN])
{
    Hash name = hash_of("name", name_str(person));
    Session *slot = session_slot(s);

    attempt_of(s, &name)->at = 0;
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
    if (now >= found->expires || now - found->used >= SESSION_IDLE_SECONDS) {
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
    Hash token = hash_of("token", keep), of = hash_of("name", name);

    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        Session *one = &s->list[i];
        if (one->expires && name_is(&one->person, name) && !hash_eq(&one->token, &token))
            bytes_wipe(one, sizeof(*one));
    }
    for (size_t i = 0; i < CHALLENGES_MAX; i++) {
        if (s->challenges[i].expires && hash_eq(&s->challenges[i].name, &of))
            session_challenge_drop(&s->challenges[i]);
    }
}
