/* SPDX-License-Identifier: Apache-2.0 */
/* GET /manual/<workflow>: the four parts an office has to publish for each channel (how to
 * complain, the steps, who answers, in how many days), made from the workflow in force, so that
 * they cannot differ from what the office does. */
#include "base/text.h"
#include "daemon/channel.h"
#include "daemon/intake.h"
#include "daemon/routes.h"
#include "daemon/server.h"
#include "engine/load/graph.h"

static Buf *out(Request *q)
{
    return &q->reply.body;
}

static void put_heading(Request *q, Word title)
{
    buf_adds(out(q), "<h2>");
    html_word(q, title);
    buf_adds(out(q), "</h2>\n");
}

static void put_how(Request *q, const Def *def)
{
    put_heading(q, WORD_MANUAL_HOW);
    html_p(q, NULL, def->protected ? WORD_MANUAL_HOW_PROTECTED : WORD_MANUAL_HOW_OPEN);
    report_link_put(q, def);
}

/* The chart in words, for whoever cannot see it: what the complainant is told, in order. */
static void put_words(Request *q, const Def *def)
{
    Str last = STR("");

    buf_adds(out(q), "<ol>\n");
    for (uint8_t i = 0; i < def->n_states; i++) {
        Str words = label_of(q, &def->states[i].public);
        if (def->states[i].hidden || def->states[i].public_of != DEF_NONE || str_eq(words, last))
            continue;
        last = words;
        buf_adds(out(q), "<li>");
        text_put_html(out(q), words);
        buf_adds(out(q), "</li>\n");
    }
    buf_adds(out(q), "</ol>\n");
}

static void put_steps(Request *q, const Def *def)
{
    put_heading(q, WORD_MANUAL_STEPS);
    put_words(q, def);
    html_p(q, "help", WORD_MANUAL_STEPS_HELP);
    /* wider than a telephone: it is moved under the finger, and by the keyboard */
    buf_adds(out(q), "<div class=\"chart\" tabindex=\"0\">\n");
    graph_put_svg(out(q), def, GRAPH_PUBLIC, q->lang == LANG_TH);
    buf_adds(out(q), "</div>\n");
}

/* Each role that some open state waits for, once, in the order of the file. */
static void put_who(Request *q, const Def *def)
{
    RoleMask owners = 0;

    for (uint8_t i = 0; i < def->n_states; i++) {
        if (def->states[i].owner != DEF_NONE)
            owners |= MASK32(def->states[i].owner);
    }
    put_heading(q, WORD_MANUAL_WHO);
    buf_adds(out(q), "<ul>\n");
    for (uint8_t i = 0; i < def->n_roles; i++) {
        if (!(owners & MASK32(i)))
            continue;
        buf_adds(out(q), "<li>");
        text_put_html(out(q), label_of(q, &def->roles[i].label));
        buf_adds(out(q), "</li>\n");
    }
    buf_adds(out(q), "</ul>\n");
}

static void put_days(Request *q, const Def *def)
{
    put_heading(q, WORD_MANUAL_DAYS);
    promise_put(q, def);
    buf_adds(out(q), "<table>\n<thead><tr><th scope=\"col\">");
    html_word(q, WORD_MANUAL_DUTY);
    buf_adds(out(q), "</th><th scope=\"col\">");
    html_word(q, WORD_MANUAL_WITHIN);
    buf_adds(out(q), "</th></tr></thead>\n<tbody>\n");
    for (uint8_t i = 0; i < def->n_deadlines; i++) {
        const Deadline *d = &def->deadlines[i];
        /* without a number of its own the day comes from an outside letter */
        if (d->of_complainant || !d->label.th.len || (!d->limit.count && !d->n_limits))
            continue;
        buf_adds(out(q), "<tr><th scope=\"row\">");
        text_put_html(out(q), label_of(q, &d->label));
        buf_adds(out(q), "</th><td>");
        limit_put(q, def, d);
        buf_adds(out(q), "</td></tr>\n");
    }
    buf_adds(out(q), "</tbody>\n</table>\n");
}

int manual_get(Request *q)
{
    const Def *def = public_workflow(q);

    if (!def)
        return 0;
    q->reply.status = 200;
    html_open(q, &(Page){.title = word_str(q, WORD_MANUAL), .def = def});
    buf_adds(out(q), "<h1>");
    html_word_with(q, WORD_MANUAL_OF, label_of(q, &def->title));
    buf_adds(out(q), "</h1>\n<div class=\"card manual\">\n");
    put_how(q, def);
    put_steps(q, def);
    put_who(q, def);
    put_days(q, def);
    if (def->protected) {
        put_heading(q, WORD_AUTHORITIES);
        html_authorities(q);
    }
    buf_adds(out(q), "</div>\n");
    html_close(q);
    return 0;
}
