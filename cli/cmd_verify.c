/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include "base/err.h"
#include "base/json.h"
#include "engine/desk/desk.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPORT_MAX = 4 << 20 };

#define DESK_AUTO __attribute__((cleanup(desk_drop)))
static void desk_drop(Desk **d)
{
    desk_free(*d);
}

static const struct {
    const char *name;
    size_t at;
} counts[] = {{"cases", offsetof(VerifyCounts, cases)},
              {"events", offsetof(VerifyCounts, events)},
              {"parts", offsetof(VerifyCounts, parts)},
              {"leaves", offsetof(VerifyCounts, leaves)},
              {"faults", offsetof(VerifyCounts, faults)}};
enum { COUNTS = sizeof(counts) / sizeof(counts[0]) };

static uint64_t count_at(const VerifyCounts *c, size_t i)
{
    return *(const uint64_t *)(const void *)((const char *)c + counts[i].at);
}

static int print_json(const VerifyCounts *c, const Buf *report)
{
    BUF_AUTO Buf out = {0};
    Json j;
    Str rest = buf_str(report);

    buf_init(&out, 2 * REPORT_MAX);
    j = json_to(&out);
    json_open(&j, NULL);
    for (size_t i = 0; i < COUNTS; i++)
        json_int(&j, counts[i].name, (int64_t)count_at(c, i));
    json_list(&j, "where");
    while (rest.len)
        json_str(&j, NULL, str_cut(&rest, '\n'));
    json_list_end(&j);
    json_close(&j);
    if (out.err)
        return err_origin(out.err);
    puts((const char *)out.ptr);
    return 0;
}

static int print_text(const VerifyCounts *c, size_t checkpoints, const Buf *report)
{
    for (size_t i = 0; i < COUNTS; i++)
        printf("%s%llu %s", i ? ", " : "", (unsigned long long)count_at(c, i), counts[i].name);
    if (checkpoints)
        printf("; held against %zu checkpoint%s", checkpoints, checkpoints > 1 ? "s" : "");
    putchar('\n');
    if (report->len)
        cli_refuse_report(report);
    return 0;
}

/* Mails bring line ends of their own. */
static int checkpoints_read(const char *path, Buf *ret, size_t *ret_n)
{
    BUF_AUTO Buf file = {0};
    size_t n = 0;

    int r = load_file(path, &file);
    if (r)
        return cli_refuse("%s: %s", path, r < 0 ? strerror(-r) : "too large");
    buf_init(ret, file.len + 1);
    for (size_t i = 0; i < file.len; i++) {
        if (file.ptr[i] != '\r' && (ret->len || file.ptr[i] != '\n'))
            buf_add_u8(ret, file.ptr[i]);
    }
    if (ret->err)
        return err_origin(ret->err);
    for (Str rest = buf_str(ret); checkpoint_cut(&rest).len;)
        n++;
    if (!n)
        return cli_refuse("%s: there is no checkpoint in it", path);
    *ret_n = n;
    return 0;
}

static int verify(const Args *args, const char *dir)
{
    BUF_AUTO Buf checkpoints = {0};
    size_t n = 0;

    if (args_has(args, OPT_CHECKPOINT))
        TRY(checkpoints_read(args->value[OPT_CHECKPOINT], &checkpoints, &n));

    BUF_AUTO Buf report = {0};
    DESK_AUTO Desk *d = NULL;
    VerifyCounts c = {0};
    Txn *t;

    buf_init(&report, REPORT_MAX);
    int r = desk_open(dir, STORE_READ_ONLY, &report, &d);
    if (r)
        return r < 0 ? err_trace(r) : cli_refuse_report(&report);
    r = store_read(desk_store(d), &t);
    if (r)
        return r < 0 ? err_trace(r) : cli_refuse("%s: the database cannot be read", dir);
    buf_reset(&report);
    int faults = desk_verify_since(d, t, buf_str(&checkpoints), &report, &c);
    store_end(t);
    if (faults < 0)
        return err_trace(faults);
    TRY(args_has(args, OPT_JSON) ? print_json(&c, &report) : print_text(&c, n, &report));
    return faults ? CLI_REFUSED : CLI_DONE;
}

int verify_proceed(const Args *args)
{
    char *dir = cli_data_dir(args);

    if (!dir)
        return err_origin(-ENOMEM);
    int r = verify(args, dir);
    free(dir);
    return r;
}
