/* SPDX-License-Identifier: Apache-2.0 */
/* The narrow door to disk: cases, events, due keys, and batches with preconditions. No cursor and
 * no pointer into a page leaves it; what is read is copied into the caller's arena. Two stores
 * stand behind it and pass the same conformance tests: LMDB, and a model in memory.
 *
 * One writer: the daemon's loop turn. store_turn, then for each command store_nest, reads and
 * store_apply, store_nest_keep or store_nest_drop; then store_commit once. */
#pragma once

#include "engine/store/record.h"

typedef enum StoreAnswer {
    STORE_OK,
    STORE_CONFLICT, /* a precondition of the batch does not hold; nothing was done */
    STORE_RETRY,    /* the map was too small and has grown: run the turn again */
    STORE_UNKNOWN,  /* no such thing */
    STORE_FULL,     /* no space on disk; the store stays as it was */
    STORE_IO,       /* a fault of disk or file; the environment cannot be trusted further */
    STORE_BROKEN,   /* a record that cannot be read */
    STORE_CUT,      /* on opening: the file ends before what was written; nothing was changed */
} StoreAnswer;

typedef struct Store Store;
typedef struct Txn Txn;

typedef enum StoreMode {
    STORE_WRITE,     /* the one writer; takes an exclusive lock on DIR/lock */
    STORE_READ_ONLY, /* beside a writer: verify, backup */
} StoreMode;

/* Opens or creates DIR/db. 0; STORE_CONFLICT: another process writes there (the lock is held);
 * STORE_UNKNOWN: no DIR, or nothing to read in it; STORE_CUT; STORE_IO; STORE_FULL; -ENOMEM. One
 * process opens a directory once. A file that is cut while it is open ends the process by SIGBUS:
 * what is mapped and gone has no other answer, and nothing false can be told or written. */
int store_open(const char *dir, StoreMode mode, Store **ret);
int store_model_new(Store **ret);
Store *store_free(Store *s);
/* Test seam: the n-th write operation from now (an entry put or deleted, nest, keep, commit) fails
 * once with this answer; 0 switches it off. */
void store_fail_after(Store *s, unsigned n, StoreAnswer with);

/* What of a protected case lies covered, so that a disk tells neither who acted nor who is kept out:
 * by whoever opened the store, under a key that the store does not know. `no` is the event's number,
 * COVERED_HEAD, or COVERED_ALERT: then `id` is the number of a row of the outbox. Both append to out;
 * 0, negative; uncover 1: it does not open. */
#define COVERED_HEAD UINT32_MAX
#define COVERED_ALERT (UINT32_MAX - 1)
typedef struct StoreCover {
    const void *key;
    int (*cover)(const void *key, uint64_t id, uint32_t no, Str plain, Buf *out);
    int (*uncover)(const void *key, uint64_t id, uint32_t no, Str covered, Buf *out);
} StoreCover;
/* Before the first transaction. Without it records that cover are not written (-EINVAL), and covered
 * ones not read (STORE_BROKEN). */
void store_cover(Store *s, const StoreCover *cover);

/* A reading transaction, renewed from the last one; ends with store_end. */
int store_read(Store *s, Txn **ret);
/* The writing transaction of a turn; reads inside it see what it wrote. */
int store_turn(Store *s, Txn **ret);
int store_nest(Txn *t);
/* Ends the nested transaction in any case; what is not STORE_OK was dropped. After STORE_RETRY and
 * STORE_IO the rest of the turn answers the same. */
int store_nest_keep(Txn *t);
void store_nest_drop(Txn *t);
/* Durable on return. STORE_OK; STORE_RETRY, STORE_FULL, STORE_IO: nothing of the turn is kept. Ends
 * the turn in any case; for the map to grow no read may be open. */
int store_commit(Txn *t);
/* Ends a read, or gives up a turn. */
void store_end(Txn *t);

