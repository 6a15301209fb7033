/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "daemon/intake.h"
#include "daemon/photos.h"
#include "daemon/track.h"

static Buf *out(Request *q)
{
    return &q->reply.body;
}

/* ---- the form for a code ---- */

void track_form_put(Request *q, int status, const char *fault)
{
    if (q->json && fault) {
        reply_api_error(q, status, "code", fault, "code");
        return;
    }
    q->reply.status = status;
    html_open(q, &(Page){.title = word_str(q, WORD_TRACK_NAME), .again = STR("/track")});
    buf_adds(out(q), "<h1>");
    html_word(q, WORD_TRACK_NAME);
    buf_adds(out(q), "</h1>\n");
    if (fault) {
        buf_adds(out(q), "<div class=\"summary\" role=\"alert\"><h2>");
        html_word(q, WORD_CODE_BAD_TITLE);
        buf_addf(out(q), "</h2><ul><li><a href=\"#code\">%s</a></li></ul></div>\n", fault);
    }
    buf_adds(out(q), "<div class=\"card\">\n");
    html_p(q, NULL, WORD_TRACK_LEAD);
    buf_addf(out(q),
             "<form method=\"post\" action=\"/track%s\" id=\"" HTML_AGAIN "\" "
             "autocomplete=\"off\">\n",
             html_lang_query(q));
    buf_addf(out(q), "<div class=\"field%s\"><label for=\"code\">", fault ? " faulty" : "");
    html_word(q, WORD_CODE_LABEL);
    buf_adds(out(q), "</label>\n<p class=\"help\" id=\"code-help\">");
    html_word(q, WORD_CODE_HELP);
    buf_adds(out(q), "</p>\n");
    if (fault)
        buf_addf(out(q), "<p class=\"fault\" id=\"code-fault\">%s</p>\n", fault);
    buf_addf(
        out(q),
        "<input class=\"code\" id=\"code\" name=\"code\" type=\"text\" required maxlength=\"80\" "
        "autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" "
        "aria-describedby=\"code-help%s\"%s value=\"",
        fault ? " code-fault" : "", fault ? " aria-invalid=\"true\"" : "");
    if (fault || html_only_shown(q)) /* 28 letters are not asked for twice */
        html_text(q, params_get(&q->form, "code"));
    buf_adds(out(q), "\"></div>\n");
    buf_adds(out(q), "<p><button class=\"button big\" type=\"submit\">");
    html_word(q, WORD_TRACK_GO);
    buf_adds(out(q), "</button></p>\n</form>\n</div>\n");
    html_close(q);
}

void track_unknown_put(Request *q)
{
    reply_reset(&q->reply);
    if (q->json) {
        reply_api_error(q, 404, "unknown", word_in(WORD_CODE_UNKNOWN, (Lang)q->lang), "code");
        return;
    }
    q->reply.status = 404;
    html_open(q, &(Page){.title = word_str(q, WORD_CODE_UNKNOWN_TITLE), .action = "/track"});
    buf_adds(out(q), "<div class=\"card lone\"><h1>");
    html_word(q, WORD_CODE_UNKNOWN_TITLE);
    buf_adds(out(q), "</h1>\n");
    html_p(q, NULL, WORD_CODE_UNKNOWN);
    buf_addf(out(q), "<p><a class=\"button\" href=\"/track%s\">", html_lang_query(q));
    html_word(q, WORD_TRACK_NAME);
    buf_adds(out(q), "</a></p></div>\n");
    html_close(q);
}

/* ---- the status ---- */

static void put_heading(Request *q, const char *tag, Word word)
{
    buf_addf(out(q), "<%s>", tag);
    html_word(q, word);
    buf_addf(out(q), "</%s>\n", tag);
}

static void put_note(Request *q, const char *class, Word word)
{
    buf_addf(out(q), " <span class=\"%s\">", class);
    html_word(q, word);
    buf_adds(out(q), "</span>");
}

static void put_due(Request *q, const ShownDeadline *d)
{
    if (d->due == DAY_NONE)
        return;
    buf_adds(out(q), "<dt>");
    text_put_html(out(q), label_of(q, &d->label));
    buf_adds(out(q), "</dt><dd>");
    html_day(q, d->due);
    if (d->met)
        put_note(q, "tag good", WORD_MET);
    else if (d->overdue)
        put_note(q, "tag late", WORD_OVERDUE);
    if (d->provisional)
        put_note(q, "help", WORD_PROVISIONAL);
    for (uint8_t i = 0; i < d->n_promised; i++) {
        BUF_AUTO Buf day = {0};
        buf_init(&day, 128);
        if (q->lang == LANG_EN)
            day_put_english(&day, d->promised[i]);
        else
            day_put_thai(&day, d->promised[i]);
        buf_adds(out(q), "<br><span class=\"help\">");
        html_word_with(q, WORD_PROMISED_BEFORE, buf_str(&day));
        buf_adds(out(q), "</span>");
    }
    buf_adds(out(q), "</dd>\n");
}

