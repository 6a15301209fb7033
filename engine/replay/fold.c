/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/replay/fold.h"

#include "engine/replay/suppose.h"

#include <string.h>

/* Who proposes, and who approves. */
static const Tag maker = {{1}}, checker = {{2}};

void fold_init(Fold *f)
{
    memset(f, 0, sizeof(*f));
    case_init(&f->c);
    f->last = DAY_NONE;
    f->refused_on = DAY_NONE;
    for (size_t i = 0; i < DEF_DEADLINES_MAX; i++) {
        f->missed[i] = (Missed){DAY_NONE, DAY_NONE};
        f->end_due[i] = DAY_NONE;
    }
}

/* ---- who acts, and what is brought along ---- */

/* Somebody who holds a role of `by` in this case. Roles of a unit, of a committee and of the
 * assignee are held within a case: the case is made to say so. Nothing but roles is read from
 * there. */
static Actor seat(const Def *def, Case *c, RoleMask by, const Tag *who)
{
    static const RoleMask not_staff = MASK32(ROLE_COMPLAINANT) | MASK32(ROLE_SYSTEM);
    Actor a = {
        .kind = ACTOR_PERSON, .tag = *who, .roles = ~(RoleMask)0, .unit_roles = ~(RoleMask)0};
    if (!(by & ~not_staff)) {
        a.kind = by & MASK32(ROLE_COMPLAINANT) ? ACTOR_COMPLAINANT : ACTOR_SYSTEM;
        return a;
    }
    if (!c->unit.s[0])
        c->unit = name_of(STR("unit"));
    a.unit = c->unit;
    c->assignee = *who;
    c->n_excluded = 0;
    c->n_members = 0;
    for (uint8_t i = 0; i < def->n_roles && !c->n_members; i++) {
        if ((by & MASK32(i)) && def->roles[i].scope == SCOPE_CASE)
            c->members[c->n_members++] = (Member){.role = i, .declared = true, .tag = *who};
    }
    return a;
}

/* Everything that is needed, filled in without a value: the log does not tell values. */
static void bring(const Def *def, const Needs *needs, const Tag *who, Inputs *in)
{
    in->given.bits[0] |= needs->fields.bits[0];
    in->given.bits[1] |= needs->fields.bits[1];
    in->message |= needs->message != DEF_NONE;
    in->note |= needs->note;
    in->declared |= needs->declare.len != 0;
    for (uint8_t i = 0; i < def->n_fields && in->n_people < INPUTS_PEOPLE_MAX; i++) {
        if (field_set_has(&needs->fields, i) && def->fields[i].type == FIELD_STAFF)
            in->people[in->n_people++] = (ChosenPerson){i, *who};
    }
}

/* ---- steps ---- */
static int take(const Def *def, const Case *before, const Step *step, Case *ret, Refusal *no)
{
    Effects fx;
    return flow_step(def, before, step, ret, &fx, no);
}

static Step step_of(const Def *def, uint8_t kind, const LogRow *row)
{
    Step s = {.kind = kind, .action = DEF_NONE, .deadline = DEF_NONE, .received = DAY_NONE};
    s.day = moment_day(row->at, def->calendar->zone);
    s.at = def->protected ? 0 : row->at;
    return s;
}

/* The second person, when one is asked for. */
static int approve(const Def *def, Case *c, const Approve *how, const LogRow *row, Refusal *no)
{
    if (!c->proposal.pending)
        return FLOW_OK;
    Step s = step_of(def, STEP_APPROVE, row);
    s.actor = seat(def, c, how->by, &checker);
    return take(def, c, &s, c, no);
}

static int fold_submit(Fold *f, const Def *def, const LogRow *row, Case *c)
{
    Needs needs = {.message = DEF_NONE, .fields = def->intake.required};
    Step s = step_of(def, STEP_SUBMIT, row);
    s.received = s.day;
    s.actor = seat(def, c, def->intake.by, &maker);
    if (s.actor.kind == ACTOR_PERSON) {
        needs.fields.bits[0] |= def->intake.required_staff.bits[0];
        needs.fields.bits[1] |= def->intake.required_staff.bits[1];
    }
    bring(def, &needs, &maker, &s.in);
    return take(def, NULL, &s, c, &f->no);
}

static int fold_action(Fold *f, const Def *def, const LogRow *row, Case *c)
{
    const Action *a = &def->actions[row->index];
    Step s = step_of(def, STEP_ACTION, row);
    s.action = row->index;
    s.actor = seat(def, c, a->by, &maker);
    bring(def, &a->needs, &maker, &s.in);
    suppose(def, a, c);
    int r = take(def, c, &s, c, &f->no);
    r = r ? r : approve(def, c, &a->approve, row, &f->no);
    forget(def, a, &f->c, c);
    return r;
}

