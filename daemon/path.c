/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/path.h"

#include <string.h>

enum { SEGMENT_MAX = 128 };

static bool segment_fits(Str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.')
            return false;
    }
    return s.len > 0 && s.len <= SEGMENT_MAX;
}

bool path_match(const char *pattern, Str path, Str ret[PATH_OPEN_MAX])
{
    Str want = str_of(pattern);
    size_t n = 0;

    while (want.ptr && path.ptr) {
        Str a = str_cut(&want, '/');
        Str b = str_cut(&path, '/');
        if (str_is(a, "?")) {
            if (n == PATH_OPEN_MAX || !segment_fits(b))
                return false;
            ret[n++] = b;
        } else if (!str_eq(a, b)) {
            return false;
        }
    }
    return !want.ptr && !path.ptr;
}
