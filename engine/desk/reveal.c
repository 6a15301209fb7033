/* SPDX-License-Identifier: Apache-2.0 */
/* Who guards the identity of a case, and what a custodian or the officer who asks them may bring.
 */
#include "engine/desk/reveal.h"

#include "base/err.h"
#include "engine/vault/reveal.h"
#include <errno.h>
#include <string.h>

_Static_assert(REVEAL_HALVES == 2 * CUSTODY_PAIRS, "a slot for each half");

int case_halves(const Desk *d, Txn *t, const HeadRecord *h, Arena *arena, CaseHalves *ret)
{
    memset(ret, 0, sizeof(*ret));
    for (uint32_t i = 0; i < h->parts; i++) {
        PartRecord part;
        int r = desk_answer(store_get_part(t, h->id, i, arena, &part));
        if (r)
            return r == DESK_UNKNOWN ? DESK_BROKEN : r;
        if (part.event)
            break; /* they came with the report */
        if (part.kind != PART_HALF || part.slot >= REVEAL_HALVES || !bytes32_is_zero(&part.gone))
            continue;
        part_unmask(d, h->seal_id, &part);
        ret->half[part.slot] = part;
        ret->there |= (uint8_t)(1u << part.slot);
    }
    return DESK_OK;
}

uint8_t halves_of(const CaseHalves *h, const Tag *custodian)
{
    uint8_t mask = 0;

    for (uint8_t i = 0; i < REVEAL_HALVES; i++) {
        if ((h->there & (1u << i)) && tag_eq(&h->half[i].holder, custodian))
            mask |= (uint8_t)(1u << i);
    }
    return mask;
}

bool guards_halves(Desk *d, const CaseAt *at, const CaseHalves *h, const Person *p, uint8_t *ret)
{
    Tag tag = desk_tag(d, at->head.seal_id, name_str(&p->name));

    *ret = halves_of(h, &tag);
    return *ret && is_custodian(at->def, p) && !p->disabled && !case_excludes(&at->head.c, &tag);
}

/* ---- the request ---- */

int ground_for(const Desk *d, Txn *t, const HeadRecord *h, const Tag *custodian, Arena *arena,
               Ground *ret)
{
    EventRecord e;

    int r = desk_answer(store_get_event(t, h->id, h->c.reveal.event, arena, &e));
    for (uint32_t i = 0; !r && i < e.n_parts; i++) {
        PartRecord part;
        r = desk_answer(store_get_part(t, h->id, e.first_part + i, arena, &part));
        if (r || part.kind != PART_GROUND)
            continue;
        part_unmask(d, h->seal_id, &part);
        if (!tag_eq(&part.holder, custodian))
            continue;
        *ret = (Ground){.part = part, .directory = e.directory};
        return DESK_OK;
    }
    if (r)
        return r == DESK_UNKNOWN ? DESK_BROKEN : r;
    return DESK_UNKNOWN;
}

int ground_seen(const Desk *d, Txn *t, const HeadRecord *h, const Tag *custodian,
                const Name *officer, Hash *ret)
{
    ARENA_AUTO Arena arena = {0};
    Ground ground;

    arena_init(&arena, CHECK_ARENA);
    int r = ground_for(d, t, h, custodian, &arena, &ground);
    if (!r)
        *ret = reveal_seen(&(RevealSeen){.number = name_str(&h->number),
                                         .officer = name_str(officer),
                                         .ground = h->c.reveal.ground,
                                         .until = h->c.reveal.until,
                                         .sealed = ground.part.sealed});
    return r;
}

/* ---- the case as a custodian finds it: while a request waits ---- */

int case_at_custody(Desk *d, Txn *t, Str number, const Person *p, CaseAt *ret)
{
    ARENA_AUTO Arena arena = {0};
    CaseHalves halves;
    Ground ground;
    uint64_t id;
    uint8_t mask;

    if (!number.len || number.len > RECORD_NUMBER_MAX)
        return DESK_UNKNOWN;
    int r = desk_answer(store_find_number(t, number, &id));
    r = r ? r : case_at_id(d, t, id, p, ret);
    if (r)
        return r;
    /* Whoever reads a case guards nothing in it. */
    if (ret->classes || !reveal_runs(&ret->head.c, desk_today(d)))
        return DESK_UNKNOWN;
    arena_init(&arena, CHECK_ARENA);
    r = case_halves(d, t, &ret->head, &arena, &halves);
    if (r)
        return r;
    if (!guards_halves(d, ret, &halves, p, &mask))
        return DESK_UNKNOWN;
    return ground_for(d, t, &ret->head, &ret->actor.tag, &arena, &ground);
}

/* DESK_OK, DESK_UNKNOWN, store's. */
static int bears(Desk *d, Txn *t, const Who *bearer, Str number)
{
    CaseAt at;

    int r = case_at_number(d, t, number, bearer->person, &at);
    if (r)
        return r;
    return tag_eq(&at.head.c.reveal.officer, &at.actor.tag) ? DESK_OK : DESK_UNKNOWN;
}

