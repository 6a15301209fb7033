/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/wire.h"

#include <errno.h>
#include <string.h>

static void put_everything(Buf *b)
{
    wire_put_u8(b, 0xFE);
    wire_put_u16(b, 0x1234);
    wire_put_u32(b, 0x89ABCDEF);
    wire_put_u64(b, UINT64_C(0x0123456789ABCDEF));
    wire_put_i32(b, INT32_MIN);
    wire_put_i64(b, -2);
    wire_put_str(b, STR("abc"));
    buf_add(b, "raw", 3);
}

/* True when all values are there and right. */
static bool read_everything(Wire *w)
{
    char raw[3] = "???";
    bool right = wire_u8(w) == 0xFE;
    right &= wire_u16(w) == 0x1234;
    right &= wire_u32(w) == 0x89ABCDEF;
    right &= wire_u64(w) == UINT64_C(0x0123456789ABCDEF);
    right &= wire_i32(w) == INT32_MIN;
    right &= wire_i64(w) == -2;
    right &= str_is(wire_bytes(w, 3), "abc");
    wire_raw(w, raw, sizeof raw);
    right &= memcmp(raw, w->failed ? "\0\0\0" : "raw", 3) == 0;
    return right;
}

static void is_big_endian(void **state)
{
    (void)state;
    static const uint8_t expected[] = {0xFE, 0x12, 0x34, 0x89, 0xAB, 0xCD, 0xEF, 0x01, 0x23, 0x45,
                                       0x67, 0x89, 0xAB, 0xCD, 0xEF, 0x80, 0,    0,    0,    0xFF,
                                       0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0,    0,    0,
                                       3,    'a',  'b',  'c',  'r',  'a',  'w'};
    BUF_AUTO Buf b = {0};
    buf_init(&b, 100);
    put_everything(&b);
    assert_int_equal(b.len, sizeof expected);
    assert_memory_equal(b.ptr, expected, sizeof expected);
    Wire w = wire_of(b.ptr, b.len);
    assert_true(read_everything(&w));
    assert_true(wire_end(&w));
}

static void fails_wherever_it_is_cut(void **state)
{
    (void)state;
    BUF_AUTO Buf b = {0};
    buf_init(&b, 100);
    put_everything(&b);
    for (size_t len = 0; len < b.len; len++) {
        /* Memory of just this size, so that a sanitizer sees a read beyond it. */
        BUF_AUTO Buf cut = {0};
        buf_init(&cut, len);
        buf_add(&cut, b.ptr, len);
        Wire w = wire_of(cut.ptr, cut.len);
        read_everything(&w);
        assert_true(w.failed);
        assert_int_equal(w.len, 0);
        assert_false(wire_end(&w));
        assert_int_equal(wire_u64(&w), 0); /* and goes on giving zero */
        assert_int_equal(wire_bytes(&w, 10).len, 0);
    }
    Wire w = wire_of(b.ptr, b.len);
    wire_u8(&w);
    assert_false(wire_end(&w)); /* something is left */
}

static void bounds_lengths(void **state)
{
    (void)state;
    static const uint8_t four[] = {0, 0, 0, 4, 'a', 'b', 'c', 'd'};
    Wire w = wire_of(four, sizeof four);
    assert_str(wire_bytes(&w, 4), "abcd");
    w = wire_of(four, sizeof four);
    assert_str(wire_bytes(&w, 3), "");
    assert_true(w.failed);
    static const uint8_t huge[] = {0xFF, 0xFF, 0xFF, 0xFF, 'a'};
    w = wire_of(huge, sizeof huge);
    wire_bytes(&w, SIZE_MAX);
    assert_true(w.failed);
    w = wire_of(NULL, 0);
    assert_true(wire_end(&w));
    assert_int_equal(wire_u8(&w), 0);
    assert_true(w.failed);
}

static void skips_unknown_fields(void **state)
{
    (void)state;
    BUF_AUTO Buf b = {0};
    buf_init(&b, 100);
    wire_put_field(&b, 1, "\0\7", 2);
    wire_put_field(&b, 99, "later", 5);
    wire_put_field(&b, 2, NULL, 0);
    Wire w = wire_of(b.ptr, b.len), content;
    uint8_t tag, tags[3];
    size_t n = 0;
    while (wire_field(&w, &tag, &content)) {
        assert_true(n < 3);
        tags[n++] = tag;
        if (tag == 1)
            assert_int_equal(wire_u16(&content), 7);
        if (tag != 99)
            assert_true(wire_end(&content));
    }
    assert_int_equal(n, 3);
    assert_memory_equal(tags, "\1\x63\2", 3);
    assert_true(wire_end(&w));
}

static void cut_fields_fail(void **state)
{
    (void)state;
    BUF_AUTO Buf b = {0};
    buf_init(&b, 100);
    wire_put_field(&b, 7, "abc", 3);
    for (size_t len = 1; len < b.len; len++) {
        Wire w = wire_of(b.ptr, len), content = {0};
        uint8_t tag = 0;
        assert_false(wire_field(&w, &tag, &content));
        assert_true(w.failed);
        assert_int_equal(tag, 0);
        assert_null(content.ptr);
        assert_false(wire_field(&w, &tag, &content));
    }
}

static void writer_errors_stick(void **state)
{
    (void)state;
    BUF_AUTO Buf b = {0};
    buf_init(&b, 6);
    wire_put_str(&b, STR("abc"));
    assert_int_equal(b.err, -EMSGSIZE);
    BUF_AUTO Buf other = {0};
    buf_init(&other, 100);
    wire_put_bytes(&other, "x", (size_t)UINT32_MAX + 1); /* does not fit its length field */
    assert_int_equal(other.err, -EMSGSIZE);
    assert_int_equal(other.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_big_endian),   cmocka_unit_test(fails_wherever_it_is_cut),
        cmocka_unit_test(bounds_lengths),  cmocka_unit_test(skips_unknown_fields),
        cmocka_unit_test(cut_fields_fail), cmocka_unit_test(writer_errors_stick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
