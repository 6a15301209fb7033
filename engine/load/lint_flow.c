/* SPDX-License-Identifier: Apache-2.0 */
/* States and actions as a graph: no state out of reach, none without a way out or an owner who can
 * act. */
#include "engine/load/work.h"

/* The states one step away; `previous` leads back to where the step into a state came from. */
typedef struct Graph {
    StateMask to[DEF_STATES_MAX];
} Graph;

static void add_edges(Graph *g, const Def *d, const Action *a)
{
    for (uint8_t s = 0; s < d->n_states; s++)
        if (a->from & MASK64(s) && a->to < d->n_states)
            g->to[s] |= MASK64(a->to);
}

static void add_returns(Graph *g, const Def *d, const Action *a)
{
    for (uint8_t s = 0; s < d->n_states && a->to == TO_PREVIOUS; s++)
        for (uint8_t p = 0; p < d->n_states && a->from & MASK64(s); p++)
            if (g->to[p] & MASK64(s) && p != s)
                g->to[s] |= MASK64(p);
}

static Graph graph_of(const Def *d)
{
    Graph g = {{0}};
    for (uint8_t i = 0; i < d->n_actions; i++)
        add_edges(&g, d, &d->actions[i]);
    for (uint8_t i = 0; i < d->n_actions; i++)
        add_returns(&g, d, &d->actions[i]);
    return g;
}

static StateMask reached_from(const Graph *g, const Def *d, StateMask seen)
{
    StateMask before;
    do {
        before = seen;
        for (uint8_t s = 0; s < d->n_states; s++)
            seen |= before & MASK64(s) ? g->to[s] : 0;
    } while (seen != before);
    return seen;
}

static void check_reach(Work *w, const Graph *g)
{
    const Def *d = w->def;
    StateMask seen = reached_from(g, d, MASK64(d->initial));
    for (uint8_t s = 0; s < d->n_states; s++)
        if (!(seen & MASK64(s)))
            fault_at(&w->r, w->state_at[s]->key, "state %.*s: no action leads here from \"%.*s\"",
                     STR_ARGS(d->states[s].id), STR_ARGS(d->states[d->initial].id));
}

static void check_ends(Work *w, const Graph *g)
{
    const Def *d = w->def;
    for (uint8_t s = 0; s < d->n_states; s++) {
        const Node *at = w->state_at[s]->key;
        if (d->final & MASK64(s))
            continue;
        if (!(g->to[s] & ~MASK64(s)))
            fault_at(&w->r, at, "state %.*s: a dead end: no action leads out, and it is not final",
                     STR_ARGS(d->states[s].id));
        else if (!(reached_from(g, d, MASK64(s)) & d->final))
            fault_at(&w->r, at, "state %.*s: no way leads from here to a final state",
                     STR_ARGS(d->states[s].id));
    }
    if (!d->final)
        fault_at(&w->r, node_get(w->root, "states")->key, "no state is final: a case never ends");
}

/* An owner who can only look on cannot answer for the state. */
static void check_owner(Work *w, uint8_t s)
{
    const Def *d = w->def;
    const State *state = &d->states[s];
    RoleMask owner = MASK32(state->owner);
    for (uint8_t i = 0; i < d->n_actions; i++) {
        const Action *a = &d->actions[i];
        RoleMask can = a->by | a->delegable | a->approve.by;
        if (a->from & MASK64(s) && can & (owner | MASK32(ROLE_ASSIGNEE)))
            return;
    }
    fault_at(
        &w->r, node_get(w->state_at[s], "owner"),
        "state %.*s: its owner \"%.*s\" can do nothing there; no action from it is by that role",
        STR_ARGS(state->id), STR_ARGS(d->roles[state->owner].id));
}

static void check_usual(Work *w, uint8_t s)
{
    const Def *d = w->def;
    uint8_t first = DEF_NONE;
    for (uint8_t i = 0; i < d->n_actions; i++) {
        const Action *a = &d->actions[i];
        if (!a->usual || !(a->from & MASK64(s)))
            continue;
        if (first != DEF_NONE && d->actions[first].by & a->by)
            warn_at(
                &w->r, w->action_at[i]->key,
                "action %.*s: \"%.*s\" is the usual one from \"%.*s\" too; there is one primary "
                "button",
                STR_ARGS(a->id), STR_ARGS(d->actions[first].id), STR_ARGS(d->states[s].id));
        first = i;
    }
}

/* Waiting for a declaration that nobody is asked for keeps nothing back. */
static void check_declares(Work *w, uint8_t i)
{
    const Def *d = w->def;
    for (uint8_t role = ROLE_FIRST_DECLARED; role < d->n_roles; role++)
        if (d->actions[i].all_declared & MASK32(role) && !def_member_declares(d, role).len)
            fault_at(&w->r, node_get(w->action_at[i], "all_declared"),
                     "action %.*s: nobody is asked to declare as \"%.*s\": no action names its "
                     "holders with member_declares",
                     STR_ARGS(d->actions[i].id), STR_ARGS(d->roles[role].id));
}

/* Where reading failed, the graph has holes of its own: saying so again would mislead. */
static bool is_whole(const Work *w)
{
    const Def *d = w->def;
    for (uint8_t i = 0; i < d->n_actions; i++) {
        const Action *a = &d->actions[i];
        bool lost = a->to == TO_STAY && node_get(w->action_at[i], "to");
        if (lost || !a->from || !a->by)
            return false;
    }
    return d->n_states && d->n_actions && d->initial != DEF_NONE;
}

void lint_flow(Work *w)
{
    if (!is_whole(w))
        return;
    Graph g = graph_of(w->def);
    for (uint8_t i = 0; i < w->def->n_actions; i++)
        check_declares(w, i);
    check_reach(w, &g);
    check_ends(w, &g);
    for (uint8_t s = 0; s < w->def->n_states; s++) {
        uint8_t owner = w->def->states[s].owner;
        if (owner != DEF_NONE && owner >= ROLE_FIRST_DECLARED && !(w->def->final & MASK64(s)))
            check_owner(w, s);
        check_usual(w, s);
    }
}
