/* SPDX-License-Identifier: Apache-2.0 */
/* A scenario file once it is read and checked, and one story while it is played. */
#pragma once

#include "engine/core/flow.h"
#include "engine/load/scenario.h"
#include "engine/load/work.h"

enum {
    PEOPLE_MAX = 48,
    /* Whom a step names besides people. */
    WHO_COMPLAINANT = 0xfd,
    WHO_SYSTEM = 0xfe,
};

typedef struct Player {
    Str id;
    RoleMask roles; /* as declared; office and unit roles together */
    RoleMask delegated;
    uint8_t boss, delegator; /* players, or DEF_NONE */
    Str unit;
} Player;

typedef struct StoryStep {
    const Node *at;
    Day on, received; /* received: of `given` only */
    uint8_t who;      /* player, WHO_..., or DEF_NONE: only time passes */
    uint8_t kind, action, deadline;
    const Node *fields, *without, *also, *expect;
    Span by;
    uint8_t to;
    bool has_rev;
    uint32_t if_rev, linked;
    bool refused; /* expected */
} StoryStep;

typedef struct Story {
    const Node *at;
    Str title;
    StoryStep *steps; /* the first is `given` */
    size_t n;
} Story;

typedef struct Scenario {
    Work w; /* first, as for every reader */
    const Def *def;
    Player people[PEOPLE_MAX];
    uint8_t n_people;
    Story *stories;
    size_t n_stories;
} Scenario;

static inline Scenario *scenario_of(Reader *r)
{
    return (Scenario *)r;
}

/* One story as far as it has come. */
typedef struct Play {
    const Scenario *s;
    const char *path;
    const Story *story;
    const StoryStep *step;
    Case c;
    bool begun;
    Day last;   /* of the previous step */
    Effects fx; /* of the step just done */
    int answer; /* FlowAnswer of it */
    Refusal no;
    RoleMask alerted; /* since the previous step */
    Buf journey;
    Buf *report;
    bool failed;
} Play;

/* scenario_read.c: 0; 1: faults; -ENOMEM. `nodes` has to outlive what is read. */
int scenario_read(Str file, const Def *def, Arena *nodes, Faults *faults, Scenario *ret);
uint8_t player_find(const Scenario *s, Str id); /* DEF_NONE */
Tag player_tag(uint8_t player);
uint8_t name_player(Scenario *s, const Node *n); /* or a fault and DEF_NONE */

/* scenario_step.c */
/* The step as the core takes it. 0; 1: something has to be written and is not, told by play_fail.
 */
int step_build(Play *p, Step *ret);
Actor player_actor(const Play *p, uint8_t who);
extern const Word built_in_steps[];

/* scenario_expect.c */
void check_expect(Scenario *s, const Node *expect);
/* Holds every expectation against the play; the first that fails is told. */
void judge(Play *p);
const char *refusal_word(int answer);

/* scenario.c: says where and what once, and ends the story. */
void play_fail(Play *p, const Node *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
