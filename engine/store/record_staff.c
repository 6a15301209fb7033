/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/store/rows.h"

#include <string.h>

static const Row staff_row[] = {
    ROW(1, StaffRecord, name),
    ROW(2, StaffRecord, auth_index),
    ROW(3, StaffRecord, wrapped),
    ROW(4, StaffRecord, changed),
    ROW(5, StaffRecord, disabled),
};
ROWS(rows_staff, StaffRecord, staff_row);

void record_put_staff(Buf *out, const StaffRecord *r)
{
    rows_put(out, &rows_staff, r);
}

int record_get_staff(Str bytes, StaffRecord *ret)
{
    StaffRecord r;

    if (rows_get(bytes, &rows_staff, &r))
        return 1;
    memcpy(ret, &r, sizeof(r));
    return 0;
}
