/* SPDX-License-Identifier: Apache-2.0 */
/* Attachments that somebody with the key has sealed by a program of their own: one form is read,
 * and nothing lies in its padding, behind its end or in its lengths. */
#include "tests/unit/crypto_help.h"

#include "crypto/stream.h"
#include <sodium.h>
#include <string.h>

enum { ABYTES = STREAM_CHUNK_SEALED - STREAM_CHUNK, CHUNKS_MAX = 4 };

typedef struct Forged {
    uint64_t size;               /* said, and given if it fits */
    uint16_t name_len, type_len; /* said; 3 and 4 are true */
    uint8_t pad_all, pad_last;   /* what stands in the padding */
    uint8_t tag[CHUNKS_MAX];     /* 1 + tag; 0: the right one */
} Forged;

static uint8_t plain[CHUNKS_MAX * STREAM_CHUNK];

static size_t put(uint8_t *at, uint64_t v, unsigned width)
{
    for (unsigned i = 0; i < width; i++)
        at[i] = (uint8_t)(v >> (8 * (width - 1 - i)));
    return width;
}

/* Returns how many bytes the stream holds, padding included. */
static size_t plain_make(const Forged *f)
{
    size_t n = put(plain, f->name_len, 2);
    uint64_t sealed = stream_sealed_len(f->size > STREAM_SIZE_MAX ? 10 : f->size, 3, 4);
    size_t chunks =
        (size_t)((sealed - STREAM_HEAD + STREAM_CHUNK_SEALED - 1) / STREAM_CHUNK_SEALED);
    size_t padded = (size_t)(sealed - STREAM_HEAD) - chunks * ABYTES;

    assert_in_range(chunks, 1, CHUNKS_MAX);
    memset(plain + n, 'n', 3);
    n += 3;
    n += put(plain + n, f->type_len, 2);
    memset(plain + n, 't', 4);
    n += 4;
    n += put(plain + n, f->size, 8);
    size_t file = f->size > STREAM_SIZE_MAX ? 10 : (size_t)f->size;
    memset(plain + n, 'f', file);
    n += file;
    memset(plain + n, f->pad_all, padded - n);
    plain[padded - 1] |= f->pad_last;
    return padded;
}

static void sealed_make(const Secret *key, const Forged *f, Buf *out)
{
    crypto_secretstream_xchacha20poly1305_state state;
    static uint8_t chunk[STREAM_CHUNK_SEALED];
    uint8_t head[STREAM_HEAD] = {1};
    size_t len = plain_make(f);

    buf_init(out, 1 << 20);
    assert_int_equal(crypto_secretstream_xchacha20poly1305_init_push(&state, head + 1, key->b), 0);
    buf_add(out, head, sizeof(head));
    for (size_t at = 0, i = 0; at < len; at += STREAM_CHUNK, i++) {
        size_t n = len - at < STREAM_CHUNK ? len - at : STREAM_CHUNK;
        uint8_t tag = at + n == len ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                    : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
        unsigned long long made;
        if (f->tag[i])
            tag = (uint8_t)(f->tag[i] - 1);
        assert_int_equal(crypto_secretstream_xchacha20poly1305_push(&state, chunk, &made,
                                                                    plain + at, n, NULL, 0, tag),
                         0);
        buf_add(out, chunk, (size_t)made);
    }
    assert_int_equal(out->err, 0);
}

static int count(void *to, Plain bytes)
{
    *(size_t *)to += bytes.len;
    return 0;
}

static int reads(const Forged *f)
{
    SECRET_AUTO Secret key = {NULL};
    BUF_AUTO Buf sealed = {0};
    StreamReader *r = NULL;
    size_t got = 0;

    assert_ok(secret_new_random(&key));
    sealed_make(&key, f, &sealed);
    assert_ok(stream_reader_new(&r, &key, count, &got));
    int answer = stream_reader_add(r, sealed_of(&sealed));
    answer = answer ? answer : stream_reader_end(r);
    if (!answer)
        assert_int_equal(got, f->size);
    assert_null(stream_reader_free(r));
    return answer;
}

#define SMALL  .size = 10, .name_len = 3, .type_len = 4
#define LARGE  .size = 70000, .name_len = 3, .type_len = 4
#define TAG(t) (1 + crypto_secretstream_xchacha20poly1305_TAG_##t)

static void what_is_made_so_is_read(void **state)
{
    (void)state;
    assert_int_equal(reads(&(const Forged){SMALL}), 0);
    assert_int_equal(reads(&(const Forged){LARGE}), 0);
}

static void each_chunk_has_its_tag(void **state)
{
    static const Forged forged[] = {
        {SMALL, .tag = {TAG(MESSAGE)}},    {SMALL, .tag = {TAG(PUSH)}},
        {SMALL, .tag = {TAG(REKEY)}},      {LARGE, .tag = {TAG(FINAL)}},
        {LARGE, .tag = {TAG(PUSH)}},       {LARGE, .tag = {TAG(REKEY)}},
        {LARGE, .tag = {0, TAG(MESSAGE)}}, {LARGE, .tag = {0, TAG(PUSH)}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(forged) / sizeof(forged[0]); i++)
        assert_int_equal(reads(&forged[i]), 1);
}

static void nothing_lies_in_the_padding(void **state)
{
    (void)state;
    assert_int_equal(reads(&(const Forged){SMALL, .pad_all = 1}), 1);
    assert_int_equal(reads(&(const Forged){SMALL, .pad_last = 1}), 1);
    assert_int_equal(reads(&(const Forged){LARGE, .pad_all = 0xff}), 1);
    assert_int_equal(reads(&(const Forged){LARGE, .pad_last = 0x80}), 1);
}

static void lengths_have_their_bounds(void **state)
{
    (void)state;
    assert_int_equal(
        reads(&(const Forged){.size = 10, .name_len = STREAM_NAME_MAX + 1, .type_len = 4}), 1);
    assert_int_equal(
        reads(&(const Forged){.size = 10, .name_len = 3, .type_len = STREAM_TYPE_MAX + 1}), 1);
    assert_int_equal(
        reads(&(const Forged){.size = STREAM_SIZE_MAX + 1ull, .name_len = 3, .type_len = 4}), 1);
    assert_int_equal(reads(&(const Forged){.size = UINT64_MAX, .name_len = 3, .type_len = 4}), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_made_so_is_read),
        cmocka_unit_test(each_chunk_has_its_tag),
        cmocka_unit_test(nothing_lies_in_the_padding),
        cmocka_unit_test(lengths_have_their_bounds),
    };
    assert_ok(crypto_start());
    return cmocka_run_group_tests_name("stream, forged", tests, NULL, NULL);
}
