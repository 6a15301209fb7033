/* SPDX-License-Identifier: Apache-2.0 */
/* How many bytes of files a day takes in: so much from each member of staff, and as much from all
 * public forms together, for nobody is known there. In memory alone: a restart begins a new day.
 * Pure. */
#pragma once

#include "engine/vault/directory.h"

enum { BUDGET_PEOPLE_MAX = DIRECTORY_PEOPLE_MAX, BUDGET_DAY_MB = 4096 };

typedef struct BudgetUse {
    Name who; /* empty: the public */
    uint64_t bytes;
} BudgetUse;

typedef struct Budget {
    uint64_t day_max; /* bytes */
    Day day;
    BudgetUse use[BUDGET_PEOPLE_MAX + 1];
    size_t n;
} Budget;

/* Takes the bytes from the day of `who` (NULL: the public). False, and nothing taken, when they are
 * more than is left. */
bool budget_take(Budget *b, Day today, const Name *who, uint64_t bytes);
