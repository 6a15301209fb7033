/* SPDX-License-Identifier: Apache-2.0 */
/* Message templates with their {placeholders} filled. */
#pragma once

#include "base/arena.h"
#include "engine/core/due.h"
#include "engine/load/office.h"

typedef struct MessageField {
    Str id;
    Str th, en; /* shown value: choices as labels, dates in words */
} MessageField;

typedef struct MessageFacts {
    const Def *def;
    const Office *office;
    const Case *c; /* as it stands after the step */
    Moment now;    /* 0: no time of day (protected) */
    Day today;
    const MessageField *fields; /* what the writer may use */
    size_t n_fields;
    Str words; /* the officer's own: fills the template's `asks`, else a paragraph */
    Label ground; /* the same, where the words are of a fixed list (reveal.h) */
    Str code;     /* receipt only */
} MessageFacts;

/* Both languages. Unfilled placeholders become "…". 0 or -ENOMEM. */
int message_render(const Message *m, const MessageFacts *facts, Arena *arena, Label *ret);
/* The words people read for an open value: a choice's label, a unit's, a date, a number. */
int message_open_value(const Def *def, const Office *office, const OpenValue *v, Arena *arena,
                       Label *ret);
