/* SPDX-License-Identifier: Apache-2.0 */
/* What a custodian sees, and what an officer sees of custodians. */
#include "base/err.h"
#include "engine/desk/reveal.h"
#include <errno.h>

static bool is_listed(const CaseView *v, const Name *name)
{
    for (size_t i = 0; i < v->n_custodians; i++) {
        if (name_eq(&v->custodians[i], name))
            return true;
    }
    return false;
}

int view_custody(Desk *d, Txn *t, const CaseAt *at, Arena *arena, CaseView *v)
{
    CaseHalves halves;
    uint8_t mask;

    if (!at->def->access.custodians || !case_holds(at, CLASS_CONFIDENTIAL))
        return DESK_OK;
    v->reveal_officer = desk_name_of(d, at->head.seal_id, &at->head.c.reveal.officer);
    int r = case_halves(d, t, &at->head, arena, &halves);
    for (uint8_t i = 0; i < REVEAL_HALVES && !r; i++) {
        const Person *p = (halves.there & (1u << i))
                              ? desk_person_of(d, at->head.seal_id, &halves.half[i].holder)
                              : NULL;
        if (p && !is_listed(v, &p->name) && guards_halves(d, at, &halves, p, &mask))
            v->custodians[v->n_custodians++] = p->name;
    }
    return r;
}

/* ---- the custodian's side ---- */

static void custody_line(Desk *d, const CaseAt *at, CustodyView *v)
{
    const Reveal *reveal = &at->head.c.reveal;

    v->number = at->head.number;
    v->workflow = at->head.workflow;
    v->seal_id = at->head.seal_id;
    v->rev = reveal->rev;
    v->officer = desk_name_of(d, at->head.seal_id, &reveal->officer);
    v->ground = reveal->ground;
    v->day = reveal->day;
    v->until = reveal->until;
    for (uint8_t i = 0; i < REVEAL_HALVES; i++)
        v->answered = v->answered || tag_eq(&reveal->halves[i], &at->actor.tag);
}

static int custody_log(Desk *d, Txn *t, const CaseAt *at, const Who *reader)
{
    Str parts[] = {STR("krading/1|read"), STR("request to open an identity")};
    Hash h = hash_parts(NULL, parts, 2);
    Bytes32 content = bytes32_of(h.b);
    Tag tag = desk_tag(d, at->head.seal_id, name_str(&reader->person->name));

    return desk_log(d, t, LOGGED_READ, &at->head, at->def, at->head.c.events - 1, &tag, &content);
}

int desk_custody(Desk *d, Txn *t, const Who *who, Str number, Str custodian, Arena *arena,
                 CustodyView *ret)
{
    CaseAt *at = arena_new(arena, CaseAt);
    CustodyView v = {.answered = false};
    CaseHalves halves;
    Ground ground;
    Who by;

    if (!at)
        return err_origin(-ENOMEM);
    int r = case_at_request(d, t, who, number, custodian, at, &by);
    if (r)
        return r;
    custody_line(d, at, &v);
    v.custodian = by.person->name;
    r = case_halves(d, t, &at->head, arena, &halves);
    r = r ? r : ground_for(d, t, &at->head, &at->actor.tag, arena, &ground);
    r = r ? r : custody_log(d, t, at, who);
    if (r)
        return r;
    v.reason = ground.part;
    v.directory = ground.directory;
    uint8_t own = halves_of(&halves, &at->actor.tag);
    for (uint8_t i = 0; i < REVEAL_HALVES; i++) {
        if (own & (1u << i))
            v.half[v.n_halves++] = halves.half[i];
    }
    *ret = v;
    return DESK_OK;
}

int desk_custody_list(Desk *d, Txn *t, const Who *who, Arena *arena, CustodyView **ret,
                      size_t *ret_n)
{
    enum { LIST_MOST = 200 };
    CustodyView *list = arena_many(arena, LIST_MOST, CustodyView);
    CaseAt *at = arena_new(arena, CaseAt);
    Day until = desk_today(d);
    HeadRecord head;
    uint64_t id = 0;
    size_t n = 0;

    if (!list || !at)
        return err_origin(-ENOMEM);
    bool any = person_has_role(who->person, ROLE_NAME_CUSTODIAN);
    for (; any && n < LIST_MOST; id++) {
        int r = request_next(d, t, &until, &id);
        if (r == DESK_UNKNOWN)
            break;
        if (r)
            return r;
        r = desk_answer(store_get_head(t, id, &head));
        if (!r && head.c.reveal.until != until)
            continue; /* asked anew since */
        r = r ? r : case_at_custody(d, t, name_str(&head.number), who->person, at);
        /* A broken case is verify's to name; it shall not hide the others. */
        if (r && r != DESK_UNKNOWN && r != DESK_BROKEN)
            return r;
        if (!r)
            custody_line(d, at, &list[n++]);
    }
    *ret = list;
    *ret_n = n;
    return DESK_OK;
}
