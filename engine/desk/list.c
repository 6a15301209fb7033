/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of cases for one person: what is not for him is not there, not even as a gap. */
#include "base/err.h"
#include "engine/desk/inner.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_LIMIT = 100, LIST_LIMIT_MAX = 1000 };
/* In ListKey.case_id: the page goes on among closed cases, in order of their id. */
#define LIST_CLOSED ((uint64_t)1 << 63)

OpenValue open_value_named(const Def *def, const Case *c, const char *field)
{
    const OpenValue *v = case_open(c, def_field(def, str_of(field)));
    return v ? *v : (OpenValue){0};
}

int line_of(Desk *d, const CaseAt *at, CaseLine *ret)
{
    const Def *def = at->def;
    const Case *c = &at->head.c;
    uint8_t i = def_shown_deadline(def);
    Day today = desk_today(d);

    *ret = (CaseLine){
        .def = def,
        .number = at->head.number,
        .register_no = at->head.register_no,
        .state = c->state,
        .rev = c->rev,
        .received = c->received,
        .due = DAY_NONE,
        .pending = c->proposal.pending,
        .unit = c->unit,
        .assignee = desk_name_of(d, at->head.seal_id, &c->assignee),
        .urgency = open_value_named(def, c, "urgency"),
    };
    if (i == DEF_NONE)
        return DESK_OK;
    const Deadline *dl = &def->deadlines[i];
    ret->due = clock_due(dl, &c->clocks[i], def->calendar);
    ret->overdue = clock_is_overdue(dl, &c->clocks[i], def->calendar, today);
    ret->provisional = clock_is_provisional(dl, &c->clocks[i], def->calendar);
    ret->days_left = ret->due == DAY_NONE ? 0 : ret->due - today;
    return DESK_OK;
}

/* ---- pages ---- */

typedef struct Page {
    Desk *desk;
    Txn *txn;
    const Who *who;
    const ListFilter *filter;
    CaseLine *lines;
    size_t n, max;
} Page;

static bool wanted(const ListFilter *f, const CaseLine *line)
{
    if (f->workflow.len && !str_eq(f->workflow, line->def->id))
        return false;
    if (f->state.len && !str_eq(f->state, line->def->states[line->state].id))
        return false;
    if (f->assignee.len && !name_is(&line->assignee, f->assignee))
        return false;
    if (f->due_before != DAY_NONE && (line->due == DAY_NONE || line->due >= f->due_before))
        return false;
    return !f->overdue_only || line->overdue;
}

static int page_add(Page *p, uint64_t id, bool closed)
{
    CaseAt at;

    int r = case_at_id(p->desk, p->txn, id, p->who->person, &at);
    if (r)
        return r;
    if (closed != case_is_final(at.def, &at.head.c) || !case_is_seen(&at))
        return DESK_OK;
    r = line_of(p->desk, &at, &p->lines[p->n]);
    if (!r && wanted(p->filter, &p->lines[p->n]))
        p->n++;
    return r;
}

/* *key: where the next page begins. */
static int page_open(Page *p, ListKey *key)
{
    while (p->n < p->max) {
        ListKey at;
        int r = desk_answer(store_next_listed(p->txn, key, &at));
        if (r == DESK_UNKNOWN) {
            *key = (ListKey){.due = DAY_NONE, .case_id = LIST_CLOSED};
            return DESK_OK;
        }
        r = r ? r : page_add(p, at.case_id, false);
        if (r)
            return r;
        *key = (ListKey){.due = at.due, .case_id = at.case_id + 1};
    }
    return DESK_OK;
}

static int page_closed(Page *p, ListKey *key)
{
    while (p->n < p->max) {
        uint64_t id;
        int r = desk_answer(store_next_case(p->txn, key->case_id & ~LIST_CLOSED, &id));
        if (r == DESK_UNKNOWN) {
            *key = (ListKey){0};
            return DESK_OK;
        }
        r = r ? r : page_add(p, id, true);
        if (r)
            return r;
        key->case_id = LIST_CLOSED | (id + 1);
    }
    return DESK_OK;
}

