/* SPDX-License-Identifier: Apache-2.0 */
/* Calendars, settings and workflows are edited while cases run: what was promised and how a case
 * came about stays as it was, what is still to come follows the files of today. */
#include "desk_files.h"

static void holiday(const char *day)
{
    char line[128];

    snprintf(line, sizeof(line),
             "days:\n  %s: {th: หยุด, en: Day off, kind: special, confirmed: yes}", day);
    edit(CALENDAR, "days:", line);
}

static ShownDeadline deadline(const char *number, const char *id)
{
    CaseView v;
    Who who = world_who("intake");

    assert_int_equal(desk_case(world.desk, look(), &who, str_of(number), false, &world.arena, &v),
                     DESK_OK);
    looked();
    for (size_t i = 0; i < v.n_deadlines; i++)
        if (str_is(v.deadlines[i].id, id))
            return v.deadlines[i];
    fail_msg("no clock %s", id);
    return (ShownDeadline){0};
}

static Day due(const char *number, const char *id)
{
    return deadline(number, id).due;
}

static Day march(int day)
{
    return day_from_civil((Civil){2026, 3, day});
}

/* Faults, and how many cases wait for the re-index. */
static void verify_waits(uint64_t waiting)
{
    Buf report;
    VerifyCounts n;

    buf_init(&report, 1 << 16);
    int r = desk_verify(world.desk, look(), &report, &n);
    looked();
    if (r)
        world_say(&report);
    assert_int_equal(r, 0);
    assert_int_equal(n.faults, 0);
    assert_int_equal(n.reindex, waiting);
    assert_true((report.len > 0) == (waiting > 0));
    buf_finish(&report);
}

static bool due_key_at(const char *number, const char *id, Day day)
{
    DueKey k = {.at = day_start(day, desk_office(world.desk)->zone)};
    Moment at = k.at;
    HeadRecord h;
    const Def *def;
    uint64_t case_id;
    bool found = false;

    assert_int_equal(store_find_number(look(), str_of(number), &case_id), STORE_OK);
    assert_int_equal(store_get_head(world.txn, case_id, &h), STORE_OK);
    assert_int_equal(desk_def(world.desk, world.txn, &h, &def), DESK_OK);
    for (; !found && store_next_due(world.txn, &k, &k) == STORE_OK && k.at == at; k.deadline++)
        found = k.case_id == case_id && k.deadline == def_deadline(def, str_of(id));
    looked();
    return found;
}

/* ---- calendars ---- */
static void a_new_holiday_moves_what_still_runs(void **state)
{
    (void)state;
    const char *number = in_progress();
    assert_int_equal(due(number, "work"), march(12)); /* 3 March is Makha Bucha */
    Day screened = due(number, "screen");
    Day promised = deadline(number, "first_result").promised[0];
    assert_true(due_key_at(number, "work", march(13)));
    verify_waits(0);
    holiday("2026-03-10");
    assert_int_equal(reload(), 0);
    verify_waits(1); /* the keys are still those of the table before */
    tick();
    verify_waits(0);
    assert_int_equal(due(number, "work"), march(13));
    assert_int_equal(due(number, "screen"), screened); /* met: judged by the day it had */
    assert_int_equal(deadline(number, "first_result").promised[0], promised);
    assert_false(due_key_at(number, "work", march(13)));
    assert_true(due_key_at(number, "work", march(14)));
    world_day(2026, 3, 13);
    tick();
    assert_true(due_key_at(number, "work", march(14))); /* not late yet */
    world_day(2026, 3, 14);
    assert_true(tick() > 0);
    assert_false(due_key_at(number, "work", march(14)));
    verify_waits(0);
}

/* A clock met before the change keeps the day it was judged by; made again by the table of today,
 * the case would be another one. */
