/* SPDX-License-Identifier: Apache-2.0 */
/* Whether two long lists hold the same things, without keeping or sorting either: each thing is
 * hashed under a key that is drawn for the run, and the hashes are added up lane by lane. Sums of
 * different lists agree by chance once in 2^256, and nobody who does not know the key can make them
 * agree. */
#include "engine/desk/verify_inner.h"
#include <string.h>

Hash verify_hash(const Verify *v, const Str *parts, size_t n)
{
    return hash_parts(&v->key, parts, n);
}

void marks_add(const Verify *v, MarkSum *sum, Str what)
{
    Hash h = verify_hash(v, &what, 1);
    uint64_t lanes[4];

    _Static_assert(sizeof(lanes) == sizeof(h.b), "a hash fills the lanes");
    memcpy(lanes, h.b, sizeof(lanes));
    for (size_t i = 0; i < 4; i++)
        sum->of[i] += lanes[i];
    sum->n++;
}

void marks_add_number(const Verify *v, MarkSum *sum, uint64_t n)
{
    marks_add(v, sum, (Str){(const char *)&n, sizeof(n)});
}

bool marks_eq(const MarkSum *a, const MarkSum *b)
{
    return a->n == b->n && memcmp(a->of, b->of, sizeof(a->of)) == 0;
}
