/* SPDX-License-Identifier: Apache-2.0 */
/* Tags of rows of a protected case, each under a mask of its own. A custodian holds a half of
 * several pairs and a reader the keys of several classes, while what fills the other slots is
 * random: bare tags that come back would count the people who are left. */
#include "base/err.h"
#include "engine/desk/inner.h"
#include <errno.h>
#include <string.h>

enum { GIVEN_COVERED = 2 };
_Static_assert((int)GIVEN_COVERED != (int)SEAL_VERSION, "told apart");

/* What of a row a tag is; the value goes into the mask. */
typedef enum Masked { MASKED_HOLDER, MASKED_READER, MASKED_GIVER } Masked;

/* Where a tag lies. */
typedef struct MaskPlace {
    uint64_t seal_id;
    Masked what;
    uint32_t no; /* of the part or seal */
} MaskPlace;

/* Masking twice unmasks. Nobody's tag stays nobody's: whether a step passed a key on, or a part has
 * a holder, its kind and slot show. */
static Tag mask(const Desk *d, const MaskPlace *at, const Tag *tag)
{
    uint8_t place[1 + 8 + 4];
    Tag ret = *tag;

    if (tag_is_none(tag))
        return ret;
    place[0] = (uint8_t)at->what;
    for (size_t i = 0; i < 8; i++)
        place[1 + i] = (uint8_t)(at->seal_id >> (56 - 8 * i));
    for (size_t i = 0; i < 4; i++)
        place[9 + i] = (uint8_t)(at->no >> (24 - 8 * i));
    Str parts[] = {STR("mask"), desk_office(d)->tenant, {(const char *)place, sizeof(place)}};
    Hash h = hash_parts(&d->keys.pepper, parts, 3);
    for (size_t i = 0; i < sizeof(ret.b); i++)
        ret.b[i] ^= h.b[i];
    return ret;
}

static void part_turn(const Desk *d, uint64_t seal_id, PartRecord *r)
{
    r->holder = mask(d, &(MaskPlace){seal_id, MASKED_HOLDER, r->no}, &r->holder);
    r->masked = !r->masked;
}

static void seal_turn(const Desk *d, uint64_t seal_id, SealRecord *r)
{
    r->reader = mask(d, &(MaskPlace){seal_id, MASKED_READER, r->no}, &r->reader);
    r->granted_by = mask(d, &(MaskPlace){seal_id, MASKED_GIVER, r->no}, &r->granted_by);
    r->masked = !r->masked;
}

void part_mask(const Desk *d, uint64_t seal_id, PartRecord *r)
{
    if (!r->masked && !tag_is_none(&r->holder))
        part_turn(d, seal_id, r);
}

void part_unmask(const Desk *d, uint64_t seal_id, PartRecord *r)
{
    if (r->masked)
        part_turn(d, seal_id, r);
}

/* Somebody gave it after the report came in: a custodian, to the officer who asked. */
static bool is_given(const PartRecord *r)
{
    return r->kind == PART_HALF && r->event && r->sealed.len == SEAL_LEN;
}

/* The first byte tells what lies there: SEAL_VERSION or GIVEN_COVERED. */
static void given_turn(const Desk *d, uint64_t seal_id, PartRecord *r, uint8_t room[SEAL_LEN])
{
    uint8_t place[1 + 8 + 4] = {0};
    Hash h = {{0}};

    for (size_t i = 0; i < 8; i++)
        place[1 + i] = (uint8_t)(seal_id >> (56 - 8 * i));
    for (size_t i = 0; i < 4; i++)
        place[9 + i] = (uint8_t)(r->no >> (24 - 8 * i));
    for (size_t i = 0; i < SEAL_LEN; i++) {
        if (i % sizeof(h.b) == 0) {
            place[0] = (uint8_t)(i / sizeof(h.b));
            Str parts[] = {
                STR("given"), desk_office(d)->tenant, {(const char *)place, sizeof(place)}};
            h = hash_parts(&d->keys.pepper, parts, 3);
        }
        room[i] = (uint8_t)r->sealed.ptr[i] ^ h.b[i % sizeof(h.b)];
    }
    room[0] = (uint8_t)r->sealed.ptr[0] ^ SEAL_VERSION ^ GIVEN_COVERED;
    r->sealed = (Str){(const char *)room, SEAL_LEN};
}

void given_cover(const Desk *d, uint64_t seal_id, PartRecord *r, uint8_t room[SEAL_LEN])
{
    if (is_given(r) && r->sealed.ptr[0] == SEAL_VERSION)
        given_turn(d, seal_id, r, room);
}

int given_uncover(const Desk *d, uint64_t seal_id, Arena *arena, PartRecord *r)
{
    if (!is_given(r) || r->sealed.ptr[0] != GIVEN_COVERED)
        return 0;
    uint8_t *room = arena_many(arena, SEAL_LEN, uint8_t);
    if (!room)
        return err_origin(-ENOMEM);
    given_turn(d, seal_id, r, room);
    return 0;
}

void seal_mask(const Desk *d, uint64_t seal_id, SealRecord *r)
{
    if (!r->masked)
        seal_turn(d, seal_id, r);
}

void seal_unmask(const Desk *d, uint64_t seal_id, SealRecord *r)
{
    if (r->masked)
        seal_turn(d, seal_id, r);
}
