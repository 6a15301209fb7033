/* SPDX-License-Identifier: Apache-2.0 */
/* The first line as a content type, the rest as its body: files lie inside the body, all is within
 * its limits. */
#include "base/text.h"
#include "daemon/params.h"
#include "tests/fuzz/fuzz.h"

static void check(const Params *p, Str body)
{
    size_t bytes = 0;

    hold(p->n <= PARAMS_MAX && p->n_uploads <= UPLOADS_MAX);
    for (size_t i = 0; i < p->n; i++) {
        bytes += p->list[i].name.len + p->list[i].value.len;
        hold(text_is_valid(p->list[i].name));
    }
    hold(bytes <= PARAMS_BYTES_MAX);
    for (size_t i = 0; i < p->n_uploads; i++) {
        Str in = p->uploads[i].bytes;
        hold(!in.len || (in.ptr >= body.ptr && in.ptr + in.len <= body.ptr + body.len));
        hold(text_is_valid(p->uploads[i].name) && p->uploads[i].filename.len <= PART_HEAD_MAX);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_AUTO Arena arena = {0};
    Str body = {(const char *)data, size}, boundary;
    Str type = str_cut(&body, '\n');
    Params p = {0};

    arena_init(&arena, 8 << 20);
    if (multipart_boundary(type, &boundary))
        return 0;
    hold(boundary.len >= 1 && boundary.len <= 70);
    int r = multipart_parse(body, boundary, &arena, &p);
    hold(r >= PARAMS_OK && r <= PARAMS_TOO_LARGE);
    if (!r)
        check(&p, body);
    return 0;
}
