/* SPDX-License-Identifier: Apache-2.0 */
/* What one person is told: requests that wait for them, and rows of the outbox. */
#include "base/err.h"
#include "engine/desk/inner.h"
#include <errno.h>

typedef struct Alerts {
    AlertRecord *of;
    size_t n, most;
} Alerts;

/* As the row of the asking has it, which tells nobody by itself: no row says who guards what. */
static AlertRecord alert_of_request(const CustodyView *v)
{
    return (AlertRecord){.number = v->number,
                         .workflow = v->workflow,
                         .protected = true,
                         .kind = ALERT_REVEAL,
                         .day = v->day,
                         .due = v->until};
}

static int add_requests(Desk *d, Txn *t, const Who *who, Arena *arena, Alerts *a)
{
    CustodyView *list;
    size_t n;

    int r = desk_custody_list(d, t, who, arena, &list, &n);
    for (size_t i = 0; !r && i < n && a->n < a->most; i++) {
        if (!list[i].answered)
            a->of[a->n++] = alert_of_request(&list[i]);
    }
    return r;
}

/* Rows name roles of a workflow. Custodians hold none, and can be named only for cases whose
 * identity they do not guard: they need not have every row looked at. */
static bool any_row_could_be_for(const Desk *d, const Person *p)
{
    const Workflows *w = desk_workflows(d);

    for (size_t i = 0; i < w->n; i++) {
        const Def *def = w->defs[i];
        RoleMask office, unit;
        person_roles(def, p, &office, &unit);
        if (office | unit)
            return true;
        for (uint8_t k = ROLE_FIRST_DECLARED; k < def->n_roles; k++) {
            if (def->roles[k].scope == SCOPE_CASE && !is_custodian(def, p))
                return true;
        }
    }
    return false;
}

/* Newest first; those of cases that are gone or not this person's are passed over. */
static int add_rows(Desk *d, Txn *t, const Who *who, Alerts *a)
{
    uint64_t seq = store_count(t, STR("alerts"));

    while (seq-- > 0 && a->n < a->most) {
        AlertRecord *row = &a->of[a->n];
        bool theirs = false;
        if (store_get_alert(t, seq, row) != STORE_OK)
            continue;
        int r = desk_alert_for(d, t, who, row, &theirs);
        if (r < 0)
            return r;
        a->n += r == DESK_OK && theirs;
    }
    return DESK_OK;
}

int desk_alerts(Desk *d, Txn *t, const Who *who, size_t most, Arena *arena, AlertRecord **ret,
                size_t *ret_n)
{
    Alerts a = {.of = arena_many(arena, most, AlertRecord), .most = most};

    if (!a.of)
        return err_origin(-ENOMEM);
    int r = add_requests(d, t, who, arena, &a);
    if (!r && any_row_could_be_for(d, who->person))
        r = add_rows(d, t, who, &a);
    if (r)
        return r;
    *ret = a.of;
    *ret_n = a.n;
    return DESK_OK;
}
