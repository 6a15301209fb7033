/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to open an identity, and answers, whose parts do not fit each other: each of them is
 * sealed so that the desk sees only kind, class, slot and holder, and those it holds to. */
#include "people_help.h"
#include "reveal_help.h"

/* ---- requests ---- */

static size_t first_ground(const Bundle *b, bool held)
{
    size_t i = 0;

    while (b->parts[i].kind != PART_GROUND || (b->parts[i].holder.s[0] != 0) != held)
        assert_true(++i < b->n_parts);
    return i;
}

static void add_copy(Bundle *b, size_t of, uint8_t slot)
{
    BundlePart *parts = arena_many(&world.arena, b->n_parts + 1, BundlePart);

    assert_non_null(parts);
    memcpy(parts, b->parts, b->n_parts * sizeof(*parts));
    parts[b->n_parts] = b->parts[of];
    parts[b->n_parts].slot = slot;
    parts[b->n_parts++].holder = (Name){{0}};
    b->parts = parts;
}

static void a_slot_twice(Bundle *b)
{
    size_t i = first_ground(b, false);
    add_copy(b, i, b->parts[i].slot);
}

static void a_slot_too_many(Bundle *b)
{
    add_copy(b, first_ground(b, false), REVEAL_HALVES);
}

static void a_slot_missing(Bundle *b)
{
    b->parts[first_ground(b, false)] = b->parts[--b->n_parts];
}

static void a_custodian_twice(Bundle *b)
{
    size_t dummy = first_ground(b, false), held = first_ground(b, true);
    b->parts[dummy].holder = b->parts[held].holder;
}

static void of_another_class(Bundle *b)
{
    b->parts[first_ground(b, true)].class = CLASS_CONFIDENTIAL;
}

static void of_an_epoch(Bundle *b)
{
    b->parts[first_ground(b, true)].epoch = 1;
}

static void a_half_along(Bundle *b)
{
    size_t i = first_ground(b, false);
    b->parts[i].kind = PART_HALF;
}

static void a_request_has_its_six_grounds(void **state)
{
    static const Spoil spoils[] = {a_slot_twice,      a_slot_too_many,  a_slot_missing,
                                   a_custodian_twice, of_another_class, of_an_epoch,
                                   a_half_along};
    (void)state;
    const char *number = filed();
    for (size_t i = 0; i < sizeof(spoils) / sizeof(spoils[0]); i++) {
        int r = asks_spoilt("pit_a", number, KEEPERS, 3, spoils[i]);
        if (r != DESK_MALFORMED)
            print_error("try %zu\n", i);
        assert_int_equal(r, DESK_MALFORMED);
    }
    assert_int_equal(asks("pit_a", number, KEEPERS, 3), DESK_OK);
    verify_finds(0);
}

/* Takes the halves of somebody out of the case, as if they had never been given any. */
static void guards_nothing(const char *name, const char *number)
{
    CaseView v = case_seen("pit_a", number);
    Tag tag = desk_tag(world.desk, v.head.seal_id, str_of(name));
    Batch *b = batch_new(&world.arena);
    PartRecord part;

    turn();
    for (uint32_t i = 0; i < v.head.parts; i++) {
        assert_int_equal(store_get_part(world.txn, v.head.id, i, &world.arena, &part), STORE_OK);
        part_unmask(world.desk, v.head.seal_id, &part);
        if (part.kind != PART_HALF || !tag_eq(&part.holder, &tag))
            continue;
        part.holder.b[0] ^= 1;
        part_mask(world.desk, v.head.seal_id, &part);
        batch_put_part(b, &part);
    }
    assert_int_equal(store_apply(world.txn, b), STORE_OK);
    commit();
}

/* A reason is for custodians of this very case: its halves, the role, and no part in what it says.
 */
static void only_guardians_are_asked(void **state)
{
    static const Fill accuse_c[] = {{"accused", "keep_c"}, {NULL, NULL}};
    (void)state;
    const Directory *had = desk_directory(world.desk);
    const char *number = filed();
    person_has_no_role("keep_c");
    assert_int_equal(asks("pit_a", number, KEEPERS, 3), DESK_MALFORMED);
    world.desk->loaded->directory = had;
    person_is_disabled("keep_c");
    assert_int_equal(asks("pit_a", number, KEEPERS, 3), DESK_MALFORMED);
    world.desk->loaded->directory = had;
    guards_nothing("keep_c", number);
    assert_int_equal(asks("pit_a", number, KEEPERS, 3), DESK_MALFORMED);
    assert_int_equal(asks("pit_a", number, KEEPERS, 2), DESK_OK);

    number = filed();
    DOES(.who = "pit_a", .number = number, .kind = STEP_ACTION, .what = "check_coi",
         .fills = accuse_c);
    assert_int_equal(asks("pit_a", number, KEEPERS, 3), DESK_MALFORMED);
    assert_int_equal(asks("pit_a", number, KEEPERS, 2), DESK_OK);
}

/* Who was asked, and is no custodian of it any more when the request is fetched. */
static void who_was_asked_may_have_lost_it(void **state)
{
    static const Fill accuse_c[] = {{"accused", "keep_c"}, {NULL, NULL}};
    const Directory *had = desk_directory(world.desk);
    CustodyView v;

    (void)state;
    const char *number = asked();
    for (unsigned i = 0; i < 3; i++) {
        world.desk->loaded->directory = had;
        if (i == 0)
            person_has_no_role("keep_c");
        else if (i == 1)
            person_is_disabled("keep_c");
        else
            DOES(.who = "pit_b", .number = number, .kind = STEP_ACTION, .what = "check_coi",
                 .fills = accuse_c);
        Who who = world_who("keep_c");
        assert_int_equal(
            desk_custody(world.desk, turn(), &who, str_of(number), STR(""), &world.arena, &v),
            DESK_UNKNOWN);
        commit();
    }
    custody_of("keep_a", number);
}

