/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/html.h"

#include "base/text.h"
#include "daemon/server.h"
#include <string.h>

#define QUICK_EXIT_URL "https://www.tmd.go.th/"
/* What a switch adds to the form it takes along; a hyphen, so that no field can be called so. */
#define SHOWN "only-shown"

/* The bell at the palace gate. */
static const char BELL[] =
    "<svg class=\"bell\" viewBox=\"0 0 32 32\" width=\"36\" height=\"36\" aria-hidden=\"true\">"
    "<path d=\"M16 3a2.2 2.2 0 0 1 2.2 2.2v.9c4.2 1 6.9 4.6 6.9 9.2v5.1l2.5 3.7c.5.8 0 1.9-1 1.9H5.4"
    "c-1 0-1.5-1.1-1-1.9l2.5-3.7v-5.1c0-4.6 2.7-8.2 6.9-9.2v-.9A2.2 2.2 0 0 1 16 3Z\"/>"
    "<path d=\"M12.4 27.4h7.2a3.6 3.6 0 0 1-7.2 0Z\"/></svg>";

static Buf *out(Request *q)
{
    return &q->reply.body;
}

Str word_str(const Request *q, Word word)
{
    return str_of(word_in(word, (Lang)q->lang));
}

void html_word(Request *q, Word word)
{
    text_put_html(out(q), word_str(q, word));
}

static void put_with(Request *q, Word word, Str with, const char *before, const char *after)
{
    Str rest = word_str(q, word);
    const char *at = strstr(rest.ptr, "%s");

    if (!at) {
        text_put_html(out(q), rest);
        return;
    }
    text_put_html(out(q), (Str){rest.ptr, (size_t)(at - rest.ptr)});
    buf_adds(out(q), before);
    text_put_html(out(q), with);
    buf_adds(out(q), after);
    text_put_html(out(q), str_of(at + 2));
}

void html_word_with(Request *q, Word word, Str with)
{
    put_with(q, word, with, "", "");
}

void html_word_with_thai(Request *q, Word word, Str with)
{
    bool marked = q->lang != LANG_TH;

    put_with(q, word, with, marked ? "<span lang=\"th\">" : "", marked ? "</span>" : "");
}

void html_p(Request *q, const char *class, Word word)
{
    if (class)
        buf_addf(out(q), "<p class=\"%s\">", class);
    else
        buf_adds(out(q), "<p>");
    html_word(q, word);
    buf_adds(out(q), "</p>\n");
}

Str label_of(const Request *q, const Label *l)
{
    return q->lang == LANG_EN && l->en.len ? l->en : l->th;
}

/* Bytes that are no text (a faulty form shown again) must not reach the page. */
void html_text(Request *q, Str s)
{
    if (text_is_valid(s))
        text_put_html(out(q), s);
}

void html_lang_of(Request *q, Str words)
{
    for (size_t i = 0; q->lang != LANG_TH && i + 2 < words.len; i++) {
        unsigned char lead = (unsigned char)words.ptr[i], next = (unsigned char)words.ptr[i + 1];
        if (lead == 0xe0 && (next == 0xb8 || next == 0xb9)) { /* U+0E00 to U+0E7F */
            buf_adds(out(q), " lang=\"th\"");
            return;
        }
    }
}

void html_day(Request *q, Day day)
{
    if (q->lang == LANG_EN)
        day_put_english(out(q), day);
    else
        day_put_thai(out(q), day);
}

void html_span(Request *q, Span span)
{
    if (q->lang == LANG_EN)
        span_put(out(q), span);
    else
        span_put_thai(out(q), span);
}

const char *html_lang_query(const Request *q)
{
    return q->lang == LANG_EN ? "?lang=en" : "";
}

bool html_only_shown(const Request *q)
{
    return !q->json && params_has(&q->form, SHOWN);
}

bool html_is_draft(const Request *q)
{
    return html_only_shown(q) && !str_is(params_get(&q->form, SHOWN), "faulty");
}

