/* SPDX-License-Identifier: Apache-2.0 */
/* A workflow file while it is read: the definition as far as it has come, the place of each of its
 * parts, and what was used, for the lint. */
#pragma once

#include "engine/load/read.h"

typedef struct Work {
    Reader r; /* first: readers of values get it and turn it back with work_of */
    Def *def;
    const LoadContext *context;
    const Node *root;
    /* Where each thing is written; its key is the node's key. */
    const Node *role_at[DEF_ROLES_MAX], *field_at[DEF_FIELDS_MAX], *state_at[DEF_STATES_MAX];
    const Node *action_at[DEF_ACTIONS_MAX], *deadline_at[DEF_DEADLINES_MAX];
    const Node *message_at[DEF_MESSAGES_MAX], *declaration_at[DEF_DECLARATIONS_MAX];
    FieldSet used;                         /* fields named anywhere but in `fields` */
    uint32_t declarations_used;
    uint64_t messages_used, messages_told; /* told: written by the office's server itself */
    RoleMask roles_used;
    Str calendar; /* its name */
} Work;

static inline Work *work_of(Reader *r)
{
    return (Work *)r;
}

/* ---- names (names.c): a thing's index, or a fault with the nearest name and DEF_NONE ---- */
uint8_t name_role(Work *w, const Node *n);
uint8_t name_field(Work *w, const Node *n);
uint8_t name_state(Work *w, const Node *n);
uint8_t name_action(Work *w, const Node *n);
uint8_t name_deadline(Work *w, const Node *n);
uint8_t name_message(Work *w, const Node *n);
/* A choice of the field. An office list that is not known here takes every name: DEF_NONE without
 * a fault. */
uint8_t name_choice(Work *w, const Node *n, uint8_t field);
void use_field(Work *w, uint8_t field);

/* Readers of references. */
void read_roles(Reader *r, const Node *n, const Key *key, void *to);  /* RoleMask; more: RoleMask of
                                                         reserved roles that are allowed, or NULL */
void read_role(Reader *r, const Node *n, const Key *key, void *to);   /* uint8_t */
void read_states(Reader *r, const Node *n, const Key *key, void *to); /* StateMask */
void read_actions(Reader *r, const Node *n, const Key *key, void *to);  /* ActionMask */
void read_fields(Reader *r, const Node *n, const Key *key, void *to);   /* FieldSet */
void read_message(Reader *r, const Node *n, const Key *key, void *to);  /* uint8_t */
void read_tells(Reader *r, const Node *n, const Key *key, void *to);    /* the same, and marks it as
                                                           written by the office's server */
void read_deadline(Reader *r, const Node *n, const Key *key, void *to); /* uint8_t */
/* Str; a file without `declarations` may use any id, the statement is its id then. */
void read_declare(Reader *r, const Node *n, const Key *key, void *to);
/* uint8_t; more: FieldRule or NULL. */
typedef struct FieldRule {
    uint32_t types; /* MASK32(FIELD_...) */
    bool open;      /* class open only */
    const char *wanted;
} FieldRule;
void read_field(Reader *r, const Node *n, const Key *key, void *to);

/* Conditions on open fields: {field: choice, flag, or a list of them}; {date: given, missing,
 * {before: DEADLINE} or {after: DEADLINE}} (conditions.c). */
void read_conditions(Work *w, const Node *n, const Condition **ret, uint8_t *ret_n);

extern const RoleMask roles_people, roles_alerted;

/* ---- the parts of a file, in the order they are read ---- */
void read_wf_roles(Reader *r, const Node *n, const Key *key, void *to);
void read_wf_access(Reader *r, const Node *n, const Key *key, void *to);
void read_wf_intake(Reader *r, const Node *n, const Key *key, void *to);
void read_wf_fields(Reader *r, const Node *n, const Key *key, void *to);
void read_wf_conflict(Reader *r, const Node *n, const Key *key, void *to);
void read_wf_states(Reader *r, const Node *n, const Key *key, void *to);
void read_wf_actions(Reader *r, const Node *n, const Key *key, void *to);
void read_wf_deadlines(Reader *r, const Node *n, const Key *key, void *to);
void read_wf_messages(Reader *r, const Node *n, const Key *key, void *to);
void read_wf_declarations(Reader *r, const Node *n, const Key *key, void *to);
void read_wf_card(Reader *r, const Node *n, const Key *key, void *to);
void read_wf_survey(Reader *r, const Node *n, const Key *key, void *to);
void read_wf_prints(Reader *r, const Node *n, const Key *key, void *to);
void read_wf_alerts(Reader *r, const Node *n, const Key *key, void *to);
void read_wf_retention(Reader *r, const Node *n, const Key *key, void *to);
void read_wf_replaces(Reader *r, const Node *n, const Key *key, void *to);
/* effects.open of an action, and what the whole action must be for it (wf_open.c). */
void read_wf_open(Reader *r, const Node *n, const Key *key, void *to);
void check_wf_open(Reader *r, const Node *at, const Action *a);
void read_new_code(Reader *r, const Node *n, const Key *key, void *to);
/* Shared by actions and extensions. */
void read_needs(Reader *r, const Node *n, const Key *key, void *to);   /* Needs */
void read_approve(Reader *r, const Node *n, const Key *key, void *to); /* Approve */

extern const Word class_words[];

/* ---- lint: only on a file whose parts were read without a fault ---- */
void lint_flow(Work *w);   /* states and actions as a graph */
void lint_time(Work *w);   /* deadlines on the calendar */
void lint_ways(Work *w);   /* nothing stuck, nothing without a clock; only when all is well */
void lint_words(Work *w);  /* placeholders, unused things */
void lint_secret(Work *w); /* classes, retention, conflict */
