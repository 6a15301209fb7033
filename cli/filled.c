/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/filled.h"

#include "base/err.h"
#include "crypto/stream.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void filled_init(Filled *f, const Def *def, const Office *office, const Directory *directory,
                 Arena *arena)
{
    memset(f, 0, sizeof(*f));
    f->def = def;
    f->office = office;
    f->directory = directory;
    f->arena = arena;
    f->form.items = f->items;
    f->form.files = f->files;
    f->form.file_mb = FIELD_MB_MAX; /* files are sent in parts */
    f->clean = def->protected;
}

int filled_own(Filled *f, const Secret *keys)
{
    return secret_new_derived(&f->own, keys, "fingerprint");
}

void filled_finish(Filled *f)
{
    secret_finish(&f->own);
    for (size_t i = 0; i < f->n_sealed; i++)
        secret_finish(&f->sealed[i].key);
}

static bool is_label(const Label *label, Str value)
{
    return str_eq(label->th, value) || str_eq(label->en, value);
}

/* Ids are typed in either case: FIXED, fixed. */
static bool is_id(Str id, Str value)
{
    return id.len == value.len && strncasecmp(id.ptr, value.ptr, id.len) == 0;
}

static Str choice_id(const Field *field, Str value)
{
    if (field_choice(field, value) != DEF_NONE)
        return value;
    for (uint8_t i = 0; i < field->n_choices; i++)
        if (is_id(field->choices[i].id, value) || is_label(&field->choices[i].label, value))
            return field->choices[i].id;
    return value;
}

static Str unit_id(const Office *office, Str value)
{
    for (size_t i = 0; i < office->n_units; i++)
        if (is_label(&office->units[i].label, value))
            return office->units[i].id;
    return value;
}

static Str person_id(const Directory *d, Str value)
{
    for (size_t i = 0; i < d->n_people; i++)
        if (is_label(&d->people[i].label, value))
            return name_str(&d->people[i].name);
    return value;
}

