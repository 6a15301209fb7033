/* SPDX-License-Identifier: Apache-2.0 */
/* Reading. The file may come from anywhere: no name leads out of a folder, no number past the
 * end. */
#include "base/err.h"
#include "base/text.h"
#include "cli/archive_inner.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 1 << 16 };

static int read_at(int fd, void *to, size_t n, uint64_t at)
{
    ssize_t done = pread(fd, to, n, (off_t)at);

    return done < 0 ? -errno : (size_t)done == n ? 0 : 1;
}

int archive_sum(Archive *a, const Entry *m, Hash *ret)
{
    uint8_t piece[PIECE];
    Sum sum;

    sum_begin(&sum);
    for (uint64_t at = 0; at < m->size;) {
        size_t n = m->size - at < PIECE ? (size_t)(m->size - at) : PIECE;
        int r = read_at(a->fd, piece, n, m->at + at);
        if (r)
            return r < 0 ? r : -EIO;
        sum_add(&sum, piece, n);
        at += n;
    }
    *ret = sum_end(&sum);
    return 0;
}

/* 0; 1: no number. */
static int number_get(const char *p, size_t width, uint64_t *ret)
{
    uint64_t v = 0;

    if (width == 12 && (uint8_t)p[0] == 0x80) {
        for (size_t i = 4; i < 12; i++)
            v = v << 8 | (uint8_t)p[i];
        *ret = v;
        return v >> 62 ? 1 : 0;
    }
    for (size_t i = 0; i < width - 1; i++) {
        if (p[i] < '0' || p[i] > '7')
            return 1;
        v = v << 3 | (uint64_t)(p[i] - '0');
    }
    *ret = v;
    return p[width - 1] ? 1 : 0;
}

/* "folder/name": letters, digits, - _ . and no part that begins with a dot. */
static bool name_is_safe(const char *name)
{
    bool begins = true;

    for (const char *p = name; *p; p++) {
        if (*p == '/' ? begins : begins && *p == '.')
            return false;
        if (*p != '/' && !isalnum((unsigned char)*p) && !strchr("-_.", *p))
            return false;
        begins = *p == '/';
    }
    return !begins;
}

/* The sum covers every byte of the header, so these few fields say it all. */
static int header_read(const char *h, Entry *ret)
{
    uint64_t sum = 0, said, mode;
    Entry m = {.size = 0};

    for (size_t i = 0; i < BLOCK; i++)
        sum += i >= 148 && i < 156 ? ' ' : (uint8_t)h[i];
    if (number_get(h + 148, 7, &said) || said != sum || h[155] != ' ' || h[156] != '0' ||
        memcmp(h + 257, "ustar\00000", 8) != 0 || number_get(h + 100, 8, &mode) ||
        number_get(h + 124, 12, &m.size) || !memchr(h, 0, ARCHIVE_NAME_MAX + 1))
        return 1;
    memcpy(m.name, h, strlen(h) + 1);
    m.mode = (unsigned)mode & 0777;
    *ret = m;
    return name_is_safe(m.name) ? 0 : 1;
}

int archive_next(Archive *a, uint64_t *at, Entry *ret)
{
    char header[BLOCK];
    struct stat st;
    Entry m;

    int r = read_at(a->fd, header, BLOCK, *at);
    if (r)
        return r;
    if (header_read(header, &m) || fstat(a->fd, &st))
        return 1;
    m.at = *at + BLOCK;
    if (m.at > (uint64_t)st.st_size || m.size > (uint64_t)st.st_size - m.at)
        return 1;
    *at = m.at + (m.size + BLOCK - 1) / BLOCK * BLOCK;
    *ret = m;
    return 0;
}

