/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that come twice (a lost answer, an impatient finger) are answered once. */
#include "base/err.h"
#include "engine/desk/inner.h"
#include <errno.h>
#include <string.h>

Bytes32 desk_request_id(const Desk *d, const Who *who, Str id)
{
    Str parts[] = {STR("request"), desk_office(d)->tenant,
                   who ? name_str(&who->person->name) : STR(""), id};
    Hash h = hash_parts(&d->keys.pepper, parts, 4);
    return bytes32_of(h.b);
}

int desk_request(Desk *d, Txn *t, const Bytes32 *id, const Bytes32 *body, Arena *arena,
                 RequestRecord *ret_stored)
{
    RequestRecord r;

    int answer = desk_answer(store_get_request(t, id, arena, &r));
    if (answer)
        return answer == DESK_UNKNOWN ? DESK_OK : answer;
    if (r.expires < desk_today(d))
        return DESK_OK;
    if (memcmp(r.body.b, body->b, sizeof(body->b)) != 0)
        return DESK_MALFORMED;
    *ret_stored = r;
    return DESK_AGAIN;
}

int desk_remember(Desk *d, Txn *t, const Bytes32 *id, const RequestRecord *r)
{
    ARENA_AUTO Arena arena = {0};
    RequestRecord kept = *r;
    Batch *b;

    arena_init(&arena, 2 * r->answer.len + (1 << 16));
    b = batch_new(&arena);
    if (!b)
        return err_origin(-ENOMEM);
    kept.expires = desk_today(d) + REQUEST_DAYS;
    batch_put_request(b, id, &kept);
    return desk_answer(store_apply(t, b));
}
