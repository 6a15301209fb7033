/* SPDX-License-Identifier: Apache-2.0 */
/* From every open state a way leads to an end that nothing can close: steps by somebody who is sure
 * to be there (a holder of an office role, the complainant; a role of the unit once the case has
 * one; a role of the case once somebody was named), as often as needed, without a last day. A step
 * with a condition counts together with those that are open when it does not hold. */
#include "engine/load/lint_sure.h"

#include <string.h>

enum { CASES_MAX = 4096 };
/* How a date may stand to a deadline's last day; the deadline may have none. */
enum { DATE_MISSING, DATE_NEITHER, DATE_BEFORE, DATE_AFTER, WAYS_OF_A_DATE };

/* What is sure wherever the case is in a state, whichever way it came. */
typedef struct Facts {
    bool unit;
    RoleMask named;
    FieldSet given;
    DeadlineMask begun;
} Facts;

typedef struct Way {
    const Def *d;
    Facts facts[DEF_STATES_MAX];
    StateMask known; /* states some way was found to */
    StateMask good;  /* an end is sure */
} Way;

/* ---- facts: what every way to a state has done ---- */
static Facts both(const Facts *a, const Facts *b)
{
    return (Facts){
        .unit = a->unit && b->unit,
        .named = a->named & b->named,
        .given = {{a->given.bits[0] & b->given.bits[0], a->given.bits[1] & b->given.bits[1]}},
        .begun = a->begun & b->begun};
}

static bool facts_eq(const Facts *a, const Facts *b)
{
    return a->unit == b->unit && a->named == b->named && a->begun == b->begun &&
           a->given.bits[0] == b->given.bits[0] && a->given.bits[1] == b->given.bits[1];
}

static void note_stage(const Def *d, Facts *f, uint8_t state)
{
    for (uint8_t i = 0; i < d->n_deadlines; i++) {
        const Deadline *x = &d->deadlines[i];
        if (x->from == FROM_STAGE && x->from_index == state && !x->n_only_if)
            f->begun |= MASK32(i);
    }
}

static Facts after_step(const Def *d, const Facts *before, uint8_t action)
{
    const Action *a = &d->actions[action];
    Facts f = *before;
    f.given.bits[0] |= a->needs.fields.bits[0];
    f.given.bits[1] |= a->needs.fields.bits[1];
    for (uint8_t i = 0; i < a->n_sets; i++)
        field_set_add(&f.given, a->sets[i].field);
    for (uint8_t i = 0; i < a->effects.n_members; i++) {
        if (field_set_has(&f.given, a->effects.members[i].field))
            f.named |= MASK32(a->effects.members[i].role);
    }
    f.unit = f.unit || (a->effects.unit != DEF_NONE && field_set_has(&f.given, a->effects.unit));
    for (uint8_t i = 0; i < d->n_deadlines; i++) {
        const Deadline *x = &d->deadlines[i];
        if (x->from == FROM_ACTION && x->from_index == action && !x->n_only_if)
            f.begun |= MASK32(i);
    }
    return f;
}

static bool arrive(Way *w, uint8_t to, const Facts *with)
{
    Facts f = *with, had = w->facts[to];
    note_stage(w->d, &f, to);
    bool first = !(w->known & MASK64(to));
    w->facts[to] = first ? f : both(&had, &f);
    w->known |= MASK64(to);
    return first || !facts_eq(&had, &w->facts[to]);
}

static void learn(Way *w)
{
    const Def *d = w->d;
    Facts f;
    memset(&f, 0, sizeof(f));
    f.given = d->intake.required;
    for (uint8_t i = 0; i < d->n_deadlines; i++) {
        if (d->deadlines[i].from == FROM_RECEIVED && !d->deadlines[i].n_only_if)
            f.begun |= MASK32(i);
    }
    (void)arrive(w, d->initial, &f);
    for (bool more = true; more;) {
        more = false;
        for (uint8_t i = 0; i < d->n_actions; i++) {
            for (uint8_t s = 0; s < d->n_states; s++) {
                if (!(d->actions[i].from & w->known & MASK64(s)))
                    continue;
                Facts then = after_step(d, &w->facts[s], i);
                StateMask to = lint_targets(d, i, s);
                for (uint8_t t = 0; t < d->n_states; t++)
                    more = (to & MASK64(t) && arrive(w, t, &then)) || more;
            }
        }
    }
}

