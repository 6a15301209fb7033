/* SPDX-License-Identifier: Apache-2.0 */
/* The changes of submissions, actions and extensions. Structures are written member by member, so
 * that padding stays zero and equal cases are equal bytes. */
#include "engine/core/flow_inner.h"

#include <string.h>

static int set_open(Turn *t, const OpenValue *v)
{
    Case *c = t->c;
    uint8_t i = 0;
    while (i < c->n_open && c->open[i].field != v->field)
        i++;
    if (i == CASE_OPEN_MAX)
        return refuse(t->no, FLOW_FULL, DEF_NONE);
    if (i == c->n_open)
        c->n_open++;
    c->open[i].field = v->field;
    c->open[i].number = v->number;
    c->open[i].choice = v->choice;
    return FLOW_OK;
}

static int apply_values(Turn *t, const Inputs *in)
{
    int r = FLOW_OK;
    for (uint8_t i = 0; !r && i < in->n_open; i++)
        r = set_open(t, &in->open[i]);
    return r;
}

static int apply_sets(Turn *t, const Action *a)
{
    int r = FLOW_OK;
    for (uint8_t i = 0; !r && i < a->n_sets; i++) {
        OpenValue v = {.field = a->sets[i].field, .choice = name_of(a->sets[i].choice)};
        r = set_open(t, &v);
    }
    return r;
}

static void set_assignee(Turn *t, const Tag *tag)
{
    if (tag_eq(&t->c->assignee, tag))
        return;
    t->c->assignee = *tag;
    t->fx->assigned = true;
}

void proposal_clear(Case *c)
{
    memset(&c->proposal, 0, sizeof(c->proposal));
    c->proposal.day = DAY_NONE;
}

static void cancel_proposal(Turn *t)
{
    if (!t->c->proposal.pending)
        return;
    proposal_clear(t->c);
    t->fx->cancelled = true;
}

static void remove_member(Case *c, uint8_t i)
{
    c->n_members--;
    memmove(&c->members[i], &c->members[i + 1], (c->n_members - i) * sizeof(c->members[0]));
    memset(&c->members[c->n_members], 0, sizeof(c->members[0]));
}

static void drop_excluded(Turn *t)
{
    static const Tag nobody;
    Case *c = t->c;
    if (case_excludes(c, &c->assignee))
        set_assignee(t, &nobody);
    for (uint8_t i = c->n_members; i-- > 0;) {
        if (case_excludes(c, &c->members[i].tag))
            remove_member(c, i);
    }
    if (c->proposal.pending && case_excludes(c, &c->proposal.maker))
        cancel_proposal(t);
    reveal_drop_excluded(c);
}

int apply_excluded(Turn *t, const Tag *tags, uint8_t n)
{
    Case *c = t->c;
    for (uint8_t i = 0; i < n; i++) {
        if (tag_is_none(&tags[i]) || case_excludes(c, &tags[i]))
            continue;
        if (c->n_excluded == CASE_EXCLUDED_MAX)
            return refuse(t->no, FLOW_FULL, DEF_NONE);
        c->excluded[c->n_excluded++] = tags[i];
    }
    drop_excluded(t);
    return FLOW_OK;
}

int apply_link(Turn *t, uint64_t other)
{
    Case *c = t->c;
    if (!other)
        return FLOW_OK;
    for (uint8_t i = 0; i < c->n_links; i++) {
        if (c->links[i] == other)
            return FLOW_OK;
    }
    if (c->n_links == CASE_LINKS_MAX)
        return refuse(t->no, FLOW_FULL, DEF_NONE);
    c->links[c->n_links++] = other;
    return FLOW_OK;
}

/* The people chosen in the field take the role; who held it no longer does. */
static int apply_members(Turn *t, const MemberEffect *m, const Inputs *in, bool declared)
{
    Case *c = t->c;
    for (uint8_t i = c->n_members; i-- > 0;) {
        if (c->members[i].role == m->role)
            remove_member(c, i);
    }
    for (uint8_t i = 0; i < in->n_people; i++) {
        if (in->people[i].field != m->field)
            continue;
        if (c->n_members == CASE_MEMBERS_MAX)
            return refuse(t->no, FLOW_FULL, DEF_NONE);
        Member *member = &c->members[c->n_members++];
        member->role = m->role;
        member->declared = declared;
        member->tag = in->people[i].tag;
    }
    return FLOW_OK;
}

static uint8_t owner_of(const Def *def, uint8_t state)
{
    return state == DEF_NONE ? DEF_NONE : def->states[state].owner;
}

/* Who holds the case gives it up when another role becomes answerable. While it waits he keeps it:
 * it may come back to where it was. */
static void release_assignee(Turn *t, uint8_t from, uint8_t to)
{
    static const Tag nobody;
    StateMask waiting = t->def->waiting;
    if (waiting & MASK64(to))
        return;
    uint8_t held_in = waiting & MASK64(from) ? t->c->previous : from;
    if (owner_of(t->def, held_in) != owner_of(t->def, to))
        set_assignee(t, &nobody);
}

