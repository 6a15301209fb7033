/* SPDX-License-Identifier: Apache-2.0 */
/* workflow replay: a past register through a workflow, as a table, as JSON or in words. */
#include "cli/cli.h"

#include "base/err.h"
#include "cli/workfile.h"
#include "engine/replay/replay.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { OUT_MAX = 64 << 20, FLUSH_AT = 64 * 1024 };

int workflow_replay_check(const Args *args)
{
    Day until;

    if (args_has(args, OPT_UNTIL) && day_parse(str_of(args->value[OPT_UNTIL]), &until))
        return cli_misuse("--until takes a date such as 2026-09-30");
    if (args_has(args, OPT_JSON) && args_has(args, OPT_SUMMARY))
        return cli_misuse("--json holds the summary already; leave out --summary");
    return 0;
}

static int write_out(Buf *out, size_t at_least)
{
    if (out->err)
        return err_origin(out->err);
    if (out->len >= at_least) {
        fwrite(out->ptr, 1, out->len, stdout);
        buf_reset(out);
    }
    return 0;
}

static int print_table(Replay *r, Buf *out)
{
    replay_put_csv_header(out);
    while (replay_next(r)) {
        replay_put_csv(out, r);
        TRY(write_out(out, FLUSH_AT));
    }
    return write_out(out, 1);
}

static int print_json(Replay *r, Buf *out)
{
    Json j = json_to(out);

    json_open(&j, NULL);
    json_list(&j, "rows");
    while (replay_next(r)) {
        replay_put_json(&j, r);
        TRY(write_out(out, FLUSH_AT));
    }
    json_list_end(&j);
    replay_put_json_summary(&j, r);
    json_close(&j);
    buf_adds(out, "\n");
    return write_out(out, 1);
}

static int print_summary(Replay *r, Buf *out)
{
    while (replay_next(r))
        ;
    replay_put_summary(out, r);
    return write_out(out, 1);
}

static int print(const Args *args, const Def *def, const Log *log)
{
    REPLAY_AUTO Replay r = {.at = 0};
    BUF_AUTO Buf out = {0};
    Day until = DAY_NONE;

    buf_init(&out, OUT_MAX);
    if (args_has(args, OPT_UNTIL))
        (void)day_parse(str_of(args->value[OPT_UNTIL]), &until);
    TRY(replay_init(&r, def, log, until));
    if (args_has(args, OPT_JSON))
        return print_json(&r, &out);
    return args_has(args, OPT_SUMMARY) ? print_summary(&r, &out) : print_table(&r, &out);
}

static int read_log(const char *path, const Def *def, Log *log)
{
    BUF_AUTO Buf report = {0};

    buf_init(&report, REPORT_MAX);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return cli_refuse("%s: cannot be read: %s", path, strerror(errno));
    int r = log_read(log, def, fd, CSV_BATCH, path, &report);
    close(fd);
    if (r < 0)
        return r == -ENOMEM ? r : cli_refuse("%s: cannot be read: %s", path, strerror(-r));
    return r ? cli_refuse_report(&report) : 0;
}

int workflow_replay_proceed(const Args *args)
{
    AROUND_AUTO Around a = {.office = NULL};
    LOG_AUTO Log log;
    const Def *def;

    log_init(&log);
    TRY(workfile_load_reported(args->word[0], &a, &def));
    TRY(read_log(args->word[1], def, &log));
    return print(args, def, &log);
}
