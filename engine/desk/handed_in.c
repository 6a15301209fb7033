/* SPDX-License-Identifier: Apache-2.0 */
/* Custodians' answers as they are handed in: sealed to the office before they are sealed to the
 * officer, so that nobody on the way can open a name with them that is not on record here. */
#include "base/err.h"
#include "engine/desk/inner.h"
#include "engine/vault/reveal.h"

int office_pair(const Secret *pepper, BoxPair *ret)
{
    SECRET_AUTO Secret secret = {NULL};

    TRY(secret_new_derived(&secret, pepper, "office"));
    return box_pair_from_secret(ret, &secret);
}

bool office_is_ours(const Desk *d, const Directory *directory)
{
    return bytes_equal(d->keys.office.public.b, directory->office.b, sizeof(directory->office.b));
}

int desk_handed_in(const Desk *d, uint32_t rev, Sealed answer, Arena *arena, Bundle *ret)
{
    int r = answer_open(&d->keys.office, desk_office(d)->tenant, rev, answer, arena, ret);

    return r > 0 ? DESK_MALFORMED : r;
}
