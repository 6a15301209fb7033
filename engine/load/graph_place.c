/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/load/graph_place.h"

#include <string.h>

enum { FACE_LEFT, FACE_RIGHT, OUT_GAP = 8, ROW_GAP = 46, MARGIN = 16 };

/* Boxes of one row face each other: their ports for arrivals are not at the same height. */
static const int in_port[] = {[FACE_LEFT] = 26, [FACE_RIGHT] = 14};

bool picture_hides(const Picture *p, uint8_t state)
{
    return p->words == GRAPH_PUBLIC && p->def->states[state].hidden;
}

Str picture_label(const Picture *p, const Label *l)
{
    return p->thai ? l->th : l->en;
}

static const Label *state_words(const Picture *p, uint8_t s)
{
    const State *x = &p->def->states[s];
    return p->words == GRAPH_PUBLIC ? &x->public : &x->staff;
}

/* ---- arrows ---- */
static Channel channel_of(const Layout *l, const Edge *e)
{
    if (l->column[e->from] != l->column[e->to])
        return CHANNEL_MIDDLE;
    if (l->column[e->from])
        return CHANNEL_RIGHT;
    return l->row[e->to] == l->row[e->from] + 1 ? CHANNEL_STRAIGHT : CHANNEL_LEFT;
}

static void add_words(Picture *p, Arrow *a)
{
    for (uint8_t i = 0; i < p->def->n_actions; i++) {
        if (!(a->edge->actions & MASK64(i)) || a->n_words == 4)
            continue;
        Lines *l = &a->words[a->n_words++];
        *l = lines_of(picture_label(p, &p->def->actions[i].label),
                      a->channel == CHANNEL_STRAIGHT ? STRAIGHT_COLUMNS : ZONE_COLUMNS);
        a->n_lines = (uint8_t)(a->n_lines + l->n);
    }
}

static void add_arrows(Picture *p)
{
    const Layout *l = &p->layout;
    for (uint16_t i = 0; i < l->n_edges; i++) {
        const Edge *e = &l->edges[i];
        if (picture_hides(p, e->from) || picture_hides(p, e->to))
            continue;
        Arrow *a = &p->arrows[p->n_arrows++];
        *a = (Arrow){.edge = e, .channel = (uint8_t)channel_of(l, e)};
        add_words(p, a);
    }
}

/* ---- boxes ---- */
/* Which face of a box looks at the channel. */
static int face_of(const Picture *p, uint8_t state, uint8_t channel)
{
    if (channel == CHANNEL_MIDDLE)
        return p->layout.column[state] ? FACE_LEFT : FACE_RIGHT;
    return channel == CHANNEL_LEFT ? FACE_LEFT : FACE_RIGHT;
}

/* The same actions to several states, as a return to where the case came from, leave by one port
 * and are named once. */
static const Arrow *twin_of(const Picture *p, uint16_t i)
{
    const Arrow *a = &p->arrows[i];
    for (uint16_t k = 0; k < i; k++) {
        const Arrow *b = &p->arrows[k];
        if (b->edge->from == a->edge->from && b->edge->actions == a->edge->actions &&
            b->channel == a->channel)
            return b;
    }
    return NULL;
}

/* Arrivals share one port at the top of a face, departures follow one below the other. */
static void add_ports(Picture *p)
{
    for (uint16_t i = 0; i < p->n_arrows; i++) {
        const Arrow *a = &p->arrows[i];
        Box *to = &p->boxes[a->edge->to];
        int face = face_of(p, a->edge->to, a->channel);
        if (a->channel != CHANNEL_STRAIGHT && !to->face[face]) {
            to->in[face] = in_port[face];
            to->face[face] = in_port[face] + OUT_GAP / 2;
        }
    }
    for (uint16_t i = 0; i < p->n_arrows; i++) {
        Arrow *a = &p->arrows[i];
        Box *from = &p->boxes[a->edge->from];
        int *used = &from->face[face_of(p, a->edge->from, a->channel)];
        const Arrow *twin = twin_of(p, i);
        if (a->channel == CHANNEL_STRAIGHT)
            continue;
        if (twin) {
            a->out = twin->out;
            a->n_words = 0;
            continue;
        }
        *used += a->n_lines * SMALL_LINE + OUT_GAP;
        a->out = *used;
    }
}

static void box_init(Picture *p, uint8_t s)
{
    Box *b = &p->boxes[s];
    const State *x = &p->def->states[s];
    b->title = lines_of(picture_label(p, state_words(p, s)), BOX_COLUMNS);
    if (x->owner != DEF_NONE && p->words == GRAPH_STAFF)
        b->owner = lines_of(picture_label(p, &p->def->roles[x->owner].label), BOX_COLUMNS);
    b->w = BOX_W;
}

static int text_height(const Picture *p, uint8_t s)
{
    Span limit;
    const Box *b = &p->boxes[s];
    bool days = state_limit(p->def, s, &limit);
    return 2 * PAD + b->title.n * LINE + (b->owner.n + days) * SMALL_LINE;
}

static void box_size(Picture *p, uint8_t s)
{
    Box *b = &p->boxes[s];
    int ports = b->face[FACE_LEFT] > b->face[FACE_RIGHT] ? b->face[FACE_LEFT] : b->face[FACE_RIGHT];
    int text = text_height(p, s);
    b->h = text > ports + PAD ? text : ports + PAD;
}

