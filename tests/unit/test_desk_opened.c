/* SPDX-License-Identifier: Apache-2.0 */
/* Retaliation: the informant opens a second case, which those who handle the first cannot see. */
#include "linked_help.h"

static CodeKeys code, second;
static const char *first;

static const Fill reported[] = {{"allegation_type", "bribe"},
                                {"when", "เมื่อวาน"},
                                {"what_happened", "MARKERSTORY"},
                                {NULL, NULL}};
static const Fill plain[] = {{"facts", "MARKERFACTS"}, {NULL, NULL}};

static int fresh(void **state)
{
    world_model(state);
    code_make(&code);
    code_make(&second);
    Submitted s = file_complaint("corruption", reported, &code);
    first = arena_str(&world.arena, name_str(&s.number)).ptr;
    return 0;
}

static int done(void **state)
{
    code_keys_finish(&code);
    code_keys_finish(&second);
    return world_end(state);
}

typedef struct Report {
    Bundle step, opened;
    OpeningDeed deed;
    Opening o;
} Report;

static uint8_t action_of(const char *name)
{
    const Def *def = workflows_find(desk_workflows(world.desk), STR("corruption"));
    return def_action(def, str_of(name));
}

/* What the daemon makes of a form. Answers as compose_submission. */
static int report_compose(const Fill *fills, const CodeKeys *with, Report *ret)
{
    uint8_t action = action_of("report_retaliation");
    CaseKeys keys;
    const Def *def;
    uint32_t parts;
    FormItem items[FILLS_MAX];
    size_t n = 0;

    assert_int_equal(desk_opening(world.desk, look(), &code, action, &world.arena, &ret->o),
                     DESK_OK);
    assert_int_equal(desk_citizen_keys(world.desk, world.txn, &code, &keys, &def, &parts), DESK_OK);
    looked();
    Composer by = composer_of(def);
    Form form = form_of(def, fills);
    assert_int_equal(
        compose_elsewhere(&by, &keys, &def->actions[action].needs.fields, &form, &ret->step), 0);
    Carrier carrier = {
        def,         ret->o.open, ret->o.to, desk_office(world.desk), desk_directory(world.desk),
        &world.arena};
    assert_int_equal(carry_form(&carrier, &form, items, FILLS_MAX, &n), 0);
    Beside beside = {.kept_out = ret->o.kept_out, .link = ret->o.number};
    Composer there = composer_of(ret->o.to);
    there.beside = &beside;
    Form carried = {.items = items, .n_items = n};
    int r = compose_submission(&there, &carried, NULL, 0, with, DAY_NONE, &ret->opened);
    ret->deed = (OpeningDeed){.action = action, .step = &ret->step, .opened = &ret->opened};
    return r;
}

static int report_send(const Report *r, Submitted *ret)
{
    Refusal no;

    turn();
    assert_int_equal(store_nest(world.txn), 0);
    int answer = desk_citizen_opens(world.desk, world.txn, &code, &r->deed, &world.arena, ret, &no);
    if (answer == DESK_OK)
        assert_int_equal(store_nest_keep(world.txn), 0);
    else
        store_nest_drop(world.txn);
    commit();
    return answer;
}

static void those_with_a_hand_in_it_see_nothing(void **state)
{
    static const Fill nobody[] = {{"accused_unknown", "1"}, {NULL, NULL}};
    Submitted s;
    Report r;
    TrackView v;

    (void)state;
    DOES(.who = "pit_b", .number = first, .kind = STEP_ACTION, .what = "check_coi",
         .fills = nobody);
    assert_int_equal(report_compose(plain, &second, &r), 0);
    assert_int_equal(report_send(&r, &s), DESK_OK);
    assert_false(s.again);
    const char *number = arena_str(&world.arena, name_str(&s.number)).ptr;
    assert_int_equal(seen_by("audit", number), DESK_OK);
    assert_int_equal(seen_by("pit_b", number), DESK_UNKNOWN);
    assert_int_equal(seen_by("pit_a", number), DESK_UNKNOWN);
    assert_int_equal(seen_by("pit_b", first), DESK_OK); /* of the first he keeps charge */
    assert_int_equal(desk_track(world.desk, look(), &second, &world.arena, &v), DESK_OK);
    looked();
    assert_str(v.def->id, "retaliation");
    assert_int_equal(desk_track(world.desk, look(), &code, &world.arena, &v), DESK_OK);
    looked();
    assert_true(v.n_messages > 0); /* P7, and no word of what was told */
    for (size_t i = 0; i < v.n_messages; i++)
        assert_true(v.messages[i].from_office);
    verify_finds(0);
}

