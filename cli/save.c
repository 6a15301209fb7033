/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/save.h"

#include "base/err.h"
#include "crypto/digest.h"
#include "crypto/stream.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_BYTES = 255 };

/* A file that has no name yet. Where the file system can, it has none at all and goes with this
 * process, however that ends; elsewhere a hidden one. */
typedef struct Draft {
    int folder, fd;
    char hidden[64]; /* empty: no name */
    char name[NAME_BYTES + 1];
    uint64_t size;
    Digester digester;
} Draft;

/* NO-NAME: the sender's name keeps nothing that could lead elsewhere. */
static void name_file(const Piece *p, char ret[NAME_BYTES + 1])
{
    enum { LONGEST = 200 };
    size_t len = (size_t)snprintf(ret, NAME_BYTES + 1, "%u-", p->no);

    for (size_t i = 0; i < p->opened.file_name.len && i < LONGEST; i++) {
        char c = p->opened.file_name.ptr[i];
        ret[len++] = c == '/' || (unsigned char)c < ' ' ? '_' : c;
    }
    ret[len] = '\0';
}

static int draft_open(Draft *d)
{
    d->hidden[0] = '\0';
    d->fd = openat(d->folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (d->fd >= 0)
        return 0;
    snprintf(d->hidden, sizeof(d->hidden), ".krading-%ld", (long)getpid());
    d->fd =
        openat(d->folder, d->hidden, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    return d->fd >= 0 ? 0 : cli_refuse("%s: %s", d->name, strerror(errno));
}

/* Never over a file that is there. */
static int draft_name(const Draft *d)
{
    char self[64];

    snprintf(self, sizeof(self), "/proc/self/fd/%d", d->fd);
    int r = d->hidden[0] ? linkat(d->folder, d->hidden, d->folder, d->name, 0)
                         : linkat(AT_FDCWD, self, d->folder, d->name, AT_SYMLINK_FOLLOW);
    return r ? cli_refuse("%s: %s", d->name, strerror(errno)) : 0;
}

static void draft_close(Draft *d)
{
    if (d->fd >= 0)
        close(d->fd);
    if (d->hidden[0])
        (void)unlinkat(d->folder, d->hidden, 0);
}

static int opened(void *to, Plain bytes)
{
    Draft *d = to;

    d->size += bytes.len;
    digest_add(&d->digester, (Str){(const char *)bytes.ptr, bytes.len});
    while (bytes.len) {
        ssize_t n = write(d->fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        bytes = (Plain){bytes.ptr + n, bytes.len - (size_t)n};
    }
    return 0;
}

enum { DAMAGED = CLI_USAGE + 1 };

/* Portion after portion until one is empty. 0, DAMAGED, CLI_REFUSED, negative. */
static int fetch(Session *s, const CaseFile *f, const Piece *p, StreamReader *reader)
{
    uint64_t from = 0;

    for (bool more = true; more;) {
        ANSWER_AUTO Answer a = {0};
        char place[256];
        snprintf(place, sizeof(place), "/api/cases/%s/files/%u?from=%llu", f->number.s, p->no,
                 (unsigned long long)from);
        TRY(client_get(s->client, place, &a));
        if (a.status != 200)
            return answer_refused(&a);
        int r = stream_reader_add(reader, (Sealed){a.body.ptr, a.body.len});
        if (r)
            return r > 0 ? DAMAGED : r;
        from += a.body.len;
        more = a.body.len > 0;
    }
    return stream_reader_end(reader) ? DAMAGED : 0;
}

/* The record in the case and the file itself were sealed together: they say the same. */
static bool is_of(const Piece *p, const StreamReader *reader, Draft *d)
{
    Hash digest = digest_end(&d->digester);
    bool same = !p->opened.has_digest ||
                bytes_equal(digest.b, p->opened.file_digest.b, sizeof(digest.b));

    return same && d->size == p->opened.file_size &&
           str_eq(stream_reader_name(reader), p->opened.file_name) &&
           str_eq(stream_reader_type(reader), p->opened.file_type);
}

static int fill(Session *s, const CaseFile *f, const Piece *p, Draft *d)
{
    StreamReader *reader;

    digest_begin(&d->digester);
    TRY(stream_reader_new(&reader, &p->opened.file_key, opened, d));
    int r = fetch(s, f, p, reader);
    if (!r && !is_of(p, reader, d))
        r = DAMAGED;
    stream_reader_free(reader);
    if (r == DAMAGED)
        return cli_refuse(
            "attachment %u is damaged, cut off or another one; nothing of it was kept", p->no);
    if (r < 0)
        return cli_refuse("%s: %s", d->name, strerror(-r));
    return r;
}

static int save_one(Session *s, const CaseFile *f, const Piece *p, int folder)
{
    Draft d = {.folder = folder, .fd = -1};

    name_file(p, d.name);
    if (!faccessat(folder, d.name, F_OK, AT_SYMLINK_NOFOLLOW))
        return cli_refuse("%s: %s", d.name, strerror(EEXIST));
    int r = draft_open(&d);
    r = r ? r : fill(s, f, p, &d);
    r = r ? r : draft_name(&d);
    draft_close(&d);
    return r;
}

int save_into(Session *s, const CaseFile *f, const Piece *p, int fd)
{
    Draft d = {.folder = -1, .fd = fd};

    name_file(p, d.name);
    return fill(s, f, p, &d);
}

int save_attachments(Session *s, const CaseFile *f, const char *dir)
{
    int r = 0;

    if (mkdir(dir, 0700) && errno != EEXIST)
        return cli_refuse("%s: %s", dir, strerror(errno));
    int folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return cli_refuse("%s: %s", dir, strerror(errno));
    for (size_t i = 0; i < f->n_pieces && !r; i++) {
        if (f->pieces[i].is_open && f->pieces[i].sealed.kind == PART_FILE)
            r = save_one(s, f, &f->pieces[i], folder);
    }
    close(folder);
    return r;
}
