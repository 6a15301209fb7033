/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/store/kv_lmdb_env.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { PROBE_BYTES = 1 << 19 };

/* Names of the tables inside the environment. */
static const char *const table_names[KV_TABLES] = {
    "heads", "events", "parts", "seals",   "alerts", "leaves", "waiting", "requests", "staff",
    "meta",  "defs",   "codes", "numbers", "due",    "listed", "expiry",  "counts",
    "handovers",
};

int lmdb_answer(int rc)
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

int lmdb_write_answer(Lmdb *m, int rc)
{
    if (rc == MDB_MAP_FULL && m->at_limit)
        return STORE_FULL;
    m->full = m->full || rc == MDB_MAP_FULL;
    return lmdb_answer(rc);
}

int lmdb_commit_answer(Lmdb *m, int rc)
{
    if (rc == EIO && disk_is_full(m))
        return STORE_FULL;

    const int r = lmdb_write_answer(m, rc);
    m->dead = m->dead || r == STORE_IO;
    return r;
}

void lmdb_spare_free(Lmdb *m)
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

void lmdb_grow(Lmdb *m)
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
    lmdb_spare_free(m);
    m->dead = mdb_env_set_mapsize(m->env, 2 * info.me_mapsize) != 0;
}

bool lmdb_space_below(const Kv *kv, uint64_t reserve)
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
int lmdb_copy_into(MDB_env *env, int fd)
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

int lmdb_copy(Kv *kv, const char *to_dir)
{
    FD_AUTO int dir = open(to_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    FD_AUTO int db = -1;
    FD_AUTO int file = -1;

    if (dir < 0 || (mkdirat(dir, "db", 0700) && errno != EEXIST))
        return lmdb_answer(errno);
    db = openat(dir, "db", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (db < 0)
        return lmdb_answer(errno);
    file = openat(db, "data.mdb", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return lmdb_answer(errno);
    int rc = lmdb_copy_into(lmdb_of(kv)->env, file);
    if (!rc && (fsync(db) || fsync(dir)))
        rc = errno;
    if (rc)
        (void)unlinkat(db, "data.mdb", 0);
    return lmdb_answer(rc);
}

int lmdb_copy_fd(Kv *kv, int fd)
{
    return lmdb_answer(mdb_env_copyfd2(lmdb_of(kv)->env, fd, MDB_CP_COMPACT));
}

/* The lock belongs to the open file, so it also refuses a second store of this same process. */
static int lock_take(Lmdb *m)
{
    m->lock_fd = openat(m->dir_fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (m->lock_fd < 0)
        return lmdb_answer(errno);
    if (flock(m->lock_fd, LOCK_EX | LOCK_NB))
        return errno == EWOULDBLOCK ? STORE_CONFLICT : lmdb_answer(errno);
    return 0;
}

static int dir_prepare(Lmdb *m, const char *dir)
{
    m->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (m->dir_fd < 0)
        return errno == ENOENT ? STORE_UNKNOWN : lmdb_answer(errno);
    if (m->read_only && faccessat(m->dir_fd, "db/data.mdb", R_OK, 0) && errno == ENOENT)
        return STORE_UNKNOWN;
    const int r = m->read_only ? 0 : lock_take(m);
    if (r)
        return r;
    if (!m->read_only && mkdirat(m->dir_fd, "db", 0700) && errno != EEXIST)
        return lmdb_answer(errno);
    m->db_fd = openat(m->dir_fd, "db", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (m->db_fd < 0)
        return lmdb_answer(errno);
    /* Whoever reads beside the writer holds the folder, so that no compaction swaps the file away
     * from under it; while one runs, readers wait a moment. */
    return m->read_only && flock(m->db_fd, LOCK_SH) ? lmdb_answer(errno) : 0;
}

static int env_open(Lmdb *m, size_t map_size)
{
    const unsigned flags = MDB_NOTLS | MDB_NORDAHEAD | (m->read_only ? MDB_RDONLY : 0);
    int gone;

    int rc = mdb_env_create(&m->env);
    /* A reader takes the size that the writer left in the file. */
    if (!rc && !m->read_only)
        rc = mdb_env_set_mapsize(m->env, map_size);
    if (!rc)
        rc = mdb_env_set_maxdbs(m->env, KV_TABLES);
    if (!rc)
        rc = mdb_env_open(m->env, m->path, flags, 0600);
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
    for (size_t i = 0; !rc && i < KV_TABLES; i++) {
        rc = mdb_dbi_open(txn, table_names[i], m->read_only ? 0 : MDB_CREATE, &m->dbi[i]);
        m->absent[i] = rc == MDB_NOTFOUND && i >= KV_HANDOVERS;
        if (m->absent[i])
            rc = 0;
    }
    if (rc) {
        mdb_txn_abort(txn);
        return rc;
    }
    return mdb_txn_commit(txn);
}

int lmdb_env_begin(Lmdb *m, size_t map_size)
{
    int r = lmdb_cut(m->db_fd);

    r = r ? r : lmdb_answer(env_open(m, map_size));
    return r ? r : lmdb_commit_answer(m, tables_open(m));
}

void lmdb_env_end(Lmdb *m)
{
    lmdb_spare_free(m);
    if (m->env)
        mdb_env_close(m->env);
    m->env = NULL;
}

int lmdb_open(Lmdb *m, const char *dir, size_t map_size)
{
    m->lock_fd = m->dir_fd = m->db_fd = m->left_fd = -1;
    if (asprintf(&m->path, "%s/db", dir) < 0) {
        m->path = NULL;
        return err_origin(-ENOMEM);
    }
    int r = dir_prepare(m, dir);
    if (!r && !m->read_only)
        r = lmdb_left_open(m);
    return r ? r : lmdb_env_begin(m, map_size);
}

void lmdb_close(Lmdb *m)
{
    lmdb_env_end(m);
    free(m->path);
    fd_close(&m->left_fd);
    fd_close(&m->db_fd);
    fd_close(&m->dir_fd);
    fd_close(&m->lock_fd); /* last: only now may another process write */
}
