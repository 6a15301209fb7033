/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/crypto_help.h"

#include "crypto/fingerprint.h"

static Fingerprint print_of(const Secret *key, Str bytes, size_t portion)
{
    Fingerprinter f;

    fingerprint_begin(&f, key);
    for (size_t at = 0; at < bytes.len; at += portion) {
        size_t left = bytes.len - at;
        fingerprint_add(&f, (Str){bytes.ptr + at, left < portion ? left : portion});
    }
    return fingerprint_end(&f);
}

/* RFC 8439 section 2.5.2 */
static void as_published(void **state)
{
    static const uint8_t key[SECRET_LEN] = {0x85, 0xd6, 0xbe, 0x78, 0x57, 0x55, 0x6d, 0x33,
                                            0x7f, 0x44, 0x52, 0xfe, 0x42, 0xd5, 0x06, 0xa8,
                                            0x01, 0x03, 0x80, 0x8a, 0xfb, 0x0d, 0xb2, 0xfd,
                                            0x4a, 0xbf, 0xf6, 0xaf, 0x41, 0x49, 0xf5, 0x1b};
    static const uint8_t expected[16] = {0xa8, 0x06, 0x1d, 0xc1, 0x30, 0x51, 0x36, 0xc6,
                                         0xc2, 0x2b, 0x8b, 0xaf, 0x0c, 0x01, 0x27, 0xa9};
    SECRET_AUTO Secret secret = {NULL};

    (void)state;
    assert_ok(secret_new_copy(&secret, key));
    for (size_t portion = 1; portion < 40; portion++) {
        Fingerprint f = print_of(&secret, STR("Cryptographic Forum Research Group"), portion);
        assert_memory_equal(f.b, expected, sizeof(expected));
    }
}

static void tells_files_and_keys_apart(void **state)
{
    SECRET_AUTO Secret one = {NULL}, other = {NULL};

    (void)state;
    random_secret(&one);
    random_secret(&other);
    Fingerprint a = print_of(&one, STR("a file"), 6), b = print_of(&one, STR("a filf"), 6);
    Fingerprint c = print_of(&other, STR("a file"), 6);
    assert_memory_not_equal(a.b, b.b, sizeof(a.b));
    assert_memory_not_equal(a.b, c.b, sizeof(a.b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_published),
        cmocka_unit_test(tells_files_and_keys_apart),
    };

    return cmocka_run_group_tests_name("fingerprint", tests, start_crypto, NULL);
}
