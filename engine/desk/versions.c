/* SPDX-License-Identifier: Apache-2.0 */
/* Which version of its workflow a case ran on when something happened in it. */
#include "engine/core/migrate.h"
#include "engine/desk/inner.h"

int desk_def_of_event(Desk *d, Txn *t, const HeadRecord *head, const EventRecord *e,
                      const Def **io_def)
{
    HeadRecord then = *head;

    if (bytes32_is_zero(&e->workflow_hash))
        return DESK_OK;
    then.workflow_hash = e->workflow_hash;
    then.settings_hash = e->settings_hash;
    then.calendar_hash = e->calendar_hash;
    return desk_def(d, t, &then, io_def);
}

int event_translate(const Def *old, const Def *fresh, const Case *c, Case *ret)
{
    Move move;
    const Replaces *how = def_replaces(fresh, old->version);

    if (!how || !how->migrates || !str_eq(old->id, fresh->id))
        return DESK_REFUSED;
    return case_translate(old, fresh, how, c, ret, &move) ? DESK_REFUSED : DESK_OK;
}
