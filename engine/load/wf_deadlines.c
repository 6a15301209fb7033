/* SPDX-License-Identifier: Apache-2.0 */
/* deadlines: clocks, their limits, stops and renewals. Ladders are in wf_rungs.c. */
#include "engine/load/wf_rungs.h"
#include "engine/load/work.h"

/* ---- from ---- */
static void read_from_action(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Deadline *d = to;
    d->from = FROM_ACTION;
    d->from_index = name_action(work_of(r), n);
}

/* {action: A}, {overdue: DEADLINE}, or both: whichever comes first. */
static void read_from(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Key keys[] = {
        {"overdue", false, read_deadline, offsetof(Deadline, from_overdue), NULL},
        {"action", false, read_from_action, 0, NULL},
    };
    (void)key;
    Deadline *d = to;
    if (n->kind == NODE_SCALAR && str_is(n->text, "received")) {
        d->from = FROM_RECEIVED;
    } else if (n->kind == NODE_SCALAR || (n->kind == NODE_MAP && !n->n)) {
        fault_at(r, n, "from: expected received, {action: ACTION} or {overdue: DEADLINE}");
    } else {
        d->from = FROM_OVERDUE;
        READ_MAP(r, n, keys, d);
    }
}

static void read_stage(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Deadline *d = to;
    d->from = FROM_STAGE;
    d->from_index = name_state(work_of(r), n);
}

static const FieldRule date_field = {MASK32(FIELD_DATE), true, "a date"};

static void read_from_field(Reader *r, const Node *n, const Key *key, void *to)
{
    const Key at = {.name = key->name, .more = &date_field};
    Deadline *d = to;
    d->from = FROM_FIELD;
    read_field(r, n, &at, &d->from_index);
}

static void read_duty(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Word words[] = {{"office", 0}, {"complainant", 1}, {NULL, 0}};
    uint8_t v = 0;
    (void)key;
    if (is_text(r, n) && word_value(r, n, words, &v))
        *(bool *)to = v;
}

static void read_only_if(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Deadline *d = to;
    read_conditions(work_of(r), n, &d->only_if, &d->n_only_if);
}

/* ---- limit ---- */
static void read_limits(Reader *r, const Node *n, Deadline *d)
{
    if (!is_map(r, n))
        return;
    LimitBy *list = KEEP_MANY(r, n->n, LimitBy);
    for (const Node *c = n->first; c && list && d->n_limits < DEF_CHOICES_MAX; c = c->next) {
        LimitBy *x = &list[d->n_limits++];
        uint8_t choice = name_choice(work_of(r), c->key, d->limit_field);
        x->choices = choice == DEF_NONE ? 0 : MASK64(choice);
        read_span(r, c, NULL, &x->limit);
    }
    d->limits = list;
}

static void read_limit_by(Reader *r, const Node *n, const Key *key, void *to)
{
    static const FieldRule choice = {MASK32(FIELD_CHOICE) | MASK32(FIELD_YES_NO), true, "a choice"};
    const Key at = {.name = key->name, .more = &choice};
    Deadline *d = to;
    if (!is_map(r, n))
        return;
    if (n->n != 1) {
        fault_at(r, n, "limit_by: expected one field, as {category: {road: 7 working days}}");
        return;
    }
    size_t before = r->faults->errors;
    read_field(r, n->first->key, &at, &d->limit_field);
    if (r->faults->errors == before && d->limit_field != DEF_NONE)
        read_limits(r, n->first, d);
}

/* ---- met_by; leaving its stage meets a stage clock without being named ---- */
/* Actions, and extend:DEADLINE for the extension of another deadline. */
static void read_met_actions(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Deadline *d = to;
    if (!is_list(r, n))
        return;
    for (const Node *c = n->first; c; c = c->next) {
        Str rest = c->text;
        if (c->kind == NODE_SCALAR && str_starts(rest, STR("extend:"))) {
            str_cut(&rest, ':');
            Node named = *c;
            named.text = rest;
            uint8_t i = name_deadline(work_of(r), &named);
            d->met_extends |= i == DEF_NONE ? 0 : MASK32(i);
            continue;
        }
        uint8_t i = name_action(work_of(r), c);
        d->met_actions |= i == DEF_NONE ? 0 : MASK64(i);
    }
}

