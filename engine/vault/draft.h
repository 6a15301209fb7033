/* SPDX-License-Identifier: Apache-2.0 */
/* A directory on its way to be signed: the document it was drawn up against, the body that is
 * proposed, and what new people need to sign in. It carries no secret that opens anything without
 * the server's shares, but it is nobody's business either: 0600.
 *   u8 version=1 | base document | body | u16 n, enrolments; a u32 length before each */
#pragma once

#include "engine/vault/directory.h"
#include "engine/vault/enrolment.h"

enum { DRAFT_BYTES_MAX = 2 * DIRECTORY_BYTES_MAX + DIRECTORY_PEOPLE_MAX * ENROLMENT_BYTES_MAX };

typedef struct Draft {
    Str base; /* signed */
    Directory *proposed;
    Enrolment *list; /* room for DIRECTORY_PEOPLE_MAX */
    size_t n;
} Draft;

/* From the directory in force: proposed is a copy with the next version and room for one more
 * person at any time. 0, -ENOMEM. */
int draft_new(const Directory *in_force, Str base, Arena *arena, Draft *ret);
void draft_put(Buf *out, const Draft *d);
/* 0; 1: not a draft; -ENOMEM. Points into bytes. */
int draft_get(Str bytes, Arena *arena, Draft *ret);
/* The person of this name in what is proposed; added when missing. NULL: the directory is full. */
Person *draft_person(Draft *d, Str name, bool add);
/* Puts the enrolment in the place of an earlier one of that person. 0; -E2BIG. */
int draft_enrol(Draft *d, const Enrolment *e);
/* The enrolments alone, as the server takes them: u16 n and each with its length. */
void enrolments_put(Buf *out, const Enrolment *list, size_t n);
/* 0; 1: malformed; -ENOMEM. */
int enrolments_get(Str bytes, Arena *arena, Enrolment **ret, size_t *ret_n);
