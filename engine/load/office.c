/* SPDX-License-Identifier: Apache-2.0 */
/* settings.yaml: an office's own words, lists and limits. */
#include "engine/load/read.h"

#include "base/err.h"
#include "base/text.h"
#include <errno.h>
#include <string.h>

enum { OFFICE_NODES_MAX = 32 * 1024 * 1024, TENANT_MAX = 32 };

static void read_schema(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)to;
    if (is_text(r, n) && !str_is(n->text, key->more))
        fault_at(r, n, "expected \"%s\"", (const char *)key->more);
}

static void read_tenant(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    if (!is_text(r, n))
        return;
    bool good = n->text.len > 0 && n->text.len <= TENANT_MAX;
    for (size_t i = 0; good && i < n->text.len; i++) {
        char c = n->text.ptr[i];
        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    }
    if (!good)
        fault_at(r, n, "tenant: 1 to 32 of a-z, 0-9 and -");
    else
        *(Str *)to = keep(r, n->text);
}

/* "+07:00": the distance from UTC. */
static void read_zone(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    if (!is_text(r, n))
        return;
    Str s = n->text;
    unsigned long long h = 0, m = 0;
    if (s.len != 6 || (s.ptr[0] != '+' && s.ptr[0] != '-') || s.ptr[3] != ':' ||
        str_u64((Str){s.ptr + 1, 2}, 14, &h) || str_u64((Str){s.ptr + 4, 2}, 59, &m)) {
        fault_at(r, n, "zone: the distance from UTC, as \"+07:00\"");
        return;
    }
    int minutes = (int)(h * 60 + m);
    *(Zone *)to = (Zone){(int16_t)(s.ptr[0] == '-' ? -minutes : minutes)};
}

static void read_register(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Word words[] = {{"calendar_year", 0}, {"fiscal_year", 1}, {NULL, 0}};
    uint8_t v = 0;
    (void)key;
    if (is_text(r, n) && word_value(r, n, words, &v))
        *(bool *)to = v;
}

static void read_units(Reader *r, const Node *n, const Key *key, void *to)
{
    Office *o = to;
    if (!is_map(r, n))
        return;
    Unit *units = KEEP_MANY(r, n->n, Unit);
    for (const Node *c = n->first; c && units; c = c->next) {
        Unit *u = &units[o->n_units++];
        if (is_id(r, c->key, c->key->text))
            u->id = keep(r, c->key->text);
        read_label(r, c, key, &u->label);
    }
    o->units = units;
}

static void read_choices(Reader *r, const Node *n, OfficeList *list)
{
    static const Key keys[] = {
        {"th", true, read_text, offsetof(Choice, label.th), NULL},
        {"en", true, read_text, offsetof(Choice, label.en), NULL},
        {"unit", false, read_id, offsetof(Choice, unit), NULL},
    };
    if (n->n > DEF_CHOICES_MAX) {
        fault_at(r, n->key, "a list holds at most 64 entries");
        return;
    }
    list->choices = KEEP_MANY(r, n->n, Choice);
    for (const Node *c = n->first; c && list->choices; c = c->next) {
        Choice *x = &list->choices[list->n_choices++];
        if (is_id(r, c->key, c->key->text))
            x->id = keep(r, c->key->text);
        READ_MAP(r, c, keys, x);
    }
}

/* One more than the file says: "authorities" is made of the section of that name. */
static void read_lists(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Office *o = to;
    if (!is_map(r, n))
        return;
    OfficeList *lists = KEEP_MANY(r, n->n + 1, OfficeList);
    for (const Node *c = n->first; c && lists; c = c->next) {
        if (str_is(c->key->text, "authorities")) {
            fault_at(r, c->key, "this list is made of the section `authorities`");
            continue;
        }
        OfficeList *list = &lists[o->n_lists++];
        if (is_id(r, c->key, c->key->text))
            list->id = keep(r, c->key->text);
        if (is_map(r, c))
            read_choices(r, c, list);
    }
    o->lists = lists;
}

