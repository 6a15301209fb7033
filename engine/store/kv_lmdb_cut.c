/* SPDX-License-Identifier: Apache-2.0 */
/* Is all of the database's file there? LMDB maps it and believes it: a missing page ends the
 * process by SIGBUS, a page of zeros by an assertion.
 *
 * The length alone does not tell. LMDB writes no page that was taken and given back within one
 * transaction, so a healthy file may end before the last page of its meta page; but then each
 * page beyond the end is in the list of free pages. So a file that is too short is whole exactly
 * when that list names all that is missing. The list is a tree of its own, read here without a map
 * and without a page of the cases (format: mdb.c of LMDB 0.9, "Page, Node, Meta"). */
#include "engine/store/kv_lmdb_env.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && sizeof(size_t) == 8,
               "the halves of a node's size lie the other way round elsewhere");

enum {
    META_LEN = 152,
    META_MAGIC = 16, /* where in a meta page */
    META_FORMAT = 20,
    META_PAGE_SIZE = 40,
    META_FREE_ROOT = 80,
    META_LAST = 136,
    META_TURN = 144,
    FORMAT = 1,
    PAGE_FLAGS = 10, /* where in a page */
    PAGE_LOWER = 12,
    PAGE_HEAD = 16,
    PAGE_MAX = 1 << 16,
    BRANCH = 1,
    NODE_HEAD = 8,
    NODE_BIG = 1,
    DEEPEST = 32,
    NUMBERS = 512, /* read at once */
};
#define MAGIC 0xBEEFC0DEu

typedef struct Meta {
    uint64_t free_root, last, turn;
    size_t page_size;
} Meta;

typedef struct Free {
    int fd;
    size_t page_size;
    uint64_t have, last; /* pages in the file; the last one that should be */
    uint64_t found;      /* missing pages that are free */
} Free;

static uint16_t u16_at(const uint8_t *p)
{
    uint16_t v;
    memcpy(&v, p, sizeof(v));
    return v;
}

static uint32_t u32_at(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof(v));
    return v;
}

static uint64_t u64_at(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof(v));
    return v;
}

/* 0, STORE_CUT, STORE_IO. */
static int bytes_at(int fd, void *to, size_t n, uint64_t at)
{
    const ssize_t done = pread(fd, to, n, (off_t)at);

    return done < 0 ? STORE_IO : (size_t)done < n ? STORE_CUT : 0;
}

/* STORE_UNKNOWN: no meta page; LMDB says more about that. */
static int meta_one(int fd, uint64_t at, Meta *ret)
{
    uint8_t b[META_LEN];
    const int r = bytes_at(fd, b, sizeof(b), at);

    if (r)
        return r;
    const size_t size = u32_at(b + META_PAGE_SIZE);
    if (u32_at(b + META_MAGIC) != MAGIC || u32_at(b + META_FORMAT) != FORMAT || size < META_LEN ||
        size > PAGE_MAX)
        return STORE_UNKNOWN;
    *ret = (Meta){u64_at(b + META_FREE_ROOT), u64_at(b + META_LAST), u64_at(b + META_TURN), size};
    return 0;
}

/* The newer of the two. */
static int meta_read(int fd, Meta *ret)
{
    Meta first, second;
    int r = meta_one(fd, 0, &first);

    r = r ? r : meta_one(fd, first.page_size, &second);
    if (!r)
        *ret = second.turn > first.turn ? second : first;
    return r;
}

/* ---- the free pages ---- */

/* A list: how many, then the numbers of pages; `room` bytes at `at` in the file. */
static int list_count(Free *f, uint64_t at, uint64_t room)
{
    uint64_t left, some[NUMBERS];
    int r = room < sizeof(left) ? STORE_CUT : bytes_at(f->fd, &left, sizeof(left), at);

    if (r || left > room / sizeof(left) - 1)
        return STORE_CUT;
    for (at += sizeof(left); !r && left;) {
        const size_t n = left < NUMBERS ? (size_t)left : NUMBERS;
        r = bytes_at(f->fd, some, n * sizeof(some[0]), at);
        for (size_t i = 0; !r && i < n; i++)
            f->found += some[i] >= f->have && some[i] <= f->last;
        at += n * sizeof(some[0]);
        left -= n;
    }
    return r;
}

static int leaf_node(Free *f, uint64_t page, const uint8_t *node, const uint8_t *begin)
{
    const uint64_t size = u16_at(node) | (uint64_t)u16_at(node + 2) << 16;
    const size_t data = (size_t)(node - begin) + NODE_HEAD + u16_at(node + 6);

    if (!(u16_at(node + 4) & NODE_BIG))
        return data + size > f->page_size ? STORE_CUT
                                          : list_count(f, page * f->page_size + data, size);
    if (data + sizeof(uint64_t) > f->page_size)
        return STORE_CUT;
    const uint64_t big = u64_at(begin + data);
    return big >= f->have ? STORE_CUT : list_count(f, big * f->page_size + PAGE_HEAD, size);
}

static int page_count(Free *f, uint64_t page, unsigned depth);

static int nodes_count(Free *f, uint64_t page, const uint8_t *b, unsigned depth)
{
    const size_t lower = u16_at(b + PAGE_LOWER);
    int r = lower < PAGE_HEAD || lower > f->page_size ? STORE_CUT : 0;

    for (size_t at = PAGE_HEAD; !r && at + 2 <= lower; at += 2) {
        const uint8_t *node = b + u16_at(b + at);
        if (node + NODE_HEAD > b + f->page_size)
            return STORE_CUT;
        if (u16_at(b + PAGE_FLAGS) & BRANCH)
            r = page_count(f,
                           u16_at(node) | (uint64_t)u16_at(node + 2) << 16 |
                               (uint64_t)u16_at(node + 4) << 32,
                           depth + 1);
        else
            r = leaf_node(f, page, node, b);
    }
    return r;
}

static int page_count(Free *f, uint64_t page, unsigned depth)
{
    if (page >= f->have || depth > DEEPEST)
        return STORE_CUT;
    uint8_t *b = malloc(f->page_size);
    if (!b)
        return err_origin(-ENOMEM);
    int r = bytes_at(f->fd, b, f->page_size, page * f->page_size);
    r = r ? r : nodes_count(f, page, b, depth);
    free(b);
    return r;
}

static int file_judge(int fd, const Meta *m)
{
    struct stat st;

    if (fstat(fd, &st))
        return STORE_IO;
    Free f = {.fd = fd, .page_size = m->page_size, .last = m->last};
    f.have = (uint64_t)st.st_size / m->page_size;
    if (f.have > f.last)
        return 0;
    const int r = m->free_root == UINT64_MAX ? 0 : page_count(&f, m->free_root, 0);
    return r ? r : f.found == f.last + 1 - f.have ? 0 : STORE_CUT;
}

int lmdb_cut(int db_fd)
{
    Meta m = {0}, later = {0};
    const int fd = openat(db_fd, "data.mdb", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOENT ? 0 : STORE_IO;
    int r = meta_read(fd, &m);
    r = r ? r : file_judge(fd, &m);
    /* Where somebody writes meanwhile, pages change under this reader; the writer has looked. */
    if (r == STORE_CUT && !meta_read(fd, &later) && later.turn != m.turn)
        r = 0;
    (void)close(fd);
    return r == STORE_UNKNOWN ? 0 : r;
}
