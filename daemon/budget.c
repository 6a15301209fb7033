/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/budget.h"

static BudgetUse *use_of(Budget *b, const Name *who)
{
    static const Name public = {{0}};

    if (!who)
        who = &public;
    for (size_t i = 0; i < b->n; i++) {
        if (name_eq(&b->use[i].who, who))
            return &b->use[i];
    }
    if (b->n == sizeof(b->use) / sizeof(b->use[0]))
        return NULL;
    b->use[b->n] = (BudgetUse){.who = *who};
    return &b->use[b->n++];
}

bool budget_take(Budget *b, Day today, const Name *who, uint64_t bytes)
{
    if (today != b->day)
        b->n = 0;
    b->day = today;
    BudgetUse *u = use_of(b, who);
    if (!u || bytes > b->day_max - u->bytes)
        return false;
    u->bytes += bytes;
    return true;
}
