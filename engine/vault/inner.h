/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the .c files of this folder only.
 *
 * What a part's record says once opened (big-endian; lp = u32 length, then the bytes):
 *   PART_FORM                 items, then zeros, in protected workflows: as if every field for staff
 *                             named four people
 *   PART_REPLY                lp(text) items
 *   PART_REPLY_COPY, _NOTE    lp(text)
 *   PART_TO_CODE, _MESSAGE    lp(Thai) lp(English)
 *   PART_FILE                 lp(field id) lp(file name) lp(type) u64 size, 32 bytes stream key,
 *                             32 bytes digest of the file (not in older ones)
 *   PART_LINK                 lp(number of the other case)
 *   PART_KEYS                 for each key: u8 class, u16 epoch, 32 bytes secret half
 *   PART_ORIGINAL             bytes of what original_put writes; all in order make it whole
 *   items                     u16 count, then each: lp(field id) u8 sub lp(value)
 *   PART_GROUND               lp(reason), 64 bytes signature of who asks (reveal.c)
 * The identity blob of PART_IDENTITY holds items. PART_HALF is no record: a seal of 32 bytes. */
#pragma once

#include "base/wire.h"
#include "engine/vault/compose.h"

/* ---- readers.c: who gets a key at filing ---- */
enum { READERS_MAX = 32 };
typedef struct Readers {
    const Person *person[READERS_MAX];
    size_t n;
} Readers;
/* The intake's people; if none is left, other holders of roles that read class confidential; if
 * none is left, such people outside. `excluded` as from conflict_work_out. 0; 1: nobody. */
int readers_choose(const Def *def, const Directory *d, const bool *excluded, Readers *ret);
/* How many could ever be among them. */
size_t readers_possible(const Def *def, const Directory *d, const bool *excluded);
size_t custodians_possible(const Directory *d, const bool *excluded);
bool person_is_custodian(const Person *p);

/* ---- sealer.c: one bundle in the making ---- */
typedef struct Sealer {
    const Composer *by;
    const CaseKeys *keys;
    Ephemeral ephemeral;
    uint32_t first_part;
    Bundle b;
} Sealer;
#define SEALER_AUTO __attribute__((cleanup(sealer_finish)))
/* The bundle begins empty. 0, -ENOMEM. */
int sealer_init(Sealer *s, const Composer *by, const CaseKeys *keys, uint32_t first_part);
void sealer_finish(Sealer *s);
/* The context of the part that would be added next. */
SealContext sealer_context(const Sealer *s, uint8_t kind, uint8_t class, uint16_t epoch);
/* Adds a part that is sealed already; the bytes are copied. 0, -ENOMEM, -E2BIG. */
int sealer_add(Sealer *s, BundlePart part, const void *sealed, size_t len);
/* Adds a record under the class key that stands in for `class` in this case. -ENOKEY without. */
int sealer_record(Sealer *s, uint8_t kind, uint8_t class, const Buf *text);
/* The same for a file's PART_FILE; slot: SLOT_NAMES or 0. */
int sealer_file(Sealer *s, uint8_t class, const Name *place, uint8_t slot, const Buf *text);
/* The same for names in a PART_FORM of their own. */
int sealer_names(Sealer *s, uint8_t class, const Buf *text);
/* Adds a record for the code; nothing when the case has none in force. */
int sealer_to_code(Sealer *s, uint8_t kind, const Buf *text);
/* The newest key of the class, or NULL. */
const BundleKey *keys_of_class(const CaseKeys *keys, uint8_t class);
/* The class whose key takes what is meant for `class`: itself, else confidential, else working;
 * CLASSES when there is none. */
uint8_t keys_standing_in(const CaseKeys *keys, uint8_t class);
/* A custodian's composer has no workflow. */
SealCase case_of(const Composer *by, uint64_t seal_id);
SealContext part_context(const SealCase *of, const BundlePart *part, uint32_t no);
SealContext class_key_context(const SealCase *of, uint8_t class, uint16_t epoch,
                              uint8_t slot);