/* Nobody asks for what they cannot read, and no custodian for what they guard. */
static void who_asks_reads_it(void **state)
{
    const Directory *had = desk_directory(world.desk);
    Doing grant = {.who = "pit_a", .kind = STEP_GRANT, .note = "why", .target = "audit"};
    StepRefused no = {0};
    StepDone step;
    HeldKeys held;
    Bundle b;

    (void)state;
    const char *number = grant.number = filed();
    CaseView v = case_seen("pit_a", number);
    hold_keys("pit_a", &v, &held);
    doing_compose(&grant, &v, &b);
    Composer by = composer_of(v.def);
    assert_int_equal(compose_grant(&by, &held, world_who("audit").person, CLASS_WORKING,
                                   &keys_of("pit_a")->sign, &b),
                     0);
    held_keys_finish(&held);
    assert_int_equal(doing_try(&grant, &v, &b, &step, &no), DESK_OK);
    assert_int_equal(asks("audit", number, KEEPERS, 3), DESK_MALFORMED);
    person_is_also("pit_a", "custodian");
    assert_int_equal(asks("pit_a", number, KEEPERS, 3), DESK_MALFORMED);
    world.desk->loaded->directory = had;
    assert_int_equal(asks("pit_a", number, KEEPERS, 3), DESK_OK);
}

/* ---- answers ---- */

static void in_the_others_slot(Bundle *b)
{
    for (size_t i = 0; i < b->n_parts; i++)
        b->parts[i].slot ^= 1u;
}

static void in_no_slot(Bundle *b)
{
    b->parts[0].slot = HALF_WHOLE;
}

static void as_another_class(Bundle *b)
{
    b->parts[0].class = CLASS_CONFIDENTIAL;
}

static void kept_for_another(Bundle *b)
{
    b->parts[0].holder = name_of(STR("pit_b"));
}

static void of_another_size(Bundle *b)
{
    b->parts[0].sealed.len--;
}

static void with_a_note(Bundle *b)
{
    b->parts[0].kind = PART_NOTE;
}

static void an_answer_is_ones_own_halves(void **state)
{
    static const Spoil spoils[] = {in_the_others_slot, in_no_slot,      as_another_class,
                                   kept_for_another,   of_another_size, with_a_note};
    (void)state;
    const char *number = asked();
    for (size_t i = 0; i < sizeof(spoils) / sizeof(spoils[0]); i++) {
        int r = ANSWERS(.by = "keep_a", .number = number, .spoil = spoils[i]);
        if (r != DESK_MALFORMED)
            print_error("try %zu\n", i);
        assert_int_equal(r, DESK_MALFORMED);
    }
    assert_int_equal(case_seen("pit_a", number).head.c.events, 2);
    assert_int_equal(ANSWERS(.by = "keep_a", .number = number), DESK_OK);
    verify_finds(0);
}

/* What a custodian gave for an earlier request is not served with the next one's. */
static void each_request_has_its_own_answers(void **state)
{
    size_t served = 0;

    (void)state;
    const char *number = asked();
    assert_int_equal(ANSWERS(.by = "keep_a", .number = number), DESK_OK);
    assert_int_equal(asks("pit_a", number, KEEPERS, 3), DESK_OK);
    assert_int_equal(ANSWERS(.by = "keep_a", .number = number), DESK_OK);
    assert_int_equal(ANSWERS(.by = "keep_b", .number = number), DESK_OK);
    assert_int_equal(case_seen("pit_a", number).head.c.reveal.state, REVEAL_OPENED);
    CaseView v = case_seen("pit_a", number);
    for (size_t i = 0; i < v.n_parts; i++) {
        if (v.parts[i].kind != PART_HALF || !v.parts[i].event)
            continue;
        assert_true(v.parts[i].event > v.head.c.reveal.event);
        served++;
    }
    assert_int_equal(served, 4);
    verify_finds(0);
}

static void a_refusal_brings_nothing(void **state)
{
    (void)state;
    const char *number = asked();
    assert_int_equal(ANSWERS(.by = "keep_a", .number = number, .kind = STEP_REVEAL_DECLINE),
                     DESK_MALFORMED);
    assert_int_equal(case_seen("pit_a", number).head.c.reveal.state, REVEAL_ASKED);
}

static void nobody_of_the_directory_has_no_request(void **state)
{
    (void)state;
    const char *number = asked();
    Who bearer = world_who("pit_a");
    CustodyView v;
    assert_int_equal(desk_custody(world.desk, turn(), &bearer, str_of(number), STR("nobody_here"),
                                  &world.arena, &v),
                     DESK_UNKNOWN);
    commit();
}

#define ON_MODEL(f) cmocka_unit_test_setup_teardown(f, world_model, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(a_request_has_its_six_grounds),
        ON_MODEL(only_guardians_are_asked),
        ON_MODEL(who_was_asked_may_have_lost_it),
        ON_MODEL(who_asks_reads_it),
        ON_MODEL(an_answer_is_ones_own_halves),
        ON_MODEL(a_refusal_brings_nothing),
        ON_MODEL(nobody_of_the_directory_has_no_request),
        ON_MODEL(each_request_has_its_own_answers),
    };
    return cmocka_run_group_tests_name("desk: reveal, shape", tests, world_make, world_drop);
}
