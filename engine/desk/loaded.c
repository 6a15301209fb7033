/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a data directory: settings, workflows, organisation keys, directory. */
#include "base/err.h"
#include "base/text.h"
#include "engine/desk/inner.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { WHY_MAX = 1 << 18 };

static bool is_yaml(const char *name)
{
    size_t n = strlen(name);
    return n > 5 && strcmp(name + n - 5, ".yaml") == 0;
}

/* Keeps the text of whichever definition has this file's hash. */
static int text_keep(Loaded *l, const char *path)
{
    BUF_AUTO Buf file = {0};

    buf_init(&file, LOAD_BYTES_MAX);
    int r = load_file(path, &file);
    if (r)
        return r;
    Hash hash = hash_sha256(buf_str(&file));
    for (size_t i = 0; i < l->workflows.n; i++) {
        if (memcmp(hash.b, l->workflows.defs[i]->hash, sizeof(hash.b)) != 0)
            continue;
        l->texts[i] = arena_str(&l->arena, buf_str(&file));
        return l->texts[i].ptr ? 0 : err_origin(-ENOMEM);
    }
    return 0;
}

static int texts_scan(Loaded *l, const char *folder)
{
    DIR *dir = opendir(folder);
    int r = 0;

    if (!dir)
        return err_origin(-errno);
    for (struct dirent *e = readdir(dir); e && !r; e = readdir(dir)) {
        if (!is_yaml(e->d_name))
            continue;
        char *path = path_join(folder, e->d_name);
        r = path ? text_keep(l, path) : err_origin(-ENOMEM);
        free(path);
    }
    closedir(dir);
    return r;
}

static int texts_read(const char *dir, Loaded *l, Buf *report)
{
    char *folder = path_join(dir, "workflows");

    if (!folder)
        return err_origin(-ENOMEM);
    int r = texts_scan(l, folder);
    free(folder);
    for (size_t i = 0; !r && i < l->workflows.n; i++) {
        if (l->texts[i].ptr)
            continue;
        buf_adds(report, "workflows: a file changed while it was read; try again\n");
        r = 1;
    }
    return r;
}

static int file_read(const char *dir, const char *name, Buf *report, Buf *ret)
{
    char *path = path_join(dir, name);

    if (!path)
        return err_origin(-ENOMEM);
    int r = load_file(path, ret);
    if (r && r != -ENOMEM) {
        buf_addf(report, "%s: %s\n", path, r < 0 ? strerror(-r) : "too large");
        r = 1;
    }
    free(path);
    return r;
}

static int org_read(const char *dir, Loaded *l, Buf *report)
{
    BUF_AUTO Buf file = {0}, key = {0};
    SignPublic *to[] = {&l->org.first, &l->org.second};

    buf_init(&file, LOAD_BYTES_MAX);
    buf_init(&key, 64);
    int r = file_read(dir, "org.pub", report, &file);
    if (r)
        return r;
    Str rest = buf_str(&file);
    for (size_t i = 0; i < 2; i++) {
        buf_reset(&key);
        if (text_get_hex(str_trim(str_cut(&rest, '\n')), &key) || key.len != sizeof(to[i]->b)) {
            buf_addf(report, "%s/org.pub:%zu: not a public key\n", dir, i + 1);
            return 1;
        }
        memcpy(to[i]->b, key.ptr, sizeof(to[i]->b));
    }
    return 0;
}

static int directory_read(const char *dir, Loaded *l, Buf *report)
{
    BUF_AUTO Buf file = {0};

    buf_init(&file, DIRECTORY_BYTES_MAX + 256);
    int r = file_read(dir, "directory.signed", report, &file);
    if (r)
        return r;
    r = loaded_directory(l, buf_str(&file));
    if (r > 0)
        buf_addf(report, "%s/directory.signed: cannot be read, or signatures do not hold\n", dir);
    return r;
}

/* What is pinned has to be what the definitions were read with. */
static int calendars_agree(Loaded *l, Buf *report)
{
    const Workflows *w = &l->workflows;

    for (size_t i = 0; i < w->n; i++) {
        bool found = false;
        for (size_t k = 0; k < w->n_calendars; k++)
            found |= memcmp(w->calendars[k].hash, w->defs[i]->calendar_hash,
                            sizeof(w->calendars[k].hash)) == 0;
        if (!found) {
            buf_adds(report, "workflows/calendars: a file changed while it was read; try again\n");
            return 1;
        }
    }
    Hash settings = hash_sha256(w->settings);
    l->settings_hash = bytes32_of(settings.b);
    return 0;
}

