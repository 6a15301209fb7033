/* SPDX-License-Identifier: Apache-2.0 */
/* actions: what people can do, from where, with what. */
#include "engine/load/work.h"

/* ---- needs and approval, shared with extensions ---- */
void read_needs(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Key keys[] = {
        {"fields", false, read_fields, offsetof(Needs, fields), NULL},
        {"message", false, read_message, offsetof(Needs, message), NULL},
        {"note", false, read_yes, offsetof(Needs, note), NULL},
        {"declare", false, read_declare, offsetof(Needs, declare), NULL},
    };
    (void)key;
    READ_MAP(r, n, keys, to);
}

void read_approve(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Key keys[] = {
        {"by", true, read_roles, offsetof(Approve, by), NULL},
        {"not_same_person", false, read_yes, offsetof(Approve, not_same_person), NULL},
    };
    (void)key;
    READ_MAP(r, n, keys, to);
}

/* ---- from, to ---- */
static StateMask all_states(const Def *d)
{
    return d->n_states == DEF_STATES_MAX ? ~(StateMask)0 : MASK64(d->n_states) - 1;
}

static void read_from(Reader *r, const Node *n, const Key *key, void *to)
{
    const Def *d = work_of(r)->def;
    if (n->kind == NODE_SCALAR && str_is(n->text, "any"))
        *(StateMask *)to = all_states(d);
    else if (n->kind == NODE_SCALAR && str_is(n->text, "any_open"))
        *(StateMask *)to = all_states(d) & ~d->final;
    else if (n->kind == NODE_SCALAR)
        fault_at(r, n, "from: expected a list [state, ...], any_open or any");
    else
        read_states(r, n, key, to);
}

static void read_to(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    if (n->kind == NODE_SCALAR && str_is(n->text, "previous"))
        *(uint8_t *)to = TO_PREVIOUS;
    else
        *(uint8_t *)to = name_state(work_of(r), n);
}

static void read_only_if(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Action *a = to;
    read_conditions(work_of(r), n, &a->only_if, &a->n_only_if);
}

static void read_case_roles(Reader *r, const Node *n, const Key *key, void *to)
{
    const Def *d = work_of(r)->def;
    read_roles(r, n, key, to);
    for (const Node *c = n->kind == NODE_LIST ? n->first : NULL; c; c = c->next) {
        uint8_t i = def_role(d, c->text);
        if (i >= ROLE_FIRST_DECLARED && i != DEF_NONE && d->roles[i].scope != SCOPE_CASE)
            fault_at(r, c, "role \"%.*s\" is not of scope case", STR_ARGS(c->text));
    }
}

/* ---- what it does besides moving ---- */
static void read_restarts(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Action *a = to;
    if (n->kind != NODE_LIST && !is_map(r, n))
        return;
    Restart *list = KEEP_MANY(r, n->n, Restart);
    for (const Node *c = n->first; c && list && a->n_restarts < DEF_DEADLINES_MAX; c = c->next) {
        Restart *x = &list[a->n_restarts++];
        x->deadline = name_deadline(work_of(r), n->kind == NODE_MAP ? c->key : c);
        x->has_span = n->kind == NODE_MAP;
        if (x->has_span)
            read_span(r, c, NULL, &x->span);
    }
    a->restarts = list;
}

static void read_sets(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Action *a = to;
    const Def *d = work_of(r)->def;
    if (!is_map(r, n))
        return;
    SetField *list = KEEP_MANY(r, n->n, SetField);
    for (const Node *c = n->first; c && list && a->n_sets < DEF_FIELDS_MAX; c = c->next) {
        SetField *x = &list[a->n_sets++];
        x->field = name_field(work_of(r), c->key);
        if (x->field == DEF_NONE || !is_text(r, c))
            continue;
        const Field *f = &d->fields[x->field];
        if (f->class != CLASS_OPEN || (f->type != FIELD_CHOICE && f->type != FIELD_YES_NO))
            fault_at(r, c->key, "only a choice or yes_no of class open can be set by a rule");
        else
            name_choice(work_of(r), c, x->field);
        x->choice = keep(r, c->text);
    }
    a->sets = list;
}

/* ---- effects ---- */
static void read_number_effect(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Word words[] = {{"register", 1}, {NULL, 0}};
    uint8_t v = 0;
    (void)key;
    if (is_text(r, n) && word_value(r, n, words, &v))
        *(bool *)to = v;
}

void read_new_code(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Word words[] = {{"to_complainant", 1}, {NULL, 0}};
    uint8_t v = 0;
    (void)key;
    if (is_text(r, n) && word_value(r, n, words, &v))
        *(bool *)to = v;
}

static const FieldRule staff_field = {MASK32(FIELD_STAFF), false, "of type staff"};
static const FieldRule unit_field = {MASK32(FIELD_UNIT), true, "of type unit"};
static const FieldRule case_field = {MASK32(FIELD_CASE), false, "of type case"};

static void read_assignee(Reader *r, const Node *n, const Key *key, void *to)
{
    if (n->kind == NODE_SCALAR && str_is(n->text, "actor"))
        *(uint8_t *)to = ASSIGNEE_ACTOR;
    else if (n->kind == NODE_SCALAR && str_is(n->text, "none"))
        *(uint8_t *)to = ASSIGNEE_NONE;
    else
        read_field(r, n, key, to);
}

