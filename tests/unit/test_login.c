/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/crypto_help.h"

#include "crypto/login.h"

static void stretching_depends_on_everything(void **state)
{
    static const Str inputs[][3] = {
        {{"pass", 4}, {"bang-yai", 8}, {"somchai", 7}},
        {{"pas", 3}, {"bang-yai", 8}, {"somchai", 7}},
        {{"pass", 4}, {"bang-yo", 7}, {"somchai", 7}},
        {{"pass", 4}, {"bang-yai", 8}, {"somsri", 6}},
        {{"pass", 4}, {"bang-yais", 9}, {"omchai", 6}},
    };
    Login logins[COUNT(inputs)] = {0};
    LOGIN_AUTO Login again = {{NULL}, {NULL}};

    (void)state;
    for (size_t i = 0; i < COUNT(inputs); i++) {
        assert_ok(login_stretch(inputs[i][0], inputs[i][1], inputs[i][2], &logins[i]));
        assert_memory_not_equal(logins[i].auth.b, logins[i].half.b, SECRET_LEN);
        for (size_t k = 0; k < i; k++) {
            assert_memory_not_equal(logins[i].auth.b, logins[k].auth.b, SECRET_LEN);
            assert_memory_not_equal(logins[i].half.b, logins[k].half.b, SECRET_LEN);
        }
    }
    assert_ok(login_stretch(inputs[0][0], inputs[0][1], inputs[0][2], &again));
    assert_memory_equal(again.auth.b, logins[0].auth.b, SECRET_LEN);
    assert_memory_equal(again.half.b, logins[0].half.b, SECRET_LEN);
    for (size_t i = 0; i < COUNT(inputs); i++)
        login_finish(&logins[i]);
}

static void index_needs_the_pepper(void **state)
{
    SECRET_AUTO Secret pepper = {NULL};
    SECRET_AUTO Secret other = {NULL};
    SECRET_AUTO Secret auth = {NULL};
    Hash one, two;

    (void)state;
    random_secret(&pepper);
    random_secret(&other);
    random_secret(&auth);
    one = login_index(&pepper, &auth);
    two = login_index(&pepper, &auth);
    assert_memory_equal(one.b, two.b, 32);
    two = login_index(&other, &auth);
    assert_memory_not_equal(one.b, two.b, 32);
    auth.b[0] ^= 1;
    two = login_index(&pepper, &auth);
    assert_memory_not_equal(one.b, two.b, 32);
}

typedef struct Wrap {
    Secret half, share;
    PersonKeys keys;
    uint8_t wrapped[WRAPPED_LEN];
} Wrap;

static const Str holder = {"somchai", 7};

static void wrap_finish(Wrap *w)
{
    secret_finish(&w->half);
    secret_finish(&w->share);
    person_keys_finish(&w->keys);
}

#define WRAP_AUTO __attribute__((cleanup(wrap_finish)))

static Wrap wrap_new(void)
{
    Wrap w = {0};

    random_secret(&w.half);
    random_secret(&w.share);
    assert_ok(person_keys_new(&w.keys));
    assert_ok(person_keys_wrap(&w.keys, &w.half, &w.share, holder, w.wrapped));
    return w;
}

static void assert_wrap_shut(const Wrap *w, Str name)
{
    PersonKeys out = {0};

    assert_int_equal(person_keys_unwrap(w->wrapped, &w->half, &w->share, name, &out), 1);
    assert_null(out.box.secret.b);
    assert_null(out.sign.seed.b);
}

static void wrap_round_trip(void **state)
{
    WRAP_AUTO Wrap w = wrap_new();
    PERSON_KEYS_AUTO PersonKeys out = {0};

    (void)state;
    assert_ok(person_keys_unwrap(w.wrapped, &w.half, &w.share, holder, &out));
    assert_memory_equal(out.box.secret.b, w.keys.box.secret.b, SECRET_LEN);
    assert_memory_equal(out.box.public.b, w.keys.box.public.b, 32);
    assert_memory_equal(out.sign.seed.b, w.keys.sign.seed.b, SECRET_LEN);
    assert_memory_equal(out.sign.public.b, w.keys.sign.public.b, 32);
}

