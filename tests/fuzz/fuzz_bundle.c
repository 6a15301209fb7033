/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a bundle: what is read is within every maximum, and writes as itself. */
#include "engine/vault/bundle.h"
#include "tests/fuzz/fuzz.h"

#include <ctype.h>

/* Letters, digits and _: what may be the name of a file. */
static bool plain_name(Str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!isalnum((unsigned char)s.ptr[i]) && s.ptr[i] != '_')
            return false;
    return true;
}

static void check(const Bundle *b)
{
    hold(b->n_parts <= BUNDLE_PARTS_MAX && b->n_seals <= BUNDLE_SEALS_MAX);
    hold(b->n_keys <= BUNDLE_KEYS_MAX && b->n_people <= INPUTS_PEOPLE_MAX);
    hold(b->n_excluded <= CASE_EXCLUDED_MAX && b->in.n_open <= INPUTS_OPEN_MAX);
    for (size_t i = 0; i < b->n_parts; i++)
        hold(plain_name(name_str(&b->parts[i].file)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf once = {0};
    BUF_AUTO Buf twice = {0};
    Bundle b, again;

    arena_init(&arena, 16 << 20);
    buf_init(&once, BUNDLE_BYTES_MAX);
    buf_init(&twice, BUNDLE_BYTES_MAX);
    int r = bundle_get((Str){(const char *)data, size}, &arena, &b);
    hold(r == 0 || r == 1);
    if (r)
        return 0;
    check(&b);
    bundle_put(&once, &b);
    hold(once.err == 0 && bundle_get(buf_str(&once), &arena, &again) == 0);
    bundle_put(&twice, &again);
    hold(str_eq(buf_str(&once), buf_str(&twice)));
    (void)bundle_content(&b);
    return 0;
}
