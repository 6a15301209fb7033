/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of a protected case passed on: a grant in the making, to be spoilt before it is signed. */
#pragma once

#include "desk_code.h"

static const Fill report_fills[] = {{"allegation_type", "bribe"},
                                    {"when", "เมื่อวาน"},
                                    {"what_happened", "SECRETSTORY"},
                                    {NULL, NULL}};

static inline const char *filed(void)
{
    Submitted s = file_complaint("corruption", report_fills, &code);
    return arena_str(&world.arena, name_str(&s.number)).ptr;
}

static inline int view_of(const char *name, const char *number, CaseView *ret)
{
    Who who = world_who(name);

    int r = desk_case(world.desk, look(), &who, str_of(number), false, &world.arena, ret);
    looked();
    return r;
}

typedef struct Grant {
    const char *by, *to;
    uint8_t class;
    Moment expires;
    CaseView v;
    HeldKeys held;
    Bundle b;
} Grant;

static inline void grant_make(Grant *g, const char *number)
{
    Doing x = {.who = g->by, .number = number, .kind = STEP_GRANT, .note = "why", .target = g->to};

    assert_int_equal(view_of(g->by, number, &g->v), DESK_OK);
    hold_keys(g->by, &g->v, &g->held);
    doing_compose(&x, &g->v, &g->b);
    Composer by = composer_of(g->v.def);
    by.grants_expire = g->expires;
    assert_int_equal(compose_grant(&by, &g->held,
                                   directory_person(desk_directory(world.desk), str_of(g->to)),
                                   g->class, &world.keys[world_index(g->by)].sign, &g->b),
                     0);
    held_keys_finish(&g->held);
}

static inline int grant_send(Grant *g, const char *number)
{
    Doing x = {.who = g->by, .number = number, .kind = STEP_GRANT};
    StepDone ret;
    StepRefused no = {0};

    int r = doing_try(&x, &g->v, &g->b, &ret, &no);
    return r == DESK_REFUSED ? 100 + no.refusal.why : r;
}
