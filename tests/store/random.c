/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store/random.h"

#include "engine/store/rows.h"
#include <string.h>

void random_init(Random *r, uint64_t seed)
{
    r->state = seed;
    for (size_t i = 0; i < sizeof(r->text); i++)
        r->text[i] = (char)random_u64(r);
}

/* splitmix64 */
uint64_t random_u64(Random *r)
{
    uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint32_t random_below(Random *r, uint32_t n)
{
    return (uint32_t)(random_u64(r) % n);
}

void random_fill(Random *r, void *ret, size_t len)
{
    uint8_t *p = ret;

    for (size_t i = 0; i < len; i++)
        p[i] = (uint8_t)random_u64(r);
}

Name random_name(Random *r, size_t least)
{
    Name n = {0};
    const size_t len = least + random_below(r, (uint32_t)(DEF_NAME_MAX + 1 - least));

    for (size_t i = 0; i < len; i++)
        n.s[i] = (char)('a' + random_below(r, 26));
    return n;
}

Str random_text(Random *r, size_t most)
{
    const size_t len = random_below(r, (uint32_t)most + 1);

    return (Str){len ? r->text + random_below(r, (uint32_t)(sizeof(r->text) - len)) : NULL, len};
}

#define NO_INPUTS                                                                                  \
    {{{0}}, 0, 0, 0, 0, 0, 0, 0, {{0}}, {{0}}, {{{0}}}, {0}, {{0}}, 0}
/* One value for every member, and no name before any: after one, gcc misses no member any more. A new one does not compile here: give it a row in engine/store first,
 * then a value. */
__attribute__((unused)) static const struct Shapes {
    Clock clock;
    Member member;
    ChosenPerson person;
    OpenValue open;
    Inputs inputs;
    Proposal proposal;
    Reveal reveal;
    Case c;
    Actor actor;
    Step step;
    ClassKey key;
    HeadRecord head;
    EventRecord event;
    PartRecord part;
    SealRecord seal;
    AlertRecord alert;
    StaffRecord staff;
    LeafRecord leaf;
    RequestRecord request;
    HandoverRecord handover;
} shapes = {
    /* clock */ {0, 0, 0, 0, 0, {0}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, {0}},
    /* member */ {0, 0, {{0}}},
    /* person */ {0, {{0}}},
    /* open */ {0, 0, {{0}}},
    /* inputs */ NO_INPUTS,
    /* proposal */ {0, 0, 0, 0, 0, {{0}}, 0, NO_INPUTS},
    /* reveal */ {0, 0, 0, 0, {{0}}, 0, 0, {{{0}}}},
    /* c */ {0, 0, 0, 0, 0, 0, 0, 0, 0, {{0}}, {{0}}, 0, 0, 0, 0, {{0}}, {{0}}, {{{0}}}, {0}, {{0}},
          0, {0}, 0, 0, 0, 0, {0}, {0}},
    /* actor */ {0, {{0}}, 0, 0, {{0}}, 0, {{0}}},
    /* step */ {0, 0, 0, 0, 0, {0}, 0, 0, 0, 0, NO_INPUTS, 0, 0, 0},
    /* key */ {0, 0, {{0}}, {{0}}},
    /* head */ {0, 0, {{0}}, 0, {{0}}, {{0}}, {{0}}, {{0}}, {{0}}, {{0}}, 0, {{0}}, 0, 0, {{0}}, {{0}},
               {0}, 0, {0}},
    /* event */ {0, 0, {0}, 0, 0, 0, 0, {{0}}, {{0}}, 0, {{0}}, {{0}}, 0, {{0}}, {{0}}, {{0}}, 0,
              {{0}}, {{0}}, 0, 0, 0, {{0}}, {{0}}, {{0}}, {{0}}, 0, {{0}}, 0, {{0}}, 0, {0}},
    /* part */ {0, 0, 0, 0, 0, 0, 0, {{0}}, {{0}}, {{0}}, {0}, {{0}}, 0},
    /* seal */ {0, 0, 0, 0, 0, {{0}}, 0, 0, {{0}}, {{0}}, {{0}}, {0}, {{0}}, 0},
    /* alert */ {0, 0, {{0}}, {{0}}, {{0}}, 0, 0, 0, 0, 0, 0, {{0}}, {{0}}, {{0}}, 0, {{0}}, 0, {0}},
    /* staff */ {{{0}}, {{0}}, {0}, 0, 0, {{0}}, {0}, {0}},
    /* leaf */ {0, 0, 0, 0, 0, {{0}}, {{0}}, {{0}}, {{0}}, 0},
    /* request */ {{{0}}, 0, 0, {0}},
    /* handover */ {{0}, 0},
};

static void draw(Random *r, const Rows *rows, void *ret);

static void draw_int(Random *r, const Row *row, uint8_t *p)
{
    if (row->kind == ROW_BOOL)
        *p = (uint8_t)random_below(r, 2);
    else if (row->top)
        *p = (uint8_t)random_below(r, row->top + 1u); /* all such members are bytes */
    else
        random_fill(r, p, row->size);
}

/* Half the elements of a sparse array stay blank. */
static void draw_items(Random *r, const Row *row, uint8_t *base)
{
    const size_t size = row->of->size;
    const bool sparse = row->kind == ROW_SPARSE;
    const size_t n = sparse ? row->max : random_below(r, row->max + 1u);

    for (size_t i = 0; i < n; i++) {
        if (sparse && random_below(r, 2))
            rows_blank(row->of, base + row->at + i * size);
        else
            draw(r, row->of, base + row->at + i * size);
    }
    if (!sparse)
        base[row->count_at] = (uint8_t)n;
}

static void draw(Random *r, const Rows *rows, void *ret)
{
    uint8_t *base = ret;

    for (size_t i = 0; i < rows->n; i++) {
        const Row *row = &rows->row[i];
        uint8_t *p = base + row->at;
        const Name name = random_name(r, 1);
        const Str text = random_text(r, 3000);

        switch ((RowKind)row->kind) {
        case ROW_INT:
        case ROW_BOOL:
            draw_int(r, row, p);
            break;
        case ROW_NAME:
            memcpy(p, &name, sizeof(name));
            break;
        case ROW_RAW:
            random_fill(r, p, row->size);
            break;
        case ROW_STR:
            memcpy(p, &text, sizeof(text));
            break;
        case ROW_SUB:
            draw(r, row->of, p);
            break;
        case ROW_LIST:
        case ROW_SPARSE:
            draw_items(r, row, base);
            break;
        }
    }
}

void random_case(Random *r, Case *ret)
{
    memset(ret, 0, sizeof(*ret));
    draw(r, &rows_case, ret);
}

void random_step(Random *r, Step *ret)
{
    memset(ret, 0, sizeof(*ret));
    draw(r, &rows_step, ret);
}

void random_head(Random *r, HeadRecord *ret)
{
    memset(ret, 0, sizeof(*ret));
    draw(r, &rows_head, ret);
    ret->covered = (Str){0}; /* test_covered.c */
}

void random_event(Random *r, EventRecord *ret)
{
    memset(ret, 0, sizeof(*ret));
    draw(r, &rows_event, ret);
    ret->covered = (Str){0};
}

void random_part(Random *r, PartRecord *ret)
{
    memset(ret, 0, sizeof(*ret));
    draw(r, &rows_part, ret);
}

void random_seal(Random *r, SealRecord *ret)
{
    memset(ret, 0, sizeof(*ret));
    draw(r, &rows_seal, ret);
}

void random_alert(Random *r, AlertRecord *ret)
{
    memset(ret, 0, sizeof(*ret));
    draw(r, &rows_alert, ret);
    ret->covered = (Str){0};
}

void random_staff(Random *r, StaffRecord *ret)
{
    memset(ret, 0, sizeof(*ret));
    draw(r, &rows_staff, ret);
}

void random_leaf(Random *r, LeafRecord *ret)
{
    memset(ret, 0, sizeof(*ret));
    draw(r, &rows_leaf, ret);
}

void random_request(Random *r, RequestRecord *ret)
{
    memset(ret, 0, sizeof(*ret));
    draw(r, &rows_request, ret);
}
