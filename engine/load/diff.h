/* SPDX-License-Identifier: Apache-2.0 */
/* What changes from one version of a workflow to the next, in words. */
#pragma once

#include "engine/core/def.h"

/* One line for each difference: `deadline answer: limit 15 calendar days -> 10 calendar days`.
 * What makes the process weaker or hinders running cases is followed by a line `  warning: ...`.
 * Returns the number of differences. */
size_t diff_put(Buf *out, const Def *old, const Def *fresh);
