/* SPDX-License-Identifier: Apache-2.0 */
/* Carrying a batch out: first every precondition, then every change in the order given. */
#include "base/err.h"
#include "base/wire.h"
#include "engine/store/inner.h"

#include <errno.h>
#include <string.h>

/* ---- preconditions ---- */

static int expect_rev(Txn *t, const Op *op)
{
    HeadRecord head;
    Wire w = wire_of(op->key.b, op->key.len);
    const int r = store_get_head(t, wire_u64(&w), &head);

    if (r)
        return r == STORE_UNKNOWN ? STORE_CONFLICT : r;
    const uint64_t found = (uint64_t)head.c.rev << 32 | head.c.events;
    return found == op->number ? 0 : STORE_CONFLICT;
}

static int expect(Txn *t, const Op *op)
{
    Str value;

    if (op->kind == OP_EXPECT_REV)
        return expect_rev(t, op);
    const int r = txn_get(t, (KvTable)op->table, &op->key, &value);
    return r == STORE_UNKNOWN ? 0 : r ? r : STORE_CONFLICT;
}

/* ---- running numbers ---- */

/* The counter is the next number, so numbers begin at 0. */
static int count_up(Txn *t, Str counter, uint64_t *ret)
{
    const Key key = key_name(counter);
    uint64_t count = 0;
    Str bytes;
    int r = txn_get(t, KV_COUNTS, &key, &bytes);

    if (!r)
        r = index_value(bytes, &count);
    else if (r == STORE_UNKNOWN)
        r = 0;
    if (r)
        return r;
    const Key next = key_u64(count + 1);
    r = txn_put(t, KV_COUNTS, key_str(&key), key_str(&next));
    if (!r)
        *ret = count;
    return r;
}

static int put_under(Txn *t, KvTable table, uint64_t no, const Buf *bytes)
{
    const Key key = key_u64(no);

    return bytes->err ? bytes->err : value_put(t, table, &key, buf_str(bytes));
}

static int add_alert(Txn *t, const Op *op)
{
    BUF_AUTO Buf bytes = {0};
    AlertRecord alert;

    buf_init(&bytes, RECORD_LEN_MAX);
    memcpy(&alert, op->record, sizeof(alert));
    const int r = count_up(t, STR("alerts"), &alert.seq);
    if (r)
        return r;
    TRY(alert_put(t->store, &alert, &bytes));
    return put_under(t, KV_ALERTS, alert.seq, &bytes);
}

static int add_waiting(Txn *t, const Op *op)
{
    BUF_AUTO Buf bytes = {0};
    uint64_t no;

    buf_init(&bytes, RECORD_LEN_MAX);
    const int r = count_up(t, STR("waiting"), &no);
    if (r)
        return r;
    record_put_leaf(&bytes, op->record);
    return put_under(t, KV_WAITING, no, &bytes);
}

/* ---- dropping ---- */

/* Every entry whose key begins with the case's id. */
static int drop_below(Txn *t, KvTable table, const Key *prefix)
{
    Str key, value;
    int r;

    while ((r = txn_next(t, table, key_str(prefix), &key, &value)) == 0) {
        Key copy = {.len = key.len};
        if (!str_starts(key, key_str(prefix)))
            return 0;
        if (key.len > sizeof(copy.b))
            return STORE_BROKEN;
        memcpy(copy.b, key.ptr, key.len);
        r = txn_del(t, table, key_str(&copy));
        if (r)
            return r;
    }
    return r == STORE_UNKNOWN ? 0 : r;
}

/* An index sorted by time that has the case's id from byte id_at on: one pass finds whatever there
 * is, stray entries too. Dropping a case is rare; a second index for it would cost every step. */
static int drop_from_index(Txn *t, KvTable table, size_t id_at, const Key *id)
{
    Key from = {.b = {0}, .len = 1};
    Str key, value;
    int r;

    while ((r = txn_next(t, table, key_str(&from), &key, &value)) == 0) {
        if (key.len < id_at + id->len || key.len >= sizeof(from.b))
            return STORE_BROKEN;
        from = (Key){.len = key.len};
        memcpy(from.b, key.ptr, key.len);
        if (memcmp(from.b + id_at, id->b, id->len) == 0) {
            r = txn_del(t, table, key_str(&from));
            if (r)
                return r;
        }
        from.len++; /* with a zero byte more: the very next key there can be */
    }
    return r == STORE_UNKNOWN ? 0 : r;
}

static int drop_code(Txn *t, uint64_t id)
{
    HeadRecord head;
    uint64_t owner;
    int r = store_get_head(t, id, &head);

    if (!r)
        r = store_find_code(t, &head.code_index, &owner);
    if (r)
        return r == STORE_UNKNOWN ? 0 : r;
    const Key key = key_hash(&head.code_index);
    return owner == id ? txn_del(t, KV_CODES, key_str(&key)) : 0;
}

