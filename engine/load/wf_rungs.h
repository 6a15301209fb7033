/* SPDX-License-Identifier: Apache-2.0 */
/* Ladders: who is reminded before a deadline and alerted after it. */
#pragma once

#include "engine/load/work.h"

/* Checks that it is a list; keep_rungs reads it. */
void read_ladder(Reader *r, const Node *n, const Key *key, void *to);
/* Both ladders of the deadline written at `at`, reminders first. */
void keep_rungs(Reader *r, const Node *at, Deadline *d);
