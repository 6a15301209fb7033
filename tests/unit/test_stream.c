/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/crypto_help.h"

#include "crypto/stream.h"
#include <errno.h>

enum { MOST = 1 << 20 };

static int into_buf(void *to, Sealed bytes)
{
    Buf *b = to;

    buf_add(b, bytes.ptr, bytes.len);
    return b->err;
}

static int opened_into_buf(void *to, Plain bytes)
{
    return into_buf(to, (Sealed){bytes.ptr, bytes.len});
}

static const Str name = {"\xe0\xb8\xa0\xe0\xb8\xb2\xe0\xb8\x9e.jpg", 13}, type = {"image/jpeg", 10};

static void random_file(size_t len, Buf *ret)
{
    buf_init(ret, MOST);
    if (len)
        bytes_random(buf_room(ret, len), len);
    else
        buf_add(ret, "", 0);
}

/* Writes in portions of the given size. */
static void write_stream(const Secret *key, const Buf *file, size_t portion, Buf *ret)
{
    StreamWriter *w = NULL;

    buf_init(ret, 2 * MOST);
    assert_ok(stream_writer_new(&w, key, name, type, file->len, into_buf, ret));
    for (size_t at = 0; at < file->len; at += portion) {
        size_t n = file->len - at < portion ? file->len - at : portion;

        assert_ok(stream_writer_add(w, (Plain){file->ptr + at, n}));
    }
    assert_ok(stream_writer_end(w));
    assert_null(stream_writer_free(w));
}

/* 0 when the whole stream opens, else the first answer. */
static int read_stream(const Secret *key, Sealed stream, size_t portion, Buf *out)
{
    StreamReader *r = NULL;
    int answer = 0;

    assert_ok(stream_reader_new(&r, key, opened_into_buf, out));
    assert_int_equal(stream_reader_name(r).len, 0);
    for (size_t at = 0; !answer && at < stream.len; at += portion) {
        size_t n = stream.len - at < portion ? stream.len - at : portion;

        answer = stream_reader_add(r, (Sealed){stream.ptr + at, n});
    }
    if (!answer)
        answer = stream_reader_end(r);
    if (answer) { /* nothing of it comes afterwards */
        assert_int_equal(stream_reader_end(r), 1);
        assert_int_equal(stream_reader_add(r, (Sealed){stream.ptr, stream.len ? 1 : 0}), 1);
        assert_int_equal(stream_reader_name(r).len, 0);
    } else {
        assert_true(str_eq(stream_reader_name(r), name));
        assert_true(str_eq(stream_reader_type(r), type));
    }
    assert_null(stream_reader_free(r));
    return answer;
}

static void assert_stream_shut(const Secret *key, Sealed stream)
{
    BUF_AUTO Buf out = {0};

    buf_init(&out, MOST);
    assert_int_equal(read_stream(key, stream, 1 << 20, &out), 1);
}

static void round_trips(void **state)
{
    enum { HEAD = 2 + 13 + 2 + 10 + 8 };
    static const size_t lengths[] = {
        0,      1,     65536 - HEAD - 1, 65536 - HEAD,  65536 - HEAD + 1, 65535,
        65536,  65537, 98304 - HEAD,     131072 - HEAD, 196608 - HEAD,    196609,
        300000,
    };
    static const size_t portions[] = {1 << 20, 65536, 65537, 4093, 1};
    SECRET_AUTO Secret key = {NULL};

    (void)state;
    random_secret(&key);
    for (size_t i = 0; i < COUNT(lengths); i++) {
        for (size_t k = 0; k < COUNT(portions) - (lengths[i] > 65537); k++) {
            BUF_AUTO Buf file = {0};
            BUF_AUTO Buf stream = {0};
            BUF_AUTO Buf out = {0};

            random_file(lengths[i], &file);
            write_stream(&key, &file, portions[k], &stream);
            buf_init(&out, MOST);
            assert_ok(
                read_stream(&key, sealed_of(&stream), portions[COUNT(portions) - 1 - k], &out));
            assert_int_equal(out.len, file.len);
            if (file.len)
                assert_memory_equal(out.ptr, file.ptr, file.len);
        }
    }
}

/* Only the bucket shows: lengths of one bucket give streams of one length. */
static void sizes_come_in_buckets(void **state)
{
    static const size_t table[][2] = {
        /* file, plain stream */
        {0, 65536},      {60000, 65536},   {65501, 65536},   {65502, 98304},   {98269, 98304},
        {98270, 131072}, {131037, 131072}, {131038, 196608}, {196574, 262144}, {300000, 393216},
    };
    SECRET_AUTO Secret key = {NULL};

    (void)state;
    random_secret(&key);
    for (size_t i = 0; i < COUNT(table); i++) {
        BUF_AUTO Buf file = {0};
        BUF_AUTO Buf stream = {0};
        size_t chunks = (table[i][1] + STREAM_CHUNK - 1) / STREAM_CHUNK;

        random_file(table[i][0], &file);
        write_stream(&key, &file, MOST, &stream);
        assert_int_equal(stream.len, STREAM_HEAD + table[i][1] + chunks * 17);
    }
}

