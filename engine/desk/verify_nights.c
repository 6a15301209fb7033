/* SPDX-License-Identifier: Apache-2.0 */
/* The nights of the log. What waits is appended every night, with at least one filler that bears
 * the night's day; so an entry behind a night is of that day or a later one, and whoever writes one
 * of an earlier day finds no place for it that a checkpoint has not closed. Entries of one night
 * are shuffled: it is over for certain where the next one's filler stands, or an entry that never
 * waits. Nights of before that rule may lack a filler; the next one then counts for both. */
#include "base/err.h"
#include "engine/desk/verify_inner.h"
#include <errno.h>

static SeenNight *night_at(const Verify *v, size_t i)
{
    return (SeenNight *)(void *)v->nights.at + i;
}

static bool never_waits(uint8_t kind)
{
    return kind == LOGGED_KEYS || kind == LOGGED_PURGE || kind == LOGGED_LIST ||
           kind == LOGGED_WRONG_CODES || kind == LOGGED_WRONG_SIGN_INS;
}

int verify_night_meet(Verify *v, const LeafRecord *leaf)
{
    SeenNight *last = v->nights.n ? night_at(v, v->nights.n - 1) : NULL;
    const bool filler = leaf->kind == LOGGED_FILLER;
    const bool open = last && last->over == UINT64_MAX;

    if (!filler && !never_waits(leaf->kind))
        return 0;
    if (filler && open && last->day == leaf->day)
        return 0;
    if (open)
        last->over = leaf->index;
    if (!filler)
        return 0;
    SeenNight *night = items_add(v, &v->nights, sizeof(*night));
    if (!night)
        return err_origin(-ENOMEM);
    *night = (SeenNight){.first = leaf->index, .over = UINT64_MAX, .day = leaf->day};
    return 0;
}

const SeenNight *verify_night_after(const Verify *v, uint64_t leaf)
{
    for (size_t i = 0; i < v->nights.n; i++)
        if (night_at(v, i)->first > leaf)
            return night_at(v, i);
    return NULL;
}

Day verify_night_last(const Verify *v)
{
    Day last = DAY_NONE;

    for (size_t i = 0; i < v->nights.n; i++)
        if (night_at(v, i)->day > last)
            last = night_at(v, i)->day;
    return last;
}

Day verify_today(const Verify *v)
{
    const Day today = desk_today(v->desk);

    return v->last_day > today ? v->last_day : today;
}

Day verify_night_over(const Verify *v, uint64_t place, size_t *at, Day before)
{
    for (; *at < v->nights.n && night_at(v, *at)->over <= place; ++*at)
        if (night_at(v, *at)->day > before)
            before = night_at(v, *at)->day;
    return before;
}
