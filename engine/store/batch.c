/* SPDX-License-Identifier: Apache-2.0 */
/* Building a batch: every record is encoded at once, so that a fault shows before anything is
 * written. apply.c carries it out. */
#include "base/err.h"
#include "engine/store/inner.h"

#include <errno.h>
#include <string.h>

Batch *batch_new(Arena *arena)
{
    Batch *b = arena_new(arena, Batch);

    if (!b)
        return NULL;
    b->arena = arena;
    b->last_expect = &b->expects;
    b->last_change = &b->changes;
    return b;
}

static void batch_fail(Batch *b, int r)
{
    if (!b->err)
        b->err = r;
}

/* NULL once the batch has failed. */
static Op *op_add(Batch *b, OpKind kind, KvTable table, Key key)
{
    const bool expects = kind == OP_EXPECT_REV || kind == OP_EXPECT_NONE;

    if (!key.len)
        batch_fail(b, err_origin(-EINVAL));
    Op *op = b->err ? NULL : arena_new(b->arena, Op);
    if (!op) {
        batch_fail(b, -ENOMEM);
        return NULL;
    }
    *op = (Op){.kind = (uint8_t)kind, .table = (uint8_t)table, .key = key};
    Op ***last = expects ? &b->last_expect : &b->last_change;
    **last = op;
    *last = &op->next;
    return op;
}

/* A structure to be encoded later. */
typedef struct Record {
    const void *ptr;
    size_t size;
} Record;

static Op *put_bytes(Batch *b, OpKind kind, KvTable table, Key key, Str value)
{
    if (value.len > VALUE_LEN_MAX)
        batch_fail(b, err_origin(-EMSGSIZE));
    Op *op = op_add(b, kind, table, key);
    if (!op)
        return NULL;
    op->value = arena_str(b->arena, value);
    if (!op->value.ptr)
        batch_fail(b, -ENOMEM);
    return op;
}

/* Room for a record, so that it need not grow: its texts, and what nearly all else takes. */
static Buf record_buf(size_t texts)
{
    enum { USUAL = 1 << 10 };
    Buf bytes;

    buf_init(&bytes, RECORD_LEN_MAX);
    buf_reserve(&bytes, texts + USUAL);
    return bytes;
}

/* The record in the batch's arena; empty when the batch has failed. */
static Str put_encoded(Batch *b, KvTable table, Key key, Buf *bytes)
{
    if (bytes->err)
        batch_fail(b, bytes->err);
    const Op *op = put_bytes(b, OP_PUT_VALUE, table, key, buf_str(bytes));
    buf_finish(bytes);
    return op ? op->value : STR("");
}

static void put_number(Batch *b, KvTable table, Key key, uint64_t number)
{
    const Key value = key_u64(number);

    put_bytes(b, OP_PUT_INDEX, table, key, key_str(&value));
}

/* ---- preconditions ---- */

void batch_expect_rev(Batch *b, uint64_t id, uint32_t rev, uint32_t events)
{
    Op *op = op_add(b, OP_EXPECT_REV, KV_HEADS, key_u64(id));

    if (op)
        op->number = (uint64_t)rev << 32 | events;
}

void batch_expect_no_case(Batch *b, uint64_t id)
{
    op_add(b, OP_EXPECT_NONE, KV_HEADS, key_u64(id));
}

void batch_expect_no_code(Batch *b, const Bytes32 *index)
{
    op_add(b, OP_EXPECT_NONE, KV_CODES, key_hash(index));
}

void batch_expect_no_handover(Batch *b, const Bytes32 *index)
{
    op_add(b, OP_EXPECT_NONE, KV_HANDOVERS, key_hash(index));
}

void batch_expect_no_number(Batch *b, Str number)
{
    op_add(b, OP_EXPECT_NONE, KV_NUMBERS, key_name(number));
}

void batch_expect_no_request(Batch *b, const Bytes32 *id)
{
    op_add(b, OP_EXPECT_NONE, KV_REQUESTS, key_hash(id));
}

/* ---- records ---- */

/* The rest is encoded when it is covered: the key is the store's. */
static void put_covered(Batch *b, KvTable table, Key key, const Record *rest, Buf *plain)
{
    if (plain->err)
        batch_fail(b, plain->err);
    Op *op = put_bytes(b, OP_PUT_COVERED, table, key, buf_str(plain));
    buf_finish(plain);
    void *copy = op ? arena_alloc(b->arena, rest->size) : NULL;
    if (!copy) {
        batch_fail(b, -ENOMEM);
        return;
    }
    memcpy(copy, rest->ptr, rest->size);
    op->record = copy;
}

static void put_covered_head(Batch *b, const HeadRecord *r)
{
    HeadRecord rest;
    Buf plain;

    buf_init(&plain, RECORD_LEN_MAX);
    head_split(r, &plain, &rest);
    put_covered(b, KV_HEADS, key_u64(r->id), &(Record){&rest, sizeof(rest)}, &plain);
}

static void put_covered_event(Batch *b, const EventRecord *r)
{
    EventRecord rest;
    Buf plain;

    buf_init(&plain, RECORD_LEN_MAX);
    event_split(r, &plain, &rest);
    put_covered(b, KV_EVENTS, key_case_no(r->case_id, r->seq), &(Record){&rest, sizeof(rest)},
                &plain);
}

void batch_put_head(Batch *b, const HeadRecord *r)
{
    if (r->covers) {
        put_covered_head(b, r);
        return;
    }
    Buf bytes = record_buf(0);

    record_put_head(&bytes, r);
    put_encoded(b, KV_HEADS, key_u64(r->id), &bytes);
}

