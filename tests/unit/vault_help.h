/* SPDX-License-Identifier: Apache-2.0 */
/* A small office with a protected and a general workflow, for the tests of engine/vault. */
#pragma once

#include "check.h"
#include "crypto/login.h"
#include "engine/vault/opened.h"
#include <string.h>

/* Roles and fields of both workflows. */
enum {
    R_OFFICER = ROLE_FIRST_DECLARED, /* protected_officer, intake_officer */
    R_AUDITOR,
    R_CLERK,
    R_CHIEF,
    R_COUNCIL,
    R_UNIT,  /* scope unit */
    R_CHAIR, /* scope case */
    R_ROLES
};
enum {
    F_ACCUSED,
    F_WHAT,
    F_MEMO,
    F_NAME,
    F_CONTACT,
    F_KIND,
    F_DAY,
    F_REMARK,
    F_EVIDENCE,
    F_CARD,
    F_INSIDER,
    F_FIELDS
};

static Choice kinds[] = {{.id = {"road", 4}, .label = {{"ถนน", 9}, {"Roads", 5}}},
                         {.id = {"light", 5}, .label = {{"ไฟ", 6}, {"Lights", 6}}}};
static Choice yes_no[] = {{.id = {"yes", 3}}, {.id = {"no", 2}}};

static inline void def_fields(Def *d)
{
    static const struct {
        const char *id;
        uint8_t type, class;
    } fields[F_FIELDS] = {
        [F_ACCUSED] = {"accused", FIELD_STAFF, CLASS_CONFIDENTIAL},
        [F_WHAT] = {"what", FIELD_LONG_TEXT, CLASS_CONFIDENTIAL},
        [F_MEMO] = {"memo", FIELD_LONG_TEXT, CLASS_WORKING},
        [F_NAME] = {"name", FIELD_TEXT, CLASS_IDENTITY},
        [F_CONTACT] = {"contact", FIELD_TEXT, CLASS_IDENTITY},
        [F_KIND] = {"kind", FIELD_CHOICE, CLASS_OPEN},
        [F_DAY] = {"day", FIELD_DATE, CLASS_OPEN},
        [F_REMARK] = {"remark", FIELD_TEXT, CLASS_OPEN},
        [F_EVIDENCE] = {"evidence", FIELD_FILES, CLASS_CONFIDENTIAL},
        [F_CARD] = {"card", FIELD_FILES, CLASS_IDENTITY},
        [F_INSIDER] = {"insider", FIELD_YES_NO, CLASS_IDENTITY},
    };
    for (uint8_t i = 0; i < F_FIELDS; i++)
        d->fields[i] =
            (Field){.id = str_of(fields[i].id), .type = fields[i].type, .class = fields[i].class};
    d->n_fields = F_FIELDS;
    d->fields[F_ACCUSED].many = d->fields[F_ACCUSED].unit = true;
    d->fields[F_ACCUSED].other = d->fields[F_ACCUSED].unknown = true;
    d->fields[F_KIND].choices = kinds;
    d->fields[F_KIND].n_choices = 2;
    d->fields[F_INSIDER].choices = yes_no;
    d->fields[F_INSIDER].n_choices = 2;
}

static inline void def_common(Def *d)
{
    static const ExcludeRule rules[] = {
        {EXCLUDE_STAFF, F_ACCUSED}, {EXCLUDE_UNIT, F_ACCUSED}, {EXCLUDE_SUBORDINATES, F_ACCUSED}};
    static const char *const roles[R_ROLES] = {
        "complainant", "system",          "assignee",       "officer",      "internal_auditor",
        "clerk",       "chief_executive", "council_member", "unit_officer", "ff_chair"};
    memset(d, 0, sizeof(*d));
    d->id = STR("test");
    for (uint8_t i = 0; i < R_ROLES; i++)
        d->roles[i] = (Role){.id = str_of(roles[i]), .scope = SCOPE_OFFICE};
    d->roles[R_UNIT].scope = SCOPE_UNIT;
    d->roles[R_CHAIR].scope = SCOPE_CASE;
    d->n_roles = R_ROLES;
    def_fields(d);
    d->conflict.exclude = rules;
    d->conflict.n_exclude = 3;
    d->intake.modes = IDENTITY_OPEN | IDENTITY_CONFIDENTIAL | IDENTITY_ANONYMOUS;
    d->intake.default_mode = IDENTITY_CONFIDENTIAL;
    d->intake.when_open = CLASS_IDENTITY;
    d->intake.by = MASK32(ROLE_COMPLAINANT) | MASK32(R_OFFICER);
    d->states[0] = (State){.id = STR("received"), .kind = STATE_INITIAL, .owner = R_OFFICER};
    d->n_states = 1;
}

static inline void def_protected(Def *d)
{
    def_common(d);
    d->protected = true;
    d->access.custodians = 2;
    d->access.readers[CLASS_CONFIDENTIAL] = MASK32(R_OFFICER) | MASK32(R_AUDITOR);
    d->access.readers[CLASS_WORKING] =
        MASK32(R_OFFICER) | MASK32(R_AUDITOR) | MASK32(R_CLERK) | MASK32(R_CHIEF) | MASK32(R_CHAIR);
    d->conflict.executive = MASK32(R_CHIEF) | MASK32(R_COUNCIL);
}

static inline void def_general(Def *d)
{
    def_common(d);
    d->access.readers[CLASS_CONFIDENTIAL] =
        MASK32(R_OFFICER) | MASK32(R_UNIT) | MASK32(R_CLERK) | MASK32(R_CHIEF);
    d->access.readers[CLASS_IDENTITY] = MASK32(R_OFFICER);
    d->intake.when_open = CLASS_CONFIDENTIAL;
}

