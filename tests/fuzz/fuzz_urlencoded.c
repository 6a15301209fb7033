/* SPDX-License-Identifier: Apache-2.0 */
/* Any body as an urlencoded form: what is read stays within its limits. */
#include "base/text.h"
#include "daemon/params.h"
#include "tests/fuzz/fuzz.h"

enum { FEW_BYTES = 4096 };

static size_t bytes_of(const Params *p)
{
    size_t sum = 0;

    for (size_t i = 0; i < p->n; i++)
        sum += p->list[i].name.len + p->list[i].value.len;
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_AUTO Arena arena = {0};
    Params p = {0};

    arena_init(&arena, 8 << 20);
    int r = urlencoded_parse((Str){(const char *)data, size}, FEW_BYTES, &arena, &p);
    hold(r >= PARAMS_OK && r <= PARAMS_TOO_LARGE);
    if (r)
        return 0;
    hold(p.n <= PARAMS_MAX && p.n_uploads == 0 && bytes_of(&p) <= FEW_BYTES);
    for (size_t i = 0; i < p.n; i++)
        hold(text_is_valid(p.list[i].name));
    hold(params_has(&p, "subject") || params_get(&p, "subject").len == 0);
    return 0;
}
