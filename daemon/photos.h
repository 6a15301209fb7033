/* SPDX-License-Identifier: Apache-2.0 */
/* The wish that photos be rid of where and when they were taken, as it stands on a form: a box that
 * is ticked from the start in protected workflows, with a hidden input of the same name before it,
 * so that a box left empty differs from a sender who was never asked. */
#pragma once

#include "base/photo.h"
#include "daemon/request.h"
#include "engine/core/form.h"

/* What was asked; in a request that says nothing of it, what the workflow does by itself. */
bool photos_are_cleaned(const Request *q, const Def *def);
/* Notes in the file whether it can be cleaned, and how long it is then. */
void photos_look(Request *q, FormFile *file);
/* To the sender, kindly: some of what was sent may still tell. Nothing when all was cleaned. */
void photos_tell(Request *q);
void photos_tell_json(const Request *q, Json *j);
/* The box. prefix: of element ids; typed: as it came in this request. */
void photos_put(Request *q, const Def *def, const char *prefix, bool typed);
/* The field of a form after which the box stands; DEF_NONE: it has none for files. */
uint8_t photos_after(const Def *def, const FieldSet *fields);
