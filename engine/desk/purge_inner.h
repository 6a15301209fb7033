/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of purging. */
#pragma once

#include "engine/desk/inner.h"
#include "engine/desk/purge.h"

enum { PURGE_ARENA = 64 << 20, PURGE_CASES = 20 /* a turn */, PURGE_TEXT_MAX = 15 << 20 };

/* Names of values in the store. */
#define PURGE_STATE  "purge" /* "listed DAY MAKER", "runs OFFSET PLACE", "done" */
#define PURGE_LIST   "purge.list"
#define PURGE_HIDDEN "purge.hidden" /* "HANDLE ID" of the list's protected cases, one a line */
#define PURGE_APPROVALS "approvals" /* places of the LOGGED_LIST of approvals, one a line; each with
                                     * "approval.PLACE": NAME, version of the directory, signature in
                                     * hex; then the list */
#define PURGE_FILES  "purge.files"  /* names below DIR/files, one a line, to be removed */
#define PURGE_COUNT  "purges"       /* counter: portions of the ledger, "purges.0" and on */

/* What of a case goes today, held and linked cases minded; false: nothing. DESK_... in *ret_r. */
bool purge_due(Desk *d, Txn *t, const Def *def, const Case *c, Day today, Destruction *ret,
               int *ret_r);
/* What a list of that day calls a case: its number; of a protected one what nobody can tell it by,
 * on another day another. */
void purge_name(const Desk *d, const Def *def, const HeadRecord *h, Day day, Name *ret);
/* A line that names a case; false: heading or end. */
bool purge_line_get(Str line, Str *ret_name, Destruction *ret_what);
/* The day and the maker in a list's heading. 0; 1: not a list of this office. */
int purge_heading_get(const Desk *d, Str list, Day *ret_day, Name *ret_maker);
/* What the log attests of a list (`what`: "listed") and of its approval ("approved"). */
Bytes32 purge_list_attested(const char *what, Str list, const Signature *signature);
/* "everything", or "identity,confidential". */
void purge_what_put(Buf *out, const Destruction *what);
/* 0; 1: not such words. */
int purge_what_get(Str words, Destruction *ret);
/* Lines of DIR's ledger file that the store has not: a restored copy that was not served since. 0;
 * 1: not a ledger of this office; a desk's answer; negative. */
int purge_waits(Desk *d, size_t *ret_lines);
Bytes32 purge_mark(const Desk *d, uint64_t seal_id);
/* Of a line of the ledger, by the pepper: the file is believed when the office opens, and whoever
 * writes to the disk could name any case in it. */
Hash purge_line_mac(const Desk *d, Str line);
/* A line that this office has written: 0, else 1. */
int purge_ledger_line(const Desk *d, Str line);
int purge_meta_put(Txn *t, const char *name, Str value);
/* Empty when there is none. DESK_OK or store's. */
int purge_meta_get(Txn *t, const char *name, Arena *arena, Str *ret);

/* Cases that go in one turn. */
typedef struct PurgeRun {
    Desk *desk;
    Txn *txn;
    Arena *arena;
    PurgeGround ground;         /* cases and came are counted here */
    uint64_t gone[PURGE_CASES]; /* ids of whole cases */
    size_t n_gone;
    Buf files, ledger; /* lines */
} PurgeRun;
/* Begins as PURGED_AGAIN. */
void purge_run_begin(PurgeRun *p, Desk *d, Txn *t, Arena *arena);
void purge_run_finish(PurgeRun *p);
/* Takes it out. replay: a hold that the copy still knows of is lifted, and the ledger, which knows
 * of it, is not added to. DESK_OK, store's. */
int purge_run_case(PurgeRun *p, uint64_t id, const Destruction *what, bool replay);
/* Log leaves of what went, the ledger, the files to be removed. */
int purge_run_end(PurgeRun *p);
