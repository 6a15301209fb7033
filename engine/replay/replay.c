/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/replay/replay.h"

#include "base/err.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *const outcome_names[OUTCOMES] = {
    [OUTCOME_MET] = "met",     [OUTCOME_LATE] = "late",       [OUTCOME_OPEN] = "open",
    [OUTCOME_ENDED] = "ended", [OUTCOME_REFUSED] = "refused",
};

static Day last_day(const Def *def, const Log *log)
{
    Day last = DAY_NONE;
    for (size_t i = 0; i < log->n; i++) {
        Day day = moment_day(log->rows[i].at, def->calendar->zone);
        last = day > last ? day : last;
    }
    return last;
}

int replay_init(Replay *r, const Def *def, const Log *log, Day until)
{
    memset(r, 0, sizeof(*r));
    r->def = def;
    r->log = log;
    r->until = until == DAY_NONE ? last_day(def, log) : until;
    r->summary.stays = calloc(DEF_STATES_MAX, sizeof(*r->summary.stays));
    r->summary.kinds = calloc(REFUSALS_MAX, sizeof(*r->summary.kinds));
    if (!r->summary.stays || !r->summary.kinds) {
        replay_finish(r);
        return err_origin(-ENOMEM);
    }
    return 0;
}

void replay_finish(Replay *r)
{
    free(r->summary.stays);
    free(r->summary.kinds);
    memset(r, 0, sizeof(*r));
}

/* ---- summary ---- */
static void count_stay(Summary *s, const Stay *stay)
{
    if (stay->state == DEF_NONE)
        return;
    int32_t days = stay->days < STAY_DAYS_MAX ? stay->days : STAY_DAYS_MAX;
    s->stays[stay->state][days]++;
    s->n_stays[stay->state]++;
}

static bool same_kind(const RefusalKind *kind, const Fold *f)
{
    const Fold *x = &kind->first;
    return kind->state == f->c.state && x->refused == f->refused &&
           x->refused_row.word == f->refused_row.word && x->no.why == f->no.why &&
           x->no.detail == f->no.detail;
}

static void count_refusal(Summary *s, const Fold *f)
{
    uint32_t i = 0;
    s->refused++;
    while (i < s->n_kinds && !same_kind(&s->kinds[i], f))
        i++;
    if (i == REFUSALS_MAX) {
        s->further++;
        return;
    }
    if (i == s->n_kinds) {
        s->kinds[i] = (RefusalKind){.state = f->c.state, .first = *f};
        s->n_kinds++;
    }
    s->kinds[i].cases++;
}

static void count_case(Replay *r)
{
    DeadlineVerdict v;
    r->summary.cases++;
    for (uint8_t i = 0; i < r->def->n_deadlines; i++) {
        if (fold_verdict(&r->fold, r->def, i, r->until, &v))
            r->summary.outcomes[i][v.outcome]++;
    }
    if (r->fold.refused)
        count_refusal(&r->summary, &r->fold);
}

bool summary_days(const Summary *s, uint8_t state, unsigned percent, uint32_t *ret)
{
    uint64_t wanted = ((uint64_t)s->n_stays[state] * percent + 99) / 100, seen = 0;
    if (!s->n_stays[state])
        return false;
    uint32_t days = 0;
    for (seen = s->stays[state][0]; seen < wanted; seen += s->stays[state][days])
        days++;
    *ret = days;
    return true;
}

/* ---- one case after the other ---- */
static bool is_in_time(const Replay *r, const LogRow *row)
{
    return moment_day(row->at, r->def->calendar->zone) <= r->until;
}

/* All rows of the case; how many of them are not left out. */
static uint32_t play_case(Replay *r)
{
    const Log *log = r->log;
    uint32_t played = 0;
    fold_init(&r->fold);
    for (r->case_ = log->rows[r->at].case_; r->at < log->n && log->rows[r->at].case_ == r->case_;
         r->at++) {
        Stay stay;
        if (!is_in_time(r, &log->rows[r->at]))
            continue;
        fold_row(&r->fold, r->def, &log->rows[r->at], &stay);
        count_stay(&r->summary, &stay);
        played++;
    }
    return played;
}

bool replay_next(Replay *r)
{
    while (r->at < r->log->n) {
        uint32_t played = play_case(r);
        r->summary.events += played;
        if (!played)
            continue;
        count_case(r);
        return true;
    }
    return false;
}
