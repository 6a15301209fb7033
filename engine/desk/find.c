/* SPDX-License-Identifier: Apache-2.0 */
/* Finding a case, and whether it exists for the one who asks. */
#include "engine/desk/inner.h"
#include <string.h>

int desk_answer(int store_answer)
{
    switch (store_answer) {
    case STORE_OK:
        return DESK_OK;
    case STORE_CONFLICT:
        return DESK_MOVED;
    case STORE_RETRY:
        return DESK_RETRY;
    case STORE_UNKNOWN:
        return DESK_UNKNOWN;
    case STORE_FULL:
        return DESK_FULL;
    case STORE_BROKEN:
        return DESK_BROKEN;
    default:
        return store_answer < 0 ? store_answer : DESK_IO;
    }
}

Bytes32 bytes32_of(const uint8_t b[32])
{
    Bytes32 ret;
    memcpy(ret.b, b, sizeof(ret.b));
    return ret;
}

bool bytes32_is_zero(const Bytes32 *b)
{
    static const Bytes32 zero;
    return memcmp(b->b, zero.b, sizeof(zero.b)) == 0;
}

bool seal_is_live(const SealRecord *s, Moment now)
{
    return !s->expires || s->expires > now;
}

/* Classes the actor holds a live seal of. */
static int classes_held(Desk *d, Txn *t, CaseAt *at)
{
    ARENA_AUTO Arena arena = {0};
    HeldSeals held;
    Moment now = desk_now(d);

    arena_init(&arena, CHECK_ARENA);
    int r = desk_seals(d, t, &at->head, &arena, &held);
    if (r)
        return r;
    at->classes = at->lasting = 0;
    memset(at->until, 0, sizeof(at->until));
    for (size_t i = 0; i < held.n; i++) {
        const SealRecord *s = &held.seals[i];
        if (!tag_eq(&s->reader, &at->actor.tag) || !seal_is_live(s, now))
            continue;
        at->classes |= (uint8_t)(1u << s->class);
        if (!s->expires)
            at->lasting |= (uint8_t)(1u << s->class);
        else if (s->expires > at->until[s->class])
            at->until[s->class] = s->expires;
    }
    return DESK_OK;
}

/* An open field holds a choice that only those with keys should know of (staff conduct). */
static bool is_restricted(const Def *def, const Case *c)
{
    uint32_t restricted = 0;

    for (uint8_t i = 0; i < def->n_flags; i++) {
        if (str_is(def->flags[i], "restricted"))
            restricted = MASK32(i);
    }
    for (uint8_t i = 0; restricted && i < c->n_open; i++) {
        const Field *f = &def->fields[c->open[i].field];
        uint8_t choice = field_choice(f, name_str(&c->open[i].choice));
        if (choice != DEF_NONE && (f->choices[choice].flags & restricted))
            return true;
    }
    return false;
}

int case_at_id(Desk *d, Txn *t, uint64_t id, const Person *p, CaseAt *ret)
{
    int r = desk_answer(store_get_head(t, id, &ret->head));

    if (r)
        return r == DESK_UNKNOWN ? DESK_BROKEN : r;
    r = desk_def(d, t, &ret->head, &ret->def);
    if (r)
        return r;
    desk_actor(d, ret->def, ret->head.seal_id, &ret->head.c, p, &ret->actor, &ret->order);
    ret->excluded = p->disabled || case_excludes(&ret->head.c, &ret->actor.tag) ||
                    !head_stands(t, ret->def, &ret->head);
    ret->classes = ret->lasting = 0;
    memset(ret->until, 0, sizeof(ret->until));
    /* Lists of general cases go by role alone: their seals need not be read. */
    bool by_seal = ret->def->protected || is_restricted(ret->def, &ret->head.c);
    return by_seal && !ret->excluded ? classes_held(d, t, ret) : DESK_OK;
}

bool case_is_seen(const CaseAt *at)
{
    const Case *c = &at->head.c;

    if (at->excluded)
        return false;
    if (at->def->protected || is_restricted(at->def, c))
        return at->classes != 0;
    return access_reads(at->def, c, &at->actor, CLASS_OPEN) ||
           (at->actor.delegated & at->def->access.readers[CLASS_OPEN]) != 0;
}

bool case_holds(const CaseAt *at, uint8_t class)
{
    return !at->excluded && class < CLASSES && (at->classes & (1u << class)) != 0;
}

/* A number stays taken when its case has gone. */
static int case_of_number(Desk *d, Txn *t, uint64_t id, const Person *p, CaseAt *ret)
{
    HeadRecord gone;

    int r = case_at_id(d, t, id, p, ret);
    return r == DESK_BROKEN && store_get_head(t, id, &gone) == STORE_UNKNOWN ? DESK_UNKNOWN : r;
}

/* The case of a register number "12/2569", which every workflow may have given. */
static int register_find(Desk *d, Txn *t, Str number, const Person *p, CaseAt *ret)
{
    ARENA_AUTO Arena arena = {0};
    const Workflows *w = desk_workflows(d);
    Name no = name_of(number);
    uint64_t id;

    arena_init(&arena, 1 << 16);
    for (size_t i = 0; number.len <= DEF_NAME_MAX && i < w->n; i++) {
        Name workflow = name_of(w->defs[i]->id);
        Str key = register_key(&arena, &workflow, &no);
        if (!key.ptr || store_find_number(t, key, &id) != STORE_OK)
            continue;
        int r = case_of_number(d, t, id, p, ret);
        if (r && r != DESK_UNKNOWN)
            return r;
        if (!r && case_is_seen(ret))
            return classes_held(d, t, ret);
    }
    return DESK_UNKNOWN;
}

int case_at_number(Desk *d, Txn *t, Str number, const Person *p, CaseAt *ret)
{
    uint64_t id;

    if (memchr(number.ptr ? number.ptr : "", '/', number.len))
        return register_find(d, t, number, p, ret);
    if (!number.len || number.len > RECORD_NUMBER_MAX)
        return DESK_UNKNOWN;
    int r = desk_answer(store_find_number(t, number, &id));
    r = r ? r : case_of_number(d, t, id, p, ret);
    if (r)
        return r;
    return case_is_seen(ret) ? classes_held(d, t, ret) : DESK_UNKNOWN;
}
