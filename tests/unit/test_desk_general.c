/* SPDX-License-Identifier: Apache-2.0 */
/* A general complaint from filing to its end, through the desk. */
#include "desk_help.h"

static CodeKeys code;

static int fresh_code(void **state)
{
    world_model(state);
    code_make(&code);
    return 0;
}

static int fresh_code_on_disk(void **state)
{
    (void)state;
    world_open(false);
    code_make(&code);
    return 0;
}

static int done_code(void **state)
{
    code_keys_finish(&code);
    return world_end(state);
}

static TrackView track(void)
{
    TrackView v;

    assert_int_equal(desk_track(world.desk, look(), &code, &world.arena, &v), DESK_OK);
    looked();
    return v;
}

static int case_answer(const char *name, const char *number)
{
    CaseView v;
    Who who = world_who(name);

    int r = desk_case(world.desk, look(), &who, str_of(number), false, &world.arena, &v);
    looked();
    return r;
}

static bool has_step(const CaseView *v, uint8_t kind, const char *what)
{
    for (size_t i = 0; i < v->n_steps; i++) {
        const OpenStep *s = &v->steps[i];
        if (s->kind == kind &&
            (!what || (kind == STEP_ACTION && str_is(v->def->actions[s->index].id, what)) ||
             (kind == STEP_EXTEND && str_is(v->def->deadlines[s->index].id, what))))
            return true;
    }
    return false;
}

static const char *filed(void)
{
    Submitted s = file_complaint("general", general_fills, &code);
    return arena_str(&world.arena, name_str(&s.number)).ptr;
}

static void filing_gives_a_receipt(void **state)
{
    (void)state;
    Submitted s = file_complaint("general", general_fills, &code);

    assert_str(name_str(&s.number), "G69-0001");
    assert_false(s.again);
    assert_int_equal(s.received, desk_today(world.desk));
    assert_int_equal(s.n_deadlines, 1);
    assert_str(s.deadlines[0].id, "first_result");
    assert_int_equal(s.deadlines[0].due, s.received + 15);
    verify_finds(0);
    TrackView v = track();
    assert_str(v.def->states[v.state].id, "received");
    assert_false(v.waiting_for_you);
    assert_int_equal(v.n_messages, 0); /* the receipt carries the code: it is shown, never kept */
}

static void the_same_code_gives_the_same_receipt(void **state)
{
    (void)state;
    Submitted first = file_complaint("general", general_fills, &code);
    Submitted again = file_complaint("general", general_fills, &code);

    assert_true(again.again);
    assert_true(name_eq(&first.number, &again.number));
    assert_int_equal(store_count(look(), STR("case")), 1);
    looked();
}

static void an_unknown_code_finds_nothing(void **state)
{
    CodeKeys other;
    TrackView v;

    (void)state;
    file_complaint("general", general_fills, &code);
    code_make(&other);
    assert_int_equal(desk_track(world.desk, look(), &other, &world.arena, &v), DESK_UNKNOWN);
    looked();
    code_keys_finish(&other);
}

static void numbers_run_on(void **state)
{
    CodeKeys other;

    (void)state;
    filed();
    code_make(&other);
    Submitted s = file_complaint("general", general_fills, &other);
    assert_str(name_str(&s.number), "G69-0002");
    code_keys_finish(&other);
}

static void a_register_number_is_given_once(void **state)
{
    (void)state;
    const char *number = filed();
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    CaseView v = case_seen("intake", number);
    assert_str(name_str(&v.head.register_no), "1/2569");
    assert_str(v.def->states[v.line.state].id, "screening");
    v = case_seen("intake", "1/2569");
    assert_str(name_str(&v.head.number), number);
    verify_finds(0);
}

static const Fill propose_fills[] = {
    {"category", "building"}, {"unit", "public_works"}, {"opinion", "ควรตรวจ"}, {NULL, NULL}};
static const Fill order_fills[] = {{"unit", "public_works"}, {"order", "ดำเนินการ"}, {NULL, NULL}};

/* Up to the work of the unit. */
static void walk_to_work(const char *number)
{
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "propose",
         .fills = propose_fills);
    DOES(.who = "palad", .number = number, .kind = STEP_ACTION, .what = "order_assign",
         .fills = order_fills);
    DOES(.who = "chang", .number = number, .kind = STEP_ACTION, .what = "accept");
}

