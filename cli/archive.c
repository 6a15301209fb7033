/* SPDX-License-Identifier: Apache-2.0 */
/* Writing. */
#include "cli/archive.h"

#include "base/err.h"
#include "base/text.h"
#include "cli/archive_inner.h"
#include "cli/cli.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 1 << 16, LET_GO = 8 << 20 };

void archive_finish(Archive *a)
{
    if (a->fd >= 0)
        close(a->fd);
    if (a->part)
        unlink(a->part); /* not closed: half a backup helps nobody */
    free(a->part);
    free(a->path);
    buf_finish(&a->manifest);
    *a = (Archive){.fd = -1};
}

static int write_all(int fd, const uint8_t *p, size_t n)
{
    while (n) {
        ssize_t done = write(fd, p, n);
        if (done < 0)
            return -errno;
        p += done;
        n -= (size_t)done;
    }
    return 0;
}

/* Only what has reached the disk can be let go. */
static void let_go(int from, int to)
{
    (void)fdatasync(to);
    (void)posix_fadvise(to, 0, 0, POSIX_FADV_DONTNEED);
    (void)posix_fadvise(from, 0, 0, POSIX_FADV_DONTNEED);
}

int file_pour(int from, int to, uint64_t len)
{
    uint8_t piece[PIECE];
    uint64_t since = 0;

    while (len) {
        ssize_t n = read(from, piece, len < PIECE ? (size_t)len : PIECE);
        if (n <= 0)
            return n ? -errno : -EIO;
        int r = write_all(to, piece, (size_t)n);
        if (r)
            return r;
        len -= (uint64_t)n;
        since += (uint64_t)n;
        if (since >= LET_GO) {
            let_go(from, to);
            since = 0;
        }
    }
    (void)posix_fadvise(from, 0, 0, POSIX_FADV_DONTNEED);
    return 0;
}

