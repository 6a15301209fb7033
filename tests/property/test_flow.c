/* SPDX-License-Identifier: Apache-2.0 */
/* Random steps through random workflows: whatever happens, the promises of flow_step hold. */
#include "tests/unit/check.h"

#include "tests/property/random_def.h"

#include <string.h>

enum { PEOPLE = 8, STEPS = 120, FIRST_DAY = 20000 };

static Arena arena;
static Calendar cal;
static RandomDef gen;

/* One case's life: what was accepted, in order. */
typedef struct Life {
    Random r;
    const Def *def;
    Case c;
    bool begun;
    Day today;
    size_t n;
    Step accepted[STEPS * 4];
} Life;
static Life life;

/* So that a run which refuses everything is noticed. */
static size_t taken_by_kind[STEP_KINDS], answers[FLOW_ANSWERS], finals;

static Tag tag(uint8_t n)
{
    Tag t = {{(uint8_t)(n + 1)}};
    return t;
}

static Actor random_actor(Life *l)
{
    Random *r = &l->r;
    uint8_t n = below(r, PEOPLE);
    Actor a;
    memset(&a, 0, sizeof(a));
    a.kind = one_in(r, 4) ? ACTOR_COMPLAINANT : one_in(r, 12) ? ACTOR_SYSTEM : ACTOR_PERSON;
    if (a.kind != ACTOR_PERSON)
        return a;
    a.tag = tag(n);
    a.roles = 0xa5a5a5a5u >> n | MASK32(ROLE_FIRST_DECLARED + n % 3);
    a.unit_roles = 0x5a5a5a5au >> n;
    a.unit = l->def->fields[0].n_choices ? name_of(gen.choices[n % 4].id) : a.unit;
    a.delegated = one_in(r, 4) ? (RoleMask)random_u64(r) : 0;
    a.delegator = tag(below(r, PEOPLE));
    return a;
}

static void fill_field(Life *l, Inputs *in, uint8_t field)
{
    Random *r = &l->r;
    const Field *f = &l->def->fields[field];
    field_set_add(&in->given, field);
    if (f->type == FIELD_STAFF && in->n_people < INPUTS_PEOPLE_MAX) {
        ChosenPerson *p = &in->people[in->n_people++];
        p->field = field;
        p->tag = tag(below(r, PEOPLE));
    }
    if (f->class != CLASS_OPEN || in->n_open == INPUTS_OPEN_MAX)
        return;
    OpenValue *v = &in->open[in->n_open++];
    v->field = field;
    if (f->type == FIELD_DATE)
        v->number = l->today - 20 + below(r, 60);
    else
        v->choice = name_of(gen.choices[below(r, 4)].id);
}

static void fill_needs(Life *l, Inputs *in, const Needs *needs)
{
    for (uint8_t i = 0; i < l->def->n_fields; i++) {
        if (field_set_has(&needs->fields, i) && !field_set_has(&in->given, i) && !one_in(&l->r, 40))
            fill_field(l, in, i);
    }
    in->message = in->message || (needs->message != DEF_NONE && !one_in(&l->r, 40));
    in->note = in->note || (needs->note && !one_in(&l->r, 40));
    in->declared = in->declared || (needs->declare.len && !one_in(&l->r, 40));
}

