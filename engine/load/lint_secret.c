/* SPDX-License-Identifier: Apache-2.0 */
/* Who may read, how long, and whether somebody is left when people are excluded. */
#include "engine/load/work.h"

enum { IDENTITY_BYTES = 3900 }; /* what the identity blob of a case holds */

static const char *class_name(uint8_t class)
{
    for (const Word *w = class_words; w->word; w++)
        if (w->value == class)
            return w->word;
    return "";
}

/* ---- classes in use ---- */
static void check_class(Work *w, uint8_t class, const Node *first)
{
    const Def *d = w->def;
    const Node *access = node_get(w->root, "access"), *retention = node_get(w->root, "retention");
    bool read = class == CLASS_IDENTITY && d->access.custodians;
    if (access && !read && !d->access.readers[class] && !node_get(access, class_name(class)))
        fault_at(&w->r, first, "class \"%s\" is used, but `access` names nobody who may read it",
                 class_name(class));
    if (retention && retention->kind == NODE_MAP && !d->retention[class].given)
        fault_at(&w->r, retention->key, "retention: nothing is said for class \"%s\"",
                 class_name(class));
}

static void check_classes(Work *w)
{
    const Node *first[CLASSES] = {NULL};
    for (uint8_t i = 0; i < w->def->n_fields; i++)
        if (!first[w->def->fields[i].class])
            first[w->def->fields[i].class] = node_get(w->field_at[i], "class");
    for (uint8_t c = 0; c < CLASSES; c++)
        if (first[c])
            check_class(w, c, first[c]);
}

/* ---- identity ---- */
static void check_identity(Work *w)
{
    const Def *d = w->def;
    size_t sum = 0, largest = 0;
    uint8_t at = DEF_NONE;
    for (uint8_t i = 0; i < d->n_fields; i++) {
        if (d->fields[i].class != CLASS_IDENTITY)
            continue;
        if (d->fields[i].type == FIELD_FILES) {
            fault_at(&w->r, w->field_at[i]->key,
                     "field %.*s: files cannot be of class identity; "
                     "the identity record holds text",
                     STR_ARGS(d->fields[i].id));
            continue;
        }
        size_t bytes = field_max_bytes(&d->fields[i]);
        sum += bytes;
        at = bytes > largest ? i : at;
        largest = bytes > largest ? bytes : largest;
    }
    if (sum > IDENTITY_BYTES)
        fault_at(&w->r, w->field_at[at]->key,
                 "the identity fields together can take %zu bytes; the "
                 "identity record holds %d: lower max_chars (this field is the largest)",
                 sum, IDENTITY_BYTES);
}

static void check_access(Work *w)
{
    const Def *d = w->def;
    const Node *access = node_get(w->root, "access");
    const Node *identity = node_get(access, "identity");
    if (d->protected && identity && !d->access.custodians)
        fault_at(&w->r, identity,
                 "access: in a protected workflow nobody holds identities alone; "
                 "write identity: {custodians: 2}");
    for (uint8_t i = 0; i < d->n_states && node_get(access, "open"); i++) {
        uint8_t owner = d->states[i].owner;
        if (owner != DEF_NONE && owner >= ROLE_FIRST_DECLARED &&
            !(d->access.readers[CLASS_OPEN] & MASK32(owner)))
            fault_at(&w->r, node_get(w->state_at[i], "owner"),
                     "state %.*s: its owner \"%.*s\" is not in access.open and could not see the "
                     "case",
                     STR_ARGS(d->states[i].id), STR_ARGS(d->roles[owner].id));
    }
}

/* ---- who is left when people are excluded ---- */
static uint8_t count_roles(RoleMask m)
{
    uint8_t n = 0;
    for (; m; m &= m - 1)
        n++;
    return n;
}

static void check_executive(Work *w)
{
    const Def *d = w->def;
    const Conflict *c = &d->conflict;
    for (uint8_t i = 0; i < d->n_actions; i++) {
        const Action *a = &d->actions[i];
        if (!(c->executive_only & MASK64(i)))
            continue;
        const Node *by = node_get(w->action_at[i], "by"); /* NULL: missing, and said already */
        if (by && !(a->by & ~c->executive))
            fault_at(&w->r, by,
                     "action %.*s: when an executive is "
                     "accused nobody is left who may do it",
                     STR_ARGS(a->id));
        if (a->approve.by && !(a->approve.by & ~c->executive))
            fault_at(&w->r, node_get(w->action_at[i], "approve"),
                     "action %.*s: when an executive is "
                     "accused nobody is left who may approve it",
                     STR_ARGS(a->id));
    }
}

/* The actions that remain have to lead from the initial state out of the office. */
static void check_way_out(Work *w)
{
    const Def *d = w->def;
    if (!d->conflict.executive || d->initial == DEF_NONE)
        return;
    StateMask seen = MASK64(d->initial), before;
    do {
        before = seen;
        for (uint8_t i = 0; i < d->n_actions; i++)
            if (d->conflict.executive_only & MASK64(i) && d->actions[i].from & before &&
                d->actions[i].to < d->n_states)
                seen |= MASK64(d->actions[i].to);
    } while (seen != before);
    if (!(seen & d->final))
        fault_at(&w->r, node_get(node_get(w->root, "conflict"), "executive"),
                 "conflict: the actions of only_actions do not lead to a final state");
}

static void check_approvers(Work *w)
{
    const Def *d = w->def;
    for (uint8_t i = 0; i < d->n_actions; i++) {
        const Action *a = &d->actions[i];
        if (a->approve.by && count_roles(a->approve.by | (a->by & ~MASK32(ROLE_COMPLAINANT))) < 2)
            fault_at(&w->r, node_get(w->action_at[i], "approve"),
                     "action %.*s: one role alone does "
                     "and approves it; when its holders are excluded nobody can",
                     STR_ARGS(a->id));
    }
}

static uint8_t instead_of(const Conflict *c, uint8_t role)
{
    for (uint8_t i = 0; i < c->n_instead; i++)
        if (c->instead[i].role == role)
            return c->instead[i].instead;
    return DEF_NONE;
}

static void check_instead(Work *w)
{
    const Conflict *c = &w->def->conflict;
    const Node *at = node_get(node_get(w->root, "conflict"), "alert_instead");
    bool somebody = false;
    for (uint8_t i = 0; i < c->n_instead; i++) {
        uint8_t role = c->instead[i].role, hops = 0;
        somebody |= c->instead[i].instead != DEF_NONE;
        while (role != DEF_NONE && hops++ < c->n_instead)
            role = instead_of(c, role);
        if (role != DEF_NONE && hops > c->n_instead && instead_of(c, role) != DEF_NONE) {
            fault_at(&w->r, at, "conflict: alert_instead goes round in a circle");
            return;
        }
    }
    if (at && c->n_instead && !somebody)
        fault_at(&w->r, at, "conflict: alert_instead names nobody at all");
}

static void check_conflict(Work *w)
{
    const Def *d = w->def;
    if (!d->protected)
        return;
    if (!node_get(w->root, "conflict")) {
        fault_at(&w->r, node_get(w->root, "channel"),
                 "a protected workflow needs `conflict`: who is "
                 "excluded when accused");
        return;
    }
    check_executive(w);
    check_way_out(w);
    check_approvers(w);
    check_instead(w);
}

void lint_secret(Work *w)
{
    check_classes(w);
    check_identity(w);
    check_access(w);
    check_conflict(w);
}
