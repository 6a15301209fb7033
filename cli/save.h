/* SPDX-License-Identifier: Apache-2.0 */
/* Attachments opened into a folder, however large: they come in portions, are opened as they come,
 * and get their name only once the last byte has proven that it is the last one. */
#pragma once

#include "cli/casefile.h"
#include "cli/signin.h"

/* One attachment, opened into fd. 0; CLI_REFUSED: told. */
int save_into(Session *s, const CaseFile *f, const Piece *p, int fd);
/* Every attachment that this reader's keys open, as DIR/NO-NAME; DIR is made when missing, nothing
 * in it is overwritten. 0; CLI_REFUSED: told, and of the faulty one nothing is left. */
int save_attachments(Session *s, const CaseFile *f, const char *dir);
