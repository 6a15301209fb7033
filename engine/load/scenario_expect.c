/* SPDX-License-Identifier: Apache-2.0 */
/* What a story expects: one row per key says how its names are checked and how it is judged. */
#include "engine/core/carry.h"
#include "engine/load/scenario_words.h"

static void judge_refused(Play *p, const Node *n)
{
    if (!str_is(n->text, refusal_word(p->answer)))
        play_fail(p, n, "expected refused: %.*s, got %s%s", STR_ARGS(n->text),
                  p->answer ? "refused: " : "", p->answer ? refusal_word(p->answer) : "done");
}

static Str detail_of(const Play *p)
{
    const Def *d = p->s->def;
    uint8_t i = p->no.detail;
    if (i == DEF_NONE)
        return STR("none");
    switch ((FlowAnswer)p->no.why) {
    case FLOW_STATE:
        return d->states[i].id;
    case FLOW_CONDITION:
    case FLOW_FIELD:
    case FLOW_EXTRA:
        return d->fields[i].id;
    case FLOW_MESSAGE:
        return d->messages[i].id;
    case FLOW_TOO_EARLY:
    case FLOW_TOO_LATE:
    case FLOW_NO_EXTEND:
    case FLOW_TOO_LONG:
    case FLOW_NO_SILENCE:
    case FLOW_NOT_ALERTED:
    case FLOW_SILENCE_LONG:
    case FLOW_NOT_RUNNING:
        return d->deadlines[i].id;
    case FLOW_UNDECLARED:
        return d->roles[i].id;
    case FLOW_OK:
    case FLOW_REV:
    case FLOW_ROLE:
    case FLOW_TIMES:
    case FLOW_NOTE:
    case FLOW_DECLARE:
    case FLOW_PENDING:
    case FLOW_NO_PROPOSAL:
    case FLOW_SAME_PERSON:
    case FLOW_EXECUTIVE:
    case FLOW_TARGET:
    case FLOW_LAST_READER:
    case FLOW_FULL:
    case FLOW_HELD:
    case FLOW_DESTROYED:
    case FLOW_NO_CUSTODY:
    case FLOW_REVEAL_RUNS:
    case FLOW_NO_REVEAL:
    case FLOW_HALVES:
    case FLOW_ANSWERS:
    default:
        return STR("none");
    }
}

static void expect_str(Play *p, const Node *n, const char *what, Str got)
{
    if (!str_eq(n->text, got))
        play_fail(p, n, "expected %s %.*s, got %.*s", what, STR_ARGS(n->text), STR_ARGS(got));
}

static void judge_detail(Play *p, const Node *n)
{
    expect_str(p, n, "detail", p->answer ? detail_of(p) : STR("none"));
}

static void judge_state(Play *p, const Node *n)
{
    expect_str(p, n, "state", p->s->def->states[p->c.state].id);
}

static void judge_public(Play *p, const Node *n)
{
    const Label *l = &p->s->def->states[p->c.state].public;
    if (node_get(n, "th"))
        expect_str(p, node_get(n, "th"), "public words", l->th);
    if (node_get(n, "en"))
        expect_str(p, node_get(n, "en"), "public words", l->en);
}

static void judge_yes(Play *p, const Node *n, bool got)
{
    if (str_is(n->text, "yes") != got)
        play_fail(p, n, "expected %.*s: %.*s, got %s", STR_ARGS(n->key->text), STR_ARGS(n->text),
                  got ? "yes" : "no");
}

static void judge_proposed(Play *p, const Node *n)
{
    judge_yes(p, n, p->fx.proposed);
}

static void judge_pending(Play *p, const Node *n)
{
    judge_yes(p, n, p->c.proposal.pending);
}

static void judge_number(Play *p, const Node *n)
{
    judge_yes(p, n, p->fx.number);
}

static void judge_new_code(Play *p, const Node *n)
{
    judge_yes(p, n, p->fx.new_code);
}

static void judge_tells(Play *p, const Node *n)
{
    uint8_t i = p->fx.tells;
    expect_str(p, n, "message", i == DEF_NONE ? STR("none") : p->s->def->messages[i].id);
}

