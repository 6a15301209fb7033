/* SPDX-License-Identifier: Apache-2.0 */
/* A store in a directory of its own, and a case with everything that belongs to it. */
#pragma once

#include "engine/store/inner.h"
#include "tests/store/random.h"

enum { HELP_ARENA = 64 << 20, HELP_MAP = 64 << 20 };

/* gcc says it by a macro, clang by a question. */
#ifdef __has_feature
#define SANITIZED_BY_CLANG __has_feature(address_sanitizer)
#else
#define SANITIZED_BY_CLANG 0
#endif

/* Where a test's store lies: *state, made before it and removed after it. */
typedef struct Place {
    char dir[256];
    char file[300]; /* the database below it */
} Place;
int place_make(void **state);
int place_remove(void **state);

/* Below TMPDIR or /tmp; removed with all it holds by dir_remove. */
void dir_make(char *ret_path, size_t size);
void dir_remove(const char *path);

/* The batch of a new case: head, event, a part in pieces, a seal, code, number, due, listed,
 * alert, waiting leaf, counter. */
Batch *case_batch(Arena *arena, uint64_t id);
Bytes32 code_of(uint64_t id);
Name number_of(uint64_t id);

/* Everything in the store, table by table, as one text; equal texts are equal stores. */
void dump(Store *s, Buf *out);
void dump_txn(Txn *t, Buf *out);
/* Applies and commits it in a turn of its own, again after RETRY. */
int apply_alone(Store *s, const Batch *b);
Store *open_in(const char *dir, StoreMode mode);
void add_cases(Store *s, uint64_t first, uint64_t last);
/* Ids 1 to n, all of them readable, and nothing else. */
void has_cases(Store *s, uint64_t n);
