/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "daemon/intake.h"
#include "daemon/jsons.h"
#include "daemon/photos.h"

static Buf *out(Request *q)
{
    return &q->reply.body;
}

static void receipt_json(Request *q, const ReceiptView *v)
{
    Json j = reply_json(q, 201);

    json_open(&j, NULL);
    json_str(&j, "code", v->code);
    json_str(&j, "case_number", name_str(&v->done->number));
    json_day(&j, "received", v->done->received);
    json_list(&j, "deadlines");
    for (size_t i = 0; i < v->done->n_deadlines; i++) {
        json_open(&j, NULL);
        json_str(&j, "id", v->done->deadlines[i].id);
        json_day(&j, "due", v->done->deadlines[i].due);
        json_close(&j);
    }
    json_list_end(&j);
    photos_tell_json(q, &j);
    json_close(&j);
}

static void put_row(Request *q, Word word)
{
    buf_adds(out(q), "<dt>");
    html_word(q, word);
    buf_adds(out(q), "</dt><dd>");
}

/* Nothing tells of the files later: whoever sent them learns here that they came. */
static void put_files(Request *q, const Submitted *done)
{
    if (!q->n_placed || done->again)
        return;
    put_row(q, WORD_FILES_GOT);
    html_files_got(q);
    buf_adds(out(q), "</dd>\n");
}

static void put_facts(Request *q, const Submitted *done)
{
    buf_adds(out(q), "<dl class=\"facts\">\n");
    put_row(q, WORD_CASE_NUMBER);
    html_text(q, name_str(&done->number));
    buf_adds(out(q), "</dd>\n");
    put_row(q, WORD_RECEIVED_ON);
    html_day(q, done->received);
    buf_adds(out(q), "</dd>\n");
    for (size_t i = 0; i < done->n_deadlines; i++) {
        if (done->deadlines[i].due == DAY_NONE)
            continue;
        put_row(q, WORD_DUE_ON);
        buf_adds(out(q), "<strong>");
        html_day(q, done->deadlines[i].due);
        buf_adds(out(q), "</strong>");
        if (done->deadlines[i].provisional) {
            buf_adds(out(q), " <span class=\"help\">(");
            html_word(q, WORD_PROVISIONAL);
            buf_adds(out(q), ")</span>");
        }
        buf_adds(out(q), "</dd>\n");
    }
    put_files(q, done);
    buf_adds(out(q), "</dl>\n");
}

static void put_next(Request *q, const char *heading)
{
    static const Word steps[] = {WORD_NEXT_1, WORD_NEXT_2, WORD_NEXT_3};

    buf_addf(out(q), "<%s>", heading);
    html_word(q, WORD_NEXT_TITLE);
    buf_addf(out(q), "</%s>\n<ol>\n", heading);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        buf_adds(out(q), "<li>");
        html_word(q, steps[i]);
        buf_adds(out(q), "</li>\n");
    }
    buf_adds(out(q), "</ol>\n");
    html_p(q, "help", WORD_PRINT_HINT);
}

static void put_receipt_text(Request *q, const Label *text)
{
    if (!text->th.len)
        return;
    buf_adds(out(q), "<blockquote class=\"said\"><p>");
    text_put_html_lines(out(q), label_of(q, text));
    buf_adds(out(q), "</p></blockquote>\n");
}

/* The page cannot be had again, so its other language is on it, folded. */
static void put_other_language(Request *q, const ReceiptView *v)
{
    uint8_t lang = q->lang, other = lang == LANG_EN ? LANG_TH : LANG_EN;

    buf_addf(out(q), "<details class=\"otherlang\" lang=\"%s\"><summary>",
             other == LANG_EN ? "en" : "th");
    html_word(q, WORD_OTHER_LANG);
    q->lang = other;
    buf_adds(out(q), "</summary>\n<h2>");
    html_word(q, WORD_RECEIPT_TITLE);
    buf_adds(out(q), "</h2>\n");
    html_p(q, NULL, WORD_CODE_ONCE);
    put_facts(q, v->done);
    photos_tell(q);
    put_receipt_text(q, &v->text);
    put_next(q, "h3");
    buf_adds(out(q), "</details>\n");
    q->lang = lang;
}

void receipt_put(Request *q, const ReceiptView *v)
{
    if (q->json) {
        receipt_json(q, v);
        return;
    }
    q->reply.status = 201;
    html_open(q,
              &(Page){.title = word_str(q, WORD_RECEIPT_TITLE), .def = v->def, .no_switch = true});
    buf_adds(out(q), "<div class=\"card receipt\">\n<h1>");
    html_word(q, WORD_RECEIPT_TITLE);
    buf_adds(out(q), "</h1>\n<section class=\"codebox\"><h2>");
    html_word(q, WORD_YOUR_CODE);
    buf_adds(out(q), "</h2>\n<p class=\"code\"><output id=\"tracking-code\" translate=\"no\">");
    html_text(q, v->code);
    buf_adds(out(q), "</output></p>\n");
    html_p(q, "help", WORD_CODE_ONCE);
    buf_adds(out(q), "</section>\n");
    put_facts(q, v->done);
    photos_tell(q);
    put_receipt_text(q, &v->text);
    put_next(q, "h2");
    put_other_language(q, v);
    buf_addf(out(q), "<p class=\"noprint\"><a class=\"button\" href=\"/track%s\">",
             html_lang_query(q));
    html_word(q, WORD_TO_TRACK);
    buf_adds(out(q), "</a></p>\n</div>\n");
    html_close(q);
}
