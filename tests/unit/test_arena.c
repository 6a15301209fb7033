/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"
#include "tests/unit/faulty_calloc.h"

#include "base/arena.h"

static void pieces_are_zero_aligned_and_apart(void **state)
{
    (void)state;
    enum { PIECES = 2000 };
    static unsigned char *pieces[PIECES];
    ARENA_AUTO Arena a = {0};
    arena_init(&a, 10000000);
    for (size_t i = 0; i < PIECES; i++) {
        size_t size = i % 97;
        pieces[i] = arena_alloc(&a, size);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
        for (size_t k = 0; k < size; k++)
            assert_int_equal(pieces[i][k], 0);
        memset(pieces[i], (int)(i % 251), size);
    }
    for (size_t i = 0; i < PIECES; i++)
        for (size_t k = 0; k < i % 97; k++)
            assert_int_equal(pieces[i][k], i % 251);
}

static void large_pieces_fit(void **state)
{
    (void)state;
    ARENA_AUTO Arena a = {0};
    arena_init(&a, 2 << 20);
    char *large = arena_alloc(&a, 1 << 20);
    assert_non_null(large);
    memset(large, 1, 1 << 20);
    assert_non_null(arena_alloc(&a, 100));
}

static void ends_at_its_max(void **state)
{
    (void)state;
    ARENA_AUTO Arena a = {0};
    arena_init(&a, 160);
    for (int i = 0; i < 10; i++)
        assert_non_null(arena_alloc(&a, 16));
    assert_null(arena_alloc(&a, 1));
    assert_null(arena_alloc(&a, 0));
    assert_null(arena_str(&a, STR("x")).ptr);
    arena_finish(&a);
    assert_non_null(arena_alloc(&a, 160)); /* usable again */

    ARENA_AUTO Arena none = {0};
    arena_init(&none, 0);
    assert_null(arena_alloc(&none, 0));
}

static void refuses_sizes_that_overflow(void **state)
{
    (void)state;
    ARENA_AUTO Arena a = {0};
    arena_init(&a, SIZE_MAX);
    assert_null(arena_alloc(&a, SIZE_MAX));
    assert_null(arena_alloc(&a, SIZE_MAX - 8));
    assert_null(arena_array(&a, SIZE_MAX / 2, 3));
    assert_null(arena_array(&a, (size_t)1 << 33, (size_t)1 << 33));
    assert_null(arena_str(&a, (Str){"x", SIZE_MAX}).ptr);
    assert_int_equal(a.used, 0);
    assert_non_null(arena_array(&a, 0, 8));
    assert_non_null(arena_many(&a, 3, uint64_t));
}

static void copies_end_with_nul(void **state)
{
    (void)state;
    ARENA_AUTO Arena a = {0};
    arena_init(&a, 1000);
    char text[] = "abcdef";
    Str copy = arena_str(&a, (Str){text, 3});
    text[0] = 'X';
    assert_str(copy, "abc");
    assert_int_equal(copy.ptr[3], 0);
    Str empty = arena_str(&a, (Str){NULL, 0});
    assert_non_null(empty.ptr);
    assert_str(empty, "");
}

static void wipes_all_blocks(void **state)
{
    (void)state;
    Arena a;
    seen_unwiped = false;
    arena_init(&a, 1 << 20);
    for (int i = 0; i < 2000; i++)
        assert_non_null(arena_str(&a, str_of(secret)).ptr);
    assert_true(blocks_held() > 1);
    arena_finish(&a);
    assert_false(seen_unwiped);
    assert_int_equal(blocks_held(), 0);
    assert_int_equal(a.used, 0);
}

static void survives_want_of_memory(void **state)
{
    (void)state;
    ARENA_AUTO Arena a = {0};
    arena_init(&a, 1 << 20);
    calls_left = 1;
    assert_non_null(arena_alloc(&a, 100));
    assert_null(arena_alloc(&a, 100000));
    assert_non_null(arena_alloc(&a, 100)); /* what is left of the first block */
    calls_left = -1;
    assert_non_null(arena_alloc(&a, 100000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zero_aligned_and_apart),
        cmocka_unit_test(large_pieces_fit),
        cmocka_unit_test(ends_at_its_max),
        cmocka_unit_test(refuses_sizes_that_overflow),
        cmocka_unit_test(copies_end_with_nul),
        cmocka_unit_test(wipes_all_blocks),
        cmocka_unit_test(survives_want_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
