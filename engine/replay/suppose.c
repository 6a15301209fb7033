/* SPDX-License-Identifier: Apache-2.0 */
/* What a register does not tell: the values of fields. Conditions of a step that was done are taken
 * to have held. */
#include "engine/replay/suppose.h"

#include <string.h>

/* The first choice that will do. */
static bool choice_for(const Def *def, const Condition *x, OpenValue *ret)
{
    const Field *f = &def->fields[x->field];
    for (uint8_t i = 0; i < f->n_choices; i++) {
        if (x->choices & MASK64(i)) {
            ret->choice = name_of(f->choices[i].id);
            return true;
        }
    }
    return false;
}

static bool value_for(const Def *def, const Case *c, const Condition *x, OpenValue *ret)
{
    Day due = DAY_NONE;
    switch ((ConditionHow)x->how) {
    case IF_CHOICE:
        return choice_for(def, x, ret);
    case IF_MISSING:
        return false;
    case IF_GIVEN:
        ret->number = c->received;
        return true;
    case IF_BEFORE:
    case IF_AFTER:
        due = clock_due(&def->deadlines[x->deadline], &c->clocks[x->deadline], def->calendar);
        ret->number = x->how == IF_BEFORE ? due - 1 : due + 1;
        break;
    }
    return due != DAY_NONE;
}

void suppose(const Def *def, const Action *a, Case *c)
{
    for (uint8_t i = 0; i < a->n_only_if && c->n_open < CASE_OPEN_MAX; i++) {
        OpenValue v = {.field = a->only_if[i].field};
        if (!case_open(c, v.field) && value_for(def, c, &a->only_if[i], &v))
            c->open[c->n_open++] = v;
    }
}

static bool is_set_by(const Action *a, uint8_t field)
{
    for (uint8_t i = 0; i < a->n_sets; i++) {
        if (a->sets[i].field == field)
            return true;
    }
    return false;
}

static void drop_value(Case *c, uint8_t field)
{
    for (uint8_t j = c->n_open; j-- > 0;) {
        if (c->open[j].field != field)
            continue;
        c->n_open--;
        memmove(&c->open[j], &c->open[j + 1], (c->n_open - j) * sizeof(c->open[0]));
        memset(&c->open[c->n_open], 0, sizeof(c->open[0]));
    }
}

/* Clocks that began with a day nobody told. */
static void drop_clocks(const Def *def, const Case *before, Case *c, uint8_t field)
{
    for (uint8_t i = 0; i < def->n_deadlines; i++) {
        const Deadline *d = &def->deadlines[i];
        if (d->from == FROM_FIELD && d->from_index == field)
            c->clocks[i] = before->clocks[i];
    }
}

void forget(const Def *def, const Action *a, const Case *before, Case *c)
{
    for (uint8_t i = 0; i < a->n_only_if; i++) {
        const Condition *x = &a->only_if[i];
        bool single = x->how == IF_CHOICE && (x->choices & (x->choices - 1)) == 0;
        if (single || case_open(before, x->field) || is_set_by(a, x->field))
            continue;
        drop_value(c, x->field);
        if (x->how != IF_CHOICE)
            drop_clocks(def, before, c, x->field);
    }
}
