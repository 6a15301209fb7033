/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed attachments below DIR/files, each by a name of 24 hex digits. A file is written and synced
 * before the turn that names it is committed. Until then it is the owner's to write (0600); once a
 * case names it, read-only (0400): that is how what nobody named is told apart later. */
#pragma once

#include "crypto/secret.h"
#include "crypto/stream.h"
#include "engine/core/def.h"

enum {
    PLACE_LEN = 24,
    FILE_PORTION = 2 << 20, /* bytes of one answer */
};

/* Opens DIR/files for these functions, making it if need be. 0, negative errno. */
int placed_open(const char *dir, int *ret_fd);
/* A file that came in a request. */
typedef struct CameFile {
    Str name, type, bytes;
    uint64_t size; /* of what is sealed */
    bool cleaned;  /* a photo, rid of what it tells on its way */
} CameFile;
/* A sealed file: where it lies, what opens it, and what its bytes are known by. */
typedef struct SealedPlace {
    Name place;
    Secret key;
    Hash digest; /* of the bytes that were sealed */
} SealedPlace;
/* Seals it under a fresh key, which is the caller's then. 0; negative errno (-ENOSPC: no room; nothing is left behind). */
int placed_seal(int files, const CameFile *file, SealedPlace *ret);
/* Makes the names themselves durable; once after some files. */
int placed_sync(int files);
void placed_remove(int files, const Name *place);
/* A case names it now. */
void placed_adopt(int files, const Name *place);
/* Its case is about to go: from now on the sweep may take it, at once if this process dies before
 * placed_remove. placed_adopt takes that back. */
void placed_release(int files, const Name *place);
/* There, and no case names it yet. */
bool placed_is_free(int files, const Name *place);
/* Its length, 0 when it is not there. */
uint64_t placed_size(int files, const Name *place);
/* At most `max` bytes from an offset on, none at the end; appends. 0; 1: no such file, or none so
 * long; negative. */
int placed_read(int files, const Name *place, uint64_t from, size_t max, Buf *ret);
bool place_fits(Str s);
