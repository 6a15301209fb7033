/* SPDX-License-Identifier: Apache-2.0 */
/* Another calendar gives open cases other days. Each head says by which calendar its due and list
 * keys were made, so they can be dropped whatever the calendar says now; cases are put under the
 * calendar in force a portion a turn, and whenever they are touched before. */
#include "base/err.h"
#include "engine/desk/reveal.h"
#include <errno.h>
#include <string.h>

enum { REINDEX_CASES = 500 }; /* looked at in one turn */

/* Id of the next case to be looked at; when all is done, no number. */
static const Str CURSOR = {"reindex", sizeof("reindex") - 1};

void reindex_begin(Batch *b)
{
    batch_put_meta(b, CURSOR, STR("0"));
}

bool case_is_indexed(const Def *def, const HeadRecord *h)
{
    return case_is_final(def, &h->c) || bytes32_is_zero(&h->calendar_hash) ||
           memcmp(h->calendar_hash.b, def->calendar_hash, sizeof(h->calendar_hash.b)) == 0;
}

int case_reindex(Desk *d, Txn *t, Arena *arena, const HeadRecord *head, const Def *def)
{
    CaseWrite *w = case_write_new(d, t, arena, def, head);

    if (!w)
        return err_origin(-ENOMEM);
    batch_expect_rev(w->batch, head->id, head->c.rev, head->c.events);
    int r = case_write_keys(w);
    if (r)
        return r;
    batch_put_head(w->batch, &w->head);
    return desk_answer(store_apply(t, w->batch));
}

/* A request to open the identity that was made before such had keys. */
static int request_index(Desk *d, Txn *t, Arena *arena, const HeadRecord *head)
{
    const Day until = head->c.reveal.until;

    if (until == DAY_NONE || until < desk_today(d))
        return DESK_OK;
    const DueKey key = request_key(d, head->id, until);
    Batch *b = batch_new(arena);
    if (!b)
        return err_origin(-ENOMEM);
    batch_put_due(b, &key);
    return desk_answer(store_apply(t, b));
}

/* What cannot be read must not hold up the others: verify names it. */
static int reindex_one(Desk *d, Txn *t, uint64_t id)
{
    ARENA_AUTO Arena arena = {0};
    HeadRecord head;
    const Def *def;

    arena_init(&arena, 8 << 20);
    int r = desk_answer(store_get_head(t, id, &head));
    r = r ? r : desk_def(d, t, &head, &def);
    if (!r && !case_is_indexed(def, &head))
        r = case_reindex(d, t, &arena, &head, def);
    r = r ? r : request_index(d, t, &arena, &head);
    return r == DESK_BROKEN ? DESK_OK : r;
}

static int cursor_put(Txn *t, Arena *arena, uint64_t next, bool more)
{
    BUF_AUTO Buf text = {0};
    Batch *b = batch_new(arena);

    if (!b)
        return err_origin(-ENOMEM);
    buf_init(&text, 32);
    if (more)
        buf_addf(&text, "%llu", (unsigned long long)next);
    else
        buf_adds(&text, "done");
    batch_put_meta(b, CURSOR, buf_str(&text));
    return desk_answer(store_apply(t, b));
}

int desk_reindex(Desk *d, Txn *t, bool *ret_more)
{
    ARENA_AUTO Arena arena = {0};
    unsigned long long from;
    uint64_t id;
    Str text;
    int r;

    arena_init(&arena, 1 << 16);
    *ret_more = false;
    r = desk_answer(store_get_meta(t, CURSOR, &arena, &text));
    if (r || str_u64(text, UINT64_MAX, &from))
        return r == DESK_UNKNOWN ? DESK_OK : r;
    for (unsigned i = 0; i < REINDEX_CASES; i++) {
        r = desk_answer(store_next_case(t, from, &id));
        if (r == DESK_UNKNOWN)
            return cursor_put(t, &arena, 0, false);
        r = r ? r : reindex_one(d, t, id);
        if (r)
            return r;
        from = id + 1;
    }
    *ret_more = true;
    return cursor_put(t, &arena, from, true);
}
