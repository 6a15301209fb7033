/* SPDX-License-Identifier: Apache-2.0 */
/* Taking cases out, as a whole or class by class. */
#include "base/err.h"
#include "base/text.h"
#include "engine/desk/purge_inner.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE_MAX = 4 << 20 };

void purge_run_begin(PurgeRun *p, Desk *d, Txn *t, Arena *arena)
{
    *p = (PurgeRun){.desk = d, .txn = t, .arena = arena, .ground = {.by = PURGED_AGAIN}};
    buf_init(&p->files, PURGE_TEXT_MAX);
    buf_init(&p->ledger, PURGE_TEXT_MAX);
}

void purge_run_finish(PurgeRun *p)
{
    buf_finish(&p->files);
    buf_finish(&p->ledger);
}

/* "DAY MARK WHAT MAC" */
static void ledger_add(PurgeRun *p, uint64_t seal_id, const Destruction *what)
{
    BUF_AUTO Buf line = {0};
    Bytes32 mark = purge_mark(p->desk, seal_id);

    buf_init(&line, 256);
    day_put_iso(&line, desk_today(p->desk));
    buf_adds(&line, " ");
    text_put_hex(&line, mark.b, sizeof(mark.b));
    buf_adds(&line, " ");
    purge_what_put(&line, what);
    Hash mac = purge_line_mac(p->desk, buf_str(&line));
    buf_adds(&line, " ");
    text_put_hex(&line, mac.b, sizeof(mac.b));
    buf_adds(&line, "\n");
    buf_add_str(&p->ledger, buf_str(&line));
    if (line.err)
        p->ledger.err = line.err;
}

static void file_add(PurgeRun *p, const Name *file)
{
    if (!file->s[0])
        return;
    buf_adds(&p->files, file->s);
    buf_adds(&p->files, "\n");
}

/* ---- the whole case ---- */

static int whole_out(PurgeRun *p, const HeadRecord *h)
{
    EventRecord begun;
    Name *files;
    size_t n;

    int r = desk_answer(store_get_event(p->txn, h->id, 0, p->arena, &begun));
    if (r < 0)
        return r;
    p->ground.came += !r && begun.step.opened;
    r = case_drop(p->txn, p->arena, h, &files, &n);
    if (r)
        return r;
    for (size_t i = 0; i < n; i++)
        file_add(p, &files[i]);
    p->gone[p->n_gone++] = h->id;
    return DESK_OK;
}

/* ---- some classes of it ---- */

static int parts_out(PurgeRun *p, CaseWrite *w, uint8_t classes)
{
    BUF_AUTO Buf piece = {0};
    PartRecord part;

    buf_init(&piece, PIECE_MAX);
    for (uint32_t i = 0; i < w->before.parts; i++) {
        int r = desk_answer(store_get_part(p->txn, w->head.id, i, p->arena, &part));
        if (r)
            return r == DESK_UNKNOWN ? DESK_BROKEN : r;
        if (!bytes32_is_zero(&part.gone) ||
            !(classes & CLASS_BIT(retention_class(part.kind, part.class))))
            continue;
        buf_reset(&piece);
        record_put_part(&piece, &part);
        if (piece.err)
            return err_origin(piece.err);
        if (part.kind == PART_FILE)
            file_add(p, &part.file);
        PartRecord bare = {.case_id = part.case_id,
                           .no = part.no,
                           .event = part.event,
                           .kind = part.kind,
                           .class = part.class,
                           .epoch = part.epoch,
                           .slot = part.slot,
                           .gone = record_hash(buf_str(&piece))};
        batch_put_part(w->batch, &bare);
    }
    return DESK_OK;
}

static int seals_out(PurgeRun *p, CaseWrite *w, uint8_t classes)
{
    BUF_AUTO Buf piece = {0};
    SealRecord seal;

    buf_init(&piece, PIECE_MAX);
    for (uint32_t i = 0; i < w->before.seals; i++) {
        int r = desk_answer(store_get_seal(p->txn, w->head.id, i, p->arena, &seal));
        if (r)
            return r == DESK_UNKNOWN ? DESK_BROKEN : r;
        if (!bytes32_is_zero(&seal.gone) || !(classes & CLASS_BIT(seal.class)))
            continue;
        buf_reset(&piece);
        record_put_seal(&piece, &seal);
        if (piece.err)
            return err_origin(piece.err);
        SealRecord bare = {.case_id = seal.case_id,
                           .no = seal.no,
                           .class = seal.class,
                           .epoch = seal.epoch,
                           .slot = seal.slot,
                           .event = seal.event,
                           .gone = record_hash(buf_str(&piece))};
        batch_put_seal(w->batch, &bare);
    }
    return DESK_OK;
}

