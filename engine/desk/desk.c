/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "engine/desk/inner.h"
#include "engine/desk/purge.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static Moment wall_clock(void)
{
    return (Moment)time(NULL);
}

char *path_join(const char *dir, const char *name)
{
    char *path = NULL;

    return asprintf(&path, "%s/%s", dir, name) < 0 ? NULL : path;
}

/* 32 raw bytes of DIR/keys/NAME. 0; 1: refused, see report. */
static int key_read(const char *dir, const char *name, Buf *report, Secret *ret)
{
    uint8_t b[SECRET_LEN + 1];
    char *path = path_join(dir, name);
    int r = 1;

    if (!path)
        return err_origin(-ENOMEM);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n = fd < 0 ? -1 : read(fd, b, sizeof(b));
    if (fd >= 0)
        close(fd);
    if (n == SECRET_LEN)
        r = secret_new_copy(ret, b);
    else
        buf_addf(report, "%s: %s\n", path, n < 0 ? strerror(errno) : "not a key of 32 bytes");
    bytes_wipe(b, sizeof(b));
    free(path);
    return r;
}

static int keys_read(const char *dir, Buf *report, Desk *d)
{
    SECRET_AUTO Secret log = {NULL};
    int r = key_read(dir, "keys/pepper", report, &d->keys.pepper);

    r = r ? r : key_read(dir, "keys/mac", report, &d->keys.mac);
    r = r ? r : key_read(dir, "keys/share", report, &d->share);
    r = r ? r : key_read(dir, "keys/log", report, &log);
    r = r ? r : sign_pair_from_seed(&d->keys.log, &log);
    return r ? r : office_pair(&d->keys.pepper, &d->keys.office);
}

/* What the store remembers for the desk: the demo office's clock. */
static int offset_read(Desk *d)
{
    ARENA_AUTO Arena arena = {0};
    Txn *t;
    Str text;
    unsigned long long seconds = 0;

    arena_init(&arena, 1 << 16);
    int r = store_read(d->store, &t);
    if (r)
        return r;
    r = store_get_meta(t, STR("demo_offset"), &arena, &text);
    if (r == STORE_OK && str_u64(text, INT64_MAX, &seconds) == 0)
        d->offset = (Moment)seconds;
    store_end(t);
    return r == STORE_UNKNOWN ? 0 : r;
}

/* An empty database, or another office's, under this office's files would be served as an office
 * without cases. A store in memory is nobody's. */
static int tenant_check(const Desk *d, bool must, Buf *report)
{
    ARENA_AUTO Arena arena = {0};
    Txn *t;
    Str tenant;

    arena_init(&arena, 1 << 16);
    int r = store_read(d->store, &t);
    if (r)
        return r;
    r = store_get_meta(t, STR("tenant"), &arena, &tenant);
    store_end(t);
    if (r == STORE_UNKNOWN && !must)
        return 0;
    if (r == STORE_OK && str_eq(tenant, d->loaded->workflows.office->tenant))
        return 0;
    if (r == STORE_OK || r == STORE_UNKNOWN) {
        buf_addf(report, "%s/db: %s\n", d->dir,
                 r ? "is empty; this office's database is missing" : "belongs to another office");
        return 1;
    }
    return r;
}

static int desk_start(Desk *d, const char *dir, bool own, Buf *report)
{
    size_t noted = report->len;
    uint64_t again;

    d->clock = wall_clock;
    if (!(d->dir = strdup(dir)))
        return err_origin(-ENOMEM);
    int r = keys_read(dir, report, d);
    r = r ? r : desk_cover_store(d);
    r = r ? r : loaded_new(dir, report, &d->loaded);
    r = r ? r : tenant_check(d, own, report);
    r = r ? r : offset_read(d);
    r = r ? r : desk_pin(d, report);
    if (!r && d->mode == STORE_WRITE)
        r = desk_purge_replay(d, report, &again);
    if (r > 0 && report->len == noted)
        buf_addf(report, "%s: the store cannot be read (%d)\n", dir, r);
    return r > 0 ? 1 : r;
}

