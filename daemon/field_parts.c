/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/field_parts.h"

#include "base/text.h"
#include "daemon/server.h"

Buf *fields_out(const FieldsView *v)
{
    return &v->q->reply.body;
}

const Field *fields_field(const FieldsView *v, uint8_t field)
{
    return &v->def->fields[field];
}

Str fields_label(const FieldsView *v, const Label *l)
{
    return label_of(v->q, l);
}

/* ---- what was typed ---- */

Str fields_typed(const FieldsView *v, uint8_t field, uint8_t sub)
{
    for (size_t i = 0; v->filled && i < v->filled->form.n_items; i++) {
        const FormItem *item = &v->filled->form.items[i];
        if (item->field == field && item->sub == sub)
            return item->value;
    }
    return STR("");
}

bool fields_is_typed(const FieldsView *v, uint8_t field, uint8_t sub, Str value)
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

void fields_put_id(const FieldsView *v, Str id, const char *suffix)
{
    buf_adds(fields_out(v), v->prefix);
    buf_add_str(fields_out(v), id);
    buf_adds(fields_out(v), suffix);
}

void fields_put_attr(const FieldsView *v, const char *name, Str value)
{
    buf_addf(fields_out(v), " %s=\"", name);
    html_text(v->q, value);
    buf_adds(fields_out(v), "\"");
}

void fields_put_required(const FieldsView *v, bool required)
{
    if (!required)
        return;
    buf_adds(fields_out(v), " <span class=\"req\">(");
    html_word(v->q, WORD_REQUIRED);
    buf_adds(fields_out(v), ")</span>");
}

/* aria-describedby for what stands under the label. */
void fields_put_described_group(const FieldsView *v, const Field *f, const char *fault)
{
    bool help = f->help.th.len || f->type == FIELD_FILES;

    if (!help && !fault)
        return;
    buf_adds(fields_out(v), " aria-describedby=\"");
    if (help)
        fields_put_id(v, f->id, "-help");
    if (help && fault)
        buf_adds(fields_out(v), " ");
    if (fault)
        fields_put_id(v, f->id, "-fault");
    buf_adds(fields_out(v), "\"");
}

void fields_put_described(const FieldsView *v, const Field *f, const char *fault)
{
    fields_put_described_group(v, f, fault);
    if (fault)
        buf_adds(fields_out(v), " aria-invalid=\"true\"");
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
        buf_adds(fields_out(v), before);
        buf_adds(fields_out(v), rows[i].word);
        before = ", ";
    }
    if (f->accepts)
        buf_adds(fields_out(v), ". ");
}

void fields_put_help(const FieldsView *v, const Field *f, const char *fault)
{
    if (f->help.th.len || f->type == FIELD_FILES) {
        buf_adds(fields_out(v), "<p class=\"help\" id=\"");
        fields_put_id(v, f->id, "-help");
        buf_adds(fields_out(v), "\">");
        text_put_html(fields_out(v), fields_label(v, &f->help));
        if (f->type == FIELD_FILES) {
            put_accepts(v, f);
            buf_adds(fields_out(v), f->help.th.len || f->accepts ? "<br>" : "");
            html_word(v->q, WORD_FILES_LIMIT);
        }
        buf_adds(fields_out(v), "</p>\n");
    }
    if (!fault)
        return;
    buf_adds(fields_out(v), "<p class=\"fault\" id=\"");
    fields_put_id(v, f->id, "-fault");
    buf_adds(fields_out(v), "\"><span class=\"hidden\">");
    html_word(v->q, WORD_ERROR_WORD);
    buf_adds(fields_out(v), " </span>");
    buf_adds(fields_out(v), fault);
    buf_adds(fields_out(v), "</p>\n");
}

void fields_put_label(const FieldsView *v, const Field *f, bool required)
{
    buf_adds(fields_out(v), "<label for=\"");
    fields_put_id(v, f->id, "");
    buf_adds(fields_out(v), "\">");
    text_put_html(fields_out(v), fields_label(v, &f->label));
    fields_put_required(v, required);
    buf_adds(fields_out(v), "</label>\n");
}
