/* SPDX-License-Identifier: Apache-2.0 */
/* A case that goes to another workflow, and from there further or back again. Each time its old
 * self is purged, and verify has to tell that from cases which somebody took away as if they had
 * moved. */
#include "destroy_help.h"
#include "linked_help.h"

#include <unistd.h>

enum { TEXT_MAX = 1 << 20 };

static const Fill entered_fills[] = {
    {"subject", "ไฟดับ"}, {"details", "หน้าวัด"},    {"category", "light"},
    {"channel", "web"},  {"notice_version", "1"}, {"original_received_at", "2026-03-02"},
    {NULL, NULL}};

/* ---- the office: general -> second -> third -> general ---- */

static void text_read(const char *path, Buf *ret)
{
    FILE *f = fopen(path, "r");
    char piece[4096];
    size_t n;

    assert_non_null(f);
    while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
        buf_add(ret, piece, n);
    fclose(f);
    assert_int_equal(ret->err, 0);
}

static size_t place_of(const Buf *text, size_t from, const char *words)
{
    const uint8_t *at = memmem(text->ptr + from, text->len - from, words, strlen(words));

    assert_non_null(at);
    return (size_t)(at - text->ptr);
}

/* General as shipped, under another name, whose cases move to `to`. */
static void workflow_write(const Buf *general, const char *name, const char *to)
{
    char path[160];
    size_t id = place_of(general, 0, "workflow: general"), after = id + strlen("workflow: general");
    size_t opens = place_of(general, after, "workflow: corruption");
    size_t end = place_of(general, opens, "  reopen:");

    snprintf(path, sizeof(path), "%s/workflows/%s.yaml", world.dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fwrite(general->ptr, 1, id, f);
    fprintf(f, "workflow: %s", name);
    fwrite(general->ptr + after, 1, opens - after, f);
    fprintf(f,
            "workflow: %s\n        received: keep\n        new_code: to_complainant\n"
            "        carries:\n          subject: subject\n          details: details\n",
            to);
    fwrite(general->ptr + end, 1, general->len - end, f);
    assert_int_equal(fclose(f), 0);
}

/* The office serves them too. */
static void serves(void)
{
    BUF_AUTO Buf had = {0};
    char path[160];

    buf_init(&had, TEXT_MAX);
    snprintf(path, sizeof(path), "%s/settings.yaml", world.dir);
    text_read(path, &had);
    size_t at = place_of(&had, 0, "serves: [general") + strlen("serves: [general");
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fwrite(had.ptr, 1, at, f);
    fputs(", second, third", f);
    fwrite(had.ptr + at, 1, had.len - at, f);
    assert_int_equal(fclose(f), 0);
}

static int ring_make(void **state)
{
    BUF_AUTO Buf general = {0};
    char path[160];

    int r = world_make(state);
    buf_init(&general, TEXT_MAX);
    snprintf(path, sizeof(path), "%s/workflows/general.yaml", world.dir);
    text_read(path, &general);
    workflow_write(&general, "second", "third");
    workflow_write(&general, "third", "general");
    workflow_write(&general, "general", "second");
    serves();
    return r;
}

/* ---- moves ---- */

static uint64_t newest(void)
{
    uint64_t id = store_count(look(), STR("case"));
    looked();
    return id;
}

/* The newest case goes there. */
static void goes_to(const char *workflow)
{
    Move m = {.who = "intake", .number = number_of_case(newest())};
    StepDone gone;

    move_compose(&m, workflow, entered_fills, day_from_civil((Civil){2026, 3, 2}));
    assert_int_equal(move_send(&m, &m.opened, &gone), DESK_OK);
    assert_true(gone.moved);
}

static uint64_t filed(void)
{
    CodeKeys code;

    code_make(&code);
    file_complaint("general", general_fills, &code);
    code_keys_finish(&code);
    return newest();
}

static void says(const char *words)
{
    BUF_AUTO Buf report = {0};
    VerifyCounts n = {.cases = 0};

    buf_init(&report, 1 << 16);
    assert_int_equal(desk_verify(world.desk, look(), &report, &n), 1);
    looked();
    if (!memmem(report.ptr, report.len, words, strlen(words)))
        fail_msg("not said: %s; but: %.*s", words, (int)report.len, (const char *)report.ptr);
}

static const char more[] = "more cases went to other workflows than came there";

static void further_and_further(void **state)
{
    (void)state;
    filed();
    goes_to("second");
    verify_finds(0);
    goes_to("third");
    verify_finds(0);
    tick();
    verify_finds(0);
}

static void there_and_back(void **state)
{
    (void)state;
    filed();
    for (int i = 0; i < 3; i++) {
        goes_to("second");
        goes_to("third");
        goes_to("general");
        verify_finds(0);
    }
}

/* ---- somebody takes a case away and says that it moved ---- */

static uint64_t seal_id_of(uint64_t id)
{
    HeadRecord head;

    assert_int_equal(store_get_head(look(), id, &head), STORE_OK);
    looked();
    return head.seal_id;
}

static void taken(uint64_t id, uint64_t became)
{
    const PurgeGround ground = {.by = PURGED_MOVED,
                                .move = {.was = seal_id_of(id), .became = became}};

    turn();
    destroyed_as(id, &ground);
    commit();
}

static void a_case_that_nobody_knows(void **state)
{
    (void)state;
    uint64_t victim = filed();
    filed();
    goes_to("second");
    goes_to("third");
    verify_finds(0);
    taken(victim, 4711);
    says(more);
}

static void itself(void **state)
{
    (void)state;
    filed();
    goes_to("second");
    uint64_t victim = filed();
    taken(victim, seal_id_of(victim));
    says(more);
}

static void each_the_other(void **state)
{
    (void)state;
    uint64_t one = filed(), two = filed(), two_was = seal_id_of(two);
    uint64_t one_was = seal_id_of(one);
    taken(one, two_was);
    taken(two, one_was);
    says(more);
}

static void what_another_had_become(void **state)
{
    (void)state;
    uint64_t victim = filed();
    filed();
    goes_to("second");
    taken(victim, seal_id_of(newest()));
    says("became what another had become");
}

/* ---- moves of before they said which case it was ---- */

static void said_no_more(void)
{
    uint64_t place = 0;

    (void)ground_of(&place);
    ground_says(place, STR("moved"));
}

static void older_moves_are_counted(void **state)
{
    (void)state;
    filed();
    goes_to("second");
    said_no_more();
    verify_finds(0);
    filed();
    goes_to("second");
    goes_to("third");
    verify_finds(0);
    taken(filed(), 4711);
    says(more);
}

static void one_more_among_older_moves(void **state)
{
    (void)state;
    uint64_t victim = filed();
    filed();
    goes_to("second");
    said_no_more();
    taken(victim, 4711);
    said_no_more();
    says(more);
}

static void no_older_move_behind_a_newer(void **state)
{
    (void)state;
    filed();
    goes_to("second");
    goes_to("third");
    said_no_more();
    says("does not say which case moved");
}

/* What a move says is told by nothing on a disk alone, and is bound to its place. */
static void it_is_covered(void **state)
{
    PurgeGround g;
    uint64_t first = 0, second = 0;

    (void)state;
    filed();
    uint64_t was = seal_id_of(newest());
    goes_to("second");
    uint64_t became = seal_id_of(newest());
    Str one = ground_of(&first);
    goes_to("third");
    Str two = ground_of(&second);
    assert_int_equal(one.len, two.len);
    assert_int_equal(purge_ground_get(world.desk, first, one, &g), 0);
    assert_true(g.move.said && g.move.was == was && g.move.became == became);
    assert_int_equal(purge_ground_get(world.desk, second, one, &g), 1);
    assert_int_equal(purge_ground_get(world.desk, second, two, &g), 0);
    assert_true(g.move.was == became);
    for (size_t i = strlen("moved "); i < one.len; i++) {
        char *bent = arena_alloc(&world.arena, one.len);
        assert_non_null(bent);
        memcpy(bent, one.ptr, one.len);
        bent[i] = bent[i] == 'a' ? 'b' : 'a';
        assert_int_equal(purge_ground_get(world.desk, first, (Str){bent, one.len}, &g), 1);
    }
}

int main(void)
{
#define ON_MODEL(test) cmocka_unit_test_setup_teardown(test, world_model, world_end)
    const struct CMUnitTest tests[] = {
        ON_MODEL(further_and_further),
        ON_MODEL(there_and_back),
        ON_MODEL(a_case_that_nobody_knows),
        ON_MODEL(itself),
        ON_MODEL(each_the_other),
        ON_MODEL(what_another_had_become),
        ON_MODEL(older_moves_are_counted),
        ON_MODEL(one_more_among_older_moves),
        ON_MODEL(no_older_move_behind_a_newer),
        ON_MODEL(it_is_covered),
    };
    return cmocka_run_group_tests_name("desk: ring", tests, ring_make, world_drop);
}