/* own: the store was found in dir. */
static int desk_begin(const char *dir, Store *store, StoreMode mode, bool own, Buf *report,
                      Desk **ret)
{
    Desk *d = calloc(1, sizeof(*d));

    if (!d) {
        store_free(store);
        return err_origin(-ENOMEM);
    }
    d->store = store;
    d->mode = mode;
    int r = desk_start(d, dir, own, report);
    if (r) {
        desk_free(d);
        return r;
    }
    *ret = d;
    return 0;
}

int desk_open_on(const char *dir, Store *store, StoreMode mode, Buf *report, Desk **ret)
{
    return desk_begin(dir, store, mode, false, report, ret);
}

int desk_open(const char *dir, StoreMode mode, Buf *report, Desk **ret)
{
    static const char *const why[] = {
        [STORE_CONFLICT] = "another process works on this directory; is it being served?",
        [STORE_FULL] = "no space left on the disk",
        [STORE_BROKEN] = "the database cannot be read",
        [STORE_CUT] = "db/data.mdb is shorter than what was written to it: something outside of "
                      "this program cut it off. Nothing was changed. Keep the file aside, and "
                      "restore the newest backup into an empty directory (krading restore)",
    };
    static const char other[] = "the database cannot be opened; is an office in this directory?";
    Store *store;

    int r = store_open(dir, mode, &store);
    if (r < 0)
        return err_trace(r);
    if (r > 0) {
        bool known = (size_t)r < sizeof(why) / sizeof(why[0]) && why[r];
        buf_addf(report, "%s: %s\n", dir, known ? why[r] : other);
        return 1;
    }
    return desk_begin(dir, store, mode, true, report, ret);
}

static void pinned_drop(Desk *d)
{
    while (d->pinned) {
        Pinned *p = d->pinned;
        d->pinned = p->next;
        arena_finish(&p->arena);
        free(p);
    }
    while (d->dated) {
        Dated *x = d->dated;
        d->dated = x->next;
        arena_finish(&x->arena);
        free(x);
    }
}

Desk *desk_free(Desk *d)
{
    if (!d)
        return NULL;
    pinned_drop(d);
    loaded_free(d->loaded);
    store_free(d->store);
    secret_finish(&d->keys.pepper);
    secret_finish(&d->keys.mac);
    sign_pair_finish(&d->keys.log);
    box_pair_finish(&d->keys.office);
    secret_finish(&d->share);
    secret_finish(&d->veil);
    free(d->dir);
    free(d);
    return NULL;
}

int desk_reload(Desk *d, Buf *report)
{
    Loaded *fresh;

    int r = loaded_new(d->dir, report, &fresh);
    if (r)
        return r;
    Loaded *old = d->loaded;
    d->loaded = fresh;
    r = desk_pin(d, report);
    if (r) {
        d->loaded = old;
        loaded_free(fresh);
        return r < 0 ? r : 1;
    }
    loaded_free(old);
    pinned_drop(d);
    return 0;
}

Store *desk_store(Desk *d)
{
    return d->store;
}

const Office *desk_office(const Desk *d)
{
    return d->loaded->workflows.office;
}

const Workflows *desk_workflows(const Desk *d)
{
    return &d->loaded->workflows;
}

const Directory *desk_directory(const Desk *d)
{
    return d->loaded->directory;
}

const DeskKeys *desk_keys(const Desk *d)
{
    return &d->keys;
}

const OrgKeys *desk_org(const Desk *d)
{
    return &d->loaded->org;
}

Str desk_directory_bytes(const Desk *d)
{
    return d->loaded->directory_bytes;
}

const char *desk_dir(const Desk *d)
{
    return d->dir;
}

Moment desk_now(const Desk *d)
{
    return d->clock() + (desk_office(d)->demo ? d->offset : 0);
}

Day desk_today(const Desk *d)
{
    return moment_day(desk_now(d), desk_office(d)->zone);
}
