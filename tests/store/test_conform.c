/* SPDX-License-Identifier: Apache-2.0 */
/* Both stores under the same operations: the same answers, the same content. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/store/help.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct Pair {
    char dir[256];
    Store *s[2]; /* LMDB, model */
} Pair;

static int pair_open(void **state)
{
    Pair *p = calloc(1, sizeof(*p));

    assert_non_null(p);
    dir_make(p->dir, sizeof(p->dir));
    assert_int_equal(store_open_sized(p->dir, STORE_WRITE, HELP_MAP, &p->s[0]), 0);
    assert_int_equal(store_model_new(&p->s[1]), 0);
    *state = p;
    return 0;
}

static int pair_close(void **state)
{
    Pair *p = *state;

    for (size_t i = 0; i < 2; i++)
        assert_null(store_free(p->s[i]));
    dir_remove(p->dir);
    free(p);
    return 0;
}

static void same_content(Pair *p)
{
    BUF_AUTO Buf a = {0}, b = {0};

    buf_init(&a, 256 << 20);
    buf_init(&b, 256 << 20);
    dump(p->s[0], &a);
    dump(p->s[1], &b);
    assert_true(str_eq(buf_str(&a), buf_str(&b)));
}

/* ---- random operations ---- */

/* Few of each thing, so that operations meet. */
enum { IDS = 6, SMALL = 4, COMMANDS = 6, TURNS = 60 };

static void random_change(Random *r, Batch *b)
{
    const uint64_t id = random_below(r, IDS);
    const uint8_t small = (uint8_t)random_below(r, SMALL);
    const Bytes32 hash = {{small}};
    const Name name = {{(char)('a' + small)}};
    const DueKey due = {(Moment)random_below(r, 9) - 4, id, small};
    const ListKey listed = {small ? (Day)small - 2 : DAY_NONE, id};
    /* Around the sizes where values begin to be cut, and where pieces end. */
    static const size_t lens[] = {0, 1, 1499, 1500, 1501, 2047, 2048, 2049, 4000, 1024};
    const Str value = {r->text, lens[random_below(r, 10)]};
    static HeadRecord head;
    static EventRecord event;
    RequestRecord request = {.expires = (Day)small, .status = 200, .answer = value};
    StaffRecord staff = {.name = name, .wrapped = value};
    PartRecord part = {.case_id = id, .no = small, .kind = PART_NOTE, .sealed = value};
    SealRecord seal = {.case_id = id, .no = small, .sealed = value};
    LeafRecord leaf = {.index = id, .event = small};
    AlertRecord alert = {.case_id = id, .rung = small};

    switch (random_below(r, 26)) {
    case 0:
    case 1:
        random_head(r, &head);
        head.id = id;
        head.c.rev = small;
        head.c.events = 1;
        head.code_index = hash;
        batch_put_head(b, &head);
        break;
    case 2:
        random_event(r, &event);
        event.case_id = id;
        event.seq = small;
        batch_put_event(b, &event);
        break;
    case 3:
    case 4:
        batch_put_part(b, &part);
        break;
    case 5:
        batch_put_seal(b, &seal);
        break;
    case 6:
        batch_put_code(b, &hash, id);
        break;
    case 7:
        batch_drop_code(b, &hash);
        break;
    case 8:
        batch_put_number(b, name_str(&name), id);
        break;
    case 9:
    case 10:
        batch_put_due(b, &due);
        break;
    case 11:
        batch_drop_due(b, &due);
        break;
    case 12:
        batch_put_listed(b, &listed);
        break;
    case 13:
        batch_drop_listed(b, &listed);
        break;
    case 14:
        batch_put_alert(b, &alert);
        break;
    case 15:
        batch_put_leaf(b, &leaf);
        break;
    case 16:
        batch_put_waiting_leaf(b, &leaf);
        break;
    case 17:
        batch_drop_waiting_leaf(b, small);
        break;
    case 18:
    case 19:
        batch_put_request(b, &hash, &request);
        break;
    case 20:
        batch_drop_request(b, &hash);
        break;
    case 21:
        batch_put_staff(b, &staff);
        break;
    case 22:
        batch_put_meta(b, name_str(&name), value);
        break;
    case 23:
        batch_put_def(b, &hash, value);
        break;
    case 24:
        batch_set_count(b, name_str(&name), id);
        break;
    default:
        batch_drop_case(b, id);
    }
}

