/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/vault/draft.h"

#include "base/err.h"
#include "base/wire.h"
#include <errno.h>
#include <string.h>

enum { VERSION = 1 };

/* The same people in an array with room for all there may be. */
static int make_room(Directory *d, Arena *arena)
{
    Person *people = arena_many(arena, DIRECTORY_PEOPLE_MAX, Person);

    if (!people)
        return err_origin(-ENOMEM);
    if (d->n_people)
        memcpy(people, d->people, d->n_people * sizeof(*people));
    d->people = people;
    return 0;
}

int draft_new(const Directory *in_force, Str base, Arena *arena, Draft *ret)
{
    Draft made = {.base = base, .proposed = arena_new(arena, Directory)};

    made.list = arena_many(arena, DIRECTORY_PEOPLE_MAX, Enrolment);
    if (!made.proposed || !made.list)
        return err_origin(-ENOMEM);
    *made.proposed = *in_force;
    made.proposed->version++;
    TRY(make_room(made.proposed, arena));
    *ret = made;
    return 0;
}

void enrolments_put(Buf *out, const Enrolment *list, size_t n)
{
    wire_put_u16(out, (uint16_t)n);
    for (size_t i = 0; i < n; i++) {
        BUF_AUTO Buf one = {0};
        buf_init(&one, ENROLMENT_BYTES_MAX);
        enrolment_put(&one, &list[i]);
        wire_put_str(out, buf_str(&one));
    }
}

void draft_put(Buf *out, const Draft *d)
{
    BUF_AUTO Buf body = {0};

    buf_init(&body, DIRECTORY_BYTES_MAX);
    directory_put_body(&body, d->proposed);
    wire_put_u8(out, VERSION);
    wire_put_str(out, d->base);
    wire_put_str(out, buf_str(&body));
    enrolments_put(out, d->list, d->n);
    if (body.err)
        out->err = body.err;
}

/* room: for how many more. */
static int read_enrolments(Wire *w, Arena *arena, size_t room, Enrolment **ret, size_t *ret_n)
{
    size_t n = wire_u16(w);

    if (n > DIRECTORY_PEOPLE_MAX || n * ENROLMENT_BYTES_MIN > w->len)
        return 1;
    Enrolment *list = arena_many(arena, n + room, Enrolment);
    if (!list)
        return err_origin(-ENOMEM);
    for (size_t i = 0; i < n; i++) {
        Str one = wire_bytes(w, ENROLMENT_BYTES_MAX);
        if (w->failed || enrolment_get(one, &list[i]))
            return 1;
    }
    *ret = list;
    *ret_n = n;
    return 0;
}

int enrolments_get(Str bytes, Arena *arena, Enrolment **ret, size_t *ret_n)
{
    Wire w = wire_of(bytes.ptr, bytes.len);
    int r = read_enrolments(&w, arena, 0, ret, ret_n);

    return r ? r : !wire_end(&w);
}

int draft_get(Str bytes, Arena *arena, Draft *ret)
{
    Wire w = wire_of(bytes.ptr, bytes.len);
    Draft got = {.n = 0};

    if (wire_u8(&w) != VERSION)
        return 1;
    got.base = wire_bytes(&w, DIRECTORY_BYTES_MAX + 256);
    Str body = wire_bytes(&w, DIRECTORY_BYTES_MAX);
    int r = directory_get_body(body, arena, &got.proposed);
    r = r ? r : read_enrolments(&w, arena, DIRECTORY_PEOPLE_MAX, &got.list, &got.n);
    if (r || !wire_end(&w))
        return r ? r : 1;
    TRY(make_room(got.proposed, arena));
    *ret = got;
    return 0;
}

Person *draft_person(Draft *d, Str name, bool add)
{
    Directory *p = d->proposed;

    for (size_t i = 0; i < p->n_people; i++)
        if (name_is(&p->people[i].name, name))
            return &p->people[i];
    if (!add || p->n_people == DIRECTORY_PEOPLE_MAX)
        return NULL;
    Person *fresh = &p->people[p->n_people++];
    memset(fresh, 0, sizeof(*fresh));
    fresh->name = name_of(name);
    return fresh;
}

int draft_enrol(Draft *d, const Enrolment *e)
{
    size_t at = 0;

    while (at < d->n && !name_eq(&d->list[at].name, &e->name))
        at++;
    if (at == DIRECTORY_PEOPLE_MAX)
        return err_origin(-E2BIG);
    d->list[at] = *e;
    d->n += at == d->n;
    return 0;
}