static int manifest_parse(Str text, Manifest *ret)
{
    Manifest m = {.made = DAY_NONE, .expires = DAY_NONE};
    BUF_AUTO Buf said = {0};
    const char *end = text.len > 70 ? text.ptr + text.len - 69 : NULL;

    buf_init(&said, 64);
    if (!end || memcmp(end, "end ", 4) != 0 || text.ptr[text.len - 1] != '\n' ||
        text_get_hex((Str){end + 4, 64}, &said))
        return 1;
    Str all = {text.ptr, text.len - 69};
    Hash sum = hash_sha256(all);
    if (memcmp(sum.b, said.ptr, sizeof(sum.b)) != 0 ||
        !str_is(str_cut(&all, '\n'), ARCHIVE_HEADING))
        return 1;
    while (all.len && memcmp(all.ptr, "file", all.len < 4 ? all.len : 4) != 0) {
        Str line = str_cut(&all, '\n'), word = str_cut(&line, ' ');
        if (str_is(word, "office"))
            m.office = line;
        else if (day_parse_iso(line, str_is(word, "made") ? &m.made : &m.expires))
            return 1;
    }
    m.files = all;
    *ret = m;
    return m.made == DAY_NONE || !m.office.len;
}

static int manifest_get(Archive *a, const Entry *m, Arena *arena, Manifest *ret)
{
    if (!m->size || m->size > ARCHIVE_MANIFEST_MAX)
        return 1;
    char *text = arena_many(arena, (size_t)m->size, char);
    if (!text)
        return err_origin(-ENOMEM);
    int r = read_at(a->fd, text, (size_t)m->size, m->at);
    return r ? r : manifest_parse((Str){text, (size_t)m->size}, ret);
}

int archive_open(Archive *a, const char *path, Arena *arena, Manifest *ret)
{
    uint64_t at = 0;
    Entry m;
    int r;

    *a = (Archive){.fd = open(path, O_RDONLY | O_CLOEXEC)};
    if (a->fd < 0)
        return -errno;
    do
        r = archive_next(a, &at, &m);
    while (!r && strcmp(m.name, "manifest") != 0);
    return r ? r : manifest_get(a, &m, arena, ret);
}

static bool is_zero(Archive *a, uint64_t from, uint64_t to)
{
    uint8_t b[BLOCK];

    for (uint64_t n; from < to; from += n) {
        n = to - from < BLOCK ? to - from : BLOCK;
        if (read_at(a->fd, b, (size_t)n, from))
            return false;
        for (size_t i = 0; i < n; i++) {
            if (b[i])
                return false;
        }
    }
    return true;
}

/* "file SHA256 SIZE NAME" */
static int member_check(Archive *a, const Entry *m, Str line)
{
    BUF_AUTO Buf said = {0};
    unsigned long long size;
    Hash sum;

    buf_init(&said, 64);
    if (!str_is(str_cut(&line, ' '), "file") || text_get_hex(str_cut(&line, ' '), &said) ||
        said.len != sizeof(sum.b) || str_u64(str_cut(&line, ' '), INT64_MAX, &size) ||
        size != m->size || !str_is(line, m->name))
        return 1;
    int r = archive_sum(a, m, &sum);
    if (r)
        return r;
    return memcmp(sum.b, said.ptr, sizeof(sum.b)) != 0;
}

int archive_check(Archive *a, const Manifest *manifest, Entry *ret_where)
{
    Str lines = manifest->files;
    struct stat st;
    uint64_t at = 0;

    *ret_where = (Entry){.name = "(beginning)"};
    for (;;) {
        Entry m;
        int r = archive_next(a, &at, &m);
        if (r)
            return r;
        *ret_where = m;
        if (!is_zero(a, m.at + m.size, at))
            return 1;
        if (strcmp(m.name, "manifest") == 0)
            break;
        r = member_check(a, &m, str_cut(&lines, '\n'));
        if (r)
            return r;
    }
    if (fstat(a->fd, &st))
        return -errno;
    (void)posix_fadvise(a->fd, 0, 0, POSIX_FADV_DONTNEED);
    return lines.len || (uint64_t)st.st_size != at + 2 * BLOCK || !is_zero(a, at, at + 2 * BLOCK);
}

int archive_get(Archive *a, const Entry *m, int to)
{
    if (lseek(a->fd, (off_t)m->at, SEEK_SET) < 0)
        return -errno;
    return file_pour(a->fd, to, m->size);
}
