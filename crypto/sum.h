/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 of something longer than memory. */
#pragma once

#include "crypto/secret.h"

typedef struct Sum {
    _Alignas(8) uint8_t state[104];
} Sum;

void sum_begin(Sum *s);
void sum_add(Sum *s, const void *ptr, size_t len);
Hash sum_end(Sum *s);
