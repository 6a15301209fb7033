/* SPDX-License-Identifier: Apache-2.0 */
/* Deleting for good, between turns: once something was dropped the database is written anew
 * without it, and what the old file held is overwritten piece by piece. */
#pragma once

#include <stdbool.h>
#include <time.h>

typedef struct Server Server;

typedef struct House {
    bool look;    /* a commit may have left something to do */
    bool wipes;   /* the old file is being overwritten */
    time_t again; /* not before: somebody read beside, or there was no room; monotonic seconds */
} House;

/* There is something to do at once. */
bool house_waits(const Server *s);
/* Does some of it, unless commands wait: the whole compaction (it takes as long as writing the
 * database once), or a piece of the old file. 0; negative: the store cannot be trusted further. */
int house_keep(Server *s);
