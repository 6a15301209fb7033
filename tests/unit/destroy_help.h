/* SPDX-License-Identifier: Apache-2.0 */
/* Cases that go as a whole, as the ledger of a restored office has it. */
#pragma once

#include "desk_help.h"
#include "engine/desk/purge_inner.h"

/* Within a turn. */
static inline void destroyed_as(uint64_t id, const PurgeGround *ground)
{
    const Destruction whole = {.whole = true};
    PurgeRun run;

    purge_run_begin(&run, world.desk, world.txn, &world.arena);
    run.ground = *ground;
    assert_int_equal(purge_run_case(&run, id, &whole, false), DESK_OK);
    assert_int_equal(purge_run_end(&run), DESK_OK);
    purge_run_finish(&run);
}

static inline void destroyed(uint64_t id)
{
    destroyed_as(id, &(PurgeGround){.by = PURGED_AGAIN});
}
