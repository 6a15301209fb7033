/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka with all it wants included before it, and checks that show both texts. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"

#define assert_str(got, expected) assert_str_at(got, expected, __FILE__, __LINE__)

static inline void assert_str_at(Str got, const char *expected, const char *file, int line)
{
    if (str_is(got, expected))
        return;
    print_error("\"%.*s\" != \"%s\"\n", (int)got.len, got.ptr, expected);
    _fail(file, line);
}