static void random_expect(Random *r, Batch *b)
{
    const uint64_t id = random_below(r, IDS);
    const uint8_t small = (uint8_t)random_below(r, SMALL);
    const Bytes32 hash = {{small}};
    const Name name = {{(char)('a' + small)}};

    switch (random_below(r, 8)) {
    case 0:
        batch_expect_rev(b, id, small, 1);
        break;
    case 1:
        batch_expect_no_case(b, id);
        break;
    case 2:
        batch_expect_no_code(b, &hash);
        break;
    case 3:
        batch_expect_no_number(b, name_str(&name));
        break;
    case 4:
        batch_expect_no_request(b, &hash);
        break;
    default:
        break;
    }
}

/* Answers of every reading function, as text. */
static void read_all(Txn *t, Random *r, Buf *out)
{
    ARENA_AUTO Arena arena = {0};
    const uint64_t id = random_below(r, IDS);
    const uint8_t small = (uint8_t)random_below(r, SMALL);
    const Bytes32 hash = {{small}};
    const Name name = {{(char)('a' + small)}};
    static HeadRecord head;
    static EventRecord event;
    PartRecord part = {0};
    SealRecord seal = {0};
    StaffRecord staff = {0};
    RequestRecord request = {0};
    LeafRecord leaf = {0};
    AlertRecord alert = {0};
    DueKey due = {(Moment)random_below(r, 9) - 4, id, small};
    ListKey listed = {(Day)small - 2, id};
    Bytes32 code = hash;
    uint64_t n = 0;
    Str number;
    Str text = {0};
    uint8_t kind = 0;

    arena_init(&arena, HELP_ARENA);
    const int answers[] = {
        store_get_head(t, id, &head),
        store_get_event(t, id, small, &arena, &event),
        store_get_part(t, id, small, &arena, &part),
        store_part_kind(t, id, small, &kind),
        store_get_seal(t, id, small, &arena, &seal),
        store_get_staff(t, name_str(&name), &arena, &staff),
        store_get_request(t, &hash, &arena, &request),
        store_get_leaf(t, id, &leaf),
        store_get_alert(t, small, &alert),
        store_get_meta(t, name_str(&name), &arena, &text),
        store_find_code(t, &hash, &n),
        store_find_number(t, name_str(&name), &n),
        store_next_due(t, &due, &due),
        store_next_listed(t, &listed, &listed),
        store_next_case(t, id, &n),
        store_next_code(t, &hash, &code, &n),
        store_next_alert(t, small, &alert),
        store_next_waiting_leaf(t, small, &n, &leaf),
        store_next_staff(t, name_str(&name), &arena, &staff),
        store_next_number(t, name_str(&name), &arena, &number, &n),
        store_get_def(t, &hash, &arena, &text),
    };
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        assert_true(answers[i] == STORE_OK || answers[i] == STORE_UNKNOWN);
        buf_addf(out, "%d ", answers[i]);
    }
    buf_addf(out, "| %llu %zu %zu %zu %zu %lld/%llu/%u %d/%llu %s %llu|", (unsigned long long)n,
             text.len, part.sealed.len, request.answer.len, staff.wrapped.len, (long long)due.at,
             (unsigned long long)due.case_id, due.deadline, listed.due,
             (unsigned long long)listed.case_id, staff.name.s,
             (unsigned long long)store_count(t, name_str(&name)));
}

/* One command: nested once or twice, kept or dropped. */
static void random_command(Txn *t, uint64_t seed, Buf *out)
{
    static Random r;
    ARENA_AUTO Arena arena = {0};
    unsigned gone = 0;

    random_init(&r, seed);
    arena_init(&arena, HELP_ARENA);
    Batch *b = batch_new(&arena);
    assert_non_null(b);
    random_expect(&r, b);
    for (uint32_t n = random_below(&r, 6); n; n--)
        random_change(&r, b);
    assert_int_equal(store_nest(t), 0);
    const bool twice = random_below(&r, 3) == 0;
    if (twice)
        assert_int_equal(store_nest(t), 0);
    const int applied = store_apply(t, b);
    assert_true(applied == STORE_OK || applied == STORE_CONFLICT);
    buf_addf(out, "apply %d ", applied);
    if (random_below(&r, 8) == 0) {
        assert_int_equal(store_expire_requests(t, (Day)random_below(&r, SMALL + 1), 2, &gone), 0);
        buf_addf(out, "gone %u ", gone);
    }
    read_all(t, &r, out);
    for (int level = 0; level < 1 + twice; level++) {
        if (random_below(&r, 4) == 0)
            store_nest_drop(t);
        else
            assert_int_equal(store_nest_keep(t), 0);
    }
    read_all(t, &r, out);
}

