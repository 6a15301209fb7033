/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/core/migrate.h"

#include "engine/core/due.h"
#include <string.h>

typedef struct Translation {
    const Def *old, *fresh;
    const Replaces *how;
    const Case *from;
    Case *to; /* begins as a copy */
    Move *move;
} Translation;

const Replaces *def_replaces(const Def *fresh, uint32_t version)
{
    for (uint8_t i = 0; i < fresh->n_replaces; i++) {
        if (fresh->replaces[i].version == version)
            return &fresh->replaces[i];
    }
    return NULL;
}

static int stays(Translation *t, MoveAnswer why, uint8_t detail)
{
    t->move->why = (uint8_t)why;
    t->move->detail = detail;
    return (int)why;
}

/* ---- indexes ---- */

/* What `replaces` says comes before the same name: an id may have been given to another state. */
static uint8_t new_state(const Translation *t, uint8_t state)
{
    if (state >= t->old->n_states)
        return DEF_NONE;
    Str id = t->old->states[state].id;
    for (uint8_t i = 0; i < t->how->n_states; i++) {
        if (str_eq(t->how->states[i].old, id))
            return t->how->states[i].state;
    }
    return def_state(t->fresh, id);
}

static uint8_t new_role(const Translation *t, uint8_t role)
{
    return role < t->old->n_roles ? def_role(t->fresh, t->old->roles[role].id) : DEF_NONE;
}

static uint8_t new_field(const Translation *t, uint8_t field)
{
    return field < t->old->n_fields ? def_field(t->fresh, t->old->fields[field].id) : DEF_NONE;
}

static uint8_t new_action(const Translation *t, uint8_t action)
{
    return action < t->old->n_actions ? def_action(t->fresh, t->old->actions[action].id) : DEF_NONE;
}

static uint8_t new_deadline(const Translation *t, uint8_t deadline)
{
    return deadline < t->old->n_deadlines ? def_deadline(t->fresh, t->old->deadlines[deadline].id)
                                          : DEF_NONE;
}

/* Rules read the value the same way in both versions. */
static bool is_same_kind(const Translation *t, uint8_t field, uint8_t is)
{
    const Field *a = &t->old->fields[field], *b = &t->fresh->fields[is];
    return a->type == b->type && a->class == b->class;
}

static bool has_choice(const Translation *t, uint8_t is, const OpenValue *v)
{
    const Field *f = &t->fresh->fields[is];
    return !f->n_choices || !v->choice.s[0] || field_choice(f, name_str(&v->choice)) != DEF_NONE;
}

/* ---- the parts of a case ---- */

static int move_state(Translation *t)
{
    uint8_t state = new_state(t, t->from->state);
    if (state == DEF_NONE)
        return stays(t, MOVE_STATE, t->from->state);
    if (t->fresh->final & MASK64(state))
        return stays(t, MOVE_FINAL, t->from->state);
    t->to->state = state;
    t->to->previous = new_state(t, t->from->previous);
    if (t->to->previous != DEF_NONE && (t->fresh->final & MASK64(t->to->previous)))
        t->to->previous = DEF_NONE;
    if ((t->fresh->waiting & MASK64(state)) && t->to->previous == DEF_NONE)
        return stays(t, MOVE_PREVIOUS, t->from->previous);
    return MOVE_OK;
}

static int move_members(Translation *t)
{
    for (uint8_t i = 0; i < t->from->n_members; i++) {
        uint8_t role = new_role(t, t->from->members[i].role);
        if (role == DEF_NONE)
            return stays(t, MOVE_MEMBER, t->from->members[i].role);
        t->to->members[i].role = role;
    }
    return MOVE_OK;
}

static int move_open(Translation *t)
{
    Case *c = t->to;
    memset(c->open, 0, sizeof(c->open));
    c->n_open = 0;
    for (uint8_t i = 0; i < t->from->n_open; i++) {
        const OpenValue *v = &t->from->open[i];
        uint8_t field = new_field(t, v->field);
        if (field == DEF_NONE) {
            field_set_add(&t->move->left, v->field);
            continue;
        }
        if (!is_same_kind(t, v->field, field))
            return stays(t, MOVE_FIELD, v->field);
        if (!has_choice(t, field, v))
            return stays(t, MOVE_CHOICE, v->field);
        memcpy(&c->open[c->n_open], v, sizeof(*v));
        c->open[c->n_open++].field = field;
    }
    return MOVE_OK;
}

