/* SPDX-License-Identifier: Apache-2.0 */
/* Who is accused decides who may see a case. */
#include "engine/vault/inner.h"

#include "base/err.h"
#include <errno.h>

/* The people and units that one field names. */
static bool item_names(const FormItem *item, uint8_t field, FormSub sub, const Name *name)
{
    return item->field == field && item->sub == sub && name->s[0] &&
           name_is(name, str_trim(item->value));
}

static bool form_names(const Form *form, uint8_t field, FormSub sub, const Name *name)
{
    for (size_t i = 0; i < form->n_items; i++)
        if (item_names(&form->items[i], field, sub, name))
            return true;
    return false;
}

static bool is_executive(const Def *def, const Person *p)
{
    RoleMask office, unit;

    /* Somebody whose account is closed stays an executive as far as an accusation goes. */
    person_roles(def, p, &office, &unit);
    return (office | unit) & def->conflict.executive;
}

/* Whose subordinates are the whole office: where a workflow names no executives, whoever has nobody
 * above. */
static bool is_above_all(const Def *def, const Person *p)
{
    return def->conflict.executive ? is_executive(def, p) : !p->superior.s[0];
}

typedef struct Accused {
    const Def *def;
    const Directory *d;
    const Form *form;
    uint8_t field;
} Accused;

static bool is_named(const Accused *a, const Person *p)
{
    return form_names(a->form, a->field, SUB_VALUE, &p->name);
}

static bool excluded_as_staff(const Accused *a, const Person *p)
{
    return is_named(a, p);
}

static bool excluded_by_unit(const Accused *a, const Person *p)
{
    if (!p->unit.s[0])
        return false;
    if (form_names(a->form, a->field, SUB_UNIT, &p->unit))
        return true;
    for (size_t i = 0; i < a->d->n_people; i++) {
        const Person *other = &a->d->people[i];
        if (name_eq(&other->unit, &p->unit) && is_named(a, other))
            return true;
    }
    return false;
}

static bool excluded_as_subordinate(const Accused *a, const Person *p)
{
    const Person *above = p;

    /* The bound ends a chain that somebody wrote as a circle. */
    for (size_t steps = 0; steps < a->d->n_people; steps++) {
        above = directory_person(a->d, name_str(&above->superior));
        if (!above)
            return false;
        if (is_named(a, above) && !is_above_all(a->def, above))
            return true;
    }
    return false;
}

static bool excluded_by(const ExcludeRule *rule, const Accused *a, const Person *p)
{
    static bool (*const how[])(const Accused *, const Person *) = {
        [EXCLUDE_STAFF] = excluded_as_staff,
        [EXCLUDE_UNIT] = excluded_by_unit,
        [EXCLUDE_SUBORDINATES] = excluded_as_subordinate,
    };
    return how[rule->how](a, p);
}

int conflict_work_out(const Def *def, const Directory *d, const Form *form, Arena *arena,
                      bool **ret_excluded, bool *ret_executive)
{
    bool executive = false;
    bool *excluded = arena_many(arena, d->n_people ? d->n_people : 1, bool);

    if (!excluded)
        return err_origin(-ENOMEM);
    for (uint8_t r = 0; r < def->conflict.n_exclude; r++) {
        const ExcludeRule *rule = &def->conflict.exclude[r];
        Accused a = {def, d, form, rule->field};
        for (size_t i = 0; i < d->n_people; i++) {
            excluded[i] = excluded[i] || excluded_by(rule, &a, &d->people[i]);
            executive =
                executive || (is_named(&a, &d->people[i]) && is_executive(def, &d->people[i]));
        }
    }
    *ret_excluded = excluded;
    *ret_executive = executive;
    return 0;
}

/* Whether enough people remain when this one item is in every conflict field. */
typedef struct Trial {
    const Def *def;
    const Directory *d;
    Buf *why;
    bool safe;
} Trial;

enum { TRIAL_FIELDS_MAX = 16, SAFE_READERS = 2 };

static void judge(Trial *t, const char *what, const Name *accused, const bool *excluded)
{
    size_t readers = readers_possible(t->def, t->d, excluded);
    size_t custodians = custodians_possible(t->d, excluded);
    size_t off = excluded_with_roles(t->def, t->d, excluded);
    bool pair = t->def->access.custodians == 0 || custodians >= 2;

    if (off > CASE_EXCLUDED_MAX) {
        t->safe = false;
        buf_addf(t->why, "%s %s accused: %zu people would be kept out, a case remembers %d\n", what,
                 accused->s, off, CASE_EXCLUDED_MAX);
    }

    if (readers < SAFE_READERS) {
        t->safe = false;
        buf_addf(t->why, "%s %s accused: %zu of %d readers remain\n", what, accused->s, readers,
                 SAFE_READERS);
    }
    if (!pair) {
        t->safe = false;
        buf_addf(t->why, "%s %s accused: no pair of custodians remains (%zu left)\n", what,
                 accused->s, custodians);
    }
}

static void try_accused(Trial *t, FormSub sub, const char *what, const Name *accused)
{
    ARENA_AUTO Arena arena = {0};
    FormItem items[TRIAL_FIELDS_MAX];
    size_t n = 0;
    bool *excluded, executive;

    for (uint8_t r = 0; r < t->def->conflict.n_exclude && n < TRIAL_FIELDS_MAX; r++)
        items[n++] = (FormItem){t->def->conflict.exclude[r].field, (uint8_t)sub, name_str(accused)};
    arena_init(&arena, 4096);
    Form form = {.items = items, .n_items = n};
    if (conflict_work_out(t->def, t->d, &form, &arena, &excluded, &executive)) {
        t->safe = false; /* not known to be safe */
        return;
    }
    judge(t, what, accused, excluded);
}

static bool unit_seen_before(const Directory *d, size_t person)
{
    for (size_t i = 0; i < person; i++)
        if (name_eq(&d->people[i].unit, &d->people[person].unit))
            return true;
    return false;
}

bool channel_is_safe(const Def *def, const Directory *d, Buf *why)
{
    Trial t = {def, d, why, true};

    for (size_t i = 0; i < d->n_people; i++) {
        const Person *p = &d->people[i];
        try_accused(&t, SUB_VALUE, "person", &p->name);
        if (p->unit.s[0] && !unit_seen_before(d, i))
            try_accused(&t, SUB_UNIT, "unit", &p->unit);
    }
    /* An office without people, or one whose readers were too few from the start. */
    if (d->n_people == 0) {
        t.safe = false;
        buf_adds(why, "nobody is in the directory\n");
    }
    return t.safe;
}
