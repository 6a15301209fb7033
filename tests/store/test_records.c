/* SPDX-License-Identifier: Apache-2.0 */
/* Records to bytes and back: random ones, released ones, broken ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/store/examples.h"
#include "tests/store/random.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 300, RECORD_MAX = 1 << 16 };

/* ---- random ones ---- */

static void same_text(Str *a, Str *b)
{
    assert_true(str_eq(*a, *b));
    memset(a, 0, sizeof(*a));
    memset(b, 0, sizeof(*b));
}

/* Both encode to the same bytes, and are the same bytes themselves. */
#define ROUND_TRIP(kind, Type, texts)                                                              \
    static void test_##kind(void **state)                                                          \
    {                                                                                              \
        Random random;                                                                             \
        (void)state;                                                                               \
        random_init(&random, 1);                                                                   \
        for (int i = 0; i < ROUNDS; i++) {                                                         \
            BUF_AUTO Buf first = {0}, second = {0};                                                            \
            Type drawn, read;                                                                      \
            buf_init(&first, RECORD_MAX);                                                          \
            buf_init(&second, RECORD_MAX);                                                         \
            random_##kind(&random, &drawn);                                                        \
            record_put_##kind(&first, &drawn);                                                     \
            assert_int_equal(first.err, 0);                                                        \
            assert_int_equal(record_get_##kind(buf_str(&first), &read), 0);                        \
            record_put_##kind(&second, &read);                                                     \
            assert_true(str_eq(buf_str(&first), buf_str(&second)));                                \
            texts;                                                                                 \
            assert_memory_equal(&drawn, &read, sizeof(drawn));                                     \
        }                                                                                          \
    }
#define SAME(member) same_text(&drawn.member, &read.member)
ROUND_TRIP(case, Case, (void)0)
ROUND_TRIP(step, Step, (void)0)
ROUND_TRIP(head, HeadRecord, (void)0)
ROUND_TRIP(event, EventRecord, (void)0)
ROUND_TRIP(part, PartRecord, SAME(sealed))
ROUND_TRIP(seal, SealRecord, SAME(sealed))
ROUND_TRIP(alert, AlertRecord, (void)0)
ROUND_TRIP(staff, StaffRecord, (SAME(wrapped), SAME(recovery_wrapped), SAME(former)))
ROUND_TRIP(leaf, LeafRecord, (void)0)
ROUND_TRIP(request, RequestRecord, SAME(answer))

/* What is blank takes no room, and comes back as the core made it. */
static void test_blank_case(void **state)
{
    BUF_AUTO Buf bytes = {0};
    Case blank, read;

    (void)state;
    buf_init(&bytes, RECORD_MAX);
    case_init(&blank);
    record_put_case(&bytes, &blank);
    assert_int_equal(bytes.len, 1 + 9);
    assert_int_equal(record_get_case(buf_str(&bytes), &read), 0);
    assert_memory_equal(&blank, &read, sizeof(blank));
}

static void test_too_long_list(void **state)
{
    BUF_AUTO Buf bytes = {0};
    Case c;

    (void)state;
    buf_init(&bytes, RECORD_MAX);
    case_init(&c);
    c.n_links = CASE_LINKS_MAX + 1;
    record_put_case(&bytes, &c);
    assert_int_equal(bytes.err, -EMSGSIZE);
}

/* ---- released ones ---- */

static void golden_read(const char *name, unsigned version, Buf *ret)
{
    char path[1024];
    unsigned byte;

    assert_true(snprintf(path, sizeof(path), "%s/%s-%u.hex", getenv("GOLDEN"), name, version) > 0);
    FILE *f = fopen(path, "r");
    if (!f)
        fail_msg("%s is missing", path);
    while (fscanf(f, "%2x", &byte) == 1)
        buf_add_u8(ret, (uint8_t)byte);
    fclose(f);
    assert_int_equal(ret->err, 0);
    assert_true(ret->len > 10);
}

/* Apart from the version byte and the CRC over it. */
static void same_record(const Buf *golden, const Buf *written)
{
    assert_int_equal(golden->len, written->len);
    assert_memory_equal(golden->ptr + 1, written->ptr + 1, golden->len - 1 - 4);
    assert_int_equal(written->ptr[0], RECORD_VERSION);
    if (golden->ptr[0] == RECORD_VERSION)
        assert_memory_equal(golden->ptr, written->ptr, golden->len);
}

static void test_golden(void **state)
{
    (void)state;
    for (unsigned version = 1; version <= RECORD_VERSION; version++) {
        for (size_t i = 0; i < examples_n; i++) {
            BUF_AUTO Buf golden = {0}, again = {0}, fresh = {0};
            buf_init(&golden, RECORD_MAX);
            buf_init(&again, RECORD_MAX);
            buf_init(&fresh, RECORD_MAX);
            golden_read(examples[i].name, version, &golden);
            assert_int_equal(golden.ptr[0], version);
            assert_int_equal(examples[i].again(buf_str(&golden), &again), 0);
            same_record(&golden, &again);
            examples[i].put(&fresh);
            same_record(&golden, &fresh);
        }
    }
}

/* ---- broken ones ---- */

static uint32_t crc32_bitwise(const uint8_t *p, size_t len)
{
    uint32_t crc = 0xffffffff;

    for (size_t i = 0; i < len; i++) {
        crc ^= p[i];
        for (int k = 0; k < 8; k++)
            crc = crc & 1 ? crc >> 1 ^ UINT32_C(0xedb88320) : crc >> 1;
    }
    return ~crc;
}

/* The end mark's CRC made right again, so that a fault reaches the reader behind it. */
static void crc_repair(uint8_t *p, size_t len)
{
    const uint32_t crc = crc32_bitwise(p, len - 9);

    for (size_t i = 0; i < 4; i++)
        p[len - 4 + i] = (uint8_t)(crc >> (24 - 8 * i));
}

/* A copy of exact size on the heap: a read past its end is seen by the sanitizer. */
static int read_copy(const Example *e, const uint8_t *p, size_t len)
{
    BUF_AUTO Buf out = {0};
    char *copy = malloc(len + !len);

    assert_non_null(copy);
    if (len)
        memcpy(copy, p, len);
    buf_init(&out, RECORD_MAX);
    const int r = e->again((Str){copy, len}, &out);
    free(copy);
    return r;
}

static void test_truncated(void **state)
{
    (void)state;
    for (size_t i = 0; i < examples_n; i++) {
        BUF_AUTO Buf b = {0};
        buf_init(&b, RECORD_MAX);
        examples[i].put(&b);
        for (size_t len = 0; len < b.len; len++)
            assert_int_equal(read_copy(&examples[i], b.ptr, len), 1);
        buf_add_u8(&b, 0);
        assert_int_equal(read_copy(&examples[i], b.ptr, b.len), 1);
    }
}

static void test_flipped(void **state)
{
    (void)state;
    for (size_t i = 0; i < examples_n; i++) {
        BUF_AUTO Buf b = {0};
        buf_init(&b, RECORD_MAX);
        examples[i].put(&b);
        for (size_t at = 0; at < b.len; at++) {
            for (unsigned flip = 1; flip < 256; flip <<= 1) {
                b.ptr[at] ^= (uint8_t)flip;
                assert_int_equal(read_copy(&examples[i], b.ptr, b.len), 1);
                b.ptr[at] ^= (uint8_t)flip;
            }
        }
    }
}

/* With the CRC repaired a change may be a sound record of another content, or is refused; either
 * way nothing is read or written out of bounds. */
static void test_forged(void **state)
{
    Random random;

    (void)state;
    random_init(&random, 2);
    for (size_t i = 0; i < examples_n; i++) {
        BUF_AUTO Buf b = {0};
        unsigned refused = 0;
        buf_init(&b, RECORD_MAX);
        examples[i].put(&b);
        for (size_t at = 0; at + 9 < b.len; at++) {
            for (unsigned flip = 1; flip < 256; flip += 1 + flip / 8) {
                b.ptr[at] ^= (uint8_t)flip;
                crc_repair(b.ptr, b.len);
                refused += read_copy(&examples[i], b.ptr, b.len) == 1;
                b.ptr[at] ^= (uint8_t)flip;
            }
        }
        assert_true(refused > 0);
        for (size_t cut = 1; cut + 10 < b.len; cut++) {
            const size_t len = b.len - cut;
            uint8_t short_one[2048];
            assert_true(len <= sizeof(short_one));
            memcpy(short_one, b.ptr, len - 9);
            memcpy(short_one + len - 9, b.ptr + b.len - 9, 9);
            crc_repair(short_one, len);
            (void)read_copy(&examples[i], short_one, len);
        }
    }
}

/* A later version's tag, and a later version's rows at the end of an item, are passed over. */
static void test_later_version(void **state)
{
    BUF_AUTO Buf b = {0};
    LeafRecord leaf;

    (void)state;
    buf_init(&b, RECORD_MAX);
    buf_add(&b, "\x02", 1);
    buf_add(&b, "\x01\0\0\0\x08\0\0\0\0\0\0\0\x0c", 13); /* index 12 */
    buf_add(&b, "\xc8\0\0\0\x03new", 8);
    buf_add(&b, "\xff\0\0\0\x04\0\0\0\0", 9);
    crc_repair(b.ptr, b.len);
    assert_int_equal(record_get_leaf(buf_str(&b), &leaf), 0);
    assert_int_equal(leaf.index, 12);
    assert_int_equal(leaf.kind, 0);
}

static void test_later_item(void **state)
{
    BUF_AUTO Buf b = {0};
    Case c;

    (void)state;
    buf_init(&b, RECORD_MAX);
    buf_add(&b, "\x01\x0d\0\0\0\x1a\x02", 7); /* members: one short, one long */
    buf_add(&b, "\0\x01\x03", 3);
    buf_add(&b, "\0\x14\x04\x01" "0123456789abcdef" "??", 22);
    buf_add(&b, "\xff\0\0\0\x04\0\0\0\0", 9);
    crc_repair(b.ptr, b.len);
    assert_int_equal(record_get_case(buf_str(&b), &c), 0);
    assert_int_equal(c.n_members, 2);
    assert_int_equal(c.members[0].role, 3);
    assert_false(c.members[0].declared);
    assert_int_equal(c.members[1].role, 4);
    assert_memory_equal(c.members[1].tag.b, "0123456789abcdef", 16);
}

/* Fields out of order, twice, or with a version of zero. */
static void test_disorder(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
    } bad[] = {
        {"\0\xff\0\0\0\x04\0\0\0\0", 10},
        {"\x01\x04\0\0\0\x04\0\0\0\x01\x02\0\0\0\x01\x01\xff\0\0\0\x04\0\0\0\0", 25},
        {"\x01\x02\0\0\0\x01\x01\x02\0\0\0\x01\x01\xff\0\0\0\x04\0\0\0\0", 22},
        {"\x01\0\0\0\0\x01\x01\xff\0\0\0\x04\0\0\0\0", 16},
        {"\x01\x02\0\0\0\x02\x01\x01\xff\0\0\0\x04\0\0\0\0", 17},
    };
    LeafRecord leaf = {.index = 5};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        BUF_AUTO Buf b = {0};
        buf_init(&b, RECORD_MAX);
        buf_add(&b, bad[i].bytes, bad[i].len);
        crc_repair(b.ptr, b.len);
        assert_int_equal(record_get_leaf(buf_str(&b), &leaf), 1);
        assert_int_equal(leaf.index, 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_case),          cmocka_unit_test(test_step),
        cmocka_unit_test(test_head),          cmocka_unit_test(test_event),
        cmocka_unit_test(test_part),          cmocka_unit_test(test_seal),
        cmocka_unit_test(test_alert),         cmocka_unit_test(test_staff),
        cmocka_unit_test(test_leaf),          cmocka_unit_test(test_request),
        cmocka_unit_test(test_blank_case),    cmocka_unit_test(test_too_long_list),
        cmocka_unit_test(test_golden),        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_flipped),       cmocka_unit_test(test_forged),
        cmocka_unit_test(test_later_version), cmocka_unit_test(test_later_item),
        cmocka_unit_test(test_disorder),
    };
    return cmocka_run_group_tests_name("records", tests, NULL, NULL);
}
