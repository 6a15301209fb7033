/* SPDX-License-Identifier: Apache-2.0 */
/* Every row as it lies there, whoever wrote it: is its key one of its table, its value a record and
 * nothing beside, and at home under that key? The other reads take what they know and pass over the
 * rest; here the rest is what is looked for. */
#include "engine/store/scan.h"
#include "base/err.h"
#include "base/wire.h"
#include "engine/store/inner.h"

#include <errno.h>
#include <string.h>

_Static_assert((int)SCAN_KEY_MAX == (int)KV_KEY_MAX,
               "a scan goes on from any key that a table takes");

/* ---- records: as they would be written again ---- */

/* Any of them, decoded. */
typedef union Record {
    HeadRecord head;
    EventRecord event;
    PartRecord part;
    SealRecord seal;
    AlertRecord alert;
    LeafRecord leaf;
    RequestRecord request;
    StaffRecord staff;
    HandoverRecord handover;
} Record;

typedef int Get(Str bytes, Record *ret);
typedef void Put(Buf *out, const Record *r);
/* It lies under its own key. */
typedef bool Home(const Record *r, const StoreRow *row);

/* Nothing bare lies beside what is covered. */
static void put_head(Buf *out, const Record *r)
{
    BUF_AUTO Buf covered = {0};
    HeadRecord rest;

    if (!r->head.covered.len) {
        record_put_head(out, &r->head);
        return;
    }
    buf_init(&covered, RECORD_LEN_MAX);
    head_split(&r->head, &covered, &rest);
    record_put_head(out, &rest);
}

static void put_event(Buf *out, const Record *r)
{
    BUF_AUTO Buf covered = {0};
    EventRecord rest;

    if (!r->event.covered.len) {
        record_put_event(out, &r->event);
        return;
    }
    buf_init(&covered, RECORD_LEN_MAX);
    event_split(&r->event, &covered, &rest);
    record_put_event(out, &rest);
}

static void put_alert(Buf *out, const Record *r)
{
    const AlertRecord *a = &r->alert;

    if (a->covered.len)
        record_put_alert(out, &(AlertRecord){.seq = a->seq, .covered = a->covered});
    else
        record_put_alert(out, a);
}

static bool is_zero(const Bytes32 *b)
{
    static const Bytes32 zero;

    return memcmp(b->b, zero.b, sizeof(zero.b)) == 0;
}

/* What was destroyed left a hash, and its place. */
static void put_part(Buf *out, const Record *r)
{
    const PartRecord *p = &r->part;

    if (is_zero(&p->gone))
        record_put_part(out, p);
    else
        record_put_part(out, &(PartRecord){.case_id = p->case_id,
                                           .no = p->no,
                                           .event = p->event,
                                           .kind = p->kind,
                                           .class = p->class,
                                           .epoch = p->epoch,
                                           .slot = p->slot,
                                           .gone = p->gone});
}

static void put_seal(Buf *out, const Record *r)
{
    const SealRecord *s = &r->seal;

    if (is_zero(&s->gone))
        record_put_seal(out, s);
    else
        record_put_seal(out, &(SealRecord){.case_id = s->case_id,
                                           .no = s->no,
                                           .class = s->class,
                                           .epoch = s->epoch,
                                           .slot = s->slot,
                                           .event = s->event,
                                           .gone = s->gone});
}

static void put_leaf(Buf *out, const Record *r)
{
    const LeafRecord *l = &r->leaf;

    if (l->purged)
        record_put_leaf(out,
                        &(LeafRecord){.index = l->index, .leaf = l->leaf, .purged = l->purged});
    else
        record_put_leaf(out, l);
}

#define GET(name)                                                                                  \
    static int get_##name(Str bytes, Record *ret)                                                  \
    {                                                                                              \
        return record_get_##name(bytes, &ret->name);                                               \
    }
#define PUT(name)                                                                                  \
    static void put_##name(Buf *out, const Record *r)                                              \
    {                                                                                              \
        record_put_##name(out, &r->name);                                                          \
    }
GET(head)
GET(event)
GET(part)
GET(seal)
GET(alert)
GET(leaf)
GET(request)
GET(staff)
GET(handover)
PUT(request)
PUT(staff)
PUT(handover)

static bool home_head(const Record *r, const StoreRow *row)
{
    return r->head.id == row->id;
}

static bool home_event(const Record *r, const StoreRow *row)
{
    return r->event.case_id == row->id && r->event.seq == row->no;
}

static bool home_part(const Record *r, const StoreRow *row)
{
    return r->part.case_id == row->id && r->part.no == row->no;
}

static bool home_seal(const Record *r, const StoreRow *row)
{
    return r->seal.case_id == row->id && r->seal.no == row->no;
}

static bool home_alert(const Record *r, const StoreRow *row)
{
    return r->alert.seq == row->id;
}

