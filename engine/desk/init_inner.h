/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the two files that make a new office. */
#pragma once

#include "engine/desk/init.h"
#include "engine/desk/inner.h"

/* DIR/name, which must not exist yet, with these permissions; durable on return. 0, or 1: refused,
 * see report. */
int file_create(const char *dir, const char *name, unsigned mode, Str bytes, Buf *report);

/* A new office's people: their keys, what the server keeps of them, the signed directory. */
typedef struct NewOffice {
    const InitPlan *plan;
    const Workflows *workflows;
    const Secret *pepper, *share;
    BoxPublic key; /* the office's own */
    const SignPair *first, *second; /* of the organisation */
    Arena *arena;
    Buf *report;
} NewOffice;
int people_create(const NewOffice *office, HandedOver *ret_handed);
