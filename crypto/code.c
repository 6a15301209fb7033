/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/code.h"

#include "base/err.h"
#include "crypto/inner.h"
#include <string.h>

enum { ENTROPY = 16, BODY_CHARS = 26, CODE_CHARS = BODY_CHARS + 2, GROUP = 4 };

_Static_assert(CODE_TEXT_LEN == CODE_CHARS + CODE_CHARS / GROUP - 1, "groups and hyphens");

/* The five-bit values of a code's characters. */
typedef struct Digits {
    uint8_t v[CODE_CHARS];
} Digits;

static void digits_finish(Digits *d)
{
    sodium_memzero(d->v, sizeof(d->v));
}

#define DIGITS_AUTO __attribute__((cleanup(digits_finish)))

/* Product in GF(32), modulo x^5 + x^2 + 1. */
static uint8_t gf_mul(unsigned a, unsigned b)
{
    unsigned product = 0;

    for (; b; b >>= 1) {
        product ^= a & (0u - (b & 1));
        a = (a << 1) ^ (0x25 & (0u - (a >> 4)));
    }
    return (uint8_t)product;
}

/* Remainder by (x + 2)(x + 4) = x^2 + 6x + 8 over GF(32): a Reed-Solomon code of distance 3, for
 * 2 generates the field and the length is under 31. */
static void check_digits(const uint8_t *v, size_t n, uint8_t ret[2])
{
    uint8_t high = 0, low = 0;

    for (size_t i = 0; i < n; i++) {
        uint8_t feedback = high ^ v[i];

        high = low ^ gf_mul(feedback, 6);
        low = gf_mul(feedback, 8);
    }
    ret[0] = high;
    ret[1] = low;
}

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void digits_of(const Code *c, Digits *ret)
{
    unsigned held = 0, bits = 0;
    size_t n = 0;

    for (size_t i = 0; i < ENTROPY; i++) {
        held = (held << 8 | c->entropy.b[i]) & 0xfff;
        for (bits += 8; bits >= 5; bits -= 5)
            ret->v[n++] = (held >> (bits - 5)) & 31;
    }
    ret->v[n] = (uint8_t)((held << (5 - bits)) & 31);
    check_digits(ret->v, BODY_CHARS, ret->v + BODY_CHARS);
}

void code_print(const Code *c, char ret[CODE_TEXT_LEN + 1])
{
    DIGITS_AUTO Digits digits;
    char *at = ret;

    digits_of(c, &digits);
    for (size_t i = 0; i < CODE_CHARS; i++) {
        if (i && i % GROUP == 0)
            *at++ = '-';
        *at++ = alphabet[digits.v[i]];
    }
    *at = '\0';
}

/* 0 to 31; 32 for what stands between characters; 33 for anything else. */
static uint8_t digit_of(char c)
{
    const char *found;

    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        c = '0';
    if (c == 'I' || c == 'L')
        c = '1';
    if (strchr(" \t\r\n-", c) && c)
        return 32;
    found = c ? strchr(alphabet, c) : NULL;
    return found ? (uint8_t)(found - alphabet) : 33;
}

/* 0, 1. */
static int digits_read(Str typed, Digits *ret)
{
    size_t n = 0;
    uint8_t check[2];

    *ret = (Digits){{0}};
    for (size_t i = 0; i < typed.len; i++) {
        uint8_t digit = digit_of(typed.ptr[i]);

        if (digit == 32)
            continue;
        if (digit > 32 || n == CODE_CHARS)
            return 1;
        ret->v[n++] = digit;
    }
    if (n != CODE_CHARS || ret->v[BODY_CHARS - 1] & 3)
        return 1;
    check_digits(ret->v, BODY_CHARS, check);
    return bytes_equal(check, ret->v + BODY_CHARS, sizeof(check)) ? 0 : 1;
}

int code_parse(Str typed, Code *ret)
{
    DIGITS_AUTO Digits digits;
    KEY_AUTO Key entropy = {{0}};
    unsigned held = 0, bits = 0;
    size_t n = 0;

    if (digits_read(typed, &digits))
        return 1;
    for (size_t i = 0; i < BODY_CHARS; i++) {
        held = (held << 5 | digits.v[i]) & 0xfff;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            entropy.b[n++] = (uint8_t)(held >> bits);
        }
    }
    TRY(secret_new_copy(&ret->entropy, entropy.b));
    return 0;
}

