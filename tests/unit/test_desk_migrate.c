/* SPDX-License-Identifier: Apache-2.0 */
/* Running cases moved to a second version of general.yaml: records, indexes and histories. */
#include "desk_files.h"
#include "engine/desk/migrate.h"

/* Version 2, as the tests below need it; the state of work has another name. */
static void second_version(const char *replaces)
{
    char line[256];

    for (int i = 0; i < 10; i++)
        edit(GENERAL, "in_progress", "handling");
    snprintf(line, sizeof(line), "version: 2\n%s", replaces);
    edit(GENERAL, "version: 1", line);
    assert_int_equal(reload(), 0);
}

#define MOVES "replaces: {1: {running: migrate, states: {in_progress: handling}}}"

static const Def *general(void)
{
    return workflows_find(desk_workflows(world.desk), STR("general"));
}

static MigrateDone migrate(bool dry, uint64_t from)
{
    MigrateDone ret;
    Txn *t = dry ? look() : turn();

    assert_int_equal(desk_migrate(world.desk, t, general(), from, dry, &world.arena, &ret),
                     DESK_OK);
    if (dry)
        looked();
    else
        commit();
    return ret;
}

static CaseView seen(const char *who, const char *number)
{
    CaseView v;
    Who w = world_who(who);

    assert_int_equal(desk_case(world.desk, look(), &w, str_of(number), false, &world.arena, &v),
                     DESK_OK);
    looked();
    return v;
}

static Day due_of(const CaseView *v, const char *id)
{
    for (size_t i = 0; i < v->n_deadlines; i++)
        if (str_is(v->deadlines[i].id, id))
            return v->deadlines[i].due;
    return DAY_NONE;
}

static void a_case_moves_as_one_event(void **state)
{
    (void)state;
    const char *number = in_progress();
    CaseView before = seen("chang", number);
    Day due = due_of(&before, "first_result");
    second_version(MOVES);
    MigrateDone told = migrate(true, 0);
    assert_int_equal(told.n, 1);
    assert_int_equal(told.lines[0].verdict, MIGRATE_MOVES);
    assert_true(str_is(told.lines[0].to, "handling"));
    assert_int_equal(seen("chang", number).head.c.events, before.head.c.events);
    MigrateDone done = migrate(false, 0);
    assert_int_equal(done.n, 1);
    CaseView after = seen("chang", number);
    const EventRecord *e = &after.events[after.n_events - 1];
    assert_int_equal(e->step.kind, STEP_MIGRATE);
    assert_int_equal(e->step.actor.kind, ACTOR_SYSTEM);
    assert_true(name_is(&e->workflow, STR("general")));
    assert_int_equal(e->workflow_version, 2);
    assert_memory_equal(e->workflow_hash.b, general()->hash, 32);
    assert_memory_equal(after.head.workflow_hash.b, general()->hash, 32);
    assert_int_equal(after.head.workflow_version, 2);
    assert_int_not_equal(e->log_leaf, UINT64_MAX);
    assert_int_equal(due_of(&after, "first_result"), due);
    assert_true(str_is(after.def->states[after.line.state].id, "handling"));
    verify_finds(0);
    assert_int_equal(migrate(false, 0).n, 0);
}

/* What lies in the history keeps the words of its version. */
static void a_history_speaks_two_versions(void **state)
{
    (void)state;
    const char *number = in_progress();
    edit(GENERAL, "  accept:",
         "  look_first:\n    label: {th: ดูก่อน, en: Look}\n"
         "    from: [assigned]\n    by: [unit_officer]\n  accept_it:");
    second_version(MOVES);
    assert_int_equal(migrate(false, 0).n, 1);
    CaseView v = seen("chang", number);
    size_t accepted = 0;
    for (size_t i = 0; i < v.n_events; i++) {
        const Step *s = &v.events[i].step;
        accepted +=
            s->kind == STEP_ACTION && str_is(v.event_defs[i]->actions[s->action].id, "accept");
    }
    assert_int_equal(accepted, 1);
    assert_int_equal(def_action(v.def, STR("accept")), DEF_NONE);
    verify_finds(0);
}

/* Rungs fired before keep their roles, and those after follow the new ladder. */
static void alerts_of_both_versions_are_told(void **state)
{
    AlertRecord row;
    bool theirs;
    uint64_t n = 0;
    (void)state;
    (void)in_progress();
    world_day(2026, 3, 23);
    tick();
    world_day(2026, 4, 20);
    tick();
    edit(GENERAL, "roles:\n", "roles:\n  helper: {th: ผู้ช่วย, en: Helper}\n");
    edit(GENERAL, "      - {after: 0 calendar days, alert: [assignee, unit_head]}",
         "      - {after: 0 calendar days, alert: [assignee, unit_head, helper]}");
    second_version(MOVES);
    assert_int_equal(migrate(false, 0).n, 1);
    verify_finds(0);
    const Who head = world_who("chang_head");
    for (uint64_t seq = 0; store_get_alert(look(), seq, &row) == STORE_OK; seq++) {
        assert_int_equal(desk_alert_for(world.desk, world.txn, &head, &row, &theirs), DESK_OK);
        n += theirs && name_is(&row.deadline, STR("first_result"));
        if (name_is(&row.deadline, STR("ack")))
            assert_false(theirs);
        looked();
    }
    looked();
    assert_true(n >= 2);
    world_day(2026, 5, 20);
    tick();
    verify_finds(0);
}

