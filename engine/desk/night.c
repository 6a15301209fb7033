/* SPDX-License-Identifier: Apache-2.0 */
/* The night's work: protected leaves, wrong codes, forgotten requests, a checkpoint. */
#include "base/err.h"
#include "engine/desk/inner.h"
#include <errno.h>
#include <string.h>

typedef struct Night {
    Desk *desk;
    Txn *txn;
    Arena arena;
    Batch *batch;
    Tree tree;
    LeafRecord *leaves; /* those that waited, then fillers */
    size_t n, cap;
} Night;

int waiting_gone_count(Txn *t, Arena *arena, uint64_t *ret)
{
    unsigned long long n = 0;
    Str text;

    int r = desk_answer(store_get_meta(t, STR("waited"), arena, &text));
    if (r && r != DESK_UNKNOWN)
        return r;
    if (!r && str_u64(text, UINT64_MAX, &n))
        return DESK_BROKEN;
    *ret = n;
    return DESK_OK;
}

int waiting_gone(Txn *t, Arena *arena, Batch *b, uint64_t n)
{
    BUF_AUTO Buf text = {0};
    uint64_t had;

    int r = waiting_gone_count(t, arena, &had);
    if (r || !n)
        return r;
    buf_init(&text, 32);
    buf_addf(&text, "%llu", (unsigned long long)had + n);
    batch_put_meta(b, STR("waited"), buf_str(&text));
    return DESK_OK;
}

static int night_grow(Night *n)
{
    size_t cap = n->cap ? n->cap * 2 : 256;
    LeafRecord *grown;

    if (n->n < n->cap)
        return DESK_OK;
    grown = arena_many(&n->arena, cap, LeafRecord);
    if (!grown)
        return err_origin(-ENOMEM);
    if (n->n)
        memcpy(grown, n->leaves, n->n * sizeof(*grown));
    n->leaves = grown;
    n->cap = cap;
    return DESK_OK;
}

static int night_collect(Night *n)
{
    uint64_t no = 0;

    for (;;) {
        int r = night_grow(n);
        if (r)
            return r;
        r = desk_answer(store_next_waiting_leaf(n->txn, no, &no, &n->leaves[n->n]));
        if (r == DESK_UNKNOWN)
            return waiting_gone(n->txn, &n->arena, n->batch, n->n);
        if (r)
            return r;
        batch_drop_waiting_leaf(n->batch, no);
        n->n++;
        no++;
    }
}

static int night_fill(Night *n)
{
    int r = night_grow(n);
    LeafRecord filler = {.kind = LOGGED_FILLER, .day = desk_today(n->desk)};

    if (r)
        return r;
    bytes_random(filler.content.b, sizeof(filler.content.b));
    bytes_random(filler.blinder.b, sizeof(filler.blinder.b));
    n->leaves[n->n++] = filler;
    return DESK_OK;
}

/* Offices with a protected channel append leaves every night, so that an eventful day looks like
 * any other. One is a filler at least: it says which night this was (verify_nights.c). */
static int night_pad(Night *n)
{
    const Workflows *w = desk_workflows(n->desk);
    bool hides = n->n != 0;
    int r = DESK_OK;

    for (size_t i = 0; i < w->n; i++)
        hides |= w->defs[i]->protected;
    if (!hides)
        return DESK_OK;
    do
        r = night_fill(n);
    while (!r && n->n % NIGHT_LEAVES);
    return r;
}

/* Below n, evenly. */
static size_t random_below(size_t n)
{
    uint64_t max = UINT64_MAX - UINT64_MAX % n, v;

    do {
        bytes_random(&v, sizeof(v));
    } while (v >= max);
    return (size_t)(v % n);
}

static void night_shuffle(Night *n)
{
    for (size_t i = n->n; i > 1; i--) {
        size_t j = random_below(i);
        LeafRecord held = n->leaves[i - 1];
        n->leaves[i - 1] = n->leaves[j];
        n->leaves[j] = held;
    }
}

/* The event learns where its leaf is. */
static int night_point(Night *n, const LeafRecord *leaf)
{
    EventRecord e;

    if (!log_kind_is_event(leaf->kind))
        return DESK_OK;
    int r = desk_answer(store_get_event(n->txn, leaf->case_id, leaf->event, &n->arena, &e));
    if (r == DESK_UNKNOWN) /* verify will say so: a purge takes the entry along */
        return DESK_OK;
    if (r)
        return r;
    e.log_leaf = leaf->index;
    batch_put_event(n->batch, &e);
    return DESK_OK;
}

