/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/replay/replay.h"

enum { SHARE_HALF = 50, SHARE_MOST = 90, WHY_MAX = 2048 };

static void put_day(Buf *out, Day day)
{
    if (day != DAY_NONE)
        day_put_iso(out, day);
}

static Str refused_case(const Replay *r, const Fold *f)
{
    return names_get(&r->log->cases, f->refused_row.case_);
}

static Str refused_word(const Replay *r, const Fold *f)
{
    return names_get(&r->log->words, f->refused_row.word);
}

/* "line 12, close: from state ..." */
static void put_why(Buf *out, const Replay *r)
{
    buf_addf(out, "line %u, ", r->fold.refused_row.line);
    buf_add_str(out, refused_word(r, &r->fold));
    buf_adds(out, ": ");
    fold_put_refusal(out, &r->fold, r->def, &r->log->words);
}

/* ---- CSV ---- */
void replay_put_csv_header(Buf *out)
{
    buf_adds(out, "case,deadline,due,met,verdict\n");
}

static void put_csv_verdict(Buf *out, const Replay *r, const DeadlineVerdict *v)
{
    BUF_AUTO Buf text = {0};
    buf_init(&text, WHY_MAX);
    buf_adds(&text, outcome_names[v->outcome]);
    if (v->outcome == OUTCOME_REFUSED) {
        buf_adds(&text, ": ");
        put_why(&text, r);
    }
    csv_put(out, buf_str(&text));
}

void replay_put_csv(Buf *out, const Replay *r)
{
    DeadlineVerdict v;
    for (uint8_t i = 0; i < r->def->n_deadlines; i++) {
        if (!fold_verdict(&r->fold, r->def, i, r->until, &v))
            continue;
        csv_put(out, names_get(&r->log->cases, r->case_));
        buf_adds(out, ",");
        csv_put(out, r->def->deadlines[i].id);
        buf_adds(out, ",");
        put_day(out, v.due);
        buf_adds(out, ",");
        put_day(out, v.met);
        buf_adds(out, ",");
        put_csv_verdict(out, r, &v);
        buf_adds(out, "\n");
    }
}

/* ---- JSON ---- */
static void json_day(Json *j, const char *name, Day day)
{
    BUF_AUTO Buf text = {0};
    buf_init(&text, 32);
    put_day(&text, day);
    if (day == DAY_NONE)
        json_null(j, name);
    else
        json_str(j, name, buf_str(&text));
}

void replay_put_json(Json *j, const Replay *r)
{
    DeadlineVerdict v;
    BUF_AUTO Buf why = {0};
    buf_init(&why, WHY_MAX);
    for (uint8_t i = 0; i < r->def->n_deadlines; i++) {
        if (!fold_verdict(&r->fold, r->def, i, r->until, &v))
            continue;
        json_open(j, NULL);
        json_str(j, "case", names_get(&r->log->cases, r->case_));
        json_str(j, "deadline", r->def->deadlines[i].id);
        json_day(j, "due", v.due);
        json_day(j, "met", v.met);
        json_cstr(j, "verdict", outcome_names[v.outcome]);
        if (v.outcome == OUTCOME_REFUSED) {
            buf_reset(&why);
            put_why(&why, r);
            json_str(j, "why", buf_str(&why));
        }
        json_close(j);
    }
}

static void json_deadlines(Json *j, const Replay *r)
{
    json_list(j, "deadlines");
    for (uint8_t i = 0; i < r->def->n_deadlines; i++) {
        json_open(j, NULL);
        json_str(j, "deadline", r->def->deadlines[i].id);
        for (size_t o = 0; o < OUTCOMES; o++)
            json_int(j, outcome_names[o], r->summary.outcomes[i][o]);
        json_close(j);
    }
    json_list_end(j);
}

static void json_stages(Json *j, const Replay *r)
{
    json_list(j, "stages");
    for (uint8_t i = 0; i < r->def->n_states; i++) {
        uint32_t half, most;
        if (!summary_days(&r->summary, i, SHARE_HALF, &half) ||
            !summary_days(&r->summary, i, SHARE_MOST, &most))
            continue;
        json_open(j, NULL);
        json_str(j, "state", r->def->states[i].id);
        json_int(j, "stays", r->summary.n_stays[i]);
        json_int(j, "median_days", half);
        json_int(j, "p90_days", most);
        json_close(j);
    }
    json_list_end(j);
}