static void random_turn(Store *s, uint64_t seed, Buf *out)
{
    Txn *t, *reader;
    Random r = {.state = seed};
    BUF_AUTO Buf before = {0}, after = {0};

    buf_init(&before, 64 << 20);
    buf_init(&after, 64 << 20);
    assert_int_equal(store_read(s, &reader), 0);
    dump_txn(reader, &before);
    assert_int_equal(store_turn(s, &t), 0);
    for (int i = 0; i < COMMANDS; i++)
        random_command(t, random_u64(&r), out);
    if (random_below(&r, 5) == 0)
        store_end(t);
    else
        assert_int_equal(store_commit(t), 0);
    /* A reader goes on seeing what was when it began. */
    dump_txn(reader, &after);
    assert_true(str_eq(buf_str(&before), buf_str(&after)));
    store_end(reader);
}

static void test_random(void **state)
{
    Pair *p = *state;

    for (uint64_t turn = 1; turn <= TURNS; turn++) {
        BUF_AUTO Buf lmdb = {0}, model = {0};
        buf_init(&lmdb, 1 << 20);
        buf_init(&model, 1 << 20);
        random_turn(p->s[0], turn, &lmdb);
        random_turn(p->s[1], turn, &model);
        assert_int_equal(lmdb.err, 0);
        assert_true(str_eq(buf_str(&lmdb), buf_str(&model)));
        same_content(p);
    }
}

/* ---- named behaviours, on both ---- */

static void each(Pair *p, void (*check)(Store *))
{
    check(p->s[0]);
    check(p->s[1]);
    same_content(p);
}

static void check_order(Store *s)
{
    static const Moment at[] = {-1, 5, INT64_MIN, 0, 5, INT64_MAX};
    static const Day day[] = {3, DAY_NONE, -7, 0, INT32_MAX - 1, -800000};
    ARENA_AUTO Arena arena = {0};
    Txn *t;
    DueKey due = {INT64_MIN, 0, 0};
    ListKey listed = {INT32_MIN + 1, 0};
    Moment last = INT64_MIN;
    unsigned n = 0;

    arena_init(&arena, HELP_ARENA);
    Batch *b = batch_new(&arena);
    for (size_t i = 0; i < 6; i++) {
        batch_put_due(b, &(DueKey){at[i], 10 - i, (uint8_t)i});
        batch_put_listed(b, &(ListKey){day[i], i});
    }
    assert_int_equal(apply_alone(s, b), 0);
    assert_int_equal(store_read(s, &t), 0);
    for (; store_next_due(t, &due, &due) == 0; due.deadline++, n++) {
        assert_true(due.at >= last);
        last = due.at;
    }
    assert_int_equal(n, 6);
    static const Day sorted[] = {-800000, -7, 0, 3, INT32_MAX - 1, DAY_NONE};
    for (n = 0; store_next_listed(t, &listed, &listed) == 0; listed.case_id++, n++)
        assert_int_equal(listed.due, sorted[n]);
    assert_int_equal(n, 6);
    store_end(t);
}

static void test_order(void **state)
{
    each(*state, check_order);
}

static void check_drop_case(Store *s)
{
    ARENA_AUTO Arena arena = {0};
    Txn *t;
    uint64_t id;

    arena_init(&arena, HELP_ARENA);
    for (uint64_t i = 1; i <= 20; i++)
        assert_int_equal(apply_alone(s, case_batch(&arena, i)), 0);
    Batch *drop = batch_new(&arena);
    for (uint64_t i = 1; i <= 20; i++)
        if (i != 7)
            batch_drop_case(drop, i);
    assert_int_equal(apply_alone(s, drop), 0);
    assert_int_equal(store_read(s, &t), 0);
    assert_int_equal(store_next_case(t, 0, &id), 0);
    assert_int_equal(id, 7);
    assert_int_equal(store_next_case(t, 8, &id), STORE_UNKNOWN);
    static const KvTable single[] = {KV_EVENTS, KV_SEALS, KV_ALERTS, KV_CODES, KV_DUE, KV_LISTED};
    for (size_t i = 0; i < sizeof(single) / sizeof(single[0]); i++) {
        Key from = {.b = {0}, .len = 1};
        Str key, value;
        unsigned n = 0;
        while (txn_next(t, single[i], key_str(&from), &key, &value) == 0) {
            from = (Key){.len = key.len + 1};
            memcpy(from.b, key.ptr, key.len);
            n += key.len == 12 || single[i] == KV_ALERTS || single[i] >= KV_CODES; /* not the pieces */
        }
        assert_int_equal(n, 1);
    }
    const Name number = number_of(3);
    assert_int_equal(store_find_number(t, name_str(&number), &id), 0);
    PartRecord kept;
    assert_int_equal(store_get_part(t, 7, 0, &arena, &kept), 0);
    assert_int_equal(kept.sealed.len, 4096);
    uint8_t kind = 0;
    assert_int_equal(store_part_kind(t, 7, 0, &kind), 0); /* of a part in pieces */
    assert_int_equal(kind, kept.kind);
    assert_int_equal(store_part_kind(t, 7, 9, &kind), STORE_UNKNOWN);
    store_end(t);
}

