/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/load/graph_layout.h"

#include <string.h>

/* A stage of its own, or the way out of the first state counted from the receipt. */
static bool limits_state(const Def *d, const Deadline *x, uint8_t state)
{
    bool first = x->from == FROM_RECEIVED && state == d->initial && x->met_leave == MASK64(state);
    bool stage = x->from == FROM_STAGE && x->from_index == state;
    return x->limit.count && !x->n_only_if && (first || stage);
}

bool state_limit(const Def *d, uint8_t state, Span *ret)
{
    for (uint8_t i = 0; i < d->n_deadlines; i++) {
        if (!limits_state(d, &d->deadlines[i], state))
            continue;
        *ret = d->deadlines[i].limit;
        return true;
    }
    return false;
}

bool is_overall(const Def *d, uint8_t deadline)
{
    const Deadline *x = &d->deadlines[deadline];
    return x->from == FROM_RECEIVED && x->limit.count && !x->n_only_if &&
           !limits_state(d, x, d->initial);
}

static uint8_t count_states(StateMask m)
{
    uint8_t n = 0;
    for (; m; m &= m - 1)
        n++;
    return n;
}

/* An action from nearly everywhere would cover the picture with arrows. */
static bool is_from_anywhere(const Def *d, const Action *a)
{
    uint8_t open = (uint8_t)(d->n_states - count_states(d->final));
    return count_states(a->from & ~d->final) * 4 > open * 3;
}

/* ---- the main path ---- */
/* How willingly a step belongs to the main path; 0: not at all. */
static int liking(const Def *d, const Action *a)
{
    if (a->to >= d->n_states || is_from_anywhere(d, a) || a->by == MASK32(ROLE_COMPLAINANT))
        return 0;
    return a->usual ? 2 : 1;
}

typedef struct Route {
    int cost[DEF_STATES_MAX]; /* to the best end, -1: none */
    uint8_t next[DEF_STATES_MAX];
} Route;

static int step_cost(const Def *d, const Action *a)
{
    bool detour = d->states[a->to].kind == STATE_WAITING && !d->states[a->to].counts_as_done;
    return (liking(d, a) == 2 ? 1 : 20) + (detour ? 100 : 0);
}

static void relax(const Def *d, Route *r)
{
    for (uint8_t i = 0; i < d->n_actions; i++) {
        const Action *a = &d->actions[i];
        if (!liking(d, a) || r->cost[a->to] < 0)
            continue;
        int cost = r->cost[a->to] + step_cost(d, a);
        for (uint8_t s = 0; s < d->n_states; s++)
            if (a->from & MASK64(s) && !(d->final & MASK64(s)) && s != a->to &&
                (r->cost[s] < 0 || cost < r->cost[s])) {
                r->cost[s] = cost;
                r->next[s] = a->to;
            }
    }
}

/* Ends that come after the complainant has been told are where the main path goes. */
static bool is_main_end(const Def *d, uint8_t s)
{
    if (!(d->final & MASK64(s)) || d->states[s].hidden || d->states[s].public_of != DEF_NONE)
        return false;
    for (uint8_t i = 0; i < d->n_actions; i++)
        for (uint8_t from = 0; from < d->n_states && d->actions[i].to == s; from++)
            if (d->actions[i].from & MASK64(from) && d->states[from].counts_as_done &&
                !is_from_anywhere(d, &d->actions[i]))
                return true;
    return false;
}

static Route route_of(const Def *d)
{
    Route r;
    bool any = false;
    memset(&r, 0, sizeof(r));
    for (uint8_t s = 0; s < d->n_states; s++)
        any = any || is_main_end(d, s);
    for (uint8_t s = 0; s < d->n_states; s++) {
        r.cost[s] = is_main_end(d, s) || (!any && d->final & MASK64(s)) ? 0 : -1;
        r.next[s] = DEF_NONE;
    }
    for (uint8_t i = 0; i < d->n_states; i++)
        relax(d, &r);
    return r;
}

static void find_main(Layout *l, const Def *d)
{
    Route r = route_of(d);
    StateMask seen = 0;
    for (uint8_t s = d->initial; s != DEF_NONE && !(seen & MASK64(s)); s = r.next[s]) {
        seen |= MASK64(s);
        l->row[s] = l->n_main;
        l->column[s] = 0;
        l->main[l->n_main++] = s;
    }
    l->n_rows = l->n_main;
}

