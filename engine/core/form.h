/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody filled in, checked against the fields of a workflow before anything else sees it. */
#pragma once

#include "engine/core/case.h"

enum {
    FORM_FILE_MB_MAX = 16,    /* of one file in a form, whatever its field allows */
    FORM_FILE_HEAD = 64,      /* bytes that tell a file's kind */
    FORM_IDENTITY_MAX = 3900, /* bytes of all identity fields with their names: the blob's room */
    FORM_WORDS_MAX = 300,     /* code points of X_other and of a case's number */
};

/* A staff field X comes as X (a person's name of the staff list), X_other (somebody else, in
 * words), X_unit (a unit's id), X_unknown ("1"). */
typedef enum FormSub { SUB_VALUE, SUB_OTHER, SUB_UNIT, SUB_UNKNOWN } FormSub;

typedef struct FormItem {
    uint8_t field, sub;
    Str value;
} FormItem;

/* What was found while a photo was rid of what it tells. */
typedef enum FormPhoto {
    FORM_PHOTO_FINE, /* or not asked */
    FORM_PHOTO_IS_OTHER,
    FORM_PHOTO_IS_TORN,
} FormPhoto;

typedef struct FormFile {
    uint8_t field;
    uint8_t photo;  /* FormPhoto */
    Str name, type; /* as the sender says */
    Str bytes;      /* FORM_FILE_HEAD bytes from its beginning, perhaps all */
    uint64_t size;  /* of the whole file */
} FormFile;

typedef struct Form {
    const FormItem *items;
    size_t n_items;
    const FormFile *files;
    size_t n_files;
    Str identity_mode; /* open, confidential, anonymous; empty: the default */
    uint32_t file_mb;  /* what one file may be by the way it comes; 0: FORM_FILE_MB_MAX */
} Form;

typedef enum FormFaultCode {
    FORM_MISSING,
    FORM_REPEATED,
    FORM_TOO_LONG,
    FORM_NOT_TEXT,     /* not UTF-8, or control characters */
    FORM_NOT_A_CHOICE,
    FORM_NOT_A_DATE,
    FORM_IN_FUTURE,    /* a date after today */
    FORM_NOT_A_NUMBER,
    FORM_TOO_MANY_FILES,
    FORM_FILE_TOO_LARGE,
    FORM_FILE_TYPE,    /* by its first bytes, not its name */
    FORM_FILE_EMPTY,
    FORM_FILE_NO_ROOM, /* the office's disk, or its day, takes no more files */
    FORM_PHOTO_KIND,   /* what it tells cannot be taken out of this kind of photo */
    FORM_PHOTO_TORN,   /* nor out of this one: it is not what it says */
    FORM_TOO_FEW,
    FORM_IDENTITY_MODE,
    FORM_IDENTITY_FULL, /* identity fields together over the blob */
    FORM_FAULTS
} FormFaultCode;

typedef struct FormFault {
    uint8_t field; /* DEF_NONE: identity_mode */
    uint8_t code;
} FormFault;

/* Which names of the staff list and units exist: asked, never stored. */
typedef struct FormOffice {
    const Str *staff, *units;
    size_t n_staff, n_units;
    Day today;
} FormOffice;

/* Checks every field of `asked`, those in `required` for presence. Notices count as confirmed by
 * any non-empty value. Returns the number of faults, at most max, in the order of the fields. */
size_t form_check(const Def *def, const FieldSet *asked, const FieldSet *required, const Form *form,
                  const FormOffice *office, FormFault *ret_faults, size_t max);
/* Whether the form fills the field at all. */
bool form_has(const Form *form, uint8_t field);
/* The value an open field leaves in the case. False when it leaves none (long texts). */
bool form_open_value(const Def *def, const Form *form, uint8_t field, OpenValue *ret);
/* Bytes one file in this field may have at most. */
uint64_t form_file_max(const Form *form, const Field *field);
/* FILE_ bit by the first bytes, 0 for none of the known. */
uint32_t form_file_kind(Str bytes);
/* Splits NAME or NAME_other/_unit/_unknown into field and sub. 0, or 1: no such field. */
int form_name(const Def *def, Str name, uint8_t *ret_field, uint8_t *ret_sub);
