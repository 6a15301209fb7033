/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets that leave the office in a file, under a passphrase alone: no share of the server's is in
 * the key. Read by the custodians' page (custodian/), and by nothing here.
 *
 *   u8 version=1 | commit(32) | nonce(24) | XChaCha20-Poly1305(key, u32 length | text | zeros up to
 *   the size class, AD), commit and size classes as in seal.h; AD = a length-prefixed list. */
#pragma once

#include "crypto/login.h"
#include "crypto/seal.h"

/* key: the half that login_stretch makes of a passphrase of this file's own. Appends to out. 0;
 * -ENOMEM; out's error. */
int keyfile_seal(const Secret *key, const Str *ad, size_t n_ad, Plain text, Buf *out);
