/* SPDX-License-Identifier: Apache-2.0 */
/* Maps of a file read by tables: one row says a key's name, whether it must be there, how it is
 * read and where the value goes. Every fault is recorded and reading goes on. */
#pragma once

#include "engine/load/node.h"

/* Who reads, for whom. Files with more to remember begin their own struct with this one. */
typedef struct Reader {
    Arena *arena; /* of the result */
    Faults *faults;
    const char *kind; /* of the thing being read, for messages: "deadline"; NULL: none */
    Str subject;      /* its id */
    bool no_memory;   /* sticky */
} Reader;

typedef struct Key Key;
typedef void (*ReadFn)(Reader *r, const Node *n, const Key *key, void *to);
struct Key {
    const char *name;
    bool required;
    ReadFn read;
    size_t at;        /* offset of the value in the struct */
    const void *more; /* what the reader of this value wants to know */
};

void fault_at(Reader *r, const Node *n, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void warn_at(Reader *r, const Node *n, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* `... "word" is not <what>; did you mean "..."?`, or what there is when the list is short. */
void fault_unknown(Reader *r, const Node *n, const char *what, const Str *words, size_t count);

/* Every key of the map by the table, in the order of the table; unknown and missing ones are
 * faults. False when n is no map. */
bool read_map(Reader *r, const Node *n, const Key *keys, size_t count, void *to);
#define READ_MAP(r, n, keys, to) read_map((r), (n), (keys), sizeof(keys) / sizeof((keys)[0]), (to))

/* True, or a fault: n has to be of the kind. A value that is missing counts as a fault. */
bool is_map(Reader *r, const Node *n);
bool is_list(Reader *r, const Node *n);
bool is_text(Reader *r, const Node *n);

Str keep(Reader *r, Str s); /* a copy in the arena of the result */
void *keep_many(Reader *r, size_t count, size_t size);
#define KEEP_MANY(r, count, Type) ((Type *)keep_many((r), (count), sizeof(Type)))

/* An id: a letter, then letters, digits, _; at most DEF_NAME_MAX bytes. */
bool is_id(Reader *r, const Node *n, Str text);

/* ---- readers of single values; `to` and `more` as said ---- */
void read_text(Reader *r, const Node *n, const Key *key, void *to);  /* Str, not empty */
void read_id(Reader *r, const Node *n, const Key *key, void *to);    /* Str */
void read_label(Reader *r, const Node *n, const Key *key, void *to); /* Label {th, en} */
void read_yes(Reader *r, const Node *n, const Key *key, void *to);   /* bool */
void read_span(Reader *r, const Node *n, const Key *key, void *to);  /* Span */
void read_day(Reader *r, const Node *n, const Key *key, void *to);   /* Day */

/* more: Word[], ended by NULL. Stores uint8_t. */
typedef struct Word {
    const char *word;
    uint8_t value;
} Word;
void read_word(Reader *r, const Node *n, const Key *key, void *to);
/* A word of the table, or fault and false. */
bool word_value(Reader *r, const Node *n, const Word *words, uint8_t *ret);

/* more: Range. */
typedef struct Range {
    uint32_t min, max;
    uint8_t bytes; /* of the integer: 1, 2 or 4 */
} Range;
void read_number(Reader *r, const Node *n, const Key *key, void *to);
