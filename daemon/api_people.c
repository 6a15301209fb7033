/* SPDX-License-Identifier: Apache-2.0 */
/* People and their keys: a new directory, a person's own new way in, a name that is blocked. What
 * is taken has been signed elsewhere; nothing here rests on who sends it. */
#include "base/err.h"
#include "base/log.h"
#include "base/text.h"
#include "daemon/api.h"
#include "engine/vault/draft.h"
#include <errno.h>
#include <string.h>

enum { DOCUMENT_MAX = DIRECTORY_BYTES_MAX + 256 };

/* Bytes of a base64url input, in the arena. 0; 1: the reply says so; -ENOMEM. */
static int read_input(Request *q, const char *name, size_t most, Str *ret)
{
    BUF_AUTO Buf bytes = {0};

    buf_init(&bytes, most);
    if (text_get_base64url(params_get(&q->form, name), &bytes)) {
        reply_api_error(q, 422, "malformed", "bytes in base64url are needed", name);
        return 1;
    }
    *ret = arena_str(&q->arena, buf_str(&bytes));
    return ret->ptr ? 0 : err_origin(-ENOMEM);
}

static int malformed(Request *q, const char *field)
{
    reply_api_error(q, 422, "malformed", "it cannot be read", field);
    return 0;
}

/* ---- a new directory ---- */

typedef struct Taking {
    Str document;
    Enrolment *list;
    size_t n;
} Taking;

static int run_directory(Request *q, Txn *t)
{
    const Taking *job = q->job;
    BUF_AUTO Buf report = {0};

    buf_init(&report, 1 << 16);
    int r = desk_take_directory(q->server->desk, t, job->document, job->list, job->n, &report);
    if (r == DESK_REFUSED) {
        if (q->over_unix)
            log_word(LOG_DIRECTORY_REFUSED, "whoever sent it was told why");
        reply_api_error(q, 422, "directory", report.len ? (const char *)report.ptr : "refused",
                        NULL);
        return r;
    }
    if (r)
        return api_desk(q, r);
    q->server->people_news = true;
    Json j = reply_json(q, 200);
    json_open(&j, NULL);
    json_close(&j);
    return DESK_OK;
}

int api_directory(Request *q)
{
    Taking *job = arena_new(&q->arena, Taking);
    Str enrolments = {0};

    if (!job)
        return err_origin(-ENOMEM);
    int r = read_input(q, "document", DOCUMENT_MAX, &job->document);
    r = r ? r
          : read_input(q, "enrolments", DIRECTORY_PEOPLE_MAX * ENROLMENT_BYTES_MAX, &enrolments);
    if (r)
        return r < 0 ? r : 0;
    r = enrolments_get(enrolments, &q->arena, &job->list, &job->n);
    if (r)
        return r < 0 ? err_trace(r) : malformed(q, "enrolments");
    q->job = job;
    q->run = run_directory;
    return 0;
}

/* An earlier one, for signatures of its time. */
static int look_past(Request *q, Txn *t)
{
    const unsigned long long *version = q->job;
    Str bytes;

    int r = desk_directory_past(t, (uint32_t)*version, &q->arena, &bytes);
    if (r)
        return api_desk(q, r);
    Json j = reply_json(q, 200);
    json_open(&j, NULL);
    json_bytes(&j, "directory", bytes.ptr, bytes.len);
    json_close(&j);
    return DESK_OK;
}

int api_directory_past(Request *q)
{
    unsigned long long *version = arena_new(&q->arena, unsigned long long);

    if (!version)
        return err_origin(-ENOMEM);
    if (str_u64(q->open[0], UINT32_MAX, version))
        return malformed(q, "version");
    q->job = version;
    return api_read(q, look_past);
}

/* ---- a person's own keys ---- */

static int run_enrol(Request *q, Txn *t)
{
    Name name = q->who.person->name;
    BUF_AUTO Buf token = {0};

    buf_init(&token, 64);
    int r = desk_enrol(q->server->desk, t, &q->who, q->job);
    if (r == DESK_SIGNATURE)
        reply_api_error(q, 422, "signature",
                        "not signed by your key of the directory, or older than what is kept",
                        "enrolment");
    if (r)
        return r == DESK_SIGNATURE ? r : api_desk(q, r);
    (void)request_token(q, &token);
    session_end_others(&q->server->sessions, name_str(&name), buf_str(&token));
    Json j = reply_json(q, 200);
    json_open(&j, NULL);
    json_close(&j);
    return DESK_OK;
}

int api_enrol(Request *q)
{
    Enrolment *e = arena_new(&q->arena, Enrolment);
    Str bytes = {0};

    if (!e)
        return err_origin(-ENOMEM);
    int r = read_input(q, "enrolment", ENROLMENT_BYTES_MAX, &bytes);
    if (r)
        return r < 0 ? r : 0;
    if (enrolment_get(bytes, e))
        return malformed(q, "enrolment");
    q->job = e;
    q->run = run_enrol;
    return 0;
}

/* ---- for whoever sits at the machine ---- */

static int run_block(Request *q, Txn *t)
{
    Str name = params_get(&q->form, "name");

    int r = desk_block(q->server->desk, t, name);
    if (r)
        return api_desk(q, r);
    session_end_others(&q->server->sessions, name, STR(""));
    Json j = reply_json(q, 200);
    json_open(&j, NULL);
    json_close(&j);
    return DESK_OK;
}

int api_block(Request *q)
{
    q->run = run_block;
    return 0;
}
