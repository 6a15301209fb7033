/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/store/rows.h"

#include <errno.h>
#include <string.h>
#include <zlib.h>

enum { TAG_END = 255, END_LEN = 1 + 4 + 4 };

static const Row tag_row[] = {{.kind = ROW_RAW, .size = sizeof(Tag)}};
static const Row u8_row[] = {{.kind = ROW_INT, .size = 1}};
static const Row u64_row[] = {{.kind = ROW_INT, .size = 8}};
static const Row day_row[] = {{.kind = ROW_INT, .size = sizeof(Day)}};
ROWS(rows_tag, Tag, tag_row);
ROWS(rows_u8, uint8_t, u8_row);
ROWS(rows_u64, uint64_t, u64_row);
ROWS(rows_day, Day, day_row);

/* Tells a record that decayed from one that is whole; against people there are signatures and the
 * log. */
static uint32_t crc32_of(const uint8_t *p, size_t len)
{
    return (uint32_t)crc32_z(0, p, len);
}

static uint64_t int_load(const uint8_t *p, size_t size)
{
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;

    switch (size) {
    case 1:
        memcpy(&u8, p, sizeof(u8));
        return u8;
    case 2:
        memcpy(&u16, p, sizeof(u16));
        return u16;
    case 4:
        memcpy(&u32, p, sizeof(u32));
        return u32;
    default:
        memcpy(&u64, p, sizeof(u64));
        return u64;
    }
}

static void int_store(uint8_t *p, size_t size, uint64_t v)
{
    const uint8_t u8 = (uint8_t)v;
    const uint16_t u16 = (uint16_t)v;
    const uint32_t u32 = (uint32_t)v;

    switch (size) {
    case 1:
        memcpy(p, &u8, sizeof(u8));
        break;
    case 2:
        memcpy(p, &u16, sizeof(u16));
        break;
    case 4:
        memcpy(p, &u32, sizeof(u32));
        break;
    default:
        memcpy(p, &v, sizeof(v));
    }
}

static bool bytes_are_zero(const uint8_t *p, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (p[i])
            return false;
    return true;
}

static bool rows_are_blank(const Rows *rows, const uint8_t *base);

static bool row_is_blank(const Row *r, const uint8_t *base)
{
    Str s;

    switch ((RowKind)r->kind) {
    case ROW_STR:
        memcpy(&s, base + r->at, sizeof(s));
        return s.len == 0;
    case ROW_NAME:
        return base[r->at] == 0;
    case ROW_SUB:
        return rows_are_blank(r->of, base + r->at);
    case ROW_LIST:
        return base[r->count_at] == 0;
    case ROW_SPARSE:
        for (size_t i = 0; i < r->max; i++)
            if (!rows_are_blank(r->of, base + r->at + i * r->of->size))
                return false;
        return true;
    case ROW_INT:
        return int_load(base + r->at, r->size) == r->blank;
    case ROW_BOOL:
    case ROW_RAW:
        break;
    }
    return bytes_are_zero(base + r->at, r->size);
}

static bool rows_are_blank(const Rows *rows, const uint8_t *base)
{
    for (size_t i = 0; i < rows->n; i++)
        if (!row_is_blank(&rows->row[i], base))
            return false;
    return true;
}

/* ---- writing ---- */

/* Room for a length of `width` bytes, filled in once what follows is written. */
static size_t length_open(Buf *b, size_t width)
{
    const size_t at = b->len;

    (void)buf_room(b, width);
    return at;
}

static void length_close(Buf *b, size_t at, size_t width)
{
    if (b->err)
        return;
    const size_t len = b->len - at - width;
    for (size_t i = 0; i < width; i++)
        b->ptr[at + i] = (uint8_t)(len >> (8 * (width - 1 - i)));
}

static void value_put(Buf *b, const Row *r, const uint8_t *base);

static void item_put(Buf *b, const Rows *rows, const uint8_t *base)
{
    if (rows->n == 1) {
        value_put(b, rows->row, base);
        return;
    }

    const size_t at = length_open(b, 2);
    for (size_t i = 0; i < rows->n; i++) {
        const Row *r = &rows->row[i];
        if (r->kind == ROW_NAME)
            wire_put_u8(b, (uint8_t)strnlen((const char *)base + r->at, r->size));
        value_put(b, r, base);
    }
    length_close(b, at, 2);
}

