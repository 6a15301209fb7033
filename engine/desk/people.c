/* SPDX-License-Identifier: Apache-2.0 */
/* People of the directory as one case knows them: by a keyed tag, with the roles that count. */
#include "base/wire.h"
#include "engine/desk/inner.h"
#include <string.h>

Tag desk_tag(const Desk *d, uint64_t seal_id, Str name)
{
    uint8_t id[8];
    Tag tag;

    for (size_t i = 0; i < sizeof(id); i++)
        id[i] = (uint8_t)(seal_id >> (56 - 8 * i));
    Str parts[] = {STR("tag"), desk_office(d)->tenant, {(const char *)id, sizeof(id)}, name};
    Hash h = hash_parts(&d->keys.pepper, parts, 4);
    memcpy(tag.b, h.b, sizeof(tag.b));
    return tag;
}

int desk_people_stand(Desk *d, Txn *t)
{
    ARENA_AUTO Arena arena = {0};
    Str newest;

    arena_init(&arena, 16 << 20);
    int r = desk_answer(store_get_meta(t, STR("directory"), &arena, &newest));
    if (r)
        return r == DESK_UNKNOWN ? DESK_OK : r;
    return str_eq(newest, d->loaded->directory_bytes) ? DESK_OK : DESK_MOVED;
}

/* The roles of a delegation that its giver really holds in this case. */
static RoleMask delegated_roles(const Desk *d, const Def *def, const Case *c, const Delegation *g)
{
    RoleMask office, unit;
    uint8_t role = def_role(def, g->role);
    const Person *from = directory_person(desk_directory(d), g->from);

    if (role == DEF_NONE || !from || from->disabled)
        return 0;
    person_roles(def, from, &office, &unit);
    if (c && c->unit.s[0] && name_eq(&c->unit, &from->unit))
        office |= unit;
    return office & MASK32(role);
}

/* An actor stands in for one person at a time: of several, the first in the settings. */
static void actor_delegate(const Desk *d, const Def *def, uint64_t seal_id, const Case *c,
                           const Person *p, Actor *a, Name *order)
{
    const Office *o = desk_office(d);
    Day today = desk_today(d);

    for (size_t i = 0; i < o->n_delegations; i++) {
        const Delegation *g = &o->delegations[i];
        if (!str_eq(g->to, name_str(&p->name)) || today < g->since || today > g->until)
            continue;
        Tag from = desk_tag(d, seal_id, g->from);
        if (c && case_excludes(c, &from))
            continue; /* nobody acts for somebody who is off the case */
        if (!tag_is_none(&a->delegator) && !tag_eq(&a->delegator, &from))
            continue;
        RoleMask roles = delegated_roles(d, def, c, g);
        if (!roles)
            continue;
        a->delegated |= roles;
        a->delegator = from;
        *order = name_of(g->order_no);
    }
}

void desk_actor(const Desk *d, const Def *def, uint64_t seal_id, const Case *c, const Person *p,
                Actor *ret, Name *ret_order)
{
    Actor a = {.kind = ACTOR_PERSON, .unit = p->unit};
    Name order = {{0}};

    a.tag = desk_tag(d, seal_id, name_str(&p->name));
    if (!p->disabled) {
        person_roles(def, p, &a.roles, &a.unit_roles);
        actor_delegate(d, def, seal_id, c, p, &a, &order);
    }
    *ret = a;
    *ret_order = order;
}

const Person *desk_person_of(const Desk *d, uint64_t seal_id, const Tag *tag)
{
    const Directory *dir = desk_directory(d);

    for (size_t i = 0; !tag_is_none(tag) && i < dir->n_people; i++) {
        Tag of = desk_tag(d, seal_id, name_str(&dir->people[i].name));
        if (tag_eq(&of, tag))
            return &dir->people[i];
    }
    return NULL;
}

Name desk_name_of(const Desk *d, uint64_t seal_id, const Tag *tag)
{
    const Person *p = desk_person_of(d, seal_id, tag);
    return p ? p->name : (Name){{0}};
}

int desk_holder(Desk *d, Txn *t, uint64_t id, CaseHolder *ret)
{
    HeadRecord head;
    const Def *def;

    int r = desk_answer(store_get_head(t, id, &head));
    r = r ? r : desk_def(d, t, &head, &def);
    if (r)
        return r;
    *ret = (CaseHolder){.number = head.number,
                        .workflow = head.workflow,
                        .assignee = desk_name_of(d, head.seal_id, &head.c.assignee),
                        .protected = def->protected};
    return DESK_OK;
}