static void what_is_decided_stays(void **state)
{
    (void)state;
    const char *number = in_progress();
    Day judged = due(number, "screen");
    holiday("2026-03-04");
    assert_int_equal(judged, march(4));
    assert_int_equal(reload(), 0);
    verify_waits(1);
    tick();
    assert_int_equal(due(number, "screen"), judged);
    assert_int_equal(due(number, "work"), march(13));
    verify_waits(0);
    DOES(.who = "chang", .number = number, .kind = STEP_NOTE, .note = "ไปดูแล้ว");
    verify_waits(0);
}

static void a_step_before_the_re_index_finds_its_keys(void **state)
{
    (void)state;
    const char *number = in_progress();
    holiday("2026-03-10");
    assert_int_equal(reload(), 0);
    DOES(.who = "chang", .number = number, .kind = STEP_NOTE, .note = "ไปดูแล้ว");
    verify_waits(0);
    assert_true(due_key_at(number, "work", march(14)));
    tick();
    verify_waits(0);
}

/* A key fires on its old day although the new one is later: nothing is told, the key moves. */
static void a_key_of_the_old_table_fires_nothing(void **state)
{
    AlertRecord r;

    (void)state;
    const char *number = in_progress();
    holiday("2026-03-10");
    assert_int_equal(reload(), 0);
    turn();
    Batch *b = batch_new(&world.arena);
    batch_put_meta(b, STR("reindex"), STR("done")); /* as if it had not got there */
    assert_int_equal(store_apply(world.txn, b), STORE_OK);
    commit();
    world_day(2026, 3, 13);
    tick();
    for (uint64_t seq = 0; store_next_alert(look(), seq, &r) == STORE_OK; seq = r.seq + 1) {
        assert_false(name_is(&r.deadline, STR("work")));
        looked();
    }
    looked();
    assert_true(due_key_at(number, "work", march(14)));
    verify_waits(0);
}

static void a_holiday_taken_back_moves_days_nearer(void **state)
{
    (void)state;
    holiday("2026-03-10");
    assert_int_equal(reload(), 0);
    const char *number = in_progress();
    assert_int_equal(due(number, "work"), march(13));
    file_put(CALENDAR, buf_str(&original[0]));
    assert_int_equal(reload(), 0);
    tick();
    assert_int_equal(due(number, "work"), march(12));
    verify_waits(0);
    world_day(2026, 3, 13);
    assert_true(tick() > 0);
    verify_waits(0);
}

static void another_province_has_other_days(void **state)
{
    (void)state;
    world_day(2026, 3, 16);
    const char *number = in_progress();
    assert_int_equal(due(number, "work"), march(25));
    edit(SETTINGS, "province: khon_kaen", "province: pattani");
    assert_int_equal(reload(), 0);
    verify_waits(1);
    tick();
    assert_int_equal(due(number, "work"), march(26)); /* Hari Raya on the 20th */
    verify_waits(0);
}

static void changes_may_follow_each_other(void **state)
{
    (void)state;
    const char *number = in_progress();
    holiday("2026-03-10");
    assert_int_equal(reload(), 0);
    holiday("2026-03-11");
    assert_int_equal(reload(), 0);
    DOES(.who = "chang", .number = number, .kind = STEP_NOTE, .note = "ไปดูแล้ว");
    holiday("2026-03-12");
    assert_int_equal(reload(), 0);
    tick();
    assert_int_equal(due(number, "work"), march(17));
    verify_waits(0);
}

static void a_faulty_calendar_is_refused(void **state)
{
    (void)state;
    const char *number = in_progress();
    edit(CALENDAR, "days:", "days:\n  2026-13-40: nonsense");
    assert_int_equal(reload(), 1);
    assert_int_equal(due(number, "work"), march(12));
    verify_waits(0);
}

enum { MANY = 620 };

static uint64_t many_made(const Bundle *b)
{
    Submitted s;
    Refusal no;
    uint64_t n = 0;

    for (turn(); n < MANY; n++) {
        Bundle other = *b;
        other.lookup.b[0] = (uint8_t)n;
        other.lookup.b[1] = (uint8_t)(n >> 8);
        assert_int_equal(
            desk_submit(world.desk, world.txn, STR("general"), NULL, &other, &world.arena, &s, &no),
            DESK_OK);
    }
    commit();
    return n;
}

