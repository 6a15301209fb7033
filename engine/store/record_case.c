/* SPDX-License-Identifier: Apache-2.0 */
/* A case, the example of tests/golden/records/case-1.hex:
 *
 *   01                                                     version
 *   01 00000004 00 00 00 03                                rev
 *   02 00000004 00 00 00 04                                events
 *   03 00000001 02                                         state
 *   05 00000004 00 00 4f f4                                state_since
 *   06 00000004 00 00 4f f1                                received
 *   07 00000008 00 00 00 00 69 64 6a b8                    received_at
 *   0a 00000005 77 6f 72 6b 73                             unit
 *   0b 00000010 a1 (16 times)                              assignee
 *   0c 00000011 01 00 0e 05 ff ff ff ff ff ff ff ff 04 72 6f 61 64  open
 *   10 00000031                                            clocks
 *     01 01 00 2d 01 00 01 00 00 00 0f 00 00 00 00 00 00 00 4f f1
 *     00 00 4f f1 80 00 00 00 00 00 4f f1 00 00 00 00 80 00 00 00
 *     80 00 00 00 01 00 00 4f f9
 *   11 00000003 01 07 01                                   times
 *   ff 00000004 0b fa 8d d9                                CRC-32
 */
#include "engine/core/reveal.h"
#include "engine/store/rows.h"

#include <string.h>

static const Row open_value_row[] = {
    ROW_UPTO(0, OpenValue, field, DEF_FIELDS_MAX - 1),
    ROW(0, OpenValue, number),
    ROW(0, OpenValue, choice),
};
static ROWS(rows_open_value, OpenValue, open_value_row);

static const Row clock_row[] = {
    ROW_UPTO(0, Clock, state, CLOCK_ENDED),
    ROW_UPTO(0, Clock, verdict, VERDICT_LATE),
    ROW(0, Clock, round),
    ROW(0, Clock, late_rounds),
    ROW(0, Clock, extensions),
    ROW(0, Clock, limit.count),
    ROW_UPTO(0, Clock, limit.unit, SPAN_MONTHS),
    ROW(0, Clock, consumed),
    ROW(0, Clock, stopped),
    ROW_DAY(0, Clock, start),
    ROW_DAY(0, Clock, since),
    ROW_DAY(0, Clock, override_due),
    ROW_DAY(0, Clock, fired),
    ROW(0, Clock, fired_rungs),
    ROW_DAY(0, Clock, met_on),
    ROW_DAY(0, Clock, met_due),
    ROW_ITEMS(0, Clock, promised, n_promised, rows_day),
};
static ROWS(rows_clock, Clock, clock_row);

/* Of the same clock, in a field of its own: few have one. */
static const Row silence_row[] = {
    ROW_DAY(0, Clock, silent_from),
    ROW_DAY(0, Clock, silent_until),
};
static ROWS(rows_silence, Clock, silence_row);

static const Row member_row[] = {
    ROW_UPTO(0, Member, role, DEF_ROLES_MAX - 1),
    ROW(0, Member, declared),
    ROW(0, Member, tag),
};
static ROWS(rows_member, Member, member_row);

static const Row person_row[] = {
    ROW_UPTO(0, ChosenPerson, field, DEF_FIELDS_MAX - 1),
    ROW(0, ChosenPerson, tag),
};
static ROWS(rows_person, ChosenPerson, person_row);

static const Row inputs_row[] = {
    ROW(1, Inputs, given.bits[0]),
    ROW(2, Inputs, given.bits[1]),
    ROW(3, Inputs, message),
    ROW(4, Inputs, note),
    ROW(5, Inputs, declared),
    ROW(6, Inputs, executive),
    ROW_ITEMS(7, Inputs, open, n_open, rows_open_value),
    ROW_ITEMS(8, Inputs, people, n_people, rows_person),
    ROW_ITEMS(9, Inputs, excluded, n_excluded, rows_tag),
    ROW(10, Inputs, by.count),
    ROW_UPTO(11, Inputs, by.unit, SPAN_MONTHS),
    ROW(12, Inputs, target),
    ROW(13, Inputs, linked),
};
ROWS(rows_inputs, Inputs, inputs_row);

static const Row proposal_row[] = {
    ROW(1, Proposal, pending),
    ROW_UPTO(2, Proposal, kind, STEP_KINDS - 1),
    ROW(3, Proposal, action),
    ROW(4, Proposal, deadline),
    ROW(5, Proposal, event),
    ROW(6, Proposal, maker),
    ROW_DAY(7, Proposal, day),
    ROW_OF(8, Proposal, in, rows_inputs),
};
static ROWS(rows_proposal, Proposal, proposal_row);

static const Row reveal_row[] = {
    ROW_UPTO(1, Reveal, state, REVEAL_DECLINED),
    ROW_UPTO(2, Reveal, ground, GROUNDS - 1),
    ROW(3, Reveal, event),
    ROW(4, Reveal, officer),
    ROW_DAY(5, Reveal, day),
    ROW_DAY(6, Reveal, until),
    ROW_SOME(7, Reveal, halves, rows_tag),
    ROW(8, Reveal, rev),
};
static ROWS(rows_reveal, Reveal, reveal_row);

static const Row case_row[] = {
    ROW(1, Case, rev),
    ROW(2, Case, events),
    ROW_UPTO(3, Case, state, DEF_STATES_MAX - 1),
    ROW_BLANK(4, Case, previous, DEF_NONE),
    ROW_DAY(5, Case, state_since),
    ROW_DAY(6, Case, received),
    ROW(7, Case, received_at),
    ROW_DAY(8, Case, final_on),
    ROW(9, Case, executive),
    ROW(10, Case, unit),
    ROW(11, Case, assignee),
    ROW_ITEMS(12, Case, open, n_open, rows_open_value),
    ROW_ITEMS(13, Case, members, n_members, rows_member),
    ROW_ITEMS(14, Case, excluded, n_excluded, rows_tag),
    ROW_ITEMS(15, Case, links, n_links, rows_u64),
    ROW_SOME(16, Case, clocks, rows_clock),
    ROW_SOME(17, Case, times, rows_u8),
    ROW(18, Case, messages),
    ROW(19, Case, surveyed),
    ROW_OF(20, Case, proposal, rows_proposal),
    ROW(21, Case, ahead),
    ROW(22, Case, on_hold),
    ROW(23, Case, destroyed),
    ROW_SOME(24, Case, clocks, rows_silence),
    ROW_OF(25, Case, reveal, rows_reveal),
};
ROWS(rows_case, Case, case_row);

void record_put_case(Buf *out, const Case *c)
{
    rows_put(out, &rows_case, c);
}

int record_get_case(Str bytes, Case *ret)
{
    Case r;

    if (rows_get(bytes, &rows_case, &r))
        return 1;
    memcpy(ret, &r, sizeof(r));
    return 0;
}