static void what_cannot_move_keeps_all(void **state)
{
    (void)state;
    const char *number = in_progress();
    CaseView before = seen("chang", number);
    second_version("replaces: {1: {running: migrate}}");
    MigrateDone done = migrate(false, 0);
    assert_int_equal(done.lines[0].verdict, MIGRATE_STAYS);
    CaseView after = seen("chang", number);
    assert_int_equal(after.head.c.events, before.head.c.events);
    assert_memory_equal(&after.head, &before.head, sizeof(before.head));
    verify_finds(0);
}

static void everywhere(const char *from, const char *to, int times)
{
    for (int i = 0; i < times; i++)
        edit(GENERAL, from, to);
}

static int times_in_general(const char *word)
{
    BUF_AUTO Buf file = {0};
    int n = 0;
    buf_init(&file, LOAD_BYTES_MAX);
    file_get(GENERAL, &file);
    buf_add(&file, "", 1);
    for (const char *at = (const char *)file.ptr; (at = strstr(at, word)); at++)
        n++;
    return n;
}

/* The roles that work there are others now, and nobody of theirs holds a key. */
static void somebody_must_be_able_to_go_on(void **state)
{
    static const char *const roles[][2] = {
        {"unit_officer", "fitter"}, {"intake_officer", "porter"}, {"unit_head", "foreman"}};
    (void)state;
    (void)in_progress();
    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
        everywhere(roles[i][0], roles[i][1], times_in_general(roles[i][0]));
    second_version(MOVES);
    MigrateDone done = migrate(true, 0);
    assert_int_equal(done.lines[0].verdict, MIGRATE_STAYS);
    assert_true(
        str_is(done.lines[0].why, "nobody who could take the next step there holds a key of it"));
}

static void a_forged_version_is_found(void **state)
{
    HeadRecord head;
    (void)state;
    (void)in_progress();
    second_version(MOVES);
    assert_int_equal(migrate(false, 0).n, 1);
    turn();
    assert_int_equal(store_get_head(world.txn, 1, &head), STORE_OK);
    head.workflow_version = 3;
    Batch *b = batch_new(&world.arena);
    batch_put_head(b, &head);
    assert_int_equal(store_apply(world.txn, b), STORE_OK);
    commit();
    verify_finds(1);
}

static void many_cases_move_in_portions(void **state)
{
    (void)state;
    for (int i = 0; i < MIGRATE_LOOKED + 20; i++) {
        CodeKeys own;
        code_make(&own);
        file_complaint("general", general_fills, &own);
        code_keys_finish(&own);
    }
    second_version(MOVES);
    MigrateDone first = migrate(false, 0);
    assert_int_equal(first.n, MIGRATE_LOOKED);
    assert_int_not_equal(first.next, 0);
    verify_finds(0);
    MigrateDone rest = migrate(false, first.next);
    assert_int_equal(rest.n, 20);
    assert_int_equal(rest.next, 0);
    verify_finds(0);
}

static void a_failing_move_leaves_no_half_case(void **state)
{
    MigrateDone told;
    (void)state;
    (void)in_progress();
    second_version(MOVES);
    for (unsigned n = 1;; n++) {
        turn();
        store_fail_after(desk_store(world.desk), n, STORE_FULL);
        int r = desk_migrate(world.desk, world.txn, general(), 0, false, &world.arena, &told);
        if (r == DESK_OK)
            r = store_commit(world.txn);
        else
            store_end(world.txn);
        store_fail_after(desk_store(world.desk), 0, STORE_OK);
        verify_finds(0);
        if (!r)
            break;
        assert_int_equal(migrate(true, 0).n, 1);
    }
    assert_int_equal(migrate(true, 0).n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(a_case_moves_as_one_event),        ON_MODEL(a_history_speaks_two_versions),
        ON_MODEL(alerts_of_both_versions_are_told), ON_MODEL(what_cannot_move_keeps_all),
        ON_MODEL(somebody_must_be_able_to_go_on),   ON_MODEL(a_forged_version_is_found),
        ON_MODEL(many_cases_move_in_portions),      ON_MODEL(a_failing_move_leaves_no_half_case),
    };
    return cmocka_run_group_tests_name("desk: migrate", tests, make, drop);
}
