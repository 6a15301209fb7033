/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files and whole folders. */
#include "engine/load/load.h"

#include "base/err.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* One byte more than allowed tells a file that is too large from one that just fits. */
static int read_all(int fd, Buf *b)
{
    uint8_t piece[16384];
    for (;;) {
        ssize_t n = read(fd, piece, sizeof(piece));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (!n || b->len > LOAD_BYTES_MAX)
            return 0;
        buf_add(b, piece, (size_t)n);
        if (b->err == -ENOMEM)
            return -ENOMEM;
        if (b->err)
            return 1;
    }
}

int load_file(const char *path, Buf *ret)
{
    __attribute__((cleanup(close_fd))) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    buf_init(ret, LOAD_BYTES_MAX);
    int r = read_all(fd, ret);
    if (r)
        buf_finish(ret);
    return r;
}

/* ---- a folder ---- */
typedef struct Folder {
    const char *dir;
    Arena *arena;
    Buf *report;
    Workflows *out;
    bool faulty;
} Folder;

static bool is_workflow_name(const char *name)
{
    size_t len = strlen(name);
    return len > 5 && name[0] != '.' && !strcmp(name + len - 5, ".yaml");
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

typedef struct Names {
    char *list[32];
    size_t n;
} Names;

static void names_finish(Names *n)
{
    for (size_t i = 0; i < n->n; i++)
        free(n->list[i]);
}

static void close_dir(DIR **d)
{
    if (*d)
        closedir(*d);
}

/* 0; 1: more files than an office can have. */
static int list_names(const char *path, Names *names)
{
    __attribute__((cleanup(close_dir))) DIR *d = opendir(path);
    if (!d)
        return -errno;
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        if (!is_workflow_name(e->d_name))
            continue;
        if (names->n == sizeof(names->list) / sizeof(names->list[0]))
            return 1;
        names->list[names->n] = strdup(e->d_name);
        if (!names->list[names->n])
            return -ENOMEM;
        names->n++;
    }
    qsort(names->list, names->n, sizeof(names->list[0]), by_name);
    return 0;
}

/* Reads a file of the folder; one that cannot be read is a line of the report. */
static int read_file(Folder *f, const char *path, Buf *ret)
{
    int r = load_file(path, ret);
    if (r == -ENOMEM)
        return err_origin(r);
    if (!r)
        return 0;
    f->faulty = true;
    if (r > 0)
        buf_addf(f->report, "%s:1:1: error: the file is larger than 256 KiB\n", path);
    else
        buf_addf(f->report, "%s:1:1: error: cannot be read: %s\n", path, strerror(-r));
    return 1;
}

static int load_settings(Folder *f)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof(path), "%s/settings.yaml", f->dir);
    BUF_AUTO Buf file = {0};
    int r = read_file(f, path, &file);
    if (r)
        return r < 0 ? r : 0;
    FAULTS_AUTO Faults faults;
    faults_init(&faults);
    r = load_office(buf_str(&file), f->arena, &faults, &f->out->office);
    if (r < 0)
        return err_trace(r);
    f->faulty |= r > 0;
    faults_put(f->report, &faults, path, buf_str(&file));
    f->out->settings = arena_str(f->arena, buf_str(&file));
    return f->out->settings.ptr ? 0 : err_origin(-ENOMEM);
}

/* The file is named after the workflow, so that what is served can be found again. */
static void check_name(Folder *f, const char *path, const char *name, const Def *def)
{
    if (str_eq(def->id, (Str){name, strlen(name) - 5}))
        return;
    f->faulty = true;
    buf_addf(f->report, "%s:1:1: error: the file of workflow \"%.*s\" has to be named %.*s.yaml\n",
             path, (int)def->id.len, def->id.ptr, (int)def->id.len, def->id.ptr);
}

static int load_one(Folder *f, const char *name)
{
    char path[PATH_BYTES], calendars[PATH_BYTES];
    snprintf(path, sizeof(path), "%s/workflows/%s", f->dir, name);
    snprintf(calendars, sizeof(calendars), "%s/workflows/calendars", f->dir);
    BUF_AUTO Buf file = {0};
    int r = read_file(f, path, &file);
    if (r)
        return r < 0 ? r : 0;
    FAULTS_AUTO Faults faults;
    faults_init(&faults);
    LoadContext context = {.office = f->out->office,
                           .calendars_dir = calendars,
                           .calendars = f->out->calendars,
                           .n_calendars = f->out->n_calendars};
    const Def *def = NULL;
    r = load_workflow(buf_str(&file), &context, f->arena, &faults, &def);
    if (r < 0)
        return err_trace(r);
    f->faulty |= r > 0;
    faults_put(f->report, &faults, path, buf_str(&file));
    if (!def)
        return 0;
    check_name(f, path, name, def);
    f->out->defs[f->out->n++] = def;
    return 0;
}

