/* SPDX-License-Identifier: Apache-2.0 */
/* Custodians and officers whose programs lie, when an identity shall be opened: whatever they send,
 * nothing opens that two honest custodians have not given to the one who asked. */
#include "reveal_help.h"

/* ---- what the officer has of it ---- */

/* Whether what was given to `name` makes the key of the blob. */
static bool is_open_for(const char *name, const char *number)
{
    CaseView v = case_seen(name, number);
    Str tenant = desk_office(world.desk)->tenant;
    OpenedPart opened;

    for (uint8_t slot = 0; slot < REVEAL_HALVES; slot += 2) {
        SECRET_AUTO Secret first = {NULL}, second = {NULL}, ki = {NULL};
        for (size_t i = 0; i < v.n_parts; i++) {
            const PartRecord *p = &v.parts[i];
            BundlePart part = sealed_part(p);
            Secret *half = p->slot & 1 ? &second : &first;
            if (p->kind == PART_HALF && p->event && p->slot / 2 == slot / 2 && !half->b)
                (void)open_half(&keys_of(name)->box, &(SealCase){tenant, STR(""), v.head.seal_id},
                                given_no(v.head.c.reveal.rev, p->slot), &part, half);
        }
        if (!first.b || !second.b)
            continue;
        assert_int_equal(custody_join(&first, &second, &ki), 0);
        for (size_t i = 0; i < v.n_parts; i++) {
            BundlePart part = sealed_part(&v.parts[i]);
            if (part.kind == PART_IDENTITY &&
                !open_identity(&ki, &(SealCase){tenant, name_str(&v.head.workflow), v.head.seal_id},
                               v.parts[i].no, &part, &world.arena, &opened))
                return true;
        }
    }
    return false;
}

static void two_custodians_open_it(void **state)
{
    (void)state;
    const char *number = asked();
    assert_int_equal(ANSWERS(.by = "keep_a", .number = number), DESK_OK);
    assert_false(is_open_for("pit_a", number));
    DOES(.who = "pit_b", .number = number, .kind = STEP_NOTE, .note = "x"); /* the case goes on */
    assert_int_equal(ANSWERS(.by = "keep_c", .number = number), DESK_OK);
    assert_true(is_open_for("pit_a", number));
    assert_false(is_open_for("pit_b", number));
    verify_finds(0);
}

static void a_forged_half_opens_nothing(void **state)
{
    (void)state;
    const char *number = asked();
    assert_int_equal(ANSWERS(.by = "keep_a", .number = number), DESK_OK);
    /* What lies in a seal the desk cannot see; the officer's program can. */
    assert_int_equal(ANSWERS(.by = "keep_b", .number = number, .foreign = true), DESK_OK);
    assert_false(is_open_for("pit_a", number));
    assert_int_equal(asks("pit_a", number, KEEPERS, 3), DESK_OK);
    assert_int_equal(ANSWERS(.by = "keep_a", .number = number), DESK_OK);
    assert_int_equal(ANSWERS(.by = "keep_c", .number = number), DESK_OK);
    assert_true(is_open_for("pit_a", number));
    verify_finds(0);
}

static void both_halves_by_one_person(void **state)
{
    (void)state;
    const char *number = asked();
    assert_int_not_equal(ANSWERS(.by = "keep_a", .number = number, .both = true), DESK_OK);
    assert_int_not_equal(ANSWERS(.by = "keep_a", .number = number, .twice = true), DESK_OK);
    assert_int_not_equal(ANSWERS(.by = "keep_a", .number = number, .no_halves = true), DESK_OK);
    /* in another's name, with one's own signature */
    assert_int_equal(ANSWERS(.by = "keep_b", .number = number, .signer = "keep_a"), DESK_SIGNATURE);
    assert_int_equal(case_seen("pit_a", number).head.c.events, 2);
    verify_finds(0);
}

static void an_answer_serves_once(void **state)
{
    (void)state;
    const char *number = asked();
    const Answering first = {.by = "keep_a", .number = number};
    CustodyView v = custody_of("keep_a", number);
    Bundle b;
    composed(&first, &v, &b);
    assert_int_equal(sends(&first, &v, &b), DESK_OK);
    assert_int_equal(sends(&first, &v, &b), DESK_REFUSED); /* as often as it may be */
    assert_int_equal(
        ANSWERS(.by = "keep_b", .number = number, .kind = STEP_REVEAL_DECLINE, .no_halves = true),
        DESK_OK);
    assert_int_equal(sends(&first, &v, &b), DESK_UNKNOWN);
    assert_int_equal(asks("pit_a", number, KEEPERS, 3), DESK_OK);
    assert_int_equal(sends(&first, &v, &b), DESK_MOVED); /* to the earlier request */
    CustodyView now = custody_of("keep_a", number);
    const Answering again = {.by = "keep_a", .number = number, .older = now.rev - v.rev};
    assert_int_equal(sends(&again, &now, &b), DESK_MOVED);
    verify_finds(0);
}

