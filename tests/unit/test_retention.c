/* SPDX-License-Identifier: Apache-2.0 */
/* What is due for destruction, by class, end and day; holds; and the steps that record them. */
#include "tests/unit/check.h"

#include "engine/core/flow.h"
#include "engine/core/part.h"
#include "engine/core/retention.h"
#include <string.h>

enum { S_OPEN, S_CLOSED, S_REJECTED, S_SPAM, R_MANAGER = ROLE_FIRST_DECLARED };

static Def def;
static Case closed;
static Day day0;

static Day on(int year, int month, int day)
{
    return day_from_civil((Civil){year, month, day});
}

static Retention keep(uint16_t months, uint8_t then)
{
    return (Retention){.given = true, .keep_months = months, .then = then};
}

static void setup(void)
{
    static RetentionByEnd ends[2];

    memset(&def, 0, sizeof(def));
    def.n_states = 4;
    def.final = MASK64(S_CLOSED) | MASK64(S_REJECTED) | MASK64(S_SPAM);
    for (uint8_t i = S_CLOSED; i <= S_SPAM; i++)
        def.states[i].kind = STATE_FINAL;
    def.n_roles = R_MANAGER + 1;
    def.n_actions = 1;
    def.actions[0].approve.by = MASK32(R_MANAGER);
    def.retention[CLASS_IDENTITY] = keep(24, RETAIN_DESTROY_KEY);
    def.retention[CLASS_CONFIDENTIAL] = keep(120, RETAIN_DESTROY_KEY);
    def.retention[CLASS_OPEN] = keep(180, RETAIN_DELETE);
    ends[0] = (RetentionByEnd){.state = S_REJECTED, .rule = keep(12, RETAIN_DESTROY_KEY)};
    ends[1] = (RetentionByEnd){.state = S_SPAM, .rule = keep(6, RETAIN_DELETE)};
    def.ended_in = ends;
    def.n_ended_in = 2;
    day0 = on(2024, 2, 29);
    case_init(&closed);
    closed.state = S_CLOSED;
    closed.final_on = day0;
}

static Destruction due_on(const Case *c, Day day)
{
    Destruction d = {.classes = 0};

    (void)retention_due(&def, c, day, &d);
    return d;
}

static void test_by_class(void **state)
{
    Day last = on(2026, 2, 28); /* two years after a leap day */
    Destruction d;

    (void)state;
    setup();
    assert_false(retention_due(&def, &closed, last, &d));
    d = due_on(&closed, last + 1);
    assert_int_equal(d.classes, CLASS_BIT(CLASS_IDENTITY));
    assert_false(d.whole);
    assert_int_equal(d.last_kept, last);

    d = due_on(&closed, on(2034, 3, 1));
    assert_int_equal(d.classes, CLASS_BIT(CLASS_IDENTITY) | CLASS_BIT(CLASS_CONFIDENTIAL));
    assert_false(d.whole);
    d = due_on(&closed, on(2039, 3, 1));
    assert_true(d.whole);

    /* what went is not due again */
    closed.destroyed = CLASS_BIT(CLASS_IDENTITY);
    assert_false(retention_due(&def, &closed, last + 1, &d));
    d = due_on(&closed, on(2034, 3, 1));
    assert_int_equal(d.classes, CLASS_BIT(CLASS_CONFIDENTIAL));
}

static void test_by_end(void **state)
{
    Destruction d;

    (void)state;
    setup();
    closed.state = S_REJECTED;
    assert_false(retention_due(&def, &closed, on(2025, 2, 28), &d));
    d = due_on(&closed, on(2025, 3, 1));
    assert_int_equal(d.classes, CLASS_BIT(CLASS_IDENTITY) | CLASS_BIT(CLASS_CONFIDENTIAL));
    assert_false(d.whole); /* open values stay for statistics until their own time */
    assert_true(due_on(&closed, on(2039, 3, 1)).whole);
    closed.state = S_SPAM;
    assert_false(retention_due(&def, &closed, on(2024, 8, 29), &d));
    assert_true(due_on(&closed, on(2024, 8, 30)).whole);
}

static void test_not_due(void **state)
{
    Day late = on(2090, 1, 1);
    Destruction d;
    bool held;

    (void)state;
    setup();
    closed.state = S_OPEN; /* reopened */
    assert_false(retention_due(&def, &closed, late, &d));
    assert_true(retention_needs_link(&def, &closed, late, &held));
    assert_false(held);
    closed.state = S_CLOSED;
    assert_false(retention_needs_link(&def, &closed, late, &held));
    assert_true(retention_needs_link(&def, &closed, on(2030, 1, 1), &held));
    closed.on_hold = true;
    assert_false(retention_due(&def, &closed, late, &d));
    assert_true(retention_needs_link(&def, &closed, late, &held));
    assert_true(held);
}

