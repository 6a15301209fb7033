/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/property/random_def.h"

#include <stdio.h>
#include <string.h>

static Str name(RandomDef *g, uint8_t i)
{
    snprintf(g->names[i], sizeof(g->names[i]), "n%u", i);
    return str_of(g->names[i]);
}

static uint64_t mask(Random *r, uint8_t n)
{
    return random_u64(r) & random_u64(r) & (MASK64(n) - 1);
}

static RoleMask staff(Random *r, const Def *d)
{
    RoleMask m = (RoleMask)mask(r, d->n_roles) & ~MASK32(ROLE_SYSTEM);
    return m | MASK32(ROLE_FIRST_DECLARED + below(r, (uint8_t)(d->n_roles - ROLE_FIRST_DECLARED)));
}

static uint8_t or_none(Random *r, uint8_t n)
{
    return one_in(r, 2) ? DEF_NONE : below(r, n);
}

static Span span(Random *r)
{
    return (Span){below(r, 20), one_in(r, 8) ? SPAN_MONTHS : below(r, 2)};
}

static uint8_t field_of(Random *r, const Def *d, FieldType type)
{
    uint8_t i = below(r, d->n_fields);
    for (uint8_t n = 0; n < d->n_fields; n++, i = (uint8_t)((i + 1) % d->n_fields)) {
        if (d->fields[i].type == type)
            return i;
    }
    return DEF_NONE;
}

static Condition *condition(RandomDef *g, Random *r, uint8_t slot)
{
    g->conditions[slot].field = field_of(r, &g->def, FIELD_CHOICE);
    g->conditions[slot].choices = 1 + below(r, 15);
    return &g->conditions[slot];
}

static void make_fields(RandomDef *g, Random *r)
{
    static const uint8_t types[] = {FIELD_CHOICE, FIELD_DATE,  FIELD_UNIT, FIELD_STAFF,
                                    FIELD_TEXT,   FIELD_FILES, FIELD_CASE};
    Def *d = &g->def;
    for (uint8_t i = 0; i < 4; i++)
        g->choices[i] = (Choice){.id = name(g, i)};
    d->n_fields = (uint8_t)(sizeof(types) + below(r, 8));
    for (uint8_t i = 0; i < d->n_fields; i++) {
        Field *f = &d->fields[i];
        f->id = name(g, i);
        f->type = types[i % sizeof(types)];
        f->class =
            f->type == FIELD_TEXT || f->type == FIELD_STAFF ? CLASS_CONFIDENTIAL : CLASS_OPEN;
        f->choices = g->choices;
        f->n_choices = 4;
    }
}

static void make_states(RandomDef *g, Random *r)
{
    Def *d = &g->def;
    d->n_states = (uint8_t)(3 + below(r, 8));
    for (uint8_t i = 0; i < d->n_states; i++) {
        State *s = &d->states[i];
        bool final = i == d->n_states - 1 || (i && one_in(r, 5));
        s->id = name(g, i);
        s->kind = i == 0         ? STATE_INITIAL
                  : final        ? STATE_FINAL
                  : one_in(r, 3) ? STATE_WAITING
                                 : STATE_PLAIN;
        s->owner = final ? DEF_NONE
                         : (uint8_t)(ROLE_FIRST_DECLARED +
                                     below(r, (uint8_t)(d->n_roles - ROLE_FIRST_DECLARED)));
        d->final |= s->kind == STATE_FINAL ? MASK64(i) : 0;
        d->waiting |= s->kind == STATE_WAITING ? MASK64(i) : 0;
    }
}

static Needs needs(Random *r, const Def *d)
{
    Needs n = {.message = one_in(r, 3) ? 0 : DEF_NONE, .note = one_in(r, 5)};
    n.fields.bits[0] = mask(r, d->n_fields) & random_u64(r);
    if (one_in(r, 8))
        n.declare = STR("no_conflict");
    return n;
}

