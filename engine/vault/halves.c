/* SPDX-License-Identifier: Apache-2.0 */
/* The identity blob, always of one size under a real key, and who can come to that key. What lies
 * in the case is the same whether somebody gave a name or not, and, in protected workflows,
 * however many pairs of custodians there are. */
#include "engine/vault/inner.h"

#include "base/err.h"
#include <errno.h>

typedef struct Pair {
    const Person *first, *second;
} Pair;

typedef struct Pairs {
    Pair pair[CUSTODY_PAIRS];
    size_t n;
} Pairs;

/* Neighbours first, then those further apart, so that few pairs still spread over all. */
static void choose_pairs(const Directory *d, const bool *excluded, Pairs *ret)
{
    const Person *who[DIRECTORY_PEOPLE_MAX];
    size_t n = 0;

    for (size_t i = 0; i < d->n_people && n < DIRECTORY_PEOPLE_MAX; i++) {
        const Person *p = &d->people[i];
        if (!excluded[i] && !p->disabled && person_is_custodian(p))
            who[n++] = p;
    }
    ret->n = 0;
    for (size_t apart = 1; apart < n; apart++)
        for (size_t i = 0; i + apart < n && ret->n < CUSTODY_PAIRS; i++)
            ret->pair[ret->n++] = (Pair){who[i], who[i + apart]};
}

int half_add(Sealer *s, uint8_t slot, const Person *to, const Secret *half)
{
    uint8_t seal[SEAL_LEN];
    SealContext context = sealer_context(s, PART_HALF, CLASS_IDENTITY, 0);
    BundlePart part = {.kind = PART_HALF, .class = CLASS_IDENTITY, .slot = slot};

    if (to) {
        TRY(seal_secret(&s->ephemeral, &to->box, &context, half, seal));
        part.commit = custody_commit(half, &context);
        part.holder = to->name;
    } else {
        seal_dummy(&s->ephemeral, seal);
        bytes_random(&part.commit, sizeof(part.commit));
    }
    TRY(sealer_add(s, part, seal, sizeof(seal)));
    return 0;
}

static int add_pair(Sealer *s, uint8_t number, const Pair *pair, const Secret *ki)
{
    SECRET_AUTO Secret first = {NULL}, second = {NULL};

    TRY(custody_split(ki, &first, &second));
    TRY(half_add(s, (uint8_t)(number * 2), pair->first, &first));
    TRY(half_add(s, (uint8_t)(number * 2 + 1), pair->second, &second));
    return 0;
}

static int add_pairs(Sealer *s, const Secret *ki, const bool *excluded)
{
    uint8_t order[CUSTODY_PAIRS];
    Pairs pairs;

    choose_pairs(s->by->directory, excluded, &pairs);
    size_t slots = s->by->def->protected ? CUSTODY_PAIRS : pairs.n;
    shuffled(order, slots);
    for (uint8_t i = 0; i < slots; i++) {
        Pair none = {NULL, NULL};
        TRY(add_pair(s, i, order[i] < pairs.n ? &pairs.pair[order[i]] : &none, ki));
    }
    return 0;
}

static int add_whole(Sealer *s, const Secret *ki)
{
    uint8_t seal[SEAL_LEN];
    const BundleKey *key = keys_of_class(s->keys, CLASS_IDENTITY);

    if (!key)
        return err_origin(-ENOKEY);
    SealContext context = sealer_context(s, PART_HALF, CLASS_IDENTITY, key->epoch);
    TRY(seal_secret(&s->ephemeral, &key->public, &context, ki, seal));
    BundlePart part = {.kind = PART_HALF,
                       .class = CLASS_IDENTITY,
                       .epoch = key->epoch,
                       .slot = HALF_WHOLE,
                       .commit = custody_commit(ki, &context)};
    TRY(sealer_add(s, part, seal, sizeof(seal)));
    return 0;
}

int identity_compose(Sealer *s, const Secret *ki, const Buf *text, const bool *excluded)
{
    uint8_t blob[IDENTITY_BLOB_LEN];
    SealContext context = sealer_context(s, PART_IDENTITY, CLASS_IDENTITY, 0);

    TRY(identity_seal(ki, &context, plain_of(text), blob));
    TRY(sealer_add(s, (BundlePart){.kind = PART_IDENTITY, .class = CLASS_IDENTITY}, blob,
                   sizeof(blob)));
    if (s->by->def->access.custodians)
        TRY(add_pairs(s, ki, excluded));
    else
        TRY(add_whole(s, ki));
    return 0;
}
