/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/stream.h"

#include "base/err.h"
#include "crypto/inner.h"
#include <errno.h>
#include <string.h>

enum { VERSION = 1, LENGTHS = 2 + 2 + 8, ABYTES = crypto_secretstream_xchacha20poly1305_ABYTES };

_Static_assert(STREAM_CHUNK_SEALED == STREAM_CHUNK + ABYTES, "chunk");
_Static_assert(STREAM_HEAD == 1 + crypto_secretstream_xchacha20poly1305_HEADERBYTES, "head");
_Static_assert(LENGTHS + STREAM_NAME_MAX + STREAM_TYPE_MAX <= STREAM_CHUNK, "one chunk");

/* Both ends live in guarded memory: they hold the key's state and a chunk in the clear. */
struct StreamWriter {
    crypto_secretstream_xchacha20poly1305_state state;
    StreamSink sink;
    void *to;
    uint64_t file_left;   /* announced bytes that have not come */
    uint64_t stream_left; /* plain bytes, padding included, that are not yet sealed */
    int failed;           /* the fatal error that ended the stream */
    size_t held;
    uint8_t plain[STREAM_CHUNK];
    uint8_t sealed[STREAM_CHUNK_SEALED];
};

typedef enum ReaderPhase { AT_HEAD, AT_FIRST, IN_BODY, AT_END, BROKEN } ReaderPhase;

struct StreamReader {
    crypto_secretstream_xchacha20poly1305_state state;
    Secret key;
    StreamOpened opened;
    void *to;
    uint64_t file_left;   /* bytes of the file not yet handed on */
    uint64_t stream_left; /* plain bytes, padding included, not yet opened; from the first chunk */
    ReaderPhase phase;
    size_t held;
    size_t name_len, type_len;
    char name[STREAM_NAME_MAX];
    char type[STREAM_TYPE_MAX];
    uint8_t plain[STREAM_CHUNK];
    uint8_t sealed[STREAM_CHUNK_SEALED];
};

static size_t smaller(uint64_t a, uint64_t b)
{
    return (size_t)(a < b ? a : b);
}

static void put_number(uint8_t *ret, uint64_t v, unsigned width)
{
    for (unsigned i = 0; i < width; i++)
        ret[i] = (uint8_t)(v >> (8 * (width - 1 - i)));
}

static uint64_t get_number(const uint8_t *at, unsigned width)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < width; i++)
        v = v << 8 | at[i];
    return v;
}

/* Plain bytes of a whole stream, padding included. */
static uint64_t stream_padded(uint64_t size, size_t name_len, size_t type_len)
{
    return size_bucket((size_t)size + name_len + type_len + LENGTHS, STREAM_CHUNK);
}

/* Seals what is held as one chunk, the final one when nothing is left. */
static int writer_flush(StreamWriter *w)
{
    unsigned long long len;

    w->stream_left -= w->held;
    crypto_secretstream_xchacha20poly1305_push(
        &w->state, w->sealed, &len, w->plain, w->held, NULL, 0,
        w->stream_left ? crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
                       : crypto_secretstream_xchacha20poly1305_TAG_FINAL);
    w->held = 0;
    w->failed = w->sink(w->to, (Sealed){w->sealed, (size_t)len});
    return w->failed ? err_trace(w->failed) : 0;
}

/* Bytes into the chunk; NULL is zeros. A full chunk goes out at once. */
static int writer_fill(StreamWriter *w, const uint8_t *ptr, uint64_t len)
{
    while (len) {
        size_t n = smaller(len, smaller(STREAM_CHUNK, w->stream_left) - w->held);

        if (ptr) {
            memcpy(w->plain + w->held, ptr, n);
            ptr += n;
        } else {
            memset(w->plain + w->held, 0, n);
        }
        w->held += n;
        len -= n;
        if (w->held == STREAM_CHUNK || w->held == w->stream_left)
            TRY(writer_flush(w));
    }
    return 0;
}

/* A writer's state is a reader's at the same place: that of a given beginning is made as a reader
 * makes it. */