static int fold_extend(Fold *f, const Def *def, const LogRow *row, Case *c)
{
    const Deadline *d = &def->deadlines[row->index];
    const Extend *e = &d->extend;
    bool beyond = e->times && e->has_beyond && c->clocks[row->index].extensions >= e->times;
    Step s = step_of(def, STEP_EXTEND, row);
    s.deadline = row->index;
    s.actor = seat(def, c, e->by, &maker);
    bring(def, &e->needs, &maker, &s.in);
    if (beyond)
        bring(def, &e->beyond, &maker, &s.in);
    s.in.by = row->by.count ? row->by : e->by_at_most.count ? e->by_at_most : d->limit;
    int r = take(def, c, &s, c, &f->no);
    return r ? r : approve(def, c, &e->approve, row, &f->no);
}

/* ---- what is kept of it ---- */
static void note_clocks(Fold *f, const Def *def, const Case *after, Day today)
{
    for (uint8_t i = 0; i < def->n_deadlines; i++) {
        const Clock *was = &f->c.clocks[i], *is = &after->clocks[i];
        Day due = clock_due(&def->deadlines[i], was, def->calendar);
        bool ended = is->state == CLOCK_ENDED && was->state != CLOCK_ENDED;
        if (ended)
            f->end_due[i] = due;
        if (is->late_rounds > was->late_rounds && f->missed[i].due == DAY_NONE)
            f->missed[i] = (Missed){due, ended ? DAY_NONE : today};
    }
}

static void refuse_row(Fold *f, FoldRefusal why, const LogRow *row, Day today)
{
    f->refused = (uint8_t)why;
    f->refused_row = *row;
    f->refused_on = today;
}

void fold_row(Fold *f, const Def *def, const LogRow *row, Stay *ret_stay)
{
    Case c = f->c;
    Day today = moment_day(row->at, def->calendar->zone);
    int r = FLOW_OK;
    *ret_stay = (Stay){DEF_NONE, 0};
    if (f->refused)
        return;
    switch ((LogKind)row->kind) {
    case LOG_BESIDE:
        return;
    case LOG_SUBMIT:
        if (f->begun) {
            refuse_row(f, FOLD_TWICE, row, today);
            return;
        }
        r = fold_submit(f, def, row, &c);
        break;
    case LOG_ACTION:
        r = fold_action(f, def, row, &c);
        break;
    case LOG_EXTEND:
        r = fold_extend(f, def, row, &c);
        break;
    case LOG_DECLINE:
        refuse_row(f, FOLD_DECLINED, row, today);
        return;
    case LOG_UNKNOWN:
        refuse_row(f, FOLD_UNKNOWN, row, today);
        return;
    }
    if (r) {
        refuse_row(f, FOLD_BY_FLOW, row, today);
        return;
    }
    if (f->begun && c.state != f->c.state)
        *ret_stay = (Stay){f->c.state, today - f->c.state_since};
    note_clocks(f, def, &c, today);
    f->c = c;
    f->begun = true;
    f->last = today;
}

static Outcome outcome_now(const Fold *f, const Def *def, uint8_t deadline, Day on)
{
    const Clock *k = &f->c.clocks[deadline];
    if (k->state == CLOCK_MET)
        return OUTCOME_MET;
    if (k->state == CLOCK_ENDED)
        return OUTCOME_ENDED;
    if (clock_is_overdue(&def->deadlines[deadline], k, def->calendar, on))
        return OUTCOME_LATE;
    return f->refused ? OUTCOME_REFUSED : OUTCOME_OPEN;
}

bool fold_verdict(const Fold *f, const Def *def, uint8_t deadline, Day until, DeadlineVerdict *ret)
{
    const Clock *k = &f->c.clocks[deadline];
    const Missed *missed = &f->missed[deadline];
    if (!k->round || (k->state == CLOCK_OFF && missed->due == DAY_NONE))
        return false;
    if (missed->due != DAY_NONE) {
        *ret = (DeadlineVerdict){OUTCOME_LATE, missed->due, missed->met};
        return true;
    }
    ret->outcome = (uint8_t)outcome_now(f, def, deadline, f->refused ? f->refused_on : until);
    ret->due = k->state == CLOCK_ENDED ? f->end_due[deadline]
                                       : clock_due(&def->deadlines[deadline], k, def->calendar);
    ret->met = k->state == CLOCK_MET ? k->met_on : DAY_NONE;
    return true;
}

void fold_put_refusal(Buf *out, const Fold *f, const Def *def, const Names *words)
{
    switch ((FoldRefusal)f->refused) {
    case FOLD_NOT_REFUSED:
        return;
    case FOLD_BY_FLOW:
        refusal_put(out, def, &f->no);
        return;
    case FOLD_UNKNOWN:
        buf_adds(out, "the workflow has no step \"");
        buf_add_str(out, names_get(words, f->refused_row.word));
        buf_adds(out, "\"");
        return;
    case FOLD_DECLINED:
        buf_adds(out, "proposals count as approved; leave out a declined one and its decline");
        return;
    case FOLD_TWICE:
        buf_adds(out, "the case has been submitted already");
        return;
    }
}
