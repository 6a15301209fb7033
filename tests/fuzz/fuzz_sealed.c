/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as something sealed: they open for nobody, and what is left of a broken try is nothing.
 * The first byte says as what; the second, of a text that is sealed here and then damaged, where.
 */
#include "crypto/custody.h"
#include "crypto/stream.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static const SealContext context = {.tenant = {"ban", 3},
                                    .workflow = {"corruption", 10},
                                    .case_id = 7,
                                    .class = 1,
                                    .epoch = 1,
                                    .kind = 2,
                                    .seq = 3};

static void key_of(Secret *ret)
{
    static const uint8_t threes[SECRET_LEN] = {3};

    hold(secret_new_copy(ret, threes) == 0);
}

static void pair_of(BoxPair *ret)
{
    SECRET_AUTO Secret seed = {NULL};

    key_of(&seed);
    hold(box_pair_from_seed(ret, &seed) == 0);
}

static void as_seal(const uint8_t *data, size_t size)
{
    BOX_PAIR_AUTO BoxPair pair = {0};
    SECRET_AUTO Secret secret = {NULL};
    uint8_t seal[SEAL_LEN] = {0};

    pair_of(&pair);
    memcpy(seal, data, size < SEAL_LEN ? size : SEAL_LEN);
    hold(seal_open(&pair, &context, seal, &secret) == 1 && !secret.b);
}

static void as_record(const uint8_t *data, size_t size)
{
    BOX_PAIR_AUTO BoxPair pair = {0};
    BUF_AUTO Buf out = {0};
    const Sealed record = {data, size};

    pair_of(&pair);
    buf_init(&out, RECORD_TEXT_MAX);
    (void)record_is_shaped(record);
    hold(record_open(&pair, &context, record, &out) == 1 && out.len == 0);
}

static void as_identity(const uint8_t *data, size_t size)
{
    SECRET_AUTO Secret key = {NULL};
    BUF_AUTO Buf out = {0};
    uint8_t blob[IDENTITY_BLOB_LEN] = {0};

    key_of(&key);
    memcpy(blob, data, size < sizeof(blob) ? size : sizeof(blob));
    buf_init(&out, RECORD_TEXT_MAX);
    hold(identity_open(&key, &context, blob, &out) == 1 && out.len == 0);
}

static int nothing_comes_out(void *to, Plain bytes)
{
    (void)to;
    (void)bytes;
    abort();
}

static void as_stream(const uint8_t *data, size_t size)
{
    SECRET_AUTO Secret key = {NULL};
    StreamReader *reader = NULL;
    size_t half = size / 2;

    key_of(&key);
    hold(stream_reader_new(&reader, &key, nothing_comes_out, NULL) == 0);
    int r = stream_reader_add(reader, (Sealed){data, half});
    r = r ? r : stream_reader_add(reader, (Sealed){data + half, size - half});
    hold(r == 0 || r == 1);
    hold(stream_reader_end(reader) == 1);
    stream_reader_free(reader);
}

/* A record of the text opens as the text, and with one bit turned not at all. */
static void as_text(const uint8_t *data, size_t size)
{
    BOX_PAIR_AUTO BoxPair pair = {0};
    EPHEMERAL_AUTO Ephemeral ephemeral = {0};
    BUF_AUTO Buf record = {0};
    BUF_AUTO Buf out = {0};

    buf_init(&record, 2 * RECORD_TEXT_MAX);
    buf_init(&out, RECORD_TEXT_MAX);
    if (size < 2)
        return;
    pair_of(&pair);
    pair_of(&ephemeral.pair);
    hold(record_seal(&ephemeral, &pair.public, &context, (Plain){data, size}, &record) == 0);
    hold(record_is_shaped(sealed_of(&record)));
    hold(record_open(&pair, &context, sealed_of(&record), &out) == 0);
    hold(str_eq(buf_str(&out), (Str){(const char *)data, size}));
    buf_reset(&out);
    record.ptr[(data[0] | (size_t)data[1] << 8) % record.len] ^= 1;
    hold(record_open(&pair, &context, sealed_of(&record), &out) == 1 && out.len == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const ways[])(const uint8_t *, size_t) = {as_seal, as_record, as_identity,
                                                            as_stream, as_text};

    hold(crypto_start() == 0);
    if (size > 0 && size <= RECORD_TEXT_MAX)
        ways[data[0] % (sizeof(ways) / sizeof(ways[0]))](data + 1, size - 1);
    return 0;
}