static void json_refusals(Json *j, const Replay *r)
{
    BUF_AUTO Buf why = {0};
    buf_init(&why, WHY_MAX);
    json_list(j, "refusals");
    for (uint32_t i = 0; i < r->summary.n_kinds; i++) {
        const RefusalKind *kind = &r->summary.kinds[i];
        buf_reset(&why);
        fold_put_refusal(&why, &kind->first, r->def, &r->log->words);
        json_open(j, NULL);
        json_str(j, "action", refused_word(r, &kind->first));
        json_str(j, "state", r->def->states[kind->state].id);
        json_str(j, "why", buf_str(&why));
        json_int(j, "cases", kind->cases);
        json_str(j, "first_case", refused_case(r, &kind->first));
        json_int(j, "first_line", kind->first.refused_row.line);
        json_close(j);
    }
    json_list_end(j);
}

void replay_put_json_summary(Json *j, const Replay *r)
{
    json_open(j, "summary");
    json_int(j, "cases", r->summary.cases);
    json_int(j, "events", r->summary.events);
    json_int(j, "refused", r->summary.refused);
    json_day(j, "until", r->until);
    json_deadlines(j, r);
    json_stages(j, r);
    json_refusals(j, r);
    json_int(j, "further_refused", r->summary.further);
    json_close(j);
}

/* ---- words ---- */
static void put_deadlines(Buf *out, const Replay *r)
{
    for (uint8_t i = 0; i < r->def->n_deadlines; i++) {
        const uint32_t *n = r->summary.outcomes[i];
        const char *before = ": ";
        uint32_t all = 0;
        for (size_t o = 0; o < OUTCOMES; o++)
            all += n[o];
        if (!all)
            continue;
        buf_adds(out, "deadline ");
        buf_add_str(out, r->def->deadlines[i].id);
        buf_adds(out, r->def->deadlines[i].of_complainant ? " (the complainant's)" : "");
        for (size_t o = 0; o < OUTCOMES; o++) {
            if (!n[o])
                continue;
            buf_addf(out, "%s%u %s", before, n[o], outcome_names[o]);
            before = ", ";
        }
        buf_adds(out, "\n");
    }
}

static void put_stages(Buf *out, const Replay *r)
{
    for (uint8_t i = 0; i < r->def->n_states; i++) {
        uint32_t half, most;
        if (!summary_days(&r->summary, i, SHARE_HALF, &half) ||
            !summary_days(&r->summary, i, SHARE_MOST, &most))
            continue;
        buf_adds(out, "state ");
        buf_add_str(out, r->def->states[i].id);
        buf_addf(out, ": left %u times, half of them within %u days, nine of ten within %u\n",
                 r->summary.n_stays[i], half, most);
    }
}

static void put_refusals(Buf *out, const Replay *r)
{
    for (uint32_t i = 0; i < r->summary.n_kinds; i++) {
        const RefusalKind *kind = &r->summary.kinds[i];
        buf_addf(out, "refused in %u case%s: ", kind->cases, kind->cases == 1 ? "" : "s");
        buf_add_str(out, refused_word(r, &kind->first));
        buf_adds(out, " in state ");
        buf_add_str(out, r->def->states[kind->state].id);
        buf_adds(out, ": ");
        fold_put_refusal(out, &kind->first, r->def, &r->log->words);
        buf_adds(out, " (first: case ");
        buf_add_str(out, refused_case(r, &kind->first));
        buf_addf(out, ", line %u)\n", kind->first.refused_row.line);
    }
    if (r->summary.further)
        buf_addf(out, "refused for other reasons: %u case%s\n", r->summary.further,
                 r->summary.further == 1 ? "" : "s");
}

void replay_put_summary(Buf *out, const Replay *r)
{
    buf_addf(out, "cases: %u, events: %u", r->summary.cases, r->summary.events);
    if (r->until != DAY_NONE) {
        buf_adds(out, ", as of ");
        day_put_iso(out, r->until);
    }
    buf_adds(out, "\n");
    put_deadlines(out, r);
    put_stages(out, r);
    put_refusals(out, r);
}