/* ---- the others ---- */
/* The rows from which a state is entered: its place is beside the middle of them. */
static uint8_t wanted_row(const Layout *l, const Def *d, uint8_t s, StateMask placed)
{
    uint32_t sum = 0, n = 0;
    for (uint8_t i = 0; i < d->n_actions; i++) {
        const Action *a = &d->actions[i];
        if (a->to != s || is_from_anywhere(d, a))
            continue;
        for (uint8_t f = 0; f < d->n_states; f++)
            if (a->from & placed & MASK64(f)) {
                sum += l->row[f];
                n++;
            }
    }
    return (uint8_t)(n ? sum / n : DEF_NONE);
}

static bool is_taken(const Layout *l, const Def *d, StateMask placed, uint8_t row, uint8_t column)
{
    for (uint8_t s = 0; s < d->n_states; s++)
        if (placed & MASK64(s) && l->row[s] == row && l->column[s] == column)
            return true;
    return false;
}

/* The nearest free row of the second column, first below, then above. */
static uint8_t free_row(const Layout *l, const Def *d, StateMask placed, uint8_t wanted)
{
    for (uint8_t off = 0; off < DEF_STATES_MAX; off++) {
        if (!is_taken(l, d, placed, (uint8_t)(wanted + off), 1))
            return (uint8_t)(wanted + off);
        if (off <= wanted && !is_taken(l, d, placed, (uint8_t)(wanted - off), 1))
            return (uint8_t)(wanted - off);
    }
    return wanted;
}

static void put_aside(Layout *l, const Def *d, StateMask *placed, uint8_t s, uint8_t wanted)
{
    l->row[s] = free_row(l, d, *placed, wanted);
    l->column[s] = 1;
    *placed |= MASK64(s);
    if (l->row[s] >= l->n_rows)
        l->n_rows = (uint8_t)(l->row[s] + 1);
}

static void place_others(Layout *l, const Def *d)
{
    StateMask placed = 0;
    for (uint8_t i = 0; i < l->n_main; i++)
        placed |= MASK64(l->main[i]);
    for (bool moved = true; moved;) {
        moved = false;
        for (uint8_t s = 0; s < d->n_states; s++) {
            uint8_t wanted = placed & MASK64(s) ? DEF_NONE : wanted_row(l, d, s, placed);
            if (wanted == DEF_NONE)
                continue;
            put_aside(l, d, &placed, s, wanted);
            moved = true;
        }
    }
    /* What is only reached from anywhere stands at the foot. */
    for (uint8_t s = 0; s < d->n_states; s++)
        if (!(placed & MASK64(s))) {
            l->anywhere |= MASK64(s);
            put_aside(l, d, &placed, s, (uint8_t)(l->n_main - 1));
        }
}

/* ---- arrows ---- */
static void add_edge(Layout *l, uint8_t from, uint8_t to, uint8_t action)
{
    for (uint16_t i = 0; i < l->n_edges; i++)
        if (l->edges[i].from == from && l->edges[i].to == to) {
            l->edges[i].actions |= MASK64(action);
            return;
        }
    if (l->n_edges < EDGES_MAX)
        l->edges[l->n_edges++] = (Edge){.from = from, .to = to, .actions = MASK64(action)};
}

/* A return to where the case came from is drawn to each state it can have come from. */
static void add_returns(Layout *l, const Def *d, uint8_t action, uint8_t from)
{
    for (uint8_t i = 0; i < d->n_actions; i++) {
        const Action *a = &d->actions[i];
        for (uint8_t p = 0; p < d->n_states && a->to == from; p++)
            if (a->from & MASK64(p))
                add_edge(l, from, p, action);
    }
}

static void add_edges(Layout *l, const Def *d)
{
    for (uint8_t i = 0; i < d->n_actions; i++) {
        const Action *a = &d->actions[i];
        if (a->to == TO_STAY)
            continue;
        if (a->to < d->n_states && is_from_anywhere(d, a)) {
            l->from_anywhere |= MASK64(i);
            continue;
        }
        for (uint8_t s = 0; s < d->n_states; s++) {
            if (!(a->from & MASK64(s)) || s == a->to)
                continue;
            if (a->to == TO_PREVIOUS)
                add_returns(l, d, i, s);
            else
                add_edge(l, s, a->to, i);
        }
    }
}

void layout_init(Layout *l, const Def *d)
{
    memset(l, 0, sizeof(*l));
    find_main(l, d);
    place_others(l, d);
    add_edges(l, d);
}
