/* SPDX-License-Identifier: Apache-2.0 */
/* The picture in pixels: boxes with ports on their faces, arrows in channels beside the columns. */
#pragma once

#include "engine/load/graph.h"
#include "engine/load/graph_layout.h"

enum {
    LINE = 18, /* between lines of text */
    SMALL_LINE = 16,
    PAD = 10,
    BOX_W = 250,
    ZONE_W = 190, /* for the words on an arrow, beside a box */
    LANE_W = 12,
    BOX_COLUMNS = 27, /* text_width of a line in a box */
    ZONE_COLUMNS = 28,
    STRAIGHT_COLUMNS = 44, /* beside an arrow of the main path nothing else is written */
    TEXT_LINES_MAX = 6,
};

/* Text broken into lines. */
typedef struct Lines {
    Str at[TEXT_LINES_MAX];
    uint8_t n;
} Lines;
/* Breaks at blanks where it can, else between characters, never before a mark that sits on the one
 * before it. What does not fit into TEXT_LINES_MAX lines is left out. */
Lines lines_of(Str text, size_t columns);

typedef enum Channel {
    CHANNEL_STRAIGHT,
    CHANNEL_LEFT,
    CHANNEL_MIDDLE,
    CHANNEL_RIGHT,
    CHANNELS
} Channel;

typedef struct Box {
    int x, y, w, h;
    Lines title, owner;
    int face[2]; /* height the ports of the left and of the right face take */
    int in[2];   /* y of the port where arrows arrive, from the top of the box */
} Box;

typedef struct Arrow {
    const Edge *edge;
    uint8_t channel;
    Lines words[4]; /* of its actions */
    uint8_t n_words, n_lines;
    int out;    /* y of its port, from the top of the box it leaves */
    int lane;   /* index in the channel */
    int y1, y2; /* in the picture */
} Arrow;

typedef struct Picture {
    const Def *def;
    GraphWords words;
    bool thai;
    Layout layout;
    Box boxes[DEF_STATES_MAX];
    Arrow arrows[EDGES_MAX];
    uint16_t n_arrows;
    int lanes[CHANNELS]; /* how many the channel has */
    int column_x[2];
    int width, height, foot; /* foot: y of the words at the bottom */
} Picture;

/* Everything but the drawing. */
void picture_init(Picture *p, const Def *d, GraphWords words, bool thai);
bool picture_hides(const Picture *p, uint8_t state);
Str picture_label(const Picture *p, const Label *l);
/* x of the lane of an arrow. */
int arrow_lane_x(const Picture *p, const Arrow *a);
