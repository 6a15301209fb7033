/* SPDX-License-Identifier: Apache-2.0 */
/* Which clocks a step moves. Order matters: first what its values begin, so that the same step may
 * meet it; then what it meets; then new rounds; last what the state says. */
#include "engine/core/flow_inner.h"

static bool is_open(const Clock *k)
{
    return k->state == CLOCK_RUNNING || k->state == CLOCK_STOPPED;
}

static void meet(Turn *t, uint8_t i)
{
    Clock *k = &t->c->clocks[i];
    if (!is_open(k))
        return;
    clock_meet(&t->def->deadlines[i], k, t->def->calendar, t->judged);
    t->fx->met |= MASK32(i);
}

/* A new round; one that was still open is judged. */
static void begin(Turn *t, uint8_t i, Day from, Span limit)
{
    if (case_is_final(t->def, t->c))
        return;
    meet(t, i);
    t->c->ahead &= ~MASK32(i);
    clock_start(&t->c->clocks[i], from, limit, t->today);
    t->fx->started |= MASK32(i);
}

bool clock_applies(const Turn *t, const Deadline *d)
{
    uint8_t field;
    return conditions_hold(t->def, t->c, d->only_if, d->n_only_if, &field);
}

static const OpenValue *given(const Inputs *in, uint8_t field)
{
    for (uint8_t i = 0; field != DEF_NONE && i < in->n_open; i++) {
        if (in->open[i].field == field)
            return &in->open[i];
    }
    return NULL;
}

static void begin_from_field(Turn *t, uint8_t i, const Inputs *in)
{
    const Deadline *d = &t->def->deadlines[i];
    const Clock *k = &t->c->clocks[i];
    const OpenValue *v = case_open(t->c, d->from_index);
    if (!v || !clock_applies(t, d))
        return;
    bool changed = given(in, d->from_index) && (Day)v->number != k->start;
    if (k->state == CLOCK_OFF || changed)
        begin(t, i, (Day)v->number, deadline_limit(t->def, i, t->c));
}

void clocks_of_values(Turn *t, const Inputs *in)
{
    for (uint8_t i = 0; i < t->def->n_deadlines; i++) {
        const Deadline *d = &t->def->deadlines[i];
        const OpenValue *due = given(in, d->due_override);
        if (d->from == FROM_RECEIVED && t->c->clocks[i].state == CLOCK_OFF && clock_applies(t, d))
            begin(t, i, t->c->received, deadline_limit(t->def, i, t->c));
        else if (d->from == FROM_FIELD)
            begin_from_field(t, i, in);
        if (due)
            clock_override(&t->c->clocks[i], (Day)due->number);
    }
}

/* A stage lasts through the states its clock stands still in: going there is not leaving it. */
static bool is_stage(const Deadline *d, uint8_t state)
{
    return state == d->from_index || (d->stops_in & MASK64(state));
}

void clocks_met(Turn *t, uint8_t action, uint8_t from, uint8_t to)
{
    for (uint8_t i = 0; i < t->def->n_deadlines; i++) {
        const Deadline *d = &t->def->deadlines[i];
        bool by_action = action != DEF_NONE && (d->met_actions & MASK64(action));
        bool by_leaving = from != DEF_NONE && from != to &&
                          ((d->met_leave & MASK64(from)) ||
                           (d->from == FROM_STAGE && is_stage(d, from) && !is_stage(d, to)));
        bool by_entering = from != to && (d->met_enter & MASK64(to));
        if (by_action || by_leaving || by_entering)
            meet(t, i);
    }
}

void clocks_met_by_extending(Turn *t, uint8_t deadline)
{
    for (uint8_t i = 0; i < t->def->n_deadlines; i++) {
        if (t->def->deadlines[i].met_extends & MASK32(deadline))
            meet(t, i);
    }
}

/* A promise made anew never falls before the one it replaces. */
static void renew(Turn *t, uint8_t i, Span span)
{
    const Deadline *d = &t->def->deadlines[i];
    Clock *k = &t->c->clocks[i];
    if (!is_open(k))
        return;
    Day promised = clock_due(d, k, t->def->calendar);
    begin(t, i, t->today, span);
    if (k->state != CLOCK_RUNNING || promised == DAY_NONE || k->override_due != DAY_NONE)
        return;
    if (promised > clock_due(d, k, t->def->calendar) && promised - t->today <= UINT16_MAX) {
        k->limit.count = (uint16_t)(promised - t->today);
        k->limit.unit = SPAN_CALENDAR_DAYS;
    }
}

