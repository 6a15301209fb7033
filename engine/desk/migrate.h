/* SPDX-License-Identifier: Apache-2.0 */
/* Running cases moved to another version of their workflow, a portion a transaction. Each case is
 * one event of its own, so it may be stopped anywhere and begun again: what has been moved is not
 * looked at any more. */
#pragma once

#include "engine/desk/desk.h"

enum { MIGRATE_LOOKED = 200 }; /* cases looked at in one portion */

typedef enum MigrateVerdict {
    MIGRATE_MOVES,
    MIGRATE_FINISHES, /* `running: finish`: it ends on its own file, as the new version says */
    MIGRATE_STAYS,    /* it cannot be moved: see why */
    MIGRATE_VERDICTS
} MigrateVerdict;

/* A clock that runs before or after. DAY_NONE: it does not, or stands still without bound. */
typedef struct MigrateDue {
    Str deadline;
    Day before, after;
    bool runs_before, runs_after;
} MigrateDue;

typedef struct MigrateLine {
    Name number;
    uint32_t version; /* it runs on */
    uint8_t verdict;
    Str from, to; /* ids of states; to: empty unless it moves */
    Str why;      /* MIGRATE_STAYS: in an operator's words */
    Str left;     /* fields whose values no rule reads any more: "area, street", or empty */
    const MigrateDue *dues;
    size_t n_dues;
} MigrateLine;

typedef struct MigrateDone {
    const Def *def;
    uint64_t next; /* go on here; 0: all cases were looked at */
    size_t n;
    const MigrateLine *lines; /* in the order of filing */
} MigrateDone;

/* Looks at open cases of `fresh`, a definition in force, from case number `from` (0 first) on, and
 * moves those that run on another version of it; with dry nothing is written, and t may be a
 * reading transaction. DESK_OK, store's. */
int desk_migrate(Desk *d, Txn *t, const Def *fresh, uint64_t from, bool dry, Arena *arena,
                 MigrateDone *ret);
/* One document: {"workflow", "version", "protected", "next", "moves", "finishes", "stays", "why":
 * [...], "cases": [...]}; next is absent at the end. Protected cases are counted, never listed;
 * `why` are their reasons, each once. */
void migrate_put_json(Buf *out, const MigrateDone *done);
