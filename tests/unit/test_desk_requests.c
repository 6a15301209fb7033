/* SPDX-License-Identifier: Apache-2.0 */
/* The index of requests to open an identity: what is read for a custodian grows with the requests
 * that run and with nothing else, and the index shows no more than the log does. */
#include "engine/store/inner.h"
#include "reveal_help.h"

/* ---- what is read of the store ---- */
enum { SHUFFLED = 2 * REVEAL_HALVES }; /* of a request's parts one's own lies anywhere */
static unsigned reads;
static const KvOps *plain_ops;
static KvOps counting_ops;

static int counted_get(KvTxn *t, KvTable table, Str key, Str *ret)
{
    reads++;
    return plain_ops->get(t, table, key, ret);
}

static int counted_next(KvTxn *t, KvTable table, Str from, Str *ret_key, Str *ret_value)
{
    reads++;
    return plain_ops->next(t, table, from, ret_key, ret_value);
}

static void count_reads(void)
{
    plain_ops = desk_store(world.desk)->kv->ops;
    counting_ops = *plain_ops;
    counting_ops.get = counted_get;
    counting_ops.next = counted_next;
    desk_store(world.desk)->kv->ops = &counting_ops;
}

/* Requests this person is shown; *ret_reads: what that cost. */
static size_t listed(const char *name, unsigned *ret_reads)
{
    Who who = world_who(name);
    CustodyView *list;
    size_t n;

    reads = 0;
    assert_int_equal(desk_custody_list(world.desk, look(), &who, &world.arena, &list, &n), DESK_OK);
    looked();
    *ret_reads = reads;
    return n;
}

static size_t alerted(const char *name, unsigned *ret_reads)
{
    Who who = world_who(name);
    AlertRecord *list;
    size_t n;

    reads = 0;
    assert_int_equal(desk_alerts(world.desk, look(), &who, 200, &world.arena, &list, &n), DESK_OK);
    looked();
    *ret_reads = reads;
    return n;
}

/* Cases of both kinds, whose deadlines have filled the outbox. */
static void the_office_grows(unsigned cases)
{
    for (unsigned i = 0; i < cases; i++) {
        CodeKeys code;
        filed();
        code_make(&code);
        (void)file_complaint("general", general_fills, &code);
        code_keys_finish(&code);
    }
    for (int i = 0; i < 60; i++) {
        world_clock += 86400;
        (void)tick();
    }
}

static void it_costs_what_runs(void **state)
{
    unsigned list_few, list_many, alerts_few, alerts_many, of_reader;
    (void)state;
    count_reads();
    the_office_grows(2);
    const char *number = asked();
    assert_int_equal(listed("keep_a", &list_few), 1);
    assert_int_equal(alerted("keep_a", &alerts_few), 1);
    world_clock += 8 * 86400;
    the_office_grows(20);
    assert_int_equal(listed("keep_a", &list_many), 0);
    assert_true(list_many < list_few);
    number = asked();
    assert_int_equal(listed("keep_a", &list_many), 1);
    assert_true(list_many <= list_few + SHUFFLED);
    assert_int_equal(alerted("keep_a", &alerts_many), 1);
    assert_true(alerts_many <= alerts_few + SHUFFLED);
    (void)alerted("pit_a", &of_reader); /* the outbox is full */
    assert_true(of_reader > 20 * alerts_many);
    assert_int_equal(ANSWERS(.by = "keep_a", .number = number), DESK_OK);
    assert_int_equal(listed("keep_a", &list_many), 1);
    assert_int_equal(alerted("keep_a", &alerts_many), 0);
    assert_int_equal(alerted("keep_b", &alerts_many), 1);
    verify_finds(0);
}

/* ---- what lies in the index ---- */

static bool lies(const char *number, Day until)
{
    uint64_t id;
    bool is;

    look();
    assert_int_equal(store_find_number(world.txn, str_of(number), &id), STORE_OK);
    assert_int_equal(request_is_there(world.desk, world.txn, id, until, &is), DESK_OK);
    looked();
    return is;
}

/* Nobody asked, answered, refused, put anew, the officer off the case: the asking shows, as in the
 * log, and nothing else does. */
