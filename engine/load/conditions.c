/* SPDX-License-Identifier: Apache-2.0 */
/* only_if: what is asked of open fields. */
#include "engine/load/work.h"

/* The choices a word stands for: one choice, or all that carry the flag of that name. */
static uint64_t choices_of(Work *w, const Node *n, uint8_t field)
{
    const Field *f = &w->def->fields[field];
    uint64_t mask = 0;
    for (uint8_t i = 0; i < w->def->n_flags; i++)
        for (uint8_t c = 0; c < f->n_choices && str_eq(w->def->flags[i], n->text); c++)
            mask |= f->choices[c].flags & MASK32(i) ? MASK64(c) : 0;
    if (mask)
        return mask;
    uint8_t choice = name_choice(w, n, field);
    return choice == DEF_NONE ? 0 : MASK64(choice);
}

/* given, missing, {before: DEADLINE} or {after: DEADLINE}. */
static void read_date_condition(Reader *r, const Node *n, Condition *to)
{
    static const Word words[] = {{"given", IF_GIVEN}, {"missing", IF_MISSING}, {NULL, 0}};
    static const Word sides[] = {{"before", IF_BEFORE}, {"after", IF_AFTER}, {NULL, 0}};
    to->deadline = DEF_NONE;
    if (n->kind != NODE_MAP) {
        if (is_text(r, n))
            word_value(r, n, words, &to->how);
    } else if (n->n != 1) {
        fault_at(r, n, "expected given, missing, {before: DEADLINE} or {after: DEADLINE}");
    } else if (word_value(r, n->first->key, sides, &to->how)) {
        to->deadline = name_deadline(work_of(r), n->first);
    }
}

static void read_condition(Work *w, const Node *n, Condition *to)
{
    uint8_t field = name_field(w, n->key);
    if (field == DEF_NONE)
        return;
    const Field *f = &w->def->fields[field];
    if (f->class != CLASS_OPEN)
        fault_at(&w->r, n->key, "field \"%.*s\" is not of class open: a rule must not read it",
                 STR_ARGS(f->id));
    to->field = field;
    if (f->type == FIELD_DATE) {
        read_date_condition(&w->r, n, to);
        return;
    }
    if (f->type != FIELD_CHOICE && f->type != FIELD_YES_NO) {
        fault_at(&w->r, n->key, "field \"%.*s\" is neither a choice, yes_no nor a date",
                 STR_ARGS(f->id));
        return;
    }
    if (n->kind != NODE_LIST)
        to->choices = choices_of(w, n, field);
    for (const Node *c = n->kind == NODE_LIST ? n->first : NULL; c; c = c->next)
        to->choices |= choices_of(w, c, field);
}

void read_conditions(Work *w, const Node *n, const Condition **ret, uint8_t *ret_n)
{
    if (!is_map(&w->r, n))
        return;
    Condition *list = KEEP_MANY(&w->r, n->n, Condition);
    uint8_t i = 0;
    for (const Node *c = n->first; c && list && i < DEF_FIELDS_MAX; c = c->next)
        read_condition(w, c, &list[i++]);
    *ret = list;
    *ret_n = i;
}