static int calendars_read(Folder *f)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof(path), "%s/workflows/calendars", f->dir);
    return load_calendars(path, f->out->office, f->arena, &f->out->calendars, &f->out->n_calendars);
}

/* What the settings promise has to be there. */
static void check_served(Folder *f)
{
    const Office *o = f->out->office;
    for (size_t i = 0; o && !f->faulty && i < o->n_serves; i++) {
        if (workflows_find(f->out, o->serves[i]))
            continue;
        f->faulty = true;
        buf_addf(f->report,
                 "%s/settings.yaml:1:1: error: serves names \"%.*s\", but there is no "
                 "workflows/%.*s.yaml\n",
                 f->dir, (int)o->serves[i].len, o->serves[i].ptr, (int)o->serves[i].len,
                 o->serves[i].ptr);
    }
}

/* In the order of the settings: it is that of the first page. */
static void order_served(Folder *f)
{
    const Office *o = f->out->office;
    size_t done = 0;

    for (size_t i = 0; o && i < o->n_serves; i++) {
        for (size_t k = done; k < f->out->n; k++) {
            const Def *def = f->out->defs[k];
            if (!str_eq(def->id, o->serves[i]))
                continue;
            for (size_t m = k; m > done; m--)
                f->out->defs[m] = f->out->defs[m - 1];
            f->out->defs[done++] = def;
            break;
        }
    }
}

/* Cases that one workflow opens in another of the folder. */
static int check_opens_of(Folder *f, const Def *from)
{
    char path[PATH_BYTES];
    BUF_AUTO Buf file = {0};
    FAULTS_AUTO Faults faults;

    faults_init(&faults);
    for (size_t i = 0; i < f->out->n; i++) {
        int r = load_opens_check(from, f->out->defs[i], &faults);
        if (r < 0)
            return err_trace(r);
    }
    if (!faults.errors)
        return 0;
    f->faulty = true;
    Name id = name_of(from->id);
    snprintf(path, sizeof(path), "%s/workflows/%s.yaml", f->dir, id.s);
    int r = read_file(f, path, &file);
    if (!r)
        faults_put(f->report, &faults, path, buf_str(&file));
    return r < 0 ? r : 0;
}

static int check_opens(Folder *f)
{
    for (size_t i = 0; i < f->out->n; i++)
        TRY(check_opens_of(f, f->out->defs[i]));
    return 0;
}

static int load_folder(Folder *f)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof(path), "%s/workflows", f->dir);
    __attribute__((cleanup(names_finish))) Names names = {.n = 0};
    TRY(load_settings(f));
    TRY(calendars_read(f));
    int r = list_names(path, &names);
    if (r == -ENOMEM)
        /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the cleanup frees it, which it overlooks */
        return err_origin(r);
    if (r || !names.n) {
        f->faulty = true;
        buf_addf(f->report, "%s: error: %s\n", path,
                 r > 0 ? "more than 32 workflows"
                 : r   ? strerror(-r)
                       : "holds no workflow");
        return 0;
    }
    for (size_t i = 0; i < names.n; i++) {
        Str id = {names.list[i], strlen(names.list[i]) - strlen(".yaml")};
        if (!f->out->office || office_serves(f->out->office, id))
            TRY(load_one(f, names.list[i]));
    }
    check_served(f);
    order_served(f);
    return check_opens(f);
}

int load_all(const char *dir, Arena *arena, Buf *report, Workflows *ret)
{
    Workflows out = {0};
    Folder f = {.dir = dir, .arena = arena, .report = report, .out = &out};
    if (strlen(dir) > PATH_BYTES / 2)
        return err_origin(-ENAMETOOLONG);
    TRY(load_folder(&f));
    if (f.faulty)
        return 1;
    *ret = out;
    return 0;
}

const Def *workflows_find(const Workflows *w, Str id)
{
    for (size_t i = 0; i < w->n; i++)
        if (str_eq(w->defs[i]->id, id))
            return w->defs[i];
    return NULL;
}
