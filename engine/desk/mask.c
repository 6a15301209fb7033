/* SPDX-License-Identifier: Apache-2.0 */
/* Tags of rows of a protected case, each under a mask of its own. A custodian holds a half of
 * several pairs and a reader the keys of several classes, while what fills the other slots is
 * random: bare tags that come back would count the people who are left. */
#include "engine/desk/inner.h"
#include <string.h>

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
