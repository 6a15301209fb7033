/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/store/rows.h"

#include <string.h>

static const Row part_row[] = {
    ROW(1, PartRecord, case_id),
    ROW(2, PartRecord, no),
    ROW(3, PartRecord, event),
    ROW(4, PartRecord, kind),
    ROW_UPTO(5, PartRecord, class, CLASSES - 1),
    ROW(6, PartRecord, epoch),
    ROW(7, PartRecord, slot),
    ROW(8, PartRecord, holder),
    ROW(9, PartRecord, commit),
    ROW(10, PartRecord, file),
    ROW(11, PartRecord, sealed),
};
ROWS(rows_part, PartRecord, part_row);

static const Row seal_row[] = {
    ROW(1, SealRecord, case_id),
    ROW(2, SealRecord, no),
    ROW_UPTO(3, SealRecord, class, CLASSES - 1),
    ROW(4, SealRecord, epoch),
    ROW(5, SealRecord, slot),
    ROW(6, SealRecord, reader),
    ROW(7, SealRecord, event),
    ROW(8, SealRecord, expires),
    ROW(9, SealRecord, granted_by),
    ROW(10, SealRecord, signature),
    ROW(11, SealRecord, nonce),
    ROW(12, SealRecord, sealed),
};
ROWS(rows_seal, SealRecord, seal_row);

void record_put_part(Buf *out, const PartRecord *r)
{
    rows_put(out, &rows_part, r);
}

int record_get_part(Str bytes, PartRecord *ret)
{
    PartRecord r;

    if (rows_get(bytes, &rows_part, &r))
        return 1;
    memcpy(ret, &r, sizeof(r));
    return 0;
}

void record_put_seal(Buf *out, const SealRecord *r)
{
    rows_put(out, &rows_seal, r);
}

int record_get_seal(Str bytes, SealRecord *ret)
{
    SealRecord r;

    if (rows_get(bytes, &rows_seal, &r))
        return 1;
    memcpy(ret, &r, sizeof(r));
    return 0;
}
