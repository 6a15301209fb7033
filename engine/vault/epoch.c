/* SPDX-License-Identifier: Apache-2.0 */
/* New keys for a case that somebody has been taken off. */
#include "engine/vault/inner.h"

#include "base/err.h"
#include <errno.h>

enum { KEY_PARTS = 3 };
typedef struct KeyParts {
    uint8_t seal_id[8], key[3]; /* class, epoch */
    Str parts[KEY_PARTS];
} KeyParts;

static void key_parts(const BundleKey *k, uint64_t seal_id, KeyParts *ret)
{
    for (unsigned i = 0; i < sizeof(ret->seal_id); i++)
        ret->seal_id[i] = (uint8_t)(seal_id >> (56 - 8 * i));
    ret->key[0] = k->class;
    ret->key[1] = (uint8_t)(k->epoch >> 8);
    ret->key[2] = (uint8_t)k->epoch;
    ret->parts[0] = (Str){(const char *)ret->seal_id, sizeof(ret->seal_id)};
    ret->parts[1] = (Str){(const char *)ret->key, sizeof(ret->key)};
    ret->parts[2] = (Str){(const char *)k->public.b, sizeof(k->public.b)};
}

int bundle_key_sign(BundleKey *k, const SignPair *by, Str tenant, uint64_t seal_id)
{
    KeyParts list;

    key_parts(k, seal_id, &list);
    TRY(keys_sign(by, "epoch", tenant, list.parts, KEY_PARTS, &k->signature));
    return 0;
}

bool bundle_key_signed_by(const BundleKey *k, const SignPublic *by, Str tenant, uint64_t seal_id)
{
    KeyParts list;

    key_parts(k, seal_id, &list);
    return keys_verify(by, "epoch", tenant, list.parts, KEY_PARTS, &k->signature);
}

bool bundle_key_is_signed(const BundleKey *k)
{
    static const Signature none;

    return !bytes_equal(k->signature.b, none.b, sizeof(none.b));
}

/* Keys in the making. */
typedef struct Making {
    const Composer *by;
    const SignPair *signer; /* or NULL */
    Ephemeral ephemeral;
    BoxPair pair;
    uint8_t class;
    uint16_t epoch;
    Bundle b;
} Making;
#define MAKING_AUTO __attribute__((cleanup(making_finish)))

static void making_finish(Making *m)
{
    ephemeral_finish(&m->ephemeral);
    box_pair_finish(&m->pair);
}

/* `to` NULL: a dummy. Its signature is covered on disk like any other, so random bytes will do. */
static int make_seal(Making *m, uint8_t slot, const EpochReader *to)
{
    uint8_t sealed[SEAL_LEN];
    BundleSeal seal = {.class = m->class, .epoch = m->epoch, .slot = slot};
    SealCase of = case_of(m->by, m->b.seal_id);
    SealContext context = class_key_context(&of, m->class, m->epoch, slot);

    if (to) {
        seal.reader = to->person->name;
        seal.expires = to->expires;
        TRY(seal_secret(&m->ephemeral, &to->person->box, &context, &m->pair.secret, sealed));
    } else {
        seal_dummy(&m->ephemeral, sealed);
        if (m->signer)
            bytes_random(&seal.signature, sizeof(seal.signature));
    }
    bytes_random(&seal.nonce, sizeof(seal.nonce));
    seal.sealed = arena_str(m->by->arena, (Str){(const char *)sealed, sizeof(sealed)});
    if (!seal.sealed.ptr)
        return err_origin(-ENOMEM);
    if (to && m->signer)
        TRY(bundle_seal_sign(&seal, m->signer, m->by->tenant, m->b.seal_id, &to->person->box));
    m->b.seals[m->b.n_seals++] = seal;
    return 0;
}

static int make_seals(Making *m, const EpochReader *to, size_t n)
{
    enum { SLOTS_MAX = 248 }; /* a slot is a byte, and 0xff a granted one */
    uint8_t order[SLOTS_MAX];
    size_t slots = n;

    if (m->by->def->protected)
        slots = (n + READER_SLOTS - 1) / READER_SLOTS * READER_SLOTS;
    if (slots > SLOTS_MAX)
        return err_origin(-E2BIG);
    TRY(bundle_grow_seals(m->by->arena, &m->b, slots));
    shuffled(order, slots);
    for (uint8_t i = 0; i < slots; i++)
        TRY(make_seal(m, m->signer ? SLOT_GRANTED : i, order[i] < n ? &to[order[i]] : NULL));
    return 0;
}

static int make_key(Making *m)
{
    BundleKey key = {.class = m->class, .epoch = m->epoch, .public = m->pair.public};

    if (m->b.n_keys == BUNDLE_KEYS_MAX)
        return err_origin(-E2BIG);
    if (m->signer)
        TRY(bundle_key_sign(&key, m->signer, m->by->tenant, m->b.seal_id));
    m->b.keys[m->b.n_keys++] = key;
    return 0;
}

int compose_epoch(const Composer *by, uint8_t class, uint16_t epoch, const EpochReader *to,
                  size_t n, const SignPair *signer, Bundle *bundle, HeldKey *ret_held)
{
    MAKING_AUTO Making m = {
        .by = by, .signer = signer, .class = class, .epoch = epoch, .b = *bundle};

    TRY(ephemeral_new(&m.ephemeral));
    TRY(box_pair_new(&m.pair));
    TRY(make_key(&m));
    TRY(make_seals(&m, to, n));
    if (ret_held) {
        *ret_held = (HeldKey){.class = class, .epoch = epoch, .pair = m.pair};
        m.pair.secret.b = NULL;
    }
    *bundle = m.b;
    return 0;
}
