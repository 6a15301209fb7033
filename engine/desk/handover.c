/* SPDX-License-Identifier: Apache-2.0 */
/* The old code of a case that has moved: it shows the new one until that is written down. */
#include "engine/vault/handover.h"
#include "base/err.h"
#include "engine/desk/inner.h"
#include <errno.h>

enum { HANDOVER_MONTHS = 6 };

Day handover_ends(Day made)
{
    Civil c = day_to_civil(day_add_months(made, HANDOVER_MONTHS + 1));

    c.day = 1;
    return day_plus(day_from_civil(c), -1);
}

Bytes32 handover_mark(const Bytes32 *index, const HandoverRecord *r)
{
    Str parts[] = {
        STR("krading/1|handover"), {(const char *)index->b, sizeof(index->b)}, r->sealed};
    Hash h = hash_parts(NULL, parts, 3);

    return bytes32_of(h.b);
}

int handovers_expire(Txn *t, Batch *b, Day today)
{
    ARENA_AUTO Arena arena = {0};
    Bytes32 index = {{0}};
    HandoverRecord record;
    int r;

    arena_init(&arena, 64 << 20);
    while ((r = desk_answer(store_next_handover(t, &index, &index))) == DESK_OK) {
        r = desk_answer(store_get_handover(t, &index, &arena, &record));
        if (r)
            return r;
        if (record.until == DAY_NONE) {
            record.until = handover_ends(today);
            batch_put_handover(b, &index, &record);
        } else if (record.until < today) {
            batch_drop_handover(b, &index);
            batch_want_compaction(b);
        }
        if (!bytes32_next(&index))
            return DESK_OK;
    }
    return r == DESK_UNKNOWN ? DESK_OK : r;
}

int desk_handover(Desk *d, Txn *t, const CodeKeys *old, Arena *arena, char ret[CODE_TEXT_LEN + 1])
{
    Hash hash = code_index(&d->keys.pepper, &old->lookup);
    Bytes32 index = bytes32_of(hash.b);
    BOX_PAIR_AUTO BoxPair box = {.secret = {NULL}};
    HandoverRecord record;

    int r = desk_answer(store_get_handover(t, &index, arena, &record));
    if (r)
        return r;
    if (record.until != DAY_NONE && record.until < desk_today(d))
        return DESK_UNKNOWN;
    TRY(code_box(old, &box));
    r = handover_open(&box, desk_office(d)->tenant, record.sealed, ret);
    return r > 0 ? DESK_UNKNOWN : r;
}

int desk_handover_noted(Desk *d, Txn *t, const CodeKeys *old, Arena *arena)
{
    Hash hash = code_index(&d->keys.pepper, &old->lookup);
    Bytes32 index = bytes32_of(hash.b);
    char text[CODE_TEXT_LEN + 1];
    Batch *b = batch_new(arena);

    if (!b)
        return err_origin(-ENOMEM);
    int r = desk_handover(d, t, old, arena, text);
    bytes_wipe(text, sizeof(text));
    if (r)
        return r;
    batch_drop_handover(b, &index);
    return desk_answer(store_apply(t, b));
}
