/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/tree.h"

#include "base/err.h"
#include "base/wire.h"
#include "crypto/inner.h"
#include <errno.h>
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

void tree_add(Tree *t, const Hash *leaf)
{
    unsigned n = edge_len(t->size);
    Hash h = *leaf;

    /* each trailing one bit of the size is a perfect subtree that is now doubled */
    for (uint64_t size = t->size; size & 1; size >>= 1)
        h = node(&t->edge[--n], &h);
    t->edge[n] = h;
    t->size++;
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

static Hash root_of(const Hash *leaves, uint64_t n)
{
    Tree t = {0};

    for (uint64_t i = 0; i < n; i++)
        tree_add(&t, &leaves[i]);
    return tree_root(&t);
}

size_t tree_prove(const Hash *leaves, uint64_t n, uint64_t index, Hash *ret)
{
    size_t len = 0;

    if (index >= n)
        return 0;
    /* from the root down: halve as the RFC does, note the other half */
    while (n > 1) {
        uint64_t left = 1ull << (63 - __builtin_clzll(n - 1));

        if (index < left) {
            ret[len++] = root_of(leaves + left, n - left);
            n = left;
        } else {
            ret[len++] = root_of(leaves, left);
            leaves += left;
            index -= left;
            n -= left;
        }
    }
    /* a proof is read from the leaf up */
    for (size_t i = 0; i < len / 2; i++) {
        Hash h = ret[i];

        ret[i] = ret[len - 1 - i];
        ret[len - 1 - i] = h;
    }
    return len;
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
    return !last && bytes_equal(h.b, root->b, sizeof(h.b));
}

/* A note's signature: u32 key id | Ed25519; the id is the start of
 * SHA-256(name | "\n" | u8 1 (Ed25519) | public key). */
enum { NOTE_SIG_LEN = 4 + 64, SIG_BASE64 = 92 };

static const char sig_mark[] = "\xe2\x80\x94 "; /* em dash, blank */

static void note_key_id(Str name, const SignPublic *by, uint8_t ret[4])
{
    crypto_hash_sha256_state state;
    Hash h;

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const uint8_t *)name.ptr, name.len);
    crypto_hash_sha256_update(&state, (const uint8_t *)"\n\x01", 2);
    crypto_hash_sha256_update(&state, by->b, sizeof(by->b));
    crypto_hash_sha256_final(&state, h.b);
    memcpy(ret, h.b, 4);
}

static void put_base64(Buf *b, const uint8_t *ptr, size_t len)
{
    char text[SIG_BASE64 + 1];

    sodium_bin2base64(text, sizeof(text), ptr, len, sodium_base64_VARIANT_ORIGINAL);
    buf_adds(b, text);
}

/* 0; 1: not the base64 of exactly len bytes. libsodium's reader takes some bytes over 0x7f for
 * letters, so the text is compared with what the bytes print as. */
static int get_base64(Str text, uint8_t *ret, size_t len)
{
    char again[SIG_BASE64 + 1];
    size_t got;

    if (sodium_base642bin(ret, len, text.ptr, text.len, NULL, &got, NULL,
                          sodium_base64_VARIANT_ORIGINAL) ||
        got != len)
        return 1;
    sodium_bin2base64(again, sizeof(again), ret, len, sodium_base64_VARIANT_ORIGINAL);
    return str_is(text, again) ? 0 : 1;
}

/* A note's key name: not empty, no blanks, no plus. */
static bool origin_is_name(Str origin)
{
    for (size_t i = 0; i < origin.len; i++)
        if ((uint8_t)origin.ptr[i] <= ' ' || origin.ptr[i] == '+')
            return false;
    return origin.len > 0;
}

int checkpoint_put(Buf *b, Str origin, const Tree *t, const SignPair *by)
{
    Hash root = tree_root(t);
    uint8_t sig[NOTE_SIG_LEN];
    Signature made;
    size_t start = b->len;

    if (!origin_is_name(origin))
        return err_origin(-EINVAL);
    buf_add_str(b, origin);
    buf_addf(b, "\n%llu\n", (unsigned long long)t->size);
    put_base64(b, root.b, sizeof(root.b));
    buf_adds(b, "\n");
    if (b->err)
        return err_origin(b->err);
    TRY(sign_bytes(by, str_bytes(b->ptr + start, b->len - start), &made));
    note_key_id(origin, &by->public, sig);
    memcpy(sig + 4, made.b, sizeof(made.b));
    buf_adds(b, "\n");
    buf_adds(b, sig_mark);
    buf_add_str(b, origin);
    buf_adds(b, " ");
    put_base64(b, sig, sizeof(sig));
    buf_adds(b, "\n");
    return b->err ? err_origin(b->err) : 0;
}

/* One line after the blank one. True when it is the signature of `by` over note. */
static bool note_line_ok(Str line, Str note, Str origin, const SignPublic *by)
{
    uint8_t sig[NOTE_SIG_LEN], id[4];
    Signature claimed;

    if (!str_starts(line, STR("\xe2\x80\x94 ")))
        return false;
    line = (Str){line.ptr + sizeof(sig_mark) - 1, line.len - (sizeof(sig_mark) - 1)};
    if (!str_eq(str_cut(&line, ' '), origin) || get_base64(line, sig, sizeof(sig)))
        return false;
    note_key_id(origin, by, id);
    memcpy(claimed.b, sig + 4, sizeof(claimed.b));
    return memcmp(sig, id, sizeof(id)) == 0 && sign_bytes_ok(by, note, &claimed);
}

int checkpoint_get(Str text, Str origin, const SignPublic *by, uint64_t *ret_size, Hash *ret_root)
{
    Str rest = text, size_text, note;
    unsigned long long size;
    Hash root;

    if (!text.len || text.ptr[text.len - 1] != '\n' || !str_eq(str_cut(&rest, '\n'), origin))
        return 1;
    size_text = str_cut(&rest, '\n');
    if (str_u64(size_text, UINT64_MAX, &size) || (size_text.len > 1 && size_text.ptr[0] == '0'))
        return 1;
    if (get_base64(str_cut(&rest, '\n'), root.b, sizeof(root.b)) || !rest.len)
        return 1;
    note = (Str){text.ptr, (size_t)(rest.ptr - text.ptr)};
    if (str_cut(&rest, '\n').len)
        return 1;
    while (rest.len) {
        if (note_line_ok(str_cut(&rest, '\n'), note, origin, by)) {
            *ret_size = size;
            *ret_root = root;
            return 0;
        }
    }
    return 2;
}
