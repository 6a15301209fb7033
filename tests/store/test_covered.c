/* SPDX-License-Identifier: Apache-2.0 */
/* Records of which a part lies covered: whole for whoever opened the store with the key, and to be
 * made out by nobody else. Both stores alike. */
#include "engine/store/scan.h"
#include "tests/store/help.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A cover that shows its key and place, so that the test can tell what the store passes on. */
static int cover(const void *key, uint64_t id, uint32_t no, Str plain, Buf *out)
{
    buf_add(out, key, 1);
    buf_add_u8(out, (uint8_t)id);
    buf_add_u8(out, (uint8_t)no);
    for (size_t i = 0; i < plain.len; i++)
        buf_add_u8(out, (uint8_t)(plain.ptr[i] ^ 0x5a));
    return out->err;
}

static int uncover(const void *key, uint64_t id, uint32_t no, Str covered, Buf *out)
{
    const uint8_t *p = (const uint8_t *)covered.ptr;

    if (covered.len < 3 || p[0] != *(const uint8_t *)key || p[1] != (uint8_t)id ||
        p[2] != (uint8_t)no)
        return 1;
    for (size_t i = 3; i < covered.len; i++)
        buf_add_u8(out, p[i] ^ 0x5a);
    return out->err;
}

static const uint8_t own = 7, other = 8;
static const StoreCover with_own = {&own, cover, uncover}, with_other = {&other, cover, uncover};

static HeadRecord head;
static EventRecord event;
static AlertRecord alert;

static int put_both(Store *s, bool covers)
{
    ARENA_AUTO Arena arena = {0};
    Random r;

    arena_init(&arena, HELP_ARENA);
    random_init(&r, 3);
    random_head(&r, &head);
    random_event(&r, &event);
    head.id = event.case_id = 1;
    event.seq = 0;
    event.order_no = name_of(STR("ORDER_77"));
    event.step.actor.unit = name_of(STR("public_works"));
    head.c.unit = event.step.actor.unit;
    head.covers = event.covers = covers;
    random_alert(&r, &alert);
    alert.unit = event.step.actor.unit;
    alert.covers = covers;
    Batch *b = batch_new(&arena);
    batch_put_head(b, &head);
    batch_put_event(b, &event);
    batch_put_alert(b, &alert);
    return apply_alone(s, b);
}

static void same_head(const HeadRecord *a, const HeadRecord *b)
{
    BUF_AUTO Buf x = {0}, y = {0};

    buf_init(&x, 1 << 20);
    buf_init(&y, 1 << 20);
    record_put_head(&x, a);
    record_put_head(&y, b);
    assert_true(str_eq(buf_str(&x), buf_str(&y)));
    assert_int_equal(a->covers, b->covers);
}

static void same_event(const EventRecord *a, const EventRecord *b)
{
    BUF_AUTO Buf x = {0}, y = {0};

    buf_init(&x, 1 << 20);
    buf_init(&y, 1 << 20);
    record_put_event(&x, a);
    record_put_event(&y, b);
    assert_true(str_eq(buf_str(&x), buf_str(&y)));
    assert_int_equal(a->covers, b->covers);
}

/* Under the number it was given. */
static void same_alert(const AlertRecord *a, uint64_t seq)
{
    BUF_AUTO Buf x = {0}, y = {0};
    AlertRecord want = alert;

    buf_init(&x, 1 << 20);
    buf_init(&y, 1 << 20);
    want.seq = seq;
    record_put_alert(&x, a);
    record_put_alert(&y, &want);
    assert_true(str_eq(buf_str(&x), buf_str(&y)));
    assert_int_equal(a->covers, want.covers);
}

static void reads(Store *s, int answer)
{
    ARENA_AUTO Arena arena = {0};
    static HeadRecord h;
    static EventRecord e;
    AlertRecord a;
    Txn *t;

    arena_init(&arena, HELP_ARENA);
    assert_int_equal(store_read(s, &t), 0);
    assert_int_equal(store_get_head(t, 1, &h), answer);
    assert_int_equal(store_get_event(t, 1, 0, &arena, &e), answer);
    const uint64_t seq = store_count(t, STR("alerts")) - 1;
    assert_int_equal(store_get_alert(t, seq, &a), answer);
    store_end(t);
    if (answer)
        return;
    same_alert(&a, seq);
    same_head(&h, &head);
    same_event(&e, &event);
}

