/* SPDX-License-Identifier: Apache-2.0 */
/* A sealed part, the example of tests/golden/records/part-1.hex:
 *
 *   01                                                     version
 *   01 00000008 00 00 00 00 00 00 00 07                    case_id
 *   02 00000004 00 00 00 01                                no
 *   03 00000004 00 00 00 03                                event
 *   04 00000001 06                                         kind
 *   05 00000001 02                                         class
 *   06 00000002 00 01                                      epoch
 *   0b 00000006 73 65 61 6c 65 64                          sealed
 *   ff 00000004 c1 b5 9d 9c                                CRC-32
 *
 * A case key sealed to a reader, the example of tests/golden/records/seal-1.hex:
 *
 *   01                                                     version
 *   01 00000008 00 00 00 00 00 00 00 07                    case_id
 *   02 00000004 00 00 00 02                                no
 *   03 00000001 02                                         class
 *   04 00000002 00 01                                      epoch
 *   05 00000001 04                                         slot
 *   06 00000010 a2 (16 times)                              reader
 *   07 00000004 00 00 00 03                                event
 *   09 00000010 a1 (16 times)                              granted_by
 *   0a 00000040 31 (64 times)                              signature
 *   0b 00000020 32 (32 times)                              nonce
 *   0c 00000003 6b 65 79                                   sealed
 *   ff 00000004 7f 2a 8b f5                                CRC-32
 *
 * In a protected case 0d of a part that has a holder and 0e of a seal are 01: the tags in it are
 * masked, each with another mask (engine/desk/mask.c; part_masked-1.hex, seal_masked-1.hex).
 */
#include "engine/store/rows.h"

#include <string.h>

enum { PART_TAG_KIND = 4 };

static const Row part_row[] = {
    ROW(1, PartRecord, case_id),
    ROW(2, PartRecord, no),
    ROW(3, PartRecord, event),
    ROW(PART_TAG_KIND, PartRecord, kind),
    ROW(5, PartRecord, class),
    ROW(6, PartRecord, epoch),
    ROW(7, PartRecord, slot),
    ROW(8, PartRecord, holder),
    ROW(9, PartRecord, commit),
    ROW(10, PartRecord, file),
    ROW(11, PartRecord, sealed),
    ROW(12, PartRecord, gone),
    ROW(13, PartRecord, masked),
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
    ROW(13, SealRecord, gone),
    ROW(14, SealRecord, masked),
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

int record_part_kind(Str begin, uint8_t *ret)
{
    Wire w = wire_of(begin.ptr, begin.len), content;
    uint8_t tag = 0;

    (void)wire_u8(&w);
    while (tag < PART_TAG_KIND && wire_field(&w, &tag, &content))
        ;
    if (tag != PART_TAG_KIND)
        return 1;
    const uint8_t kind = wire_u8(&content);
    if (!wire_end(&content))
        return 1;
    *ret = kind;
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
