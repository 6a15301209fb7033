/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/keys.h"

#include "base/err.h"
#include "crypto/inner.h"
#include <errno.h>
#include <string.h>

_Static_assert(sizeof(BoxPublic) == crypto_box_PUBLICKEYBYTES, "X25519 public key");
_Static_assert(sizeof(SignPublic) == crypto_sign_PUBLICKEYBYTES, "Ed25519 public key");
_Static_assert(sizeof(Signature) == crypto_sign_BYTES, "Ed25519 signature");

/* Takes over the secret. */
static void box_pair_take(BoxPair *ret, Secret secret)
{
    ret->secret = secret;
    crypto_scalarmult_base(ret->public.b, secret.b);
}

int box_pair_new(BoxPair *ret)
{
    Secret secret = {NULL};

    TRY(secret_new_random(&secret));
    box_pair_take(ret, secret);
    return 0;
}

int box_pair_from_seed(BoxPair *ret, const Secret *seed)
{
    KEY_AUTO Key key;
    BoxPublic public;
    Secret secret = {NULL};

    crypto_box_seed_keypair(public.b, key.b, seed->b);
    TRY(secret_new_copy(&secret, key.b));
    *ret = (BoxPair){public, secret};
    return 0;
}

int box_pair_from_secret(BoxPair *ret, const Secret *secret)
{
    Secret copy = {NULL};

    TRY(secret_new_copy(&copy, secret->b));
    box_pair_take(ret, copy);
    return 0;
}

void box_pair_finish(BoxPair *p)
{
    secret_finish(&p->secret);
}

/* Ed25519's long secret form (seed | public) for one signature; wiped by the caller. */
typedef struct SignLong {
    uint8_t b[crypto_sign_SECRETKEYBYTES];
} SignLong;

static void sign_long_finish(SignLong *k)
{
    sodium_memzero(k->b, sizeof(k->b));
}

int sign_pair_from_seed(SignPair *ret, const Secret *seed)
{
    __attribute__((cleanup(sign_long_finish))) SignLong key;
    SignPublic public;
    Secret copy = {NULL};

    TRY(secret_new_copy(&copy, seed->b));
    crypto_sign_seed_keypair(public.b, key.b, copy.b);
    *ret = (SignPair){public, copy};
    return 0;
}

int sign_pair_new(SignPair *ret)
{
    SECRET_AUTO Secret seed = {NULL};

    TRY(secret_new_random(&seed));
    TRY(sign_pair_from_seed(ret, &seed));
    return 0;
}

void sign_pair_finish(SignPair *p)
{
    secret_finish(&p->seed);
}

static Hash signed_hash(const char *type, Str tenant, const Str *parts, size_t n)
{
    crypto_generichash_state state;
    Hash h;

    crypto_generichash_init(&state, NULL, 0, sizeof(h.b));
    hash_part(&state, STR("krading/1"));
    hash_part(&state, str_bytes(type, strlen(type)));
    hash_part(&state, tenant);
    for (size_t i = 0; i < n; i++)
        hash_part(&state, parts[i]);
    crypto_generichash_final(&state, h.b, sizeof(h.b));
    return h;
}

int sign_bytes(const SignPair *by, Str bytes, Signature *ret)
{
    __attribute__((cleanup(sign_long_finish))) SignLong key;
    SignPublic public;
    Signature made;

    crypto_sign_seed_keypair(public.b, key.b, by->seed.b);
    if (crypto_sign_detached(made.b, NULL, (const uint8_t *)bytes.ptr, bytes.len, key.b))
        return err_origin(-EIO);
    *ret = made;
    return 0;
}

bool sign_bytes_ok(const SignPublic *by, Str bytes, const Signature *sig)
{
    return crypto_sign_verify_detached(sig->b, (const uint8_t *)bytes.ptr, bytes.len, by->b) == 0;
}

int keys_sign(const SignPair *by, const char *type, Str tenant, const Str *parts, size_t n,
              Signature *ret)
{
    Hash h = signed_hash(type, tenant, parts, n);

    TRY(sign_bytes(by, str_bytes(h.b, sizeof(h.b)), ret));
    return 0;
}

bool keys_verify(const SignPublic *by, const char *type, Str tenant, const Str *parts, size_t n,
                 const Signature *sig)
{
    Hash h = signed_hash(type, tenant, parts, n);

    return sign_bytes_ok(by, str_bytes(h.b, sizeof(h.b)), sig);
}