static void put_status(Request *q, const TrackView *v)
{
    buf_adds(out(q), "<section class=\"card status\">\n<p class=\"quiet\">");
    html_word(q, WORD_STATUS_NOW);
    buf_adds(out(q), "</p>\n<p class=\"state\">");
    text_put_html(out(q), label_of(q, &v->def->states[v->state].public));
    buf_adds(out(q), "</p>\n<dl class=\"facts\">\n<dt>");
    html_word(q, WORD_CASE_NUMBER);
    buf_adds(out(q), "</dt><dd>");
    html_text(q, name_str(&v->number));
    buf_adds(out(q), "</dd>\n<dt>");
    html_word(q, WORD_RECEIVED_ON);
    buf_adds(out(q), "</dt><dd>");
    html_day(q, v->received);
    buf_adds(out(q), "</dd>\n");
    for (size_t i = 0; i < v->n_deadlines; i++)
        put_due(q, &v->deadlines[i]);
    buf_adds(out(q), "</dl>\n</section>\n");
}

static void put_said(Request *q, Str text)
{
    if (!text.len) {
        html_p(q, "help", WORD_ONLY_FILES);
        return;
    }
    buf_adds(out(q), "<p");
    html_lang_of(q, text);
    buf_adds(out(q), ">");
    text_put_html_lines(out(q), text);
    buf_adds(out(q), "</p>");
}

static void put_messages(Request *q, const TrackView *v)
{
    buf_adds(out(q), "<section class=\"card\">\n");
    put_heading(q, "h2", WORD_MESSAGES);
    if (!v->n_messages)
        html_p(q, "help", WORD_NO_MESSAGES);
    buf_adds(out(q), "<ol class=\"messages\">\n");
    for (size_t i = v->n_messages; i-- > 0;) {
        const TrackMessage *m = &v->messages[i];
        buf_addf(out(q), "<li class=\"%s\"><p class=\"who\">", m->from_office ? "office" : "you");
        html_word(q, m->from_office ? WORD_FROM_OFFICE : WORD_FROM_YOU);
        buf_adds(out(q), " · ");
        html_day(q, m->day);
        buf_adds(out(q), "</p>");
        put_said(q, label_of(q, &m->text));
        buf_adds(out(q), "</li>\n");
    }
    buf_adds(out(q), "</ol>\n</section>\n");
}

/* ---- what can be done ---- */

/* again: this is the form that the page shows again as it was typed. */
static void open_form(Request *q, const TrackPage *p, const char *where, bool files, bool again)
{
    buf_addf(out(q), "<form method=\"post\" action=\"/track/%s%s\"%s%s autocomplete=\"off\">\n",
             where, html_lang_query(q), again ? " id=\"" HTML_AGAIN "\"" : "",
             files ? " enctype=\"multipart/form-data\"" : "");
    buf_adds(out(q), "<input type=\"hidden\" name=\"code\" value=\"");
    html_text(q, p->code);
    buf_adds(out(q), "\">\n");
}

/* address: of a form of its own language switch; NULL: that at the top takes this one along. */
static void close_form(Request *q, Word word, const char *class, const char *address)
{
    buf_addf(out(q), "<p><button class=\"button %s\" type=\"submit\">", class);
    html_word(q, word);
    buf_adds(out(q), "</button></p>\n");
    if (address)
        html_switch_within(q, str_of(address));
    buf_adds(out(q), "</form>\n");
}

/* One form of a page has the switch at the top: what is shown again, else the answer. */
static bool is_taken_along(const TrackPage *p, uint8_t part)
{
    if (p->filled)
        return false;
    return part == (p->fault_at == TRACK_NOWHERE ? TRACK_ANSWER : p->fault_at);
}

static void put_fault(Request *q, const TrackPage *p, uint8_t part)
{
    if (p->fault && p->fault_at == part)
        buf_addf(out(q), "<p class=\"fault\" role=\"alert\" id=\"part-fault\">%s</p>\n", p->fault);
}

