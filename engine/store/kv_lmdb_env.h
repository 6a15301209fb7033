/* SPDX-License-Identifier: Apache-2.0 */
/* The environment of LMDB: its files, lock, map and answers. Transactions on it are in kv_lmdb.c,
 * rewriting it in kv_lmdb_compact.c. Inside these files only. */
#pragma once

#include "engine/store/kv.h"

#include <lmdb.h>

typedef struct Lmdb {
    Kv kv;
    MDB_env *env;
    MDB_dbi dbi[KV_TABLES];
    char *path; /* DIR/db */
    int lock_fd, dir_fd, db_fd;
    int left_fd;      /* what a compaction left, to be overwritten; -1: nothing */
    uint64_t left_at; /* bytes of it overwritten */
    bool absent[KV_TABLES]; /* to a reader, while no writer of this version has been there */
    bool read_only;
    bool full;       /* the map was too small; grows when active is 0 */
    bool at_limit;   /* no address space to grow into */
    bool dead;       /* a commit met a fault of the disk: no more turns */
    unsigned active; /* open transactions */
    MDB_txn *spare;  /* a reader at rest, to be renewed */
} Lmdb;

/* What an error of LMDB or of the system means to the store. */
int lmdb_answer(int rc);
/* The same for a write, which may have found the map too small, ... */
int lmdb_write_answer(Lmdb *m, int rc);
/* ... and for a commit, after whose failure nothing may be written any more. */
int lmdb_commit_answer(Lmdb *m, int rc);

/* Opens the files below dir and takes the writer's lock. What lmdb_close closes is set at once, so
 * it is called after a failure too. m is zeroed but for kv and read_only. */
int lmdb_open(Lmdb *m, const char *dir, size_t map_size);
void lmdb_close(Lmdb *m);
/* Doubles the map after RETRY, once no transaction is open. At the limit of the address space the
 * store is full. */
void lmdb_grow(Lmdb *m);
/* Gives the resting reader up; a map is only moved without it. */
void lmdb_spare_free(Lmdb *m);

/* The environment alone, closed and opened again in the place of the folder. */
int lmdb_env_begin(Lmdb *m, size_t map_size);
void lmdb_env_end(Lmdb *m);

/* 0: all of data.mdb in the folder is there, or there is none yet, or it is no database at all;
 * STORE_CUT; STORE_IO; -ENOMEM. Changes nothing. */
int lmdb_cut(int db_fd);

/* A compacting copy of what is committed, synced. 0, or an error of LMDB or of the system. */
int lmdb_copy_into(MDB_env *env, int fd);
int lmdb_copy(Kv *kv, const char *to_dir);
int lmdb_copy_fd(Kv *kv, int fd);
/* Finds what an earlier compaction left. */
int lmdb_left_open(Lmdb *m);
int lmdb_compact(Kv *kv);
int lmdb_wipe(Kv *kv, uint64_t most, bool *ret_more);
bool lmdb_space_below(const Kv *kv, uint64_t reserve);

static inline Lmdb *lmdb_of(Kv *kv)
{
    return (Lmdb *)(void *)kv;
}
