/* SPDX-License-Identifier: Apache-2.0 */
/* Backups: a plain ustar file, which `tar tf` lists in need. Its last member is `manifest`:
 *
 *   krading backup 1
 *   office TENANT
 *   made 2026-11-21
 *   expires 2026-12-26            (not in a copy of the keys)
 *   file SHA256 SIZE NAME         every other member, in order
 *   end SHA256                    of all the lines above
 *
 * Written with a library the length of the database would have to be known before it is copied;
 * here the header is filled in afterwards, and nothing is held in memory but the manifest. What is
 * written and read is let go from the file cache at once. A file with one bit changed anywhere is
 * refused: members by their sum, headers by theirs, padding and end because they must be zero. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "crypto/sum.h"

enum { BACKUP_DAYS = 35, ARCHIVE_NAME_MAX = 99, ARCHIVE_MANIFEST_MAX = 64 << 20 };

typedef struct Archive {
    int fd;
    char *path, *part; /* written as path.part, renamed when whole */
    uint64_t at;       /* writing: where the next member begins */
    Buf manifest;
} Archive;
#define ARCHIVE_AUTO __attribute__((cleanup(archive_finish)))
void archive_finish(Archive *a);

/* Refuses to write over anything. expires DAY_NONE: never. 0; CLI_REFUSED: told; negative. */
int archive_create(Archive *a, const char *path, Str office, Day made, Day expires);
/* A member of whatever `put` writes to fd at its position; 0 or negative from put. */
int archive_add(Archive *a, const char *name, unsigned mode, int (*put)(int fd, void *arg),
                void *arg);
/* The manifest, the end, sync, and the name. */
int archive_close(Archive *a);

typedef struct Manifest {
    Str office;
    Day made, expires; /* DAY_NONE: never */
    Str files;         /* the lines "file ..." */
} Manifest;
typedef struct Entry {
    char name[ARCHIVE_NAME_MAX + 1];
    unsigned mode;
    uint64_t size, at; /* where its bytes begin */
} Entry;

/* Opens and reads the manifest only. 0; 1: no backup of ours; negative. */
int archive_open(Archive *a, const char *path, Arena *arena, Manifest *ret);
/* Compares every byte with the manifest. 0; 1: not what was written, see *ret_where; negative. */
int archive_check(Archive *a, const Manifest *m, Entry *ret_where);
/* The next member; begin with *at 0. 0; 1: no more. */
int archive_next(Archive *a, uint64_t *at, Entry *ret);
/* Copies a member's bytes out. 0, negative. */
int archive_get(Archive *a, const Entry *m, int to);
/* Bytes of `from` to `to` at their positions, both let go from the file cache. 0, negative. */
int file_pour(int from, int to, uint64_t len);
