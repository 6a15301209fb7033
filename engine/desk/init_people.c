/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "crypto/login.h"
#include "engine/desk/init_inner.h"
#include <errno.h>
#include <string.h>
#include <time.h>

static int roles_take(const NewOffice *o, const NewPerson *from, Person *p)
{
    Str rest = str_of(from->roles);

    while (rest.len) {
        Str role = str_cut(&rest, ' ');
        if (!role.len)
            continue;
        if (!office_knows_role(o->workflows, role) || p->n_roles == PERSON_ROLES_MAX) {
            buf_addf(o->report, "%s: role %.*s: not of any workflow, or one too many\n", from->name,
                     (int)role.len, role.ptr);
            return 1;
        }
        p->roles[p->n_roles++] = name_of(role);
    }
    return 0;
}

static int person_fill(const NewOffice *o, const NewPerson *from, Person *p)
{
    p->name = name_of(str_of(from->name));
    p->label.th = arena_str(o->arena, str_of(from->label_th));
    p->label.en = arena_str(o->arena, str_of(from->label_en));
    p->unit = name_of(str_of(from->unit));
    p->superior = name_of(str_of(from->superior));
    p->outside = from->outside;
    p->shown = from->shown;
    if (!p->label.th.ptr || !p->label.en.ptr)
        return err_origin(-ENOMEM);
    if (p->unit.s[0] && !office_unit(o->workflows->office, name_str(&p->unit))) {
        buf_addf(o->report, "%s: unit %s is not in settings.yaml\n", from->name, p->unit.s);
        return 1;
    }
    return roles_take(o, from, p);
}

/* New keys, wrapped under a new passphrase: its half and the share together. */
static int person_secure(const NewOffice *o, Person *p, Buf *passphrase, StaffRecord *ret)
{
    PERSON_KEYS_AUTO PersonKeys keys = {0};
    LOGIN_AUTO Login login = {0};
    SECRET_AUTO Secret share = {NULL};
    uint8_t wrapped[WRAPPED_LEN];
    Str name = name_str(&p->name);

    TRY(passphrase_new(passphrase));
    TRY(person_keys_new(&keys));
    TRY(login_stretch(buf_str(passphrase), o->workflows->office->tenant, name, &login));
    TRY(share_of(o->share, name, &share));
    TRY(person_keys_wrap(&keys, &login.half, &share, name, wrapped));
    p->box = keys.box.public;
    p->sign = keys.sign.public;
    Hash index = login_index(o->pepper, &login.auth);
    *ret = (StaffRecord){
        .name = p->name, .auth_index = bytes32_of(index.b), .changed = (Moment)time(NULL)};
    ret->wrapped = arena_str(o->arena, (Str){(const char *)wrapped, sizeof(wrapped)});
    return ret->wrapped.ptr ? 0 : err_origin(-ENOMEM);
}

static int directory_write(const NewOffice *o, Directory *d)
{
    BUF_AUTO Buf document = {0};

    office_agrees(o->workflows, d);
    buf_init(&document, DIRECTORY_BYTES_MAX + 256);
    TRY(directory_sign(&document, d, o->first, o->second));
    return file_create(o->plan->dir, "directory.signed", 0644, buf_str(&document), o->report);
}

static int staff_store(const NewOffice *o, const StaffRecord *staff)
{
    Store *store;
    Txn *t;
    Batch *b = batch_new(o->arena);

    if (!b)
        return err_origin(-ENOMEM);
    batch_put_meta(b, STR("tenant"), o->workflows->office->tenant);
    for (size_t i = 0; i < o->plan->n_people; i++)
        batch_put_staff(b, &staff[i]);
    int r = store_open(o->plan->dir, STORE_WRITE, &store);
    if (r)
        return r < 0 ? err_trace(r) : 1;
    r = store_turn(store, &t);
    if (!r && (r = store_apply(t, b)))
        store_end(t);
    else if (!r)
        r = store_commit(t);
    store_free(store);
    if (r > 0)
        buf_addf(o->report, "%s/db: cannot be written\n", o->plan->dir);
    return r < 0 ? err_trace(r) : r ? 1 : 0;
}

int people_create(const NewOffice *o, HandedOver *ret_handed)
{
    size_t n = o->plan->n_people;
    Person *people = arena_many(o->arena, n + 1, Person);
    StaffRecord *staff = arena_many(o->arena, n + 1, StaffRecord);

    if (!people || !staff)
        return err_origin(-ENOMEM);
    if (n > DIRECTORY_PEOPLE_MAX) {
        buf_adds(o->report, "too many people for one directory\n");
        return 1;
    }
    for (size_t i = 0; i < n; i++) {
        int r = person_fill(o, &o->plan->people[i], &people[i]);
        if (r)
            return r;
        ret_handed[i].name = people[i].name;
        buf_init(&ret_handed[i].passphrase, 256);
        TRY(person_secure(o, &people[i], &ret_handed[i].passphrase, &staff[i]));
    }
    Directory d = {.tenant = o->workflows->office->tenant,
                   .version = 1,
                   .people = people,
                   .n_people = n,
                   .office = o->key};
    int r = directory_write(o, &d);
    return r ? r : staff_store(o, staff);
}
