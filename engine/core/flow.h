/* SPDX-License-Identifier: Apache-2.0 */
/* The workflow core: (definition, case, step with its day) -> (new case, effects). Deterministic;
 * reads nothing else; a refusal changes nothing. */
#pragma once

#include "engine/core/access.h"
#include "engine/core/due.h"

typedef struct Step {
    uint8_t kind; /* StepKind */
    uint8_t action, deadline;
    bool has_rev;
    uint32_t if_rev;
    Actor actor;
    Moment at; /* 0 in protected workflows */
    Day day;
    Day received; /* submit: day 0, the receipt stamp or `day` */
    bool opened;  /* submit: a step of another case brought it, whose guards have judged */
    Inputs in;
    uint8_t classes; /* destroy: bit per class */
    uint8_t ground;  /* reveal_ask: RevealGround */
    uint8_t halves;  /* reveal_answer: bit per slot */
} Step;

/* Answers of flow_step and flow_may; the detail names the thing. */
typedef enum FlowAnswer {
    FLOW_OK,
    FLOW_REV,        /* the case has moved on; detail: none */
    FLOW_STATE,      /* not from this state; detail: state */
    FLOW_ROLE,       /* the actor holds no role that may; detail: none */
    FLOW_CONDITION,  /* only_if; detail: field */
    FLOW_TOO_EARLY,  /* after; detail: deadline */
    FLOW_TOO_LATE,   /* until, or an extension past the due day; detail: deadline */
    FLOW_TIMES,      /* done as often as allowed */
    FLOW_FIELD,      /* a needed field is missing; detail: field */
    FLOW_MESSAGE,    /* the message to the complainant is missing; detail: template */
    FLOW_NOTE,       /* the note is missing */
    FLOW_DECLARE,    /* the declaration is missing */
    FLOW_EXTRA,      /* a field was given that the step does not take; detail: field */
    FLOW_PENDING,    /* a proposal waits; decide it first */
    FLOW_NO_PROPOSAL,
    FLOW_SAME_PERSON, /* maker and checker */
    FLOW_EXECUTIVE,   /* conflict.executive leaves only some actions */
    FLOW_NO_EXTEND,   /* the deadline cannot be extended here; detail: deadline */
    FLOW_TOO_LONG,    /* more than by_at_most; detail: deadline */
    FLOW_NOT_RUNNING, /* the deadline's clock does not run; detail: deadline */
    FLOW_TARGET,      /* the person cannot be chosen */
    FLOW_LAST_READER, /* nobody else could read on */
    FLOW_FULL,        /* more members, values or links than a case holds */
    FLOW_UNDECLARED,  /* all_declared: somebody has not declared yet; detail: the role */
    FLOW_HELD,        /* on legal hold; or, to lift it, not on hold */
    FLOW_DESTROYED,   /* what the step would be about has been destroyed */
    FLOW_NO_SILENCE,  /* alerts of the deadline cannot be silenced; detail: deadline */
    FLOW_NOT_ALERTED, /* no alert of the deadline is open to a note now; detail: deadline */
    FLOW_SILENCE_LONG, /* longer than for_at_most; detail: deadline */
    FLOW_NO_CUSTODY,  /* custodians keep no identity here */
    FLOW_REVEAL_RUNS, /* a request to open the identity waits, or has been answered */
    FLOW_NO_REVEAL,   /* no such request waits */
    FLOW_HALVES,      /* not halves of the identity's key that could be given */
    FLOW_ANSWERS
} FlowAnswer;

typedef struct Refusal {
    uint8_t why; /* FlowAnswer */
    uint8_t detail;
} Refusal;

typedef struct Effects {
    bool moved;          /* the state changed (or began) */
    uint8_t from, to;
    bool proposed;       /* waits for a second person */
    bool released;       /* an approval: the proposal's message goes out now */
    bool cancelled;      /* a pending proposal fell away */
    uint8_t tells;       /* template told automatically, or DEF_NONE */
    bool number;         /* enter in the register */
    bool assigned;       /* the assignee changed */
    bool new_code;
    uint8_t open;        /* action whose effects.open asks for a linked case, or DEF_NONE */
    uint64_t link;       /* other case to tell, 0 none */
    uint8_t rung_deadline, rung; /* STEP_RUNG that alerts, or DEF_NONE */
    DeadlineMask started, met, stopped, resumed, extended;
} Effects;

/* before is NULL for STEP_SUBMIT only. Returns a FlowAnswer; *ret_refusal is set when it is not
 * FLOW_OK, *ret_after and *ret_effects only when it is. */
int flow_step(const Def *def, const Case *before, const Step *step, Case *ret_after,
              Effects *ret_effects, Refusal *ret_refusal);

/* Whether the actor could begin this action today, inputs aside. */
int flow_may(const Def *def, const Case *c, const Actor *actor, uint8_t action, Day today,
             Refusal *ret_refusal);
/* Whether the actor could ask to extend this deadline today. */
int flow_may_extend(const Def *def, const Case *c, const Actor *actor, uint8_t deadline, Day today,
                    Refusal *ret_refusal);
/* Whether the actor could answer an alert of this deadline with a note today. */
int flow_may_silence(const Def *def, const Case *c, const Actor *actor, uint8_t deadline, Day today,
                     Refusal *ret_refusal);
/* Whether the actor could decide the pending proposal. */
int flow_may_decide(const Def *def, const Case *c, const Actor *actor, Refusal *ret_refusal);
/* Whether the actor could ask for the sealed identity today. */
int flow_may_reveal(const Def *def, const Case *c, const Actor *actor, Day today,
                    Refusal *ret_refusal);
/* The complainant's action that an answer performs: one that returns to `previous`, or DEF_NONE. */
uint8_t flow_reply_action(const Def *def, const Case *c, Day today);
/* Roles that oversee: alerted when overdue, or approving something. They may assign anybody who
 * could act. */
RoleMask flow_managers(const Def *def);
/* A short English sentence for staff, with the names of the definition in it. */
void refusal_put(Buf *b, const Def *def, const Refusal *r);
