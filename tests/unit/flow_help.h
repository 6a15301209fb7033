/* SPDX-License-Identifier: Apache-2.0 */
/* One case of the small workflow, and the steps the tests of the flow take on it. */
#pragma once

#include "tests/unit/check.h"

#include "tests/unit/small_def.h"

#include <string.h>

static Arena arena;
static Calendar cal;
static Def def;

enum { TODAY = 20600 }; /* a Wednesday; the days of this file have no holiday */

static inline Tag tag(uint8_t n)
{
    Tag t = {{n}};
    return t;
}

/* People by number: their tag, and the one role each holds. */
static inline Actor person(uint8_t n, RoleMask roles)
{
    return (Actor){.kind = ACTOR_PERSON,
                   .tag = tag(n),
                   .roles = roles,
                   .unit_roles = roles,
                   .unit = name_of(STR("works"))};
}
static const Actor complainant = {.kind = ACTOR_COMPLAINANT};
static const Actor machine = {.kind = ACTOR_SYSTEM};
#define PERSON(n, mask)                                                                            \
    {                                                                                              \
        .kind = ACTOR_PERSON, .tag = {{n}}, .roles = (mask), .unit_roles = (mask), .unit = {       \
            "works"                                                                                \
        }                                                                                          \
    }
static const Actor INTAKE_1 = PERSON(1, MASK32(INTAKE));
static const Actor OFFICER_2 = PERSON(2, MASK32(OFFICER));
static const Actor HEAD_3 = PERSON(3, MASK32(HEAD));
static const Actor CLERK_4 = PERSON(4, MASK32(CLERK));
static const Actor CLERK_5 = PERSON(5, MASK32(CLERK));

static Case c;
static Effects fx;
static Refusal no;

static inline void give(Inputs *in, uint8_t field)
{
    field_set_add(&in->given, field);
}

static inline void give_choice(Inputs *in, uint8_t field, const char *id)
{
    give(in, field);
    in->open[in->n_open++] = (OpenValue){.field = field, .choice = name_of(str_of(id))};
}

static inline void give_day(Inputs *in, uint8_t field, Day day)
{
    give(in, field);
    in->open[in->n_open++] = (OpenValue){.field = field, .number = day};
}

static inline void give_person(Inputs *in, uint8_t field, uint8_t n)
{
    give(in, field);
    in->people[in->n_people++] = (ChosenPerson){.field = field, .tag = tag(n)};
}

static inline Step of(StepKind kind, Actor actor, Day day)
{
    Step s;
    memset(&s, 0, sizeof(s));
    s.kind = (uint8_t)kind;
    s.actor = actor;
    s.day = day;
    s.received = DAY_NONE;
    return s;
}

static inline Step action(uint8_t a, Actor actor, Day day)
{
    Step s = of(STEP_ACTION, actor, day);
    s.action = a;
    return s;
}

/* Takes the step on the case of this test. */
static inline int take(const Step *s)
{
    return flow_step(&def, s->kind == STEP_SUBMIT ? NULL : &c, s, &c, &fx, &no);
}

static inline void taken(const Step *s)
{
    int r = take(s);
    if (r)
        print_error("refused: %d, detail %d\n", no.why, no.detail);
    assert_int_equal(r, FLOW_OK);
}

static inline void refused(const Step *s, FlowAnswer why, uint8_t detail)
{
    Case before = c;
    memset(&no, 0, sizeof(no));
    assert_int_equal(take(s), (int)why);
    assert_int_equal(no.why, why);
    assert_int_equal(no.detail, detail);
    assert_memory_equal(&before, &c, sizeof(c));
}

static inline Step submission(Day received)
{
    Step s = of(STEP_SUBMIT, complainant, TODAY);
    s.received = received;
    give(&s.in, F_SUBJECT);
    return s;
}

static inline void submit_category(const char *category)
{
    Step s = submission(TODAY);
    give_choice(&s.in, F_CATEGORY, category);
    taken(&s);
}

static inline void start(void)
{
    Step s = action(A_START, INTAKE_1, TODAY);
    taken(&s);
}

static inline void assign(Day day)
{
    Step s = action(A_ASSIGN, CLERK_4, day);
    give_choice(&s.in, F_UNIT, "works");
    taken(&s);
}

/* A road complaint, worked on since TODAY. */
static inline void to_working(void)
{
    submit_category("road");
    start();
    assign(TODAY);
}

static inline void ask(Day day)
{
    Step s = action(A_ASK, INTAKE_1, day);
    s.in.message = true;
    taken(&s);
}

static inline void answer(Day day)
{
    Step s = action(A_ANSWER, complainant, day);
    give(&s.in, F_REASON);
    taken(&s);
}

static inline void propose_notify(uint8_t by, Day day)
{
    Step s = action(A_NOTIFY, person(by, MASK32(CLERK)), day);
    s.in.message = true;
    taken(&s);
    assert_true(fx.proposed);
}

static inline void approve(uint8_t by, Day day)
{
    Step s = of(STEP_APPROVE, person(by, MASK32(CLERK)), day);
    taken(&s);
}

static inline void to_notified(void)
{
    to_working();
    propose_notify(4, TODAY);
    approve(5, TODAY);
}

static inline Day due(uint8_t d)
{
    return clock_due(&def.deadlines[d], &c.clocks[d], &cal);
}

static inline void says(Refusal r, const char *expected)
{
    BUF_AUTO Buf b = {0};
    buf_init(&b, 1000);
    refusal_put(&b, &def, &r);
    assert_str(buf_str(&b), expected);
}

static inline int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    return calendar_init(&cal, &arena, STR("test"), (Zone){420}, TODAY - 1000, TODAY + 1000, 0x60,
                         NULL, 0);
}

static inline int fresh(void **state)
{
    (void)state;
    assert_int_equal(day_weekday(TODAY), 2);
    small_def(&def, &cal);
    case_init(&c);
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}
