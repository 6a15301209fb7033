/* SPDX-License-Identifier: Apache-2.0 */
/* What one case holds, filled into the form of another (effects.open). */
#pragma once

#include "engine/load/office.h"
#include "engine/vault/compose.h"

typedef struct Carrier {
    const Def *from;
    const OpenEffect *open;
    const Def *to;
    const Office *office;
    const Directory *directory;
    Arena *arena;
} Carrier;

enum { CARRIED_MAX = 256 }; /* items that one form gives another, at most */

/* Appends to items[*n], below max, what the source says. Words are put together from several
 * fields, a paragraph each, in Thai where a value has a label, and cut to what the field takes. 0,
 * -ENOMEM; -E2BIG: no room. */
int carry_form(const Carrier *c, const Form *source, FormItem *items, size_t max, size_t *n);
/* The field there that files of this one go to, or DEF_NONE. */
uint8_t carry_files_to(const Carrier *c, uint8_t from);