static void read_notices(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Key keys[] = {
        {"version", true, read_text, offsetof(Notice, version), NULL},
        {"th", true, read_text, offsetof(Notice, text.th), NULL},
        {"en", true, read_text, offsetof(Notice, text.en), NULL},
    };
    (void)key;
    Office *o = to;
    if (!is_map(r, n))
        return;
    Notice *notices = KEEP_MANY(r, n->n, Notice);
    for (const Node *c = n->first; c && notices; c = c->next) {
        Notice *x = &notices[o->n_notices++];
        if (is_id(r, c->key, c->key->text))
            x->id = keep(r, c->key->text);
        READ_MAP(r, c, keys, x);
    }
    o->notices = notices;
}

static void read_authorities(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Key keys[] = {
        {"th", true, read_text, offsetof(Authority, label.th), NULL},
        {"en", true, read_text, offsetof(Authority, label.en), NULL},
        {"phone", false, read_text, offsetof(Authority, phone), NULL},
        {"url", false, read_text, offsetof(Authority, url), NULL},
    };
    (void)key;
    Office *o = to;
    if (!is_map(r, n))
        return;
    if (n->n > DEF_CHOICES_MAX) {
        fault_at(r, n->key, "more than 64 authorities");
        return;
    }
    Authority *list = KEEP_MANY(r, n->n, Authority);
    for (const Node *c = n->first; c && list; c = c->next) {
        Authority *x = &list[o->n_authorities++];
        if (is_id(r, c->key, c->key->text))
            x->id = keep(r, c->key->text);
        READ_MAP(r, c, keys, x);
        if (x->url.len && !str_starts(x->url, STR("https://")))
            fault_at(r, c, "url: has to begin with https://");
    }
    o->authorities = list;
}

static void read_delegations(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Key keys[] = {
        {"role", true, read_id, offsetof(Delegation, role), NULL},
        {"from", true, read_text, offsetof(Delegation, from), NULL},
        {"to", true, read_text, offsetof(Delegation, to), NULL},
        {"order_no", true, read_text, offsetof(Delegation, order_no), NULL},
        {"since", true, read_day, offsetof(Delegation, since), NULL},
        {"until", true, read_day, offsetof(Delegation, until), NULL},
    };
    (void)key;
    Office *o = to;
    if (!is_list(r, n))
        return;
    Delegation *list = KEEP_MANY(r, n->n, Delegation);
    for (const Node *c = n->first; c && list; c = c->next) {
        Delegation *x = &list[o->n_delegations++];
        if (READ_MAP(r, c, keys, x) && x->since > x->until)
            fault_at(r, c, "`until` lies before `since`");
    }
    o->delegations = list;
}

static const Str *read_ids(Reader *r, const Node *n, const Key *key, size_t *ret_n)
{
    if (!is_list(r, n))
        return NULL;
    Str *list = KEEP_MANY(r, n->n, Str);
    for (const Node *c = n->first; c && list; c = c->next)
        read_id(r, c, key, &list[(*ret_n)++]);
    return list;
}

static void read_serves(Reader *r, const Node *n, const Key *key, void *to)
{
    Office *o = to;
    o->serves = read_ids(r, n, key, &o->n_serves);
}

static void read_listers(Reader *r, const Node *n, const Key *key, void *to)
{
    Destroyers *d = to;
    d->lists = read_ids(r, n, key, &d->n_lists);
}

static void read_approvers(Reader *r, const Node *n, const Key *key, void *to)
{
    Destroyers *d = to;
    d->approves = read_ids(r, n, key, &d->n_approves);
}

static void read_destruction(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Key keys[] = {
        {"listed_by", false, read_listers, 0, NULL},
        {"approved_by", true, read_approvers, 0, NULL},
    };
    (void)key;
    READ_MAP(r, n, keys, &((Office *)to)->destroys);
}

