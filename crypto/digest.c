/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/digest.h"

#include <sodium.h>

_Static_assert(sizeof(Digester) >= sizeof(crypto_generichash_state), "the state fits");
_Static_assert(sizeof(Hash) == crypto_generichash_BYTES, "256 bits");

static crypto_generichash_state *state_of(Digester *d)
{
    return (crypto_generichash_state *)(void *)d->state;
}

/* What is digested is what somebody sent: the words of it that the sum kept on the stack go too. */
enum { SUM_FRAMES = 8192 };

void digest_begin(Digester *d)
{
    crypto_generichash_init(state_of(d), NULL, 0, sizeof(Hash));
}

void digest_add(Digester *d, Str bytes)
{
    crypto_generichash_update(state_of(d), (const uint8_t *)bytes.ptr, bytes.len);
    sodium_stackzero(SUM_FRAMES);
}

Hash digest_end(Digester *d)
{
    Hash h;

    crypto_generichash_final(state_of(d), h.b, sizeof(h.b));
    sodium_stackzero(SUM_FRAMES);
    bytes_wipe(d, sizeof(*d));
    return h;
}
