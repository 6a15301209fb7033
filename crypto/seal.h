/* SPDX-License-Identifier: Apache-2.0 */
/* Two sealed forms.
 *
 * A SEAL wraps a 32-byte secret for one X25519 public key (81 bytes):
 *   u8 version=1 | ephemeral public(32) | XChaCha20-Poly1305(wrap key, secret, AD=context)(48)
 *   wrap key = BLAKE2b-256(X25519 shared | ephemeral public | recipient public | context); nonce
 *   zero (first byte 1 for the seal inside a record), because a wrap key serves once in each form.
 *   One ephemeral pair may serve all seals of one submission: recipient and context keep the wrap
 *   keys apart. Never seal two secrets with the same ephemeral, recipient and context.
 *   context = length-prefixed list: tenant, workflow (left out where empty), u64 case, u8 class, u16 epoch, u8 kind, u32 seq.
 *
 * A RECORD holds text under a class key of a case:
 *   u8 version=1 | seal(81) of the record key | commit(32) | nonce(24) |
 *   XChaCha20-Poly1305(record key, u32 length | text | zeros up to the size class, AD)
 *   commit = BLAKE2b-256(key=record key, "krading/1|commit"): the AEAD itself does not bind its
 *   key. AD = context. The same context is in the seal. */
#pragma once

#include "crypto/keys.h"

enum {
    SEAL_LEN = 81,
    SEAL_VERSION = 1, /* its first byte */
    RECORD_OVERHEAD = 1 + SEAL_LEN + 32 + 24 + 4 + 16,
    RECORD_TEXT_MAX = 1 << 20,
    /* The whole identity blob, real or dummy, in every case. */
    IDENTITY_BLOB_LEN = 4096,
};

/* Where a sealed thing belongs; opening it anywhere else fails. */
typedef struct SealContext {
    Str tenant;
    Str workflow; /* the id of the case's; empty: it belongs to no case */
    uint64_t case_id;
    uint8_t class; /* of engine/core/def.h; or one of those below */
    uint16_t epoch;
    uint8_t kind;  /* of engine/store/record.h */
    uint32_t seq;  /* number of the part in the case, or slot */
} SealContext;

enum { SEAL_TO_CODE = 0xc0, SEAL_TO_OFFICE = 0xc1 };

/* The pair that serves all seals of one submission or step, and what it has in common with those
 * it has sealed to: X25519 is nearly all that a seal costs, and a reader gets one for each class. */
enum { EPHEMERAL_KNOWN_MAX = 24 };
typedef struct Ephemeral {
    BoxPair pair;
    uint8_t n_known;
    BoxPublic to[EPHEMERAL_KNOWN_MAX];
    Secret shared[EPHEMERAL_KNOWN_MAX];
} Ephemeral;
#define EPHEMERAL_AUTO __attribute__((cleanup(ephemeral_finish)))
/* ret is zero-filled before. 0, -ENOMEM. */
int ephemeral_new(Ephemeral *ret);
void ephemeral_finish(Ephemeral *e);

/* Sealing with `ephemeral` (fresh for this submission or step). 0; -ENOMEM; -EINVAL: `to` is no
 * key (a point of low order). */
int seal_secret(Ephemeral *ephemeral, const BoxPublic *to, const SealContext *context,
                const Secret *secret, uint8_t ret[SEAL_LEN]);
/* Looks like a seal by `ephemeral`; opens for nobody. */
void seal_dummy(const Ephemeral *ephemeral, uint8_t ret[SEAL_LEN]);
/* 0, 1: not for this key or context, or damaged; -ENOMEM. */
int seal_open(const BoxPair *as, const SealContext *context, const uint8_t seal[SEAL_LEN],
              Secret *ret);

/* Size classes of text: 256 bytes, then powers of two with halves between (384, 512, 768, ...). A
 * record is RECORD_OVERHEAD longer. */
size_t record_padded(size_t text_len);
/* Appends a record to out. 0; -ENOMEM; -EMSGSIZE over RECORD_TEXT_MAX or out's maximum; -EINVAL as
 * seal_secret. */
int record_seal(Ephemeral *ephemeral, const BoxPublic *to, const SealContext *context,
                Plain text, Buf *out);
/* Appends the text to out. 0; 1: not for this key, moved, or damaged, and out is as before. */
int record_open(const BoxPair *as, const SealContext *context, Sealed record, Buf *out);
/* Anyone may ask whether bytes have a record's shape and a known size class. */
bool record_is_shaped(Sealed record);
