/* SPDX-License-Identifier: Apache-2.0 */
/* Attachments: crypto_secretstream in 64 KiB chunks under a key of their own. Inside the first
 * chunk come name and type, so the file on disk tells only its size bucket. Complete only when
 * TAG_FINAL meets the end of the bytes.
 *   u8 version=1 | secretstream header(24) | chunks of 65536+17 bytes, the last one 32768+17 in
 *   every second bucket
 * Plain stream: u16 name length | name | u16 type length | type | u64 size | bytes | zeros up to
 * the bucket (64 KiB, then powers of two with halves between, as records). All chunks but the last
 * carry TAG_MESSAGE; their number follows from the first chunk. */
#pragma once

#include "crypto/secret.h"

enum { STREAM_CHUNK = 65536, STREAM_CHUNK_SEALED = STREAM_CHUNK + 17, STREAM_HEAD = 25 };
enum { STREAM_NAME_MAX = 1024, STREAM_TYPE_MAX = 255, STREAM_SIZE_MAX = 1 << 30 /* bytes */ };

typedef struct StreamWriter StreamWriter;
typedef struct StreamReader StreamReader;

/* Called with sealed bytes in order; returns 0 or a fatal error that ends the stream. */
typedef int (*StreamSink)(void *to, Sealed bytes);
/* Called with opened bytes in order. */
typedef int (*StreamOpened)(void *to, Plain bytes);

/* 0; -EMSGSIZE when name, type or size is over its maximum; -ENOMEM; the sink's error. */
int stream_writer_new(StreamWriter **ret, const Secret *key, Str name, Str type, uint64_t size,
                      StreamSink sink, void *to);
/* What a stream is of, and where its nonces begin (the first 24 bytes of a hash). */
typedef struct StreamPlan {
    Str name, type;
    uint64_t size;
    Hash start;
} StreamPlan;
/* The same with a given beginning: one key, one plan and one file give the same sealed bytes again,
 * so that a broken transfer can go on. Never for another file: key and start must be derived from
 * the file's own bytes, or two files would share a key stream. */
int stream_writer_again(StreamWriter **ret, const Secret *key, const StreamPlan *plan,
                        StreamSink sink, void *to);
/* The bytes of the file, in any portions. 0; -EINVAL when more came than announced; the sink's
 * error. After a failure every further call fails the same way. */
int stream_writer_add(StreamWriter *w, Plain bytes);
/* Pads, marks the end, flushes. 0; -EINVAL when fewer or more bytes came than announced. */
int stream_writer_end(StreamWriter *w);
StreamWriter *stream_writer_free(StreamWriter *w);

int stream_reader_new(StreamReader **ret, const Secret *key, StreamOpened opened, void *to);
/* Sealed bytes in any portions. 0; 1: damaged or not under this key; opened's error. What was
 * handed on before is authentic, but only stream_reader_end tells that it is the whole file. */
int stream_reader_add(StreamReader *r, Sealed bytes);
/* 0; 1: cut off before its final tag. */
int stream_reader_end(StreamReader *r);
/* Valid once the first chunk is through; empty before. */
Str stream_reader_name(const StreamReader *r);
Str stream_reader_type(const StreamReader *r);
StreamReader *stream_reader_free(StreamReader *r);

/* Sealed bytes of a whole stream; name, type and size are within their maxima. */
uint64_t stream_sealed_len(uint64_t size, size_t name_len, size_t type_len);
/* Whether a whole stream can be so long: anyone may ask, without a key. */
bool stream_len_fits(uint64_t sealed_len);
/* The same of bytes, with the version they begin with. */
bool stream_is_shaped(Sealed stream);