/* ---- fields.c: a form taken apart ---- */
typedef enum IdentityPlace {
    IDENTITY_TO_BLOB,
    IDENTITY_TO_CLASS, /* Fields.identity_class */
    IDENTITY_NOWHERE,
} IdentityPlace;
typedef struct Fields {
    const Def *def;
    const Form *form;
    const CaseKeys *keys;
    bool submission;
    uint8_t identity; /* IdentityPlace */
    uint8_t identity_class;
    Buf text[CLASSES]; /* items; CLASS_IDENTITY: the blob's; CLASS_OPEN unused */
    uint16_t n[CLASSES];
    Buf names; /* identity fields that go to a class, likewise */
    uint16_t n_names;
    size_t pad[CLASSES]; /* zeros behind the items of a PART_FORM */
} Fields;
#define FIELDS_AUTO __attribute__((cleanup(fields_finish)))
void fields_init(Fields *f, const Def *def, const Form *form, const CaseKeys *keys);
void fields_finish(Fields *f);
/* Sorts every filled field into its class's items and into `in`, and names people in b. A field
 * whose class is identity leaves no trace in b unless it goes to a class by name of a step. 0,
 * -ENOMEM; 1: more people than a step can name, in->people holds the first ones. */
int fields_sort(Fields *f, Bundle *b);
/* Marks the field as filled, unless that would tell whether somebody gave a name. */
bool fields_give(const Fields *f, uint8_t field, Bundle *b);
/* The class that a file of this field is sealed under: CLASS_IDENTITY: with the blob; CLASSES:
 * nowhere. */
uint8_t fields_class(const Fields *f, uint8_t field);
/* Adds a PART_FORM for the class if there are items, or if `always`. */
int fields_seal(Fields *f, Sealer *s, uint8_t class, bool always);
/* Adds that of the names; in a submission to a workflow that takes open ones always, so that it does
 * not tell who filed openly. */
int fields_seal_names(Fields *f, Sealer *s);
/* Names in the bundle whom the form's conflict fields exclude, those with roles in the workflow
 * first. 0, -ENOMEM; 1: more than a case can exclude. */
int excluded_fill(const Composer *by, const bool *excluded, Bundle *b);
/* How many of them have roles in the workflow: those a case has to remember. */
size_t excluded_with_roles(const Def *def, const Directory *d, const bool *excluded);

/* ---- files.c ---- */
void file_text_put(Buf *out, const Def *def, const SealedFile *file);
/* Every file under its field's class, and its field as filled; those that go with the blob under
 * the identity class key or else identity_box(ki). ki NULL: none go there. */
int files_seal(Sealer *s, const Fields *f, const SealedFile *files, size_t n, const Secret *ki);
/* Attachments that say who somebody is, in workflows where no class key is for identity: a box pair
 * that whoever holds Ki can make again. */
int identity_box(const Secret *ki, BoxPair *ret);

/* ---- halves.c ---- */
/* The identity blob, and the ways to its key. */
int identity_compose(Sealer *s, const Secret *ki, const Buf *text, const bool *excluded);
/* One half sealed to a person, or a dummy when `to` is NULL. */
int half_add(Sealer *s, uint8_t slot, const Person *to, const Secret *half);

/* Room for n more seals; the seals there are stay in order. 0, -ENOMEM, -E2BIG. */
int bundle_grow_seals(Arena *arena, Bundle *b, size_t n);

/* ---- compose_step.c ---- */
/* A note for staff; nothing when it is empty. */
int note_compose(Sealer *s, Str note);

/* ---- original.c ---- */
/* The keys of the case that moves, but not that of its identity. */
int keys_compose(Sealer *s, const HeldKeys *held);

/* ---- opened.c ---- */
/* Appends what a record of the class key says, whatever it is. 0; 1: no key for it, or damaged. */
int open_text(const HeldKeys *held, const SealCase *of, uint32_t no,
              const BundlePart *part, Buf *out);

/* A buffer for the text of one record. */
Buf text_buf(void);
/* Random order of 0..n-1, n at most 255. */
void shuffled(uint8_t *ret, size_t n);
