/* SPDX-License-Identifier: Apache-2.0 */
/* The old code of a case that has moved: it shows the new one until that is written down. */
#include "base/err.h"
#include "engine/desk/inner.h"
#include "engine/vault/handover.h"
#include <errno.h>

int desk_handover(Desk *d, Txn *t, const CodeKeys *old, Arena *arena, char ret[CODE_TEXT_LEN + 1])
{
    Hash hash = code_index(&d->keys.pepper, &old->lookup);
    Bytes32 index = bytes32_of(hash.b);
    HandoverRecord record;

    int r = desk_answer(store_get_handover(t, &index, arena, &record));
    if (r)
        return r;
    r = handover_open(old, desk_office(d)->tenant, record.sealed, ret);
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
