/* SPDX-License-Identifier: Apache-2.0 */
/* The audit log's Merkle tree (RFC 6962 section 2.1, with SHA-256) kept as its right edge, and
 * signed checkpoints (C2SP tlog-checkpoint, signed-note). Leaves are blinded by the caller. */
#pragma once

#include "crypto/keys.h"

enum { TREE_EDGE_MAX = 64 };

typedef struct Tree {
    uint64_t size;
    Hash edge[TREE_EDGE_MAX]; /* roots of the perfect subtrees, largest first: popcount(size) */
} Tree;

Hash tree_leaf(Str entry);
void tree_add(Tree *t, const Hash *leaf);
Hash tree_root(const Tree *t); /* of the empty tree: SHA-256 of nothing */
void tree_put(Buf *b, const Tree *t);         /* u64 size, then the edge */
int tree_get(Str bytes, Tree *ret);           /* 0, 1 */

/* Inclusion proof of leaf `index` in the tree of these n leaves; ret needs room for 64. */
size_t tree_prove(const Hash *leaves, uint64_t n, uint64_t index, Hash *ret);
bool tree_check(const Hash *root, uint64_t n, uint64_t index, const Hash *leaf, const Hash *proof,
                size_t proof_len);

/* The checkpoint text with its signature line; origin as "krading/<tenant>", which is the key name
 * too. Bare Ed25519 over the text as C2SP has it. 0; -EINVAL: origin has blanks or a plus; Buf's. */
int checkpoint_put(Buf *b, Str origin, const Tree *t, const SignPair *by);
/* 0; 1: not a checkpoint of this origin; 2: signature does not hold. Lines of other signers
 * (witnesses) are passed over. */
int checkpoint_get(Str text, Str origin, const SignPublic *by, uint64_t *ret_size, Hash *ret_root);
