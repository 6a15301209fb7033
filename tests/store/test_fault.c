/* SPDX-License-Identifier: Apache-2.0 */
/* The n-th operation fails, for every n; records that decayed. On both stores. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/store/help.h"
#include <string.h>

static void on_both(void (*check)(Store *))
{
    char dir[256];
    Store *s;

    dir_make(dir, sizeof(dir));
    assert_int_equal(store_open_sized(dir, STORE_WRITE, HELP_MAP, &s), 0);
    check(s);
    assert_null(store_free(s));
    dir_remove(dir);
    assert_int_equal(store_model_new(&s), 0);
    check(s);
    assert_null(store_free(s));
}

/* A turn of three commands; the answer of the first step that failed. */
static int three_commands(Store *s)
{
    ARENA_AUTO Arena arena = {0};
    Txn *t;

    arena_init(&arena, HELP_ARENA);
    int r = store_turn(s, &t);
    if (r)
        return r;
    for (uint64_t id = 1; id <= 3; id++) {
        r = store_nest(t);
        if (r)
            break;
        Batch *b = case_batch(&arena, id);
        if (id == 3)
            batch_drop_case(b, 1);
        r = store_apply(t, b);
        if (r) {
            store_nest_drop(t);
            break;
        }
        r = store_nest_keep(t);
        if (r)
            break;
    }
    if (r) {
        store_end(t);
        return r;
    }
    return store_commit(t);
}

static void check_nth(Store *s)
{
    static const StoreAnswer with[] = {STORE_FULL, STORE_IO, STORE_RETRY};
    BUF_AUTO Buf before = {0}, after = {0};
    unsigned n = 1;
    int r = 1;

    buf_init(&before, 1 << 20);
    buf_init(&after, 1 << 20);
    dump(s, &before);
    for (; r; n++) {
        store_fail_after(s, n, with[n % 3]);
        r = three_commands(s);
        store_fail_after(s, 0, STORE_OK);
        dump(s, &after);
        if (r) {
            assert_int_equal(r, with[n % 3]);
            assert_true(str_eq(buf_str(&before), buf_str(&after)));
        }
    }
    assert_true(n > 60); /* it did meet many operations before it came through */
    assert_false(str_eq(buf_str(&before), buf_str(&after)));
}

static void test_nth(void **state)
{
    (void)state;
    on_both(check_nth);
}

/* A command that meets a full disk is dropped; the others of its turn go on. */
static void check_full_command(Store *s)
{
    for (unsigned n = 1; n < 12; n++) {
        ARENA_AUTO Arena arena = {0};
        BUF_AUTO Buf before = {0}, after = {0};
        Txn *t;
        arena_init(&arena, HELP_ARENA);
        buf_init(&before, 1 << 20);
        buf_init(&after, 1 << 20);
        assert_int_equal(store_turn(s, &t), 0);
        assert_int_equal(store_nest(t), 0);
        assert_int_equal(store_apply(t, case_batch(&arena, 10)), 0);
        assert_int_equal(store_nest_keep(t), 0);
        dump_txn(t, &before);
        assert_int_equal(store_nest(t), 0);
        store_fail_after(s, n, STORE_FULL);
        assert_int_equal(store_apply(t, case_batch(&arena, 11)), STORE_FULL);
        assert_int_equal(store_apply(t, case_batch(&arena, 12)), STORE_FULL); /* it sticks */
        store_nest_drop(t);
        dump_txn(t, &after);
        assert_true(str_eq(buf_str(&before), buf_str(&after)));
        assert_int_equal(store_nest(t), 0);
        assert_int_equal(store_apply(t, case_batch(&arena, 12)), 0);
        assert_int_equal(store_nest_keep(t), 0);
        Batch *drop = batch_new(&arena);
        batch_drop_case(drop, 10);
        batch_drop_case(drop, 12);
        assert_int_equal(store_apply(t, drop), 0);
        store_end(t);
    }
}

static void test_full_command(void **state)
{
    (void)state;
    on_both(check_full_command);
}

/* After RETRY and IO the whole turn answers the same, whatever is tried. */
static void check_turn_fault(Store *s)
{
    static const StoreAnswer with[] = {STORE_RETRY, STORE_IO};

    for (size_t i = 0; i < 2; i++) {
        ARENA_AUTO Arena arena = {0};
        Txn *t;
        arena_init(&arena, HELP_ARENA);
        assert_int_equal(store_turn(s, &t), 0);
        assert_int_equal(store_nest(t), 0);
        store_fail_after(s, 3, with[i]);
        assert_int_equal(store_apply(t, case_batch(&arena, 9)), with[i]);
        store_nest_drop(t);
        assert_int_equal(store_nest(t), with[i]);
        assert_int_equal(store_apply(t, case_batch(&arena, 9)), with[i]);
        assert_int_equal(store_commit(t), with[i]);
        assert_int_equal(apply_alone(s, case_batch(&arena, 1 + i)), 0);
    }
}

static void test_turn_fault(void **state)
{
    (void)state;
    on_both(check_turn_fault);
}

/* ---- decayed entries ---- */

typedef int (*Read)(Txn *t, Arena *arena);

static int read_head(Txn *t, Arena *arena)
{
    static HeadRecord r;
    (void)arena;
    return store_get_head(t, 1, &r);
}

static int read_event(Txn *t, Arena *arena)
{
    static EventRecord r;
    return store_get_event(t, 1, 0, arena, &r);
}

