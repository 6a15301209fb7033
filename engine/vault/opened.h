/* SPDX-License-Identifier: Apache-2.0 */
/* Opens what somebody holds the keys for: officers on their own machine, the tracking page with the
 * code's key. Opened text lives in the caller's arena and is wiped with it. */
#pragma once

#include "engine/vault/compose.h"

/* 0; 1: the seal is not for these keys, or held is full; -ENOMEM. Appends to held. */
int open_case_key(const BoxPair *as, const SealCase *of, uint8_t class, uint16_t epoch,
                  uint8_t slot, Str sealed, HeldKeys *held);

/* A field as it was typed. */
typedef struct OpenedField {
    Str id;
    uint8_t sub; /* FormSub */
    Str value;
} OpenedField;

typedef struct OpenedPart {
    uint8_t kind, class;
    uint32_t no;
    OpenedField *fields; /* PART_FORM, PART_REPLY */
    size_t n_fields;
    Str th, en; /* PART_TO_CODE, PART_MESSAGE; th alone: PART_NOTE, PART_REPLY*, PART_LINK */
    Str file_name, file_type; /* PART_FILE */
    uint64_t file_size;
    bool has_digest; /* PART_FILE: not in those of before */
    Hash file_digest;
    Secret file_key; /* PART_FILE; the caller finishes it */
} OpenedPart;

/* 0; 1: no key for it, or damaged. */
int open_part(const HeldKeys *held, const SealCase *of, uint32_t no,
              const BundlePart *part, Arena *arena, OpenedPart *ret);
/* The same with the code's own box pair. */
int open_told(const BoxPair *code, const SealCase *of, uint32_t no,
              const BundlePart *part, Arena *arena, OpenedPart *ret);

/* ---- identity ---- */
/* A half of the blob's key, by the person it is sealed to. 0; 1: not for this key, or not the half
 * that the part commits to. */
int open_half(const BoxPair *as, const SealCase *of, uint32_t no, const BundlePart *part,
              Secret *ret);
/* The whole key, where a class key for identity is held (slot HALF_WHOLE). 0, 1 likewise. */
int open_whole_half(const HeldKeys *held, const SealCase *of, uint32_t no,
                    const BundlePart *part, Secret *ret_ki);
/* Whether this is the half that was split off at filing: part and number as stored then. */
bool half_is_committed(const Secret *half, const SealCase *of, uint32_t no,
                       const BundlePart *part);
/* PART_IDENTITY, or a PART_FILE that lies beside it, with the key that two halves join to
 * (custody_join). 0; 1: wrong key or damaged. */
int open_identity(const Secret *ki, const SealCase *of, uint32_t no,
                  const BundlePart *part, Arena *arena, OpenedPart *ret);
