/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/core/case.h"
#include "engine/core/due.h"

#include <string.h>

bool tag_eq(const Tag *a, const Tag *b)
{
    return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

bool tag_is_none(const Tag *t)
{
    static const Tag none;
    return tag_eq(t, &none);
}

void case_init(Case *ret)
{
    memset(ret, 0, sizeof(*ret));
    ret->previous = DEF_NONE;
    ret->state_since = DAY_NONE;
    ret->received = DAY_NONE;
    ret->final_on = DAY_NONE;
    ret->proposal.day = DAY_NONE;
    ret->reveal.day = DAY_NONE;
    ret->reveal.until = DAY_NONE;
    for (size_t i = 0; i < DEF_DEADLINES_MAX; i++)
        clock_init(&ret->clocks[i]);
}

const OpenValue *case_open(const Case *c, uint8_t field)
{
    for (uint8_t i = 0; i < c->n_open; i++) {
        if (c->open[i].field == field)
            return &c->open[i];
    }
    return NULL;
}

bool case_excludes(const Case *c, const Tag *tag)
{
    for (uint8_t i = 0; i < c->n_excluded; i++) {
        if (tag_eq(&c->excluded[i], tag))
            return true;
    }
    return false;
}

bool case_is_final(const Def *d, const Case *c)
{
    return (d->final & MASK64(c->state)) != 0;
}

bool case_is_destroyed(const Case *c)
{
    return (c->destroyed & ~(1u << CLASS_IDENTITY)) != 0;
}
