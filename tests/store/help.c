/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/store/help.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void dir_make(char *ret_path, size_t size)
{
    const char *tmp = getenv("TMPDIR");

    if (snprintf(ret_path, size, "%s/krading-store-XXXXXX", tmp ? tmp : "/tmp") < 0 ||
        !mkdtemp(ret_path))
        abort();
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    return remove(path);
}

void dir_remove(const char *path)
{
    (void)nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int place_make(void **state)
{
    Place *p = calloc(1, sizeof(*p));

    assert_non_null(p);
    dir_make(p->dir, sizeof(p->dir));
    assert_true(snprintf(p->file, sizeof(p->file), "%s/db/data.mdb", p->dir) > 0);
    *state = p;
    return 0;
}

int place_remove(void **state)
{
    Place *p = *state;

    dir_remove(p->dir);
    free(p);
    return 0;
}

Bytes32 code_of(uint64_t id)
{
    Bytes32 code;
    uint64_t state = id * UINT64_C(0x9e3779b97f4a7c15);

    for (size_t i = 0; i < sizeof(code.b); i++) {
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
        code.b[i] = (uint8_t)(state >> 56);
    }
    return code;
}

Name number_of(uint64_t id)
{
    Name n = {0};

    (void)snprintf(n.s, sizeof(n.s), "69-%06llu", (unsigned long long)id);
    return n;
}

static void put_records(Batch *b, uint64_t id)
{
    static HeadRecord head;
    static EventRecord event;
    PartRecord part;
    SealRecord seal;
    static Random random;

    random_init(&random, id);
    random_head(&random, &head);
    head.id = id;
    head.c.rev = 1;
    head.c.events = 1;
    head.code_index = code_of(id);
    batch_put_head(b, &head);
    random_event(&random, &event);
    event.case_id = id;
    event.seq = 0;
    batch_put_event(b, &event);
    random_part(&random, &part);
    part.case_id = id;
    part.no = 0;
    part.sealed = (Str){random.text, sizeof(random.text)};
    batch_put_part(b, &part);
    random_seal(&random, &seal);
    seal.case_id = id;
    seal.no = 0;
    batch_put_seal(b, &seal);
}

Batch *case_batch(Arena *arena, uint64_t id)
{
    const Bytes32 code = code_of(id);
    const Name number = number_of(id);
    const DueKey due = {(Moment)(id % 7) - 3, id, 2};
    const ListKey listed = {id % 5 ? (Day)(id % 5) : DAY_NONE, id};
    const AlertRecord alert = {.case_id = id};
    const LeafRecord leaf = {.case_id = id};
    Batch *b = batch_new(arena);

    if (!b)
        abort();
    batch_expect_no_case(b, id);
    batch_expect_no_code(b, &code);
    batch_expect_no_number(b, name_str(&number));
    put_records(b, id);
    batch_put_code(b, &code, id);
    batch_put_number(b, name_str(&number), id);
    batch_put_due(b, &due);
    batch_put_listed(b, &listed);
    batch_put_alert(b, &alert);
    batch_put_waiting_leaf(b, &leaf);
    batch_set_count(b, STR("cases"), id);
    return b;
}

void dump_txn(Txn *t, Buf *out)
{
    for (KvTable table = 0; table < KV_TABLES; table++) {
        Key from = {.b = {0}, .len = 1};
        Str key, value;

        buf_addf(out, "table %d\n", (int)table);
        while (txn_next(t, table, key_str(&from), &key, &value) == 0) {
            from = (Key){.len = key.len + 1};
            memcpy(from.b, key.ptr, key.len);
            buf_addf(out, "%zu %zu ", key.len, value.len);
            buf_add_str(out, key);
            buf_add_str(out, value);
        }
    }
}

void dump(Store *s, Buf *out)
{
    Txn *t;

    buf_reset(out);
    if (store_read(s, &t))
        abort();
    dump_txn(t, out);
    store_end(t);
    if (out->err)
        abort();
}

int apply_alone(Store *s, const Batch *b)
{
    int r = STORE_RETRY;

    while (r == STORE_RETRY) {
        Txn *t;
        r = store_turn(s, &t);
        if (r)
            return r;
        r = store_apply(t, b);
        if (r) {
            store_end(t);
            continue;
        }
        r = store_commit(t);
    }
    return r;
}

Store *open_in(const char *dir, StoreMode mode)
{
    Store *s = NULL;

    assert_int_equal(store_open_sized(dir, mode, HELP_MAP, &s), 0);
    return s;
}

void add_cases(Store *s, uint64_t first, uint64_t last)
{
    for (uint64_t id = first; id <= last; id++) {
        ARENA_AUTO Arena arena = {0};
        arena_init(&arena, HELP_ARENA);
        assert_int_equal(apply_alone(s, case_batch(&arena, id)), 0);
    }
}

void has_cases(Store *s, uint64_t n)
{
    Txn *t;
    uint64_t id = 0, seen = 0;
    static HeadRecord head;

    assert_int_equal(store_read(s, &t), 0);
    for (; store_next_case(t, id, &id) == 0; id++, seen++) {
        ARENA_AUTO Arena arena = {0};
        PartRecord part;
        arena_init(&arena, HELP_ARENA);
        assert_int_equal(id, seen + 1);
        assert_int_equal(store_get_head(t, id, &head), 0);
        assert_int_equal(store_get_part(t, id, 0, &arena, &part), 0);
    }
    assert_int_equal(seen, n);
    assert_int_equal(store_count(t, STR("alerts")), n);
    store_end(t);
}