static int writer_begin(StreamWriter *w, const Secret *key, const StreamPlan *plan)
{
    uint8_t head[STREAM_HEAD] = {VERSION}, number[8];

    memcpy(head + 1, plan->start.b, sizeof(head) - 1);
    if (crypto_secretstream_xchacha20poly1305_init_pull(&w->state, head + 1, key->b))
        return err_origin(-EIO);
    TRY(w->sink(w->to, (Sealed){head, sizeof(head)}));
    put_number(number, plan->name.len, 2);
    TRY(writer_fill(w, number, 2));
    TRY(writer_fill(w, (const uint8_t *)plan->name.ptr, plan->name.len));
    put_number(number, plan->type.len, 2);
    TRY(writer_fill(w, number, 2));
    TRY(writer_fill(w, (const uint8_t *)plan->type.ptr, plan->type.len));
    put_number(number, plan->size, 8);
    TRY(writer_fill(w, number, 8));
    return 0;
}

int stream_writer_new(StreamWriter **ret, const Secret *key, Str name, Str type, uint64_t size,
                      StreamSink sink, void *to)
{
    StreamPlan plan = {.name = name, .type = type, .size = size};

    bytes_random(plan.start.b, sizeof(plan.start.b));
    return stream_writer_again(ret, key, &plan, sink, to);
}

int stream_writer_again(StreamWriter **ret, const Secret *key, const StreamPlan *plan,
                        StreamSink sink, void *to)
{
    StreamWriter *w;
    int r;

    if (plan->name.len > STREAM_NAME_MAX || plan->type.len > STREAM_TYPE_MAX ||
        plan->size > STREAM_SIZE_MAX)
        return err_origin(-EMSGSIZE);
    w = (StreamWriter *)sodium_malloc(sizeof(*w));
    if (!w)
        return err_origin(-ENOMEM);
    w->sink = sink;
    w->to = to;
    w->file_left = plan->size;
    w->stream_left = stream_padded(plan->size, plan->name.len, plan->type.len);
    w->failed = 0;
    w->held = 0;
    r = writer_begin(w, key, plan);
    if (r) {
        stream_writer_free(w);
        return err_trace(r);
    }
    *ret = w;
    return 0;
}

int stream_writer_add(StreamWriter *w, Plain bytes)
{
    if (w->failed)
        return err_trace(w->failed);
    if (bytes.len > w->file_left) {
        w->failed = -EINVAL;
        return err_origin(w->failed);
    }
    w->file_left -= bytes.len;
    TRY(writer_fill(w, bytes.ptr, bytes.len));
    return 0;
}

int stream_writer_end(StreamWriter *w)
{
    if (w->failed)
        return err_trace(w->failed);
    if (w->file_left) {
        w->failed = -EINVAL;
        return err_origin(w->failed);
    }
    TRY(writer_fill(w, NULL, w->stream_left - w->held));
    return 0;
}

StreamWriter *stream_writer_free(StreamWriter *w)
{
    sodium_free(w);
    return NULL;
}

int stream_reader_new(StreamReader **ret, const Secret *key, StreamOpened opened, void *to)
{
    StreamReader *r = (StreamReader *)sodium_malloc(sizeof(*r));
    Secret copy = {NULL};

    if (!r)
        return err_origin(-ENOMEM);
    if (secret_new_copy(&copy, key->b)) {
        sodium_free(r);
        return err_origin(-ENOMEM);
    }
    sodium_memzero(r, sizeof(*r));
    r->key = copy;
    r->opened = opened;
    r->to = to;
    r->phase = AT_HEAD;
    *ret = r;
    return 0;
}

StreamReader *stream_reader_free(StreamReader *r)
{
    if (r)
        secret_finish(&r->key);
    sodium_free(r);
    return NULL;
}

/* The sealed bytes that make the next step possible. */
static size_t reader_wants(const StreamReader *r)
{
    if (r->phase == AT_HEAD)
        return STREAM_HEAD;
    if (r->phase == AT_FIRST)
        return STREAM_CHUNK_SEALED;
    return smaller(STREAM_CHUNK, r->stream_left) + ABYTES;
}

static int reader_head(StreamReader *r)
{
    if (r->sealed[0] != VERSION ||
        crypto_secretstream_xchacha20poly1305_init_pull(&r->state, r->sealed + 1, r->key.b))
        return 1;
    r->phase = AT_FIRST;
    return 0;
}