int code_new(Code *ret)
{
    KEY_AUTO Key entropy = {{0}};

    randombytes_buf(entropy.b, ENTROPY);
    TRY(secret_new_copy(&ret->entropy, entropy.b));
    return 0;
}

void code_finish(Code *c)
{
    secret_finish(&c->entropy);
}

enum { KDF_LOOKUP = 1, KDF_BOX, KDF_SIGN };

static void code_subkey(const Hash *root, uint64_t id, uint8_t ret[32])
{
    _Static_assert(crypto_kdf_KEYBYTES == sizeof(Hash), "kdf key");
    crypto_kdf_derive_from_key(ret, 32, id, "krcode/1", root->b);
}

static int subkey_secret(const Hash *root, uint64_t id, Secret *ret)
{
    KEY_AUTO Key key;

    code_subkey(root, id, key.b);
    TRY(secret_new_copy(ret, key.b));
    return 0;
}

static int derive_pairs(const Hash *root, CodeKeys *ret)
{
    SECRET_AUTO Secret box = {NULL}, sign = {NULL};

    TRY(subkey_secret(root, KDF_BOX, &box));
    TRY(subkey_secret(root, KDF_SIGN, &sign));
    TRY(box_pair_from_seed(&ret->box, &box));
    TRY(sign_pair_from_seed(&ret->sign, &sign));
    return 0;
}

/* The cheap half of crypto_box_seed_keypair: the secret key is the SHA-512 of the seed. */
static int derive_box_secret(const Hash *root, CodeKeys *ret)
{
    KEY_AUTO Key seed;
    uint8_t wide[crypto_hash_sha512_BYTES];

    _Static_assert(sizeof(wide) >= SECRET_LEN, "box secret");
    code_subkey(root, KDF_BOX, seed.b);
    crypto_hash_sha512(wide, seed.b, sizeof(seed.b));
    int r = secret_new_copy(&ret->box.secret, wide);
    bytes_wipe(wide, sizeof(wide));
    return r ? err_trace(r) : 0;
}

static int derive(const Code *c, Str tenant, int (*keys)(const Hash *root, CodeKeys *ret),
                  CodeKeys *ret)
{
    Str parts[] = {STR("krading/1|code"), str_bytes(c->entropy.b, ENTROPY), tenant};
    Hash root = hash_parts(NULL, parts, sizeof(parts) / sizeof(parts[0]));
    CODE_KEYS_AUTO CodeKeys made = {0};

    code_subkey(&root, KDF_LOOKUP, made.lookup.b);
    int r = keys(&root, &made);
    bytes_wipe(&root, sizeof(root));
    if (r)
        return err_trace(r);
    *ret = made;
    made = (CodeKeys){0};
    return 0;
}

int code_derive(const Code *c, Str tenant, CodeKeys *ret)
{
    return derive(c, tenant, derive_pairs, ret);
}

int code_derive_view(const Code *c, Str tenant, CodeKeys *ret)
{
    return derive(c, tenant, derive_box_secret, ret);
}

int code_box(const CodeKeys *k, BoxPair *ret)
{
    TRY(box_pair_from_secret(ret, &k->box.secret));
    return 0;
}

void code_keys_finish(CodeKeys *k)
{
    bytes_wipe(&k->lookup, sizeof(k->lookup));
    box_pair_finish(&k->box);
    sign_pair_finish(&k->sign);
}

Hash code_index(const Secret *pepper, const Hash *lookup)
{
    Str parts[] = {STR("krading/1|lookup"), str_bytes(lookup->b, sizeof(lookup->b))};

    return hash_parts(pepper, parts, 2);
}

Hash code_mac(const Secret *key, const Code *c, int32_t day)
{
    uint32_t d = (uint32_t)day;
    uint8_t bytes[4] = {(uint8_t)(d >> 24), (uint8_t)(d >> 16), (uint8_t)(d >> 8), (uint8_t)d};
    Str parts[] = {STR("krading/1|code mac"), str_bytes(c->entropy.b, ENTROPY),
                   str_bytes(bytes, sizeof(bytes))};

    return hash_parts(key, parts, 3);
}

bool code_mac_ok(const Secret *key, const Code *c, int32_t today, const Hash *mac)
{
    Hash of_today = code_mac(key, c, today);
    Hash of_yesterday = code_mac(key, c, (int32_t)((uint32_t)today - 1u));
    bool made_today = bytes_equal(mac->b, of_today.b, sizeof(mac->b));
    bool made_yesterday = bytes_equal(mac->b, of_yesterday.b, sizeof(mac->b));

    return made_today || made_yesterday;
}
