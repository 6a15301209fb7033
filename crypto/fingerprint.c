/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/fingerprint.h"

#include "crypto/inner.h"

_Static_assert(sizeof(crypto_onetimeauth_state) <= sizeof(((Fingerprinter *)0)->state), "room");
_Static_assert(crypto_onetimeauth_BYTES == sizeof(Fingerprint), "length");
_Static_assert(crypto_onetimeauth_KEYBYTES == SECRET_LEN, "key");

static crypto_onetimeauth_state *state_of(Fingerprinter *f)
{
    return (crypto_onetimeauth_state *)(void *)f->state;
}

void fingerprint_begin(Fingerprinter *f, const Secret *key)
{
    crypto_onetimeauth_init(state_of(f), key->b);
}

void fingerprint_add(Fingerprinter *f, Str bytes)
{
    crypto_onetimeauth_update(state_of(f), (const uint8_t *)bytes.ptr, bytes.len);
}

Fingerprint fingerprint_end(Fingerprinter *f)
{
    Fingerprint print;

    crypto_onetimeauth_final(state_of(f), print.b);
    sodium_memzero(f, sizeof(*f));
    return print;
}
