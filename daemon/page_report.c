/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "daemon/channel.h"
#include "daemon/intake.h"
#include "daemon/photos.h"
#include "daemon/server.h"
#include "engine/vault/directory.h"

static Buf *out(Request *q)
{
    return &q->reply.body;
}

static void put_list(Request *q, Word title, const Word *lines, size_t n)
{
    buf_adds(out(q), "<h2>");
    html_word(q, title);
    buf_adds(out(q), "</h2>\n<ul>\n");
    for (size_t i = 0; i < n; i++) {
        buf_adds(out(q), "<li>");
        html_word(q, lines[i]);
        buf_adds(out(q), "</li>\n");
    }
    buf_adds(out(q), "</ul>\n");
}

/* What somebody should know before writing a word (and what the assessors look for). */
static void put_advice(Request *q)
{
    static const Word stay[] = {WORD_STAY_1, WORD_STAY_2, WORD_STAY_3, WORD_STAY_4};
    static const Word protection[] = {WORD_PROTECTION_1, WORD_PROTECTION_2, WORD_PROTECTION_3};

    buf_adds(out(q), "<section class=\"advice card\">\n");
    put_list(q, WORD_STAY_UNKNOWN, stay, sizeof(stay) / sizeof(stay[0]));
    buf_adds(out(q), "</section>\n<section class=\"card\">\n");
    put_list(q, WORD_PROTECTION, protection, sizeof(protection) / sizeof(protection[0]));
    buf_adds(out(q), "<h2>");
    html_word(q, WORD_WHO_MAY);
    buf_adds(out(q), "</h2>\n");
    html_p(q, NULL, WORD_WHO_MAY_TEXT);
    buf_adds(out(q), "<h2>");
    html_word(q, WORD_AUTHORITIES);
    buf_adds(out(q), "</h2>\n");
    html_p(q, NULL, WORD_AUTHORITIES_TEXT);
    html_authorities(q);
    buf_adds(out(q), "</section>\n");
}

void code_box_put(Request *q, const Code *code, const char *name)
{
    const DeskKeys *keys = desk_keys(q->server->desk);
    Hash mac = code_mac(&keys->mac, code, q->today);
    char text[CODE_TEXT_LEN + 1];

    code_print(code, text);
    buf_adds(out(q), "<section class=\"codebox\"><h2>");
    html_word(q, WORD_CODE_BEFORE);
    buf_addf(out(q), "</h2>\n<p class=\"code\" translate=\"no\">%s</p>\n", text);
    html_p(q, "help", WORD_CODE_BEFORE_TEXT);
    buf_addf(out(q), "<input type=\"hidden\" name=\"%s\" value=\"%s\">\n"
                     "<input type=\"hidden\" name=\"%s_mac\" value=\"",
             name, text, name);
    text_put_base64url(out(q), mac.b, sizeof(mac.b));
    buf_adds(out(q), "\">\n</section>\n");
    bytes_wipe(text, sizeof(text));
}

static bool is_about_you(const Field *f)
{
    return f->class == CLASS_IDENTITY;
}

static void put_section(Request *q, Word title)
{
    buf_adds(out(q), "<h2 class=\"section\">");
    html_word(q, title);
    buf_adds(out(q), "</h2>\n");
}

static void put_fields(const FieldsView *view, bool notices, bool about_you)
{
    const Def *def = view->def;
    uint8_t last_files = photos_after(def, &def->intake.asks);

    for (uint8_t i = 0; i < def->n_fields; i++) {
        const Field *f = &def->fields[i];
        if (!field_set_has(&def->intake.asks, i) || (f->type == FIELD_NOTICE) != notices ||
            is_about_you(f) != about_you)
            continue;
        field_put(view, i, field_set_has(&def->intake.required, i));
        if (i == last_files)
            photos_put(view->q, def, "", view->filled != NULL);
    }
}

