/* SPDX-License-Identifier: Apache-2.0 */
/* Which clocks are sure to be open in a state, whatever way a case came there: what all ways have
 * in common. Every guard is taken to let pass, so the ways tried here include all that a case can
 * take; a clock with a condition, or from a date somebody may leave out, is never sure. */
#include "engine/load/lint_sure.h"

static bool is_sure(const Deadline *d)
{
    return !d->n_only_if && d->from != FROM_FIELD && d->from != FROM_OVERDUE;
}

/* A stage lasts through the states its clock stands still in. */
static bool in_stage(const Deadline *d, uint8_t s)
{
    return d->from_index == s || (d->stops_in & MASK64(s));
}

static bool is_met(const Deadline *d, uint8_t action, uint8_t from, uint8_t to)
{
    bool leaves = from != to;
    return (d->met_actions & MASK64(action)) || (leaves && (d->met_leave & MASK64(from))) ||
           (leaves && (d->met_enter & MASK64(to))) ||
           (leaves && d->from == FROM_STAGE && in_stage(d, from) && !in_stage(d, to));
}

/* One that waits for another is taken back when that is met in time: not by a step that opens only
 * when it has run out. */
static bool is_taken_back(const Def *def, const Deadline *d, DeadlineMask met, uint8_t action)
{
    uint8_t other = d->from_overdue;
    return other != DEF_NONE && (met & MASK32(other)) && def->actions[action].after != other;
}

static bool begins(const Def *def, uint8_t i, uint8_t action, uint8_t to)
{
    const Deadline *d = &def->deadlines[i];
    const Action *a = &def->actions[action];
    for (uint8_t r = 0; r < a->n_restarts; r++) {
        if (a->restarts[r].deadline == i)
            return true;
    }
    return is_sure(d) && ((d->from == FROM_ACTION && d->from_index == action) ||
                          (d->from == FROM_STAGE && d->from_index == to));
}

/* What is open after the step, of what was open before it. */
static DeadlineMask after_step(const Def *def, DeadlineMask open, uint8_t action, uint8_t from,
                               uint8_t to)
{
    DeadlineMask met = 0, after = def->final & MASK64(from) ? 0 : open;
    for (uint8_t i = 0; i < def->n_deadlines; i++)
        met |= is_met(&def->deadlines[i], action, from, to) ? MASK32(i) : 0;
    after &= ~met;
    for (uint8_t i = 0; i < def->n_deadlines; i++) {
        if (is_taken_back(def, &def->deadlines[i], met, action))
            after &= ~MASK32(i);
        if (begins(def, i, action, to))
            after |= MASK32(i);
    }
    return after;
}

/* Open from the submission on, one that waits for another with that other. */
static DeadlineMask at_first(const Def *def)
{
    DeadlineMask open = 0;
    for (uint8_t i = 0; i < def->n_deadlines; i++) {
        const Deadline *d = &def->deadlines[i];
        bool here =
            d->from == FROM_RECEIVED || (d->from == FROM_STAGE && d->from_index == def->initial);
        if (is_sure(d) && here && !(d->met_enter & MASK64(def->initial)))
            open |= MASK32(i);
    }
    for (uint8_t i = 0; i < def->n_deadlines; i++) {
        const Deadline *d = &def->deadlines[i];
        if (is_sure(d) && d->from_overdue != DEF_NONE && (open & MASK32(d->from_overdue)) &&
            !(d->met_enter & MASK64(def->initial)))
            open |= MASK32(i);
    }
    return open;
}

/* What may be met while a case stays where it is, by an extension. */
static DeadlineMask met_by_extending(const Def *def, uint8_t s)
{
    DeadlineMask met = 0;
    for (uint8_t i = 0; i < def->n_deadlines; i++) {
        for (uint8_t e = 0; e < def->n_deadlines; e++) {
            bool possible = (def->deadlines[e].extend.in & MASK64(s)) != 0;
            if (possible && (def->deadlines[i].met_extends & MASK32(e)))
                met |= MASK32(i);
        }
    }
    return met;
}

StateMask lint_returns(const Def *def, uint8_t s)
{
    StateMask from = MASK64(s), before, waits = def->waiting;
    if (!(waits & MASK64(s)))
        return 0;
    do {
        before = from;
        for (uint8_t i = 0; i < def->n_actions; i++) {
            const Action *a = &def->actions[i];
            if (a->to < def->n_states && (from & waits & MASK64(a->to)))
                from |= a->from;
        }
    } while (from != before);
    return from & ~waits;
}

StateMask lint_targets(const Def *def, uint8_t action, uint8_t from)
{
    uint8_t to = def->actions[action].to;
    return to == TO_STAY ? MASK64(from) : to == TO_PREVIOUS ? lint_returns(def, from) : MASK64(to);
}

static bool spread(const Def *def, SureClocks *sure, uint8_t s, uint8_t action)
{
    bool changed = false;
    StateMask targets = lint_targets(def, action, s);
    for (uint8_t to = 0; to < def->n_states; to++) {
        if (!(targets & MASK64(to)))
            continue;
        DeadlineMask open = sure->open[to] & after_step(def, sure->open[s], action, s, to);
        changed |= open != sure->open[to] || !(sure->reached & MASK64(to));
        sure->open[to] = open;
        sure->reached |= MASK64(to);
    }
    return changed;
}

void sure_clocks(const Def *def, SureClocks *ret)
{
    bool changed = true;
    for (uint8_t s = 0; s < def->n_states; s++)
        ret->open[s] = UINT32_MAX;
    ret->reached = MASK64(def->initial);
    ret->open[def->initial] = at_first(def);
    while (changed) {
        changed = false;
        for (uint8_t s = 0; s < def->n_states; s++) {
            if (!(ret->reached & MASK64(s)))
                continue;
            ret->open[s] &= ~met_by_extending(def, s);
            for (uint8_t i = 0; i < def->n_actions; i++)
                changed |= (def->actions[i].from & MASK64(s)) && spread(def, ret, s, i);
        }
    }
}

bool runs_in(const Deadline *d, uint8_t state)
{
    return !(d->stops_in & MASK64(state)) || d->stops_bounded;
}