/* Nothing is sealed to whom a text names that the organisation has not signed, nor is a workflow
 * that it has signed as a protected one served as an open one. */
static bool channel_opens(const Directory *directory, const Def *def, Buf *why)
{
    bool agreed = directory_agrees(directory, def);

    if (!agreed)
        buf_adds(why, "its text is not one that both keys of the organisation have signed "
                      "(krading staff sign)\n");
    return (!def->protected || channel_is_safe(def, directory, why)) && agreed;
}

static void channels_judge(Loaded *l)
{
    for (size_t i = 0; i < l->workflows.n; i++) {
        BUF_AUTO Buf why = {0};
        buf_init(&why, WHY_MAX);
        l->channel[i] = channel_opens(l->directory, l->workflows.defs[i], &why);
    }
}

int loaded_directory(Loaded *l, Str bytes)
{
    Arena arena;
    Str copy;
    const Directory *read;

    arena_init(&arena, CHECK_ARENA);
    copy = arena_str(&arena, bytes);
    int r = copy.ptr ? directory_open(copy, &l->org, NULL, &arena, &read) : err_origin(-ENOMEM);
    if (r) {
        arena_finish(&arena);
        return r < 0 ? r : 1;
    }
    arena_finish(&l->people);
    l->people = arena;
    l->directory = read;
    l->directory_bytes = copy;
    channels_judge(l);
    return 0;
}

static int loaded_read(const char *dir, Buf *report, Loaded *l)
{
    int r = load_all(dir, &l->arena, report, &l->workflows);

    r = r ? r : texts_read(dir, l, report);
    r = r ? r : calendars_agree(l, report);
    r = r ? r : org_read(dir, l, report);
    r = r ? r : directory_read(dir, l, report);
    if (!r && !str_eq(l->directory->tenant, l->workflows.office->tenant)) {
        buf_addf(report, "%s/directory.signed: of another office than settings.yaml\n", dir);
        r = 1;
    }
    return r;
}

int loaded_new(const char *dir, Buf *report, Loaded **ret)
{
    Loaded *l = calloc(1, sizeof(*l));

    if (!l)
        return err_origin(-ENOMEM);
    arena_init(&l->arena, CHECK_ARENA);
    arena_init(&l->people, CHECK_ARENA);
    int r = loaded_read(dir, report, l);
    if (r) {
        loaded_free(l);
        return r;
    }
    *ret = l;
    return 0;
}

Loaded *loaded_free(Loaded *l)
{
    if (!l)
        return NULL;
    arena_finish(&l->people);
    arena_finish(&l->arena);
    free(l);
    return NULL;
}

/* ---- definitions ---- */

/* A text kept under its hash; one that has another hash by now is broken. */
static int text_get(Txn *t, const Bytes32 *hash, Arena *arena, Str *ret)
{
    Str text;

    int r = desk_answer(store_get_def(t, hash, arena, &text));
    if (r)
        return r == DESK_UNKNOWN ? DESK_BROKEN : r;
    Hash now = hash_sha256(text);
    if (memcmp(now.b, hash->b, sizeof(now.b)) != 0)
        return DESK_BROKEN;
    *ret = text;
    return DESK_OK;
}

/* 0, 1: not with this office, negative. */
static int pinned_read(Desk *d, Str text, const Office *office, Pinned *p)
{
    FAULTS_AUTO Faults faults;
    const Workflows *w = desk_workflows(d);
    LoadContext context = {.office = office,
                           .calendars = w->calendars,
                           .n_calendars = w->n_calendars,
                           .accepted = true};

    faults_init(&faults);
    return load_workflow(text, &context, &p->arena, &faults, &p->def);
}

/* Something that the file names is gone from the settings (a unit, a choice): then it means what it
 * meant by the settings its case was filed under. */
static int pinned_read_as_filed(Desk *d, Txn *t, const HeadRecord *head, Str text, Pinned *p)
{
    FAULTS_AUTO Faults faults;
    const Office *office;
    Str settings;

    faults_init(&faults);
    int r = text_get(t, &head->settings_hash, &p->arena, &settings);
    if (r)
        return r;
    r = load_office(settings, &p->arena, &faults, &office);
    return r ? r : pinned_read(d, text, office, p);
}

