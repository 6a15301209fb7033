/* SPDX-License-Identifier: Apache-2.0 */
/* A hand-over, the example of tests/golden/records/handover-1.hex:
 *
 *   01                                                     version
 *   01 0000000b 73 65 61 6c 65 64 20 63 6f 64 65           sealed
 *   ff 00000004 d0 9a 3a 3a                                CRC-32
 *
 * Newer ones have `until` as field 2 (handover_until-1.hex).
 */
#include "engine/store/rows.h"

#include <string.h>

static const Row handover_row[] = {
    ROW(1, HandoverRecord, sealed),
    ROW_DAY(2, HandoverRecord, until),
};
ROWS(rows_handover, HandoverRecord, handover_row);

void record_put_handover(Buf *out, const HandoverRecord *r)
{
    rows_put(out, &rows_handover, r);
}

int record_get_handover(Str bytes, HandoverRecord *ret)
{
    HandoverRecord r;

    if (rows_get(bytes, &rows_handover, &r))
        return 1;
    memcpy(ret, &r, sizeof(r));
    return 0;
}
