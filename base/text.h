/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8, Thai and the few encodings of bytes as text. */
#pragma once

#include "base/buf.h"

/* RFC 3629, no NUL, no surrogates, no overlong forms, no C0 controls but tab, CR and LF. */
bool text_is_valid(Str s);
/* Code points; s must be valid. */
size_t text_chars(Str s);
/* Columns in a terminal: Thai vowels and tones above and below (U+0E31, 0E34-0E3A, 0E47-0E4E),
 * other combining marks and zero-width characters and control characters are 0, wide East Asian
 * ones 2. */
size_t text_width(Str s);
/* At most `chars` code points from the start. */
Str text_head(Str s, size_t chars);
/* Optimal string alignment distance in code points; over 64 code points gives SIZE_MAX. */
size_t text_distance(Str a, Str b);
/* Index of the nearest of n words within a third of its length (at least 1, at most 3 edits), or
 * n when none is near: for "did you mean". */
size_t text_nearest(Str word, const Str *words, size_t n);

void text_put_hex(Buf *b, const void *ptr, size_t len);
/* RFC 4648 section 5, without padding. */
void text_put_base64url(Buf *b, const void *ptr, size_t len);
/* Adds the bytes to ret. 0, or 1: a character outside the alphabet, padding, or non-zero trailing
 * bits; < 0: the error that sticks in ret. */
int text_get_base64url(Str s, Buf *ret);
/* Adds the bytes to ret; digits of either case. 0, 1: not hexadecimal, or < 0 as above. */
int text_get_hex(Str s, Buf *ret);
/* HTML text and double-quoted attribute values. */
void text_put_html(Buf *b, Str s);
/* The same with each line end as <br>. */
void text_put_html_lines(Buf *b, Str s);
/* Somebody else's words for a terminal: what could move its cursor, change its title or turn the
 * direction of the line (controls but tab and LF, bidirectional overrides) and what is no UTF-8
 * becomes U+FFFD; a CR before LF or at the end goes. */
void text_put_shown(Buf *b, Str s);
/* 0-9 as U+0E50-0E59, for letters. */
void text_put_thai_digits(Buf *b, Str s);
