/* SPDX-License-Identifier: Apache-2.0 */
/* What a case takes along when another is opened from it (effects.open). */
#pragma once

#include "engine/core/def.h"

/* The case itself goes to the other workflow, and nothing of it stays. */
bool open_moves(const OpenEffect *o);

typedef enum CarryWrong {
    CARRY_FITS,
    CARRY_NO_FIELD, /* the other workflow has no such field */
    CARRY_NOT_ASKED, /* its form does not ask for it */
    CARRY_TYPE,     /* other types; words take anything but files */
    CARRY_CHOICE,   /* a choice that is none there */
    CARRY_CLASS,    /* more people would read it there */
    CARRY_REQUIRED, /* a field that is needed there comes from nowhere */
    CARRY_FILING,   /* the complainant cannot file there */
} CarryWrong;

typedef struct CarryFault {
    uint8_t wrong;
    const Carry *carry;   /* NULL: of the effect as a whole */
    uint8_t from, choice; /* field here, and its choice; or DEF_NONE */
    uint8_t to;           /* field there, or DEF_NONE */
} CarryFault;

/* The first thing that keeps a case from being opened in `to` by this action of `from`, after
 * `skip` others. CARRY_FITS: there is none. */
int carry_check(const Def *from, const Action *a, const Def *to, size_t skip, CarryFault *ret);
/* Whether what this field holds may become the other's value. */
CarryWrong carry_fits(const Field *from, const Field *to, uint8_t *ret_choice);
/* What may be filled in when somebody of the office files there, or the complainant. */
FieldSet intake_fields(const Def *def, bool by_staff);
