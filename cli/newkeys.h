/* SPDX-License-Identifier: Apache-2.0 */
/* A person's new way in: passphrase and recovery code, said once, and the sheet to hand over. */
#pragma once

#include "cli/cli.h"
#include "engine/vault/enrolment.h"

typedef struct HandOver {
    Buf passphrase; /* empty: the person chose it, and knows it */
    char code[CODE_TEXT_LEN + 1]; /* empty: the old one stays */
} HandOver;
#define HAND_OVER_AUTO __attribute__((cleanup(hand_over_finish)))
void hand_over_init(HandOver *h);
void hand_over_finish(HandOver *h);

/* For whom, and by what the server knows of the person. */
typedef struct NewKeysFor {
    Str tenant, name;
    const Secret *share;
    Moment after; /* of the last change */
    bool keeps_recovery;
} NewKeysFor;

/* An enrolment of these keys under `chosen`, or under a passphrase made here when it is empty, with
 * a new recovery code unless the old one stays; signed. Earlier box secrets are added by the caller before signing again. 0,
 * -ENOMEM. */
int newkeys_enrol(const NewKeysFor *whom, const PersonKeys *keys, Str chosen, HandOver *ret_hand,
                  Enrolment *ret);
/* The letter as a page to print (sheet.c); errors stick in out. */
void sheet_put(Buf *out, const HandOver *h, Str name, const Label *org);
/* --sheet FILE: that letter, readable by the caller alone; else the same in plain text on
 * standard output, or JSON with --json. 0; CLI_REFUSED: told. */
int hand_over_tell(const Args *args, const HandOver *h, Str name, const Label *org);
/* A passphrase somebody chose: from FILE, or typed twice ("-"); measured. 0; CLI_REFUSED: told. */
int passphrase_choose(const char *file, Buf *ret);
