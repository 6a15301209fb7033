/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/params.h"
#include "tests/unit/check.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HEAD(name) "--xx\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n"

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
    return multipart_parse(str_of(body), STR("xx"), &arena, ret);
}

static void test_fields_and_files(void **state)
{
    static const char body[] =
        HEAD("subject") "ไฟดับ\r\n"
        HEAD("empty") "\r\n"
        "--xx\r\nContent-Disposition: form-data; name=\"evidence\"; filename=\"a \\\"b\\\".png\"\r\n"
        "Content-Type: image/png\r\n\r\n\x89PNG\r\n--x not the end\r\n--xx--\r\n";
    Params p;

    (void)state;
    assert_int_equal(parse(body, &p), PARAMS_OK);
    assert_int_equal(p.n, 2);
    assert_str(p.list[0].name, "subject");
    assert_str(p.list[0].value, "ไฟดับ");
    assert_str(p.list[1].value, "");
    assert_int_equal(p.n_uploads, 1);
    assert_str(p.uploads[0].name, "evidence");
    assert_str(p.uploads[0].filename, "a \"b\".png");
    assert_str(p.uploads[0].type, "image/png");
    assert_str(p.uploads[0].bytes, "\x89PNG\r\n--x not the end");
}

static void test_preamble_and_binary(void **state)
{
    static const char body[] = "this is a preamble\r\n" HEAD("a") "x\0y\r\n--xx--";
    Params p;

    (void)state;
    assert_int_equal(multipart_parse((Str){body, sizeof(body) - 1}, STR("xx"), &arena, &p),
                     PARAMS_OK);
    assert_int_equal(p.n, 1);
    assert_int_equal(p.list[0].value.len, 3);
    assert_memory_equal(p.list[0].value.ptr, "x\0y", 3);
}

static void test_an_empty_file_is_a_file(void **state)
{
    Params p;

    (void)state;
    assert_int_equal(parse("--xx\r\ncontent-disposition: FORM-DATA; name=f; filename=\"\"\r\n\r\n"
                           "\r\n--xx--",
                           &p),
                     PARAMS_OK);
    assert_int_equal(p.n_uploads, 1);
    assert_int_equal(p.uploads[0].filename.len, 0);
    assert_int_equal(p.uploads[0].bytes.len, 0);
}

static void test_malformed(void **state)
{
    static const char *const bodies[] = {
        "",
        "no delimiter at all",
        "--xx",
        "--xx\r\n",
        HEAD("a") "no end",
        HEAD("a") "cut\r\n--x",
        "--xx\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--xx--",
        "--xx\r\nContent-Disposition: attachment; name=a\r\n\r\nv\r\n--xx--",
        "--xx\r\nContent-Disposition: form-data; name=\"a\r\n\r\nv\r\n--xx--",
        "--xx\r\nContent-Disposition: form-data; name\r\n\r\nv\r\n--xx--",
        "--xx\r\nno colon\r\n\r\nv\r\n--xx--",
        "--xx\r\nContent-Type: text/plain\r\n\r\nno disposition\r\n--xx--",
        "--xx\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\nv\r\n--xx--",
        "--xxx\r\nContent-Disposition: form-data; name=a\r\n\r\nv\r\n--xx--",
    };
    Params p;

    (void)state;
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
        assert_int_equal(parse(bodies[i], &p), PARAMS_MALFORMED);
}

/* Whatever is cut off, the parser says malformed and touches nothing beyond. */
static void test_every_prefix_is_malformed(void **state)
{
    static const char body[] = HEAD("a") "1\r\n" HEAD("b") "2\r\n--xx--";
    Params p;

    (void)state;
    for (size_t n = 0; n < sizeof(body) - 1; n++) {
        char *copy = malloc(n + 1);
        assert_non_null(copy);
        memcpy(copy, body, n);
        assert_int_equal(multipart_parse((Str){copy, n}, STR("xx"), &arena, &p),
                         PARAMS_MALFORMED);
        free(copy);
    }
    assert_int_equal(parse(body, &p), PARAMS_OK);
    assert_int_equal(p.n, 2);
}

