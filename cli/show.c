/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/show.h"

#include "base/text.h"
#include "cli/client.h"
#include "cli/print.h"
#include "cli/show_event.h"
#include <string.h>

/* Further lines of a text stand under its first. */
static void put_lines(FILE *to, Str text)
{
    while (text.ptr && text.len) {
        put_shown(to, str_cut(&text, '\n'));
        fputs(text.len ? "\n    " : "\n", to);
    }
}

/* ---- open steps ---- */
static void put_example_field(FILE *to, const Field *field)
{
    if (field->type == FIELD_FILES)
        fprintf(to, " --file %.*s=FILE", (int)field->id.len, field->id.ptr);
    else if (field->type == FIELD_DATE)
        fprintf(to, " --field %.*s=YYYY-MM-DD", (int)field->id.len, field->id.ptr);
    else if (field->n_choices)
        fprintf(to, " --field %.*s=%.*s", (int)field->id.len, field->id.ptr,
                (int)field->choices[0].id.len, field->choices[0].id.ptr);
    else
        fprintf(to, " --field %.*s=\"...\"", (int)field->id.len, field->id.ptr);
}

static void put_example_needs(FILE *to, const Def *def, const Needs *needs)
{
    for (uint8_t i = 0; i < def->n_fields; i++)
        if (field_set_has(&needs->fields, i) && def->fields[i].type != FIELD_UNIT)
            put_example_field(to, &def->fields[i]);
    if (needs->message != DEF_NONE)
        fputs(" --message \"...\"", to);
    if (needs->note)
        fputs(" --note \"...\"", to);
    if (needs->declare.len)
        fputs(" --declare", to);
}

/* Only steps that this program has a command for. */
static bool has_command(Str kind)
{
    static const char *const kinds[] = {"action",  "extend", "approve", "decline", "assign", "note",
                                        "declare", "grant",  "recuse",  "silence", "reveal"};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (str_is(kind, kinds[i]))
            return true;
    return false;
}

static void put_example(FILE *to, const CaseFile *f, Str kind, Str id)
{
    uint8_t action = def_action(f->def, id), deadline = def_deadline(f->def, id);

    if (str_is(kind, "action") && action != DEF_NONE) {
        fprintf(to, "krading do %s %.*s", f->number.s, (int)id.len, id.ptr);
        put_example_needs(to, f->def, &f->def->actions[action].needs);
    } else if (str_is(kind, "extend") && deadline != DEF_NONE) {
        fprintf(to, "krading extend %s %.*s --by \"7 calendar days\"", f->number.s, (int)id.len,
                id.ptr);
        put_example_needs(to, f->def, &f->def->deadlines[deadline].extend.needs);
    } else if (str_is(kind, "silence")) {
        fprintf(to, "krading silence %s %.*s --note \"...\"", f->number.s, (int)id.len, id.ptr);
    } else if (str_is(kind, "decline")) {
        fprintf(to, "krading decline %s --note \"...\"", f->number.s);
    } else if (str_is(kind, "assign")) {
        fprintf(to, "krading assign %s NAME", f->number.s);
    } else if (str_is(kind, "note")) {
        fprintf(to, "krading note %s \"...\"", f->number.s);
    } else if (str_is(kind, "grant")) {
        fprintf(to, "krading grant %s --to NAME --reason \"...\"", f->number.s);
    } else if (str_is(kind, "reveal")) {
        fprintf(to, "krading reveal %s --reason \"...\"", f->number.s);
    } else if (str_is(kind, "recuse")) {
        fprintf(to, "krading recuse %s NAME", f->number.s);
    } else if (str_is(kind, "declare")) {
        fprintf(to, "krading do %s declare --declare", f->number.s);
    } else {
        fprintf(to, "krading %.*s %s", (int)kind.len, kind.ptr, f->number.s);
    }
    fputc('\n', to);
}

void show_open_steps(FILE *to, const CaseFile *f, const json_t *json)
{
    const json_t *steps = json_object_get(json, "steps"), *step;
    size_t i;

    if (json_array_size(steps) == 0) {
        fputs("no step is open to you\n", to);
        return;
    }
    fputs("open to you / ขั้นตอนที่ทำได้:\n", to);
    json_array_foreach(steps, i, step)
    {
        if (!has_command(js_str(step, "kind")))
            continue;
        fprintf(to, "  %s%s", js_text(step, "th"), js_bool(step, "usual") ? " *" : "");
        if (*js_text(step, "en"))
            fprintf(to, " (%s)", js_text(step, "en"));
        fputs(js_bool(step, "approval") ? ", needs approval\n      " : "\n      ", to);
        put_example(to, f, js_str(step, "kind"), js_str(step, "id"));
    }
}

/* ---- words ---- */
static void put_fields(FILE *to, const CaseFile *f, const OpenedPart *part)
{
    for (size_t i = 0; i < part->n_fields; i++) {
        const OpenedField *o = &part->fields[i];
        uint8_t field = def_field(f->def, o->id);
        Label value = {o->value, o->value};
        if (field == DEF_NONE)
            continue;
        (void)casefile_value(f, field, o->sub, o->value, &value);
        fputs("  ", to);
        put_shown(to, f->def->fields[field].label.th);
        fputs(": ", to);
        put_lines(to, value.th);
    }
}