static void sparse_put(Buf *b, const Row *r, const uint8_t *base)
{
    const size_t at = b->len;
    uint8_t n = 0;

    wire_put_u8(b, 0);
    for (size_t i = 0; i < r->max; i++) {
        const uint8_t *item = base + r->at + i * r->of->size;
        if (rows_are_blank(r->of, item))
            continue;
        wire_put_u8(b, (uint8_t)i);
        item_put(b, r->of, item);
        n++;
    }
    if (!b->err)
        b->ptr[at] = n;
}

static void list_put(Buf *b, const Row *r, const uint8_t *base)
{
    const uint8_t n = base[r->count_at];

    if (n > r->max) {
        b->err = -EMSGSIZE;
        return;
    }
    wire_put_u8(b, n);
    for (size_t i = 0; i < n; i++)
        item_put(b, r->of, base + r->at + i * r->of->size);
}

static void fields_put(Buf *b, const Rows *rows, const uint8_t *base)
{
    for (size_t i = 0; i < rows->n; i++) {
        const Row *r = &rows->row[i];
        if (row_is_blank(r, base))
            continue;
        wire_put_u8(b, r->tag);
        const size_t at = length_open(b, 4);
        value_put(b, r, base);
        length_close(b, at, 4);
    }
}

static void int_put(Buf *b, uint64_t v, size_t size)
{
    for (size_t i = size; i-- > 0;)
        wire_put_u8(b, (uint8_t)(v >> (8 * i)));
}

static void value_put(Buf *b, const Row *r, const uint8_t *base)
{
    const uint8_t *p = base + r->at;
    Str s;

    switch ((RowKind)r->kind) {
    case ROW_INT:
    case ROW_BOOL:
        int_put(b, int_load(p, r->size), r->size);
        break;
    case ROW_NAME:
        buf_add(b, p, strnlen((const char *)p, r->size));
        break;
    case ROW_RAW:
        buf_add(b, p, r->size);
        break;
    case ROW_STR:
        memcpy(&s, p, sizeof(s));
        buf_add_str(b, s);
        break;
    case ROW_SUB:
        fields_put(b, r->of, p);
        break;
    case ROW_LIST:
        list_put(b, r, base);
        break;
    case ROW_SPARSE:
        sparse_put(b, r, base);
        break;
    }
}

void rows_put(Buf *out, const Rows *rows, const void *record)
{
    const size_t at = out->len;

    wire_put_u8(out, RECORD_VERSION);
    fields_put(out, rows, record);
    const uint32_t crc = out->err ? 0 : crc32_of(out->ptr + at, out->len - at);
    wire_put_u8(out, TAG_END);
    wire_put_u32(out, 4);
    wire_put_u32(out, crc);
}

/* ---- reading ---- */

/* All items alike: the first is made blank, the others are copies of it. */
static void sparse_blank(const Row *r, uint8_t *first)
{
    rows_blank(r->of, first);
    for (size_t k = 1; k < r->max; k++)
        memcpy(first + k * r->of->size, first, r->of->size);
}

void rows_blank(const Rows *rows, void *record)
{
    uint8_t *base = record;

    for (size_t i = 0; i < rows->n; i++) {
        const Row *r = &rows->row[i];
        if (r->kind == ROW_INT && r->blank)
            int_store(base + r->at, r->size, r->blank);
        else if (r->kind == ROW_SUB)
            rows_blank(r->of, base + r->at);
        else if (r->kind == ROW_SPARSE)
            sparse_blank(r, base + r->at);
    }
}

static Wire wire_take(Wire *w, size_t len)
{
    if (w->failed || w->len < len) {
        w->failed = true;
        return wire_of(NULL, 0);
    }
    const Wire taken = wire_of(w->ptr, len);
    w->ptr += len;
    w->len -= len;
    return taken;
}

static void value_get(Wire *w, const Row *r, uint8_t *base);

static void item_get(Wire *w, const Rows *rows, uint8_t *base)
{
    if (rows->n == 1) {
        value_get(w, rows->row, base);
        return;
    }

    const size_t len = wire_u16(w);
    Wire item = wire_take(w, len);
    /* An older record ends between two rows; a newer one goes on after the last. */
    for (size_t i = 0; i < rows->n && item.len; i++) {
        const Row *r = &rows->row[i];
        if (r->kind == ROW_NAME) {
            const size_t name_len = wire_u8(&item);
            Wire name = wire_take(&item, name_len);
            value_get(&name, r, base);
            item.failed = item.failed || name.failed;
        } else {
            value_get(&item, r, base);
        }
    }
    w->failed = w->failed || item.failed;
}