static bool asks_about_you(const Def *def)
{
    for (uint8_t i = 0; i < def->n_fields; i++) {
        if (field_set_has(&def->intake.asks, i) && is_about_you(&def->fields[i]))
            return true;
    }
    return def->intake.modes != 0;
}

/* The notices of the office that the form does not ask to confirm. */
static void put_notices(Request *q, const FieldsView *view)
{
    const Office *o = desk_office(q->server->desk);
    const Notice *protection = office_notice(o, STR("protection"));
    const Notice *privacy = office_notice(o, STR("privacy"));

    if (view->def->protected && protection) {
        buf_adds(out(q), "<p class=\"said\">");
        notice_text_put(view, protection);
        buf_adds(out(q), "</p>\n");
    }
    for (uint8_t i = 0; i < view->def->n_fields; i++) {
        if (field_set_has(&view->def->intake.asks, i) &&
            view->def->fields[i].type == FIELD_NOTICE)
            return;
    }
    if (privacy)
        notice_details_put(view, privacy);
}

static void put_form(Request *q, const ReportView *v)
{
    const Def *def = v->def;
    FieldsView view = {.q = q, .def = def, .filled = v->filled, .prefix = ""};
    bool files = field_has_files(def, &def->intake.asks);

    buf_adds(out(q), "<form method=\"post\" action=\"/report/");
    text_put_html(out(q), def->id);
    buf_addf(out(q), "%s\" id=\"" HTML_AGAIN "\"%s autocomplete=\"off\">\n", html_lang_query(q),
             files ? " enctype=\"multipart/form-data\"" : "");
    put_section(q, WORD_SECTION_MATTER);
    put_fields(&view, false, false);
    if (asks_about_you(def)) {
        put_section(q, WORD_SECTION_YOU);
        identity_modes_put(&view);
        buf_adds(out(q), "<div class=\"identity\">\n");
        put_fields(&view, false, true);
        buf_adds(out(q), "</div>\n");
    }
    put_section(q, WORD_SECTION_SEND);
    put_notices(q, &view);
    put_fields(&view, true, false);
    code_box_put(q, v->code, "code");
    buf_adds(out(q), "<p><button class=\"button big\" type=\"submit\">");
    html_word(q, WORD_SEND);
    buf_adds(out(q), "</button></p>\n</form>\n");
}

void report_put(Request *q, const ReportView *v)
{
    const Def *def = v->def;
    bool faulty = v->filled && v->filled->n_faults;

    q->reply.status = v->status;
    html_open(q, &(Page){.title = label_of(q, &def->title),
                         .def = def,
                         .again = q->path,
                         .faulty = faulty});
    buf_adds(out(q), "<h1>");
    if (def->protected)
        html_word_with(q, WORD_CHANNEL_OF, label_of(q, &def->title));
    else
        text_put_html(out(q), label_of(q, &def->title));
    buf_adds(out(q), "</h1>\n");
    form_faults_put(&(FieldsView){.q = q, .def = def, .filled = v->filled, .prefix = ""});
    if (def->protected && !faulty)
        put_advice(q);
    buf_adds(out(q), "<div class=\"card\">\n");
    html_p(q, "help", WORD_FORM_HELP);
    promise_put(q, def);
    put_form(q, v);
    buf_adds(out(q), "</div>\n");
    html_close(q);
}

void closed_put(Request *q, const Def *def)
{
    if (q->json) {
        reply_error(q, 503, "closed", WORD_CLOSED_TITLE, WORD_CLOSED);
        return;
    }
    reply_reset(&q->reply);
    q->reply.status = 503;
    html_open(q, &(Page){.title = word_str(q, WORD_CLOSED_TITLE), .def = def});
    buf_adds(out(q), "<div class=\"card lone\"><h1>");
    html_word(q, WORD_CLOSED_TITLE);
    buf_adds(out(q), "</h1>\n");
    html_p(q, NULL, WORD_CLOSED);
    html_authorities(q);
    buf_adds(out(q), "</div>\n");
    html_close(q);
}
