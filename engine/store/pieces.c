/* SPDX-License-Identifier: Apache-2.0 */
/* A value of up to PIECE_WHOLE_MAX bytes is one entry:   00 | bytes
 * A longer one begins under its key:                     01 | u32 length | first 1024 bytes
 * and goes on under its key followed by u16 1, 2, ...:   next 1024 bytes, the last one fewer */
#include "base/err.h"
#include "base/wire.h"
#include "engine/store/inner.h"

#include <errno.h>
#include <string.h>

enum { FORM_WHOLE = 0, FORM_CUT = 1, CUT_HEAD = 1 + 4 };
_Static_assert(VALUE_LEN_MAX / PIECE_LEN < UINT16_MAX, "pieces are numbered in a u16");

static Key piece_key(const Key *key, size_t no)
{
    Key k = *key;

    k.b[k.len++] = (uint8_t)(no >> 8);
    k.b[k.len++] = (uint8_t)no;
    return k;
}

static size_t piece_len(size_t total, size_t no)
{
    const size_t before = no * PIECE_LEN;

    return total - before < PIECE_LEN ? total - before : PIECE_LEN;
}

static int pieces_join(Txn *t, KvTable table, const Key *key, Str first, Buf *scratch)
{
    Wire w = wire_of(first.ptr + 1, first.len - 1);
    const size_t total = wire_u32(&w);
    Str piece = {(const char *)w.ptr, w.len};

    if (w.failed || total <= PIECE_WHOLE_MAX || total > VALUE_LEN_MAX)
        return STORE_BROKEN;
    for (size_t no = 0, at = 0; at < total; no++, at += PIECE_LEN) {
        if (no) {
            const Key k = piece_key(key, no);
            const int r = txn_get(t, table, &k, &piece);
            if (r)
                return r == STORE_UNKNOWN ? STORE_BROKEN : r;
        }
        if (piece.len != piece_len(total, no))
            return STORE_BROKEN;
        buf_add_str(scratch, piece);
    }
    return scratch->err;
}

int value_begin(Txn *t, KvTable table, const Key *key, Str *ret)
{
    Str first;

    if (!key->len)
        return STORE_UNKNOWN;
    const int r = txn_get(t, table, key, &first);
    if (r)
        return r;
    const size_t head = first.len && first.ptr[0] == FORM_CUT ? CUT_HEAD : 1;
    if (first.len < head)
        return STORE_BROKEN;
    *ret = (Str){first.ptr + head, first.len - head};
    return 0;
}

int value_get(Txn *t, KvTable table, const Key *key, Buf *scratch, Str *ret)
{
    Str first;

    if (!key->len)
        return STORE_UNKNOWN;
    int r = txn_get(t, table, key, &first);
    if (r)
        return r;
    if (!first.len || (uint8_t)first.ptr[0] > FORM_CUT)
        return STORE_BROKEN;
    if (first.ptr[0] == FORM_WHOLE) {
        *ret = (Str){first.ptr + 1, first.len - 1};
        return 0;
    }
    r = pieces_join(t, table, key, first, scratch);
    if (!r)
        *ret = buf_str(scratch);
    return r;
}

int value_copy(Txn *t, KvTable table, const Key *key, Arena *arena, Str *ret)
{
    BUF_AUTO Buf scratch = {0};
    Str value;

    buf_init(&scratch, RECORD_LEN_MAX);
    const int r = value_get(t, table, key, &scratch, &value);
    if (r)
        return r;
    const Str copy = arena_str(arena, value);
    if (!copy.ptr)
        return err_origin(-ENOMEM);
    *ret = copy;
    return 0;
}

/* Pieces that a longer value left behind, from number `no` on. */
static int pieces_clear(Txn *t, KvTable table, const Key *key, size_t no)
{
    int r = 0;

    for (; !r; no++) {
        const Key k = piece_key(key, no);
        r = txn_del(t, table, key_str(&k));
    }
    return r == STORE_UNKNOWN ? 0 : r;
}

static int put_first(Txn *t, KvTable table, const Key *key, Str value, bool cut)
{
    uint8_t bytes[CUT_HEAD + PIECE_WHOLE_MAX] = {cut ? FORM_CUT : FORM_WHOLE};
    const size_t head = cut ? CUT_HEAD : 1;
    const size_t len = cut ? PIECE_LEN : value.len;

    for (size_t i = 1; i < head; i++)
        bytes[i] = (uint8_t)(value.len >> (8 * (head - 1 - i)));
    if (len)
        memcpy(bytes + head, value.ptr, len);
    return txn_put(t, table, key_str(key), (Str){(const char *)bytes, head + len});
}

int value_put(Txn *t, KvTable table, const Key *key, Str value)
{
    const bool cut = value.len > PIECE_WHOLE_MAX;
    size_t no = 1;

    if (value.len > VALUE_LEN_MAX || !key->len)
        return err_origin(-EMSGSIZE);
    int r = put_first(t, table, key, value, cut);
    for (; !r && cut && no * PIECE_LEN < value.len; no++) {
        const Key k = piece_key(key, no);
        const Str piece = {value.ptr + no * PIECE_LEN, piece_len(value.len, no)};
        r = txn_put(t, table, key_str(&k), piece);
    }
    return r ? r : pieces_clear(t, table, key, no);
}

int value_del(Txn *t, KvTable table, const Key *key)
{
    if (!key->len)
        return STORE_UNKNOWN;
    const int r = txn_del(t, table, key_str(key));
    return r ? r : pieces_clear(t, table, key, 1);
}

int value_next(Txn *t, KvTable table, const Key *from, size_t key_len, Key *ret)
{
    Str key, value;
    const int r = txn_next(t, table, key_str(from), &key, &value);

    if (r)
        return r;
    if (key.len != key_len) /* pieces without a beginning */
        return STORE_BROKEN;
    *ret = (Key){.len = key.len};
    memcpy(ret->b, key.ptr, key.len);
    return 0;
}
