/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/origin.h"

#include "base/err.h"
#include "cli/print.h"
#include "engine/core/carry.h"
#include "engine/vault/carry.h"
#include "engine/vault/value.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

void origin_finish(Origin *w)
{
    opened_original_finish(w->was);
}

/* ---- opening ---- */

static bool is_of_former(uint8_t kind)
{
    return kind == PART_KEYS || kind == PART_ORIGINAL;
}

static int open_was(const CaseFile *f, Origin *w)
{
    NumberedPart *parts = arena_many(f->arena, f->n_pieces + 1, NumberedPart);
    SealCase of = casefile_sealed(f);
    size_t n = 0;

    if (!parts)
        return err_origin(-ENOMEM);
    for (size_t i = 0; i < f->n_pieces; i++)
        if (is_of_former(f->pieces[i].sealed.kind))
            parts[n++] = (NumberedPart){f->pieces[i].no, f->pieces[i].sealed};
    int r = n ? open_original(&f->held, &of, parts, n, f->arena, &w->was) : 0;
    w->unreadable = r > 0;
    return r < 0 ? err_trace(r) : 0;
}

/* ---- what of it was carried ---- */

/* The step of that workflow that leads here; NULL: it has none any more. */
static const OpenEffect *way_here(const Origin *w, const CaseFile *f)
{
    for (uint8_t i = 0; w->def && i < w->def->n_actions; i++) {
        const OpenEffect *o = &w->def->actions[i].effects.open;
        if (open_moves(o) && str_eq(o->workflow, f->def->id))
            return o;
    }
    return NULL;
}

/* The part with the last answer to a field. */
static const OpenedPart *newest_with(const OpenedOriginal *o, Str id)
{
    const OpenedPart *newest = NULL;

    for (size_t i = 0; i < o->original.n_parts; i++) {
        const OpenedPart *p = &o->opened[i];
        for (size_t k = 0; p->kind != PART_FILE && k < p->n_fields; k++)
            if (str_eq(p->fields[k].id, id) && (!newest || p->no > newest->no))
                newest = p;
    }
    return newest;
}

static void source_of(const Origin *w, FormItem *items, Form *ret)
{
    ret->items = items;
    for (uint8_t i = 0; i < w->def->n_fields; i++) {
        const OpenedPart *p = newest_with(w->was, w->def->fields[i].id);
        for (size_t k = 0; p && k < p->n_fields && ret->n_items < CARRIED_MAX; k++)
            if (str_eq(p->fields[k].id, w->def->fields[i].id))
                items[ret->n_items++] = (FormItem){i, p->fields[k].sub, p->fields[k].value};
    }
}

/* Among the answers that this case was filed with. */
static bool is_said(const CaseFile *f, const FormItem *item)
{
    Str id = f->def->fields[item->field].id;

    for (size_t i = 0; i < f->n_pieces; i++) {
        const Piece *p = &f->pieces[i];
        for (size_t k = 0;
             p->is_open && p->event == 0 && p->sealed.kind != PART_FILE && k < p->opened.n_fields;
             k++) {
            const OpenedField *o = &p->opened.fields[k];
            if (str_eq(o->id, id) && o->sub == item->sub &&
                str_eq(str_trim(o->value), str_trim(item->value)))
                return true;
        }
    }
    return false;
}

static int compare(const CaseFile *f, Origin *w)
{
    FormItem *source = arena_many(f->arena, CARRIED_MAX, FormItem);
    FormItem *items = arena_many(f->arena, CARRIED_MAX, FormItem);
    Carrier carrier = {w->def, way_here(w, f), f->def, f->office, f->directory, f->arena};
    Form form = {.n_items = 0};
    size_t n = 0;

    if (!source || !items)
        return err_origin(-ENOMEM);
    if (!carrier.open)
        return 0;
    source_of(w, source, &form);
    int r = carry_form(&carrier, &form, items, CARRIED_MAX, &n);
    if (r)
        return err_trace(r);
    for (size_t i = 0; i < n; i++) {
        uint8_t class = f->def->fields[items[i].field].class;
        if (class != CLASS_IDENTITY && class != CLASS_OPEN && !is_said(f, &items[i]))
            field_set_add(&w->changed, items[i].field);
    }
    return 0;
}

int origin_open(Session *s, const CaseFile *f, Origin *ret)
{
    TRY(open_was(f, ret));
    if (!ret->was)
        return 0;
    if (session_def(s, name_str(&ret->was->original.workflow), &ret->def))
        ret->def = NULL; /* told; the words themselves can be read without */
    return ret->def ? compare(f, ret) : 0;
}

/* An attachment of the former case that is not among those of this one, byte for byte. */
static bool file_is_here(const CaseFile *f, const OpenedPart *file)
{
    for (size_t i = 0; i < f->n_pieces; i++) {
        const OpenedPart *p = &f->pieces[i].opened;
        if (f->pieces[i].is_open && p->kind == PART_FILE && p->has_digest &&
            bytes_equal(p->file_digest.b, file->file_digest.b, sizeof(p->file_digest.b)))
            return true;
    }
    return !file->has_digest; /* from before files had one: nothing can be said */
}

/* ---- in words ---- */

