/* SPDX-License-Identifier: Apache-2.0 */
/* A leaf of the log, the example of tests/golden/records/leaf-1.hex:
 *
 *   01                                                     version
 *   01 00000008 00 00 00 00 00 00 00 0c                    index
 *   02 00000001 01                                         kind
 *   03 00000008 00 00 00 00 00 00 00 07                    case_id
 *   04 00000004 00 00 00 03                                event
 *   05 00000004 00 00 4f f4                                day
 *   06 00000010 a1 (16 times)                              person
 *   07 00000020 51 (32 times)                              content
 *   08 00000020 52 (32 times)                              blinder
 *   09 00000020 53 (32 times)                              leaf
 *   ff 00000004 98 97 b2 57                                CRC-32
 */
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
    ROW(10, LeafRecord, purged),
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
