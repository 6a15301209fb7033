/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions: what a case's open values say to only_if. A value that is not there satisfies no
 * condition but IF_MISSING. */
#include "engine/core/flow_inner.h"

static bool chosen(const Field *f, const Condition *x, const OpenValue *v)
{
    uint8_t choice = v ? field_choice(f, name_str(&v->choice)) : DEF_NONE;
    return choice < DEF_CHOICES_MAX && (x->choices & MASK64(choice));
}

/* Against the last day of a deadline; one without a date is neither before nor after. */
static bool compares(const Def *def, const Case *c, const Condition *x, const OpenValue *v)
{
    const Deadline *d = &def->deadlines[x->deadline];
    Day due = clock_due(d, &c->clocks[x->deadline], def->calendar);
    if (!v || due == DAY_NONE)
        return false;
    return x->how == IF_BEFORE ? v->number < due : v->number > due;
}

static bool holds(const Def *def, const Case *c, const Condition *x)
{
    const OpenValue *v = case_open(c, x->field);
    switch ((ConditionHow)x->how) {
    case IF_CHOICE:
        return chosen(&def->fields[x->field], x, v);
    case IF_GIVEN:
        return v != NULL;
    case IF_MISSING:
        return v == NULL;
    case IF_BEFORE:
    case IF_AFTER:
        break;
    }
    return compares(def, c, x, v);
}

bool conditions_hold(const Def *def, const Case *c, const Condition *list, uint8_t n,
                     uint8_t *ret_field)
{
    for (uint8_t i = 0; i < n; i++) {
        if (!holds(def, c, &list[i])) {
            *ret_field = list[i].field;
            return false;
        }
    }
    return true;
}