/* Three chunks and a half; ret_file is what they hold. */
static void shape_is_seen_without_a_key(void **state)
{
    static const size_t lens[] = {0, 1, 60000, STREAM_CHUNK, 98000, 131000, 200000, 400000, 700000};

    for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        SECRET_AUTO Secret key = {NULL};
        BUF_AUTO Buf file = {0}, stream = {0};

        assert_ok(secret_new_random(&key));
        random_file(lens[i], &file);
        write_stream(&key, &file, MOST, &stream);
        assert_true(stream_is_shaped(sealed_of(&stream)));
        for (size_t off = 1; off < stream.len; off *= 3) {
            assert_false(stream_len_fits(stream.len + off));
            assert_false(stream_len_fits(stream.len - off));
        }
        stream.ptr[0]++;
        assert_false(stream_is_shaped(sealed_of(&stream)));
    }
    assert_false(stream_len_fits(0));
    assert_false(stream_len_fits(UINT64_MAX));
    (void)state;
}

static void long_stream(const Secret *key, Buf *ret_file, Buf *ret_stream)
{
    random_file(200000, ret_file);
    write_stream(key, ret_file, MOST, ret_stream);
    assert_int_equal(ret_stream->len, STREAM_HEAD + 4 * STREAM_CHUNK_SEALED);
}

static void damage_is_found(void **state)
{
    SECRET_AUTO Secret key = {NULL};
    BUF_AUTO Buf file = {0};
    BUF_AUTO Buf stream = {0};

    (void)state;
    random_secret(&key);
    random_file(10, &file);
    write_stream(&key, &file, MOST, &stream);
    for (size_t i = 0; i < stream.len; i += i < 300 || i + 300 > stream.len ? 1 : 251) {
        stream.ptr[i] ^= 0x20;
        assert_stream_shut(&key, sealed_of(&stream));
        stream.ptr[i] ^= 0x20;
    }
    for (size_t len = 0; len < stream.len; len += len < 100 || len + 300 > stream.len ? 1 : 257)
        assert_stream_shut(&key, (Sealed){stream.ptr, len});
    buf_add_u8(&stream, 0);
    assert_stream_shut(&key, sealed_of(&stream));
}

static void damage_in_any_chunk_is_found(void **state)
{
    SECRET_AUTO Secret key = {NULL};
    BUF_AUTO Buf file = {0};
    BUF_AUTO Buf stream = {0};
    BUF_AUTO Buf out = {0};

    (void)state;
    random_secret(&key);
    long_stream(&key, &file, &stream);
    for (size_t i = 0; i < stream.len; i += 7919) {
        stream.ptr[i] ^= 0x80;
        assert_stream_shut(&key, sealed_of(&stream));
        stream.ptr[i] ^= 0x80;
    }
    buf_init(&out, MOST);
    assert_ok(read_stream(&key, sealed_of(&stream), MOST, &out));
}

static void chunks_keep_their_order(void **state)
{
    SECRET_AUTO Secret key = {NULL};
    BUF_AUTO Buf file = {0};
    BUF_AUTO Buf stream = {0};

    (void)state;
    random_secret(&key);
    long_stream(&key, &file, &stream);
    for (size_t n = 0; n < 4; n++) /* cut at each chunk */
        assert_stream_shut(&key, (Sealed){stream.ptr, STREAM_HEAD + n * STREAM_CHUNK_SEALED});
    for (size_t a = 0; a < 4; a++) { /* swapped, repeated */
        for (size_t b = 0; b < 4; b++) {
            if (a == b)
                continue;
            BUF_AUTO Buf other = {0};
            uint8_t *at_a, *at_b;
            buf_init(&other, 2 * MOST);
            buf_add(&other, stream.ptr, stream.len);
            at_a = other.ptr + STREAM_HEAD + a * STREAM_CHUNK_SEALED;
            at_b = other.ptr + STREAM_HEAD + b * STREAM_CHUNK_SEALED;
            memcpy(at_a, at_b, STREAM_CHUNK_SEALED);
            assert_stream_shut(&key, sealed_of(&other));
            memcpy(at_b, stream.ptr + (at_a - other.ptr), STREAM_CHUNK_SEALED);
            assert_stream_shut(&key, sealed_of(&other));
        }
    }
    for (size_t n = 0; n < 4; n++) { /* dropped */
        BUF_AUTO Buf other = {0};
        size_t at = STREAM_HEAD + n * STREAM_CHUNK_SEALED;

        buf_init(&other, 2 * MOST);
        buf_add(&other, stream.ptr, at);
        buf_add(&other, stream.ptr + at + STREAM_CHUNK_SEALED,
                stream.len - at - STREAM_CHUNK_SEALED);
        assert_stream_shut(&key, sealed_of(&other));
    }
}

