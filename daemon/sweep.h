/* SPDX-License-Identifier: Apache-2.0 */
/* Files nobody named: uploads given up, and what a crash left between writing and commit. Those
 * older than a day (an upload: since its last part) are looked for at the start and once a day; only if there are any are the cases
 * walked, a few at a time, and what no case names is removed. */
#pragma once

#include <event2/event.h>
#include <stdint.h>

typedef struct Desk Desk;
typedef struct Name Name;

enum { SWEEP_MAX = 1024, SWEEP_CASES = 50 /* a step */, SWEEP_AGE = 24 * 3600 /* seconds */ };

typedef struct Sweep {
    Desk *desk;
    int files; /* DIR/files; -1: not open */
    struct event *step;
    Name *suspects; /* sorted; NULL: no walk is under way */
    size_t n;
    uint64_t at; /* id of the next case */
} Sweep;

/* 0, -ENOMEM. Takes over neither desk nor files. */
int sweep_init(Sweep *s, struct event_base *base, Desk *desk, int files);
void sweep_finish(Sweep *s);
