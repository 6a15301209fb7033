/* SPDX-License-Identifier: Apache-2.0 */
/* What a case was before it moved to another workflow. Whoever moves it fills the other form and
 * could write anything there; so the desk puts the sealed parts of the former case beside it, byte
 * for byte, sealed once more for the readers of the new one, and the mover passes on the keys that
 * open them, for which the desk names the public halves. What the complainant wrote can thus be
 * left unreadable, by somebody whose signature says so, but never changed. */
#pragma once

#include "engine/vault/opened.h"

enum {
    ORIGINAL_PIECE = 256 << 10, /* bytes of one PART_ORIGINAL */
    ORIGINAL_PIECES_MAX = 32,
    ORIGINAL_KEYS_MAX = 255,
    ORIGINAL_DEPTH_MAX = 4, /* a case that moved may move again */
};

/* A part as it lay in the former case. */
typedef struct OriginalPart {
    uint32_t no;
    Day day;
    uint8_t by; /* ActorKind of whose step brought it */
    uint8_t kind, class;
    uint16_t epoch;
    Str sealed;
} OriginalPart;

typedef struct Original {
    Name workflow;
    uint64_t seal_id;
    BundleKey keys[ORIGINAL_KEYS_MAX]; /* class, epoch and public half */
    uint8_t n_keys;
    uint32_t left_out; /* parts there was no room for */
    OriginalPart *parts;
    size_t n_parts;
} Original;

/* Bytes that the part will take in the whole. */
size_t original_part_len(const OriginalPart *p);
/* Errors stick in out. */
void original_put(Buf *out, const Original *o);
/* 0; 1: not one; -ENOMEM. Points into bytes. */
int original_get(Str bytes, Arena *arena, Original *ret);
/* As PART_ORIGINAL after PART_ORIGINAL, in order, under the confidential key of the new case. 0,
 * -ENOMEM; -E2BIG: longer than ORIGINAL_PIECES_MAX pieces. */
int compose_original(const Composer *by, const CaseKeys *keys, uint32_t first_part,
                     const Original *o, Bundle *ret);

/* A part and its number in its case. */
typedef struct NumberedPart {
    uint32_t no;
    BundlePart part;
} NumberedPart;

typedef struct OpenedOriginal OpenedOriginal;
struct OpenedOriginal {
    Original original;
    OpenedPart *opened; /* of original.parts, in their order; kind 0: does not open */
    size_t n_closed;    /* how many of them, those of the former case itself left out */
    OpenedOriginal *before; /* what that case was before, or NULL */
};
/* The former case out of the PART_KEYS and PART_ORIGINAL among these parts. A key passed on counts
 * only when it is the secret half of what the desk named. 0; 1: there is nothing, or the pieces do
 * not open or make no whole; -ENOMEM. */
int open_original(const HeldKeys *held, const SealCase *of, const NumberedPart *parts,
                  size_t n, Arena *arena, OpenedOriginal **ret);
void opened_original_finish(OpenedOriginal *o);