static void put_warnings(const CaseFile *f, const Origin *w)
{
    if (w->unreadable || w->was->n_closed || w->was->original.left_out)
        puts("!! ต้นฉบับเปิดอ่านได้ไม่ครบ ให้ขอผู้ร้องเขียนใหม่ / not all of what the complainant wrote "
             "can be opened: whoever moved the case has withheld the keys, or it was too much; ask "
             "the complainant to write it again");
    for (uint8_t i = 0; i < f->def->n_fields; i++) {
        if (!field_set_has(&w->changed, i))
            continue;
        fputs("!! ", stdout);
        put_shown(stdout, f->def->fields[i].label.th);
        puts(": ไม่ตรงกับต้นฉบับ / is not what the complainant wrote; read the original below");
    }
}

static void put_text(Str text)
{
    while (text.ptr && text.len) {
        put_shown(stdout, str_cut(&text, '\n'));
        fputs(text.len ? "\n    " : "\n", stdout);
    }
}

static void put_field(const Origin *w, const OpenedField *o)
{
    uint8_t field = w->def ? def_field(w->def, o->id) : DEF_NONE;

    fputs("  ", stdout);
    put_shown(stdout, field == DEF_NONE ? o->id : w->def->fields[field].label.th);
    fputs(": ", stdout);
    put_text(o->value);
}

static void put_part(const CaseFile *f, const Origin *w, const OpenedPart *p)
{
    if (p->kind == PART_FILE) {
        fputs(file_is_here(f, p) ? "  [ไฟล์] " : "  !! [ไฟล์ ไม่ตรงกับต้นฉบับ / is not here as sent] ",
              stdout);
        put_shown(stdout, p->file_name);
        printf(" (%llu bytes)\n", (unsigned long long)p->file_size);
        return;
    }
    if (p->th.len) {
        fputs("  ", stdout);
        put_text(p->th);
    }
    for (size_t k = 0; k < p->n_fields; k++)
        put_field(w, &p->fields[k]);
}

/* What the office tells by itself after a step of the complainant's is not the complainant's. */
static uint8_t said_by(const OriginalPart *part)
{
    return part->kind == PART_MESSAGE && part->by == ACTOR_COMPLAINANT ? ACTOR_SYSTEM : part->by;
}

static const char *by_word(uint8_t by)
{
    return by == ACTOR_COMPLAINANT ? "ผู้ร้อง/complainant"
           : by == ACTOR_PERSON    ? "เจ้าหน้าที่/staff"
                                   : "ระบบ/system";
}

static void put_original(const CaseFile *f, const Origin *w, const OpenedOriginal *o)
{
    printf("original before the case moved, %s / ต้นฉบับก่อนโอน:\n", o->original.workflow.s);
    for (size_t i = 0; i < o->original.n_parts; i++) {
        const OriginalPart *part = &o->original.parts[i];
        char day[DAY_TEXT];
        if (!o->opened[i].kind)
            continue;
        day_text(part->day, day);
        printf(" %s  %s:\n", day, by_word(said_by(part)));
        put_part(f, w, &o->opened[i]);
    }
}

void origin_show(const CaseFile *f, const Origin *w)
{
    if (w->was || w->unreadable)
        put_warnings(f, w);
    for (const OpenedOriginal *o = w->was; o; o = o->before)
        put_original(f, w, o);
}

/* ---- for machines ---- */

static json_t *text_json(Str s)
{
    return json_stringn(s.ptr ? s.ptr : "", s.len);
}

static json_t *part_json(const CaseFile *f, const OriginalPart *part, const OpenedPart *p)
{
    BUF_AUTO Buf day = {0};
    json_t *o = json_object(), *fields = json_array();

    buf_init(&day, 32);
    day_put_iso(&day, part->day);
    json_object_set_new(o, "day", text_json(buf_str(&day)));
    json_object_set_new(o, "of_complainant", json_boolean(said_by(part) == ACTOR_COMPLAINANT));
    if (p->th.len)
        json_object_set_new(o, "th", text_json(p->th));
    if (p->kind == PART_FILE) {
        json_object_set_new(o, "name", text_json(p->file_name));
        json_object_set_new(o, "size", json_integer((json_int_t)p->file_size));
        json_object_set_new(o, "is_here", json_boolean(file_is_here(f, p)));
    }
    for (size_t k = 0; p->kind != PART_FILE && k < p->n_fields; k++)
        json_array_append_new(fields, json_pack("{s:o, s:o}", "id", text_json(p->fields[k].id),
                                                "value", text_json(p->fields[k].value)));
    json_object_set_new(o, "fields", fields);
    return o;
}

static json_t *changed_json(const CaseFile *f, const Origin *w)
{
    json_t *list = json_array();

    for (uint8_t i = 0; i < f->def->n_fields; i++)
        if (field_set_has(&w->changed, i))
            json_array_append_new(list, text_json(f->def->fields[i].id));
    return list;
}

json_t *origin_json(const CaseFile *f, const Origin *w)
{
    json_t *o, *parts;

    if (!w->was && !w->unreadable)
        return NULL;
    o = json_object();
    parts = json_array();
    for (const OpenedOriginal *was = w->was; was; was = was->before)
        for (size_t i = 0; i < was->original.n_parts; i++)
            if (was->opened[i].kind)
                json_array_append_new(parts,
                                      part_json(f, &was->original.parts[i], &was->opened[i]));
    json_object_set_new(o, "whole",
                        json_boolean(w->was && !w->was->n_closed && !w->was->original.left_out));
    json_object_set_new(o, "changed", changed_json(f, w));
    json_object_set_new(o, "parts", parts);
    return o;
}
