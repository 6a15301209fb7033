/* SPDX-License-Identifier: Apache-2.0 */
/* Writes one JSON document (RFC 8259) into a Buf; commas are its own business. A name of NULL is
 * for values inside arrays and for the outermost value. Depth at most 32. Bytes of a
 * text that are not UTF-8 are written as U+FFFD. */
#pragma once

#include "base/buf.h"

typedef struct Json {
    Buf *out;
    uint32_t depth;
    uint32_t filled; /* bit d: the container at depth d + 1 already holds a value */
} Json;

Json json_to(Buf *out);
void json_open(Json *j, const char *name); /* { */
void json_close(Json *j);
void json_list(Json *j, const char *name); /* [ */
void json_list_end(Json *j);
void json_str(Json *j, const char *name, Str value);
void json_cstr(Json *j, const char *name, const char *value);
void json_int(Json *j, const char *name, int64_t value);
void json_bool(Json *j, const char *name, bool value);
void json_null(Json *j, const char *name);
/* base64url text of the bytes */
void json_bytes(Json *j, const char *name, const void *ptr, size_t len);
