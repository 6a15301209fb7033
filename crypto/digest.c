/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/digest.h"

#include <sodium.h>

Hash digest_of(Str bytes)
{
    Hash h;
    crypto_hash_sha256(h.b, (const unsigned char *)(bytes.ptr ? bytes.ptr : ""), bytes.len);
    return h;
}
