/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/store/rows.h"

#include <string.h>

static const Row class_key_row[] = {
    ROW_UPTO(0, ClassKey, class, CLASSES - 1),
    ROW(0, ClassKey, epoch),
    ROW(0, ClassKey, public),
    ROW(0, ClassKey, signed_by_maker),
};
ROWS(rows_class_key, ClassKey, class_key_row);

static const Row head_row[] = {
    ROW(1, HeadRecord, id),
    ROW(2, HeadRecord, seal_id),
    ROW(3, HeadRecord, workflow),
    ROW(4, HeadRecord, workflow_version),
    ROW(5, HeadRecord, workflow_hash),
    ROW(6, HeadRecord, number),
    ROW(7, HeadRecord, register_no),
    ROW(8, HeadRecord, code_index),
    ROW(9, HeadRecord, code_box),
    ROW(10, HeadRecord, code_sign),
    ROW_ITEMS(11, HeadRecord, keys, n_keys, rows_class_key),
    ROW(12, HeadRecord, parts),
    ROW(13, HeadRecord, seals),
    ROW(14, HeadRecord, on_hold),
    ROW_OF(15, HeadRecord, c, rows_case),
};
ROWS(rows_head, HeadRecord, head_row);

void record_put_head(Buf *out, const HeadRecord *r)
{
    rows_put(out, &rows_head, r);
}

int record_get_head(Str bytes, HeadRecord *ret)
{
    HeadRecord r;

    if (rows_get(bytes, &rows_head, &r))
        return 1;
    memcpy(ret, &r, sizeof(r));
    return 0;
}
