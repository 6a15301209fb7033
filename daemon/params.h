/* SPDX-License-Identifier: Apache-2.0 */
/* Form bodies as lists of names and values. Both parsers are pure: bytes in, pieces out, nothing
 * kept. Values are raw bytes; whether they are text is for whoever reads them to ask. */
#pragma once

#include "base/arena.h"

enum {
    PARAMS_MAX = 512,           /* fields of one body */
    UPLOADS_MAX = 200,          /* files of one body, empty ones counted */
    PARAMS_BYTES_MAX = 1 << 20, /* names and values of all fields together */
    BUNDLE_FORM_MAX = 8 << 20,  /* the same for staff, whose forms carry sealed bundles */
    PART_HEAD_MAX = 4096,       /* bytes of the header lines of one multipart part */
};

typedef struct Param {
    Str name, value;
} Param;

/* A file as it came; bytes point into the body. */
typedef struct Upload {
    Str name, filename, type;
    Str bytes;
} Upload;

typedef struct Params {
    Param *list;
    size_t n;
    Upload *uploads;
    size_t n_uploads;
} Params;

typedef enum ParamsAnswer {
    PARAMS_OK,
    PARAMS_MALFORMED, /* a broken escape, a name that is not UTF-8, a torn part */
    PARAMS_TOO_MANY,  /* more than PARAMS_MAX fields or UPLOADS_MAX files */
    PARAMS_TOO_LARGE, /* more than PARAMS_BYTES_MAX of fields */
} ParamsAnswer;

/* application/x-www-form-urlencoded (WHATWG URL 5.1), also query strings, of at most max bytes.
 * Decoded pieces lie in the arena. A ParamsAnswer, or -ENOMEM. */
int urlencoded_parse(Str body, size_t max, Arena *arena, Params *ret);
/* multipart/form-data (RFC 7578). Names, file names and types lie in the arena, contents point into
 * the body. A ParamsAnswer, or -ENOMEM. */
int multipart_parse(Str body, Str boundary, Arena *arena, Params *ret);
/* The boundary of a Content-Type value, quoted or not, 1 to 70 bytes (RFC 2046 5.1.1). 0, or 1:
 * another type or no boundary. */
int multipart_boundary(Str content_type, Str *ret);

/* The first value of that name, or an empty text. */
Str params_get(const Params *p, const char *name);
bool params_has(const Params *p, const char *name);
/* ASCII letters count alike. */
bool str_is_nocase(Str a, const char *lower);