static bool home_leaf(const Record *r, const StoreRow *row)
{
    return r->leaf.index == row->id;
}

static bool home_staff(const Record *r, const StoreRow *row)
{
    return str_eq(name_str(&r->staff.name), row->name);
}

/* ---- tables ---- */

/* What a key is made of; the value of an index is a number or nothing. */
typedef enum KeyKind {
    KEY_ID,
    KEY_ID_NO,
    KEY_HASH,
    KEY_NAME,
    KEY_DUE,
    KEY_DAY_ID,
    KEY_DAY_HASH
} KeyKind;
typedef enum ValueKind { VALUE_RECORD, VALUE_BYTES, VALUE_NUMBER, VALUE_NONE } ValueKind;

typedef struct Table {
    const char *name;
    uint8_t key, value;
    Get *get;
    Put *put;
    Home *home; /* NULL: it says nothing of its key */
} Table;

static const Table tables[KV_TABLES] = {
    [KV_HEADS] = {"heads", KEY_ID, VALUE_RECORD, get_head, put_head, home_head},
    [KV_EVENTS] = {"events", KEY_ID_NO, VALUE_RECORD, get_event, put_event, home_event},
    [KV_PARTS] = {"parts", KEY_ID_NO, VALUE_RECORD, get_part, put_part, home_part},
    [KV_SEALS] = {"seals", KEY_ID_NO, VALUE_RECORD, get_seal, put_seal, home_seal},
    [KV_ALERTS] = {"alerts", KEY_ID, VALUE_RECORD, get_alert, put_alert, home_alert},
    [KV_LEAVES] = {"leaves", KEY_ID, VALUE_RECORD, get_leaf, put_leaf, home_leaf},
    [KV_WAITING] = {"waiting", KEY_ID, VALUE_RECORD, get_leaf, put_leaf, NULL},
    [KV_REQUESTS] = {"requests", KEY_HASH, VALUE_RECORD, get_request, put_request, NULL},
    [KV_STAFF] = {"staff", KEY_NAME, VALUE_RECORD, get_staff, put_staff, home_staff},
    [KV_META] = {"meta", KEY_NAME, VALUE_BYTES, NULL, NULL, NULL},
    [KV_DEFS] = {"defs", KEY_HASH, VALUE_BYTES, NULL, NULL, NULL},
    [KV_CODES] = {"codes", KEY_HASH, VALUE_NUMBER, NULL, NULL, NULL},
    [KV_NUMBERS] = {"numbers", KEY_NAME, VALUE_NUMBER, NULL, NULL, NULL},
    [KV_DUE] = {"due", KEY_DUE, VALUE_NONE, NULL, NULL, NULL},
    [KV_LISTED] = {"listed", KEY_DAY_ID, VALUE_NONE, NULL, NULL, NULL},
    [KV_EXPIRY] = {"expiry", KEY_DAY_HASH, VALUE_NONE, NULL, NULL, NULL},
    [KV_COUNTS] = {"counts", KEY_NAME, VALUE_NUMBER, NULL, NULL, NULL},
    [KV_HANDOVERS] = {"handovers", KEY_HASH, VALUE_RECORD, get_handover, put_handover, NULL},
};

/* Bytes of a key, but for names. */
static size_t key_width(uint8_t kind)
{
    static const size_t width[] = {
        [KEY_ID] = 8,   [KEY_ID_NO] = 8 + 4,  [KEY_HASH] = 32,        [KEY_NAME] = 0,
        [KEY_DUE] = 17, [KEY_DAY_ID] = 4 + 8, [KEY_DAY_HASH] = 4 + 32};

    return width[kind];
}

/* How much of it is the key of a value; the rest is the number of a piece. 0: it is no key. */
static size_t key_begin(const Table *t, Str key)
{
    const char *end;
    size_t len = key_width(t->key);

    if (t->key == KEY_NAME) {
        end = memchr(key.ptr, 0, key.len);
        len = end ? (size_t)(end - key.ptr) + 1 : 0;
        if (len < 2 || len > KEY_NAME_MAX + 1)
            return 0;
    }
    const bool pieces = t->value == VALUE_RECORD || t->value == VALUE_BYTES;
    return key.len == len || (pieces && key.len == len + 2) ? len : 0;
}

/* The key's numbers; false: one that no table has. */
static bool key_read(const Table *t, Str key, StoreRow *row)
{
    Wire w = wire_of(key.ptr, key.len);

    switch ((KeyKind)t->key) {
    case KEY_ID:
        return index_value(key, &row->id) == 0;
    case KEY_ID_NO:
        row->id = wire_u64(&w);
        row->no = wire_u32(&w);
        return row->id != UINT64_MAX;
    case KEY_NAME:
        row->name = (Str){key.ptr, key.len - 1};
        return true;
    case KEY_DUE:
        (void)wire_u64(&w);
        row->id = wire_u64(&w);
        return row->id != UINT64_MAX;
    case KEY_DAY_ID:
        row->day = key_day_back(wire_u32(&w));
        row->id = wire_u64(&w);
        return row->id != UINT64_MAX;
    case KEY_DAY_HASH:
        row->day = key_day_back(wire_u32(&w));
        break;
    case KEY_HASH:
        break;
    }
    wire_raw(&w, row->hash.b, sizeof(row->hash.b));
    return true;
}

