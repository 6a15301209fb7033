/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/checkpoint.h"

#include "base/err.h"
#include "base/text.h"
#include "crypto/inner.h"
#include <errno.h>
#include <string.h>

/* A note's signature: u32 key id | Ed25519; the id is the start of
 * SHA-256(name | "\n" | u8 1 (Ed25519) | public key). */
enum { NOTE_SIG_LEN = 4 + 64, SIG_BASE64 = 92 };

#define SIG_MARK "\xe2\x80\x94 " /* em dash, blank */

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

void base64_put(Buf *b, const uint8_t *ptr, size_t len)
{
    char text[SIG_BASE64 + 1];

    sodium_bin2base64(text, sizeof(text), ptr, len, sodium_base64_VARIANT_ORIGINAL);
    buf_adds(b, text);
}

/* libsodium's reader takes some bytes over 0x7f for
 * letters, so the text is compared with what the bytes print as. */
int base64_get(Str text, uint8_t *ret, size_t len)
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

int checkpoint_put(Buf *b, Str origin, uint64_t size, const Hash *root, const SignPair *by)
{
    uint8_t sig[NOTE_SIG_LEN];
    Signature made;
    size_t start = b->len;

    if (!origin_is_name(origin))
        return err_origin(-EINVAL);
    buf_add_str(b, origin);
    buf_addf(b, "\n%llu\n", (unsigned long long)size);
    base64_put(b, root->b, sizeof(root->b));
    buf_adds(b, "\n");
    if (b->err)
        return err_origin(b->err);
    TRY(sign_bytes(by, str_bytes(b->ptr + start, b->len - start), &made));
    note_key_id(origin, &by->public, sig);
    memcpy(sig + 4, made.b, sizeof(made.b));
    buf_adds(b, "\n");
    buf_adds(b, SIG_MARK);
    buf_add_str(b, origin);
    buf_adds(b, " ");
    base64_put(b, sig, sizeof(sig));
    buf_adds(b, "\n");
    return b->err ? err_origin(b->err) : 0;
}

/* One line after the blank one. True when it is the signature of `by` over note. */
static bool note_line_ok(Str line, Str note, Str origin, const SignPublic *by)
{
    uint8_t sig[NOTE_SIG_LEN], id[4];
    Signature claimed;

    if (!str_starts(line, STR(SIG_MARK)))
        return false;
    line = (Str){line.ptr + sizeof(SIG_MARK) - 1, line.len - (sizeof(SIG_MARK) - 1)};
    if (!str_eq(str_cut(&line, ' '), origin) || base64_get(line, sig, sizeof(sig)))
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
    if (base64_get(str_cut(&rest, '\n'), root.b, sizeof(root.b)) || !rest.len)
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

Str checkpoint_cut(Str *rest)
{
    Str whole = *rest;

    while (rest->len && str_cut(rest, '\n').len) /* the text, up to its blank line */
        continue;
    while (str_starts(*rest, STR(SIG_MARK)))
        str_cut(rest, '\n');
    if (rest->ptr)
        whole.len = (size_t)(rest->ptr - whole.ptr);
    while (str_starts(*rest, STR("\n")))
        str_cut(rest, '\n');
    return whole;
}

int checkpoint_key_put(Buf *b, Str origin, const SignPublic *key)
{
    uint8_t id[4], typed[1 + sizeof(key->b)] = {1};

    if (!origin_is_name(origin))
        return err_origin(-EINVAL);
    note_key_id(origin, key, id);
    memcpy(typed + 1, key->b, sizeof(key->b));
    buf_add_str(b, origin);
    buf_adds(b, "+");
    text_put_hex(b, id, sizeof(id));
    buf_adds(b, "+");
    base64_put(b, typed, sizeof(typed));
    return b->err ? err_origin(b->err) : 0;
}

int checkpoint_key_get(Str text, Str *ret_origin, SignPublic *ret)
{
    Str origin = str_cut(&text, '+'), hex = str_cut(&text, '+');
    uint8_t id[4], typed[1 + sizeof(ret->b)];
    BUF_AUTO Buf claimed = {0};
    SignPublic key;

    buf_init(&claimed, sizeof(id));
    if (!origin_is_name(origin) || text_get_hex(hex, &claimed) || claimed.len != sizeof(id) ||
        base64_get(text, typed, sizeof(typed)) || typed[0] != 1)
        return 1;
    memcpy(key.b, typed + 1, sizeof(key.b));
    note_key_id(origin, &key, id);
    if (memcmp(id, claimed.ptr, sizeof(id)) != 0)
        return 1;
    *ret_origin = origin;
    *ret = key;
    return 0;
}
