/* SPDX-License-Identifier: Apache-2.0 */
/* How functions answer. `int r`: < 0 is fatal (a negative errno), forwarded upward and finally
 * reported; > 0 is an answer listed in the function's own comment; 0 is success. Outputs come
 * last, are named ret_*, and are untouched unless r == 0. */
#pragma once

#include <stdbool.h>

/* One line `file:line: text of errno` on standard error, no data of a request in it, prefixed
 * "  from" where the error merely passed. r < 0. */
void err_say(int r, const char *file, int line, bool passing);

/* In the header, so that compilers and checkers see that r comes back. */
static inline int err_at(int r, const char *file, int line, bool passing)
{
    if (r < 0)
        err_say(r, file, line, passing);
    return r;
}
/* Marks where a fatal error began, and where it passed. A non-negative r passes silently. */
#define err_origin(r) err_at((r), __FILE__, __LINE__, false)
#define err_trace(r)  err_at((r), __FILE__, __LINE__, true)

/* Runs `expr`; leaves the function with its value when that is not 0. */
#define TRY(expr)                                                                                  \
    do {                                                                                           \
        int try_r_ = (expr);                                                                       \
        if (try_r_)                                                                                \
            return err_trace(try_r_);                                                              \
    } while (0)
