/* SPDX-License-Identifier: Apache-2.0 */
/* demo advance: through the daemon when one serves the directory, else under the lock itself. */
#include "cli/client.h"

#include "base/err.h"
#include "cli/demo.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { REPORT_MAX = 1 << 20 };

int demo_advance_check(const Args *args)
{
    uint32_t seconds;

    return args_seconds(args->word[0], &seconds)
               ? cli_misuse("advance takes a length of time such as 16d or 3h")
               : 0;
}

static int tell(const Args *args, Str now)
{
    if (args_has(args, OPT_JSON))
        return js_print(json_pack("{s:s%}", "now", now.ptr ? now.ptr : "", now.len));
    printf("it is now %.*s in this demo office\n", (int)now.len, now.ptr);
    return CLI_DONE;
}

static int through_daemon(const Args *args, uint32_t seconds)
{
    ANSWER_AUTO Answer a = {0};
    Client *c = NULL;
    char text[16];

    TRY(client_new(args, &c));
    snprintf(text, sizeof(text), "%u", seconds);
    int r = client_post(c, "/api/demo/advance", (Pair[]){{"seconds", str_of(text)}}, 1, false, &a);
    client_free(c);
    if (r)
        return r;
    return a.status == 200 ? tell(args, js_str(a.json, "now")) : answer_refused(&a);
}

static int advance(Desk *d, uint32_t seconds)
{
    Txn *t;

    int r = store_turn(desk_store(d), &t);
    if (r)
        return r < 0 ? err_trace(r) : cli_refuse("the database cannot be written");
    r = desk_demo_advance(d, t, seconds);
    if (r == DESK_OK)
        r = store_commit(t);
    else
        store_end(t);
    if (r == DESK_REFUSED)
        return cli_refuse("this is not a demo office: its clock is the wall clock");
    if (r)
        return r < 0 ? err_trace(r) : cli_refuse("the clock could not be moved (%d)", r);
    return demo_tick(d);
}

static int on_directory(const Args *args, Desk *d, uint32_t seconds)
{
    BUF_AUTO Buf now = {0};

    TRY(advance(d, seconds));
    buf_init(&now, 64);
    moment_put_iso(&now, desk_now(d));
    return tell(args, buf_str(&now));
}

int demo_advance_proceed(const Args *args)
{
    BUF_AUTO Buf report = {0};
    char *dir = cli_data_dir(args);
    char *socket = dir ? cli_path(dir, "krading.sock") : NULL;
    Desk *d = NULL;
    uint32_t seconds = 0;

    if (!socket) {
        free(dir);
        return err_origin(-ENOMEM);
    }
    (void)args_seconds(args->word[0], &seconds); /* demo_advance_check has seen it */
    buf_init(&report, REPORT_MAX);
    int r = desk_open(dir, STORE_WRITE, &report, &d);
    if (r == 0)
        r = on_directory(args, d, seconds);
    else if (r > 0)
        r = access(socket, F_OK) == 0 ? through_daemon(args, seconds) : cli_refuse_report(&report);
    desk_free(d);
    free(socket);
    free(dir);
    return r;
}
