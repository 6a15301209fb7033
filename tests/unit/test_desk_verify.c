/* SPDX-License-Identifier: Apache-2.0 */
/* Every kind of change behind the desk's back is found. Each test starts from two sound cases. */
#include "destroy_help.h"

static int fresh(void **state)
{
    CodeKeys a, b;

    world_model(state);
    code_make(&a);
    code_make(&b);
    Submitted s = file_complaint("general", general_fills, &a);
    const char *number = arena_str(&world.arena, name_str(&s.number)).ptr;
    file_complaint("general", general_fills, &b);
    code_keys_finish(&a);
    code_keys_finish(&b);
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    world_day(2026, 4, 1);
    tick();
    verify_finds(0);
    return 0;
}

static Batch *batch(void)
{
    Batch *b = batch_new(&world.arena);

    assert_non_null(b);
    turn();
    return b;
}

static void apply(const Batch *b)
{
    assert_int_equal(store_apply(world.txn, b), STORE_OK);
    commit();
}

static void is_found(void)
{
    Buf report;
    VerifyCounts n;

    buf_init(&report, 1 << 16);
    assert_int_equal(desk_verify(world.desk, look(), &report, &n), 1);
    looked();
    assert_true(n.faults > 0);
    assert_true(report.len > 0);
    buf_finish(&report);
}

static void a_changed_state(void **state)
{
    HeadRecord h;

    (void)state;
    Batch *b = batch();
    assert_int_equal(store_get_head(world.txn, 1, &h), STORE_OK);
    h.c.state = 0;
    batch_put_head(b, &h);
    apply(b);
    is_found();
}

static void a_changed_number(void **state)
{
    HeadRecord h;

    (void)state;
    Batch *b = batch();
    assert_int_equal(store_get_head(world.txn, 1, &h), STORE_OK);
    h.register_no = name_of(STR("9/2569"));
    batch_put_head(b, &h);
    apply(b);
    is_found();
}

static void a_changed_event(void **state)
{
    EventRecord e;

    (void)state;
    Batch *b = batch();
    assert_int_equal(store_get_event(world.txn, 1, 1, &world.arena, &e), STORE_OK);
    e.step.actor.tag.b[0] ^= 1;
    batch_put_event(b, &e);
    apply(b);
    is_found();
}

static void a_changed_part(void **state)
{
    PartRecord p;

    (void)state;
    Batch *b = batch();
    assert_int_equal(store_get_part(world.txn, 1, 0, &world.arena, &p), STORE_OK);
    p.commit.b[3] ^= 1;
    batch_put_part(b, &p);
    apply(b);
    is_found();
}

static void a_changed_seal(void **state)
{
    SealRecord s;

    (void)state;
    Batch *b = batch();
    assert_int_equal(store_get_seal(world.txn, 2, 0, &world.arena, &s), STORE_OK);
    s.reader.b[0] ^= 1;
    batch_put_seal(b, &s);
    apply(b);
    is_found();
}

static void an_added_part(void **state)
{
    HeadRecord h;
    PartRecord p;

    (void)state;
    Batch *b = batch();
    assert_int_equal(store_get_head(world.txn, 1, &h), STORE_OK);
    assert_int_equal(store_get_part(world.txn, 1, 0, &world.arena, &p), STORE_OK);
    p.no = h.parts;
    batch_put_part(b, &p);
    apply(b);
    is_found();
}

static void a_lost_due_key(void **state)
{
    const DueKey first = {.at = INT64_MIN};
    DueKey k;

    (void)state;
    Batch *b = batch();
    assert_int_equal(store_next_due(world.txn, &first, &k), STORE_OK);
    batch_drop_due(b, &k);
    apply(b);
    is_found();
}

static void a_stray_due_key(void **state)
{
    const DueKey k = {.at = 1, .case_id = 1, .deadline = 0};

    (void)state;
    Batch *b = batch();
    batch_put_due(b, &k);
    apply(b);
    is_found();
}

static void a_lost_list_key(void **state)
{
    const ListKey first = {.due = INT32_MIN + 1};
    ListKey k;

    (void)state;
    Batch *b = batch();
    assert_int_equal(store_next_listed(world.txn, &first, &k), STORE_OK);
    batch_drop_listed(b, &k);
    apply(b);
    is_found();
}

static void a_lost_code(void **state)
{
    const Bytes32 first = {{0}};
    Bytes32 index;
    uint64_t id;

    (void)state;
    Batch *b = batch();
    assert_int_equal(store_next_code(world.txn, &first, &index, &id), STORE_OK);
    batch_drop_code(b, &index);
    apply(b);
    is_found();
}

static void a_moved_number(void **state)
{
    (void)state;
    Batch *b = batch();
    batch_put_number(b, STR("G69-0001"), 2);
    apply(b);
    is_found();
}

