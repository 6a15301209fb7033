/* SPDX-License-Identifier: Apache-2.0 */
/* A file of the officer's on its way into a case, however large: read in portions, twice. The first
 * time tells its length (a photo rid of what it tells has another than the file) and what tells it
 * from every other; the second time gives its bytes. */
#pragma once

#include "base/photo.h"
#include "crypto/digest.h"
#include "crypto/fingerprint.h"
#include "engine/core/form.h"
#include <time.h>

typedef struct LocalFile {
    const char *path;
    Str name, type;
    uint8_t nth; /* of the files of one command: the same file may be sent twice */
    char head[FORM_FILE_HEAD];
    size_t head_len;
    uint8_t photo;     /* FormPhoto */
    uint8_t cleaned;   /* PhotoKind of a photo that is rid of what it tells; PHOTO_NONE: as it is */
    uint64_t size;     /* of what is sent */
    Fingerprint print; /* likewise */
    Hash digest;       /* likewise */
    struct timespec changed; /* of the file, when it was looked at */
} LocalFile;

/* clean: where and when photos were taken goes. `own` keys the fingerprint. Longer files than a
 * field may take are not read to their end. 0; CLI_REFUSED: told. */
int localfile_look(const char *path, bool clean, const Secret *own, LocalFile *ret);
/* Called with what is sent, in order. 0, or what ends the reading. */
typedef int (*LocalSink)(void *to, Str bytes);
/* 0; CLI_REFUSED: told, also when the file is no longer what was looked at; the sink's answer. */
int localfile_read(const LocalFile *f, LocalSink sink, void *to);
