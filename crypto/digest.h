/* SPDX-License-Identifier: Apache-2.0 */
/* BLAKE2b-256 of bytes that come in portions: what an attachment is known by, beside its key. */
#pragma once

#include "crypto/secret.h"

typedef struct Digester {
    _Alignas(64) uint8_t state[384];
} Digester;

void digest_begin(Digester *d);
void digest_add(Digester *d, Str bytes);
Hash digest_end(Digester *d);
