/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/vault/directory.h"

const Person *directory_person(const Directory *d, Str name)
{
    for (size_t i = 0; name.len && i < d->n_people; i++)
        if (name_is(&d->people[i].name, name))
            return &d->people[i];
    return NULL;
}

bool person_has_role(const Person *p, const char *role)
{
    for (uint8_t i = 0; i < p->n_roles; i++)
        if (name_is(&p->roles[i], str_of(role)))
            return true;
    return false;
}

static bool role_is_guarded(const Directory *d, const Name *role)
{
    if (name_is(role, STR(ROLE_NAME_CUSTODIAN)))
        return true;
    for (uint8_t i = 0; i < d->n_guarded; i++)
        if (name_eq(&d->guarded[i], role))
            return true;
    return false;
}

bool person_is_guarded(const Directory *d, const Person *p)
{
    for (uint8_t i = 0; i < p->n_roles; i++)
        if (role_is_guarded(d, &p->roles[i]))
            return true;
    return false;
}

void person_roles(const Def *def, const Person *p, RoleMask *ret_office, RoleMask *ret_unit)
{
    RoleMask by_scope[] = {[SCOPE_OFFICE] = 0, [SCOPE_UNIT] = 0, [SCOPE_CASE] = 0};

    for (uint8_t i = 0; i < p->n_roles; i++) {
        uint8_t role = def_role(def, name_str(&p->roles[i]));
        /* The reserved roles are never held by a person as such. */
        if (role >= ROLE_FIRST_DECLARED && role < def->n_roles)
            by_scope[def->roles[role].scope] |= MASK32(role);
    }
    *ret_office = by_scope[SCOPE_OFFICE];
    *ret_unit = by_scope[SCOPE_UNIT];
}

bool person_holds(const Def *def, const Person *p, RoleMask roles, const Name *unit)
{
    RoleMask office, in_unit;

    if (p->disabled)
        return false;
    person_roles(def, p, &office, &in_unit);
    if (office & roles)
        return true;
    return (in_unit & roles) && unit && unit->s[0] && name_eq(unit, &p->unit);
}