static void repeat(Buf *b, const char *part, size_t n)
{
    buf_init(b, 8 << 20);
    for (size_t i = 0; i < n; i++)
        buf_adds(b, part);
    buf_adds(b, "--xx--");
}

static void test_limits(void **state)
{
    static const char file[] =
        "--xx\r\nContent-Disposition: form-data; name=f; filename=x\r\n\r\nv\r\n";
    BUF_AUTO Buf fields = {0};
    BUF_AUTO Buf more_fields = {0};
    BUF_AUTO Buf files = {0};
    BUF_AUTO Buf more_files = {0};
    Params p;

    (void)state;
    repeat(&fields, HEAD("a") "v\r\n", PARAMS_MAX);
    repeat(&more_fields, HEAD("a") "v\r\n", PARAMS_MAX + 1);
    repeat(&files, file, UPLOADS_MAX);
    repeat(&more_files, file, UPLOADS_MAX + 1);
    assert_int_equal(multipart_parse(buf_str(&fields), STR("xx"), &arena, &p), PARAMS_OK);
    assert_int_equal(multipart_parse(buf_str(&more_fields), STR("xx"), &arena, &p),
                     PARAMS_TOO_MANY);
    assert_int_equal(multipart_parse(buf_str(&files), STR("xx"), &arena, &p), PARAMS_OK);
    assert_int_equal(p.n_uploads, UPLOADS_MAX);
    assert_int_equal(multipart_parse(buf_str(&more_files), STR("xx"), &arena, &p),
                     PARAMS_TOO_MANY);
}

static void test_too_large(void **state)
{
    BUF_AUTO Buf body = {0};
    Params p;

    (void)state;
    buf_init(&body, 4 << 20);
    buf_adds(&body, HEAD("a"));
    uint8_t *room = buf_room(&body, PARAMS_BYTES_MAX);
    assert_non_null(room);
    memset(room, 'v', PARAMS_BYTES_MAX);
    buf_adds(&body, "\r\n--xx--");
    assert_int_equal(multipart_parse(buf_str(&body), STR("xx"), &arena, &p), PARAMS_TOO_LARGE);
    buf_reset(&body);
    buf_adds(&body, "--xx\r\nX: ");
    room = buf_room(&body, PART_HEAD_MAX);
    assert_non_null(room);
    memset(room, 'v', PART_HEAD_MAX);
    buf_adds(&body, "\r\n\r\nv\r\n--xx--");
    assert_int_equal(multipart_parse(buf_str(&body), STR("xx"), &arena, &p), PARAMS_MALFORMED);
}

static void test_no_memory(void **state)
{
    Arena small;
    Params p;

    (void)state;
    arena_init(&small, 64);
    assert_int_equal(multipart_parse(STR("--xx--"), STR("xx"), &small, &p), -ENOMEM);
    arena_finish(&small);
}

static void test_boundary(void **state)
{
    static const struct {
        const char *type, *boundary; /* NULL: refused */
    } rows[] = {
        {"multipart/form-data; boundary=abc", "abc"},
        {"Multipart/Form-Data;charset=utf-8; BOUNDARY=\"a b\"", NULL},
        {"multipart/form-data; charset=utf-8; boundary=\"a=b\"", "a=b"},
        {"multipart/form-data", NULL},
        {"multipart/form-data; boundary=", NULL},
        {"multipart/mixed; boundary=abc", NULL},
        {"application/x-www-form-urlencoded", NULL},
        {"", NULL},
        {"multipart/form-data; boundary="
         "123456789012345678901234567890123456789012345678901234567890123456789012345",
         NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        Str got = {0};
        int r = multipart_boundary(str_of(rows[i].type), &got);
        assert_int_equal(r, rows[i].boundary ? 0 : 1);
        if (rows[i].boundary)
            assert_str(got, rows[i].boundary);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_fields_and_files, setup, teardown),
        cmocka_unit_test_setup_teardown(test_preamble_and_binary, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_empty_file_is_a_file, setup, teardown),
        cmocka_unit_test_setup_teardown(test_malformed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_prefix_is_malformed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_too_large, setup, teardown),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_boundary),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
