/* SPDX-License-Identifier: Apache-2.0 */
/* Records as tables: one row says tag, member and kind, and serves writing and reading alike.
 *
 * A record is   u8 version | field... | u8 255, u32 4, u32 CRC-32 of all before this field
 * a field is    u8 tag, u32 length, value         tags ascend; a blank member is left out
 *
 * Values: integers big-endian in the width of the member; byte arrays as they are; names and
 * texts without an end mark; a structure as its own fields; a list as u8 count and its items; a
 * sparse array as u8 count and, for each element that is not blank, u8 index and the item. An item
 * of one row is written bare; another one is u16 length and its rows in order without tags, names
 * and lists with a u8 length or count before them. Blank is zero or empty, or what ROW_BLANK says.
 *
 * What a later version adds is a new tag, or a new row at the end of an item: older readers pass
 * over both, newer ones find blanks in older records. A tag or a row once released keeps its
 * meaning for ever. */
#pragma once

#include "base/wire.h"
#include "engine/store/record.h"

typedef enum RowKind {
    ROW_INT,
    ROW_BOOL,
    ROW_NAME,
    ROW_RAW,
    ROW_STR,    /* not in items; points into the record */
    ROW_SUB,    /* not in items */
    ROW_LIST,
    ROW_SPARSE, /* not in items */
} RowKind;

typedef struct Rows Rows;
typedef struct Row {
    uint8_t tag; /* 1 to 254, ascending; unused in items */
    uint8_t kind;
    uint8_t max;       /* lists: elements the member holds; longer ones are broken */
    uint8_t top;       /* integers: largest value that is not broken; 0: any */
    uint32_t at, size; /* offset in the structure; bytes of the member */
    uint32_t count_at; /* lists: offset of the u8 count */
    const Rows *of;    /* lists and structures: what is inside */
    uint64_t blank;    /* integers: the value that is left out and found when absent */
} Row;

struct Rows {
    const Row *row;
    size_t n;
    size_t size; /* bytes of the structure */
};

/* The kind follows from the member's type; a type without a kind does not compile. */
#define ROW_KIND(T, m)                                                                             \
    _Generic(((T *)0)->m, bool: ROW_BOOL, uint8_t: ROW_INT, uint16_t: ROW_INT, uint32_t: ROW_INT,  \
             uint64_t: ROW_INT, int32_t: ROW_INT, int64_t: ROW_INT, Name: ROW_NAME, Tag: ROW_RAW,  \
             Bytes32: ROW_RAW, Bytes64: ROW_RAW, Str: ROW_STR)
#define ROW_AT(T, m) .at = (uint32_t)offsetof(T, m), .size = (uint32_t)sizeof(((T *)0)->m)
#define ROW(t, T, m) {.tag = (t), .kind = ROW_KIND(T, m), ROW_AT(T, m)}
#define ROW_UPTO(t, T, m, largest)                                                                 \
    {.tag = (t), .kind = ROW_KIND(T, m), .top = (largest), ROW_AT(T, m)}
#define ROW_BLANK(t, T, m, value)                                                                  \
    {.tag = (t), .kind = ROW_KIND(T, m), ROW_AT(T, m), .blank = (value)}
/* A day that may be none. */
#define ROW_DAY(t, T, m) ROW_BLANK(t, T, m, (uint32_t)DAY_NONE)
#define ROW_OF(t, T, m, rows) {.tag = (t), .kind = ROW_SUB, ROW_AT(T, m), .of = &(rows)}
#define ROW_COUNT(T, m) (sizeof(((T *)0)->m) / sizeof(((T *)0)->m[0]))
#define ROW_ITEMS(t, T, m, n_m, rows)                                                              \
    {.tag = (t), .kind = ROW_LIST, .max = (uint8_t)ROW_COUNT(T, m), ROW_AT(T, m),                  \
     .count_at = (uint32_t)offsetof(T, n_m), .of = &(rows)}
#define ROW_SOME(t, T, m, rows)                                                                    \
    {.tag = (t), .kind = ROW_SPARSE, .max = (uint8_t)ROW_COUNT(T, m), ROW_AT(T, m), .of = &(rows)}
#define ROWS(name, T, table)                                                                       \
    const Rows name = {.row = (table), .n = sizeof(table) / sizeof((table)[0]), .size = sizeof(T)}

/* Items of one plain value. */
extern const Rows rows_tag, rows_u8, rows_u64, rows_day;
/* Parts shared by several records. */
extern const Rows rows_case, rows_inputs, rows_step, rows_class_key;
extern const Rows rows_head, rows_event, rows_part, rows_seal, rows_alert, rows_staff, rows_leaf,
    rows_request, rows_handover;

/* Makes a zeroed structure blank. */
void rows_blank(const Rows *rows, void *record);

void rows_put(Buf *out, const Rows *rows, const void *record);
/* `record` is blanked first (its padding too) and half-filled when the answer is 1: broken. */
int rows_get(Str bytes, const Rows *rows, void *record);
