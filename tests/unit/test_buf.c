/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"
#include "tests/unit/faulty_calloc.h"

#include <errno.h>

static void adds_and_ends_with_nul(void **state)
{
    (void)state;
    BUF_AUTO Buf b = {0};
    buf_init(&b, 1000);
    assert_str(buf_str(&b), "");
    buf_adds(&b, "one ");
    buf_add_str(&b, STR("two "));
    buf_addf(&b, "%d %s", 3, "four");
    buf_add_u8(&b, '!');
    buf_add(&b, NULL, 0);
    assert_int_equal(b.err, 0);
    assert_str(buf_str(&b), "one two 3 four!");
    assert_int_equal(b.ptr[b.len], 0);
}

static void grows_over_many_adds(void **state)
{
    (void)state;
    BUF_AUTO Buf b = {0};
    buf_init(&b, 100000);
    for (unsigned i = 0; i < 100000; i++)
        buf_add_u8(&b, (uint8_t)(i * 7));
    assert_int_equal(b.err, 0);
    assert_int_equal(b.len, 100000);
    for (unsigned i = 0; i < 100000; i++)
        assert_int_equal(b.ptr[i], (uint8_t)(i * 7));
}

static void stops_at_its_max(void **state)
{
    (void)state;
    for (size_t max = 0; max < 200; max++) {
        BUF_AUTO Buf b = {0};
        buf_init(&b, max);
        for (size_t i = 0; i < max; i++)
            buf_add_u8(&b, 'x');
        assert_int_equal(b.err, 0);
        buf_add_u8(&b, 'y');
        assert_int_equal(b.err, -EMSGSIZE);
        assert_int_equal(b.len, max);
        buf_add(&b, "", 0);
        assert_null(buf_room(&b, 0)); /* the error sticks */
        assert_int_equal(b.err, -EMSGSIZE);
        buf_reset(&b);
        assert_int_equal(b.err, 0);
        assert_int_equal(b.len, 0);
    }
}

static void refuses_sizes_that_overflow(void **state)
{
    (void)state;
    BUF_AUTO Buf b = {0};
    buf_init(&b, 10);
    buf_adds(&b, "12345");
    assert_null(buf_room(&b, SIZE_MAX));
    assert_int_equal(b.err, -EMSGSIZE);
    assert_str(buf_str(&b), "12345");

    buf_reset(&b);
    buf_addf(&b, "%020d", 1);
    assert_int_equal(b.err, -EMSGSIZE);
    assert_int_equal(b.len, 0); /* all or nothing */

    BUF_AUTO Buf endless = {0};
    buf_init(&endless, SIZE_MAX);
    buf_adds(&endless, "x");
    assert_int_equal(endless.err, 0);
}

static void prints_into_what_is_left_or_grows(void **state)
{
    (void)state;
    for (size_t n = 1; n < 200; n++) {
        BUF_AUTO Buf b = {0};
        buf_init(&b, 400);
        buf_adds(&b, "begun ");
        buf_addf(&b, "%0*d", (int)n, 7);
        buf_adds(&b, ".");
        assert_int_equal(b.err, 0);
        assert_int_equal(b.len, 6 + n + 1);
        assert_int_equal(b.ptr[6 + n - 1], '7');
        assert_int_equal(b.ptr[6 + n], '.');
        assert_int_equal(b.ptr[b.len], 0);
    }
}

static void what_is_reserved_is_not_moved(void **state)
{
    (void)state;
    BUF_AUTO Buf b = {0};
    buf_init(&b, 5000);
    buf_reserve(&b, 3000);
    buf_adds(&b, "x");
    const uint8_t *at = b.ptr;
    for (int i = 0; i < 2999; i++)
        buf_add_u8(&b, 'y');
    assert_ptr_equal(at, b.ptr);
    assert_int_equal(b.len, 3000);
    buf_reserve(&b, 3000); /* past the max: asked for nothing, and nothing is wrong yet */
    assert_int_equal(b.err, 0);
}

static void room_is_part_of_the_text(void **state)
{
    (void)state;
    BUF_AUTO Buf b = {0};
    buf_init(&b, 100);
    buf_adds(&b, "a");
    uint8_t *room = buf_room(&b, 2);
    assert_non_null(room);
    memcpy(room, "bc", 2);
    buf_adds(&b, "d");
    assert_str(buf_str(&b), "abcd");
}

static void wipes_what_it_leaves(void **state)
{
    (void)state;
    Buf b;
    seen_unwiped = false;
    buf_init(&b, 10000);
    buf_adds(&b, secret);
    for (int i = 0; i < 5000; i++) /* grows several times */
        buf_add_u8(&b, 'x');
    assert_non_null(memmem(b.ptr, b.len, secret, strlen(secret)));
    buf_reset(&b);
    assert_null(memmem(b.ptr, b.cap, secret, strlen(secret)));
    buf_adds(&b, secret);
    buf_finish(&b);
    assert_false(seen_unwiped);
    assert_int_equal(blocks_held(), 0);
    assert_null(b.ptr);
    assert_int_equal(b.max, 10000);
    buf_adds(&b, "again");
    assert_str(buf_str(&b), "again");
    buf_finish(&b);
}

static void survives_want_of_memory(void **state)
{
    (void)state;
    for (int left = 0; left < 4; left++) {
        BUF_AUTO Buf b = {0};
        buf_init(&b, 1000);
        calls_left = left;
        for (int i = 0; i < 1000; i++)
            buf_add_u8(&b, 'x');
        calls_left = -1;
        assert_int_equal(b.err, -ENOMEM);
        assert_int_equal(b.len, left == 0 ? 0 : (size_t)(64 << (left - 1)) - 1);
        buf_reset(&b);
        buf_adds(&b, "on");
        assert_str(buf_str(&b), "on");
    }
    assert_int_equal(blocks_held(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adds_and_ends_with_nul),   cmocka_unit_test(grows_over_many_adds),
        cmocka_unit_test(stops_at_its_max),         cmocka_unit_test(refuses_sizes_that_overflow),
        cmocka_unit_test(prints_into_what_is_left_or_grows),
        cmocka_unit_test(what_is_reserved_is_not_moved),
        cmocka_unit_test(room_is_part_of_the_text), cmocka_unit_test(wipes_what_it_leaves),
        cmocka_unit_test(survives_want_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
