/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/fields.h"

#include "base/text.h"
#include "daemon/server.h"

enum { RADIOS_MAX = 5, PEOPLE_OPEN_MAX = 8 };

static Buf *out(const FieldsView *v)
{
    return &v->q->reply.body;
}

static const Field *field_of(const FieldsView *v, uint8_t field)
{
    return &v->def->fields[field];
}

static Str label(const FieldsView *v, const Label *l)
{
    return label_of(v->q, l);
}

/* ---- what was typed ---- */

static Str typed(const FieldsView *v, uint8_t field, uint8_t sub)
{
    for (size_t i = 0; v->filled && i < v->filled->form.n_items; i++) {
        const FormItem *item = &v->filled->form.items[i];
        if (item->field == field && item->sub == sub)
            return item->value;
    }
    return STR("");
}

static bool is_typed(const FieldsView *v, uint8_t field, uint8_t sub, Str value)
{
    for (size_t i = 0; v->filled && i < v->filled->form.n_items; i++) {
        const FormItem *item = &v->filled->form.items[i];
        if (item->field == field && item->sub == sub && str_eq(str_trim(item->value), value))
            return true;
    }
    return false;
}

const char *field_fault(const FieldsView *v, uint8_t field)
{
    for (size_t i = 0; v->filled && i < v->filled->n_faults; i++) {
        if (v->filled->faults[i].field == field)
            return fault_in(v->filled->faults[i].code, (Lang)v->q->lang);
    }
    return NULL;
}

/* ---- pieces ---- */

static void put_id(const FieldsView *v, Str id, const char *suffix)
{
    buf_adds(out(v), v->prefix);
    buf_add_str(out(v), id);
    buf_adds(out(v), suffix);
}

static void put_attr(const FieldsView *v, const char *name, Str value)
{
    buf_addf(out(v), " %s=\"", name);
    html_text(v->q, value);
    buf_adds(out(v), "\"");
}

static void put_required_mark(const FieldsView *v, bool required)
{
    if (!required)
        return;
    buf_adds(out(v), " <span class=\"req\">(");
    html_word(v->q, WORD_REQUIRED);
    buf_adds(out(v), ")</span>");
}

/* aria-describedby for what stands under the label. */
static void put_described(const FieldsView *v, const Field *f, const char *fault)
{
    bool help = f->help.th.len || f->type == FIELD_FILES;

    if (!help && !fault)
        return;
    buf_adds(out(v), " aria-describedby=\"");
    if (help)
        put_id(v, f->id, "-help");
    if (help && fault)
        buf_adds(out(v), " ");
    if (fault)
        put_id(v, f->id, "-fault");
    buf_adds(out(v), "\"");
    if (fault)
        buf_adds(out(v), " aria-invalid=\"true\"");
}

static void put_accepts(const FieldsView *v, const Field *f)
{
    static const struct {
        uint32_t kind;
        const char *word;
    } rows[] = {{FILE_JPEG, "JPG"}, {FILE_PNG, "PNG"}, {FILE_PDF, "PDF"},  {FILE_WEBP, "WEBP"},
                {FILE_MP4, "MP4"},  {FILE_MP3, "MP3"}, {FILE_DOCX, "DOCX"}};
    const char *before = " ";

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (!(f->accepts & rows[i].kind))
            continue;
        buf_adds(out(v), before);
        buf_adds(out(v), rows[i].word);
        before = ", ";
    }
    if (f->accepts)
        buf_adds(out(v), ". ");
}

static void put_help(const FieldsView *v, const Field *f, const char *fault)
{
    if (f->help.th.len || f->type == FIELD_FILES) {
        buf_adds(out(v), "<p class=\"help\" id=\"");
        put_id(v, f->id, "-help");
        buf_adds(out(v), "\">");
        text_put_html(out(v), label(v, &f->help));
        if (f->type == FIELD_FILES) {
            put_accepts(v, f);
            buf_adds(out(v), " ");
            html_word(v->q, WORD_FILES_LIMIT);
        }
        buf_adds(out(v), "</p>\n");
    }
    if (!fault)
        return;
    buf_adds(out(v), "<p class=\"fault\" id=\"");
    put_id(v, f->id, "-fault");
    buf_adds(out(v), "\"><span class=\"hidden\">");
    html_word(v->q, WORD_ERROR_WORD);
    buf_adds(out(v), " </span>");
    buf_adds(out(v), fault);
    buf_adds(out(v), "</p>\n");
}

