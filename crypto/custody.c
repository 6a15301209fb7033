/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/custody.h"

#include "base/err.h"
#include "crypto/inner.h"
#include <errno.h>

enum { VERSION = 1, IDENTITY_PADDED = IDENTITY_TEXT_MAX };

_Static_assert(1 + BODY_OVERHEAD + IDENTITY_PADDED == IDENTITY_BLOB_LEN, "identity blob");

static int identity_seal_under(const uint8_t key[SECRET_LEN], const SealContext *context,
                               Plain text, uint8_t ret[IDENTITY_BLOB_LEN])
{
    BUF_AUTO Buf ad = context_buf(context);

    TRY(context_put(context, &ad));
    ret[0] = VERSION;
    body_seal(key, buf_str(&ad), text, IDENTITY_PADDED, ret + 1);
    return 0;
}

int identity_seal(const Secret *ki, const SealContext *context, Plain text,
                  uint8_t ret[IDENTITY_BLOB_LEN])
{
    if (text.len > IDENTITY_TEXT_MAX)
        return err_origin(-EMSGSIZE);
    TRY(identity_seal_under(ki->b, context, text, ret));
    return 0;
}

int identity_dummy(const SealContext *context, uint8_t ret[IDENTITY_BLOB_LEN])
{
    KEY_AUTO Key thrown_away;

    randombytes_buf(thrown_away.b, sizeof(thrown_away.b));
    TRY(identity_seal_under(thrown_away.b, context, (Plain){NULL, 0}, ret));
    return 0;
}

int identity_open(const Secret *ki, const SealContext *context,
                  const uint8_t blob[IDENTITY_BLOB_LEN], Buf *out)
{
    BUF_AUTO Buf ad = context_buf(context);

    if (blob[0] != VERSION)
        return 1;
    TRY(context_put(context, &ad));
    TRY(body_open(ki->b, buf_str(&ad), (Sealed){blob + 1, IDENTITY_BLOB_LEN - 1}, out));
    return 0;
}

int custody_split(const Secret *ki, Secret *ret_first, Secret *ret_second)
{
    SECRET_AUTO Secret first = {NULL};

    TRY(secret_new_random(&first));
    TRY(secret_new_xor(ret_second, ki, &first));
    *ret_first = first;
    first.b = NULL;
    return 0;
}

int custody_join(const Secret *first, const Secret *second, Secret *ret_ki)
{
    TRY(secret_new_xor(ret_ki, first, second));
    return 0;
}

Hash custody_commit(const Secret *half, const SealContext *context)
{
    static const char label[] = "krading/1|half";
    crypto_generichash_state state;
    Hash h;

    crypto_generichash_init(&state, half->b, SECRET_LEN, sizeof(h.b));
    crypto_generichash_update(&state, (const uint8_t *)label, sizeof(label) - 1);
    context_hash(&state, context);
    crypto_generichash_final(&state, h.b, sizeof(h.b));
    sodium_memzero(&state, sizeof(state));
    return h;
}
