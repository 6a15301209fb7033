/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include "base/err.h"
#include "base/json.h"
#include "cli/print.h"
#include "engine/load/load.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { ARENA_MAX = 16 << 20 };
static const Zone thailand = {.utc_offset_minutes = 420};

static int read_limit(const char *text, Span *ret)
{
    int r = span_parse(str_of(text), ret);

    if (r == 2)
        return cli_misuse("--limit: say \"calendar days\" or \"working days\"");
    return r ? cli_misuse("--limit takes a span such as \"15 calendar days\", \"3 working days\" "
                          "or \"1 months\"")
             : 0;
}

int due_check(const Args *args)
{
    Day from;
    Span limit;

    if (!args_has(args, OPT_CALENDAR) || !args_has(args, OPT_FROM) || !args_has(args, OPT_LIMIT))
        return cli_misuse("due needs --calendar, --from and --limit");
    if (day_parse(str_of(args->value[OPT_FROM]), &from))
        return cli_misuse("--from takes a date such as 2026-11-20");
    return read_limit(args->value[OPT_LIMIT], &limit);
}

static int print_json(Day due, Day work_by, Day rolled, bool provisional)
{
    BUF_AUTO Buf out = {0};
    Json j;
    const struct {
        const char *name;
        Day day;
    } days[] = {{"due", due}, {"work_by", work_by}, {"rolled", rolled}};

    buf_init(&out, 4096);
    j = json_to(&out);
    json_open(&j, NULL);
    for (size_t i = 0; i < 3; i++) {
        BUF_AUTO Buf iso = {0};
        buf_init(&iso, 64);
        day_put_iso(&iso, days[i].day);
        json_str(&j, days[i].name, buf_str(&iso));
    }
    json_bool(&j, "provisional", provisional);
    json_close(&j);
    if (out.err)
        return err_origin(out.err);
    puts((const char *)out.ptr);
    return CLI_DONE;
}

static int print_text(Day due, Day work_by, Day rolled, bool provisional)
{
    char text[DAY_TEXT];

    day_text(due, text);
    printf("due      %s\n", text);
    day_text(work_by, text);
    printf("work by  %s\n", text);
    day_text(rolled, text);
    printf("rolled   %s\n", text);
    if (provisional)
        puts("provisional: the calendar does not cover these days for certain");
    return CLI_DONE;
}

int due_proceed(const Args *args)
{
    ARENA_AUTO Arena arena = {0};
    FAULTS_AUTO Faults faults = {0};
    BUF_AUTO Buf file = {0};
    const char *path = args->value[OPT_CALENDAR];
    const Calendar *cal;
    Day from;
    Span limit;

    arena_init(&arena, ARENA_MAX);
    faults_init(&faults);
    (void)day_parse(str_of(args->value[OPT_FROM]), &from); /* due_check has seen both */
    TRY(read_limit(args->value[OPT_LIMIT], &limit));
    int r = load_file(path, &file);
    if (r)
        return cli_refuse("%s: %s", path, r < 0 ? strerror(-r) : "larger than 256 KiB");
    r = load_calendar(buf_str(&file), str_of(args->value[OPT_PROVINCE]), thailand, &arena, &faults,
                      &cal);
    if (r) {
        BUF_AUTO Buf report = {0};
        buf_init(&report, 1 << 20);
        faults_put(&report, &faults, path, buf_str(&file));
        return r < 0 ? err_trace(r) : cli_refuse_report(&report);
    }
    Day due = calendar_add(cal, from, limit);
    Day work_by = calendar_work_by(cal, due), rolled = calendar_roll(cal, due);
    /* Counted days off decide all three; calendar days and months only those around the due day. */
    Day first = limit.unit == SPAN_WORKING_DAYS && from < due ? from + 1 : work_by;
    bool provisional = calendar_is_provisional(cal, first, rolled);
    return args_has(args, OPT_JSON) ? print_json(due, work_by, rolled, provisional)
                                    : print_text(due, work_by, rolled, provisional);
}