static void keys_go_to_those_who_must_read(void **state)
{
    StepRefused no = {0};
    MissingSeal asked[READER_SLOTS * CLASSES];
    Who intake;
    size_t n;
    Name unit = name_of(STR("public_works"));

    (void)state;
    const char *number = filed();
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    const Doing propose = {.who = "intake",
                           .number = number,
                           .kind = STEP_ACTION,
                           .what = "propose",
                           .fills = propose_fills,
                           .no_grants = true};
    assert_int_equal(does_answer(&propose, &no), DESK_SEALS);
    assert_true(no.n_missing > 0);
    bool unit_officer = false;
    for (size_t i = 0; i < no.n_missing; i++)
        unit_officer |= name_is(&no.missing[i].person, STR("chang"));
    assert_true(unit_officer);
    intake = world_who("intake");
    assert_int_equal(desk_readers_after(world.desk, look(), &intake, str_of(number), STEP_ACTION,
                                        STR("propose"), &unit, NULL, asked,
                                        sizeof(asked) / sizeof(asked[0]), &n),
                     DESK_OK);
    looked();
    assert_int_equal(n, no.n_missing);
    assert_memory_equal(asked, no.missing, n * sizeof(asked[0]));
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "propose",
         .fills = propose_fills);
    CaseView v = case_seen("palad", number);
    assert_true(v.n_seals > 0);
    assert_true(v.n_parts > 0);
    verify_finds(0);
}

static void a_case_goes_its_way(void **state)
{
    (void)state;
    const char *number = filed();
    walk_to_work(number);
    CaseView v = case_seen("chang", number);
    assert_str(v.def->states[v.line.state].id, "in_progress");
    assert_str(name_str(&v.line.assignee), "chang");
    assert_str(name_str(&v.line.unit), "public_works");
    assert_str(name_str(&v.people[0]), "");
    assert_str(name_str(&v.people[1]), "intake");
    assert_true(has_step(&v, STEP_ACTION, "log_action"));
    assert_true(has_step(&v, STEP_EXTEND, "first_result"));
    assert_false(has_step(&v, STEP_ACTION, "propose"));
    DOES(.who = "chang", .number = number, .kind = STEP_NOTE, .note = "ไปดูแล้ว");
    verify_finds(0);
}

static void stale_revisions_are_moved(void **state)
{
    StepRefused no;

    (void)state;
    const char *number = filed();
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    const Doing stale = {
        .who = "intake", .number = number, .kind = STEP_NOTE, .note = "x", .old_rev = true};
    assert_int_equal(does_answer(&stale, &no), DESK_MOVED);
    verify_finds(0);
}

static void another_hand_is_no_signature(void **state)
{
    StepDone done;
    StepRefused no;
    Bundle b;

    (void)state;
    const char *number = filed();
    CaseView v = case_seen("intake", number);
    const Doing note = {.who = "intake", .number = number, .kind = STEP_NOTE, .note = "x"};
    doing_compose(&note, &v, &b);
    Who who = world_who("intake");
    StepRequest request = {.number = str_of(number),
                           .kind = STEP_NOTE,
                           .has_rev = true,
                           .if_rev = v.head.c.rev,
                           .bundle = &b};
    assert_int_equal(bundle_sign(&b, &world.keys[world_index("palad")].sign,
                                 desk_office(world.desk)->tenant, v.head.c.rev, STEP_NOTE, STR("")),
                     0);
    assert_int_equal(desk_act(world.desk, turn(), &who, &request, &world.arena, &done, &no),
                     DESK_SIGNATURE);
    store_end(world.txn);
}

static const Fill reject_fills[] = {
    {"reject_code", "SPAM"}, {"where_else", "ศูนย์ดำรงธรรม"}, {NULL, NULL}};