static bool span_eq(Span a, Span b)
{
    return a.count == b.count && a.unit == b.unit;
}

static bool rung_eq(const Rung *a, const Rung *b)
{
    return a->kind == b->kind && span_eq(a->offset, b->offset);
}

/* Rungs have no names: on the day that was fired last, those count as fired that stand on the
 * ladder at the same place. A clock that has just begun has "all" of them behind it. */
static uint32_t fired_rungs(const Deadline *had, const Deadline *has, uint32_t fired)
{
    uint32_t mask = 0;
    if (fired == UINT32_MAX)
        return fired;
    for (uint8_t i = 0; i < had->n_rungs && i < DEF_RUNGS_MAX; i++) {
        for (uint8_t j = 0; (fired & MASK32(i)) && j < has->n_rungs && j < DEF_RUNGS_MAX; j++)
            mask |= rung_eq(&had->rungs[i], &has->rungs[j]) ? MASK32(j) : 0;
    }
    return mask;
}

static bool is_open(const Clock *k)
{
    return k->state == CLOCK_RUNNING || k->state == CLOCK_STOPPED;
}

/* The round goes on as it began: its limit, what is used up, and every day it was promised for. */
static int move_clocks(Translation *t)
{
    for (uint8_t i = 0; i < DEF_DEADLINES_MAX; i++)
        clock_init(&t->to->clocks[i]);
    for (uint8_t i = 0; i < t->old->n_deadlines; i++) {
        const Deadline *had = &t->old->deadlines[i];
        const Clock *k = &t->from->clocks[i];
        uint8_t is = new_deadline(t, i);
        if (is != DEF_NONE) {
            memcpy(&t->to->clocks[is], k, sizeof(*k));
            t->to->clocks[is].fired_rungs =
                fired_rungs(had, &t->fresh->deadlines[is], k->fired_rungs);
        } else if (is_open(k) && had->shown) {
            return stays(t, MOVE_PROMISE, i);
        } else if (is_open(k)) {
            t->move->ended |= MASK32(i);
        }
    }
    return MOVE_OK;
}

static int move_times(Translation *t)
{
    memset(t->to->times, 0, sizeof(t->to->times));
    for (uint8_t i = 0; i < t->old->n_actions; i++) {
        uint8_t is = new_action(t, i);
        if (is != DEF_NONE)
            t->to->times[is] = t->from->times[i];
    }
    return MOVE_OK;
}

/* ---- what waits for a second person ---- */

/* DEF_NONE: refused. */
static uint8_t new_input(Translation *t, uint8_t field)
{
    uint8_t is = new_field(t, field);
    return is != DEF_NONE && is_same_kind(t, field, is) ? is : DEF_NONE;
}

static int move_inputs(Translation *t)
{
    const Inputs *from = &t->from->proposal.in;
    Inputs *to = &t->to->proposal.in;
    memset(&to->given, 0, sizeof(to->given));
    for (uint8_t i = 0; i < DEF_FIELDS_MAX; i++) {
        uint8_t is = field_set_has(&from->given, i) ? new_input(t, i) : 0;
        if (is == DEF_NONE)
            return stays(t, MOVE_INPUT, i);
        if (field_set_has(&from->given, i))
            field_set_add(&to->given, is);
    }
    for (uint8_t i = 0; i < from->n_open; i++) {
        to->open[i].field = new_input(t, from->open[i].field);
        if (to->open[i].field == DEF_NONE)
            return stays(t, MOVE_INPUT, from->open[i].field);
        if (!has_choice(t, to->open[i].field, &from->open[i]))
            return stays(t, MOVE_CHOICE, from->open[i].field);
    }
    for (uint8_t i = 0; i < from->n_people; i++) {
        to->people[i].field = new_input(t, from->people[i].field);
        if (to->people[i].field == DEF_NONE)
            return stays(t, MOVE_INPUT, from->people[i].field);
    }
    return MOVE_OK;
}

static int move_proposal(Translation *t)
{
    const Proposal *from = &t->from->proposal;
    Proposal *to = &t->to->proposal;
    if (!from->pending)
        return MOVE_OK;
    if (from->kind == STEP_EXTEND) {
        to->deadline = new_deadline(t, from->deadline);
        if (to->deadline == DEF_NONE || !t->fresh->deadlines[to->deadline].extend.approve.by)
            return stays(t, MOVE_EXTEND, from->deadline);
    } else {
        to->action = new_action(t, from->action);
        if (to->action == DEF_NONE || !t->fresh->actions[to->action].approve.by)
            return stays(t, MOVE_ACTION, from->action);
    }
    return move_inputs(t);
}

