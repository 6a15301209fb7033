/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as a checkpoint, as several, as a key, as a proof; any bytes as the edge of a tree. */
#include "crypto/checkpoint.h"
#include "tests/fuzz/fuzz.h"

static void as_checkpoint(Str text)
{
    static const uint8_t ones[SECRET_LEN] = {1}; /* the corpus is signed with it */
    SECRET_AUTO Secret seed = {NULL};
    SIGN_PAIR_AUTO SignPair pair = {0};
    uint64_t size = 0;
    Hash root;

    hold(secret_new_copy(&seed, ones) == 0 && sign_pair_from_seed(&pair, &seed) == 0);
    int r = checkpoint_get(text, STR("krading/ban"), &pair.public, &size, &root);
    hold(r >= 0 && r <= 2);
    hold(r == 0 || size == 0);
    if (r == 0)
        hold(checkpoint_get(text, STR("krading/bat"), &pair.public, &size, &root) == 1);
}

static void as_several(Str text)
{
    size_t sum = 0;

    for (Str rest = text; rest.len;) {
        size_t had = rest.len;
        sum += checkpoint_cut(&rest).len;
        hold(rest.len < had);
    }
    hold(sum <= text.len);
}

static void as_key(Str text)
{
    BUF_AUTO Buf again = {0};
    SignPublic key;
    Str origin;

    buf_init(&again, 1 << 16);
    if (checkpoint_key_get(text, &origin, &key))
        return;
    hold(checkpoint_key_put(&again, origin, &key) == 0);
    hold(again.len == text.len); /* the digits may be of either case */
}

/* What is read is what would be written, and no proof of anything that is not so. */
static void as_proof(Str text)
{
    static const Hash old = {{1}}, now = {{2}};
    BUF_AUTO Buf again = {0};
    Proof p;

    buf_init(&again, text.len + 1);
    if (proof_get(text, &p))
        return;
    hold(proof_put(&again, &p) == 0);
    hold(str_eq(buf_str(&again), text));
    hold(!tree_check_consistency(p.number, &old, p.number + 9, &now, p.hash, p.n));
    hold(!tree_check(&now, p.number + 1, p.number, &p.leaf, p.hash, p.n) || p.n == 0);
}

static void as_tree(Str bytes)
{
    BUF_AUTO Buf out = {0};
    Tree tree;

    buf_init(&out, 1 << 16);
    if (tree_get(bytes, &tree))
        return;
    tree_put(&out, &tree);
    hold(str_eq(buf_str(&out), bytes));
    (void)tree_root(&tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str bytes = {(const char *)data, size};

    hold(crypto_start() == 0);
    as_checkpoint(bytes);
    as_several(bytes);
    as_key(bytes);
    as_proof(bytes);
    as_tree(bytes);
    return 0;
}