int case_at_request(Desk *d, Txn *t, const Who *bearer, Str number, Str custodian, CaseAt *ret,
                    Who *ret_custodian)
{
    const Person *p =
        custodian.len ? directory_person(desk_directory(d), custodian) : bearer->person;

    if (!p)
        return DESK_UNKNOWN;
    int r = p == bearer->person ? DESK_OK : bears(d, t, bearer, number);
    r = r ? r : case_at_custody(d, t, number, p, ret);
    if (!r)
        ret_custodian->person = p;
    return r;
}

/* ---- what a bundle brings ---- */

int reveal_inputs(const StepRequest *r, Step *ret)
{
    const Bundle *b = r->bundle;

    if (r->kind == STEP_REVEAL_ASK) {
        ret->ground = ground_of(r->what);
        return ret->ground == GROUND_NONE ? DESK_MALFORMED : DESK_OK;
    }
    for (size_t i = 0; r->kind == STEP_REVEAL_ANSWER && i < b->n_parts; i++) {
        const BundlePart *p = &b->parts[i];
        uint8_t bit = p->slot < REVEAL_HALVES ? (uint8_t)(1u << p->slot) : 0;
        if (p->kind != PART_HALF || !bit || (ret->halves & bit))
            return DESK_MALFORMED;
        ret->halves |= bit;
    }
    return DESK_OK;
}

/* Each slot once; some pair of those asked can open the identity. */
static bool grounds_fit(Desk *d, const CaseAt *at, const CaseHalves *h, const Bundle *b)
{
    uint8_t slots = 0, asked = 0;

    for (size_t i = 0; i < b->n_parts; i++) {
        const BundlePart *p = &b->parts[i];
        const Person *to = directory_person(desk_directory(d), name_str(&p->holder));
        uint8_t mask;
        if (p->kind != PART_GROUND)
            continue;
        if (p->slot >= REVEAL_HALVES || (slots & (1u << p->slot)))
            return false;
        slots |= (uint8_t)(1u << p->slot);
        if (!p->holder.s[0])
            continue;
        if (!to || !guards_halves(d, at, h, to, &mask) || (asked & mask))
            return false;
        asked |= mask;
    }
    bool pair = false;
    for (uint8_t i = 0; i < REVEAL_HALVES; i += 2)
        pair = pair || (asked >> i & 3u) == 3;
    return pair && slots == (1u << REVEAL_HALVES) - 1;
}

/* The officer still takes part in the case and can open what it holds; and holds no half of its own
 * from a time as custodian, which would need one more to be whole. */
static int officer_fits(Desk *d, Txn *t, const CaseAt *at, const CaseHalves *h,
                        const Person *officer, bool *ret)
{
    CaseAt theirs;

    *ret = false;
    if (!officer || is_custodian(at->def, officer))
        return DESK_OK;
    Tag tag = desk_tag(d, at->head.seal_id, name_str(&officer->name));
    if (halves_of(h, &tag))
        return DESK_OK;
    int r = case_at_id(d, t, at->head.id, officer, &theirs);
    *ret = !r && case_holds(&theirs, CLASS_CONFIDENTIAL);
    return r;
}

/* Nothing but halves that this custodian holds, all for the one officer. */
static bool answer_fits(Desk *d, const CaseAt *at, const CaseHalves *h, const Who *who,
                        const Bundle *b)
{
    uint8_t mask;

    if (!guards_halves(d, at, h, who->person, &mask) || b->n_seals || b->n_keys)
        return false;
    for (size_t i = 0; i < b->n_parts; i++) {
        const BundlePart *p = &b->parts[i];
        if (p->kind != PART_HALF || p->class != CLASS_IDENTITY || p->slot >= REVEAL_HALVES ||
            !(mask & (1u << p->slot)) || !name_eq(&p->holder, &b->target))
            return false;
    }
    return true;
}

int reveal_fits(Desk *d, Txn *t, const Who *who, const CaseAt *at, const StepRequest *r, bool *ret)
{
    ARENA_AUTO Arena arena = {0};
    CaseHalves halves;
    const Person *officer = who->person;

    *ret = r->kind != STEP_REVEAL_ASK && !kind_is_custodians(r->kind);
    if (*ret)
        return DESK_OK;
    arena_init(&arena, CHECK_ARENA);
    int answer = case_halves(d, t, &at->head, &arena, &halves);
    if (answer)
        return answer;
    if (r->kind == STEP_REVEAL_DECLINE) {
        *ret = !r->bundle->n_parts && !r->bundle->n_seals && !r->bundle->n_keys;
        return DESK_OK;
    }
    if (r->kind == STEP_REVEAL_ANSWER)
        officer = directory_person(desk_directory(d), name_str(&r->bundle->target));
    answer = officer_fits(d, t, at, &halves, officer, ret);
    if (answer || !*ret)
        return answer;
    *ret = r->kind == STEP_REVEAL_ASK ? grounds_fit(d, at, &halves, r->bundle)
                                      : answer_fits(d, at, &halves, who, r->bundle);
    return DESK_OK;
}
