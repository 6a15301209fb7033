/* SPDX-License-Identifier: Apache-2.0 */
/* Any path against patterns: an open segment is short, plain, and part of the path. */
#include "daemon/path.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const patterns[] = {"/", "/report/?", "/track", "/api/cases/?/files/?",
                                           "/?"};
    Str path = {(const char *)data, size};

    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        Str open[PATH_OPEN_MAX] = {{NULL, 0}, {NULL, 0}};
        if (!path_match(patterns[i], path, open))
            continue;
        for (size_t k = 0; k < PATH_OPEN_MAX && open[k].ptr; k++) {
            hold(open[k].len >= 1 && open[k].len <= 128);
            hold(open[k].ptr > path.ptr && open[k].ptr + open[k].len <= path.ptr + path.len);
            hold(!memchr(open[k].ptr, '/', open[k].len));
        }
    }
    return 0;
}