static void put_answer(Request *q, const TrackPage *p)
{
    bool files = track_files_field(p->view) != DEF_NONE;
    bool again = p->fault_at == TRACK_ANSWER;

    if (again && p->lost_files)
        files_again_put(q);
    buf_adds(out(q), "<section class=\"card\" id=\"answer\">\n");
    put_heading(q, "h2", p->view->reply_action == DEF_NONE ? WORD_ADD_TITLE : WORD_REPLY_TITLE);
    open_form(q, p, "reply", files, is_taken_along(p, TRACK_ANSWER));
    buf_adds(out(q), "<div class=\"field\"><label for=\"text\">");
    html_word(q, WORD_REPLY_TEXT);
    buf_adds(out(q), "</label>\n");
    put_fault(q, p, TRACK_ANSWER);
    buf_addf(out(q),
             "<textarea id=\"text\" name=\"text\" rows=\"5\" maxlength=\"20000\" "
             "autocomplete=\"off\"%s>\n",
             again && p->fault ? " aria-invalid=\"true\" aria-describedby=\"part-fault\"" : "");
    html_text(q, p->text);
    buf_adds(out(q), "</textarea></div>\n");
    if (files) {
        buf_adds(out(q), "<div class=\"field\"><label for=\"files\">");
        html_word(q, WORD_REPLY_FILES);
        buf_adds(out(q), "</label>\n<p class=\"help\" id=\"files-help\">");
        html_word(q, WORD_FILES_LIMIT);
        buf_adds(out(q), "</p><input id=\"files\" name=\"files\" type=\"file\" multiple "
                         "aria-describedby=\"files-help\"></div>\n");
        photos_put(q, p->view->def, "answer-", again);
    }
    close_form(q, WORD_REPLY_SEND, p->view->waiting_for_you ? "big" : "",
               is_taken_along(p, TRACK_ANSWER) ? NULL : "/track/reply");
    buf_adds(out(q), "</section>\n");
}

/* The code of the case that a step opens; a form shown again keeps the one it had. */
static void put_new_code(Request *q)
{
    CODE_AUTO Code code = {{NULL}};

    html_p(q, NULL, WORD_OPENS_CODE_TEXT);
    if (code_carried(q, "new_code", &code) == 0)
        code_box_put(q, &code, "new_code");
}

/* Words come before files, wherever the workflow names them. */
static void put_asked(const FieldsView *v, const Action *a, bool files)
{
    FieldSet all = action_fields(a);

    for (uint8_t i = 0; i < v->def->n_fields; i++) {
        if (field_set_has(&all, i) && (v->def->fields[i].type == FIELD_FILES) == files)
            field_put(v, i, field_set_has(&a->needs.fields, i));
    }
}

static void put_action(Request *q, const TrackPage *p, uint8_t index)
{
    const Def *def = p->view->def;
    const Action *a = &def->actions[index];
    FieldSet all = action_fields(a);
    bool again = p->filled && p->action == index;
    char prefix[DEF_NAME_MAX + 8];
    Name id = name_of(a->id);
    BUF_AUTO Buf text = {0};

    buf_init(&text, sizeof(prefix));
    buf_addf(&text, "%s-", id.s);
    FieldsView view = {.q = q,
                       .def = def,
                       .filled = again ? p->filled : NULL,
                       .prefix = text.ptr ? (const char *)text.ptr : ""};
    buf_addf(out(q), "<details class=\"act\"%s><summary>", again ? " open" : "");
    text_put_html(out(q), label_of(q, &a->label));
    buf_adds(out(q), "</summary>\n");
    form_faults_put(&view);
    open_form(q, p, "do", field_has_files(def, &all), again);
    buf_addf(out(q), "<input type=\"hidden\" name=\"action\" value=\"%s\">\n", id.s);
    put_asked(&view, a, false);
    put_asked(&view, a, true);
    if (photos_after(def, &all) != DEF_NONE)
        photos_put(q, def, view.prefix, again);
    if (a->effects.open.workflow.len)
        put_new_code(q);
    close_form(q, WORD_ACTION_GO, "", again ? NULL : "/track/do");
    buf_adds(out(q), "</details>\n");
}

static void put_actions(Request *q, const TrackPage *p)
{
    const TrackView *v = p->view;
    ActionMask others = v->actions;

    if (v->reply_action != DEF_NONE)
        others &= ~MASK64(v->reply_action);
    if (!others)
        return;
    buf_adds(out(q), "<section class=\"card\">\n");
    put_heading(q, "h2", WORD_ACTIONS);
    for (uint8_t i = 0; i < v->def->n_actions; i++) {
        if (others & MASK64(i))
            put_action(q, p, i);
    }
    buf_adds(out(q), "</section>\n");
}