static void read_members(Reader *r, const Node *n, const Key *key, void *to)
{
    const Key at = {.name = key->name, .more = &staff_field};
    ActionEffects *e = to;
    if (!is_map(r, n))
        return;
    MemberEffect *list = KEEP_MANY(r, n->n, MemberEffect);
    for (const Node *c = n->first; c && list && e->n_members < DEF_ROLES_MAX; c = c->next) {
        MemberEffect *m = &list[e->n_members++];
        m->field = DEF_NONE;
        m->role = name_role(work_of(r), c->key);
        if (m->role != DEF_NONE && work_of(r)->def->roles[m->role].scope != SCOPE_CASE)
            fault_at(r, c->key, "role \"%.*s\" is not of scope case", STR_ARGS(c->key->text));
        read_field(r, c, &at, &m->field);
    }
    e->members = list;
}

static void read_effects(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Key keys[] = {
        {"number", false, read_number_effect, offsetof(ActionEffects, number), NULL},
        {"unit", false, read_field, offsetof(ActionEffects, unit), &unit_field},
        {"assignee", false, read_assignee, offsetof(ActionEffects, assignee), &staff_field},
        {"members", false, read_members, 0, NULL},
        {"exclude", false, read_field, offsetof(ActionEffects, exclude), &staff_field},
        {"link", false, read_field, offsetof(ActionEffects, link), &case_field},
        {"open", false, read_wf_open, offsetof(ActionEffects, open), NULL},
        {"new_code", false, read_new_code, offsetof(ActionEffects, new_code), NULL},
    };
    (void)key;
    READ_MAP(r, n, keys, to);
}

/* ---- one action ---- */
static const Range times = {1, 200, 1};
#define AT(member) offsetof(Action, member)
static const Key action_keys[] = {
    {"label", true, read_label, AT(label), NULL},
    {"from", true, read_from, AT(from), NULL},
    {"to", false, read_to, AT(to), NULL},
    {"by", true, read_roles, AT(by), &roles_people},
    {"delegable", false, read_roles, AT(delegable), NULL},
    {"needs", false, read_needs, AT(needs), NULL},
    {"may", false, read_needs, AT(may), NULL},
    {"approve", false, read_approve, AT(approve), NULL},
    {"only_if", false, read_only_if, 0, NULL},
    {"all_declared", false, read_case_roles, AT(all_declared), NULL},
    {"after", false, read_deadline, AT(after), NULL},
    {"until", false, read_deadline, AT(until), NULL},
    {"times", false, read_number, AT(times), &times},
    {"restarts", false, read_restarts, 0, NULL},
    {"sets", false, read_sets, 0, NULL},
    {"tells", false, read_tells, AT(tells), NULL},
    {"usual", false, read_yes, AT(usual), NULL},
    {"member_declares", false, read_declare, AT(member_declares), NULL},
    {"effects", false, read_effects, AT(effects), NULL},
};
#undef AT

static void action_init(Action *a)
{
    a->to = TO_STAY;
    a->after = a->until = a->tells = DEF_NONE;
    a->needs.message = a->may.message = DEF_NONE;
    a->effects.unit = a->effects.assignee = a->effects.exclude = a->effects.link = DEF_NONE;
}

/* Fields an effect reads have to be given: needed by the action. */
static void check_effects(Reader *r, const Node *at, const Action *a)
{
    const Node *effects = node_get(at, "effects");
    const struct {
        const char *key;
        uint8_t field;
    } reads[] = {{"unit", a->effects.unit},
                 {"assignee", a->effects.assignee},
                 {"exclude", a->effects.exclude},
                 {"link", a->effects.link}};
    for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
        if (reads[i].field < DEF_FIELDS_MAX && !field_set_has(&a->needs.fields, reads[i].field))
            fault_at(r, node_get(effects, reads[i].key),
                     "effects.%s reads a field that the action "
                     "does not need",
                     reads[i].key);
    for (uint8_t i = 0; i < a->effects.n_members; i++) {
        uint8_t field = a->effects.members[i].field;
        if (field != DEF_NONE && !field_set_has(&a->needs.fields, field))
            fault_at(r, node_get(effects, "members"),
                     "effects.members reads a field that the "
                     "action does not need");
    }
}

static void check_action(Reader *r, const Node *at, const Action *a)
{
    const Def *d = work_of(r)->def;
    const Node *from = node_get(at, "from");
    if (a->to != TO_STAY && from && from->kind == NODE_SCALAR && str_is(from->text, "any"))
        fault_at(r, from,
                 "an action that moves the case leaves a final state only when the list "
                 "names that state: use any_open or a list");
    for (uint8_t i = 0; i < 2; i++)
        if (a->needs.fields.bits[i] & a->may.fields.bits[i])
            fault_at(r, node_get(at, "may"), "a field is in both `needs` and `may`");
    if (a->needs.message != DEF_NONE && a->may.message != DEF_NONE)
        fault_at(r, node_get(at, "may"), "the message is needed already");
    if (a->to < d->n_states && d->states[a->to].kind == STATE_INITIAL)
        fault_at(r, node_get(at, "to"), "nothing leads back to the initial state");
    if (a->by & MASK32(ROLE_COMPLAINANT) && a->needs.message != DEF_NONE)
        fault_at(r, node_get(at, "needs"),
                 "the complainant cannot write the office's message; use "
                 "`tells`");
    check_effects(r, at, a);
    check_wf_open(r, at, a);
}

void read_wf_actions(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Def *d = to;
    if (!is_map(r, n))
        return;
    for (uint8_t i = 0; i < d->n_actions; i++) {
        const Node *at = work_of(r)->action_at[i];
        r->kind = "action";
        r->subject = d->actions[i].id;
        action_init(&d->actions[i]);
        if (READ_MAP(r, at, action_keys, &d->actions[i]))
            check_action(r, at, &d->actions[i]);
    }
    r->kind = NULL;
}