static void list_get(Wire *w, const Row *r, uint8_t *base)
{
    const uint8_t n = wire_u8(w);

    if (n > r->max) {
        w->failed = true;
        return;
    }
    for (size_t i = 0; i < n && !w->failed; i++) {
        uint8_t *item = base + r->at + i * r->of->size;
        rows_blank(r->of, item);
        item_get(w, r->of, item);
    }
    base[r->count_at] = n;
}

static void sparse_get(Wire *w, const Row *r, uint8_t *base)
{
    const uint8_t n = wire_u8(w);
    size_t next = 0;

    for (size_t k = 0; k < n && !w->failed; k++) {
        const size_t i = wire_u8(w);
        if (i < next || i >= r->max) {
            w->failed = true;
            return;
        }
        item_get(w, r->of, base + r->at + i * r->of->size);
        next = i + 1;
    }
}

static void name_get(Wire *w, const Row *r, uint8_t *p)
{
    const size_t len = w->len;

    if (len >= r->size || (len && memchr(w->ptr, 0, len))) {
        w->failed = true;
        return;
    }
    wire_raw(w, p, len);
}

static void int_get(Wire *w, const Row *r, uint8_t *p)
{
    const uint64_t largest = r->kind == ROW_BOOL ? 1 : r->top ? r->top : UINT64_MAX;
    uint64_t v = 0;

    for (size_t i = 0; i < r->size; i++)
        v = v << 8 | wire_u8(w);
    if (v > largest)
        w->failed = true;
    else
        int_store(p, r->size, v);
}

/* Fields up to the end of w, or up to the end mark, which only the record itself has. */
static void fields_get(Wire *w, const Rows *rows, uint8_t *base, bool *ret_ended)
{
    uint8_t tag, before = 0;
    Wire content;
    size_t i = 0;

    while (wire_field(w, &tag, &content)) {
        if (tag <= before) {
            w->failed = true;
            return;
        }
        before = tag;
        if (ret_ended && tag == TAG_END) {
            *ret_ended = w->len == 0;
            return;
        }
        while (i < rows->n && rows->row[i].tag < tag)
            i++;
        if (i == rows->n || rows->row[i].tag != tag)
            continue;
        value_get(&content, &rows->row[i], base);
        if (!wire_end(&content)) {
            w->failed = true;
            return;
        }
    }
}

static void value_get(Wire *w, const Row *r, uint8_t *base)
{
    uint8_t *p = base + r->at;

    switch ((RowKind)r->kind) {
    case ROW_INT:
    case ROW_BOOL:
        int_get(w, r, p);
        break;
    case ROW_NAME:
        name_get(w, r, p);
        break;
    case ROW_RAW:
        wire_raw(w, p, r->size);
        break;
    case ROW_STR: {
        const Str s = {(const char *)w->ptr, w->len};
        memcpy(p, &s, sizeof(s));
        (void)wire_take(w, w->len);
        break;
    }
    case ROW_SUB:
        fields_get(w, r->of, p, NULL);
        break;
    case ROW_LIST:
        list_get(w, r, base);
        break;
    case ROW_SPARSE:
        sparse_get(w, r, base);
        break;
    }
}

static bool end_is_right(Str bytes)
{
    if (bytes.len < 1 + END_LEN)
        return false;

    const size_t body = bytes.len - END_LEN;
    const uint8_t *p = (const uint8_t *)bytes.ptr;
    Wire end = wire_of(p + body, END_LEN);
    return wire_u8(&end) == TAG_END && wire_u32(&end) == 4 &&
           wire_u32(&end) == crc32_of(p, body) && !end.failed;
}

int rows_get(Str bytes, const Rows *rows, void *record)
{
    bool ended = false;

    memset(record, 0, rows->size);
    rows_blank(rows, record);
    if (!end_is_right(bytes))
        return 1;
    Wire w = wire_of(bytes.ptr, bytes.len);
    if (wire_u8(&w) == 0)
        return 1;
    fields_get(&w, rows, record, &ended);
    return w.failed || !ended;
}
