/* SPDX-License-Identifier: Apache-2.0 */
/* How changes to people reach the office: through the daemon while it serves, else into its
 * database under the exclusive lock. */
#include "cli/roll.h"

#include "base/err.h"
#include "base/text.h"
#include "cli/client.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { REPORT_MAX = 1 << 20, TURN_TRIES = 4 };

static int turn_once(Desk *d, RollTurn run, const void *job, Buf *report)
{
    Txn *t;
    int r = store_turn(desk_store(d), &t);

    if (r)
        return r;
    r = run(d, t, job, report);
    if (r && r != DESK_RETRY) {
        store_end(t);
        return r;
    }
    int done = store_commit(t); /* after a retry this lets the map grow */
    return r ? r : done == STORE_RETRY ? DESK_RETRY : done;
}

static int turn(Desk *d, RollTurn run, const void *job, const char *dir)
{
    BUF_AUTO Buf report = {0};
    int r = DESK_RETRY;

    buf_init(&report, REPORT_MAX);
    for (int i = 0; i < TURN_TRIES && r == DESK_RETRY; i++)
        r = turn_once(d, run, job, &report);
    if (r > 0 && report.len)
        return cli_refuse_report(&report);
    return r > 0 ? cli_refuse("%s: the database cannot be written", dir) : r;
}

int roll_turn(Roll *r, RollTurn run, const void *job)
{
    BUF_AUTO Buf report = {0};
    Desk *d = NULL;

    buf_init(&report, REPORT_MAX);
    r->desk = desk_free(r->desk); /* a process opens the database once */
    int n = desk_open(r->dir, STORE_WRITE, &report, &d);
    if (n)
        return n > 0 ? cli_refuse_report(&report) : n;
    n = turn(d, run, job, r->dir);
    desk_free(d);
    return n;
}

static int send(const Args *args, const char *path, const Pair *form, size_t n)
{
    ANSWER_AUTO Answer a = {0};
    Client *c = NULL;

    int r = client_new(args, &c);
    r = r ? r : client_post(c, path, form, n, true, &a);
    r = r ? r : a.status == 200 ? 0 : answer_refused(&a);
    client_free(c);
    return r;
}

/* ---- a directory ---- */

typedef struct Taking {
    Str document;
    const Draft *draft;
} Taking;

static int take(Desk *d, Txn *t, const void *job, Buf *report)
{
    const Taking *taking = job;

    return desk_take_directory(d, t, taking->document, taking->draft->list, taking->draft->n,
                               report);
}

static int send_directory(const Args *args, const Taking *job)
{
    BUF_AUTO Buf document = {0};
    BUF_AUTO Buf list = {0};
    BUF_AUTO Buf enrolments = {0};

    buf_init(&document, 2 * DIRECTORY_BYTES_MAX);
    buf_init(&list, DRAFT_BYTES_MAX);
    buf_init(&enrolments, 2 * DRAFT_BYTES_MAX);
    text_put_base64url(&document, job->document.ptr, job->document.len);
    enrolments_put(&list, job->draft->list, job->draft->n);
    text_put_base64url(&enrolments, list.ptr, list.len);
    if (document.err || list.err || enrolments.err)
        return err_origin(-ENOMEM);
    const Pair form[] = {{"document", buf_str(&document)}, {"enrolments", buf_str(&enrolments)}};
    return send(args, "/api/directory", form, 2);
}

int roll_apply(Roll *r, const Args *args, Str document)
{
    Taking job = {document, &r->draft};
    char *path = cli_path(r->dir, "directory.signed");

    if (!path)
        return err_origin(-ENOMEM);
    int n = roll_is_served(r) ? send_directory(args, &job) : roll_turn(r, take, &job);
    n = n ? n : file_replace(path, 0644, document);
    free(path);
    if (!n && unlink(r->draft_path) && errno != ENOENT)
        n = cli_refuse("%s: cannot be removed", r->draft_path);
    return n;
}

/* ---- a name ---- */

static int block(Desk *d, Txn *t, const void *job, Buf *report)
{
    const Str *name = job;
    int r = desk_block(d, t, *name);

    if (r == DESK_UNKNOWN)
        buf_addf(report, "%.*s: nothing to sign in with is kept\n", (int)name->len, name->ptr);
    return r;
}

int roll_block(Roll *r, const Args *args, Str name)
{
    const Pair form[] = {{"name", name}};

    return roll_is_served(r) ? send(args, "/api/staff/block", form, 1) : roll_turn(r, block, &name);
}
