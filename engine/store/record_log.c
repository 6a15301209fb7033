/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/store/rows.h"

#include <string.h>

static const Row leaf_row[] = {
    ROW(1, LeafRecord, index),
    ROW(2, LeafRecord, kind),
    ROW(3, LeafRecord, case_id),
    ROW(4, LeafRecord, event),
    ROW(5, LeafRecord, day),
    ROW(6, LeafRecord, person),
    ROW(7, LeafRecord, content),
    ROW(8, LeafRecord, blinder),
    ROW(9, LeafRecord, leaf),
};
ROWS(rows_leaf, LeafRecord, leaf_row);

void record_put_leaf(Buf *out, const LeafRecord *r)
{
    rows_put(out, &rows_leaf, r);
}

int record_get_leaf(Str bytes, LeafRecord *ret)
{
    LeafRecord r;

    if (rows_get(bytes, &rows_leaf, &r))
        return 1;
    memcpy(ret, &r, sizeof(r));
    return 0;
}