static void a_proposals_words_wait_for_approval(void **state)
{
    StepRefused no;

    (void)state;
    const char *number = filed();
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "reject",
         .fills = reject_fills, .message = "ไม่รับเรื่อง");
    TrackView before = track();
    CaseView v = case_seen("palad", number);
    assert_true(v.line.pending);
    assert_str(name_str(&v.approver_of), "intake");
    assert_true(has_step(&v, STEP_APPROVE, NULL));
    const Doing own = {.who = "intake", .number = number, .kind = STEP_APPROVE};
    assert_int_equal(does_answer(&own, &no), DESK_REFUSED);
    verify_finds(0);
    DOES(.who = "palad", .number = number, .kind = STEP_APPROVE);
    TrackView after = track();
    assert_true(after.n_messages > before.n_messages);
    bool told = false;
    for (size_t i = 0; i < after.n_messages; i++)
        told |= str_is(after.messages[i].text.th, "ไม่รับเรื่อง");
    assert_true(told);
    assert_str(after.def->states[after.state].id, "rejected");
    verify_finds(0);
    /* Found by its lookup id, but the words are sealed to another pair: no code of this case. */
    BoxPair its = code.box;
    assert_int_equal(box_pair_new(&code.box), 0);
    assert_int_equal(desk_track(world.desk, look(), &code, &world.arena, &after), DESK_UNKNOWN);
    looked();
    box_pair_finish(&code.box);
    code.box = its;
}

static void declined_words_are_never_told(void **state)
{
    (void)state;
    const char *number = filed();
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    size_t before = track().n_messages;
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "reject",
         .fills = reject_fills, .message = "ไม่รับเรื่อง");
    DOES(.who = "palad", .number = number, .kind = STEP_DECLINE, .note = "รับไว้ก่อน");
    assert_int_equal(track().n_messages, before);
    verify_finds(0);
}

static int citizen(uint8_t deed, uint8_t action, const char *text, const Fill *fills, Refusal *no)
{
    CaseKeys keys;
    const Def *def;
    uint32_t parts;
    Bundle b;

    assert_int_equal(desk_citizen_keys(world.desk, look(), &code, &keys, &def, &parts), DESK_OK);
    looked();
    Composer by = composer_of(def);
    Form form = form_of(def, fills);
    assert_int_equal(compose_reply(&by, &keys, parts, str_of(text), &form, NULL, 0, &b), 0);
    if (deed == CITIZEN_REPLY && !fills)
        b.in.message = true;
    turn();
    assert_int_equal(store_nest(world.txn), 0);
    int r = desk_citizen(world.desk, world.txn, &code, deed, action, &b, &world.arena, no);
    if (r == DESK_OK)
        assert_int_equal(store_nest_keep(world.txn), 0);
    else
        store_nest_drop(world.txn);
    commit();
    return r;
}

static void the_complainant_answers(void **state)
{
    static const Fill reply[] = {{"reply", "หน้าบ้านเลขที่ 9"}, {NULL, NULL}};
    Refusal no;

    (void)state;
    const char *number = filed();
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "ask_info",
         .message = "หลังไหน");
    TrackView v = track();
    assert_true(v.waiting_for_you);
    assert_int_not_equal(v.reply_action, DEF_NONE);
    assert_int_equal(v.n_deadlines, 2);
    assert_str(v.deadlines[1].id, "reply");
    assert_int_equal(citizen(CITIZEN_REPLY, 0, "", reply, &no), DESK_OK);
    v = track();
    assert_false(v.waiting_for_you);
    assert_str(v.def->states[v.state].id, "screening");
    bool own = false;
    for (size_t i = 0; i < v.n_messages; i++)
        own |= !v.messages[i].from_office && str_is(v.messages[i].text.th, "หน้าบ้านเลขที่ 9");
    assert_true(own);
    assert_int_equal(citizen(CITIZEN_REPLY, 0, "เพิ่มเติม", NULL, &no), DESK_OK);
    assert_int_equal(case_seen("intake", number).head.c.messages, 1);
    assert_int_equal(citizen(CITIZEN_SURVEY, 0, "", NULL, &no), DESK_REFUSED);
    verify_finds(0);
}

static void strangers_to_a_case_do_not_see_it(void **state)
{
    StepRefused no;

    (void)state;
    const char *number = filed();
    assert_int_equal(case_answer("keep_a", number), DESK_UNKNOWN);
    assert_int_equal(case_answer("chang", number), DESK_UNKNOWN); /* of another unit, so far */
    assert_int_equal(case_answer("intake", "G69-9999"), DESK_UNKNOWN);
    assert_int_equal(case_answer("intake", ""), DESK_UNKNOWN);
    const Doing note = {.who = "keep_a", .number = number, .kind = STEP_NOTE, .note = "x"};
    assert_int_equal(does_answer(&note, &no), DESK_UNKNOWN);
}