static void an_invented_alert(void **state)
{
    AlertRecord r;

    (void)state;
    Batch *b = batch();
    assert_int_equal(store_next_alert(world.txn, 0, &r), STORE_OK);
    batch_put_alert(b, &r);
    apply(b);
    is_found();
}

static void a_changed_leaf(void **state)
{
    LeafRecord l;

    (void)state;
    Batch *b = batch();
    assert_int_equal(store_get_leaf(world.txn, 0, &l), STORE_OK);
    l.day++;
    batch_put_leaf(b, &l);
    apply(b);
    is_found();
}

/* A log built anew, consistent in itself, still is not the one that was signed. */
static void a_log_written_anew(void **state)
{
    Tree old, tree = {0};
    LeafRecord l;

    (void)state;
    Batch *b = batch();
    assert_int_equal(tree_load(world.txn, &world.arena, &old), DESK_OK);
    for (uint64_t i = 0; i < old.size; i++) {
        assert_int_equal(store_get_leaf(world.txn, i, &l), STORE_OK);
        if (l.kind == LOGGED_FILLER)
            l.content.b[0] ^= 1;
        tree_append(b, &tree, &l);
    }
    tree_save(b, &tree);
    apply(b);
    is_found();
}

static void a_file_of_no_case(void **state)
{
    char path[128];
    FILE *f;

    (void)state;
    snprintf(path, sizeof(path), "%s/files/%s", world.dir, "0123456789abcdef01234567");
    f = fopen(path, "w");
    assert_non_null(f);
    fclose(f);
    verify_finds(0); /* it may be on its way into a case */
    remove(path);
}

/* The clock fires on a store that fails at every write in turn; then all is there once. */
static void a_failing_tick_fires_nothing_half(void **state)
{
    unsigned fired, n = 1;
    Moment next;
    int r;

    (void)state;
    world_day(2026, 4, 20);
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
        verify_finds(0);
    } while (n < 5000);
    assert_int_equal(r, DESK_OK);
    assert_true(fired > 0 && n > 10);
    tick();
    verify_finds(0);
}

static void a_lost_case(void **state)
{
    (void)state;
    Batch *b = batch();
    batch_drop_case(b, 2);
    apply(b);
    is_found();
}

/* As a purge does it: the case, and the entries of its leaves. Every root stays what it was. */
static void a_purged_case_is_none_lost(void **state)
{
    Tree before, after;
    LeafRecord l;
    BUF_AUTO Buf checkpoint = {0};
    Buf report;
    VerifyCounts n;

    (void)state;
    buf_init(&checkpoint, CHECKPOINT_BYTES_MAX);
    assert_int_equal(desk_checkpoint(world.desk, look(), &checkpoint), DESK_OK);
    assert_int_equal(tree_load(world.txn, &world.arena, &before), DESK_OK);
    looked();
    turn();
    destroyed(2);
    assert_int_equal(tree_load(world.txn, &world.arena, &after), DESK_OK);
    assert_int_equal(after.size, before.size + 1);
    size_t taken = 0;
    for (uint64_t i = 0; i < before.size; i++) {
        assert_int_equal(store_get_leaf(world.txn, i, &l), STORE_OK);
        assert_int_not_equal(l.case_id, 2);
        if (!l.purged)
            continue;
        taken++;
        assert_true(bytes32_is_zero(&l.blinder) && bytes32_is_zero(&l.content) && !l.kind);
        assert_false(bytes32_is_zero(&l.leaf));
        assert_int_equal(l.purged, before.size);
    }
    commit();
    assert_true(taken > 0);
    verify_finds(0);
    buf_init(&report, 1 << 16);
    assert_int_equal(desk_verify_since(world.desk, look(), buf_str(&checkpoint), &report, &n), 0);
    looked();
    world_say(&report);
    buf_finish(&report);
}

/* An entry taken out by hand, with or without naming a purge that was for another. */
static void an_entry_taken_out_by_hand(void **state)
{
    LeafRecord l;

    (void)state;
    turn();
    destroyed(2);
    commit();
    verify_finds(0);
    uint64_t purge = UINT64_MAX, victim = UINT64_MAX;
    look();
    for (uint64_t i = 0; store_get_leaf(world.txn, i, &l) == STORE_OK; i++) {
        if (l.kind == LOGGED_PURGE)
            purge = i;
        if (l.kind == LOGGED_FILLER)
            victim = i;
    }
    looked();
    assert_true(purge != UINT64_MAX && victim != UINT64_MAX);
    const uint64_t named[] = {0, purge, victim};
    for (size_t i = 0; i < 3; i++) {
        Batch *b = batch();
        assert_int_equal(store_get_leaf(world.txn, victim, &l), STORE_OK);
        LeafRecord bare = {.index = victim, .leaf = l.leaf, .purged = named[i]};
        batch_put_leaf(b, &bare);
        apply(b);
        is_found();
        b = batch();
        batch_put_leaf(b, &l);
        apply(b);
        verify_finds(0);
    }
}