static void make_effects(RandomDef *g, Random *r, uint8_t i)
{
    Def *d = &g->def;
    ActionEffects *fx = &d->actions[i].effects;
    fx->unit = one_in(r, 4) ? field_of(r, d, FIELD_UNIT) : DEF_NONE;
    fx->assignee = one_in(r, 4)   ? field_of(r, d, FIELD_STAFF)
                   : one_in(r, 3) ? ASSIGNEE_ACTOR
                   : one_in(r, 4) ? ASSIGNEE_NONE
                                  : ASSIGNEE_KEEPS;
    fx->exclude = DEF_NONE;
    fx->link = one_in(r, 8) ? field_of(r, d, FIELD_CASE) : DEF_NONE;
    g->members[i].role = (uint8_t)(d->n_roles - 1);
    g->members[i].field = field_of(r, d, FIELD_STAFF);
    fx->members = &g->members[i];
    fx->n_members = one_in(r, 4);
}

static void make_action(RandomDef *g, Random *r, uint8_t i)
{
    Def *d = &g->def;
    Action *a = &d->actions[i];
    a->id = name(g, i);
    a->from = mask(r, d->n_states) | MASK64(below(r, d->n_states));
    a->to = one_in(r, 4) ? TO_STAY : one_in(r, 5) ? TO_PREVIOUS : below(r, d->n_states);
    a->by = staff(r, d);
    a->delegable = (RoleMask)mask(r, d->n_roles);
    a->needs = needs(r, d);
    a->may = needs(r, d);
    a->approve.by = one_in(r, 3) ? staff(r, d) : 0;
    a->approve.not_same_person = one_in(r, 2);
    a->only_if = condition(g, r, i);
    a->n_only_if = one_in(r, 5);
    a->all_declared = one_in(r, 5) ? MASK32(d->n_roles - 1) : 0;
    a->after = one_in(r, 6) ? below(r, d->n_deadlines) : DEF_NONE;
    a->until = one_in(r, 6) ? below(r, d->n_deadlines) : DEF_NONE;
    a->times = one_in(r, 4) ? (uint8_t)(1 + below(r, 3)) : 0;
    g->restarts[i] = (Restart){below(r, d->n_deadlines), one_in(r, 2), span(r)};
    a->restarts = &g->restarts[i];
    a->n_restarts = one_in(r, 4);
    g->sets[i] = (SetField){field_of(r, d, FIELD_CHOICE), g->choices[below(r, 4)].id};
    a->sets = &g->sets[i];
    a->n_sets = one_in(r, 5);
    a->tells = or_none(r, 2);
    if (one_in(r, 2))
        a->member_declares = STR("no_conflict");
    make_effects(g, r, i);
}

static void make_rungs(RandomDef *g, Random *r, uint8_t i)
{
    Deadline *d = &g->def.deadlines[i];
    d->rungs = g->rungs[i];
    d->n_rungs = below(r, 5);
    for (uint8_t j = 0; j < d->n_rungs; j++) {
        Rung *rung = &g->rungs[i][j];
        rung->kind = below(r, 3);
        rung->offset = span(r);
        rung->to = staff(r, &g->def);
        rung->repeats = rung->kind == RUNG_OVERDUE && one_in(r, 3);
        rung->repeat = (Span){(uint16_t)(3 + below(r, 10)), below(r, 3)};
    }
}

static void make_extend(RandomDef *g, Random *r, uint8_t i)
{
    Def *def = &g->def;
    Extend *e = &def->deadlines[i].extend;
    e->in = mask(r, def->n_states) & ~def->final;
    e->by = staff(r, def);
    e->by_at_most = span(r);
    e->times = below(r, 3);
    e->needs = needs(r, def);
    e->beyond = needs(r, def);
    e->has_beyond = one_in(r, 2);
    e->approve.by = one_in(r, 2) ? staff(r, def) : 0;
    e->approve.not_same_person = one_in(r, 2);
}

static void make_silence(RandomDef *g, Random *r, uint8_t i)
{
    Silence *s = &g->def.deadlines[i].silence;
    s->by = one_in(r, 3) ? 0 : staff(r, &g->def);
    s->delegable = (RoleMask)mask(r, g->def.n_roles);
    s->at_most = (Span){(uint16_t)(1 + below(r, 3)), below(r, 2)};
}

