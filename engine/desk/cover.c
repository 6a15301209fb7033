/* SPDX-License-Identifier: Apache-2.0 */
/* What of a protected case the office alone can read again (engine/store/store.h): the case as it
 * stands, who did what, and who was to be told. Everything of one kind has one size, whoever is
 * accused and whoever acts. */
#include "crypto/veil.h"
#include "engine/desk/inner.h"

enum { PLACE_LEN = 1 + 8 + 4, EVENT_ARENA = 1 << 20 };

/* What lies covered besides events, each with its letter and size. */
typedef struct Kind {
    uint32_t no;
    char letter;
    size_t unit;
} Kind;

static const Kind *kind_of(uint32_t no)
{
    static const Kind kinds[] = {{COVERED_HEAD, 'h', COVERED_HEAD_UNIT},
                                 {COVERED_ALERT, 'a', COVERED_ALERT_UNIT}};
    static const Kind event = {0, 'e', COVERED_EVENT_UNIT};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (kinds[i].no == no)
            return &kinds[i];
    }
    return &event;
}

static Str place_put(uint64_t id, uint32_t no, uint8_t place[PLACE_LEN])
{
    place[0] = (uint8_t)kind_of(no)->letter;
    for (size_t i = 0; i < 8; i++)
        place[1 + i] = (uint8_t)(id >> (56 - 8 * i));
    for (size_t i = 0; i < 4; i++)
        place[9 + i] = (uint8_t)(no >> (24 - 8 * i));
    return (Str){(const char *)place, PLACE_LEN};
}

static int cover(const void *key, uint64_t id, uint32_t no, Str plain, Buf *out)
{
    uint8_t place[PLACE_LEN];

    return veil_cover(key, place_put(id, no, place), plain, kind_of(no)->unit, out);
}

static int uncover(const void *key, uint64_t id, uint32_t no, Str covered, Buf *out)
{
    uint8_t place[PLACE_LEN];

    return veil_open(key, place_put(id, no, place), covered, out);
}

bool head_stands(Txn *t, const Def *def, const HeadRecord *h)
{
    ARENA_AUTO Arena arena = {0};
    EventRecord begun;

    if (!def->protected || h->covers)
        return true;
    arena_init(&arena, EVENT_ARENA);
    return store_get_event(t, h->id, 0, &arena, &begun) != STORE_OK || !begun.covers;
}

int desk_cover_store(Desk *d)
{
    int r = secret_new_derived(&d->veil, &d->keys.pepper, "veil");

    if (!r)
        store_cover(d->store, &(StoreCover){&d->veil, cover, uncover});
    return r;
}
