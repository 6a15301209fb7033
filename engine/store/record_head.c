/* SPDX-License-Identifier: Apache-2.0 */
/* The head of a case, the example of tests/golden/records/head-1.hex:
 *
 *   01                                                     version
 *   01 00000008 00 00 00 00 00 00 00 07                    id
 *   02 00000008 70 71 72 73 74 75 76 77                    seal_id
 *   03 00000007 67 65 6e 65 72 61 6c                       workflow
 *   04 00000004 00 00 00 01                                workflow_version
 *   05 00000020 11 (32 times)                              workflow_hash
 *   06 00000007 36 39 2d 30 30 30 37                       number
 *   07 00000007 31 32 2f 32 35 36 39                       register_no
 *   08 00000020 12 (32 times)                              code_index
 *   09 00000020 13 (32 times)                              code_box
 *   0a 00000020 14 (32 times)                              code_sign
 *   0b 00000066                                            keys
 *     01 00 63 02 00 01 15 15 15 15 15 15 15 15 15 15 15 15 15 15
 *     15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 00 00
 *     00 (20 times)
 *     00 (20 times)
 *     00 (20 times)
 *     00 00
 *   0c 00000004 00 00 00 02                                parts
 *   0d 00000004 00 00 00 03                                seals
 *   0f 000000aa                                            c
 *     ...                                                  as in record_case.c
 *   10 00000020 23 (32 times)                              calendar_hash
 *   11 00000020 24 (32 times)                              settings_hash
 *   ff 00000004 20 86 55 42                                CRC-32
 *
 * In a protected case 0f is missing: 12 holds it, covered (covered.c; head_covered-1.hex).
 */
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
    ROW_OF(15, HeadRecord, c, rows_case),
    ROW(16, HeadRecord, calendar_hash),
    ROW(17, HeadRecord, settings_hash),
    ROW(18, HeadRecord, covered),
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
