/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing is destroyed without somebody's signature, or it is found. */
#include "destroy_help.h"
#include "linked_help.h"

#include "base/text.h"

static const char *number;

static int fresh(void **state)
{
    CodeKeys a, b;

    world_model(state);
    code_make(&a);
    code_make(&b);
    Submitted s = file_complaint("general", general_fills, &a);
    number = arena_str(&world.arena, name_str(&s.number)).ptr;
    file_complaint("general", general_fills, &b);
    code_keys_finish(&a);
    code_keys_finish(&b);
    return 0;
}

/* What verify says of it; empty: no fault. */
static Str faults(void)
{
    BUF_AUTO Buf report = {0};
    VerifyCounts n = {.cases = 0};

    buf_init(&report, 1 << 16);
    int r = desk_verify(world.desk, look(), &report, &n);
    looked();
    assert_int_equal(r, n.faults ? 1 : 0);
    return n.faults ? arena_str(&world.arena, buf_str(&report)) : STR("");
}

static void says(const char *words)
{
    Str found = faults();

    if (!memmem(found.ptr, found.len, words, strlen(words)))
        fail_msg("not said: %s; but: %.*s", words, (int)found.len, found.ptr);
}

/* A list that the clerk really signed, of one case as a whole. */
static uint64_t approve(const char *name)
{
    const char *by = "palad";
    Str tenant = desk_office(world.desk)->tenant;
    BUF_AUTO Buf list = {0}, record = {0}, key = {0}, places = {0};
    Signature signature;
    Tree tree;
    Str had;

    buf_init(&list, 4096);
    buf_init(&record, 8192);
    buf_init(&key, 64);
    buf_init(&places, 256);
    buf_adds(&list, "krading destruction list 1\noffice ");
    buf_add_str(&list, tenant);
    buf_adds(&list, "\nmade 2026-03-02 by admin\n");
    buf_addf(&list, "%s general closed 2026-03-02 kept until 2026-03-02: everything\ncases 1\n",
             name);
    Str text = buf_str(&list);
    assert_int_equal(
        keys_sign(&world.keys[world_index(by)].sign, "purge", tenant, &text, 1, &signature), 0);
    turn();
    assert_int_equal(tree_load(world.txn, &world.arena, &tree), DESK_OK);
    assert_int_equal(purge_meta_get(world.txn, PURGE_APPROVALS, &world.arena, &had), DESK_OK);
    buf_addf(&record, "%s %u ", by, (unsigned)desk_directory(world.desk)->version);
    text_put_hex(&record, signature.b, sizeof(signature.b));
    buf_adds(&record, "\n");
    buf_add_str(&record, text);
    approval_key(&key, tree.size);
    buf_add_str(&places, had);
    buf_addf(&places, "%llu\n", (unsigned long long)tree.size);
    assert_int_equal(purge_meta_put(world.txn, (const char *)key.ptr, buf_str(&record)), DESK_OK);
    assert_int_equal(purge_meta_put(world.txn, PURGE_APPROVALS, buf_str(&places)), DESK_OK);
    Bytes32 content = purge_list_attested("approved", text, &signature);
    Tag tag = desk_tag(world.desk, 0, str_of(by));
    assert_int_equal(desk_log(world.desk, world.txn, LOGGED_LIST, NULL, NULL, 0, &tag, &content),
                     DESK_OK);
    commit();
    return tree.size;
}

static PurgeGround on(uint64_t approval)
{
    return (PurgeGround){.by = PURGED_APPROVED,
                         .approval = approval,
                         .to = 4000,
                         .person = desk_tag(world.desk, 0, STR("palad"))};
}

/* The portion ends with the list. */
static PurgeGround all_of(uint64_t approval)
{
    PurgeGround g = on(approval);
    BUF_AUTO Buf key = {0};
    Str text;

    buf_init(&key, 64);
    approval_key(&key, approval);
    assert_int_equal(purge_meta_get(look(), (const char *)key.ptr, &world.arena, &text), DESK_OK);
    looked();
    (void)str_cut(&text, '\n');
    g.to = text.len;
    return g;
}

static void destroy(uint64_t id, PurgeGround g)
{
    turn();
    destroyed_as(id, &g);
    commit();
}

static void what_was_approved(void **state)
{
    (void)state;
    uint64_t place = approve(number);
    assert_int_equal(faults().len, 0);
    destroy(1, all_of(place));
    assert_int_equal(faults().len, 0);
}

/* What was approved gives nobody room to let another go as moved. */
static void one_more_as_moved(void **state)
{
    (void)state;
    destroy(1, all_of(approve(number)));
    assert_int_equal(faults().len, 0);
    destroy(2, (PurgeGround){.by = PURGED_MOVED});
    says("more cases went to other workflows than came there");
}

static bool ends(Str text, Str with)
{
    return text.len >= with.len && str_eq((Str){text.ptr + text.len - with.len, with.len}, with);
}

/* A case that came from another workflow was an arrival, there or gone. */
static void one_that_had_come(void **state)
{
    uint64_t place;
    StepDone gone;

    (void)state;
    Move m = {.who = "intake", .number = number};
    move_compose(&m, "corruption", corruption_fills, day_from_civil((Civil){2026, 3, 2}));
    assert_int_equal(move_send(&m, &m.opened, &gone), DESK_OK);
    tick();
    assert_int_equal(faults().len, 0);
    destroy(3, (PurgeGround){.by = PURGED_AGAIN}); /* the one it went to */
    assert_true(ends(ground_of(&place), STR("again 1 1")));
    assert_int_equal(faults().len, 0);
    destroy(2, (PurgeGround){.by = PURGED_MOVED});
    says("more cases went to other workflows than came there");
}

