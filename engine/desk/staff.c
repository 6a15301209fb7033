/* SPDX-License-Identifier: Apache-2.0 */
/* What the server keeps of people who sign in, and the clock of a demo office. */
#include "base/err.h"
#include "engine/desk/inner.h"
#include <errno.h>

int desk_staff(Desk *d, Txn *t, Str name, Arena *arena, StaffRecord *ret)
{
    (void)d;
    return desk_answer(store_get_staff(t, name, arena, ret));
}

int share_of(const Secret *share_key, Str name, Secret *ret)
{
    Str parts[] = {STR("krading/1|share"), name};
    Hash h = hash_parts(share_key, parts, 2);
    int r = secret_new_copy(ret, h.b);

    bytes_wipe(&h, sizeof(h));
    return r;
}

int desk_share(const Desk *d, Str name, Secret *ret)
{
    return share_of(&d->share, name, ret);
}

/* Counted from what is stored, so that a turn that is run again does not advance twice. */
int desk_demo_advance(Desk *d, Txn *t, uint32_t seconds)
{
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf text = {0};
    unsigned long long had = 0;
    Str stored;
    Batch *b;

    arena_init(&arena, 1 << 16);
    buf_init(&text, 32);
    if (!desk_office(d)->demo)
        return DESK_REFUSED;
    int r = desk_answer(store_get_meta(t, STR("demo_offset"), &arena, &stored));
    if (r && r != DESK_UNKNOWN)
        return r;
    if (r == DESK_OK && str_u64(stored, INT64_MAX, &had))
        return DESK_BROKEN;
    b = batch_new(&arena);
    if (!b)
        return err_origin(-ENOMEM);
    buf_addf(&text, "%llu", had + seconds);
    batch_put_meta(b, STR("demo_offset"), buf_str(&text));
    r = desk_answer(store_apply(t, b));
    if (!r)
        d->offset = (Moment)(had + seconds);
    return r;
}
