/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/upload.h"

#include "base/err.h"
#include "base/text.h"
#include "cli/uploadnote.h"
#include "crypto/stream.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    PART = 2 << 20, /* bytes: a line of 150 kbit/s sends one within the client's time limit */
    PATIENCE = 90,  /* seconds in which a daemon may be started again */
    ID_LEN = 64,
};

/* A file between its sealing and the office. */
typedef struct Sender {
    Session *s;
    const LocalFile *file;
    UploadNote note;
    uint64_t size; /* sealed */
    uint64_t have; /* bytes the office has */
    uint64_t at;   /* bytes sealed so far */
    Name place;    /* once all are there */
    Buf part;      /* follows what the office has */
} Sender;

/* Everything that decides what the sealed bytes will be; no two files, people or salts give the
 * same. */
static Hash derive(const Secret *own, const LocalFile *f, const char *what, Str salt)
{
    const Str parts[] = {str_of(what),
                         salt,
                         {(const char *)f->print.b, sizeof(f->print.b)},
                         {(const char *)&f->nth, sizeof(f->nth)},
                         f->name,
                         f->type};

    return hash_parts(own, parts, sizeof(parts) / sizeof(parts[0]));
}

static int path_of(const Sender *d, char *ret, size_t size)
{
    int n = snprintf(ret, size, "/api/uploads/%s", d->note.id);

    return n > 0 && (size_t)n < size ? 0 : err_origin(-EINVAL);
}

/* What the office says of the upload. */
static int take_state(Sender *d, const Answer *a)
{
    int64_t have = js_int(a->json, "have"), size = js_int(a->json, "size");

    if (have < 0 || size != (int64_t)d->size || have > size)
        return cli_refuse("the daemon's answer cannot be read");
    d->have = (uint64_t)have;
    d->place = name_of(js_str(a->json, "place"));
    return 0;
}

/* 0; 1: it has no such upload (any more). */
static int ask_state(Sender *d, int *ret_gone)
{
    ANSWER_AUTO Answer a = {0};
    char path[128];

    TRY(path_of(d, path, sizeof(path)));
    TRY(client_get(d->s->client, path, &a));
    *ret_gone = a.status == 404;
    if (a.status == 404)
        return 0;
    return a.status == 200 ? take_state(d, &a) : answer_refused(&a);
}

static int begin_new(Sender *d)
{
    ANSWER_AUTO Answer a = {0};
    char size[24];

    snprintf(size, sizeof(size), "%llu", (unsigned long long)d->size);
    Pair form[] = {{"size", str_of(size)}};
    TRY(client_post(d->s->client, "/api/uploads", form, 1, false, &a));
    if (a.status != 201)
        return answer_refused(&a);
    snprintf(d->note.id, sizeof(d->note.id), "%.*s", ID_LEN - 1, js_text(a.json, "id"));
    TRY(take_state(d, &a));
    uploadnote_write(d->s, &d->note);
    return 0;
}

/* Goes on with what an earlier run began, or begins. */
static int begin(Sender *d)
{
    int gone = 1;

    if (uploadnote_read(d->s, &d->note) == 0)
        TRY(ask_state(d, &gone));
    if (!gone && d->have)
        fprintf(stderr, "%s: going on at %llu of %llu MB\n", d->file->path,
                (unsigned long long)(d->have >> 20), (unsigned long long)(d->size >> 20));
    if (!gone)
        return 0;
    uploadnote_new(&d->note);
    return begin_new(d);
}

static int tell_part_refused(const Sender *d, const Answer *a)
{
    if (a->status == 401)
        return cli_refuse("%s: the office signed you out meanwhile; run the same command again: "
                          "what was sent is kept",
                          d->file->path);
    if (a->status == 404)
        return cli_refuse("%s: the office has given this upload up; run the same command again",
                          d->file->path);
    return answer_refused(a);
}

