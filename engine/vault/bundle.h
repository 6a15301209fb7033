/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed things on their way from where they were sealed (the public form's handler, an officer's
 * own machine) to the desk: parts, case keys for readers, the open values that rules need. Its
 * wire form is what the staff API carries as `bundle`. */
#pragma once

#include "base/arena.h"
#include "crypto/code.h"
#include "crypto/custody.h"
#include "engine/core/flow.h"
#include "engine/core/form.h"
#include "engine/core/part.h"
#include "engine/vault/directory.h"

enum {
    BUNDLE_PARTS_MAX = 64,
    BUNDLE_SEALS_MAX = 480, /* a reader who comes late gets a seal for each epoch of a class */
    BUNDLE_BYTES_MAX = 4 << 20,
    BUNDLE_KEYS_MAX = 4,
    SLOT_GRANTED = 0xff, /* of a seal that somebody passed on: READER_SLOTS is for submissions */
    READER_SLOTS = 8,    /* per class in protected cases, real or dummy */
    CUSTODY_PAIRS = 3,   /* in protected cases, real or dummy */
};

/* What seals call a case: part of the context of all that is sealed in it, so that nothing of it opens
 * as another's, nor as a case of another workflow. Its texts may change, the id stays. */
typedef struct SealCase {
    Str tenant, workflow;
    uint64_t id;
} SealCase;

typedef struct BundlePart {
    uint8_t kind; /* PartKind */
    uint8_t class;
    uint16_t epoch;
    uint8_t slot;
    Name holder; /* PART_HALF, PART_GROUND: whom it is sealed to; empty: a dummy */
    Hash commit;
    Name file; /* PART_FILE */
    Str sealed;
} BundlePart;

typedef struct BundleSeal {
    uint8_t class;
    uint16_t epoch;
    uint8_t slot;
    Name reader; /* empty: a dummy */
    Moment expires;
    Hash nonce;
    Signature signature; /* of the granting person; zero at submission */
    Str sealed;
} BundleSeal;

typedef struct BundleKey {
    uint8_t class;
    uint16_t epoch;
    BoxPublic public;
    Signature signature;
} BundleKey;

/* A person chosen in a staff field, for tags. */
typedef struct BundlePerson {
    uint8_t field;
    Name name;
} BundlePerson;

typedef struct Bundle {
    uint64_t seal_id; /* submit: fresh and random; steps: the case's */
    Inputs in;        /* people, excluded, target stay empty: names below become tags */
    Day received;     /* receipt stamp, or DAY_NONE */
    Name target;      /* assign, recuse */
    BundlePerson people[INPUTS_PEOPLE_MAX];
    uint8_t n_people;
    Name excluded[CASE_EXCLUDED_MAX];
    uint8_t n_excluded;
    Name linked; /* number of another case, or empty */
    Hash opens;  /* bundle_digest of the case that this step opens; zero: none */
    Hash lookup; /* submit: of the code; else zero */
    BoxPublic code_box;
    SignPublic code_sign;
    BundleKey keys[BUNDLE_KEYS_MAX];
    uint8_t n_keys;
    BundlePart *parts;
    size_t n_parts;
    BundleSeal *seals;
    size_t n_seals;
    Signature signature; /* over bundle_digest and the step, by the acting person; zero: a form */
} Bundle;

/* Leaves out what stays empty in a bundle: the tags of people, excluded and target, and the id of
 * the linked case. Errors stick in out. */
void bundle_put(Buf *out, const Bundle *b);
/* 0; 1: not a bundle; -ENOMEM. Points into bytes. What is read is within every maximum above, and
 * names of files are letters, digits and _ only. */
int bundle_get(Str bytes, Arena *arena, Bundle *ret);
/* Hash over all parts and seals in order: what events and the log attest. Holders and readers are
 * left out, because a case keeps them as tags: so the records on disk give the same hash. */
Hash bundle_content(const Bundle *b);
/* Over every byte of the wire form: what a step that opens a case says of that case's bundle, so that
 * neither can be put beside another. 0, -ENOMEM, -E2BIG. */
int bundle_digest(const Bundle *b, Hash *ret);
/* What a person signs: type "step", then seal_id, rev, kind, name (of the workflow for a submission,
 * of the action, of the deadline; empty for every other kind), inputs in wire form, names, content.
 * engine/desk/verify_sign.c makes the same list from the records. */
int bundle_sign(Bundle *b, const SignPair *by, Str tenant, uint32_t rev, uint8_t kind, Str what);
bool bundle_signed_by(const Bundle *b, const SignPublic *by, Str tenant, uint32_t rev, uint8_t kind,
                      Str what);

/* Who makes new keys signs their public half (type "epoch"): seal_id, class, epoch, public half. */
int bundle_key_sign(BundleKey *k, const SignPair *by, Str tenant, uint64_t seal_id);
bool bundle_key_signed_by(const BundleKey *k, const SignPublic *by, Str tenant, uint64_t seal_id);
/* First keys, and those that the daemon made, carry no signature. */
bool bundle_key_is_signed(const BundleKey *k);

/* A seal that somebody passes on is signed (type "grant"): seal_id, class, epoch, recipient key,
 * hash of the seal, expiry, nonce. */
int bundle_seal_sign(BundleSeal *s, const SignPair *by, Str tenant, uint64_t seal_id,
                     const BoxPublic *to);
bool bundle_seal_signed_by(const BundleSeal *s, const SignPublic *by, Str tenant, uint64_t seal_id,
                           const BoxPublic *to);