static const Range years = {1, 100, 2};
#define AT(member) offsetof(Office, member)
static const Key top_keys[] = {
    {"schema", true, read_schema, 0, "krading-office/1"},
    {"tenant", true, read_tenant, AT(tenant), NULL},
    {"org", true, read_label, AT(org), NULL},
    {"demo", false, read_yes, AT(demo), NULL},
    {"province", true, read_id, AT(province), NULL},
    {"zone", true, read_zone, AT(zone), NULL},
    {"address", true, read_label, AT(address), NULL},
    {"phone", true, read_label, AT(phone), NULL},
    {"hours", true, read_label, AT(hours), NULL},
    {"dpo_contact", true, read_label, AT(dpo_contact), NULL},
    {"order_no", true, read_text, AT(order_no), NULL},
    {"retention_years", true, read_number, AT(retention_years), &years},
    {"register_by", false, read_register, AT(register_by_fiscal_year), NULL},
    {"serves", false, read_serves, 0, NULL},
    {"units", true, read_units, 0, NULL},
    {"lists", true, read_lists, 0, NULL},
    {"notices", true, read_notices, 0, NULL},
    {"authorities", true, read_authorities, 0, NULL},
    {"delegations", false, read_delegations, 0, NULL},
    {"destruction", false, read_destruction, 0, NULL},
};
#undef AT

/* read_lists has left room for it. */
static void add_authorities_list(Reader *r, Office *o)
{
    OfficeList *list = (OfficeList *)(uintptr_t)&o->lists[o->n_lists];
    *list = (OfficeList){.id = STR("authorities")};
    list->choices = KEEP_MANY(r, o->n_authorities, Choice);
    for (size_t i = 0; i < o->n_authorities && list->choices; i++)
        list->choices[list->n_choices++] =
            (Choice){.id = o->authorities[i].id, .label = o->authorities[i].label};
    o->n_lists++;
}

static void check_units(Reader *r, const Node *root, const Office *o)
{
    const Node *lists = node_get(root, "lists");
    for (const Node *list = lists ? lists->first : NULL; list; list = list->next)
        for (const Node *c = list->first; c; c = c->next) {
            const Node *unit = node_get(c, "unit");
            if (unit && unit->kind == NODE_SCALAR && !office_unit(o, unit->text))
                fault_at(r, unit, "unit \"%.*s\" is not defined", STR_ARGS(unit->text));
        }
}

int load_office(Str file, Arena *arena, Faults *faults, const Office **ret)
{
    ARENA_AUTO Arena nodes = {0};
    arena_init(&nodes, OFFICE_NODES_MAX);
    const Node *root = NULL;
    int r = node_read(file, &nodes, faults, &root);
    if (r)
        return r;
    Reader reader = {.arena = arena, .faults = faults};
    Office *o = keep_many(&reader, 1, sizeof(Office));
    if (!o)
        return err_origin(-ENOMEM);
    o->register_by_fiscal_year = true;
    READ_MAP(&reader, root, top_keys, o);
    if (o->lists)
        add_authorities_list(&reader, o);
    check_units(&reader, root, o);
    if (reader.no_memory)
        return err_origin(-ENOMEM);
    if (faults->errors)
        return 1;
    *ret = o;
    return 0;
}

bool office_serves(const Office *o, Str workflow)
{
    for (size_t i = 0; i < o->n_serves; i++) {
        if (str_eq(o->serves[i], workflow))
            return true;
    }
    return !o->n_serves;
}

const Unit *office_unit(const Office *o, Str id)
{
    for (size_t i = 0; i < o->n_units; i++)
        if (str_eq(o->units[i].id, id))
            return &o->units[i];
    return NULL;
}

const OfficeList *office_list(const Office *o, Str id)
{
    for (size_t i = 0; i < o->n_lists; i++)
        if (str_eq(o->lists[i].id, id))
            return &o->lists[i];
    return NULL;
}

const Notice *office_notice(const Office *o, Str id)
{
    for (size_t i = 0; i < o->n_notices; i++)
        if (str_eq(o->notices[i].id, id))
            return &o->notices[i];
    return NULL;
}
