/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/seal.h"

#include "base/err.h"
#include "base/wire.h"
#include "crypto/inner.h"
#include <errno.h>
#include <string.h>

enum { VERSION = 1, RECORD_SMALLEST = 256, TAG_LEN = 16 };

/* First byte of the nonce: a bare seal and the seal in a record with the same ephemeral, recipient
 * and context have one wrap key and must not meet under one nonce. */
typedef enum SealForm { SEAL_BARE, SEAL_IN_RECORD } SealForm;

_Static_assert(crypto_aead_xchacha20poly1305_ietf_ABYTES == TAG_LEN, "tag");
_Static_assert(SEAL_LEN == 1 + 32 + SECRET_LEN + TAG_LEN, "seal");
_Static_assert(RECORD_OVERHEAD == 1 + SEAL_LEN + BODY_OVERHEAD, "record");

void context_parts(const SealContext *context, ContextParts *ret)
{
    static const uint8_t widths[CONTEXT_NUMBERS] = {8, 1, 2, 1, 4};
    uint64_t values[CONTEXT_NUMBERS] = {context->case_id, context->class, context->epoch,
                                        context->kind, context->seq};
    uint8_t *at = ret->fixed;

    ret->n = 0;
    ret->parts[ret->n++] = context->tenant;
    if (context->workflow.len)
        ret->parts[ret->n++] = context->workflow;
    for (size_t i = 0; i < CONTEXT_NUMBERS; i++) {
        for (unsigned k = 0; k < widths[i]; k++)
            at[k] = (uint8_t)(values[i] >> (8 * (widths[i] - 1u - k)));
        ret->parts[ret->n++] = str_bytes(at, widths[i]);
        at += widths[i];
    }
}

void context_hash(crypto_generichash_state *state, const SealContext *context)
{
    ContextParts list;

    context_parts(context, &list);
    for (size_t i = 0; i < list.n; i++)
        hash_part(state, list.parts[i]);
}

int context_put(const SealContext *context, Buf *ret)
{
    ContextParts list;

    context_parts(context, &list);
    for (size_t i = 0; i < list.n; i++) {
        wire_put_u64(ret, list.parts[i].len);
        buf_add_str(ret, list.parts[i]);
    }
    return ret->err ? err_origin(ret->err) : 0;
}

Buf context_buf(const SealContext *context)
{
    Buf b;

    buf_init(&b, context->tenant.len + context->workflow.len + 8 * CONTEXT_PARTS +
                     sizeof(((ContextParts *)0)->fixed));
    return b;
}

size_t size_bucket(size_t len, size_t smallest)
{
    size_t size = smallest;

    while (size < len) {
        if (size + size / 2 >= len)
            return size + size / 2;
        size *= 2;
    }
    return size;
}

void key_commit(const uint8_t key[SECRET_LEN], uint8_t ret[32])
{
    hash_label(key, "krading/1|commit", ret);
}

int ephemeral_new(Ephemeral *ret)
{
    ret->n_known = 0;
    TRY(box_pair_new(&ret->pair));
    return 0;
}

void ephemeral_finish(Ephemeral *e)
{
    while (e->n_known)
        secret_finish(&e->shared[--e->n_known]);
    box_pair_finish(&e->pair);
}

/* What the ephemeral has in common with `to`, computed once. -EINVAL: low order. */
static int ephemeral_shared(Ephemeral *e, const BoxPublic *to, Key *ret)
{
    for (size_t i = 0; i < e->n_known; i++) {
        if (bytes_equal(&e->to[i], to, sizeof(*to))) {
            memcpy(ret->b, e->shared[i].b, sizeof(ret->b));
            return 0;
        }
    }
    if (crypto_scalarmult(ret->b, e->pair.secret.b, to->b))
        return err_origin(-EINVAL);
    if (e->n_known < EPHEMERAL_KNOWN_MAX) {
        TRY(secret_new_copy(&e->shared[e->n_known], ret->b));
        e->to[e->n_known++] = *to;
    }
    return 0;
}

