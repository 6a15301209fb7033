/* SPDX-License-Identifier: Apache-2.0 */
/* Opening, transactions and single reads. */
#include "base/err.h"
#include "engine/store/inner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- opening ---- */

static int store_around(Kv *kv, Store **ret)
{
    Store *s = calloc(1, sizeof(*s));

    if (!s) {
        kv->ops->free(kv);
        return err_origin(-ENOMEM);
    }
    s->kv = kv;
    *ret = s;
    return 0;
}

int store_open_sized(const char *dir, StoreMode mode, size_t map_size, Store **ret)
{
    Kv *kv;
    const int r = kv_lmdb_new(dir, mode, map_size, &kv);

    return r ? r : store_around(kv, ret);
}

int store_open(const char *dir, StoreMode mode, Store **ret)
{
    return store_open_sized(dir, mode, (size_t)KV_MAP_FIRST_MIB << 20, ret);
}

int store_model_new(Store **ret)
{
    Kv *kv;

    TRY(kv_model_new(&kv));
    return store_around(kv, ret);
}

Store *store_free(Store *s)
{
    if (s)
        s->kv->ops->free(s->kv);
    free(s);
    return NULL;
}

bool store_space_below(const Store *s, uint64_t reserve)
{
    return s->kv->ops->space_below(s->kv, reserve);
}

int store_copy(Store *s, const char *to_dir)
{
    return s->kv->ops->copy(s->kv, to_dir);
}

int store_copy_fd(Store *s, int fd)
{
    return s->kv->ops->copy_fd(s->kv, fd);
}

/* ---- deleting for good ---- */

bool store_compaction_due(Txn *t)
{
    return store_count(t, STR(COMPACT_COUNT)) != 0;
}

/* In a transaction of its own, after the swap: dying in between costs one more compaction. */
static int compaction_done(Store *s)
{
    ARENA_AUTO Arena arena = {0};
    Txn *t;

    arena_init(&arena, 1 << 16);
    Batch *b = batch_new(&arena);
    if (!b)
        return err_origin(-ENOMEM);
    batch_set_count(b, STR(COMPACT_COUNT), 0);
    int r = store_turn(s, &t);
    if (r)
        return r;
    r = store_apply(t, b);
    if (r && r != STORE_RETRY) {
        store_end(t);
        return r;
    }
    const int done = store_commit(t);
    return r ? r : done;
}

int store_compact(Store *s)
{
    const int r = s->kv->ops->compact(s->kv);

    return r ? r : compaction_done(s);
}

int store_wipe(Store *s, uint64_t most, bool *ret_more)
{
    return s->kv->ops->wipe(s->kv, most, ret_more);
}

/* ---- the fault of a test, and faults that stick ---- */

void store_fail_after(Store *s, unsigned n, StoreAnswer with)
{
    s->fail_in = n;
    s->fail_with = (int)with;
}

static int fault(Store *s)
{
    return s->fail_in && --s->fail_in == 0 ? s->fail_with : 0;
}

int txn_stick(Txn *t, int r)
{
    if (r && !t->err) {
        t->err = r;
        t->err_depth = t->depth;
    }
    return r;
}

static bool is_for_the_turn(int r)
{
    return r == STORE_RETRY || r == STORE_IO;
}

/* ---- transactions ---- */

static int txn_begin(Store *s, bool write, Txn **ret)
{
    Txn *t = calloc(1, sizeof(*t));

    if (!t)
        return err_origin(-ENOMEM);
    t->store = s;
    t->write = write;
    const int r = s->kv->ops->begin(s->kv, write, &t->kv);
    if (r) {
        free(t);
        return r;
    }
    *ret = t;
    return 0;
}

int store_read(Store *s, Txn **ret)
{
    return txn_begin(s, false, ret);
}

int store_turn(Store *s, Txn **ret)
{
    return txn_begin(s, true, ret);
}

