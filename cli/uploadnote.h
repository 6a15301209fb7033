/* SPDX-License-Identifier: Apache-2.0 */
/* What this machine remembers of an upload, so that a later run can go on with it: one small file
 * in STATE/uploads, dropped when a case has the file, or after two days. */
#pragma once

#include "cli/upload.h"

typedef struct UploadNote {
    char name[UPLOAD_NOTE];
    uint8_t salt[16];
    char id[64]; /* of the upload, by the daemon */
} UploadNote;

void uploadnote_name(UploadNote *n, const Hash *of);
/* A fresh salt. */
void uploadnote_new(UploadNote *n);
/* 0; 1: none, or it cannot be read. */
int uploadnote_read(const Session *s, UploadNote *n);
/* Where it cannot be written an upload that breaks begins again; that is said. */
void uploadnote_write(const Session *s, const UploadNote *n);
void uploadnote_drop(const Session *s, const char *name);
