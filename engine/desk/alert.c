/* SPDX-License-Identifier: Apache-2.0 */
/* Outbox rows: who is to be told that a deadline nears or has passed. A row names every role its
 * rung does; which of them, and whose people, is worked out when it is read. So nobody excluded
 * meanwhile is told, and no row on disk shows by a role left out who is accused. */
#include "engine/desk/reveal.h"
#include <string.h>

/* Walks those who could be told: holders of the role in this case. */
static void role_holders(const Desk *d, const Def *def, const HeadRecord *h, uint8_t role,
                         bool *ret_free, bool *ret_excluded)
{
    const Directory *dir = desk_directory(d);

    *ret_free = false;
    *ret_excluded = false;
    for (size_t i = 0; i < dir->n_people; i++) {
        const Person *p = &dir->people[i];
        RoleMask office, unit;
        Tag tag;
        if (p->disabled)
            continue;
        person_roles(def, p, &office, &unit);
        tag = desk_tag(d, h->seal_id, name_str(&p->name));
        if (case_excludes(&h->c, &tag)) {
            *ret_excluded |= ((office | unit) & MASK32(role)) != 0;
            continue;
        }
        Actor a = {
            .kind = ACTOR_PERSON, .tag = tag, .roles = office, .unit_roles = unit, .unit = p->unit};
        *ret_free |= (access_roles(def, &h->c, &a) & MASK32(role)) != 0;
    }
}

/* conflict.alert_instead: when somebody of the role is excluded, another role is told. */
static RoleMask instead_of(const Desk *d, const Def *def, const HeadRecord *h, RoleMask to)
{
    RoleMask ret = to;

    for (uint8_t i = 0; i < def->conflict.n_instead; i++) {
        const AlertInstead *a = &def->conflict.instead[i];
        bool is_free, excluded;
        if (!(to & MASK32(a->role)))
            continue;
        role_holders(d, def, h, a->role, &is_free, &excluded);
        if (!excluded)
            continue;
        ret &= ~MASK32(a->role);
        if (a->instead != DEF_NONE)
            ret |= MASK32(a->instead);
    }
    return ret;
}

/* A row may be older than the version its case runs on now: roles are the same by their ids. */
static RoleMask role_now(const Def *then, const Def *now, uint8_t role)
{
    uint8_t is = then == now ? role : def_role(now, then->roles[role].id);
    return is == DEF_NONE ? 0 : MASK32(is);
}

static RoleMask roles_now(const Def *then, const Def *now, RoleMask mask)
{
    RoleMask ret = 0;

    for (uint8_t i = 0; i < then->n_roles; i++)
        ret |= mask & MASK32(i) ? role_now(then, now, i) : 0;
    return ret;
}

/* alert_first: the first role with somebody who is neither excluded nor disabled. */
static RoleMask first_of(const Desk *d, const Def *then, const CaseAt *at, const Rung *rung)
{
    for (uint8_t i = 0; i < rung->n_first; i++) {
        bool is_free, excluded;
        uint8_t role = def_role(at->def, then->roles[rung->first[i]].id);
        if (role == DEF_NONE)
            continue;
        role_holders(d, at->def, &at->head, role, &is_free, &excluded);
        if (is_free)
            return MASK32(role);
    }
    return 0;
}

static RoleMask roles_named(const Rung *rung)
{
    RoleMask mask = rung->to;

    for (uint8_t i = 0; i < rung->n_first; i++)
        mask |= MASK32(rung->first[i]);
    return mask;
}

void alert_of(const Def *def, const HeadRecord *h, uint8_t deadline, uint8_t rung, Day day,
              AlertRecord *ret)
{
    const Deadline *dl = &def->deadlines[deadline];
    const Rung *r = &dl->rungs[rung];

    *ret = (AlertRecord){
        .case_id = h->id,
        .number = h->number,
        .workflow = h->workflow,
        .deadline = name_of(dl->id),
        .protected = def->protected,
        .kind = r->kind,
        .rung = rung,
        .day = day,
        .due = clock_due(dl, &h->c.clocks[deadline], def->calendar),
        .to = roles_named(r),
        .assignee = h->c.assignee,
        .unit = h->c.unit,
        .draft = name_of(r->draft),
        .task = r->task,
        .workflow_hash = bytes32_of(def->hash),
        .covers = def->protected,
    };
}

/* Which custodians, is worked out when it is read: no row tells who guards what. */
static void request_alert(const Def *def, const HeadRecord *h, Day day, AlertRecord *ret)
{
    *ret = (AlertRecord){.case_id = h->id,
                         .number = h->number,
                         .workflow = h->workflow,
                         .protected = def->protected,
                         .kind = ALERT_REVEAL,
                         .day = day,
                         .due = h->c.reveal.until,
                         .covers = def->protected};
}

bool alert_due(const Def *def, const HeadRecord *h, const Effects *e, const Step *step,
               AlertRecord *ret)
{
    const bool asks = step->kind == STEP_REVEAL_ASK;

    if (!asks && e->rung_deadline == DEF_NONE)
        return false;
    if (asks)
        request_alert(def, h, step->day, ret);
    else
        alert_of(def, h, e->rung_deadline, e->rung, step->day, ret);
    return true;
}

int case_write_alert(CaseWrite *w)
{
    AlertRecord r;

    if (w->event.step.kind == STEP_REVEAL_ASK) {
        const DueKey key = request_key(w->desk, w->head.id, w->head.c.reveal.until);
        batch_put_due(w->batch, &key);
    }
    if (alert_due(w->def, &w->head, &w->effects, &w->event.step, &r))
        batch_put_alert(w->batch, &r);
    return DESK_OK;
}

/* Roles that are told, as the case and the office stand now. */
static RoleMask roles_told(const Desk *d, const Def *then, const CaseAt *at, const AlertRecord *r)
{
    uint8_t i = def_deadline(then, name_str(&r->deadline));
    RoleMask task = roles_now(then, at->def, r->task);

    if (i == DEF_NONE || r->rung >= then->deadlines[i].n_rungs)
        return roles_now(then, at->def, r->to) | task;
    const Rung *rung = &then->deadlines[i].rungs[r->rung];
    RoleMask to = roles_now(then, at->def, rung->to);
    return instead_of(d, at->def, &at->head, to) | first_of(d, then, at, rung) | task;
}

static int alert_def(Desk *d, Txn *t, const CaseAt *at, const AlertRecord *r, const Def **ret)
{
    HeadRecord then = at->head;

    *ret = at->def;
    if (bytes32_is_zero(&r->workflow_hash))
        return DESK_OK;
    then.workflow_hash = r->workflow_hash;
    return desk_def(d, t, &then, ret);
}

int desk_alert_for(Desk *d, Txn *t, const Who *who, const AlertRecord *r, bool *ret)
{
    CaseAt at;
    const Def *then;

    if (r->kind == ALERT_REVEAL) { /* whoever is asked is told from the request (alerts.c) */
        *ret = false;
        return DESK_OK;
    }
    int answer = case_at_id(d, t, r->case_id, who->person, &at);
    answer = answer ? answer : alert_def(d, t, &at, r, &then);
    if (answer)
        return answer;
    RoleMask held = access_roles(at.def, &at.head.c, &at.actor);
    *ret = case_is_seen(&at) && (held & roles_told(d, then, &at, r)) != 0;
    return DESK_OK;
}