static void judge_due(Play *p, const Node *n)
{
    const Def *d = p->s->def;
    for (const Node *c = n->first; c; c = c->next) {
        uint8_t i = def_deadline(d, c->key->text);
        Day due = clock_due(&d->deadlines[i], &p->c.clocks[i], d->calendar);
        BUF_AUTO Buf got = {0};
        buf_init(&got, 32);
        if (due == DAY_NONE)
            buf_adds(&got, "none");
        else
            day_put_iso(&got, due);
        if (!str_eq(c->text, buf_str(&got)))
            play_fail(p, c, "expected %.*s due %.*s, got %.*s", STR_ARGS(c->key->text),
                      STR_ARGS(c->text), STR_ARGS(buf_str(&got)));
    }
}

static void judge_verdict(Play *p, const Node *n)
{
    for (const Node *c = n->first; c; c = c->next) {
        const Clock *k = &p->c.clocks[def_deadline(p->s->def, c->key->text)];
        if (!str_is(c->text, word_of(verdicts, k->verdict)))
            play_fail(p, c, "expected verdict %.*s on %.*s, got %s", STR_ARGS(c->text),
                      STR_ARGS(c->key->text), word_of(verdicts, k->verdict));
    }
}

static void judge_clock(Play *p, const Node *n)
{
    for (const Node *c = n->first; c; c = c->next) {
        const Clock *k = &p->c.clocks[def_deadline(p->s->def, c->key->text)];
        if (!str_is(c->text, word_of(clocks, k->state)))
            play_fail(p, c, "expected clock %.*s %.*s, got %s", STR_ARGS(c->key->text),
                      STR_ARGS(c->text), word_of(clocks, k->state));
    }
}

/* Says both sets of names when they differ. */
static bool listed(const Node *n, Str id)
{
    for (const Node *c = n->first; c; c = c->next)
        if (str_eq(c->text, id))
            return true;
    return false;
}

static void judge_set(Play *p, const Node *n, const char *what, const Str *got, size_t count)
{
    bool same = n->n == count;
    BUF_AUTO Buf list = {0};
    buf_init(&list, 4096);
    for (size_t i = 0; i < count; i++) {
        same = same && listed(n, got[i]);
        buf_addf(&list, "%s%.*s", i ? ", " : "", STR_ARGS(got[i]));
    }
    if (same)
        return;
    BUF_AUTO Buf wanted = {0};
    buf_init(&wanted, 4096);
    for (const Node *c = n->first; c; c = c->next)
        buf_addf(&wanted, "%s%.*s", c == n->first ? "" : ", ", STR_ARGS(c->text));
    play_fail(p, n, "expected %s [%.*s], got [%.*s]", what, STR_ARGS(buf_str(&wanted)),
              STR_ARGS(buf_str(&list)));
}

static void judge_overdue(Play *p, const Node *n)
{
    const Def *d = p->s->def;
    Str got[DEF_DEADLINES_MAX];
    size_t count = 0;
    for (uint8_t i = 0; i < d->n_deadlines; i++)
        if (clock_is_overdue(&d->deadlines[i], &p->c.clocks[i], d->calendar, p->step->on))
            got[count++] = d->deadlines[i].id;
    judge_set(p, n, "overdue", got, count);
}

static void judge_alerted(Play *p, const Node *n)
{
    Str got[DEF_ROLES_MAX];
    size_t count = 0;
    for (uint8_t i = 0; i < p->s->def->n_roles; i++)
        if (p->alerted & MASK32(i))
            got[count++] = p->s->def->roles[i].id;
    judge_set(p, n, "alerted", got, count);
}

static void judge_may(Play *p, const Node *n)
{
    const Def *d = p->s->def;
    for (const Node *c = n->first; c; c = c->next) {
        uint8_t who =
            str_is(c->key->text, "complainant") ? WHO_COMPLAINANT : player_find(p->s, c->key->text);
        Actor actor = player_actor(p, who);
        Str got[DEF_ACTIONS_MAX];
        size_t count = 0;
        for (uint8_t i = 0; i < d->n_actions; i++)
            if (flow_may(d, &p->c, &actor, i, p->step->on, NULL) == FLOW_OK)
                got[count++] = d->actions[i].id;
        judge_set(p, c, "open actions", got, count);
    }
}

static void judge_unit(Play *p, const Node *n)
{
    Str got = name_str(&p->c.unit);
    expect_str(p, n, "unit", got.len ? got : STR("none"));
}

