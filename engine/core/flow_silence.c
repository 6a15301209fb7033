/* SPDX-License-Identifier: Apache-2.0 */
/* A manager answers an alert with a note ("seen", "speed this up"), and the next alerts of that
 * deadline wait for a few days. Nothing else does: the clock runs, the duty stays overdue. */
#include "engine/core/flow_inner.h"

static int guard_silence(const Def *def, const Case *c, const Actor *actor, uint8_t deadline,
                         Day day, Refusal *no)
{
    if (case_is_destroyed(c))
        return refuse(no, FLOW_DESTROYED, DEF_NONE);
    if (deadline >= def->n_deadlines || !def->deadlines[deadline].silence.by)
        return refuse(no, FLOW_NO_SILENCE, deadline);
    const Deadline *d = &def->deadlines[deadline];
    if (actor->kind != ACTOR_PERSON)
        return refuse(no, FLOW_ROLE, DEF_NONE);
    if (c->executive)
        return refuse(no, FLOW_EXECUTIVE, DEF_NONE);
    int r = guard_role(def, c, actor, d->silence.by, d->silence.delegable, no);
    if (r)
        return r;
    if (!clock_is_alerted(d, &c->clocks[deadline], def->calendar, day))
        return refuse(no, FLOW_NOT_ALERTED, deadline);
    return FLOW_OK;
}

/* How long was asked for, or the most where nothing was said. */
static int silent_until(Turn *t, uint8_t deadline, Day *ret)
{
    const Calendar *cal = t->def->calendar;
    Span most = t->def->deadlines[deadline].silence.at_most, by = t->step->in.by;
    Day last = calendar_add(cal, t->today, most);
    Day until = by.count ? calendar_add(cal, t->today, by) : last;
    if (until > last)
        return refuse(t->no, FLOW_SILENCE_LONG, deadline);
    *ret = until;
    return FLOW_OK;
}

int step_silence(Turn *t)
{
    uint8_t deadline = t->step->deadline;
    Day until = DAY_NONE;
    int r = guard_silence(t->def, t->c, &t->step->actor, deadline, t->today, t->no);
    if (r)
        return r;
    if (!t->step->in.note)
        return refuse(t->no, FLOW_NOTE, DEF_NONE);
    r = silent_until(t, deadline, &until);
    if (r)
        return r;
    clock_silence(&t->c->clocks[deadline], t->today, until);
    return FLOW_OK;
}

void silences_end(Turn *t)
{
    for (uint8_t i = 0; i < t->def->n_deadlines; i++)
        clock_sound(&t->c->clocks[i], t->today);
}

int flow_may_silence(const Def *def, const Case *c, const Actor *actor, uint8_t deadline, Day today,
                     Refusal *ret_refusal)
{
    return guard_silence(def, c, actor, deadline, today, ret_refusal);
}