/* What a purge covers cannot grow or shrink afterwards. */
static void a_purge_without_its_leaves(void **state)
{
    static const uint64_t nobody[] = {77};
    const PurgeGround ground = {.by = PURGED_MOVED};

    (void)state;
    Tree before, after;
    assert_int_equal(tree_load(turn(), &world.arena, &before), DESK_OK);
    assert_int_equal(leaf_purge(world.desk, world.txn, nobody, 1, &ground), DESK_OK);
    assert_int_equal(tree_load(world.txn, &world.arena, &after), DESK_OK);
    assert_int_equal(before.size, after.size); /* nothing to say */
    assert_int_equal(desk_log(world.desk, world.txn, LOGGED_PURGE, NULL, NULL, 0, NULL, NULL),
                     DESK_OK);
    commit();
    is_found();
}

/* Entries that wait for the night are found missing or changed too, and go with their case. */
static void waiting_entries_are_counted(void **state)
{
    static const Fill report_fills[] = {{"allegation_type", "bribe"},
                                        {"when", "เมื่อวาน"},
                                        {"what_happened", "x"},
                                        {"accused", "chang"},
                                        {NULL, NULL}};
    CodeKeys a;
    LeafRecord l;
    uint64_t no = 0;

    (void)state;
    code_make(&a);
    file_complaint("corruption", report_fills, &a);
    code_keys_finish(&a);
    Who who = world_who("pit_a");
    HeadRecord h;
    CaseView v;
    look();
    assert_int_equal(store_get_head(world.txn, 3, &h), STORE_OK);
    looked();
    assert_int_equal(
        desk_case(world.desk, turn(), &who, name_str(&h.number), true, &world.arena, &v), DESK_OK);
    commit();
    verify_finds(0);
    Batch *b = batch();
    assert_int_equal(store_next_waiting_leaf(world.txn, 0, &no, &l), STORE_OK);
    assert_int_equal(store_next_waiting_leaf(world.txn, no + 1, &no, &l), STORE_OK);
    assert_int_equal(l.kind, LOGGED_READ);
    batch_drop_waiting_leaf(b, no);
    assert_int_equal(store_apply(world.txn, b), STORE_OK);
    commit();
    is_found(); /* the reading is gone */
    b = batch();
    batch_put_waiting_leaf(b, &l); /* under another number: still one that never came */
    batch_drop_waiting_leaf(b, no);
    apply(b);
    is_found();
}

static void waiting_entries_go_with_their_case(void **state)
{
    static const Fill report_fills[] = {{"allegation_type", "bribe"},
                                        {"when", "เมื่อวาน"},
                                        {"what_happened", "x"},
                                        {"accused", "chang"},
                                        {NULL, NULL}};
    CodeKeys a, c;
    LeafRecord l;
    uint64_t no;
    unsigned waiting = 0;

    (void)state;
    code_make(&a);
    code_make(&c);
    file_complaint("corruption", report_fills, &a);
    file_complaint("corruption", report_fills, &c);
    turn();
    destroyed(3);
    commit();
    look();
    for (no = 0; store_next_waiting_leaf(world.txn, no, &no, &l) == STORE_OK; no++)
        waiting++;
    looked();
    assert_int_equal(waiting, 1);
    verify_finds(0);
    world_day(2026, 4, 2);
    tick();
    verify_finds(0);
    code_keys_finish(&a);
    code_keys_finish(&c);
}

#define ON_MODEL(f) cmocka_unit_test_setup_teardown(f, fresh, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(a_changed_state),
        ON_MODEL(a_changed_number),
        ON_MODEL(a_changed_event),
        ON_MODEL(a_changed_part),
        ON_MODEL(a_changed_seal),
        ON_MODEL(an_added_part),
        ON_MODEL(a_lost_due_key),
        ON_MODEL(a_stray_due_key),
        ON_MODEL(a_lost_list_key),
        ON_MODEL(a_lost_code),
        ON_MODEL(a_moved_number),
        ON_MODEL(an_invented_alert),
        ON_MODEL(a_changed_leaf),
        ON_MODEL(a_log_written_anew),
        ON_MODEL(a_file_of_no_case),
        ON_MODEL(a_failing_tick_fires_nothing_half),
        ON_MODEL(a_lost_case),
        ON_MODEL(a_purged_case_is_none_lost),
        ON_MODEL(an_entry_taken_out_by_hand),
        ON_MODEL(a_purge_without_its_leaves),
        ON_MODEL(waiting_entries_are_counted),
        ON_MODEL(waiting_entries_go_with_their_case),
    };
    return cmocka_run_group_tests_name("desk: verify", tests, world_make, world_drop);
}
