/* SPDX-License-Identifier: Apache-2.0 */
/* A protected complaint: who learns of it, and what the store can tell. */
#include "desk_code.h"

static const Fill against_pit_a[] = {{"allegation_type", "bribe"}, {"accused", "pit_a"},
                                     {"when", "เมื่อวาน"},           {"what_happened", "SECRETSTORY"},
                                     {"name", "SECRETNAME"},       {NULL, NULL}};
static const Fill against_nobody[] = {{"allegation_type", "bribe"},
                                      {"when", "เมื่อวาน"},
                                      {"what_happened", "SECRETSTORY"},
                                      {NULL, NULL}};

static const char *filed(const Fill *fills)
{
    Submitted s = file_complaint("corruption", fills, &code);
    return arena_str(&world.arena, name_str(&s.number)).ptr;
}

static int case_answer(const char *name, const char *number)
{
    CaseView v;
    Who who = world_who(name);

    int r = desk_case(world.desk, look(), &who, str_of(number), false, &world.arena, &v);
    looked();
    return r;
}

static size_t listed(const char *name)
{
    CaseLine *lines;
    size_t n;
    ListKey next;
    Who who = world_who(name);
    ListFilter f = {.due_before = DAY_NONE, .with_closed = true};

    assert_int_equal(desk_list(world.desk, look(), &who, &f, &world.arena, &lines, &n, &next),
                     DESK_OK);
    looked();
    return n;
}

/* The office without these people. */
static Directory office_without(const char *const *names, Person *people)
{
    Directory d = *desk_directory(world.desk);

    memcpy(people, d.people, d.n_people * sizeof(*people));
    d.people = people;
    for (size_t i = 0; i < d.n_people; i++)
        for (const char *const *name = names; *name; name++)
            people[i].disabled |= name_is(&people[i].name, str_of(*name));
    return d;
}

static void unsafe_without(const Def *def, const char *const *names, const char *why)
{
    Person people[DIRECTORY_PEOPLE_MAX];
    Directory d = office_without(names, people);
    BUF_AUTO Buf said = {0};

    buf_init(&said, 1 << 16);
    assert_false(channel_is_safe(def, &d, &said));
    if (!strstr((const char *)said.ptr, why))
        fail_msg("%.*s: \"%s\" is not in: %s", (int)def->id.len, def->id.ptr, why, said.ptr);
}

/* Every protected workflow that the office serves is judged by the same rule: two readers and a
 * pair of custodians remain whoever is accused, those outside counted. */
static void each_channel_is_open_with_readers_enough(void **state)
{
    static const char *const no_keeper[] = {"keep_b", NULL};
    static const char *const no_reader[] = {"audit", "district", "neighbour", NULL};
    const Workflows *w = desk_workflows(world.desk);
    size_t judged = 0;

    (void)state;
    for (size_t i = 0; i < w->n; i++) {
        const Def *def = w->defs[i];
        if (!def->protected)
            continue;
        assert_true(desk_channel_open(world.desk, def));
        unsafe_without(def, no_keeper, "person keep_c accused: no pair of custodians remains");
        unsafe_without(def, no_reader, "of 2 readers remain");
        judged++;
    }
    assert_true(judged > 0);
}

static void the_number_tells_nothing(void **state)
{
    (void)state;
    const char *number = filed(against_nobody);
    assert_int_equal(strlen(number), 11);
    assert_memory_equal(number, "C-", 2);
    assert_int_equal(number[6], '-');
    verify_finds(0);
}

static void the_accused_has_no_case(void **state)
{
    LateLine *late;
    size_t n;

    (void)state;
    const char *number = filed(against_pit_a);
    assert_int_equal(case_answer("pit_a", number), DESK_UNKNOWN);
    assert_int_equal(case_answer("pit_b", number), DESK_OK);
    assert_int_equal(listed("pit_a"), 0);
    assert_int_equal(listed("pit_b"), 1);
    assert_int_equal(listed("palad"), 0);
    world_day(2026, 5, 1);
    Who who = world_who("pit_a");
    assert_int_equal(desk_overdue(world.desk, look(), &who, &world.arena, &late, &n), DESK_OK);
    looked();
    assert_int_equal(n, 0);
    who = world_who("pit_b");
    assert_int_equal(desk_overdue(world.desk, look(), &who, &world.arena, &late, &n), DESK_OK);
    looked();
    assert_true(n > 0);
}

