/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the protected channels of an office are open, and what is missing. */
#include "cli/cli.h"

#include "base/err.h"
#include "base/json.h"
#include "engine/desk/desk.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { REPORT_MAX = 1 << 20, ANSWER_MAX = 4 << 20 };

#define DESK_AUTO __attribute__((cleanup(desk_drop)))
static void desk_drop(Desk **d)
{
    desk_free(*d);
}

static void print_channel(const Def *def, bool open, Str why)
{
    printf("%.*s: %s\n", (int)def->id.len, def->id.ptr, open ? "open" : "CLOSED");
    while (why.len) {
        Str line = str_cut(&why, '\n');
        printf("  %.*s\n", (int)line.len, line.ptr);
    }
}

static void put_channel(Json *j, const Def *def, bool open, Str why)
{
    json_open(j, NULL);
    json_str(j, "workflow", def->id);
    json_bool(j, "open", open);
    json_list(j, "why");
    while (why.len)
        json_str(j, NULL, str_cut(&why, '\n'));
    json_list_end(j);
    json_close(j);
}

static int judge(const Desk *d, bool as_json)
{
    const Workflows *w = desk_workflows(d);
    BUF_AUTO Buf out = {0};
    size_t closed = 0;

    buf_init(&out, ANSWER_MAX);
    Json j = json_to(&out);
    json_open(&j, NULL);
    json_list(&j, "channels");
    for (size_t i = 0; i < w->n; i++) {
        BUF_AUTO Buf why = {0};
        buf_init(&why, REPORT_MAX);
        bool open = desk_channel_why(d, w->defs[i], &why);
        if (open && !w->defs[i]->protected)
            continue;
        closed += !open;
        if (as_json)
            put_channel(&j, w->defs[i], open, buf_str(&why));
        else
            print_channel(w->defs[i], open, buf_str(&why));
    }
    json_list_end(&j);
    json_close(&j);
    if (out.err)
        return err_origin(out.err);
    if (as_json)
        puts((const char *)out.ptr);
    else if (closed)
        puts("A closed channel opens when two readers and a pair of custodians remain whoever is "
             "accused.\nPeople of the district or a neighbouring office fill the gap:\n"
             "  krading staff add NAME --outside --role ROLE ..., then krading staff sign");
    return closed ? CLI_REFUSED : CLI_DONE;
}

static int check(const Args *args, const char *dir)
{
    BUF_AUTO Buf report = {0};
    DESK_AUTO Desk *d = NULL;

    buf_init(&report, REPORT_MAX);
    int r = desk_open(dir, STORE_READ_ONLY, &report, &d);
    if (r)
        return r < 0 ? err_trace(r) : cli_refuse_report(&report);
    return judge(d, args_has(args, OPT_JSON));
}

int check_proceed(const Args *args)
{
    char *dir = cli_data_dir(args);

    if (!dir)
        return err_origin(-ENOMEM);
    int r = check(args, dir);
    free(dir);
    return r;
}