/* A part whose answer was lost is not sent a second time: the office says where it is. */
static int send_part(Sender *d)
{
    ANSWER_AUTO Answer a = {0};
    uint64_t then = d->have + d->part.len;
    char path[128], offset[24];
    int gone = 0;

    if (!d->part.len)
        return 0;
    TRY(path_of(d, path, sizeof(path)));
    snprintf(offset, sizeof(offset), "%llu", (unsigned long long)d->have);
    TRY(client_part(d->s->client, path, str_of(offset), buf_str(&d->part), &a));
    if (a.status != 200 && a.status != 409)
        return tell_part_refused(d, &a);
    if (a.status == 200)
        TRY(take_state(d, &a));
    else
        TRY(ask_state(d, &gone));
    if (gone || d->have != then)
        return cli_refuse("%s: another run sends the same file; wait for it, or run this again",
                          d->file->path);
    buf_reset(&d->part);
    return 0;
}

static int sealed(void *to, Sealed bytes)
{
    Sender *d = to;
    uint64_t known = d->have + d->part.len;
    size_t skip = 0;

    if (d->at < known)
        skip = known - d->at < bytes.len ? (size_t)(known - d->at) : bytes.len;
    d->at += bytes.len;
    bytes = (Sealed){bytes.ptr + skip, bytes.len - skip};
    while (bytes.len) {
        size_t room = PART - d->part.len, n = room < bytes.len ? room : bytes.len;
        buf_add(&d->part, bytes.ptr, n);
        if (d->part.err)
            return err_origin(d->part.err);
        bytes = (Sealed){bytes.ptr + n, bytes.len - n};
        if (d->part.len == PART)
            TRY(send_part(d));
    }
    return 0;
}

static int plain(void *to, Str bytes)
{
    return stream_writer_add(to, (Plain){(const uint8_t *)bytes.ptr, bytes.len});
}

static int send_all(Sender *d, const Secret *key, const Hash *start)
{
    StreamPlan plan = {
        .name = d->file->name, .type = d->file->type, .size = d->file->size, .start = *start};
    StreamWriter *w;

    TRY(stream_writer_again(&w, key, &plan, sealed, d));
    int r = localfile_read(d->file, plain, w);
    r = r ? r : stream_writer_end(w);
    stream_writer_free(w);
    r = r ? r : send_part(d);
    if (r)
        return r < 0 ? err_trace(r) : r;
    return d->place.s[0] ? 0 : cli_refuse("the daemon's answer cannot be read");
}

static int run(Sender *d, const Secret *own, Uploaded *ret)
{
    SECRET_AUTO Secret key = {NULL};

    TRY(begin(d));
    Str salt = {(const char *)d->note.salt, sizeof(d->note.salt)};
    Hash start = derive(own, d->file, "start", salt), bytes = derive(own, d->file, "key", salt);
    int r = secret_new_copy(&key, bytes.b);
    bytes_wipe(bytes.b, sizeof(bytes.b));
    if (!r && !d->place.s[0])
        r = send_all(d, &key, &start);
    if (r)
        return r;
    ret->place = d->place;
    memcpy(ret->note, d->note.name, sizeof(ret->note));
    ret->key = key;
    key.b = NULL;
    return 0;
}

int upload_file(Session *s, const LocalFile *f, Uploaded *ret)
{
    SECRET_AUTO Secret own = {NULL};
    Sender d = {.s = s, .file = f, .size = stream_sealed_len(f->size, f->name.len, f->type.len)};

    TRY(secret_new_derived(&own, &s->keys.box.secret, "upload"));
    Hash name = derive(&own, f, "note", client_origin(s->client));
    uploadnote_name(&d.note, &name);
    buf_init(&d.part, PART);
    client_wait(s->client, PATIENCE);
    int r = run(&d, &own, ret);
    client_wait(s->client, 0);
    buf_finish(&d.part);
    return r;
}

void upload_forget(const Session *s, const char *note)
{
    uploadnote_drop(s, note);
}