static bool says_yes(Str value)
{
    static const char *const words[] = {"1", "yes", "true", "ใช่"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (str_is(value, words[i]))
            return true;
    return false;
}

/* The value as the engine knows it. */
static Str id_of_value(const Filled *f, const Field *field, uint8_t sub, Str value)
{
    if (sub == SUB_UNIT || field->type == FIELD_UNIT)
        return unit_id(f->office, value);
    if (sub == SUB_UNKNOWN)
        return says_yes(value) ? STR("1") : value;
    if (sub == SUB_VALUE && field->type == FIELD_STAFF)
        return person_id(f->directory, value);
    return field->n_choices ? choice_id(field, value) : value;
}

static int split(const char *pair, Str *ret_name, Str *ret_value)
{
    Str value = str_of(pair);
    Str name = str_cut(&value, '=');

    if (!value.ptr || name.len == 0)
        return cli_misuse("\"%s\" is not of the form name=value", pair);
    *ret_name = str_trim(name);
    *ret_value = value;
    return 0;
}

int filled_add(Filled *f, const char *pair)
{
    Str name = {0}, value = {0};
    FormItem item;
    Str kept = arena_str(f->arena, str_of(pair));

    if (!kept.ptr)
        return err_origin(-ENOMEM);
    int r = split(kept.ptr, &name, &value);
    if (r)
        return r;
    if (str_is(name, "identity_mode")) {
        f->form.identity_mode = value;
        return 0;
    }
    if (form_name(f->def, name, &item.field, &item.sub))
        return cli_refuse("this workflow has no field \"%.*s\"", (int)name.len, name.ptr);
    if (f->form.n_items == ARGS_FIELDS_MAX)
        return cli_refuse("more than %d fields", ARGS_FIELDS_MAX);
    item.value = id_of_value(f, &f->def->fields[item.field], item.sub, str_trim(value));
    f->items[f->form.n_items++] = item;
    return 0;
}

static Str type_of(Str bytes)
{
    static const struct {
        uint32_t kind;
        const char *type;
    } types[] = {{FILE_JPEG, "image/jpeg"}, {FILE_PNG, "image/png"}, {FILE_PDF, "application/pdf"},
                 {FILE_WEBP, "image/webp"}, {FILE_MP4, "video/mp4"}, {FILE_MP3, "audio/mpeg"}};
    uint32_t kind = form_file_kind(bytes);

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (types[i].kind == kind)
            return str_of(types[i].type);
    return STR("application/octet-stream");
}

/* A file's name without its folders: those say where somebody works. */
static Str last_part(Str path)
{
    for (size_t i = path.len; i > 0; i--) {
        if (path.ptr[i - 1] == '/')
            return (Str){path.ptr + i, path.len - i};
    }
    return path;
}

/* A name longer than a sealed file can carry is left out, as the office does. */
static Str name_of_file(Str path)
{
    Str name = last_part(path);

    return name.len <= STREAM_NAME_MAX ? name : (Str){name.ptr, 0};
}

int filled_add_file(Filled *f, const char *pair)
{
    Str name = {0}, path = {0};
    LocalFile *local = &f->local[f->form.n_files];
    uint8_t field, sub;

    int r = split(pair, &name, &path);
    if (r)
        return r;
    if (form_name(f->def, name, &field, &sub) || f->def->fields[field].type != FIELD_FILES)
        return cli_refuse("this workflow has no files in \"%.*s\"", (int)name.len, name.ptr);
    if (f->form.n_files == ARGS_FILES_MAX)
        return cli_refuse("more than %d files", ARGS_FILES_MAX);
    r = localfile_look(path.ptr, f->clean, &f->own, local);
    if (r)
        return r;
    Str head = {local->head, local->head_len};
    local->name = name_of_file(path);
    local->type = type_of(head);
    local->nth = (uint8_t)f->form.n_files;
    f->files[f->form.n_files++] = (FormFile){.field = field,
                                             .photo = local->photo,
                                             .name = local->name,
                                             .type = local->type,
                                             .bytes = head,
                                             .size = local->size};
    return 0;
}

int filled_add_args(Filled *f, const Args *args)
{
    if (args_has(args, OPT_STRIP) && args_has(args, OPT_KEEP))
        return cli_misuse("--strip-metadata and --keep-metadata are opposites");
    f->clean = args_has(args, OPT_STRIP) || (f->def->protected && !args_has(args, OPT_KEEP));
    for (size_t i = 0; i < args->n_fields; i++)
        TRY(filled_add(f, args->field[i]));
    for (size_t i = 0; i < args->n_files; i++)
        TRY(filled_add_file(f, args->file[i]));
    return 0;
}

static const char *const fault_words[FORM_FAULTS] = {
    [FORM_MISSING] = "is needed",
    [FORM_REPEATED] = "was given more than once",
    [FORM_TOO_LONG] = "is too long",
    [FORM_NOT_TEXT] = "is not plain text of one line, or not UTF-8",
    [FORM_NOT_A_CHOICE] = "is not one of the choices",
    [FORM_NOT_A_DATE] = "is not a date",
    [FORM_IN_FUTURE] = "lies in the future",
    [FORM_NOT_A_NUMBER] = "is not a number",
    [FORM_TOO_MANY_FILES] = "has too many files",
    [FORM_FILE_TOO_LARGE] = "has a file that is too large",
    [FORM_FILE_TYPE] = "takes another kind of file",
    [FORM_FILE_EMPTY] = "has an empty file",
    [FORM_FILE_NO_ROOM] = "has files the office has no room for",
    [FORM_PHOTO_KIND] = "has a picture (HEIC, for one) that cannot be rid of where and when it was "
                        "taken; send it as JPEG, or with --keep-metadata as it is",
    [FORM_PHOTO_TORN] = "has a picture that is not whole, so that where and when it was taken "
                        "cannot be removed; save it again as JPEG, or send it with "
                        "--keep-metadata as it is",
    [FORM_TOO_FEW] = "has too few",
    [FORM_IDENTITY_MODE] = "is not one of this workflow's modes",
    [FORM_IDENTITY_FULL] = "is too long for what is kept sealed",
};

static void tell_choices(const Filled *f, const Field *field)
{
    fprintf(stderr, "  choices:");
    for (uint8_t i = 0; i < field->n_choices; i++)
        fprintf(stderr, "%s %.*s", i ? "," : "", (int)field->choices[i].id.len,
                field->choices[i].id.ptr);
    for (size_t i = 0; field->type == FIELD_UNIT && i < f->office->n_units; i++)
        fprintf(stderr, "%s %.*s", i ? "," : "", (int)f->office->units[i].id.len,
                f->office->units[i].id.ptr);
    fputc('\n', stderr);
}

static void tell_fault(const Filled *f, const FormFault *fault)
{
    if (fault->field == DEF_NONE) {
        cli_refuse("identity_mode %s", fault_words[fault->code]);
        return;
    }
    const Field *field = &f->def->fields[fault->field];
    cli_refuse("%.*s (%.*s) %s", (int)field->id.len, field->id.ptr, (int)field->label.th.len,
               field->label.th.ptr, fault_words[fault->code]);
    bool chosen = field->n_choices || field->type == FIELD_UNIT;
    if (chosen && (fault->code == FORM_NOT_A_CHOICE || fault->code == FORM_MISSING))
        tell_choices(f, field);
}

int filled_check(const Filled *f, const FieldSet *asked, const FieldSet *required, Day today)
{
    Str staff[DIRECTORY_PEOPLE_MAX];
    FormFault faults[DEF_FIELDS_MAX + 1];
    FormOffice office = {.staff = staff, .today = today};
    Str *units = arena_many(f->arena, f->office->n_units + 1, Str);

    if (!units)
        return err_origin(-ENOMEM);
    for (size_t i = 0; i < f->directory->n_people; i++)
        staff[office.n_staff++] = name_str(&f->directory->people[i].name);
    for (size_t i = 0; i < f->office->n_units; i++)
        units[office.n_units++] = f->office->units[i].id;
    office.units = units;
    size_t n = form_check(f->def, asked, required, &f->form, &office, faults,
                          sizeof(faults) / sizeof(faults[0]));
    for (size_t i = 0; i < n; i++)
        tell_fault(f, &faults[i]);
    return n ? CLI_REFUSED : 0;
}

void filled_placed(Filled *f, size_t i, Str place, Secret *key)
{
    const FormFile *file = &f->files[i];

    f->sealed[f->n_sealed++] = (SealedFile){.field = file->field,
                                            .place = name_of(place),
                                            .key = *key,
                                            .name = file->name,
                                            .type = file->type,
                                            .size = file->size,
                                            .digest = f->local[i].digest};
    key->b = NULL;
}
