/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/filled.h"

#include "base/err.h"
#include "daemon/html.h"
#include "daemon/photos.h"
#include "daemon/placed.h"
#include "daemon/server.h"
#include <errno.h>
#include <string.h>

int form_office_of(Request *q, FormOffice *ret)
{
    const Directory *d = desk_directory(q->server->desk);
    const Office *o = desk_office(q->server->desk);
    Str *staff = arena_many(&q->arena, d->n_people + 1, Str);
    Str *units = arena_many(&q->arena, o->n_units + 1, Str);
    FormOffice office = {.staff = staff, .units = units, .today = q->today};

    if (!staff || !units)
        return -ENOMEM;
    for (size_t i = 0; i < d->n_people; i++) {
        if (d->people[i].shown)
            staff[office.n_staff++] = name_str(&d->people[i].name);
    }
    for (size_t i = 0; i < o->n_units; i++)
        units[office.n_units++] = o->units[i].id;
    *ret = office;
    return 0;
}

static int take_items(Request *q, Filled *f)
{
    FormItem *items = arena_many(&q->arena, q->form.n + 1, FormItem);

    if (!items)
        return -ENOMEM;
    for (size_t i = 0; i < q->form.n; i++) {
        const Param *p = &q->form.list[i];
        FormItem item = {.value = p->value};
        if (form_name(f->def, p->name, &item.field, &item.sub) ||
            !field_set_has(&f->asked, item.field))
            continue;
        /* A file input whose form was sent without files: some senders give an empty text. */
        if (f->def->fields[item.field].type == FIELD_FILES && !item.value.len)
            continue;
        if (f->def->fields[item.field].type == FIELD_FILES && html_only_shown(q)) {
            f->lost_files = true; /* a language switch sends their names alone */
            continue;
        }
        items[f->form.n_items++] = item;
    }
    f->form.items = items;
    return 0;
}

/* Browsers of old send a whole path. */
static Str last_of_path(Str name)
{
    for (size_t i = name.len; i-- > 0;) {
        if (name.ptr[i] == '/' || name.ptr[i] == '\\')
            return (Str){name.ptr + i + 1, name.len - i - 1};
    }
    return name;
}

static int take_files(Request *q, Filled *f)
{
    FormFile *files = arena_many(&q->arena, q->form.n_uploads + 1, FormFile);

    if (!files)
        return -ENOMEM;
    for (size_t i = 0; i < q->form.n_uploads; i++) {
        const Upload *u = &q->form.uploads[i];
        FormFile file = {.name = last_of_path(u->filename),
                         .type = u->type,
                         .bytes = u->bytes,
                         .size = u->bytes.len};
        uint8_t sub;
        if (!file.name.len && !file.bytes.len) /* an input where nothing was chosen */
            continue;
        if (form_name(f->def, u->name, &file.field, &sub) ||
            !field_set_has(&f->asked, file.field))
            continue;
        if (f->clean)
            photos_look(q, &file);
        files[f->form.n_files++] = file;
    }
    f->form.files = files;
    return 0;
}

/* Whether a name goes with the words must not be guessed: sent twice, it is no mode at all. */
static Str identity_mode_of(const Params *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->n; i++)
        n += str_is(p->list[i].name, "identity_mode");
    return n > 1 ? STR("repeated") : params_get(p, "identity_mode");
}

/* Files alone are turned away when the disk or the day has no room: words still come through. */
static void check_room(Request *q, Filled *f)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < f->form.n_files; i++)
        bytes += stream_sealed_len(f->form.files[i].size, STREAM_NAME_MAX, STREAM_TYPE_MAX);
    if (!bytes || f->n_faults || html_only_shown(q))
        return;
    if (server_has_room(q->server, bytes) && budget_take(&q->server->budget, q->today, NULL, bytes))
        return;
    f->faults[f->n_faults++] =
        (FormFault){.field = f->form.files[0].field, .code = FORM_FILE_NO_ROOM};
}

