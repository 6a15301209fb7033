/* SPDX-License-Identifier: Apache-2.0 */
/* Text inside the program: a pointer and a length, never owned, not NUL-terminated. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct Str {
    const char *ptr;
    size_t len;
} Str;

#define STR(literal) ((Str){(literal), sizeof(literal) - 1})

/* The whole of a C string; NULL gives the empty text. */
static inline Str str_of(const char *cstr)
{
    return cstr ? (Str){cstr, strlen(cstr)} : (Str){"", 0};
}
bool str_eq(Str a, Str b);
bool str_is(Str a, const char *cstr);
/* Byte order, shorter first among equals: < 0, 0, > 0. */
int str_cmp(Str a, Str b);
bool str_starts(Str a, Str prefix);
/* Without ASCII blanks and line ends at both ends. */
Str str_trim(Str a);
/* Cuts *rest at the first `sep`: returns what is before, leaves what is after; *rest becomes
 * empty with a NULL pointer when there was no separator. */
Str str_cut(Str *rest, char sep);
/* Decimal digits only, no sign, no blank. 0, or 1: not a number or larger than max. */
int str_u64(Str a, unsigned long long max, unsigned long long *ret);