static const char *event_text(const json_t *json, uint32_t seq, const char *name)
{
    const json_t *event = json_array_get(json_object_get(json, "events"), seq);

    return js_text(event, name);
}

/* The sender chose the name, and a line end in it must not begin a line of ours. */
static void put_one_line(FILE *to, Str text)
{
    while (text.ptr && text.len) {
        put_shown(to, str_cut(&text, '\n'));
        if (text.len)
            fputc(' ', to);
    }
}

static void put_file(FILE *to, const Piece *p)
{
    fputs("  [ไฟล์] ", to);
    put_one_line(to, p->opened.file_name);
    fputs(" (", to);
    put_one_line(to, p->opened.file_type);
    fprintf(to, ", %llu bytes, part %u)\n", (unsigned long long)p->opened.file_size, p->no);
}

static void put_piece(FILE *to, const CaseFile *f, const Piece *p)
{
    switch ((PartKind)p->sealed.kind) {
    case PART_FORM:
    case PART_IDENTITY:
        put_fields(to, f, &p->opened);
        break;
    case PART_MESSAGE:
        fputs("  [ถึงผู้ร้อง] ", to);
        put_lines(to, p->opened.th);
        break;
    case PART_NOTE:
        fputs("  [บันทึก] ", to);
        put_lines(to, p->opened.th);
        break;
    case PART_REPLY:
        fputs("  [จากผู้ร้อง] ", to);
        put_lines(to, p->opened.th);
        put_fields(to, f, &p->opened);
        break;
    case PART_FILE:
        put_file(to, p);
        break;
    case PART_LINK:
        fputs("  [เปิดจากเรื่อง / opened from] ", to);
        put_lines(to, p->opened.th);
        break;
    case PART_HALF:
    case PART_GROUND:
    case PART_TO_CODE:
    case PART_REPLY_COPY:
    case PART_KEYS: /* origin.c shows what a case was */
    case PART_ORIGINAL:
        break;
    }
}

static void put_event_pieces(FILE *to, const CaseFile *f, uint32_t event)
{
    for (size_t i = 0; i < f->n_pieces; i++)
        if (f->pieces[i].event == event && f->pieces[i].is_open)
            put_piece(to, f, &f->pieces[i]);
}

/* "2026-11-20  somsri: เริ่มคัดกรอง (Start screening)", then what came with it. */
static void put_events(const CaseFile *f, const json_t *json)
{
    const json_t *events = json_object_get(json, "events"), *event;
    size_t i;

    puts("history / ประวัติ:");
    json_array_foreach(events, i, event)
    {
        show_event(stdout, f->def, event);
        put_event_pieces(stdout, f, (uint32_t)js_int(event, "seq"));
    }
}

static void put_deadlines(const json_t *json)
{
    const json_t *list = json_object_get(json, "deadlines"), *one;
    char due[DAY_TEXT], work_by[DAY_TEXT];
    size_t i;

    puts("deadlines / กำหนดเวลา:");
    json_array_foreach(list, i, one)
    {
        iso_text(js_text(one, "due"), due);
        iso_text(js_text(one, "work_by"), work_by);
        printf("  %s: %s%s", js_text(one, "th"), due,
               js_bool(one, "overdue") ? "  !! เกินกำหนด OVERDUE" : "");
        if (*js_text(one, "silent_until"))
            printf(" (งดเตือนถึง/silent until %s)", js_text(one, "silent_until"));
        printf("%s", js_bool(one, "met") ? "  ✓" : "");
        if (!js_bool(one, "met") && strcmp(due, work_by) != 0 && *js_text(one, "work_by"))
            printf("; work by %s", work_by);
        puts(js_bool(one, "provisional") ? " (provisional)" : "");
    }
}

static bool is_overdue(const json_t *json)
{
    const json_t *list = json_object_get(json, "deadlines"), *one;
    size_t i;

    json_array_foreach(list, i, one) if (js_bool(one, "overdue")) return true;
    return false;
}

void show_pending(FILE *to, const CaseFile *f, const json_t *json)
{
    const json_t *pending = json_object_get(json, "pending");

    if (!json_is_object(pending))
        return;
    fprintf(to, "เสนอโดย/proposed by %s, %s: ", js_text(pending, "maker"), js_text(pending, "day"));
    show_step_words(to, f->def, js_str(pending, "kind"), js_str(pending, "id"));
    fputc('\n', to);
    put_event_pieces(to, f, (uint32_t)js_int(pending, "event"));
}

