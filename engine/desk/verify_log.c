/* SPDX-License-Identifier: Apache-2.0 */
/* The log: every entry gives its leaf, the leaves give the tree, the tree goes on from every signed
 * checkpoint, and what is gone was purged in so many words. */
#include "base/err.h"
#include "engine/desk/verify_inner.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int waiting_order(const void *a, const void *b)
{
    const WaitingLeaf *x = a, *y = b;

    if (x->case_id != y->case_id)
        return x->case_id < y->case_id ? -1 : 1;
    return x->event < y->event ? -1 : x->event > y->event;
}

/* An event that an entry is about: it is there, and points back. */
static bool has_event(Verify *v, const LeafRecord *leaf, uint64_t log_leaf)
{
    ARENA_AUTO Arena arena = {0};
    EventRecord e;

    arena_init(&arena, 1 << 16);
    return !log_kind_is_event(leaf->kind) ||
           (store_get_event(v->txn, leaf->case_id, leaf->event, &arena, &e) == STORE_OK &&
            e.log_leaf == log_leaf);
}

static int waiting_check(Verify *v, uint64_t no, const LeafRecord *leaf)
{
    if (!leaf_is_whole(leaf))
        verify_fault_at(v, "waiting", no, "entry does not give its leaf");
    if (!has_event(v, leaf, UINT64_MAX))
        verify_fault_at(v, "waiting", no, "attests an event that is not there");
    if (leaf->day < verify_night_last(v))
        verify_fault_at(v, "waiting", no, "is of a day before the last night");
    if (!log_kind_is_event(leaf->kind))
        return 0;
    WaitingLeaf *w = items_add(v, &v->waiting, sizeof(*w));
    if (!w)
        return err_origin(-ENOMEM);
    *w = (WaitingLeaf){.case_id = leaf->case_id,
                       .event = leaf->event,
                       .day = leaf->day,
                       .content = leaf->content};
    return 0;
}

int verify_waiting(Verify *v)
{
    LeafRecord leaf;
    uint64_t n = 0, gone = 0;

    for (uint64_t no = 0;; no++) {
        int r = desk_answer(store_next_waiting_leaf(v->txn, no, &no, &leaf));
        if (r == DESK_UNKNOWN)
            break;
        if (r) {
            verify_fault_at(v, "waiting", no, "cannot be read");
            return 0;
        }
        n++;
        TRY(waiting_check(v, no, &leaf));
    }
    if (waiting_gone_count(v->txn, &v->arena, &gone) ||
        n + gone != store_count(v->txn, STR("waiting")))
        verify_fault(v, "waiting", STR("table"), "not as many entries as came and did not go");
    if (v->waiting.n)
        qsort(v->waiting.at, v->waiting.n, v->waiting.size, waiting_order);
    return 0;
}

/* ---- checkpoints ---- */

typedef struct Seen {
    uint64_t size;
    Hash root;
    bool given; /* comes from elsewhere */
} Seen;

typedef struct LogCheck {
    Verify *v;
    Tree want, tree; /* as stored, as the leaves give it */
    Items seen;      /* Seen, by size */
    size_t next;     /* of seen */
    uint64_t held;   /* the largest size that did agree */
    Items purges;    /* PurgeCheck */
    size_t nights;   /* of v->nights, those behind us */
    Day over;        /* of the last of them */
} LogCheck;

static int seen_order(const void *a, const void *b)
{
    const Seen *x = a, *y = b;
    return x->size < y->size ? -1 : x->size > y->size;
}

static int seen_add(LogCheck *c, Str text, bool given)
{
    const char *where = given ? "given" : "log";
    BUF_AUTO Buf origin = {0};
    Seen seen;

    buf_init(&origin, 256);
    desk_log_origin(c->v->desk, &origin);
    int r = checkpoint_get(text, buf_str(&origin), &c->v->desk->keys.log.public, &seen.size,
                           &seen.root);
    if (r) {
        verify_fault(c->v, where, STR("checkpoint"),
                     r == 1 ? "is none of this office's log"
                            : "is not signed with the key of this office's log");
        return 0;
    }
    seen.given = given;
    Seen *kept = items_add(c->v, &c->seen, sizeof(seen));
    if (!kept)
        return err_origin(-ENOMEM);
    *kept = seen;
    return 0;
}

