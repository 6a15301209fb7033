/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/vault/inner.h"

bool person_is_custodian(const Person *p)
{
    return person_has_role(p, ROLE_NAME_CUSTODIAN);
}

/* A custodian guards the identity in cases that he cannot read; where a workflow has no custodians
 * the role means nothing. */
static bool may_read(const Def *def, const Person *p, RoleMask roles)
{
    if (def->access.custodians && person_is_custodian(p))
        return false;
    return person_holds(def, p, roles, NULL);
}

/* The circles that are asked one after the other. */
typedef enum Circle { CIRCLE_INTAKE, CIRCLE_INSIDE, CIRCLE_OUTSIDE, CIRCLES } Circle;

static bool in_circle(const Def *def, const Person *p, Circle circle)
{
    RoleMask roles = circle == CIRCLE_INTAKE ? access_intake_readers(def, CLASS_CONFIDENTIAL)
                                             : def->access.readers[CLASS_CONFIDENTIAL];
    return p->outside == (circle == CIRCLE_OUTSIDE) && may_read(def, p, roles);
}

static void take_circle(const Def *def, const Directory *d, const bool *excluded, Circle circle,
                        bool guarded, Readers *ret)
{
    size_t max = def->protected ? READER_SLOTS : READERS_MAX;

    for (size_t i = 0; i < d->n_people && ret->n < max; i++) {
        const Person *p = &d->people[i];
        if (!excluded[i] && in_circle(def, p, circle) && person_is_guarded(d, p) == guarded)
            ret->person[ret->n++] = p;
    }
}

int readers_choose(const Def *def, const Directory *d, const bool *excluded, Readers *ret)
{
    Readers chosen = {.n = 0};

    for (unsigned c = 0; c < CIRCLES && chosen.n == 0; c++) {
        take_circle(def, d, excluded, (Circle)c, true, &chosen);
        take_circle(def, d, excluded, (Circle)c, false, &chosen);
    }
    if (chosen.n == 0)
        return 1;
    *ret = chosen;
    return 0;
}

size_t readers_possible(const Def *def, const Directory *d, const bool *excluded)
{
    size_t n = 0;

    for (size_t i = 0; i < d->n_people; i++) {
        const Person *p = &d->people[i];
        n +=
            !excluded[i] && (in_circle(def, p, CIRCLE_INTAKE) || in_circle(def, p, CIRCLE_INSIDE) ||
                             in_circle(def, p, CIRCLE_OUTSIDE));
    }
    return n;
}

size_t custodians_possible(const Directory *d, const bool *excluded)
{
    size_t n = 0;

    for (size_t i = 0; i < d->n_people; i++)
        n += !excluded[i] && !d->people[i].disabled && person_is_custodian(&d->people[i]);
    return n;
}
