/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/crypto_help.h"

#include <errno.h>

/* Two ends of a seal. */
typedef struct Ends {
    Ephemeral ephemeral;
    BoxPair to, stranger;
} Ends;

static void ends_finish(Ends *e)
{
    ephemeral_finish(&e->ephemeral);
    box_pair_finish(&e->to);
    box_pair_finish(&e->stranger);
}

#define ENDS_AUTO __attribute__((cleanup(ends_finish)))

static Ends ends_new(void)
{
    Ends e = {0};

    assert_ok(ephemeral_new(&e.ephemeral));
    assert_ok(box_pair_new(&e.to));
    assert_ok(box_pair_new(&e.stranger));
    return e;
}

static void assert_seal_shut(const BoxPair *as, const SealContext *place, const uint8_t *seal)
{
    Secret out = {NULL};

    assert_int_equal(seal_open(as, place, seal, &out), 1);
    assert_null(out.b);
}

static void seal_round_trip(void **state)
{
    ENDS_AUTO Ends e = ends_new();
    SECRET_AUTO Secret secret = {NULL};
    SECRET_AUTO Secret out = {NULL};
    uint8_t seal[SEAL_LEN];

    (void)state;
    random_secret(&secret);
    assert_ok(seal_secret(&e.ephemeral, &e.to.public, &a_place, &secret, seal));
    assert_ok(seal_open(&e.to, &a_place, seal, &out));
    assert_memory_equal(out.b, secret.b, SECRET_LEN);
    assert_seal_shut(&e.stranger, &a_place, seal);
    assert_seal_shut(&e.ephemeral.pair, &a_place, seal);
}

static void seal_fails_when_damaged_or_moved(void **state)
{
    ENDS_AUTO Ends e = ends_new();
    SECRET_AUTO Secret secret = {NULL};
    SealContext others[OTHER_PLACES];
    uint8_t seal[SEAL_LEN];

    (void)state;
    random_secret(&secret);
    assert_ok(seal_secret(&e.ephemeral, &e.to.public, &a_place, &secret, seal));
    for (size_t i = 0; i < SEAL_LEN; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            /* X25519 leaves the top bit of a public key out; the wrap key does not */
            seal[i] ^= (uint8_t)(1u << bit);
            assert_seal_shut(&e.to, &a_place, seal);
            seal[i] ^= (uint8_t)(1u << bit);
        }
    }
    other_places(&a_place, others);
    for (size_t i = 0; i < OTHER_PLACES; i++)
        assert_seal_shut(&e.to, &others[i], seal);
}

static void dummies_open_for_nobody(void **state)
{
    ENDS_AUTO Ends e = ends_new();
    uint8_t dummy[SEAL_LEN], again[SEAL_LEN];

    (void)state;
    seal_dummy(&e.ephemeral, dummy);
    seal_dummy(&e.ephemeral, again);
    assert_int_equal(dummy[0], 1);
    assert_memory_equal(dummy + 1, e.ephemeral.pair.public.b, 32);
    assert_memory_not_equal(dummy + 33, again + 33, 48);
    assert_seal_shut(&e.to, &a_place, dummy);
    assert_seal_shut(&e.ephemeral.pair, &a_place, dummy);
}

static void low_order_keys_are_refused(void **state)
{
    ENDS_AUTO Ends e = ends_new();
    SECRET_AUTO Secret secret = {NULL};
    BoxPublic zero = {{0}};
    uint8_t seal[SEAL_LEN] = {0xee};

    (void)state;
    random_secret(&secret);
    assert_int_equal(seal_secret(&e.ephemeral, &zero, &a_place, &secret, seal), -EINVAL);
    assert_int_equal(seal[0], 0xee);
    assert_ok(seal_secret(&e.ephemeral, &e.to.public, &a_place, &secret, seal));
    memset(seal + 1, 0, 32);
    assert_seal_shut(&e.to, &a_place, seal);
}

static void size_classes(void **state)
{
    static const size_t table[][2] = {
        {0, 256},
        {1, 256},
        {256, 256},
        {257, 384},
        {384, 384},
        {385, 512},
        {513, 768},
        {769, 1024},
        {1 << 19, 1 << 19},
        {(1 << 19) + 1, 3 << 18},
        {(3 << 18) + 1, 1 << 20},
        {1 << 20, 1 << 20},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++)
        assert_int_equal(record_padded(table[i][0]), table[i][1]);
    for (size_t len = 0; len < 5000; len++) {
        size_t padded = record_padded(len);

        assert_true(padded >= len && padded >= 256);
        assert_int_equal(record_padded(padded), padded);
        /* never more than half of the text is added */
        assert_true(len < 256 || padded * 2 <= len * 3);
    }
}

