/* SPDX-License-Identifier: Apache-2.0 */
/* Poly1305 of bytes that come in portions, under a secret key of one's own: tells two files apart
 * for whoever holds the key, at four times the speed of a hash. Two fingerprints seen would give
 * the key away, so they are never stored or sent: they only go into hash_parts. */
#pragma once

#include "crypto/secret.h"

typedef struct Fingerprint {
    uint8_t b[16];
} Fingerprint;

typedef struct Fingerprinter {
    _Alignas(16) uint8_t state[256];
} Fingerprinter;

void fingerprint_begin(Fingerprinter *f, const Secret *key);
void fingerprint_add(Fingerprinter *f, Str bytes);
/* Wipes what was kept. */
Fingerprint fingerprint_end(Fingerprinter *f);
