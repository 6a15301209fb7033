/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the handlers of the staff API. */
#pragma once

#include "daemon/jsons.h"
#include "daemon/routes.h"
#include "daemon/server.h"

/* An answer of the desk to staff: unknown, refused, and so on; nothing for those that are the
 * turn's business. Returns the answer. */
int api_desk(Request *q, int answer);
/* Runs `look` in a reading transaction; its answer other than DESK_OK becomes the reply. */
int api_read(Request *q, int (*look)(Request *q, Txn *t));
/* "action", "approve", ...; STEP_KINDS for a word that is none. */
uint8_t step_kind_of(Str word);
const char *step_kind_name(uint8_t kind);
/* The action or deadline that a step of this kind is about; empty for the others. */
Str step_id(const Def *def, uint8_t kind, uint8_t action, uint8_t deadline);
/* Its words; built-in steps have some of their own, or none. */
Label step_label(const Def *def, const OpenStep *s);
/* {"steps": what the reader may do now} and {"pending": what waits for approval} of an open object */
void json_steps(Json *j, const CaseView *v);
void json_pending(Json *j, const CaseView *v);
/* The uploads of whoever is signed in. */
struct UploadsOf api_uploads_of(const Request *q);
/* Sealed bytes of a file of so many MB at most. */
uint64_t api_upload_max(uint32_t mb);
void json_bytes32(Json *j, const char *name, const uint8_t b[32]);
void json_case_line(Json *j, const CaseLine *l);
/* What stands about the opening of the identity, for those who may ask; nothing elsewhere. */
void json_reveal(Json *j, const CaseView *v, Day today);
/* {"missing": [{"name", "class"}]} of an open object */
void json_readers(Json *j, const KeyReader *list, size_t n);
void json_missing(Json *j, const MissingSeal *m, size_t n);