int store_nest(Txn *t)
{
    int r = t->err ? t->err : fault(t->store);

    if (!r)
        r = t->kv->kv->ops->nest(t->kv);
    if (r)
        return txn_stick(t, r);
    t->depth++;
    return 0;
}

void store_nest_drop(Txn *t)
{
    t->kv->kv->ops->drop(t->kv);
    if (t->err && t->err_depth == t->depth && !is_for_the_turn(t->err))
        t->err = 0;
    t->depth--;
}

int store_nest_keep(Txn *t)
{
    int r = t->err ? t->err : fault(t->store);

    if (r) {
        txn_stick(t, r);
        store_nest_drop(t);
        return r;
    }
    r = t->kv->kv->ops->keep(t->kv);
    t->depth--;
    return txn_stick(t, r);
}

int store_commit(Txn *t)
{
    int r = t->err ? t->err : fault(t->store);

    if (r) {
        store_end(t);
        return r;
    }
    r = t->kv->kv->ops->commit(t->kv);
    free(t);
    return r;
}

void store_end(Txn *t)
{
    t->kv->kv->ops->end(t->kv);
    free(t);
}

int txn_get(Txn *t, KvTable table, const Key *key, Str *ret)
{
    if (!key->len)
        return STORE_UNKNOWN;
    return t->kv->kv->ops->get(t->kv, table, key_str(key), ret);
}

int txn_next(Txn *t, KvTable table, Str from, Str *ret_key, Str *ret_value)
{
    return t->kv->kv->ops->next(t->kv, table, from, ret_key, ret_value);
}

static int may_write(Txn *t)
{
    if (!t->write)
        return err_origin(-EINVAL);
    return t->err ? t->err : txn_stick(t, fault(t->store));
}

int txn_put(Txn *t, KvTable table, Str key, Str value)
{
    const int r = may_write(t);

    return r ? r : txn_stick(t, t->kv->kv->ops->put(t->kv, table, key, value));
}

int txn_del(Txn *t, KvTable table, Str key)
{
    int r = may_write(t);

    if (r)
        return r;
    r = t->kv->kv->ops->del(t->kv, table, key);
    return r == STORE_UNKNOWN ? r : txn_stick(t, r);
}

int txn_clear(Txn *t, KvTable table, Str key)
{
    const int r = txn_del(t, table, key);

    return r == STORE_UNKNOWN ? 0 : r;
}

void store_cover(Store *s, const StoreCover *cover)
{
    s->cover = *cover;
}

/* ---- single reads ---- */

/* Records without texts: read in place. */
#define GET_PLAIN(t, table, key, get, ret)                                                         \
    BUF_AUTO Buf scratch = {0};                                                                          \
    Str bytes;                                                                                     \
    buf_init(&scratch, RECORD_LEN_MAX);                                                            \
    const int r = value_get((t), (table), (key), &scratch, &bytes);                                \
    return r ? r : get(bytes, (ret)) ? STORE_BROKEN : STORE_OK

/* Records with texts: the arena keeps the bytes they point into. */
#define GET_COPY(t, table, key, get, arena, ret)                                                   \
    Str bytes;                                                                                     \
    const int r = value_copy((t), (table), (key), (arena), &bytes);                                \
    return r ? r : get(bytes, (ret)) ? STORE_BROKEN : STORE_OK

int store_get_head(Txn *t, uint64_t id, HeadRecord *ret)
{
    BUF_AUTO Buf scratch = {0};
    const Key key = key_u64(id);
    HeadRecord found;
    Str bytes;

    buf_init(&scratch, RECORD_LEN_MAX);
    int r = value_get(t, KV_HEADS, &key, &scratch, &bytes);
    r = r ? r : record_get_head(bytes, &found) ? STORE_BROKEN : head_join(t->store, &found);
    if (!r)
        memcpy(ret, &found, sizeof(found));
    return r;
}

int store_get_leaf(Txn *t, uint64_t index, LeafRecord *ret)
{
    const Key key = key_u64(index);
    GET_PLAIN(t, KV_LEAVES, &key, record_get_leaf, ret);
}

