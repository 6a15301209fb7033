/* SPDX-License-Identifier: Apache-2.0 */
/* The sealed pieces a case is made of. */
#pragma once

typedef enum PartKind {
    PART_FORM = 1,       /* the fields of one class that came with a step */
    PART_IDENTITY = 2,   /* the identity blob, in every case, of one size */
    PART_HALF = 3,       /* a custodian's half of the blob's key, or the whole one (HALF_WHOLE) */
    PART_TO_CODE = 4,    /* the office's words, for the code's key */
    PART_MESSAGE = 5,    /* the same words for staff */
    PART_NOTE = 6,       /* staff to staff */
    PART_REPLY = 7,      /* the complainant's words, for staff */
    PART_REPLY_COPY = 8, /* the same for the code's key */
    PART_FILE = 9,       /* key, name and place of an attachment, under its class */
    PART_LINK = 10,      /* link to another case, sealed */
    PART_GROUND = 11,    /* why an identity shall be opened, for one custodian */
    PART_KEYS = 12,      /* of a case that moved here: the keys it had, from whoever moved it */
    PART_ORIGINAL = 13,  /* of a case that moved here: what it was, from the desk */
} PartKind;

/* A PART_HALF that came later than the report is a custodian's answer, sealed to the officer who
 * asked; it has the slot of the half it is. Slot of a PART_HALF that is the whole key, sealed to
 * the identity class key: workflows without custodians. Otherwise pair number * 2 + half. */
enum { HALF_WHOLE = 0xff };

/* Slot of a PART_FORM or PART_FILE under a class key that says who the complainant is (of those who
 * file openly, and of later steps): it stays apart from the rest of the form, because a case that
 * moves on takes names to the vault alone. */
enum { SLOT_NAMES = 1 };