static int night_append(Night *n)
{
    int r = night_collect(n);

    r = r ? r : night_pad(n);
    if (r)
        return r;
    night_shuffle(n);
    for (size_t i = 0; i < n->n && !r; i++) {
        tree_append(n->batch, &n->tree, &n->leaves[i]);
        r = night_point(n, &n->leaves[i]);
    }
    return r;
}

Bytes32 count_content(uint64_t n)
{
    Bytes32 content = {{0}};

    for (size_t i = 0; i < 8; i++)
        content.b[31 - i] = (uint8_t)(n >> (8 * i));
    return content;
}

static void night_count(Night *n, LogKind kind, uint64_t count, Day yesterday)
{
    LeafRecord leaf = {.kind = (uint8_t)kind, .day = yesterday, .content = count_content(count)};

    bytes_random(leaf.blinder.b, sizeof(leaf.blinder.b));
    if (count)
        tree_append(n->batch, &n->tree, &leaf);
}

static int night_counts(Night *n, Day yesterday)
{
    LeafRecord *more = arena_many(&n->arena, DIRECTORY_PEOPLE_MAX, LeafRecord);

    if (!more)
        return err_origin(-ENOMEM);
    night_count(n, LOGGED_WRONG_CODES, n->desk->wrong_codes, yesterday);
    night_count(n, LOGGED_WRONG_SIGN_INS, n->desk->wrong_sign_ins, yesterday);
    size_t n_more = refused_more(n->desk, more, yesterday);
    for (size_t i = 0; i < n_more; i++) {
        bytes_random(more[i].blinder.b, sizeof(more[i].blinder.b));
        tree_append(n->batch, &n->tree, &more[i]);
    }
    return DESK_OK;
}

static int night_finish(Night *n, Day today)
{
    BUF_AUTO Buf text = {0};
    unsigned gone;

    int r = handovers_expire(n->txn, n->batch, today);
    if (r)
        return r;
    tree_save(n->batch, &n->tree);
    buf_init(&text, 64);
    buf_addf(&text, "%d", today);
    batch_put_meta(n->batch, STR("night"), buf_str(&text));
    r = desk_answer(store_apply(n->txn, n->batch));
    if (r)
        return r;
    n->desk->wrong_codes = n->desk->wrong_sign_ins = 0;
    n->desk->n_refused = 0;
    r = desk_answer(store_expire_requests(n->txn, today, UINT32_MAX, &gone));
    return r;
}

static int night_checkpoint(Night *n)
{
    BUF_AUTO Buf text = {0};
    Batch *b = batch_new(&n->arena);

    buf_init(&text, 4096);
    if (!b)
        return err_origin(-ENOMEM);
    int r = desk_checkpoint(n->desk, n->txn, &text);
    if (r)
        return r;
    batch_put_meta(b, STR("checkpoint"), buf_str(&text));
    return desk_answer(store_apply(n->txn, b));
}

int night_work(Desk *d, Txn *t, Day today)
{
    Night n = {.desk = d, .txn = t};

    arena_init(&n.arena, 1 << 30);
    n.batch = batch_new(&n.arena);
    int r = n.batch ? tree_load(t, &n.arena, &n.tree) : err_origin(-ENOMEM);
    if (!r)
        r = night_counts(&n, today - 1);
    r = r ? r : night_append(&n);
    r = r ? r : night_finish(&n, today);
    r = r ? r : night_checkpoint(&n);
    arena_finish(&n.arena);
    return r;
}

int night_due(Desk *d, Txn *t, Day *ret_last)
{
    ARENA_AUTO Arena arena = {0};
    Str text;
    unsigned long long day;

    (void)d;
    arena_init(&arena, 1 << 12);
    int r = desk_answer(store_get_meta(t, STR("night"), &arena, &text));
    if (r && r != DESK_UNKNOWN)
        return r;
    *ret_last = r || str_u64(text, INT32_MAX, &day) ? DAY_NONE : (Day)day;
    return DESK_OK;
}
