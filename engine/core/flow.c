/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/core/flow_inner.h"

#include <string.h>

static void effects_init(Effects *fx, uint8_t state)
{
    memset(fx, 0, sizeof(*fx));
    fx->from = state;
    fx->to = state;
    fx->tells = DEF_NONE;
    fx->open = DEF_NONE;
    fx->rung_deadline = DEF_NONE;
    fx->rung = DEF_NONE;
}

/* Only what counts: what lies behind the counts and between the members stays zero. */
static void inputs_copy(Inputs *to, const Inputs *from)
{
    to->given = from->given;
    to->message = from->message;
    to->note = from->note;
    to->declared = from->declared;
    to->executive = from->executive;
    to->n_open = from->n_open;
    to->n_people = from->n_people;
    to->n_excluded = from->n_excluded;
    for (uint8_t i = 0; i < from->n_open; i++) {
        to->open[i].field = from->open[i].field;
        to->open[i].number = from->open[i].number;
        to->open[i].choice = from->open[i].choice;
    }
    for (uint8_t i = 0; i < from->n_people; i++) {
        to->people[i].field = from->people[i].field;
        to->people[i].tag = from->people[i].tag;
    }
    for (uint8_t i = 0; i < from->n_excluded; i++)
        to->excluded[i] = from->excluded[i];
    to->by.count = from->by.count;
    to->by.unit = from->by.unit;
    to->target = from->target;
    to->linked = from->linked;
}

static int propose(Turn *t, uint8_t action, uint8_t deadline)
{
    Proposal *p = &t->c->proposal;
    proposal_clear(t->c);
    p->pending = true;
    p->kind = t->step->kind;
    p->action = action;
    p->deadline = deadline;
    p->event = t->c->events;
    p->maker = t->step->actor.tag;
    p->day = t->today;
    inputs_copy(&p->in, &t->step->in);
    t->fx->proposed = true;
    return FLOW_OK;
}

static Asked asked_now(const Turn *t)
{
    Asked asked = {.in = &t->step->in};
    if (t->step->actor.kind == ACTOR_PERSON)
        asked.maker = t->step->actor.tag;
    return asked;
}

static int step_submit(Turn *t)
{
    int r = guard_submit(t->def, t->step, t->no);
    return r ? r : apply_submit(t);
}

static int step_action(Turn *t)
{
    const Step *s = t->step;
    bool staff = s->actor.kind == ACTOR_PERSON;
    int r = guard_action(t->def, t->c, &s->actor, s->action, t->today, t->no);
    if (!r)
        r = guard_action_inputs(t->def, t->c, s->action, &s->in, staff, t->no);
    if (r)
        return r;
    if (staff && t->def->actions[s->action].approve.by)
        return propose(t, s->action, DEF_NONE);
    Asked asked = asked_now(t);
    return apply_action(t, s->action, &asked);
}

static int step_extend(Turn *t)
{
    const Step *s = t->step;
    int r = guard_extend(t->def, t->c, &s->actor, s->deadline, t->today, t->no);
    if (!r)
        r = guard_extend_inputs(t->def, t->c, s->deadline, &s->in, t->no);
    if (r)
        return r;
    if (t->def->deadlines[s->deadline].extend.approve.by)
        return propose(t, DEF_NONE, s->deadline);
    Asked asked = asked_now(t);
    return apply_extend(t, s->deadline, &asked);
}

/* All guards again, on the case as it is now and the day it was proposed. */
static int carry_out(Turn *t, const Proposal *p)
{
    Asked asked = {.in = &p->in, .maker = p->maker};
    int r;
    t->judged = p->day;
    if (p->kind == STEP_EXTEND) {
        r = guard_extend(t->def, t->c, NULL, p->deadline, p->day, t->no);
        if (!r)
            r = guard_extend_inputs(t->def, t->c, p->deadline, &p->in, t->no);
        return r ? r : apply_extend(t, p->deadline, &asked);
    }
    r = guard_action(t->def, t->c, NULL, p->action, p->day, t->no);
    if (!r)
        r = guard_action_inputs(t->def, t->c, p->action, &p->in, true, t->no);
    return r ? r : apply_action(t, p->action, &asked);
}

static int step_approve(Turn *t)
{
    Proposal p;
    int r = flow_may_decide(t->def, t->c, &t->step->actor, t->no);
    if (r)
        return r;
    memcpy(&p, &t->c->proposal, sizeof(p));
    proposal_clear(t->c);
    r = carry_out(t, &p);
    t->fx->released = p.in.message;
    return r;
}