static int read_part(Txn *t, Arena *arena)
{
    PartRecord r;
    return store_get_part(t, 1, 0, arena, &r);
}

static int read_seal(Txn *t, Arena *arena)
{
    SealRecord r;
    return store_get_seal(t, 1, 0, arena, &r);
}

static int read_alert(Txn *t, Arena *arena)
{
    AlertRecord r;
    (void)arena;
    return store_next_alert(t, 0, &r);
}

static int read_waiting(Txn *t, Arena *arena)
{
    LeafRecord r;
    uint64_t no;
    (void)arena;
    return store_next_waiting_leaf(t, 0, &no, &r);
}

static int read_code(Txn *t, Arena *arena)
{
    Bytes32 code;
    uint64_t id;
    (void)arena;
    return store_next_code(t, &(Bytes32){{0}}, &code, &id);
}

static int read_number(Txn *t, Arena *arena)
{
    const Name number = number_of(1);
    uint64_t id;
    (void)arena;
    return store_find_number(t, name_str(&number), &id);
}

/* Writes `bytes` as the entry at key, reads, and gives the turn up. */
static int read_spoilt(Store *s, KvTable table, Str key, Str bytes, Read read)
{
    ARENA_AUTO Arena arena = {0};
    Txn *t;

    arena_init(&arena, HELP_ARENA);
    assert_int_equal(store_turn(s, &t), 0);
    assert_int_equal(bytes.ptr ? txn_put(t, table, key, bytes) : txn_del(t, table, key), 0);
    const int r = read(t, &arena);
    store_end(t);
    return r;
}

/* Each entry of the table cut at every length, turned at every byte, and taken away. */
static void spoil_table(Store *s, KvTable table, Read read, bool whole_only)
{
    Key from = {.b = {0}, .len = 1};
    unsigned entries = 0;

    for (;;) {
        BUF_AUTO Buf copy = {0};
        Txn *t;
        Str key, value;
        buf_init(&copy, 1 << 16);
        assert_int_equal(store_read(s, &t), 0);
        if (txn_next(t, table, key_str(&from), &key, &value)) {
            store_end(t);
            break;
        }
        from = (Key){.len = key.len};
        memcpy(from.b, key.ptr, key.len);
        buf_add_str(&copy, value);
        store_end(t);
        for (size_t len = 0; len < copy.len; len += 1 + len / 64)
            assert_int_equal(read_spoilt(s, table, key_str(&from),
                                         (Str){(const char *)copy.ptr, len}, read),
                             STORE_BROKEN);
        for (size_t at = 0; !whole_only && at < copy.len; at += 1 + at / 64) {
            copy.ptr[at] ^= 0x41;
            assert_int_equal(read_spoilt(s, table, key_str(&from), buf_str(&copy), read),
                             STORE_BROKEN);
            copy.ptr[at] ^= 0x41;
        }
        const int gone = read_spoilt(s, table, key_str(&from), (Str){NULL, 0}, read);
        assert_int_equal(gone, entries ? STORE_BROKEN : gone);
        assert_true(gone == STORE_BROKEN || gone == STORE_UNKNOWN);
        entries++;
        from.len++;
    }
    assert_true(entries > 0);
}

static void check_spoilt(Store *s)
{
    static const struct {
        KvTable table;
        Read read;
        bool whole_only; /* an index: a changed number is another number */
    } rows[] = {
        {KV_HEADS, read_head, false},       {KV_EVENTS, read_event, false},
        {KV_PARTS, read_part, false},       {KV_SEALS, read_seal, false},
        {KV_ALERTS, read_alert, false},     {KV_WAITING, read_waiting, false},
        {KV_CODES, read_code, true},        {KV_NUMBERS, read_number, true},
    };
    ARENA_AUTO Arena arena = {0};

    arena_init(&arena, HELP_ARENA);
    assert_int_equal(apply_alone(s, case_batch(&arena, 1)), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        spoil_table(s, rows[i].table, rows[i].read, rows[i].whole_only);
}

static void test_spoilt(void **state)
{
    (void)state;
    on_both(check_spoilt);
}

/* Keys of the wrong length in the sorted tables. */
static void check_spoilt_keys(Store *s)
{
    Txn *t;
    DueKey due;
    ListKey listed;
    uint64_t id;
    AlertRecord alert;
    unsigned gone;

    assert_int_equal(store_turn(s, &t), 0);
    for (KvTable table = 0; table < KV_TABLES; table++)
        assert_int_equal(txn_put(t, table, STR("\x80\x01\x01"), STR("")), 0);
    assert_int_equal(store_next_due(t, &(DueKey){0, 0, 0}, &due), STORE_BROKEN);
    assert_int_equal(store_next_listed(t, &(ListKey){0, 0}, &listed), STORE_BROKEN);
    assert_int_equal(store_next_case(t, 0, &id), STORE_BROKEN);
    assert_int_equal(store_next_alert(t, 0, &alert), STORE_BROKEN);
    assert_int_equal(store_expire_requests(t, 100, 9, &gone), STORE_BROKEN);
    store_end(t);
}

static void test_spoilt_keys(void **state)
{
    (void)state;
    on_both(check_spoilt_keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nth),        cmocka_unit_test(test_full_command),
        cmocka_unit_test(test_turn_fault), cmocka_unit_test(test_spoilt),
        cmocka_unit_test(test_spoilt_keys),
    };
    return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
