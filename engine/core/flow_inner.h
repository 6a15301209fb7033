/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the flow share. A step is tried on a copy of the case: guards first, then
 * the changes; whatever refuses on the way, the copy is dropped. */
#pragma once

#include "engine/core/flow.h"

typedef struct Turn {
    const Def *def;
    const Step *step;
    Case *c; /* the copy */
    Effects *fx;
    Refusal *no;
    Day today;
    Day judged; /* by which duties met now are judged: the day of proposing, when approved */
} Turn;

/* What was asked, by whom: of the step itself, or of the proposal that is approved. */
typedef struct Asked {
    const Inputs *in;
    Tag maker; /* none for complainant and system */
} Asked;

/* Fills *no (may be NULL) and returns why. */
int refuse(Refusal *no, FlowAnswer why, uint8_t detail);

/* ---- flow_guard.c; all return a FlowAnswer ---- */
/* By a role of one's own among `by`, or for somebody who holds one, if one may hand it on. */
int guard_role(const Def *def, const Case *c, const Actor *a, RoleMask by, RoleMask delegable,
               Refusal *no);
/* Everything but revision and inputs, as of `day`. actor NULL: an approval, whose maker held his
 * role when proposing. */
int guard_action(const Def *def, const Case *c, const Actor *actor, uint8_t action, Day day,
                 Refusal *no);
int guard_action_inputs(const Def *def, const Case *c, uint8_t action, const Inputs *in,
                        bool of_staff, Refusal *no);
int guard_extend(const Def *def, const Case *c, const Actor *actor, uint8_t deadline, Day day,
                 Refusal *no);
int guard_extend_inputs(const Def *def, const Case *c, uint8_t deadline, const Inputs *in,
                        Refusal *no);
int guard_submit(const Def *def, const Step *step, Refusal *no);
/* Counts and indexes within their arrays, dates within the calendar, fields where they belong. */
int guard_shape(const Def *def, const Step *step, bool takes_fields, Refusal *no);
/* condition.c; *ret_field: the field of the first that does not hold. */
bool conditions_hold(const Def *def, const Case *c, const Condition *list, uint8_t n,
                     uint8_t *ret_field);

/* ---- flow_apply.c; 0 or FLOW_FULL ---- */
int apply_submit(Turn *t);
int apply_action(Turn *t, uint8_t action, const Asked *asked);
int apply_extend(Turn *t, uint8_t deadline, const Asked *asked);
/* Nobody excluded stays assignee, member or maker of a proposal. */
int apply_excluded(Turn *t, const Tag *tags, uint8_t n);
int apply_link(Turn *t, uint64_t other);
void proposal_clear(Case *c);

/* ---- flow_clocks.c ---- */
/* What a step's open values begin or override: called once they are in the case. */
void clocks_of_values(Turn *t, const Inputs *in);
/* What a step meets. from == to when the state stays; action DEF_NONE at submission. */
void clocks_met(Turn *t, uint8_t action, uint8_t from, uint8_t to);
void clocks_met_by_extending(Turn *t, uint8_t deadline);
/* What an action begins anew: renewals, repetitions, its own clocks, restarts. */
void clocks_of_action(Turn *t, uint8_t action);
/* The stage clocks of the state just entered. */
void clocks_of_stage(Turn *t);
/* What begins and what is met for a case that finds itself under another version. */
void clocks_of_migration(Turn *t);
/* Stops, runs on and ends every clock as the state the case is in now says. Comes last. */
void clocks_settle(Turn *t);
bool clock_applies(const Turn *t, const Deadline *d);
/* One clock of them. */
void clock_settle(Turn *t, uint8_t deadline);

/* ---- flow_ahead.c: clocks that begin when another runs out ---- */
/* The action such a clock may begin with was done: day 0 is today, if it had not begun. */
void ahead_action(Turn *t, uint8_t deadline);
/* Day 0 follows the last day of the other clock as long as that may move. */
void ahead_follow(Turn *t);
/* Which clocks wait, worked out anew: another version may count its deadlines differently. */
void ahead_migrate(Turn *t);

/* ---- flow_side.c: the steps beside actions ---- */
int step_assign(Turn *t);
int step_note(Turn *t);
int step_message(Turn *t);
int step_rung(Turn *t);
int step_declare(Turn *t);
int step_recuse(Turn *t);
int step_grant(Turn *t);
int step_survey(Turn *t);
int step_linked(Turn *t);
/* ---- retention.c ---- */
int step_hold(Turn *t);
int step_release(Turn *t);
int step_destroy(Turn *t);
/* ---- flow_silence.c: an alert answered with a note ---- */
int step_silence(Turn *t);
/* The case moves on: what was silent speaks again. */
void silences_end(Turn *t);
/* ---- flow_reveal.c ---- */
int step_reveal_ask(Turn *t);
int step_reveal_answer(Turn *t);
int step_reveal_decline(Turn *t);
/* The request of somebody who is off the case ends at once; so does what a custodian who is gave to
 * one that still waits. */
void reveal_drop_excluded(Case *c);
/* ---- flow_migrate.c ---- */
int step_migrate(Turn *t);
/* Whether what meets the deadline can still come; if not, it has come and gone. */
bool deadline_lies_ahead(const Def *def, const Case *c, uint8_t deadline);
