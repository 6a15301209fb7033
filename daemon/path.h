/* SPDX-License-Identifier: Apache-2.0 */
/* Paths against patterns: "/api/cases/?/files/?", each ? one segment. Pure. */
#pragma once

#include "base/str.h"

enum { PATH_OPEN_MAX = 2 };

/* True when the path has the pattern's shape; the open segments, as they came, are in ret. An open
 * segment is 1 to 128 bytes of letters, digits, - _ and .; anything else matches nothing. */
bool path_match(const char *pattern, Str path, Str ret[PATH_OPEN_MAX]);
