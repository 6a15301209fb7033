/* SPDX-License-Identifier: Apache-2.0 */
/* Deadlines against states and against the calendar. */
#include "engine/load/work.h"

enum { SAMPLE_STEP = 3, SAMPLES_MAX = 400 }; /* start days tried, spread over `covers` */

/* ---- the one that is shown ---- */
static void check_shown(Work *w)
{
    const Def *d = w->def;
    uint8_t first = DEF_NONE;
    bool said = false;
    for (uint8_t i = 0; i < d->n_deadlines; i++) {
        said = said || node_get(w->deadline_at[i], "shown") != NULL;
        if (!d->deadlines[i].shown)
            continue;
        if (first != DEF_NONE)
            fault_at(
                &w->r, node_get(w->deadline_at[i], "shown"),
                "deadline %.*s: \"%.*s\" is shown already; the complainant is promised one date",
                STR_ARGS(d->deadlines[i].id), STR_ARGS(d->deadlines[first].id));
        first = first == DEF_NONE ? i : first;
    }
    const Node *all = node_get(w->root, "deadlines");
    if (!said && all)
        fault_at(&w->r, all->key,
                 "no deadline has \"shown: yes\": which date is the complainant "
                 "promised?");
}

/* Ends that are reached without the promised date ever having been met. */
static void check_promise(Work *w, const Deadline *x)
{
    const Def *d = w->def;
    StateMask seen = d->initial == DEF_NONE ? 0 : MASK64(d->initial) & ~x->met_enter, before;
    do {
        before = seen;
        for (uint8_t i = 0; i < d->n_actions; i++) {
            const Action *a = &d->actions[i];
            if (a->to < d->n_states && a->from & before & ~x->met_leave &&
                !(x->met_actions & MASK64(i)))
                seen |= MASK64(a->to) & ~x->met_enter;
        }
    } while (seen != before);
    for (uint8_t s = 0; s < d->n_states; s++)
        if (seen & d->final & MASK64(s))
            warn_at(&w->r, w->state_at[s]->key,
                    "state %.*s: a case can end here without \"%.*s\" "
                    "being met",
                    STR_ARGS(d->states[s].id), STR_ARGS(x->id));
}

/* ---- reminders ---- */
typedef struct Bounds {
    Span limits[DEF_CHOICES_MAX + 1];
    uint8_t n;
} Bounds; /* every limit the clock can begin with */

static void add_limit(Bounds *b, const Node *at)
{
    Span span;
    if (at && at->kind == NODE_SCALAR && !span_parse(at->text, &span) && b->n <= DEF_CHOICES_MAX)
        b->limits[b->n++] = span;
}

/* From the file itself: a limit that could not be read is no limit of 0 days. */
static Bounds limits_of(const Node *at)
{
    Bounds b = {.n = 0};
    const Node *by = node_get(at, "limit_by");
    add_limit(&b, node_get(at, "limit"));
    for (const Node *c = by && by->first ? by->first->first : NULL; c; c = c->next)
        add_limit(&b, c);
    return b;
}

/* A start day on which the rung would come on or before the start, or on or after the due day;
 * DAY_NONE when there is none. */
static Day misplaced_from(const Calendar *c, Span limit, const Rung *rung)
{
    int32_t days = c->covers_to - c->covers_from;
    int32_t step = days / SAMPLES_MAX > SAMPLE_STEP ? days / SAMPLES_MAX : SAMPLE_STEP;
    for (Day start = c->covers_from; start <= c->covers_to; start += step) {
        Day due = calendar_add(c, start, limit);
        Day at = rung->kind == RUNG_BEFORE ? calendar_subtract(c, due, rung->offset)
                                           : calendar_add(c, start, rung->offset);
        if (at <= start || at >= due)
            return start;
    }
    return DAY_NONE;
}

static const Node *rung_at(const Node *deadline, uint8_t rung)
{
    const Node *list = node_get(deadline, "remind");
    const Node *c = list ? list->first : NULL;
    for (; c && rung; rung--)
        c = c->next;
    return c ? c : deadline->key;
}

static void check_reminder(Work *w, uint8_t i, uint8_t rung, Span limit)
{
    const Deadline *x = &w->def->deadlines[i];
    Day bad = misplaced_from(w->def->calendar, limit, &x->rungs[rung]);
    if (bad == DAY_NONE)
        return;
    BUF_AUTO Buf text = {0};
    buf_init(&text, 256);
    span_put(&text, limit);
    buf_adds(&text, " that begins on ");
    day_put_iso(&text, bad);
    Str s = buf_str(&text);
    fault_at(&w->r, rung_at(w->deadline_at[i], rung),
             "deadline %.*s: this reminder does not come between the beginning and the last day of "
             "a limit of %.*s",
             STR_ARGS(x->id), STR_ARGS(s));
}

static void check_reminders(Work *w, uint8_t i)
{
    const Deadline *x = &w->def->deadlines[i];
    Bounds b = limits_of(w->deadline_at[i]);
    for (uint8_t rung = 0; rung < x->n_rungs && w->def->calendar; rung++) {
        if (x->rungs[rung].kind == RUNG_OVERDUE)
            continue;
        for (uint8_t k = 0; k < b.n; k++)
            check_reminder(w, i, rung, b.limits[k]);
    }
}

