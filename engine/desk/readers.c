/* SPDX-License-Identifier: Apache-2.0 */
/* Need to know: who must hold a key of which class once a case stands as it does. */
#include "base/err.h"
#include "engine/desk/inner.h"
#include <errno.h>

int desk_seals(Desk *d, Txn *t, const HeadRecord *h, Arena *arena, HeldSeals *ret)
{
    SealRecord *seals = arena_many(arena, h->seals + 1u, SealRecord);

    if (!seals)
        return err_origin(-ENOMEM);
    size_t n = 0;
    for (uint32_t i = 0; i < h->seals; i++) {
        int r = desk_answer(store_get_seal(t, h->id, i, arena, &seals[n]));
        if (r)
            return r == DESK_UNKNOWN ? DESK_BROKEN : r;
        seal_unmask(d, h->seal_id, &seals[n]);
        n += bytes32_is_zero(&seals[n].gone);
    }
    *ret = (HeldSeals){.seals = seals, .n = n};
    return DESK_OK;
}

bool is_custodian(const Def *def, const Person *p)
{
    return def->access.custodians && person_has_role(p, ROLE_NAME_CUSTODIAN);
}

/* Who may decide the proposal that waits. */
static RoleMask approvers(const Def *def, const Case *c)
{
    const Proposal *p = &c->proposal;

    if (!p->pending)
        return 0;
    return p->kind == STEP_EXTEND ? def->deadlines[p->deadline].extend.approve.by
                                  : def->actions[p->action].approve.by;
}

static RoleMask member_roles(const Case *c)
{
    RoleMask mask = 0;

    for (uint8_t i = 0; i < c->n_members; i++)
        mask |= MASK32(c->members[i].role);
    return mask;
}

/* People outside fill a gap at filing or are named for one case; a role alone brings them nothing.
 * Custodians guard the identity of cases that they cannot read. */
static bool is_kept_apart(const Def *def, const Case *c, const Person *p, const Tag *tag)
{
    bool named = tag_eq(&c->assignee, tag);

    for (uint8_t i = 0; i < c->n_members; i++)
        named |= tag_eq(&c->members[i].tag, tag);
    return (p->outside && !named) || is_custodian(def, p);
}

static bool must_read(const Def *def, const Case *c, const Actor *a, uint8_t class)
{
    RoleMask needed = access_state_readers(def, c->state, (Class) class) |
                      ((approvers(def, c) | member_roles(c)) & def->access.readers[class]);
    RoleMask held = access_roles(def, c, a);

    if (tag_eq(&c->assignee, &a->tag) && access_reads(def, c, a, (Class) class))
        return true;
    return (held & needed) != 0;
}

bool reader_is_due(Desk *d, const CaseAt *at, const Case *after, const Person *p, uint8_t class)
{
    Actor a;
    Name order;

    desk_actor(d, at->def, at->head.seal_id, after, p, &a, &order);
    return !is_kept_apart(at->def, after, p, &a.tag) && must_read(at->def, after, &a, class);
}

static bool holds_stored(const HeldSeals *held, const Tag *tag, uint8_t class, uint16_t epoch,
                         Moment now)
{
    for (size_t i = 0; i < held->n; i++) {
        const SealRecord *s = &held->seals[i];
        if (s->class == class && s->epoch == epoch && tag_eq(&s->reader, tag) &&
            seal_is_live(s, now))
            return true;
    }
    return false;
}

static bool holds_in_bundle(const Bundle *b, const Name *name, uint8_t class)
{
    for (size_t i = 0; b && i < b->n_seals; i++) {
        if (b->seals[i].class == class && name_eq(&b->seals[i].reader, name))
            return true;
    }
    return false;
}

size_t readers_missing(Desk *d, const CaseAt *at, const Case *after, const HeldSeals *held,
                       const Bundle *b, MissingSeal *ret, size_t max)
{
    const Directory *dir = desk_directory(d);
    Moment now = desk_now(d);
    size_t n = 0;

    if (case_is_final(at->def, after) && !after->proposal.pending)
        return 0;
    for (size_t i = 0; i < dir->n_people; i++) {
        const Person *p = &dir->people[i];
        Actor a;
        Name order;
        desk_actor(d, at->def, at->head.seal_id, after, p, &a, &order);
        if (p->disabled || case_excludes(after, &a.tag) || is_kept_apart(at->def, after, p, &a.tag))
            continue;
        for (uint8_t class = CLASS_WORKING; class < CLASSES && n < max; class ++) {
            if (case_holds(at, class) && must_read(at->def, after, &a, class) &&
                !holds_stored(held, &a.tag, class, epoch_newest(&at->head, class), now) &&
                !holds_in_bundle(b, &p->name, class))
                ret[n++] = (MissingSeal){.person = p->name, .class = class};
        }
    }
    return n;
}

/* How the case will stand after a step, as far as that follows without its fields. */
static void case_guess(const Def *def, Case *c, uint8_t kind, uint8_t index, const Actor *by)
{
    const Action *a;

    if (kind == STEP_APPROVE && c->proposal.pending) {
        kind = c->proposal.kind;
        index = c->proposal.action;
        c->proposal.pending = false;
    } else if (kind == STEP_EXTEND && def->deadlines[index].extend.approve.by) {
        c->proposal = (Proposal){.pending = true, .kind = kind, .deadline = index};
        return;
    } else if (kind == STEP_ACTION && def->actions[index].approve.by) {
        c->proposal = (Proposal){.pending = true, .kind = kind, .action = index};
        return;
    }
    if (kind == STEP_DECLINE)
        c->proposal.pending = false;
    if (kind != STEP_ACTION)
        return;
    a = &def->actions[index];
    if (a->to == TO_PREVIOUS)
        c->state = c->previous == DEF_NONE ? c->state : c->previous;
    else if (a->to != TO_STAY)
        c->state = a->to;
    if (a->effects.assignee == ASSIGNEE_ACTOR)
        c->assignee = by->tag;
    else if (a->effects.assignee == ASSIGNEE_NONE)
        c->assignee = (Tag){{0}};
}

int desk_readers_after(Desk *d, Txn *t, const Who *who, Str number, uint8_t kind, Str what,
                       const Name *unit, const Name *target, MissingSeal *ret, size_t max,
                       size_t *ret_n)
{
    ARENA_AUTO Arena arena = {0};
    HeldSeals held;
    CaseAt at;
    uint8_t index = 0;

    arena_init(&arena, CHECK_ARENA);
    int r = case_at_number(d, t, number, who->person, &at);
    r = r ? r : desk_seals(d, t, &at.head, &arena, &held);
    if (r)
        return r;
    if (kind == STEP_ACTION || kind == STEP_EXTEND) {
        index = kind == STEP_ACTION ? def_action(at.def, what) : def_deadline(at.def, what);
        if (index == DEF_NONE)
            return DESK_MALFORMED;
    }
    Case after = at.head.c;
    case_guess(at.def, &after, kind, index, &at.actor);
    if (unit && unit->s[0])
        after.unit = *unit;
    if (target && target->s[0] && kind != STEP_RECUSE)
        after.assignee = desk_tag(d, at.head.seal_id, name_str(target));
    else if (target && target->s[0] && after.n_excluded < CASE_EXCLUDED_MAX)
        after.excluded[after.n_excluded++] = desk_tag(d, at.head.seal_id, name_str(target));
    *ret_n = readers_missing(d, &at, &after, &held, NULL, ret, max);
    return DESK_OK;
}
