/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/challenge.h"

#include "base/err.h"
#include "base/wire.h"
#include <string.h>

enum { EXPIRY_LEN = 8, SAID_LEN = 16, MAC_LEN = CHALLENGE_LEN - SAID_LEN };

int challenges_init(Challenges *c)
{
    return secret_new_random(&c->key);
}

void challenges_finish(Challenges *c)
{
    secret_finish(&c->key);
    bytes_wipe(c, sizeof(*c));
}

static Hash name_hash(Str name)
{
    Str parts[] = {STR("name"), name};

    return hash_parts(NULL, parts, 2);
}

static bool hash_eq(const Hash *a, const Hash *b)
{
    return bytes_equal(a->b, b->b, sizeof(a->b));
}

/* Of which MAC_LEN bytes count. */
static Hash mac_of(const Challenges *c, const uint8_t said[SAID_LEN], Str name)
{
    Str parts[] = {STR("challenge"), {(const char *)said, SAID_LEN}, name};

    return hash_parts(&c->key, parts, 3);
}

void challenge_new(const Challenges *c, Str name, int64_t now, Challenge *ret)
{
    *ret = (Challenge){.expires = now + CHALLENGE_SECONDS};
    for (size_t i = 0; i < EXPIRY_LEN; i++)
        ret->bytes[i] = (uint8_t)((uint64_t)ret->expires >> (8 * (EXPIRY_LEN - 1 - i)));
    bytes_random(ret->bytes + EXPIRY_LEN, SAID_LEN - EXPIRY_LEN);
    Hash mac = mac_of(c, ret->bytes, name);
    memcpy(ret->bytes + SAID_LEN, mac.b, MAC_LEN);
}

bool challenge_holds(const Challenges *c, const uint8_t bytes[CHALLENGE_LEN], Str name, int64_t now,
                     Challenge *ret)
{
    Hash mac = mac_of(c, bytes, name);
    Wire w = wire_of(bytes, EXPIRY_LEN);
    int64_t expires = wire_i64(&w);

    if (!bytes_equal(mac.b, bytes + SAID_LEN, MAC_LEN) || expires <= now)
        return false;
    memcpy(ret->bytes, bytes, CHALLENGE_LEN);
    ret->expires = expires;
    return true;
}

/* ---- attempts ---- */

/* A full table forgets the oldest: whoever could flood it gains a try for some hundred requests. */
static Attempt *attempt_of(Challenges *c, const Hash *name)
{
    Attempt *oldest = &c->attempts[0];

    for (size_t i = 0; i < ATTEMPTS_MAX; i++) {
        if (hash_eq(&c->attempts[i].name, name))
            return &c->attempts[i];
        if (c->attempts[i].at < oldest->at)
            oldest = &c->attempts[i];
    }
    return oldest;
}

bool challenge_may_try(Challenges *c, Str name, int64_t now)
{
    Hash hash = name_hash(name);
    const Attempt *a = attempt_of(c, &hash);

    return !hash_eq(&a->name, &hash) || now - a->at >= ATTEMPT_SECONDS || now < a->at;
}

void challenge_wrong(Challenges *c, Str name, int64_t now)
{
    Hash hash = name_hash(name);

    *attempt_of(c, &hash) = (Attempt){.name = hash, .at = now};
}

/* ---- those that were proven ---- */

static Proven *find(Challenges *c, const Challenge *one, const Hash *name)
{
    for (size_t i = 0; i < PROVEN_MAX; i++) {
        Proven *p = &c->proven[i];
        if (p->challenge.expires && hash_eq(&p->name, name) &&
            bytes_equal(p->challenge.bytes, one->bytes, CHALLENGE_LEN))
            return p;
    }
    return NULL;
}

/* A free place, else the oldest: of this name once it has its share, else of all. */
static Proven *slot_for(Challenges *c, const Hash *name, int64_t now)
{
    Proven *free_one = NULL, *own = NULL, *oldest = &c->proven[0];
    size_t n_own = 0;

    for (size_t i = 0; i < PROVEN_MAX; i++) {
        Proven *p = &c->proven[i];
        if (p->challenge.expires <= now) {
            free_one = p;
            continue;
        }
        if (p->challenge.expires < oldest->challenge.expires)
            oldest = p;
        if (!hash_eq(&p->name, name))
            continue;
        n_own++;
        if (!own || p->challenge.expires < own->challenge.expires)
            own = p;
    }
    return n_own >= PROVEN_A_NAME ? own : free_one ? free_one : oldest;
}

bool challenge_prove(Challenges *c, const Challenge *one, Str name, int64_t now)
{
    Hash hash = name_hash(name);

    if (find(c, one, &hash))
        return false;
    *slot_for(c, &hash, now) = (Proven){.challenge = *one, .name = hash};
    return true;
}

bool challenge_use(Challenges *c, const Challenge *one, Str name)
{
    Hash hash = name_hash(name);
    Proven *p = find(c, one, &hash);

    if (!p || p->used)
        return false;
    p->used = true;
    return true;
}

void challenge_end(Challenges *c, Str name)
{
    Hash hash = name_hash(name);

    for (size_t i = 0; i < PROVEN_MAX; i++)
        if (hash_eq(&c->proven[i].name, &hash))
            c->proven[i].used = true;
}