static void put_head(const CaseFile *f, const json_t *json)
{
    const State *state = &f->def->states[f->c.state];
    const Unit *unit = office_unit(f->office, name_str(&f->c.unit));
    char received[DAY_TEXT];

    if (is_overdue(json))
        puts("!! OVERDUE / เกินกำหนด");
    iso_text(js_text(json, "received"), received);
    printf("%s  %.*s", f->number.s, (int)f->def->title.th.len, f->def->title.th.ptr);
    if (*js_text(json, "register_no"))
        printf("  ทะเบียนที่ %s", js_text(json, "register_no"));
    printf("\nstate / สถานะ: %.*s (%.*s)\nreceived / รับเมื่อ: %s\n", (int)state->staff.th.len,
           state->staff.th.ptr, (int)state->id.len, state->id.ptr, received);
    if (unit)
        printf("unit / หน่วยงาน: %.*s\n", (int)unit->label.th.len, unit->label.th.ptr);
    if (*js_text(json, "assignee"))
        printf("assignee / ผู้รับผิดชอบ: %s\n", js_text(json, "assignee"));
    for (uint8_t i = 0; i < f->c.n_open; i++) {
        Label label;
        const OpenValue *v = &f->c.open[i];
        if (v->choice.s[0] &&
            casefile_value(f, v->field, SUB_VALUE, name_str(&v->choice), &label) == 0)
            printf("%.*s: %.*s\n", (int)f->def->fields[v->field].label.th.len,
                   f->def->fields[v->field].label.th.ptr, (int)label.th.len, label.th.ptr);
    }
}

void show_identity(const CaseFile *f, const Piece *p)
{
    if (!p->opened.n_fields)
        puts("  ผู้แจ้งไม่ได้ให้ข้อมูลที่ระบุตัว / the informant gave nothing that identifies them");
    put_fields(stdout, f, &p->opened);
}

void show_case(const CaseFile *f, const json_t *json)
{
    put_head(f, json);
    put_deadlines(json);
    put_events(f, json);
    show_pending(stdout, f, json);
    show_open_steps(stdout, f, json);
}

/* ---- for machines ---- */
static json_t *text_json(Str s)
{
    return json_stringn(s.ptr ? s.ptr : "", s.len);
}

json_t *show_fields_json(const OpenedPart *part)
{
    static const char *const subs[] = {"", "_other", "_unit", "_unknown"};
    json_t *list = json_array();

    for (size_t i = 0; i < part->n_fields; i++) {
        const OpenedField *o = &part->fields[i];
        char id[DEF_NAME_MAX + 16];
        snprintf(id, sizeof(id), "%.*s%s", (int)o->id.len, o->id.ptr,
                 subs[o->sub <= SUB_UNKNOWN ? o->sub : SUB_VALUE]);
        json_array_append_new(list,
                              json_pack("{s:s, s:o}", "id", id, "value", text_json(o->value)));
    }
    return list;
}

static json_t *piece_json(const Piece *p, const json_t *json)
{
    json_t *o =
        json_pack("{s:I, s:I, s:s, s:s}", "no", (json_int_t)p->no, "event", (json_int_t)p->event,
                  "by", event_text(json, p->event, "by"), "day", event_text(json, p->event, "day"));

    if (p->opened.th.ptr)
        json_object_set_new(o, "th", text_json(p->opened.th));
    if (p->opened.en.ptr)
        json_object_set_new(o, "en", text_json(p->opened.en));
    if (p->opened.n_fields && p->sealed.kind != PART_FILE)
        json_object_set_new(o, "fields", show_fields_json(&p->opened));
    if (p->sealed.kind == PART_FILE) {
        json_object_set_new(o, "field", text_json(p->opened.fields[0].id));
        json_object_set_new(o, "name", text_json(p->opened.file_name));
        json_object_set_new(o, "type", text_json(p->opened.file_type));
        json_object_set_new(o, "size", json_integer((json_int_t)p->opened.file_size));
    }
    return o;
}

static const struct {
    uint8_t kind;
    const char *list;
} lists[] = {{PART_FORM, "forms"}, {PART_IDENTITY, "identity"}, {PART_MESSAGE, "messages"},
             {PART_NOTE, "notes"}, {PART_REPLY, "replies"},     {PART_FILE, "files"},
             {PART_LINK, "links"}};

/* Every field's newest value, by id. */
static json_t *newest_fields(const CaseFile *f)
{
    json_t *o = json_object();

    for (uint8_t i = 0; i < f->def->n_fields; i++) {
        const OpenedField *field = casefile_field(f, f->def->fields[i].id);
        if (field)
            json_object_setn_new(o, field->id.ptr, field->id.len, text_json(field->value));
    }
    return o;
}

json_t *show_case_json(const CaseFile *f, const json_t *json)
{
    static const char *const sealed[] = {"seals", "content", "keys", "code_box"};
    json_t *out = json_deep_copy(json);

    for (size_t i = 0; i < sizeof(sealed) / sizeof(sealed[0]); i++)
        json_object_del(out, sealed[i]);
    json_object_set_new(out, "fields", newest_fields(f));
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        json_t *list = json_array();
        for (size_t k = 0; k < f->n_pieces; k++)
            if (f->pieces[k].sealed.kind == lists[i].kind && f->pieces[k].is_open)
                json_array_append_new(list, piece_json(&f->pieces[k], json));
        json_object_set_new(out, lists[i].list, list);
    }
    return out;
}
