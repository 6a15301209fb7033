/* SPDX-License-Identifier: Apache-2.0 */
/* LMDB. The map is a sparse reserve of address space: a store that outgrows it answers RETRY, and
 * the map doubles as soon as no transaction is open. Readers are in the process of the writer or,
 * for verify and backup, in another one; both use the lock table of LMDB. */
#include "base/err.h"
#include "engine/store/kv.h"

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { PATH_LEN_MAX = 4096, PROBE_BYTES = 1 << 19 };

/* Names of the tables inside the environment. */
static const char *const table_names[KV_TABLES] = {
    "heads",    "events", "parts", "seals", "alerts", "leaves",  "waiting", "requests", "staff",
    "meta",     "defs",   "codes", "numbers", "due",  "listed",  "expiry",  "counts",
};

/* Tables whose keys mostly grow: their pages are filled to the end instead of to the half. */
static const bool grows[KV_TABLES] = {
    [KV_HEADS] = true,  [KV_EVENTS] = true, [KV_PARTS] = true,   [KV_SEALS] = true,
    [KV_ALERTS] = true, [KV_LEAVES] = true, [KV_WAITING] = true,
};

typedef struct Lmdb {
    Kv kv;
    MDB_env *env;
    MDB_dbi dbi[KV_TABLES];
    int lock_fd, dir_fd;
    bool read_only;
    bool full;       /* the map was too small; grows when active is 0 */
    bool at_limit;   /* no address space to grow into */
    bool dead;       /* a commit met a fault of the disk: no more turns */
    unsigned active; /* open transactions */
    MDB_txn *spare;  /* a reader at rest, to be renewed */
} Lmdb;

typedef struct LmdbTxn {
    KvTxn t;
    bool write;
    size_t n; /* nested transactions */
    MDB_txn *level[1 + KV_NEST_MAX];
} LmdbTxn;

static Lmdb *lmdb_of(Kv *kv)
{
    return (Lmdb *)(void *)kv;
}

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

