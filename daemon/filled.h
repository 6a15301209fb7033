/* SPDX-License-Identifier: Apache-2.0 */
/* A form of a workflow as it came in a request: sorted into fields, checked, its files sealed. */
#pragma once

#include "daemon/request.h"

enum { FAULTS_MAX = DEF_FIELDS_MAX + 1 };

typedef struct Filled {
    const Def *def;
    FieldSet asked, required;
    Form form;
    FormFault faults[FAULTS_MAX];
    size_t n_faults;
    SealedFile *files;
    size_t n_files;
    bool clean; /* photos are rid of what they tell */
    bool lost_files; /* files were chosen, which a page that is shown again cannot keep */
} Filled;

/* Takes from the request what `asked` names and checks it, room for its files included; everything
 * else is passed over. Lives in the request's arena. 0, -ENOMEM. */
int filled_read(Request *q, const Def *def, const FieldSet *asked, const FieldSet *required,
                Filled **ret);
/* Seals its files to DIR/files and notes them in the request. 0; negative errno. */
int filled_seal_files(Request *q, Filled *f);
/* The status that its faults give: 200 without any; 503, with Retry-After, when files alone are too
 * much just now; else 422. */
int filled_status(Request *q, const Filled *f);
/* Names of the people and units that public forms offer. 0, -ENOMEM. */
int form_office_of(Request *q, FormOffice *ret);
/* {"error": {"code": "faulty", "message", "fields": {field: text}}} */
void faults_json(Request *q, const Filled *f);