static Str tag_name(const Play *p, const Tag *tag)
{
    return tag_is_none(tag) || tag->b[1] >= p->s->n_people ? STR("none")
                                                           : p->s->people[tag->b[1]].id;
}

static void judge_assignee(Play *p, const Node *n)
{
    expect_str(p, n, "assignee", tag_name(p, &p->c.assignee));
}

static void judge_members(Play *p, const Node *n)
{
    for (const Node *c = n->first; c; c = c->next) {
        uint8_t role = def_role(p->s->def, c->key->text);
        Str got[CASE_MEMBERS_MAX];
        size_t count = 0;
        for (uint8_t i = 0; i < p->c.n_members; i++)
            if (p->c.members[i].role == role)
                got[count++] = tag_name(p, &p->c.members[i].tag);
        judge_set(p, c, "members", got, count);
    }
}

static void judge_excluded(Play *p, const Node *n)
{
    Str got[CASE_EXCLUDED_MAX];
    for (uint8_t i = 0; i < p->c.n_excluded; i++)
        got[i] = tag_name(p, &p->c.excluded[i]);
    judge_set(p, n, "excluded", got, p->c.n_excluded);
}

static void judge_opens(Play *p, const Node *n)
{
    uint8_t i = p->fx.open;
    expect_str(p, n, "opened workflow",
               i == DEF_NONE ? STR("none") : p->s->def->actions[i].effects.open.workflow);
}

static const OpenEffect *opened(const Play *p)
{
    static const OpenEffect nothing = {0};

    return p->fx.open == DEF_NONE ? &nothing : &p->s->def->actions[p->fx.open].effects.open;
}

static void judge_moves(Play *p, const Node *n)
{
    judge_yes(p, n, open_moves(opened(p)));
}

static void check_list(Scenario *s, const Node *n)
{
    (void)is_list(&s->w.r, n);
}

/* The fields of the opened case that this one fills. */
static void judge_carries(Play *p, const Node *n)
{
    const OpenEffect *o = opened(p);
    Str got[DEF_FIELDS_MAX];
    size_t count = 0;

    for (uint8_t i = 0; i < o->n_carries; i++)
        got[count++] = o->carries[i].to;
    judge_set(p, n, "carried fields", got, count);
}

static const struct {
    const char *key;
    void (*check)(Scenario *s, const Node *n);
    void (*judge)(Play *p, const Node *n);
} rows[] = {
    {"refused", check_refused, judge_refused},
    {"detail", check_text, judge_detail},
    {"state", check_state, judge_state},
    {"public", check_public, judge_public},
    {"proposed", check_yes, judge_proposed},
    {"pending", check_yes, judge_pending},
    {"tells", check_tells, judge_tells},
    {"due", check_due, judge_due},
    {"verdict", check_verdict, judge_verdict},
    {"clock", check_clock, judge_clock},
    {"overdue", check_deadlines, judge_overdue},
    {"alerted", check_roles, judge_alerted},
    {"may", check_may, judge_may},
    {"unit", check_text, judge_unit},
    {"assignee", check_assignee, judge_assignee},
    {"members", check_members, judge_members},
    {"excluded", check_people, judge_excluded},
    {"number", check_yes, judge_number},
    {"new_code", check_yes, judge_new_code},
    {"opens", check_text, judge_opens},
    {"moves", check_yes, judge_moves},
    {"carries", check_list, judge_carries},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

void check_expect(Scenario *s, const Node *expect)
{
    Key keys[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        keys[i] = (Key){rows[i].key, false, NULL, 0, NULL};
    if (!read_map(&s->w.r, expect, keys, ROWS, NULL))
        return;
    for (size_t i = 0; i < ROWS; i++) {
        const Node *n = node_get(expect, rows[i].key);
        if (n)
            rows[i].check(s, n);
    }
}

void judge(Play *p)
{
    const Node *expect = p->step->expect;
    if (p->answer && !node_get(expect, "refused")) {
        BUF_AUTO Buf why = {0};
        buf_init(&why, 1024);
        refusal_put(&why, p->s->def, &p->no);
        play_fail(p, p->step->at, "expected done, got refused: %s (%.*s)", refusal_word(p->answer),
                  STR_ARGS(buf_str(&why)));
    }
    for (size_t i = 0; i < ROWS && !p->failed; i++) {
        const Node *n = node_get(expect, rows[i].key);
        if (n)
            rows[i].judge(p, n);
    }
}
