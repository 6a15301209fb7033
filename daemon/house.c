/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/house.h"

#include "base/err.h"
#include "base/log.h"
#include "daemon/server.h"
#include "engine/desk/purge.h"
#include <errno.h>

enum { WIPE_AT_ONCE = 4 << 20 /* bytes */, AGAIN_AFTER = 60 /* seconds */ };

static time_t seconds(void)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static long milliseconds_since(const struct timespec *from)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - from->tv_sec) * 1000 + (now.tv_nsec - from->tv_nsec) / 1000000;
}

bool house_waits(const Server *s)
{
    return s->house.wipes || (s->house.look && s->house.again <= seconds());
}

static bool compaction_due(Server *s)
{
    Txn *t;

    if (store_read(desk_store(s->desk), &t))
        return false;
    bool due = store_compaction_due(t);
    store_end(t);
    return due;
}

static int compact(Server *s)
{
    struct timespec from = {0};

    clock_gettime(CLOCK_MONOTONIC, &from);
    int r = store_compact(desk_store(s->desk));
    if (r == STORE_IO) {
        log_word(LOG_STORE_DEAD, "the database could not be written anew");
        return err_origin(-EIO);
    }
    if (r) {
        s->house.again = seconds() + AGAIN_AFTER;
        if (r == STORE_FULL)
            log_event(LOG_COMPACT_FULL);
        return 0;
    }
    log_number(LOG_COMPACTED, milliseconds_since(&from));
    s->house.look = false;
    s->house.wipes = true;
    return 0;
}

int house_keep(Server *s)
{
    if (turn_waits(s) || !house_waits(s))
        return 0;
    if (s->house.wipes && store_wipe(desk_store(s->desk), WIPE_AT_ONCE, &s->house.wipes)) {
        log_event(LOG_WIPE_FAILED);
        s->house.wipes = false;
    }
    if (s->house.wipes || !s->house.look)
        return 0;
    bool more = false;
    int r = desk_purge_settle(s->desk, &more);
    if (more || r > 0) {
        log_event(LOG_SETTLE_FAILED);
        s->house.again = seconds() + AGAIN_AFTER;
        return 0;
    }
    if (!r && compaction_due(s))
        return compact(s);
    s->house.look = false;
    return 0;
}
