/* SPDX-License-Identifier: Apache-2.0 */
/* Workflow files: check, graph, test. No office is needed for any of them. */
#include "cli/cli.h"

#include "base/err.h"
#include "cli/workfile.h"
#include "engine/load/graph.h"
#include "engine/load/scenario.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { OUT_MAX = 16 << 20 };
static const Zone thailand = {.utc_offset_minutes = 420};

/* ---- check ---- */
static int check_workflow(const char *path, Str file, Around *a, Buf *report)
{
    const Def *def;

    int r = workfile_load(path, file, a, report, &def);
    return r ? r : workfile_opens_check(path, file, a, def, report);
}

static int check_settings(const char *path, Str file, Around *a, Buf *report)
{
    FAULTS_AUTO Faults faults = {0};
    const Office *office;

    faults_init(&faults);
    int r = load_office(file, &a->arena, &faults, &office);
    if (r >= 0)
        faults_put(report, &faults, path, file);
    return r;
}

static int check_calendar(const char *path, Str file, Around *a, Buf *report)
{
    FAULTS_AUTO Faults faults = {0};
    const Calendar *cal;

    faults_init(&faults);
    int r = load_calendar(file, STR(""), thailand, &a->arena, &faults, &cal);
    if (r >= 0)
        faults_put(report, &faults, path, file);
    return r;
}

static const struct {
    const char *schema;
    int (*check)(const char *path, Str file, Around *a, Buf *report);
} kinds[] = {{"krading-office/", check_settings}, {"krading-calendar/", check_calendar}};

/* By the file's own `schema:` line; what has none is judged as a workflow. */
static int check_by_schema(const char *path, Str file, Around *a, Buf *report)
{
    Str rest = file;

    while (rest.len) {
        Str line = str_cut(&rest, '\n');
        if (!str_starts(line, STR("schema:")))
            continue;
        Str value = str_trim((Str){line.ptr + 7, line.len - 7});
        for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
            if (str_starts(value, str_of(kinds[i].schema)))
                return kinds[i].check(path, file, a, report);
        break;
    }
    return check_workflow(path, file, a, report);
}

static int check_one(const char *path)
{
    AROUND_AUTO Around a = {0};
    BUF_AUTO Buf file = {0};
    BUF_AUTO Buf report = {0};

    buf_init(&report, REPORT_MAX);
    TRY(around_init(&a, path));
    TRY(workfile_read(path, &file));
    int r = check_by_schema(path, buf_str(&file), &a, &report);
    if (report.len)
        cli_refuse_report(&report);
    if (r == 0)
        printf("%s: in order\n", path);
    return r > 0 ? CLI_REFUSED : r;
}

int workflow_check_proceed(const Args *args)
{
    int worst = CLI_DONE;

    for (size_t i = 0; i < args->n_words; i++) {
        int r = check_one(args->word[i]);
        if (r < 0)
            return err_trace(r);
        worst = r ? r : worst;
    }
    return worst;
}

/* ---- graph ---- */
static bool is_one_of(const char *value, const char *a, const char *b)
{
    return !value || strcmp(value, a) == 0 || strcmp(value, b) == 0;
}

int workflow_graph_check(const Args *args)
{
    if (!is_one_of(args->value[OPT_FORMAT], "svg", "dot"))
        return cli_misuse("--format takes svg or dot");
    return is_one_of(args->value[OPT_LANG], "th", "en") ? 0 : cli_misuse("--lang takes th or en");
}

int workflow_graph_proceed(const Args *args)
{
    AROUND_AUTO Around a = {.office = NULL};
    BUF_AUTO Buf out = {0};
    const Def *def;

    buf_init(&out, OUT_MAX);
    TRY(workfile_load_reported(args->word[0], &a, &def));
    if (args_has(args, OPT_FORMAT) && strcmp(args->value[OPT_FORMAT], "dot") == 0)
        graph_put_dot(&out, def, GRAPH_STAFF);
    else
        graph_put_svg(&out, def, GRAPH_STAFF,
                      !args_has(args, OPT_LANG) || strcmp(args->value[OPT_LANG], "th") == 0);
    if (out.err)
        return err_origin(out.err);
    fwrite(out.ptr, 1, out.len, stdout);
    return CLI_DONE;
}

/* ---- test ---- */
/* workflows/general.scenario tells of workflows/general.yaml. 0; CLI_REFUSED. */
static int workflow_beside(const char *path, char *ret)
{
    const char *dot = strrchr(path, '.');

    if (!dot || strcmp(dot, ".scenario") != 0 || strlen(path) >= PATH_MAX - 8)
        return cli_refuse("%s: a scenario file is named NAME.scenario, beside NAME.yaml", path);
    snprintf(ret, PATH_MAX, "%.*s.yaml", (int)(dot - path), path);
    return 0;
}

static int test_one(const char *path)
{
    AROUND_AUTO Around a = {.office = NULL};
    BUF_AUTO Buf file = {0};
    BUF_AUTO Buf report = {0};
    char workflow[PATH_MAX];
    size_t stories = 0;
    const Def *def;

    buf_init(&report, REPORT_MAX);
    TRY(workflow_beside(path, workflow));
    TRY(workfile_read(path, &file));
    TRY(workfile_load_reported(workflow, &a, &def));
    int r = scenario_run(path, buf_str(&file), def, &report, &stories);
    if (report.len)
        cli_refuse_report(&report);
    if (r == 0)
        printf("%s: %zu stories hold\n", path, stories);
    return r > 0 ? CLI_REFUSED : r;
}

int workflow_test_proceed(const Args *args)
{
    int worst = CLI_DONE;

    for (size_t i = 0; i < args->n_words; i++) {
        int r = test_one(args->word[i]);
        if (r < 0)
            return err_trace(r);
        worst = r ? r : worst;
    }
    return worst;
}
