/* SPDX-License-Identifier: Apache-2.0 */
/* What is in force, noted in the store whenever the files are read: the directory, so that an older
 * one is never taken back; and the texts that cases are counted and read by, so that a case can be
 * made again from its events after somebody has edited them. */
#include "base/err.h"
#include "engine/desk/inner.h"
#include <errno.h>
#include <string.h>

enum { PIN_ARENA = 32 << 20, PIN_TRIES = 4 };

void directory_key(Buf *out, uint32_t version)
{
    buf_addf(out, "directory.%u", (unsigned)version);
}

typedef struct Pin {
    Desk *desk;
    Txn *txn;
    Arena arena;
    Batch *batch;
    bool news;   /* there is something to write */
    bool people; /* another directory than before */
} Pin;

/* An older directory than the one this office had accepted is not taken back. The file of an office
 * whose directory came over the daemon stays behind: what the store has is in force then. */
static int directory_judge(Desk *d, Str had_bytes, Buf *report)
{
    ARENA_AUTO Arena arena = {0};
    Loaded *l = d->loaded;
    const Directory *had, *now;

    arena_init(&arena, CHECK_ARENA);
    if (directory_open(had_bytes, &l->org, NULL, &arena, &had))
        return 0; /* signed by keys since replaced in org.pub: the operator's own decision */
    int r = directory_open(l->directory_bytes, &l->org, had, &arena, &now);
    if (r == 3 && had->version > l->directory->version)
        return loaded_directory(l, had_bytes);
    if (r > 0)
        buf_adds(report, r == 3 ? "directory.signed: not the one in force, but of its version\n"
                                : "directory.signed: protected roles changed without the second "
                                  "signature\n");
    return r > 0 ? 1 : r;
}

/* Each version stays: signatures of its time are checked with its keys. */
static int directory_keep(Pin *p, Str now)
{
    BUF_AUTO Buf key = {0};
    Str had;

    buf_init(&key, 32);
    directory_key(&key, p->desk->loaded->directory->version);
    int r = store_get_meta(p->txn, buf_str(&key), &p->arena, &had);
    if (r != STORE_UNKNOWN)
        return r;
    batch_put_meta(p->batch, buf_str(&key), now);
    p->news = true;
    return 0;
}

static int directory_pin(Pin *p, Buf *report)
{
    const Loaded *l = p->desk->loaded;
    Str had;

    int r = store_get_meta(p->txn, STR("directory"), &p->arena, &had);
    if (r == STORE_OK && !str_eq(had, l->directory_bytes))
        r = directory_judge(p->desk, had, report);
    if (r && r != STORE_UNKNOWN)
        return r;
    int kept = directory_keep(p, l->directory_bytes);
    if (kept || (!r && str_eq(had, l->directory_bytes)))
        return kept;
    batch_put_meta(p->batch, STR("directory"), l->directory_bytes);
    p->people = r == STORE_OK;
    p->news = true;
    return 0;
}

/* Whoever only reads meets the same directory. */
static int directory_follow(Desk *d, Buf *report)
{
    ARENA_AUTO Arena arena = {0};
    Str had;
    Txn *t;

    arena_init(&arena, CHECK_ARENA);
    int r = store_read(d->store, &t);
    if (r)
        return r;
    r = store_get_meta(t, STR("directory"), &arena, &had);
    store_end(t);
    if (r)
        return r == STORE_UNKNOWN ? 0 : r;
    return str_eq(had, d->loaded->directory_bytes) ? 0 : directory_judge(d, had, report);
}

static int text_pin(Pin *p, const Bytes32 *hash, Str text)
{
    Str had;

    int r = store_get_def(p->txn, hash, &p->arena, &had);
    if (r != STORE_UNKNOWN)
        return r;
    batch_put_def(p->batch, hash, text);
    p->news = true;
    return 0;
}

static int texts_pin(Pin *p)
{
    const Loaded *l = p->desk->loaded;
    const Workflows *w = &l->workflows;
    int r = text_pin(p, &l->settings_hash, w->settings);

    for (size_t i = 0; i < w->n && !r; i++) {
        Bytes32 hash = bytes32_of(w->defs[i]->hash);
        r = text_pin(p, &hash, l->texts[i]);
    }
    for (size_t i = 0; i < w->n_calendars && !r; i++) {
        Bytes32 hash = bytes32_of(w->calendars[i].hash);
        r = text_pin(p, &hash, w->calendars[i].document);
    }
    return r;
}

/* Whichever calendar changes, the days of open cases have to be worked out again; and where an office
 * comes from a version whose indexes had less in them. */
static int calendars_pin(Pin *p)
{
    const Workflows *w = &p->desk->loaded->workflows;
    BUF_AUTO Buf now = {0};
    Str had;

    buf_init(&now, 1 << 16);
    for (size_t i = 0; i < w->n_calendars; i++)
        buf_add(&now, w->calendars[i].hash, sizeof(w->calendars[i].hash));
    buf_adds(&now, INDEXED_TOO);
    if (now.err)
        return err_origin(now.err);
    int r = store_get_meta(p->txn, STR("calendars"), &p->arena, &had);
    if (r && r != STORE_UNKNOWN)
        return r;
    if (!r && str_eq(had, buf_str(&now)))
        return 0;
    batch_put_meta(p->batch, STR("calendars"), buf_str(&now));
    reindex_begin(p->batch);
    p->news = true;
    return 0;
}

/* With an entry as if it had come over the daemon: from here on its keys count. */
static int directory_log(Pin *p)
{
    Hash hash = hash_sha256(p->desk->loaded->directory_bytes);
    Bytes32 content = bytes32_of(hash.b);

    return p->people ? desk_log(p->desk, p->txn, LOGGED_KEYS, NULL, NULL, 0, NULL, &content)
                     : DESK_OK;
}

static int pin_all(Pin *p, Buf *report)
{
    int r = directory_pin(p, report);

    r = r ? r : texts_pin(p);
    r = r ? r : calendars_pin(p);
    r = !r && p->news ? store_apply(p->txn, p->batch) : r;
    return r ? r : directory_log(p);
}

static int pin_once(Desk *d, Buf *report)
{
    Pin p = {.desk = d};

    int r = store_turn(d->store, &p.txn);
    if (r)
        return r;
    arena_init(&p.arena, PIN_ARENA);
    p.batch = batch_new(&p.arena);
    r = p.batch ? pin_all(&p, report) : err_origin(-ENOMEM);
    if ((!r && p.news) || r == STORE_RETRY) {
        int done = store_commit(p.txn); /* after RETRY this lets the map grow */
        r = r ? r : done;
    } else {
        store_end(p.txn);
    }
    arena_finish(&p.arena);
    return r;
}

int desk_pin(Desk *d, Buf *report)
{
    int r = STORE_RETRY;

    if (!office_is_ours(d, d->loaded->directory)) {
        buf_addf(report,
                 "%s/keys: are not the keys this office was made with (directory.signed names "
                 "others). Nothing was changed. Put back the keys that were kept with its backup "
                 "(krading restore, --keys)\n",
                 d->dir);
        return 1;
    }
    if (d->mode != STORE_WRITE)
        return directory_follow(d, report);
    for (int i = 0; i < PIN_TRIES && r == STORE_RETRY; i++)
        r = pin_once(d, report);
    return r;
}
