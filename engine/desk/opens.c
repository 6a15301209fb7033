/* SPDX-License-Identifier: Apache-2.0 */
/* Cases opened from others: what is served, who is kept out, and the complainant's second case. */
#include "base/err.h"
#include "engine/core/carry.h"
#include "engine/desk/inner.h"
#include <errno.h>

/* The workflow that is opened, as the office serves it today; NULL: it does not, or what a case of
 * an older file carries has no place there any more. */
static const Def *opened_def(const Desk *d, const Def *def, uint8_t action)
{
    const Action *a = &def->actions[action];
    const Def *to = workflows_find(desk_workflows(d), a->effects.open.workflow);
    CarryFault fault;

    return to && carry_check(def, a, to, 0, &fault) == CARRY_FITS ? to : NULL;
}

bool action_is_served(const Desk *d, const Def *def, uint8_t action)
{
    return !def->actions[action].effects.open.workflow.len || opened_def(d, def, action);
}

/* ---- who is kept out ---- */

/* Tags of everybody who had a hand in the case. */
typedef struct Hands {
    Tag *tag;
    size_t n;
} Hands;

static void hands_add(Hands *h, const Tag *tag)
{
    if (!tag_is_none(tag))
        h->tag[h->n++] = *tag;
}

static int hands_collect(Txn *t, const HeadRecord *h, Arena *arena, Hands *ret)
{
    enum { OF_EVENT = 3 };
    EventRecord *events;
    const Case *c = &h->c;

    int r = desk_events(t, h, arena, &events);
    if (r)
        return r;
    ret->tag = arena_many(arena, (size_t)c->events * OF_EVENT + CASE_MEMBERS_MAX + 1, Tag);
    if (!ret->tag)
        return err_origin(-ENOMEM);
    for (uint32_t i = 0; i < c->events; i++) {
        const Step *s = &events[i].step;
        if (s->actor.kind == ACTOR_PERSON)
            hands_add(ret, &s->actor.tag);
        hands_add(ret, &s->actor.delegator);
        hands_add(ret, &s->in.target);
    }
    hands_add(ret, &c->assignee);
    for (uint8_t i = 0; i < c->n_members; i++)
        hands_add(ret, &c->members[i].tag);
    return DESK_OK;
}

static bool is_among(const Tag *list, size_t n, const Tag *tag)
{
    for (size_t i = 0; i < n; i++) {
        if (tag_eq(&list[i], tag))
            return true;
    }
    return false;
}

int kept_out_of(Desk *d, Txn *t, const HeadRecord *h, const OpenEffect *o, Arena *arena, bool **ret)
{
    const Directory *dir = desk_directory(d);
    bool *out = arena_many(arena, dir->n_people + 1, bool);
    Hands hands = {.n = 0};

    if (!out)
        return err_origin(-ENOMEM);
    int r = o->handlers_out ? hands_collect(t, h, arena, &hands) : DESK_OK;
    if (r)
        return r;
    for (size_t i = 0; i < dir->n_people; i++) {
        Tag tag = desk_tag(d, h->seal_id, name_str(&dir->people[i].name));
        out[i] = case_excludes(&h->c, &tag) || is_among(hands.tag, hands.n, &tag);
    }
    *ret = out;
    return DESK_OK;
}

static int names_of(const Desk *d, const bool *out, Arena *arena, Name **ret, size_t *ret_n)
{
    const Directory *dir = desk_directory(d);
    Name *names = arena_many(arena, dir->n_people + 1, Name);

    if (!names)
        return err_origin(-ENOMEM);
    *ret_n = 0;
    for (size_t i = 0; i < dir->n_people; i++) {
        if (out[i])
            names[(*ret_n)++] = dir->people[i].name;
    }
    *ret = names;
    return DESK_OK;
}

int desk_kept_out(Desk *d, Txn *t, const Who *who, Str number, Str action, Arena *arena,
                  Name **ret, size_t *ret_n)
{
    CaseAt at;
    bool *out;

    *ret_n = 0;
    int r = case_at_number(d, t, number, who->person, &at);
    if (r)
        return r;
    uint8_t index = def_action(at.def, action);
    if (index == DEF_NONE || !at.def->actions[index].effects.open.workflow.len)
        return DESK_OK;
    r = kept_out_of(d, t, &at.head, &at.def->actions[index].effects.open, arena, &out);
    return r ? r : names_of(d, out, arena, ret, ret_n);
}

/* ---- the complainant's second case ---- */

int desk_opening(Desk *d, Txn *t, const CodeKeys *code, uint8_t action, Arena *arena, Opening *ret)
{
    HeadRecord *head = arena_new(arena, HeadRecord);
    bool *kept_out;
    const Def *def;

    if (!head)
        return err_origin(-ENOMEM);
    int r = head_of_code(d, t, code, head, &def);
    if (r)
        return r;
    const Def *to = action < def->n_actions ? opened_def(d, def, action) : NULL;
    if (!to)
        return DESK_REFUSED;
    const OpenEffect *open = &def->actions[action].effects.open;
    r = kept_out_of(d, t, head, open, arena, &kept_out);
    if (r)
        return r;
    *ret = (Opening){
        .from = def, .to = to, .open = open, .number = head->number, .kept_out = kept_out};
    return DESK_OK;
}

/* The case has no seal for anybody it must keep out. */
static bool keeps_out(const Desk *d, const Bundle *b, const bool *kept_out)
{
    const Directory *dir = desk_directory(d);

    for (size_t i = 0; i < b->n_seals; i++) {
        const Person *p = directory_person(dir, name_str(&b->seals[i].reader));
        if (p && kept_out[p - dir->people])
            return false;
    }
    return true;
}

int desk_citizen_opens(Desk *d, Txn *t, const CodeKeys *code, const OpeningDeed *deed, Arena *arena,
                       Submitted *ret, Refusal *ret_refusal)
{
    Submitted done = {0};
    Opening o;
    CaseWrite *w;

    int r = desk_opening(d, t, code, deed->action, arena, &o);
    if (r)
        return r;
    Filing f = {.def = o.to, .bundle = deed->opened, .kept_out = o.kept_out};
    r = filing_check(d, &f);
    if (r)
        return r;
    r = submit_again(d, t, o.to, deed->opened, &done);
    if (r != DESK_UNKNOWN) {
        if (!r)
            *ret = done;
        return r;
    }
    if (!keeps_out(d, deed->opened, o.kept_out))
        return DESK_MALFORMED;
    CitizenAct act = {
        .deed = CITIZEN_ACTION, .action = deed->action, .opens = true, .bundle = deed->step};
    r = citizen_act(d, t, code, &act, arena, ret_refusal);
    r = r ? r : filing_write(d, t, arena, &f, &w, ret_refusal);
    if (r)
        return r;
    receipt_of(d, o.to, &w->head, &done);
    *ret = done;
    return DESK_OK;
}