static void restart(Turn *t, const Restart *r)
{
    Clock *k = &t->c->clocks[r->deadline];
    /* An outside letter that has been answered does not bind the next round. */
    if (!is_open(k) && k->state != CLOCK_OFF)
        k->override_due = DAY_NONE;
    begin(t, r->deadline, t->today,
          r->has_span ? r->span : deadline_limit(t->def, r->deadline, t->c));
}

void clocks_of_action(Turn *t, uint8_t action)
{
    const Action *a = &t->def->actions[action];
    for (uint8_t i = 0; i < t->def->n_deadlines; i++) {
        const Deadline *d = &t->def->deadlines[i];
        for (uint8_t j = 0; j < d->n_renewals; j++) {
            if (d->renewals[j].action == action)
                renew(t, i, d->renewals[j].span);
        }
        bool repeats = (d->repeat_by & MASK64(action)) && is_open(&t->c->clocks[i]);
        bool begins = d->from == FROM_ACTION && d->from_index == action && clock_applies(t, d);
        if (begins && d->from_overdue != DEF_NONE)
            ahead_action(t, i);
        else if (repeats || begins)
            begin(t, i, t->today, deadline_limit(t->def, i, t->c));
    }
    for (uint8_t i = 0; i < a->n_restarts; i++)
        restart(t, &a->restarts[i]);
}

void clocks_of_stage(Turn *t)
{
    for (uint8_t i = 0; i < t->def->n_deadlines; i++) {
        const Deadline *d = &t->def->deadlines[i];
        bool comes_back = is_open(&t->c->clocks[i]);
        if (d->from == FROM_STAGE && d->from_index == t->c->state && !comes_back && clock_applies(t, d))
            begin(t, i, t->today, deadline_limit(t->def, i, t->c));
    }
}

/* Met by being where the case is: judged by the day it came there, which nobody then knew to be
 * the end of a term. A stage that is not the case's any more ends with it. */
static bool met_by_standing(Turn *t, uint8_t i)
{
    const Deadline *d = &t->def->deadlines[i];
    uint8_t state = t->c->state;
    bool here = (d->met_enter & MASK64(state)) != 0;
    Day judged = t->judged;
    t->judged = here ? t->c->state_since : judged;
    if (here || (d->from == FROM_STAGE && !is_stage(d, state)))
        meet(t, i);
    t->judged = judged;
    return here;
}

/* A clock of a new deadline, or of one that did not apply before. What an action begins has no day
 * in the case, and a stage counts from today: nobody could keep a term that was not there. */
static void begin_by_version(Turn *t, uint8_t i)
{
    static const Inputs nothing;
    const Deadline *d = &t->def->deadlines[i];
    if (!clock_applies(t, d) || !deadline_lies_ahead(t->def, t->c, i))
        return;
    if (d->from == FROM_RECEIVED)
        begin(t, i, t->c->received, deadline_limit(t->def, i, t->c));
    else if (d->from == FROM_STAGE && d->from_index == t->c->state)
        begin(t, i, t->today, deadline_limit(t->def, i, t->c));
    else if (d->from == FROM_FIELD)
        begin_from_field(t, i, &nothing);
}

void clocks_of_migration(Turn *t)
{
    ahead_migrate(t);
    for (uint8_t i = 0; i < t->def->n_deadlines; i++) {
        bool met = met_by_standing(t, i);
        if (!met && t->c->clocks[i].state == CLOCK_OFF)
            begin_by_version(t, i);
    }
}

void clock_settle(Turn *t, uint8_t i)
{
    const Calendar *cal = t->def->calendar;
    const Deadline *d = &t->def->deadlines[i];
    Clock *k = &t->c->clocks[i];
    bool stands = (d->stops_in & MASK64(t->c->state)) != 0;
    if (case_is_final(t->def, t->c)) {
        clock_end(d, k, cal, t->judged);
    } else if (stands && k->state == CLOCK_RUNNING) {
        clock_stop(d, k, cal, t->today);
        t->fx->stopped |= k->state == CLOCK_STOPPED ? MASK32(i) : 0;
    } else if (!stands && k->state == CLOCK_STOPPED) {
        clock_resume(d, k, cal, t->today);
        t->fx->resumed |= MASK32(i);
    }
}

void clocks_settle(Turn *t)
{
    for (uint8_t i = 0; i < t->def->n_deadlines; i++)
        clock_settle(t, i);
    ahead_follow(t);
}
