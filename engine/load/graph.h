/* SPDX-License-Identifier: Apache-2.0 */
/* The picture of a workflow: states, who owns them, the steps between them, days and words. */
#pragma once

#include "engine/core/def.h"

typedef enum GraphWords { GRAPH_STAFF, GRAPH_PUBLIC } GraphWords;
void graph_put_dot(Buf *out, const Def *def, GraphWords words);
/* Plain SVG of its own layout: the main path straight down, side paths aside; no scripts, no
 * fonts loaded. lang: true Thai, false English. */
void graph_put_svg(Buf *out, const Def *def, GraphWords words, bool thai);
