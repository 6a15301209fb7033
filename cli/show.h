/* SPDX-License-Identifier: Apache-2.0 */
/* One case in words. `json` is the API's answer the case file was made from. */
#pragma once

#include "cli/casefile.h"
#include <stdio.h>

/* The steps open to the reader, each with a command to copy. */
void show_open_steps(FILE *to, const CaseFile *f, const json_t *json);
/* What waits for a second person: who proposes what, with the words that came with it. */
void show_pending(FILE *to, const CaseFile *f, const json_t *json);
void show_case(const CaseFile *f, const json_t *json);
/* Who the informant is, from the opened identity. */
void show_identity(const CaseFile *f, const Piece *p);
/* [{"id", "value"}] */
json_t *show_fields_json(const OpenedPart *part);
/* The same for machines: the API's document with the opened words in place of sealed ones. */
json_t *show_case_json(const CaseFile *f, const json_t *json);
