/* SPDX-License-Identifier: Apache-2.0 */
/* What a fuzz target is: one function that takes any bytes, and aborts when something that must
 * hold does not. */
#pragma once

#include "base/buf.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void hold(bool is)
{
    if (!is)
        abort();
}
