/* SPDX-License-Identifier: Apache-2.0 */
/* A file sealed on this machine and sent in parts. What is sealed depends on the person's own keys,
 * the file and a salt alone, so that after any break the same command goes on where the last part
 * arrived: the salt and the upload's id are noted in STATE/uploads, under a name that says neither
 * what nor where. Neither side holds more than a few parts. */
#pragma once

#include "cli/localfile.h"
#include "cli/signin.h"

enum { UPLOAD_NOTE = 33 /* 32 hex digits and a NUL */ };

typedef struct Uploaded {
    Name place;
    Secret key;
    char note[UPLOAD_NOTE];
} Uploaded;

/* 0, and the caller owns the key; CLI_REFUSED: told; -ENOMEM. */
int upload_file(Session *s, const LocalFile *f, Uploaded *ret);
/* A case names the file now: nothing is left to go on with. */
void upload_forget(const Session *s, const char *note);
