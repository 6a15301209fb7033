/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/crypto_help.h"

#include "crypto/code.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static Str text_of(const char *text)
{
    return (Str){text, strlen(text)};
}

static void assert_not_a_code(Str typed)
{
    Code out = {{NULL}};

    assert_int_equal(code_parse(typed, &out), 1);
    assert_null(out.entropy.b);
}

static void assert_reads_as(Str typed, const Code *expected)
{
    CODE_AUTO Code out = {{NULL}};

    assert_ok(code_parse(typed, &out));
    assert_memory_equal(out.entropy.b, expected->entropy.b, SECRET_LEN);
}

static void round_trips(void **state)
{
    (void)state;
    for (int i = 0; i < 2000; i++) {
        CODE_AUTO Code code = {{NULL}};
        char text[CODE_TEXT_LEN + 1];

        assert_ok(code_new(&code));
        for (size_t k = 16; k < SECRET_LEN; k++)
            assert_int_equal(code.entropy.b[k], 0);
        code_print(&code, text);
        assert_int_equal(strlen(text), CODE_TEXT_LEN);
        for (size_t k = 0; k < CODE_TEXT_LEN; k++)
            assert_true(k % 5 == 4 ? text[k] == '-' : strchr(alphabet, text[k]) != NULL);
        assert_reads_as(text_of(text), &code);
    }
}

/* 16 zero bytes and 16 0xff bytes; the check characters come from long division by hand. */
static void known_texts(void **state)
{
    static const uint8_t zeros[SECRET_LEN] = {0};
    CODE_AUTO Code code = {{NULL}};
    char text[CODE_TEXT_LEN + 1];

    (void)state;
    assert_ok(secret_new_copy(&code.entropy, zeros));
    code_print(&code, text);
    assert_string_equal(text, "0000-0000-0000-0000-0000-0000-0000");
    /* the last body character is 4 (100 in binary, the last two bits are no data): 4 * x^2 leaves
     * 4 * (6x + 8) = 24x + 37 -> 24x + (32 mod 0x25 = 5) */
    code.entropy.b[15] = 1;
    code_print(&code, text);
    assert_string_equal(text, "0000-0000-0000-0000-0000-0000-04R5");
}

static void every_substitution_is_caught(void **state)
{
    (void)state;
    for (int round = 0; round < 20; round++) {
        CODE_AUTO Code code = {{NULL}};
        char text[CODE_TEXT_LEN + 1];

        assert_ok(code_new(&code));
        code_print(&code, text);
        for (size_t at = 0; at < CODE_TEXT_LEN; at++) {
            char right = text[at];

            for (size_t k = 0; right != '-' && k < 32; k++) {
                text[at] = alphabet[k];
                if (text[at] != right)
                    assert_not_a_code(text_of(text));
            }
            text[at] = right;
        }
        assert_reads_as(text_of(text), &code);
    }
}

/* Any two characters, neighbours or not: distance 3 promises it. */
static void every_swap_is_caught(void **state)
{
    (void)state;
    for (int round = 0; round < 200; round++) {
        CODE_AUTO Code code = {{NULL}};
        char text[CODE_TEXT_LEN + 1];

        assert_ok(code_new(&code));
        code_print(&code, text);
        for (size_t a = 0; a < CODE_TEXT_LEN; a++) {
            for (size_t b = a + 1; b < CODE_TEXT_LEN; b++) {
                char first = text[a], second = text[b];

                if (first == second || first == '-' || second == '-')
                    continue;
                text[a] = second;
                text[b] = first;
                assert_not_a_code(text_of(text));
                text[a] = first;
                text[b] = second;
            }
        }
    }
}

static void two_random_errors_are_caught(void **state)
{
    (void)state;
    for (int round = 0; round < 20000; round++) {
        CODE_AUTO Code code = {{NULL}};
        char text[CODE_TEXT_LEN + 1], wrong[CODE_TEXT_LEN + 1];
        uint8_t draw[4];

        if (round % 100 == 0 || !code.entropy.b)
            assert_ok(code_new(&code));
        code_print(&code, text);
        memcpy(wrong, text, sizeof(text));
        bytes_random(draw, sizeof(draw));
        for (size_t k = 0; k < 4; k += 2)
            if (wrong[draw[k] % CODE_TEXT_LEN] != '-')
                wrong[draw[k] % CODE_TEXT_LEN] = alphabet[draw[k + 1] % 32];
        if (strcmp(text, wrong) != 0)
            assert_not_a_code(text_of(wrong));
    }
}

