/* SPDX-License-Identifier: Apache-2.0 */
/* Who is told of a protected case, whoever is accused, and what the rows on disk say of it. */
#include "hostile_help.h"

static bool is_told(const char *name, const AlertRecord *r)
{
    Who who = world_who(name);
    bool told = false;

    assert_int_equal(desk_alert_for(world.desk, world.txn, &who, r, &told), DESK_OK);
    return told;
}

static RoleMask role_bits(const char *a, const char *b)
{
    const Def *def = workflows_find(desk_workflows(world.desk), STR("corruption"));
    return MASK32(def_role(def, str_of(a))) | MASK32(def_role(def, str_of(b)));
}

/* alert_first: [protected_officer, clerk, chief_executive]. */
static void the_first_who_is_free_is_told(void **state)
{
    AlertRecord r;
    unsigned rows = 0;

    (void)state;
    filed("corruption", against_pit_a);
    world_day(2026, 5, 20);
    tick();
    RoleMask named = role_bits("protected_officer", "clerk");
    look();
    for (uint64_t seq = 0; store_next_alert(world.txn, seq, &r) == STORE_OK; seq = r.seq + 1) {
        if ((r.to & named) != named)
            continue;
        rows++;
        assert_true(is_told("pit_b", &r));
        assert_false(is_told("pit_a", &r)); /* accused */
        assert_false(is_told("palad", &r)); /* not the first, and without a key */
    }
    looked();
    assert_true(rows > 0);
    verify_finds(0);
}

/* What lies on disk is the same whoever is accused. */
static void rows_do_not_tell_who_is_accused(void **state)
{
    AlertRecord r;
    RoleMask to[2][64] = {{0}};
    size_t n[2] = {0, 0};
    CodeKeys other;

    (void)state;
    filed("corruption", against_palad);
    code_make(&other);
    file_complaint("corruption", against_nobody, &other);
    world_day(2026, 5, 20);
    tick();
    look();
    for (uint64_t seq = 0; store_next_alert(world.txn, seq, &r) == STORE_OK; seq = r.seq + 1) {
        size_t i = r.case_id == 1 ? 0 : 1;
        if (n[i] < 64)
            to[i][n[i]++] = r.to;
    }
    looked();
    assert_true(n[0] > 0);
    assert_int_equal(n[0], n[1]);
    assert_memory_equal(to[0], to[1], sizeof(to[0]));
    code_keys_finish(&other);
}

/* Passes the keys of a case on to the auditor. */
static void to_the_auditor(const CaseView *v, Bundle *b)
{
    Composer by = composer_of(v->def);
    HeldKeys held;

    hold_keys("pit_b", v, &held);
    assert_int_equal(compose_grant(&by, &held, world_who("audit").person, CLASS_CONFIDENTIAL,
                                   &world.keys[world_index("pit_b")].sign, b),
                     0);
    held_keys_finish(&held);
}

/* The row of the rung that tells the clerk and nobody else. */
static AlertRecord row_to_the_clerk(const CaseView *v)
{
    RoleMask clerk = MASK32(def_role(v->def, STR("clerk")));
    AlertRecord r;

    for (uint8_t i = 0; i < v->def->n_deadlines; i++) {
        const Deadline *d = &v->def->deadlines[i];
        for (uint8_t k = 0; k < d->n_rungs; k++) {
            if (d->rungs[k].to != clerk || d->rungs[k].n_first)
                continue;
            alert_of(v->def, &v->head, i, k, desk_today(world.desk), &r);
            assert_int_equal(r.to, clerk);
            return r;
        }
    }
    fail_msg("no rung tells the clerk alone");
    return (AlertRecord){0};
}

/* alert_instead {clerk: internal_auditor}: the clerk is accused, the auditor is told, as soon as he
 * holds a key; without one the case is not there for him either. */
static void somebody_else_is_told_instead(void **state)
{
    CodeKeys other;

    (void)state;
    const char *number = filed("corruption", against_palad);
    CaseView v = case_seen("pit_b", number);
    AlertRecord r = row_to_the_clerk(&v);
    look();
    assert_false(is_told("palad", &r));
    assert_false(is_told("audit", &r));
    looked();
    const Doing grant = {.who = "pit_b", .number = number, .kind = STEP_NOTE, .note = "x"};
    assert_int_equal(forged(&grant, to_the_auditor), DESK_OK);
    look();
    assert_false(is_told("palad", &r));
    assert_true(is_told("audit", &r));
    looked();
    code_make(&other); /* nobody is accused: the auditor hears nothing of the clerk's alerts */
    Submitted s = file_complaint("corruption", against_nobody, &other);
    number = arena_str(&world.arena, name_str(&s.number)).ptr;
    const Doing again = {.who = "pit_b", .number = number, .kind = STEP_NOTE, .note = "x"};
    assert_int_equal(forged(&again, to_the_auditor), DESK_OK);
    v = case_seen("pit_b", number);
    r = row_to_the_clerk(&v);
    look();
    assert_false(is_told("audit", &r));
    looked();
    code_keys_finish(&other);
    verify_finds(0);
}

#define ON_MODEL(f) cmocka_unit_test_setup_teardown(f, fresh, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(the_first_who_is_free_is_told),
        ON_MODEL(rows_do_not_tell_who_is_accused),
        ON_MODEL(somebody_else_is_told_instead),
    };
    return cmocka_run_group_tests_name("desk: alerts", tests, world_make, world_drop);
}
