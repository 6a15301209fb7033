/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/move.h"

#include "base/err.h"
#include "cli/entry.h"
#include "cli/print.h"
#include "cli/save.h"
#include "engine/core/carry.h"
#include "engine/vault/value.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOTE_BYTES_MAX = 1 << 19 };

/* A file in memory leaves its pages to the system as they are. */
static void wipe_file(int fd)
{
    static const uint8_t zeros[64 << 10];
    struct stat st = {.st_size = 0};

    (void)fstat(fd, &st);
    for (off_t at = 0; at < st.st_size;) {
        off_t left = st.st_size - at;
        size_t len = left < (off_t)sizeof(zeros) ? (size_t)left : sizeof(zeros);
        ssize_t n = pwrite(fd, zeros, len, at);
        if (n <= 0)
            break;
        at += n;
    }
}

void move_finish(Move *m)
{
    filled_finish(&m->there);
    buf_finish(&m->note);
    for (size_t i = 0; i < m->n_fd; i++) {
        wipe_file(m->fd[i]);
        close(m->fd[i]);
    }
}

/* ---- what is typed for which case ---- */

/* What follows "W." or NULL. */
static const char *after_prefix(const char *pair, Str workflow)
{
    return strlen(pair) > workflow.len && memcmp(pair, workflow.ptr, workflow.len) == 0 &&
                   pair[workflow.len] == '.'
               ? pair + workflow.len + 1
               : NULL;
}

static void split_list(const char *const *list, size_t n, Str workflow, Args *to[2], bool files)
{
    for (size_t i = 0; i < n; i++) {
        const char *rest = after_prefix(list[i], workflow);
        Args *a = to[rest != NULL];
        if (files)
            a->file[a->n_files++] = rest ? rest : list[i];
        else
            a->field[a->n_fields++] = rest ? rest : list[i];
    }
}

void move_split(const Args *args, Str workflow, Args *ret_here, Args *ret_there)
{
    Args *to[2] = {ret_here, ret_there};

    *ret_here = *ret_there = *args;
    ret_here->n_fields = ret_here->n_files = ret_there->n_fields = ret_there->n_files = 0;
    split_list(args->field, args->n_fields, workflow, to, false);
    split_list(args->file, args->n_files, workflow, to, true);
}

/* ---- what the case says ---- */

/* Whoever cannot open all of it would destroy the rest. */
static int check_opened(const Move *m)
{
    for (size_t i = 0; i < m->f->n_pieces; i++) {
        const Piece *p = &m->f->pieces[i];
        bool words = p->sealed.kind != PART_HALF && p->sealed.kind != PART_TO_CODE &&
                     p->sealed.kind != PART_REPLY_COPY && p->sealed.kind != PART_KEYS &&
                     p->sealed.kind != PART_ORIGINAL;
        if (words && !p->is_open)
            return cli_refuse("you cannot open everything in %s: it can be moved by somebody who "
                              "can, identity included (ผู้ที่เปิดอ่านได้ครบเท่านั้นจึงโอนได้)",
                              m->f->number.s);
    }
    return 0;
}

static const OpenedPart *newest_with(const CaseFile *f, Str id)
{
    for (size_t i = f->n_pieces; i-- > 0;) {
        const OpenedPart *part = &f->pieces[i].opened;
        for (size_t k = 0;
             f->pieces[i].is_open && f->pieces[i].sealed.kind != PART_FILE && k < part->n_fields;
             k++)
            if (str_eq(part->fields[k].id, id))
                return part;
    }
    return NULL;
}

/* The value of an open field as it is typed. */
static int open_text(const Move *m, const OpenValue *v, Str *ret)
{
    BUF_AUTO Buf text = {0};
    const Field *field = &m->f->def->fields[v->field];

    buf_init(&text, 64);
    if (field->type == FIELD_DATE)
        day_put_iso(&text, (Day)v->number);
    else if (field->type == FIELD_NUMBER)
        buf_addf(&text, "%lld", (long long)v->number);
    else if (field->type == FIELD_NOTICE)
        buf_adds(&text, "1");
    else
        buf_add_str(&text, name_str(&v->choice));
    *ret = arena_str(m->f->arena, buf_str(&text));
    return ret->ptr ? 0 : err_origin(-ENOMEM);
}

static int source_field(Move *m, uint8_t field, FormItem *items)
{
    Str id = m->f->def->fields[field].id;
    const OpenedPart *part = newest_with(m->f, id);
    const OpenValue *open = case_open(&m->f->c, field);

    for (size_t k = 0; part && k < part->n_fields; k++)
        if (str_eq(part->fields[k].id, id) && m->source.n_items < CARRIED_MAX)
            items[m->source.n_items++] =
                (FormItem){field, part->fields[k].sub, part->fields[k].value};
    if (part || !open || m->source.n_items == CARRIED_MAX)
        return 0;
    FormItem *item = &items[m->source.n_items++];
    *item = (FormItem){.field = field, .sub = SUB_VALUE};
    return open_text(m, open, &item->value);
}