/* Who proposed may take it back, if he could decide at all. */
static int step_decline(Turn *t)
{
    Refusal no;
    int r = flow_may_decide(t->def, t->c, &t->step->actor, &no);
    if (r && r != FLOW_SAME_PERSON)
        return refuse(t->no, (FlowAnswer)r, no.detail);
    if (!t->step->in.note)
        return refuse(t->no, FLOW_NOTE, DEF_NONE);
    proposal_clear(t->c);
    t->fx->cancelled = true;
    return FLOW_OK;
}

static int (*const STEPS[])(Turn *t) = {
    [STEP_SUBMIT] = step_submit,   [STEP_ACTION] = step_action,   [STEP_APPROVE] = step_approve,
    [STEP_DECLINE] = step_decline, [STEP_EXTEND] = step_extend,   [STEP_ASSIGN] = step_assign,
    [STEP_NOTE] = step_note,       [STEP_MESSAGE] = step_message, [STEP_RUNG] = step_rung,
    [STEP_DECLARE] = step_declare, [STEP_RECUSE] = step_recuse,   [STEP_SURVEY] = step_survey,
    [STEP_LINKED] = step_linked,   [STEP_MIGRATE] = step_migrate, [STEP_GRANT] = step_grant,
    [STEP_HOLD] = step_hold,       [STEP_RELEASE] = step_release, [STEP_DESTROY] = step_destroy,
    [STEP_SILENCE] = step_silence,
    [STEP_REVEAL_ASK] = step_reveal_ask,
    [STEP_REVEAL_ANSWER] = step_reveal_answer,
    [STEP_REVEAL_DECLINE] = step_reveal_decline,
};
_Static_assert(sizeof(STEPS) / sizeof(STEPS[0]) == STEP_KINDS, "every kind of step has its row");

static bool takes_fields(uint8_t kind)
{
    return kind == STEP_SUBMIT || kind == STEP_ACTION || kind == STEP_EXTEND ||
           kind == STEP_MESSAGE;
}

static int run(Turn *t, bool begun)
{
    const Step *s = t->step;
    if (s->kind >= STEP_KINDS || begun == (s->kind == STEP_SUBMIT))
        return refuse(t->no, FLOW_STATE, begun ? t->c->state : DEF_NONE);
    if (s->has_rev && begun && s->if_rev != t->c->rev)
        return refuse(t->no, FLOW_REV, DEF_NONE);
    if (s->actor.kind != ACTOR_SYSTEM && case_is_destroyed(t->c))
        return refuse(t->no, FLOW_DESTROYED, DEF_NONE);
    int r = guard_shape(t->def, s, takes_fields(s->kind), t->no);
    return r ? r : STEPS[s->kind](t);
}

/* Time passing and news of another case do not make what a person has read outdated. */
static bool outdates(const Step *s)
{
    return s->kind != STEP_RUNG && s->kind != STEP_LINKED;
}

int flow_step(const Def *def, const Case *before, const Step *step, Case *ret_after,
              Effects *ret_effects, Refusal *ret_refusal)
{
    Case c;
    Effects fx;
    if (before)
        memcpy(&c, before, sizeof(c));
    else
        case_init(&c);
    effects_init(&fx, c.state);
    Turn t = {
        .def = def,
        .step = step,
        .c = &c,
        .fx = &fx,
        .no = ret_refusal,
        .today = step->day,
        .judged = step->day,
    };
    int r = run(&t, before != NULL);
    if (r)
        return r;
    c.events++;
    c.rev += outdates(step);
    memcpy(ret_after, &c, sizeof(c));
    memcpy(ret_effects, &fx, sizeof(fx));
    return FLOW_OK;
}

uint8_t flow_reply_action(const Def *def, const Case *c, Day today)
{
    const Actor complainant = {.kind = ACTOR_COMPLAINANT};
    for (uint8_t i = 0; i < def->n_actions; i++) {
        if (def->actions[i].to == TO_PREVIOUS &&
            flow_may(def, c, &complainant, i, today, NULL) == FLOW_OK)
            return i;
    }
    return DEF_NONE;
}

RoleMask flow_managers(const Def *def)
{
    RoleMask mask = 0;
    for (uint8_t i = 0; i < def->n_actions; i++)
        mask |= def->actions[i].approve.by;
    for (uint8_t i = 0; i < def->n_deadlines; i++) {
        const Deadline *d = &def->deadlines[i];
        mask |= d->extend.approve.by;
        for (uint8_t j = 0; j < d->n_rungs; j++) {
            const Rung *rung = &d->rungs[j];
            if (rung->kind != RUNG_OVERDUE)
                continue;
            mask |= rung->to;
            for (uint8_t f = 0; f < rung->n_first; f++)
                mask |= MASK32(rung->first[f]);
        }
    }
    return mask & ~(MASK32(ROLE_COMPLAINANT) | MASK32(ROLE_SYSTEM) | MASK32(ROLE_ASSIGNEE));
}
