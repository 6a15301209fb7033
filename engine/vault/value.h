/* SPDX-License-Identifier: Apache-2.0 */
/* What people read for a value somebody typed or chose. */
#pragma once

#include "engine/load/office.h"
#include "engine/vault/directory.h"

typedef struct ValueNames {
    const Office *office;
    const Directory *directory;
    Arena *arena;
} ValueNames;

/* Labels for choices and units, positions for people, dates in words; else the value. 0, -ENOMEM. */
int value_label(const ValueNames *names, const Field *f, uint8_t sub, Str value, Label *ret);