static int source_read(Move *m)
{
    FormItem *items = arena_many(m->f->arena, CARRIED_MAX, FormItem);

    if (!items)
        return err_origin(-ENOMEM);
    for (uint8_t i = 0; i < m->f->def->n_fields; i++)
        TRY(source_field(m, i, items));
    m->source.items = items;
    return 0;
}

/* ---- into the other form ---- */

/* What the officer says counts; the rest is carried. */
static int carry(Move *m)
{
    FormItem *items = arena_many(m->f->arena, CARRIED_MAX, FormItem);
    Form typed = m->there.form;
    size_t n = 0;

    if (!items)
        return err_origin(-ENOMEM);
    TRY(carry_form(&m->carrier, &m->source, items, CARRIED_MAX, &n));
    for (size_t i = 0; i < n; i++) {
        if (form_has(&typed, items[i].field))
            continue;
        if (m->there.form.n_items == ARGS_FIELDS_MAX)
            return cli_refuse("more than %d fields", ARGS_FIELDS_MAX);
        m->there.items[m->there.form.n_items++] = items[i];
    }
    return 0;
}

/* The date of receipt stays the first one. */
static int keep_received(Move *m)
{
    uint8_t field = m->there.def->intake.received_from;
    BUF_AUTO Buf text = {0};

    if (field == DEF_NONE || !form_has(&m->there.form, field)) {
        buf_init(&text, 32);
        day_put_iso(&text, m->f->c.received);
        Str kept = arena_str(m->f->arena, buf_str(&text));
        if (!kept.ptr)
            return err_origin(-ENOMEM);
        if (field != DEF_NONE && m->there.form.n_items < ARGS_FIELDS_MAX)
            m->there.items[m->there.form.n_items++] = (FormItem){field, SUB_VALUE, kept};
        return 0;
    }
    return cli_refuse("the date of receipt stays what it is: leave %.*s out",
                      (int)m->there.def->fields[field].id.len, m->there.def->fields[field].id.ptr);
}

/* A name is never more open there than it was here; the other workflow seals it apart. */
static void keep_identity(Move *m)
{
    if (!m->there.form.identity_mode.len && m->there.def->intake.modes & IDENTITY_CONFIDENTIAL)
        m->there.form.identity_mode = STR("confidential");
}

/* Where files go that the workflow carries nowhere else. */
static uint8_t any_files_field(const Move *m)
{
    for (uint8_t i = 0; i < m->open->n_carries; i++) {
        uint8_t to = def_field(m->there.def, m->open->carries[i].to);
        if (to != DEF_NONE && m->there.def->fields[to].type == FIELD_FILES)
            return to;
    }
    return DEF_NONE;
}

/* Opened in memory and sealed anew from there: nothing readable touches this machine's disk. */
static int carry_into(Move *m, const Piece *p, uint8_t to)
{
    char pair[DEF_NAME_MAX + 64];
    Name id = name_of(m->there.def->fields[to].id);
    size_t i = m->there.form.n_files;
    int fd = memfd_create("attachment", MFD_CLOEXEC);

    if (fd < 0)
        return err_origin(-errno);
    m->fd[m->n_fd++] = fd;
    TRY(save_into(m->session, m->f, p, fd));
    snprintf(pair, sizeof(pair), "%s=/proc/self/fd/%d", id.s, fd);
    Str kept = arena_str(m->there.arena, str_of(pair)); /* the path is read again when it is sent */
    if (!kept.ptr)
        return err_origin(-ENOMEM);
    TRY(filled_add_file(&m->there, kept.ptr));
    m->there.local[i].name = m->there.files[i].name = p->opened.file_name;
    return 0;
}

static int carry_file(Move *m, const Piece *p)
{
    uint8_t from = def_field(m->f->def, p->opened.fields[0].id);
    uint8_t to = from == DEF_NONE ? DEF_NONE : carry_files_to(&m->carrier, from);

    to = to == DEF_NONE ? any_files_field(m) : to;
    if (to == DEF_NONE)
        return cli_refuse("the other workflow has no place for the attachments of this case");
    if (m->n_fd == ARGS_FILES_MAX)
        return cli_refuse("more than %d files", ARGS_FILES_MAX);
    return carry_into(m, p, to);
}

static int carry_files(Move *m)
{
    for (size_t i = 0; i < m->f->n_pieces; i++)
        if (m->f->pieces[i].is_open && m->f->pieces[i].sealed.kind == PART_FILE)
            TRY(carry_file(m, &m->f->pieces[i]));
    return 0;
}

/* ---- the rest, as a note ---- */

/* The day of the event that brought the piece. */
static Str day_of(const Move *m, uint32_t event)
{
    return js_str(json_array_get(json_object_get(m->json, "events"), event), "day");
}

static void note_line(Move *m, Str day, Str what, Str text)
{
    buf_adds(&m->note, m->note.len ? "\n" : "");
    buf_add_str(&m->note, day);
    buf_adds(&m->note, day.len ? " " : "");
    buf_add_str(&m->note, what);
    buf_adds(&m->note, ": ");
    buf_add_str(&m->note, text);
}

