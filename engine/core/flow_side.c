/* SPDX-License-Identifier: Apache-2.0 */
/* The steps beside actions: built into every workflow, they leave the state as it is. */
#include "engine/core/flow_inner.h"

static bool is_system(const Turn *t)
{
    return t->step->actor.kind == ACTOR_SYSTEM;
}

static bool is_complainant(const Turn *t)
{
    return t->step->actor.kind == ACTOR_COMPLAINANT;
}

static int no_role(Turn *t)
{
    return refuse(t->no, FLOW_ROLE, DEF_NONE);
}

static bool manages(const Turn *t)
{
    return (access_acting_roles(t->def, t->c, &t->step->actor) & flow_managers(t->def)) != 0;
}

int step_assign(Turn *t)
{
    Case *c = t->c;
    const Tag *target = &t->step->in.target;
    if (case_is_final(t->def, c))
        return refuse(t->no, FLOW_STATE, c->state);
    uint8_t owner = t->def->states[c->state].owner;
    RoleMask roles = access_acting_roles(t->def, c, &t->step->actor);
    if (!(owner != DEF_NONE && (roles & MASK32(owner))) && !manages(t))
        return no_role(t);
    if (tag_is_none(target) || case_excludes(c, target))
        return refuse(t->no, FLOW_TARGET, DEF_NONE);
    t->fx->assigned = !tag_eq(&c->assignee, target);
    c->assignee = *target;
    return FLOW_OK;
}

int step_note(Turn *t)
{
    RoleMask readers = 0;
    for (size_t i = 0; i < CLASSES; i++)
        readers |= t->def->access.readers[i];
    if (t->step->actor.kind != ACTOR_PERSON ||
        !(access_roles(t->def, t->c, &t->step->actor) & readers))
        return no_role(t);
    return t->step->in.note ? FLOW_OK : refuse(t->no, FLOW_NOTE, DEF_NONE);
}

/* Words, or files of those kinds that the form asked for. */
int step_message(Turn *t)
{
    const Def *def = t->def;
    const Inputs *in = &t->step->in;
    bool files = false;
    if (!is_complainant(t))
        return no_role(t);
    if (def->states[t->c->state].hidden)
        return refuse(t->no, FLOW_STATE, t->c->state);
    for (uint8_t i = 0; i < DEF_FIELDS_MAX; i++) {
        if (!field_set_has(&in->given, i))
            continue;
        if (i >= def->n_fields || def->fields[i].type != FIELD_FILES ||
            !field_set_has(&def->intake.asks, i))
            return refuse(t->no, FLOW_EXTRA, i);
        files = true;
    }
    if (!in->message && !files)
        return refuse(t->no, FLOW_MESSAGE, DEF_NONE);
    t->c->messages = (uint16_t)(t->c->messages + (t->c->messages < UINT16_MAX));
    return FLOW_OK;
}

int step_rung(Turn *t)
{
    uint8_t i = t->step->deadline;
    if (!is_system(t))
        return no_role(t);
    if (i >= t->def->n_deadlines)
        return refuse(t->no, FLOW_NOT_RUNNING, i);
    const Deadline *d = &t->def->deadlines[i];
    Clock *k = &t->c->clocks[i];
    NextRung next = clock_next_rung(d, k, t->def->calendar);
    if (next.day == DAY_NONE || next.day > t->today)
        return refuse(t->no, FLOW_NOT_RUNNING, i);
    /* A reminder that comes after the due day helps nobody: the alerts speak then. */
    bool pointless = d->rungs[next.rung].kind == RUNG_BEFORE &&
                     clock_is_overdue(d, k, t->def->calendar, t->today);
    clock_fire(k, next);
    if (!pointless) {
        t->fx->rung_deadline = i;
        t->fx->rung = next.rung;
    }
    return FLOW_OK;
}

int step_declare(Turn *t)
{
    Case *c = t->c;
    bool waiting = false;
    if (!access_roles(t->def, c, &t->step->actor) || t->step->actor.kind != ACTOR_PERSON)
        return no_role(t);
    for (uint8_t i = 0; i < c->n_members; i++) {
        Member *m = &c->members[i];
        if (!m->declared && tag_eq(&m->tag, &t->step->actor.tag)) {
            waiting = true;
            m->declared = true;
        }
    }
    if (!waiting)
        return no_role(t);
    return t->step->in.declared ? FLOW_OK : refuse(t->no, FLOW_DECLARE, DEF_NONE);
}

int step_recuse(Turn *t)
{
    const Tag *target = &t->step->in.target;
    const Actor *actor = &t->step->actor;
    bool oneself = actor->kind == ACTOR_PERSON && tag_eq(target, &actor->tag);
    if (!access_roles(t->def, t->c, actor) || (!oneself && !manages(t)))
        return no_role(t);
    if (tag_is_none(target) || case_excludes(t->c, target))
        return refuse(t->no, FLOW_TARGET, DEF_NONE);
    return apply_excluded(t, target, 1);
}

/* Whoever takes part in the case may pass on what they hold, also of a closed one, and to their own
 * new key after a rotation; to whom, as far as roles go, is for the caller, who knows the
 * directory. */
int step_grant(Turn *t)
{
    const Tag *target = &t->step->in.target;
    const Actor *actor = &t->step->actor;
    if (actor->kind != ACTOR_PERSON || !access_acting_roles(t->def, t->c, actor))
        return no_role(t);
    if (tag_is_none(target) || case_excludes(t->c, target))
        return refuse(t->no, FLOW_TARGET, DEF_NONE);
    return t->step->in.note ? FLOW_OK : refuse(t->no, FLOW_NOTE, DEF_NONE);
}

int step_survey(Turn *t)
{
    if (!is_complainant(t))
        return no_role(t);
    if (!(t->def->survey.after & MASK64(t->c->state)))
        return refuse(t->no, FLOW_STATE, t->c->state);
    if (t->c->surveyed)
        return refuse(t->no, FLOW_TIMES, DEF_NONE);
    t->c->surveyed = true;
    return FLOW_OK;
}

int step_linked(Turn *t)
{
    if (!is_system(t))
        return no_role(t);
    return apply_link(t, t->step->in.linked);
}
