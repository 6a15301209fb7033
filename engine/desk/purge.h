/* SPDX-License-Identifier: Apache-2.0 */
/* Destruction of closed files: a list is made, a second person approves exactly that list, and what
 * is on it goes a portion a turn. What went is remembered by a hash in a ledger, so that an older
 * backup does not bring it back.
 *
 * The list is a text, the report of what shall be destroyed; the approver's signature (type
 * "purge") is over the whole of it:
 *
 *   krading destruction list 1
 *   office TENANT
 *   made 2028-11-21 by NAME
 *   G69-0001 general closed 2026-01-05 kept until 2028-01-05: identity
 *   3f09a61be2c74d58 protected: everything
 *   cases 2
 *
 * Who lists and who approves read no protected case: of such it says what nobody can tell the case
 * by, and what goes. They come last, in the order of these handles; another day has others.
 *
 * A ledger is lines of "DAY HASH WHAT" below two lines of heading; HASH is BLAKE2b of office and
 * case, in hex, WHAT "everything" or classes with commas. */
#pragma once

#include "engine/desk/desk.h"

/* The ledger as a file: below DIR, and beside backups. */
#define PURGES_FILE "db/purges"

typedef enum PurgeStage { PURGE_LISTED, PURGE_RUNS, PURGE_DONE } PurgeStage;

typedef struct PurgeState {
    uint8_t stage; /* PurgeStage */
    Str list;      /* as above */
    Name maker;
    bool settled;  /* done, files removed, and the database written anew */
} PurgeState;

/* Makes the list of today, in the place of one that waits. DESK_OK; DESK_REFUSED: not this person's
 * to do; DESK_MOVED: an approved one is still being carried out. */
int desk_purge_list(Desk *d, Txn *t, const Who *who, Arena *arena, PurgeState *ret);
/* What was listed last. DESK_UNKNOWN: nothing; DESK_REFUSED: neither lists nor approves. */
int desk_purge_state(Desk *d, Txn *t, const Who *who, Arena *arena, PurgeState *ret);
/* DESK_OK; DESK_REFUSED: not this person's to do, or the list is their own; DESK_SIGNATURE: not of
 * the list that waits; DESK_MOVED: the list is not what is due any more, make it anew; DESK_UNKNOWN.
 */
int desk_purge_approve(Desk *d, Txn *t, const Who *who, const Signature *signature, Arena *arena,
                       PurgeState *ret);
/* Carries on with an approved list; *ret_more: some of it is left. Part of desk_tick. */
int desk_purge_step(Desk *d, Txn *t, bool *ret_more);
/* Between turns, after a commit: removes the files of what went and writes the ledger to DIR.
 * *ret_more: try again later (the file system refused). 0, store's, negative. */
int desk_purge_settle(Desk *d, bool *ret_more);
/* Removes attachments that no case names. Only while nobody serves the office: of a restored copy.
 * 0, store's, negative. */
int desk_files_prune(Desk *d);
/* All lines of the ledger, with the heading. */
int desk_purge_ledger(Desk *d, Txn *t, Buf *out);
/* Does again what DIR's ledger file knows and the store does not: after a restore. Runs turns of its
 * own. 0; 1: refused, see report; a store's answer; negative. */
int desk_purge_replay(Desk *d, Buf *report, uint64_t *ret_cases);