static int move_channel(Translation *t)
{
    const Def *a = t->old, *b = t->fresh;
    if (a->protected != b->protected || a->access.custodians != b->access.custodians)
        return stays(t, MOVE_CHANNEL, DEF_NONE);
    return case_is_final(a, t->from) ? stays(t, MOVE_CLOSED, DEF_NONE) : MOVE_OK;
}

int case_translate(const Def *old, const Def *fresh, const Replaces *how, const Case *c, Case *ret,
                   Move *ret_move)
{
    static int (*const parts[])(Translation *) = {move_channel, move_state, move_members, move_open,
                                                  move_clocks,  move_times, move_proposal};
    Case to;
    Translation t = {
        .old = old, .fresh = fresh, .how = how, .from = c, .to = &to, .move = ret_move};
    memcpy(&to, c, sizeof(to));
    memset(ret_move, 0, sizeof(*ret_move));
    ret_move->detail = DEF_NONE;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        int r = parts[i](&t);
        if (r)
            return r;
    }
    memcpy(ret, &to, sizeof(*ret));
    return MOVE_OK;
}

/* ---- in words ---- */

typedef enum Names {
    NAMES_NOTHING,
    NAMES_STATE,
    NAMES_ROLE,
    NAMES_FIELD,
    NAMES_ACTION,
    NAMES_DEADLINE
} Names;

static const struct {
    Names names;
    const char *before, *after;
} SENTENCES[] = {
    [MOVE_OK] = {NAMES_NOTHING, "", ""},
    [MOVE_CHANNEL] = {NAMES_NOTHING, "channel or custodians are others, and so are the seals", ""},
    [MOVE_CLOSED] = {NAMES_NOTHING, "it is closed", ""},
    [MOVE_STATE] = {NAMES_STATE, "its state \"", "\" is gone, and replaces names no other for it"},
    [MOVE_FINAL] = {NAMES_STATE, "its state \"", "\" is final now: a file closes no case"},
    [MOVE_PREVIOUS] = {NAMES_STATE, "it waits, and the state it came from (\"",
                       "\") has no place in the new version"},
    [MOVE_MEMBER] = {NAMES_ROLE, "somebody was named for role \"", "\", which is gone"},
    [MOVE_FIELD] = {NAMES_FIELD, "field \"", "\" is of another type or class now"},
    [MOVE_CHOICE] = {NAMES_FIELD, "what field \"", "\" holds is no choice any more"},
    [MOVE_PROMISE] = {NAMES_DEADLINE, "the complainant was shown the day of deadline \"",
                      "\", which is gone"},
    [MOVE_ACTION] = {NAMES_ACTION, "\"",
                     "\" is proposed and is gone or needs no approval any "
                     "more; approve or decline it first"},
    [MOVE_EXTEND] = {NAMES_DEADLINE, "more time for \"",
                     "\" is proposed and cannot be given any more; approve or decline it first"},
    [MOVE_INPUT] = {NAMES_FIELD, "what is proposed holds field \"",
                    "\", which is gone or another; approve or decline it first"},
};
_Static_assert(sizeof(SENTENCES) / sizeof(SENTENCES[0]) == MOVE_ANSWERS,
               "every answer has its sentence");

static Str name_of_detail(const Def *d, Names names, uint8_t i)
{
    switch (names) {
    case NAMES_STATE:
        return i < d->n_states ? d->states[i].id : STR("");
    case NAMES_ROLE:
        return i < d->n_roles ? d->roles[i].id : STR("");
    case NAMES_FIELD:
        return i < d->n_fields ? d->fields[i].id : STR("");
    case NAMES_ACTION:
        return i < d->n_actions ? d->actions[i].id : STR("");
    case NAMES_DEADLINE:
        return i < d->n_deadlines ? d->deadlines[i].id : STR("");
    case NAMES_NOTHING:
        break;
    }
    return STR("");
}

void move_put(Buf *b, const Def *old, const Move *m)
{
    if (m->why >= MOVE_ANSWERS)
        return;
    buf_adds(b, SENTENCES[m->why].before);
    buf_add_str(b, name_of_detail(old, SENTENCES[m->why].names, m->detail));
    buf_adds(b, SENTENCES[m->why].after);
}
