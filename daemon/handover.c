/* SPDX-License-Identifier: Apache-2.0 */
/* An old code whose case has moved: neutral words, the new code, and a button for when it is written
 * down. Where the case is and what it is about the page does not say. */
#include "base/err.h"
#include "daemon/jsons.h"
#include "daemon/server.h"
#include "daemon/track.h"
#include <errno.h>

static Buf *out(Request *q)
{
    return &q->reply.body;
}

static void put_heading(Request *q, const char *tag, Word word)
{
    buf_addf(out(q), "<%s>", tag);
    html_word(q, word);
    buf_addf(out(q), "</%s>\n", tag);
}

static void label_json(Json *j, const char *name, Word word)
{
    json_open(j, name);
    json_cstr(j, "th", word_in(word, LANG_TH));
    json_cstr(j, "en", word_in(word, LANG_EN));
    json_close(j);
}

static void new_code_json(Request *q, const char *code)
{
    Json j = reply_json(q, 200);

    json_open(&j, NULL);
    json_bool(&j, "moved", true);
    json_cstr(&j, "code", code);
    label_json(&j, "message", WORD_HANDOVER_TEXT);
    json_list(&j, "actions");
    json_open(&j, NULL);
    json_cstr(&j, "id", HANDOVER_NOTED);
    json_cstr(&j, "th", word_in(WORD_HANDOVER_GO, LANG_TH));
    json_cstr(&j, "en", word_in(WORD_HANDOVER_GO, LANG_EN));
    json_list(&j, "fields");
    json_list_end(&j);
    json_close(&j);
    json_list_end(&j);
    json_close(&j);
}

static void new_code_page(Request *q, const Holder *h, const char *code)
{
    q->reply.status = 200;
    html_open(q, &(Page){.title = word_str(q, WORD_TRACK_NAME),
                         .action = "/track",
                         .code = str_of(h->text)});
    buf_adds(out(q), "<div class=\"card lone\">\n");
    put_heading(q, "h1", WORD_HANDOVER_TITLE);
    html_p(q, NULL, WORD_HANDOVER_TEXT);
    buf_adds(out(q), "<section class=\"codebox\">\n");
    put_heading(q, "h2", WORD_HANDOVER_CODE);
    buf_adds(out(q), "<p class=\"code\"><output id=\"new-code\" translate=\"no\">");
    html_text(q, str_of(code));
    buf_adds(out(q), "</output></p>\n");
    html_p(q, "help", WORD_HANDOVER_KEEP);
    buf_adds(out(q), "</section>\n");
    buf_addf(out(q),
             "<form method=\"post\" action=\"/track/do%s\" autocomplete=\"off\">\n"
             "<input type=\"hidden\" name=\"code\" value=\"%s\">\n"
             "<input type=\"hidden\" name=\"action\" value=\"" HANDOVER_NOTED "\">\n",
             html_lang_query(q), h->text);
    html_p(q, NULL, WORD_HANDOVER_ONCE);
    buf_adds(out(q), "<p><button class=\"button big\" type=\"submit\">");
    html_word(q, WORD_HANDOVER_GO);
    buf_adds(out(q), "</button></p>\n</form>\n</div>\n");
    html_close(q);
}

int handover_look(Request *q, Txn *t, const Holder *h)
{
    char code[CODE_TEXT_LEN + 1];

    int r = desk_handover(q->server->desk, t, &h->keys, &q->arena, code);
    if (r)
        return r;
    reply_reset(&q->reply);
    if (q->json)
        new_code_json(q, code);
    else
        new_code_page(q, h, code);
    bytes_wipe(code, sizeof(code));
    return DESK_MOVED;
}

bool handover_is(Request *q, const Holder *h)
{
    char code[CODE_TEXT_LEN + 1];
    Txn *t;

    if (store_read(desk_store(q->server->desk), &t))
        return false;
    int r = desk_handover(q->server->desk, t, &h->keys, &q->arena, code);
    store_end(t);
    bytes_wipe(code, sizeof(code));
    return r == DESK_OK;
}

static void noted_put(Request *q)
{
    if (q->json) {
        Json j = reply_json(q, 200);
        json_open(&j, NULL);
        json_bool(&j, "noted", true);
        json_close(&j);
        return;
    }
    q->reply.status = 200;
    html_open(q, &(Page){.title = word_str(q, WORD_HANDOVER_DONE_TITLE), .action = "/track"});
    buf_adds(out(q), "<div class=\"card lone\">\n");
    put_heading(q, "h1", WORD_HANDOVER_DONE_TITLE);
    html_p(q, NULL, WORD_HANDOVER_DONE);
    buf_addf(out(q), "<p><a class=\"button\" href=\"/track%s\">", html_lang_query(q));
    html_word(q, WORD_TRACK_NAME);
    buf_adds(out(q), "</a></p></div>\n");
    html_close(q);
}

static int run_noted(Request *q, Txn *t)
{
    HOLDER_AUTO Holder h = {.text = ""};

    TRY(holder_again(q, str_of(q->job), &h));
    int r = desk_handover_noted(q->server->desk, t, &h.keys, &q->arena);
    if (r == DESK_UNKNOWN)
        return track_gone(q, t, &h);
    if (!r)
        noted_put(q);
    return r;
}

int handover_noted(Request *q, const Holder *h)
{
    Str text = arena_str(&q->arena, str_of(h->text));

    if (!text.ptr)
        return err_origin(-ENOMEM);
    q->job = (void *)(uintptr_t)text.ptr;
    q->run = run_noted;
    return 0;
}