static void read_met_by(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Key keys[] = {
        {"enter", false, read_states, offsetof(Deadline, met_enter), NULL},
        {"leave", false, read_states, offsetof(Deadline, met_leave), NULL},
        {"actions", false, read_met_actions, 0, NULL},
    };
    (void)key;
    if (READ_MAP(r, n, keys, to) && !n->n)
        fault_at(r, n, "met_by: nothing is named");
}

/* ---- the rest ---- */
static void read_rolls(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Word words[] = {{"counts", 0}, {"next_working_day", 1}, {NULL, 0}};
    uint8_t v = 0;
    (void)key;
    if (is_text(r, n) && word_value(r, n, words, &v))
        *(bool *)to = v;
}

static void read_stops_at_most(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Deadline *d = to;
    Span span = {0, SPAN_CALENDAR_DAYS};
    read_span(r, n, NULL, &span);
    if (span.unit != SPAN_CALENDAR_DAYS)
        fault_at(r, n, "stops_for_at_most: only calendar days");
    d->stops_bounded = true;
    d->stops_at_most = span.count;
}

static void read_renewed_by(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Deadline *d = to;
    if (!is_map(r, n))
        return;
    Renewal *list = KEEP_MANY(r, n->n, Renewal);
    for (const Node *c = n->first; c && list && d->n_renewals < DEF_ACTIONS_MAX; c = c->next) {
        Renewal *x = &list[d->n_renewals++];
        x->action = name_action(work_of(r), c->key);
        read_span(r, c, NULL, &x->span);
    }
    d->renewals = list;
}

static void read_beyond(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Key keys[] = {{"needs", true, read_needs, 0, NULL}};
    (void)key;
    Extend *e = to;
    e->has_beyond = true;
    READ_MAP(r, n, keys, &e->beyond);
}

static void read_extend(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Range times = {1, 200, 1};
    static const Key keys[] = {
        {"in", true, read_states, offsetof(Extend, in), NULL},
        {"by", true, read_roles, offsetof(Extend, by), NULL},
        {"by_at_most", true, read_span, offsetof(Extend, by_at_most), NULL},
        {"times", true, read_number, offsetof(Extend, times), &times},
        {"needs", true, read_needs, offsetof(Extend, needs), NULL},
        {"beyond", false, read_beyond, 0, NULL},
        {"approve", false, read_approve, offsetof(Extend, approve), NULL},
    };
    (void)key;
    Extend *e = to;
    READ_MAP(r, n, keys, e);
    if (e->needs.message == DEF_NONE)
        fault_at(r, n->key,
                 "an extension needs a message: the complainant is told why and until "
                 "when");
}

static void read_silence_span(Reader *r, const Node *n, const Key *key, void *to)
{
    Silence *s = to;
    size_t before = r->faults->errors;
    read_span(r, n, key, &s->at_most);
    bool fits = s->at_most.count && s->at_most.unit != SPAN_MONTHS;
    if (r->faults->errors == before && !fits)
        fault_at(r, n, "for_at_most: expected working or calendar days, at least one");
}

static void read_silence(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Key keys[] = {
        {"by", true, read_roles, offsetof(Silence, by), NULL},
        {"delegable", false, read_roles, offsetof(Silence, delegable), NULL},
        {"for_at_most", true, read_silence_span, 0, NULL},
    };
    (void)key;
    READ_MAP(r, n, keys, to);
}

