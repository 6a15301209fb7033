/* SPDX-License-Identifier: Apache-2.0 */
/* The step to another version of the workflow. The case comes in the words of the new version
 * (migrate.c); what runs goes on as it was promised, and what is new begins as that version says.
 */
#include "engine/core/flow_inner.h"

#include <string.h>

/* The states a case can still come to; a final one is where it ends. */
typedef struct Ahead {
    StateMask stands;  /* where it stands, now or then */
    StateMask entered; /* by a step */
    StateMask left;
} Ahead;

static StateMask targets(const Case *c, const Ahead *a, const Action *action)
{
    if (action->to == TO_STAY)
        return 0;
    if (action->to != TO_PREVIOUS)
        return MASK64(action->to);
    return a->stands | (c->previous == DEF_NONE ? 0 : MASK64(c->previous));
}

/* Whether a step is open to the case is not asked: it may be one day. */
static Ahead look_ahead(const Def *def, const Case *c)
{
    Ahead a = {.stands = MASK64(c->state)};
    for (StateMask before = 0; before != a.stands;) {
        before = a.stands;
        for (uint8_t i = 0; i < def->n_actions; i++) {
            StateMask from = def->actions[i].from & a.stands & ~def->final;
            StateMask to = from ? targets(c, &a, &def->actions[i]) : 0;
            a.entered |= to;
            a.left |= to ? from : 0;
            a.stands |= to;
        }
    }
    return a;
}

static bool is_met_by_a_step(const Def *def, const Ahead *a, ActionMask actions)
{
    for (uint8_t i = 0; i < def->n_actions; i++) {
        if ((actions & MASK64(i)) && (def->actions[i].from & a->stands & ~def->final))
            return true;
    }
    return false;
}

static bool is_met_by_extending(const Def *def, const Ahead *a, DeadlineMask deadlines)
{
    for (uint8_t i = 0; i < def->n_deadlines; i++) {
        if ((deadlines & MASK32(i)) && (def->deadlines[i].extend.in & a->stands & ~def->final))
            return true;
    }
    return false;
}

bool deadline_lies_ahead(const Def *def, const Case *c, uint8_t deadline)
{
    const Deadline *d = &def->deadlines[deadline];
    if (d->from == FROM_STAGE || !(d->met_enter | d->met_leave | d->met_actions | d->met_extends))
        return true;
    Ahead a = look_ahead(def, c);
    return (d->met_enter & a.entered) || (d->met_leave & a.left) ||
           is_met_by_a_step(def, &a, d->met_actions) ||
           is_met_by_extending(def, &a, d->met_extends);
}

/* All guards that an approval will ask, on the day of proposing. */
static int guard_proposal(Turn *t)
{
    Case scratch;
    const Proposal *p = &t->c->proposal;
    if (!p->pending)
        return FLOW_OK;
    memcpy(&scratch, t->c, sizeof(scratch));
    proposal_clear(&scratch);
    int r;
    if (p->kind == STEP_EXTEND) {
        r = guard_extend(t->def, &scratch, NULL, p->deadline, p->day, NULL);
        r = r ? r : guard_extend_inputs(t->def, &scratch, p->deadline, &p->in, NULL);
    } else {
        r = guard_action(t->def, &scratch, NULL, p->action, p->day, NULL);
        r = r ? r : guard_action_inputs(t->def, &scratch, p->action, &p->in, true, NULL);
    }
    return r ? refuse(t->no, FLOW_PENDING, DEF_NONE) : FLOW_OK;
}

/* The caller has put the case into the words of the new version. */
int step_migrate(Turn *t)
{
    const Case *c = t->c;
    if (t->step->actor.kind != ACTOR_SYSTEM)
        return refuse(t->no, FLOW_ROLE, DEF_NONE);
    if (c->state >= t->def->n_states || case_is_final(t->def, c))
        return refuse(t->no, FLOW_STATE, c->state);
    int r = guard_proposal(t);
    if (r)
        return r;
    clocks_of_migration(t);
    clocks_settle(t);
    return FLOW_OK;
}
