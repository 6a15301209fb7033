/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of a workflow as controls of a page, with what was typed and what is wrong with it. */
#pragma once

#include "daemon/filled.h"
#include "daemon/html.h"

typedef struct FieldsView {
    Request *q;
    const Def *def;
    const Filled *filled; /* NULL: nothing was typed yet */
    const char *prefix;   /* of element ids: several forms may stand on one page */
} FieldsView;

void field_put(const FieldsView *v, uint8_t field, bool required);
/* That what was typed is still there, but files have to be chosen again. */
void files_again_put(Request *q);
/* The list of faults at the top, each a link to its field. */
void form_faults_put(const FieldsView *v);
/* Which mode is chosen; the modes and their consequences as radio buttons. */
void identity_modes_put(const FieldsView *v);
/* Text of the fault at this field (DEF_NONE: identity_mode), or NULL. */
const char *field_fault(const FieldsView *v, uint8_t field);
/* An office's notice with its own facts in it; folded, with its version. */
void notice_text_put(const FieldsView *v, const Notice *n);
void notice_details_put(const FieldsView *v, const Notice *n);
bool field_has_files(const Def *def, const FieldSet *set);
