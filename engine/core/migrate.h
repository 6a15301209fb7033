/* SPDX-License-Identifier: Apache-2.0 */
/* A running case put into the words of another version of its workflow: whatever it holds by index
 * is found again by id. Which clocks then begin, stop and end is STEP_MIGRATE's business. */
#pragma once

#include "engine/core/case.h"

/* Why a case cannot be put into the words of the new version; the detail is an index of the old. */
typedef enum MoveAnswer {
    MOVE_OK,
    MOVE_CHANNEL,  /* open and protected cases, and those whose identity lies with custodians, are
                      sealed in different ways; detail: none */
    MOVE_CLOSED,   /* nothing runs any more; detail: none */
    MOVE_STATE,    /* gone, and replaces names no other; detail: state */
    MOVE_FINAL,    /* it would be closed by a file; detail: state */
    MOVE_PREVIOUS, /* it waits, and would not find back; detail: state, or none */
    MOVE_MEMBER,   /* somebody was named for a role that is gone; detail: role */
    MOVE_FIELD,    /* a value rules read, of a field of another kind now; detail: field */
    MOVE_CHOICE,   /* a value that is no choice of its field any more; detail: field */
    MOVE_PROMISE,  /* the day the complainant was shown is of a deadline that is gone; detail:
                      deadline */
    MOVE_ACTION,   /* proposed, and gone; detail: action */
    MOVE_EXTEND,   /* proposed to be extended, and it cannot be any more; detail: deadline */
    MOVE_INPUT,    /* the proposal holds a field that is gone; detail: field */
    MOVE_ANSWERS
} MoveAnswer;

typedef struct Move {
    uint8_t why, detail;
    DeadlineMask ended; /* deadlines of the old version that ran and are gone */
    FieldSet left;      /* fields of the old version whose values no rule reads any more */
} Move;

/* What the new version says about the one with this number, or NULL. */
const Replaces *def_replaces(const Def *fresh, uint32_t version);

/* ret may be c. Returns a MoveAnswer; *ret_move is set in any case, *ret only on MOVE_OK. */
int case_translate(const Def *old, const Def *fresh, const Replaces *how, const Case *c, Case *ret,
                   Move *ret_move);
/* An English sentence for the operator, with the names of the old definition in it. */
void move_put(Buf *b, const Def *old, const Move *m);