static const char *other_lang(const Request *q)
{
    return q->lang == LANG_EN ? "th" : "en";
}

/* Files stay where they are: of what was chosen, names alone are sent. */
static void put_switch_attrs(Request *q, Str address, const char *at, bool faulty)
{
    buf_adds(out(q), " type=\"submit\" formnovalidate "
                     "formenctype=\"application/x-www-form-urlencoded\" formaction=\"");
    text_put_html(out(q), address);
    buf_addf(out(q), "?lang=%s%s\" name=\"" SHOWN "\" value=\"%s\" lang=\"%s\">", other_lang(q), at,
             faulty ? "faulty" : "draft", other_lang(q));
}

void html_switch_within(Request *q, Str address)
{
    buf_adds(out(q), "<p><button class=\"link\"");
    put_switch_attrs(q, address, "#" HTML_AGAIN, false);
    html_word(q, WORD_OTHER_LANG);
    buf_adds(out(q), "</button></p>\n");
}

/* Nothing typed is lost. The first button of a form is the one that Enter presses: that has to be
 * the one that sends, so a hidden one stands before the switch. */
static void put_switch_again(Request *q, const Page *page)
{
    buf_adds(out(q), "<button class=\"hidden\" type=\"submit\" form=\"" HTML_AGAIN
                     "\" tabindex=\"-1\" aria-hidden=\"true\">");
    html_word(q, WORD_SEND);
    buf_adds(out(q), "</button><button class=\"lang\" form=\"" HTML_AGAIN "\"");
    put_switch_attrs(q, page->again, "", page->faulty);
    html_word(q, WORD_OTHER_LANG);
    buf_adds(out(q), "</button>");
}

static void put_switch(Request *q, const Page *page)
{
    const char *other = other_lang(q);

    if (page->no_switch)
        return;
    if (page->again.len) {
        put_switch_again(q, page);
        return;
    }
    if (page->code.len) {
        buf_addf(out(q), "<form method=\"post\" action=\"/track?lang=%s\"><input type=\"hidden\" "
                         "name=\"code\" value=\"",
                 other);
        text_put_html(out(q), page->code);
        buf_addf(out(q), "\"><button class=\"lang\" type=\"submit\" lang=\"%s\">", other);
        html_word(q, WORD_OTHER_LANG);
        buf_adds(out(q), "</button></form>");
        return;
    }
    buf_adds(out(q), "<a class=\"lang\" href=\"");
    text_put_html(out(q), page->action ? str_of(page->action) : q->path);
    buf_addf(out(q), "?lang=%s\" hreflang=\"%s\" lang=\"%s\">", other, other, other);
    html_word(q, WORD_OTHER_LANG);
    buf_adds(out(q), "</a>");
}

static bool is_protected(const Page *page)
{
    return page->def && page->def->protected;
}

static void put_masthead(Request *q, const Page *page)
{
    const Office *office = desk_office(q->server->desk);
    bool protected = is_protected(page);

    buf_adds(out(q), "<header class=\"mast\"><div class=\"wrap\">");
    buf_addf(out(q), "<a class=\"brand\" href=\"/%s\">%s<span><strong>", html_lang_query(q), BELL);
    text_put_html(out(q), label_of(q, &office->org));
    buf_adds(out(q), "</strong> <small>");
    if (protected)
        html_word_with(q, WORD_CHANNEL_OF, label_of(q, &page->def->title));
    else
        html_word(q, WORD_SERVICE);
    buf_adds(out(q), "</small></span></a> <nav>");
    put_switch(q, page);
    buf_adds(out(q), "</nav></div></header>\n");
    if (!protected)
        return;
    buf_adds(out(q), "<aside class=\"exitbar\"><div class=\"wrap\"><span>");
    html_word(q, WORD_SECRET_MARK);
    buf_adds(out(q), "</span> <a class=\"exit\" rel=\"noreferrer\" href=\"" QUICK_EXIT_URL "\">");
    html_word(q, WORD_QUICK_EXIT);
    buf_adds(out(q), "</a></div></aside>\n");
}

