/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/secret.h"

#include "base/err.h"
#include "crypto/inner.h"
#include <errno.h>
#include <string.h>

int crypto_start(void)
{
    return sodium_init() < 0 ? err_origin(-EIO) : 0;
}

void bytes_random(void *ret, size_t len)
{
    randombytes_buf(ret, len);
}

void bytes_wipe(void *ptr, size_t len)
{
    sodium_memzero(ptr, len);
}

bool bytes_equal(const void *a, const void *b, size_t len)
{
    return sodium_memcmp(a, b, len) == 0;
}

void key_finish(Key *k)
{
    sodium_memzero(k->b, sizeof(k->b));
}

/* Guarded memory costs half a dozen system calls to make and to give back. What was given back is
 * kept, wiped, with its guard pages, so that one look-up's secrets serve the next. */
enum { SPARE_MAX = 64 };
static uint8_t *spare[SPARE_MAX];
static size_t n_spare;

static int secret_new(Secret *ret)
{
    uint8_t *b = n_spare ? spare[--n_spare] : (uint8_t *)sodium_malloc(SECRET_LEN);

    if (!b)
        return err_origin(-ENOMEM);
    ret->b = b;
    return 0;
}

int secret_new_random(Secret *ret)
{
    TRY(secret_new(ret));
    randombytes_buf(ret->b, SECRET_LEN);
    return 0;
}

int secret_new_copy(Secret *ret, const uint8_t b[SECRET_LEN])
{
    TRY(secret_new(ret));
    memcpy(ret->b, b, SECRET_LEN);
    return 0;
}

void secret_finish(Secret *s)
{
    if (s->b && n_spare < SPARE_MAX) {
        sodium_memzero(s->b, SECRET_LEN);
        spare[n_spare++] = s->b;
    } else {
        sodium_free(s->b); /* wipes; accepts NULL */
    }
    s->b = NULL;
}

int secret_new_xor(Secret *ret, const Secret *a, const Secret *b)
{
    Secret made = {NULL};

    TRY(secret_new(&made));
    for (size_t i = 0; i < SECRET_LEN; i++)
        made.b[i] = a->b[i] ^ b->b[i];
    *ret = made;
    return 0;
}

static const char label_prefix[] = "krading/1|";

int secret_new_derived(Secret *ret, const Secret *from, const char *label)
{
    crypto_generichash_state state;
    Secret made = {NULL};

    TRY(secret_new(&made));
    crypto_generichash_init(&state, from->b, SECRET_LEN, SECRET_LEN);
    crypto_generichash_update(&state, (const uint8_t *)label_prefix, sizeof(label_prefix) - 1);
    crypto_generichash_update(&state, (const uint8_t *)label, strlen(label));
    crypto_generichash_final(&state, made.b, SECRET_LEN);
    sodium_memzero(&state, sizeof(state));
    *ret = made;
    return 0;
}

Plain plain_of(const Buf *b)
{
    return (Plain){b->ptr, b->len};
}

Sealed sealed_of(const Buf *b)
{
    return (Sealed){b->ptr, b->len};
}

void hash_part(crypto_generichash_state *state, Str part)
{
    uint8_t len[8];

    for (unsigned i = 0; i < 8; i++)
        len[i] = (uint8_t)((uint64_t)part.len >> (56 - 8 * i));
    crypto_generichash_update(state, len, sizeof(len));
    if (part.len)
        crypto_generichash_update(state, (const uint8_t *)part.ptr, part.len);
}

void hash_label(const uint8_t key[SECRET_LEN], const char *text, uint8_t ret[32])
{
    crypto_generichash(ret, 32, (const uint8_t *)text, strlen(text), key, SECRET_LEN);
}

Hash hash_parts(const Secret *key, const Str *parts, size_t n)
{
    crypto_generichash_state state;
    Hash h;

    crypto_generichash_init(&state, key ? key->b : NULL, key ? SECRET_LEN : 0, sizeof(h.b));
    for (size_t i = 0; i < n; i++)
        hash_part(&state, parts[i]);
    crypto_generichash_final(&state, h.b, sizeof(h.b));
    sodium_memzero(&state, sizeof(state));
    return h;
}

Hash hash_sha256(Str bytes)
{
    Hash h;

    crypto_hash_sha256(h.b, (const uint8_t *)bytes.ptr, bytes.len);
    return h;
}
