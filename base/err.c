/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <stdio.h>
#include <string.h>

void err_say(int r, const char *file, int line, bool passing)
{
    fprintf(stderr, "%s%s:%d: %s\n", passing ? "  from " : "", file, line, strerror(-r));
}