/* ---- rows ---- */
static int straight_lines(const Picture *p, uint8_t row)
{
    for (uint16_t i = 0; i < p->n_arrows; i++)
        if (p->arrows[i].channel == CHANNEL_STRAIGHT &&
            p->layout.row[p->arrows[i].edge->from] == row)
            return p->arrows[i].n_lines;
    return 0;
}

static void set_rows(Picture *p)
{
    int y = MARGIN;
    for (uint8_t row = 0; row < p->layout.n_rows; row++) {
        int h = 0, lines = straight_lines(p, row);
        for (uint8_t s = 0; s < p->def->n_states; s++) {
            if (p->layout.row[s] != row || picture_hides(p, s))
                continue;
            p->boxes[s].y = y;
            h = p->boxes[s].h > h ? p->boxes[s].h : h;
        }
        /* Boxes of the main path fill their row, so that its arrows are alike. */
        for (uint8_t i = 0; i < p->layout.n_main; i++)
            if (p->layout.row[p->layout.main[i]] == row)
                p->boxes[p->layout.main[i]].h = h;
        if (h)
            y += h + ROW_GAP + (lines > 1 ? (lines - 1) * SMALL_LINE : 0);
    }
    p->foot = y;
}

/* ---- lanes ---- */
static void span_of(const Arrow *a, int *low, int *high)
{
    *low = a->y1 < a->y2 ? a->y1 : a->y2;
    *high = a->y1 < a->y2 ? a->y2 : a->y1;
}

/* Arrows to or from the same port may run together; others do not touch. */
static bool collides(const Arrow *a, const Arrow *b)
{
    int al, ah, bl, bh;
    span_of(a, &al, &ah);
    span_of(b, &bl, &bh);
    bool together =
        a->edge->to == b->edge->to || (a->edge->from == b->edge->from && a->out == b->out);
    return a->channel == b->channel && !together && al <= bh + 4 && bl <= ah + 4;
}

static void set_lanes(Picture *p)
{
    for (uint16_t i = 0; i < p->n_arrows; i++) {
        Arrow *a = &p->arrows[i];
        if (a->channel == CHANNEL_STRAIGHT)
            continue;
        for (uint16_t k = 0; k < i; k++)
            if (p->arrows[k].lane == a->lane && collides(a, &p->arrows[k])) {
                a->lane++;
                k = UINT16_MAX; /* from the beginning, with the next lane */
            }
        if (a->lane >= p->lanes[a->channel])
            p->lanes[a->channel] = a->lane + 1;
    }
}

static void set_heights(Picture *p)
{
    for (uint16_t i = 0; i < p->n_arrows; i++) {
        Arrow *a = &p->arrows[i];
        const Box *from = &p->boxes[a->edge->from], *to = &p->boxes[a->edge->to];
        bool straight = a->channel == CHANNEL_STRAIGHT;
        a->y1 = straight ? from->y + from->h : from->y + a->out;
        a->y2 = straight ? to->y : to->y + to->in[face_of(p, a->edge->to, a->channel)];
    }
}

static int channel_width(const Picture *p, Channel c)
{
    int words = c == CHANNEL_MIDDLE ? 2 * ZONE_W : ZONE_W;
    return p->lanes[c] ? words + (p->lanes[c] + 1) * LANE_W : c == CHANNEL_MIDDLE ? ZONE_W : 0;
}

static void set_columns(Picture *p)
{
    p->column_x[0] = MARGIN + channel_width(p, CHANNEL_LEFT);
    p->column_x[1] = p->column_x[0] + BOX_W + channel_width(p, CHANNEL_MIDDLE);
    bool aside = false;
    for (uint8_t s = 0; s < p->def->n_states; s++) {
        p->boxes[s].x = p->column_x[p->layout.column[s]];
        aside |= p->layout.column[s] != 0;
    }
    p->width = aside ? p->column_x[1] + BOX_W + channel_width(p, CHANNEL_RIGHT) + MARGIN
                     : p->column_x[0] + BOX_W + ZONE_W;
}

int arrow_lane_x(const Picture *p, const Arrow *a)
{
    switch ((Channel)a->channel) {
    case CHANNEL_LEFT:
        return p->column_x[0] - ZONE_W - LANE_W * (a->lane + 1);
    case CHANNEL_MIDDLE:
        return p->column_x[0] + BOX_W + ZONE_W + LANE_W * (a->lane + 1);
    case CHANNEL_RIGHT:
        return p->column_x[1] + BOX_W + ZONE_W + LANE_W * (a->lane + 1);
    case CHANNEL_STRAIGHT:
    case CHANNELS:
    default:
        return p->column_x[0] + BOX_W / 2;
    }
}

void picture_init(Picture *p, const Def *d, GraphWords words, bool thai)
{
    memset(p, 0, sizeof(*p));
    p->def = d;
    p->words = words;
    p->thai = thai;
    layout_init(&p->layout, d);
    add_arrows(p);
    for (uint8_t s = 0; s < d->n_states; s++)
        box_init(p, s);
    add_ports(p);
    for (uint8_t s = 0; s < d->n_states; s++)
        box_size(p, s);
    set_rows(p);
    set_heights(p);
    set_lanes(p);
    set_columns(p);
}
