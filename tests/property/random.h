/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers that look random and come again with their seed. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct Random {
    uint64_t state;
} Random;

static inline Random random_of(uint64_t seed)
{
    return (Random){seed * 0x9e3779b97f4a7c15u + 1};
}

/* splitmix64 */
static inline uint64_t random_u64(Random *r)
{
    uint64_t z = r->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline uint8_t below(Random *r, uint8_t n)
{
    return (uint8_t)(random_u64(r) % n);
}

static inline bool one_in(Random *r, uint8_t n)
{
    return below(r, n) == 0;
}

/* How often to try: KRADING_ROUNDS, else `usual`. */
static inline uint64_t rounds(uint64_t usual)
{
    const char *asked = getenv("KRADING_ROUNDS");
    return asked ? strtoull(asked, NULL, 10) : usual;
}