/* ---- reading; all copy into the arena; STORE_OK, STORE_UNKNOWN, STORE_BROKEN, STORE_IO ---- */
int store_get_head(Txn *t, uint64_t id, HeadRecord *ret);
int store_get_event(Txn *t, uint64_t id, uint32_t seq, Arena *arena, EventRecord *ret);
int store_get_part(Txn *t, uint64_t id, uint32_t no, Arena *arena, PartRecord *ret);
/* Its kind alone, from its first bytes: for whoever wants few of many parts. */
int store_part_kind(Txn *t, uint64_t id, uint32_t no, uint8_t *ret_kind);
int store_get_seal(Txn *t, uint64_t id, uint32_t no, Arena *arena, SealRecord *ret);
int store_find_code(Txn *t, const Bytes32 *index, uint64_t *ret_id);
/* Case number, or register number of a workflow, to id. */
int store_find_number(Txn *t, Str number, uint64_t *ret_id);
int store_get_staff(Txn *t, Str name, Arena *arena, StaffRecord *ret);
int store_get_request(Txn *t, const Bytes32 *id, Arena *arena, RequestRecord *ret);
/* Whether the request is to be forgotten after that day. */
int store_find_expiry(Txn *t, Day day, const Bytes32 *id);
int store_get_leaf(Txn *t, uint64_t index, LeafRecord *ret);
int store_get_alert(Txn *t, uint64_t seq, AlertRecord *ret);
/* Small named values: "directory", "tree", "pending", settings of the store itself. */
int store_get_meta(Txn *t, Str key, Arena *arena, Str *ret);
/* The text of a workflow, a calendar's document or settings by its SHA-256. */
int store_get_def(Txn *t, const Bytes32 *hash, Arena *arena, Str *ret);
/* Of "alerts" and "waiting" the next number. 0 when it never counted. */
uint64_t store_count(Txn *t, Str counter);
/* What an old code leads to, once its case has moved. */
int store_get_handover(Txn *t, const Bytes32 *index, Arena *arena, HandoverRecord *ret);

/* ---- walking in key order: the first entry at or after *from; STORE_UNKNOWN at the end ---- */
typedef struct DueKey {
    Moment at;
    uint64_t case_id;
    uint8_t deadline;
} DueKey;
int store_next_due(Txn *t, const DueKey *from, DueKey *ret);
/* Open cases by the day of their shown deadline (DAY_NONE sorts last), then id. */
typedef struct ListKey {
    Day due;
    uint64_t case_id;
} ListKey;
int store_next_listed(Txn *t, const ListKey *from, ListKey *ret);
int store_next_case(Txn *t, uint64_t from, uint64_t *ret_id);
/* The next case that has events, parts or seals, whether or not it has a head. */
int store_next_owner(Txn *t, uint64_t from, uint64_t *ret_id);
int store_next_code(Txn *t, const Bytes32 *from, Bytes32 *ret_index, uint64_t *ret_id);
int store_next_handover(Txn *t, const Bytes32 *from, Bytes32 *ret_index);
int store_next_alert(Txn *t, uint64_t from, AlertRecord *ret);
/* Leaves of protected events waiting for the night, by their own running number. */
int store_next_waiting_leaf(Txn *t, uint64_t from, uint64_t *ret_no, LeafRecord *ret);
/* Numbers that are taken, in byte order; after: "" or the last one. */
int store_next_number(Txn *t, Str after, Arena *arena, Str *ret_number, uint64_t *ret_id);
int store_next_staff(Txn *t, Str after, Arena *arena, StaffRecord *ret);

/* ---- writing: a batch is data, checked and applied as one ---- */
typedef struct Batch Batch;     /* in an arena; holds its own copies */
Batch *batch_new(Arena *arena); /* NULL: no memory */
/* Preconditions. */
void batch_expect_rev(Batch *b, uint64_t id, uint32_t rev, uint32_t events);
void batch_expect_no_case(Batch *b, uint64_t id);
void batch_expect_no_code(Batch *b, const Bytes32 *index);
void batch_expect_no_handover(Batch *b, const Bytes32 *index);
void batch_expect_no_number(Batch *b, Str number);
void batch_expect_no_request(Batch *b, const Bytes32 *id);
/* Changes. Errors stick in the batch until store_apply. */
void batch_put_head(Batch *b, const HeadRecord *r);
void batch_put_event(Batch *b, const EventRecord *r);
/* These two answer with the record as it will lie there, for hashing: in the batch's arena, empty
 * once the batch has failed. */
