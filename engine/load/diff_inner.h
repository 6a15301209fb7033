/* SPDX-License-Identifier: Apache-2.0 */
/* A workflow as kinds of named things, each with properties that can be put into words. Two
 * versions differ where their words do: indexes, which move when a thing is added, never count. */
#pragma once

#include "engine/load/diff.h"
#include <stddef.h>

/* Puts the property of thing i into words; nothing when it is not there. */
typedef void (*PutProperty)(Buf *out, const Def *d, uint8_t i);

typedef struct Property {
    const char *name;
    PutProperty put;
    const char *lost;    /* warning when it is no longer there, or NULL */
    const char *changed; /* warning when it is another or comes to be, or NULL */
    PutProperty part_of; /* nothing is lost with the whole of it; NULL: it stands alone */
} Property;

typedef struct Kind {
    const char *name; /* "action"; NULL: the workflow itself, one thing without a name */
    size_t at, step;  /* of the first thing in Def, and from one to the next; its id comes first */
    size_t count;     /* where Def says how many, one byte */
    const Property *properties;
    size_t n_properties;
    const char *removed; /* warning when one is, or NULL */
} Kind;

extern const Kind diff_workflow, diff_roles, diff_fields, diff_states, diff_actions, diff_deadlines,
    diff_messages, diff_declarations;

#define KIND(word, list, Type, properties, warning)                                                \
    {                                                                                              \
        word, offsetof(Def, list), sizeof(Type), offsetof(Def, n_##list), properties,              \
            sizeof(properties) / sizeof((properties)[0]), warning                                  \
    }

#define WORDS(name) static void name(Buf *out, const Def *d, uint8_t i)

/* A label is two properties, so that a change of one language reads as such. */
#define LABEL_OF(name, list, member)                                                               \
    WORDS(name##_th)                                                                               \
    {                                                                                              \
        buf_add_str(out, d->list[i].member.th);                                                    \
    }                                                                                              \
    WORDS(name##_en)                                                                               \
    {                                                                                              \
        buf_add_str(out, d->list[i].member.en);                                                    \
    }

/* ---- diff_words.c: the same words for the same things; lists by commas ---- */
/* The text, unless nothing has been put yet. */
void words_between(Buf *out, const char *text);
void words_yes(Buf *out, bool yes);
void words_number(Buf *out, uint32_t n);
void words_span(Buf *out, Span span);
void words_roles(Buf *out, const Def *d, RoleMask mask);
void words_states(Buf *out, const Def *d, StateMask mask);
void words_actions(Buf *out, const Def *d, ActionMask mask);
void words_fields(Buf *out, const Def *d, const FieldSet *set);
void words_field(Buf *out, const Def *d, uint8_t i);
void words_state(Buf *out, const Def *d, uint8_t i);
void words_deadline(Buf *out, const Def *d, uint8_t i);
void words_message(Buf *out, const Def *d, uint8_t i);
void words_choices(Buf *out, const Field *f, uint64_t mask);
void words_conditions(Buf *out, const Def *d, const Condition *list, uint8_t n);
void words_needs(Buf *out, const Def *d, const Needs *needs);
void words_approve(Buf *out, const Def *d, const Approve *a);
