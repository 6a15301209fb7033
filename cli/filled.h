/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody typed as --field k=v and --file k=PATH, as a form for the engine. */
#pragma once

#include "cli/cli.h"
#include "cli/localfile.h"
#include "engine/core/form.h"
#include "engine/load/office.h"
#include "engine/vault/compose.h"

typedef struct Filled {
    const Def *def;
    const Office *office;
    const Directory *directory;
    Arena *arena;
    FormItem items[ARGS_FIELDS_MAX];
    FormFile files[ARGS_FILES_MAX];
    LocalFile local[ARGS_FILES_MAX]; /* the same, as they lie on this machine */
    Form form;                       /* points into the above */
    Secret own;                      /* keys the fingerprints of files */
    bool clean;                      /* where and when photos were taken goes */
    SealedFile sealed[ARGS_FILES_MAX];
    char note[ARGS_FILES_MAX][33]; /* of each sealed file's upload (cli/upload.h) */
    size_t n_sealed;
} Filled;
#define FILLED_AUTO __attribute__((cleanup(filled_finish)))

void filled_init(Filled *f, const Def *def, const Office *office, const Directory *directory,
                 Arena *arena);
/* Before files are added. `keys`: of whoever sends them. 0, -ENOMEM. */
int filled_own(Filled *f, const Secret *keys);
void filled_finish(Filled *f);
/* "k=v", copied: choices, units and people by id or by their Thai or English words. 0; CLI_REFUSED
 * or CLI_USAGE: told; -ENOMEM. */
int filled_add(Filled *f, const char *pair);
/* "k=PATH"; looks through the file. */
int filled_add_file(Filled *f, const char *pair);
/* All of a command, with --strip-metadata or --keep-metadata; without either, photos are rid of
 * what they tell in protected workflows. */
int filled_add_args(Filled *f, const Args *args);
/* form_check with every fault told in words. 0; CLI_REFUSED. */
int filled_check(const Filled *f, const FieldSet *asked, const FieldSet *required, Day today);

/* The file lies at `place` now; takes the key over. */
void filled_placed(Filled *f, size_t i, Str place, Secret *key);