static void typing_is_forgiven(void **state)
{
    static const uint8_t bytes[SECRET_LEN] = {0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6};
    CODE_AUTO Code code = {{NULL}};
    char text[CODE_TEXT_LEN + 1], typed[8 * CODE_TEXT_LEN];
    size_t n = 0;

    (void)state;
    assert_ok(secret_new_copy(&code.entropy, bytes));
    code_print(&code, text);
    assert_non_null(strchr(text, '0'));
    assert_non_null(strchr(text, '1'));
    for (size_t i = 0; i < CODE_TEXT_LEN; i++) { /* lower case, no hyphens, letters for digits */
        char c = text[i];

        if (c == '-')
            continue;
        if (c == '0')
            c = i % 2 ? 'o' : 'O';
        else if (c == '1')
            c = "iIlL"[i % 4];
        else if (c >= 'A')
            c = (char)(c + 32);
        typed[n++] = c;
    }
    assert_reads_as((Str){typed, n}, &code);
    for (size_t i = 0, k = 0; i < CODE_TEXT_LEN; i++) { /* blanks everywhere */
        typed[k++] = " \t\r\n-"[i % 5];
        typed[k++] = text[i];
        typed[k++] = ' ';
        n = k;
    }
    assert_reads_as((Str){typed, n}, &code);
}

static void foreign_texts_are_refused(void **state)
{
    CODE_AUTO Code code = {{NULL}};
    char text[CODE_TEXT_LEN + 3];

    (void)state;
    assert_ok(code_new(&code));
    code_print(&code, text);
    for (size_t len = 0; len < CODE_TEXT_LEN; len++)
        assert_not_a_code((Str){text, len});
    text[CODE_TEXT_LEN] = '0';
    assert_not_a_code((Str){text, CODE_TEXT_LEN + 1});
    for (int c = 0; c < 256; c++) {
        text[CODE_TEXT_LEN] = (char)c;
        if (strchr(" \t\r\n-", c) && c)
            assert_reads_as((Str){text, CODE_TEXT_LEN + 1}, &code);
        else
            assert_not_a_code((Str){text, CODE_TEXT_LEN + 1});
    }
    text[0] = 'U';
    assert_not_a_code((Str){text, CODE_TEXT_LEN});
}

/* Each code has one text: the last body character carries three bits. */
static void spare_bits_must_be_zero(void **state)
{
    /* 1 as last body character: 1 * x^2 leaves 6x + 8, so the check characters match */
    (void)state;
    assert_not_a_code(STR("0000-0000-0000-0000-0000-0000-0168"));
    assert_not_a_code(STR("0000-0000-0000-0000-0000-0000-02CG"));
}

static void keys_depend_on_code_and_tenant(void **state)
{
    CODE_AUTO Code code = {{NULL}};
    CODE_KEYS_AUTO CodeKeys one = {0};
    CODE_KEYS_AUTO CodeKeys again = {0};
    CODE_KEYS_AUTO CodeKeys elsewhere = {0};
    CODE_KEYS_AUTO CodeKeys other = {0};

    (void)state;
    assert_ok(code_new(&code));
    assert_ok(code_derive(&code, STR("bang-yai"), &one));
    assert_ok(code_derive(&code, STR("bang-yai"), &again));
    assert_ok(code_derive(&code, STR("bang-yo"), &elsewhere));
    code.entropy.b[15] ^= 1;
    assert_ok(code_derive(&code, STR("bang-yai"), &other));
    assert_memory_equal(one.lookup.b, again.lookup.b, 32);
    assert_memory_equal(one.box.secret.b, again.box.secret.b, 32);
    assert_memory_equal(one.box.public.b, again.box.public.b, 32);
    assert_memory_equal(one.sign.public.b, again.sign.public.b, 32);
    assert_memory_not_equal(one.lookup.b, elsewhere.lookup.b, 32);
    assert_memory_not_equal(one.box.public.b, elsewhere.box.public.b, 32);
    assert_memory_not_equal(one.sign.public.b, elsewhere.sign.public.b, 32);
    assert_memory_not_equal(one.lookup.b, other.lookup.b, 32);
    assert_memory_not_equal(one.box.public.b, other.box.public.b, 32);
    assert_memory_not_equal(one.sign.public.b, other.sign.public.b, 32);
    assert_memory_not_equal(one.lookup.b, one.box.secret.b, 32);
    assert_memory_not_equal(one.box.secret.b, one.sign.seed.b, 32);
}

