/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/core/retention.h"

#include "engine/core/flow_inner.h"
#include "engine/core/part.h"

uint8_t retention_class(uint8_t part_kind, uint8_t class)
{
    switch ((PartKind)part_kind) {
    case PART_IDENTITY:
    case PART_HALF:
    case PART_GROUND:
        return CLASS_IDENTITY;
    case PART_TO_CODE:
    case PART_REPLY_COPY:
        return CLASS_CONFIDENTIAL;
    case PART_FORM:
    case PART_MESSAGE:
    case PART_NOTE:
    case PART_REPLY:
    case PART_FILE:
    case PART_LINK:
    case PART_KEYS:
    case PART_ORIGINAL:
        break;
    }
    return class < CLASSES ? class : CLASS_CONFIDENTIAL;
}

static const Retention *rule_of(const Def *def, const Case *c, uint8_t class)
{
    for (uint8_t i = 0; i < def->n_ended_in; i++) {
        const RetentionByEnd *by = &def->ended_in[i];
        if (by->state == c->state && (class != CLASS_OPEN || by->rule.then == RETAIN_DELETE))
            return &by->rule;
    }
    return &def->retention[class];
}

bool retention_due(const Def *def, const Case *c, Day today, Destruction *ret)
{
    Destruction due = {.last_kept = DAY_NONE};

    if (!case_is_final(def, c) || c->final_on == DAY_NONE || c->on_hold)
        return false;
    for (uint8_t class = 0; class < CLASSES; class++) {
        const Retention *rule = rule_of(def, c, class);
        if (!def->retention[class].given || !rule->given || (c->destroyed & CLASS_BIT(class)))
            continue;
        Day last = day_add_months(c->final_on, rule->keep_months);
        if (last >= today)
            continue;
        if (rule->then == RETAIN_DELETE)
            due.whole = true;
        else if (class != CLASS_OPEN) /* what was never sealed has no key */
            due.classes |= CLASS_BIT(class);
        else
            continue;
        if (due.last_kept == DAY_NONE || last > due.last_kept)
            due.last_kept = last;
    }
    if (!due.whole && !due.classes)
        return false;
    *ret = due;
    return true;
}

bool retention_needs_link(const Def *def, const Case *other, Day today, bool *ret_held)
{
    Destruction due;

    *ret_held = other->on_hold;
    return !retention_due(def, other, today, &due) || !due.whole;
}

/* ---- the steps ---- */

/* A court, an audit or a claim needs the file: whoever oversees the work says so, and why. */
static int may_hold(Turn *t)
{
    RoleMask roles = access_acting_roles(t->def, t->c, &t->step->actor);

    if (t->step->actor.kind != ACTOR_PERSON || !(roles & flow_managers(t->def)))
        return refuse(t->no, FLOW_ROLE, DEF_NONE);
    return t->step->in.note ? FLOW_OK : refuse(t->no, FLOW_NOTE, DEF_NONE);
}

int step_hold(Turn *t)
{
    int r = may_hold(t);

    if (r)
        return r;
    if (t->c->on_hold)
        return refuse(t->no, FLOW_TIMES, DEF_NONE);
    t->c->on_hold = true;
    return FLOW_OK;
}

/* By the system only while purges are done again on an older copy: there the hold was lifted before
 * the purge. */
int step_release(Turn *t)
{
    int r = t->step->actor.kind == ACTOR_SYSTEM ? FLOW_OK : may_hold(t);

    if (r)
        return r;
    if (!t->c->on_hold)
        return refuse(t->no, FLOW_HELD, DEF_NONE);
    t->c->on_hold = false;
    return FLOW_OK;
}

/* That it is due was judged when the list was approved; a hold is obeyed here too. */
int step_destroy(Turn *t)
{
    uint8_t classes = t->step->classes;

    if (t->step->actor.kind != ACTOR_SYSTEM)
        return refuse(t->no, FLOW_ROLE, DEF_NONE);
    if (t->c->on_hold)
        return refuse(t->no, FLOW_HELD, DEF_NONE);
    if (!classes || (classes & (t->c->destroyed | CLASS_BIT(CLASS_OPEN))) ||
        classes >= CLASS_BIT(CLASSES))
        return refuse(t->no, FLOW_DESTROYED, DEF_NONE);
    t->c->destroyed |= classes;
    return FLOW_OK;
}
