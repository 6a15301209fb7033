/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/login.h"

#include "base/err.h"
#include "base/wire.h"
#include "crypto/inner.h"
#include <errno.h>
#include <string.h>

enum { VERSION = 1, SEEDS = 2 * SECRET_LEN, SALT_LEN = crypto_pwhash_argon2id_SALTBYTES };

_Static_assert(WRAPPED_LEN == 1 + 24 + SEEDS + crypto_aead_xchacha20poly1305_ietf_ABYTES, "wrap");

/* Two secrets side by side, for one call. */
typedef struct Seeds {
    uint8_t b[SEEDS];
} Seeds;

static void seeds_finish(Seeds *s)
{
    sodium_memzero(s->b, sizeof(s->b));
}

#define SEEDS_AUTO __attribute__((cleanup(seeds_finish)))

int login_stretch(Str passphrase, Str tenant, Str name, Login *ret)
{
    LOGIN_AUTO Login made = {{NULL}, {NULL}};
    SEEDS_AUTO Seeds both;
    crypto_generichash_state state;
    uint8_t salt[SALT_LEN];

    crypto_generichash_init(&state, NULL, 0, sizeof(salt));
    hash_part(&state, tenant);
    hash_part(&state, name);
    crypto_generichash_final(&state, salt, sizeof(salt));
    if (crypto_pwhash_argon2id(both.b, sizeof(both.b), passphrase.ptr ? passphrase.ptr : "",
                               passphrase.len, salt, LOGIN_OPS, LOGIN_MEM,
                               crypto_pwhash_argon2id_ALG_ARGON2ID13))
        return err_origin(-ENOMEM);
    TRY(secret_new_copy(&made.auth, both.b));
    TRY(secret_new_copy(&made.half, both.b + SECRET_LEN));
    *ret = made;
    made = (Login){{NULL}, {NULL}};
    return 0;
}

void login_finish(Login *l)
{
    secret_finish(&l->auth);
    secret_finish(&l->half);
}

int recovery_split(const Code *code, Str tenant, Str name, Login *ret)
{
    LOGIN_AUTO Login made = {{NULL}, {NULL}};
    SECRET_AUTO Secret root = {NULL};
    Str parts[] = {STR("krading/1|recovery"), tenant, name};
    Hash h = hash_parts(&code->entropy, parts, 3);

    int r = secret_new_copy(&root, h.b);
    sodium_memzero(&h, sizeof(h));
    TRY(r);
    TRY(secret_new_derived(&made.auth, &root, "recovery auth"));
    TRY(secret_new_derived(&made.half, &root, "recovery half"));
    *ret = made;
    made = (Login){{NULL}, {NULL}};
    return 0;
}

Hash login_index(const Secret *pepper, const Secret *auth)
{
    Str parts[] = {STR("krading/1|login"), str_bytes(auth->b, SECRET_LEN)};

    return hash_parts(pepper, parts, 2);
}

int person_keys_new(PersonKeys *ret)
{
    PERSON_KEYS_AUTO PersonKeys made = {0};

    TRY(box_pair_new(&made.box));
    TRY(sign_pair_new(&made.sign));
    *ret = made;
    made = (PersonKeys){0};
    return 0;
}

void person_keys_finish(PersonKeys *k)
{
    box_pair_finish(&k->box);
    sign_pair_finish(&k->sign);
}

/* The key that wraps, and the AD: length-prefixed list ("krading/1|person", name). */
static int wrapping_of(const Secret *half, const Secret *share, Str name, Key *ret_kek, Buf *ret_ad)
{
    static const Str label = {"krading/1|person", 16};
    crypto_generichash_state state;

    wire_put_u64(ret_ad, label.len);
    buf_add_str(ret_ad, label);
    wire_put_u64(ret_ad, name.len);
    buf_add_str(ret_ad, name);
    if (ret_ad->err)
        return err_origin(ret_ad->err);
    crypto_generichash_init(&state, NULL, 0, SECRET_LEN);
    crypto_generichash_update(&state, half->b, SECRET_LEN);
    crypto_generichash_update(&state, share->b, SECRET_LEN);
    crypto_generichash_final(&state, ret_kek->b, SECRET_LEN);
    sodium_memzero(&state, sizeof(state));
    return 0;
}

static Buf wrapping_buf(Str name)
{
    Buf b;

    buf_init(&b, name.len + 64);
    return b;
}

int person_keys_wrap(const PersonKeys *k, const Secret *half, const Secret *share, Str name,
                     uint8_t ret[WRAPPED_LEN])
{
    BUF_AUTO Buf ad = wrapping_buf(name);
    KEY_AUTO Key kek;
    SEEDS_AUTO Seeds both;

    TRY(wrapping_of(half, share, name, &kek, &ad));
    memcpy(both.b, k->box.secret.b, SECRET_LEN);
    memcpy(both.b + SECRET_LEN, k->sign.seed.b, SECRET_LEN);
    ret[0] = VERSION;
    randombytes_buf(ret + 1, 24);
    crypto_aead_xchacha20poly1305_ietf_encrypt(ret + 25, NULL, both.b, sizeof(both.b), ad.ptr,
                                               ad.len, NULL, ret + 1, kek.b);
    return 0;
}

static int person_keys_from(const Seeds *both, PersonKeys *ret)
{
    PERSON_KEYS_AUTO PersonKeys made = {0};
    SECRET_AUTO Secret seed = {NULL};

    TRY(secret_new_copy(&seed, both->b));
    TRY(box_pair_from_secret(&made.box, &seed));
    memcpy(seed.b, both->b + SECRET_LEN, SECRET_LEN);
    TRY(sign_pair_from_seed(&made.sign, &seed));
    *ret = made;
    made = (PersonKeys){0};
    return 0;
}

int person_keys_unwrap(const uint8_t wrapped[WRAPPED_LEN], const Secret *half, const Secret *share,
                       Str name, PersonKeys *ret)
{
    BUF_AUTO Buf ad = wrapping_buf(name);
    KEY_AUTO Key kek;
    SEEDS_AUTO Seeds both;

    if (wrapped[0] != VERSION)
        return 1;
    TRY(wrapping_of(half, share, name, &kek, &ad));
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            both.b, NULL, NULL, wrapped + 25, WRAPPED_LEN - 25, ad.ptr, ad.len, wrapped + 1, kek.b))
        return 1;
    TRY(person_keys_from(&both, ret));
    return 0;
}
