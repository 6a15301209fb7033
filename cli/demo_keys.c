/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of demo people, unwrapped with the passphrases that were just made. */
#include "cli/demo_inner.h"

#include "base/err.h"
#include <errno.h>

static const Buf *passphrase_of(const Player *p, Str name)
{
    for (size_t i = 0; i < p->n_people; i++)
        if (name_is(&p->people[i].name, name))
            return &p->people[i].passphrase;
    return NULL;
}

static int unwrap(Player *p, Str name, PersonKeys *ret)
{
    LOGIN_AUTO Login login = {.auth = {NULL}};
    SECRET_AUTO Secret share = {NULL};
    ARENA_AUTO Arena arena = {0};
    const Buf *passphrase = passphrase_of(p, name);
    StaffRecord staff;
    Txn *t;

    arena_init(&arena, 1 << 20);
    if (!passphrase)
        return err_origin(-ENOENT);
    TRY(login_stretch(buf_str(passphrase), desk_office(p->desk)->tenant, name, &login));
    TRY(desk_share(p->desk, name, &share));
    TRY(store_read(desk_store(p->desk), &t));
    int r = desk_staff(p->desk, t, name, &arena, &staff);
    store_end(t);
    if (r || staff.wrapped.len != WRAPPED_LEN)
        return err_origin(-EIO);
    r = person_keys_unwrap((const uint8_t *)staff.wrapped.ptr, &login.half, &share, name, ret);
    return r > 0 ? err_origin(-EIO) : r;
}

int demo_keys(Player *p, const char *name, const PersonKeys **ret)
{
    for (size_t i = 0; i < p->n_keyed; i++) {
        if (name_is(&p->keyed[i].name, str_of(name))) {
            *ret = &p->keyed[i].keys;
            return 0;
        }
    }
    if (p->n_keyed == KEYED_MAX)
        return err_origin(-ENOBUFS);
    Keyed *k = &p->keyed[p->n_keyed];
    TRY(unwrap(p, str_of(name), &k->keys));
    k->name = name_of(str_of(name));
    p->n_keyed++;
    *ret = &k->keys;
    return 0;
}
