/* SPDX-License-Identifier: Apache-2.0 */
/* Plays the stories of a file, day by day. */
#include "engine/load/scenario_inner.h"

#include "base/err.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    SCENARIO_NODES_MAX = 64 * 1024 * 1024,
    JOURNEY_MAX = 64 * 1024,
    RUNGS_A_STEP = 2000, /* more would mean that time stands still */
};

/* width: what the action's name is padded to, 0 when nothing follows. */
static void put_step_name(Buf *b, const Play *p, int width)
{
    const StoryStep *x = p->step;
    const char *word = x->kind == STEP_SUBMIT ? "submit" : "time passes";
    for (const Word *w = built_in_steps; w->word; w++)
        if (w->value == x->kind)
            word = w->word;
    Str who = x->who == WHO_COMPLAINANT ? STR("complainant")
              : x->who == WHO_SYSTEM    ? STR("system")
              : x->who == DEF_NONE      ? STR("")
                                        : p->s->people[x->who].id;
    Str what = x->kind == STEP_ACTION ? p->s->def->actions[x->action].id : str_of(word);
    day_put_iso(b, x->on);
    buf_addf(b, "  %-12.*s  %-*.*s", STR_ARGS(who), width, STR_ARGS(what));
}

void play_fail(Play *p, const Node *at, const char *format, ...)
{
    char text[1024];
    va_list args;
    if (p->failed)
        return;
    p->failed = true;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    buf_addf(p->report, "%s:%u:%u: story %.*s: %.*s\n  %s\n  so far:\n", p->path, at->line,
             at->column, STR_ARGS(p->story->at->key->text), STR_ARGS(p->story->title), text);
    buf_add_str(p->report, buf_str(&p->journey));
    buf_adds(p->report, "  then: ");
    put_step_name(p->report, p, 0);
    buf_adds(p->report, "\n");
}

/* ---- time ---- */
static bool has_free_holder(const Play *p, uint8_t role)
{
    for (uint8_t i = 0; i < p->s->n_people; i++) {
        Tag tag = player_tag(i);
        if (p->s->people[i].roles & MASK32(role) && !case_excludes(&p->c, &tag))
            return true;
    }
    return false;
}

static RoleMask told_by(const Play *p, const Rung *rung)
{
    RoleMask mask = rung->to | rung->task;
    for (uint8_t i = 0; i < rung->n_first; i++)
        if (has_free_holder(p, rung->first[i]))
            return mask | MASK32(rung->first[i]);
    return mask;
}

/* The next rung of any deadline up to `until`; false when there is none. */
static bool next_rung(const Play *p, Day until, uint8_t *ret_deadline, NextRung *ret)
{
    const Def *d = p->s->def;
    bool any = false;
    for (uint8_t i = 0; i < d->n_deadlines; i++) {
        NextRung x = clock_next_rung(&d->deadlines[i], &p->c.clocks[i], d->calendar);
        if (x.day == DAY_NONE || x.day > until || (any && x.day >= ret->day))
            continue;
        *ret = x;
        *ret_deadline = i;
        any = true;
    }
    return any;
}

static void put_alert(Play *p, Day day, uint8_t deadline, RoleMask told)
{
    const Def *d = p->s->def;
    buf_adds(&p->journey, "    ");
    day_put_iso(&p->journey, day);
    buf_addf(&p->journey, "  %.*s tells", STR_ARGS(d->deadlines[deadline].id));
    for (uint8_t i = 0; i < d->n_roles; i++)
        if (told & MASK32(i))
            buf_addf(&p->journey, " %.*s", STR_ARGS(d->roles[i].id));
    buf_adds(&p->journey, "\n");
}

static void pass_time(Play *p)
{
    p->alerted = 0;
    uint8_t deadline = 0;
    NextRung next = {0};
    for (int i = 0; i < RUNGS_A_STEP && next_rung(p, p->step->on, &deadline, &next); i++) {
        Step s = {.kind = STEP_RUNG,
                  .action = DEF_NONE,
                  .deadline = deadline,
                  .actor = {.kind = ACTOR_SYSTEM},
                  .received = DAY_NONE,
                  .day = next.day > p->last ? next.day : p->last};
        Effects fx;
        if (flow_step(p->s->def, &p->c, &s, &p->c, &fx, &p->no) != FLOW_OK)
            return;
        if (fx.rung_deadline == DEF_NONE)
            continue;
        RoleMask told = told_by(p, &p->s->def->deadlines[deadline].rungs[fx.rung]);
        p->alerted |= told;
        put_alert(p, s.day, deadline, told);
    }
}

/* ---- steps ---- */
static void put_outcome(Play *p)
{
    Str state = p->s->def->states[p->c.state].id;
    bool more = p->answer || p->fx.proposed || p->fx.moved;
    buf_adds(&p->journey, "    ");
    put_step_name(&p->journey, p, more ? 22 : 0);
    if (p->answer)
        buf_addf(&p->journey, "refused: %s", refusal_word(p->answer));
    else if (p->fx.proposed)
        buf_adds(&p->journey, "proposed");
    else if (p->fx.moved)
        buf_addf(&p->journey, "-> %.*s", STR_ARGS(state));
    buf_adds(&p->journey, "\n");
}

static void act(Play *p)
{
    static const Effects nothing = {.tells = DEF_NONE, .open = DEF_NONE};
    Step s;
    p->answer = FLOW_OK;
    p->fx = nothing;
    if (p->step->kind == STEP_KINDS)
        return;
    if (step_build(p, &s))
        return;
    Case after;
    p->no = (Refusal){FLOW_OK, DEF_NONE};
    p->answer = flow_step(p->s->def, p->begun ? &p->c : NULL, &s, &after, &p->fx, &p->no);
    if (p->answer)
        return;
    p->c = after;
    p->begun = true;
}

static void play_step(Play *p)
{
    if (p->begun)
        pass_time(p);
    act(p);
    if (!p->failed)
        judge(p);
    if (!p->failed)
        put_outcome(p);
    p->last = p->step->on;
}

static bool play_story(const Scenario *s, const char *path, const Story *story, Buf *report)
{
    Play p = {.s = s, .path = path, .story = story, .report = report, .last = DAY_NONE};
    buf_init(&p.journey, JOURNEY_MAX);
    case_init(&p.c);
    for (size_t i = 0; i < story->n && !p.failed; i++) {
        p.step = &story->steps[i];
        play_step(&p);
        if (!p.begun)
            break; /* a complaint that is refused, as expected, is the end of its story */
    }
    buf_finish(&p.journey);
    return !p.failed;
}

int scenario_run(const char *path, Str file, const Def *def, Buf *report, size_t *ret_stories)
{
    ARENA_AUTO Arena nodes = {0};
    FAULTS_AUTO Faults faults;
    Scenario s;
    arena_init(&nodes, SCENARIO_NODES_MAX);
    faults_init(&faults);
    int r = scenario_read(file, def, &nodes, &faults, &s);
    if (r) {
        faults_put(report, &faults, path, file);
        *ret_stories = 0;
        return r < 0 ? err_origin(r) : 1;
    }
    bool all = true;
    for (size_t i = 0; i < s.n_stories; i++)
        all &= play_story(&s, path, &s.stories[i], report);
    *ret_stories = s.n_stories;
    return all ? 0 : 1;
}
