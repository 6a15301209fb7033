/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a data directory: settings, workflows, organisation keys, directory. */
#include "base/err.h"
#include "base/text.h"
#include "engine/desk/inner.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_yaml(const char *name)
{
    size_t n = strlen(name);
    return n > 5 && strcmp(name + n - 5, ".yaml") == 0;
}

/* Keeps the text of whichever definition has this file's hash. */
static int text_keep(Loaded *l, const char *path)
{
    BUF_AUTO Buf file;

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
    BUF_AUTO Buf file, key;
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

static int directory_read(const char *dir, const Directory *previous, Loaded *l, Buf *report)
{
    static const char *const why[] = {
        "", "cannot be read",
        "signatures do not hold, or protected roles changed without the second",
        "older than the one in force"};
    BUF_AUTO Buf file;

    buf_init(&file, DIRECTORY_BYTES_MAX + 256);
    int r = file_read(dir, "directory.signed", report, &file);
    if (r)
        return r;
    l->directory_bytes = arena_str(&l->arena, buf_str(&file));
    if (!l->directory_bytes.ptr)
        return err_origin(-ENOMEM);
    r = directory_open(l->directory_bytes, &l->org, previous, &l->arena, &l->directory);
    if (r > 0)
        buf_addf(report, "%s/directory.signed: %s\n", dir, why[r <= 3 ? r : 1]);
    return r > 0 ? 1 : r;
}

static int channels_judge(Loaded *l)
{
    BUF_AUTO Buf why;

    buf_init(&why, 1 << 16);
    for (size_t i = 0; i < l->workflows.n; i++) {
        const Def *def = l->workflows.defs[i];
        l->channel[i] = !def->protected || channel_is_safe(def, l->directory, &why);
        buf_reset(&why);
    }
    return 0;
}

static int loaded_read(const char *dir, const Directory *previous, Buf *report, Loaded *l)
{
    int r = load_all(dir, &l->arena, report, &l->workflows);

    r = r ? r : texts_read(dir, l, report);
    r = r ? r : org_read(dir, l, report);
    r = r ? r : directory_read(dir, previous, l, report);
    if (!r && !str_eq(l->directory->tenant, l->workflows.office->tenant)) {
        buf_addf(report, "%s/directory.signed: of another office than settings.yaml\n", dir);
        r = 1;
    }
    return r ? r : channels_judge(l);
}

int loaded_new(const char *dir, const Directory *previous, Buf *report, Loaded **ret)
{
    Loaded *l = calloc(1, sizeof(*l));

    if (!l)
        return err_origin(-ENOMEM);
    arena_init(&l->arena, CHECK_ARENA);
    int r = loaded_read(dir, previous, report, l);
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
    arena_finish(&l->arena);
    free(l);
    return NULL;
}

/* ---- definitions ---- */

static int pinned_load(Desk *d, Txn *t, const HeadRecord *head, Pinned *p)
{
    ARENA_AUTO Arena scratch;
    FAULTS_AUTO Faults faults;
    Str text;

    arena_init(&scratch, 4 * LOAD_BYTES_MAX);
    faults_init(&faults);
    int r = desk_answer(store_get_def(t, &head->workflow_hash, &scratch, &text));
    if (r)
        return r == DESK_UNKNOWN ? DESK_BROKEN : r;
    char *calendars = path_join(d->dir, "workflows/calendars");
    if (!calendars)
        return err_origin(-ENOMEM);
    LoadContext context = {.office = desk_office(d), .calendars_dir = calendars};
    r = load_workflow(text, &context, &p->arena, &faults, &p->def);
    free(calendars);
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

bool desk_channel_open(const Desk *d, const Def *def)
{
    BUF_AUTO Buf why;
    const Workflows *w = desk_workflows(d);

    buf_init(&why, 1 << 16);
    for (size_t i = 0; i < w->n; i++) {
        if (w->defs[i] == def)
            return d->loaded->channel[i];
    }
    return !def->protected || channel_is_safe(def, desk_directory(d), &why);
}
