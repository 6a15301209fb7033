/* SPDX-License-Identifier: Apache-2.0 */
/* Deleted pages of LMDB keep their bytes. So the database is copied without them into data.new, the
 * two files change places in one step, and what is data.new then, the old one, is overwritten.
 *
 * At every moment data.mdb is a whole database, and data.new never holds anything that is needed:
 * half a copy before the swap, the old file after it. Whoever opens the folder for writing finds
 * it there after a crash and overwrites it too.
 *
 * Overwriting reaches the blocks of a disk that writes in place. An SSD, a file system that copies
 * on write, and snapshots may keep older blocks until they are reused. */
#include "engine/store/kv_lmdb_env.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LEFT_NAME "data.new"

enum { WIPE_PIECE = 1 << 16 };

int lmdb_left_open(Lmdb *m)
{
    m->left_at = 0;
    m->left_fd = openat(m->db_fd, LEFT_NAME, O_RDWR | O_CLOEXEC);
    return m->left_fd < 0 && errno != ENOENT ? lmdb_answer(errno) : 0;
}

static int left_remove(Lmdb *m)
{
    (void)close(m->left_fd);
    m->left_fd = -1;
    if ((unlinkat(m->db_fd, LEFT_NAME, 0) && errno != ENOENT) || fsync(m->db_fd))
        return errno;
    return 0;
}

static int left_overwrite(Lmdb *m, uint64_t most, uint64_t size)
{
    static const uint8_t zeros[WIPE_PIECE];
    const uint64_t end = size - m->left_at < most ? size : m->left_at + most;
    const off_t from = (off_t)m->left_at;

    while (m->left_at < end) {
        const size_t n = end - m->left_at < WIPE_PIECE ? (size_t)(end - m->left_at) : WIPE_PIECE;
        const ssize_t done = pwrite(m->left_fd, zeros, n, (off_t)m->left_at);
        if (done <= 0)
            return done ? errno : EIO;
        m->left_at += (uint64_t)done;
    }
    if (fdatasync(m->left_fd))
        return errno;
    (void)posix_fadvise(m->left_fd, from, (off_t)m->left_at - from, POSIX_FADV_DONTNEED);
    return 0;
}

int lmdb_wipe(Kv *kv, uint64_t most, bool *ret_more)
{
    Lmdb *m = lmdb_of(kv);
    struct stat st, now;

    *ret_more = false;
    if (m->left_fd < 0)
        return 0;
    if (fstat(m->left_fd, &st) || fstatat(m->db_fd, "data.mdb", &now, 0))
        return lmdb_answer(errno);
    if (st.st_ino == now.st_ino)
        return STORE_IO; /* cannot be; and it must not */
    int rc = left_overwrite(m, most, (uint64_t)st.st_size);
    *ret_more = !rc && m->left_at < (uint64_t)st.st_size;
    if (!rc && !*ret_more)
        rc = left_remove(m);
    return lmdb_answer(rc);
}

static int copy_make(Lmdb *m)
{
    m->left_fd = openat(m->db_fd, LEFT_NAME, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (m->left_fd < 0)
        return lmdb_answer(errno);
    m->left_at = 0;
    return lmdb_answer(lmdb_copy_into(m->env, m->left_fd));
}

/* A file system that cannot exchange two names loses the old one here; it is still open, so it is
 * overwritten all the same, unless the machine stops first. */
static int names_exchange(Lmdb *m)
{
    if (!renameat2(m->db_fd, LEFT_NAME, m->db_fd, "data.mdb", RENAME_EXCHANGE))
        return 0;
    return errno == EINVAL && !renameat(m->db_fd, LEFT_NAME, m->db_fd, "data.mdb") ? 0 : errno;
}

/* The copy is the database from here on, what was the database is left. */
static int swap_files(Lmdb *m)
{
    const int old = openat(m->db_fd, "data.mdb", O_RDWR | O_CLOEXEC);
    int rc = old < 0 ? errno : names_exchange(m);

    if (rc) {
        if (old >= 0)
            (void)close(old);
        return rc;
    }
    (void)close(m->left_fd);
    m->left_fd = old;
    m->dead = m->dead || fsync(m->db_fd);
    return 0;
}

static int swap(Lmdb *m)
{
    MDB_envinfo info;
    int rc = mdb_env_info(m->env, &info);

    if (rc)
        return lmdb_answer(rc);
    lmdb_env_end(m);
    rc = swap_files(m);
    const int opened = lmdb_env_begin(m, info.me_mapsize);
    m->dead = m->dead || opened;
    return rc ? lmdb_answer(rc) : m->dead ? STORE_IO : STORE_OK;
}

static int compact_alone(Lmdb *m)
{
    bool more;
    int r = lmdb_wipe(&m->kv, UINT64_MAX, &more);

    if (r)
        return r;
    r = copy_make(m);
    r = r ? r : swap(m);
    if (r && !m->dead && m->left_fd >= 0)
        (void)left_remove(m); /* a copy of what is kept, perhaps half of one */
    return r;
}

int lmdb_compact(Kv *kv)
{
    Lmdb *m = lmdb_of(kv);

    if (m->active || m->read_only)
        return err_origin(-EINVAL);
    if (m->dead)
        return STORE_IO;
    if (flock(m->db_fd, LOCK_EX | LOCK_NB))
        return errno == EWOULDBLOCK ? STORE_CONFLICT : lmdb_answer(errno);
    const int r = compact_alone(m);
    (void)flock(m->db_fd, LOCK_UN);
    return r;
}
