/* SPDX-License-Identifier: Apache-2.0 */
/* An alert, the example of tests/golden/records/alert-1.hex:
 *
 *   01                                                     version
 *   01 00000008 00 00 00 00 00 00 00 09                    seq
 *   02 00000008 00 00 00 00 00 00 00 07                    case_id
 *   03 00000007 36 39 2d 30 30 30 37                       number
 *   04 00000007 67 65 6e 65 72 61 6c                       workflow
 *   05 00000006 61 6e 73 77 65 72                          deadline
 *   07 00000001 02                                         kind
 *   09 00000004 00 00 50 01                                day
 *   0a 00000004 00 00 50 00                                due
 *   0b 00000004 00 00 00 40                                to
 *   0c 00000010 a1 (16 times)                              assignee
 *   0d 00000005 77 6f 72 6b 73                             unit
 *   ff 00000004 5a ff ef 6c                                CRC-32
 *
 * Of a protected case there are 01 and 11 alone: 11 holds the rest as an alert's record of its own,
 * covered (covered.c; alert_covered-1.hex).
 */
#include "engine/store/rows.h"

#include <string.h>

static const Row alert_row[] = {
    ROW(1, AlertRecord, seq),
    ROW(2, AlertRecord, case_id),
    ROW(3, AlertRecord, number),
    ROW(4, AlertRecord, workflow),
    ROW(5, AlertRecord, deadline),
    ROW(6, AlertRecord, protected),
    ROW(7, AlertRecord, kind),
    ROW(8, AlertRecord, rung),
    ROW(9, AlertRecord, day),
    ROW(10, AlertRecord, due),
    ROW(11, AlertRecord, to),
    ROW(12, AlertRecord, assignee),
    ROW(13, AlertRecord, unit),
    ROW(14, AlertRecord, draft),
    ROW(15, AlertRecord, task),
    ROW(16, AlertRecord, workflow_hash),
    ROW(17, AlertRecord, covered),
};
ROWS(rows_alert, AlertRecord, alert_row);

void record_put_alert(Buf *out, const AlertRecord *r)
{
    rows_put(out, &rows_alert, r);
}

int record_get_alert(Str bytes, AlertRecord *ret)
{
    AlertRecord r;

    if (rows_get(bytes, &rows_alert, &r))
        return 1;
    memcpy(ret, &r, sizeof(r));
    return 0;
}