int store_get_alert(Txn *t, uint64_t seq, AlertRecord *ret)
{
    BUF_AUTO Buf scratch = {0};
    const Key key = key_u64(seq);
    AlertRecord found;
    Str bytes;

    buf_init(&scratch, RECORD_LEN_MAX);
    int r = value_get(t, KV_ALERTS, &key, &scratch, &bytes);
    r = r ? r : record_get_alert(bytes, &found) ? STORE_BROKEN : alert_join(t->store, &found);
    if (!r)
        *ret = found;
    return r;
}

int store_get_event(Txn *t, uint64_t id, uint32_t seq, Arena *arena, EventRecord *ret)
{
    const Key key = key_case_no(id, seq);
    EventRecord found;
    Str bytes;

    int r = value_copy(t, KV_EVENTS, &key, arena, &bytes);
    r = r ? r : record_get_event(bytes, &found) ? STORE_BROKEN : event_join(t->store, &found);
    if (!r)
        memcpy(ret, &found, sizeof(found));
    return r;
}

int store_get_part(Txn *t, uint64_t id, uint32_t no, Arena *arena, PartRecord *ret)
{
    const Key key = key_case_no(id, no);
    GET_COPY(t, KV_PARTS, &key, record_get_part, arena, ret);
}

int store_part_kind(Txn *t, uint64_t id, uint32_t no, uint8_t *ret_kind)
{
    const Key key = key_case_no(id, no);
    Str begin;
    const int r = value_begin(t, KV_PARTS, &key, &begin);

    return r ? r : record_part_kind(begin, ret_kind) ? STORE_BROKEN : STORE_OK;
}

int store_get_seal(Txn *t, uint64_t id, uint32_t no, Arena *arena, SealRecord *ret)
{
    const Key key = key_case_no(id, no);
    GET_COPY(t, KV_SEALS, &key, record_get_seal, arena, ret);
}

int store_get_staff(Txn *t, Str name, Arena *arena, StaffRecord *ret)
{
    const Key key = key_name(name);
    GET_COPY(t, KV_STAFF, &key, record_get_staff, arena, ret);
}

int store_get_request(Txn *t, const Bytes32 *id, Arena *arena, RequestRecord *ret)
{
    const Key key = key_hash(id);
    GET_COPY(t, KV_REQUESTS, &key, record_get_request, arena, ret);
}

int store_find_expiry(Txn *t, Day day, const Bytes32 *id)
{
    const Key key = key_expiry(day, id);
    Str value;

    return txn_get(t, KV_EXPIRY, &key, &value);
}

int store_get_handover(Txn *t, const Bytes32 *index, Arena *arena, HandoverRecord *ret)
{
    const Key key = key_hash(index);
    GET_COPY(t, KV_HANDOVERS, &key, record_get_handover, arena, ret);
}

int store_get_meta(Txn *t, Str name, Arena *arena, Str *ret)
{
    const Key key = key_name(name);
    return value_copy(t, KV_META, &key, arena, ret);
}

int store_get_def(Txn *t, const Bytes32 *hash, Arena *arena, Str *ret)
{
    const Key key = key_hash(hash);
    return value_copy(t, KV_DEFS, &key, arena, ret);
}

static int find_number(Txn *t, KvTable table, const Key *key, uint64_t *ret)
{
    Str bytes;
    const int r = txn_get(t, table, key, &bytes);

    return r ? r : index_value(bytes, ret);
}

int store_find_code(Txn *t, const Bytes32 *index, uint64_t *ret_id)
{
    const Key key = key_hash(index);
    return find_number(t, KV_CODES, &key, ret_id);
}

int store_find_number(Txn *t, Str number, uint64_t *ret_id)
{
    const Key key = key_name(number);
    return find_number(t, KV_NUMBERS, &key, ret_id);
}

uint64_t store_count(Txn *t, Str counter)
{
    const Key key = key_name(counter);
    uint64_t count = 0;

    (void)find_number(t, KV_COUNTS, &key, &count);
    return count;
}
