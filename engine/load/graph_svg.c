/* SPDX-License-Identifier: Apache-2.0 */
/* Draws the placed picture. Looks come from attributes alone: pages that show it allow no style
 * of its own, no script and no foreign font. */
#include "engine/load/graph_place.h"

#include "base/text.h"
#include "engine/core/due.h"
#include <errno.h>
#include <stdlib.h>

enum { TITLE_SIZE = 14, SMALL_SIZE = 12 };

static void put_line(Buf *out, int x, int y, const char *look, Str text)
{
    buf_addf(out, "<text x=\"%d\" y=\"%d\"%s>", x, y, look);
    text_put_html(out, text);
    buf_adds(out, "</text>\n");
}

/* ---- boxes ---- */
static const char *box_look(const State *s)
{
    switch ((StateKind)s->kind) {
    case STATE_WAITING:
        return "fill=\"#fff6dd\" stroke=\"#8a6100\" stroke-dasharray=\"6 4\"";
    case STATE_FINAL:
        return "fill=\"#e6f2e6\" stroke=\"#1d5c2a\" stroke-width=\"3\"";
    case STATE_INITIAL:
        return "fill=\"#dde9f8\" stroke=\"#173a66\" stroke-width=\"2\"";
    case STATE_PLAIN:
    default:
        return "fill=\"#ffffff\" stroke=\"#173a66\"";
    }
}

static void put_span(Buf *text, const Picture *p, Span span)
{
    if (p->thai)
        span_put_thai(text, span);
    else
        span_put(text, span);
}

static void put_within(Buf *text, const Picture *p, Span limit)
{
    buf_adds(text, p->thai ? "ภายใน " : "within ");
    put_span(text, p, limit);
}

static void put_limits(Buf *text, const Picture *p, const Deadline *d)
{
    Span least, most;
    bool differ = deadline_limits(d, &least, &most);

    put_within(text, p, least);
    if (!differ)
        return;
    buf_adds(text, p->thai ? " ถึง " : " to ");
    put_span(text, p, most);
}

static void put_days(Buf *out, const Picture *p, uint8_t s, int x, int y)
{
    Span limit;
    BUF_AUTO Buf days = {0};
    buf_init(&days, 128);
    if (!state_limit(p->def, s, &limit))
        return;
    put_within(&days, p, limit);
    put_line(out, x, y, " font-size=\"12\" fill=\"#8a1f11\"", buf_str(&days));
}

static void put_box(Buf *out, const Picture *p, uint8_t s)
{
    const Box *b = &p->boxes[s];
    int x = b->x + PAD + 6, y = b->y + PAD + TITLE_SIZE;
    buf_addf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"8\" %s/>\n", b->x, b->y,
             b->w, b->h, box_look(&p->def->states[s]));
    for (uint8_t i = 0; i < b->title.n; i++, y += LINE)
        put_line(out, x, y, " font-weight=\"bold\"", b->title.at[i]);
    for (uint8_t i = 0; i < b->owner.n; i++, y += SMALL_LINE)
        put_line(out, x, y, " font-size=\"12\" fill=\"#44505c\"", b->owner.at[i]);
    put_days(out, p, s, x, y);
}

/* ---- arrows ---- */
static int face_x(const Picture *p, const Arrow *a, uint8_t state)
{
    const Box *b = &p->boxes[state];
    bool left =
        a->channel == CHANNEL_LEFT || (a->channel == CHANNEL_MIDDLE && p->layout.column[state]);
    return left ? b->x : b->x + b->w;
}

static void put_words(Buf *out, const Arrow *a, int x, int y, const char *look)
{
    for (uint8_t i = 0; i < a->n_words; i++)
        for (uint8_t k = 0; k < a->words[i].n; k++, y += SMALL_LINE)
            put_line(out, x, y, look, a->words[i].at[k]);
}

static const char *arrow_look(const Picture *p, const Arrow *a)
{
    for (uint8_t i = 0; i < p->def->n_actions; i++)
        if (a->edge->actions & MASK64(i) && p->def->actions[i].usual)
            return " stroke-width=\"2.5\"";
    return "";
}

static void put_straight(Buf *out, const Picture *p, const Arrow *a)
{
    int x = arrow_lane_x(p, a);
    int middle = (a->y1 + a->y2) / 2 - (a->n_lines - 1) * SMALL_LINE / 2 + SMALL_SIZE / 3;
    buf_addf(out,
             "<path d=\"M%d %dV%d\" class=\"arrow\" fill=\"none\" stroke=\"#173a66\"%s "
             "marker-end=\"url(#tip)\"/>\n",
             x, a->y1, a->y2 - 1, arrow_look(p, a));
    put_words(out, a, x + PAD, middle, " font-size=\"12\"");
}

