/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to open an identity, found without reading cases: each asking has a key in the due
 * index, on the day after its last one. It stays until then whatever becomes of the request
 * (answered, refused, put anew, its officer taken off the case): what a disk shows is that and when
 * somebody asked, as the log's entry of the asking does, and not how it ended. */
#include "engine/desk/reveal.h"

/* No deadline rings at this second, so that whoever walks the requests of a day meets nothing else.
 */
enum { REQUEST_SECOND = 1 };

DueKey request_key(const Desk *d, uint64_t id, Day until)
{
    return (DueKey){.at = day_start(until + 1, desk_office(d)->zone) + REQUEST_SECOND,
                    .case_id = id,
                    .deadline = DEF_NONE};
}

bool key_is_request(const DueKey *key)
{
    return key->deadline == DEF_NONE;
}

int request_is_there(const Desk *d, Txn *t, uint64_t id, Day until, bool *ret)
{
    const DueKey key = request_key(d, id, until);
    DueKey found;

    int r = desk_answer(store_next_due(t, &key, &found));
    *ret = !r && found.at == key.at && found.case_id == id && key_is_request(&found);
    return r == DESK_UNKNOWN ? DESK_OK : r;
}

int request_next(const Desk *d, Txn *t, Day *io_until, uint64_t *io_id)
{
    for (; *io_until <= desk_today(d) + REVEAL_DAYS; (*io_until)++) {
        const DueKey from = request_key(d, *io_id, *io_until);
        DueKey found;
        int r = desk_answer(store_next_due(t, &from, &found));
        if (r)
            return r;
        if (found.at == from.at) {
            *io_id = found.case_id;
            return DESK_OK;
        }
        *io_id = 0;
    }
    return DESK_UNKNOWN;
}
