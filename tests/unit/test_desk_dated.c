/* SPDX-License-Identifier: Apache-2.0 */
/* Nobody signs the day of a step, and in protected cases entries wait for the night. Whoever kept a
 * key that was replaced, and has the database, says that a step is from the time before. */
#include "signed_help.h"

static const Fill report_fills[] = {{"allegation_type", "bribe"}, {"when", "เมื่อวาน"},
                                    {"what_happened", "x"},       {"name", "ก"},
                                    {"contact", "0800"},          {NULL, NULL}};

/* A protected case; its officer's key is replaced on 3 March, in the evening or before the night's
 * work of that day, comes back, so that the desk takes what it signs, and signs a note. Returns the
 * directory of before. */
static uint32_t replaced_and_back(bool evening, int back)
{
    SIGN_PAIR_AUTO SignPair fresh_pair = {.seed = {NULL}};
    const SignPublic was = world.keys[world_index("pit_a")].sign.public;

    assert_int_equal(sign_pair_new(&fresh_pair), 0);
    const char *number = filed("corruption", report_fills);
    const uint32_t then = desk_directory(world.desk)->version;
    tick();
    world_day(2026, 3, 3);
    if (evening)
        tick();
    rotated("pit_a", &fresh_pair.public, true);
    if (!evening)
        tick();
    world_day(2026, 3, back);
    tick();
    rotated("pit_a", &was, true);
    assert_int_equal(note_by("pit_a", number), DESK_OK);
    return then;
}

static void the_note(EventRecord *ret)
{
    HeadRecord head;

    assert_int_equal(store_get_head(world.txn, 1, &head), STORE_OK);
    for (uint32_t i = head.c.events; i-- > 0;) { /* nights may add steps of the clock */
        assert_int_equal(store_get_event(world.txn, 1, i, &world.arena, ret), STORE_OK);
        if (ret->step.kind == STEP_NOTE)
            return;
    }
    fail_msg("there is no note");
}

/* The note as one of the older directory, that many days earlier; its entry says what it said, or
 * agrees. */
static void dated_back(uint32_t then, Day days, bool entry_too)
{
    EventRecord e;
    Batch *b = batch_new(&world.arena);

    turn();
    the_note(&e);
    const Day was = e.step.day;
    e.directory = then;
    e.step.day -= days;
    log_anew(b, &e, entry_too ? e.step.day : was);
    assert_int_equal(store_apply(world.txn, b), STORE_OK);
    commit();
}

static void a_protected_step_dated_back_is_found(void **state)
{
    static const struct {
        Day days;
        bool entry_too;
        const char *found;
    } cases[] = {
        {2, false, "differs from what the log attests"},
        {2, true, "is of a day before a night that lies before it"},
        {2, true, "names a directory that was not in force then"},
        {1, true, "is of a day before a night that lies before it"},
        {1, true, "names a directory that was not in force then"},
        {0, true, "names a directory that was not in force then"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const uint32_t then = replaced_and_back(true, 4);
        world_day(2026, 3, 5);
        tick();
        verify_finds(0);
        dated_back(then, cases[i].days, cases[i].entry_too);
        finds(cases[i].found);
        done(state);
        fresh(state);
    }
}

/* The day is what it was, and one on which the older directory was still in force: the night that
 * followed the newer one lies between. */
static void a_night_tells_who_came_after(void **state)
{
    (void)state;
    const uint32_t then = replaced_and_back(false, 3);
    world_day(2026, 3, 4);
    tick();
    verify_finds(0);
    dated_back(then, 0, true);
    finds("names a directory that was not in force then");
}

static void waits_as(const EventRecord *e)
{
    LeafRecord leaf;
    Batch *b = batch_new(&world.arena);
    uint64_t no = 0;

    for (;; no++) {
        assert_int_equal(store_next_waiting_leaf(world.txn, no, &no, &leaf), STORE_OK);
        if (leaf.kind == LOGGED_EVENT && leaf.event == e->seq)
            break;
    }
    leaf.day = e->step.day;
    leaf.content = event_attested(e);
    Hash h = leaf_hash(&leaf);
    leaf.leaf = bytes32_of(h.b);
    batch_drop_waiting_leaf(b, no);
    batch_put_waiting_leaf(b, &leaf);
    batch_put_event(b, e);
    assert_int_equal(store_apply(world.txn, b), STORE_OK);
}

/* Before it is in the log at all. */
static void what_waits_is_not_from_before_the_night(void **state)
{
    EventRecord e;

    (void)state;
    const uint32_t then = replaced_and_back(true, 4);
    turn();
    the_note(&e);
    waits_as(&e); /* under another number, else as it was */
    commit();
    finds("not as many entries");
    turn();
    e.directory = then;
    e.step.day--;
    waits_as(&e);
    commit();
    finds("is of a day before the last night");
    finds("names a directory that was not in force then");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(a_protected_step_dated_back_is_found),
        ON_MODEL(a_night_tells_who_came_after),
        ON_MODEL(what_waits_is_not_from_before_the_night),
    };
    return cmocka_run_group_tests_name("desk: dated back", tests, world_make, world_drop);
}
