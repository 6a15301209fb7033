/* SPDX-License-Identifier: Apache-2.0 */
/* The first page: both channels and tracking. */
#include "base/text.h"
#include "daemon/channel.h"
#include "daemon/html.h"
#include "daemon/routes.h"
#include "daemon/server.h"
#include "daemon/style.h"

int health_get(Request *q)
{
    q->reply.status = 200;
    q->reply.type = "text/plain; charset=utf-8";
    buf_adds(&q->reply.body, "ok\n");
    return 0;
}

int style_get(Request *q)
{
    q->reply.status = 200;
    q->reply.type = "text/css; charset=utf-8";
    buf_add(&q->reply.body, STYLE_CSS, sizeof(STYLE_CSS));
    return 0;
}

static void put_channel(Request *q, const Def *def)
{
    Buf *b = &q->reply.body;

    buf_addf(b, "<section class=\"card channel %s\">\n<h2>",
             def->protected ? "is-protected" : "is-open");
    if (def->protected)
        html_word_with(q, WORD_CHANNEL_OF, label_of(q, &def->title));
    else
        text_put_html(b, label_of(q, &def->title));
    buf_adds(b, "</h2>\n");
    if (def->protected)
        html_p(q, NULL, WORD_PROTECTED_LEAD);
    if (def->card.lead.th.len) {
        buf_adds(b, "<p>");
        text_put_html(b, label_of(q, &def->card.lead));
        buf_adds(b, "</p>\n");
    }
    promise_put(q, def);
    report_link_put(q, def);
    buf_adds(b, "<p class=\"quiet\"><a href=\"/manual/");
    text_put_html(b, def->id);
    buf_addf(b, "%s\">", html_lang_query(q));
    html_word(q, WORD_MANUAL);
    buf_adds(b, "</a></p>\n</section>\n");
}

/* Those the public may file in. */
static void put_channels(Request *q, const Workflows *all, bool protected)
{
    for (size_t i = 0; i < all->n; i++) {
        const Def *def = all->defs[i];
        if (def->protected == protected && def->intake.by & MASK32(ROLE_COMPLAINANT))
            put_channel(q, def);
    }
}

static void put_track(Request *q)
{
    Buf *b = &q->reply.body;

    buf_adds(b, "<section class=\"card track\">\n<h2>");
    html_word(q, WORD_TRACK_NAME);
    buf_adds(b, "</h2>\n");
    html_p(q, NULL, WORD_TRACK_LEAD);
    buf_addf(b, "<p><a class=\"button plain\" href=\"/track%s\">", html_lang_query(q));
    html_word(q, WORD_TO_TRACK);
    buf_adds(b, "</a></p>\n</section>\n");
}

int home_get(Request *q)
{
    const Workflows *all = desk_workflows(q->server->desk);
    const Office *office = desk_office(q->server->desk);
    Buf *b = &q->reply.body;

    q->reply.status = 200;
    html_open(q, &(Page){.title = word_str(q, WORD_SERVICE)});
    buf_adds(b, "<div class=\"hero\"><h1>");
    html_word(q, WORD_HOME_TITLE);
    buf_adds(b, "</h1>\n");
    html_p(q, "lead", WORD_HOME_LEAD);
    buf_adds(b, "</div>\n<div class=\"channels\">\n");
    put_channels(q, all, false);
    put_channels(q, all, true);
    put_track(q);
    buf_adds(b, "</div>\n");
    if (office->order_no.len) {
        buf_adds(b, "<p class=\"quiet\">");
        html_word_with_thai(q, WORD_ORDER_NO, office->order_no);
        buf_adds(b, "</p>\n");
    }
    html_close(q);
    return 0;
}
