/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/crypto_help.h"

#include "crypto/custody.h"
#include <errno.h>

static const Str somebody = {"\xe0\xb8\xaa\xe0\xb8\xa1\xe0\xb8\x8a\xe0\xb8\xb2\xe0\xb8\xa2", 15};

static Plain plain(Str s)
{
    return (Plain){(const uint8_t *)s.ptr, s.len};
}

static void assert_blob_shut(const Secret *ki, const SealContext *place, const uint8_t *blob)
{
    BUF_AUTO Buf out = {0};

    buf_init(&out, IDENTITY_BLOB_LEN);
    assert_int_equal(identity_open(ki, place, blob, &out), 1);
    assert_int_equal(out.len, 0);
    assert_ok(out.err);
}

static void identity_round_trip(void **state)
{
    SECRET_AUTO Secret ki = {NULL};
    uint8_t blob[IDENTITY_BLOB_LEN];
    BUF_AUTO Buf out = {0};

    (void)state;
    random_secret(&ki);
    assert_ok(identity_seal(&ki, &a_place, plain(somebody), blob));
    buf_init(&out, IDENTITY_BLOB_LEN);
    assert_ok(identity_open(&ki, &a_place, blob, &out));
    assert_true(str_eq(buf_str(&out), somebody));
}

static void identity_fails_when_damaged_or_moved(void **state)
{
    SECRET_AUTO Secret ki = {NULL};
    SECRET_AUTO Secret other = {NULL};
    SealContext others[OTHER_PLACES];
    uint8_t blob[IDENTITY_BLOB_LEN];

    (void)state;
    random_secret(&ki);
    random_secret(&other);
    assert_ok(identity_seal(&ki, &a_place, plain(somebody), blob));
    assert_blob_shut(&other, &a_place, blob);
    for (size_t i = 0; i < IDENTITY_BLOB_LEN; i++) {
        blob[i] ^= 0x10;
        assert_blob_shut(&ki, &a_place, blob);
        blob[i] ^= 0x10;
    }
    other_places(&a_place, others);
    for (size_t i = 0; i < OTHER_PLACES; i++)
        assert_blob_shut(&ki, &others[i], blob);
}

static void identity_limits(void **state)
{
    SECRET_AUTO Secret ki = {NULL};
    uint8_t blob[IDENTITY_BLOB_LEN] = {0xee};
    char text[IDENTITY_TEXT_MAX + 1];
    BUF_AUTO Buf out = {0};

    (void)state;
    random_secret(&ki);
    memset(text, 'x', sizeof(text));
    assert_int_equal(identity_seal(&ki, &a_place, plain((Str){text, sizeof(text)}), blob),
                     -EMSGSIZE);
    assert_int_equal(blob[0], 0xee);
    assert_ok(identity_seal(&ki, &a_place, plain((Str){text, IDENTITY_TEXT_MAX}), blob));
    buf_init(&out, IDENTITY_BLOB_LEN);
    assert_ok(identity_open(&ki, &a_place, blob, &out));
    assert_int_equal(out.len, IDENTITY_TEXT_MAX);
}

/* A dummy has the version of a real blob and otherwise no byte in common by rule. */
static void dummies_look_real_and_open_for_nobody(void **state)
{
    SECRET_AUTO Secret ki = {NULL};
    uint8_t one[IDENTITY_BLOB_LEN], two[IDENTITY_BLOB_LEN];
    size_t same = 0;

    (void)state;
    random_secret(&ki);
    assert_ok(identity_dummy(&a_place, one));
    assert_ok(identity_dummy(&a_place, two));
    assert_int_equal(one[0], 1);
    for (size_t i = 1; i < IDENTITY_BLOB_LEN; i++)
        same += one[i] == two[i];
    assert_true(same < 100); /* 16 expected */
    assert_blob_shut(&ki, &a_place, one);
}

static void halves_join_to_the_key(void **state)
{
    SECRET_AUTO Secret ki = {NULL};
    SECRET_AUTO Secret first = {NULL};
    SECRET_AUTO Secret second = {NULL};
    SECRET_AUTO Secret other = {NULL};
    SECRET_AUTO Secret other_second = {NULL};
    SECRET_AUTO Secret joined = {NULL};
    SECRET_AUTO Secret mixed = {NULL};

    (void)state;
    random_secret(&ki);
    assert_ok(custody_split(&ki, &first, &second));
    assert_ok(custody_split(&ki, &other, &other_second));
    assert_ok(custody_join(&first, &second, &joined));
    assert_memory_equal(joined.b, ki.b, SECRET_LEN);
    /* another pair's split is fresh: its halves say nothing here */
    assert_memory_not_equal(first.b, other.b, SECRET_LEN);
    assert_ok(custody_join(&first, &other_second, &mixed));
    assert_memory_not_equal(mixed.b, ki.b, SECRET_LEN);
    assert_memory_not_equal(first.b, ki.b, SECRET_LEN);
    assert_memory_not_equal(second.b, ki.b, SECRET_LEN);
}

static void commits_bind_half_and_place(void **state)
{
    SECRET_AUTO Secret half = {NULL};
    SealContext others[OTHER_PLACES];
    Hash here, there;

    (void)state;
    random_secret(&half);
    here = custody_commit(&half, &a_place);
    there = custody_commit(&half, &a_place);
    assert_memory_equal(here.b, there.b, sizeof(Hash));
    other_places(&a_place, others);
    for (size_t i = 0; i < OTHER_PLACES; i++) {
        there = custody_commit(&half, &others[i]);
        assert_memory_not_equal(here.b, there.b, sizeof(Hash));
    }
    half.b[5] ^= 1;
    there = custody_commit(&half, &a_place);
    assert_memory_not_equal(here.b, there.b, sizeof(Hash));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identity_round_trip),
        cmocka_unit_test(identity_fails_when_damaged_or_moved),
        cmocka_unit_test(identity_limits),
        cmocka_unit_test(dummies_look_real_and_open_for_nobody),
        cmocka_unit_test(halves_join_to_the_key),
        cmocka_unit_test(commits_bind_half_and_place),
    };

    return cmocka_run_group_tests_name("custody", tests, start_crypto, NULL);
}