static void put_label(const FieldsView *v, const Field *f, bool required)
{
    buf_adds(out(v), "<label for=\"");
    put_id(v, f->id, "");
    buf_adds(out(v), "\">");
    text_put_html(out(v), label(v, &f->label));
    put_required_mark(v, required);
    buf_adds(out(v), "</label>\n");
}

/* ---- one control ---- */

static void put_opening(const FieldsView *v, const Field *f, const char *tag, bool required)
{
    buf_addf(out(v), "<%s id=\"", tag);
    put_id(v, f->id, "");
    buf_adds(out(v), "\"");
    put_attr(v, "name", f->id);
    if (required)
        buf_adds(out(v), " required");
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
        buf_adds(out(v), before);
        buf_adds(out(v), rows[i].accept);
        before = ",";
    }
    if (f->accepts)
        buf_adds(out(v), "\"");
}

static void put_input(const FieldsView *v, uint8_t field, bool required)
{
    const Field *f = field_of(v, field);
    const char *fault = field_fault(v, field);

    put_label(v, f, required);
    put_help(v, f, fault);
    put_opening(v, f, "input", required);
    buf_adds(out(v), kind_of_input(f));
    if (f->type == FIELD_FILES)
        put_accept_attr(v, f);
    else
        put_attr(v, "value", typed(v, field, SUB_VALUE));
    if (f->type == FIELD_TEXT && f->max_chars)
        buf_addf(out(v), " maxlength=\"%u\"", f->max_chars);
    buf_adds(out(v), " autocomplete=\"off\"");
    put_described(v, f, fault);
    buf_adds(out(v), ">\n");
}

static void put_textarea(const FieldsView *v, uint8_t field, bool required)
{
    const Field *f = field_of(v, field);
    const char *fault = field_fault(v, field);

    put_label(v, f, required);
    put_help(v, f, fault);
    put_opening(v, f, "textarea", required);
    buf_addf(out(v), " rows=\"%d\"", f->max_chars > 5000 ? 9 : 4);
    if (f->max_chars)
        buf_addf(out(v), " maxlength=\"%u\"", f->max_chars);
    buf_adds(out(v), " autocomplete=\"off\"");
    put_described(v, f, fault);
    /* The first line end after the tag is not part of the text. */
    buf_adds(out(v), ">\n");
    html_text(v->q, typed(v, field, SUB_VALUE));
    buf_adds(out(v), "</textarea>\n");
}

static void put_option(const FieldsView *v, Str value, Str text, bool chosen)
{
    buf_adds(out(v), "<option");
    put_attr(v, "value", value);
    buf_adds(out(v), chosen ? " selected>" : ">");
    html_text(v->q, text);
    buf_adds(out(v), "</option>\n");
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
        put_option(v, o->units[i].id, label(v, &o->units[i].label),
                   is_typed(v, field, sub, o->units[i].id));
}

static void put_select(const FieldsView *v, uint8_t field, bool required)
{
    const Field *f = field_of(v, field);
    const char *fault = field_fault(v, field);

    put_label(v, f, required);
    put_help(v, f, fault);
    put_opening(v, f, "select", required);
    put_described(v, f, fault);
    buf_adds(out(v), ">\n");
    if (f->type == FIELD_UNIT) {
        put_units(v, field, SUB_VALUE);
    } else {
        put_empty_option(v);
        for (uint8_t i = 0; i < f->n_choices; i++)
            put_option(v, f->choices[i].id, label(v, &f->choices[i].label),
                       is_typed(v, field, SUB_VALUE, f->choices[i].id));
    }
    buf_adds(out(v), "</select>\n");
}