void batch_put_event(Batch *b, const EventRecord *r)
{
    if (r->covers) {
        put_covered_event(b, r);
        return;
    }
    Buf bytes = record_buf(0);

    record_put_event(&bytes, r);
    put_encoded(b, KV_EVENTS, key_case_no(r->case_id, r->seq), &bytes);
}

Str batch_put_part(Batch *b, const PartRecord *r)
{
    Buf bytes = record_buf(r->sealed.len);

    record_put_part(&bytes, r);
    return put_encoded(b, KV_PARTS, key_case_no(r->case_id, r->no), &bytes);
}

Str batch_put_seal(Batch *b, const SealRecord *r)
{
    Buf bytes = record_buf(r->sealed.len);

    record_put_seal(&bytes, r);
    return put_encoded(b, KV_SEALS, key_case_no(r->case_id, r->no), &bytes);
}

void batch_put_leaf(Batch *b, const LeafRecord *r)
{
    Buf bytes = record_buf(0);

    record_put_leaf(&bytes, r);
    put_encoded(b, KV_LEAVES, key_u64(r->index), &bytes);
}

void batch_put_staff(Batch *b, const StaffRecord *r)
{
    Buf bytes = record_buf(0);

    record_put_staff(&bytes, r);
    put_encoded(b, KV_STAFF, key_name(name_str(&r->name)), &bytes);
}

void batch_put_request(Batch *b, const Bytes32 *id, const RequestRecord *r)
{
    Buf bytes = record_buf(0);

    record_put_request(&bytes, r);
    put_encoded(b, KV_REQUESTS, key_hash(id), &bytes);
    put_bytes(b, OP_PUT_INDEX, KV_EXPIRY, key_expiry(r->expires, id), STR(""));
}

void batch_put_handover(Batch *b, const Bytes32 *index, const HandoverRecord *r)
{
    Buf bytes = record_buf(r->sealed.len);

    record_put_handover(&bytes, r);
    put_encoded(b, KV_HANDOVERS, key_hash(index), &bytes);
}

void batch_drop_handover(Batch *b, const Bytes32 *index)
{
    op_add(b, OP_DROP_VALUE, KV_HANDOVERS, key_hash(index));
}

void batch_drop_request(Batch *b, const Bytes32 *id)
{
    op_add(b, OP_DROP_VALUE, KV_REQUESTS, key_hash(id));
}

static void add_record(Batch *b, OpKind kind, KvTable table, const void *record, size_t size)
{
    Op *op = op_add(b, kind, table, key_u64(0));
    void *copy = op ? arena_alloc(b->arena, size) : NULL;

    if (!op)
        return;
    if (!copy) {
        batch_fail(b, -ENOMEM);
        return;
    }
    memcpy(copy, record, size);
    op->record = copy;
}

void batch_put_alert(Batch *b, const AlertRecord *r)
{
    add_record(b, OP_ADD_ALERT, KV_ALERTS, r, sizeof(*r));
}

void batch_drop_alert(Batch *b, uint64_t seq)
{
    op_add(b, OP_DROP_VALUE, KV_ALERTS, key_u64(seq));
}

void batch_put_waiting_leaf(Batch *b, const LeafRecord *r)
{
    add_record(b, OP_ADD_WAITING, KV_WAITING, r, sizeof(*r));
}

void batch_drop_waiting_leaf(Batch *b, uint64_t no)
{
    op_add(b, OP_DROP_VALUE, KV_WAITING, key_u64(no));
}

void batch_put_meta(Batch *b, Str key, Str value)
{
    put_bytes(b, OP_PUT_VALUE, KV_META, key_name(key), value);
}

void batch_put_def(Batch *b, const Bytes32 *hash, Str text)
{
    put_bytes(b, OP_PUT_VALUE, KV_DEFS, key_hash(hash), text);
}

/* ---- indexes ---- */

void batch_put_code(Batch *b, const Bytes32 *index, uint64_t id)
{
    put_number(b, KV_CODES, key_hash(index), id);
}

void batch_drop_code(Batch *b, const Bytes32 *index)
{
    op_add(b, OP_DROP_INDEX, KV_CODES, key_hash(index));
}

void batch_put_number(Batch *b, Str number, uint64_t id)
{
    put_number(b, KV_NUMBERS, key_name(number), id);
}

void batch_put_due(Batch *b, const DueKey *k)
{
    put_bytes(b, OP_PUT_INDEX, KV_DUE, key_due(k), STR(""));
}

void batch_drop_due(Batch *b, const DueKey *k)
{
    op_add(b, OP_DROP_INDEX, KV_DUE, key_due(k));
}

void batch_put_listed(Batch *b, const ListKey *k)
{
    put_bytes(b, OP_PUT_INDEX, KV_LISTED, key_listed(k), STR(""));
}

void batch_drop_listed(Batch *b, const ListKey *k)
{
    op_add(b, OP_DROP_INDEX, KV_LISTED, key_listed(k));
}

void batch_set_count(Batch *b, Str counter, uint64_t value)
{
    put_number(b, KV_COUNTS, key_name(counter), value);
}

void batch_want_compaction(Batch *b)
{
    batch_set_count(b, STR(COMPACT_COUNT), 1);
}

void batch_drop_case(Batch *b, uint64_t id)
{
    Op *op = op_add(b, OP_DROP_CASE, KV_HEADS, key_u64(id));

    if (op)
        op->number = id;
    batch_want_compaction(b);
}
