/* SPDX-License-Identifier: Apache-2.0 */
/* For tests linked with faulty_calloc_dep: every block of memory asked for is noted, every block
 * given back is looked at before it goes, and the n-th request can be made to fail. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { BLOCKS_MAX = 64 };

static struct {
    void *ptr;
    size_t size;
} blocks[BLOCKS_MAX];
static int calls_left = -1; /* until a request fails; below 0: none fails */
static bool seen_unwiped;
static const char *secret = "the secret word"; /* no block may hold it when it is freed */

void *__real_calloc(size_t count, size_t size);
void __real_free(void *ptr);
void *__wrap_calloc(size_t count, size_t size);
void __wrap_free(void *ptr);

void *__wrap_calloc(size_t count, size_t size)
{
    if (calls_left == 0)
        return NULL;
    if (calls_left > 0)
        calls_left--;
    void *ptr = __real_calloc(count, size);
    for (size_t i = 0; ptr && i < BLOCKS_MAX; i++) {
        if (!blocks[i].ptr) {
            blocks[i].ptr = ptr;
            blocks[i].size = count * size;
            break;
        }
    }
    return ptr;
}

void __wrap_free(void *ptr)
{
    for (size_t i = 0; ptr && i < BLOCKS_MAX; i++) {
        if (blocks[i].ptr != ptr)
            continue;
        if (memmem(ptr, blocks[i].size, secret, strlen(secret)))
            seen_unwiped = true;
        blocks[i].ptr = NULL;
    }
    __real_free(ptr);
}

static inline size_t blocks_held(void)
{
    size_t n = 0;
    for (size_t i = 0; i < BLOCKS_MAX; i++)
        n += blocks[i].ptr != NULL;
    return n;
}