/* ---- groups of controls ---- */

static void open_group(const FieldsView *v, const Field *f, const char *fault, bool required)
{
    buf_adds(out(v), "<fieldset id=\"");
    put_id(v, f->id, "");
    buf_adds(out(v), "\" tabindex=\"-1\"");
    put_described(v, f, NULL);
    buf_adds(out(v), "><legend>");
    text_put_html(out(v), label(v, &f->label));
    put_required_mark(v, required);
    buf_adds(out(v), "</legend>\n");
    put_help(v, f, fault);
}

static void put_tick(const FieldsView *v, const char *type, Str name, Str value, Str text,
                     bool checked, bool required)
{
    buf_addf(out(v), "<label class=\"tick\"><input type=\"%s\"", type);
    put_attr(v, "name", name);
    put_attr(v, "value", value);
    buf_adds(out(v), checked ? " checked" : "");
    buf_adds(out(v), required ? " required" : "");
    buf_adds(out(v), "> <span>");
    html_text(v->q, text);
    buf_adds(out(v), "</span></label>\n");
}

static Str choice_text(const FieldsView *v, const Field *f, uint8_t i)
{
    if (f->type == FIELD_YES_NO && !f->choices[i].label.th.len)
        return word_str(v->q, i ? WORD_NO : WORD_YES);
    return label(v, &f->choices[i].label);
}

static void put_ticks(const FieldsView *v, uint8_t field, bool required)
{
    const Field *f = field_of(v, field);
    bool several = f->many || f->type == FIELD_CHECKLIST;
    bool any = typed(v, field, SUB_VALUE).len;

    open_group(v, f, field_fault(v, field), required);
    buf_addf(out(v), "<div class=\"ticks%s\">\n", f->type == FIELD_YES_NO ? " row" : "");
    for (uint8_t i = 0; i < f->n_choices; i++)
        put_tick(v, several ? "checkbox" : "radio", f->id, f->choices[i].id, choice_text(v, f, i),
                 is_typed(v, field, SUB_VALUE, f->choices[i].id), required && !several);
    if (!required && !several)
        put_tick(v, "radio", f->id, STR(""), word_str(v->q, WORD_NO_ANSWER), !any, false);
    buf_adds(out(v), "</div></fieldset>\n");
}

static void put_people(const FieldsView *v, uint8_t field)
{
    const Directory *d = desk_directory(v->q->server->desk);
    const Field *f = field_of(v, field);
    size_t n = 0;

    for (size_t i = 0; i < d->n_people; i++)
        n += d->people[i].shown;
    if (!n)
        return;
    bool chosen = typed(v, field, SUB_VALUE).len;
    buf_addf(out(v), "<details%s><summary>", chosen || n <= PEOPLE_OPEN_MAX ? " open" : "");
    html_word(v->q, WORD_STAFF_LIST);
    buf_adds(out(v), "</summary>\n<div class=\"ticks\">\n");
    for (size_t i = 0; i < d->n_people; i++) {
        const Person *p = &d->people[i];
        if (p->shown)
            put_tick(v, f->many ? "checkbox" : "radio", f->id, name_str(&p->name),
                     label(v, &p->label), is_typed(v, field, SUB_VALUE, name_str(&p->name)),
                     false);
    }
    buf_adds(out(v), "</div></details>\n");
}

static void put_sub_label(const FieldsView *v, const Field *f, const char *suffix, Word word)
{
    buf_adds(out(v), "<label for=\"");
    put_id(v, f->id, suffix);
    buf_adds(out(v), "\">");
    html_word(v->q, word);
    buf_adds(out(v), "</label>\n");
}

static void put_sub_opening(const FieldsView *v, const Field *f, const char *tag,
                            const char *suffix)
{
    buf_addf(out(v), "<%s id=\"", tag);
    put_id(v, f->id, suffix);
    buf_adds(out(v), "\" name=\"");
    buf_add_str(out(v), f->id);
    buf_addf(out(v), "%s\"", suffix);
}

