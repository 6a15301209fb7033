/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/crypto_help.h"

#include "base/text.h"
#include "crypto/checkpoint.h"

enum { LEAVES = 40 };

static void make_leaves(Hash ret[LEAVES])
{
    for (uint8_t i = 0; i < LEAVES; i++)
        ret[i] = tree_leaf((Str){(const char *)&i, 1});
}

/* RFC 6962 section 2.1 as the recursion stands there, on bytes. */
static Hash naive_root(const Hash *leaves, size_t n)
{
    char both[1 + 64] = {1};
    size_t left = 1;
    Hash half;

    if (n == 0)
        return hash_sha256(STR(""));
    if (n == 1)
        return leaves[0];
    while (left * 2 < n)
        left *= 2;
    half = naive_root(leaves, left);
    memcpy(both + 1, half.b, 32);
    half = naive_root(leaves + left, n - left);
    memcpy(both + 33, half.b, 32);
    return hash_sha256((Str){both, sizeof(both)});
}

static Tree tree_of(const Hash *leaves, size_t n)
{
    Tree t = {0};

    for (size_t i = 0; i < n; i++)
        tree_add(&t, &leaves[i]);
    return t;
}

static void assert_hex(const Hash *h, const char *hex)
{
    BUF_AUTO Buf text = {0};

    buf_init(&text, 128);
    text_put_hex(&text, h->b, sizeof(h->b));
    assert_string_equal((const char *)text.ptr, hex);
}

/* The empty tree and the empty leaf as RFC 6962 has them; then the eight inputs that the tests of
 * Certificate Transparency's implementations share, with their published roots. */
