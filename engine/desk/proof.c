/* SPDX-License-Identifier: Apache-2.0 */
/* What the log shows to those who check it from outside: sizes, roots and hashes, signed. None of
 * it tells what an entry says. */
#include "base/err.h"
#include "engine/desk/inner.h"
#include <errno.h>
#include <string.h>

enum { PROOF_ARENA = 4 << 20 };

void desk_log_origin(const Desk *d, Buf *out)
{
    buf_adds(out, "krading/");
    buf_add_str(out, desk_office(d)->tenant);
}

/* The root of 2^level leaves from a multiple of that; level is one that is kept. */
static int kept_root(Txn *t, Arena *arena, unsigned level, uint64_t index, Hash *ret)
{
    BUF_AUTO Buf key = {0};
    LeafRecord leaf;
    Str bytes;
    int r;

    if (level == 0) {
        r = desk_answer(store_get_leaf(t, index, &leaf));
        if (!r)
            memcpy(ret->b, leaf.leaf.b, sizeof(ret->b));
        return r == DESK_UNKNOWN ? DESK_BROKEN : r;
    }
    buf_init(&key, 64);
    node_key(&key, level, index);
    r = desk_answer(store_get_meta(t, buf_str(&key), arena, &bytes));
    if (r || bytes.len != sizeof(ret->b))
        return r && r != DESK_UNKNOWN ? r : DESK_BROKEN;
    memcpy(ret->b, bytes.ptr, sizeof(ret->b));
    return DESK_OK;
}

/* The largest kept subtree that begins here and does not reach past the end. */
static unsigned level_at(uint64_t at, uint64_t end)
{
    unsigned level = 0;

    while (level + TREE_STEP < 64) {
        uint64_t len = UINT64_C(1) << (level + TREE_STEP);
        if (at % len || end - at < len)
            break;
        level += TREE_STEP;
    }
    return level;
}

/* range.begin is a multiple of a power of two not below the range's length. */
static int range_root(Txn *t, Arena *arena, TreeRange range, Hash *ret)
{
    Tree tree = {0};
    Hash part;

    for (uint64_t at = range.begin; at < range.end;) {
        unsigned level = level_at(at, range.end);
        int r = kept_root(t, arena, level, at >> level, &part);
        if (r)
            return r;
        tree_add_subtree(&tree, level, &part, NULL);
        at += UINT64_C(1) << level;
    }
    *ret = tree_root(&tree);
    return DESK_OK;
}

/* The log as it was when it had this many entries. */
static int checkpoint_at(Desk *d, Txn *t, Arena *arena, uint64_t size, Buf *out)
{
    BUF_AUTO Buf origin = {0};
    Hash root;

    int r = range_root(t, arena, (TreeRange){0, size}, &root);
    if (r)
        return r;
    buf_init(&origin, 256);
    desk_log_origin(d, &origin);
    r = checkpoint_put(out, buf_str(&origin), size, &root, &d->keys.log);
    return r ? err_trace(r) : DESK_OK;
}

int desk_checkpoint(Desk *d, Txn *t, Buf *out)
{
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf origin = {0};
    Tree tree;

    arena_init(&arena, 1 << 16);
    buf_init(&origin, 256);
    desk_log_origin(d, &origin);
    int r = tree_load(t, &arena, &tree);
    if (r)
        return r;
    Hash root = tree_root(&tree);
    r = checkpoint_put(out, buf_str(&origin), tree.size, &root, &d->keys.log);
    return r ? err_trace(r) : DESK_OK;
}

int desk_checkpoint_night(Desk *d, Txn *t, Arena *arena, Str *ret, uint64_t *ret_size)
{
    BUF_AUTO Buf origin = {0};
    uint64_t size;
    Hash root;
    Str text;

    int r = desk_answer(store_get_meta(t, STR("checkpoint"), arena, &text));
    if (r)
        return r;
    buf_init(&origin, 256);
    desk_log_origin(d, &origin);
    if (checkpoint_get(text, buf_str(&origin), &d->keys.log.public, &size, &root))
        return DESK_BROKEN;
    *ret = text;
    *ret_size = size;
    return DESK_OK;
}

static int proof_write(Desk *d, Txn *t, Arena *arena, Proof *p, const TreeRange *range,
                       uint64_t size, Buf *out)
{
    BUF_AUTO Buf checkpoint = {0};
    int r = DESK_OK;

    for (size_t i = 0; i < p->n && !r; i++)
        r = range_root(t, arena, range[i], &p->hash[i]);
    buf_init(&checkpoint, CHECKPOINT_BYTES_MAX);
    r = r ? r : checkpoint_at(d, t, arena, size, &checkpoint);
    if (r)
        return r;
    p->checkpoint = buf_str(&checkpoint);
    r = proof_put(out, p);
    return r ? err_trace(r) : DESK_OK;
}

static int size_fits(Txn *t, Arena *arena, uint64_t size)
{
    Tree tree;

    int r = tree_load(t, arena, &tree);
    return r ? r : size <= tree.size ? DESK_OK : DESK_MALFORMED;
}

int desk_consistency(Desk *d, Txn *t, uint64_t from, uint64_t to, Buf *out)
{
    ARENA_AUTO Arena arena = {0};
    TreeRange range[TREE_PROOF_MAX];
    Proof p = {.consistency = true, .number = from};

    arena_init(&arena, PROOF_ARENA);
    int r = from == 0 || from > to ? DESK_MALFORMED : size_fits(t, &arena, to);
    if (r)
        return r;
    p.n = tree_consistency(from, to, range);
    return proof_write(d, t, &arena, &p, range, to, out);
}

int desk_inclusion(Desk *d, Txn *t, uint64_t leaf, uint64_t size, Buf *out)
{
    ARENA_AUTO Arena arena = {0};
    TreeRange range[TREE_PROOF_MAX];
    Proof p = {.number = leaf};

    arena_init(&arena, PROOF_ARENA);
    int r = leaf >= size ? DESK_MALFORMED : size_fits(t, &arena, size);
    r = r ? r : kept_root(t, &arena, 0, leaf, &p.leaf);
    if (r)
        return r;
    p.n = tree_inclusion(size, leaf, range);
    return proof_write(d, t, &arena, &p, range, size, out);
}
