/* SPDX-License-Identifier: Apache-2.0 */
/* Seals what people wrote. Used by the daemon for public forms (it seals what arrives and forgets
 * it) and by officers' own machines for everything else. */
#pragma once

#include "engine/vault/bundle.h"

/* A file already sealed to its place on disk or in transit. */
typedef struct SealedFile {
    uint8_t field;
    Name place; /* name below DIR/files */
    Secret key; /* its stream key */
    Str name, type;
    uint64_t size;
    Hash digest; /* of its bytes */
} SealedFile;

/* The keys of a case that somebody holds. */
typedef struct HeldKey {
    uint8_t class;
    uint16_t epoch;
    BoxPair pair;
} HeldKey;
enum {
    CASE_KEYS_MAX = 24 + BUNDLE_KEYS_MAX, /* of a record, and those that a step makes */
    HELD_KEYS_MAX = 512,                  /* classes x epochs, of which there may be many */
};
typedef struct HeldKeys {
    HeldKey key[HELD_KEYS_MAX];
    size_t n;
} HeldKeys;
#define HELD_KEYS_AUTO __attribute__((cleanup(held_keys_finish)))
void held_keys_finish(HeldKeys *k);

/* What a case brings along that another case opens. */
typedef struct Beside {
    const bool *kept_out; /* one flag per person of the directory, beyond the form's; NULL: nobody */
    Str note;             /* among staff, what was said before; empty: none */
    Name link;            /* number of the other case, sealed; empty: none */
    const HeldKeys *former; /* the keys of the case that moves here; NULL: none does */
} Beside;

typedef struct Composer {
    const Def *def;
    const Directory *directory;
    Str tenant;
    Arena *arena;         /* everything returned lives here */
    Moment grants_expire; /* what compose_grant writes; 0: never */
    const Beside *beside; /* of a submission; NULL: nothing */
} Composer;

/* A new case: class keys, a seal for each intake reader who is not excluded (with dummies in
 * protected workflows), the fields of each class as one record, the identity blob, its key's
 * halves for each pair of custodians. 0; 1: nobody is left who could read it (the channel should
 * not have been open), or more are excluded than a case can remember; negative: memory. Files of
 * identity fields are left out when the form is anonymous: the caller drops whatever file no part
 * names. Part numbers begin at 0. code NULL: the desk makes one, which whoever composes shall not
 * know. */
int compose_submission(const Composer *by, const Form *form, const SealedFile *files,
                       size_t n_files, const CodeKeys *code, Day received, Bundle *ret);

/* The public halves of a case, latest epoch first within a class. */
typedef struct CaseKeys {
    uint64_t seal_id;
    BundleKey key[CASE_KEYS_MAX];
    size_t n;
    BoxPublic code_box; /* all zero: no code in force */
} CaseKeys;

/* Words that go with a step. */
typedef struct StepWords {
    const Form *form; /* the step's fields, checked; NULL: none */
    const SealedFile *files;
    size_t n_files;
    Str note;                   /* for staff, class confidential (working for those who lack it) */
    Str message_th, message_en; /* rendered for the complainant; sealed to the code and to staff */
} StepWords;

/* Sealing a step needs no secret of the case: public halves are enough. Part numbers begin at
 * first_part (they are in the seal's context). Identity fields of a step are sealed as confidential
 * ones. What the form cannot say (declared, by, target, linked) is for the caller to add. 0;
 * 1: more people are named or excluded than a case can remember; -ENOMEM; -ENOKEY: no key that
 * could take it. */
int compose_step(const Composer *by, const CaseKeys *keys, uint32_t first_part,
                 const StepWords *words, Bundle *ret);

/* Passes held keys of `class` on to a person: seal + signature (type "grant": seal_id, class,
 * epoch, recipient key, hash of the seal, expiry, nonce), slot SLOT_GRANTED. Appends to the bundle.
 * 0; 1: no such key is held; -ENOMEM; -E2BIG. */
int compose_grant(const Composer *by, const HeldKeys *held, const Person *to, uint8_t class,
                  const SignPair *signer, Bundle *bundle);

/* Who reads on under new keys, and how long; expires 0: for good. */
typedef struct EpochReader {
    const Person *person;
    Moment expires;
} EpochReader;

/* A new key pair of `class`, number `epoch`, for when somebody is taken off: what is said later they
 * cannot open. Appends to the bundle the public half, signed, and a seal for each reader, likewise
 * signed (slot SLOT_GRANTED); in protected workflows as many dummies as fill READER_SLOTS or a
 * multiple. signer NULL: made by the daemon, nothing is signed, slots count from 0. *ret_held (may
 * be NULL: the secret half is wiped) is for sealing under it at once. 0, -ENOMEM, -E2BIG. */
int compose_epoch(const Composer *by, uint8_t class, uint16_t epoch, const EpochReader *to,
                  size_t n, const SignPair *signer, Bundle *bundle, HeldKey *ret_held);

/* The complainant's later words, typed on the tracking page: sealed to staff and to the code. The
 * code's copy holds `text`, or, when that is empty, the words of the form's text fields. Answers as
 * compose_step. */
int compose_reply(const Composer *by, const CaseKeys *keys, uint32_t first_part, Str text,
                  const Form *form, const SealedFile *files, size_t n_files, Bundle *ret);

/* A step of the complainant whose words go into a case that it opens: here it says that it was taken
 * and, sealed to nobody, whom it takes off this case. Answers as compose_step. */
int compose_elsewhere(const Composer *by, const CaseKeys *keys, const FieldSet *needed,
                      const Form *form, Bundle *ret);

/* Words the server writes by itself (tells, receipts): sealed likewise as PART_TO_CODE and
 * PART_MESSAGE. */
int compose_told(const Composer *by, const CaseKeys *keys, uint32_t first_part, Str th, Str en,
                 Bundle *ret);

/* A custodian's half, opened and sealed again to one named officer: a PART_HALF of the same slot
 * with that holder. The bundle's signature is the custodian's word for it. */
int compose_half(const Composer *by, const CaseKeys *keys, uint32_t first_part, const Secret *half,
                 uint8_t slot, const Person *to, Bundle *ret);
