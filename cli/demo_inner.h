/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files that play the samples. */
#pragma once

#include "cli/demo.h"
#include "crypto/login.h"
#include "engine/desk/desk.h"

enum { KEYED_MAX = 64 };

/* A person whose keys have been unwrapped. */
typedef struct Keyed {
    Name name;
    PersonKeys keys;
} Keyed;

typedef struct Entered {
    Code code;
    Name number;
} Entered;

typedef struct Player {
    Desk *desk;
    const HandedOver *people;
    size_t n_people;
    Keyed keyed[KEYED_MAX];
    size_t n_keyed;
    Entered *entered; /* one for each sample */
    Day today;
    unsigned minute; /* of the virtual day: things happen one after the other */
} Player;

/* The person's keys, kept until the player is finished. Reads the store: not within a turn. 0;
 * -EIO, -ENOENT, -ENOBUFS, -ENOMEM. */
int demo_keys(Player *p, const char *name, const PersonKeys **ret);
