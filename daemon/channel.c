/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/channel.h"

#include "base/text.h"
#include "engine/core/due.h"

static Buf *out(Request *q)
{
    return &q->reply.body;
}

static void span_words(const Request *q, Buf *b, Span s)
{
    if (q->lang == LANG_EN)
        span_put(b, s);
    else
        span_put_thai(b, s);
}

static void deadline_promise(Request *q, const Deadline *d)
{
    BUF_AUTO Buf days = {0};
    Span least, most;
    bool differ = deadline_limits(d, &least, &most);

    buf_init(&days, 256);
    span_words(q, &days, least);
    if (differ) {
        buf_add_str(&days, word_str(q, WORD_TO));
        span_words(q, &days, most);
    }
    buf_adds(out(q), "<p class=\"promise\">");
    html_word_with(q, differ ? WORD_DAYS_BY_KIND : WORD_DAYS_PROMISE, buf_str(&days));
    buf_adds(out(q), "</p>\n");
}

void promise_put(Request *q, const Def *def)
{
    for (uint8_t i = 0; i < def->n_deadlines; i++) {
        if (def->deadlines[i].shown)
            deadline_promise(q, &def->deadlines[i]);
    }
}

static void one_limit(Request *q, Str kind, Span limit)
{
    buf_adds(out(q), "<li>");
    text_put_html(out(q), kind);
    buf_adds(out(q), ": ");
    if (limit.count)
        html_span(q, limit);
    else
        html_word(q, WORD_SAME_DAY);
    buf_adds(out(q), "</li>\n");
}

void limit_put(Request *q, const Def *def, const Deadline *d)
{
    if (!d->n_limits) {
        html_span(q, d->limit);
        return;
    }
    const Field *f = &def->fields[d->limit_field];
    buf_adds(out(q), "<ul>\n");
    for (uint8_t i = 0; i < d->n_limits; i++) {
        for (size_t c = 0; c < f->n_choices; c++) {
            if (d->limits[i].choices & MASK64(c))
                one_limit(q, label_of(q, &f->choices[c].label), d->limits[i].limit);
        }
    }
    if (d->limit.count)
        one_limit(q, word_str(q, WORD_OTHERWISE), d->limit);
    buf_adds(out(q), "</ul>\n");
}

void report_link_put(Request *q, const Def *def)
{
    Buf *b = out(q);

    buf_adds(b, "<p><a class=\"button\" href=\"/report/");
    text_put_html(b, def->id);
    buf_addf(b, "%s\">", html_lang_query(q));
    if (def->card.button.th.len)
        text_put_html(b, label_of(q, &def->card.button));
    else
        html_word(q, def->protected ? WORD_PROTECTED_GO : WORD_OPEN_GO);
    buf_adds(b, "</a></p>\n");
}