/* The calendar the file names is gone: the one the case was counted by last remains. */
static int pinned_calendar(Txn *t, const HeadRecord *head, Pinned *p)
{
    static const Bytes32 none;
    Str document;

    if (memcmp(p->def->calendar_hash, none.b, sizeof(none.b)) != 0)
        return DESK_OK;
    Def *def = arena_new(&p->arena, Def);
    if (!def)
        return err_origin(-ENOMEM);
    int r = text_get(t, &head->calendar_hash, &p->arena, &document);
    if (r)
        return r;
    memcpy(def, p->def, sizeof(*def));
    r = load_calendar_document(document, &p->arena, &def->calendar);
    memcpy(def->calendar_hash, head->calendar_hash.b, sizeof(def->calendar_hash));
    p->def = def;
    return r;
}

static int pinned_load(Desk *d, Txn *t, const HeadRecord *head, Pinned *p)
{
    ARENA_AUTO Arena scratch = {0};
    Str text;

    arena_init(&scratch, 4 * LOAD_BYTES_MAX);
    int r = text_get(t, &head->workflow_hash, &scratch, &text);
    if (r)
        return r;
    r = pinned_read(d, text, desk_office(d), p);
    if (r > 0)
        r = pinned_read_as_filed(d, t, head, text, p);
    r = r ? r : pinned_calendar(t, head, p);
    return r > 0 ? DESK_BROKEN : r;
}

static const Def *def_known(const Desk *d, const Bytes32 *hash)
{
    const Workflows *w = desk_workflows(d);

    for (size_t i = 0; i < w->n; i++) {
        if (memcmp(w->defs[i]->hash, hash->b, sizeof(hash->b)) == 0)
            return w->defs[i];
    }
    for (const Pinned *p = d->pinned; p; p = p->next) {
        if (memcmp(p->def->hash, hash->b, sizeof(hash->b)) == 0)
            return p->def;
    }
    return NULL;
}

int desk_def(Desk *d, Txn *t, const HeadRecord *head, const Def **ret)
{
    const Def *known = def_known(d, &head->workflow_hash);

    if (known) {
        *ret = known;
        return DESK_OK;
    }
    Pinned *p = calloc(1, sizeof(*p));
    if (!p)
        return err_origin(-ENOMEM);
    arena_init(&p->arena, CHECK_ARENA);
    int r = pinned_load(d, t, head, p);
    if (r) {
        arena_finish(&p->arena);
        free(p);
        return r;
    }
    p->next = d->pinned;
    d->pinned = p;
    *ret = p->def;
    return DESK_OK;
}

static int dated_load(Txn *t, const Def *def, const Bytes32 *calendar, Dated *x)
{
    Str document;

    int r = text_get(t, calendar, &x->arena, &document);
    if (r)
        return r;
    x->base = def;
    memcpy(&x->def, def, sizeof(*def));
    memcpy(x->def.calendar_hash, calendar->b, sizeof(calendar->b));
    r = load_calendar_document(document, &x->arena, &x->def.calendar);
    return r > 0 ? DESK_BROKEN : r;
}

int desk_def_dated(Desk *d, Txn *t, const Def *def, const Bytes32 *calendar, const Def **ret)
{
    if (bytes32_is_zero(calendar) ||
        memcmp(def->calendar_hash, calendar->b, sizeof(calendar->b)) == 0) {
        *ret = def;
        return DESK_OK;
    }
    for (const Dated *x = d->dated; x; x = x->next) {
        if (x->base == def && memcmp(x->def.calendar_hash, calendar->b, sizeof(calendar->b)) == 0) {
            *ret = &x->def;
            return DESK_OK;
        }
    }
    Dated *x = calloc(1, sizeof(*x));
    if (!x)
        return err_origin(-ENOMEM);
    arena_init(&x->arena, CHECK_ARENA);
    int r = dated_load(t, def, calendar, x);
    if (r) {
        arena_finish(&x->arena);
        free(x);
        return r;
    }
    x->next = d->dated;
    d->dated = x;
    *ret = &x->def;
    return DESK_OK;
}

bool desk_channel_why(const Desk *d, const Def *def, Buf *why)
{
    return channel_opens(desk_directory(d), def, why);
}

bool desk_channel_open(const Desk *d, const Def *def)
{
    BUF_AUTO Buf why = {0};
    const Workflows *w = desk_workflows(d);

    for (size_t i = 0; i < w->n; i++) {
        if (w->defs[i] == def)
            return d->loaded->channel[i];
    }
    buf_init(&why, WHY_MAX);
    return desk_channel_why(d, def, &why);
}