static int drop_alerts(Txn *t, uint64_t id)
{
    uint64_t seq = 0;
    int r;

    for (;; seq++) {
        const Key from = key_u64(seq);
        AlertRecord alert;
        Key found;
        r = value_next(t, KV_ALERTS, &from, from.len, &found);
        r = r ? r : index_value(key_str(&found), &seq);
        if (r)
            return r == STORE_UNKNOWN ? 0 : r;
        r = store_get_alert(t, seq, &alert);
        if (r || alert.case_id != id)
            continue; /* a row that cannot be read is for verify to tell */
        r = value_del(t, KV_ALERTS, &found);
        if (r)
            return r;
    }
}

/* The number stays taken, so that it is never given again. */
static int drop_case(Txn *t, uint64_t id)
{
    static const KvTable of_case[] = {KV_EVENTS, KV_PARTS, KV_SEALS, KV_HEADS};
    const Key prefix = key_u64(id);
    int r = drop_code(t, id);

    for (size_t i = 0; !r && i < sizeof(of_case) / sizeof(of_case[0]); i++)
        r = drop_below(t, of_case[i], &prefix);
    if (!r)
        r = drop_from_index(t, KV_DUE, sizeof(Moment), &prefix);
    if (!r)
        r = drop_from_index(t, KV_LISTED, sizeof(Day), &prefix);
    return r ? r : drop_alerts(t, id);
}

static int change(Txn *t, const Op *op)
{
    const KvTable table = (KvTable)op->table;
    int r;

    switch ((OpKind)op->kind) {
    case OP_PUT_VALUE:
        return value_put(t, table, &op->key, op->value);
    case OP_PUT_INDEX:
        return txn_put(t, table, key_str(&op->key), op->value);
    case OP_DROP_VALUE:
        r = value_del(t, table, &op->key);
        return r == STORE_UNKNOWN ? 0 : r;
    case OP_DROP_INDEX:
        return txn_clear(t, table, key_str(&op->key));
    case OP_ADD_ALERT:
        return add_alert(t, op);
    case OP_ADD_WAITING:
        return add_waiting(t, op);
    case OP_PUT_COVERED:
        return covered_put(t, op);
    case OP_DROP_CASE:
        return drop_case(t, op->number);
    case OP_EXPECT_REV:
    case OP_EXPECT_NONE:
        break;
    }
    return err_origin(-EINVAL);
}

int store_apply(Txn *t, const Batch *b)
{
    int r = t->err ? t->err : b->err;

    if (!r && !t->write)
        r = err_origin(-EINVAL);
    for (const Op *op = b->expects; !r && op; op = op->next)
        r = expect(t, op);
    if (r)
        return r;
    for (const Op *op = b->changes; !r && op; op = op->next)
        r = change(t, op);
    return txn_stick(t, r);
}

/* ---- requests whose time is over ---- */

/* The index may name a request that was dropped, or put again with a later day. */
static int expire_one(Txn *t, const Key *key, unsigned *gone)
{
    BUF_AUTO Buf scratch = {0};
    RequestRecord request;
    Bytes32 id;
    Str bytes;

    buf_init(&scratch, RECORD_LEN_MAX);
    memcpy(id.b, key->b + 4, sizeof(id.b));
    const Key request_key = key_hash(&id);
    int r = value_get(t, KV_REQUESTS, &request_key, &scratch, &bytes);
    if (r && r != STORE_UNKNOWN)
        return r;
    if (!r && record_get_request(bytes, &request))
        return STORE_BROKEN;
    if (!r && memcmp(key_expiry(request.expires, &id).b, key->b, 4) == 0) {
        r = value_del(t, KV_REQUESTS, &request_key);
        if (r)
            return r;
        (*gone)++;
    }
    return txn_del(t, KV_EXPIRY, key_str(key));
}

int store_expire_requests(Txn *t, Day before, unsigned n, unsigned *ret_gone)
{
    const Key first = {.b = {0}, .len = 4};
    unsigned gone = 0;

    while (gone < n) {
        Key found;
        int r = value_next(t, KV_EXPIRY, &first, 4 + sizeof(Bytes32), &found);
        if (r == STORE_UNKNOWN)
            break;
        if (r)
            return r;
        Wire w = wire_of(found.b, found.len);
        if (key_day_back(wire_u32(&w)) >= before)
            break;
        r = expire_one(t, &found, &gone);
        if (r)
            return txn_stick(t, r);
    }
    *ret_gone = gone;
    return 0;
}
