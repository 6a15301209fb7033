/* SPDX-License-Identifier: Apache-2.0 */
/* LMDB. The map is a sparse reserve of address space: a store that outgrows it answers RETRY, and
 * the map doubles as soon as no transaction is open. Readers are in the process of the writer or,
 * for verify and backup, in another one; both use the lock table of LMDB. */
#include "engine/store/kv_lmdb_env.h"

#include "base/err.h"

#include <errno.h>
#include <stdlib.h>

/* Tables whose keys mostly grow: their pages are filled to the end instead of to the half. */
static const bool grows[KV_TABLES] = {
    [KV_HEADS] = true,  [KV_EVENTS] = true, [KV_PARTS] = true,   [KV_SEALS] = true,
    [KV_ALERTS] = true, [KV_LEAVES] = true, [KV_WAITING] = true,
};

typedef struct LmdbTxn {
    KvTxn t;
    bool write;
    size_t n; /* nested transactions */
    MDB_txn *level[1 + KV_NEST_MAX];
} LmdbTxn;

static LmdbTxn *txn_of(KvTxn *t)
{
    return (LmdbTxn *)(void *)t;
}

static MDB_txn *top(const LmdbTxn *t)
{
    return t->level[t->n];
}

static MDB_val val_of(Str s)
{
    return (MDB_val){s.len, (void *)(uintptr_t)s.ptr};
}

static Str str_of_val(MDB_val v)
{
    return (Str){v.mv_data, v.mv_size};
}

static int begin_once(Lmdb *m, bool write, MDB_txn **ret)
{
    if (write || !m->spare)
        return mdb_txn_begin(m->env, NULL, write ? 0 : MDB_RDONLY, ret);

    MDB_txn *spare = m->spare;
    const int rc = mdb_txn_renew(spare);
    if (rc)
        return rc;
    m->spare = NULL;
    *ret = spare;
    return 0;
}

/* Another process may have grown the map, or died with its reader's slot taken. */
static int begin_patiently(Lmdb *m, bool write, MDB_txn **ret)
{
    int rc = begin_once(m, write, ret), gone;

    if (rc == MDB_MAP_RESIZED && !m->active) {
        lmdb_spare_free(m);
        rc = mdb_env_set_mapsize(m->env, 0);
        if (!rc)
            rc = begin_once(m, write, ret);
    } else if (rc == MDB_READERS_FULL) {
        rc = mdb_reader_check(m->env, &gone);
        if (!rc)
            rc = begin_once(m, write, ret);
    }
    return rc;
}

static int lmdb_begin(Kv *kv, bool write, KvTxn **ret)
{
    Lmdb *m = lmdb_of(kv);

    lmdb_grow(m);
    if (m->dead || (write && m->read_only))
        return STORE_IO;
    LmdbTxn *t = calloc(1, sizeof(*t));
    if (!t)
        return err_origin(-ENOMEM);
    t->t.kv = kv;
    t->write = write;
    const int rc = begin_patiently(m, write, &t->level[0]);
    if (rc) {
        free(t);
        return lmdb_answer(rc);
    }
    m->active++;
    *ret = &t->t;
    return 0;
}

static void lmdb_drop(KvTxn *kt)
{
    LmdbTxn *t = txn_of(kt);

    mdb_txn_abort(t->level[t->n--]);
}

static void txn_free(LmdbTxn *t)
{
    Lmdb *m = lmdb_of(t->t.kv);

    free(t);
    m->active--;
    lmdb_grow(m);
}

static void lmdb_end(KvTxn *kt)
{
    LmdbTxn *t = txn_of(kt);
    Lmdb *m = lmdb_of(kt->kv);

    while (t->n)
        lmdb_drop(kt);
    if (t->write || m->spare) {
        mdb_txn_abort(t->level[0]);
    } else {
        mdb_txn_reset(t->level[0]);
        m->spare = t->level[0];
    }
    txn_free(t);
}

static int lmdb_nest(KvTxn *kt)
{
    LmdbTxn *t = txn_of(kt);

    if (!t->write || t->n == KV_NEST_MAX)
        return err_origin(-EINVAL);
    const int rc = mdb_txn_begin(lmdb_of(kt->kv)->env, top(t), 0, &t->level[t->n + 1]);
    if (rc)
        return lmdb_answer(rc);
    t->n++;
    return 0;
}

