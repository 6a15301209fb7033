/* SPDX-License-Identifier: Apache-2.0 */
/* The office of desk_help.h with the code of one complainant, made anew for each test. */
#pragma once

#include "desk_help.h"

static CodeKeys code;

static inline int fresh(void **state)
{
    world_model(state);
    code_make(&code);
    return 0;
}

static inline int done(void **state)
{
    code_keys_finish(&code);
    return world_end(state);
}