static void wrap_key(const Key *shared, const BoxPublic *ephemeral, const BoxPublic *recipient,
                     const SealContext *context, Key *ret)
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, SECRET_LEN);
    crypto_generichash_update(&state, shared->b, sizeof(shared->b));
    crypto_generichash_update(&state, ephemeral->b, sizeof(ephemeral->b));
    crypto_generichash_update(&state, recipient->b, sizeof(recipient->b));
    context_hash(&state, context);
    crypto_generichash_final(&state, ret->b, sizeof(ret->b));
    sodium_memzero(&state, sizeof(state));
}

typedef struct Wrapping {
    const SealContext *context;
    Str ad; /* the context's bytes */
    SealForm form;
} Wrapping;

static void wrap_nonce(SealForm form, uint8_t ret[24])
{
    memset(ret, 0, 24);
    ret[0] = (uint8_t)form;
}

static int wrap(Ephemeral *ephemeral, const BoxPublic *to, const Wrapping *how,
                const uint8_t secret[SECRET_LEN], uint8_t ret[SEAL_LEN])
{
    KEY_AUTO Key shared, key;
    uint8_t nonce[24];

    TRY(ephemeral_shared(ephemeral, to, &shared));
    wrap_key(&shared, &ephemeral->pair.public, to, how->context, &key);
    wrap_nonce(how->form, nonce);
    ret[0] = VERSION;
    memcpy(ret + 1, ephemeral->pair.public.b, 32);
    crypto_aead_xchacha20poly1305_ietf_encrypt(ret + 33, NULL, secret, SECRET_LEN,
                                               (const uint8_t *)how->ad.ptr, how->ad.len, NULL,
                                               nonce, key.b);
    return 0;
}

/* 0, 1. */
static int unwrap(const BoxPair *as, const Wrapping *how, const uint8_t seal[SEAL_LEN], Key *ret)
{
    KEY_AUTO Key shared, key;
    BoxPublic ephemeral;
    uint8_t nonce[24];

    if (seal[0] != VERSION)
        return 1;
    memcpy(ephemeral.b, seal + 1, sizeof(ephemeral.b));
    if (crypto_scalarmult(shared.b, as->secret.b, ephemeral.b))
        return 1; /* a point of low order */
    wrap_key(&shared, &ephemeral, &as->public, how->context, &key);
    wrap_nonce(how->form, nonce);
    return crypto_aead_xchacha20poly1305_ietf_decrypt(
               ret->b, NULL, NULL, seal + 33, SECRET_LEN + TAG_LEN, (const uint8_t *)how->ad.ptr,
               how->ad.len, nonce, key.b)
               ? 1
               : 0;
}

int seal_secret(Ephemeral *ephemeral, const BoxPublic *to, const SealContext *context,
                const Secret *secret, uint8_t ret[SEAL_LEN])
{
    BUF_AUTO Buf ad = context_buf(context);

    TRY(context_put(context, &ad));
    TRY(wrap(ephemeral, to, &(Wrapping){context, buf_str(&ad), SEAL_BARE}, secret->b, ret));
    return 0;
}

void seal_dummy(const Ephemeral *ephemeral, uint8_t ret[SEAL_LEN])
{
    ret[0] = VERSION;
    memcpy(ret + 1, ephemeral->pair.public.b, 32);
    randombytes_buf(ret + 33, SEAL_LEN - 33);
}

int seal_open(const BoxPair *as, const SealContext *context, const uint8_t seal[SEAL_LEN],
              Secret *ret)
{
    BUF_AUTO Buf ad = context_buf(context);
    KEY_AUTO Key key;

    TRY(context_put(context, &ad));
    if (unwrap(as, &(Wrapping){context, buf_str(&ad), SEAL_BARE}, seal, &key))
        return 1;
    TRY(secret_new_copy(ret, key.b));
    return 0;
}

