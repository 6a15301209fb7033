/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/field_parts.h"

#include "base/text.h"
#include "daemon/server.h"

enum { RADIOS_MAX = 5, PEOPLE_OPEN_MAX = 8 };

/* ---- one control ---- */

static void put_opening(const FieldsView *v, const Field *f, const char *tag, bool required)
{
    buf_addf(fields_out(v), "<%s id=\"", tag);
    fields_put_id(v, f->id, "");
    buf_adds(fields_out(v), "\"");
    fields_put_attr(v, "name", f->id);
    if (required)
        buf_adds(fields_out(v), " required");
}

static const char *kind_of_input(const Field *f)
{
    switch ((FieldType)f->type) {
    case FIELD_DATE:
        return " type=\"date\"";
    case FIELD_NUMBER:
        return " type=\"text\" inputmode=\"numeric\"";
    case FIELD_FILES:
        return " type=\"file\" multiple";
    case FIELD_TEXT:
    case FIELD_LONG_TEXT:
    case FIELD_CHOICE:
    case FIELD_YES_NO:
    case FIELD_STAFF:
    case FIELD_UNIT:
    case FIELD_CASE:
    case FIELD_CHECKLIST:
    case FIELD_NOTICE:
    case FIELD_TYPES:
        break;
    }
    return " type=\"text\"";
}

static void put_accept_attr(const FieldsView *v, const Field *f)
{
    static const struct {
        uint32_t kind;
        const char *accept;
    } rows[] = {{FILE_JPEG, "image/jpeg"}, {FILE_PNG, "image/png"}, {FILE_PDF, "application/pdf"},
                {FILE_WEBP, "image/webp"}, {FILE_MP4, "video/mp4"}, {FILE_MP3, "audio/mpeg"},
                {FILE_DOCX, ".docx"}};
    const char *before = " accept=\"";

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (!(f->accepts & rows[i].kind))
            continue;
        buf_adds(fields_out(v), before);
        buf_adds(fields_out(v), rows[i].accept);
        before = ",";
    }
    if (f->accepts)
        buf_adds(fields_out(v), "\"");
}

static void put_input(const FieldsView *v, uint8_t field, bool required)
{
    const Field *f = fields_field(v, field);
    const char *fault = field_fault(v, field);

    fields_put_label(v, f, required);
    fields_put_help(v, f, fault);
    put_opening(v, f, "input", required);
    buf_adds(fields_out(v), kind_of_input(f));
    if (f->type == FIELD_FILES)
        put_accept_attr(v, f);
    else
        fields_put_attr(v, "value", fields_typed(v, field, SUB_VALUE));
    if (f->type == FIELD_TEXT && f->max_chars)
        buf_addf(fields_out(v), " maxlength=\"%u\"", f->max_chars);
    buf_adds(fields_out(v), " autocomplete=\"off\"");
    fields_put_described(v, f, fault);
    buf_adds(fields_out(v), ">\n");
}

static void put_textarea(const FieldsView *v, uint8_t field, bool required)
{
    const Field *f = fields_field(v, field);
    const char *fault = field_fault(v, field);

    fields_put_label(v, f, required);
    fields_put_help(v, f, fault);
    put_opening(v, f, "textarea", required);
    buf_addf(fields_out(v), " rows=\"%d\"", f->max_chars > 5000 ? 9 : 4);
    if (f->max_chars)
        buf_addf(fields_out(v), " maxlength=\"%u\"", f->max_chars);
    buf_adds(fields_out(v), " autocomplete=\"off\"");
    fields_put_described(v, f, fault);
    /* The first line end after the tag is not part of the text. */
    buf_adds(fields_out(v), ">\n");
    html_text(v->q, fields_typed(v, field, SUB_VALUE));
    buf_adds(fields_out(v), "</textarea>\n");
}

static void put_option(const FieldsView *v, Str value, Str text, bool chosen)
{
    buf_adds(fields_out(v), "<option");
    fields_put_attr(v, "value", value);
    buf_adds(fields_out(v), chosen ? " selected>" : ">");
    html_text(v->q, text);
    buf_adds(fields_out(v), "</option>\n");
}

static void put_empty_option(const FieldsView *v)
{
    put_option(v, STR(""), word_str(v->q, WORD_CHOOSE), false);
}

static void put_units(const FieldsView *v, uint8_t field, uint8_t sub)
{
    const Office *o = desk_office(v->q->server->desk);

    put_empty_option(v);
    for (size_t i = 0; i < o->n_units; i++)
        put_option(v, o->units[i].id, fields_label(v, &o->units[i].label),
                   fields_is_typed(v, field, sub, o->units[i].id));
}

