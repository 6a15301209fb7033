/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/NAME.scenario: given / when / then stories with virtual dates, run on the core alone.
 * They are a workflow's tests and its documentation at once. */
#pragma once

#include "engine/load/load.h"

/* Runs every story of a file. 0: all hold; 1: some do not, or the file has faults: `report` says
 * what was expected, what came, and the journey so far. *ret_stories counts them. */
int scenario_run(const char *path, Str file, const Def *def, Buf *report, size_t *ret_stories);
