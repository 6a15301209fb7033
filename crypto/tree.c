/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/tree.h"

#include "base/wire.h"
#include "crypto/inner.h"
#include <string.h>

Hash tree_leaf(Str entry)
{
    crypto_hash_sha256_state state;
    Hash h;

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const uint8_t[]){0}, 1);
    if (entry.len)
        crypto_hash_sha256_update(&state, (const uint8_t *)entry.ptr, entry.len);
    crypto_hash_sha256_final(&state, h.b);
    return h;
}

static Hash node(const Hash *left, const Hash *right)
{
    crypto_hash_sha256_state state;
    Hash h;

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const uint8_t[]){1}, 1);
    crypto_hash_sha256_update(&state, left->b, sizeof(left->b));
    crypto_hash_sha256_update(&state, right->b, sizeof(right->b));
    crypto_hash_sha256_final(&state, h.b);
    return h;
}

static unsigned edge_len(uint64_t size)
{
    return (unsigned)__builtin_popcountll(size);
}

unsigned tree_add_subtree(Tree *t, unsigned level, const Hash *root, Hash *ret_full)
{
    unsigned n = edge_len(t->size), full = 0, at = level;
    Hash h = *root;

    /* each trailing one bit of the size is a perfect subtree that is now doubled */
    for (uint64_t size = t->size >> level; size & 1; size >>= 1) {
        h = node(&t->edge[--n], &h);
        if (++at % TREE_STEP == 0 && ret_full)
            ret_full[full++] = h;
    }
    t->edge[n] = h;
    t->size += UINT64_C(1) << level;
    return full;
}

void tree_add(Tree *t, const Hash *leaf)
{
    tree_add_subtree(t, 0, leaf, NULL);
}

Hash tree_root(const Tree *t)
{
    unsigned n = edge_len(t->size);
    Hash h;

    if (!n)
        return hash_sha256(STR(""));
    h = t->edge[--n];
    while (n)
        h = node(&t->edge[--n], &h);
    return h;
}

void tree_put(Buf *b, const Tree *t)
{
    wire_put_u64(b, t->size);
    buf_add(b, t->edge, edge_len(t->size) * sizeof(Hash));
}

int tree_get(Str bytes, Tree *ret)
{
    Wire w = wire_of(bytes.ptr, bytes.len);
    Tree t = {.size = wire_u64(&w)};

    for (unsigned i = 0; i < edge_len(t.size); i++)
        wire_raw(&w, t.edge[i].b, sizeof(t.edge[i].b));
    if (!wire_end(&w))
        return 1;
    *ret = t;
    return 0;
}

/* Half of a tree of n leaves as the RFC cuts it: the largest power of two below n. */
static uint64_t left_of(uint64_t n)
{
    return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

/* A proof is found from the root down, and read from the leaf up. */
static size_t upward(TreeRange *range, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        TreeRange r = range[i];
        range[i] = range[n - 1 - i];
        range[n - 1 - i] = r;
    }
    return n;
}

size_t tree_inclusion(uint64_t n, uint64_t index, TreeRange *ret)
{
    uint64_t begin = 0, end = n;
    size_t len = 0;

    while (index < n && end - begin > 1) {
        uint64_t middle = begin + left_of(end - begin);
        bool is_left = index < middle;
        ret[len++] = is_left ? (TreeRange){middle, end} : (TreeRange){begin, middle};
        if (is_left)
            end = middle;
        else
            begin = middle;
    }
    return upward(ret, len);
}

size_t tree_consistency(uint64_t from, uint64_t to, TreeRange *ret)
{
    uint64_t begin = 0, end = to;
    size_t len = 0;

    if (from == 0 || from >= to)
        return 0;
    while (from != end) {
        uint64_t middle = begin + left_of(end - begin);
        bool is_left = from <= middle;
        ret[len++] = is_left ? (TreeRange){middle, end} : (TreeRange){begin, middle};
        if (is_left)
            end = middle;
        else
            begin = middle;
    }
    if (begin > 0) /* else it is the old tree itself, whose root is known */
        ret[len++] = (TreeRange){begin, end};
    return upward(ret, len);
}

static bool same_hash(const Hash *a, const Hash *b)
{
    return bytes_equal(a->b, b->b, sizeof(a->b));
}

/* RFC 9162 section 2.1.3.2 */
bool tree_check(const Hash *root, uint64_t n, uint64_t index, const Hash *leaf, const Hash *proof,
                size_t proof_len)
{
    uint64_t at = index, last = n - 1;
    Hash h = *leaf;

    if (index >= n)
        return false;
    for (size_t i = 0; i < proof_len; i++) {
        if (!last)
            return false;
        if (at & 1 || at == last) {
            h = node(&proof[i], &h);
            while (at && !(at & 1)) {
                at >>= 1;
                last >>= 1;
            }
        } else {
            h = node(&h, &proof[i]);
        }
        at >>= 1;
        last >>= 1;
    }
    return !last && same_hash(&h, root);
}

/* RFC 9162 section 2.1.4.2 */
bool tree_check_consistency(uint64_t from, const Hash *from_root, uint64_t to, const Hash *to_root,
                            const Hash *proof, size_t proof_len)
{
    uint64_t at = from - 1, last = to - 1;
    size_t used = 0;
    Hash old, now;

    if (from > to || from == 0)
        return false;
    if (from == to)
        return proof_len == 0 && same_hash(from_root, to_root);
    for (; at & 1; at >>= 1)
        last >>= 1;
    if (at && !proof_len)
        return false;
    old = now = at ? proof[used++] : *from_root; /* a power of two is its own first step */
    for (; used < proof_len; used++) {
        if (!last)
            return false;
        if (at & 1 || at == last) {
            old = node(&proof[used], &old);
            now = node(&proof[used], &now);
            for (; at && !(at & 1); at >>= 1)
                last >>= 1;
        } else {
            now = node(&now, &proof[used]);
        }
        at >>= 1;
        last >>= 1;
    }
    return !last && same_hash(&old, from_root) && same_hash(&now, to_root);
}
