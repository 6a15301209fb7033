/* SPDX-License-Identifier: Apache-2.0 */
/* The people and the twelve sample complaints of a demo office. */
#pragma once

#include "cli/cli.h"
#include "engine/desk/init.h"

extern const NewPerson demo_people[];
extern const size_t demo_people_n;

typedef enum DemoDeed { DEMO_DO = 1, DEMO_APPROVE, DEMO_EXTEND, DEMO_REPLY } DemoDeed;

enum { DEMO_FIELDS_MAX = 20, DEMO_STEPS_MAX = 14 };

/* One step of a sample. Values of fields that read "@-3" stand for the day three days before
 * today. */
typedef struct DemoStep {
    int day;      /* from today */
    uint8_t deed; /* 0 ends the list */
    const char *who;
    const char *what; /* action, deadline; reply: its text */
    const char *field[DEMO_FIELDS_MAX];
    const char *message, *by;
    bool declare;
} DemoStep;

typedef struct DemoCase {
    const char *name, *workflow;
    int day;
    const char *who; /* who enters it; NULL: its author, on the public form */
    const char *field[DEMO_FIELDS_MAX];
    DemoStep step[DEMO_STEPS_MAX];
} DemoCase;

extern const DemoCase demo_cases[];
extern const size_t demo_cases_n;

/* Enters the samples into the office in DIR, as the people whose passphrases are given, on days of
 * the past; writes DIR/demo/cases.txt. 0; CLI_REFUSED: told; negative. */
int demo_fill(const char *dir, const HandedOver *people, size_t n);
/* Fires everything that is due by now, turn by turn. 0; CLI_REFUSED: told; negative. */
int demo_tick(Desk *d);
