/* SPDX-License-Identifier: Apache-2.0 */
/* Walking in key order. */
#include "base/err.h"
#include "base/wire.h"
#include "engine/store/inner.h"

#include <errno.h>
#include <string.h>

int store_next_due(Txn *t, const DueKey *from, DueKey *ret)
{
    const Key key = key_due(from);
    Str found, value;
    const int r = txn_next(t, KV_DUE, key_str(&key), &found, &value);

    if (r)
        return r;
    Wire w = wire_of(found.ptr, found.len);
    const uint64_t at = wire_u64(&w) ^ UINT64_C(0x8000000000000000);
    const uint64_t id = wire_u64(&w);
    const uint8_t deadline = wire_u8(&w);
    if (!wire_end(&w) || id == UINT64_MAX)
        return STORE_BROKEN;
    *ret = (DueKey){(Moment)at, id, deadline};
    return 0;
}

int store_next_listed(Txn *t, const ListKey *from, ListKey *ret)
{
    const Key key = key_listed(from);
    Str found, value;
    const int r = txn_next(t, KV_LISTED, key_str(&key), &found, &value);

    if (r)
        return r;
    Wire w = wire_of(found.ptr, found.len);
    const Day day = key_day_back(wire_u32(&w));
    const uint64_t id = wire_u64(&w);
    if (!wire_end(&w) || id == UINT64_MAX)
        return STORE_BROKEN;
    *ret = (ListKey){day, id};
    return 0;
}

/* The next record of a table whose keys are running numbers. */
static int next_number(Txn *t, KvTable table, uint64_t from, uint64_t *ret)
{
    const Key key = key_u64(from);
    Key found;
    const int r = value_next(t, table, &key, key.len, &found);

    return r ? r : index_value(key_str(&found), ret);
}

int store_next_case(Txn *t, uint64_t from, uint64_t *ret_id)
{
    return next_number(t, KV_HEADS, from, ret_id);
}

int store_next_owner(Txn *t, uint64_t from, uint64_t *ret_id)
{
    static const KvTable owned[] = {KV_EVENTS, KV_PARTS, KV_SEALS};
    const Key key = key_u64(from);
    int r = STORE_UNKNOWN;

    for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++) {
        Str found, value;
        uint64_t id = 0;
        int one = txn_next(t, owned[i], key_str(&key), &found, &value);
        if (!one)
            one = found.len < 8 ? STORE_BROKEN : index_value((Str){found.ptr, 8}, &id);
        if (one == STORE_UNKNOWN)
            continue;
        if (one)
            return one;
        *ret_id = r || id < *ret_id ? id : *ret_id;
        r = 0;
    }
    return r;
}

int store_next_alert(Txn *t, uint64_t from, AlertRecord *ret)
{
    uint64_t seq;
    AlertRecord found;
    int r = next_number(t, KV_ALERTS, from, &seq);

    r = r ? r : store_get_alert(t, seq, &found);
    if (r)
        return r;
    if (found.seq != seq) /* whoever goes on from there would walk in a ring */
        return STORE_BROKEN;
    *ret = found;
    return 0;
}

int store_next_waiting_leaf(Txn *t, uint64_t from, uint64_t *ret_no, LeafRecord *ret)
{
    BUF_AUTO Buf scratch = {0};
    uint64_t no;
    Str bytes;
    LeafRecord leaf;

    buf_init(&scratch, RECORD_LEN_MAX);
    int r = next_number(t, KV_WAITING, from, &no);
    if (r)
        return r;
    const Key key = key_u64(no);
    r = value_get(t, KV_WAITING, &key, &scratch, &bytes);
    if (r)
        return r;
    if (record_get_leaf(bytes, &leaf))
        return STORE_BROKEN;
    *ret_no = no;
    *ret = leaf;
    return 0;
}

int store_next_code(Txn *t, const Bytes32 *from, Bytes32 *ret_index, uint64_t *ret_id)
{
    const Key key = key_hash(from);
    Str found, value;
    uint64_t id;
    int r = txn_next(t, KV_CODES, key_str(&key), &found, &value);

    if (r)
        return r;
    r = found.len == sizeof(ret_index->b) ? index_value(value, &id) : STORE_BROKEN;
    if (r)
        return r;
    memcpy(ret_index->b, found.ptr, sizeof(ret_index->b));
    *ret_id = id;
    return 0;
}

int store_next_handover(Txn *t, const Bytes32 *from, Bytes32 *ret_index)
{
    const Key key = key_hash(from);
    Key found;
    const int r = value_next(t, KV_HANDOVERS, &key, key.len, &found);

    if (r)
        return r;
    memcpy(ret_index->b, found.b, sizeof(ret_index->b));
    return 0;
}

int store_next_staff(Txn *t, Str after, Arena *arena, StaffRecord *ret)
{
    Key from = key_name(after);
    Str found, value;

    /* Keys of a name end in NUL; the next byte is past all its pieces. */
    from.len = from.len ? from.len : 1;
    from.b[from.len - 1] = 1;
    const int r = txn_next(t, KV_STAFF, key_str(&from), &found, &value);
    if (r)
        return r;
    const char *end = memchr(found.ptr, 0, found.len);
    if (!end || end != found.ptr + found.len - 1)
        return STORE_BROKEN;
    return store_get_staff(t, (Str){found.ptr, found.len - 1}, arena, ret);
}

int store_next_number(Txn *t, Str after, Arena *arena, Str *ret_number, uint64_t *ret_id)
{
    Key from = key_name(after);
    Str found, value, number;
    uint64_t id;

    from.len = from.len ? from.len : 1;
    from.b[from.len - 1] = 1; /* past the NUL that ends the name */
    int r = txn_next(t, KV_NUMBERS, key_str(&from), &found, &value);
    r = r ? r : index_value(value, &id);
    if (r)
        return r;
    if (found.len < 2 || found.ptr[found.len - 1])
        return STORE_BROKEN;
    number = arena_str(arena, (Str){found.ptr, found.len - 1});
    if (!number.ptr)
        return err_origin(-ENOMEM);
    *ret_number = number;
    *ret_id = id;
    return 0;
}
