/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/load/wf_rungs.h"

void read_ladder(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    (void)to;
    is_list(r, n);
}

static void read_before(Reader *r, const Node *n, const Key *key, void *to)
{
    Rung *x = to;
    x->kind = RUNG_BEFORE;
    read_span(r, n, key, &x->offset);
}

static void read_after_start(Reader *r, const Node *n, const Key *key, void *to)
{
    Rung *x = to;
    x->kind = RUNG_AFTER_START;
    read_span(r, n, key, &x->offset);
}

static void read_after(Reader *r, const Node *n, const Key *key, void *to)
{
    Rung *x = to;
    x->kind = RUNG_OVERDUE;
    read_span(r, n, key, &x->offset);
}

static void read_first(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Rung *x = to;
    if (!is_list(r, n))
        return;
    uint8_t *roles = KEEP_MANY(r, n->n, uint8_t);
    for (const Node *c = n->first; c && roles && x->n_first < DEF_ROLES_MAX; c = c->next)
        roles[x->n_first++] = name_role(work_of(r), c);
    x->first = roles;
}

static void read_repeat(Reader *r, const Node *n, const Key *key, void *to)
{
    Rung *x = to;
    x->repeats = true;
    read_span(r, n, key, &x->repeat);
    if (n->kind == NODE_SCALAR && !x->repeat.count)
        fault_at(r, n, "repeat: at least one day");
}

static const Key remind_keys[] = {
    {"before", false, read_before, 0, NULL},
    {"after_start", false, read_after_start, 0, NULL},
    {"to", true, read_roles, offsetof(Rung, to), &roles_alerted},
};
static const Key overdue_keys[] = {
    {"after", true, read_after, 0, NULL},
    {"alert", false, read_roles, offsetof(Rung, to), &roles_alerted},
    {"alert_first", false, read_first, 0, NULL},
    {"repeat", false, read_repeat, 0, NULL},
    {"draft", false, read_id, offsetof(Rung, draft), NULL},
    {"task", false, read_roles, offsetof(Rung, task), &roles_alerted},
};

static void read_reminders(Reader *r, const Node *list, Rung *rungs, Deadline *d)
{
    for (const Node *c = list->first; c && d->n_rungs < UINT8_MAX; c = c->next) {
        if (!READ_MAP(r, c, remind_keys, &rungs[d->n_rungs++]))
            continue;
        if (!node_get(c, "before") == !node_get(c, "after_start"))
            fault_at(r, c, "expected either \"before\" or \"after_start\"");
    }
}

static void read_alerts(Reader *r, const Node *list, Rung *rungs, Deadline *d)
{
    for (const Node *c = list->first; c && d->n_rungs < UINT8_MAX; c = c->next) {
        Rung *x = &rungs[d->n_rungs++];
        if (!READ_MAP(r, c, overdue_keys, x))
            continue;
        if (!x->to && !x->n_first && !x->task)
            fault_at(r, c, "nobody is told: expected alert, alert_first or task");
        if (x->draft.len && !x->task)
            fault_at(r, node_get(c, "draft"), "a draft needs \"task\": who is to send it?");
        if (x->repeats && c->next)
            fault_at(r, node_get(c, "repeat"), "only the last rung of a ladder can repeat");
    }
}

void keep_rungs(Reader *r, const Node *at, Deadline *d)
{
    const Node *remind = node_get(at, "remind"), *overdue = node_get(at, "overdue");
    bool reminds = remind && remind->kind == NODE_LIST;
    bool alerts = overdue && overdue->kind == NODE_LIST;
    Rung *rungs = KEEP_MANY(r, (reminds ? remind->n : 0) + (alerts ? overdue->n : 0), Rung);
    if (!rungs)
        return;
    if (reminds)
        read_reminders(r, remind, rungs, d);
    if (alerts)
        read_alerts(r, overdue, rungs, d);
    d->rungs = rungs;
}