size_t record_padded(size_t text_len)
{
    return size_bucket(text_len, RECORD_SMALLEST);
}

void body_seal(const uint8_t key[SECRET_LEN], Str ad, Plain text, size_t padded, uint8_t *ret)
{
    uint8_t *nonce = ret + 32, *inner = nonce + 24;

    key_commit(key, ret);
    randombytes_buf(nonce, 24);
    for (unsigned i = 0; i < 4; i++)
        inner[i] = (uint8_t)(text.len >> (24 - 8 * i));
    if (text.len)
        memcpy(inner + 4, text.ptr, text.len);
    memset(inner + 4 + text.len, 0, padded - text.len);
    crypto_aead_xchacha20poly1305_ietf_encrypt(inner, NULL, inner, 4 + padded,
                                               (const uint8_t *)ad.ptr, ad.len, NULL, nonce, key);
}

int body_open(const uint8_t key[SECRET_LEN], Str ad, Sealed body, Buf *out)
{
    size_t padded = body.len - BODY_OVERHEAD, len;
    uint8_t commit[32], *inner;
    BUF_AUTO Buf opened = {0};

    buf_init(&opened, 4 + padded);
    key_commit(key, commit);
    if (!bytes_equal(commit, body.ptr, sizeof(commit)))
        return 1;
    inner = buf_room(&opened, 4 + padded);
    if (!inner)
        return err_origin(opened.err);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(inner, NULL, NULL, body.ptr + 56, body.len - 56,
                                                   (const uint8_t *)ad.ptr, ad.len, body.ptr + 32,
                                                   key))
        return 1;
    len = (size_t)inner[0] << 24 | (size_t)inner[1] << 16 | (size_t)inner[2] << 8 | inner[3];
    if (len > padded || !sodium_is_zero(inner + 4 + len, padded - len))
        return 1;
    buf_add(out, inner + 4, len);
    return out->err ? err_origin(out->err) : 0;
}

int record_seal(Ephemeral *ephemeral, const BoxPublic *to, const SealContext *context,
                Plain text, Buf *out)
{
    BUF_AUTO Buf ad = context_buf(context);
    KEY_AUTO Key key;
    uint8_t seal[SEAL_LEN], *at;
    size_t padded;

    if (text.len > RECORD_TEXT_MAX)
        return err_origin(-EMSGSIZE);
    padded = record_padded(text.len);
    TRY(context_put(context, &ad));
    randombytes_buf(key.b, sizeof(key.b));
    TRY(wrap(ephemeral, to, &(Wrapping){context, buf_str(&ad), SEAL_IN_RECORD}, key.b, seal));
    at = buf_room(out, RECORD_OVERHEAD + padded);
    if (!at)
        return err_origin(out->err);
    at[0] = VERSION;
    memcpy(at + 1, seal, SEAL_LEN);
    body_seal(key.b, buf_str(&ad), text, padded, at + 1 + SEAL_LEN);
    return 0;
}

bool record_is_shaped(Sealed record)
{
    size_t padded = record.len - RECORD_OVERHEAD;

    return record.len >= RECORD_OVERHEAD + RECORD_SMALLEST && padded <= RECORD_TEXT_MAX &&
           record_padded(padded) == padded && record.ptr[0] == VERSION && record.ptr[1] == VERSION;
}

int record_open(const BoxPair *as, const SealContext *context, Sealed record, Buf *out)
{
    BUF_AUTO Buf ad = context_buf(context);
    KEY_AUTO Key key;

    if (!record_is_shaped(record))
        return 1;
    TRY(context_put(context, &ad));
    if (unwrap(as, &(Wrapping){context, buf_str(&ad), SEAL_IN_RECORD}, record.ptr + 1, &key))
        return 1;
    TRY(body_open(key.b, buf_str(&ad),
                  (Sealed){record.ptr + 1 + SEAL_LEN, record.len - 1 - SEAL_LEN}, out));
    return 0;
}