/* Reads name, type and size from the first chunk; ret is where the file begins in it. 0, 1. */
static int reader_announced(StreamReader *r, size_t *ret)
{
    const uint8_t *at = r->plain;
    size_t name_len = (size_t)get_number(at, 2), type_len;
    uint64_t size;

    if (name_len > STREAM_NAME_MAX)
        return 1;
    memcpy(r->name, at + 2, name_len);
    at += 2 + name_len;
    type_len = (size_t)get_number(at, 2);
    if (type_len > STREAM_TYPE_MAX)
        return 1;
    memcpy(r->type, at + 2, type_len);
    at += 2 + type_len;
    size = get_number(at, 8);
    if (size > STREAM_SIZE_MAX)
        return 1;
    r->name_len = name_len;
    r->type_len = type_len;
    r->file_left = size;
    r->stream_left = stream_padded(size, name_len, type_len);
    *ret = (size_t)(at + 8 - r->plain);
    return 0;
}

/* Of padding up to half the file; what it is not is no secret. */
static bool is_zero(const uint8_t *ptr, size_t len)
{
    return !len || (!ptr[0] && memcmp(ptr, ptr + 1, len - 1) == 0);
}

/* Opens the chunk that is held and hands its part of the file on. 0, 1, or opened's error. */
static int reader_chunk(StreamReader *r)
{
    size_t plain_len = r->held - ABYTES, start = 0, n;
    bool final;
    uint8_t tag;

    if (crypto_secretstream_xchacha20poly1305_pull(&r->state, r->plain, NULL, &tag, r->sealed,
                                                   r->held, NULL, 0))
        return 1;
    if (r->phase == AT_FIRST && reader_announced(r, &start))
        return 1;
    r->phase = IN_BODY;
    r->stream_left -= plain_len;
    final = r->stream_left == 0;
    if (tag != (final ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                      : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE))
        return 1;
    n = smaller(r->file_left, plain_len - start);
    if (!is_zero(r->plain + start + n, plain_len - start - n))
        return 1;
    r->file_left -= n;
    if (n)
        TRY(r->opened(r->to, (Plain){r->plain + start, n}));
    if (final)
        r->phase = AT_END;
    return 0;
}

/* After damage nothing of the stream is left in memory. */
static int reader_break(StreamReader *r, int answer)
{
    r->phase = BROKEN;
    r->name_len = r->type_len = 0;
    sodium_memzero(&r->state, sizeof(r->state));
    sodium_memzero(r->name, sizeof(r->name));
    sodium_memzero(r->type, sizeof(r->type));
    sodium_memzero(r->plain, sizeof(r->plain));
    return answer;
}

int stream_reader_add(StreamReader *r, Sealed bytes)
{
    if (r->phase == BROKEN)
        return 1;
    while (bytes.len) {
        size_t wants, n;
        int answer;

        if (r->phase == AT_END)
            return reader_break(r, 1);
        wants = reader_wants(r);
        n = smaller(wants - r->held, bytes.len);
        memcpy(r->sealed + r->held, bytes.ptr, n);
        r->held += n;
        bytes.ptr += n;
        bytes.len -= n;
        if (r->held < wants)
            break;
        answer = r->phase == AT_HEAD ? reader_head(r) : reader_chunk(r);
        if (answer)
            return reader_break(r, err_trace(answer));
        r->held = 0;
        sodium_memzero(r->plain, sizeof(r->plain));
    }
    return 0;
}

int stream_reader_end(StreamReader *r)
{
    return r->phase == AT_END ? 0 : reader_break(r, 1);
}

Str stream_reader_name(const StreamReader *r)
{
    return (Str){r->name, r->name_len};
}

Str stream_reader_type(const StreamReader *r)
{
    return (Str){r->type, r->type_len};
}

uint64_t stream_sealed_len(uint64_t size, size_t name_len, size_t type_len)
{
    uint64_t padded = stream_padded(size, name_len, type_len);

    return STREAM_HEAD + padded + (padded + STREAM_CHUNK - 1) / STREAM_CHUNK * ABYTES;
}

bool stream_len_fits(uint64_t sealed_len)
{
    if (sealed_len < STREAM_HEAD || sealed_len > 2 * (uint64_t)STREAM_SIZE_MAX)
        return false;
    uint64_t body = sealed_len - STREAM_HEAD;
    uint64_t tags = (body + STREAM_CHUNK_SEALED - 1) / STREAM_CHUNK_SEALED * ABYTES;
    uint64_t padded = body > tags ? body - tags : 0;
    return padded && size_bucket((size_t)padded, STREAM_CHUNK) == padded;
}

bool stream_is_shaped(Sealed stream)
{
    return stream_len_fits(stream.len) && stream.ptr[0] == VERSION;
}
