/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"
#include "base/text.h"
#include "daemon/html.h"
#include "daemon/routes.h"
#include "daemon/server.h"
#include <event2/buffer.h>
#include <stdio.h>

typedef struct Header {
    const char *name, *value;
} Header;

/* On every answer. */
static const Header HEADERS[] = {
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
     "frame-ancestors 'none'"},
    {"Cache-Control", "no-store"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Content-Type-Options", "nosniff"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
};

typedef struct Phrase {
    int status;
    const char *text;
} Phrase;

static const Phrase PHRASES[] = {
    {200, "OK"},
    {201, "Created"},
    {303, "See Other"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {409, "Conflict"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
};

static const char *phrase_of(int status)
{
    for (size_t i = 0; i < sizeof(PHRASES) / sizeof(PHRASES[0]); i++) {
        if (PHRASES[i].status == status)
            return PHRASES[i].text;
    }
    return "Error";
}

void reply_init(Reply *r)
{
    *r = (Reply){.type = "text/html; charset=utf-8"};
    buf_init(&r->body, REPLY_MAX);
    buf_reserve(&r->body, REPLY_USUAL);
}

void reply_reset(Reply *r)
{
    buf_finish(&r->body);
    reply_init(r);
}

static void put_allow(struct evkeyvalq *headers, uint8_t allow)
{
    char value[32];

    snprintf(value, sizeof(value), "%s%s%s", allow & METHOD_GET ? "GET, HEAD" : "",
             allow & METHOD_GET && allow & METHOD_POST ? ", " : "",
             allow & METHOD_POST ? "POST" : "");
    evhttp_add_header(headers, "Allow", value);
}

static void put_headers(const Request *q)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(q->http);
    const Reply *r = &q->reply;

    for (size_t i = 0; i < sizeof(HEADERS) / sizeof(HEADERS[0]); i++)
        evhttp_add_header(headers, HEADERS[i].name, HEADERS[i].value);
    evhttp_add_header(headers, "Content-Type", r->type);
    if (r->retry_after) {
        char seconds[16];
        snprintf(seconds, sizeof(seconds), "%u", r->retry_after);
        evhttp_add_header(headers, "Retry-After", seconds);
    }
    if (r->location)
        evhttp_add_header(headers, "Location", r->location);
    if (r->allow)
        put_allow(headers, r->allow);
    if (r->status == 401)
        evhttp_add_header(headers, "WWW-Authenticate", "Bearer");
}

void request_send(Request *q)
{
    struct evbuffer *body = evbuffer_new();

    if (q->reply.body.err || !q->reply.status) {
        reply_reset(&q->reply);
        q->reply.status = 500;
    }
    put_headers(q);
    if (body)
        evbuffer_add(body, q->reply.body.ptr, q->reply.body.len);
    evhttp_send_reply(q->http, q->reply.status, phrase_of(q->reply.status), body);
    if (body)
        evbuffer_free(body);
    request_free(q);
}

Json reply_json(Request *q, int status)
{
    q->reply.status = status;
    q->reply.type = "application/json";
    return json_to(&q->reply.body);
}

void reply_api_error(Request *q, int status, const char *code, const char *message,
                     const char *field)
{
    Json j = reply_json(q, status);

    json_open(&j, NULL);
    json_open(&j, "error");
    json_cstr(&j, "code", code);
    json_cstr(&j, "message", message);
    if (field)
        json_cstr(&j, "field", field);
    json_close(&j);
    json_close(&j);
}

void reply_error(Request *q, int status, const char *code, Word title, Word text)
{
    reply_reset(&q->reply);
    if (q->json) {
        reply_api_error(q, status, code, word_in(text, (Lang)q->lang), NULL);
        return;
    }
    q->reply.status = status;
    bool again = !q->route || q->method == METHOD_POST;
    html_open(q, &(Page){.title = word_str(q, title), .no_switch = again});
    buf_adds(&q->reply.body, "<div class=\"card lone\"><h1>");
    html_word(q, title);
    buf_adds(&q->reply.body, "</h1>\n");
    html_p(q, NULL, text);
    buf_addf(&q->reply.body, "<p><a class=\"button\" href=\"/%s\">", html_lang_query(q));
    html_word(q, WORD_HOME);
    buf_adds(&q->reply.body, "</a></p></div>\n");
    html_close(q);
}

void reply_desk(Request *q, int answer)
{
    if (answer == DESK_BROKEN)
        log_word(LOG_RECORD_BROKEN, "case");
    if (answer == DESK_UNKNOWN) {
        reply_error(q, 404, "unknown", WORD_NOT_FOUND_TITLE, WORD_NOT_FOUND);
    } else if (answer == DESK_REFUSED || answer == DESK_MOVED) {
        reply_error(q, 409, "not_now", WORD_FAILED_TITLE, WORD_NOT_NOW);
    } else if (answer == DESK_MALFORMED || answer == DESK_SIGNATURE || answer == DESK_SEALS) {
        reply_error(q, 422, "malformed", WORD_MALFORMED_TITLE, WORD_MALFORMED);
    } else if (answer == DESK_FULL) {
        reply_error(q, 503, "full", WORD_FULL_TITLE, WORD_FULL);
        q->reply.retry_after = 3600;
    } else {
        reply_error(q, 503, "failed", WORD_FAILED_TITLE, WORD_FAILED);
        q->reply.retry_after = 30;
    }
}

void reply_raw(Buf *out, int status, unsigned retry_after, Word title, Word text)
{
    BUF_AUTO Buf page = {0};

    buf_init(&page, 16 << 10);
    buf_adds(&page, "<!DOCTYPE html>\n<html lang=\"th\"><head><meta charset=\"utf-8\">"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                    "<link rel=\"stylesheet\" href=\"/style.css\"><title>");
    buf_adds(&page, word_in(title, LANG_TH));
    buf_adds(&page, "</title></head><body class=\"open\"><main class=\"wrap\">");
    for (int lang = 0; lang < LANGS; lang++)
        buf_addf(&page, "<div class=\"card lone\" lang=\"%s\"><h1>%s</h1><p>%s</p></div>",
                 lang == LANG_EN ? "en" : "th", word_in(title, (Lang)lang),
                 word_in(text, (Lang)lang));
    buf_adds(&page, "</main></body></html>\n");
    buf_addf(out, "HTTP/1.1 %d %s\r\nContent-Type: text/html; charset=utf-8\r\n", status,
             phrase_of(status));
    for (size_t i = 0; i < sizeof(HEADERS) / sizeof(HEADERS[0]); i++)
        buf_addf(out, "%s: %s\r\n", HEADERS[i].name, HEADERS[i].value);
    if (retry_after)
        buf_addf(out, "Retry-After: %u\r\n", retry_after);
    buf_addf(out, "Connection: close\r\nContent-Length: %zu\r\n\r\n", page.len);
    buf_add(out, page.ptr, page.len);
}
