/* SPDX-License-Identifier: Apache-2.0 */
/* The audit log to those who check it. Without a sign-in there is what a mail carries too: the
 * checkpoint of last night, and that it goes on from an earlier one. Sizes at any moment would tell
 * when staff work on something, so these are for auditors, and so is asking after one entry. */
#include "base/err.h"
#include "base/str.h"
#include "daemon/api.h"
#include "engine/vault/directory.h"
#include <time.h>

static void text(Request *q)
{
    q->reply.status = 200;
    q->reply.type = "text/plain; charset=utf-8";
}

static int look_night(Request *q, Txn *t)
{
    uint64_t size;
    Str note;

    int r = desk_checkpoint_night(q->server->desk, t, &q->arena, &note, &size);
    if (r)
        return api_desk(q, r);
    buf_add_str(&q->reply.body, note);
    text(q);
    return DESK_OK;
}

int api_checkpoint(Request *q)
{
    return api_read(q, look_night);
}

int api_log_key(Request *q)
{
    const Desk *d = q->server->desk;
    BUF_AUTO Buf origin = {0};

    buf_init(&origin, 256);
    desk_log_origin(d, &origin);
    TRY(checkpoint_key_put(&q->reply.body, buf_str(&origin), &desk_keys(d)->log.public));
    buf_adds(&q->reply.body, "\n");
    text(q);
    return 0;
}

/* A number of the query, or `otherwise` when it is not there. 0; 1: the reply says what is wrong.
 */
static int get_number(Request *q, const char *name, uint64_t otherwise, uint64_t *ret)
{
    unsigned long long n;

    *ret = otherwise;
    if (!params_has(&q->query, name))
        return 0;
    if (str_u64(params_get(&q->query, name), UINT64_MAX, &n)) {
        reply_api_error(q, 422, "malformed", "a whole number is needed", name);
        return 1;
    }
    *ret = n;
    return 0;
}

static int too_long(Request *q, const char *field)
{
    reply_api_error(q, 422, "malformed", "the log has no such entry, or not yet for you", field);
    return DESK_MALFORMED;
}

static int too_many(Request *q)
{
    reply_api_error(q, 429, "too_soon", "too many proofs are asked for; a second later", NULL);
    q->reply.retry_after = 1;
    return DESK_MALFORMED;
}

static int look_consistency(Request *q, Txn *t)
{
    uint64_t night, from, to;
    Str note;

    int r = desk_checkpoint_night(q->server->desk, t, &q->arena, &note, &night);
    if (r)
        return api_desk(q, r);
    if (get_number(q, "from", 0, &from) || get_number(q, "to", night, &to))
        return DESK_MALFORMED;
    Str kept = proofs_find(&q->server->proofs, from, to);
    if (kept.len && to <= night) {
        buf_add_str(&q->reply.body, kept);
        text(q);
        return DESK_OK;
    }
    if (!proofs_take(&q->server->proofs, time(NULL)))
        return too_many(q);
    r = to > night ? DESK_MALFORMED
                   : desk_consistency(q->server->desk, t, from, to, &q->reply.body);
    if (r == DESK_MALFORMED)
        return too_long(q, "from");
    if (r)
        return api_desk(q, r);
    proofs_keep(&q->server->proofs, from, to, buf_str(&q->reply.body));
    text(q);
    return DESK_OK;
}

int api_consistency(Request *q)
{
    return api_read(q, look_consistency);
}

static bool is_auditor(Request *q)
{
    if (person_has_role(q->who.person, ROLE_NAME_AUDITOR))
        return true;
    reply_api_error(q, 403, "role", "this is for auditors", NULL);
    return false;
}

static int look_now(Request *q, Txn *t)
{
    int r = desk_checkpoint(q->server->desk, t, &q->reply.body);

    if (r)
        return api_desk(q, r);
    text(q);
    return DESK_OK;
}

int api_checkpoint_now(Request *q)
{
    return is_auditor(q) ? api_read(q, look_now) : 0;
}

static int look_inclusion(Request *q, Txn *t)
{
    uint64_t leaf, size, night;
    Str note;

    int r = desk_checkpoint_night(q->server->desk, t, &q->arena, &note, &night);
    if (r)
        return api_desk(q, r);
    if (get_number(q, "leaf", UINT64_MAX, &leaf) || get_number(q, "size", night, &size))
        return DESK_MALFORMED;
    r = desk_inclusion(q->server->desk, t, leaf, size, &q->reply.body);
    if (r == DESK_MALFORMED)
        return too_long(q, "leaf");
    if (r)
        return api_desk(q, r);
    text(q);
    return DESK_OK;
}

int api_inclusion(Request *q)
{
    return is_auditor(q) ? api_read(q, look_inclusion) : 0;
}
