/* SPDX-License-Identifier: Apache-2.0 */
/* Files that lie beside the database, and a store that fails at every write of a step. */
#include "hostile_help.h"

/* ---- attachments ---- */
static const char place[] = "0123456789abcdef01234567";

static void file_write(const char *name, size_t len)
{
    char path[160];

    snprintf(path, sizeof(path), "%s/files/%s", world.dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    for (size_t i = 0; i < len; i++)
        fputc(1, f);
    assert_int_equal(fclose(f), 0);
}

static void file_remove(const char *name)
{
    char path[160];

    snprintf(path, sizeof(path), "%s/files/%s", world.dir, name);
    remove(path);
}

static Submitted filed_with_file(const char *name)
{
    const Def *def = workflows_find(desk_workflows(world.desk), STR("general"));
    Composer by = composer_of(def);
    Form form = form_of(def, general_fills);
    SealedFile file = {.field = def_field(def, STR("attachments")),
                       .place = name_of(str_of(name)),
                       .name = STR("SECRETFILE.jpg"),
                       .type = STR("image/jpeg"),
                       .size = 10};
    Submitted s = {.n_deadlines = 0};
    Refusal no = {0};
    Bundle b;

    assert_int_equal(secret_new_random(&file.key), 0);
    assert_int_equal(compose_submission(&by, &form, &file, 1, &code, DAY_NONE, &b), 0);
    secret_finish(&file.key);
    turn();
    assert_int_equal(
        desk_submit(world.desk, world.txn, STR("general"), NULL, &b, &world.arena, &s, &no),
        DESK_OK);
    commit();
    return s;
}

static void an_attachment_is_for_readers_and_has_to_be_there(void **state)
{
    PartRecord part;
    unsigned found = 0;

    (void)state;
    enum { SHORTEST = 25 + 65536 + 17 }; /* of a sealed stream */
    file_write(place, SHORTEST);
    Submitted s = filed_with_file(place);
    verify_finds(0);
    Who intake = world_who("intake"), keeper = world_who("keep_a");
    turn();
    for (uint32_t no = 0; no < 16; no++) {
        int r =
            desk_file(world.desk, world.txn, &intake, name_str(&s.number), no, &world.arena, &part);
        assert_true(r == DESK_OK || r == DESK_UNKNOWN);
        found += r == DESK_OK && name_is(&part.file, str_of(place));
        assert_int_equal(
            desk_file(world.desk, world.txn, &keeper, name_str(&s.number), no, &world.arena, &part),
            DESK_UNKNOWN);
    }
    commit();
    assert_int_equal(found, 1);
    file_remove(place);
    verify_finds(1);
}

static void a_name_that_leads_elsewhere_is_no_file(void **state)
{
    static const char *const names[] = {"../keys/pepper", "0123456789ABCDEF01234567", "",
                                        "0123456789abcdef0123456", "0123456789abcdef012345678"};
    const Def *def = workflows_find(desk_workflows(world.desk), STR("general"));

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        Composer by = composer_of(def);
        Form form = form_of(def, general_fills);
        SealedFile file = {.field = def_field(def, STR("attachments")),
                           .place = name_of(str_of(names[i])),
                           .name = STR("a"),
                           .type = STR("b")};
        Submitted s;
        Refusal no;
        Bundle b;
        assert_int_equal(secret_new_random(&file.key), 0);
        assert_int_equal(compose_submission(&by, &form, &file, 1, &code, DAY_NONE, &b), 0);
        secret_finish(&file.key);
        assert_int_equal(
            desk_submit(world.desk, turn(), STR("general"), NULL, &b, &world.arena, &s, &no),
            DESK_MALFORMED);
        store_end(world.txn);
    }
}

/* ---- a store that fails ---- */
/* One try of the step, its store failing at the n-th write; as the daemon's turn does it. */
static int act_failing(const Doing *x, const CaseView *v, const Bundle *b, unsigned n)
{
    Who who = world_who(x->who);
    StepRequest request = {.number = str_of(x->number),
                           .kind = x->kind,
                           .what = str_of(x->what),
                           .has_rev = true,
                           .if_rev = v->head.c.rev,
                           .bundle = b};
    StepRefused no = {0};
    StepDone step;

    turn();
    store_fail_after(desk_store(world.desk), n, STORE_FULL);
    int r = store_nest(world.txn);
    if (!r) {
        r = desk_act(world.desk, world.txn, &who, &request, &world.arena, &step, &no);
        if (r)
            store_nest_drop(world.txn);
        else
            r = desk_answer(store_nest_keep(world.txn));
    } else {
        r = desk_answer(r);
    }
    if (r)
        store_end(world.txn);
    else
        r = desk_answer(store_commit(world.txn));
    store_fail_after(desk_store(world.desk), 0, STORE_OK);
    return r;
}

static void a_failing_step_is_done_whole_or_not_at_all(void **state)
{
    unsigned n = 0;
    Bundle b;
    int r;

    (void)state;
    const char *number = filed("general", general_fills);
    const Doing asking = asks_for_more(number);
    CaseView v = case_seen("intake", number);
    doing_compose(&asking, &v, &b);
    assert_int_equal(bundle_sign(&b, &world.keys[world_index("intake")].sign,
                                 desk_office(world.desk)->tenant, v.head.c.rev, STEP_ACTION,
                                 STR("ask_info")),
                     0);
    do {
        r = act_failing(&asking, &v, &b, ++n);
        if (r) {
            assert_int_equal(r, DESK_FULL);
            assert_int_equal(case_seen("intake", number).head.c.events, 2);
            verify_finds(0);
        }
    } while (r && n < 500);
    assert_int_equal(r, DESK_OK);
    assert_true(n > 8);
    assert_int_equal(case_seen("intake", number).head.c.events, 3);
    verify_finds(0);
}

#define ON_MODEL(f) cmocka_unit_test_setup_teardown(f, fresh, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(an_attachment_is_for_readers_and_has_to_be_there),
        ON_MODEL(a_name_that_leads_elsewhere_is_no_file),
        ON_MODEL(a_failing_step_is_done_whole_or_not_at_all),
    };
    return cmocka_run_group_tests_name("desk: disk", tests, world_make, world_drop);
}
