/* SPDX-License-Identifier: Apache-2.0 */
/* Records of which a part lies covered. Everybody above the store sees them whole. */
#include "base/err.h"
#include "engine/store/inner.h"

#include <errno.h>
#include <string.h>

enum { PLAIN_MAX = 1 << 16 };

void head_split(const HeadRecord *r, Buf *plain, HeadRecord *ret_rest)
{
    record_put_case(plain, &r->c);
    memcpy(ret_rest, r, sizeof(*r));
    case_init(&ret_rest->c);
}

/* Two events, each blank where the other is not. */
void event_split(const EventRecord *r, Buf *plain, EventRecord *ret_rest)
{
    static const EventRecord blank;
    EventRecord inner;

    memcpy(&inner, &blank, sizeof(inner));
    inner.step = r->step;
    inner.number = r->number;
    inner.order_no = r->order_no;
    inner.linked_no = r->linked_no;
    inner.held = r->held;
    inner.decides = r->decides;
    inner.signature = r->signature;
    inner.salt = r->salt;
    record_put_event(plain, &inner);
    memcpy(ret_rest, r, sizeof(*r));
    ret_rest->step = blank.step;
    ret_rest->number = blank.number;
    ret_rest->order_no = blank.order_no;
    ret_rest->linked_no = blank.linked_no;
    ret_rest->held = false;
    ret_rest->decides = 0;
    ret_rest->signature = blank.signature;
    ret_rest->salt = blank.salt;
}

/* 0, STORE_BROKEN, negative. */
static int open_covered(const Store *s, uint64_t id, uint32_t no, Str covered, Buf *plain)
{
    buf_init(plain, PLAIN_MAX);
    if (!s->cover.uncover)
        return STORE_BROKEN;
    const int r = s->cover.uncover(s->cover.key, id, no, covered, plain);
    return r > 0 ? STORE_BROKEN : r;
}

int head_join(const Store *s, HeadRecord *r)
{
    BUF_AUTO Buf plain = {0};

    if (!r->covered.len)
        return STORE_OK;
    const int opened = open_covered(s, r->id, COVERED_HEAD, r->covered, &plain);
    if (opened)
        return opened;
    r->covered = (Str){0};
    r->covers = true;
    return record_get_case(buf_str(&plain), &r->c) ? STORE_BROKEN : STORE_OK;
}

int event_join(const Store *s, EventRecord *r)
{
    BUF_AUTO Buf plain = {0};
    EventRecord inner;

    if (!r->covered.len)
        return STORE_OK;
    const int opened = open_covered(s, r->case_id, r->seq, r->covered, &plain);
    if (opened)
        return opened;
    if (record_get_event(buf_str(&plain), &inner))
        return STORE_BROKEN;
    r->step = inner.step;
    r->number = inner.number;
    r->order_no = inner.order_no;
    r->linked_no = inner.linked_no;
    r->held = inner.held;
    r->decides = inner.decides;
    r->signature = inner.signature;
    r->salt = inner.salt;
    r->covered = (Str){0};
    r->covers = true;
    return STORE_OK;
}

/* Inside lies a whole record, whose number says which row it was made for. */
int alert_put(const Store *s, const AlertRecord *r, Buf *out)
{
    BUF_AUTO Buf plain = {0}, covered = {0};
    AlertRecord bare = {.seq = r->seq};

    if (!r->covers) {
        record_put_alert(out, r);
        return out->err;
    }
    if (!s->cover.cover)
        return err_origin(-EINVAL);
    buf_init(&plain, PLAIN_MAX);
    buf_init(&covered, 2 * PLAIN_MAX);
    record_put_alert(&plain, r);
    if (plain.err)
        return err_origin(plain.err);
    TRY(s->cover.cover(s->cover.key, r->seq, COVERED_ALERT, buf_str(&plain), &covered));
    bare.covered = buf_str(&covered);
    record_put_alert(out, &bare);
    return out->err;
}

int alert_join(const Store *s, AlertRecord *r)
{
    BUF_AUTO Buf plain = {0};
    AlertRecord whole;

    if (!r->covered.len)
        return STORE_OK;
    const int opened = open_covered(s, r->seq, COVERED_ALERT, r->covered, &plain);
    if (opened)
        return opened;
    if (record_get_alert(buf_str(&plain), &whole) || whole.covered.len || whole.seq != r->seq)
        return STORE_BROKEN;
    *r = whole;
    r->covers = true;
    return STORE_OK;
}

static int put_head(Txn *t, const Op *op, Str covered)
{
    BUF_AUTO Buf bytes = {0};
    HeadRecord r;

    buf_init(&bytes, RECORD_LEN_MAX);
    memcpy(&r, op->record, sizeof(r));
    r.covered = covered;
    record_put_head(&bytes, &r);
    return bytes.err ? bytes.err : value_put(t, KV_HEADS, &op->key, buf_str(&bytes));
}

static int put_event(Txn *t, const Op *op, Str covered)
{
    BUF_AUTO Buf bytes = {0};
    EventRecord r;

    buf_init(&bytes, RECORD_LEN_MAX);
    memcpy(&r, op->record, sizeof(r));
    r.covered = covered;
    record_put_event(&bytes, &r);
    return bytes.err ? bytes.err : value_put(t, KV_EVENTS, &op->key, buf_str(&bytes));
}

int covered_put(Txn *t, const Op *op)
{
    BUF_AUTO Buf covered = {0};
    const StoreCover *c = &t->store->cover;
    bool head = op->table == KV_HEADS;
    uint64_t id;
    uint32_t no = COVERED_HEAD;

    if (!c->cover)
        return err_origin(-EINVAL);
    buf_init(&covered, 2 * PLAIN_MAX);
    if (head) {
        id = ((const HeadRecord *)op->record)->id;
    } else {
        id = ((const EventRecord *)op->record)->case_id;
        no = ((const EventRecord *)op->record)->seq;
    }
    TRY(c->cover(c->key, id, no, op->value, &covered));
    return head ? put_head(t, op, buf_str(&covered)) : put_event(t, op, buf_str(&covered));
}
