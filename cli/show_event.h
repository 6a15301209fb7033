/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cli/casefile.h"
#include <stdio.h>

/* A step in Thai and English: an action's own words, with the deadline's where it is about one.
 * kind and id are those of the API. */
void show_step_words(FILE *to, const Def *def, Str kind, Str id);
/* One line of the history: day, who, what. */
void show_event(FILE *to, const Def *def, const json_t *event);
