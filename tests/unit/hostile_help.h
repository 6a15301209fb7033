/* SPDX-License-Identifier: Apache-2.0 */
/* Reports against somebody, and steps whose bundle a program of its own has put together. */
#pragma once

#include "desk_code.h"

static const Fill against_nobody[] = {{"allegation_type", "bribe"},
                                      {"when", "เมื่อวาน"},
                                      {"what_happened", "SECRETSTORY"},
                                      {NULL, NULL}};
static const Fill against_pit_a[] = {{"allegation_type", "bribe"},
                                     {"accused", "pit_a"},
                                     {"when", "เมื่อวาน"},
                                     {"what_happened", "x"},
                                     {NULL, NULL}};
static const Fill against_palad[] = {{"allegation_type", "bribe"},
                                     {"accused", "palad"},
                                     {"when", "เมื่อวาน"},
                                     {"what_happened", "x"},
                                     {NULL, NULL}};

static inline const char *filed(const char *workflow, const Fill *fills)
{
    Submitted s = file_complaint(workflow, fills, &code);
    return arena_str(&world.arena, name_str(&s.number)).ptr;
}

/* A step with a message to the complainant, in a case that has come so far. */
static inline Doing asks_for_more(const char *number)
{
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    return (Doing){.who = "intake",
                   .number = number,
                   .kind = STEP_ACTION,
                   .what = "ask_info",
                   .message = "เสาต้นไหน"};
}

/* What such a program does to the bundle before it signs. */
typedef void (*Forge)(const CaseView *v, Bundle *b);

static inline int forged(const Doing *x, Forge forge)
{
    CaseView v = case_seen(x->who, x->number);
    StepRefused no = {0};
    StepDone step;
    Bundle b;

    doing_compose(x, &v, &b);
    if (forge)
        forge(&v, &b);
    return doing_try(x, &v, &b, &step, &no);
}
