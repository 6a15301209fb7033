/* SPDX-License-Identifier: Apache-2.0 */
/* What a store is made of: ordered tables of bytes, one writer with nested transactions, readers
 * with a snapshot. Inside engine/store only. Answers are StoreAnswers or a negative errno. */
#pragma once

#include "engine/store/store.h"

/* Keys in brackets; integers big-endian so that bytes sort as numbers. Value tables hold records
 * in pieces (pieces.h), index tables plain values. The order is the order on disk: append only. */
typedef enum KvTable {
    KV_HEADS,    /* [case] head */
    KV_EVENTS,   /* [case, seq] event */
    KV_PARTS,    /* [case, no] part */
    KV_SEALS,    /* [case, no] seal */
    KV_ALERTS,   /* [seq] alert */
    KV_LEAVES,   /* [index] leaf */
    KV_WAITING,  /* [running number] leaf */
    KV_REQUESTS, /* [request id] request */
    KV_STAFF,    /* [name, NUL] staff */
    KV_META,     /* [name, NUL] bytes */
    KV_DEFS,     /* [SHA-256] text of a workflow file */
    KV_CODES,    /* index: [code index] case */
    KV_NUMBERS,  /* index: [number, NUL] case */
    KV_DUE,      /* index: [moment, case, deadline] nothing */
    KV_LISTED,   /* index: [day, case] nothing */
    KV_EXPIRY,   /* index: [day, request id] nothing */
    KV_COUNTS,   /* index: [name, NUL] number */
    KV_HANDOVERS, /* [code index] hand-over; not in stores of the first version */
    KV_TABLES
} KvTable;

enum {
    KV_KEY_MAX = 96, /* bytes, at least 1; LMDB itself takes 511 */
    KV_NEST_MAX = 8, /* transactions within transactions */
};

typedef struct Kv Kv;
typedef struct KvTxn KvTxn;

typedef struct KvOps {
    void (*free)(Kv *kv);
    int (*begin)(Kv *kv, bool write, KvTxn **ret);
    int (*nest)(KvTxn *t);
    int (*keep)(KvTxn *t);
    void (*drop)(KvTxn *t);
    /* Both end the transaction and all that is nested in it. */
    int (*commit)(KvTxn *t);
    void (*end)(KvTxn *t);
    /* Keys and values given back stay where they are until the next write or the end. */
    int (*get)(KvTxn *t, KvTable table, Str key, Str *ret);
    /* The first entry at or after `from`. */
    int (*next)(KvTxn *t, KvTable table, Str from, Str *ret_key, Str *ret_value);
    /* key and value must not point into the store. */
    int (*put)(KvTxn *t, KvTable table, Str key, Str value);
    /* STORE_UNKNOWN: there was none. */
    int (*del)(KvTxn *t, KvTable table, Str key);
    int (*copy)(Kv *kv, const char *to_dir);
    int (*copy_fd)(Kv *kv, int fd);
    int (*compact)(Kv *kv);
    int (*wipe)(Kv *kv, uint64_t most, bool *ret_more);
    bool (*space_below)(const Kv *kv, uint64_t reserve);
} KvOps;

struct Kv {
    const KvOps *ops;
};
struct KvTxn {
    Kv *kv;
};

enum { KV_MAP_FIRST_MIB = 1024 };
/* map_size: bytes of address space to begin with; it doubles when it is full. */
int kv_lmdb_new(const char *dir, StoreMode mode, size_t map_size, Kv **ret);
int kv_model_new(Kv **ret);
