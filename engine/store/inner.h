/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the store share: keys, the transaction with its first fault, and values cut
 * into pieces. */
#pragma once

#include "engine/store/kv.h"

enum {
    PIECE_WHOLE_MAX = 1500,       /* bytes; a longer value is cut, so that it fits LMDB's pages */
    PIECE_LEN = 1024,
    VALUE_LEN_MAX = 16 << 20,     /* bytes; the largest request body */
    KEY_NAME_MAX = 64,            /* bytes of a name used as a key */
    RECORD_LEN_MAX = VALUE_LEN_MAX + 4096,
};

typedef struct Key {
    uint8_t b[KV_KEY_MAX];
    size_t len; /* 0: the name could not be a key */
} Key;

Str key_str(const Key *k);
Key key_u64(uint64_t v);
Key key_case_no(uint64_t id, uint32_t no);
Key key_hash(const Bytes32 *h);
/* The name and a NUL, so that no name's key begins another's. */
Key key_name(Str name);
Key key_due(const DueKey *k);
Key key_listed(const ListKey *k);
Key key_expiry(Day day, const Bytes32 *id);
/* All bits set sorts last. */
uint32_t key_day(Day d);
Day key_day_back(uint32_t v);
/* A number as the value of an index; 0, or STORE_BROKEN. The greatest of all is nobody's: a walk
 * goes on at the next one, and over a damaged file would begin anew behind it. */
int index_value(Str bytes, uint64_t *ret);

struct Store {
    Kv *kv;
    StoreCover cover;
    unsigned fail_in; /* write operations until the test's fault; 0: never */
    int fail_with;
};

/* The first fault of a writing transaction sticks: RETRY and IO to the end of the turn, others to
 * the end of the nested transaction they happened in. */
struct Txn {
    Store *store;
    KvTxn *kv;
    bool write;
    unsigned depth;
    int err;
    unsigned err_depth;
};

int txn_get(Txn *t, KvTable table, const Key *key, Str *ret);
int txn_next(Txn *t, KvTable table, Str from, Str *ret_key, Str *ret_value);
int txn_put(Txn *t, KvTable table, Str key, Str value);
int txn_del(Txn *t, KvTable table, Str key);
/* STORE_UNKNOWN becomes 0: there was nothing to delete. */
int txn_clear(Txn *t, KvTable table, Str key);

/* Remembers the fault in a writing transaction; returns it. */
int txn_stick(Txn *t, int r);
/* As store_open, with the bytes of address space that the map begins with. */
int store_open_sized(const char *dir, StoreMode mode, size_t map_size, Store **ret);

/* ---- pieces.c: values of any length up to VALUE_LEN_MAX ---- */
/* *ret points into the store or, when the value is in pieces, into scratch; until the next write.
 * STORE_UNKNOWN, STORE_BROKEN. */
int value_get(Txn *t, KvTable table, const Key *key, Buf *scratch, Str *ret);
/* The first PIECE_LEN bytes, or all of a short value; points into the store until the next write. */
int value_begin(Txn *t, KvTable table, const Key *key, Str *ret);
int value_copy(Txn *t, KvTable table, const Key *key, Arena *arena, Str *ret);
int value_put(Txn *t, KvTable table, const Key *key, Str value);
int value_del(Txn *t, KvTable table, const Key *key);
/* The first value's key at or after `from` of which `key_len` bytes are the key. */
int value_next(Txn *t, KvTable table, const Key *from, size_t key_len, Key *ret);

/* The counter that says a compaction is due: 0 or 1. */
#define COMPACT_COUNT "compact"

/* ---- covered.c ---- */
typedef struct Op Op;
/* What of the record lies covered, and the record without it. */
void head_split(const HeadRecord *r, Buf *plain, HeadRecord *ret_rest);
void event_split(const EventRecord *r, Buf *plain, EventRecord *ret_rest);
/* Puts it together again. STORE_OK, STORE_BROKEN. */
int head_join(const Store *s, HeadRecord *r);
int event_join(const Store *s, EventRecord *r);
int covered_put(Txn *t, const Op *op);
/* As it lies on disk, appended to out; its seq is known. 0, negative. */
int alert_put(const Store *s, const AlertRecord *r, Buf *out);
int alert_join(const Store *s, AlertRecord *r);

/* ---- batch.c: what a batch is made of ---- */
typedef enum OpKind {
    OP_EXPECT_REV,   /* number: rev << 32 | events */
    OP_EXPECT_NONE,
    OP_PUT_VALUE,
    OP_PUT_INDEX,
    OP_DROP_VALUE,
    OP_DROP_INDEX,
    OP_ADD_ALERT,    /* record: AlertRecord; its seq is given when applied */
    OP_ADD_WAITING,  /* record: LeafRecord */
    OP_PUT_COVERED,  /* record: HeadRecord or EventRecord without, value: what is covered */
    OP_DROP_CASE,    /* number: id */
} OpKind;

struct Op {
    Op *next;
    uint8_t kind, table;
    Key key;
    Str value;
    uint64_t number;
    const void *record;
};

struct Batch {
    Arena *arena;
    int err;
    Op *expects, *changes;
    Op **last_expect, **last_change;
};
