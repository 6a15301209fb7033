/* SPDX-License-Identifier: Apache-2.0 */
/* Time passing: due keys fire one after the other, each its own batch. */
#include "base/err.h"
#include "engine/desk/purge.h"
#include "engine/desk/reveal.h"
#include <errno.h>

/* A key that no longer says when the clock's next rung is is put right without an event. */
static int key_correct(Txn *t, Arena *arena, const DueKey *had, bool is, const DueKey *has)
{
    Batch *b = batch_new(arena);

    if (!b)
        return err_origin(-ENOMEM);
    batch_drop_due(b, had);
    if (is)
        batch_put_due(b, has);
    return desk_answer(store_apply(t, b));
}

static int rung_fire(Desk *d, Txn *t, Arena *arena, const HeadRecord *head, const Def *def,
                     const DueKey *key, Moment now)
{
    Refusal refusal;
    CaseWrite *w = case_write_new(d, t, arena, def, head);
    Step step = {
        .kind = STEP_RUNG,
        .action = DEF_NONE,
        .deadline = key->deadline,
        .actor = {.kind = ACTOR_SYSTEM},
        .at = def->protected ? 0 : now,
        .day = moment_day(now, desk_office(d)->zone),
        .received = DAY_NONE,
    };

    if (!w)
        return err_origin(-ENOMEM);
    int r = case_write_step(w, &step, &refusal);
    if (r == DESK_REFUSED) /* nothing to fire after all */
        return key_correct(t, arena, key, false, NULL);
    return r ? r : case_write_apply(w);
}

static int key_fire(Desk *d, Txn *t, const DueKey *key, Moment now, bool *ret_fired)
{
    ARENA_AUTO Arena arena = {0};
    HeadRecord head;
    const Def *def;
    DueKey has;

    arena_init(&arena, 8 << 20);
    if (key_is_request(key)) /* its last day is over */
        return key_correct(t, &arena, key, false, NULL);
    int r = desk_answer(store_get_head(t, key->case_id, &head));
    if (r == DESK_UNKNOWN)
        return key_correct(t, &arena, key, false, NULL);
    r = r ? r : desk_def(d, t, &head, &def);
    if (r)
        return r;
    bool is = key->deadline < def->n_deadlines && case_due_key(d, def, &head, key->deadline, &has);
    *ret_fired = is && has.at == key->at;
    if (*ret_fired)
        return rung_fire(d, t, &arena, &head, def, key, now);
    if (!case_is_indexed(def, &head))
        return case_reindex(d, t, &arena, &head, def);
    return key_correct(t, &arena, key, is, &has);
}

static int keys_fire(Desk *d, Txn *t, Moment now, unsigned most, unsigned *fired, Moment *next)
{
    const DueKey first = {.at = INT64_MIN};
    DueKey key;

    for (unsigned done = 0; done <= most; done++) {
        bool is_fired = false;
        int r = desk_answer(store_next_due(t, &first, &key));
        if (r == DESK_UNKNOWN)
            return DESK_OK;
        if (r)
            return r;
        if (key.at > now || done == most) {
            *next = key.at;
            return DESK_OK;
        }
        r = key_fire(d, t, &key, now, &is_fired);
        if (r)
            return r;
        *fired += is_fired;
    }
    return DESK_OK;
}

int desk_tick(Desk *d, Txn *t, Moment now, unsigned most, unsigned *ret_fired, Moment *ret_next)
{
    Zone zone = desk_office(d)->zone;
    Day today = moment_day(now, zone), last;
    unsigned fired = 0;
    Moment next = INT64_MAX, midnight = day_start(today + 1, zone);
    bool more = false, purges = false;

    int r = desk_reindex(d, t, &more);
    r = r ? r : desk_purge_step(d, t, &purges);
    r = r ? r : keys_fire(d, t, now, most, &fired, &next);
    r = r ? r : night_due(d, t, &last);
    if (!r && (last == DAY_NONE || last < today))
        r = night_work(d, t, today);
    if (r)
        return r;
    *ret_fired = fired;
    *ret_next = more || purges ? now : next < midnight ? next : midnight;
    return DESK_OK;
}
