/* SPDX-License-Identifier: Apache-2.0 */
/* Values of the engine in JSON. */
#pragma once

#include "daemon/request.h"

/* YYYY-MM-DD, or null. */
void json_day(Json *j, const char *name, Day day);
/* A name, or null when it is empty. */
void json_name(Json *j, const char *name, const Name *value);
/* {"id", "th", "en"} */
void json_label(Json *j, const char *name, Str id, const Label *label);
void json_hash(Json *j, const char *name, const uint8_t *ptr, size_t len); /* hex */
