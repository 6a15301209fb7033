/* SPDX-License-Identifier: Apache-2.0 */
/* Destruction of closed files: the list, and its approval by a second person. */
#include "base/err.h"
#include "base/text.h"
#include "daemon/api.h"
#include "engine/desk/purge.h"
#include <errno.h>
#include <string.h>

static int refuse(Request *q, int answer)
{
    static const struct {
        int answer, status;
        const char *code, *message;
    } rows[] = {
        {DESK_REFUSED, 403, "role",
         "this is for those whom settings.yaml names under `destruction`; whoever made the list "
         "does not approve it"},
        {DESK_UNKNOWN, 404, "unknown", "no list waits; it is made with `purge --list`"},
        {DESK_MOVED, 409, "moved",
         "the list is not what is due now, or one is being carried out; make it again"},
        {DESK_SIGNATURE, 422, "signature", "the signature is not of the list that waits"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].answer != answer)
            continue;
        reply_reset(&q->reply);
        reply_api_error(q, rows[i].status, rows[i].code, rows[i].message, NULL);
        return answer;
    }
    return api_desk(q, answer);
}

static int put(Request *q, int answer, const PurgeState *state)
{
    static const char *const stages[] = {
        [PURGE_LISTED] = "listed", [PURGE_RUNS] = "runs", [PURGE_DONE] = "done"};

    if (answer)
        return refuse(q, answer);
    Json j = reply_json(q, 200);
    json_open(&j, NULL);
    json_cstr(&j, "state", state->settled ? "settled" : stages[state->stage]);
    json_name(&j, "made_by", &state->maker);
    json_str(&j, "list", state->list);
    json_close(&j);
    return DESK_OK;
}

static int read_state(Request *q, Txn *t)
{
    PurgeState state;
    int r = desk_purge_state(q->server->desk, t, &q->who, &q->arena, &state);

    return put(q, r, &state);
}

int api_purge(Request *q)
{
    return api_read(q, read_state);
}

static int run_list(Request *q, Txn *t)
{
    PurgeState state;
    int r = desk_purge_list(q->server->desk, t, &q->who, &q->arena, &state);

    return put(q, r, &state);
}

int api_purge_list(Request *q)
{
    q->run = run_list;
    return 0;
}

static int run_approve(Request *q, Txn *t)
{
    PurgeState state;
    int r = desk_purge_approve(q->server->desk, t, &q->who, q->job, &q->arena, &state);

    if (!r)
        q->server->turn.next_tick = 0; /* the destruction begins with this turn's tick */
    return put(q, r, &state);
}

int api_purge_approve(Request *q)
{
    BUF_AUTO Buf bytes = {0};
    Signature *signature = arena_new(&q->arena, Signature);

    if (!signature)
        return err_origin(-ENOMEM);
    buf_init(&bytes, sizeof(*signature));
    if (text_get_base64url(params_get(&q->form, "signature"), &bytes) ||
        bytes.len != sizeof(signature->b)) {
        reply_api_error(q, 422, "malformed", "a signature of 64 bytes is needed", "signature");
        return 0;
    }
    memcpy(signature->b, bytes.ptr, sizeof(signature->b));
    q->job = signature;
    q->run = run_approve;
    return 0;
}
