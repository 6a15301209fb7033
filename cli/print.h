/* SPDX-License-Identifier: Apache-2.0 */
/* What people read on the terminal. */
#pragma once

#include "base/buf.h"
#include "base/date.h"
#include <stdint.h>
#include <stdio.h>

/* A table of text columns, laid out by display width (Thai marks take none). */
typedef struct Sheet Sheet;
int sheet_new(const char *const *columns, size_t n, Sheet **ret); /* 0, -ENOMEM */
Sheet *sheet_free(Sheet *s);
/* n cells, copied; NULL: empty. 0, -ENOMEM. */
int sheet_add(Sheet *s, const char *const *cells);
int sheet_print(Sheet *s);

/* "จันทร์ 15 มกราคม 2569 (2026-01-15)" into ret. */
enum { DAY_TEXT = 160 };
void day_text(Day day, char ret[DAY_TEXT]);
/* The same from ISO text; "-" when it is none. */
void iso_text(const char *iso, char ret[DAY_TEXT]);
/* Words that came from elsewhere, without what a terminal would obey (text_put_shown). */
void put_shown(FILE *to, Str text);
/* Each line of the text after `indent` blanks. */
void print_block(Str text, int indent);
