/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a log, each kept once and known by its number, in the order they were first seen. */
#pragma once

#include "base/str.h"
#include <stdint.h>

typedef struct Names {
    char *text;      /* all words, one after the other */
    size_t len, cap; /* of text */
    size_t *ends;    /* in text, of word i */
    uint32_t n, room;
    uint32_t *slots; /* number + 1 by hash, 0 empty; a power of two, at most half full */
    uint32_t n_slots;
} Names;

void names_finish(Names *names); /* all zero is an empty one */
/* 0; -ENOMEM, also when there are 2^31 words. */
int names_add(Names *names, Str word, uint32_t *ret);
/* Valid until the next word is added. */
Str names_get(const Names *names, uint32_t number);
