/* SPDX-License-Identifier: Apache-2.0 */
/* The office's people: one document, signed by organisation keys that are kept off the daemon. The
 * daemon and every client verify it before they seal to anyone in it. */
#pragma once

#include "base/arena.h"
#include "crypto/keys.h"
#include "engine/core/access.h"
#include "engine/core/form.h"

enum {
    DIRECTORY_PEOPLE_MAX = 256,
    PERSON_ROLES_MAX = 12,
    GUARDED_ROLES_MAX = 16,
    DIRECTORY_BYTES_MAX = 256 * 1024,
    PROTECTED_TEXTS_MAX = 96,
};

/* Roles every office has beside those of its workflows. */
#define ROLE_NAME_CUSTODIAN     "custodian"
#define ROLE_NAME_AUDITOR       "auditor"
#define ROLE_NAME_ADMINISTRATOR "administrator"

typedef struct Person {
    Name name;     /* signs in with it; [a-z0-9_] */
    Label label;   /* position and, where the office wants it, the name people know */
    Name unit;     /* works in it; empty: none (executive, outside) */
    Name superior; /* next in the chain of command, or empty */
    Name roles[PERSON_ROLES_MAX];
    uint8_t n_roles;
    bool disabled;
    bool outside; /* district, neighbouring office: reader or custodian only */
    bool shown;   /* offered on public forms as somebody a complaint may be about */
    BoxPublic box;
    SignPublic sign;
} Person;

/* One text of a protected workflow that the organisation has agreed to. Officers seal under no
 * other: its `access` says who gets to read. */
typedef struct ProtectedText {
    Name workflow;
    uint32_t version;
    Hash hash; /* SHA-256 of the file */
} ProtectedText;

typedef struct Directory {
    Str tenant;
    uint32_t version;
    Person *people;
    size_t n_people;
    Name guarded[GUARDED_ROLES_MAX]; /* roles whose holders change only with two signatures; */
    uint8_t n_guarded;               /* custodian is always one of them */
    /* The office itself: its daemon alone has the secret half. What nobody shall read before it is on
     * record goes through here (reveal.h). */
    BoxPublic office;
    ProtectedText texts[PROTECTED_TEXTS_MAX]; /* in the order they were agreed to: running cases */
    uint8_t n_texts;                          /* stay on earlier ones */
    /* What directory_open found, and directory_sign carries on in a copy with everyday changes: */
    uint32_t guarded_since; /* version in which the second key last signed the guarded part */
    bool has_guarded_signature;
    Signature guarded_signature;
    Hash body; /* of the document as it was read */
} Directory;

/* The organisation's public keys: DIR/org.pub, which the daemon cannot write. */
typedef struct OrgKeys {
    SignPublic first, second; /* first: everyday changes; second: needed for protected roles */
} OrgKeys;

/* Document and signatures: u8 version | u32 length | body | u8 signatures(1-2) | 64 bytes each. The
 * first signature (type "directory") is over the body. The second (type "guarded") is over the
 * guarded part alone, that is the guarded roles, everything about the people who hold one, the
 * office's key, the protected texts, and the version it was given for; so it stays good through everyday changes, and a document can be
 * judged without its predecessor. */
void directory_put_body(Buf *out, const Directory *d);
/* second NULL: an everyday change; the guarded signature of `d` is carried on if it has one. With
 * second the guarded part is signed anew for d->version. 0, out's error. */
int directory_sign(Buf *out, const Directory *d, const SignPair *first, const SignPair *second);
/* 0; 1: not readable; 2: another tenant than previous, signatures do not hold, or the guarded part
 * changed against `previous` (NULL at first: nobody is guarded) without a new second signature; 3:
 * older than previous, or of its version and different. Nothing returned points into bytes. */
int directory_open(Str bytes, const OrgKeys *org, const Directory *previous, Arena *arena,
                   const Directory **ret);

/* A body that nobody has signed yet, as a draft holds it. 0; 1: not readable. */
int directory_get_body(Str body, Arena *arena, Directory **ret);

/* Whether the text of this hash is one the organisation has agreed to. */
bool directory_has_text(const Directory *d, const uint8_t hash[32]);
/* Whether anybody may be sealed to under this definition: it is of no protected workflow, neither by
 * its own word nor by the id of one that was agreed to, or its text is agreed to. Open workflows
 * are the office's own to edit. */
bool directory_agrees(const Directory *d, const Def *def);
/* Adds those of a protected workflow that are missing; of each workflow the last few stay. */
void directory_add_text(Directory *d, Str workflow, uint32_t version, const uint8_t hash[32]);
/* Adds a role that takes two signatures; true: it was not there. */
bool directory_guard(Directory *d, Str role);

const Person *directory_person(const Directory *d, Str name);
/* Holds a guarded role. */
bool person_is_guarded(const Directory *d, const Person *p);
bool person_has_role(const Person *p, const char *role);
/* Bits of the workflow's roles the person holds; unit roles apart. */
void person_roles(const Def *def, const Person *p, RoleMask *ret_office, RoleMask *ret_unit);
/* Whether the person could hold any of these roles in a case of this unit (empty unit: office
 * roles only). Disabled people hold none. */
bool person_holds(const Def *def, const Person *p, RoleMask roles, const Name *unit);

/* Whom the people and units named in the form's conflict fields exclude, by conflict.exclude, and
 * whether an executive is among those named. *ret_excluded: one flag per person, from the arena.
 * An executive's subordinates are the whole office, so subordinates_of passes executives over (in a
 * workflow that names none: whoever has nobody above). For them conflict.executive leaves the
 * others nothing but to route the case out. 0, -ENOMEM. */
int conflict_work_out(const Def *def, const Directory *d, const Form *form, Arena *arena,
                      bool **ret_excluded, bool *ret_executive);

/* Whether a protected channel may open: for each single person and each unit accused, two readers
 * and one pair of custodians remain, and a case can remember whom it keeps out. Appends what is missing, one line each, to `why`. */
bool channel_is_safe(const Def *def, const Directory *d, Buf *why);
