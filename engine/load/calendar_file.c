/* SPDX-License-Identifier: Apache-2.0 */
/* Calendars as documents: what is kept with the cases that were counted by them. */
#include "engine/load/load.h"

#include "base/err.h"
#include "crypto/secret.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALENDARS_MAX = 32, PATH_BYTES = 4096, DOCUMENT_MAX = LOAD_BYTES_MAX + 128 };

static Str province_of(const Office *o)
{
    return o && o->province.len ? o->province : STR("-");
}

void calendar_document_put(Buf *out, const Office *office, Str file)
{
    Str province = province_of(office);

    buf_addf(out, "%.*s %d\n", (int)province.len, province.ptr,
             office ? office->zone.utc_offset_minutes : 420);
    buf_add_str(out, file);
}

int load_calendar_document(Str document, Arena *arena, const Calendar **ret)
{
    FAULTS_AUTO Faults faults;
    Str rest = document;
    Str head = str_cut(&rest, '\n');
    Str province = str_cut(&head, ' ');
    unsigned long long minutes;
    bool west = str_starts(head, STR("-"));

    if (west)
        head = (Str){head.ptr + 1, head.len - 1};
    if (!province.len || str_u64(head, 24 * 60, &minutes))
        return 1;
    Zone zone = {(int16_t)(west ? -(int)minutes : (int)minutes)};
    faults_init(&faults);
    return load_calendar(rest, str_eq(province, STR("-")) ? STR("") : province, zone, arena,
                         &faults, ret);
}

/* ---- a folder ---- */

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_calendar(const struct dirent *e)
{
    size_t len = strlen(e->d_name);
    return len > 5 && e->d_name[0] != '.' && !strcmp(e->d_name + len - 5, ".yaml");
}

typedef struct Folder {
    const char *path;
    const Office *office;
    Arena *arena;
    CalendarFile *list; /* room for CALENDARS_MAX */
    size_t n;
} Folder;

/* 0; 1: cannot be read, or not a calendar; -ENOMEM. */
static int read_document(const Folder *f, const char *name, Buf *ret)
{
    char path[PATH_BYTES];
    BUF_AUTO Buf file = {0};

    buf_init(&file, LOAD_BYTES_MAX);
    int len = snprintf(path, sizeof(path), "%s/%s", f->path, name);
    if (len < 0 || len >= (int)sizeof(path))
        return 1;
    int r = load_file(path, &file);
    if (r)
        return r == -ENOMEM ? err_origin(r) : 1;
    calendar_document_put(ret, f->office, buf_str(&file));
    return ret->err ? err_origin(-ENOMEM) : 0;
}

static int read_one(Folder *f, const char *name)
{
    BUF_AUTO Buf document = {0};
    CalendarFile c = {.calendar = NULL};

    buf_init(&document, DOCUMENT_MAX);
    int r = read_document(f, name, &document);
    r = r ? r : load_calendar_document(buf_str(&document), f->arena, &c.calendar);
    if (r)
        return r < 0 ? r : 0;
    Hash hash = hash_sha256(buf_str(&document));
    memcpy(c.hash, hash.b, sizeof(c.hash));
    c.document = arena_str(f->arena, buf_str(&document));
    c.name = arena_str(f->arena, (Str){name, strlen(name) - 5});
    if (!c.document.ptr || !c.name.ptr)
        return err_origin(-ENOMEM);
    f->list[f->n++] = c;
    return 0;
}

int load_calendars(const char *folder, const Office *office, Arena *arena, const CalendarFile **ret,
                   size_t *ret_n)
{
    struct dirent **entry = NULL;
    Folder f = {.path = folder, .office = office, .arena = arena};
    int r = 0;

    f.list = arena_many(arena, CALENDARS_MAX, CalendarFile);
    if (!f.list)
        return err_origin(-ENOMEM);
    int n = scandir(folder, &entry, is_calendar, by_name);
    for (int i = 0; i < n; i++) {
        if (!r && f.n < CALENDARS_MAX)
            r = read_one(&f, entry[i]->d_name);
        free(entry[i]);
    }
    free(entry);
    if (r)
        return err_trace(r);
    *ret = f.list;
    *ret_n = f.n;
    return 0;
}
