/* SPDX-License-Identifier: Apache-2.0 */
/* What a form has around its fields: the choice of how a name may be used, and the list of faults. */
#include "daemon/fields.h"

#include "base/text.h"

static Buf *out(const FieldsView *v)
{
    return &v->q->reply.body;
}

void identity_modes_put(const FieldsView *v)
{
    static const struct {
        uint8_t bit;
        const char *value;
        Word word, text, sealed;
    } rows[] = {
        {IDENTITY_OPEN, "open", WORD_MODE_OPEN, WORD_MODE_OPEN_TEXT, WORD_MODE_OPEN_SEALED},
        {IDENTITY_CONFIDENTIAL, "confidential", WORD_MODE_CONFIDENTIAL,
         WORD_MODE_CONFIDENTIAL_TEXT, WORD_MODE_CONFIDENTIAL_SEALED},
        {IDENTITY_ANONYMOUS, "anonymous", WORD_MODE_ANONYMOUS, WORD_MODE_ANONYMOUS_TEXT,
         WORD_MODE_ANONYMOUS_TEXT},
    };
    const Intake *intake = &v->def->intake;
    const char *fault = field_fault(v, DEF_NONE);
    Str chosen = v->filled ? v->filled->form.identity_mode : STR("");

    buf_addf(out(v),
             "<div class=\"field%s\"><fieldset id=\"identity_mode\" tabindex=\"-1\"%s><legend>",
             fault ? " faulty" : "", fault ? " aria-describedby=\"identity_mode-fault\"" : "");
    html_word(v->q, WORD_MODE_ASK);
    buf_adds(out(v), "</legend>\n");
    if (fault)
        buf_addf(out(v), "<p class=\"fault\" id=\"identity_mode-fault\">%s</p>\n", fault);
    buf_adds(out(v), "<div class=\"modes\">\n");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (!(intake->modes & rows[i].bit))
            continue;
        bool on = chosen.len ? str_is(chosen, rows[i].value)
                             : intake->default_mode == rows[i].bit;
        buf_addf(out(v),
                 "<label class=\"mode\"><input type=\"radio\" name=\"identity_mode\" "
                 "id=\"mode-%s\" value=\"%s\"%s> <span><strong>",
                 rows[i].value, rows[i].value, on ? " checked" : "");
        html_word(v->q, rows[i].word);
        buf_adds(out(v), "</strong><span class=\"help\">");
        html_word(v->q, v->def->access.custodians ? rows[i].sealed : rows[i].text);
        buf_adds(out(v), "</span></span></label>\n");
    }
    buf_adds(out(v), "</div></fieldset></div>\n");
}

static void link_put(const FieldsView *v, const Field *f)
{
    buf_adds(out(v), v->prefix);
    buf_add_str(out(v), f->id);
}

void files_again_put(Request *q)
{
    buf_adds(&q->reply.body, "<div class=\"said\" role=\"status\">");
    html_p(q, NULL, WORD_FILES_AGAIN);
    buf_adds(&q->reply.body, "</div>\n");
}

void form_faults_put(const FieldsView *v)
{
    if (!v->filled)
        return;
    if (!v->filled->n_faults) {
        if (v->filled->lost_files)
            files_again_put(v->q);
        return;
    }
    buf_adds(out(v), "<div class=\"summary\" role=\"alert\" tabindex=\"-1\"><h2>");
    html_word(v->q, WORD_FAULTS_TITLE);
    buf_adds(out(v), "</h2>\n");
    html_p(v->q, NULL, WORD_FAULTS_TEXT);
    buf_adds(out(v), "<ul>\n");
    for (size_t i = 0; i < v->filled->n_faults; i++) {
        uint8_t field = v->filled->faults[i].field;
        buf_adds(out(v), "<li><a href=\"#");
        if (field == DEF_NONE)
            buf_adds(out(v), "identity_mode");
        else
            link_put(v, &v->def->fields[field]);
        buf_adds(out(v), "\">");
        if (field == DEF_NONE)
            html_word(v->q, WORD_MODE_ASK);
        else
            text_put_html(out(v), label_of(v->q, &v->def->fields[field].label));
        buf_addf(out(v), "</a>: %s</li>\n", field_fault(v, field));
    }
    buf_adds(out(v), "</ul>\n");
    if (v->filled->lost_files)
        html_p(v->q, NULL, WORD_FILES_AGAIN);
    buf_adds(out(v), "</div>\n");
}

bool field_has_files(const Def *def, const FieldSet *set)
{
    for (uint8_t i = 0; i < def->n_fields; i++) {
        if (field_set_has(set, i) && def->fields[i].type == FIELD_FILES)
            return true;
    }
    return false;
}
