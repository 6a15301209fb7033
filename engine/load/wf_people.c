/* SPDX-License-Identifier: Apache-2.0 */
/* roles, access, intake, conflict: who may do and read what. */
#include "engine/load/work.h"

#include <string.h>

const Word class_words[] = {{"open", CLASS_OPEN},
                            {"working", CLASS_WORKING},
                            {"confidential", CLASS_CONFIDENTIAL},
                            {"identity", CLASS_IDENTITY},
                            {NULL, 0}};

/* ---- roles ---- */
static void read_one_role(Work *w, const Node *n, Role *role)
{
    static const Word scopes[] = {
        {"office", SCOPE_OFFICE}, {"unit", SCOPE_UNIT}, {"case", SCOPE_CASE}, {NULL, 0}};
    static const Key keys[] = {
        {"th", true, read_text, offsetof(Role, label.th), NULL},
        {"en", true, read_text, offsetof(Role, label.en), NULL},
        {"scope", false, read_word, offsetof(Role, scope), scopes},
    };
    READ_MAP(&w->r, n, keys, role);
}

void read_wf_roles(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Def *d = to;
    if (!is_map(r, n))
        return;
    for (uint8_t i = ROLE_FIRST_DECLARED; i < d->n_roles; i++) {
        const Node *at = work_of(r)->role_at[i];
        r->kind = "role";
        r->subject = d->roles[i].id;
        for (uint8_t k = 0; k < ROLE_FIRST_DECLARED; k++)
            if (str_eq(d->roles[k].id, d->roles[i].id))
                fault_at(r, at->key, "the name is reserved; it needs no declaration");
        read_one_role(work_of(r), at, &d->roles[i]);
    }
    r->kind = NULL;
}

/* ---- access ---- */
static void read_identity_access(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Range two = {2, 2, 1};
    static const Key keys[] = {{"custodians", true, read_number, 0, &two}};
    (void)key;
    Access *a = to;
    if (n->kind == NODE_MAP)
        READ_MAP(r, n, keys, &a->custodians);
    else
        read_roles(r, n, NULL, &a->readers[CLASS_IDENTITY]);
}

void read_wf_access(Reader *r, const Node *n, const Key *key, void *to)
{
#define CLASS_AT(c) offsetof(Access, readers) + sizeof(RoleMask) * (c)
    static const Key keys[] = {
        {"identity", true, read_identity_access, 0, NULL},
        {"confidential", true, read_roles, CLASS_AT(CLASS_CONFIDENTIAL), NULL},
        {"working", false, read_roles, CLASS_AT(CLASS_WORKING), NULL},
        {"open", true, read_roles, CLASS_AT(CLASS_OPEN), NULL},
    };
    (void)key;
    r->kind = "access";
    r->subject = STR("");
    READ_MAP(r, n, keys, to);
    r->kind = NULL;
}

/* ---- intake ---- */
static const Word modes[] = {{"open", IDENTITY_OPEN},
                             {"confidential", IDENTITY_CONFIDENTIAL},
                             {"anonymous", IDENTITY_ANONYMOUS},
                             {NULL, 0}};

static void read_modes(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    if (!is_list(r, n))
        return;
    for (const Node *c = n->first; c; c = c->next) {
        uint8_t bit = 0;
        if (is_text(r, c) && word_value(r, c, modes, &bit))
            *(uint8_t *)to |= bit;
    }
}

static void read_identity_modes(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Key keys[] = {
        {"modes", true, read_modes, offsetof(Intake, modes), NULL},
        {"default", true, read_word, offsetof(Intake, default_mode), modes},
        {"when_open", false, read_word, offsetof(Intake, when_open), class_words},
    };
    (void)key;
    Intake *in = to;
    if (READ_MAP(r, n, keys, in) && in->default_mode && !(in->modes & in->default_mode))
        fault_at(r, node_get(n, "default"), "the default is not among `modes`");
    if (in->when_open != CLASS_IDENTITY && in->when_open != CLASS_CONFIDENTIAL)
        fault_at(r, node_get(n, "when_open"), "when_open: identity or confidential");
}

