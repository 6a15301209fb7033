/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_ALIGN = _Alignof(max_align_t), ARENA_BLOCK = 4096, ARENA_BLOCK_MAX = 256 * 1024 };

struct ArenaBlock {
    ArenaBlock *before;
    size_t size, used; /* of bytes, both multiples of ARENA_ALIGN */
    _Alignas(max_align_t) unsigned char bytes[];
};

void arena_init(Arena *a, size_t max)
{
    *a = (Arena){.max = max};
}

void arena_finish(Arena *a)
{
    while (a->last) {
        ArenaBlock *block = a->last;
        a->last = block->before;
        explicit_bzero(block, sizeof *block + block->used);
        free(block);
    }
    a->used = 0;
}

/* A block with room for `need`; each is twice the one before, so that few are needed. */
static ArenaBlock *add_block(Arena *a, size_t need)
{
    size_t size = a->last ? a->last->size * 2 : ARENA_BLOCK - sizeof(ArenaBlock);
    if (size > ARENA_BLOCK_MAX)
        size = ARENA_BLOCK_MAX;
    if (size < need)
        size = need;
    ArenaBlock *block = calloc(1, sizeof *block + size);
    if (!block)
        return NULL;
    block->size = size;
    block->before = a->last;
    a->last = block;
    return block;
}

void *arena_alloc(Arena *a, size_t size)
{
    /* An empty piece still gets an address of its own. */
    size_t need = size ? size : 1;
    if (need > PTRDIFF_MAX / 2)
        return NULL;
    need = (need + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    if (need > a->max - a->used)
        return NULL;
    ArenaBlock *block = a->last;
    if (!block || block->size - block->used < need)
        block = add_block(a, need);
    if (!block)
        return NULL;
    void *piece = block->bytes + block->used;
    block->used += need;
    a->used += need;
    return piece;
}

void *arena_array(Arena *a, size_t count, size_t size)
{
    size_t total;
    return __builtin_mul_overflow(count, size, &total) ? NULL : arena_alloc(a, total);
}

Str arena_str(Arena *a, Str s)
{
    char *copy = s.len < SIZE_MAX ? arena_alloc(a, s.len + 1) : NULL;
    if (!copy)
        return (Str){NULL, 0};
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    return (Str){copy, s.len};
}
