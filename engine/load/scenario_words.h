/* SPDX-License-Identifier: Apache-2.0 */
/* Words of expectations, and how each expectation's names are checked before anything is played. */
#pragma once

#include "engine/load/scenario_inner.h"

extern const Word refusals[], answers_yes[], verdicts[], clocks[];
const char *word_of(const Word *words, int value); /* "ok" for a value without a word */

void check_refused(Scenario *s, const Node *n);
void check_text(Scenario *s, const Node *n);
void check_state(Scenario *s, const Node *n);
void check_public(Scenario *s, const Node *n);
void check_yes(Scenario *s, const Node *n);
void check_tells(Scenario *s, const Node *n);
void check_due(Scenario *s, const Node *n);
void check_verdict(Scenario *s, const Node *n);
void check_clock(Scenario *s, const Node *n);
void check_deadlines(Scenario *s, const Node *n);
void check_roles(Scenario *s, const Node *n);
void check_people(Scenario *s, const Node *n);
void check_may(Scenario *s, const Node *n);
void check_assignee(Scenario *s, const Node *n);
void check_members(Scenario *s, const Node *n);