/* ---- one row ---- */

/* A piece belongs to a value that is long enough for it. */
static uint8_t piece_wrong(Txn *t, KvTable table, Str key, size_t begin)
{
    Key of = {.len = begin};
    Wire no = wire_of(key.ptr + begin, key.len - begin);
    Str first;

    memcpy(of.b, key.ptr, begin);
    const size_t at = (size_t)wire_u16(&no) * PIECE_LEN;
    if (txn_get(t, table, &of, &first) || first.len < 5 || first.ptr[0] != 1)
        return ROW_PIECE;
    Wire w = wire_of(first.ptr + 1, 4);
    return at && at < wire_u32(&w) ? ROW_RIGHT : ROW_PIECE;
}

static uint8_t record_wrong(const Table *t, const StoreRow *row, Str bytes, int *ret_err)
{
    BUF_AUTO Buf again = {0};
    Record r;

    if (t->get(bytes, &r))
        return ROW_VALUE;
    if (t->home && !t->home(&r, row))
        return ROW_PLACE;
    buf_init(&again, RECORD_LEN_MAX);
    t->put(&again, &r);
    if (again.err == -ENOMEM)
        *ret_err = err_origin(again.err);
    return str_eq(buf_str(&again), bytes) ? ROW_RIGHT : ROW_MORE;
}

static uint8_t index_wrong(const Table *t, Str value, StoreRow *row)
{
    if (t->value == VALUE_NONE)
        return value.len ? ROW_MORE : ROW_RIGHT;
    return index_value(value, &row->number) ? ROW_VALUE : ROW_RIGHT;
}

static int row_read(Txn *t, KvTable table, Str key, Str value, StoreRow *row)
{
    const Table *of = &tables[table];
    BUF_AUTO Buf scratch = {0};
    const size_t begin = key_begin(of, key);
    Key whole = {.len = begin};
    int err = 0;

    row->wrong = ROW_KEY;
    if (!begin)
        return 0;
    row->is_piece = key.len > begin;
    if (row->is_piece) {
        row->wrong = piece_wrong(t, table, key, begin);
        return 0;
    }
    if (!key_read(of, key, row))
        return 0;
    if (of->value == VALUE_NUMBER || of->value == VALUE_NONE) {
        row->wrong = index_wrong(of, value, row);
        return 0;
    }
    memcpy(whole.b, key.ptr, begin);
    buf_init(&scratch, RECORD_LEN_MAX);
    const int r = value_get(t, table, &whole, &scratch, &value);
    if (r && r != STORE_BROKEN)
        return r;
    row->wrong = r ? ROW_VALUE : ROW_RIGHT;
    if (!r && of->value == VALUE_RECORD)
        row->wrong = record_wrong(of, row, value, &err);
    return err;
}

/* ---- all of them ---- */

/* The next key there can be; of one that is longer than any of ours, the first that begins
 * otherwise. False: there is none. */
static bool step_past(StoreScan *s, Str key)
{
    s->len = key.len < KV_KEY_MAX ? key.len : KV_KEY_MAX - 1;
    memcpy(s->from, key.ptr, s->len);
    if (key.len < KV_KEY_MAX) {
        s->from[s->len++] = 0;
        return true;
    }
    while (s->len && !++s->from[s->len - 1])
        s->len--;
    return s->len != 0;
}

int store_next_row(Txn *t, StoreScan *io, StoreRow *ret)
{
    for (; io->table < KV_TABLES; *io = (StoreScan){.table = io->table + 1}) {
        const uint8_t first[1] = {0};
        const Str from = io->len ? (Str){(const char *)io->from, io->len}
                                 : (Str){(const char *)first, sizeof(first)};
        Str key, value;
        int r = io->over ? STORE_UNKNOWN : txn_next(t, (KvTable)io->table, from, &key, &value);
        if (r == STORE_UNKNOWN)
            continue;
        if (r)
            return r;
        StoreRow row = {.table = tables[io->table].name};
        r = row_read(t, (KvTable)io->table, key, value, &row);
        if (r)
            return r;
        if (row.name.len) { /* key points into the store; the caller reads on */
            memcpy(io->name, row.name.ptr, row.name.len);
            row.name.ptr = io->name;
        }
        io->over = !step_past(io, key);
        *ret = row;
        return STORE_OK;
    }
    return STORE_UNKNOWN;
}