static void complete_only_with_the_final_tag(void **state)
{
    SECRET_AUTO Secret key = {NULL};
    BUF_AUTO Buf file = {0};
    BUF_AUTO Buf stream = {0};
    BUF_AUTO Buf out = {0};
    StreamReader *r = NULL;

    (void)state;
    random_secret(&key);
    long_stream(&key, &file, &stream);
    buf_init(&out, MOST);
    assert_ok(stream_reader_new(&r, &key, opened_into_buf, &out));
    assert_ok(stream_reader_add(r, (Sealed){stream.ptr, stream.len - STREAM_CHUNK_SEALED}));
    assert_true(str_eq(stream_reader_name(r), name)); /* good so far, but not whole */
    assert_int_equal(stream_reader_end(r), 1);
    r = stream_reader_free(r);
}

static void other_keys_fail(void **state)
{
    SECRET_AUTO Secret key = {NULL};
    SECRET_AUTO Secret other = {NULL};
    BUF_AUTO Buf file = {0};
    BUF_AUTO Buf stream = {0};

    (void)state;
    random_secret(&key);
    random_secret(&other);
    random_file(100, &file);
    write_stream(&key, &file, MOST, &stream);
    assert_stream_shut(&other, sealed_of(&stream));
}

static void announced_size_is_kept(void **state)
{
    SECRET_AUTO Secret key = {NULL};
    BUF_AUTO Buf out = {0};
    StreamWriter *w = NULL;
    static const uint8_t bytes[11] = {0};

    (void)state;
    random_secret(&key);
    buf_init(&out, MOST);
    assert_ok(stream_writer_new(&w, &key, name, type, 10, into_buf, &out));
    assert_ok(stream_writer_add(w, (Plain){bytes, 9}));
    assert_int_equal(stream_writer_end(w), -EINVAL);
    assert_int_equal(stream_writer_add(w, (Plain){bytes, 1}), -EINVAL);
    w = stream_writer_free(w);
    assert_int_equal(out.len, STREAM_HEAD); /* never a final tag */
    assert_ok(stream_writer_new(&w, &key, name, type, 10, into_buf, &out));
    assert_int_equal(stream_writer_add(w, (Plain){bytes, 11}), -EINVAL);
    assert_int_equal(stream_writer_end(w), -EINVAL);
    w = stream_writer_free(w);
    assert_null(stream_writer_free(NULL));
    assert_null(stream_reader_free(NULL));
}

static void names_have_limits(void **state)
{
    char long_name[STREAM_NAME_MAX + 1];
    SECRET_AUTO Secret key = {NULL};
    BUF_AUTO Buf out = {0};
    StreamWriter *w = NULL;

    (void)state;
    random_secret(&key);
    buf_init(&out, MOST);
    memset(long_name, 'n', sizeof(long_name));
    assert_int_equal(
        stream_writer_new(&w, &key, (Str){long_name, sizeof(long_name)}, type, 1, into_buf, &out),
        -EMSGSIZE);
    assert_int_equal(
        stream_writer_new(&w, &key, name, (Str){long_name, STREAM_TYPE_MAX + 1}, 1, into_buf, &out),
        -EMSGSIZE);
    assert_int_equal(
        stream_writer_new(&w, &key, name, type, (uint64_t)STREAM_SIZE_MAX + 1, into_buf, &out),
        -EMSGSIZE);
    assert_null(w);
    assert_int_equal(out.len, 0);
    assert_ok(stream_writer_new(&w, &key, (Str){long_name, STREAM_NAME_MAX},
                                (Str){long_name, STREAM_TYPE_MAX}, 0, into_buf, &out));
    assert_ok(stream_writer_end(w));
    w = stream_writer_free(w);
}

static int full(void *to, Sealed bytes)
{
    int *left = to;

    (void)bytes;
    return (*left)-- > 0 ? 0 : -ENOSPC;
}

