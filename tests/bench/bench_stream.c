/* SPDX-License-Identifier: Apache-2.0 */
/* bench_stream [MB]: attachments against bare crypto_secretstream with the same chunks, in turns so
 * that a busy machine hits both alike. Prints lines of the form "name value unit":
 *   attach_seal, stream_push   a file that fills so many MB sealed portion by portion; the library
 *                              alone
 *   attach_open, stream_pull   the same opened
 *   attach_send                sealed as the command line does it: a fingerprint first, and what is
 *                              sealed gathered into parts
 * Units are MB a second of processor time. Padding, up to half of a file, is not in it: the file
 * fills its size class. */
#include "crypto/fingerprint.h"
#include "crypto/stream.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    PORTION = 256 << 10,
    PART = 2 << 20,
    ROUNDS = 5,
    MB = 1 << 20,
    ABOUT = 4096 /* name, type and lengths */
};

static uint8_t portion[PORTION], chunk[STREAM_CHUNK], sealed[STREAM_CHUNK_SEALED];
static size_t megabytes = 64;

static void need(int r)
{
    if (r) {
        fprintf(stderr, "bench_stream: %d\n", r);
        exit(1);
    }
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int forget(void *to, Sealed bytes)
{
    *(size_t *)to += bytes.len;
    return 0;
}

static int keep(void *to, Sealed bytes)
{
    buf_add(to, bytes.ptr, bytes.len);
    return ((Buf *)to)->err;
}

static int gather(void *to, Sealed bytes)
{
    Buf *part = to;

    if (part->len + bytes.len > PART)
        buf_reset(part);
    return keep(to, bytes);
}

static int opened(void *to, Plain bytes)
{
    *(size_t *)to += bytes.len;
    return 0;
}

static void seal(const Secret *key, StreamSink sink, void *to)
{
    StreamWriter *w = NULL;

    need(stream_writer_new(&w, key, STR("a.mp4"), STR("video/mp4"), megabytes * MB - ABOUT, sink,
                           to));
    for (size_t i = 1; i < megabytes * MB / PORTION; i++)
        need(stream_writer_add(w, (Plain){portion, PORTION}));
    need(stream_writer_add(w, (Plain){portion, PORTION - ABOUT}));
    need(stream_writer_end(w));
    stream_writer_free(w);
}

static void attach_seal(const Secret *key, const Buf *stream)
{
    size_t len = 0;

    (void)stream;
    seal(key, forget, &len);
}

static void attach_send(const Secret *key, const Buf *stream)
{
    BUF_AUTO Buf part = {0};
    Fingerprinter f;

    (void)stream;
    buf_init(&part, PART);
    fingerprint_begin(&f, key);
    for (size_t i = 0; i < megabytes * MB / PORTION; i++)
        fingerprint_add(&f, (Str){(const char *)portion, PORTION});
    (void)fingerprint_end(&f);
    seal(key, gather, &part);
}

static void attach_open(const Secret *key, const Buf *stream)
{
    StreamReader *r = NULL;
    size_t len = 0;

    need(stream_reader_new(&r, key, opened, &len));
    for (size_t at = 0; at < stream->len; at += PORTION) {
        size_t left = stream->len - at;
        need(stream_reader_add(r, (Sealed){stream->ptr + at, left < PORTION ? left : PORTION}));
    }
    need(stream_reader_end(r));
    need(len != megabytes * MB - ABOUT);
    stream_reader_free(r);
}

static void stream_push(const Secret *key, const Buf *stream)
{
    crypto_secretstream_xchacha20poly1305_state s;
    uint8_t head[STREAM_HEAD];

    (void)stream;
    crypto_secretstream_xchacha20poly1305_init_push(&s, head, key->b);
    for (size_t i = 0; i < megabytes * MB / STREAM_CHUNK; i++)
        crypto_secretstream_xchacha20poly1305_push(&s, sealed, NULL, chunk, STREAM_CHUNK, NULL, 0,
                                                   0);
}

static void stream_pull(const Secret *key, const Buf *stream)
{
    crypto_secretstream_xchacha20poly1305_state s;
    uint8_t tag;

    need(crypto_secretstream_xchacha20poly1305_init_pull(&s, stream->ptr + 1, key->b));
    for (size_t i = 0; i < megabytes * MB / STREAM_CHUNK; i++)
        need(crypto_secretstream_xchacha20poly1305_pull(
            &s, chunk, NULL, &tag, stream->ptr + STREAM_HEAD + i * STREAM_CHUNK_SEALED,
            STREAM_CHUNK_SEALED, NULL, 0));
}

static int order(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(const Secret *key, const Buf *stream);
    } rows[] = {{"attach_seal", attach_seal},
                {"attach_send", attach_send},
                {"stream_push", stream_push},
                {"attach_open", attach_open},
                {"stream_pull", stream_pull}};
    enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
    static double took[ROWS][ROUNDS];
    SECRET_AUTO Secret key = {NULL};
    BUF_AUTO Buf stream = {0};

    need(crypto_start());
    if (argc > 1)
        megabytes = strtoul(argv[1], NULL, 10);
    need(secret_new_random(&key));
    bytes_random(portion, sizeof(portion));
    buf_init(&stream, 3 * megabytes * MB);
    seal(&key, keep, &stream);
    for (size_t round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < ROWS; i++) {
            double begin = now();
            rows[i].run(&key, &stream);
            took[i][round] = now() - begin;
        }
    }
    for (size_t i = 0; i < ROWS; i++) {
        qsort(took[i], ROUNDS, sizeof(double), order);
        printf("%s %.6g MB/s\n", rows[i].name, (double)megabytes / took[i][ROUNDS / 2]);
    }
    return 0;
}
