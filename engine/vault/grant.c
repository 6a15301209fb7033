/* SPDX-License-Identifier: Apache-2.0 */
/* Passing on what one holds: class keys to further readers, halves to whom two custodians trust. */
#include "engine/vault/inner.h"

#include "base/err.h"
#include <errno.h>
#include <string.h>

int bundle_grow_seals(Arena *arena, Bundle *b, size_t n)
{
    if (b->n_seals + n > BUNDLE_SEALS_MAX)
        return err_origin(-E2BIG);
    BundleSeal *seals = arena_many(arena, b->n_seals + n, BundleSeal);
    if (!seals)
        return err_origin(-ENOMEM);
    if (b->n_seals)
        memcpy(seals, b->seals, b->n_seals * sizeof(*seals));
    b->seals = seals;
    return 0;
}

static int grant_key(const Composer *by, Ephemeral *ephemeral, const HeldKey *key,
                     const Person *to, const SignPair *signer, Bundle *b)
{
    uint8_t sealed[SEAL_LEN];
    BundleSeal seal = {.class = key->class,
                       .epoch = key->epoch,
                       .slot = SLOT_GRANTED,
                       .reader = to->name,
                       .expires = by->grants_expire};
    SealCase of = case_of(by, b->seal_id);
    SealContext context = class_key_context(&of, key->class, key->epoch, SLOT_GRANTED);

    TRY(seal_secret(ephemeral, &to->box, &context, &key->pair.secret, sealed));
    bytes_random(&seal.nonce, sizeof(seal.nonce));
    seal.sealed = arena_str(by->arena, (Str){(const char *)sealed, sizeof(sealed)});
    if (!seal.sealed.ptr)
        return err_origin(-ENOMEM);
    TRY(bundle_seal_sign(&seal, signer, by->tenant, b->seal_id, &to->box));
    b->seals[b->n_seals++] = seal;
    return 0;
}

int compose_grant(const Composer *by, const HeldKeys *held, const Person *to, uint8_t class,
                  const SignPair *signer, Bundle *bundle)
{
    EPHEMERAL_AUTO Ephemeral ephemeral = {0};
    Bundle b = *bundle;
    size_t n = 0;

    for (size_t i = 0; i < held->n; i++)
        n += held->key[i].class == class;
    if (n == 0)
        return 1;
    TRY(ephemeral_new(&ephemeral));
    TRY(bundle_grow_seals(by->arena, &b, n));
    for (size_t i = 0; i < held->n; i++)
        if (held->key[i].class == class)
            TRY(grant_key(by, &ephemeral, &held->key[i], to, signer, &b));
    *bundle = b;
    return 0;
}

int compose_half(const Composer *by, const CaseKeys *keys, uint32_t first_part, const Secret *half,
                 uint8_t slot, const Person *to, Bundle *ret)
{
    SEALER_AUTO Sealer s = {0};

    TRY(sealer_init(&s, by, keys, first_part));
    TRY(half_add(&s, slot, to, half));
    *ret = s.b;
    return 0;
}