void html_open(Request *q, const Page *page)
{
    const Office *office = desk_office(q->server->desk);

    q->reply.type = "text/html; charset=utf-8";
    buf_addf(out(q), "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
             q->lang == LANG_EN ? "en" : "th");
    buf_adds(out(q), "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"referrer\" content=\"no-referrer\">\n"
                     "<link rel=\"stylesheet\" href=\"/style.css\">\n<title>");
    text_put_html(out(q), page->title);
    buf_adds(out(q), " · ");
    text_put_html(out(q), label_of(q, &office->org));
    buf_addf(out(q), "</title>\n</head>\n<body class=\"%s\">\n",
             is_protected(page) ? "protected" : "open");
    buf_adds(out(q), "<a class=\"skip\" href=\"#main\">");
    html_word(q, WORD_SKIP);
    buf_adds(out(q), "</a>\n");
    put_masthead(q, page);
    buf_adds(out(q), "<main id=\"main\" class=\"wrap\">\n");
}

void html_close(Request *q)
{
    const Office *office = desk_office(q->server->desk);

    buf_adds(out(q), "</main>\n<footer class=\"foot\"><div class=\"wrap\"><p><strong>");
    text_put_html(out(q), label_of(q, &office->org));
    buf_adds(out(q), "</strong></p>");
    html_contact(q);
    html_p(q, "quiet", WORD_FOOT_PRIVACY);
    buf_adds(out(q), "</div></footer>\n</body>\n</html>\n");
}

static void put_line(Request *q, Word word, Str value)
{
    if (!value.len)
        return;
    buf_adds(out(q), "<div><dt>");
    html_word(q, word);
    buf_adds(out(q), "</dt><dd>");
    text_put_html(out(q), value);
    buf_adds(out(q), "</dd></div>");
}

void html_contact(Request *q)
{
    const Office *office = desk_office(q->server->desk);

    buf_adds(out(q), "<dl class=\"contact\">");
    put_line(q, WORD_ADDRESS, label_of(q, &office->address));
    put_line(q, WORD_PHONE, label_of(q, &office->phone));
    put_line(q, WORD_HOURS, label_of(q, &office->hours));
    buf_adds(out(q), "</dl>\n");
}

void html_files_got(Request *q)
{
    BUF_AUTO Buf n = {0};

    buf_init(&n, 24);
    buf_addf(&n, "%zu", q->n_placed);
    html_word_with(q, WORD_FILES_GOT_N, buf_str(&n));
}

/* Addresses come from the settings; anything but a web address is shown as text. */
static void put_authority(Request *q, const Authority *a)
{
    bool link = str_starts(a->url, STR("https://")) || str_starts(a->url, STR("http://"));

    buf_adds(out(q), "<li>");
    if (link) {
        buf_adds(out(q), "<a rel=\"noreferrer\" href=\"");
        text_put_html(out(q), a->url);
        buf_adds(out(q), "\">");
    }
    text_put_html(out(q), label_of(q, &a->label));
    if (link)
        buf_adds(out(q), "</a>");
    if (a->phone.len) {
        buf_adds(out(q), " <span class=\"tel\">");
        html_word_with(q, WORD_CALL, a->phone);
        buf_adds(out(q), "</span>");
    }
    buf_adds(out(q), "</li>\n");
}

void html_authorities(Request *q)
{
    const Office *office = desk_office(q->server->desk);

    buf_adds(out(q), "<ul class=\"authorities\">\n");
    for (size_t i = 0; i < office->n_authorities; i++) {
        if (office->authorities[i].phone.len || office->authorities[i].url.len)
            put_authority(q, &office->authorities[i]);
    }
    buf_adds(out(q), "</ul>\n");
}
