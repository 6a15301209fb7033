/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a photo: in whatever portions it comes the same is kept, as much as was measured;
 * what is kept is well-formed, and loses nothing more the second time. */
#include "base/photo.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static int sink(void *to, Str bytes)
{
    buf_add(to, bytes.ptr, bytes.len);
    return ((Buf *)to)->err;
}

/* 0 and the result, or 1. */
static int pass(Str in, size_t portion, uint64_t whole, Buf *out, uint64_t *ret_len)
{
    PhotoFilter f;
    int r = 0;

    photo_begin(&f, photo_kind(in), whole, out ? sink : NULL, out);
    for (size_t at = 0; at < in.len && !r; at += portion) {
        size_t left = in.len - at;
        r = photo_add(&f, (Str){in.ptr + at, left < portion ? left : portion});
    }
    hold(r == 0 || r == 1);
    int end = photo_end(&f, ret_len);
    return r ? r : end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    BUF_AUTO Buf once = {0};
    BUF_AUTO Buf bitwise = {0};
    BUF_AUTO Buf twice = {0};
    Str in = {(const char *)data, size};
    PhotoKind kind = photo_kind(in);
    uint64_t len = 0, again = 0;

    buf_init(&once, size + 64);
    buf_init(&bitwise, size + 64);
    buf_init(&twice, size + 64);
    if (kind == PHOTO_NONE || kind == PHOTO_OTHER)
        return 0;
    if (pass(in, size, 0, NULL, &len))
        return 0;
    hold(pass(in, size, len, &once, &again) == 0 && again == len && once.len == len);
    hold(len <= size + 4); /* our EXIF ends its directory, another may not */
    hold(pass(in, 1 + size % 7, len, &bitwise, &again) == 0);
    hold(str_eq(buf_str(&once), buf_str(&bitwise)));
    Str kept = buf_str(&once);
    hold(photo_kind(kept) == kind);
    hold(pass(kept, kept.len, len, &twice, &again) == 0 && str_eq(kept, buf_str(&twice)));
    return 0;
}
