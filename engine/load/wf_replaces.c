/* SPDX-License-Identifier: Apache-2.0 */
/* replaces: what becomes of the running cases of earlier versions. The old file is not at hand, so
 * the names of its states are taken as they are. */
#include "engine/load/work.h"

static void read_moved_states(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    const Def *d = work_of(r)->def;
    Replaces *x = to;
    if (!is_map(r, n))
        return;
    MovedState *list = KEEP_MANY(r, n->n, MovedState);
    for (const Node *c = n->first; c && list && x->n_states < DEF_STATES_MAX; c = c->next) {
        MovedState *m = &list[x->n_states++];
        if (is_id(r, c->key, c->key->text))
            m->old = keep(r, c->key->text);
        m->state = name_state(work_of(r), c);
        if (m->state != DEF_NONE && (d->final & MASK64(m->state)))
            fault_at(r, c, "state \"%.*s\" is final; a new version closes no running case",
                     STR_ARGS(c->text));
    }
    if (n->n > DEF_STATES_MAX)
        fault_at(r, n->key, "more than %d states", DEF_STATES_MAX);
    x->states = list;
}

void read_wf_replaces(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Word runnings[] = {{"migrate", 1}, {"finish", 0}, {NULL, 0}};
    static const Key keys[] = {
        {"running", true, read_word, offsetof(Replaces, migrates), runnings},
        {"states", false, read_moved_states, 0, NULL},
    };
    (void)key;
    Def *d = to;
    r->kind = "replaces";
    r->subject = STR("");
    Replaces *list = is_map(r, n) ? KEEP_MANY(r, n->n, Replaces) : NULL;
    for (const Node *c = list ? n->first : NULL; c && d->n_replaces < UINT8_MAX; c = c->next) {
        Replaces *x = &list[d->n_replaces++];
        unsigned long long v = 0;
        if (str_u64(c->key->text, 1000000, &v) || !v || v >= d->version)
            fault_at(r, c->key, "\"%.*s\" is not an earlier version", STR_ARGS(c->key->text));
        x->version = (uint32_t)v;
        READ_MAP(r, c, keys, x);
    }
    if (n->kind == NODE_MAP && n->n > UINT8_MAX)
        fault_at(r, n->key, "more than %d versions", UINT8_MAX);
    d->replaces = list;
    r->kind = NULL;
}
