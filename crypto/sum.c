/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sum.h"

#include <sodium.h>

_Static_assert(sizeof(Sum) >= sizeof(crypto_hash_sha256_state), "the state fits");

static crypto_hash_sha256_state *state_of(Sum *s)
{
    return (crypto_hash_sha256_state *)(void *)s->state;
}

void sum_begin(Sum *s)
{
    crypto_hash_sha256_init(state_of(s));
}

void sum_add(Sum *s, const void *ptr, size_t len)
{
    crypto_hash_sha256_update(state_of(s), ptr, len);
}

Hash sum_end(Sum *s)
{
    Hash h;

    crypto_hash_sha256_final(state_of(s), h.b);
    return h;
}