static int seen_collect(LogCheck *c)
{
    Verify *v = c->v;
    Str text, rest = v->checkpoints;

    int r = desk_answer(store_get_meta(v->txn, STR("checkpoint"), &v->arena, &text));
    if (!r)
        TRY(seen_add(c, text, false));
    else if (r == DESK_UNKNOWN &&
             desk_answer(store_get_meta(v->txn, STR("night"), &v->arena, &text)) != DESK_UNKNOWN)
        verify_fault(v, "log", STR("checkpoint"), "the one of last night is missing");
    else if (r != DESK_UNKNOWN)
        verify_fault(v, "log", STR("checkpoint"), "cannot be read");
    for (Str one = checkpoint_cut(&rest); one.len; one = checkpoint_cut(&rest))
        TRY(seen_add(c, one, true));
    if (c->seen.n)
        qsort(c->seen.at, c->seen.n, c->seen.size, seen_order);
    return 0;
}

static void fault_between(LogCheck *c, uint64_t end, const char *what)
{
    BUF_AUTO Buf text = {0};

    buf_init(&text, 64);
    buf_addf(&text, "%llu-%llu", (unsigned long long)c->held, (unsigned long long)end - 1);
    verify_fault(c->v, "log", buf_str(&text), what);
}

/* Those of this size, before the next leaf is added. */
static void seen_meet(LogCheck *c)
{
    Hash now = tree_root(&c->tree);
    Seen seen;

    for (; c->next < c->seen.n; c->next++) {
        memcpy(&seen, c->seen.at + c->next * sizeof(seen), sizeof(seen));
        if (seen.size != c->tree.size)
            return;
        if (memcmp(now.b, seen.root.b, sizeof(now.b)) != 0)
            fault_between(c, seen.size, "these entries are not the ones that were signed");
        else if (seen.given || !c->v->checkpoints.len)
            c->held = seen.size; /* the office's own proves nothing where others were given */
    }
}

static void seen_finish(LogCheck *c)
{
    Seen seen;

    seen_meet(c);
    for (; c->next < c->seen.n; c->next++) {
        memcpy(&seen, c->seen.at + c->next * sizeof(seen), sizeof(seen));
        fault_between(c, seen.size, "the log ends before it reaches what was signed");
    }
}

/* ---- purges ---- */

/* What the leaves say that one purge took out. */
typedef struct PurgeCheck {
    uint64_t place, first;
    uint32_t n;
    bool met;
    Hash covers;
} PurgeCheck;

static PurgeCheck *purge_of(LogCheck *c, uint64_t place)
{
    for (size_t i = 0; i < c->purges.n; i++) {
        PurgeCheck *p = (PurgeCheck *)(void *)c->purges.at + i;
        if (p->place == place)
            return p;
    }
    return NULL;
}

static int purge_note(LogCheck *c, const LeafRecord *leaf)
{
    PurgeCheck *p = purge_of(c, leaf->purged);

    if (!p) {
        p = items_add(c->v, &c->purges, sizeof(*p));
        if (!p)
            return err_origin(-ENOMEM);
        *p = (PurgeCheck){.place = leaf->purged, .first = leaf->index, .covers = purge_begin()};
    }
    p->covers = purge_add(&p->covers, leaf->index, &leaf->leaf);
    p->n++;
    return 0;
}

/* The purge's own entry comes behind all it took out. */
static int purge_meet(LogCheck *c, const LeafRecord *leaf)
{
    PurgeCheck *p = purge_of(c, leaf->index);

    if (!p || p->n != leaf->event) {
        verify_fault_at(c->v, "log", leaf->index, "purge does not cover what was taken out");
        if (!p)
            return 0;
    }
    p->met = true;
    return verify_purge_entry(c->v, leaf, &p->covers);
}