static void only_the_day_is_kept(void **state)
{
    HeadRecord head;
    EventRecord e;
    Arena arena;

    (void)state;
    arena_init(&arena, 1 << 20);
    filed(against_nobody);
    Txn *t = look();
    assert_int_equal(store_get_head(t, 1, &head), STORE_OK);
    assert_int_equal(head.c.received_at, 0);
    assert_int_equal(store_get_event(t, 1, 0, &arena, &e), STORE_OK);
    assert_int_equal(e.step.at, 0);
    assert_int_equal(e.step.day, desk_today(world.desk));
    assert_true(e.log_leaf == UINT64_MAX);
    looked();
    arena_finish(&arena);
}

/* Seals, parts and sizes are the same whoever is accused and whoever tells. */
static void two_cases_look_alike(void **state)
{
    HeadRecord a, b;
    CodeKeys other;

    (void)state;
    filed(against_pit_a);
    code_make(&other);
    file_complaint("corruption", against_nobody, &other);
    Txn *t = look();
    assert_int_equal(store_get_head(t, 1, &a), STORE_OK);
    assert_int_equal(store_get_head(t, 2, &b), STORE_OK);
    assert_int_equal(a.seals, b.seals);
    assert_int_equal(a.parts, b.parts);
    for (uint64_t id = 1; id <= 2; id++) {
        EventRecord e;
        assert_int_equal(store_get_event(t, id, 0, &world.arena, &e), STORE_OK);
        assert_false(bytes32_is_zero(&e.salt));
        assert_true(e.covers);
    }
    for (uint32_t i = 0; i < a.parts; i++) {
        PartRecord x, y;
        assert_int_equal(store_get_part(t, 1, i, &world.arena, &x), STORE_OK);
        assert_int_equal(store_get_part(t, 2, i, &world.arena, &y), STORE_OK);
        assert_int_equal(x.kind, y.kind);
        assert_int_equal(x.sealed.len, y.sealed.len);
        assert_false(x.kind == PART_HALF && tag_is_none(&x.holder));
    }
    for (uint32_t i = 0; i < a.seals; i++) {
        SealRecord s;
        assert_int_equal(store_get_seal(t, 1, i, &world.arena, &s), STORE_OK);
        assert_false(tag_is_none(&s.reader));
    }
    looked();
    verify_finds(0);
    code_keys_finish(&other);
}

/* Tags of the case's rows as they lie on disk; returns how many. */
static size_t tags_on_disk(Txn *t, Tag *ret, size_t max)
{
    HeadRecord head;
    size_t n = 0;

    assert_int_equal(store_get_head(t, 1, &head), STORE_OK);
    for (uint32_t i = 0; i < head.parts; i++) {
        PartRecord p;
        assert_int_equal(store_get_part(t, 1, i, &world.arena, &p), STORE_OK);
        if (!tag_is_none(&p.holder) && n < max)
            ret[n++] = p.holder;
    }
    for (uint32_t i = 0; i < head.seals; i++) {
        SealRecord s;
        assert_int_equal(store_get_seal(t, 1, i, &world.arena, &s), STORE_OK);
        if (n < max)
            ret[n++] = s.reader;
    }
    return n;
}

/* Custodians hold two halves each and readers the keys of two classes: nobody counts them. */
static void no_tag_comes_back(void **state)
{
    Tag tags[64];

    (void)state;
    filed(against_pit_a);
    size_t n = tags_on_disk(look(), tags, 64);
    looked();
    assert_true(n > 2 * CUSTODY_PAIRS + READER_SLOTS);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            assert_false(tag_eq(&tags[i], &tags[k]));
    verify_finds(0);
}

/* As a version before this one wrote them. */
static void bare_tags_are_read(void **state)
{
    ARENA_AUTO Arena arena = {0};
    HeadRecord head;

    (void)state;
    arena_init(&arena, 1 << 20);
    const char *number = filed(against_pit_a);
    Batch *b = batch_new(&arena);
    Txn *t = turn();
    assert_int_equal(store_get_head(t, 1, &head), STORE_OK);
    for (uint32_t i = 0; i < head.seals; i++) {
        SealRecord s;
        assert_int_equal(store_get_seal(t, 1, i, &arena, &s), STORE_OK);
        assert_true(s.masked);
        seal_unmask(world.desk, head.seal_id, &s);
        assert_false(s.masked);
        batch_put_seal(b, &s);
    }
    assert_int_equal(store_apply(t, b), STORE_OK);
    commit();
    assert_int_equal(case_answer("pit_b", number), DESK_OK);
    assert_int_equal(case_answer("pit_a", number), DESK_UNKNOWN);
    assert_int_equal(case_answer("palad", number), DESK_UNKNOWN);
}

