/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <stdio.h>
#include <string.h>

static int err_line(int r, const char *file, int line, const char *prefix)
{
    if (r < 0)
        fprintf(stderr, "%s%s:%d: %s\n", prefix, file, line, strerror(-r));
    return r;
}

int err_origin_at(int r, const char *file, int line)
{
    return err_line(r, file, line, "");
}

int err_trace_at(int r, const char *file, int line)
{
    return err_line(r, file, line, "  from ");
}