/* {field: yes} asks and requires, {field: no} asks. */
static void read_asked(Work *w, const Node *n, FieldSet *asks, FieldSet *required)
{
    if (!is_map(&w->r, n))
        return;
    for (const Node *c = n->first; c; c = c->next) {
        bool need = false;
        uint8_t i = name_field(w, c->key);
        read_yes(&w->r, c, NULL, &need);
        if (i == DEF_NONE)
            continue;
        asks->bits[i / 64] |= MASK64(i % 64);
        required->bits[i / 64] |= need ? MASK64(i % 64) : 0;
    }
}

static void read_asks(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Intake *in = to;
    read_asked(work_of(r), n, &in->asks, &in->required);
}

static void read_asks_staff(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Intake *in = to;
    read_asked(work_of(r), n, &in->asks_staff, &in->required_staff);
    for (uint8_t i = 0; i < 2; i++)
        if (in->asks.bits[i] & in->asks_staff.bits[i])
            fault_at(r, n->key, "a field is asked in both `asks` and `asks_staff`");
}

void read_wf_intake(Reader *r, const Node *n, const Key *key, void *to)
{
    static const RoleMask complainant = MASK32(ROLE_COMPLAINANT);
    static const FieldRule date = {MASK32(FIELD_DATE), true, "a date"};
    static const Key keys[] = {
        {"identity", true, read_identity_modes, 0, NULL},
        {"by", true, read_roles, offsetof(Intake, by), &complainant},
        {"received_from", false, read_field, offsetof(Intake, received_from), &date},
        {"asks", true, read_asks, 0, NULL},
        {"asks_staff", false, read_asks_staff, 0, NULL},
    };
    (void)key;
    Intake *in = to;
    in->when_open = CLASS_IDENTITY;
    r->kind = "intake";
    r->subject = STR("");
    READ_MAP(r, n, keys, in);
    if (in->received_from != DEF_NONE && !field_set_has(&in->asks_staff, in->received_from))
        fault_at(r, node_get(n, "received_from"), "the field is not among `asks_staff`");
    r->kind = NULL;
}

/* ---- conflict ---- */
static void read_exclude(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Word hows[] = {{"staff_in", EXCLUDE_STAFF},
                                {"unit_of", EXCLUDE_UNIT},
                                {"subordinates_of", EXCLUDE_SUBORDINATES},
                                {NULL, 0}};
    static const FieldRule staff = {MASK32(FIELD_STAFF), false, "of type staff"};
    (void)key;
    Conflict *c = to;
    if (!is_list(r, n))
        return;
    ExcludeRule *rules = KEEP_MANY(r, n->n, ExcludeRule);
    for (const Node *x = n->first; x && rules && c->n_exclude < UINT8_MAX; x = x->next) {
        if (!is_map(r, x) || x->n != 1) {
            fault_at(r, x, "expected one rule as {staff_in: FIELD}");
            continue;
        }
        ExcludeRule *rule = &rules[c->n_exclude++];
        const Key at = {.name = "exclude", .more = &staff};
        word_value(r, x->first->key, hows, &rule->how);
        rule->field = DEF_NONE;
        read_field(r, x->first, &at, &rule->field);
    }
    c->exclude = rules;
}

static void read_executive(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Key keys[] = {
        {"roles", true, read_roles, offsetof(Conflict, executive), NULL},
        {"only_actions", true, read_actions, offsetof(Conflict, executive_only), NULL},
    };
    (void)key;
    READ_MAP(r, n, keys, to);
}

static void read_instead(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Conflict *c = to;
    if (!is_map(r, n))
        return;
    AlertInstead *list = KEEP_MANY(r, n->n, AlertInstead);
    for (const Node *x = n->first; x && list && c->n_instead < DEF_ROLES_MAX; x = x->next) {
        AlertInstead *a = &list[c->n_instead++];
        a->role = name_role(work_of(r), x->key);
        a->instead =
            is_text(r, x) && !str_is(x->text, "none") ? name_role(work_of(r), x) : DEF_NONE;
        if (a->role != DEF_NONE && a->role == a->instead)
            fault_at(r, x, "the role cannot stand in for itself");
    }
    c->instead = list;
}

void read_wf_conflict(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Key keys[] = {
        {"exclude", true, read_exclude, 0, NULL},
        {"executive", false, read_executive, 0, NULL},
        {"alert_instead", false, read_instead, 0, NULL},
    };
    (void)key;
    r->kind = "conflict";
    r->subject = STR("");
    READ_MAP(r, n, keys, to);
    r->kind = NULL;
}
