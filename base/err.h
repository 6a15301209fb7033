/* SPDX-License-Identifier: Apache-2.0 */
/* How functions answer. `int r`: < 0 is fatal (a negative errno), forwarded upward and finally
 * reported; > 0 is an answer listed in the function's own comment; 0 is success. Outputs come
 * last, are named ret_*, and are untouched unless r == 0. */
#pragma once

/* Marks where a fatal error began: writes one line `file:line: text of errno` to standard error
 * (no data of a request can reach it) and returns r. A non-negative r passes silently. */
int err_origin_at(int r, const char *file, int line);
/* Marks where a fatal error passed; same line, prefixed "  from". */
int err_trace_at(int r, const char *file, int line);
#define err_origin(r) err_origin_at((r), __FILE__, __LINE__)
#define err_trace(r)  err_trace_at((r), __FILE__, __LINE__)

/* Runs `expr`; leaves the function with its value when that is not 0. */
#define TRY(expr)                                                                                  \
    do {                                                                                           \
        int try_r_ = (expr);                                                                       \
        if (try_r_)                                                                                \
            return err_trace(try_r_);                                                              \
    } while (0)