static void many_cases_are_done_in_portions(void **state)
{
    unsigned fired;
    Moment next = 0;
    Bundle b;

    (void)state;
    assert_int_equal(compose("general", general_fills, &code, DAY_NONE, &b), 0);
    many_made(&b);
    tick();
    verify_waits(0);
    holiday("2026-03-10");
    assert_int_equal(reload(), 0);
    assert_int_equal(desk_tick(world.desk, turn(), desk_now(world.desk), 200, &fired, &next), 0);
    commit();
    assert_true(next <= desk_now(world.desk)); /* come again */
    verify_waits(MANY - 500);
    assert_int_equal(desk_tick(world.desk, turn(), desk_now(world.desk), 200, &fired, &next), 0);
    commit();
    assert_true(next > desk_now(world.desk));
    verify_waits(0);
}

static void a_failing_re_index_leaves_no_half_case(void **state)
{
    unsigned fired, n = 1;
    Moment next;
    int r;

    (void)state;
    in_progress();
    tick();
    holiday("2026-03-10");
    assert_int_equal(reload(), 0);
    do {
        turn();
        store_fail_after(desk_store(world.desk), n++, STORE_FULL);
        r = desk_tick(world.desk, world.txn, desk_now(world.desk), 200, &fired, &next);
        store_fail_after(desk_store(world.desk), 0, STORE_OK);
        if (r == DESK_OK) {
            commit();
            break;
        }
        assert_int_equal(r, DESK_FULL);
        store_end(world.txn);
        verify_waits(1);
    } while (n < 1000);
    assert_int_equal(r, DESK_OK);
    assert_true(n > 3);
    verify_waits(0);
}

static void a_changed_document_is_found(void **state)
{
    EventRecord e;

    (void)state;
    in_progress();
    holiday("2026-03-10");
    assert_int_equal(reload(), 0);
    tick();
    assert_int_equal(store_get_event(look(), 1, 0, &world.arena, &e), STORE_OK);
    looked();
    turn();
    Batch *b = batch_new(&world.arena);
    batch_put_def(b, &e.calendar_hash, STR("khon_kaen 420\n"));
    assert_int_equal(store_apply(world.txn, b), STORE_OK);
    commit();
    assert_int_equal(reload(), 0); /* forgets what it had read before */
    Buf report;
    VerifyCounts n;
    buf_init(&report, 1 << 16);
    assert_int_equal(desk_verify(world.desk, look(), &report, &n), 1);
    looked();
    assert_true(n.faults > 0);
    buf_finish(&report);
}

/* ---- settings ---- */
static const Fill in_moo_9[] = {{"subject", "ไฟดับ"}, {"details", "x"},        {"category", "light"},
                                {"moo", "moo_9"},    {"notice_version", "1"}, {NULL, NULL}};

static size_t listed(void)
{
    CaseLine *lines;
    size_t n;
    ListKey next;
    Who who = world_who("intake");
    ListFilter f = {.due_before = DAY_NONE, .with_closed = true};

    assert_int_equal(desk_list(world.desk, look(), &who, &f, &world.arena, &lines, &n, &next),
                     DESK_OK);
    looked();
    return n;
}

static void lists_may_lose_gain_and_change_places(void **state)
{
    (void)state;
    const char *number = filed(in_moo_9);
    edit(SETTINGS, "    moo_9: {th: หมู่ที่ 9, en: Moo 9}\n", "");
    edit(SETTINGS, "    moo_1: {th: หมู่ที่ 1, en: Moo 1}\n", "    moo_0: {th: ศูนย์, en: Moo 0}\n");
    edit(SETTINGS, "    INSUFFICIENT: {th: ข้อมูลไม่ครบ",
         "    NEW_ONE: {th: ใหม่, en: New}\n    INSUFFICIENT: {th: ข้อมูลไม่ครบ");
    edit(SETTINGS, "units:\n", "units:\n  water: {th: กองประปา, en: Waterworks}\n");
    assert_int_equal(reload(), 0);
    assert_int_equal(listed(), 1);
    verify_waits(0);
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    verify_waits(0);
}

