/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of a case on their way from one reader to the next. */
#include "base/wire.h"
#include "engine/desk/inner.h"
#include <string.h>

/* A custodian guards the identity in cases that he cannot read. */
static bool may_get(Desk *d, const CaseAt *at, const Case *after, const Person *to, uint8_t class)
{
    Actor a;
    Name order;

    if (!to || to->disabled || class >= CLASSES || is_custodian(at->def, to))
        return false;
    desk_actor(d, at->def, at->head.seal_id, after, to, &a, &order);
    return !case_excludes(after, &a.tag) && access_reads(at->def, after, &a, (Class) class);
}

bool grant_target_fits(Desk *d, const CaseAt *at, const Bundle *b)
{
    const Person *to = directory_person(desk_directory(d), name_str(&b->target));

    for (size_t i = 0; i < b->n_seals; i++) {
        if (!may_get(d, at, &at->head.c, to, b->seals[i].class))
            return false;
    }
    return to != NULL;
}

static bool ends_in_time(const CaseAt *at, const BundleSeal *s)
{
    return (at->lasting >> s->class & 1) || (s->expires && s->expires <= at->until[s->class]);
}

bool grant_fits(const CaseAt *at, const Bundle *b)
{
    uint8_t class = CLASSES;
    size_t n = 0;

    for (size_t i = 0; i < b->n_seals; i++) {
        const BundleSeal *s = &b->seals[i];
        if (bundle_brings(b, s->class, s->epoch))
            continue;
        if (s->class >= CLASSES || !name_eq(&s->reader, &b->target) || (n && s->class != class) ||
            !ends_in_time(at, s))
            return false;
        class = s->class;
        n++;
    }
    return n > 0;
}

/* Only the day that ends a grant may show, and it is one to come. */
static bool expiry_fits(const Desk *d, Moment expires)
{
    Zone zone = desk_office(d)->zone;

    return !expires ||
           (expires > desk_now(d) && day_start(moment_day(expires, zone), zone) == expires);
}

/* To one's own new key only what is one's own for good: nobody prolongs a grant to himself. */
static bool may_keep(const Who *who, const CaseAt *at, const BundleSeal *s)
{
    return !name_eq(&s->reader, &who->person->name) || (at->lasting >> s->class & 1);
}

/* Whoever was let in for some days passes keys on for good only by a step that needs its readers;
 * else a note would do what a grant may not. */
static bool may_pass_on(Desk *d, const CaseAt *at, const Case *after, const BundleSeal *s)
{
    const Person *to = directory_person(desk_directory(d), name_str(&s->reader));

    return ends_in_time(at, s) || reader_is_due(d, at, after, to, s->class);
}

int key_grant_check(Desk *d, const Who *who, const CaseAt *at, const Case *after,
                       const Bundle *b, const BundleSeal *s)
{
    const Person *to = directory_person(desk_directory(d), name_str(&s->reader));

    if (s->slot != SLOT_GRANTED || !case_holds(at, s->class) || !expiry_fits(d, s->expires) ||
        !may_get(d, at, after, to, s->class) || !may_keep(who, at, s) ||
        !may_pass_on(d, at, after, s))
        return DESK_MALFORMED;
    Str tenant = desk_office(d)->tenant;
    return bundle_seal_signed_by(s, &who->person->sign, tenant, b->seal_id, &to->box)
               ? DESK_OK
               : DESK_SIGNATURE;
}

int grants_check(Desk *d, const Who *who, const CaseAt *at, const Case *after, const Bundle *b)
{
    int r = DESK_OK;

    for (size_t i = 0; i < b->n_seals && !r; i++) {
        const BundleSeal *s = &b->seals[i];
        if (!bundle_brings(b, s->class, s->epoch)) /* under new keys others read on: epoch.c */
            r = key_grant_check(d, who, at, after, b, s);
    }
    return r;
}

Bytes64 desk_cover(const Desk *d, uint64_t seal_id, Signed what, uint32_t no, const uint8_t b[64])
{
    static const Bytes64 nothing;
    Bytes64 ret = nothing;
    uint8_t place[1 + 1 + 8 + 4];

    if (memcmp(b, nothing.b, sizeof(nothing.b)) == 0)
        return ret;
    place[1] = (uint8_t)what;
    for (size_t i = 0; i < 8; i++)
        place[2 + i] = (uint8_t)(seal_id >> (56 - 8 * i));
    for (size_t i = 0; i < 4; i++)
        place[10 + i] = (uint8_t)(no >> (24 - 8 * i));
    for (uint8_t half = 0; half < 2; half++) {
        place[0] = half;
        Str parts[] = {STR("cover"), desk_office(d)->tenant, {(const char *)place, sizeof(place)}};
        Hash h = hash_parts(&d->keys.pepper, parts, 3);
        for (size_t i = 0; i < sizeof(h.b); i++)
            ret.b[32u * half + i] = b[32u * half + i] ^ h.b[i];
    }
    return ret;
}
