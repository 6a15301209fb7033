/* SPDX-License-Identifier: Apache-2.0 */
/* What the office covers for itself. */
#include "check.h"
#include "crypto/veil.h"
#include <string.h>

enum { UNIT = 64 };

static Secret key;

static int with_key(void **state)
{
    (void)state;
    return secret_new_random(&key);
}

static int without(void **state)
{
    (void)state;
    secret_finish(&key);
    return 0;
}

static int opens(const Secret *with, Str place, Str covered, Str *ret, Buf *to)
{
    buf_init(to, 4096);
    int r = veil_open(with, place, covered, to);
    *ret = buf_str(to);
    return r;
}

static void opens_as_it_was(void **state)
{
    static const char words[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    (void)state;
    for (size_t n = 0; n < sizeof(words); n++) {
        BUF_AUTO Buf covered = {0}, text = {0};
        Str got;
        buf_init(&covered, 4096);
        assert_int_equal(veil_cover(&key, STR("here"), (Str){words, n}, UNIT, &covered), 0);
        assert_int_equal(covered.len, VEIL_OVERHEAD + (n <= UNIT - 4 ? UNIT : 2 * UNIT));
        assert_int_equal(opens(&key, STR("here"), buf_str(&covered), &got, &text), 0);
        assert_true(str_eq(got, (Str){words, n}));
    }
}

static void two_of_one_text_differ(void **state)
{
    BUF_AUTO Buf a = {0}, b = {0};

    (void)state;
    buf_init(&a, 4096);
    buf_init(&b, 4096);
    assert_int_equal(veil_cover(&key, STR("here"), STR("x"), UNIT, &a), 0);
    assert_int_equal(veil_cover(&key, STR("here"), STR("x"), UNIT, &b), 0);
    assert_int_equal(a.len, b.len);
    assert_memory_not_equal(a.ptr + 1, b.ptr + 1, a.len - 1);
}

static void nowhere_else_and_undamaged(void **state)
{
    BUF_AUTO Buf covered = {0};
    SECRET_AUTO Secret other = {NULL};

    (void)state;
    buf_init(&covered, 4096);
    assert_int_equal(secret_new_random(&other), 0);
    assert_int_equal(veil_cover(&key, STR("here"), STR("text"), UNIT, &covered), 0);
    for (size_t i = 0; i <= covered.len; i++) {
        BUF_AUTO Buf text = {0};
        Str got;
        if (i < covered.len)
            covered.ptr[i] ^= 1;
        int r = opens(&key, STR("here"), buf_str(&covered), &got, &text);
        assert_int_equal(r, i < covered.len);
        assert_int_equal(got.len, i < covered.len ? 0 : 4);
        if (i < covered.len)
            covered.ptr[i] ^= 1;
    }
    for (size_t n = 0; n < covered.len; n++) {
        BUF_AUTO Buf text = {0};
        Str got;
        assert_int_equal(
            opens(&key, STR("here"), (Str){(const char *)covered.ptr, n}, &got, &text), 1);
    }
    BUF_AUTO Buf there = {0}, as_other = {0};
    Str got;
    assert_int_equal(opens(&key, STR("there"), buf_str(&covered), &got, &there), 1);
    assert_int_equal(opens(&other, STR("here"), buf_str(&covered), &got, &as_other), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_as_it_was),
        cmocka_unit_test(two_of_one_text_differ),
        cmocka_unit_test(nowhere_else_and_undamaged),
    };
    return crypto_start() ? 1 : cmocka_run_group_tests(tests, with_key, without);
}
