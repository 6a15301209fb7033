/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/crypto_help.h"

#include "crypto/keys.h"

static void pairs_come_back_from_their_secret(void **state)
{
    BOX_PAIR_AUTO BoxPair box = {0};
    BOX_PAIR_AUTO BoxPair box_again = {0};
    SIGN_PAIR_AUTO SignPair sign = {0};
    SIGN_PAIR_AUTO SignPair sign_again = {0};

    (void)state;
    assert_ok(box_pair_new(&box));
    assert_ok(box_pair_from_secret(&box_again, &box.secret));
    assert_memory_equal(box.public.b, box_again.public.b, 32);
    assert_memory_equal(box.secret.b, box_again.secret.b, 32);
    assert_ptr_not_equal(box.secret.b, box_again.secret.b);
    assert_ok(sign_pair_new(&sign));
    assert_ok(sign_pair_from_seed(&sign_again, &sign.seed));
    assert_memory_equal(sign.public.b, sign_again.public.b, 32);
}

static void seeds_give_one_pair_each(void **state)
{
    SECRET_AUTO Secret seed = {NULL};
    BOX_PAIR_AUTO BoxPair one = {0};
    BOX_PAIR_AUTO BoxPair again = {0};
    BOX_PAIR_AUTO BoxPair other = {0};

    (void)state;
    random_secret(&seed);
    assert_ok(box_pair_from_seed(&one, &seed));
    assert_ok(box_pair_from_seed(&again, &seed));
    assert_memory_equal(one.public.b, again.public.b, 32);
    seed.b[0] ^= 1;
    assert_ok(box_pair_from_seed(&other, &seed));
    assert_memory_not_equal(one.public.b, other.public.b, 32);
}

/* RFC 8032 section 7.1, TEST 1: the public key of the seed. */
static void known_public_key(void **state)
{
    static const uint8_t seed[32] = {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60,
                                     0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
                                     0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19,
                                     0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};
    static const uint8_t public[32] = {0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7,
                                       0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a,
                                       0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25,
                                       0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a};
    SECRET_AUTO Secret secret = {NULL};
    SIGN_PAIR_AUTO SignPair pair = {0};

    (void)state;
    assert_ok(secret_new_copy(&secret, seed));
    assert_ok(sign_pair_from_seed(&pair, &secret));
    assert_memory_equal(pair.public.b, public, 32);
}

static void signature_serves_one_purpose(void **state)
{
    SIGN_PAIR_AUTO SignPair by = {0};
    SIGN_PAIR_AUTO SignPair other = {0};
    Str parts[] = {STR("ab"), STR("c")}, shifted[] = {STR("a"), STR("bc")};
    Str more[] = {STR("ab"), STR("c"), STR("")};
    Signature sig;

    (void)state;
    assert_ok(sign_pair_new(&by));
    assert_ok(sign_pair_new(&other));
    assert_ok(keys_sign(&by, "grant", STR("bang-yai"), parts, 2, &sig));
    assert_true(keys_verify(&by.public, "grant", STR("bang-yai"), parts, 2, &sig));
    assert_false(keys_verify(&other.public, "grant", STR("bang-yai"), parts, 2, &sig));
    assert_false(keys_verify(&by.public, "revoke", STR("bang-yai"), parts, 2, &sig));
    assert_false(keys_verify(&by.public, "grant", STR("bang-yo"), parts, 2, &sig));
    assert_false(keys_verify(&by.public, "grant", STR("bang-yai"), shifted, 2, &sig));
    assert_false(keys_verify(&by.public, "grant", STR("bang-yai"), parts, 1, &sig));
    assert_false(keys_verify(&by.public, "grant", STR("bang-yai"), more, 3, &sig));
    assert_false(keys_verify(&by.public, "grantbang", STR("-yai"), parts, 2, &sig));
    assert_false(keys_verify(&by.public, "grant", STR("bang-yaiab"), parts + 1, 1, &sig));
}

static void damaged_signature_fails(void **state)
{
    SIGN_PAIR_AUTO SignPair by = {0};
    Signature sig;

    (void)state;
    assert_ok(sign_pair_new(&by));
    assert_ok(keys_sign(&by, "t", STR("x"), NULL, 0, &sig));
    assert_true(keys_verify(&by.public, "t", STR("x"), NULL, 0, &sig));
    for (size_t i = 0; i < sizeof(sig.b); i++) {
        sig.b[i] ^= 1;
        assert_false(keys_verify(&by.public, "t", STR("x"), NULL, 0, &sig));
        sig.b[i] ^= 1;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_come_back_from_their_secret),
        cmocka_unit_test(seeds_give_one_pair_each),
        cmocka_unit_test(known_public_key),
        cmocka_unit_test(signature_serves_one_purpose),
        cmocka_unit_test(damaged_signature_fails),
    };

    return cmocka_run_group_tests_name("keys", tests, start_crypto, NULL);
}
