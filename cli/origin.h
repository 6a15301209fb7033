/* SPDX-License-Identifier: Apache-2.0 */
/* What a case was before it moved here: read beside what whoever moved it has made of it. */
#pragma once

#include "cli/casefile.h"
#include "cli/signin.h"
#include "engine/vault/original.h"

typedef struct Origin {
    OpenedOriginal *was; /* NULL: the case did not move here, or `unreadable` */
    bool unreadable;     /* it did, and what it was does not open, or is no whole */
    const Def *def;      /* today's file of the workflow it came from; NULL: there is none */
    FieldSet changed;    /* fields of this case that say something else than was carried */
} Origin;
#define ORIGIN_AUTO __attribute__((cleanup(origin_finish)))
void origin_finish(Origin *w);

/* ret is zeroed. 0, CLI_REFUSED, negative. */
int origin_open(Session *s, const CaseFile *f, Origin *ret);
/* Nothing for a case that did not move here. */
void origin_show(const CaseFile *f, const Origin *w);
/* NULL for a case that did not move here. */
json_t *origin_json(const CaseFile *f, const Origin *w);
