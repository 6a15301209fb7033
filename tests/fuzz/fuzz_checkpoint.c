/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as a checkpoint, any bytes as the edge of a tree. */
#include "crypto/tree.h"
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

static void as_tree(Str bytes)
{
    BUF_AUTO Buf out;
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
    as_tree(bytes);
    return 0;
}