static void purges_finish(LogCheck *c)
{
    for (size_t i = 0; i < c->purges.n; i++) {
        const PurgeCheck *p = (const PurgeCheck *)(const void *)c->purges.at + i;
        if (!p->met)
            verify_fault_at(c->v, "log", p->first, "was taken out without a purge");
    }
}

/* ---- leaves ---- */

static void fault_on(LogCheck *c, const LeafRecord *leaf, uint64_t index, const char *what)
{
    BUF_AUTO Buf text = {0};

    buf_init(&text, 64);
    buf_addf(&text, "%llu (", (unsigned long long)index);
    day_put_iso(&text, leaf->day);
    buf_adds(&text, ")");
    verify_fault(c->v, "log", buf_str(&text), what);
}

static int leaf_check(LogCheck *c, uint64_t index, const LeafRecord *leaf)
{
    if (leaf->index != index)
        fault_on(c, leaf, index, "lies in the wrong place");
    c->over = verify_night_over(c->v, index, &c->nights, c->over);
    if (leaf->purged)
        return purge_note(c, leaf);
    if (leaf->day < c->over)
        fault_on(c, leaf, index, "is of a day before a night that lies before it");
    if (!leaf_is_whole(leaf))
        fault_on(c, leaf, index, "entry does not give its leaf");
    else if (!has_event(c->v, leaf, index))
        fault_on(c, leaf, index, "attests an event that is not there");
    verify_list_entry(c->v, leaf);
    return leaf->kind == LOGGED_PURGE ? purge_meet(c, leaf) : 0;
}

static void nodes_check(LogCheck *c, const Hash *full, unsigned n)
{
    ARENA_AUTO Arena arena = {0};

    arena_init(&arena, 1 << 16);
    for (unsigned i = 0; i < n; i++) {
        BUF_AUTO Buf key = {0};
        unsigned level = (i + 1) * TREE_STEP;
        Str had;
        buf_init(&key, 64);
        node_key(&key, level, (c->tree.size >> level) - 1);
        if (store_get_meta(c->v->txn, buf_str(&key), &arena, &had) != STORE_OK ||
            !str_eq(had, (Str){(const char *)full[i].b, sizeof(full[i].b)}))
            verify_fault(c->v, "log", buf_str(&key), "does not follow from the leaves");
    }
}

static int log_rebuild(LogCheck *c)
{
    Hash h, full[TREE_FULL_MAX];
    LeafRecord leaf;

    for (uint64_t i = 0; i < c->want.size; i++) {
        seen_meet(c);
        int r = desk_answer(store_get_leaf(c->v->txn, i, &leaf));
        if (r < 0)
            return r;
        if (r) {
            verify_fault_at(c->v, "log", i, "leaf missing or not readable");
            return 0;
        }
        TRY(leaf_check(c, i, &leaf));
        memcpy(h.b, leaf.leaf.b, sizeof(h.b));
        unsigned n = tree_add_subtree(&c->tree, 0, &h, full);
        nodes_check(c, full, n);
        c->v->n.leaves++;
    }
    return 0;
}

static void root_check(LogCheck *c)
{
    Hash want = tree_root(&c->want), now = tree_root(&c->tree);
    LeafRecord stray;

    if (c->tree.size != c->want.size)
        return; /* told where it ended */
    if (memcmp(want.b, now.b, sizeof(now.b)) != 0)
        verify_fault(c->v, "log", STR("tree"), "root does not follow from the leaves");
    if (store_get_leaf(c->v->txn, c->want.size, &stray) != STORE_UNKNOWN)
        verify_fault_at(c->v, "log", c->want.size, "leaf beyond the tree");
}

int verify_log(Verify *v)
{
    LogCheck c = {.v = v, .over = DAY_NONE};

    if (tree_load(v->txn, &v->arena, &c.want)) {
        verify_fault(v, "log", STR("tree"), "cannot be read");
        return 0;
    }
    TRY(seen_collect(&c));
    TRY(log_rebuild(&c));
    seen_finish(&c);
    purges_finish(&c);
    root_check(&c);
    return verify_purges_end(v);
}
