/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/veil.h"

#include "base/err.h"
#include "base/wire.h"
#include <sodium.h>
#include <string.h>

enum { VERSION = 1, NONCE = 24, HEAD = 1 + NONCE, TAG = 16, PLACE_MAX = 256 };

static void place_put(Buf *ad, Str place)
{
    static const Str label = {"krading/1|veil", 14};

    buf_init(ad, PLACE_MAX);
    wire_put_u64(ad, label.len);
    buf_add_str(ad, label);
    wire_put_u64(ad, place.len);
    buf_add_str(ad, place);
}

int veil_cover(const Secret *key, Str place, Str text, size_t unit, Buf *out)
{
    BUF_AUTO Buf plain = {0}, ad = {0};
    size_t len = (4 + text.len + unit - 1) / unit * unit;

    place_put(&ad, place);
    buf_init(&plain, len);
    wire_put_u32(&plain, (uint32_t)text.len);
    buf_add_str(&plain, text);
    uint8_t *rest = buf_room(&plain, len - plain.len);
    uint8_t *to = buf_room(out, HEAD + len + TAG);
    if (ad.err || plain.err || out->err)
        return err_origin(ad.err ? ad.err : plain.err ? plain.err : out->err);
    memset(rest, 0, (size_t)(plain.ptr + plain.len - rest));
    to[0] = VERSION;
    randombytes_buf(to + 1, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(to + HEAD, NULL, plain.ptr, plain.len, ad.ptr,
                                               ad.len, NULL, to + 1, key->b);
    return 0;
}

int veil_open(const Secret *key, Str place, Str covered, Buf *out)
{
    BUF_AUTO Buf plain = {0}, ad = {0};
    const uint8_t *from = (const uint8_t *)covered.ptr;

    if (covered.len < HEAD + 4 + TAG || from[0] != VERSION)
        return 1;
    place_put(&ad, place);
    buf_init(&plain, covered.len);
    uint8_t *to = buf_room(&plain, covered.len - HEAD - TAG);
    if (ad.err || plain.err)
        return err_origin(ad.err ? ad.err : plain.err);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(to, NULL, NULL, from + HEAD, covered.len - HEAD,
                                                   ad.ptr, ad.len, from + 1, key->b))
        return 1;
    Wire w = wire_of(plain.ptr, plain.len);
    uint32_t len = wire_u32(&w);
    if (len > plain.len - 4)
        return 1;
    buf_add(out, plain.ptr + 4, len);
    return out->err ? err_origin(out->err) : 0;
}
