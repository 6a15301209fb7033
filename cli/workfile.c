/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/workfile.h"

#include "base/err.h"
#include "cli/cli.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_MAX = 64 << 20 };

void around_finish(Around *a)
{
    arena_finish(&a->arena);
}

/* The folder of a path with its slash, or "". */
static void folder_of(const char *path, char *ret)
{
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) + 1 : 0;

    if (len >= PATH_MAX / 2)
        len = 0;
    memcpy(ret, path, len);
    ret[len] = '\0';
}

static int read_office(Around *a, const char *path)
{
    BUF_AUTO Buf file = {0};
    FAULTS_AUTO Faults faults = {0};

    if (load_file(path, &file))
        return 1;
    faults_init(&faults);
    return load_office(buf_str(&file), &a->arena, &faults, &a->office);
}

/* In a data directory the settings lie one above, in the source tree in office/. Else the shipped
 * ones stand in. */
static void find_office(Around *a, const char *folder, const char *share)
{
    static const char *const settings[] = {"../settings.yaml", "office/settings.yaml"};
    char place[PATH_MAX];

    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]) && !a->office; i++) {
        snprintf(place, sizeof(place), "%.*s%s", PATH_MAX / 2, folder, settings[i]);
        (void)read_office(a, place);
    }
    snprintf(place, sizeof(place), "%.*s/office/settings.yaml", PATH_MAX / 2, share);
    if (!a->office)
        (void)read_office(a, place);
}

/* Beside the file, or the shipped ones. */
static void find_calendars(Around *a, const char *folder, const char *share)
{
    snprintf(a->calendars, sizeof(a->calendars), "%.*scalendars", PATH_MAX / 2, folder);
    if (access(a->calendars, R_OK))
        snprintf(a->calendars, sizeof(a->calendars), "%.*s/calendars", PATH_MAX / 2, share);
}

int around_init(Around *a, const char *path)
{
    char folder[PATH_MAX];
    char *share = cli_share_dir();

    if (!share)
        return err_origin(-ENOMEM);
    a->office = NULL;
    arena_init(&a->arena, ARENA_MAX);
    folder_of(path, folder);
    find_office(a, folder, share);
    find_calendars(a, folder, share);
    free(share);
    return 0;
}

int workfile_load(const char *path, Str file, Around *a, Buf *report, const Def **ret)
{
    FAULTS_AUTO Faults faults = {0};
    LoadContext context = {.office = a->office, .calendars_dir = a->calendars};

    faults_init(&faults);
    int r = load_workflow(file, &context, &a->arena, &faults, ret);
    if (r >= 0)
        faults_put(report, &faults, path, file);
    return r;
}

/* A workflow whose cases this one opens, when its file lies beside; else nothing is judged. */
static int check_beside(const char *path, Around *a, const Def *def, Str id, Faults *faults)
{
    FAULTS_AUTO Faults theirs;
    BUF_AUTO Buf file = {0};
    char folder[PATH_MAX], place[PATH_MAX];
    Name name = name_of(id);
    const Def *to;
    LoadContext context = {.office = a->office, .calendars_dir = a->calendars};

    faults_init(&theirs);
    folder_of(path, folder);
    snprintf(place, sizeof(place), "%.*s%s.yaml", PATH_MAX / 2, folder, name.s);
    if (load_file(place, &file))
        return 0;
    int r = load_workflow(buf_str(&file), &context, &a->arena, &theirs, &to);
    if (r)
        return r < 0 ? r : 0;
    return load_opens_check(def, to, faults);
}

int workfile_opens_check(const char *path, Str file, Around *a, const Def *def, Buf *report)
{
    FAULTS_AUTO Faults faults;
    Str seen = {NULL, 0};
    int worst = 0;

    faults_init(&faults);
    for (uint8_t i = 0; i < def->n_actions; i++) {
        Str id = def->actions[i].effects.open.workflow;
        if (!id.len || str_eq(id, seen))
            continue;
        int r = check_beside(path, a, def, id, &faults);
        if (r < 0)
            return err_trace(r);
        seen = id;
        worst |= r;
    }
    faults_put(report, &faults, path, file);
    return worst;
}

int workfile_read(const char *path, Buf *ret)
{
    int r = load_file(path, ret);

    if (r == -ENOMEM)
        return err_trace(r);
    if (r > 0)
        fprintf(stderr, "%s:1:1: error: the file is larger than 256 KiB\n", path);
    else if (r < 0)
        fprintf(stderr, "%s:1:1: error: cannot be read: %s\n", path, strerror(-r));
    return r ? CLI_REFUSED : 0;
}

int workfile_load_reported(const char *path, Around *a, const Def **ret)
{
    BUF_AUTO Buf file = {0};
    BUF_AUTO Buf report = {0};

    buf_init(&report, REPORT_MAX);
    TRY(around_init(a, path));
    TRY(workfile_read(path, &file));
    int r = workfile_load(path, buf_str(&file), a, &report, ret);
    return r > 0 ? cli_refuse_report(&report) : r;
}
