/* SPDX-License-Identifier: Apache-2.0 */
/* What of a protected case the office alone can read again (engine/store/store.h): the case as it
 * stands, and who did what. Everything of one kind has one size, whoever is accused and whoever
 * acts. */
#include "crypto/veil.h"
#include "engine/desk/inner.h"

enum { PLACE_LEN = 1 + 8 + 4 };

static Str place_put(uint64_t id, uint32_t no, uint8_t place[PLACE_LEN])
{
    place[0] = no == COVERED_HEAD ? 'h' : 'e';
    for (size_t i = 0; i < 8; i++)
        place[1 + i] = (uint8_t)(id >> (56 - 8 * i));
    for (size_t i = 0; i < 4; i++)
        place[9 + i] = (uint8_t)(no >> (24 - 8 * i));
    return (Str){(const char *)place, PLACE_LEN};
}

static int cover(const void *key, uint64_t id, uint32_t no, Str plain, Buf *out)
{
    uint8_t place[PLACE_LEN];
    size_t unit = no == COVERED_HEAD ? COVERED_HEAD_UNIT : COVERED_EVENT_UNIT;

    return veil_cover(key, place_put(id, no, place), plain, unit, out);
}

static int uncover(const void *key, uint64_t id, uint32_t no, Str covered, Buf *out)
{
    uint8_t place[PLACE_LEN];

    return veil_open(key, place_put(id, no, place), covered, out);
}

int desk_cover_store(Desk *d)
{
    int r = secret_new_derived(&d->veil, &d->keys.pepper, "veil");

    if (!r)
        store_cover(d->store, &(StoreCover){&d->veil, cover, uncover});
    return r;
}
