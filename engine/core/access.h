/* SPDX-License-Identifier: Apache-2.0 */
/* Who somebody is in one case, and what follows for reading. */
#pragma once

#include "engine/core/case.h"

typedef enum ActorKind { ACTOR_COMPLAINANT, ACTOR_PERSON, ACTOR_SYSTEM } ActorKind;

/* Somebody who acts, as the directory and this case's tag see them. */
typedef struct Actor {
    uint8_t kind;
    Tag tag;
    RoleMask roles;      /* held in the whole office */
    RoleMask unit_roles; /* roles of scope unit, held in `unit` */
    Name unit;
    RoleMask delegated; /* held for somebody else, by a dated order */
    Tag delegator;
} Actor;

/* Roles in force in this case: office roles, unit roles when the units are the same, membership,
 * assignee. 0 for an excluded person. c is NULL before submission: what is
 * held in the office or in any unit. */
RoleMask access_roles(const Def *def, const Case *c, const Actor *a);
/* The same, without memberships that wait for their declaration: such a member reads, but takes no
 * step before it. */
RoleMask access_acting_roles(const Def *def, const Case *c, const Actor *a);
/* May read things of this class by role (seals decide what can be opened). */
bool access_reads(const Def *def, const Case *c, const Actor *a, Class class);
/* Roles that should hold a key of `class` at submission: the staff of intake.by and the first
 * state's owner, as far as access lets them read it. */
RoleMask access_intake_readers(const Def *def, Class class);
/* Roles that should hold a key of `class` once the case is in `state`: its owner, those who may
 * act from it and approve there, as far as access lets them read it (need to know). */
RoleMask access_state_readers(const Def *def, uint8_t state, Class class);
