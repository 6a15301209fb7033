/* SPDX-License-Identifier: Apache-2.0 */
/* Cases at the other end of the API: fetched and opened, steps signed and sent. */
#pragma once

#include "cli/signin.h"
#include "cli/step.h"

/* Every page of the cases this person may see, by the filters of args, appended to list. */
int remote_cases(const Args *args, Session *s, json_t *list);
/* Fetches and opens a case. *ret_json (owned by the caller) may be wanted for what the case file
 * leaves out. 0; CLI_REFUSED: told. */
int remote_case(Session *s, const char *number, CaseFile *ret, json_t **ret_json);
/* Seals the files of a step and lays them on the server; one that broke off goes on. */
int remote_files(Session *s, Filled *filled);
/* A case names them now. */
void remote_files_named(const Session *s, const Filled *filled);
/* Composes, grants to the readers the server names, signs, sends with a request id of its own; the
 * same request goes out again when the answer was lost. 0; CLI_REFUSED: told. */
int remote_step(Session *s, CaseFile *f, const StepAsk *ask, Answer *ret);
/* People that the case which a step opens must keep out, one flag per person of the directory. 0;
 * CLI_REFUSED: told. */
int remote_kept_out(Session *s, const CaseFile *f, const StepAsk *ask, bool **ret);
/* 32 random hex digits and a NUL. */
void request_id_new(char ret[33]);
/* The bundle's wire form in base64url, in the arena. */
int bundle_text(const Bundle *b, Arena *arena, Str *ret);
