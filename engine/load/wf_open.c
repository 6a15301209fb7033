/* SPDX-License-Identifier: Apache-2.0 */
/* effects.open: a case begun in another workflow. What that workflow must be like can be judged
 * only beside it: opens.c. */
#include "engine/load/work.h"

enum { CARRIES_MAX = 64, CARRY_FROM_MAX = 16 };

static FilePlace place_of(const Node *n)
{
    return (FilePlace){n->line, n->column};
}

static uint8_t *read_sources(Reader *r, const Node *n, uint8_t *ret_n)
{
    size_t count = n->kind == NODE_LIST ? n->n : 1;
    uint8_t *list = KEEP_MANY(r, count, uint8_t);

    *ret_n = 0;
    if (count > CARRY_FROM_MAX) {
        fault_at(r, n, "more than %d fields in one", CARRY_FROM_MAX);
        return list;
    }
    for (const Node *c = n->kind == NODE_LIST ? n->first : n; c && list; c = c->next) {
        uint8_t field = name_field(work_of(r), c);
        if (field != DEF_NONE)
            list[(*ret_n)++] = field;
        if (n->kind != NODE_LIST)
            break;
    }
    return list;
}

static void read_carries(Reader *r, const Node *n, const Key *key, void *to)
{
    OpenEffect *o = to;

    (void)key;
    if (!is_map(r, n))
        return;
    if (n->n > CARRIES_MAX) {
        fault_at(r, n, "more than %d fields", CARRIES_MAX);
        return;
    }
    Carry *list = KEEP_MANY(r, n->n, Carry);
    for (const Node *c = n->first; c && list; c = c->next) {
        Carry *carry = &list[o->n_carries++];
        is_id(r, c->key, c->key->text);
        carry->to = keep(r, c->key->text);
        carry->at = place_of(c->key);
        carry->from = read_sources(r, c, &carry->n_from);
    }
    o->carries = list;
}

static void read_keeps_out(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Word words[] = {{"handlers", 1}, {NULL, 0}};
    uint8_t v = 0;

    (void)key;
    if (is_text(r, n) && word_value(r, n, words, &v))
        *(bool *)to = v;
}

void read_wf_open(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Word received[] = {{"keep", 1}, {"now", 0}, {NULL, 0}};
    static const Key keys[] = {
        {"workflow", true, read_id, offsetof(OpenEffect, workflow), NULL},
        {"received", false, read_word, offsetof(OpenEffect, keep_received), received},
        {"new_code", false, read_new_code, offsetof(OpenEffect, new_code), NULL},
        {"link", false, read_yes, offsetof(OpenEffect, link), NULL},
        {"keeps_out", false, read_keeps_out, offsetof(OpenEffect, handlers_out), NULL},
        {"carries", false, read_carries, 0, NULL},
    };
    OpenEffect *o = to;

    (void)key;
    if (READ_MAP(r, n, keys, to))
        o->at = place_of(n);
}

/* A case that moves is gone from here: there is nothing to tell, to link to or to wait with. */
static void check_move(Reader *r, const Node *open, const Action *a)
{
    const Def *d = work_of(r)->def;
    bool ends = a->to < d->n_states && d->states[a->to].kind == STATE_FINAL;

    if (!ends)
        fault_at(r, open, "a case that moves leaves this workflow: `to` has to be a final state");
    if (!a->effects.open.keep_received)
        fault_at(r, open, "a case that moves keeps its date: say `received: keep`");
    if (a->effects.open.link)
        fault_at(r, node_get(open, "link"), "a case that moves leaves nothing to link to");
    if (a->effects.open.handlers_out)
        fault_at(r, node_get(open, "keeps_out"), "a case that moves takes its complaint along: "
                                                 "its own conflict rules say who is kept out");
    if (a->tells != DEF_NONE || a->needs.message != DEF_NONE || a->may.message != DEF_NONE)
        fault_at(r, open, "a case that moves tells nothing: the tracking page hands its new code "
                          "over");
}

static bool is_carried(const OpenEffect *o, uint8_t field)
{
    for (uint8_t i = 0; i < o->n_carries; i++) {
        for (uint8_t k = 0; k < o->carries[i].n_from; k++)
            if (o->carries[i].from[k] == field)
                return true;
    }
    return false;
}

/* The complainant opens a second case with what is typed into this step. */
static void check_second(Reader *r, const Node *open, const Action *a)
{
    const OpenEffect *o = &a->effects.open;
    const Node *carries = node_get(open, "carries");

    if (o->new_code)
        fault_at(r, node_get(open, "new_code"), "only the office can move a case: its keys are "
                                                "needed to seal it anew");
    if (o->keep_received)
        fault_at(r, node_get(open, "received"), "what the complainant reports now is received now");
    for (uint8_t i = 0; i < o->n_carries; i++) {
        for (uint8_t k = 0; k < o->carries[i].n_from; k++) {
            uint8_t f = o->carries[i].from[k];
            if (!field_set_has(&a->needs.fields, f) && !field_set_has(&a->may.fields, f))
                fault_at(r, carries, "carries takes field \"%.*s\", which the step does not ask for",
                         STR_ARGS(work_of(r)->def->fields[f].id));
        }
    }
    for (uint8_t f = 0; f < work_of(r)->def->n_fields; f++) {
        bool asked = field_set_has(&a->needs.fields, f) || field_set_has(&a->may.fields, f);
        if (asked && !is_carried(o, f))
            fault_at(r, open, "field \"%.*s\" is asked and carried nowhere: it would be lost",
                     STR_ARGS(work_of(r)->def->fields[f].id));
    }
}

void check_wf_open(Reader *r, const Node *at, const Action *a)
{
    const Node *open = node_get(node_get(at, "effects"), "open");
    bool citizen = a->by & MASK32(ROLE_COMPLAINANT);

    if (!open || !a->effects.open.workflow.len)
        return;
    if (a->approve.by)
        fault_at(r, node_get(at, "approve"), "a step that opens a case cannot wait for approval: "
                                             "what it brings along is sealed at once");
    if (citizen && a->by != MASK32(ROLE_COMPLAINANT))
        fault_at(r, node_get(at, "by"), "the complainant and the office open cases in different "
                                        "ways: make it two actions");
    else if (citizen)
        check_second(r, open, a);
    else if (!a->effects.open.new_code)
        fault_at(r, open, "a step of the office moves the case: say `new_code: to_complainant`");
    else
        check_move(r, open, a);
}