static void who_is_taken_off_sees_nothing_more(void **state)
{
    (void)state;
    const char *number = filed();
    walk_to_work(number);
    assert_int_equal(case_answer("chang_head", number), DESK_OK);
    DOES(.who = "palad", .number = number, .kind = STEP_RECUSE, .target = "chang_head");
    assert_int_equal(case_answer("chang_head", number), DESK_UNKNOWN);
    verify_finds(0);
}

static void time_reminds_and_alerts(void **state)
{
    LateLine *late;
    size_t n;

    (void)state;
    filed();
    assert_int_equal(tick(), 0);
    world_day(2026, 3, 30);
    unsigned fired = tick();
    assert_true(fired > 0);
    assert_int_equal(tick(), 0);
    verify_finds(0);
    AlertRecord r;
    Txn *t = look();
    assert_int_equal(store_next_alert(t, 0, &r), STORE_OK);
    assert_str(name_str(&r.number), "G69-0001");
    Who intake = world_who("intake");
    assert_int_equal(desk_overdue(world.desk, t, &intake, &world.arena, &late, &n), DESK_OK);
    looked();
    assert_true(n >= 2); /* the first result, and being still at the door */
    for (size_t i = 0; i < n; i++)
        assert_true(late[i].days_late > 0);
}

static void lists_come_in_order_and_pages(void **state)
{
    CaseLine *lines;
    size_t n;
    ListKey next;
    CodeKeys codes[5];

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        world_day(2026, 3, (int)(10 - i));
        code_make(&codes[i]);
        file_complaint("general", general_fills, &codes[i]);
        code_keys_finish(&codes[i]);
    }
    Who who = world_who("intake");
    ListFilter f = {.due_before = DAY_NONE, .limit = 2};
    Day last = INT32_MIN;
    size_t sum = 0;
    do {
        assert_int_equal(desk_list(world.desk, look(), &who, &f, &world.arena, &lines, &n, &next),
                         DESK_OK);
        looked();
        for (size_t i = 0; i < n; i++) {
            assert_true(lines[i].due >= last);
            last = lines[i].due;
        }
        sum += n;
        f.after = next;
    } while (next.due || next.case_id);
    assert_int_equal(sum, 5);
    f = (ListFilter){.due_before = DAY_NONE, .state = STR("screening")};
    assert_int_equal(desk_list(world.desk, look(), &who, &f, &world.arena, &lines, &n, &next),
                     DESK_OK);
    looked();
    assert_int_equal(n, 0);
}

static void closed_cases_are_listed_on_demand(void **state)
{
    CaseLine *lines;
    size_t n;
    ListKey next;

    (void)state;
    const char *number = filed();
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "reject",
         .fills = reject_fills, .message = "ไม่รับเรื่อง");
    DOES(.who = "palad", .number = number, .kind = STEP_APPROVE);
    Who who = world_who("intake");
    for (int closed = 0; closed < 2; closed++) {
        ListFilter f = {.due_before = DAY_NONE, .with_closed = closed};
        assert_int_equal(desk_list(world.desk, look(), &who, &f, &world.arena, &lines, &n, &next),
                         DESK_OK);
        looked();
        assert_int_equal(n, closed);
    }
}

static void requests_are_answered_once(void **state)
{
    Who who;
    RequestRecord stored, answer = {.status = 201, .answer = STR("{\"ok\":true}")};
    Bytes32 body = {{1}}, other = {{2}};

    (void)state;
    who = world_who("intake");
    Bytes32 id = desk_request_id(world.desk, &who, STR("r1"));
    turn();
    assert_int_equal(desk_request(world.desk, world.txn, &id, &body, &world.arena, &stored),
                     DESK_OK);
    answer.body = body;
    assert_int_equal(desk_remember(world.desk, world.txn, &id, &answer), DESK_OK);
    assert_int_equal(desk_request(world.desk, world.txn, &id, &body, &world.arena, &stored),
                     DESK_AGAIN);
    assert_int_equal(stored.status, 201);
    assert_str(stored.answer, "{\"ok\":true}");
    assert_int_equal(desk_request(world.desk, world.txn, &id, &other, &world.arena, &stored),
                     DESK_MALFORMED);
    commit();
    world_day(2026, 3, 12);
    tick();
    turn();
    assert_int_equal(desk_request(world.desk, world.txn, &id, &other, &world.arena, &stored),
                     DESK_OK);
    commit();
}

