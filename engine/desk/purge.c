/* SPDX-License-Identifier: Apache-2.0 */
/* Entries out, leaf hashes stay: no root changes, and the log itself says what was taken out. */
#include "base/err.h"
#include "engine/desk/inner.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PURGE_ARENA = 1 << 30 };

typedef struct Purge {
    Desk *desk;
    Txn *txn;
    Arena arena;
    Batch *batch;
    Tree tree;
    const uint64_t *cases;
    size_t n_cases;
    uint64_t waited; /* entries that waited for the night */
    uint64_t place;  /* of the LOGGED_PURGE */
    uint32_t n;      /* entries taken out */
    Hash covers;
    const PurgeGround *ground;
} Purge;

Hash purge_begin(void)
{
    return hash_parts(NULL, (Str[]){STR("krading/1|purge")}, 1);
}

Hash purge_add(const Hash *before, uint64_t index, const Bytes32 *leaf)
{
    uint8_t at[8];

    for (size_t i = 0; i < sizeof(at); i++)
        at[i] = (uint8_t)(index >> (56 - 8 * i));
    Str parts[] = {{(const char *)before->b, sizeof(before->b)},
                   {(const char *)at, sizeof(at)},
                   {(const char *)leaf->b, sizeof(leaf->b)}};
    return hash_parts(NULL, parts, 3);
}

/* ---- the ground ---- */

void purged_key(Buf *out, uint64_t place)
{
    buf_addf(out, "purged.%llu", (unsigned long long)place);
}

void approval_key(Buf *out, uint64_t place)
{
    buf_addf(out, "approval.%llu", (unsigned long long)place);
}

int purge_ground_put(const Desk *d, uint64_t place, const PurgeGround *g, Buf *out)
{
    if (g->by == PURGED_MOVED) {
        buf_adds(out, "moved ");
        TRY(purge_move_put(d, place, &g->move, out));
    } else if (g->by == PURGED_APPROVED) {
        buf_addf(out, "approved %llu %llu %llu %llu %llu", (unsigned long long)g->approval,
                 (unsigned long long)g->from, (unsigned long long)g->to,
                 (unsigned long long)g->cases, (unsigned long long)g->came);
    } else {
        buf_addf(out, "again %llu %llu", (unsigned long long)g->cases, (unsigned long long)g->came);
    }
    return out->err ? err_origin(out->err) : 0;
}

static int number_cut(Str *words, uint64_t *ret)
{
    unsigned long long n;

    if (str_u64(str_cut(words, ' '), UINT64_MAX, &n))
        return 1;
    *ret = n;
    return 0;
}

/* Not in grounds of before it was kept. */
static int came_cut(Str *words, PurgeGround *g)
{
    g->came_said = words->len != 0;
    return g->came_said ? number_cut(words, &g->came) : 0;
}

int purge_ground_get(const Desk *d, uint64_t place, Str words, PurgeGround *ret)
{
    Str word = str_cut(&words, ' ');
    PurgeGround g = {.by = PURGED_MOVED};

    if (str_is(word, "approved")) {
        g.by = PURGED_APPROVED;
        if (number_cut(&words, &g.approval) || number_cut(&words, &g.from) ||
            number_cut(&words, &g.to) || number_cut(&words, &g.cases) || came_cut(&words, &g))
            return 1;
    } else if (str_is(word, "again")) {
        g.by = PURGED_AGAIN;
        if (number_cut(&words, &g.cases) || came_cut(&words, &g))
            return 1;
    } else if (!str_is(word, "moved")) {
        return 1;
    } else if (words.len) {
        int r = purge_move_get(d, place, str_cut(&words, ' '), &g.move);
        if (r)
            return r;
    }
    *ret = g;
    return words.len ? 1 : 0;
}

Bytes32 purge_attested(const Hash *covers, Str ground)
{
    Str parts[] = {
        STR("krading/1|purge ground"), {(const char *)covers->b, sizeof(covers->b)}, ground};
    Hash h = hash_parts(NULL, parts, 3);

    return bytes32_of(h.b);
}

