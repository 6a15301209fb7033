/* SPDX-License-Identifier: Apache-2.0 */
/* Where the states of a workflow stand in its picture: the main path straight down in the first
 * column, the rest beside the row from which it is reached. */
#pragma once

#include "engine/core/def.h"

/* One arrow: every action between the same two states. */
typedef struct Edge {
    uint8_t from, to;
    ActionMask actions;
    uint8_t lane; /* of arrows that do not run straight: counted from the column outwards */
} Edge;

enum { EDGES_MAX = 512 };

typedef struct Layout {
    uint8_t n_main;
    uint8_t main[DEF_STATES_MAX]; /* states of the main path, downwards */
    uint8_t row[DEF_STATES_MAX], column[DEF_STATES_MAX];
    uint8_t n_rows;
    Edge edges[EDGES_MAX];
    uint16_t n_edges;
    StateMask anywhere;       /* states only reached by actions from (nearly) every open state */
    ActionMask from_anywhere; /* those actions: told in words, not drawn as arrows */
} Layout;

void layout_init(Layout *l, const Def *d);
/* The limit of the stage clock of a state, of the first one also when it counts from the receipt;
 * false when it has none. */
bool state_limit(const Def *d, uint8_t state, Span *ret);
/* The deadline counts from the receipt over more than the first state. */
bool is_overall(const Def *d, uint8_t deadline);