/* The number of the first case is for the readers of the second alone. */
static void the_link_is_sealed_inside(void **state)
{
    Submitted s;
    Report r;
    CaseView v;
    HeldKeys held;
    OpenedPart part = {0};
    bool found = false;

    (void)state;
    assert_int_equal(report_compose(plain, &second, &r), 0);
    assert_int_equal(report_send(&r, &s), DESK_OK);
    Who who = world_who("audit");
    assert_int_equal(
        desk_case(world.desk, look(), &who, name_str(&s.number), false, &world.arena, &v), DESK_OK);
    looked();
    assert_int_equal(v.head.c.n_links, 0);
    hold_keys("audit", &v, &held);
    for (size_t i = 0; i < v.n_parts; i++) {
        BundlePart sealed = {.kind = v.parts[i].kind,
                             .class = v.parts[i].class,
                             .epoch = v.parts[i].epoch,
                             .sealed = v.parts[i].sealed};
        if (v.parts[i].kind != PART_LINK)
            continue;
        assert_int_equal(open_part(&held,
                                   &(SealCase){desk_office(world.desk)->tenant,
                                               name_str(&v.head.workflow), v.head.seal_id},
                                   v.parts[i].no, &sealed, &world.arena, &part),
                         0);
        assert_str(part.th, first);
        found = true;
    }
    assert_true(found);
    held_keys_finish(&held);
    HeadRecord head;
    assert_int_equal(store_get_head(look(), 1, &head), STORE_OK);
    looked();
    assert_int_equal(head.c.n_links, 0);
}

/* Who is said to retaliate is off both, at once. */
static void who_retaliates_is_off_both(void **state)
{
    static const Fill by_pit_a[] = {
        {"facts", "MARKERFACTS"}, {"retaliator", "pit_a"}, {NULL, NULL}};
    Submitted s;
    Report r;

    (void)state;
    assert_int_equal(seen_by("pit_a", first), DESK_OK);
    assert_int_equal(report_compose(by_pit_a, &second, &r), 0);
    assert_int_equal(report_send(&r, &s), DESK_OK);
    assert_int_equal(seen_by("pit_a", first), DESK_UNKNOWN);
    assert_int_equal(seen_by("pit_a", arena_str(&world.arena, name_str(&s.number)).ptr),
                     DESK_UNKNOWN);
    assert_int_equal(seen_by("pit_b", first), DESK_OK);
    verify_finds(0);
}

/* Whom the first case excludes the second does not find again. */
static void who_is_off_the_first_is_off_the_second(void **state)
{
    Report r;

    (void)state;
    DOES(.who = "pit_b", .number = first, .kind = STEP_RECUSE, .target = "audit");
    assert_int_equal(report_compose(plain, &second, &r), 0);
    for (size_t i = 0; i < r.opened.n_seals; i++)
        assert_string_not_equal(r.opened.seals[i].reader.s, "audit");
    Submitted s;
    assert_int_equal(report_send(&r, &s), DESK_OK);
    const char *number = arena_str(&world.arena, name_str(&s.number)).ptr;
    assert_int_equal(seen_by("audit", number), DESK_UNKNOWN);
    assert_int_equal(seen_by("district", number), DESK_OK);
    verify_finds(0);
}

static void a_lost_answer_loses_nothing(void **state)
{
    Submitted s, again;
    Report r;
    HeadRecord head;

    (void)state;
    assert_int_equal(report_compose(plain, &second, &r), 0);
    assert_int_equal(report_send(&r, &s), DESK_OK);
    assert_int_equal(report_compose(plain, &second, &r), 0);
    assert_int_equal(report_send(&r, &again), DESK_OK);
    assert_true(again.again);
    assert_string_equal(again.number.s, s.number.s);
    assert_int_equal(store_get_head(look(), 3, &head), STORE_UNKNOWN);
    assert_int_equal(store_get_head(world.txn, 1, &head), STORE_OK);
    looked();
    assert_int_equal(head.c.times[action_of("report_retaliation")], 1);
    verify_finds(0);
}

/* A seal for somebody who must not see it, or no second case at all. */
static void what_does_not_fit_is_not_stored(void **state)
{
    Submitted s;
    Report r;
    Refusal no;
    HeadRecord head;

    (void)state;
    assert_int_equal(report_compose(plain, &second, &r), 0);
    turn();
    assert_int_equal(store_nest(world.txn), 0);
    assert_int_equal(desk_citizen(world.desk, world.txn, &code, CITIZEN_ACTION,
                                  action_of("report_retaliation"), &r.step, &world.arena, &no),
                     DESK_MALFORMED);
    store_nest_drop(world.txn);
    commit();
    DOES(.who = "pit_b", .number = first, .kind = STEP_RECUSE, .target = "audit");
    assert_int_equal(report_send(&r, &s), DESK_MALFORMED); /* it was made before */
    assert_int_equal(store_get_head(look(), 2, &head), STORE_UNKNOWN);
    looked();
    verify_finds(0);
}

static void nobody_left_to_read_it(void **state)
{
    Report r;

    (void)state;
    DOES(.who = "pit_b", .number = first, .kind = STEP_RECUSE, .target = "audit");
    DOES(.who = "pit_b", .number = first, .kind = STEP_RECUSE, .target = "district");
    DOES(.who = "pit_b", .number = first, .kind = STEP_RECUSE, .target = "neighbour");
    assert_int_equal(report_compose(plain, &second, &r), 1);
}

int main(void)
{
#define ON_MODEL(test) cmocka_unit_test_setup_teardown(test, fresh, done)
    const struct CMUnitTest tests[] = {
        ON_MODEL(those_with_a_hand_in_it_see_nothing),
        ON_MODEL(the_link_is_sealed_inside),
        ON_MODEL(who_retaliates_is_off_both),
        ON_MODEL(who_is_off_the_first_is_off_the_second),
        ON_MODEL(a_lost_answer_loses_nothing),
        ON_MODEL(what_does_not_fit_is_not_stored),
        ON_MODEL(nobody_left_to_read_it),
    };
    return cmocka_run_group_tests_name("desk: opened", tests, world_make, world_drop);
}