static Step random_step(Life *l)
{
    static const uint8_t kinds[] = {STEP_ACTION,  STEP_ACTION,  STEP_ACTION,  STEP_ACTION,
                                    STEP_ACTION,  STEP_ACTION,  STEP_APPROVE, STEP_EXTEND,
                                    STEP_EXTEND,  STEP_DECLINE, STEP_ASSIGN,  STEP_NOTE,
                                    STEP_MESSAGE, STEP_RUNG,    STEP_RUNG,    STEP_DECLARE,
                                    STEP_RECUSE,  STEP_SURVEY,  STEP_LINKED,  STEP_MIGRATE,
                                    STEP_GRANT,   STEP_DECLARE, STEP_HOLD,    STEP_RELEASE,
                                    STEP_DESTROY, STEP_SILENCE, STEP_SILENCE, STEP_REVEAL_ASK,
                                    STEP_REVEAL_ASK, STEP_REVEAL_ASK, STEP_REVEAL_ANSWER,
                                    STEP_REVEAL_DECLINE, STEP_LINKED, STEP_LINKED, STEP_LINKED};
    Random *r = &l->r;
    Step s;
    memset(&s, 0, sizeof(s));
    s.kind = l->begun ? kinds[below(r, sizeof(kinds))] : STEP_SUBMIT;
    if (l->begun && l->c.reveal.state == REVEAL_ASKED && one_in(r, 3))
        s.kind = one_in(r, 4) ? STEP_REVEAL_DECLINE : STEP_REVEAL_ANSWER;
    s.action = below(r, l->def->n_actions);
    s.deadline = below(r, l->def->n_deadlines);
    s.actor = random_actor(l);
    if (s.kind >= STEP_RUNG && one_in(r, 2))
        s.actor = (Actor){.kind = ACTOR_SYSTEM};
    s.day = l->today;
    s.received = l->today - below(r, 30);
    s.has_rev = one_in(r, 4);
    s.if_rev = l->c.rev - one_in(r, 5);
    if (s.kind == STEP_SUBMIT)
        fill_needs(l, &s.in, &(Needs){.fields = l->def->intake.asks, .message = DEF_NONE});
    if (s.kind == STEP_ACTION) {
        fill_needs(l, &s.in, &l->def->actions[s.action].needs);
        if (one_in(r, 2))
            fill_needs(l, &s.in, &l->def->actions[s.action].may);
    }
    if (s.kind == STEP_EXTEND) {
        fill_needs(l, &s.in, &l->def->deadlines[s.deadline].extend.needs);
        if (l->def->deadlines[s.deadline].extend.has_beyond)
            fill_needs(l, &s.in, &l->def->deadlines[s.deadline].extend.beyond);
    }
    if (one_in(r, 40))
        fill_field(l, &s.in, below(r, l->def->n_fields));
    s.in.message |= s.kind == STEP_MESSAGE;
    s.in.note |= s.kind == STEP_NOTE || s.kind == STEP_DECLINE || s.kind == STEP_GRANT ||
                 s.kind == STEP_HOLD || s.kind == STEP_RELEASE || s.kind == STEP_REVEAL_ASK ||
                 (s.kind == STEP_SILENCE && !one_in(r, 40));
    s.ground = below(r, 6);
    s.halves = one_in(r, 4) ? 0 : (uint8_t)(1u << below(r, 6)); /* none: refused */
    if (s.kind == STEP_DESTROY) /* mostly of who filed it: nobody goes on without the file */
        s.classes = (uint8_t)(1u << (one_in(r, 20) ? CLASS_CONFIDENTIAL : CLASS_IDENTITY));
    s.in.declared |= s.kind == STEP_DECLARE;
    s.in.executive = one_in(r, 60);
    s.in.n_excluded = one_in(r, 30);
    s.in.excluded[0] = tag(below(r, PEOPLE));
    s.in.by.count = (uint16_t)(1 + below(r, 8));
    s.in.by.unit = below(r, 3);
    s.in.target = one_in(r, 4) ? s.actor.tag : tag(below(r, PEOPLE));
    if (s.kind == STEP_REVEAL_ANSWER && !one_in(r, 8))
        s.in.target = l->c.reveal.officer;
    s.in.linked = below(r, 200);
    return s;
}

/* What lies behind the counts must not matter. */
static Step with_rubbish(const Step *s)
{
    Step t;
    memcpy(&t, s, sizeof(t));
    memset(&t.in.open[t.in.n_open], 0xa5, sizeof(OpenValue) * (INPUTS_OPEN_MAX - t.in.n_open));
    memset(&t.in.people[t.in.n_people], 0xa5,
           sizeof(ChosenPerson) * (INPUTS_PEOPLE_MAX - t.in.n_people));
    memset(&t.in.excluded[t.in.n_excluded], 0xa5,
           sizeof(Tag) * (CASE_EXCLUDED_MAX - t.in.n_excluded));
    return t;
}

static bool is_filled(const void *ptr, size_t len, uint8_t byte)
{
    const uint8_t *p = ptr;
    for (size_t i = 0; i < len; i++) {
        if (p[i] != byte)
            return false;
    }
    return true;
}

static void check_clocks(const Def *def, const Case *c)
{
    bool final = case_is_final(def, c);
    for (uint8_t i = 0; i < def->n_deadlines; i++) {
        const Clock *k = &c->clocks[i];
        const Deadline *d = &def->deadlines[i];
        if (final)
            assert_true(k->state != CLOCK_RUNNING && k->state != CLOCK_STOPPED);
        if (k->state == CLOCK_STOPPED)
            assert_true(d->stops_in & MASK64(c->state));
        if (k->state == CLOCK_RUNNING)
            assert_int_not_equal(clock_due(d, k, def->calendar), DAY_NONE);
        if (k->state == CLOCK_MET)
            assert_int_not_equal(k->verdict, VERDICT_NONE);
    }
}