#define AT(member) offsetof(Deadline, member)
static const Key deadline_keys[] = {
    {"label", false, read_label, AT(label), NULL},
    {"shown", false, read_yes, AT(shown), NULL},
    {"duty", false, read_duty, AT(of_complainant), NULL},
    {"from", false, read_from, 0, NULL},
    {"stage", false, read_stage, 0, NULL},
    {"from_field", false, read_from_field, 0, NULL},
    {"only_if", false, read_only_if, 0, NULL},
    {"limit", false, read_span, AT(limit), NULL},
    {"limit_by", false, read_limit_by, 0, NULL},
    {"met_by", false, read_met_by, 0, NULL},
    {"last_day_on_holiday", false, read_rolls, AT(rolls), NULL},
    {"stops_in", false, read_states, AT(stops_in), NULL},
    {"stops_for_at_most", false, read_stops_at_most, 0, NULL},
    {"renewed_by", false, read_renewed_by, 0, NULL},
    {"due_override", false, read_field, AT(due_override), &date_field},
    {"repeat_by", false, read_actions, AT(repeat_by), NULL},
    {"remind", false, read_ladder, 0, NULL},
    {"overdue", false, read_ladder, 0, NULL},
    {"extend", false, read_extend, AT(extend), NULL},
    {"silence", false, read_silence, AT(silence), NULL},
};
#undef AT

static bool limits_cover(const Def *def, const Deadline *d)
{
    uint64_t covered = 0;
    for (uint8_t i = 0; i < d->n_limits; i++)
        covered |= d->limits[i].choices;
    uint8_t n = d->limit_field == DEF_NONE ? 0 : def->fields[d->limit_field].n_choices;
    return n && covered == (n == DEF_CHOICES_MAX ? ~(uint64_t)0 : MASK64(n) - 1);
}

/* Deadlines are read in their order: a circle is seen at its last one. */
static bool goes_round(const Def *def, const Deadline *d)
{
    uint8_t i = d->from_overdue, hops = 0;
    while (i != DEF_NONE && &def->deadlines[i] != d && hops++ < DEF_DEADLINES_MAX)
        i = def->deadlines[i].from_overdue;
    return i != DEF_NONE && &def->deadlines[i] == d;
}

static void check_deadline(Reader *r, const Node *at, Deadline *d)
{
    int begins = !!node_get(at, "from") + !!node_get(at, "stage") + !!node_get(at, "from_field");
    if (begins != 1)
        fault_at(r, at->key,
                 "expected exactly one of \"from\", \"stage\" and \"from_field\": when "
                 "does it begin?");
    if (!node_get(at, "limit") && (!node_get(at, "limit_by") || !limits_cover(work_of(r)->def, d)))
        fault_at(r, at->key, "\"limit\" is missing%s",
                 node_get(at, "limit_by") ? ": limit_by does not name every choice" : "");
    if (!node_get(at, "met_by") && !node_get(at, "stage"))
        fault_at(r, at->key, "\"met_by\" is missing: what ends the clock?");
    if (d->stops_bounded && !d->stops_in)
        fault_at(r, node_get(at, "stops_for_at_most"), "stops_for_at_most without stops_in");
    if (goes_round(work_of(r)->def, d))
        fault_at(r, node_get(at, "from"), "from: it would begin when it has run out itself");
    if (d->shown && !node_get(at, "label"))
        warn_at(r, at->key, "a deadline that is shown should have a label; its name is shown now");
    if (!node_get(at, "label"))
        d->label = (Label){d->id, d->id};
}

static void deadline_init(Deadline *d)
{
    d->from_index = d->from_overdue = d->limit_field = d->due_override = DEF_NONE;
    d->extend.needs.message = d->extend.beyond.message = DEF_NONE;
}

void read_wf_deadlines(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Def *def = to;
    if (!is_map(r, n))
        return;
    for (uint8_t i = 0; i < def->n_deadlines; i++)
        deadline_init(&def->deadlines[i]);
    for (uint8_t i = 0; i < def->n_deadlines; i++) {
        Deadline *d = &def->deadlines[i];
        const Node *at = work_of(r)->deadline_at[i];
        r->kind = "deadline";
        r->subject = d->id;
        if (!READ_MAP(r, at, deadline_keys, d))
            continue;
        check_deadline(r, at, d);
        keep_rungs(r, at, d);
    }
    r->kind = NULL;
}