static void put_select(const FieldsView *v, uint8_t field, bool required)
{
    const Field *f = fields_field(v, field);
    const char *fault = field_fault(v, field);

    fields_put_label(v, f, required);
    fields_put_help(v, f, fault);
    put_opening(v, f, "select", required);
    fields_put_described(v, f, fault);
    buf_adds(fields_out(v), ">\n");
    if (f->type == FIELD_UNIT) {
        put_units(v, field, SUB_VALUE);
    } else {
        put_empty_option(v);
        for (uint8_t i = 0; i < f->n_choices; i++)
            put_option(v, f->choices[i].id, fields_label(v, &f->choices[i].label),
                       fields_is_typed(v, field, SUB_VALUE, f->choices[i].id));
    }
    buf_adds(fields_out(v), "</select>\n");
}

/* ---- groups of controls ---- */

static void open_group(const FieldsView *v, const Field *f, const char *fault, bool required)
{
    buf_adds(fields_out(v), "<fieldset id=\"");
    fields_put_id(v, f->id, "");
    buf_adds(fields_out(v), "\" tabindex=\"-1\"");
    fields_put_described_group(v, f, fault);
    buf_adds(fields_out(v), "><legend>");
    text_put_html(fields_out(v), fields_label(v, &f->label));
    fields_put_required(v, required);
    buf_adds(fields_out(v), "</legend>\n");
    fields_put_help(v, f, fault);
}

static void put_tick(const FieldsView *v, const char *type, Str name, Str value, Str text,
                     bool checked, bool required)
{
    buf_addf(fields_out(v), "<label class=\"tick\"><input type=\"%s\"", type);
    fields_put_attr(v, "name", name);
    fields_put_attr(v, "value", value);
    buf_adds(fields_out(v), checked ? " checked" : "");
    buf_adds(fields_out(v), required ? " required" : "");
    buf_adds(fields_out(v), "> <span>");
    html_text(v->q, text);
    buf_adds(fields_out(v), "</span></label>\n");
}

static Str choice_text(const FieldsView *v, const Field *f, uint8_t i)
{
    if (f->type == FIELD_YES_NO && !f->choices[i].label.th.len)
        return word_str(v->q, i ? WORD_NO : WORD_YES);
    return fields_label(v, &f->choices[i].label);
}

static void put_ticks(const FieldsView *v, uint8_t field, bool required)
{
    const Field *f = fields_field(v, field);
    bool several = f->many || f->type == FIELD_CHECKLIST;
    bool any = fields_typed(v, field, SUB_VALUE).len;

    open_group(v, f, field_fault(v, field), required);
    buf_addf(fields_out(v), "<div class=\"ticks%s\">\n", f->type == FIELD_YES_NO ? " row" : "");
    for (uint8_t i = 0; i < f->n_choices; i++)
        put_tick(v, several ? "checkbox" : "radio", f->id, f->choices[i].id, choice_text(v, f, i),
                 fields_is_typed(v, field, SUB_VALUE, f->choices[i].id), required && !several);
    if (!required && !several)
        put_tick(v, "radio", f->id, STR(""), word_str(v->q, WORD_NO_ANSWER), !any, false);
    buf_adds(fields_out(v), "</div></fieldset>\n");
}

static void put_people(const FieldsView *v, uint8_t field)
{
    const Directory *d = desk_directory(v->q->server->desk);
    const Field *f = fields_field(v, field);
    size_t n = 0;

    for (size_t i = 0; i < d->n_people; i++)
        n += d->people[i].shown;
    if (!n)
        return;
    bool chosen = fields_typed(v, field, SUB_VALUE).len;
    buf_addf(fields_out(v), "<details%s><summary>", chosen || n <= PEOPLE_OPEN_MAX ? " open" : "");
    html_word(v->q, WORD_STAFF_LIST);
    buf_adds(fields_out(v), "</summary>\n<div class=\"ticks\">\n");
    for (size_t i = 0; i < d->n_people; i++) {
        const Person *p = &d->people[i];
        if (p->shown)
            put_tick(v, f->many ? "checkbox" : "radio", f->id, name_str(&p->name),
                     fields_label(v, &p->label),
                     fields_is_typed(v, field, SUB_VALUE, name_str(&p->name)), false);
    }
    buf_adds(fields_out(v), "</div></details>\n");
}

static void put_sub_label(const FieldsView *v, const Field *f, const char *suffix, Word word)
{
    buf_adds(fields_out(v), "<label for=\"");
    fields_put_id(v, f->id, suffix);
    buf_adds(fields_out(v), "\">");
    html_word(v->q, word);
    buf_adds(fields_out(v), "</label>\n");
}

static void put_sub_opening(const FieldsView *v, const Field *f, const char *tag,
                            const char *suffix)
{
    buf_addf(fields_out(v), "<%s id=\"", tag);
    fields_put_id(v, f->id, suffix);
    buf_adds(fields_out(v), "\" name=\"");
    buf_add_str(fields_out(v), f->id);
    buf_addf(fields_out(v), "%s\"", suffix);
}

