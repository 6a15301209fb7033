/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of one request or one document: many pieces, given back together and wiped. */
#pragma once

#include "base/str.h"

typedef struct ArenaBlock ArenaBlock;
typedef struct Arena {
    ArenaBlock *last;
    size_t used, max;
} Arena;

#define ARENA_AUTO __attribute__((cleanup(arena_finish)))

/* Allocates nothing; max is the sum of all pieces in bytes, each rounded up to the
 * strictest alignment. */
void arena_init(Arena *a, size_t max);
/* Wipes and frees every piece; the arena is as after arena_init. */
void arena_finish(Arena *a);
/* size zeroed bytes aligned for any type; NULL when memory or max is exhausted. */
void *arena_alloc(Arena *a, size_t size);
/* count * size with overflow check. */
void *arena_array(Arena *a, size_t count, size_t size);
/* A copy followed by a NUL that is not counted; ptr is NULL on exhaustion. */
Str arena_str(Arena *a, Str s);
#define arena_new(a, Type)         ((Type *)arena_alloc((a), sizeof(Type)))
#define arena_many(a, count, Type) ((Type *)arena_array((a), (count), sizeof(Type)))