/* ---- who and when ---- */
static RoleMask managers(const Def *d)
{
    RoleMask mask = 0;
    for (uint8_t i = 0; i < d->n_actions; i++)
        mask |= d->actions[i].approve.by;
    return mask;
}

static RoleMask sure_roles(const Way *w, uint8_t state)
{
    const Def *d = w->d;
    const Facts *f = &w->facts[state];
    RoleMask mask = MASK32(ROLE_COMPLAINANT) | MASK32(ROLE_SYSTEM);
    for (uint8_t i = ROLE_FIRST_DECLARED; i < d->n_roles; i++) {
        if (d->roles[i].scope == SCOPE_OFFICE || (d->roles[i].scope == SCOPE_UNIT && f->unit) ||
            (d->roles[i].scope == SCOPE_CASE && (f->named & MASK32(i))))
            mask |= MASK32(i);
    }
    RoleMask assign = managers(d);
    if (d->states[state].owner != DEF_NONE)
        assign |= MASK32(d->states[state].owner);
    if (mask & assign & ~(MASK32(ROLE_COMPLAINANT) | MASK32(ROLE_SYSTEM)))
        mask |= MASK32(ROLE_ASSIGNEE);
    return mask;
}

/* It has a last day that will pass: it began, and does not stand still for good here. */
static bool lapses(const Way *w, uint8_t state, uint8_t deadline)
{
    const Deadline *x = &w->d->deadlines[deadline];
    bool stands = (x->stops_in & MASK64(state)) && !x->stops_bounded;
    return (w->facts[state].begun & MASK32(deadline)) && !stands;
}

/* All but its condition. */
static bool is_sure(const Way *w, uint8_t state, const Action *a)
{
    RoleMask sure = sure_roles(w, state);
    if (!(a->from & MASK64(state)) || a->times || a->until != DEF_NONE)
        return false;
    if (!(a->by & sure) || (a->approve.by && !(a->approve.by & sure)))
        return false;
    return a->after == DEF_NONE || lapses(w, state, a->after);
}

static bool leads_on(const Way *w, uint8_t state, const Action *a)
{
    StateMask to = lint_targets(w->d, (uint8_t)(a - w->d->actions), state);
    return a->to != TO_STAY && to && !(to & ~w->good);
}

/* ---- conditions: one case for each way the fields they read can stand ---- */
typedef struct Cases {
    Condition on[16]; /* what distinguishes: a field, and a deadline for before and after */
    uint16_t ways[16];
    uint8_t n;
    bool too_many;
} Cases;

static uint16_t ways_of(const Way *w, uint8_t state, const Condition *c)
{
    bool given = field_set_has(&w->facts[state].given, c->field);
    const Field *f = &w->d->fields[c->field];
    if (c->how == IF_CHOICE)
        return (uint16_t)(f->n_choices + !given); /* the last: missing */
    return WAYS_OF_A_DATE;
}

static bool is_same(const Condition *a, const Condition *b)
{
    return a->field == b->field && a->deadline == b->deadline &&
           (a->how == IF_CHOICE) == (b->how == IF_CHOICE);
}

static void cases_add(const Way *w, uint8_t state, const Condition *c, Cases *to)
{
    for (uint8_t i = 0; i < to->n; i++) {
        if (is_same(&to->on[i], c)) {
            /* Of several, the one that can be made to hold least. */
            to->on[i].how = to->on[i].how > c->how ? to->on[i].how : c->how;
            return;
        }
    }
    if (to->n == sizeof(to->on) / sizeof(to->on[0])) {
        to->too_many = true;
        return;
    }
    to->ways[to->n] = ways_of(w, state, c);
    to->on[to->n++] = *c;
}

