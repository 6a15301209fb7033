/* SPDX-License-Identifier: Apache-2.0 */
/* workflow migrate: running cases to another version of their workflow; in the directory under its
 * lock, else through the daemon that serves it. A dry run reads beside either. */
#include "cli/client.h"

#include "base/err.h"
#include "cli/print.h"
#include "cli/workfile.h"
#include "engine/desk/migrate.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PORTION_ARENA = 64 << 20, PORTION_MAX = 16 << 20, TRIES = 8 };

#define DESK_AUTO __attribute__((cleanup(desk_drop)))
static void desk_drop(Desk **d)
{
    desk_free(*d);
}

/* What was asked, and what all portions together came to. */
typedef struct Migrate {
    const Args *args;
    bool dry;
    const Def *def; /* of FILE */
    json_t *sum;    /* as one portion, without `next` */
} Migrate;

static const char *const COUNTS[] = {"moves", "finishes", "stays"};
enum { N_COUNTS = sizeof(COUNTS) / sizeof(COUNTS[0]) };

/* ---- portions ---- */

static void add_reasons(json_t *to, const json_t *from)
{
    const json_t *why, *had;
    size_t i, k;

    json_array_foreach(from, i, why)
    {
        bool told = false;
        json_array_foreach(to, k, had) told |= json_equal(had, why) != 0;
        if (!told)
            json_array_append(to, (json_t *)(uintptr_t)why);
    }
}

/* Takes the portion into the sum; *ret_next is 0 after the last. */
static void add_portion(Migrate *m, const json_t *portion, uint64_t *ret_next)
{
    for (size_t i = 0; i < N_COUNTS; i++)
        json_object_set_new(m->sum, COUNTS[i],
                            json_integer(js_int(m->sum, COUNTS[i]) + js_int(portion, COUNTS[i])));
    add_reasons(json_object_get(m->sum, "why"), json_object_get(portion, "why"));
    json_array_extend(json_object_get(m->sum, "cases"), json_object_get(portion, "cases"));
    *ret_next = json_object_get(portion, "next") ? (uint64_t)js_int(portion, "next") : 0;
}

static int sum_begin(Migrate *m)
{
    m->sum = json_pack("{s:s%, s:I, s:b, s:b, s:i, s:i, s:i, s:[], s:[]}", "workflow",
                       m->def->id.ptr, m->def->id.len, "version", (json_int_t)m->def->version,
                       "protected", m->def->protected, "dry_run", m->dry, "moves", 0, "finishes", 0,
                       "stays", 0, "why", "cases");
    return m->sum ? 0 : err_origin(-ENOMEM);
}

/* ---- in the directory ---- */

static int find_in_force(const Migrate *m, const Desk *d, const Def **ret)
{
    *ret = workflows_find(desk_workflows(d), m->def->id);
    if (*ret && memcmp((*ret)->hash, m->def->hash, sizeof(m->def->hash)) == 0)
        return 0;
    return cli_refuse("%s: the office in %s has another text of this workflow; lay the file into "
                      "its workflows folder first",
                      m->args->word[0], desk_dir(d));
}

static int portion_take(Migrate *m, const MigrateDone *done, uint64_t *ret_next)
{
    BUF_AUTO Buf text = {0};

    buf_init(&text, PORTION_MAX);
    migrate_put_json(&text, done);
    if (text.err)
        return err_origin(text.err);
    json_t *portion = json_loadb((const char *)text.ptr, text.len, 0, NULL);
    if (!portion)
        return err_origin(-ENOMEM);
    add_portion(m, portion, ret_next);
    json_decref(portion);
    return 0;
}

/* One transaction. After STORE_RETRY the map has grown, and the same portion runs again. */
static int portion_run(Migrate *m, Desk *d, const Def *def, uint64_t from, uint64_t *ret_next)
{
    ARENA_AUTO Arena arena = {0};
    MigrateDone done;
    Txn *t;

    arena_init(&arena, PORTION_ARENA);
    int r = m->dry ? store_read(desk_store(d), &t) : store_turn(desk_store(d), &t);
    if (r)
        return r;
    r = desk_migrate(d, t, def, from, m->dry, &arena, &done);
    if (m->dry || (r && r != DESK_RETRY)) {
        store_end(t);
    } else {
        int kept = store_commit(t);
        r = r ? r : kept == STORE_RETRY ? DESK_RETRY : kept;
    }
    return r ? r : portion_take(m, &done, ret_next);
}

static int on_directory(Migrate *m, Desk *d)
{
    const Def *def;
    uint64_t next = 0;

    TRY(find_in_force(m, d, &def));
    do {
        int r = DESK_RETRY;
        for (int i = 0; i < TRIES && r == DESK_RETRY; i++)
            r = portion_run(m, d, def, next, &next);
        if (r)
            return r < 0
                       ? err_trace(r)
                       : cli_refuse("the cases could not be moved (%d); those told before are", r);
    } while (next);
    return 0;
}

/* ---- beside a daemon ---- */