/* The n-th call of the sink fails, n = 0.. until the stream is through. */
static void sink_errors_end_the_stream(void **state)
{
    SECRET_AUTO Secret key = {NULL};
    BUF_AUTO Buf file = {0};
    int r = -1;

    (void)state;
    random_secret(&key);
    random_file(200000, &file);
    for (int n = 0; n < 10 && r; n++) {
        StreamWriter *w = NULL;
        int left = n;

        r = stream_writer_new(&w, &key, name, type, file.len, full, &left);
        if (!r)
            r = stream_writer_add(w, plain_of(&file));
        if (!r)
            r = stream_writer_end(w);
        assert_int_equal(r, n < 5 ? -ENOSPC : 0);
        if (r && w)
            assert_int_equal(stream_writer_end(w), -ENOSPC);
        w = stream_writer_free(w);
    }
    assert_ok(r);
}

static int reader_full(void *to, Plain bytes)
{
    return full(to, (Sealed){bytes.ptr, bytes.len});
}

static void opened_errors_end_the_stream(void **state)
{
    SECRET_AUTO Secret key = {NULL};
    BUF_AUTO Buf file = {0};
    BUF_AUTO Buf stream = {0};
    StreamReader *r = NULL;
    int left = 1;

    (void)state;
    random_secret(&key);
    long_stream(&key, &file, &stream);
    assert_ok(stream_reader_new(&r, &key, reader_full, &left));
    assert_int_equal(stream_reader_add(r, sealed_of(&stream)), -ENOSPC);
    assert_int_equal(stream_reader_end(r), 1);
    r = stream_reader_free(r);
}

static void again(const Secret *key, const StreamPlan *plan, const Buf *file, Buf *ret)
{
    StreamWriter *w = NULL;

    buf_init(ret, 2 * MOST);
    assert_ok(stream_writer_again(&w, key, plan, into_buf, ret));
    assert_ok(stream_writer_add(w, (Plain){file->ptr, file->len}));
    assert_ok(stream_writer_end(w));
    w = stream_writer_free(w);
}

/* A transfer that broke goes on with the same bytes; another beginning gives others. */
static void the_same_plan_seals_alike(void **state)
{
    SECRET_AUTO Secret key = {NULL};
    BUF_AUTO Buf file = {0};
    BUF_AUTO Buf first = {0};
    BUF_AUTO Buf second = {0};
    BUF_AUTO Buf other = {0};
    BUF_AUTO Buf out = {0};
    StreamPlan plan = {.name = name, .type = type, .size = 150000};

    (void)state;
    random_secret(&key);
    random_file(plan.size, &file);
    bytes_random(plan.start.b, sizeof(plan.start.b));
    again(&key, &plan, &file, &first);
    again(&key, &plan, &file, &second);
    assert_true(str_eq(buf_str(&first), buf_str(&second)));
    buf_init(&out, MOST);
    assert_int_equal(read_stream(&key, sealed_of(&first), 4096, &out), 0);
    assert_true(str_eq(buf_str(&out), buf_str(&file)));
    plan.start.b[23] ^= 1;
    again(&key, &plan, &file, &other);
    assert_int_equal(other.len, first.len);
    assert_memory_not_equal(other.ptr + STREAM_HEAD, first.ptr + STREAM_HEAD, STREAM_CHUNK);
}

static void lengths_are_known_before(void **state)
{
    static const size_t sizes[] = {0,      1,      65496,  65497,  65498,  98264,  98265,
                                   98266,  131000, 131033, 131034, 200000, 500000, 786393};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        SECRET_AUTO Secret key = {NULL};
        BUF_AUTO Buf file = {0};
        BUF_AUTO Buf stream = {0};
        uint64_t expected = stream_sealed_len(sizes[i], name.len, type.len);
        random_secret(&key);
        random_file(sizes[i], &file);
        write_stream(&key, &file, 10000, &stream);
        assert_int_equal(stream.len, expected);
        assert_true(stream_len_fits(expected));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_plan_seals_alike),
        cmocka_unit_test(lengths_are_known_before),
        cmocka_unit_test(round_trips),
        cmocka_unit_test(sizes_come_in_buckets),
        cmocka_unit_test(shape_is_seen_without_a_key),
        cmocka_unit_test(damage_is_found),
        cmocka_unit_test(damage_in_any_chunk_is_found),
        cmocka_unit_test(chunks_keep_their_order),
        cmocka_unit_test(complete_only_with_the_final_tag),
        cmocka_unit_test(other_keys_fail),
        cmocka_unit_test(announced_size_is_kept),
        cmocka_unit_test(names_have_limits),
        cmocka_unit_test(sink_errors_end_the_stream),
        cmocka_unit_test(opened_errors_end_the_stream),
    };

    return cmocka_run_group_tests_name("stream", tests, start_crypto, NULL);
}
