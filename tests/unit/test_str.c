/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include <limits.h>

static void compares(void **state)
{
    (void)state;
    assert_true(str_eq(STR("abc"), str_of("abc")));
    assert_false(str_eq(STR("abc"), STR("abd")));
    assert_false(str_eq(STR("abc"), STR("ab")));
    assert_true(str_eq((Str){NULL, 0}, str_of(NULL)));
    assert_true(str_is(STR(""), ""));
    assert_true(str_cmp(STR("ab"), STR("abc")) < 0);
    assert_true(str_cmp(STR("b"), STR("abc")) > 0);
    assert_true(str_cmp(STR("\x80"), STR("a")) > 0); /* bytes are unsigned */
    assert_int_equal(str_cmp((Str){NULL, 0}, STR("")), 0);
    assert_true(str_starts(STR("abc"), STR("ab")));
    assert_true(str_starts(STR("abc"), (Str){NULL, 0}));
    assert_false(str_starts(STR("ab"), STR("abc")));
}

static void trims(void **state)
{
    (void)state;
    assert_str(str_trim(STR(" \t\r\n a b \n")), "a b");
    assert_str(str_trim(STR(" \r\n")), "");
    assert_str(str_trim((Str){NULL, 0}), "");
}

static void cuts(void **state)
{
    (void)state;
    Str rest = STR("a,,b");
    assert_str(str_cut(&rest, ','), "a");
    assert_str(str_cut(&rest, ','), "");
    assert_str(str_cut(&rest, ','), "b");
    assert_null(rest.ptr);
    assert_str(str_cut(&rest, ','), "");

    rest = STR("a,"); /* an empty last piece is told from no piece */
    assert_str(str_cut(&rest, ','), "a");
    assert_non_null(rest.ptr);
    assert_int_equal(rest.len, 0);
}

static void reads_numbers(void **state)
{
    (void)state;
    unsigned long long v = 7;
    assert_int_equal(str_u64(STR("18446744073709551615"), ULLONG_MAX, &v), 0);
    assert_true(v == ULLONG_MAX);
    assert_int_equal(str_u64(STR("0"), 0, &v), 0);
    assert_true(v == 0);
    assert_int_equal(str_u64(STR("0042"), 42, &v), 0);
    assert_true(v == 42);
    static const char *const wrong[] = {
        "",   "18446744073709551616", "99999999999999999999", "-1", "+1", " 1", "1 ", "0x1",
        "1a", "\xE0\xB9\x91"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(str_u64(str_of(wrong[i]), ULLONG_MAX, &v), 1);
    assert_int_equal(str_u64(STR("43"), 42, &v), 1);
    assert_int_equal(str_u64(STR("5"), 4, &v), 1);
    assert_int_equal(str_u64(STR("1"), 0, &v), 1);
    assert_true(v == 42); /* untouched */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares),
        cmocka_unit_test(trims),
        cmocka_unit_test(cuts),
        cmocka_unit_test(reads_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