/* Never who somebody is: that lies sealed apart. */
static int note_value(Move *m, Str day, const Field *f, uint8_t sub, Str value)
{
    ValueNames names = {m->f->office, m->f->directory, m->f->arena};
    Label label;

    if (f->class == CLASS_IDENTITY || f->type == FIELD_NOTICE || !str_trim(value).len)
        return 0;
    TRY(value_label(&names, f, sub, value, &label));
    note_line(m, day, f->label.th, label.th);
    return 0;
}

static int note_piece(Move *m, const Piece *p)
{
    Str day = day_of(m, p->event);
    const OpenedPart *part = &p->opened;

    for (size_t k = 0; p->sealed.kind != PART_FILE && k < part->n_fields; k++) {
        uint8_t field = def_field(m->f->def, part->fields[k].id);
        if (field != DEF_NONE)
            TRY(note_value(m, day, &m->f->def->fields[field], part->fields[k].sub,
                           part->fields[k].value));
    }
    if (p->sealed.kind == PART_REPLY && part->th.len)
        note_line(m, day, STR("ผู้ร้อง"), part->th);
    if (p->sealed.kind == PART_NOTE)
        note_line(m, day, STR("บันทึก"), part->th);
    if (p->sealed.kind == PART_MESSAGE)
        note_line(m, day, STR("แจ้งผู้ร้อง"), part->th);
    return 0;
}

static int note_write(Move *m)
{
    const Form *step = m->ask->filled ? &m->ask->filled->form : NULL;

    buf_init(&m->note, NOTE_BYTES_MAX);
    for (size_t i = 0; i < m->f->n_pieces; i++)
        if (m->f->pieces[i].is_open)
            TRY(note_piece(m, &m->f->pieces[i]));
    for (size_t i = 0; step && i < step->n_items; i++)
        TRY(note_value(m, m->ask->what, &m->f->def->fields[step->items[i].field],
                       step->items[i].sub, step->items[i].value));
    if (m->ask->note.len)
        note_line(m, m->ask->what, STR("บันทึก"), m->ask->note);
    return m->note.err ? err_origin(m->note.err) : 0;
}

/* ---- all of it ---- */

static int check_there(Move *m)
{
    const Def *def = m->there.def;
    Name id = name_of(def->id);
    FieldSet asked = intake_fields(def, true);

    if (filled_check(&m->there, &asked, &def->intake.required, m->f->today) == 0)
        return 0;
    fprintf(stderr, "say it for the case that is opened: --field %s.NAME=VALUE\n", id.s);
    return CLI_REFUSED;
}

static int fill(Move *m, const Args *there)
{
    TRY(filled_add_args(&m->there, there));
    /* What the complainant sent stays as it was sent. */
    m->there.clean = args_has(there, OPT_STRIP);
    TRY(source_read(m));
    TRY(carry(m));
    TRY(keep_received(m));
    keep_identity(m);
    TRY(carry_files(m));
    return check_there(m);
}

/* Who has to be kept out of the new case follows from what was reported, which the daemon cannot
 * read; it knows besides who was taken off, and may name more, not fewer. */
static int check_kept_out(const Move *m, const Def *to, const bool *kept_out)
{
    const Directory *d = m->session->directory;
    bool *named;
    Form form;

    TRY(ask_named(m->f, &form, &named));
    for (size_t i = 0; i < d->n_people; i++) {
        const Person *p = &d->people[i];
        if (named[i] && !kept_out[i] &&
            person_holds(to, p, to->access.readers[CLASS_CONFIDENTIAL], NULL))
            return cli_refuse("%s is accused in this case, and the daemon would let them read the "
                              "new one: nothing was sealed. If they got their unit or chief only "
                              "since, take them off first (krading recuse), else ask your office",
                              p->name.s);
    }
    return 0;
}

int move_compose(Move *m, const Args *there, Bundle *ret)
{
    Session *s = m->session;
    const CaseFile *f = m->f;
    const Def *to;
    bool *kept_out;

    m->open = &f->def->actions[m->ask->index].effects.open;
    TRY(session_def(s, m->open->workflow, &to));
    filled_init(&m->there, to, s->office, s->directory, &s->arena);
    TRY(filled_own(&m->there, &s->keys.box.secret));
    m->carrier = (Carrier){f->def, m->open, to, s->office, s->directory, &s->arena};
    TRY(check_opened(m));
    TRY(fill(m, there));
    TRY(note_write(m));
    TRY(remote_kept_out(s, f, m->ask, &kept_out));
    TRY(check_kept_out(m, to, kept_out));
    TRY(remote_files(s, &m->there));
    Beside beside = {.kept_out = kept_out, .note = buf_str(&m->note), .former = &f->held};
    TRY(entry_compose(&m->there, NULL, &s->keys.sign, f->today, &beside, ret));
    return 0;
}