static int lmdb_keep(KvTxn *kt)
{
    LmdbTxn *t = txn_of(kt);

    /* Gone after this call whether it worked or not. */
    return lmdb_answer(mdb_txn_commit(t->level[t->n--]));
}

static int lmdb_commit(KvTxn *kt)
{
    LmdbTxn *t = txn_of(kt);
    Lmdb *m = lmdb_of(kt->kv);
    int r = 0;

    while (!r && t->n)
        r = lmdb_keep(kt);
    if (r) {
        lmdb_end(kt);
        return r;
    }
    r = lmdb_commit_answer(m, mdb_txn_commit(t->level[0]));
    txn_free(t);
    return r;
}

static int lmdb_get(KvTxn *kt, KvTable table, Str key, Str *ret)
{
    MDB_val k = val_of(key), v;

    if (lmdb_of(kt->kv)->absent[table])
        return STORE_UNKNOWN;
    const int rc = mdb_get(top(txn_of(kt)), lmdb_of(kt->kv)->dbi[table], &k, &v);

    if (!rc)
        *ret = str_of_val(v);
    return lmdb_answer(rc);
}

static int lmdb_next(KvTxn *kt, KvTable table, Str from, Str *ret_key, Str *ret_value)
{
    MDB_val k = val_of(from), v;
    MDB_cursor *cursor;

    if (lmdb_of(kt->kv)->absent[table])
        return STORE_UNKNOWN;
    int rc = mdb_cursor_open(top(txn_of(kt)), lmdb_of(kt->kv)->dbi[table], &cursor);

    if (rc)
        return lmdb_answer(rc);
    rc = mdb_cursor_get(cursor, &k, &v, MDB_SET_RANGE);
    mdb_cursor_close(cursor);
    if (!rc) {
        if (str_cmp(str_of_val(k), from) < 0) /* a broken tree: who goes on walks in a ring */
            return STORE_IO;
        *ret_key = str_of_val(k);
        *ret_value = str_of_val(v);
    }
    return lmdb_answer(rc);
}

static int lmdb_put(KvTxn *kt, KvTable table, Str key, Str value)
{
    MDB_val k = val_of(key), v = val_of(value);
    const MDB_dbi dbi = lmdb_of(kt->kv)->dbi[table];
    int rc = MDB_KEYEXIST; /* what MDB_APPEND says of a key that is not the last */

    if (!key.len || key.len > KV_KEY_MAX)
        return err_origin(-EINVAL);
    if (grows[table])
        rc = mdb_put(top(txn_of(kt)), dbi, &k, &v, MDB_APPEND);
    if (rc == MDB_KEYEXIST)
        rc = mdb_put(top(txn_of(kt)), dbi, &k, &v, 0);
    return lmdb_write_answer(lmdb_of(kt->kv), rc);
}

static int lmdb_del(KvTxn *kt, KvTable table, Str key)
{
    MDB_val k = val_of(key);
    Lmdb *m = lmdb_of(kt->kv);

    return lmdb_write_answer(m, mdb_del(top(txn_of(kt)), m->dbi[table], &k, NULL));
}

static void lmdb_free(Kv *kv)
{
    Lmdb *m = lmdb_of(kv);

    lmdb_close(m);
    free(m);
}

static const KvOps lmdb_ops = {
    .free = lmdb_free,
    .begin = lmdb_begin,
    .nest = lmdb_nest,
    .keep = lmdb_keep,
    .drop = lmdb_drop,
    .commit = lmdb_commit,
    .end = lmdb_end,
    .get = lmdb_get,
    .next = lmdb_next,
    .put = lmdb_put,
    .del = lmdb_del,
    .copy = lmdb_copy,
    .copy_fd = lmdb_copy_fd,
    .compact = lmdb_compact,
    .wipe = lmdb_wipe,
    .space_below = lmdb_space_below,
};

int kv_lmdb_new(const char *dir, StoreMode mode, size_t map_size, Kv **ret)
{
    Lmdb *m = calloc(1, sizeof(*m));

    if (!m)
        return err_origin(-ENOMEM);
    m->kv.ops = &lmdb_ops;
    m->read_only = mode == STORE_READ_ONLY;
    const int r = lmdb_open(m, dir, map_size);
    if (r) {
        lmdb_free(&m->kv);
        return r;
    }
    *ret = &m->kv;
    return 0;
}
