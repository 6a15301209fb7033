/* SPDX-License-Identifier: Apache-2.0 */
/* The audit log's Merkle tree (RFC 6962 section 2.1, with SHA-256) kept as its right edge, and
 * proofs in it. Leaves are blinded by the caller. */
#pragma once

#include "crypto/keys.h"

enum {
    TREE_EDGE_MAX = 64,
    TREE_STEP = 8,       /* levels between the subtrees worth keeping: 256 leaves, 65536, ... */
    TREE_FULL_MAX = 64 / TREE_STEP,
    TREE_PROOF_MAX = 65, /* hashes */
};

typedef struct Tree {
    uint64_t size;
    Hash edge[TREE_EDGE_MAX]; /* roots of the perfect subtrees, largest first: popcount(size) */
} Tree;

/* Leaves begin to end - 1; a proof is the roots of such parts. */
typedef struct TreeRange {
    uint64_t begin, end;
} TreeRange;

Hash tree_leaf(Str entry);
void tree_add(Tree *t, const Hash *leaf);
/* A perfect subtree of 2^level leaves after the last leaf; t->size is a multiple of 2^level. Notes
 * the roots of the perfect subtrees of 2^8, 2^16 ... leaves that became whole with it, the smallest
 * first, above `level`; ret_full has room for TREE_FULL_MAX or is NULL. Returns how many. */
unsigned tree_add_subtree(Tree *t, unsigned level, const Hash *root, Hash *ret_full);
Hash tree_root(const Tree *t); /* of the empty tree: SHA-256 of nothing */
void tree_put(Buf *b, const Tree *t);         /* u64 size, then the edge */
int tree_get(Str bytes, Tree *ret);           /* 0, 1 */

/* Whose roots prove that leaf `index` is in the tree of n leaves, in the order tree_check reads
 * them; ret needs room for TREE_PROOF_MAX. Each begins at a multiple of a power of two that is
 * not below its length. */
size_t tree_inclusion(uint64_t n, uint64_t index, TreeRange *ret);
bool tree_check(const Hash *root, uint64_t n, uint64_t index, const Hash *leaf, const Hash *proof,
                size_t proof_len);
/* The same for the tree of `from` leaves being the beginning of the one of `to`; 0 for none, when
 * from is 0 or not below to. */
size_t tree_consistency(uint64_t from, uint64_t to, TreeRange *ret);
/* False for from 0: of nothing nothing can be proved. */
bool tree_check_consistency(uint64_t from, const Hash *from_root, uint64_t to, const Hash *to_root,
                            const Hash *proof, size_t proof_len);
