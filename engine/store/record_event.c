/* SPDX-License-Identifier: Apache-2.0 */
/* An event, the example of tests/golden/records/event-1.hex:
 *
 *   01                                                     version
 *   01 00000008 00 00 00 00 00 00 00 07                    case_id
 *   02 00000004 00 00 00 03                                seq
 *   03 0000009c                                            step
 *     ...                                                  as the step below
 *   04 00000004 00 00 00 01                                first_part
 *   05 00000004 00 00 00 01                                n_parts
 *   06 00000004 00 00 00 03                                first_seal
 *   08 00000007 31 32 2f 32 35 36 39                       number
 *   13 00000001 01                                         held
 *   15 00000008 ff (8 times)                               log_leaf
 *   16 00000040 21 (64 times)                              signature
 *   17 00000020 22 (32 times)                              content
 *   18 00000020 23 (32 times)                              calendar_hash
 *   ff 00000004 57 fa fc e7                                CRC-32
 *
 * In a protected case 03, 08, 12, 13, 14, 16, 1b and 1e are missing: 1d holds them as an event's record
 * of their own, covered (covered.c; event_covered-1.hex).
 *
 * A step, the example of tests/golden/records/step-1.hex:
 *
 *   01                                                     version
 *   01 00000001 01                                         kind
 *   02 00000001 07                                         action
 *   03 00000001 ff                                         deadline
 *   04 00000001 01                                         has_rev
 *   05 00000004 00 00 00 02                                if_rev
 *   06 00000001 01                                         actor.kind
 *   07 00000010 a1 (16 times)                              actor.tag
 *   08 00000004 00 00 00 20                                actor.roles
 *   0a 00000005 77 6f 72 6b 73                             actor.unit
 *   0d 00000008 00 00 00 00 69 68 5f 38                    at
 *   0e 00000004 00 00 4f f4                                day
 *   0f 00000004 80 00 00 00                                received
 *   10 00000029                                            in
 *     01 00000008 00 00 00 00 00 00 00 20                  given.bits[0]
 *     03 00000001 01                                       message
 *     09 00000011 01 e1 e1 e1 e1 e1 e1 e1 e1 e1 e1 e1 e1 e1 e1 e1 e1  excluded
 *   ff 00000004 d4 b6 fb 2f                                CRC-32
 */
#include "engine/store/rows.h"

#include <string.h>

static const Row step_row[] = {
    ROW_UPTO(1, Step, kind, STEP_KINDS - 1),
    ROW(2, Step, action),
    ROW(3, Step, deadline),
    ROW(4, Step, has_rev),
    ROW(5, Step, if_rev),
    ROW_UPTO(6, Step, actor.kind, ACTOR_SYSTEM),
    ROW(7, Step, actor.tag),
    ROW(8, Step, actor.roles),
    ROW(9, Step, actor.unit_roles),
    ROW(10, Step, actor.unit),
    ROW(11, Step, actor.delegated),
    ROW(12, Step, actor.delegator),
    ROW(13, Step, at),
    ROW(14, Step, day),
    ROW(15, Step, received),
    ROW_OF(16, Step, in, rows_inputs),
    ROW(17, Step, opened),
    ROW(18, Step, classes),
    ROW(19, Step, ground),
    ROW(20, Step, halves),
};
ROWS(rows_step, Step, step_row);

static const Row event_row[] = {
    ROW(1, EventRecord, case_id),
    ROW(2, EventRecord, seq),
    ROW_OF(3, EventRecord, step, rows_step),
    ROW(4, EventRecord, first_part),
    ROW(5, EventRecord, n_parts),
    ROW(6, EventRecord, first_seal),
    ROW(7, EventRecord, n_seals),
    ROW(8, EventRecord, number),
    ROW(9, EventRecord, new_number),
    ROW(10, EventRecord, seal_id),
    ROW(11, EventRecord, workflow),
    ROW(12, EventRecord, workflow_hash),
    ROW(13, EventRecord, workflow_version),
    ROW(14, EventRecord, code_index),
    ROW(15, EventRecord, code_box),
    ROW(16, EventRecord, code_sign),
    ROW_ITEMS(17, EventRecord, keys, n_keys, rows_class_key),
    ROW(18, EventRecord, order_no),
    ROW(19, EventRecord, held),
    ROW(20, EventRecord, decides),
    ROW(21, EventRecord, log_leaf),
    ROW(22, EventRecord, signature),
    ROW(23, EventRecord, content),
    ROW(24, EventRecord, calendar_hash),
    ROW(25, EventRecord, settings_hash),
    ROW(26, EventRecord, directory),
    ROW(27, EventRecord, linked_no),
    ROW(28, EventRecord, n_told),
    ROW(29, EventRecord, covered),
    ROW(30, EventRecord, salt),
};
ROWS(rows_event, EventRecord, event_row);

void record_put_event(Buf *out, const EventRecord *r)
{
    rows_put(out, &rows_event, r);
}

int record_get_event(Str bytes, EventRecord *ret)
{
    EventRecord r;

    if (rows_get(bytes, &rows_event, &r))
        return 1;
    memcpy(ret, &r, sizeof(r));
    return 0;
}

void record_put_step(Buf *out, const Step *r)
{
    rows_put(out, &rows_step, r);
}

int record_get_step(Str bytes, Step *ret)
{
    Step r;

    if (rows_get(bytes, &rows_step, &r))
        return 1;
    memcpy(ret, &r, sizeof(r));
    return 0;
}