static bool condition_holds(const Cases *cases, const uint16_t *at, const Def *d,
                            const Condition *c)
{
    for (uint8_t i = 0; i < cases->n; i++) {
        const Condition *x = &cases->on[i];
        if (!is_same(x, c))
            continue;
        if (c->how == IF_CHOICE)
            return at[i] < d->fields[c->field].n_choices && (c->choices & MASK64(at[i]));
        if (c->how == IF_GIVEN)
            return at[i] != DATE_MISSING;
        if (c->how == IF_MISSING)
            return at[i] == DATE_MISSING;
        return at[i] == (c->how == IF_BEFORE ? DATE_BEFORE : DATE_AFTER);
    }
    return false;
}

/* Somebody sure can make it hold without leaving, by another value of the field. What a day is
 * compared with may have no day, and what was given is not taken back. */
static bool is_choosable(const Way *w, uint8_t state, const Condition *c)
{
    if (c->how != IF_CHOICE && c->how != IF_GIVEN)
        return false;
    for (uint8_t i = 0; i < w->d->n_actions; i++) {
        const Action *a = &w->d->actions[i];
        bool takes =
            field_set_has(&a->may.fields, c->field) || field_set_has(&a->needs.fields, c->field);
        if (takes && a->to == TO_STAY && !a->n_only_if && is_sure(w, state, a))
            return true;
    }
    return false;
}

static bool is_open(const Way *w, const Cases *cases, const uint16_t *at, const Action *a)
{
    for (uint8_t i = 0; i < a->n_only_if; i++) {
        if (!condition_holds(cases, at, w->d, &a->only_if[i]))
            return false;
    }
    return true;
}

static bool some_is_open(const Way *w, uint8_t state, const Cases *cases, const uint16_t *at)
{
    for (uint8_t i = 0; i < w->d->n_actions; i++) {
        const Action *a = &w->d->actions[i];
        if (is_sure(w, state, a) && leads_on(w, state, a) && is_open(w, cases, at, a))
            return true;
    }
    return false;
}

static bool next_case(const Cases *cases, uint16_t *at)
{
    for (uint8_t i = 0; i < cases->n; i++) {
        if (++at[i] < cases->ways[i])
            return true;
        at[i] = 0;
    }
    return false;
}

/* In each of the cases a step is open; in one of them, where every field can be set here. */
static bool is_good(const Way *w, uint8_t state)
{
    Cases cases = {.n = 0};
    uint16_t at[16] = {0};
    bool choosable = true;
    uint32_t all = 1;
    for (uint8_t i = 0; i < w->d->n_actions; i++) {
        const Action *a = &w->d->actions[i];
        bool counts = is_sure(w, state, a) && leads_on(w, state, a);
        for (uint8_t k = 0; counts && k < a->n_only_if; k++)
            cases_add(w, state, &a->only_if[k], &cases);
    }
    for (uint8_t i = 0; i < cases.n; i++) {
        choosable = choosable && is_choosable(w, state, &cases.on[i]);
        all = all > CASES_MAX ? all : all * cases.ways[i];
    }
    if (cases.too_many || all > CASES_MAX)
        return true; /* not judged */
    bool each = true, one = false;
    do {
        bool open = some_is_open(w, state, &cases, at);
        each = each && open;
        one = one || open;
    } while (next_case(&cases, at));
    return each || (choosable && one);
}

static void find_good(Way *w)
{
    for (bool more = true; more;) {
        more = false;
        for (uint8_t s = 0; s < w->d->n_states; s++) {
            if (!(w->good & MASK64(s)) && is_good(w, s)) {
                w->good |= MASK64(s);
                more = true;
            }
        }
    }
}

/* Of states that lead into each other only the one that would hold a case even if all the others
 * let it go is to blame; of a circle, all of it. */
StateMask states_that_hold(const Def *def)
{
    Way w;
    StateMask to_blame = 0;
    memset(&w, 0, sizeof(w));
    w.d = def;
    w.good = def->final;
    learn(&w);
    find_good(&w);
    StateMask bad = w.known & ~w.good;
    for (uint8_t s = 0; s < def->n_states; s++) {
        w.good = ~MASK64(s);
        if ((bad & MASK64(s)) && !is_good(&w, s))
            to_blame |= MASK64(s);
    }
    return to_blame ? to_blame : bad;
}