static void test_drop_case(void **state)
{
    each(*state, check_drop_case);
}

static void check_conflict(Store *s)
{
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf before = {0}, after = {0};

    arena_init(&arena, HELP_ARENA);
    buf_init(&before, 1 << 20);
    buf_init(&after, 1 << 20);
    assert_int_equal(apply_alone(s, case_batch(&arena, 1)), 0);
    dump(s, &before);
    assert_int_equal(apply_alone(s, case_batch(&arena, 1)), STORE_CONFLICT);
    Batch *b = batch_new(&arena);
    batch_expect_rev(b, 1, 2, 1);
    batch_put_meta(b, STR("x"), STR("y"));
    assert_int_equal(apply_alone(s, b), STORE_CONFLICT);
    b = batch_new(&arena);
    batch_expect_rev(b, 2, 1, 1); /* no such case */
    assert_int_equal(apply_alone(s, b), STORE_CONFLICT);
    dump(s, &after);
    assert_true(str_eq(buf_str(&before), buf_str(&after)));
}

static void test_conflict(void **state)
{
    each(*state, check_conflict);
}

/* What cannot be stored is refused before anything is written. */
static void check_refused(Store *s)
{
    static const Str bad[] = {{"", 0}, {"a\0b", 3}};
    static char big[(16 << 20) + 1];
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf before = {0}, after = {0};
    Txn *t;
    Str text;

    arena_init(&arena, HELP_ARENA);
    buf_init(&before, 1 << 20);
    buf_init(&after, 1 << 20);
    dump(s, &before);
    for (size_t i = 0; i < 2; i++) {
        Batch *b = batch_new(&arena);
        batch_put_meta(b, STR("good"), STR("x"));
        batch_put_meta(b, bad[i], STR("x"));
        assert_int_equal(apply_alone(s, b), -EINVAL);
    }
    Batch *b = batch_new(&arena);
    batch_put_meta(b, STR("good"), STR("x"));
    batch_put_meta(b, STR("big"), (Str){big, sizeof(big)});
    assert_int_equal(apply_alone(s, b), -EMSGSIZE);
    dump(s, &after);
    assert_true(str_eq(buf_str(&before), buf_str(&after)));
    assert_int_equal(store_read(s, &t), 0);
    assert_int_equal(store_get_meta(t, bad[0], &arena, &text), STORE_UNKNOWN);
    store_end(t);
}

static void test_refused(void **state)
{
    each(*state, check_refused);
}

/* The longest value there may be, and its replacement by a short one. */
static void check_large(Store *s)
{
    static char big[16 << 20];
    ARENA_AUTO Arena arena = {0};
    Txn *t;
    Str text, key, value;

    memset(big, 'k', sizeof(big));
    big[sizeof(big) - 1] = 'z';
    arena_init(&arena, HELP_ARENA * 2);
    Batch *b = batch_new(&arena);
    batch_put_meta(b, STR("big"), (Str){big, sizeof(big)});
    assert_int_equal(apply_alone(s, b), 0);
    assert_int_equal(store_read(s, &t), 0);
    assert_int_equal(store_get_meta(t, STR("big"), &arena, &text), 0);
    assert_int_equal(text.len, sizeof(big));
    assert_memory_equal(text.ptr, big, sizeof(big));
    store_end(t);
    b = batch_new(&arena);
    batch_put_meta(b, STR("big"), STR("small"));
    assert_int_equal(apply_alone(s, b), 0);
    assert_int_equal(store_read(s, &t), 0);
    assert_int_equal(store_get_meta(t, STR("big"), &arena, &text), 0);
    assert_true(str_is(text, "small"));
    const Key first_piece = {.b = {'b', 'i', 'g', 0, 0, 0}, .len = 5};
    assert_int_equal(txn_next(t, KV_META, key_str(&first_piece), &key, &value), STORE_UNKNOWN);
    store_end(t);
}

