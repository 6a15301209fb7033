/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of filing a complaint. */
#pragma once

#include "daemon/fields.h"

typedef struct ReportView {
    const Def *def;
    const Code *code;
    const Filled *filled; /* NULL: empty */
    int status;
} ReportView;

typedef struct ReceiptView {
    const Def *def;
    Str code;
    const Submitted *done;
    Label text; /* the office's receipt message, perhaps none */
} ReceiptView;

/* The workflow of the address, one that the public may file in; NULL, and a 404: there is none. */
const Def *public_workflow(Request *q);
/* A code to write down before the form is sent, which carries it as `name` and its MAC. */
void code_box_put(Request *q, const Code *code, const char *name);
/* The code the form carried as `name`, while its MAC holds; else a new one. */
int code_carried(Request *q, const char *name, Code *ret);
/* The office's receipt message for a case that was just filed, with its code. DESK_OK, _BROKEN. */
int receipt_render(Request *q, Txn *t, const ReceiptView *v, Label *ret);
void report_put(Request *q, const ReportView *v);
/* The receipt as a page or as JSON, 201. */
void receipt_put(Request *q, const ReceiptView *v);
/* 503: the protected channel has not enough people; whom to turn to instead. */
void closed_put(Request *q, const Def *def);
