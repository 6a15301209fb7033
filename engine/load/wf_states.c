/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/load/work.h"

static void read_counts_as(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Word words[] = {{"done", 1}, {NULL, 0}};
    uint8_t v = 0;
    (void)key;
    if (is_text(r, n) && word_value(r, n, words, &v))
        *(bool *)to = v;
}

static const Word kinds[] = {
    {"initial", STATE_INITIAL}, {"waiting", STATE_WAITING}, {"final", STATE_FINAL}, {NULL, 0}};
static const FieldRule case_field = {MASK32(FIELD_CASE), false, "of type case"};
static const Key state_keys[] = {
    {"kind", false, read_word, offsetof(State, kind), kinds},
    {"owner", false, read_role, offsetof(State, owner), NULL},
    {"staff", true, read_label, offsetof(State, staff), NULL},
    {"public", true, read_label, offsetof(State, public), NULL},
    {"counts_as", false, read_counts_as, offsetof(State, counts_as_done), NULL},
    {"hidden", false, read_yes, offsetof(State, hidden), NULL},
    {"public_of", false, read_field, offsetof(State, public_of), &case_field},
};

static void check_owner(Reader *r, const Node *at, const State *s)
{
    const Node *owner = node_get(at, "owner");
    if (s->kind == STATE_FINAL && owner)
        fault_at(r, owner->key, "a final state has no owner: nobody has to act any more");
    if (s->kind != STATE_FINAL && !owner)
        fault_at(r, at->key, "\"owner\" is missing: somebody has to answer for an open state");
    if (owner && s->owner < ROLE_FIRST_DECLARED)
        fault_at(r, owner, "the reserved role \"%.*s\" cannot own a state", STR_ARGS(owner->text));
}

void read_wf_states(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Def *d = to;
    if (!is_map(r, n))
        return;
    for (uint8_t i = 0; i < d->n_states; i++) {
        State *s = &d->states[i];
        const Node *at = work_of(r)->state_at[i];
        r->kind = "state";
        r->subject = s->id;
        s->owner = s->public_of = DEF_NONE;
        if (READ_MAP(r, at, state_keys, s))
            check_owner(r, at, s);
        d->final |= s->kind == STATE_FINAL ? MASK64(i) : 0;
        d->waiting |= s->kind == STATE_WAITING ? MASK64(i) : 0;
        if (s->kind == STATE_INITIAL && d->initial != DEF_NONE)
            fault_at(r, node_get(at, "kind"), "a second initial state; \"%.*s\" is one already",
                     STR_ARGS(d->states[d->initial].id));
        else if (s->kind == STATE_INITIAL)
            d->initial = i;
    }
    r->kind = NULL;
    if (d->initial == DEF_NONE)
        fault_at(r, n->key, "no state is of kind initial: where does a new case begin?");
}