static void wrap_fails_when_damaged_or_with_other_keys(void **state)
{
    WRAP_AUTO Wrap w = wrap_new();
    uint8_t *b[] = {w.half.b, w.share.b};

    (void)state;
    for (size_t i = 0; i < WRAPPED_LEN; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            w.wrapped[i] ^= (uint8_t)(1u << bit);
            assert_wrap_shut(&w, holder);
            w.wrapped[i] ^= (uint8_t)(1u << bit);
        }
    }
    for (size_t i = 0; i < 2; i++) {
        b[i][31] ^= 1;
        assert_wrap_shut(&w, holder);
        b[i][31] ^= 1;
    }
    assert_wrap_shut(&w, STR("somcha"));
    assert_wrap_shut(&w, STR(""));
}

static void generated_passphrases(void **state)
{
    char before[64] = "";
    unsigned seen_h = 0;

    (void)state;
    for (int i = 0; i < 500; i++) {
        BUF_AUTO Buf text = {0};
        unsigned words = 1;

        buf_init(&text, 64);
        assert_ok(passphrase_new(&text));
        assert_string_not_equal((const char *)text.ptr, before);
        for (size_t k = 0; k < text.len; k++) {
            words += text.ptr[k] == '-';
            seen_h += text.ptr[k] == 'h';
            assert_true(text.ptr[k] == '-' || (text.ptr[k] >= 'a' && text.ptr[k] <= 'z'));
        }
        assert_int_equal(words, 6);
        assert_true(passphrase_bits(buf_str(&text)) >= 77);
        memcpy(before, text.ptr, text.len + 1);
    }
    assert_true(seen_h > 100); /* ch and h: 2 of 15 onsets */
}

/* Every syllable is drawn, about equally often. */
static void syllables_are_even(void **state)
{
    enum { DRAWS = 1500, FIRSTS = 26 };
    unsigned first[FIRSTS] = {0}, kinds = 0;

    (void)state;
    for (int i = 0; i < DRAWS; i++) {
        BUF_AUTO Buf text = {0};

        buf_init(&text, 64);
        assert_ok(passphrase_new(&text));
        first[text.ptr[0] - 'a']++;
    }
    for (size_t i = 0; i < FIRSTS; i++) {
        kinds += first[i] > 0;
        assert_true(!first[i] || (first[i] > 50 && first[i] < 160)); /* 100 expected */
    }
    assert_int_equal(kinds, 15);
}

static void passphrase_errors_come_back(void **state)
{
    Buf text;

    (void)state;
    buf_init(&text, 10);
    assert_int_not_equal(passphrase_new(&text), 0);
    buf_finish(&text);
}

static void chosen_passphrases_are_measured(void **state)
{
    static const char *const weak[] = {
        "",
        "a",
        "password",
        "Password1!",
        "P@ssw0rd2569",
        "qwertyuiop1234567890",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabc",
        "0812345678",
        "passwordpasswordpasswordpasswordpasswordpasswordpassword",
        "bado-bado-bado-bado-bado-bado",
        "somchai2510",
        "abcdefghijklmnopqrstuvwxyz1234567890",
        "\xe0\xb8\xaa\xe0\xb8\xa7\xe0\xb8\xb1\xe0\xb8\xaa\xe0\xb8\x94\xe0\xb8\xb5", /* hello */
        "\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81",
    };
    static const char *const strong[] = {
        "bado-chime-lapu-kaiso-nemi-tuwa",
        "seven grey buffaloes quietly crossed my flooded orchard",
        "vN4#kT9&wQ2!zL7$hB5%",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(weak); i++)
        assert_true(passphrase_bits(str_of(weak[i])) < 60);
    for (size_t i = 0; i < COUNT(strong); i++)
        assert_true(passphrase_bits(str_of(strong[i])) >= 60);
    assert_int_equal(passphrase_bits(str_of(strong[0])), 77);
    assert_int_equal(passphrase_bits(STR("bado-chime-lapu-kaiso-nemi-bado")), 64); /* one repeat */
    assert_int_equal(passphrase_bits(STR("")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stretching_depends_on_everything),
        cmocka_unit_test(index_needs_the_pepper),
        cmocka_unit_test(wrap_round_trip),
        cmocka_unit_test(wrap_fails_when_damaged_or_with_other_keys),
        cmocka_unit_test(generated_passphrases),
        cmocka_unit_test(syllables_are_even),
        cmocka_unit_test(passphrase_errors_come_back),
        cmocka_unit_test(chosen_passphrases_are_measured),
    };

    return cmocka_run_group_tests_name("login", tests, start_crypto, NULL);
}