static void put_staff(const FieldsView *v, uint8_t field, bool required)
{
    const Field *f = field_of(v, field);

    open_group(v, f, field_fault(v, field), required);
    put_people(v, field);
    if (f->other) {
        put_sub_label(v, f, "_other", WORD_STAFF_OTHER);
        put_sub_opening(v, f, "input", "_other");
        buf_addf(out(v), " type=\"text\" maxlength=\"%d\" autocomplete=\"off\"", FORM_WORDS_MAX);
        put_attr(v, "value", typed(v, field, SUB_OTHER));
        buf_adds(out(v), ">\n");
    }
    if (f->unit) {
        put_sub_label(v, f, "_unit", WORD_STAFF_UNIT);
        put_sub_opening(v, f, "select", "_unit");
        buf_adds(out(v), ">\n");
        put_units(v, field, SUB_UNIT);
        buf_adds(out(v), "</select>\n");
    }
    if (f->unknown) {
        buf_adds(out(v), "<label class=\"tick\"><input type=\"checkbox\" name=\"");
        buf_add_str(out(v), f->id);
        buf_addf(out(v), "_unknown\" value=\"1\"%s> <span>",
                 is_typed(v, field, SUB_UNKNOWN, STR("1")) ? " checked" : "");
        html_word(v->q, WORD_STAFF_UNKNOWN);
        buf_adds(out(v), "</span></label>\n");
    }
    buf_adds(out(v), "</fieldset>\n");
}

/* The office's text with its own facts in it. */
void notice_text_put(const FieldsView *v, const Notice *n)
{
    const Office *o = desk_office(v->q->server->desk);
    Str rest = label(v, &n->text);
    char years[16];
    BUF_AUTO Buf number;

    buf_init(&number, sizeof(years));
    buf_addf(&number, "%u", o->retention_years);
    const struct {
        const char *name;
        Str value;
    } rows[] = {{"org", label(v, &o->org)},
                {"retention", buf_str(&number)},
                {"dpo_contact", label(v, &o->dpo_contact)}};
    while (rest.len) {
        Str before = str_cut(&rest, '{');
        text_put_html_lines(out(v), before);
        if (!rest.ptr)
            break;
        Str name = str_cut(&rest, '}');
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            if (str_is(name, rows[i].name))
                text_put_html(out(v), rows[i].value);
        }
    }
}

void notice_details_put(const FieldsView *v, const Notice *n)
{
    buf_adds(out(v), "<details class=\"notice\"><summary>");
    html_word(v->q, WORD_NOTICE_READ);
    buf_adds(out(v), "</summary><p>");
    notice_text_put(v, n);
    buf_adds(out(v), "</p><p class=\"quiet\">");
    html_word_with(v->q, WORD_NOTICE_VERSION, n->version);
    buf_adds(out(v), "</p></details>\n");
}

static void put_notice(const FieldsView *v, uint8_t field, bool required)
{
    const Field *f = field_of(v, field);
    const Notice *n = office_notice(desk_office(v->q->server->desk), f->notice);
    const char *fault = field_fault(v, field);
    Str version = n ? n->version : STR("1");

    if (n)
        notice_details_put(v, n);
    put_help(v, f, fault);
    buf_adds(out(v), "<label class=\"tick\"><input type=\"checkbox\" id=\"");
    put_id(v, f->id, "");
    buf_adds(out(v), "\"");
    put_attr(v, "name", f->id);
    put_attr(v, "value", version);
    buf_adds(out(v), required ? " required" : "");
    buf_adds(out(v), typed(v, field, SUB_VALUE).len ? " checked" : "");
    put_described(v, f, fault);
    buf_adds(out(v), "> <span>");
    text_put_html(out(v), label(v, &f->label));
    put_required_mark(v, required);
    buf_adds(out(v), "</span></label>\n");
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
    buf_addf(out(v), "<div class=\"field%s\">\n", field_fault(v, field) ? " faulty" : "");
    control_of(field_of(v, field))(v, field, required);
    buf_adds(out(v), "</div>\n");
}
