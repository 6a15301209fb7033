/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed files that staff send in parts. One that is still coming in lies below DIR/files as
 * "PLACE-SIZE" (both in hex) and is renamed to PLACE once it is whole and synced: so a file by its
 * bare place is always whole, what is there is seen after any crash, and nothing else has to be
 * remembered. The first half of a place is random, the second a keyed hash of it and the person:
 * only whoever began an upload goes on with it and names it in a step, while the disk does not
 * tell who that was. What is given up the sweep removes. */
#pragma once

#include "crypto/secret.h"
#include "engine/core/def.h"

enum {
    UPLOAD_PART_MAX = 8 << 20, /* bytes of one part */
    UPLOAD_ID = 64,            /* of an id with its NUL */
};

/* Where uploads lie and whose they are. */
typedef struct UploadsOf {
    int files;         /* DIR/files */
    const Secret *key; /* of the office, for hashes only */
    Name person;
} UploadsOf;

typedef struct Incoming {
    char id[UPLOAD_ID];
    Name place;
    uint64_t size, have; /* bytes; equal: whole, and it lies at its place */
} Incoming;

/* Begins one of `size` sealed bytes; room for all of it is taken where the file system can. 0;
 * negative (-ENOSPC). */
int upload_begin(const UploadsOf *of, uint64_t size, Incoming *ret);
/* 0; 1: none of this person's (any more). */
int upload_find(const UploadsOf *of, Str id, Incoming *ret);
/* Adds a part at `offset`, and when that was the last one makes the file whole. 0; 1: the upload is
 * at another offset; 2: more than was announced; negative (-ENOSPC). */
int upload_add(const UploadsOf *of, Incoming *u, uint64_t offset, Str part);
/* Whether a place is one of this person's. */
bool upload_is_of(const UploadsOf *of, Str place);
/* A file of this name is an upload still coming in. */
bool upload_is_unfinished(Str name);
