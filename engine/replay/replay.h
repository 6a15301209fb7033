/* SPDX-License-Identifier: Apache-2.0 */
/* A whole register through a workflow, case by case, and what it comes to. */
#pragma once

#include "base/json.h"
#include "engine/replay/fold.h"

enum {
    STAY_DAYS_MAX = 4000, /* longer stays count as so long */
    REFUSALS_MAX = 256,   /* kinds that are told apart */
};

/* One kind of refusal, over all cases. */
typedef struct RefusalKind {
    uint8_t state; /* in which the case was */
    Fold first;    /* the first case of the kind; its row names case and line */
    uint32_t cases;
} RefusalKind;

typedef struct Summary {
    uint32_t cases, events, refused;
    uint32_t outcomes[DEF_DEADLINES_MAX][OUTCOMES];
    uint32_t (*stays)[STAY_DAYS_MAX + 1]; /* by state and days */
    uint32_t n_stays[DEF_STATES_MAX];
    RefusalKind *kinds;
    uint32_t n_kinds, further; /* further: cases of kinds beyond REFUSALS_MAX */
} Summary;

typedef struct Replay {
    const Def *def;
    const Log *log;
    Day until; /* rows of later days are left out */
    size_t at; /* next row */
    uint32_t case_;
    Fold fold;       /* of the case replay_next has come to */
    Summary summary; /* of the cases so far */
} Replay;
#define REPLAY_AUTO __attribute__((cleanup(replay_finish)))

/* until DAY_NONE: the day of the last row. def and log have to outlive it. 0, -ENOMEM. */
int replay_init(Replay *r, const Def *def, const Log *log, Day until);
void replay_finish(Replay *r);
/* Plays the next case, in the order of the file. False: there is none left. */
bool replay_next(Replay *r);

/* Of the days that completed stays in a state took: the least number of days within which that
 * share, of a hundred, were over. False: nobody has left the state. */
bool summary_days(const Summary *s, uint8_t state, unsigned percent, uint32_t *ret);

extern const char *const outcome_names[OUTCOMES];

/* ---- what is printed of it (replay_put.c) ---- */
void replay_put_csv_header(Buf *out);
void replay_put_csv(Buf *out, const Replay *r); /* the case it has come to */
/* Into an open array. */
void replay_put_json(Json *j, const Replay *r);
/* As member `summary` of an open object. */
void replay_put_json_summary(Json *j, const Replay *r);
/* In words. */
void replay_put_summary(Buf *out, const Replay *r);
