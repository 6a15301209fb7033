/* SPDX-License-Identifier: Apache-2.0 */
/* What lies on disk, as structures. Every record begins with a u8 version and goes on in tagged
 * fields (base/wire.h), so a reader skips what a later version added. Nothing here is readable
 * text of a person: sealed bytes, tags, open fields. tests/golden holds one file per record and
 * released version. */
#pragma once

#include "base/arena.h"
#include "engine/core/flow.h"
#include "engine/core/part.h"

enum {
    RECORD_VERSION = 1,
    RECORD_KEYS_MAX = 24,     /* class keys of a case: the newest of its classes x epochs */
    RECORD_NUMBER_MAX = 31,
};

typedef struct Bytes32 {
    uint8_t b[32];
} Bytes32;
typedef struct Bytes64 {
    uint8_t b[64];
} Bytes64;

/* The public half of a case key; later words can be sealed to it without any secret. */
typedef struct ClassKey {
    uint8_t class;
    uint16_t epoch;   /* from 1 */
    Bytes32 public;
    Bytes64 signed_by_maker; /* zero for epoch 1 */
} ClassKey;

typedef struct HeadRecord {
    uint64_t id;            /* order of insertion; never leaves the office's machine */
    uint64_t seal_id;       /* random; what seals, tags and signatures call the case */
    Name workflow;
    uint32_t workflow_version;
    Bytes32 workflow_hash;  /* the file it runs on: table DEF */
    Name number;            /* given at filing; random in protected workflows */
    Name register_no;       /* given by the register step; staff only */
    Bytes32 code_index;     /* keyed lookup id of the code in force; zero: none */
    Bytes32 code_box, code_sign;
    uint8_t n_keys;
    ClassKey keys[RECORD_KEYS_MAX];
    uint32_t parts, seals;  /* how many there are; the next number */
    Bytes32 calendar_hash;  /* the calendar its due and list keys were made by */
    Bytes32 settings_hash;  /* the settings in force when it was filed */
    Case c;
    bool covers;            /* not on disk: `c` lies there covered, as in every protected case */
    Str covered;            /* on disk alone: `c` as record_put_case writes it, covered */
} HeadRecord;

/* One thing that happened: exactly what flow_step needs to do it again. */
typedef struct EventRecord {
    uint64_t case_id;
    uint32_t seq; /* from 0 */
    Step step;    /* actor.tag and the roles that counted; no names */
    uint32_t first_part, n_parts; /* parts that came with it */
    uint32_t first_seal, n_seals;
    Name number;       /* register number given by this step, or empty */
    Name new_number;   /* submit: the case number */
    uint64_t seal_id;  /* submit, else 0 */
    Name workflow;     /* submit, migrate */
    Bytes32 workflow_hash;
    uint32_t workflow_version;
    Bytes32 code_index, code_box, code_sign; /* submit and new_code, else zero */
    uint8_t n_keys;    /* keys this event brought */
    ClassKey keys[4];
    Name order_no;     /* of a delegation */
    bool held;         /* a proposal: its words to the complainant wait for the approval */
    uint32_t decides;  /* approve, decline: number of the proposing event; else 0 */
    uint64_t log_leaf; /* filled when the leaf is appended, else UINT64_MAX */
    Bytes64 signature; /* of the person who acted, over engine/vault/bundle.h's list; else zero */
    Bytes32 content;   /* hash of parts and seals that came with it, in order */
    Bytes32 calendar_hash; /* the calendar this step was counted by: table DEF */
    Bytes32 settings_hash; /* submit: the settings in force: table DEF */
    /* What the signature needs beside all that: */
    uint32_t directory; /* version in force: whose keys and names; meta "directory.VERSION" */
    Name linked_no;     /* number of the linked case, as it was said */
    uint32_t n_told;    /* of n_parts, the last: what the workflow told by itself */
    Bytes32 salt;       /* of a protected case: nobody tries out what the log's hash of it is of */
    bool covers;        /* not on disk: who did what lies there covered, as in every protected case */
    Str covered;        /* on disk alone: an event's record of step, number, order_no, held, decides,
                         * signature, salt and linked_no, covered */
} EventRecord;

typedef struct PartRecord {
    uint64_t case_id;
    uint32_t no;     /* from 0, within the case */
    uint32_t event;  /* that brought it */
    uint8_t kind, class;
    uint16_t epoch;
    uint8_t slot;    /* PART_HALF: pair number * 2 + half */
    Tag holder;      /* PART_HALF: keyed tag of the custodian */
    Bytes32 commit;  /* PART_HALF: custody_commit */
    Name file;       /* PART_FILE: name below DIR/files, 24 hex digits */
    Str sealed;
    Bytes32 gone;    /* destroyed: hash of the record it was; sealed, file, holder, commit are out */
    bool masked;     /* holder lies under the row's mask (engine/desk/mask.c) */
} PartRecord;

