/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/crypto_help.h"

#include "base/text.h"

static void assert_hex(const uint8_t *bytes, size_t len, const char *hex)
{
    BUF_AUTO Buf text = {0};

    buf_init(&text, 1024);
    text_put_hex(&text, bytes, len);
    assert_ok(text.err);
    assert_string_equal((const char *)text.ptr, hex);
}

static void finish_accepts_nothing(void **state)
{
    Secret none = {NULL};

    (void)state;
    secret_finish(&none);
    assert_null(none.b);
    random_secret(&none);
    secret_finish(&none);
    assert_null(none.b);
}

static void random_differs(void **state)
{
    SECRET_AUTO Secret a = {NULL};
    SECRET_AUTO Secret b = {NULL};

    (void)state;
    random_secret(&a);
    random_secret(&b);
    assert_memory_not_equal(a.b, b.b, SECRET_LEN);
    assert_false(bytes_equal(a.b, b.b, SECRET_LEN));
}

static void copy_and_xor(void **state)
{
    SECRET_AUTO Secret a = {NULL};
    SECRET_AUTO Secret b = {NULL};
    SECRET_AUTO Secret both = {NULL};
    SECRET_AUTO Secret back = {NULL};

    (void)state;
    random_secret(&a);
    assert_ok(secret_new_copy(&b, a.b));
    assert_true(bytes_equal(a.b, b.b, SECRET_LEN));
    b.b[31] ^= 0x40;
    assert_ok(secret_new_xor(&both, &a, &b));
    for (size_t i = 0; i < SECRET_LEN; i++)
        assert_int_equal(both.b[i], i == 31 ? 0x40 : 0);
    assert_ok(secret_new_xor(&back, &both, &b));
    assert_memory_equal(back.b, a.b, SECRET_LEN);
}

static void derived_keys_are_independent(void **state)
{
    SECRET_AUTO Secret from = {NULL};
    SECRET_AUTO Secret one = {NULL};
    SECRET_AUTO Secret again = {NULL};
    SECRET_AUTO Secret two = {NULL};

    (void)state;
    random_secret(&from);
    assert_ok(secret_new_derived(&one, &from, "one"));
    assert_ok(secret_new_derived(&again, &from, "one"));
    assert_ok(secret_new_derived(&two, &from, "two"));
    assert_memory_equal(one.b, again.b, SECRET_LEN);
    assert_memory_not_equal(one.b, two.b, SECRET_LEN);
    assert_memory_not_equal(one.b, from.b, SECRET_LEN);
}

static void lists_keep_their_boundaries(void **state)
{
    Str ab_c[] = {STR("ab"), STR("c")}, a_bc[] = {STR("a"), STR("bc")}, abc[] = {STR("abc")};
    Str with_empty[] = {STR("abc"), STR("")};
    Hash hashes[] = {hash_parts(NULL, ab_c, 2), hash_parts(NULL, a_bc, 2), hash_parts(NULL, abc, 1),
                     hash_parts(NULL, with_empty, 2), hash_parts(NULL, NULL, 0)};

    (void)state;
    for (size_t i = 0; i < COUNT(hashes); i++)
        for (size_t k = 0; k < i; k++)
            assert_memory_not_equal(hashes[i].b, hashes[k].b, sizeof(Hash));
    hashes[0] = hash_parts(NULL, ab_c, 2);
    hashes[1] = hash_parts(NULL, ab_c, 2);
    assert_memory_equal(hashes[0].b, hashes[1].b, sizeof(Hash));
}

static void keyed_hash_needs_its_key(void **state)
{
    SECRET_AUTO Secret a = {NULL};
    SECRET_AUTO Secret b = {NULL};
    Str parts[] = {STR("x")};
    Hash none = hash_parts(NULL, parts, 1), with_a, with_b;

    (void)state;
    random_secret(&a);
    random_secret(&b);
    with_a = hash_parts(&a, parts, 1);
    with_b = hash_parts(&b, parts, 1);
    assert_memory_not_equal(none.b, with_a.b, sizeof(Hash));
    assert_memory_not_equal(with_a.b, with_b.b, sizeof(Hash));
}

/* FIPS 180-2 appendix B.1; the empty list is BLAKE2b-256 of nothing. */
static void known_answers(void **state)
{
    (void)state;
    assert_hex(hash_sha256(STR("abc")).b, 32,
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hex(hash_parts(NULL, NULL, 0).b, 32,
               "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
}

static void views_of_a_buffer(void **state)
{
    BUF_AUTO Buf b = {0};

    (void)state;
    buf_init(&b, 16);
    buf_adds(&b, "text");
    assert_ptr_equal(plain_of(&b).ptr, b.ptr);
    assert_int_equal(plain_of(&b).len, 4);
    assert_ptr_equal(sealed_of(&b).ptr, b.ptr);
    assert_int_equal(sealed_of(&b).len, 4);
    bytes_wipe(b.ptr, b.len);
    assert_memory_equal(b.ptr, "\0\0\0\0", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finish_accepts_nothing),
        cmocka_unit_test(random_differs),
        cmocka_unit_test(copy_and_xor),
        cmocka_unit_test(derived_keys_are_independent),
        cmocka_unit_test(lists_keep_their_boundaries),
        cmocka_unit_test(keyed_hash_needs_its_key),
        cmocka_unit_test(known_answers),
        cmocka_unit_test(views_of_a_buffer),
    };

    return cmocka_run_group_tests_name("secret", tests, start_crypto, NULL);
}