static void an_answer_to_something_else(void **state)
{
    (void)state;
    const char *one = asked(), *other = asked();
    const Answering for_one = {.by = "keep_a", .number = one};
    CustodyView v = custody_of("keep_a", one);
    Bundle b;
    composed(&for_one, &v, &b);
    const Answering elsewhere = {.by = "keep_a", .number = other};
    assert_int_equal(sends(&elsewhere, &v, &b), DESK_MALFORMED);
    /* the other case's id on this one's halves: what was seen was another request */
    CustodyView there = custody_of("keep_a", other);
    b.seal_id = there.seal_id;
    there.reason = v.reason;
    assert_int_equal(sends(&elsewhere, &there, &b), DESK_SIGNATURE);
    assert_int_equal(ANSWERS(.by = "keep_a", .number = one, .other_reason = true), DESK_SIGNATURE);
    assert_int_equal(ANSWERS(.by = "keep_a", .number = one, .older = 1), DESK_MOVED);
    verify_finds(0);
}

static void an_answer_for_somebody_else(void **state)
{
    (void)state;
    const char *number = asked();
    assert_int_not_equal(ANSWERS(.by = "keep_a", .number = number, .to = "pit_b"), DESK_OK);
    assert_int_not_equal(ANSWERS(.by = "keep_a", .number = number, .to = "keep_b"), DESK_OK);
    assert_int_not_equal(ANSWERS(.by = "keep_a", .number = number, .to = "nayok"), DESK_OK);
    assert_int_equal(case_seen("pit_a", number).head.c.events, 2);
}

static void nothing_after_the_last_day(void **state)
{
    (void)state;
    const char *number = asked(), *opened = asked();
    const Answering late = {.by = "keep_a", .number = number};
    CustodyView v = custody_of("keep_a", number);
    Bundle b;
    composed(&late, &v, &b);
    assert_int_equal(ANSWERS(.by = "keep_a", .number = opened), DESK_OK);
    assert_int_equal(ANSWERS(.by = "keep_b", .number = opened), DESK_OK);
    world_clock += (Moment)REVEAL_DAYS * 86400;
    assert_true(is_open_for("pit_a", opened));
    world_clock += 86400;
    assert_false(is_open_for("pit_a", opened));
    assert_int_equal(sends(&late, &v, &b), DESK_UNKNOWN);
    verify_finds(0);
}

static void nothing_to_an_officer_off_the_case(void **state)
{
    (void)state;
    const char *number = asked();
    const Answering x = {.by = "keep_b", .number = number};
    CustodyView v = custody_of("keep_b", number);
    Bundle b;
    composed(&x, &v, &b);
    assert_int_equal(ANSWERS(.by = "keep_a", .number = number), DESK_OK);
    DOES(.who = "pit_a", .number = number, .kind = STEP_RECUSE, .target = "pit_a");
    assert_int_equal(sends(&x, &v, &b), DESK_UNKNOWN);
    Who gone = world_who("pit_a");
    CaseView seen;
    assert_int_equal(
        desk_case(world.desk, look(), &gone, str_of(number), false, &world.arena, &seen),
        DESK_UNKNOWN);
    looked();
    assert_int_equal(case_seen("pit_b", number).head.c.reveal.state, REVEAL_NONE);
    verify_finds(0);
}

static void who_is_not_asked_has_no_request(void **state)
{
    (void)state;
    const char *number = filed();
    static const char *const one[] = {"keep_a"}, *const self[] = {"pit_b", "keep_a"};
    assert_int_not_equal(asks("pit_a", number, one, 1), DESK_OK); /* no pair */
    assert_int_not_equal(asks("pit_a", number, self, 2), DESK_OK);
    assert_int_equal(asks("pit_a", number, KEEPERS, 2), DESK_OK);
    static const char *const strangers[] = {"keep_c", "pit_b", "pit_a", "intake", "nayok"};
    for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
        Who who = world_who(strangers[i]);
        CustodyView v;
        assert_int_equal(
            desk_custody(world.desk, turn(), &who, str_of(number), STR(""), &world.arena, &v),
            DESK_UNKNOWN);
        commit();
    }
    const Answering x = {.by = "keep_c", .number = number};
    CustodyView v = custody_of("keep_a", number);
    Bundle b;
    composed(&(const Answering){.by = "keep_a", .number = number}, &v, &b);
    assert_int_equal(sends(&x, &v, &b), DESK_UNKNOWN);
}

