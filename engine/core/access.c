/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/core/access.h"

enum { RESERVED_ROLES = 7 }; /* complainant, system, assignee: never held by directory */
_Static_assert(RESERVED_ROLES == (1 << ROLE_FIRST_DECLARED) - 1, "the reserved roles come first");

static RoleMask roles_of_scope(const Def *def, uint8_t scope)
{
    RoleMask mask = 0;
    for (uint8_t i = ROLE_FIRST_DECLARED; i < def->n_roles; i++) {
        if (def->roles[i].scope == scope)
            mask |= MASK32(i);
    }
    return mask;
}

static RoleMask roles_of_person(const Def *def, const Case *c, const Actor *a, bool acting)
{
    RoleMask mask = a->roles & roles_of_scope(def, SCOPE_OFFICE);
    if (!c || (c->unit.s[0] && name_eq(&c->unit, &a->unit)))
        mask |= a->unit_roles & roles_of_scope(def, SCOPE_UNIT);
    if (!c)
        return mask;
    for (uint8_t i = 0; i < c->n_members; i++) {
        const Member *m = &c->members[i];
        if (tag_eq(&m->tag, &a->tag) && (m->declared || !acting))
            mask |= MASK32(m->role);
    }
    if (tag_eq(&c->assignee, &a->tag))
        mask |= MASK32(ROLE_ASSIGNEE);
    return mask;
}

static RoleMask roles(const Def *def, const Case *c, const Actor *a, bool acting)
{
    switch ((ActorKind)a->kind) {
    case ACTOR_COMPLAINANT:
        return MASK32(ROLE_COMPLAINANT);
    case ACTOR_SYSTEM:
        return MASK32(ROLE_SYSTEM);
    case ACTOR_PERSON:
        break;
    }
    if (tag_is_none(&a->tag) || (c && case_excludes(c, &a->tag)))
        return 0;
    return roles_of_person(def, c, a, acting);
}

RoleMask access_roles(const Def *def, const Case *c, const Actor *a)
{
    return roles(def, c, a, false);
}

RoleMask access_acting_roles(const Def *def, const Case *c, const Actor *a)
{
    return roles(def, c, a, true);
}

bool access_reads(const Def *def, const Case *c, const Actor *a, Class class)
{
    return a->kind == ACTOR_PERSON && (access_roles(def, c, a) & def->access.readers[class]) != 0;
}

static RoleMask owner_mask(const Def *def, uint8_t state)
{
    uint8_t owner = def->states[state].owner;
    return owner == DEF_NONE ? 0 : MASK32(owner);
}

RoleMask access_intake_readers(const Def *def, Class class)
{
    RoleMask staff = def->intake.by & ~MASK32(ROLE_COMPLAINANT);
    return (staff | owner_mask(def, def->initial)) & def->access.readers[class];
}

RoleMask access_state_readers(const Def *def, uint8_t state, Class class)
{
    RoleMask mask = owner_mask(def, state);
    for (uint8_t i = 0; i < def->n_actions; i++) {
        const Action *a = &def->actions[i];
        if (a->from & MASK64(state))
            mask |= a->by | a->approve.by;
    }
    for (uint8_t i = 0; i < def->n_deadlines; i++) {
        const Extend *e = &def->deadlines[i].extend;
        if (e->in & MASK64(state))
            mask |= e->by | e->approve.by;
    }
    return mask & def->access.readers[class];
}