/* ---- people ---- */
typedef struct PersonPlan {
    const char *name, *unit, *superior, *role;
    bool outside;
} PersonPlan;
static const PersonPlan plans[] = {
    {"nayok", "", "", "chief_executive", false},
    {"council", "council", "", "council_member", false},
    {"council_staff", "council", "nayok", "unit_officer", false},
    {"palad", "", "nayok", "clerk", false},
    {"head_clerk", "clerk_office", "palad", "unit_officer", false},
    {"officer_a", "clerk_office", "head_clerk", "officer", false},
    {"head_finance", "finance", "palad", "unit_officer", false},
    {"officer_b", "finance", "head_finance", "officer", false},
    {"engineer", "works", "palad", "unit_officer", false},
    {"auditor", "audit", "nayok", "internal_auditor", false},
    {"district", "", "", "internal_auditor", true},
    {"keeper_a", "welfare", "palad", "custodian", false},
    {"keeper_b", "", "", "custodian", true},
    {"keeper_c", "", "", "custodian", true},
};
enum { PEOPLE = sizeof(plans) / sizeof(plans[0]) };

typedef struct Office1 {
    Arena arena;
    Directory d;
    Person people[PEOPLE];
    PersonKeys keys[PEOPLE];
    Def def;
    Composer by;
    Code code;
    CodeKeys code_keys;
} Office1;

static inline void office_start(Office1 *o, void (*def)(Def *))
{
    memset(o, 0, sizeof(*o));
    assert_int_equal(crypto_start(), 0);
    arena_init(&o->arena, 64 << 20);
    for (size_t i = 0; i < PEOPLE; i++) {
        Person *p = &o->people[i];
        assert_int_equal(person_keys_new(&o->keys[i]), 0);
        p->name = name_of(str_of(plans[i].name));
        p->label = (Label){str_of(plans[i].name), str_of(plans[i].name)};
        p->unit = name_of(str_of(plans[i].unit));
        p->superior = name_of(str_of(plans[i].superior));
        p->roles[p->n_roles++] = name_of(str_of(plans[i].role));
        p->outside = plans[i].outside;
        p->box = o->keys[i].box.public;
        p->sign = o->keys[i].sign.public;
    }
    o->d = (Directory){.tenant = STR("ban"), .version = 1, .people = o->people, .n_people = PEOPLE};
    def(&o->def);
    o->by =
        (Composer){.def = &o->def, .directory = &o->d, .tenant = STR("ban"), .arena = &o->arena};
    assert_int_equal(code_new(&o->code), 0);
    assert_int_equal(code_derive(&o->code, STR("ban"), &o->code_keys), 0);
}

static inline void office_stop(Office1 *o)
{
    for (size_t i = 0; i < PEOPLE; i++)
        person_keys_finish(&o->keys[i]);
    code_keys_finish(&o->code_keys);
    code_finish(&o->code);
    arena_finish(&o->arena);
}
#define OFFICE_AUTO __attribute__((cleanup(office_stop)))

static inline size_t who(const char *name)
{
    for (size_t i = 0; i < PEOPLE; i++)
        if (strcmp(plans[i].name, name) == 0)
            return i;
    fail_msg("no %s in the office", name);
    return 0;
}

/* ---- what they hold ---- */
static inline void hold_keys(const Office1 *o, size_t person, const Bundle *b, HeldKeys *ret)
{
    for (size_t i = 0; i < b->n_seals; i++) {
        const BundleSeal *s = &b->seals[i];
        int r =
            open_case_key(&o->keys[person].box, &(SealCase){STR("ban"), STR("test"), b->seal_id},
                          s->class, s->epoch, s->slot, s->sealed, ret);
        assert_int_equal(r, name_eq(&s->reader, &o->people[person].name) ? 0 : 1);
    }
}

static inline bool holds_class(const HeldKeys *k, uint8_t class)
{
    for (size_t i = 0; i < k->n; i++)
        if (k->key[i].class == class)
            return true;
    return false;
}

static inline const OpenedField *field_of(const OpenedPart *p, const char *id)
{
    for (size_t i = 0; i < p->n_fields; i++)
        if (str_is(p->fields[i].id, id))
            return &p->fields[i];
    return NULL;
}

static inline size_t find_part(const Bundle *b, uint8_t kind, uint8_t class)
{
    for (size_t i = 0; i < b->n_parts; i++)
        if (b->parts[i].kind == kind && b->parts[i].class == class)
            return i;
    return SIZE_MAX;
}

static inline void case_keys(const Bundle *b, CaseKeys *ret)
{
    *ret = (CaseKeys){.seal_id = b->seal_id, .n = b->n_keys, .code_box = b->code_box};
    for (uint8_t i = 0; i < b->n_keys; i++)
        ret->key[i] = b->keys[i];
}

static inline int submit(Office1 *o, const FormItem *items, size_t n, const char *mode, Bundle *ret)
{
    Form form = {.items = items, .n_items = n, .identity_mode = str_of(mode)};

    return compose_submission(&o->by, &form, NULL, 0, &o->code_keys, DAY_NONE, ret);
}
#define SUBMIT(o, items, mode, ret)                                                                \
    submit((o), (items), sizeof(items) / sizeof((items)[0]), mode, ret)
#define ITEM(field, text)                                                                          \
    {                                                                                              \
        (field), SUB_VALUE,                                                                        \
        {                                                                                          \
            (text), sizeof(text) - 1                                                               \
        }                                                                                          \
    }