static void a_demo_clock_goes_forward(void **state)
{
    (void)state;
    Moment before = desk_now(world.desk);
    assert_int_equal(desk_demo_advance(world.desk, turn(), 86400), DESK_OK);
    assert_int_equal(desk_demo_advance(world.desk, world.txn, 86400), DESK_OK);
    commit();
    assert_int_equal(desk_now(world.desk), before + 2 * 86400);
}

/* Moving it to the protected channel without what is opened there would lose it. */
static void what_would_lose_a_case_is_refused(void **state)
{
    static const Fill why[] = {{"reason", "ทุจริต"}, {NULL, NULL}};
    StepRefused no;

    (void)state;
    const char *number = filed();
    CaseView v = case_seen("intake", number);
    assert_true(has_step(&v, STEP_ACTION, "start_screening"));
    assert_true(has_step(&v, STEP_ACTION, "reclassify"));
    const Doing away = {
        .who = "intake", .number = number, .kind = STEP_ACTION, .what = "reclassify", .fills = why};
    assert_int_equal(does_answer(&away, &no), DESK_MALFORMED);
    assert_true(has_step(&v, STEP_ACTION, "start_screening"));
    verify_finds(0);
}

/* Whatever write fails, the answer says so and nothing of the step is there. */
static void a_failing_store_leaves_nothing_half(void **state)
{
    Submitted done;
    Refusal no;
    Bundle b;
    int r = DESK_FULL;
    unsigned n = 1;

    (void)state;
    assert_int_equal(compose("general", general_fills, &code, DAY_NONE, &b), 0);
    for (; r != DESK_OK; n++) {
        turn();
        assert_int_equal(store_nest(world.txn), 0);
        store_fail_after(desk_store(world.desk), n, STORE_FULL);
        r = desk_submit(world.desk, world.txn, STR("general"), NULL, &b, &world.arena, &done, &no);
        store_fail_after(desk_store(world.desk), 0, STORE_OK);
        if (r == DESK_OK) {
            assert_int_equal(store_nest_keep(world.txn), 0);
            commit();
            break;
        }
        assert_int_equal(r, DESK_FULL);
        store_nest_drop(world.txn);
        commit();
        assert_int_equal(store_count(look(), STR("case")), 0);
        looked();
        verify_finds(0);
    }
    assert_true(n > 5);
    verify_finds(0);
}

#define ON_MODEL(f) cmocka_unit_test_setup_teardown(f, fresh_code, done_code)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(filing_gives_a_receipt),
        ON_MODEL(the_same_code_gives_the_same_receipt),
        ON_MODEL(an_unknown_code_finds_nothing),
        ON_MODEL(numbers_run_on),
        ON_MODEL(a_register_number_is_given_once),
        ON_MODEL(keys_go_to_those_who_must_read),
        ON_MODEL(a_case_goes_its_way),
        ON_MODEL(stale_revisions_are_moved),
        ON_MODEL(another_hand_is_no_signature),
        ON_MODEL(a_proposals_words_wait_for_approval),
        ON_MODEL(declined_words_are_never_told),
        ON_MODEL(the_complainant_answers),
        ON_MODEL(strangers_to_a_case_do_not_see_it),
        ON_MODEL(who_is_taken_off_sees_nothing_more),
        ON_MODEL(time_reminds_and_alerts),
        ON_MODEL(lists_come_in_order_and_pages),
        ON_MODEL(closed_cases_are_listed_on_demand),
        ON_MODEL(requests_are_answered_once),
        ON_MODEL(a_demo_clock_goes_forward),
        ON_MODEL(what_would_lose_a_case_is_refused),
        ON_MODEL(a_failing_store_leaves_nothing_half),
        cmocka_unit_test_setup_teardown(a_case_goes_its_way, fresh_code_on_disk, done_code),
    };
    return cmocka_run_group_tests_name("desk: general", tests, world_make, world_drop);
}