static int through_daemon(Migrate *m)
{
    BUF_AUTO Buf hash = {0};
    Client *c = NULL;
    uint64_t next = 0;

    buf_init(&hash, 2 * sizeof(m->def->hash) + 1);
    for (size_t i = 0; i < sizeof(m->def->hash); i++)
        buf_addf(&hash, "%02x", m->def->hash[i]);
    TRY(client_new(m->args, &c));
    int r = 0;
    do {
        ANSWER_AUTO Answer a = {0};
        char from[24];
        snprintf(from, sizeof(from), "%llu", (unsigned long long)next);
        const Pair form[] = {
            {"workflow", m->def->id}, {"definition", buf_str(&hash)}, {"from", str_of(from)}};
        next = 0;
        r = client_post(c, "/api/workflow/migrate", form, sizeof(form) / sizeof(form[0]), true, &a);
        if (!r && a.status == 200)
            add_portion(m, a.json, &next);
        else if (!r)
            r = answer_refused(&a);
    } while (!r && next);
    client_free(c);
    return r;
}

/* ---- telling ---- */

static void print_day(const json_t *due, const char *ran, const char *day)
{
    Str text = js_str(due, day);

    if (!js_bool(due, ran))
        fputs("(none)", stdout);
    else if (text.len)
        put_shown(stdout, text);
    else
        fputs("stands still", stdout);
}

static void print_due(const json_t *due)
{
    fputs("    ", stdout);
    put_shown(stdout, js_str(due, "id"));
    fputs(": ", stdout);
    print_day(due, "ran", "before");
    if (js_bool(due, "ran") == js_bool(due, "runs") &&
        str_eq(js_str(due, "before"), js_str(due, "after"))) {
        puts(", as before");
        return;
    }
    fputs(" -> ", stdout);
    print_day(due, "runs", "after");
    putchar('\n');
}

static void print_case(const json_t *line)
{
    const json_t *due;
    size_t i;
    Str from = js_str(line, "from"), to = js_str(line, "to"), left = js_str(line, "left");

    printf("%s  version %lld  %.*s", js_text(line, "number"), (long long)js_int(line, "version"),
           (int)from.len, from.ptr);
    if (str_is(js_str(line, "verdict"), "moves"))
        printf(" -> %.*s\n", (int)to.len, to.ptr);
    else if (str_is(js_str(line, "verdict"), "finishes"))
        puts(": finishes on its own file");
    else
        printf(": stays: %s\n", js_text(line, "why"));
    json_array_foreach(json_object_get(line, "deadlines"), i, due) print_due(due);
    if (left.len)
        printf("    no longer read by rules: %.*s\n", (int)left.len, left.ptr);
}

static int print_sum(const Migrate *m)
{
    const json_t *line, *why;
    size_t i;

    json_array_foreach(json_object_get(m->sum, "cases"), i, line) print_case(line);
    json_array_foreach(json_object_get(m->sum, "why"), i, why)
        printf("a protected case stays: %s\n", json_string_value(why));
    printf("%.*s, version %u: %lld %s, %lld finish on their own file, %lld cannot be moved\n",
           (int)m->def->id.len, m->def->id.ptr, m->def->version, (long long)js_int(m->sum, "moves"),
           m->dry ? "would be moved" : "moved", (long long)js_int(m->sum, "finishes"),
           (long long)js_int(m->sum, "stays"));
    if (m->dry)
        puts("dry run: nothing has been changed");
    return 0;
}

static int print_all(Migrate *m)
{
    int r = js_int(m->sum, "stays") ? CLI_REFUSED : CLI_DONE;

    if (!args_has(m->args, OPT_JSON))
        TRY(print_sum(m));
    else
        TRY(js_print(json_incref(m->sum)));
    return r;
}

/* ---- the command ---- */

static int migrate_in(Migrate *m, const char *dir, const char *socket)
{
    BUF_AUTO Buf report = {0};
    DESK_AUTO Desk *d = NULL;

    buf_init(&report, REPORT_MAX);
    int r = desk_open(dir, m->dry ? STORE_READ_ONLY : STORE_WRITE, &report, &d);
    if (r == 0)
        return on_directory(m, d);
    if (r > 0 && !m->dry && access(socket, F_OK) == 0)
        return through_daemon(m);
    return r > 0 ? cli_refuse_report(&report) : err_trace(r);
}

int workflow_migrate_proceed(const Args *args)
{
    AROUND_AUTO Around a = {.office = NULL};
    Migrate m = {.args = args, .dry = args_has(args, OPT_DRY_RUN)};
    char *dir = cli_data_dir(args);
    char *socket = dir ? cli_path(dir, "krading.sock") : NULL;

    int r = socket ? workfile_load_reported(args->word[0], &a, &m.def) : err_origin(-ENOMEM);
    r = r ? r : sum_begin(&m);
    r = r ? r : migrate_in(&m, dir, socket);
    if (!r)
        r = print_all(&m);
    json_decref(m.sum);
    free(socket);
    free(dir);
    return r;
}