int archive_create(Archive *a, const char *path, Str office, Day made, Day expires)
{
    *a = (Archive){.fd = -1};
    buf_init(&a->manifest, ARCHIVE_MANIFEST_MAX);
    if (access(path, F_OK) == 0)
        return cli_refuse("%s: there is one already; a backup is never written over", path);
    a->path = strdup(path);
    if (!a->path || asprintf(&a->part, "%s.part", path) < 0) {
        a->part = NULL;
        return err_origin(-ENOMEM);
    }
    (void)unlink(a->part); /* of a backup that was broken off; never through what lies there */
    a->fd = open(a->part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (a->fd < 0)
        return cli_refuse("%s: %s", a->part, strerror(errno));
    buf_adds(&a->manifest, ARCHIVE_HEADING "\noffice ");
    buf_add_str(&a->manifest, office);
    buf_adds(&a->manifest, "\nmade ");
    day_put_iso(&a->manifest, made);
    if (expires != DAY_NONE) {
        buf_adds(&a->manifest, "\nexpires ");
        day_put_iso(&a->manifest, expires);
    }
    buf_adds(&a->manifest, "\n");
    return 0;
}

/* Octal digits and a NUL; a length that needs more than 11 of them in base 256, as GNU tar has it.
 */
static void number_put(char *to, size_t width, uint64_t v)
{
    if (width == 12 && v >> 33) {
        memset(to, 0, width);
        to[0] = (char)0x80;
        for (size_t i = 0; i < 8; i++)
            to[4 + i] = (char)(v >> (56 - 8 * i));
        return;
    }
    to[width - 1] = 0;
    for (size_t i = width - 1; i-- > 0; v >>= 3)
        to[i] = (char)('0' + (v & 7));
}

static void header_fill(char *h, const char *name, unsigned mode, uint64_t size)
{
    static const char magic[8] = {'u', 's', 't', 'a', 'r', 0, '0', '0'};
    const Str called = str_of(name);
    unsigned sum = 0;

    memset(h, 0, BLOCK);
    memcpy(h, called.ptr, called.len); /* a field that is full has no NUL */
    number_put(h + 100, 8, mode);
    number_put(h + 108, 8, 0);
    number_put(h + 116, 8, 0);
    number_put(h + 124, 12, size);
    number_put(h + 136, 12, 0);
    memset(h + 148, ' ', 8);
    h[156] = '0';
    memcpy(h + 257, magic, sizeof(magic));
    for (size_t i = 0; i < BLOCK; i++)
        sum += (uint8_t)h[i];
    number_put(h + 148, 7, sum);
}

static int blocks_fill(Archive *a, uint64_t end)
{
    static const uint8_t zeros[BLOCK];

    return end % BLOCK ? write_all(a->fd, zeros, BLOCK - (size_t)(end % BLOCK)) : 0;
}

static int member_note(Archive *a, const Entry *m)
{
    Hash sum = {{0}};

    int r = archive_sum(a, m, &sum);
    if (r)
        return r;
    buf_adds(&a->manifest, "file ");
    text_put_hex(&a->manifest, sum.b, sizeof(sum.b));
    buf_addf(&a->manifest, " %llu %s\n", (unsigned long long)m->size, m->name);
    return a->manifest.err;
}

static int member_add(Archive *a, const char *name, unsigned mode, int (*put)(int, void *),
                      void *arg, Entry *ret)
{
    char header[BLOCK];
    Entry m = {.mode = mode, .at = a->at + BLOCK};

    if (strlen(name) > ARCHIVE_NAME_MAX)
        return err_origin(-ENAMETOOLONG);
    memcpy(m.name, name, strlen(name) + 1);
    if (lseek(a->fd, (off_t)m.at, SEEK_SET) < 0)
        return -errno;
    int r = put(a->fd, arg);
    off_t end = lseek(a->fd, 0, SEEK_CUR);
    if (r || end < 0)
        return r ? r : -errno;
    m.size = (uint64_t)end - m.at;
    r = blocks_fill(a, (uint64_t)end);
    if (r)
        return r;
    header_fill(header, name, mode, m.size);
    if (pwrite(a->fd, header, BLOCK, (off_t)a->at) != BLOCK)
        return errno ? -errno : -EIO;
    a->at = ((uint64_t)end + BLOCK - 1) / BLOCK * BLOCK;
    *ret = m;
    return 0;
}

int archive_add(Archive *a, const char *name, unsigned mode, int (*put)(int fd, void *arg),
                void *arg)
{
    Entry m = {0};

    int r = member_add(a, name, mode, put, arg, &m);
    if (r)
        return r;
    (void)fdatasync(a->fd);
    r = member_note(a, &m);
    (void)posix_fadvise(a->fd, 0, 0, POSIX_FADV_DONTNEED);
    return r;
}

static int put_text(int fd, void *arg)
{
    const Buf *text = arg;
    return write_all(fd, text->ptr, text->len);
}

static int folder_sync(const char *path)
{
    char *copy = strdup(path);
    if (!copy)
        return err_origin(-ENOMEM);
    char *slash = strrchr(copy, '/');
    if (slash)
        slash[slash == copy] = 0;
    int fd = open(slash ? copy : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int r = fd < 0 || fsync(fd) ? -errno : 0;
    if (fd >= 0)
        close(fd);
    free(copy);
    return r;
}

int archive_close(Archive *a)
{
    static const uint8_t end[2 * BLOCK];
    Hash sum = hash_sha256(buf_str(&a->manifest));
    Entry m = {0};

    buf_adds(&a->manifest, "end ");
    text_put_hex(&a->manifest, sum.b, sizeof(sum.b));
    buf_adds(&a->manifest, "\n");
    if (a->manifest.err)
        return err_origin(a->manifest.err);
    int r = member_add(a, "manifest", 0400, put_text, &a->manifest, &m);
    if (!r && lseek(a->fd, (off_t)a->at, SEEK_SET) < 0)
        r = -errno;
    r = r ? r : write_all(a->fd, end, sizeof(end));
    if (!r && fsync(a->fd))
        r = -errno;
    if (!r && renameat2(AT_FDCWD, a->part, AT_FDCWD, a->path, RENAME_NOREPLACE))
        r = -errno;
    if (r)
        return r;
    free(a->part);
    a->part = NULL;
    (void)posix_fadvise(a->fd, 0, 0, POSIX_FADV_DONTNEED);
    return folder_sync(a->path);
}