Str batch_put_part(Batch *b, const PartRecord *r);
Str batch_put_seal(Batch *b, const SealRecord *r);
void batch_put_code(Batch *b, const Bytes32 *index, uint64_t id);
void batch_drop_code(Batch *b, const Bytes32 *index);
void batch_put_number(Batch *b, Str number, uint64_t id);
void batch_put_due(Batch *b, const DueKey *k);
void batch_drop_due(Batch *b, const DueKey *k);
void batch_put_listed(Batch *b, const ListKey *k);
void batch_drop_listed(Batch *b, const ListKey *k);
/* seq is given when applied, from the counter "alerts", beginning with 0. */
void batch_put_alert(Batch *b, const AlertRecord *r);
void batch_drop_alert(Batch *b, uint64_t seq);
void batch_put_leaf(Batch *b, const LeafRecord *r);
/* Its running number comes from the counter "waiting", beginning with 0. */
void batch_put_waiting_leaf(Batch *b, const LeafRecord *r);
void batch_drop_waiting_leaf(Batch *b, uint64_t no);
void batch_put_request(Batch *b, const Bytes32 *id, const RequestRecord *r);
void batch_drop_request(Batch *b, const Bytes32 *id);
void batch_put_handover(Batch *b, const Bytes32 *index, const HandoverRecord *r);
void batch_drop_handover(Batch *b, const Bytes32 *index);
void batch_put_staff(Batch *b, const StaffRecord *r);
void batch_put_meta(Batch *b, Str key, Str value);
void batch_put_def(Batch *b, const Bytes32 *hash, Str text);
void batch_set_count(Batch *b, Str counter, uint64_t value);
/* Whole case out: head, events, parts, seals, due, listed, code, outbox. For purge and
 * reclassification. Its number stays taken. One pass over the due index, the list and the outbox. */
void batch_drop_case(Batch *b, uint64_t id);
/* What the batch overwrites or drops must not stay in free pages. batch_drop_case implies it. */
void batch_want_compaction(Batch *b);
/* STORE_OK; STORE_CONFLICT: nothing done; STORE_RETRY, STORE_FULL, STORE_IO, STORE_BROKEN; -ENOMEM,
 * -EMSGSIZE (a value over 16 MiB), -EINVAL (a name that is empty, over 64 bytes or has a NUL).

 * but the first two drop the nested transaction; until then nothing more is written in it. */
int store_apply(Txn *t, const Batch *b);

/* Requests whose time is over, at most n; returns how many went. */
int store_expire_requests(Txn *t, Day before, unsigned n, unsigned *ret_gone);

/* Space: true when the file system holds less than `reserve` bytes. */
bool store_space_below(const Store *s, uint64_t reserve);
/* A compacting copy, TO_DIR/db in an existing directory, that store_open opens; kept out of the
 * file cache. STORE_OK, STORE_FULL, STORE_IO (also: there is one already); the model: -ENOTSUP. */
int store_copy(Store *s, const char *to_dir);
/* The same database file written to fd from its position on. The caller syncs. */
int store_copy_fd(Store *s, int fd);

/* ---- deleting for good: deleted bytes stay in free pages until the file is written anew ---- */
/* True from the commit of a batch that dropped a case, or wants it, until store_compact. */
bool store_compaction_due(Txn *t);
/* Writes the database anew without what was deleted and puts it in the place of the old one, whole
 * at every step; everything that lies in free pages is gone from it. No transaction may be open.
 * Takes as long as writing the database once. STORE_OK; STORE_CONFLICT: somebody reads beside, try
 * again later; STORE_FULL, STORE_RETRY, STORE_IO, -ENOMEM: the mark stays. */
int store_compact(Store *s);
/* Overwrites and removes what a compaction left (the old file), at most `most` bytes a call;
 * *ret_more: some is left. STORE_OK, STORE_IO. */
int store_wipe(Store *s, uint64_t most, bool *ret_more);