static void only_the_officer_who_asked_may_carry(void **state)
{
    (void)state;
    const char *number = asked();
    static const char *const others[] = {"pit_b", "keep_b", "intake", "palad"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_int_equal(ANSWERS(.by = "keep_a", .number = number, .bearer = others[i]),
                         DESK_UNKNOWN);
    assert_int_equal(ANSWERS(.by = "keep_a", .number = number, .bearer = "pit_a"), DESK_OK);
    /* the officer signs nothing in a custodian's name */
    assert_int_equal(
        ANSWERS(.by = "keep_b", .number = number, .bearer = "pit_a", .signer = "pit_a"),
        DESK_SIGNATURE);
    assert_false(is_open_for("pit_a", number));
    verify_finds(0);
}

/* A case that cannot be read hides no other; who guards nothing is read nothing. */
static void a_broken_case_hides_no_request(void **state)
{
    (void)state;
    const char *broken = asked(), *whole = asked();
    CaseView v = case_seen("pit_a", broken);
    Batch *batch = batch_new(&world.arena);
    Who keeper = world_who("keep_a"), officer = world_who("pit_a");
    CustodyView *list;
    HeadRecord h;
    size_t n;
    assert_non_null(batch);
    turn();
    assert_int_equal(store_get_head(world.txn, v.head.id, &h), STORE_OK);
    h.c.reveal.event = h.c.events + 9;
    batch_put_head(batch, &h);
    assert_int_equal(store_apply(world.txn, batch), STORE_OK);
    commit();
    assert_int_equal(desk_custody_list(world.desk, look(), &keeper, &world.arena, &list, &n),
                     DESK_OK);
    assert_int_equal(n, 1);
    assert_true(name_is(&list[0].number, str_of(whole)));
    assert_int_equal(desk_custody_list(world.desk, world.txn, &officer, &world.arena, &list, &n),
                     DESK_OK);
    assert_int_equal(n, 0);
    looked();
}

/* An event that was written past the desk is found out. */
static void verify_misses_no_answer(void **state)
{
    (void)state;
    const char *number = asked();
    assert_int_equal(ANSWERS(.by = "keep_a", .number = number), DESK_OK);
    CaseView v = case_seen("pit_a", number);
    Batch *batch = batch_new(&world.arena);
    EventRecord e;
    assert_non_null(batch);
    turn();
    assert_int_equal(store_get_event(world.txn, v.head.id, 2, &world.arena, &e), STORE_OK);
    e.step.halves ^= 0xff & ((1u << REVEAL_HALVES) - 1);
    batch_put_event(batch, &e);
    assert_int_equal(store_apply(world.txn, batch), STORE_OK);
    commit();
    Buf said;
    VerifyCounts n;
    buf_init(&said, 1 << 16);
    assert_int_equal(desk_verify(world.desk, look(), &said, &n), 1);
    looked();
    assert_true(n.faults > 0);
    buf_finish(&said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(two_custodians_open_it, world_model, world_end),
        cmocka_unit_test_setup_teardown(a_forged_half_opens_nothing, world_model, world_end),
        cmocka_unit_test_setup_teardown(both_halves_by_one_person, world_model, world_end),
        cmocka_unit_test_setup_teardown(an_answer_serves_once, world_model, world_end),
        cmocka_unit_test_setup_teardown(an_answer_to_something_else, world_model, world_end),
        cmocka_unit_test_setup_teardown(an_answer_for_somebody_else, world_model, world_end),
        cmocka_unit_test_setup_teardown(nothing_after_the_last_day, world_model, world_end),
        cmocka_unit_test_setup_teardown(nothing_to_an_officer_off_the_case, world_model, world_end),
        cmocka_unit_test_setup_teardown(who_is_not_asked_has_no_request, world_model, world_end),
        cmocka_unit_test_setup_teardown(only_the_officer_who_asked_may_carry, world_model,
                                        world_end),
        cmocka_unit_test_setup_teardown(a_broken_case_hides_no_request, world_model, world_end),
        cmocka_unit_test_setup_teardown(verify_misses_no_answer, world_model, world_end),
    };
    return cmocka_run_group_tests(tests, world_make, world_drop);
}
