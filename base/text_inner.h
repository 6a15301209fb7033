/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of text: nobody else includes it. */
#pragma once

#include "base/str.h"
#include <stdint.h>

/* Takes the first code point off *s, which must not be empty. 0, or 1: not UTF-8 (RFC 3629);
 * then one byte is taken and *ret is U+FFFD, so that a caller may go on. */
int text_next(Str *s, uint32_t *ret);
/* 0, 1 or 2; 0 for control characters. */
unsigned text_columns(uint32_t c);