/* From its port along the words to the lane, up or down, and into the other box. */
static void put_bent(Buf *out, const Picture *p, const Arrow *a)
{
    int x1 = face_x(p, a, a->edge->from), x2 = face_x(p, a, a->edge->to), lane = arrow_lane_x(p, a);
    bool leftwards = lane < x1;
    int words_y = a->y1 - (a->n_lines - 1) * SMALL_LINE - 4;
    buf_addf(out,
             "<path d=\"M%d %dH%dV%dH%d\" class=\"arrow\" fill=\"none\" stroke=\"#5a6673\"%s "
             "marker-end=\"url(#tip)\"/>\n",
             x1, a->y1, lane, a->y2, x2 + (x2 > lane ? -1 : 1), arrow_look(p, a));
    put_words(out, a, leftwards ? x1 - 6 : x1 + 6, words_y,
              leftwards ? " font-size=\"12\" text-anchor=\"end\"" : " font-size=\"12\"");
}

/* ---- the foot: days over several steps, and what can be done from nearly every one ---- */
static void put_beginning(Buf *text, const Picture *p, const Deadline *x)
{
    if (x->from == FROM_RECEIVED)
        buf_adds(text, p->thai ? " นับจากวันรับเรื่อง" : " of receipt");
    if (x->from != FROM_ACTION)
        return;
    buf_adds(text, p->thai ? " นับจาก: " : " from: ");
    buf_add_str(text, picture_label(p, &p->def->actions[x->from_index].label));
}

/* The public is told the date it is promised, staff all that count from the receipt. */
static int put_overall(Buf *out, const Picture *p, int y)
{
    for (uint8_t i = 0; i < p->def->n_deadlines; i++) {
        const Deadline *x = &p->def->deadlines[i];
        bool limited = x->limit.count || x->n_limits;
        bool told = x->shown ? limited : is_overall(p->def, i) && p->words != GRAPH_PUBLIC;
        if (!told)
            continue;
        BUF_AUTO Buf text = {0};
        buf_init(&text, 2048);
        buf_add_str(&text, picture_label(p, &x->label));
        buf_adds(&text, ": ");
        put_limits(&text, p, x);
        put_beginning(&text, p, x);
        put_line(out, p->column_x[0], y, " font-size=\"12\" fill=\"#8a1f11\"", buf_str(&text));
        y += LINE;
    }
    return y;
}

static int put_foot(Buf *out, const Picture *p)
{
    int y = put_overall(out, p, p->foot);
    if (!p->layout.from_anywhere)
        return y;
    y += LINE / 2;
    put_line(out, p->column_x[0], y, " font-weight=\"bold\"",
             p->thai ? STR("ทำได้เกือบทุกขั้นตอน") : STR("Possible at nearly every step"));
    for (uint8_t i = 0; i < p->def->n_actions; i++) {
        const Action *a = &p->def->actions[i];
        if (!(p->layout.from_anywhere & MASK64(i)) || picture_hides(p, a->to))
            continue;
        const State *to = &p->def->states[a->to];
        BUF_AUTO Buf text = {0};
        buf_init(&text, 2048);
        buf_add_str(&text, picture_label(p, &a->label));
        buf_adds(&text, " → ");
        buf_add_str(&text, picture_label(p, p->words == GRAPH_PUBLIC ? &to->public : &to->staff));
        y += LINE;
        put_line(out, p->column_x[0], y, " font-size=\"12\"", buf_str(&text));
    }
    return y + LINE;
}

static void put_head(Buf *out, const Picture *p)
{
    Str title = picture_label(p, &p->def->title);
    buf_adds(out, "<title>");
    text_put_html(out, title);
    buf_adds(out,
             "</title>\n<defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" "
             "markerWidth=\"9\" markerHeight=\"9\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">"
             "<path d=\"M0 0L10 5L0 10z\" fill=\"#173a66\"/></marker></defs>\n"
             "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
}

/* Words lie over the arrows they might cross, boxes over both. */
static void put_body(Buf *out, const Picture *p)
{
    put_head(out, p);
    for (uint16_t i = 0; i < p->n_arrows; i++) {
        if (p->arrows[i].channel == CHANNEL_STRAIGHT)
            put_straight(out, p, &p->arrows[i]);
        else
            put_bent(out, p, &p->arrows[i]);
    }
    for (uint8_t s = 0; s < p->def->n_states; s++)
        if (!picture_hides(p, s))
            put_box(out, p, s);
}

void graph_put_svg(Buf *out, const Def *def, GraphWords words, bool thai)
{
    Picture *p = calloc(1, sizeof(Picture));
    BUF_AUTO Buf body = {0};
    buf_init(&body, out->max);
    if (!p) {
        out->err = -ENOMEM;
        return;
    }
    picture_init(p, def, words, thai);
    put_body(&body, p);
    p->height = put_foot(&body, p);
    buf_addf(out,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" lang=\"%s\" width=\"%d\" "
             "height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"Sarabun, 'Noto Sans Thai', "
             "sans-serif\" font-size=\"14\" fill=\"#10202f\">\n",
             thai ? "th" : "en", p->width, p->height, p->width, p->height);
    buf_add_str(out, buf_str(&body));
    buf_adds(out, "</svg>\n");
    if (body.err && !out->err)
        out->err = body.err;
    free(p);
}
