/* SPDX-License-Identifier: Apache-2.0 */
/* The office's people as whoever looks after them sees them: the directory in force, verified with
 * DIR/org.pub whatever the daemon may say, and the draft of the next one (DIR/directory.draft). */
#pragma once

#include "cli/newkeys.h"
#include "engine/desk/desk.h"
#include "engine/vault/draft.h"

typedef struct Roll {
    Arena arena;
    char *dir, *draft_path;
    Desk *desk; /* for reading; beside a daemon too */
    Draft draft;
} Roll;
#define ROLL_AUTO __attribute__((cleanup(roll_finish)))

/* Opens the office of --data with its draft, or begins one. 0; CLI_REFUSED: told. */
int roll_open(const Args *args, Roll *ret);
void roll_finish(Roll *r);
/* Writes the draft, in one piece. */
int roll_keep(Roll *r);
/* Puts a signed document in force, with what the draft's people need to sign in: through the daemon
 * that serves the office, else in the database itself; then into DIR/directory.signed. The draft
 * is gone. 0; CLI_REFUSED: told. */
int roll_apply(Roll *r, const Args *args, Str document);
/* Ends somebody's sign-in at once. 0; CLI_REFUSED: told. */
int roll_block(Roll *r, const Args *args, Str name);

/* cmd_staff_cases.c: seals every case anew that only a key from before a rotation opens. */
struct Session;
int staff_reseal(struct Session *s);
/* cmd_staff.c: new keys for somebody who lost passphrase and recovery code. An exit code. */
int staff_anew(const Args *args);

/* What the command does in one turn of the database when nobody serves the office. */
typedef int (*RollTurn)(Desk *d, Txn *t, const void *job, Buf *report);
int roll_turn(Roll *r, RollTurn run, const void *job);
/* Somebody answers at DIR/krading.sock. */
bool roll_is_served(const Roll *r);
/* DIR/NAME anew: whole or not at all. 0; CLI_REFUSED: told. */
int file_replace(const char *path, unsigned mode, Str bytes);
