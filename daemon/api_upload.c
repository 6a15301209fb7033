/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed files on their way in, part by part. */
#include "base/err.h"
#include "crypto/stream.h"
#include "daemon/api.h"
#include "daemon/uploads.h"
#include "engine/core/form.h"
#include <errno.h>

UploadsOf api_uploads_of(const Request *q)
{
    return (UploadsOf){.files = q->server->files,
                       .key = &desk_keys(q->server->desk)->mac,
                       .person = q->who.person->name};
}

uint64_t api_upload_max(uint32_t mb)
{
    return stream_sealed_len((uint64_t)mb << 20, STREAM_NAME_MAX, STREAM_TYPE_MAX);
}

/* How far it is. */
static void put_upload(Request *q, int status, const Incoming *u)
{
    Json j = reply_json(q, status);

    json_open(&j, NULL);
    json_cstr(&j, "id", u->id);
    json_int(&j, "size", (int64_t)u->size);
    json_int(&j, "have", (int64_t)u->have);
    if (u->have == u->size)
        json_name(&j, "place", &u->place);
    json_close(&j);
}

static void refuse_room(Request *q, const char *code, const char *message)
{
    reply_api_error(q, 503, code, message, NULL);
    q->reply.retry_after = 3600;
}

/* 0, or the reply says why not. */
static int refused(Request *q, int r)
{
    if (r != -ENOSPC && r != -EDQUOT)
        return err_origin(r);
    refuse_room(q, "full", "the office's disk takes no more files; ask the administrator");
    return 0;
}

/* Whether there is room for so many more bytes, without touching the reserve. */
static bool has_room(Request *q, uint64_t bytes)
{
    if (server_has_room(q->server, bytes))
        return true;
    refused(q, -ENOSPC);
    return false;
}

int api_upload_begin(Request *q)
{
    UploadsOf of = api_uploads_of(q);
    unsigned long long size;
    Incoming u;

    if (str_u64(params_get(&q->form, "size"), api_upload_max(FIELD_MB_MAX), &size) ||
        !stream_len_fits(size)) {
        reply_api_error(q, 422, "malformed",
                        "the length of one sealed stream is needed, of a file of at most 500 MB",
                        "size");
        return 0;
    }
    if (!has_room(q, size))
        return 0;
    if (!budget_take(&q->server->budget, q->today, &of.person, size)) {
        refuse_room(q, "budget", "you have sent as many files as one day takes; go on tomorrow");
        return 0;
    }
    int r = upload_begin(&of, size, &u);
    if (r)
        return refused(q, r);
    put_upload(q, 201, &u);
    return 0;
}

/* 0; 1: the reply says there is none. */
static int find(Request *q, Incoming *ret)
{
    UploadsOf of = api_uploads_of(q);

    int r = upload_find(&of, q->open[0], ret);
    if (r)
        reply_api_error(q, 404, "unknown", "no such upload", NULL);
    return r;
}

int api_upload_state(Request *q)
{
    Incoming u;

    if (!find(q, &u))
        put_upload(q, 200, &u);
    return 0;
}

/* The one part of a request, or an empty text. */
static Str part_of(const Request *q)
{
    const Params *p = &q->form;
    bool one = p->n_uploads == 1 && str_is(p->uploads[0].name, "part");

    return one && p->uploads[0].bytes.len <= UPLOAD_PART_MAX ? p->uploads[0].bytes : STR("");
}

int api_upload_part(Request *q)
{
    UploadsOf of = api_uploads_of(q);
    unsigned long long offset;
    Str part = part_of(q);
    Incoming u;

    if (find(q, &u))
        return 0;
    if (!part.len || str_u64(params_get(&q->form, "offset"), u.size, &offset)) {
        reply_api_error(q, 422, "malformed",
                        "`offset` is needed, and as file `part` 1 byte to 8 MiB that come there",
                        "part");
        return 0;
    }
    if (!has_room(q, part.len))
        return 0;
    int r = upload_add(&of, &u, offset, part);
    if (r < 0)
        return refused(q, r);
    if (r == 1)
        reply_api_error(q, 409, "offset", "the next part begins elsewhere: ask how far it is",
                        "offset");
    else if (r)
        reply_api_error(q, 422, "malformed", "these are more bytes than were announced", "part");
    else
        put_upload(q, 200, &u);
    return 0;
}
