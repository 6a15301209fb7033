/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/params.h"
#include "tests/unit/check.h"
#include <errno.h>
#include <string.h>

static Arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 16 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static int parse(const char *body, Params *ret)
{
    return urlencoded_parse(str_of(body), PARAMS_BYTES_MAX, &arena, ret);
}

static void test_pairs(void **state)
{
    Params p;

    (void)state;
    assert_int_equal(parse("a=1+2&b=%E0%B9%84%2B%26&a=3&&c&d==x=", &p), PARAMS_OK);
    assert_int_equal(p.n, 5);
    assert_true(str_is(p.list[0].value, "1 2"));
    assert_true(str_is(params_get(&p, "b"), "ไ+&"));
    assert_true(str_is(params_get(&p, "a"), "1 2"));
    assert_true(str_is(p.list[2].value, "3"));
    assert_true(params_has(&p, "c"));
    assert_true(str_is(params_get(&p, "c"), ""));
    assert_true(str_is(params_get(&p, "d"), "=x="));
    assert_false(params_has(&p, "e"));
    assert_true(str_is(params_get(&p, "e"), ""));
}

static void test_nothing(void **state)
{
    Params p;

    (void)state;
    assert_int_equal(parse("", &p), PARAMS_OK);
    assert_int_equal(p.n, 0);
    assert_int_equal(parse("&&&", &p), PARAMS_OK);
    assert_int_equal(p.n, 0);
}

static void test_broken_escapes(void **state)
{
    static const char *const bodies[] = {"a=%", "a=%4", "a=%zz", "a=%4g", "a=x%", "%=1", "a=1&b=%f"};
    Params p;

    (void)state;
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
        assert_int_equal(parse(bodies[i], &p), PARAMS_MALFORMED);
    assert_int_equal(parse("a=%41%e0%b8%81", &p), PARAMS_OK);
    assert_true(str_is(params_get(&p, "a"), "Aก"));
}

/* Names are of the program and must be text; values are judged where they are used. */
static void test_bytes_that_are_no_text(void **state)
{
    Params p;

    (void)state;
    assert_int_equal(parse("%ff=1", &p), PARAMS_MALFORMED);
    assert_int_equal(parse("%00=1", &p), PARAMS_MALFORMED);
    assert_int_equal(parse("a=%ff%00", &p), PARAMS_OK);
    assert_int_equal(p.list[0].value.len, 2);
    assert_memory_equal(p.list[0].value.ptr, "\xff\0", 2);
}

static void test_limits(void **state)
{
    BUF_AUTO Buf body = {0};
    Params p;

    (void)state;
    buf_init(&body, 4 << 20);
    for (size_t i = 0; i < PARAMS_MAX; i++)
        buf_adds(&body, i ? "&a=1" : "a=1");
    assert_int_equal(urlencoded_parse(buf_str(&body), PARAMS_BYTES_MAX, &arena, &p), PARAMS_OK);
    assert_int_equal(p.n, PARAMS_MAX);
    buf_adds(&body, "&a=1");
    assert_int_equal(urlencoded_parse(buf_str(&body), PARAMS_BYTES_MAX, &arena, &p),
                     PARAMS_TOO_MANY);
    assert_int_equal(urlencoded_parse(STR("a=12345"), 6, &arena, &p), PARAMS_TOO_LARGE);
    assert_int_equal(urlencoded_parse(STR("a=1234"), 6, &arena, &p), PARAMS_OK);
}

static void test_no_memory(void **state)
{
    Arena small;
    Params p;

    (void)state;
    arena_init(&small, 64);
    assert_int_equal(urlencoded_parse(STR("aaaaaaaaaaaaaaaaaaaaaaaa=bbbbbbbbbbbbbbbbbbbbb"),
                                      PARAMS_BYTES_MAX, &small, &p),
                     -ENOMEM);
    arena_finish(&small);
}

static void test_nocase(void **state)
{
    (void)state;
    assert_true(str_is_nocase(STR("Form-DATA"), "form-data"));
    assert_false(str_is_nocase(STR("Form-DATA "), "form-data"));
    assert_false(str_is_nocase(STR(""), "form-data"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pairs, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_broken_escapes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bytes_that_are_no_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_nocase),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
