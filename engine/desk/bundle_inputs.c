/* SPDX-License-Identifier: Apache-2.0 */
/* What a bundle says in the clear, as the core wants it: people become tags, and nothing is said
 * that rules could not read or that leaves somebody on the case who must go. */
#include "base/err.h"
#include "engine/desk/inner.h"
#include <string.h>

/* ---- names to tags ---- */

static int tag_of_name(const Desk *d, uint64_t seal_id, const Name *name, Tag *ret)
{
    if (!directory_person(desk_directory(d), name_str(name)))
        return DESK_MALFORMED;
    *ret = desk_tag(d, seal_id, name_str(name));
    return DESK_OK;
}

static int linked_id(Desk *d, Txn *t, const Who *who, const Name *number, uint64_t *ret)
{
    CaseAt at;

    if (!number->s[0])
        return DESK_OK;
    if (!who)
        return DESK_MALFORMED;
    int r = case_at_number(d, t, name_str(number), who->person, &at);
    if (r)
        return r;
    if (at.def->protected) /* an id in the clear would tie two cases together on the disk */
        return DESK_MALFORMED;
    *ret = at.head.id;
    return DESK_OK;
}

/* ---- what is said in the clear ---- */

/* Only what rules can read: no words in the place of a choice. */
static bool open_value_fits(const Desk *d, const Field *f, const OpenValue *v)
{
    switch ((FieldType)f->type) {
    case FIELD_CHOICE:
    case FIELD_YES_NO:
        return !v->number && field_choice(f, name_str(&v->choice)) != DEF_NONE;
    case FIELD_UNIT:
        return !v->number && office_unit(desk_office(d), name_str(&v->choice));
    case FIELD_NUMBER:
    case FIELD_DATE:
        return !v->choice.s[0];
    case FIELD_TEXT:
    case FIELD_LONG_TEXT:
    case FIELD_FILES:
    case FIELD_STAFF:
    case FIELD_CASE:
    case FIELD_CHECKLIST:
    case FIELD_NOTICE:
    case FIELD_TYPES:
        break;
    }
    return false;
}

static bool open_values_fit(const Desk *d, const Def *def, const Inputs *in)
{
    if (in->n_open > INPUTS_OPEN_MAX)
        return false;
    for (uint8_t i = 0; i < in->n_open; i++) {
        const OpenValue *v = &in->open[i];
        if (v->field >= def->n_fields || !open_value_fits(d, &def->fields[v->field], v))
            return false;
    }
    return true;
}

static bool is_listed(const Bundle *b, const Name *name)
{
    for (uint8_t i = 0; i < b->n_excluded; i++) {
        if (name_eq(&b->excluded[i], name))
            return true;
    }
    return false;
}

static bool has_part_in(const Def *def, const Person *p)
{
    RoleMask office, unit;

    person_roles(def, p, &office, &unit);
    return (office | unit) != 0;
}

/* A unit may be accused as a whole; which one is sealed. */
static bool takes_units(const Def *def, const Bundle *b)
{
    for (uint8_t i = 0; i < def->conflict.n_exclude; i++) {
        const ExcludeRule *rule = &def->conflict.exclude[i];
        if (rule->how == EXCLUDE_UNIT && field_set_has(&b->in.given, rule->field) &&
            def->fields[rule->field].unit)
            return true;
    }
    return false;
}

static bool unit_is_listed(const Def *def, const Directory *dir, const Bundle *b, const Name *unit)
{
    for (size_t i = 0; i < dir->n_people; i++) {
        const Person *p = &dir->people[i];
        if (name_eq(&p->unit, unit) && has_part_in(def, p) && !is_listed(b, &p->name))
            return false;
    }
    return unit->s[0] != 0;
}

static bool names_accused(const Def *def, uint8_t field)
{
    for (uint8_t i = 0; i < def->conflict.n_exclude; i++) {
        if (def->conflict.exclude[i].field == field)
            return true;
    }
    return false;
}

/* The people named in conflict fields, as a form would name them. items: INPUTS_PEOPLE_MAX. */
static Form accused_form(const Def *def, const Bundle *b, FormItem *items)
{
    Form form = {.items = items};

    for (uint8_t i = 0; i < b->n_people; i++) {
        const BundlePerson *p = &b->people[i];
        if (names_accused(def, p->field))
            items[form.n_items++] =
                (FormItem){.field = p->field, .sub = SUB_VALUE, .value = name_str(&p->name)};
    }
    return form;
}

/* Whom an officer's step takes off the case follows from whom it names: nobody can be left on it
 * who must go, nor one colleague be taken off by hand. */
static int conflict_fits(Desk *d, const Said *said)
{
    ARENA_AUTO Arena arena = {0};
    const Def *def = said->def;
    const Bundle *b = said->bundle;
    const Directory *dir = desk_directory(d);
    FormItem items[INPUTS_PEOPLE_MAX];
    bool *excluded, executive;

    arena_init(&arena, 1 << 20);
    Form form = accused_form(def, b, items);
    TRY(conflict_work_out(def, dir, &form, &arena, &excluded, &executive));
    if (executive != b->in.executive)
        return DESK_MALFORMED;
    bool units = takes_units(def, b);
    for (size_t i = 0; i < dir->n_people; i++) {
        const Person *p = &dir->people[i];
        bool listed = is_listed(b, &p->name);
        bool out = excluded[i] || (said->kept_out && said->kept_out[i]);
        if (out && !listed && has_part_in(def, p))
            return DESK_MALFORMED;
        if (listed && !out && !(units && unit_is_listed(def, dir, b, &p->unit)))
            return DESK_MALFORMED;
    }
    return DESK_OK;
}

int bundle_inputs(Desk *d, Txn *t, const Said *said, Inputs *ret)
{
    const Bundle *b = said->bundle;
    Inputs in = b->in;
    int r = DESK_OK;

    if (b->n_people > INPUTS_PEOPLE_MAX || b->n_excluded > CASE_EXCLUDED_MAX ||
        !open_values_fit(d, said->def, &b->in))
        return DESK_MALFORMED;
    if (said->who)
        r = conflict_fits(d, said);
    memset(in.people, 0, sizeof(in.people));
    memset(in.excluded, 0, sizeof(in.excluded));
    in.n_people = b->n_people;
    in.n_excluded = b->n_excluded;
    in.target = (Tag){{0}};
    in.linked = 0;
    for (uint8_t i = 0; i < b->n_people && !r; i++) {
        in.people[i].field = b->people[i].field;
        r = tag_of_name(d, b->seal_id, &b->people[i].name, &in.people[i].tag);
    }
    for (uint8_t i = 0; i < b->n_excluded && !r; i++)
        r = tag_of_name(d, b->seal_id, &b->excluded[i], &in.excluded[i]);
    if (!r && b->target.s[0])
        r = tag_of_name(d, b->seal_id, &b->target, &in.target);
    r = r ? r : linked_id(d, t, said->who, &b->linked, &in.linked);
    if (!r)
        *ret = in;
    return r;
}
