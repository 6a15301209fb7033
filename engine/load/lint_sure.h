/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "engine/core/def.h"

typedef struct SureClocks {
    DeadlineMask open[DEF_STATES_MAX]; /* sure to have begun and not to be met; may stand still */
    StateMask reached;
} SureClocks;

void sure_clocks(const Def *def, SureClocks *ret);
/* The clock does not stand still there without bound. */
bool runs_in(const Deadline *d, uint8_t state);
/* Where a step from this state may lead. */
StateMask lint_targets(const Def *def, uint8_t action, uint8_t from);
/* The states from which no way to a final one is sure (lint_way.c). */
StateMask states_that_hold(const Def *def);
/* The states a waiting one may have been entered from, through other waiting ones too. */
StateMask lint_returns(const Def *def, uint8_t s);