/* Rules of the old text speak of a village that is no more: it means what it meant. */
static void rules_on_a_lost_choice_hold(void **state)
{
    (void)state;
    edit(GENERAL, "only_if: {urgency: urgent}", "only_if: {moo: moo_9}");
    assert_int_equal(reload(), 0);
    const char *number = filed(in_moo_9);
    assert_int_equal(due(number, "urgent_action"), march(3));
    file_put(GENERAL, buf_str(&original[2]));
    edit(SETTINGS, "    moo_9: {th: หมู่ที่ 9, en: Moo 9}\n", "");
    edit(SETTINGS, "    moo_1: {th: หมู่ที่ 1, en: Moo 1}\n", "");
    assert_int_equal(reload(), 0);
    assert_int_equal(listed(), 1);
    assert_int_equal(due(number, "urgent_action"), march(3));
    verify_waits(0);
    holiday("2026-03-10");
    assert_int_equal(reload(), 0);
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    world_day(2026, 3, 5);
    tick();
    verify_waits(0);
}

static void a_dissolved_unit_closes_no_case(void **state)
{
    (void)state;
    const char *number = filed(general_fills);
    edit(GENERAL, "unit: education}", "unit: welfare}");
    edit(SETTINGS, "  education: {th: กองการศึกษา", "  culture: {th: กองการศึกษา");
    assert_int_equal(reload(), 0);
    assert_int_equal(listed(), 1);
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    verify_waits(0);
}

/* The old text names a calendar of which there is no file any more. */
static void a_calendar_that_is_gone_still_counts(void **state)
{
    char *from, *to;

    (void)state;
    const char *number = in_progress();
    from = path_join(world.dir, CALENDAR);
    to = path_join(world.dir, "workflows/calendars/other.yaml");
    file_put("workflows/calendars/other.yaml", buf_str(&original[0]));
    edit("workflows/calendars/other.yaml", "calendar: th_government", "calendar: other");
    static const char *const others[] = {"workflows/corruption.yaml", "workflows/retaliation.yaml"};
    Buf kept[2];
    for (size_t i = 0; i < 2; i++) {
        buf_init(&kept[i], LOAD_BYTES_MAX);
        file_get(others[i], &kept[i]);
        edit(others[i], "calendar: th_government", "calendar: other");
    }
    edit(GENERAL, "calendar: th_government", "calendar: other");
    assert_int_equal(unlink(from), 0);
    assert_int_equal(reload(), 0);
    tick();
    assert_int_equal(due(number, "work"), march(12));
    DOES(.who = "chang", .number = number, .kind = STEP_NOTE, .note = "ไปดูแล้ว");
    verify_waits(0);
    for (size_t i = 0; i < 2; i++) {
        file_put(others[i], buf_str(&kept[i]));
        buf_finish(&kept[i]);
    }
    assert_int_equal(unlink(to), 0);
    free(from);
    free(to);
}


int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(a_new_holiday_moves_what_still_runs),
        ON_MODEL(what_is_decided_stays),
        ON_MODEL(a_step_before_the_re_index_finds_its_keys),
        ON_MODEL(a_key_of_the_old_table_fires_nothing),
        ON_MODEL(a_holiday_taken_back_moves_days_nearer),
        ON_MODEL(another_province_has_other_days),
        ON_MODEL(changes_may_follow_each_other),
        ON_MODEL(a_faulty_calendar_is_refused),
        ON_MODEL(many_cases_are_done_in_portions),
        ON_MODEL(a_failing_re_index_leaves_no_half_case),
        ON_MODEL(a_changed_document_is_found),
        ON_MODEL(lists_may_lose_gain_and_change_places),
        ON_MODEL(rules_on_a_lost_choice_hold),
        ON_MODEL(a_dissolved_unit_closes_no_case),
        ON_MODEL(a_calendar_that_is_gone_still_counts),
    };
    return cmocka_run_group_tests_name("desk: pins", tests, make, drop);
}