/* A note makes nothing on time, and what the ladder says next it says later, not never. */
static void check_silence(const Def *def, const Case *before, const Case *after, const Step *s)
{
    const Deadline *d = &def->deadlines[s->deadline];
    const Clock *was = &before->clocks[s->deadline], *is = &after->clocks[s->deadline];
    NextRung next = clock_next_rung(d, was, def->calendar);
    NextRung later = clock_next_rung(d, is, def->calendar);
    assert_int_equal(after->state, before->state);
    assert_int_equal(clock_due(d, is, def->calendar), clock_due(d, was, def->calendar));
    assert_int_equal(is->state, was->state);
    assert_true(clock_is_overdue(d, is, def->calendar, s->day));
    assert_true(clock_silent_until(is, s->day) > s->day);
    assert_int_equal(next.day == DAY_NONE, later.day == DAY_NONE);
    assert_true(later.day >= next.day);
}

static void check_change(const Def *def, const Case *before, const Case *after, const Step *s,
                         const Effects *fx)
{
    bool outdates = s->kind != STEP_RUNG && s->kind != STEP_LINKED;
    assert_int_equal(after->events, before->events + 1);
    assert_int_equal(after->rev, before->rev + outdates);
    if (s->kind != STEP_SUBMIT && s->actor.kind == ACTOR_PERSON)
        assert_false(case_excludes(before, &s->actor.tag));
    if (fx->proposed) {
        assert_true(after->proposal.pending);
        assert_int_equal(after->proposal.event, before->events);
        assert_int_equal(after->state, before->state);
        assert_memory_equal(after->clocks, before->clocks, sizeof(after->clocks));
        assert_memory_equal(after->times, before->times, sizeof(after->times));
    }
    if (before->proposal.pending && after->proposal.pending)
        assert_int_equal(after->state, before->state);
    assert_int_equal(fx->to, after->state);
    assert_int_equal(fx->moved, s->kind == STEP_SUBMIT || before->state != after->state);
    for (uint8_t i = 0; i < after->n_members; i++)
        assert_false(case_excludes(after, &after->members[i].tag));
    assert_true(tag_is_none(&after->assignee) || !case_excludes(after, &after->assignee));
    if (case_is_final(def, after))
        assert_int_equal(fx->started, 0);
    if (s->kind == STEP_SILENCE)
        check_silence(def, before, after, s);
    check_clocks(def, after);
}

static void check_may(const Life *l, const Case *before, const Step *s, int r)
{
    Refusal no;
    int may = FLOW_OK;
    if (s->kind == STEP_ACTION)
        may = flow_may(l->def, before, &s->actor, s->action, s->day, &no);
    if (s->kind == STEP_EXTEND)
        may = flow_may_extend(l->def, before, &s->actor, s->deadline, s->day, &no);
    if (s->kind == STEP_SILENCE)
        may = flow_may_silence(l->def, before, &s->actor, s->deadline, s->day, &no);
    if (s->kind == STEP_APPROVE)
        may = flow_may_decide(l->def, before, &s->actor, &no);
    if (may != FLOW_OK) {
        assert_int_not_equal(r, FLOW_OK);
        if (r != FLOW_REV && r != FLOW_EXTRA && r != FLOW_FIELD && r != FLOW_FULL)
            assert_int_equal(r, may);
    }
}

static void attempt(Life *l, const Step *s)
{
    Case before, after, again;
    Effects fx, fx_again;
    Refusal no = {FLOW_ANSWERS, 0}, no_again;
    Step kept, rubbish = with_rubbish(s);
    memcpy(&before, &l->c, sizeof(before));
    memcpy(&kept, s, sizeof(kept));
    memset(&after, 0x5c, sizeof(after));
    memset(&again, 0xc5, sizeof(again));
    memset(&fx, 0x5c, sizeof(fx));
    memset(&fx_again, 0xc5, sizeof(fx_again));
    int r = flow_step(l->def, l->begun ? &l->c : NULL, s, &after, &fx, &no);
    int r_again =
        flow_step(l->def, l->begun ? &l->c : NULL, &rubbish, &again, &fx_again, &no_again);
    assert_int_equal(r, r_again);
    assert_memory_equal(&before, &l->c, sizeof(before));
    assert_memory_equal(&kept, s, sizeof(kept));
    answers[r]++;
    if (l->begun)
        check_may(l, &before, s, r);
    if (r != FLOW_OK) {
        assert_int_equal(no.why, r);
        assert_int_equal(no_again.detail, no.detail);
        assert_true(is_filled(&after, sizeof(after), 0x5c));
        assert_true(is_filled(&fx, sizeof(fx), 0x5c));
        return;
    }
    assert_int_equal(no.why, FLOW_ANSWERS);
    assert_memory_equal(&after, &again, sizeof(after));
    assert_memory_equal(&fx, &fx_again, sizeof(fx));
    check_change(l->def, &before, &after, s, &fx);
    memcpy(&l->c, &after, sizeof(after));
    memcpy(&l->accepted[l->n++], s, sizeof(*s));
    l->begun = true;
    taken_by_kind[s->kind]++;
}

