/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/keyfile.h"

#include "base/err.h"
#include "base/wire.h"
#include "crypto/inner.h"
#include <errno.h>

enum { VERSION = 1, AD_MAX = 4096 };

int keyfile_seal(const Secret *key, const Str *ad, size_t n_ad, Plain text, Buf *out)
{
    BUF_AUTO Buf list = {0};
    size_t padded = record_padded(text.len);

    buf_init(&list, AD_MAX);
    for (size_t i = 0; i < n_ad; i++) {
        wire_put_u64(&list, ad[i].len);
        buf_add_str(&list, ad[i]);
    }
    uint8_t *at = buf_room(out, 1 + BODY_OVERHEAD + padded);
    if (list.err || !at)
        return err_origin(list.err ? list.err : out->err);
    at[0] = VERSION;
    body_seal(key->b, buf_str(&list), text, padded, at + 1);
    return 0;
}
