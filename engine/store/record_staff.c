/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of a sign-in, the example of tests/golden/records/staff-1.hex:
 *
 *   01                                                     version
 *   01 00000007 73 6f 6d 63 68 61 69                       name
 *   02 00000020 41 (32 times)                              auth_index
 *   03 00000007 77 72 61 70 70 65 64                       wrapped
 *   04 00000008 00 00 00 00 69 64 6a b8                    changed
 *   ff 00000004 7a bd 6c 24                                CRC-32
 *
 * staff_whole-1.hex has the rest too: 05 disabled, 06 recovery_index, 07 recovery_wrapped,
 * 08 former.
 */
#include "engine/store/rows.h"

#include <string.h>

static const Row staff_row[] = {
    ROW(1, StaffRecord, name),
    ROW(2, StaffRecord, auth_index),
    ROW(3, StaffRecord, wrapped),
    ROW(4, StaffRecord, changed),
    ROW(5, StaffRecord, disabled),
    ROW(6, StaffRecord, recovery_index),
    ROW(7, StaffRecord, recovery_wrapped),
    ROW(8, StaffRecord, former),
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