/* What the daemon's tick does: fires what is due, a few at most so that a life stays short. */
static void tick(Life *l)
{
    for (uint8_t i = 0; i < l->def->n_deadlines; i++) {
        const Deadline *d = &l->def->deadlines[i];
        NextRung next = clock_next_rung(d, &l->c.clocks[i], l->def->calendar);
        if (next.day == DAY_NONE || next.day > l->today)
            continue;
        Step s;
        memset(&s, 0, sizeof(s));
        s.kind = STEP_RUNG;
        s.deadline = i;
        s.actor.kind = ACTOR_SYSTEM;
        s.day = l->today;
        size_t before = l->n;
        attempt(l, &s);
        assert_int_equal(l->n, before + 1);
        NextRung after = clock_next_rung(d, &l->c.clocks[i], l->def->calendar);
        if (after.day != DAY_NONE)
            assert_true(after.day > next.day || (after.day == next.day && after.rung > next.rung));
    }
}

static void replay(const Life *l)
{
    Case c;
    Effects fx;
    Refusal no;
    for (size_t i = 0; i < l->n; i++)
        assert_int_equal(flow_step(l->def, i ? &c : NULL, &l->accepted[i], &c, &fx, &no), FLOW_OK);
    if (l->n)
        assert_memory_equal(&c, &l->c, sizeof(c));
}

static void live(uint64_t seed)
{
    static RandomDef kept;
    memset(&life, 0, sizeof(life));
    life.r = random_of(seed);
    random_def(&gen, &life.r, &cal);
    memcpy(&kept, &gen, sizeof(kept));
    life.def = &gen.def;
    life.today = FIRST_DAY + below(&life.r, 200);
    case_init(&life.c);
    for (int i = 0; i < STEPS && life.n < STEPS * 3; i++) {
        Step s = random_step(&life);
        attempt(&life, &s);
        if (life.begun && one_in(&life.r, 3))
            tick(&life);
        if (one_in(&life.r, 3))
            life.today += below(&life.r, 6);
    }
    replay(&life);
    finals += life.begun && case_is_final(life.def, &life.c);
    assert_memory_equal(&kept, &gen, sizeof(kept));
}

static void test_promises_hold(void **state)
{
    (void)state;
    uint64_t n = rounds(2000);
    for (uint64_t seed = 0; seed < n; seed++)
        live(seed);
}

/* The generator reaches what the promises are about. */
static void test_everything_was_tried(void **state)
{
    (void)state;
    for (size_t i = 0; i < STEP_KINDS; i++) {
        if (!taken_by_kind[i])
            print_error("no step of kind %zu was ever accepted\n", i);
        assert_true(taken_by_kind[i]);
    }
    for (size_t i = 0; i < FLOW_ANSWERS; i++) {
        if (i == FLOW_LAST_READER) /* who reads the desk knows, not the core */
            continue;
        if (!answers[i])
            print_error("answer %zu never came\n", i);
        assert_true(answers[i]);
    }
    assert_true(finals);
}

static int set_up(void **state)
{
    (void)state;
    Holiday holidays[40];
    memset(holidays, 0, sizeof(holidays));
    for (size_t i = 0; i < 40; i++)
        holidays[i].day = FIRST_DAY + (Day)(i * 17);
    arena_init(&arena, 1 << 20);
    return calendar_init(&cal, &arena, STR("test"), (Zone){420}, FIRST_DAY - 100, FIRST_DAY + 900,
                         0x60, holidays, 40);
}

static int tear_down(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_promises_hold),
        cmocka_unit_test(test_everything_was_tried),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