static bool key_is_zero(const ListKey *k)
{
    return k->due == 0 && k->case_id == 0;
}

static bool key_is_closed(const ListKey *k)
{
    return (k->case_id & LIST_CLOSED) != 0;
}

int desk_list(Desk *d, Txn *t, const Who *who, const ListFilter *f, Arena *arena, CaseLine **ret,
              size_t *ret_n, ListKey *ret_next)
{
    size_t limit = f->limit ? f->limit : LIST_LIMIT;
    ListKey key = f->after;
    int r = DESK_OK;

    if (limit > LIST_LIMIT_MAX)
        limit = LIST_LIMIT_MAX;
    if (key_is_zero(&key))
        key.due = INT32_MIN + 1; /* before every day; INT32_MIN is DAY_NONE */
    Page page = {.desk = d, .txn = t, .who = who, .filter = f, .max = limit};
    page.lines = arena_many(arena, limit + 1, CaseLine);
    if (!page.lines)
        return err_origin(-ENOMEM);
    if (!key_is_closed(&key))
        r = page_open(&page, &key);
    if (!r && key_is_closed(&key) && f->with_closed)
        r = page_closed(&page, &key);
    else if (key_is_closed(&key))
        key = (ListKey){0};
    if (r)
        return r;
    *ret = page.lines;
    *ret_n = page.n;
    *ret_next = key;
    return DESK_OK;
}

/* ---- what is late ---- */

typedef struct Lates {
    LateLine *line;
    size_t n, cap;
    Arena *arena;
} Lates;

static LateLine *lates_room(Lates *l)
{
    if (l->n == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 64;
        LateLine *grown = arena_many(l->arena, cap, LateLine);
        if (!grown)
            return NULL;
        if (l->n)
            memcpy(grown, l->line, l->n * sizeof(*grown));
        l->line = grown;
        l->cap = cap;
    }
    return &l->line[l->n++];
}

static int late_add(Desk *d, const CaseAt *at, Lates *lates)
{
    const Def *def = at->def;
    const Case *c = &at->head.c;
    Day today = desk_today(d);

    for (uint8_t i = 0; i < def->n_deadlines; i++) {
        const Deadline *dl = &def->deadlines[i];
        if (dl->of_complainant || !clock_is_overdue(dl, &c->clocks[i], def->calendar, today) ||
            c->clocks[i].state == CLOCK_MET || c->clocks[i].state == CLOCK_ENDED)
            continue;
        LateLine *late = lates_room(lates);
        if (!late)
            return err_origin(-ENOMEM);
        late->deadline = i;
        late->due = clock_due(dl, &c->clocks[i], def->calendar);
        late->silent_until = clock_silent_until(&c->clocks[i], today);
        late->days_late = today - late->due;
        late->owner_role = def->states[c->state].owner;
        line_of(d, at, &late->line);
    }
    return DESK_OK;
}

/* The latest first; the same lateness in the order of the list. */
static int late_order(const void *a, const void *b)
{
    const LateLine *x = a, *y = b;

    if (x->due != y->due)
        return x->due < y->due ? -1 : 1;
    int r = memcmp(x->line.number.s, y->line.number.s, sizeof(x->line.number.s));
    return r ? r : (int)x->deadline - (int)y->deadline;
}

int desk_overdue(Desk *d, Txn *t, const Who *who, Arena *arena, LateLine **ret, size_t *ret_n)
{
    Lates lates = {.arena = arena};
    ListKey key = {.due = INT32_MIN + 1};
    CaseAt at;

    for (;;) {
        ListKey found;
        int r = desk_answer(store_next_listed(t, &key, &found));
        if (r == DESK_UNKNOWN)
            break;
        r = r ? r : case_at_id(d, t, found.case_id, who->person, &at);
        if (!r && case_is_seen(&at))
            r = late_add(d, &at, &lates);
        if (r)
            return r;
        key = (ListKey){.due = found.due, .case_id = found.case_id + 1};
    }
    if (lates.n)
        qsort(lates.line, lates.n, sizeof(*lates.line), late_order);
    *ret = lates.line;
    *ret_n = lates.n;
    return DESK_OK;
}
