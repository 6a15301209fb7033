/* SPDX-License-Identifier: Apache-2.0 */
/* One step of a case put together on the officer's machine: inputs checked, the message to the
 * complainant written, everything sealed. */
#pragma once

#include "cli/casefile.h"
#include "cli/filled.h"

/* `what` of the step is the ground, `note` the reason. */
typedef struct RevealAsk {
    const Person *custodian[REVEAL_HALVES];
    size_t n;
    Day until;
} RevealAsk;

typedef struct StepAsk {
    uint8_t kind;     /* StepKind */
    uint8_t index;    /* action or deadline, or DEF_NONE */
    Str what;         /* its id, or empty */
    Filled *filled;   /* NULL: the step takes no fields */
    bool has_message; /* --message was given, be it empty */
    Str message, note;
    bool declare;
    Span by;        /* extend */
    Name target;    /* assign, recuse, grant */
    uint8_t grant_class;
    Moment grant_expires;
    const Bundle *opens; /* the case that the step opens, signed; NULL: none */
    const RevealAsk *reveal; /* reveal: whom to ask, and until when */
    bool unchecked; /* let the server say why it is not open */
} StepAsk;

/* What the action or extension asks; nothing for built-in steps. Never NULL. */
const Needs *ask_needs(const CaseFile *f, const StepAsk *ask);
const Needs *ask_may(const CaseFile *f, const StepAsk *ask);
/* Fills a needed unit that was left out with the one that usually takes the case's category. */
int ask_default_unit(const CaseFile *f, const StepAsk *ask);
/* Says that the declaration is asked and how it reads. CLI_REFUSED. */
int ask_tell_declaration(const Def *def, Str id);
/* Fields, declaration, note and message are there. 0; CLI_REFUSED: told, with a draft of the
 * message when that is missing. */
int ask_check(const CaseFile *f, const StepAsk *ask);
/* Seals it, unsigned. 0; -ENOMEM and what compose_step gives. */
int ask_compose(const CaseFile *f, const StepAsk *ask, Bundle *ret);
/* Whether somebody may be given a key of this class, as far as this officer's machine can tell from
 * the signed directory and what the case says. 0; CLI_REFUSED: told; -ENOMEM. */
int ask_grant_fits(const CaseFile *f, Str person, uint8_t class, const Bundle *b);
/* The same without a word. 0; 1: not this person; -ENOMEM. */
int ask_may_read(const CaseFile *f, const Person *to, uint8_t class, const Bundle *b);
/* Whoever is accused in what this reader can open, by the signed directory: everything typed, and one
 * flag per person who has to be kept out. 0, -ENOMEM. */
int ask_named(const CaseFile *f, Form *ret_form, bool **ret_excluded);
/* Passes the held keys of the class on to a person; expires 0: for good. 0; 1: none is held, or no
 * such person; 2: told, more than one step carries. */
int ask_grant(const CaseFile *f, Str person, uint8_t class, Moment expires, Bundle *bundle);
/* Whether a custodian may be asked, as far as this machine can tell. 0; 1: no; -ENOMEM. */
int ask_may_guard(const CaseFile *f, const Person *to);
/* Seals the reason to the custodians and signs it. 0; negative. */
int ask_grounds(const CaseFile *f, const StepAsk *ask, Bundle *bundle);
/* The unit the step moves the case to, empty: stays. */
Name ask_unit(const CaseFile *f, const StepAsk *ask);
/* What the complainant will read. 0; 1: the step tells nothing; -ENOMEM. */
int ask_message(const CaseFile *f, const StepAsk *ask, Label *ret);