/* ---- entries ---- */

static int id_order(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static bool concerns(const Purge *p, const LeafRecord *leaf)
{
    return leaf->case_id && !leaf->purged &&
           bsearch(&leaf->case_id, p->cases, p->n_cases, sizeof(*p->cases), id_order);
}

/* How many wait is known before anything moves: then so is the place of the purge's own entry. */
static int waiting_count(Purge *p)
{
    LeafRecord leaf;

    for (uint64_t no = 0;; no++) {
        int r = desk_answer(store_next_waiting_leaf(p->txn, no, &no, &leaf));
        if (r)
            return r == DESK_UNKNOWN ? DESK_OK : r;
        p->waited += concerns(p, &leaf);
    }
}

static void take_out(Purge *p, LeafRecord *leaf)
{
    *leaf = (LeafRecord){.index = leaf->index, .leaf = leaf->leaf, .purged = p->place};
    p->covers = purge_add(&p->covers, leaf->index, &leaf->leaf);
    p->n++;
}

static int log_scan(Purge *p)
{
    LeafRecord leaf;

    for (uint64_t i = 0; i < p->tree.size; i++) {
        int r = desk_answer(store_get_leaf(p->txn, i, &leaf));
        if (r)
            return r == DESK_UNKNOWN ? DESK_BROKEN : r;
        if (!concerns(p, &leaf))
            continue;
        take_out(p, &leaf);
        batch_put_leaf(p->batch, &leaf);
    }
    return DESK_OK;
}

/* They get their places at once, and their entries are never seen. */
static int waiting_take(Purge *p)
{
    LeafRecord leaf;

    for (uint64_t no = 0;; no++) {
        int r = desk_answer(store_next_waiting_leaf(p->txn, no, &no, &leaf));
        if (r)
            return r == DESK_UNKNOWN ? DESK_OK : r;
        if (!concerns(p, &leaf))
            continue;
        batch_drop_waiting_leaf(p->batch, no);
        leaf.index = p->tree.size;
        take_out(p, &leaf);
        tree_append(p->batch, &p->tree, &leaf);
    }
}

static int purge_entry(Purge *p, Day today)
{
    BUF_AUTO Buf ground = {0}, key = {0};
    LeafRecord leaf = {
        .kind = LOGGED_PURGE, .event = p->n, .day = today, .person = p->ground->person};

    buf_init(&ground, 512);
    buf_init(&key, 64);
    TRY(purge_ground_put(p->desk, p->place, p->ground, &ground));
    purged_key(&key, p->place);
    if (key.err)
        return err_origin(key.err);
    leaf.content = purge_attested(&p->covers, buf_str(&ground));
    bytes_random(leaf.blinder.b, sizeof(leaf.blinder.b));
    tree_append(p->batch, &p->tree, &leaf);
    batch_put_meta(p->batch, buf_str(&key), buf_str(&ground));
    return DESK_OK;
}

static int purge_run(Purge *p, Day today)
{
    int r = tree_load(p->txn, &p->arena, &p->tree);

    r = r ? r : waiting_count(p);
    if (r)
        return r;
    p->place = p->tree.size + p->waited;
    r = log_scan(p);
    r = r ? r : waiting_take(p);
    r = r ? r : waiting_gone(p->txn, &p->arena, p->batch, p->waited);
    if (r || !p->n)
        return r;
    r = purge_entry(p, today);
    if (r)
        return r;
    tree_save(p->batch, &p->tree);
    return desk_answer(store_apply(p->txn, p->batch));
}

int leaf_purge(Desk *d, Txn *t, const uint64_t *cases, size_t n, const PurgeGround *ground)
{
    Purge p = {.desk = d,
               .txn = t,
               .cases = cases,
               .n_cases = n,
               .covers = purge_begin(),
               .ground = ground};

    arena_init(&p.arena, PURGE_ARENA);
    p.batch = batch_new(&p.arena);
    int r = p.batch ? purge_run(&p, desk_today(d)) : err_origin(-ENOMEM);
    arena_finish(&p.arena);
    return r;
}
