/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "engine/core/form_inner.h"

#include <string.h>

enum { FINE = FORM_FAULTS, MIB = 1024 * 1024 };

/* One field with everything that came for it. */
typedef struct Look {
    const Def *def;
    const Form *form;
    const FormOffice *office;
    const Field *f;
    uint8_t field;
} Look;

/* The next item of the field after *at that is not blank; NULL: no more. */
static const FormItem *next_item(const Look *l, size_t *at)
{
    while (*at < l->form->n_items) {
        const FormItem *item = &l->form->items[(*at)++];
        if (item->field == l->field && str_trim(item->value).len)
            return item;
    }
    return NULL;
}

static bool came_before(const Look *l, const FormItem *item)
{
    for (const FormItem *i = l->form->items; i < item; i++) {
        if (i->field == item->field && i->sub == item->sub &&
            str_eq(str_trim(i->value), str_trim(item->value)))
            return true;
    }
    return false;
}

static size_t count(const Look *l, uint8_t sub)
{
    size_t n = 0, at = 0;
    for (const FormItem *item; (item = next_item(l, &at));)
        n += item->sub == sub;
    return n;
}

static bool is_among(Str s, const Str *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(s, list[i]))
            return true;
    }
    return false;
}

static uint8_t check_words(Str value, size_t max_chars, bool lines)
{
    if (!text_is_valid(value))
        return FORM_NOT_TEXT;
    if (!lines && value.len &&
        (memchr(value.ptr, '\n', value.len) || memchr(value.ptr, '\r', value.len)))
        return FORM_NOT_TEXT;
    return max_chars && text_chars(value) > max_chars ? FORM_TOO_LONG : FINE;
}

/* Dates on which something has happened; a due date of an outside letter, a visit or a letter yet
 * to be sent may lie ahead. */
static bool lies_in_the_past(const Look *l)
{
    const Intake *intake = &l->def->intake;
    bool past = intake->received_from == l->field || field_set_has(&intake->asks, l->field);
    for (uint8_t i = 0; i < l->def->n_deadlines; i++) {
        const Deadline *d = &l->def->deadlines[i];
        if (d->due_override == l->field)
            return false;
        past = past || (d->from == FROM_FIELD && d->from_index == l->field);
    }
    return past;
}

static uint8_t check_date(const Look *l, Str value)
{
    Day day;
    if (day_parse(value, &day))
        return FORM_NOT_A_DATE;
    return day > l->office->today && lies_in_the_past(l) ? FORM_IN_FUTURE : FINE;
}

static uint8_t check_staff(const Look *l, const FormItem *item, Str value)
{
    switch ((FormSub)item->sub) {
    case SUB_VALUE:
        return is_among(value, l->office->staff, l->office->n_staff) ? FINE : FORM_NOT_A_CHOICE;
    case SUB_OTHER:
        return l->f->other ? check_words(value, FORM_WORDS_MAX, false) : FORM_NOT_A_CHOICE;
    case SUB_UNIT:
        return l->f->unit && is_among(value, l->office->units, l->office->n_units)
                   ? FINE
                   : FORM_NOT_A_CHOICE;
    case SUB_UNKNOWN:
        return l->f->unknown && str_is(value, "1") ? FINE : FORM_NOT_A_CHOICE;
    }
    return FORM_NOT_A_CHOICE;
}

static uint8_t check_value(const Look *l, const FormItem *item)
{
    Str value = str_trim(item->value);
    int64_t number;
    if (item->sub != SUB_VALUE && l->f->type != FIELD_STAFF)
        return FORM_NOT_A_CHOICE;
    switch ((FieldType)l->f->type) {
    case FIELD_TEXT:
        return check_words(value, l->f->max_chars, false);
    case FIELD_LONG_TEXT:
        return check_words(value, l->f->max_chars, true);
    case FIELD_CHOICE:
    case FIELD_YES_NO:
    case FIELD_CHECKLIST:
        return field_choice(l->f, value) != DEF_NONE ? FINE : FORM_NOT_A_CHOICE;
    case FIELD_NUMBER:
        return form_number(value, &number) ? FINE : FORM_NOT_A_NUMBER;
    case FIELD_DATE:
        return check_date(l, value);
    case FIELD_STAFF:
        return check_staff(l, item, value);
    case FIELD_UNIT:
        return is_among(value, l->office->units, l->office->n_units) ? FINE : FORM_NOT_A_CHOICE;
    case FIELD_CASE:
    case FIELD_NOTICE:
        return check_words(value, FORM_WORDS_MAX, false);
    case FIELD_FILES: /* text where a file belongs */
    case FIELD_TYPES:
        break;
    }
    return FORM_FILE_TYPE;
}

uint64_t form_file_max(const Form *form, const Field *field)
{
    uint64_t way = form->file_mb ? form->file_mb : FORM_FILE_MB_MAX;
    uint64_t own = field->max_mb ? field->max_mb : FORM_FILE_MB_MAX;
    return (own < way ? own : way) * MIB;
}