static int answer_of(int rc)
{
    static const struct {
        int rc, answer;
    } known[] = {
        {MDB_SUCCESS, STORE_OK},
        {MDB_NOTFOUND, STORE_UNKNOWN},
        {MDB_MAP_FULL, STORE_RETRY},
        {MDB_TXN_FULL, STORE_FULL}, /* more pages than one turn may touch */
        {ENOSPC, STORE_FULL},
        {EDQUOT, STORE_FULL},
        {EFBIG, STORE_FULL},
        {ENOMEM, -ENOMEM},
        {EINVAL, -EINVAL},
        {MDB_BAD_VALSIZE, -EINVAL},
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (known[i].rc == rc)
            return known[i].answer;
    return STORE_IO;
}

/* LMDB tells a write cut short by a full disk and a broken disk by the same EIO. Asking for a
 * little more room beyond the end of the file tells them apart. */
static bool disk_is_full(Lmdb *m)
{
    struct rlimit limit;
    struct stat st;
    int fd;

    if (mdb_env_get_fd(m->env, &fd) || fstat(fd, &st))
        return false;
    if (!getrlimit(RLIMIT_FSIZE, &limit) && limit.rlim_cur != RLIM_INFINITY &&
        limit.rlim_cur < (rlim_t)st.st_size + PROBE_BYTES)
        return true;
    if (!fallocate(fd, FALLOC_FL_KEEP_SIZE, st.st_size, PROBE_BYTES))
        return false;
    return errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
}

static int write_answer(Lmdb *m, int rc)
{
    if (rc == MDB_MAP_FULL && m->at_limit)
        return STORE_FULL;
    m->full = m->full || rc == MDB_MAP_FULL;
    return answer_of(rc);
}

static int commit_answer(Lmdb *m, int rc)
{
    if (rc == EIO && disk_is_full(m))
        return STORE_FULL;

    const int r = write_answer(m, rc);
    m->dead = m->dead || r == STORE_IO;
    return r;
}

static void spare_free(Lmdb *m)
{
    if (m->spare)
        mdb_txn_abort(m->spare);
    m->spare = NULL;
}

/* LMDB gives up the old map before it asks for the new one, so ask beforehand. */
static bool has_room_for(size_t size)
{
    void *p = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (p == MAP_FAILED)
        return false;
    (void)munmap(p, size);
    return true;
}

/* Doubles the map after RETRY, once no transaction is open. At the limit of the address space the
 * store is full. */
static void map_grow(Lmdb *m)
{
    MDB_envinfo info;

    if (!m->full || m->active)
        return;
    m->full = false;
    if (mdb_env_info(m->env, &info) || info.me_mapsize > SIZE_MAX / 2 ||
        !has_room_for(2 * info.me_mapsize)) {
        m->at_limit = true;
        return;
    }
    spare_free(m);
    m->dead = mdb_env_set_mapsize(m->env, 2 * info.me_mapsize) != 0;
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
        spare_free(m);
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

    map_grow(m);
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
        return answer_of(rc);
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
    map_grow(m);
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
        return answer_of(rc);
    t->n++;
    return 0;
}

static int lmdb_keep(KvTxn *kt)
{
    LmdbTxn *t = txn_of(kt);

    /* Gone after this call whether it worked or not. */
    return answer_of(mdb_txn_commit(t->level[t->n--]));
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
    r = commit_answer(m, mdb_txn_commit(t->level[0]));
    txn_free(t);
    return r;
}

static int lmdb_get(KvTxn *kt, KvTable table, Str key, Str *ret)
{
    MDB_val k = val_of(key), v;
    const int rc = mdb_get(top(txn_of(kt)), lmdb_of(kt->kv)->dbi[table], &k, &v);

    if (!rc)
        *ret = str_of_val(v);
    return answer_of(rc);
}

static int lmdb_next(KvTxn *kt, KvTable table, Str from, Str *ret_key, Str *ret_value)
{
    MDB_val k = val_of(from), v;
    MDB_cursor *cursor;
    int rc = mdb_cursor_open(top(txn_of(kt)), lmdb_of(kt->kv)->dbi[table], &cursor);

    if (rc)
        return answer_of(rc);
    rc = mdb_cursor_get(cursor, &k, &v, MDB_SET_RANGE);
    mdb_cursor_close(cursor);
    if (!rc) {
        *ret_key = str_of_val(k);
        *ret_value = str_of_val(v);
    }
    return answer_of(rc);
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
    return write_answer(lmdb_of(kt->kv), rc);
}

static int lmdb_del(KvTxn *kt, KvTable table, Str key)
{
    MDB_val k = val_of(key);
    Lmdb *m = lmdb_of(kt->kv);

    return write_answer(m, mdb_del(top(txn_of(kt)), m->dbi[table], &k, NULL));
}

static bool lmdb_space_below(const Kv *kv, uint64_t reserve)
{
    const Lmdb *m = (const Lmdb *)(const void *)kv;
    struct statvfs fs;

    if (fstatvfs(m->dir_fd, &fs))
        return false;
    return (uint64_t)fs.f_bavail * fs.f_frsize < reserve;
}

static void fd_close(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}
#define FD_AUTO __attribute__((cleanup(fd_close)))

/* O_DIRECT where the file system has it; the pages of the copy would otherwise push those of the
 * store out of the cache. */
static int copy_into(MDB_env *env, int fd)
{
    const int flags = fcntl(fd, F_GETFL);

    if (flags >= 0)
        (void)fcntl(fd, F_SETFL, flags | O_DIRECT);
    const int rc = mdb_env_copyfd2(env, fd, MDB_CP_COMPACT);
    if (rc)
        return rc;
    if (fsync(fd))
        return errno;
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    return 0;
}

static int lmdb_copy(Kv *kv, const char *to_dir)
{
    FD_AUTO int dir = open(to_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    FD_AUTO int db = -1;
    FD_AUTO int file = -1;

    if (dir < 0 || (mkdirat(dir, "db", 0700) && errno != EEXIST))
        return answer_of(errno);
    db = openat(dir, "db", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (db < 0)
        return answer_of(errno);
    file = openat(db, "data.mdb", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return answer_of(errno);
    int rc = copy_into(lmdb_of(kv)->env, file);
    if (!rc && (fsync(db) || fsync(dir)))
        rc = errno;
    if (rc)
        (void)unlinkat(db, "data.mdb", 0);
    return answer_of(rc);
}

static void lmdb_free(Kv *kv)
{
    Lmdb *m = lmdb_of(kv);

    spare_free(m);
    if (m->env)
        mdb_env_close(m->env);
    fd_close(&m->dir_fd);
    fd_close(&m->lock_fd); /* last: only now may another process write */
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
    .space_below = lmdb_space_below,
};

/* The lock belongs to the open file, so it also refuses a second store of this same process. */
static int lock_take(Lmdb *m)
{
    m->lock_fd = openat(m->dir_fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (m->lock_fd < 0)
        return answer_of(errno);
    if (flock(m->lock_fd, LOCK_EX | LOCK_NB))
        return errno == EWOULDBLOCK ? STORE_CONFLICT : answer_of(errno);
    return 0;
}

static int dir_prepare(Lmdb *m, const char *dir)
{
    m->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (m->dir_fd < 0)
        return errno == ENOENT ? STORE_UNKNOWN : answer_of(errno);
    if (m->read_only)
        return faccessat(m->dir_fd, "db/data.mdb", R_OK, 0) && errno == ENOENT ? STORE_UNKNOWN : 0;
    const int r = lock_take(m);
    if (r)
        return r;
    if (mkdirat(m->dir_fd, "db", 0700) && errno != EEXIST)
        return answer_of(errno);
    return 0;
}

/* A file cut short would end the process with SIGBUS at the first touch of a missing page. Zero
 * pages in their place are found out by LMDB instead. */
static int file_complete(Lmdb *m)
{
    MDB_envinfo info;
    MDB_stat stat;
    struct stat st;
    int fd;

    int rc = mdb_env_info(m->env, &info);
    if (!rc)
        rc = mdb_env_stat(m->env, &stat);
    if (!rc)
        rc = mdb_env_get_fd(m->env, &fd);
    if (rc)
        return rc;
    const off_t whole = (off_t)((info.me_last_pgno + 1) * stat.ms_psize);
    if (fstat(fd, &st) || (st.st_size < whole && ftruncate(fd, whole)))
        return errno;
    return 0;
}

static int env_open(Lmdb *m, const char *dir, size_t map_size)
{
    const unsigned flags = MDB_NOTLS | MDB_NORDAHEAD | (m->read_only ? MDB_RDONLY : 0);
    char path[PATH_LEN_MAX];
    int gone;

    const int len = snprintf(path, sizeof(path), "%s/db", dir);
    if (len < 0 || (size_t)len >= sizeof(path))
        return ENAMETOOLONG;
    int rc = mdb_env_create(&m->env);
    /* A reader takes the size that the writer left in the file. */
    if (!rc && !m->read_only)
        rc = mdb_env_set_mapsize(m->env, map_size);
    if (!rc)
        rc = mdb_env_set_maxdbs(m->env, KV_TABLES);
    if (!rc)
        rc = mdb_env_open(m->env, path, flags, 0600);
    if (!rc && !m->read_only)
        rc = file_complete(m);
    if (!rc)
        rc = mdb_reader_check(m->env, &gone);
    return rc;
}

static int tables_open(Lmdb *m)
{
    MDB_txn *txn;
    int rc = mdb_txn_begin(m->env, NULL, m->read_only ? MDB_RDONLY : 0, &txn);

    if (rc)
        return rc;
    for (size_t i = 0; !rc && i < KV_TABLES; i++)
        rc = mdb_dbi_open(txn, table_names[i], m->read_only ? 0 : MDB_CREATE, &m->dbi[i]);
    if (rc) {
        mdb_txn_abort(txn);
        return rc;
    }
    return mdb_txn_commit(txn);
}

int kv_lmdb_new(const char *dir, StoreMode mode, size_t map_size, Kv **ret)
{
    Lmdb *m = calloc(1, sizeof(*m));

    if (!m)
        return err_origin(-ENOMEM);
    m->kv.ops = &lmdb_ops;
    m->lock_fd = m->dir_fd = -1;
    m->read_only = mode == STORE_READ_ONLY;
    int r = dir_prepare(m, dir);
    if (!r)
        r = answer_of(env_open(m, dir, map_size));
    if (!r)
        r = commit_answer(m, tables_open(m));
    if (r) {
        lmdb_free(&m->kv);
        return r;
    }
    *ret = &m->kv;
    return 0;
}