static void make_from(RandomDef *g, Random *r, uint8_t i)
{
    Def *def = &g->def;
    Deadline *d = &def->deadlines[i];
    d->from = below(r, 5);
    d->from_overdue = DEF_NONE;
    if (i && (d->from == FROM_OVERDUE || (d->from == FROM_ACTION && one_in(r, 2))))
        d->from_overdue = below(r, i);
    switch ((DeadlineFrom)d->from) {
    case FROM_RECEIVED:
    case FROM_OVERDUE:
        break;
    case FROM_ACTION:
        d->from_index = below(r, def->n_actions);
        break;
    case FROM_STAGE:
        d->from_index = below(r, def->n_states);
        break;
    case FROM_FIELD:
        d->from_index = field_of(r, def, FIELD_DATE);
        break;
    }
}

static void make_deadline(RandomDef *g, Random *r, uint8_t i)
{
    Def *def = &g->def;
    Deadline *d = &def->deadlines[i];
    d->id = name(g, i);
    make_from(g, r, i);
    d->only_if = condition(g, r, (uint8_t)(DEF_ACTIONS_MAX + i));
    d->n_only_if = one_in(r, 4);
    d->limit = span(r);
    d->limit_field = one_in(r, 4) ? field_of(r, def, FIELD_CHOICE) : DEF_NONE;
    g->limits[i] = (LimitBy){1 + below(r, 15), span(r)};
    d->limits = &g->limits[i];
    d->n_limits = 1;
    d->met_enter = mask(r, def->n_states) & random_u64(r);
    d->met_leave = mask(r, def->n_states) & random_u64(r) & random_u64(r);
    d->met_actions = mask(r, def->n_actions) & random_u64(r) & random_u64(r);
    d->met_extends = (DeadlineMask)(mask(r, def->n_deadlines) & random_u64(r));
    d->rolls = one_in(r, 2);
    d->stops_in = mask(r, def->n_states) & random_u64(r);
    d->stops_bounded = one_in(r, 2);
    d->stops_at_most = below(r, 20);
    g->renewals[i] = (Renewal){below(r, def->n_actions), span(r)};
    d->renewals = &g->renewals[i];
    d->n_renewals = one_in(r, 3);
    d->due_override = one_in(r, 4) ? field_of(r, def, FIELD_DATE) : DEF_NONE;
    d->repeat_by = mask(r, def->n_actions) & random_u64(r) & random_u64(r);
    make_rungs(g, r, i);
    make_extend(g, r, i);
    make_silence(g, r, i);
}

void random_def(RandomDef *ret, Random *r, const Calendar *calendar)
{
    Def *d = &ret->def;
    memset(ret, 0, sizeof(*ret));
    d->id = STR("random");
    d->calendar = calendar;
    d->n_roles = (uint8_t)(ROLE_FIRST_DECLARED + 2 + below(r, 4));
    for (uint8_t i = ROLE_FIRST_DECLARED; i < d->n_roles; i++)
        d->roles[i].scope = i == d->n_roles - 1 ? SCOPE_CASE : below(r, 2);
    for (uint8_t i = 0; i < CLASSES; i++)
        d->access.readers[i] = staff(r, d);
    make_fields(ret, r);
    make_states(ret, r);
    d->n_messages = 2;
    d->n_actions = (uint8_t)(4 + below(r, 16));
    d->n_deadlines = (uint8_t)(1 + below(r, 10));
    for (uint8_t i = 0; i < d->n_deadlines; i++)
        make_deadline(ret, r, i);
    for (uint8_t i = 0; i < d->n_actions; i++)
        make_action(ret, r, i);
    d->intake.by = staff(r, d) | MASK32(ROLE_COMPLAINANT);
    d->intake.asks.bits[0] = mask(r, d->n_fields) | mask(r, d->n_fields);
    d->intake.required.bits[0] = d->intake.asks.bits[0] & mask(r, d->n_fields);
    d->survey.after = d->final;
    d->conflict.executive_only = mask(r, d->n_actions);
    d->protected = one_in(r, 2);
    d->access.custodians = d->protected ? 2 : 0;
    d->identity_opened = d->protected ? below(r, d->n_messages) : DEF_NONE;
}