static void test_parts(void **state)
{
    (void)state;
    assert_int_equal(retention_class(PART_HALF, CLASS_OPEN), CLASS_IDENTITY);
    assert_int_equal(retention_class(PART_IDENTITY, CLASS_CONFIDENTIAL), CLASS_IDENTITY);
    assert_int_equal(retention_class(PART_TO_CODE, 0xc0), CLASS_CONFIDENTIAL);
    assert_int_equal(retention_class(PART_REPLY_COPY, 0), CLASS_CONFIDENTIAL);
    assert_int_equal(retention_class(PART_NOTE, CLASS_WORKING), CLASS_WORKING);
    assert_int_equal(retention_class(PART_FILE, CLASS_IDENTITY), CLASS_IDENTITY);
    assert_int_equal(retention_class(PART_FORM, 0xff), CLASS_CONFIDENTIAL); /* broken: goes early */
}

static int step(Case *c, uint8_t kind, uint8_t actor, RoleMask roles, uint8_t classes, bool note)
{
    Step s = {.kind = kind,
              .action = DEF_NONE,
              .deadline = DEF_NONE,
              .day = day0 + 1,
              .received = DAY_NONE,
              .actor = {.kind = actor, .roles = roles, .tag = {{7}}},
              .classes = classes};
    Effects fx;
    Refusal no = {0};

    s.in.note = note;
    return flow_step(&def, c, &s, c, &fx, &no);
}

static void test_steps(void **state)
{
    const RoleMask manager = MASK32(R_MANAGER);
    const uint8_t identity = CLASS_BIT(CLASS_IDENTITY), file = CLASS_BIT(CLASS_CONFIDENTIAL);
    Case c;

    (void)state;
    setup();
    c = closed;
    assert_int_equal(step(&c, STEP_RELEASE, ACTOR_PERSON, manager, 0, true), FLOW_HELD);
    assert_int_equal(step(&c, STEP_HOLD, ACTOR_PERSON, 0, 0, true), FLOW_ROLE);
    assert_int_equal(step(&c, STEP_HOLD, ACTOR_SYSTEM, 0, 0, true), FLOW_ROLE);
    assert_int_equal(step(&c, STEP_HOLD, ACTOR_COMPLAINANT, 0, 0, true), FLOW_ROLE);
    assert_int_equal(step(&c, STEP_HOLD, ACTOR_PERSON, manager, 0, false), FLOW_NOTE);
    assert_int_equal(step(&c, STEP_HOLD, ACTOR_PERSON, manager, 0, true), FLOW_OK);
    assert_true(c.on_hold);
    assert_int_equal(step(&c, STEP_HOLD, ACTOR_PERSON, manager, 0, true), FLOW_TIMES);
    assert_int_equal(step(&c, STEP_DESTROY, ACTOR_SYSTEM, 0, identity, false), FLOW_HELD);
    assert_int_equal(step(&c, STEP_RELEASE, ACTOR_PERSON, manager, 0, true), FLOW_OK);

    assert_int_equal(step(&c, STEP_DESTROY, ACTOR_PERSON, manager, identity, true), FLOW_ROLE);
    assert_int_equal(step(&c, STEP_DESTROY, ACTOR_SYSTEM, 0, 0, false), FLOW_DESTROYED);
    assert_int_equal(step(&c, STEP_DESTROY, ACTOR_SYSTEM, 0, CLASS_BIT(CLASS_OPEN), false),
                     FLOW_DESTROYED);
    assert_int_equal(step(&c, STEP_DESTROY, ACTOR_SYSTEM, 0, identity, false), FLOW_OK);
    assert_int_equal(step(&c, STEP_DESTROY, ACTOR_SYSTEM, 0, identity, false), FLOW_DESTROYED);
    assert_false(case_is_destroyed(&c)); /* the file is still there */
    assert_int_equal(step(&c, STEP_HOLD, ACTOR_PERSON, manager, 0, true), FLOW_OK);
    assert_int_equal(step(&c, STEP_RELEASE, ACTOR_SYSTEM, 0, 0, false), FLOW_OK);
    assert_int_equal(step(&c, STEP_DESTROY, ACTOR_SYSTEM, 0, file, false), FLOW_OK);
    assert_true(case_is_destroyed(&c));
    /* nobody goes on with a file that is not there */
    assert_int_equal(step(&c, STEP_NOTE, ACTOR_PERSON, manager, 0, true), FLOW_DESTROYED);
    assert_int_equal(step(&c, STEP_HOLD, ACTOR_PERSON, manager, 0, true), FLOW_DESTROYED);
    assert_int_equal(step(&c, STEP_MESSAGE, ACTOR_COMPLAINANT, 0, 0, false), FLOW_DESTROYED);
    assert_int_equal(c.destroyed, identity | file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_class), cmocka_unit_test(test_by_end),
        cmocka_unit_test(test_not_due),  cmocka_unit_test(test_parts),
        cmocka_unit_test(test_steps),
    };
    return cmocka_run_group_tests_name("retention", tests, NULL, NULL);
}
