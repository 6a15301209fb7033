/* SPDX-License-Identifier: Apache-2.0 */
/* A new data directory:
 *   settings.yaml, workflows/ (yaml, scenario, calendars/), org.pub, directory.signed,
 *   keys/ (0600: pepper, mac, share, log; 32 bytes each), db/, files/, lock
 *   safe/ org-first.key, org-second.key (one line of hex digits each): the organisation's own keys,
 *         to be carried off this machine and kept apart. */
#pragma once

#include "engine/desk/desk.h"

typedef struct NewPerson {
    const char *name, *label_th, *label_en, *unit, *superior;
    const char *roles; /* blank-separated */
    bool shown, outside;
} NewPerson;

typedef struct InitPlan {
    const char *dir;
    const char *share_dir; /* where the shipped workflows lie */
    Label org;             /* empty: as in the shipped settings */
    bool demo;
    const NewPerson *people; /* may be none */
    size_t n_people;
} InitPlan;

/* A person's new passphrase, to be handed over and forgotten. */
typedef struct HandedOver {
    Name name;
    Buf passphrase;
} HandedOver;

/* ret_handed: room for n_people; the caller finishes the passphrases, after a refusal too. 0; 1:
 * refused, see report (not empty, no such share directory, ...); negative. */
int office_create(const InitPlan *plan, Buf *report, HandedOver *ret_handed);