static bool lies_there(const Place *p, const char *word)
{
    static char bytes[1 << 22];
    int fd = open(p->file, O_RDONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    ssize_t n = read(fd, bytes, sizeof(bytes));
    close(fd);
    assert_true(n > 0);
    return memmem(bytes, (size_t)n, word, strlen(word)) != NULL;
}

static void check(Store *s)
{
    assert_int_equal(put_both(s, true), -EINVAL); /* nobody said how */
    store_cover(s, &with_own);
    assert_int_equal(put_both(s, false), 0);
    reads(s, STORE_OK);
    assert_int_equal(put_both(s, true), 0);
    reads(s, STORE_OK);
    store_cover(s, &with_other);
    reads(s, STORE_BROKEN);
    store_cover(s, &(StoreCover){NULL, NULL, NULL});
    reads(s, STORE_BROKEN);
    store_cover(s, &with_own);
    reads(s, STORE_OK);
}

static void whole_with_the_key_alone(void **state)
{
    const Place *p = *state;
    Store *s;

    assert_int_equal(store_model_new(&s), 0);
    check(s);
    store_free(s);
    s = open_in(p->dir, STORE_WRITE);
    check(s);
    store_free(s);
}

static void nothing_of_it_lies_in_the_file(void **state)
{
    const Place *p = *state;
    Store *s = open_in(p->dir, STORE_WRITE);

    store_cover(s, &with_own);
    assert_int_equal(put_both(s, true), 0);
    store_free(s);
    assert_false(lies_there(p, "ORDER_77"));
    assert_false(lies_there(p, "public_works"));
    /* The same in the clear can be found so. */
    s = open_in(p->dir, STORE_WRITE);
    store_cover(s, &with_own);
    assert_int_equal(put_both(s, false), 0);
    store_free(s);
    assert_true(lies_there(p, "ORDER_77"));
    assert_true(lies_there(p, "public_works"));
}

/* ---- somebody without the key writes beside what is covered, or in its place ---- */

/* Rows of the table that are wrong in this way; none is in another. */
static unsigned rows_wrong(Store *s, const char *table, RowWrong wrong)
{
    StoreScan scan = {.table = 0};
    StoreRow row;
    unsigned n = 0;
    Txn *t;
    int r;

    assert_int_equal(store_read(s, &t), 0);
    while ((r = store_next_row(t, &scan, &row)) == STORE_OK) {
        if (!row.wrong)
            continue;
        assert_int_equal(row.wrong, wrong);
        assert_string_equal(row.table, table);
        n++;
    }
    assert_int_equal(r, STORE_UNKNOWN);
    store_end(t);
    return n;
}

/* As cover() has it. */
static Str covered_by_hand(Arena *arena, uint64_t id, uint32_t no, const Buf *plain)
{
    BUF_AUTO Buf out = {0};

    buf_init(&out, 1 << 20);
    assert_int_equal(cover(&own, id, no, buf_str(plain), &out), 0);
    return arena_str(arena, buf_str(&out));
}

static void bare_head(Store *s, Arena *arena)
{
    BUF_AUTO Buf plain = {0};
    static HeadRecord forged, read;
    Batch *b = batch_new(arena);
    Txn *t;

    buf_init(&plain, 1 << 20);
    record_put_case(&plain, &head.c);
    forged = head;
    forged.covers = false;
    forged.covered = covered_by_hand(arena, 1, COVERED_HEAD, &plain);
    forged.c.rev++;
    forged.c.n_excluded = 0;
    batch_put_head(b, &forged);
    assert_int_equal(apply_alone(s, b), 0);
    assert_int_equal(store_read(s, &t), 0);
    assert_int_equal(store_get_head(t, 1, &read), STORE_OK);
    store_end(t);
    same_head(&read, &head); /* what is covered alone */
    assert_int_equal(rows_wrong(s, "heads", ROW_MORE), 1);
}

static void bare_event(Store *s, Arena *arena)
{
    BUF_AUTO Buf plain = {0};
    static EventRecord forged, read;
    Batch *b = batch_new(arena);
    Txn *t;

    buf_init(&plain, 1 << 20);
    record_put_event(&plain, &(EventRecord){.step = event.step,
                                            .number = event.number,
                                            .order_no = event.order_no,
                                            .linked_no = event.linked_no,
                                            .held = event.held,
                                            .decides = event.decides,
                                            .signature = event.signature,
                                            .salt = event.salt});
    forged = event;
    forged.covers = false;
    forged.covered = covered_by_hand(arena, 1, 0, &plain);
    forged.step.day++;
    forged.order_no = name_of(STR("ANOTHER"));
    batch_put_event(b, &forged);
    assert_int_equal(apply_alone(s, b), 0);
    assert_int_equal(store_read(s, &t), 0);
    assert_int_equal(store_get_event(t, 1, 0, arena, &read), STORE_OK);
    store_end(t);
    same_event(&read, &event);
    assert_int_equal(rows_wrong(s, "events", ROW_MORE), 1);
}

static void beside(Store *s)
{
    ARENA_AUTO Arena arena = {0};

    arena_init(&arena, HELP_ARENA);
    store_cover(s, &with_own);
    assert_int_equal(put_both(s, true), 0);
    assert_int_equal(rows_wrong(s, "", ROW_RIGHT), 0);
    bare_head(s, &arena);
    assert_int_equal(put_both(s, true), 0);
    assert_int_equal(rows_wrong(s, "", ROW_RIGHT), 0);
    bare_event(s, &arena);
}

static void what_lies_bare_beside_it_is_not_read(void **state)
{
    const Place *p = *state;
    Store *s;

    assert_int_equal(store_model_new(&s), 0);
    beside(s);
    store_free(s);
    s = open_in(p->dir, STORE_WRITE);
    beside(s);
    store_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_lies_bare_beside_it_is_not_read, place_make,
                                        place_remove),
        cmocka_unit_test_setup_teardown(whole_with_the_key_alone, place_make, place_remove),
        cmocka_unit_test_setup_teardown(nothing_of_it_lies_in_the_file, place_make, place_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
