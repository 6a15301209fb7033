/* SPDX-License-Identifier: Apache-2.0 */
/* Does everything agree? Log, cases, indexes, outbox and files are each built again from what they
 * come from. Reads only, within one transaction, so it may run beside the daemon. */
#include "base/err.h"
#include "engine/desk/verify_inner.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

void verify_fault(Verify *v, const char *table, Str number, const char *what)
{
    if (v->n.faults++ < VERIFY_LINES_MAX)
        buf_addf(v->report, "%s %.*s: %s\n", table, (int)number.len, number.ptr ? number.ptr : "",
                 what);
}

void *items_add(Verify *v, Items *items, size_t size)
{
    if (items->n == items->cap) {
        size_t cap = items->cap ? items->cap * 2 : 256;
        uint8_t *grown = arena_array(&v->arena, cap, size);
        if (!grown)
            return NULL;
        if (items->n)
            memcpy(grown, items->at, items->n * size);
        items->at = grown;
        items->cap = cap;
        items->size = size;
    }
    return items->at + items->n++ * size;
}

int waiting_order(const void *a, const void *b)
{
    const WaitingLeaf *x = a, *y = b;

    if (x->case_id != y->case_id)
        return x->case_id < y->case_id ? -1 : 1;
    return x->event < y->event ? -1 : x->event > y->event;
}

static int waiting_collect(Verify *v)
{
    LeafRecord leaf;
    uint64_t no = 0;

    for (;; no++) {
        int r = desk_answer(store_next_waiting_leaf(v->txn, no, &no, &leaf));
        if (r == DESK_UNKNOWN)
            break;
        if (r) {
            verify_fault(v, "waiting", STR(""), "cannot be read");
            break;
        }
        if (!log_kind_is_event(leaf.kind))
            continue;
        WaitingLeaf *w = items_add(v, &v->waiting, sizeof(*w));
        if (!w)
            return err_origin(-ENOMEM);
        *w = (WaitingLeaf){.case_id = leaf.case_id, .event = leaf.event, .content = leaf.content};
    }
    if (v->waiting.n)
        qsort(v->waiting.at, v->waiting.n, v->waiting.size, waiting_order);
    return 0;
}

/* ---- the log ---- */

static void fault_numbered(Verify *v, const char *table, uint64_t no, const char *what)
{
    BUF_AUTO Buf text;

    buf_init(&text, 32);
    buf_addf(&text, "%llu", (unsigned long long)no);
    verify_fault(v, table, buf_str(&text), what);
}

/* What was purged keeps its leaf hash alone. */
static bool leaf_holds(const LeafRecord *leaf)
{
    Hash h = leaf_hash(leaf);

    return bytes32_is_zero(&leaf->blinder) || memcmp(h.b, leaf->leaf.b, sizeof(h.b)) == 0;
}

/* An event that is still attested is still there; what was purged is attested no more. */
static bool leaf_has_event(Verify *v, const LeafRecord *leaf)
{
    HeadRecord head;

    if (!log_kind_is_event(leaf->kind) || bytes32_is_zero(&leaf->blinder))
        return true;
    return store_get_head(v->txn, leaf->case_id, &head) == STORE_OK && leaf->event < head.c.events;
}

typedef struct Checkpoint {
    bool given;
    uint64_t size;
    Hash root;
} Checkpoint;

static int checkpoint_read(Verify *v, Checkpoint *ret)
{
    BUF_AUTO Buf origin;
    Str text;

    buf_init(&origin, 256);
    buf_adds(&origin, "krading/");
    buf_add_str(&origin, desk_office(v->desk)->tenant);
    int r = desk_answer(store_get_meta(v->txn, STR("checkpoint"), &v->arena, &text));
    if (r)
        return r == DESK_UNKNOWN ? 0 : r;
    ret->given = checkpoint_get(text, buf_str(&origin), &v->desk->keys.log.public, &ret->size,
                                &ret->root) == 0;
    if (!ret->given)
        verify_fault(v, "log", STR("checkpoint"), "its signature does not hold");
    return 0;
}

static bool root_is(const Tree *tree, const Hash *root)
{
    Hash now = tree_root(tree);
    return memcmp(now.b, root->b, sizeof(now.b)) == 0;
}

static int log_rebuild(Verify *v, const Checkpoint *seen, Tree *ret)
{
    Tree tree = {0};
    LeafRecord leaf;
    bool met = !seen->given;

    for (uint64_t i = 0; i < v->tree.size; i++) {
        met |= seen->given && tree.size == seen->size && root_is(&tree, &seen->root);
        int r = desk_answer(store_get_leaf(v->txn, i, &leaf));
        if (r) {
            fault_numbered(v, "log", i, "leaf missing or not readable");
            return 1;
        }
        if (!leaf_holds(&leaf) || leaf.index != i)
            fault_numbered(v, "log", i, "entry does not give its leaf");
        if (!leaf_has_event(v, &leaf))
            fault_numbered(v, "log", i, "attests an event that is not there");
        Hash h;
        memcpy(h.b, leaf.leaf.b, sizeof(h.b));
        tree_add(&tree, &h);
        v->n.leaves++;
    }
    met |= seen->given && tree.size == seen->size && root_is(&tree, &seen->root);
    if (!met)
        verify_fault(v, "log", STR("checkpoint"), "the log is not the one that was signed");
    *ret = tree;
    return 0;
}

static int verify_log(Verify *v)
{
    Checkpoint seen = {0};
    LeafRecord stray;
    Tree rebuilt;
    Hash root;

    if (tree_load(v->txn, &v->arena, &v->tree)) {
        verify_fault(v, "log", STR("tree"), "cannot be read");
        return 0;
    }
    int r = checkpoint_read(v, &seen);
    if (r < 0)
        return r;
    if (log_rebuild(v, &seen, &rebuilt))
        return 0;
    root = tree_root(&v->tree);
    if (!root_is(&rebuilt, &root))
        verify_fault(v, "log", STR("tree"), "root does not follow from the leaves");
    if (store_get_leaf(v->txn, v->tree.size, &stray) != STORE_UNKNOWN)
        fault_numbered(v, "log", v->tree.size, "leaf beyond the tree");
    return 0;
}

/* ---- all of it ---- */

static int verify_cases(Verify *v)
{
    uint64_t id = 0;
    int r = 0;

    for (; !r; id++) {
        int found = desk_answer(store_next_case(v->txn, id, &id));
        if (found == DESK_UNKNOWN)
            return 0;
        if (found)
            return found < 0 ? found : -EIO;
        r = verify_case(v, id);
    }
    return r;
}

static int verify_run(Verify *v)
{
    int r = waiting_collect(v);

    r = r ? r : verify_cases(v);
    r = r ? r : verify_log(v);
    r = r ? r : verify_indexes(v);
    r = r ? r : verify_outbox(v);
    r = r ? r : verify_files(v);
    r = r ? r : verify_tables(v);
    if (!r && v->n.reindex)
        buf_addf(v->report,
                 "calendar: re-index still running, %llu open cases have the days of an earlier "
                 "calendar\n",
                 (unsigned long long)v->n.reindex);
    return r;
}

int desk_verify(Desk *d, Txn *t, Buf *report, VerifyCounts *ret)
{
    Verify v = {.desk = d, .txn = t, .report = report};

    arena_init(&v.arena, (size_t)1 << 32);
    int r = verify_run(&v);
    arena_finish(&v.arena);
    if (r < 0)
        return err_trace(r);
    *ret = v.n;
    return v.n.faults ? 1 : 0;
}