/* A case key sealed to one reader. In protected cases unused slots hold dummies. */
typedef struct SealRecord {
    uint64_t case_id;
    uint32_t no;
    uint8_t class;
    uint16_t epoch;
    uint8_t slot;
    Tag reader;
    uint32_t event;
    Moment expires;      /* 0: never */
    Tag granted_by;      /* zero at submission */
    Bytes64 signature;   /* of the one who granted */
    Bytes32 nonce;
    Str sealed;          /* SEAL_LEN bytes */
    Bytes32 gone;        /* as in PartRecord; reader, giver, signature and nonce are out */
    bool masked;         /* reader and granted_by lie under the row's masks */
} SealRecord;

/* A row that no deadline gave: custodians are asked to open an identity. */
enum { ALERT_REVEAL = 16 };

typedef struct AlertRecord {
    uint64_t seq;
    uint64_t case_id;
    Name number, workflow, deadline;
    bool protected;
    uint8_t kind;      /* RungKind, or ALERT_... */
    uint8_t rung;
    Day day, due;
    RoleMask to;
    Tag assignee;
    Name unit;
    Name draft;
    RoleMask task;
    Bytes32 workflow_hash; /* the file whose roles and rungs these are; zero: the case's own */
    bool covers;           /* not on disk: all but seq lies there covered, as of a protected case */
    Str covered;           /* on disk alone: an alert's record of the rest, covered */
} AlertRecord;

/* What the server keeps of a person's sign-in; the share lies beside the pepper. */
typedef struct StaffRecord {
    Name name;
    Bytes32 auth_index;
    Str wrapped;
    Moment changed;         /* the wall clock's; a later enrolment has a later one */
    bool disabled;          /* blocked, until the next directory says what is so */
    Bytes32 recovery_index; /* of the printed recovery code; zero: none */
    Str recovery_wrapped;
    Str former;             /* the box secrets from before the last rotation, sealed to today's key */
} StaffRecord;

typedef enum LogKind {
    LOGGED_EVENT = 1,
    LOGGED_READ,
    LOGGED_GRANT,
    LOGGED_REVEAL,
    LOGGED_REFUSAL,
    LOGGED_KEYS,
    LOGGED_EXPORT,
    LOGGED_PURGE,
    LOGGED_WRONG_CODES,
    LOGGED_FILLER,
    LOGGED_WRONG_SIGN_INS,
    LOGGED_LIST, /* a destruction list was made, or approved */
    LOG_KINDS
} LogKind;

typedef struct LeafRecord {
    uint64_t index;
    uint8_t kind;
    uint64_t case_id; /* 0: none, or filler */
    uint32_t event;
    Day day;
    Tag person;
    Bytes32 content; /* hash of what is attested */
    Bytes32 blinder;
    Bytes32 leaf;    /* RFC 6962 leaf hash of the blinded entry */
    uint64_t purged; /* index of the LOGGED_PURGE that took the entry out; index and leaf stay.
                      * 0: none (the log's first entry purges nothing) */
} LeafRecord;

/* The answer to a request, given again when the same request comes again. */
typedef struct RequestRecord {
    Bytes32 body;    /* hash of what was asked */
    Day expires;
    uint16_t status; /* HTTP */
    Str answer;
} RequestRecord;

/* All that is left under the code of a case that has moved: its new code, sealed to the old one's
 * box key (engine/vault/handover.h). Neither case is named. */
typedef struct HandoverRecord {
    Str sealed;
    Day until; /* the last day it is there; DAY_NONE: of before there was one, the night gives it */
} HandoverRecord;

/* Each put appends the record to out; each get reads one: 0, or 1 when it is broken. Str members
 * point into `bytes`. */
void record_put_head(Buf *out, const HeadRecord *r);
int record_get_head(Str bytes, HeadRecord *ret);
void record_put_event(Buf *out, const EventRecord *r);
int record_get_event(Str bytes, EventRecord *ret);
void record_put_part(Buf *out, const PartRecord *r);
int record_get_part(Str bytes, PartRecord *ret);
/* From the first bytes of one, without its check sum: 0, 1. */
int record_part_kind(Str begin, uint8_t *ret);
void record_put_seal(Buf *out, const SealRecord *r);
int record_get_seal(Str bytes, SealRecord *ret);
void record_put_alert(Buf *out, const AlertRecord *r);
int record_get_alert(Str bytes, AlertRecord *ret);
void record_put_staff(Buf *out, const StaffRecord *r);
int record_get_staff(Str bytes, StaffRecord *ret);
void record_put_leaf(Buf *out, const LeafRecord *r);
int record_get_leaf(Str bytes, LeafRecord *ret);
void record_put_request(Buf *out, const RequestRecord *r);
int record_get_request(Str bytes, RequestRecord *ret);
void record_put_handover(Buf *out, const HandoverRecord *r);
int record_get_handover(Str bytes, HandoverRecord *ret);
/* The core's values inside records and proposals. */
void record_put_case(Buf *out, const Case *c);
int record_get_case(Str bytes, Case *ret);
void record_put_step(Buf *out, const Step *s);
int record_get_step(Str bytes, Step *ret);
