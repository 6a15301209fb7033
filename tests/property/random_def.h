/* SPDX-License-Identifier: Apache-2.0 */
/* Workflows nobody would write, but the core must not mind. */
#pragma once

#include "engine/core/flow.h"
#include "tests/property/random.h"

typedef struct RandomDef {
    Def def;
    char names[64][8];
    Choice choices[4];
    Condition conditions[DEF_ACTIONS_MAX + DEF_DEADLINES_MAX];
    Restart restarts[DEF_ACTIONS_MAX];
    SetField sets[DEF_ACTIONS_MAX];
    MemberEffect members[DEF_ACTIONS_MAX];
    Renewal renewals[DEF_DEADLINES_MAX];
    LimitBy limits[DEF_DEADLINES_MAX];
    Rung rungs[DEF_DEADLINES_MAX][4];
    uint8_t first[2];
} RandomDef;

/* Every pointer in it points into *ret or to the calendar. */
void random_def(RandomDef *ret, Random *r, const Calendar *calendar);
