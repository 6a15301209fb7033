/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/localfile.h"

#include "base/err.h"
#include "cli/cli.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PORTION = 256 << 10, TORN = CLI_USAGE + 1 };

/* Bytes on their way from the file to whoever takes them. */
typedef struct Pass {
    const LocalFile *file;
    LocalSink sink;
    void *to;
} Pass;

/* The first time. */
typedef struct Measure {
    Fingerprinter printer;
    Digester digester;
    uint64_t size;
} Measure;

static int measure(void *to, Str bytes)
{
    Measure *m = to;

    fingerprint_add(&m->printer, bytes);
    digest_add(&m->digester, bytes);
    m->size += bytes.len;
    return 0;
}

static int open_file(const char *path, int *ret, struct stat *ret_st)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return cli_refuse("%s: %s", path, strerror(errno));
    if (fstat(fd, ret_st) || !S_ISREG(ret_st->st_mode)) {
        close(fd);
        return cli_refuse("%s: is not a file", path);
    }
    *ret = fd;
    return 0;
}

/* Bytes read, 0 at the end; negative errno. */
static ssize_t read_portion(int fd, void *to, size_t len)
{
    ssize_t n;

    do
        n = read(fd, to, len);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : n;
}

static int read_through(int fd, const Pass *p, Buf *portion)
{
    uint8_t *to = buf_room(portion, PORTION);
    ssize_t n = 0;
    int r = 0;

    if (!to)
        return err_origin(portion->err);
    while (!r && (n = read_portion(fd, to, PORTION)) > 0)
        r = p->sink(p->to, (Str){(const char *)to, (size_t)n});
    if (n < 0)
        return cli_refuse("%s: %s", p->file->path, strerror((int)-n));
    return r;
}

static int read_cleaned(int fd, const Pass *p, Buf *portion)
{
    PhotoFilter filter;
    uint8_t *to = buf_room(portion, PORTION);
    uint64_t len;
    ssize_t n = 0;
    int r = 0;

    if (!to)
        return err_origin(portion->err);
    photo_begin(&filter, (PhotoKind)p->file->cleaned, p->file->size, p->sink, p->to);
    while (!r && (n = read_portion(fd, to, PORTION)) > 0)
        r = photo_add(&filter, (Str){(const char *)to, (size_t)n});
    bool torn = photo_end(&filter, &len) != 0;
    if (n < 0)
        return cli_refuse("%s: %s", p->file->path, strerror((int)-n));
    return r < 0 ? r : r || torn ? TORN : 0;
}

static int pass(const Pass *p, struct stat *ret_after)
{
    BUF_AUTO Buf portion = {0};
    struct stat st = {0};
    int fd = -1;

    int r = open_file(p->file->path, &fd, &st);
    if (r)
        return r;
    buf_init(&portion, PORTION);
    r = p->file->cleaned ? read_cleaned(fd, p, &portion) : read_through(fd, p, &portion);
    if (fstat(fd, ret_after) && !r)
        r = cli_refuse("%s: %s", p->file->path, strerror(errno));
    close(fd);
    return r;
}

/* How long it is and how it begins. */
static int look_at(LocalFile *f)
{
    struct stat st = {0};
    int fd = -1;

    int r = open_file(f->path, &fd, &st);
    if (r)
        return r;
    ssize_t n = read_portion(fd, f->head, sizeof(f->head));
    if (n < 0)
        r = cli_refuse("%s: %s", f->path, strerror((int)-n));
    f->head_len = n < 0 ? 0 : (size_t)n;
    f->size = (uint64_t)st.st_size;
    close(fd);
    return r;
}

static int look_through(LocalFile *f, const Secret *own)
{
    Measure m = {.size = 0};
    struct stat st;

    fingerprint_begin(&m.printer, own);
    digest_begin(&m.digester);
    int r = pass(&(Pass){.file = f, .sink = measure, .to = &m}, &st);
    f->print = fingerprint_end(&m.printer);
    f->digest = digest_end(&m.digester);
    if (r == TORN)
        f->photo = FORM_PHOTO_IS_TORN;
    if (r)
        return r == TORN ? 0 : r;
    f->size = m.size;
    f->changed = st.st_ctim;
    return 0;
}

int localfile_look(const char *path, bool clean, const Secret *own, LocalFile *ret)
{
    LocalFile f = {.path = path};

    int r = look_at(&f);
    if (r)
        return r;
    PhotoKind kind = photo_kind((Str){f.head, f.head_len});
    f.photo = clean && kind == PHOTO_OTHER ? FORM_PHOTO_IS_OTHER : FORM_PHOTO_FINE;
    if (clean && kind == PHOTO_NONE)
        fprintf(
            stderr,
            "krading: %s is kept as it is: only JPEG, PNG and WebP pictures can be rid of where "
            "and when they were made; films and documents may still tell\n",
            path);
    f.cleaned = clean && kind != PHOTO_OTHER ? (uint8_t)kind : PHOTO_NONE;
    if (f.size <= (uint64_t)FIELD_MB_MAX << 20)
        r = look_through(&f, own);
    if (!r)
        *ret = f;
    return r;
}

int localfile_read(const LocalFile *f, LocalSink sink, void *to)
{
    struct stat st;

    int r = pass(&(Pass){.file = f, .sink = sink, .to = to}, &st);
    if (r && r != TORN)
        return r;
    if (r || st.st_ctim.tv_sec != f->changed.tv_sec || st.st_ctim.tv_nsec != f->changed.tv_nsec)
        return cli_refuse("%s: changed while it was read; try again", f->path);
    return 0;
}
