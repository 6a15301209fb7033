/* SPDX-License-Identifier: Apache-2.0 */
/* Which case went to another workflow, which it became, and what was left under its code. Without
 * that, verify could only count: and whoever said of any case that it had come and gone on would
 * have room to take it away. Covered, because on a disk alone neither shall lead to the other. */
#include "base/err.h"
#include "base/text.h"
#include "base/wire.h"
#include "crypto/veil.h"
#include "engine/desk/inner.h"

enum { MOVE_LEN = 8 + 8 + 32, COVERED_MAX = 128, PLACE_LEN = 1 + 8 };

static Str place_put(uint64_t place, uint8_t at[PLACE_LEN])
{
    at[0] = 'm';
    for (size_t i = 0; i < 8; i++)
        at[1 + i] = (uint8_t)(place >> (56 - 8 * i));
    return (Str){(const char *)at, PLACE_LEN};
}

int purge_move_put(const Desk *d, uint64_t place, const PurgeMove *m, Buf *out)
{
    BUF_AUTO Buf plain = {0}, covered = {0};
    uint8_t at[PLACE_LEN];

    buf_init(&plain, MOVE_LEN);
    buf_init(&covered, COVERED_MAX);
    wire_put_u64(&plain, m->was);
    wire_put_u64(&plain, m->became);
    buf_add(&plain, m->handover.b, sizeof(m->handover.b));
    if (plain.err)
        return err_origin(plain.err);
    TRY(veil_cover(&d->veil, place_put(place, at), buf_str(&plain), 4 + MOVE_LEN, &covered));
    text_put_hex(out, covered.ptr, covered.len);
    return out->err ? err_origin(out->err) : 0;
}

int purge_move_get(const Desk *d, uint64_t place, Str words, PurgeMove *ret)
{
    BUF_AUTO Buf plain = {0}, covered = {0};
    uint8_t at[PLACE_LEN];

    buf_init(&plain, MOVE_LEN);
    buf_init(&covered, COVERED_MAX);
    if (text_get_hex(words, &covered))
        return 1;
    int r = veil_open(&d->veil, place_put(place, at), buf_str(&covered), &plain);
    if (r)
        return r;
    Wire w = wire_of(plain.ptr, plain.len);
    PurgeMove m = {.said = true};
    m.was = wire_u64(&w);
    m.became = wire_u64(&w);
    wire_raw(&w, m.handover.b, sizeof(m.handover.b));
    if (!wire_end(&w))
        return 1;
    *ret = m;
    return 0;
}