static void test_large(void **state)
{
    each(*state, check_large);
}

static void check_staff(Store *s)
{
    static const char *const names[] = {"b", "a", "ab", "b1"};
    static const char *const sorted[] = {"a", "ab", "b", "b1"};
    static char long_one[5000];
    ARENA_AUTO Arena arena = {0};
    StaffRecord staff = {.wrapped = {long_one, sizeof(long_one)}};
    Txn *t;
    Str after = STR("");
    size_t n = 0;

    arena_init(&arena, HELP_ARENA);
    Batch *b = batch_new(&arena);
    for (size_t i = 0; i < 4; i++) {
        staff.name = name_of(str_of(names[i]));
        batch_put_staff(b, &staff);
    }
    assert_int_equal(apply_alone(s, b), 0);
    assert_int_equal(store_read(s, &t), 0);
    for (; store_next_staff(t, after, &arena, &staff) == 0; n++) {
        assert_string_equal(staff.name.s, sorted[n]);
        assert_int_equal(staff.wrapped.len, sizeof(long_one));
        after = str_of(sorted[n]);
    }
    assert_int_equal(n, 4);
    store_end(t);
}

static void check_numbers(Store *s)
{
    static const char *const numbers[] = {"G69-0002", "general:1/2569", "G69-0001", "G6"};
    static const char *const sorted[] = {"G6", "G69-0001", "G69-0002", "general:1/2569"};
    ARENA_AUTO Arena arena = {0};
    Str after = STR("");
    uint64_t id;
    size_t n = 0;
    Txn *t;

    arena_init(&arena, HELP_ARENA);
    Batch *b = batch_new(&arena);
    for (size_t i = 0; i < 4; i++)
        batch_put_number(b, str_of(numbers[i]), i + 1);
    assert_int_equal(apply_alone(s, b), 0);
    assert_int_equal(store_read(s, &t), 0);
    for (; store_next_number(t, after, &arena, &after, &id) == 0; n++) {
        assert_true(str_is(after, sorted[n]));
        assert_string_equal(numbers[id - 1], sorted[n]);
    }
    assert_int_equal(n, 4);
    store_end(t);
}

static void test_numbers(void **state)
{
    each(*state, check_numbers);
}

static void test_staff(void **state)
{
    each(*state, check_staff);
}

/* A code that has moved leads to one thing only, until it is dropped. */
static void check_handover(Store *s)
{
    const Bytes32 first = {{1}}, second = {{2}};
    HandoverRecord r = {.sealed = STR("sealed code")};
    ARENA_AUTO Arena arena = {0};
    Bytes32 index;
    Txn *t;

    arena_init(&arena, HELP_ARENA);
    Batch *b = batch_new(&arena);
    batch_expect_no_handover(b, &first);
    batch_put_handover(b, &first, &r);
    batch_put_handover(b, &second, &r);
    assert_int_equal(apply_alone(s, b), 0);
    assert_int_equal(apply_alone(s, b), STORE_CONFLICT);
    assert_int_equal(store_read(s, &t), 0);
    assert_int_equal(store_next_handover(t, &(Bytes32){{0}}, &index), 0);
    assert_memory_equal(index.b, first.b, sizeof(index.b));
    assert_int_equal(store_get_handover(t, &index, &arena, &r), 0);
    assert_true(str_is(r.sealed, "sealed code"));
    store_end(t);
    b = batch_new(&arena);
    batch_drop_handover(b, &first);
    assert_int_equal(apply_alone(s, b), 0);
    assert_int_equal(store_read(s, &t), 0);
    assert_int_equal(store_get_handover(t, &first, &arena, &r), STORE_UNKNOWN);
    assert_int_equal(store_get_handover(t, &second, &arena, &r), 0);
    store_end(t);
}

static void test_handover(void **state)
{
    each(*state, check_handover);
}

int main(void)
{
#define ON_PAIR(test) cmocka_unit_test_setup_teardown(test, pair_open, pair_close)
    const struct CMUnitTest tests[] = {
        ON_PAIR(test_random),   ON_PAIR(test_order),   ON_PAIR(test_drop_case),
        ON_PAIR(test_conflict), ON_PAIR(test_refused), ON_PAIR(test_large),
        ON_PAIR(test_staff),    ON_PAIR(test_numbers), ON_PAIR(test_handover),
    };
    return cmocka_run_group_tests_name("conform", tests, NULL, NULL);
}
