/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "engine/core/flow.h"

/* Gives open fields without a value one that the action's conditions hold for. */
void suppose(const Def *def, const Action *a, Case *c);
/* Takes back after the step what was only supposed: a single choice is remembered, one of several
 * and every date is forgotten, and so are clocks that began with such a date. */
void forget(const Def *def, const Action *a, const Case *before, Case *c);
