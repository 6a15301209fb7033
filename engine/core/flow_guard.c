/* SPDX-License-Identifier: Apache-2.0 */
/* What forbids a step, asked in one fixed order, so that the same mistake gives the same answer. */
#include "engine/core/flow_inner.h"

int refuse(Refusal *no, FlowAnswer why, uint8_t detail)
{
    if (no) {
        no->why = (uint8_t)why;
        no->detail = detail;
    }
    return (int)why;
}

static bool is_staff(const Actor *a)
{
    return a->kind == ACTOR_PERSON;
}

/* By a role of one's own, or for somebody who holds one and may hand this step on. Who is kept out
 * of the case cannot reach it through a delegate. */
static bool holds(const Def *def, const Case *c, const Actor *a, RoleMask by, RoleMask delegable)
{
    RoleMask own = access_acting_roles(def, c, a);
    if (own & by)
        return true;
    return is_staff(a) && (own & delegable) && (a->delegated & by) &&
           !case_excludes(c, &a->delegator);
}

int guard_role(const Def *def, const Case *c, const Actor *a, RoleMask by, RoleMask delegable,
               Refusal *no)
{
    if (holds(def, c, a, by, delegable))
        return FLOW_OK;
    /* A member of a committee who has not declared yet is told so. */
    return refuse(no, access_roles(def, c, a) & by ? FLOW_DECLARE : FLOW_ROLE, DEF_NONE);
}

static int guard_declared(const Case *c, RoleMask roles, Refusal *no)
{
    for (uint8_t i = 0; i < c->n_members; i++) {
        const Member *m = &c->members[i];
        if ((roles & MASK32(m->role)) && !m->declared)
            return refuse(no, FLOW_UNDECLARED, m->role);
    }
    return FLOW_OK;
}

static int guard_time(const Def *def, const Case *c, const Action *a, Day day, Refusal *no)
{
    if (a->after != DEF_NONE) {
        Day due = clock_due(&def->deadlines[a->after], &c->clocks[a->after], def->calendar);
        if (due == DAY_NONE || day <= due)
            return refuse(no, FLOW_TOO_EARLY, a->after);
    }
    if (a->until != DEF_NONE) {
        const Clock *k = &c->clocks[a->until];
        Day due = clock_due(&def->deadlines[a->until], k, def->calendar);
        if (k->state == CLOCK_ENDED || (due != DAY_NONE && day > due))
            return refuse(no, FLOW_TOO_LATE, a->until);
    }
    return FLOW_OK;
}

int guard_action(const Def *def, const Case *c, const Actor *actor, uint8_t action, Day day,
                 Refusal *no)
{
    if (case_is_destroyed(c))
        return refuse(no, FLOW_DESTROYED, DEF_NONE);
    if (action >= def->n_actions)
        return refuse(no, FLOW_STATE, c->state);
    const Action *a = &def->actions[action];
    bool staff = !actor || is_staff(actor);
    uint8_t field;
    if (c->proposal.pending && staff && a->approve.by)
        return refuse(no, FLOW_PENDING, DEF_NONE);
    if (!(a->from & MASK64(c->state)) || (a->to == TO_PREVIOUS && c->previous == DEF_NONE))
        return refuse(no, FLOW_STATE, c->state);
    if (c->executive && staff && !(def->conflict.executive_only & MASK64(action)))
        return refuse(no, FLOW_EXECUTIVE, DEF_NONE);
    int r = actor ? guard_role(def, c, actor, a->by, a->delegable, no) : FLOW_OK;
    if (r)
        return r;
    if (!conditions_hold(def, c, a->only_if, a->n_only_if, &field))
        return refuse(no, FLOW_CONDITION, field);
    r = guard_declared(c, a->all_declared, no);
    if (!r)
        r = guard_time(def, c, a, day, no);
    if (r)
        return r;
    if (a->times && c->times[action] >= a->times)
        return refuse(no, FLOW_TIMES, DEF_NONE);
    return FLOW_OK;
}

/* DEF_NONE when `a` has no field that `b` lacks. */
static uint8_t first_beyond(const FieldSet *a, const FieldSet *b)
{
    for (uint8_t i = 0; i < DEF_FIELDS_MAX; i++) {
        if (field_set_has(a, i) && !field_set_has(b, i))
            return i;
    }
    return DEF_NONE;
}

static FieldSet both(const FieldSet *a, const FieldSet *b)
{
    return (FieldSet){{a->bits[0] | b->bits[0], a->bits[1] | b->bits[1]}};
}

