/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing gets stuck, nothing is forgotten: from every open state somebody of the office is sure to
 * have a way on, also when an executive is concerned, and in every one a clock is sure to run. */
#include "engine/load/lint_sure.h"
#include "engine/load/work.h"

/* ---- clocks ---- */
/* A complainant's time presses nobody unless its end is told to the office. */
static bool presses(const Deadline *d)
{
    bool told = !d->of_complainant;
    for (uint8_t i = 0; !told && i < d->n_rungs; i++) {
        const Rung *x = &d->rungs[i];
        RoleMask to = (x->to | x->task) & ~MASK32(ROLE_COMPLAINANT);
        told = x->kind == RUNG_OVERDUE && (to || x->n_first);
    }
    return told;
}

static void check_clock(Work *w, const SureClocks *sure, uint8_t s)
{
    const Def *d = w->def;
    for (uint8_t i = 0; i < d->n_deadlines; i++) {
        const Deadline *x = &d->deadlines[i];
        if ((sure->open[s] & MASK32(i)) && runs_in(x, s) && presses(x))
            return;
    }
    fault_at(&w->r, w->state_at[s]->key,
             "state %.*s: a case can be here with no clock running: no deadline is sure to run in "
             "it; give it one with \"stage: %.*s\"",
             STR_ARGS(d->states[s].id), STR_ARGS(d->states[s].id));
}

/* ---- ways on ---- */
/* A guard beside conditions that can stay shut for good. */
static bool may_stay_shut(const Def *d, const SureClocks *sure, uint8_t s, const Action *a)
{
    bool opens = a->after == DEF_NONE ||
                 ((sure->open[s] & MASK32(a->after)) && runs_in(&d->deadlines[a->after], s));
    return a->times || a->until != DEF_NONE || !opens;
}

/* A committee may lose its last member: its steps count where its members can be named. */
static RoleMask never_there(const Def *d, uint8_t s)
{
    RoleMask gone = MASK32(ROLE_COMPLAINANT) | MASK32(ROLE_SYSTEM);
    for (uint8_t i = ROLE_FIRST_DECLARED; i < d->n_roles; i++)
        gone |= d->roles[i].scope == SCOPE_CASE ? MASK32(i) : 0;
    for (uint8_t i = 0; i < d->n_actions; i++) {
        const Action *a = &d->actions[i];
        for (uint8_t m = 0; (a->from & MASK64(s)) && m < a->effects.n_members; m++)
            gone &= ~MASK32(a->effects.members[m].role);
    }
    return gone;
}

/* The choices of each field that some action out asks for alone. */
typedef struct Branches {
    uint64_t choices[DEF_FIELDS_MAX];
} Branches;

/* Actions that part ways by one field are a way on when they leave no choice out and the field is
 * always answered. */
static bool are_complete(const Def *d, const Branches *b)
{
    for (uint8_t f = 0; f < d->n_fields; f++) {
        uint8_t n = d->fields[f].n_choices;
        uint64_t all = n == DEF_CHOICES_MAX ? ~(uint64_t)0 : MASK64(n) - 1;
        if (n && b->choices[f] == all && field_set_has(&d->intake.required, f))
            return true;
    }
    return false;
}

static bool has_way_on(const Def *d, const SureClocks *sure, uint8_t s, ActionMask open,
                       RoleMask gone)
{
    RoleMask people = ~(never_there(d, s) | gone);
    Branches b = {{0}};
    for (uint8_t i = 0; i < d->n_actions; i++) {
        const Action *a = &d->actions[i];
        if (!(open & MASK64(i)) || !(a->from & MASK64(s)) || !(a->by & people) ||
            !(lint_targets(d, i, s) & ~MASK64(s)) || may_stay_shut(d, sure, s, a))
            continue;
        if (!a->n_only_if)
            return true;
        if (a->n_only_if == 1 && a->only_if->how == IF_CHOICE)
            b.choices[a->only_if->field] |= a->only_if->choices;
    }
    return are_complete(d, &b);
}

static void check_way_on(Work *w, const SureClocks *sure, StateMask holding, uint8_t s)
{
    const Def *d = w->def;
    bool on = has_way_on(d, sure, s, ~(ActionMask)0, 0);
    if (on && (holding & MASK64(s)))
        fault_at(&w->r, w->state_at[s]->key,
                 "state %.*s: no way to a final state is sure from here: each can be shut for good "
                 "on the way by a condition, a number of times, a term, a unit that the case was "
                 "not given or people who were not named",
                 STR_ARGS(d->states[s].id));
    if (!on)
        fault_at(&w->r, w->state_at[s]->key,
                 "state %.*s: a case can get stuck here: nobody of the office is sure to have a "
                 "way on; each action out is the complainant's, or bound to a condition, a number "
                 "of times or a term that may never come",
                 STR_ARGS(d->states[s].id));
}

/* ---- the same when an executive is concerned ---- */
static bool names_people(const Def *d, const FieldSet *a, const FieldSet *b)
{
    for (uint8_t i = 0; i < d->conflict.n_exclude; i++) {
        uint8_t field = d->conflict.exclude[i].field;
        if (field_set_has(a, field) || field_set_has(b, field))
            return true;
    }
    return false;
}

/* Where a case can be once an executive was named: where he was, and where the actions lead that
 * are left, the complainant's among them. */
static StateMask executive_states(const Def *d, StateMask reached)
{
    StateMask in = 0, before;
    if (names_people(d, &d->intake.asks, &d->intake.asks_staff))
        in |= MASK64(d->initial);
    for (uint8_t i = 0; i < d->n_actions; i++) {
        const Action *a = &d->actions[i];
        bool marks = names_people(d, &a->needs.fields, &a->may.fields);
        for (uint8_t s = 0; marks && s < d->n_states; s++)
            in |= a->from & reached & MASK64(s) ? lint_targets(d, i, s) : 0;
    }
    do {
        before = in;
        for (uint8_t i = 0; i < d->n_actions; i++) {
            const Action *a = &d->actions[i];
            bool left =
                (d->conflict.executive_only & MASK64(i)) || (a->by & MASK32(ROLE_COMPLAINANT));
            for (uint8_t s = 0; left && s < d->n_states; s++)
                in |= a->from & before & MASK64(s) ? lint_targets(d, i, s) : 0;
        }
    } while (in != before);
    return in & ~d->final;
}

static void check_executive(Work *w, const SureClocks *sure)
{
    const Def *d = w->def;
    const Conflict *c = &d->conflict;
    StateMask in = c->executive ? executive_states(d, sure->reached) : 0;
    for (uint8_t s = 0; s < d->n_states; s++)
        if ((in & MASK64(s)) && !has_way_on(d, sure, s, c->executive_only, c->executive))
            fault_at(&w->r, node_get(node_get(w->root, "conflict"), "executive"),
                     "conflict: an executive may be named while a case is in \"%.*s\", and none of "
                     "only_actions is sure to lead on from there",
                     STR_ARGS(d->states[s].id));
}

void lint_ways(Work *w)
{
    const Def *d = w->def;
    SureClocks sure;
    if (w->r.faults->errors) /* holes of its own would be told again */
        return;
    sure_clocks(d, &sure);
    StateMask holding = states_that_hold(d);
    for (uint8_t s = 0; s < d->n_states; s++) {
        if ((d->final & MASK64(s)) || !(sure.reached & MASK64(s)))
            continue;
        check_clock(w, &sure, s);
        check_way_on(w, &sure, holding, s);
    }
    check_executive(w, &sure);
}
