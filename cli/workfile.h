/* SPDX-License-Identifier: Apache-2.0 */
/* A workflow file as commands without an office read it. */
#pragma once

#include "engine/load/load.h"
#include <limits.h>

enum { REPORT_MAX = 16 << 20 }; /* bytes of the faults of one file */

/* What lies around a workflow file: the settings its lists come from, and its calendars. */
typedef struct Around {
    Arena arena;
    const Office *office; /* NULL: none found, or faulty (its own check says so) */
    char calendars[PATH_MAX];
} Around;
#define AROUND_AUTO __attribute__((cleanup(around_finish)))

/* In a data directory the settings lie one above, in the source tree in office/; else the shipped
 * ones stand in. 0, -ENOMEM. */
int around_init(Around *a, const char *path);
void around_finish(Around *a);

/* The cases it opens in workflows whose files lie beside it. 0, 1: faults, in the report; negative. */
int workfile_opens_check(const char *path, Str file, Around *a, const Def *def, Buf *report);
/* 0; CLI_REFUSED: told on standard error; -ENOMEM. */
int workfile_read(const char *path, Buf *ret);
/* 0; 1: faults, in the report; negative. The definition lives in a->arena. */
int workfile_load(const char *path, Str file, Around *a, Buf *report, const Def **ret);
/* Begins `a`, reads and loads; warnings alone are not told. 0; CLI_REFUSED: told; negative. */
int workfile_load_reported(const char *path, Around *a, const Def **ret);