static void seal_text(Ends *e, size_t len, Buf *ret_text, Buf *ret_record)
{
    buf_init(ret_text, len + 1);
    buf_init(ret_record, RECORD_TEXT_MAX + RECORD_OVERHEAD);
    if (len)
        bytes_random(buf_room(ret_text, len), len);
    assert_ok(record_seal(&e->ephemeral, &e->to.public, &a_place, plain_of(ret_text), ret_record));
}

static void record_round_trips(void **state)
{
    static const size_t lengths[] = {0, 1, 255, 256, 257, 1000, 1536, 1537, RECORD_TEXT_MAX};
    ENDS_AUTO Ends e = ends_new();

    (void)state;
    for (size_t i = 0; i < COUNT(lengths); i++) {
        BUF_AUTO Buf text = {0};
        BUF_AUTO Buf record = {0};
        BUF_AUTO Buf out = {0};

        seal_text(&e, lengths[i], &text, &record);
        assert_int_equal(record.len, RECORD_OVERHEAD + record_padded(lengths[i]));
        assert_true(record_is_shaped(sealed_of(&record)));
        buf_init(&out, RECORD_TEXT_MAX + 16);
        buf_adds(&out, "before ");
        assert_ok(record_open(&e.to, &a_place, sealed_of(&record), &out));
        assert_int_equal(out.len, 7 + lengths[i]);
        assert_memory_equal(out.ptr, "before ", 7);
        if (lengths[i])
            assert_memory_equal(out.ptr + 7, text.ptr, lengths[i]);
    }
}

static void assert_record_shut(const BoxPair *as, const SealContext *place, Sealed record)
{
    BUF_AUTO Buf out = {0};

    buf_init(&out, 4096);
    buf_adds(&out, "before");
    assert_int_equal(record_open(as, place, record, &out), 1);
    assert_int_equal(out.err, 0);
    assert_int_equal(out.len, 6);
    assert_memory_equal(out.ptr, "before", 6);
}

static void record_fails_when_damaged(void **state)
{
    ENDS_AUTO Ends e = ends_new();
    BUF_AUTO Buf text = {0};
    BUF_AUTO Buf record = {0};

    (void)state;
    seal_text(&e, 300, &text, &record);
    for (size_t i = 0; i < record.len; i++) {
        record.ptr[i] ^= (uint8_t)(1u << (i % 8));
        assert_record_shut(&e.to, &a_place, sealed_of(&record));
        record.ptr[i] ^= (uint8_t)(1u << (i % 8));
    }
    for (size_t len = 0; len < record.len; len++)
        assert_record_shut(&e.to, &a_place, (Sealed){record.ptr, len});
    buf_add_u8(&record, 0);
    assert_record_shut(&e.to, &a_place, sealed_of(&record));
}

static void record_fails_when_moved(void **state)
{
    ENDS_AUTO Ends e = ends_new();
    BUF_AUTO Buf text = {0};
    BUF_AUTO Buf record = {0};
    SealContext others[OTHER_PLACES];

    (void)state;
    seal_text(&e, 20, &text, &record);
    other_places(&a_place, others);
    for (size_t i = 0; i < OTHER_PLACES; i++)
        assert_record_shut(&e.to, &others[i], sealed_of(&record));
    assert_record_shut(&e.stranger, &a_place, sealed_of(&record));
    assert_record_shut(&e.ephemeral.pair, &a_place, sealed_of(&record));
}

/* What an ephemeral remembers of those it has sealed to changes nothing: nobody else can open, and
 * more of them than it remembers are served too. */