static void apply_assignee(Turn *t, const ActionEffects *fx, const Asked *asked)
{
    static const Tag nobody;
    if (fx->assignee == ASSIGNEE_ACTOR && !tag_is_none(&asked->maker))
        set_assignee(t, &asked->maker);
    if (fx->assignee == ASSIGNEE_NONE)
        set_assignee(t, &nobody);
    for (uint8_t i = 0; fx->assignee < ASSIGNEE_NONE && i < asked->in->n_people; i++) {
        if (asked->in->people[i].field == fx->assignee)
            set_assignee(t, &asked->in->people[i].tag);
    }
}

static int apply_effects(Turn *t, const Action *a, const Asked *asked)
{
    const ActionEffects *fx = &a->effects;
    const OpenValue *unit = fx->unit == DEF_NONE ? NULL : case_open(t->c, fx->unit);
    if (unit)
        t->c->unit = unit->choice;
    int r = FLOW_OK;
    for (uint8_t i = 0; !r && i < fx->n_members; i++)
        r = apply_members(t, &fx->members[i], asked->in, !a->member_declares.len);
    if (!r && fx->link != DEF_NONE) {
        r = apply_link(t, asked->in->linked);
        t->fx->link = asked->in->linked;
    }
    apply_assignee(t, fx, asked);
    t->fx->number = fx->number;
    t->fx->new_code = fx->new_code;
    return r;
}

/* Everything about the state but its clocks. */
static void enter(Turn *t, uint8_t from, uint8_t to)
{
    Case *c = t->c;
    StateMask waiting = t->def->waiting;
    release_assignee(t, from, to);
    /* flow_guard.c refuses a way back where none was remembered, so `to` is a state. */
    /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult) */
    if ((waiting & MASK64(to)) && !(waiting & MASK64(from)))
        c->previous = from;
    c->state = to;
    c->state_since = t->today;
    c->final_on = case_is_final(t->def, c) ? t->today : DAY_NONE;
    t->fx->moved = true;
    t->fx->to = to;
    silences_end(t);
    cancel_proposal(t);
}

static uint8_t target_state(const Case *c, const Action *a)
{
    return a->to == TO_STAY ? c->state : a->to == TO_PREVIOUS ? c->previous : a->to;
}

static int apply_content(Turn *t, const Inputs *in)
{
    int r = apply_values(t, in);
    if (!r)
        r = apply_excluded(t, in->excluded, in->n_excluded);
    t->c->executive = t->c->executive || in->executive;
    return r;
}

int apply_action(Turn *t, uint8_t action, const Asked *asked)
{
    const Action *a = &t->def->actions[action];
    Case *c = t->c;
    uint8_t from = c->state, to = target_state(c, a);
    int r = apply_content(t, asked->in);
    if (!r)
        r = apply_sets(t, a);
    if (r)
        return r;
    if (to != from)
        enter(t, from, to);
    r = apply_effects(t, a, asked);
    if (r)
        return r;
    drop_excluded(t);
    c->times[action] = (uint8_t)(c->times[action] + (c->times[action] < UINT8_MAX));
    clocks_of_values(t, asked->in);
    clocks_met(t, action, from, to);
    clocks_of_action(t, action);
    if (to != from)
        clocks_of_stage(t);
    clocks_settle(t);
    t->fx->tells = a->tells;
    t->fx->open = a->effects.open.workflow.len ? action : DEF_NONE;
    return FLOW_OK;
}

int apply_extend(Turn *t, uint8_t deadline, const Asked *asked)
{
    int r = apply_content(t, asked->in);
    if (r)
        return r;
    clock_extend(&t->def->deadlines[deadline], &t->c->clocks[deadline], t->def->calendar,
                 asked->in->by, t->judged);
    t->fx->extended |= MASK32(deadline);
    clock_sound(&t->c->clocks[deadline], t->today);
    clocks_of_values(t, asked->in);
    clocks_met_by_extending(t, deadline);
    clocks_settle(t);
    return FLOW_OK;
}

int apply_submit(Turn *t)
{
    Case *c = t->c;
    const Step *s = t->step;
    c->state = t->def->initial;
    c->state_since = t->today;
    c->received = s->received == DAY_NONE || s->received > t->today ? t->today : s->received;
    c->received_at = s->at;
    t->fx->moved = true;
    t->fx->from = DEF_NONE;
    t->fx->to = c->state;
    int r = apply_content(t, &s->in);
    if (!r)
        r = apply_link(t, s->in.linked);
    if (r)
        return r;
    clocks_of_values(t, &s->in);
    clocks_met(t, DEF_NONE, DEF_NONE, c->state);
    clocks_of_stage(t);
    clocks_settle(t);
    return FLOW_OK;
}
