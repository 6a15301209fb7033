/* SPDX-License-Identifier: Apache-2.0 */
/* What clients need of the office to judge and count for themselves: directory, settings,
 * workflows, calendars. */
#include "base/err.h"
#include "base/text.h"
#include "daemon/api.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { TICKS_AFTER_ADVANCE = 1000 };

int api_staff(Request *q)
{
    Str bytes = desk_directory_bytes(q->server->desk);
    Json j = reply_json(q, 200);

    json_open(&j, NULL);
    json_bytes(&j, "directory", bytes.ptr, bytes.len);
    json_int(&j, "version", desk_directory(q->server->desk)->version);
    json_close(&j);
    return 0;
}

static int unknown(Request *q)
{
    reply_reset(&q->reply);
    reply_api_error(q, 404, "unknown", "no such file", NULL);
    return 0;
}

static void yaml(Request *q)
{
    q->reply.status = 200;
    q->reply.type = "application/yaml; charset=utf-8";
}

/* DIR/name as the answer; path parts come from patterns that let no slash through. */
static int send_file(Request *q, const char *folder, Str name, const char *ending)
{
    BUF_AUTO Buf path = {0};
    BUF_AUTO Buf text = {0};

    buf_init(&path, 8192);
    buf_addf(&path, "%s/%s%.*s%s", desk_dir(q->server->desk), folder, (int)name.len, name.ptr,
             ending);
    if (path.err || (name.len && name.ptr[0] == '.'))
        return unknown(q);
    int r = load_file((const char *)path.ptr, &text);
    if (r)
        return unknown(q);
    buf_add_str(&q->reply.body, buf_str(&text));
    yaml(q);
    return 0;
}

int api_settings(Request *q)
{
    return send_file(q, "settings.yaml", STR(""), "");
}

int api_calendar(Request *q)
{
    return send_file(q, "workflows/calendars/", q->open[0], ".yaml");
}

/* A workflow of a hash: from the store when a case runs on it, else the file, if it still is the
 * one that was loaded. */
static int send_definition(Request *q, Txn *t, const uint8_t hash[32])
{
    Bytes32 wanted;
    Str text;

    memcpy(wanted.b, hash, sizeof(wanted.b));
    if (store_get_def(t, &wanted, &q->arena, &text) == STORE_OK) {
        yaml(q);
        buf_add_str(&q->reply.body, text);
        return 0;
    }
    const Workflows *all = desk_workflows(q->server->desk);
    for (size_t i = 0; i < all->n; i++) {
        if (memcmp(all->defs[i]->hash, hash, 32) != 0)
            continue;
        int r = send_file(q, "workflows/", all->defs[i]->id, ".yaml");
        Hash found = hash_sha256(buf_str(&q->reply.body));
        if (r || memcmp(found.b, hash, 32) != 0)
            return unknown(q);
        return 0;
    }
    return unknown(q);
}

int api_definition(Request *q)
{
    const Def *def = workflows_find(desk_workflows(q->server->desk), q->open[0]);
    BUF_AUTO Buf hash = {0};
    Txn *t;

    buf_init(&hash, 32);
    if (def)
        buf_add(&hash, def->hash, sizeof(def->hash));
    else if (q->open[0].len != 64 || text_get_hex(q->open[0], &hash))
        return unknown(q);
    if (store_read(desk_store(q->server->desk), &t)) {
        api_desk(q, DESK_BROKEN);
        return 0;
    }
    int r = send_definition(q, t, hash.ptr);
    store_end(t);
    return r;
}

/* What the jump makes due is done before the answer, so that it is in force on return. */
static int tick_all(Request *q, Txn *t)
{
    unsigned fired = TURN_TICKS_MAX;
    Moment next = 0;
    int r = DESK_OK;

    for (int i = 0; i < TICKS_AFTER_ADVANCE && !r && fired; i++)
        r = desk_tick(q->server->desk, t, desk_now(q->server->desk), TURN_TICKS_MAX, &fired,
                      &next);
    q->server->turn.next_tick = 0;
    return r;
}

static int run_advance(Request *q, Txn *t)
{
    const unsigned long long *seconds = q->job;
    BUF_AUTO Buf now = {0};

    buf_init(&now, 64);
    int r = desk_demo_advance(q->server->desk, t, (uint32_t)*seconds);
    if (r == DESK_REFUSED) {
        reply_api_error(q, 422, "not_a_demo",
                        "this is not a demo office: its clock is the wall clock", NULL);
        return r;
    }
    r = r ? r : tick_all(q, t);
    if (r)
        return api_desk(q, r);
    moment_put_iso(&now, desk_now(q->server->desk));
    Json j = reply_json(q, 200);
    json_open(&j, NULL);
    json_str(&j, "now", buf_str(&now));
    json_close(&j);
    return DESK_OK;
}

int api_advance(Request *q)
{
    unsigned long long *seconds = arena_new(&q->arena, unsigned long long);

    if (!seconds)
        return err_origin(-ENOMEM);
    if (str_u64(params_get(&q->form, "seconds"), UINT32_MAX, seconds)) {
        reply_api_error(q, 422, "malformed", "seconds: a whole number is needed", "seconds");
        return 0;
    }
    q->job = seconds;
    q->run = run_advance;
    return 0;
}