static void it_tells_no_more_than_the_log(void **state)
{
    (void)state;
    const char *waits = asked(), *refused = asked(), *opened = asked(), *off = asked(),
               *quiet = filed();
    Day until = desk_today(world.desk) + REVEAL_DAYS;
    assert_int_equal(
        ANSWERS(.by = "keep_b", .number = refused, .kind = STEP_REVEAL_DECLINE, .no_halves = true),
        DESK_OK);
    assert_int_equal(ANSWERS(.by = "keep_a", .number = opened), DESK_OK);
    assert_int_equal(ANSWERS(.by = "keep_b", .number = opened), DESK_OK);
    DOES(.who = "pit_a", .number = off, .kind = STEP_RECUSE, .target = "pit_a");
    const char *const all[] = {waits, refused, opened, off};
    for (size_t i = 0; i < 4; i++)
        assert_true(lies(all[i], until));
    assert_false(lies(quiet, until));
    verify_finds(0);
    world_clock += (Moment)REVEAL_DAYS * 86400;
    (void)tick();
    for (size_t i = 0; i < 4; i++)
        assert_true(lies(all[i], until)); /* the last day */
    verify_finds(0);
    world_clock += 86400;
    verify_finds(0); /* over, and not yet swept */
    (void)tick();
    for (size_t i = 0; i < 4; i++)
        assert_false(lies(all[i], until));
    verify_finds(0);
}

static void asked_anew_it_is_one(void **state)
{
    unsigned cost;
    (void)state;
    const char *number = asked();
    assert_int_equal(asks("pit_a", number, KEEPERS, 3), DESK_OK);
    assert_int_equal(listed("keep_c", &cost), 1);
    verify_finds(0);
    world_clock += 86400;
    assert_int_equal(asks("pit_a", number, KEEPERS, 3), DESK_OK);
    assert_int_equal(listed("keep_c", &cost), 1);
    assert_int_equal(alerted("keep_c", &cost), 1);
    verify_finds(0);
    world_clock += (Moment)REVEAL_DAYS * 86400;
    (void)tick();
    assert_int_equal(listed("keep_c", &cost), 1); /* the second one's last day */
    verify_finds(0);
}

static DueKey key_of(const char *number)
{
    CaseView v = case_seen("pit_b", number);

    return request_key(world.desk, v.head.id, v.head.c.reveal.until);
}

static void put_or_drop(const DueKey *key, bool put)
{
    Batch *b = batch_new(&world.arena);

    assert_non_null(b);
    if (put)
        batch_put_due(b, key);
    else
        batch_drop_due(b, key);
    assert_int_equal(store_apply(turn(), b), STORE_OK);
    commit();
}

static void verify_misses_none(void **state)
{
    (void)state;
    const char *number = asked();
    DueKey key = key_of(number), other = key;
    put_or_drop(&key, false);
    verify_finds(1);
    put_or_drop(&key, true);
    verify_finds(0);
    other.at += 86400;
    put_or_drop(&other, true);
    verify_finds(1);
}

/* An office from before there was the index: the first turns make it. */
static void an_older_office_gets_it(void **state)
{
    Buf told;
    unsigned cost;
    (void)state;
    const char *number = asked();
    DueKey key = key_of(number);
    Batch *b = batch_new(&world.arena);
    put_or_drop(&key, false);
    assert_int_equal(listed("keep_a", &cost), 0);
    batch_put_meta(b, STR("calendars"), STR("as it was"));
    assert_int_equal(store_apply(turn(), b), STORE_OK);
    commit();
    buf_init(&told, 1 << 16);
    assert_int_equal(desk_pin(world.desk, &told), 0);
    buf_finish(&told);
    (void)tick();
    assert_int_equal(listed("keep_a", &cost), 1);
    verify_finds(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_costs_what_runs, world_model, world_end),
        cmocka_unit_test_setup_teardown(it_tells_no_more_than_the_log, world_model, world_end),
        cmocka_unit_test_setup_teardown(asked_anew_it_is_one, world_model, world_end),
        cmocka_unit_test_setup_teardown(verify_misses_none, world_model, world_end),
        cmocka_unit_test_setup_teardown(an_older_office_gets_it, world_model, world_end),
    };
    return cmocka_run_group_tests(tests, world_make, world_drop);
}