static void the_night_appends_in_sixty_fours(void **state)
{
    Tree tree;
    Arena arena;

    (void)state;
    arena_init(&arena, 1 << 20);
    const char *number = filed(against_nobody);
    tick();
    assert_int_equal(tree_load(look(), &arena, &tree), DESK_OK);
    looked();
    assert_int_equal(tree.size, NIGHT_LEAVES);
    desk_count_wrong_code(world.desk);
    world_day(2026, 3, 3);
    tick();
    verify_finds(0);
    assert_int_equal(tree_load(look(), &arena, &tree), DESK_OK);
    looked();
    assert_int_equal(tree.size, 2 * NIGHT_LEAVES + 1); /* and one that counts wrong codes */
    EventRecord e;
    assert_int_equal(store_get_event(look(), 1, 0, &arena, &e), STORE_OK);
    looked();
    assert_true(e.log_leaf < NIGHT_LEAVES);
    assert_int_equal(case_answer("pit_b", number), DESK_OK);
    arena_finish(&arena);
}

static void reading_is_logged(void **state)
{
    CaseView v;
    LeafRecord leaf;
    uint64_t no = 0;
    unsigned reads = 0;

    (void)state;
    const char *number = filed(against_nobody);
    Who who = world_who("pit_b");
    assert_int_equal(desk_case(world.desk, turn(), &who, str_of(number), true, &world.arena, &v),
                     DESK_OK);
    commit();
    assert_true(v.n_parts > 0 && v.n_seals > 0);
    for (look(); store_next_waiting_leaf(world.txn, no, &no, &leaf) == STORE_OK; no++)
        reads += leaf.kind == LOGGED_READ;
    looked();
    assert_int_equal(reads, 1);
    verify_finds(0);
}

static void naming_the_accused_takes_them_off(void **state)
{
    static const Fill accused[] = {{"accused", "pit_b"}, {NULL, NULL}};

    (void)state;
    const char *number = filed(against_nobody);
    assert_int_equal(case_answer("pit_b", number), DESK_OK);
    DOES(.who = "pit_a", .number = number, .kind = STEP_ACTION, .what = "check_coi",
         .fills = accused);
    assert_int_equal(case_answer("pit_b", number), DESK_UNKNOWN);
    assert_int_equal(listed("pit_b"), 0);
    verify_finds(0);
}

static void alerts_pass_the_accused_by(void **state)
{
    AlertRecord r;
    unsigned rows = 0;

    (void)state;
    filed(against_pit_a);
    world_day(2026, 5, 20);
    tick();
    verify_finds(0);
    for (uint64_t seq = 0; store_next_alert(look(), seq, &r) == STORE_OK; seq = r.seq + 1) {
        bool accused = true, other = false;
        Who a = world_who("pit_a"), b = world_who("pit_b");
        assert_int_equal(desk_alert_for(world.desk, world.txn, &a, &r, &accused), DESK_OK);
        assert_int_equal(desk_alert_for(world.desk, world.txn, &b, &r, &other), DESK_OK);
        assert_false(accused);
        rows += other;
        looked();
    }
    looked();
    assert_true(rows > 0);
}

#define ON_MODEL(f) cmocka_unit_test_setup_teardown(f, fresh, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(each_channel_is_open_with_readers_enough),
        ON_MODEL(the_number_tells_nothing),
        ON_MODEL(the_accused_has_no_case),
        ON_MODEL(only_the_day_is_kept),
        ON_MODEL(two_cases_look_alike),
        ON_MODEL(no_tag_comes_back),
        ON_MODEL(bare_tags_are_read),
        ON_MODEL(the_night_appends_in_sixty_fours),
        ON_MODEL(reading_is_logged),
        ON_MODEL(naming_the_accused_takes_them_off),
        ON_MODEL(alerts_pass_the_accused_by),
    };
    return cmocka_run_group_tests_name("desk: protected", tests, world_make, world_drop);
}