static void put_staff(const FieldsView *v, uint8_t field, bool required)
{
    const Field *f = fields_field(v, field);

    open_group(v, f, field_fault(v, field), required);
    put_people(v, field);
    if (f->other) {
        put_sub_label(v, f, "_other", WORD_STAFF_OTHER);
        put_sub_opening(v, f, "input", "_other");
        buf_addf(fields_out(v), " type=\"text\" maxlength=\"%d\" autocomplete=\"off\"",
                 FORM_WORDS_MAX);
        fields_put_attr(v, "value", fields_typed(v, field, SUB_OTHER));
        buf_adds(fields_out(v), ">\n");
    }
    if (f->unit) {
        put_sub_label(v, f, "_unit", WORD_STAFF_UNIT);
        put_sub_opening(v, f, "select", "_unit");
        buf_adds(fields_out(v), ">\n");
        put_units(v, field, SUB_UNIT);
        buf_adds(fields_out(v), "</select>\n");
    }
    if (f->unknown) {
        buf_adds(fields_out(v), "<label class=\"tick\"><input type=\"checkbox\" name=\"");
        buf_add_str(fields_out(v), f->id);
        buf_addf(fields_out(v), "_unknown\" value=\"1\"%s> <span>",
                 fields_is_typed(v, field, SUB_UNKNOWN, STR("1")) ? " checked" : "");
        html_word(v->q, WORD_STAFF_UNKNOWN);
        buf_adds(fields_out(v), "</span></label>\n");
    }
    buf_adds(fields_out(v), "</fieldset>\n");
}

/* The office's text with its own facts in it. */
void notice_text_put(const FieldsView *v, const Notice *n)
{
    const Office *o = desk_office(v->q->server->desk);
    Str rest = fields_label(v, &n->text);
    char years[16];
    BUF_AUTO Buf number = {0};

    buf_init(&number, sizeof(years));
    buf_addf(&number, "%u", o->retention_years);
    const struct {
        const char *name;
        Str value;
    } rows[] = {{"org", fields_label(v, &o->org)},
                {"retention", buf_str(&number)},
                {"dpo_contact", fields_label(v, &o->dpo_contact)}};
    while (rest.len) {
        Str before = str_cut(&rest, '{');
        text_put_html_lines(fields_out(v), before);
        if (!rest.ptr)
            break;
        Str name = str_cut(&rest, '}');
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            if (str_is(name, rows[i].name))
                text_put_html(fields_out(v), rows[i].value);
        }
    }
}

void notice_details_put(const FieldsView *v, const Notice *n)
{
    buf_adds(fields_out(v), "<details class=\"notice\"><summary>");
    html_word(v->q, WORD_NOTICE_READ);
    buf_adds(fields_out(v), "</summary><p>");
    notice_text_put(v, n);
    buf_adds(fields_out(v), "</p><p class=\"quiet\">");
    html_word_with(v->q, WORD_NOTICE_VERSION, n->version);
    buf_adds(fields_out(v), "</p></details>\n");
}

static void put_notice(const FieldsView *v, uint8_t field, bool required)
{
    const Field *f = fields_field(v, field);
    const Notice *n = office_notice(desk_office(v->q->server->desk), f->notice);
    const char *fault = field_fault(v, field);
    Str version = n ? n->version : STR("1");

    if (n)
        notice_details_put(v, n);
    fields_put_help(v, f, fault);
    buf_adds(fields_out(v), "<label class=\"tick\"><input type=\"checkbox\" id=\"");
    fields_put_id(v, f->id, "");
    buf_adds(fields_out(v), "\"");
    fields_put_attr(v, "name", f->id);
    fields_put_attr(v, "value", version);
    buf_adds(fields_out(v), required ? " required" : "");
    buf_adds(fields_out(v), fields_typed(v, field, SUB_VALUE).len ? " checked" : "");
    fields_put_described(v, f, fault);
    buf_adds(fields_out(v), "> <span>");
    text_put_html(fields_out(v), fields_label(v, &f->label));
    fields_put_required(v, required);
    buf_adds(fields_out(v), "</span></label>\n");
}

typedef void (*PutField)(const FieldsView *v, uint8_t field, bool required);

static PutField control_of(const Field *f)
{
    switch ((FieldType)f->type) {
    case FIELD_LONG_TEXT:
        return put_textarea;
    case FIELD_CHOICE:
        return f->many || f->n_choices <= RADIOS_MAX ? put_ticks : put_select;
    case FIELD_YES_NO:
    case FIELD_CHECKLIST:
        return put_ticks;
    case FIELD_STAFF:
        return put_staff;
    case FIELD_UNIT:
        return put_select;
    case FIELD_NOTICE:
        return put_notice;
    case FIELD_TEXT:
    case FIELD_NUMBER:
    case FIELD_DATE:
    case FIELD_FILES:
    case FIELD_CASE:
    case FIELD_TYPES:
        break;
    }
    return put_input;
}

void field_put(const FieldsView *v, uint8_t field, bool required)
{
    buf_addf(fields_out(v), "<div class=\"field%s\">\n", field_fault(v, field) ? " faulty" : "");
    control_of(fields_field(v, field))(v, field, required);
    buf_adds(fields_out(v), "</div>\n");
}