static void one_ephemeral_serves_many(void **state)
{
    ENDS_AUTO Ends e = ends_new();
    SECRET_AUTO Secret secret = {NULL};

    (void)state;
    assert_ok(secret_new_random(&secret));
    for (unsigned i = 0; i < 2 * EPHEMERAL_KNOWN_MAX; i++) {
        BOX_PAIR_AUTO BoxPair to = {0};
        uint8_t seals[2][SEAL_LEN];

        assert_ok(box_pair_new(&to));
        for (unsigned k = 0; k < 2; k++) {
            SECRET_AUTO Secret out = {NULL};
            SealContext place = a_place;

            place.seq = k;
            assert_ok(seal_secret(&e.ephemeral, &to.public, &place, &secret, seals[k]));
            assert_ok(seal_open(&to, &place, seals[k], &out));
            assert_memory_equal(out.b, secret.b, SECRET_LEN);
            assert_seal_shut(&e.to, &place, seals[k]);
        }
        assert_memory_not_equal(seals[0] + 33, seals[1] + 33, SEAL_LEN - 33);
    }
    assert_int_equal(e.ephemeral.n_known, EPHEMERAL_KNOWN_MAX);
}

/* Seals and bodies of two records under one ephemeral do not mix, nor does a record's seal serve
 * as a bare one. */
static void record_parts_do_not_mix(void **state)
{
    ENDS_AUTO Ends e = ends_new();
    BUF_AUTO Buf text1 = {0};
    BUF_AUTO Buf record1 = {0};
    BUF_AUTO Buf text2 = {0};
    BUF_AUTO Buf record2 = {0};
    uint8_t seal[SEAL_LEN];

    (void)state;
    seal_text(&e, 20, &text1, &record1);
    seal_text(&e, 20, &text2, &record2);
    assert_seal_shut(&e.to, &a_place, record1.ptr + 1);
    memcpy(seal, record1.ptr + 1, SEAL_LEN);
    memcpy(record2.ptr + 1, seal, SEAL_LEN);
    assert_record_shut(&e.to, &a_place, sealed_of(&record2));
}

static void record_limits(void **state)
{
    ENDS_AUTO Ends e = ends_new();
    BUF_AUTO Buf text = {0};
    BUF_AUTO Buf record = {0};

    (void)state;
    buf_init(&text, RECORD_TEXT_MAX + 1);
    memset(buf_room(&text, RECORD_TEXT_MAX + 1), 'x', RECORD_TEXT_MAX + 1);
    buf_init(&record, 2 * RECORD_TEXT_MAX);
    assert_int_equal(record_seal(&e.ephemeral, &e.to.public, &a_place, plain_of(&text), &record),
                     -EMSGSIZE);
    assert_int_equal(record.len, 0);
    assert_ok(record.err);
    buf_finish(&record);
    buf_init(&record, 100);
    assert_int_equal(
        record_seal(&e.ephemeral, &e.to.public, &a_place, (Plain){text.ptr, 1}, &record),
        -EMSGSIZE);
}

static void shapes(void **state)
{
    static const size_t good[] = {256, 384, 512, 1 << 20}, bad[] = {0, 255, 257, 3 << 19, 1 << 21};
    BUF_AUTO Buf b = {0};

    (void)state;
    buf_init(&b, 4 << 20);
    memset(buf_room(&b, 3 << 20), 1, 3 << 20);
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(record_is_shaped((Sealed){b.ptr, RECORD_OVERHEAD + good[i]}));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(record_is_shaped((Sealed){b.ptr, RECORD_OVERHEAD + bad[i]}));
    assert_false(record_is_shaped((Sealed){b.ptr, 1}));
    assert_false(record_is_shaped((Sealed){NULL, 0}));
    b.ptr[0] = 2;
    assert_false(record_is_shaped((Sealed){b.ptr, RECORD_OVERHEAD + 256}));
    b.ptr[0] = 1;
    b.ptr[1] = 2;
    assert_false(record_is_shaped((Sealed){b.ptr, RECORD_OVERHEAD + 256}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_ephemeral_serves_many),
        cmocka_unit_test(seal_round_trip),
        cmocka_unit_test(seal_fails_when_damaged_or_moved),
        cmocka_unit_test(dummies_open_for_nobody),
        cmocka_unit_test(low_order_keys_are_refused),
        cmocka_unit_test(size_classes),
        cmocka_unit_test(record_round_trips),
        cmocka_unit_test(record_fails_when_damaged),
        cmocka_unit_test(record_fails_when_moved),
        cmocka_unit_test(record_parts_do_not_mix),
        cmocka_unit_test(record_limits),
        cmocka_unit_test(shapes),
    };

    return cmocka_run_group_tests_name("seal", tests, start_crypto, NULL);
}