static uint8_t check_file(const Look *l, const FormFile *file)
{
    static const uint8_t photos[] = {[FORM_PHOTO_FINE] = FINE,
                                     [FORM_PHOTO_IS_OTHER] = FORM_PHOTO_KIND,
                                     [FORM_PHOTO_IS_TORN] = FORM_PHOTO_TORN};
    if (!text_is_valid(file->name))
        return FORM_NOT_TEXT;
    if (!file->size)
        return FORM_FILE_EMPTY;
    if (file->size > form_file_max(l->form, l->f))
        return FORM_FILE_TOO_LARGE;
    if (photos[file->photo] != FINE) /* the better advice, even where that kind is not taken */
        return photos[file->photo];
    return l->f->accepts && !(form_file_kind(file->bytes) & l->f->accepts) ? FORM_FILE_TYPE : FINE;
}

static uint8_t check_files(const Look *l, bool required)
{
    size_t n = 0;
    for (size_t i = 0; i < l->form->n_files; i++) {
        const FormFile *file = &l->form->files[i];
        if (file->field != l->field || form_file_is_absent(file))
            continue;
        uint8_t code = l->f->type == FIELD_FILES ? check_file(l, file) : FORM_FILE_TYPE;
        if (code != FINE)
            return code;
        n++;
    }
    if (l->f->max_count && n > l->f->max_count)
        return FORM_TOO_MANY_FILES;
    return (n || required) && n < l->f->min_count ? FORM_TOO_FEW : FINE;
}

static bool takes_several(const Field *f)
{
    return f->type == FIELD_CHECKLIST ||
           ((f->type == FIELD_CHOICE || f->type == FIELD_STAFF) && f->many);
}

static uint8_t check_values(const Look *l)
{
    size_t at = 0;
    for (const FormItem *item; (item = next_item(l, &at));) {
        uint8_t code = check_value(l, item);
        if (code != FINE)
            return code;
        if (came_before(l, item) || (!takes_several(l->f) && count(l, item->sub) > 1))
            return FORM_REPEATED;
    }
    size_t people = count(l, SUB_VALUE) + count(l, SUB_OTHER);
    bool counted = l->f->type == FIELD_STAFF && people;
    return counted && people < l->f->min_count ? FORM_TOO_FEW : FINE;
}

static uint8_t check_field(const Look *l, bool required)
{
    if (!form_has(l->form, l->field))
        return required ? FORM_MISSING : FINE;
    uint8_t code = check_values(l);
    if (code != FINE)
        return code;
    return check_files(l, required && l->f->type == FIELD_FILES);
}

static uint8_t mode_bit(Str mode)
{
    if (str_is(mode, "open"))
        return IDENTITY_OPEN;
    if (str_is(mode, "confidential"))
        return IDENTITY_CONFIDENTIAL;
    return str_is(mode, "anonymous") ? IDENTITY_ANONYMOUS : 0;
}

/* The bit in force; 0 for a mode this workflow does not offer. */
static uint8_t mode_of(const Def *def, const Form *form)
{
    if (!form->identity_mode.len)
        return def->intake.default_mode;
    return mode_bit(form->identity_mode) & def->intake.modes;
}

/* Bytes the field takes in the identity blob: each value with its name. */
static size_t blob_bytes(const Look *l)
{
    enum { OVERHEAD = 16 };
    size_t bytes = 0, at = 0;
    for (const FormItem *item; (item = next_item(l, &at));)
        bytes += OVERHEAD + l->f->id.len + item->value.len;
    return bytes;
}

static size_t add_fault(FormFault *faults, size_t n, size_t max, uint8_t field, uint8_t code)
{
    if (n == max)
        return n;
    faults[n].field = field;
    faults[n].code = code;
    return n + 1;
}

size_t form_check(const Def *def, const FieldSet *asked, const FieldSet *required, const Form *form,
                  const FormOffice *office, FormFault *ret_faults, size_t max)
{
    uint8_t mode = mode_of(def, form);
    bool sealed = mode != IDENTITY_OPEN || def->intake.when_open == CLASS_IDENTITY;
    size_t n = 0, blob = 0;
    for (uint8_t i = 0; i < def->n_fields; i++) {
        Look l = {.def = def, .form = form, .office = office, .f = &def->fields[i], .field = i};
        bool identity = l.f->class == CLASS_IDENTITY;
        bool excused = identity && mode == IDENTITY_ANONYMOUS;
        if (!field_set_has(asked, i))
            continue;
        uint8_t code = check_field(&l, field_set_has(required, i) && !excused);
        if (identity && sealed && !excused) {
            blob += blob_bytes(&l);
            if (code == FINE && blob > FORM_IDENTITY_MAX && blob_bytes(&l))
                code = FORM_IDENTITY_FULL;
        }
        if (code != FINE)
            n = add_fault(ret_faults, n, max, i, code);
    }
    return mode || !form->identity_mode.len
               ? n
               : add_fault(ret_faults, n, max, DEF_NONE, FORM_IDENTITY_MODE);
}
