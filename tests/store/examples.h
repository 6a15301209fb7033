/* SPDX-License-Identifier: Apache-2.0 */
/* One fixed example of every record: what tests/golden/records holds in bytes, and what the head
 * comment of each codec in engine/store shows. Released ones never change. */
#pragma once

#include "engine/store/record.h"

typedef struct Example {
    const char *name;              /* golden file NAME-1.hex */
    void (*put)(Buf *out);         /* the example, encoded */
    int (*again)(Str in, Buf *out); /* decodes and encodes; 1: broken */
} Example;

extern const Example examples[];
extern const size_t examples_n;