/* Alerts climb: a later rung does not come before an earlier one. */
static void check_climb(Work *w, uint8_t i)
{
    const Deadline *x = &w->def->deadlines[i];
    const Node *list = node_get(w->deadline_at[i], "overdue");
    const Node *c = list && list->kind == NODE_LIST ? list->first : NULL;
    const Rung *last = NULL;
    for (uint8_t k = 0; k < x->n_rungs && c; k++) {
        const Rung *rung = &x->rungs[k];
        if (rung->kind != RUNG_OVERDUE)
            continue;
        if (last && last->offset.unit == rung->offset.unit &&
            last->offset.count > rung->offset.count)
            fault_at(&w->r, c, "deadline %.*s: this rung comes before the one above it",
                     STR_ARGS(x->id));
        last = rung;
        c = c->next;
    }
}

/* ---- states ---- */
static void check_states(Work *w, uint8_t i)
{
    const Def *d = w->def;
    const Deadline *x = &d->deadlines[i];
    const Node *at = w->deadline_at[i];
    if (x->from == FROM_STAGE && x->from_index != DEF_NONE && d->final & MASK64(x->from_index))
        fault_at(&w->r, node_get(at, "stage"),
                 "deadline %.*s: a final state ends every clock; none "
                 "can run in \"%.*s\"",
                 STR_ARGS(x->id), STR_ARGS(d->states[x->from_index].id));
    if (x->stops_in & d->final)
        fault_at(&w->r, node_get(at, "stops_in"),
                 "deadline %.*s: a final state ends every clock; "
                 "there is nothing to stop",
                 STR_ARGS(x->id));
    if (x->extend.in & d->final)
        fault_at(&w->r, node_get(node_get(at, "extend"), "in"),
                 "deadline %.*s: a final state ends "
                 "every clock; there is nothing to extend",
                 STR_ARGS(x->id));
    if (x->from == FROM_STAGE && x->extend.in && x->from_index != DEF_NONE &&
        !(x->extend.in & MASK64(x->from_index)))
        fault_at(&w->r, node_get(node_get(at, "extend"), "in"),
                 "deadline %.*s: the clock does not "
                 "run in these states",
                 STR_ARGS(x->id));
}

/* An alert of the office's own duty, answered by people of the office who see the case. */
static void check_silence(Work *w, uint8_t i)
{
    const Def *d = w->def;
    const Deadline *x = &d->deadlines[i];
    const Node *at = node_get(w->deadline_at[i], "silence");
    if (!at)
        return;
    if (!node_get(w->deadline_at[i], "overdue"))
        fault_at(&w->r, at->key,
                 "deadline %.*s: silence without an overdue ladder: there is no "
                 "alert to answer",
                 STR_ARGS(x->id));
    if (x->of_complainant)
        fault_at(&w->r, at->key,
                 "deadline %.*s: silence is for alerts of a duty of the office, not of the "
                 "complainant",
                 STR_ARGS(x->id));
    RoleMask blind = x->silence.by & ~d->access.readers[CLASS_OPEN] & ~MASK32(ROLE_ASSIGNEE);
    for (uint8_t role = 0; role < DEF_ROLES_MAX; role++) {
        if (blind & MASK32(role))
            fault_at(&w->r, node_get(at, "by"),
                     "deadline %.*s: silence: \"%.*s\" is not in access.open and could not see the "
                     "case",
                     STR_ARGS(x->id), STR_ARGS(d->roles[role].id));
    }
}

/* The states in which the clock can be running or have run out. */
static StateMask running_in(const Def *d, const Deadline *x)
{
    StateMask all = d->n_states == DEF_STATES_MAX ? ~(StateMask)0 : MASK64(d->n_states) - 1;
    if (x->from == FROM_STAGE && x->from_index != DEF_NONE)
        return MASK64(x->from_index) | x->stops_in;
    return all & ~d->final & ~x->met_enter;
}

static void check_window(Work *w, uint8_t i, const char *key, uint8_t deadline)
{
    const Def *d = w->def;
    if (deadline == DEF_NONE)
        return;
    const Deadline *x = &d->deadlines[deadline];
    if (d->actions[i].from && !(d->actions[i].from & running_in(d, x)))
        fault_at(&w->r, node_get(w->action_at[i], key),
                 "action %.*s: \"%.*s\" runs in none of the states this action starts from",
                 STR_ARGS(d->actions[i].id), STR_ARGS(x->id));
}

static void check_restarts(Work *w, uint8_t i)
{
    const Def *d = w->def;
    const Action *a = &d->actions[i];
    for (uint8_t k = 0; k < a->n_restarts; k++) {
        uint8_t x = a->restarts[k].deadline;
        if (x != DEF_NONE && d->deadlines[x].from == FROM_STAGE)
            fault_at(&w->r, node_get(w->action_at[i], "restarts"),
                     "action %.*s: \"%.*s\" belongs to "
                     "a stage; it begins by entering that state",
                     STR_ARGS(a->id), STR_ARGS(d->deadlines[x].id));
    }
}

void lint_time(Work *w)
{
    const Def *d = w->def;
    check_shown(w);
    for (uint8_t i = 0; i < d->n_deadlines; i++) {
        check_reminders(w, i);
        check_climb(w, i);
        check_states(w, i);
        check_silence(w, i);
        if (d->deadlines[i].shown && !w->r.faults->errors)
            check_promise(w, &d->deadlines[i]);
    }
    for (uint8_t i = 0; i < d->n_actions; i++) {
        check_window(w, i, "after", d->actions[i].after);
        check_window(w, i, "until", d->actions[i].until);
        check_restarts(w, i);
    }
}
