/* SPDX-License-Identifier: Apache-2.0 */
/* What a proposed directory changes, in words for whoever is to sign it. */
#pragma once

#include "engine/vault/directory.h"

typedef struct Difference {
    unsigned changes; /* 0: nothing */
    bool guarded;     /* touches protected roles: takes both signatures */
} Difference;

/* Appends one line or more for each change. Judged alike by directory_open. */
void directory_difference(Buf *out, const Directory *before, const Directory *after,
                          Difference *ret);