static int guard_fields(const Inputs *in, const FieldSet *needed, const FieldSet *allowed,
                        Refusal *no)
{
    uint8_t missing = first_beyond(needed, &in->given);
    if (missing != DEF_NONE)
        return refuse(no, FLOW_FIELD, missing);
    uint8_t extra = first_beyond(&in->given, allowed);
    if (extra != DEF_NONE)
        return refuse(no, FLOW_EXTRA, extra);
    return FLOW_OK;
}

static int guard_words(const Needs *needs, const Inputs *in, Refusal *no)
{
    if (needs->message != DEF_NONE && !in->message)
        return refuse(no, FLOW_MESSAGE, needs->message);
    if (needs->note && !in->note)
        return refuse(no, FLOW_NOTE, DEF_NONE);
    if (needs->declare.len && !in->declared)
        return refuse(no, FLOW_DECLARE, DEF_NONE);
    return FLOW_OK;
}

static bool is_kept_out(const Case *c, const Inputs *in, const Tag *tag)
{
    bool out = tag_is_none(tag) || case_excludes(c, tag);
    for (uint8_t i = 0; i < in->n_excluded; i++)
        out = out || tag_eq(&in->excluded[i], tag);
    return out;
}

/* Somebody of the staff list was chosen in the field, and nobody who is kept out. */
static bool people_serve(const Case *c, const Inputs *in, uint8_t field)
{
    bool any = false;
    for (uint8_t i = 0; i < in->n_people; i++) {
        if (in->people[i].field != field)
            continue;
        any = true;
        if (is_kept_out(c, in, &in->people[i].tag))
            return false;
    }
    return any || !field_set_has(&in->given, field);
}

static int guard_people(const Case *c, const ActionEffects *fx, const Inputs *in, Refusal *no)
{
    bool serve = fx->assignee >= ASSIGNEE_NONE || people_serve(c, in, fx->assignee);
    for (uint8_t i = 0; serve && i < fx->n_members; i++)
        serve = people_serve(c, in, fx->members[i].field);
    return serve ? FLOW_OK : refuse(no, FLOW_TARGET, DEF_NONE);
}

int guard_action_inputs(const Def *def, const Case *c, uint8_t action, const Inputs *in,
                        bool of_staff, Refusal *no)
{
    const Action *a = &def->actions[action];
    FieldSet allowed = both(&a->needs.fields, &a->may.fields);
    int r = guard_fields(in, &a->needs.fields, &allowed, no);
    if (!r)
        r = guard_words(&a->needs, in, no);
    bool takes_message = a->needs.message != DEF_NONE || a->may.message != DEF_NONE;
    if (!r && of_staff && in->message && !takes_message)
        r = refuse(no, FLOW_EXTRA, DEF_NONE);
    return r ? r : guard_people(c, &a->effects, in, no);
}

int guard_extend(const Def *def, const Case *c, const Actor *actor, uint8_t deadline, Day day,
                 Refusal *no)
{
    if (case_is_destroyed(c))
        return refuse(no, FLOW_DESTROYED, DEF_NONE);
    if (deadline >= def->n_deadlines || !def->deadlines[deadline].extend.in)
        return refuse(no, FLOW_NO_EXTEND, deadline);
    const Deadline *d = &def->deadlines[deadline];
    const Clock *k = &c->clocks[deadline];
    if (c->proposal.pending && d->extend.approve.by)
        return refuse(no, FLOW_PENDING, DEF_NONE);
    if (!(d->extend.in & MASK64(c->state)))
        return refuse(no, FLOW_NO_EXTEND, deadline);
    if (c->executive)
        return refuse(no, FLOW_EXECUTIVE, DEF_NONE);
    int r = actor ? guard_role(def, c, actor, d->extend.by, 0, no) : FLOW_OK;
    if (r)
        return r;
    if (k->state != CLOCK_RUNNING || ((c->ahead & MASK32(deadline)) && day <= k->start))
        return refuse(no, FLOW_NOT_RUNNING, deadline);
    if (clock_is_overdue(d, k, def->calendar, day))
        return refuse(no, FLOW_TOO_LATE, deadline);
    if (d->extend.times && k->extensions >= d->extend.times && !d->extend.has_beyond)
        return refuse(no, FLOW_TIMES, DEF_NONE);
    return FLOW_OK;
}

static bool is_too_long(const Def *def, const Deadline *d, const Clock *k, Span by)
{
    Span most = d->extend.by_at_most;
    if (!by.count)
        return true;
    if (!most.count)
        return false;
    if (by.unit == most.unit)
        return by.count > most.count;
    Day due = clock_due(d, k, def->calendar);
    return calendar_add(def->calendar, due, by) > calendar_add(def->calendar, due, most);
}