int filled_status(Request *q, const Filled *f)
{
    enum { RETRY_SECONDS = 3600 };

    if (!f->n_faults)
        return 200;
    if (f->faults[0].code != FORM_FILE_NO_ROOM)
        return 422;
    q->reply.retry_after = RETRY_SECONDS;
    return 503;
}

int filled_read(Request *q, const Def *def, const FieldSet *asked, const FieldSet *required,
                Filled **ret)
{
    Filled *f = arena_new(&q->arena, Filled);
    FormOffice office;

    if (!f)
        return err_origin(-ENOMEM);
    f->def = def;
    f->asked = *asked;
    f->required = *required;
    f->clean = photos_are_cleaned(q, def);
    f->form.identity_mode = identity_mode_of(&q->form);
    TRY(form_office_of(q, &office));
    TRY(take_items(q, f));
    TRY(take_files(q, f));
    f->lost_files = f->lost_files || f->form.n_files;
    if (!html_is_draft(q))
        f->n_faults =
            form_check(def, &f->asked, &f->required, &f->form, &office, f->faults, FAULTS_MAX);
    check_room(q, f);
    *ret = f;
    return 0;
}

/* The name only: what the sender says of the type is not believed. */
static const char *type_of(Str bytes)
{
    static const struct {
        uint32_t kind;
        const char *type;
    } rows[] = {
        {FILE_JPEG, "image/jpeg"}, {FILE_PNG, "image/png"}, {FILE_PDF, "application/pdf"},
        {FILE_WEBP, "image/webp"}, {FILE_MP4, "video/mp4"}, {FILE_MP3, "audio/mpeg"},
        {FILE_DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    };
    uint32_t kind = form_file_kind(bytes);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].kind == kind)
            return rows[i].type;
    }
    return "application/octet-stream";
}

static int seal_one(Request *q, const FormFile *from, bool clean, SealedFile *ret)
{
    Str name = from->name.len > STREAM_NAME_MAX ? (Str){from->name.ptr, 0} : from->name;
    CameFile came = {.name = name,
                     .type = str_of(type_of(from->bytes)),
                     .bytes = from->bytes,
                     .size = from->size,
                     .cleaned = clean};
    SealedPlace sealed;

    int r = placed_seal(q->server->files, &came, &sealed);
    if (r)
        return r;
    SealedFile file = {.field = from->field,
                       .place = sealed.place,
                       .key = sealed.key,
                       .name = name,
                       .type = came.type,
                       .size = came.size,
                       .digest = sealed.digest};
    r = request_note_file(q, &file.place, &file.key);
    if (r) {
        placed_remove(q->server->files, &file.place);
        secret_finish(&file.key);
        return r;
    }
    *ret = file;
    return 0;
}

int filled_seal_files(Request *q, Filled *f)
{
    f->files = arena_many(&q->arena, f->form.n_files + 1, SealedFile);
    if (!f->files)
        return err_origin(-ENOMEM);
    for (size_t i = 0; i < f->form.n_files; i++) {
        int r = seal_one(q, &f->form.files[i], f->clean, &f->files[f->n_files]);
        if (r)
            return r;
        f->n_files++;
    }
    return f->n_files ? placed_sync(q->server->files) : 0;
}

static const char *text_of(const Request *q, uint8_t code)
{
    return fault_in(code, (Lang)q->lang);
}

void faults_json(Request *q, const Filled *f)
{
    Json j = reply_json(q, filled_status(q, f));

    json_open(&j, NULL);
    json_open(&j, "error");
    json_cstr(&j, "code", "faulty");
    json_cstr(&j, "message", word_in(WORD_FAULTS_TITLE, (Lang)q->lang));
    json_open(&j, "fields");
    for (size_t i = 0; i < f->n_faults; i++) {
        uint8_t field = f->faults[i].field;
        Str id = field == DEF_NONE ? STR("identity_mode") : f->def->fields[field].id;
        Name name = name_of(id);
        json_cstr(&j, name.s, text_of(q, f->faults[i].code));
    }
    json_close(&j);
    json_close(&j);
    json_close(&j);
}