static void known_answers(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *root; /* of the tree up to here */
    } table[] = {
        {"", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
        {"\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
        {"\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
        {"\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
        {"\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
        {"\x40\x41\x42\x43", 4, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
        {"\x50\x51\x52\x53\x54\x55\x56\x57", 8,
         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
        {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16,
         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
    };
    Tree t = {0};
    Hash root = tree_root(&t);

    (void)state;
    assert_hex(&root, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (size_t i = 0; i < COUNT(table); i++) {
        Hash leaf = tree_leaf((Str){table[i].bytes, table[i].len});

        tree_add(&t, &leaf);
        root = tree_root(&t);
        assert_hex(&root, table[i].root);
    }
}

static void roots_agree_with_the_recursion(void **state)
{
    Hash leaves[LEAVES];

    (void)state;
    make_leaves(leaves);
    for (size_t n = 0; n <= LEAVES; n++) {
        Tree t = tree_of(leaves, n);
        Hash root = tree_root(&t), naive = naive_root(leaves, n);

        assert_int_equal(t.size, n);
        assert_memory_equal(root.b, naive.b, sizeof(Hash));
    }
}

static void edges_are_kept(void **state)
{
    Hash leaves[LEAVES];

    (void)state;
    make_leaves(leaves);
    for (size_t n = 0; n <= LEAVES; n++) {
        Tree t = tree_of(leaves, n), back = {.size = 99};
        Hash root = tree_root(&t), root_back;
        BUF_AUTO Buf b = {0};

        buf_init(&b, 8 + 64 * 32 + 1);
        tree_put(&b, &t);
        for (size_t len = 0; len < b.len; len++)
            assert_int_equal(tree_get((Str){(const char *)b.ptr, len}, &back), 1);
        assert_int_equal(back.size, 99);
        assert_ok(tree_get(buf_str(&b), &back));
        root_back = tree_root(&back);
        assert_int_equal(back.size, n);
        assert_memory_equal(root.b, root_back.b, sizeof(Hash));
        tree_add(&t, &leaves[0]);
        tree_add(&back, &leaves[0]);
        root = tree_root(&t);
        root_back = tree_root(&back);
        assert_memory_equal(root.b, root_back.b, sizeof(Hash));
        buf_add_u8(&b, 0);
        assert_int_equal(tree_get(buf_str(&b), &back), 1);
    }
}

static void assert_proof_fails_elsewhere(const Hash *leaves, size_t n, size_t index,
                                         const Hash *proof, size_t len)
{
    Hash root = naive_root(leaves, n), other_root = naive_root(leaves, n + 1), bad[64];

    for (size_t k = 0; k < n; k++) {
        assert_int_equal(tree_check(&root, n, k, &leaves[index], proof, len), k == index);
        assert_int_equal(tree_check(&root, n, index, &leaves[k], proof, len), k == index);
    }
    assert_false(tree_check(&other_root, n, index, &leaves[index], proof, len));
    assert_false(tree_check(&root, n, n, &leaves[index], proof, len));
    assert_false(tree_check(&root, 0, 0, &leaves[index], proof, len));
    for (size_t k = 0; k < len; k++) {
        assert_false(tree_check(&root, n, index, &leaves[index], proof, k));
        memcpy(bad, proof, len * sizeof(Hash));
        bad[k].b[k % 32] ^= 1;
        assert_false(tree_check(&root, n, index, &leaves[index], bad, len));
    }
    memcpy(bad, proof, len * sizeof(Hash));
    bad[len] = leaves[0];
    assert_false(tree_check(&root, n, index, &leaves[index], bad, len + 1));
}

static size_t roots_of(const Hash *leaves, const TreeRange *range, size_t n, Hash *ret)
{
    for (size_t i = 0; i < n; i++)
        ret[i] = naive_root(leaves + range[i].begin, range[i].end - range[i].begin);
    return n;
}

static size_t tree_prove(const Hash *leaves, uint64_t n, uint64_t index, Hash *ret)
{
    TreeRange range[TREE_PROOF_MAX];

    return roots_of(leaves, range, tree_inclusion(n, index, range), ret);
}

static void every_leaf_is_proved(void **state)
{
    Hash leaves[LEAVES + 1], proof[64], root;

    (void)state;
    make_leaves(leaves);
    leaves[LEAVES] = tree_leaf(STR("one more"));
    for (size_t n = 1; n <= LEAVES; n++) {
        root = naive_root(leaves, n);
        for (size_t index = 0; index < n; index++) {
            size_t len = tree_prove(leaves, n, index, proof);

            assert_true(len <= 6);
            assert_true(tree_check(&root, n, index, &leaves[index], proof, len));
            assert_proof_fails_elsewhere(leaves, n, index, proof, len);
        }
    }
    assert_int_equal(tree_prove(leaves, 5, 5, proof), 0);
    assert_int_equal(tree_prove(leaves, 0, 0, proof), 0);
}

/* Every tree is the beginning of every later one, by its proof and by no other. */
static void every_beginning_is_proved(void **state)
{
    Hash leaves[LEAVES], proof[TREE_PROOF_MAX + 1], other;
    TreeRange range[TREE_PROOF_MAX];

    (void)state;
    make_leaves(leaves);
    other = tree_leaf(STR("other"));
    for (size_t to = 1; to <= LEAVES; to++) {
        Hash now = naive_root(leaves, to);
        for (size_t from = 1; from <= to; from++) {
            Hash old = naive_root(leaves, from);
            size_t len = roots_of(leaves, range, tree_consistency(from, to, range), proof);
            assert_true(len <= 7);
            assert_true(tree_check_consistency(from, &old, to, &now, proof, len));
            assert_false(tree_check_consistency(from, &other, to, &now, proof, len));
            assert_false(tree_check_consistency(from, &old, to, &other, proof, len));
            assert_false(tree_check_consistency(to + 1, &old, to, &now, proof, len));
            assert_false(tree_check_consistency(0, &old, to, &now, proof, len));
            proof[len] = leaves[0];
            assert_false(tree_check_consistency(from, &old, to, &now, proof, len + 1));
            for (size_t k = 0; k < len; k++) {
                assert_false(tree_check_consistency(from, &old, to, &now, proof, k));
                proof[k].b[k] ^= 1;
                assert_false(tree_check_consistency(from, &old, to, &now, proof, len));
                proof[k].b[k] ^= 1;
            }
        }
    }
    assert_int_equal(tree_consistency(0, 5, range), 0);
    assert_int_equal(tree_consistency(5, 5, range), 0);
    assert_int_equal(tree_consistency(6, 5, range), 0);
}

/* RFC 6962 section 2.1.3: the proofs of its example tree of seven. */
static void examples_of_the_rfc(void **state)
{
    TreeRange range[TREE_PROOF_MAX];

    (void)state;
    assert_int_equal(tree_inclusion(7, 0, range), 3); /* b, h, l */
    assert_true(range[0].begin == 1 && range[0].end == 2);
    assert_true(range[1].begin == 2 && range[1].end == 4);
    assert_true(range[2].begin == 4 && range[2].end == 7);
    assert_int_equal(tree_consistency(3, 7, range), 4); /* c, d, g, l */
    assert_true(range[0].begin == 2 && range[0].end == 3);
    assert_true(range[1].begin == 3 && range[1].end == 4);
    assert_true(range[2].begin == 0 && range[2].end == 2);
    assert_true(range[3].begin == 4 && range[3].end == 7);
    assert_int_equal(tree_consistency(4, 7, range), 1); /* l */
    assert_true(range[0].begin == 4 && range[0].end == 7);
}

/* Whole subtrees are noted as they become whole, and can be put in the place of their leaves. */
static void whole_subtrees_stand_for_their_leaves(void **state)
{
    enum { MANY = 65536 + 300 };
    Tree leaves = {0}, parts = {0};
    Hash full[TREE_FULL_MAX], whole;
    unsigned seen[2] = {0};

    (void)state;
    for (uint32_t i = 0; i < MANY; i++) {
        Hash leaf = tree_leaf((Str){(const char *)&i, sizeof(i)});
        unsigned n = tree_add_subtree(&leaves, 0, &leaf, full);
        assert_int_equal(n, (i + 1) % 65536 == 0 ? 2 : (i + 1) % 256 == 0);
        for (unsigned k = 0; k < n; k++)
            seen[k]++;
        if (n == 2)
            whole = full[1];
        if (n)
            tree_add_subtree(&parts, 8, &full[0], NULL);
    }
    assert_int_equal(seen[0], 257);
    assert_int_equal(seen[1], 1);
    assert_int_equal(parts.size, 65536 + 256);
    assert_memory_equal(&parts.edge[0], &whole, sizeof(whole));
    for (uint32_t i = 65536 + 256; i < MANY; i++) {
        Hash leaf = tree_leaf((Str){(const char *)&i, sizeof(i)});
        tree_add(&parts, &leaf);
    }
    Hash a = tree_root(&leaves), b = tree_root(&parts);
    assert_memory_equal(&a, &b, sizeof(a));
}

/* A checkpoint over seven leaves. */
static void put_checkpoint(Buf *b, const SignPair *by, Hash *ret_root)
{
    Hash leaves[LEAVES];
    Tree t;

    make_leaves(leaves);
    t = tree_of(leaves, 7);
    *ret_root = tree_root(&t);
    buf_init(b, 4096);
    assert_ok(checkpoint_put(b, STR("krading/bang-yai"), t.size, ret_root, by));
}

static int get_checkpoint(Str text, const SignPublic *by)
{
    uint64_t size = 99;
    Hash root = {{0}};
    int r = checkpoint_get(text, STR("krading/bang-yai"), by, &size, &root);

    if (r) { /* untouched */
        assert_int_equal(size, 99);
        assert_true(root.b[0] == 0 && root.b[31] == 0);
    }
    return r;
}

static void checkpoint_round_trip(void **state)
{
    SIGN_PAIR_AUTO SignPair by = {0};
    SIGN_PAIR_AUTO SignPair other = {0};
    BUF_AUTO Buf text = {0};
    Hash root, back;
    uint64_t size = 0;

    (void)state;
    assert_ok(sign_pair_new(&by));
    assert_ok(sign_pair_new(&other));
    put_checkpoint(&text, &by, &root);
    assert_true(str_starts(buf_str(&text), STR("krading/bang-yai\n7\n")));
    assert_ok(checkpoint_get(buf_str(&text), STR("krading/bang-yai"), &by.public, &size, &back));
    assert_int_equal(size, 7);
    assert_memory_equal(root.b, back.b, sizeof(Hash));
    assert_int_equal(get_checkpoint(buf_str(&text), &other.public), 2);
    assert_int_equal(
        checkpoint_get(buf_str(&text), STR("krading/bang-yo"), &by.public, &size, &back), 1);
}

static void damaged_checkpoints_fail(void **state)
{
    SIGN_PAIR_AUTO SignPair by = {0};
    BUF_AUTO Buf text = {0};
    Hash root;

    (void)state;
    assert_ok(sign_pair_new(&by));
    put_checkpoint(&text, &by, &root);
    for (size_t i = 0; i < text.len; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            text.ptr[i] ^= (uint8_t)(1u << bit);
            assert_int_not_equal(get_checkpoint(buf_str(&text), &by.public), 0);
            text.ptr[i] ^= (uint8_t)(1u << bit);
        }
        assert_int_not_equal(get_checkpoint((Str){(const char *)text.ptr, i}, &by.public), 0);
    }
    assert_ok(get_checkpoint(buf_str(&text), &by.public));
}

/* A witness's line before ours or after it does not hide ours. */
static void other_signers_are_passed_over(void **state)
{
    static const char line[] = "\xe2\x80\x94 witness AAAA\n";
    SIGN_PAIR_AUTO SignPair by = {0};
    BUF_AUTO Buf text = {0};
    BUF_AUTO Buf more = {0};
    Hash root;
    size_t body;

    (void)state;
    assert_ok(sign_pair_new(&by));
    put_checkpoint(&text, &by, &root);
    body = (size_t)(strstr((const char *)text.ptr, "\n\n") + 2 - (const char *)text.ptr);
    buf_init(&more, 4096);
    buf_add(&more, text.ptr, body);
    buf_adds(&more, line);
    assert_int_equal(get_checkpoint(buf_str(&more), &by.public), 2);
    buf_add(&more, text.ptr + body, text.len - body);
    buf_adds(&more, line);
    assert_ok(get_checkpoint(buf_str(&more), &by.public));
}

static void origins_are_key_names(void **state)
{
    static const char *const bad[] = {"", "krading/bang yai", "krading/a+b", "krading/a\nb"};
    SIGN_PAIR_AUTO SignPair by = {0};
    Hash root = {{0}};
    BUF_AUTO Buf out = {0};

    (void)state;
    assert_ok(sign_pair_new(&by));
    buf_init(&out, 4096);
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_true(checkpoint_put(&out, str_of(bad[i]), 0, &root, &by) < 0);
    assert_int_equal(out.len, 0);
}

/* As a mailbox or a witness keeps them. */
static void several_are_cut_apart(void **state)
{
    static const char *const between[] = {"", "\n", "\n\n\n"};
    SIGN_PAIR_AUTO SignPair by = {0};
    BUF_AUTO Buf one = {0};
    Hash root;

    (void)state;
    assert_ok(sign_pair_new(&by));
    put_checkpoint(&one, &by, &root);
    for (size_t i = 0; i < COUNT(between); i++) {
        BUF_AUTO Buf all = {0};
        buf_init(&all, 1 << 16);
        for (int k = 0; k < 3; k++) {
            buf_add(&all, one.ptr, one.len);
            buf_adds(&all, between[i]);
        }
        Str rest = buf_str(&all);
        for (int k = 0; k < 3; k++)
            assert_ok(get_checkpoint(checkpoint_cut(&rest), &by.public));
        assert_int_equal(rest.len, 0);
        assert_int_equal(checkpoint_cut(&rest).len, 0);
    }
    Str bad = STR("no checkpoint");
    assert_int_equal(get_checkpoint(checkpoint_cut(&bad), &by.public), 1);
    assert_int_equal(bad.len, 0);
}

static void keys_come_back(void **state)
{
    SIGN_PAIR_AUTO SignPair by = {0};
    BUF_AUTO Buf text = {0};
    SignPublic back;
    Str origin;

    (void)state;
    assert_ok(sign_pair_new(&by));
    buf_init(&text, 256);
    assert_ok(checkpoint_key_put(&text, STR("krading/bang-yai"), &by.public));
    assert_ok(checkpoint_key_get(buf_str(&text), &origin, &back));
    assert_true(str_is(origin, "krading/bang-yai"));
    assert_memory_equal(&back, &by.public, sizeof(back));
    for (size_t i = 0; i < text.len; i++) {
        assert_int_equal(checkpoint_key_get((Str){(const char *)text.ptr, i}, &origin, &back), 1);
        text.ptr[i] ^= 1;
        assert_int_equal(checkpoint_key_get(buf_str(&text), &origin, &back), 1);
        text.ptr[i] ^= 1;
    }
    assert_true(checkpoint_key_put(&text, STR("a b"), &by.public) < 0);
}

static void proofs_come_back(void **state)
{
    Proof p = {.number = 7, .n = 3, .checkpoint = STR("krading/x\n9\n...\n")}, back;

    (void)state;
    p.leaf = tree_leaf(STR("leaf"));
    for (size_t i = 0; i < p.n; i++)
        p.hash[i] = tree_leaf((Str){(const char *)&i, sizeof(i)});
    for (int k = 0; k < 2; k++) {
        BUF_AUTO Buf text = {0};
        buf_init(&text, PROOF_BYTES_MAX);
        p.consistency = k;
        assert_ok(proof_put(&text, &p));
        assert_ok(proof_get(buf_str(&text), &back));
        assert_int_equal(back.consistency, k);
        assert_int_equal(back.number, 7);
        assert_int_equal(back.n, 3);
        assert_memory_equal(back.hash, p.hash, 3 * sizeof(Hash));
        assert_true(k || memcmp(&back.leaf, &p.leaf, sizeof(Hash)) == 0);
        assert_true(str_eq(back.checkpoint, p.checkpoint));
        size_t head = text.len - p.checkpoint.len;
        for (size_t i = 0; i <= head; i++)
            assert_int_equal(proof_get((Str){(const char *)text.ptr, i}, &back), 1);
    }
    p.n = TREE_PROOF_MAX;
    BUF_AUTO Buf text = {0};
    buf_init(&text, PROOF_BYTES_MAX);
    assert_ok(proof_put(&text, &p));
    assert_ok(proof_get(buf_str(&text), &back));
    assert_int_equal(proof_get(STR("old 07\n\nx"), &back), 1);
    assert_int_equal(proof_get(STR("old\n\nx"), &back), 1);
    assert_int_equal(proof_get(STR("old 7\n\nx"), &back), 0);
    assert_int_equal(proof_get(STR("old 7\nQUJD\n\nx"), &back), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),
        cmocka_unit_test(roots_agree_with_the_recursion),
        cmocka_unit_test(edges_are_kept),
        cmocka_unit_test(every_leaf_is_proved),
        cmocka_unit_test(every_beginning_is_proved),
        cmocka_unit_test(examples_of_the_rfc),
        cmocka_unit_test(whole_subtrees_stand_for_their_leaves),
        cmocka_unit_test(several_are_cut_apart),
        cmocka_unit_test(keys_come_back),
        cmocka_unit_test(proofs_come_back),
        cmocka_unit_test(checkpoint_round_trip),
        cmocka_unit_test(damaged_checkpoints_fail),
        cmocka_unit_test(other_signers_are_passed_over),
        cmocka_unit_test(origins_are_key_names),
    };

    return cmocka_run_group_tests_name("tree", tests, start_crypto, NULL);
}
