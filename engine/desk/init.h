/* SPDX-License-Identifier: Apache-2.0 */
/* A new data directory:
 *   settings.yaml, workflows/ (yaml, scenario, calendars/), org.pub, directory.signed,
 *   keys (0600: pepper, mac, share, log key), db/, files/, lock
 * and apart from it, for the organisation's safe: org-first.key, org-second.key. */
#pragma once

#include "engine/desk/desk.h"

typedef struct NewPerson {
    const char *name, *label_th, *label_en, *unit, *superior;
    const char *roles; /* blank-separated */
    bool shown, outside;
} NewPerson;

typedef struct InitPlan {
    const char *dir;
    const char *share_dir;   /* where the shipped workflows lie */
    Label org;               /* empty: as in the shipped settings */
    bool demo;
    const NewPerson *people; /* may be none */
    size_t n_people;
} InitPlan;

/* A person's new passphrase, to be handed over and forgotten. */
typedef struct HandedOver {
    Name name;
    Buf passphrase;
} HandedOver;

/* 0; 1: refused, see report (not empty, no such share directory, ...). */
int office_create(const InitPlan *plan, Buf *report, HandedOver *ret_handed);
