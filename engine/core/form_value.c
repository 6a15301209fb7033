/* SPDX-License-Identifier: Apache-2.0 */
/* Single values: names of inputs, numbers as people write them, kinds of files. */
#include "base/photo.h"
#include "engine/core/form_inner.h"

#include <string.h>

/* U+0E50 to U+0E59 in UTF-8: E0 B9 90..99. Bytes read, 0: no digit here. */
static size_t read_digit(Str s, uint8_t *ret)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    if (s.len >= 1 && p[0] >= '0' && p[0] <= '9') {
        *ret = (uint8_t)(p[0] - '0');
        return 1;
    }
    if (s.len >= 3 && p[0] == 0xe0 && p[1] == 0xb9 && p[2] >= 0x90 && p[2] <= 0x99) {
        *ret = (uint8_t)(p[2] - 0x90);
        return 3;
    }
    return 0;
}

bool form_number(Str s, int64_t *ret)
{
    enum { DIGITS_MAX = 12 };
    int64_t n = 0;
    size_t digits = 0, group = 0;
    bool commas = false;
    s = str_trim(s);
    while (s.len) {
        uint8_t digit;
        size_t used = read_digit(s, &digit);
        if (used) {
            n = n * 10 + digit;
            group++;
            if (++digits > DIGITS_MAX || (commas && group > 3))
                return false;
        } else if (*s.ptr == ',' && group && group <= 3 && (!commas || group == 3)) {
            commas = true;
            group = 0;
            used = 1;
        } else {
            return false;
        }
        s.ptr += used;
        s.len -= used;
    }
    if (!digits || (commas && group != 3))
        return false;
    *ret = n;
    return true;
}

static bool has_at(Str bytes, size_t at, const char *magic, size_t len)
{
    return bytes.len >= at + len && memcmp(bytes.ptr + at, magic, len) == 0;
}

typedef struct Magic {
    uint32_t kind;
    size_t at, len;
    const char *bytes;
} Magic;

static const Magic MAGICS[] = {
    {FILE_JPEG, 0, 3, "\xff\xd8\xff"}, {FILE_PNG, 0, 8, "\x89PNG\r\n\x1a\n"},
    {FILE_PDF, 0, 5, "%PDF-"},         {FILE_WEBP, 8, 4, "WEBP"},
    {FILE_MP3, 0, 3, "ID3"},           {FILE_DOCX, 30, 19, "[Content_Types].xml"},
    {FILE_DOCX, 30, 6, "_rels/"},      {FILE_DOCX, 30, 5, "word/"},
    {FILE_DOCX, 30, 9, "docProps/"},
};

/* What lies around a magic that is not at the beginning. */
static bool container_fits(Str bytes, uint32_t kind)
{
    if (kind == FILE_WEBP)
        return has_at(bytes, 0, "RIFF", 4);
    if (kind == FILE_DOCX)
        return has_at(bytes, 0, "PK\3\4", 4);
    return true;
}

/* An MPEG audio frame: eleven set bits, then a layer (0 is reserved, and AAC). */
static bool is_mp3_frame(Str bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    return bytes.len >= 2 && p[0] == 0xff && (p[1] & 0xe0) == 0xe0 && (p[1] & 0x06) != 0;
}

/* The same container holds pictures, which are not taken for films. */
static bool is_mp4(Str bytes)
{
    return has_at(bytes, 4, "ftyp", 4) && bytes.len >= 12 && photo_kind(bytes) == PHOTO_NONE;
}

uint32_t form_file_kind(Str bytes)
{
    for (size_t i = 0; i < sizeof(MAGICS) / sizeof(MAGICS[0]); i++) {
        const Magic *m = &MAGICS[i];
        if (has_at(bytes, m->at, m->bytes, m->len) && container_fits(bytes, m->kind))
            return m->kind;
    }
    if (is_mp4(bytes))
        return FILE_MP4;
    return is_mp3_frame(bytes) ? FILE_MP3 : 0;
}

typedef struct Suffix {
    const char *end;
    uint8_t sub;
} Suffix;

static bool takes_sub(const Field *f, uint8_t sub)
{
    return f->type == FIELD_STAFF &&
           ((sub == SUB_OTHER && f->other) || (sub == SUB_UNIT && f->unit) ||
            (sub == SUB_UNKNOWN && f->unknown));
}

int form_name(const Def *def, Str name, uint8_t *ret_field, uint8_t *ret_sub)
{
    static const Suffix SUFFIXES[] = {
        {"_other", SUB_OTHER}, {"_unit", SUB_UNIT}, {"_unknown", SUB_UNKNOWN}};
    uint8_t field = def_field(def, name);
    if (field != DEF_NONE) {
        *ret_field = field;
        *ret_sub = SUB_VALUE;
        return 0;
    }
    for (size_t i = 0; i < sizeof(SUFFIXES) / sizeof(SUFFIXES[0]); i++) {
        Str end = str_of(SUFFIXES[i].end);
        if (name.len <= end.len || !str_eq((Str){name.ptr + name.len - end.len, end.len}, end))
            continue;
        field = def_field(def, (Str){name.ptr, name.len - end.len});
        if (field == DEF_NONE || !takes_sub(&def->fields[field], SUFFIXES[i].sub))
            continue;
        *ret_field = field;
        *ret_sub = SUFFIXES[i].sub;
        return 0;
    }
    return 1;
}

bool form_file_is_absent(const FormFile *f)
{
    return !f->name.len && !f->size;
}

bool form_has(const Form *form, uint8_t field)
{
    for (size_t i = 0; i < form->n_items; i++) {
        if (form->items[i].field == field && str_trim(form->items[i].value).len)
            return true;
    }
    for (size_t i = 0; i < form->n_files; i++) {
        if (form->files[i].field == field && !form_file_is_absent(&form->files[i]))
            return true;
    }
    return false;
}

/* The only value of the field, NULL when it has none or several. */
static const FormItem *only_value(const Form *form, uint8_t field)
{
    const FormItem *only = NULL;
    for (size_t i = 0; i < form->n_items; i++) {
        const FormItem *item = &form->items[i];
        if (item->field != field || item->sub != SUB_VALUE || !str_trim(item->value).len)
            continue;
        if (only)
            return NULL;
        only = item;
    }
    return only;
}

static bool open_value(const Field *f, Str value, OpenValue *v)
{
    Day day;
    switch ((FieldType)f->type) {
    case FIELD_CHOICE:
    case FIELD_YES_NO:
        v->choice = name_of(value);
        return !f->many && field_choice(f, value) != DEF_NONE;
    case FIELD_UNIT:
        v->choice = name_of(value);
        return value.len <= DEF_NAME_MAX;
    case FIELD_NUMBER:
        return form_number(value, &v->number);
    case FIELD_DATE:
        if (day_parse(value, &day))
            return false;
        v->number = day;
        return true;
    case FIELD_TEXT:
    case FIELD_LONG_TEXT:
    case FIELD_FILES:
    case FIELD_STAFF:
    case FIELD_CASE:
    case FIELD_CHECKLIST:
    case FIELD_NOTICE:
    case FIELD_TYPES:
        break;
    }
    return false;
}

bool form_open_value(const Def *def, const Form *form, uint8_t field, OpenValue *ret)
{
    const Field *f = &def->fields[field];
    const FormItem *item = only_value(form, field);
    OpenValue v;
    memset(&v, 0, sizeof(v));
    v.field = field;
    if (f->class != CLASS_OPEN || !item || !open_value(f, str_trim(item->value), &v))
        return false;
    memcpy(ret, &v, sizeof(v));
    return true;
}