int guard_extend_inputs(const Def *def, const Case *c, uint8_t deadline, const Inputs *in,
                        Refusal *no)
{
    const Deadline *d = &def->deadlines[deadline];
    const Clock *k = &c->clocks[deadline];
    const Extend *e = &d->extend;
    bool beyond = e->times && k->extensions >= e->times;
    FieldSet needed = beyond ? both(&e->needs.fields, &e->beyond.fields) : e->needs.fields;
    /* The fields of an extension beyond may come with any. */
    FieldSet allowed = e->has_beyond ? both(&e->needs.fields, &e->beyond.fields) : needed;
    int r = guard_fields(in, &needed, &allowed, no);
    if (!r)
        r = guard_words(&e->needs, in, no);
    if (!r && beyond)
        r = guard_words(&e->beyond, in, no);
    if (!r && is_too_long(def, d, k, in->by))
        r = refuse(no, FLOW_TOO_LONG, deadline);
    return r;
}

/* What an anonymous person leaves out cannot be required here; the form has asked. */
static FieldSet without_identity(const Def *def, FieldSet s)
{
    for (uint8_t i = 0; i < def->n_fields; i++) {
        if (def->fields[i].class == CLASS_IDENTITY)
            s.bits[i / 64] &= ~MASK64(i % 64);
    }
    return s;
}

int guard_submit(const Def *def, const Step *step, Refusal *no)
{
    const Intake *intake = &def->intake;
    if (!step->opened && !(access_roles(def, NULL, &step->actor) & intake->by))
        return refuse(no, FLOW_ROLE, DEF_NONE);
    FieldSet needed = intake->required, allowed = intake->asks;
    if (is_staff(&step->actor)) {
        /* How a paper came in is no question where a case moves. */
        needed = step->opened ? needed : both(&needed, &intake->required_staff);
        allowed = both(&allowed, &intake->asks_staff);
    }
    needed = without_identity(def, needed);
    return guard_fields(&step->in, &needed, &allowed, no);
}

static bool is_a_day(int64_t number)
{
    enum { YEAR_1 = -719162, YEAR_9999_END = 2932896 };
    return number >= YEAR_1 && number <= YEAR_9999_END;
}

int guard_shape(const Def *def, const Step *step, bool takes_fields, Refusal *no)
{
    static const FieldSet none;
    const Inputs *in = &step->in;
    uint8_t extra = takes_fields ? DEF_NONE : first_beyond(&in->given, &none);
    if (extra != DEF_NONE)
        return refuse(no, FLOW_EXTRA, extra);
    if (in->n_open > INPUTS_OPEN_MAX || in->n_people > INPUTS_PEOPLE_MAX ||
        in->n_excluded > CASE_EXCLUDED_MAX)
        return refuse(no, FLOW_FULL, DEF_NONE);
    for (uint8_t i = 0; i < in->n_open; i++) {
        uint8_t field = in->open[i].field;
        if (field >= def->n_fields || !field_set_has(&in->given, field) ||
            def->fields[field].class != CLASS_OPEN)
            return refuse(no, FLOW_EXTRA, field);
        if (def->fields[field].type == FIELD_DATE && !is_a_day(in->open[i].number))
            return refuse(no, FLOW_FIELD, field);
    }
    for (uint8_t i = 0; i < in->n_people; i++) {
        if (!field_set_has(&in->given, in->people[i].field))
            return refuse(no, FLOW_EXTRA, in->people[i].field);
    }
    return FLOW_OK;
}

int flow_may(const Def *def, const Case *c, const Actor *actor, uint8_t action, Day today,
             Refusal *ret_refusal)
{
    return guard_action(def, c, actor, action, today, ret_refusal);
}

int flow_may_extend(const Def *def, const Case *c, const Actor *actor, uint8_t deadline, Day today,
                    Refusal *ret_refusal)
{
    return guard_extend(def, c, actor, deadline, today, ret_refusal);
}

int flow_may_decide(const Def *def, const Case *c, const Actor *actor, Refusal *ret_refusal)
{
    const Proposal *p = &c->proposal;
    if (case_is_destroyed(c))
        return refuse(ret_refusal, FLOW_DESTROYED, DEF_NONE);
    if (!p->pending)
        return refuse(ret_refusal, FLOW_NO_PROPOSAL, DEF_NONE);
    const Approve *approve = p->kind == STEP_EXTEND ? &def->deadlines[p->deadline].extend.approve
                                                    : &def->actions[p->action].approve;
    int r = guard_role(def, c, actor, approve->by, 0, ret_refusal);
    if (r)
        return r;
    if (approve->not_same_person && tag_eq(&p->maker, &actor->tag))
        return refuse(ret_refusal, FLOW_SAME_PERSON, DEF_NONE);
    return FLOW_OK;
}