static void a_view_has_the_secrets_of_a_look_up(void **state)
{
    CODE_AUTO Code code = {{NULL}};
    CODE_KEYS_AUTO CodeKeys whole = {0};
    CODE_KEYS_AUTO CodeKeys view = {0};
    BOX_PAIR_AUTO BoxPair box = {.secret = {NULL}};
    static const BoxPublic none;

    (void)state;
    assert_ok(code_new(&code));
    assert_ok(code_derive(&code, STR("bang-yai"), &whole));
    assert_ok(code_derive_view(&code, STR("bang-yai"), &view));
    assert_memory_equal(view.lookup.b, whole.lookup.b, 32);
    assert_memory_equal(view.box.secret.b, whole.box.secret.b, 32);
    assert_memory_equal(view.box.public.b, none.b, 32);
    assert_null(view.sign.seed.b);
    assert_ok(code_box(&view, &box));
    assert_memory_equal(box.public.b, whole.box.public.b, 32);
    assert_memory_equal(box.secret.b, whole.box.secret.b, 32);
}

static void what_is_sealed_to_a_code_opens_with_it(void **state)
{
    CODE_AUTO Code code = {{NULL}};
    CODE_KEYS_AUTO CodeKeys keys = {0};
    EPHEMERAL_AUTO Ephemeral ephemeral = {0};
    BUF_AUTO Buf record = {0};
    BUF_AUTO Buf out = {0};
    SealContext place = a_place;

    (void)state;
    buf_init(&record, 4096);
    buf_init(&out, 4096);
    place.class = SEAL_TO_CODE;
    assert_ok(code_new(&code));
    assert_ok(code_derive(&code, place.tenant, &keys));
    assert_ok(ephemeral_new(&ephemeral));
    assert_ok(record_seal(&ephemeral, &keys.box.public, &place,
                          (Plain){(const uint8_t *)"answer", 6}, &record));
    assert_ok(record_open(&keys.box, &place, sealed_of(&record), &out));
    assert_string_equal((const char *)out.ptr, "answer");
}

static void index_needs_the_pepper(void **state)
{
    SECRET_AUTO Secret pepper = {NULL};
    SECRET_AUTO Secret other = {NULL};
    Hash lookup = {{1, 2, 3}}, one, again, elsewhere;

    (void)state;
    random_secret(&pepper);
    random_secret(&other);
    one = code_index(&pepper, &lookup);
    again = code_index(&pepper, &lookup);
    elsewhere = code_index(&other, &lookup);
    assert_memory_equal(one.b, again.b, 32);
    assert_memory_not_equal(one.b, elsewhere.b, 32);
    lookup.b[31] ^= 1;
    again = code_index(&pepper, &lookup);
    assert_memory_not_equal(one.b, again.b, 32);
}

static void macs_last_two_days(void **state)
{
    static const int32_t days[] = {0, 1, -1, 20000, INT32_MAX};
    SECRET_AUTO Secret key = {NULL};
    SECRET_AUTO Secret other_key = {NULL};
    CODE_AUTO Code code = {{NULL}};
    CODE_AUTO Code other = {{NULL}};

    (void)state;
    random_secret(&key);
    random_secret(&other_key);
    assert_ok(code_new(&code));
    assert_ok(code_new(&other));
    for (size_t i = 0; i < COUNT(days) - 1; i++) {
        int32_t day = days[i];
        Hash mac = code_mac(&key, &code, day);

        assert_true(code_mac_ok(&key, &code, day, &mac));
        assert_true(code_mac_ok(&key, &code, day + 1, &mac));
        assert_false(code_mac_ok(&key, &code, day + 2, &mac));
        assert_false(code_mac_ok(&key, &code, day - 1, &mac));
        assert_false(code_mac_ok(&other_key, &code, day, &mac));
        assert_false(code_mac_ok(&key, &other, day, &mac));
        for (size_t k = 0; k < sizeof(mac.b); k++) {
            mac.b[k] ^= 1;
            assert_false(code_mac_ok(&key, &code, day, &mac));
            mac.b[k] ^= 1;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trips),
        cmocka_unit_test(known_texts),
        cmocka_unit_test(every_substitution_is_caught),
        cmocka_unit_test(every_swap_is_caught),
        cmocka_unit_test(two_random_errors_are_caught),
        cmocka_unit_test(typing_is_forgiven),
        cmocka_unit_test(foreign_texts_are_refused),
        cmocka_unit_test(spare_bits_must_be_zero),
        cmocka_unit_test(keys_depend_on_code_and_tenant),
        cmocka_unit_test(a_view_has_the_secrets_of_a_look_up),
        cmocka_unit_test(what_is_sealed_to_a_code_opens_with_it),
        cmocka_unit_test(index_needs_the_pepper),
        cmocka_unit_test(macs_last_two_days),
    };

    return cmocka_run_group_tests_name("code", tests, start_crypto, NULL);
}
