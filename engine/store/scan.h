/* SPDX-License-Identifier: Apache-2.0 */
/* Every row of every table as it lies there, for whoever looks for what should not lie there. */
#pragma once

#include "engine/store/store.h"

typedef enum RowWrong {
    ROW_RIGHT,
    ROW_KEY,   /* no key of this table */
    ROW_PIECE, /* a further piece of no value */
    ROW_VALUE, /* not readable */
    ROW_MORE,  /* holds something that nobody would write: a field that no version knows, something
                * bare beside what is covered, or beside the hash of what was destroyed */
    ROW_PLACE, /* its record is of another key */
} RowWrong;

enum { SCAN_KEY_MAX = 96 /* bytes */ };

/* Where a walk through all rows stands; begins zeroed. */
typedef struct StoreScan {
    uint8_t table;
    bool over; /* of this table */
    uint8_t from[SCAN_KEY_MAX];
    size_t len;
    char name[SCAN_KEY_MAX];
} StoreScan;

/* What of a row its key says, whichever of these its table has. */
typedef struct StoreRow {
    const char *table;
    uint8_t wrong; /* RowWrong; ROW_KEY: the rest is blank */
    bool is_piece;
    uint64_t id;
    uint32_t no;
    Day day;
    Bytes32 hash;
    Str name;        /* lives in the scan until the next row */
    uint64_t number; /* value of an index of numbers */
} StoreRow;

/* The next row, table by table, by their keys. STORE_OK, STORE_UNKNOWN (the end), STORE_IO, -ENOMEM. */
int store_next_row(Txn *t, StoreScan *io, StoreRow *ret);
