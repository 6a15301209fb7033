/* SPDX-License-Identifier: Apache-2.0 */
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
