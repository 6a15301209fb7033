/* SPDX-License-Identifier: Apache-2.0 */
/* A case opened on the machine of somebody who holds keys to it. */
#pragma once

#include "crypto/login.h"
#include "engine/desk/desk.h"
#include "engine/vault/opened.h"
#include <jansson.h>

/* A part as it came, and what it says once opened. */
typedef struct Piece {
    uint32_t no, event;
    BundlePart sealed;
    OpenedPart opened; /* when is_open */
    bool is_open;
} Piece;

typedef struct CaseFile {
    Arena *arena; /* holds everything below */
    const Office *office;
    const Directory *directory;
    const Def *def;
    const PersonKeys *keys; /* of whoever reads */
    const BoxPair *earlier; /* from before rotations */
    size_t n_earlier;
    bool by_earlier[HELD_KEYS_MAX]; /* held.key[i] was opened by one of them */
    Name number;
    uint64_t seal_id;
    uint32_t rev, parts; /* parts: the next number */
    Case c;              /* as far as this reader knows: state, unit, open values, clocks */
    Day today;
    Moment now; /* 0 in protected workflows */
    CaseKeys public;
    HeldKeys held;
    size_t n_public_found, n_held_found; /* of these; what follows a step of one's own has made */
    KeyReader *readers;                  /* as the daemon says */
    size_t n_readers;
    Piece *pieces;
    size_t n_pieces;
} CaseFile;
#define CASE_FILE_AUTO __attribute__((cleanup(casefile_finish)))
void casefile_finish(CaseFile *f);

/* What seals call it: of the workflow that the daemon says it is of, so another's do not open. */
SealCase casefile_sealed(const CaseFile *f);
/* Tries a seal of the reader's own; one that does not open is passed over. 0, -ENOMEM. */
int casefile_take_seal(CaseFile *f, uint8_t class, uint16_t epoch, uint8_t slot, Str sealed);
/* Keys of this class open only with a key from before a rotation. */
bool casefile_is_earlier(const CaseFile *f, uint8_t class);
/* Opens what the held keys open, identities included. 0, -ENOMEM. */
int casefile_open(CaseFile *f);

/* The last answer given to a field, by id; NULL: none was opened. */
const OpenedField *casefile_field(const CaseFile *f, Str id);
/* What the reader of a message or of `case` is shown for a value: labels for choices, names for
 * people, dates in words. 0, -ENOMEM. */
int casefile_value(const CaseFile *f, uint8_t field, uint8_t sub, Str value, Label *ret);

/* GET /api/cases/ID as the API gives it. 0; CLI_REFUSED: told; -ENOMEM. */
typedef struct Session Session;
/* [{"name", "class", "expires"}] 0, -ENOMEM. */
int readers_from_json(const json_t *list, Arena *arena, KeyReader **ret, size_t *ret_n);
int casefile_from_json(Session *s, const json_t *o, CaseFile *ret);
