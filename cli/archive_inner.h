/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the two files of archives. */
#pragma once

#include "cli/archive.h"

enum { BLOCK = 512 };
#define ARCHIVE_HEADING "krading backup 1"

/* SHA-256 of a member as it lies in the file. 0, negative. */
int archive_sum(Archive *a, const Entry *m, Hash *ret);
