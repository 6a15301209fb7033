/* SPDX-License-Identifier: Apache-2.0 */
/* calendars/NAME.yaml: the weekend, the holidays of the country and what single provinces add. */
#include "engine/load/read.h"

#include "base/err.h"
#include "base/text.h"
#include <errno.h>
#include <string.h>

enum { CALENDAR_NODES_MAX = 32 * 1024 * 1024 };

typedef struct File {
    Reader r;
    Str province;
    Str name;
    Day from, to;
    uint8_t weekend;
    Holiday *days;
    size_t n;
} File;

typedef struct DayEntry {
    Str th, en;
    uint8_t kind;
    bool confirmed;
} DayEntry;

static const Word weekdays[] = {{"monday", 0}, {"tuesday", 1},  {"wednesday", 2}, {"thursday", 3},
                                {"friday", 4}, {"saturday", 5}, {"sunday", 6},    {NULL, 0}};
static const Word kinds[] = {{"fixed", 0},   {"lunar", 1},      {"substitution", 2},
                             {"special", 3}, {"provincial", 4}, {NULL, 0}};

static void read_schema(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)to;
    if (is_text(r, n) && !str_is(n->text, key->more))
        fault_at(r, n, "expected \"%s\"", (const char *)key->more);
}

static void read_covers(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Key keys[] = {
        {"from", true, read_day, offsetof(File, from), NULL},
        {"to", true, read_day, offsetof(File, to), NULL},
    };
    (void)key;
    File *f = to;
    if (READ_MAP(r, n, keys, f) && f->to != DAY_NONE && f->to < f->from)
        fault_at(r, n, "covers: `to` lies before `from`");
}

static void read_weekend(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    if (!is_list(r, n))
        return;
    for (const Node *c = n->first; c; c = c->next) {
        uint8_t day = 0;
        if (is_text(r, c) && word_value(r, c, weekdays, &day))
            *(uint8_t *)to |= (uint8_t)(1u << day);
    }
    if (*(uint8_t *)to == 0x7f)
        fault_at(r, n, "no working day is left");
}

static void read_holiday(File *f, const Node *n)
{
    static const Key keys[] = {
        {"th", true, read_text, offsetof(DayEntry, th), NULL},
        {"en", true, read_text, offsetof(DayEntry, en), NULL},
        {"kind", true, read_word, offsetof(DayEntry, kind), kinds},
        {"confirmed", true, read_yes, offsetof(DayEntry, confirmed), NULL},
    };
    Day day = DAY_NONE;
    read_day(&f->r, n->key, NULL, &day);
    if (day != DAY_NONE && f->from <= f->to && (day < f->from || day > f->to))
        fault_at(&f->r, n->key, "the day lies outside `covers`");
    DayEntry e = {0};
    READ_MAP(&f->r, n, keys, &e);
    f->days[f->n++] = (Holiday){day, e.confirmed, e.th, e.en};
}

static void read_days(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)to;
    (void)key;
    File *f = (File *)r;
    if (!is_map(r, n))
        return;
    for (const Node *c = n->first; c; c = c->next)
        read_holiday(f, c);
}

/* Days of other provinces are checked and dropped again. */
static void read_provinces(Reader *r, const Node *n, const Key *key, void *to)
{
    File *f = (File *)r;
    if (!is_map(r, n))
        return;
    for (const Node *c = n->first; c; c = c->next) {
        size_t before = f->n;
        r->kind = "province";
        r->subject = c->key->text;
        if (is_id(r, c->key, c->key->text))
            read_days(r, c, key, to);
        if (!str_eq(c->key->text, f->province))
            f->n = before;
        r->kind = NULL;
    }
}

static const Key top_keys[] = {
    {"schema", true, read_schema, 0, "krading-calendar/1"},
    {"calendar", true, read_id, offsetof(File, name), NULL},
    {"covers", true, read_covers, 0, NULL},
    {"weekend", true, read_weekend, offsetof(File, weekend), NULL},
    {"days", true, read_days, 0, NULL},
    {"provinces", false, read_provinces, 0, NULL},
};

static size_t count_days(const Node *root)
{
    const Node *days = node_get(root, "days"), *provinces = node_get(root, "provinces");
    size_t n = days ? days->n : 0;
    for (const Node *c = provinces ? provinces->first : NULL; c; c = c->next)
        n += c->n;
    return n;
}

int load_calendar(Str file, Str province, Zone zone, Arena *arena, Faults *faults,
                  const Calendar **ret)
{
    ARENA_AUTO Arena nodes = {0};
    arena_init(&nodes, CALENDAR_NODES_MAX);
    const Node *root = NULL;
    int r = node_read(file, &nodes, faults, &root);
    if (r)
        return r;
    File f = {.r = {.arena = arena, .faults = faults},
              .province = province,
              .from = DAY_NONE,
              .to = DAY_NONE};
    f.days = arena_many(&nodes, count_days(root) + 1, Holiday);
    Calendar *c = arena_new(arena, Calendar);
    if (!f.days || !c)
        return err_origin(-ENOMEM);
    READ_MAP(&f.r, root, top_keys, &f);
    if (f.r.no_memory)
        return err_origin(-ENOMEM);
    if (faults->errors)
        return 1;
    r = calendar_init(c, arena, f.name, zone, f.from, f.to, f.weekend, f.days, f.n);
    if (r > 0)
        fault_at(&f.r, node_get(root, "covers"), "covers: from 1 day to 40 years");
    else if (!r)
        *ret = c;
    return r;
}
