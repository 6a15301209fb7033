/* SPDX-License-Identifier: Apache-2.0 */
/* Running cases to another version of their workflow: for the operator of this machine, who has
 * laid the file down; a portion a request. */
#include "engine/desk/migrate.h"

#include "base/err.h"
#include "base/text.h"
#include "daemon/api.h"
#include <errno.h>
#include <string.h>

typedef struct MigrateJob {
    const Def *def;
    uint64_t from;
} MigrateJob;

static int refused(Request *q, int status, const char *code, const char *message)
{
    reply_reset(&q->reply);
    reply_api_error(q, status, code, message, NULL);
    return 0;
}

static int run_migrate(Request *q, Txn *t)
{
    const MigrateJob *job = q->job;
    MigrateDone done;

    int r = desk_migrate(q->server->desk, t, job->def, job->from, false, &q->arena, &done);
    if (r)
        return api_desk(q, r);
    Json j = reply_json(q, 200);
    migrate_put_json(j.out, &done);
    return DESK_OK;
}

/* What runs is what the operator looked at: the very text, by its hash. */
static int find_def(Request *q, const Def **ret)
{
    BUF_AUTO Buf hash = {0};
    const Def *def =
        workflows_find(desk_workflows(q->server->desk), params_get(&q->form, "workflow"));

    buf_init(&hash, 32);
    if (text_get_hex(params_get(&q->form, "definition"), &hash) || hash.len != sizeof(def->hash))
        return refused(q, 422, "malformed", "definition: a SHA-256 in hex digits is needed");
    if (!def || memcmp(def->hash, hash.ptr, hash.len) != 0)
        return refused(q, 409, "not_in_force",
                       "another text of this workflow is in force: lay the file into the office's "
                       "workflows folder and reload (SIGHUP)");
    *ret = def;
    return 0;
}

int api_migrate(Request *q)
{
    MigrateJob *job = arena_new(&q->arena, MigrateJob);
    unsigned long long from;

    if (!job)
        return err_origin(-ENOMEM);
    if (str_u64(params_get(&q->form, "from"), UINT64_MAX, &from))
        return refused(q, 422, "malformed", "from: a whole number is needed");
    job->from = from;
    int r = find_def(q, &job->def);
    if (r || !job->def)
        return r;
    q->job = job;
    q->run = run_migrate;
    return 0;
}