/* The same purge as it would have been without the last number of its ground, log and all. */
static void said_as_before(void)
{
    uint64_t place = 0;
    Str text = ground_of(&place);

    while (text.ptr[--text.len] != ' ')
        ;
    ground_says(place, text);
}

static void purges_of_before_the_number(void **state)
{
    uint64_t place;

    (void)state;
    destroy(1, all_of(approve(number)));
    assert_true(ends(ground_of(&place), STR(" 1 0")));
    said_as_before();
    assert_true(ends(ground_of(&place), STR(" 1")));
    assert_int_equal(faults().len, 0);
    destroy(2, (PurgeGround){.by = PURGED_AGAIN});
    assert_int_equal(faults().len, 0);
    said_as_before();
    assert_int_equal(faults().len, 0); /* both are older */
}

static void no_older_purge_behind_a_newer(void **state)
{
    (void)state;
    destroy(1, all_of(approve(number)));
    destroy(2, (PurgeGround){.by = PURGED_AGAIN});
    assert_int_equal(faults().len, 0);
    said_as_before();
    says("does not say how many of its cases had come from other workflows");
}

/* The other case, with an approval that names this one. */
static void another_in_its_place(void **state)
{
    (void)state;
    destroy(2, all_of(approve(number)));
    says("took out more than was on the approved list");
}

static void carried_out_twice(void **state)
{
    (void)state;
    uint64_t place = approve(number);
    destroy(1, all_of(place));
    destroy(2, all_of(place));
    says("carries out what was carried out before");
}

static void grounds_that_are_none(void **state)
{
    (void)state;
    destroy(2, (PurgeGround){.by = PURGED_MOVED});
    says("more cases went to other workflows than came there");
    destroy(1, on(0)); /* an entry, but no approval */
    says("names no approval that the log attests");
}

/* The approval stays what it was: list, signature and signer. */
static void a_changed_approval(void **state)
{
    BUF_AUTO Buf key = {0};
    Str text;

    (void)state;
    uint64_t place = approve(number);
    destroy(1, all_of(place));
    buf_init(&key, 64);
    approval_key(&key, place);
    const char *name = (const char *)key.ptr;
    assert_int_equal(purge_meta_get(look(), name, &world.arena, &text), DESK_OK);
    looked();
    for (size_t i = 0; i < text.len; i += 7) {
        char *bent = arena_alloc(&world.arena, text.len);
        memcpy(bent, text.ptr, text.len);
        bent[i] ^= 1;
        put_meta(name, (Str){bent, text.len});
        assert_int_not_equal(faults().len, 0);
    }
    put_meta(name, STR("")); /* gone */
    says("missing or not readable");
    put_meta(name, text);
    assert_int_equal(faults().len, 0);
    put_meta(PURGE_APPROVALS, STR(""));
    says("names no approval that the log attests");
}

/* What a purge says of its ground is in the log. */
static void a_changed_ground(void **state)
{
    BUF_AUTO Buf key = {0};
    LeafRecord leaf;
    uint64_t at = 0;

    (void)state;
    destroy(1, all_of(approve(number)));
    look();
    for (; store_get_leaf(world.txn, at, &leaf) == STORE_OK && leaf.kind != LOGGED_PURGE;)
        at++;
    looked();
    buf_init(&key, 64);
    purged_key(&key, at);
    const char *name = (const char *)key.ptr;
    put_meta(name, STR("moved"));
    says("does not cover");
    put_meta(name, STR("again 1"));
    says("does not cover");
    put_meta(name, STR("nonsense"));
    says("has no ground");
    put_meta(name, STR(""));
    says("has no ground");
}

/* The daemon's own event that classes went: nobody signs it, so the list has to name it. */
static void classes_that_nobody_approved(void **state)
{
    const Destruction names = {.classes = CLASS_BIT(CLASS_IDENTITY)};
    PurgeRun run;

    (void)state;
    turn();
    purge_run_begin(&run, world.desk, world.txn, &world.arena);
    assert_int_equal(purge_run_case(&run, 1, &names, true), DESK_OK); /* without the ledger */
    assert_int_equal(purge_run_end(&run), DESK_OK);
    purge_run_finish(&run);
    commit();
    says("destroys what nobody approved");
}

#define ON_MODEL(f) cmocka_unit_test_setup_teardown(f, fresh, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(what_was_approved),
        ON_MODEL(one_more_as_moved),
        ON_MODEL(one_that_had_come),
        ON_MODEL(purges_of_before_the_number),
        ON_MODEL(no_older_purge_behind_a_newer),
        ON_MODEL(another_in_its_place),
        ON_MODEL(carried_out_twice),
        ON_MODEL(grounds_that_are_none),
        ON_MODEL(a_changed_approval),
        ON_MODEL(a_changed_ground),
        ON_MODEL(classes_that_nobody_approved),
    };
    return cmocka_run_group_tests_name("desk: destroyed", tests, world_make, world_drop);
}