static void put_question(Request *q, const Survey *s, const SurveyQuestion *question, bool again)
{
    Name name = name_of(question->id);
    unsigned long long chosen = 0;

    if (again && str_u64(params_get(&q->form, name.s), s->scale, &chosen))
        chosen = 0;
    buf_adds(out(q), "<fieldset class=\"scale\"><legend>");
    text_put_html(out(q), label_of(q, &question->label));
    buf_adds(out(q), "</legend><div class=\"points\">\n");
    for (unsigned i = 1; i <= s->scale; i++) {
        buf_adds(out(q), "<label><input type=\"radio\" required name=\"");
        text_put_html(out(q), question->id);
        buf_addf(out(q), "\" value=\"%u\"%s> <span>%u</span></label>\n", i,
                 i == chosen ? " checked" : "", i);
    }
    buf_adds(out(q), "</div></fieldset>\n");
}

static void put_survey(Request *q, const TrackPage *p)
{
    const Survey *s = &p->view->def->survey;
    bool again = p->fault_at == TRACK_SURVEY;
    BUF_AUTO Buf scale = {0};

    buf_init(&scale, 8);
    buf_addf(&scale, "%u", s->scale);
    buf_adds(out(q), "<section class=\"card\">\n");
    put_heading(q, "h2", WORD_SURVEY_TITLE);
    buf_adds(out(q), "<p>");
    html_word_with(q, WORD_SURVEY_TEXT, buf_str(&scale));
    buf_adds(out(q), "</p>\n");
    open_form(q, p, "survey", false, again);
    put_fault(q, p, TRACK_SURVEY);
    for (uint8_t i = 0; i < s->n_questions; i++)
        put_question(q, s, &s->questions[i], again);
    if (s->comment) {
        buf_adds(out(q), "<div class=\"field\"><label for=\"comment\">");
        html_word(q, WORD_SURVEY_COMMENT);
        buf_adds(out(q), "</label><textarea id=\"comment\" name=\"comment\" rows=\"3\" "
                         "maxlength=\"2000\" autocomplete=\"off\">\n");
        if (again)
            html_text(q, params_get(&q->form, "comment"));
        buf_adds(out(q), "</textarea></div>\n");
    }
    close_form(q, WORD_SURVEY_SEND, "", again ? NULL : "/track/survey");
    buf_adds(out(q), "</section>\n");
}

static void put_waiting(Request *q)
{
    buf_adds(out(q), "<div class=\"waiting\" role=\"status\">");
    put_heading(q, "h2", WORD_WAITING_TITLE);
    html_p(q, NULL, WORD_WAITING_TEXT);
    buf_adds(out(q), "<p><a class=\"button\" href=\"#answer\">");
    html_word(q, WORD_REPLY_TITLE);
    buf_adds(out(q), "</a></p></div>\n");
}

/* Its words are no longer kept; how it ended still is. */
static void put_destroyed(Request *q)
{
    buf_adds(out(q), "<section class=\"card\">\n");
    put_heading(q, "h2", WORD_DESTROYED_TITLE);
    html_p(q, NULL, WORD_DESTROYED);
    buf_addf(out(q), "<p><a class=\"button\" href=\"/%s\">", html_lang_query(q));
    html_word(q, WORD_DESTROYED_GO);
    buf_adds(out(q), "</a></p></section>\n");
}

static void put_saved(Request *q)
{
    buf_adds(out(q), "<p class=\"saved\" role=\"status\">");
    html_word(q, WORD_DONE_SAVED);
    if (q->n_placed) {
        buf_adds(out(q), " ");
        html_word(q, WORD_FILES_GOT);
        buf_adds(out(q), ": ");
        html_files_got(q);
    }
    buf_adds(out(q), "</p>\n");
    photos_tell(q);
}

/* Where the form goes that the language switch takes along. */
static Str again_at(const TrackPage *p)
{
    return p->view->destroyed            ? STR("")
           : p->filled                   ? STR("/track/do")
           : p->fault_at == TRACK_SURVEY ? STR("/track/survey")
                                         : STR("/track/reply");
}

void track_put(Request *q, const TrackPage *p)
{
    const TrackView *v = p->view;

    q->reply.status = p->status;
    html_open(q, &(Page){.title = word_str(q, WORD_TRACK_NAME),
                         .def = v->def,
                         .again = again_at(p),
                         .code = p->code,
                         .faulty = p->fault || (p->filled && p->filled->n_faults)});
    buf_adds(out(q), "<h1>");
    text_put_html(out(q), label_of(q, &v->def->title));
    buf_adds(out(q), "</h1>\n");
    if (p->saved)
        put_saved(q);
    put_status(q, v);
    if (v->waiting_for_you && !p->saved)
        put_waiting(q);
    if (v->survey)
        put_survey(q, p);
    if (v->destroyed) {
        put_destroyed(q);
    } else {
        put_messages(q, v);
        put_answer(q, p);
        put_actions(q, p);
    }
    html_close(q);
}
