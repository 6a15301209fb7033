/* SPDX-License-Identifier: Apache-2.0 */
/* One case of a past register, row by row through a workflow. Pure: the same rows give the same
 * bytes, wherever the log was cut.
 *
 * Steps are tried on transitions and clocks alone: whoever acts holds every role, everything a step
 * needs is there, a proposal is approved at once, and a condition on a field nobody answered
 * holds. The first step the workflow refuses ends the case: what came after it would be judged in a
 * state that never was. */
#pragma once

#include "engine/replay/log.h"

/* A round of a deadline that was missed. */
typedef struct Missed {
    Day due, met; /* due DAY_NONE: none was missed; met DAY_NONE: never */
} Missed;

typedef enum FoldRefusal {
    FOLD_NOT_REFUSED,
    FOLD_BY_FLOW, /* Fold.no says why */
    FOLD_UNKNOWN, /* the workflow has no such step */
    FOLD_DECLINED,
    FOLD_TWICE, /* a second submit */
} FoldRefusal;

typedef struct Fold {
    Case c;
    bool begun;
    Day last;        /* of the last step that was taken */
    uint8_t refused; /* FoldRefusal */
    Refusal no;
    Day refused_on;
    LogRow refused_row;
    Missed missed[DEF_DEADLINES_MAX]; /* the first of each deadline */
    Day end_due[DEF_DEADLINES_MAX];   /* of a clock that ended unmet */
} Fold;

/* A state that a step has left. */
typedef struct Stay {
    uint8_t state; /* DEF_NONE: none was left */
    int32_t days;  /* calendar days */
} Stay;

typedef enum Outcome {
    OUTCOME_MET,
    OUTCOME_LATE, /* met late, or overdue and not met */
    OUTCOME_OPEN,
    OUTCOME_ENDED,   /* the case ended before the deadline, which nobody had to meet any more */
    OUTCOME_REFUSED, /* was open when a step was refused */
    OUTCOMES
} Outcome;

typedef struct DeadlineVerdict {
    uint8_t outcome;
    Day due, met; /* DAY_NONE: none */
} DeadlineVerdict;

void fold_init(Fold *f);
void fold_row(Fold *f, const Def *def, const LogRow *row, Stay *ret_stay);
/* As it stands on `until`. The first missed round, else the last one. False when the deadline
 * never began. */
bool fold_verdict(const Fold *f, const Def *def, uint8_t deadline, Day until, DeadlineVerdict *ret);
/* Why the case was refused: a short English sentence. words: Log.words. */
void fold_put_refusal(Buf *out, const Fold *f, const Def *def, const Names *words);