static Step step_of(PurgeRun *p, const Def *def, uint8_t kind, uint8_t classes)
{
    return (Step){.kind = kind,
                  .action = DEF_NONE,
                  .deadline = DEF_NONE,
                  .actor = {.kind = ACTOR_SYSTEM},
                  .at = def->protected ? 0 : desk_now(p->desk),
                  .day = desk_today(p->desk),
                  .received = DAY_NONE,
                  .classes = classes};
}

static int release(PurgeRun *p, const Def *def, HeadRecord *h)
{
    Step step = step_of(p, def, STEP_RELEASE, 0);
    CaseWrite *w = case_write_new(p->desk, p->txn, p->arena, def, h);
    Refusal no;

    if (!w)
        return err_origin(-ENOMEM);
    int r = case_write_step(w, &step, &no);
    r = r ? r : case_write_apply(w);
    if (!r)
        *h = w->head;
    return r;
}

static int classes_out(PurgeRun *p, HeadRecord *h, uint8_t classes, bool replay)
{
    const Def *def;
    Refusal no;

    int r = desk_def(p->desk, p->txn, h, &def);
    if (!r && replay && h->c.on_hold)
        r = release(p, def, h);
    if (r)
        return r;
    Step step = step_of(p, def, STEP_DESTROY, classes);
    CaseWrite *w = case_write_new(p->desk, p->txn, p->arena, def, h);
    if (!w)
        return err_origin(-ENOMEM);
    r = case_write_step(w, &step, &no);
    r = r ? r : parts_out(p, w, classes);
    r = r ? r : seals_out(p, w, classes);
    batch_want_compaction(w->batch);
    return r ? r : case_write_apply(w);
}

int purge_run_case(PurgeRun *p, uint64_t id, const Destruction *what, bool replay)
{
    HeadRecord h;

    int r = desk_answer(store_get_head(p->txn, id, &h));
    if (r)
        return r;
    uint8_t classes = what->classes & (uint8_t)~h.c.destroyed;
    if (!what->whole && !classes)
        return DESK_OK;
    if (!replay)
        ledger_add(p, h.seal_id, what);
    return what->whole ? whole_out(p, &h) : classes_out(p, &h, classes, replay);
}

/* ---- the end of a turn ---- */

static int notes_put(PurgeRun *p, Batch *b)
{
    uint64_t n = store_count(p->txn, STR(PURGE_COUNT));
    char name[32];
    Str had;

    int r = purge_meta_get(p->txn, PURGE_FILES, p->arena, &had);
    if (r)
        return r;
    buf_add_str(&p->files, had);
    snprintf(name, sizeof(name), PURGE_COUNT ".%llu", (unsigned long long)n);
    if (p->files.err || p->ledger.err)
        return err_origin(p->files.err ? p->files.err : p->ledger.err);
    /* A line even when no file goes: it asks for the ledger to be written. */
    if (!p->files.len)
        buf_adds(&p->files, "\n");
    batch_put_meta(b, STR(PURGE_FILES), buf_str(&p->files));
    if (!p->ledger.len)
        return DESK_OK;
    batch_put_meta(b, str_of(name), buf_str(&p->ledger));
    batch_set_count(b, STR(PURGE_COUNT), n + 1);
    return DESK_OK;
}

static int id_order(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

int purge_run_end(PurgeRun *p)
{
    Batch *b = batch_new(p->arena);
    int r = b ? DESK_OK : err_origin(-ENOMEM);

    if (p->n_gone)
        qsort(p->gone, p->n_gone, sizeof(p->gone[0]), id_order);
    p->ground.cases = p->n_gone;
    if (!r && p->n_gone)
        r = leaf_purge(p->desk, p->txn, p->gone, p->n_gone, &p->ground);
    if (!r && (p->ledger.len || p->files.len))
        r = notes_put(p, b);
    return r ? r : desk_answer(store_apply(p->txn, b));
}
