/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/turn.h"

#include "base/err.h"
#include "base/log.h"
#include "daemon/alike.h"
#include "daemon/routes.h"
#include "daemon/server.h"
#include <errno.h>
#include <stdint.h>
#include <time.h>

void turn_add(Turn *t, Request *q)
{
    q->next = NULL;
    if (t->last)
        t->last->next = q;
    else
        t->first = q;
    t->last = q;
}

static bool tick_is_due(const Server *s)
{
    return s->turn.next_tick <= desk_now(s->desk);
}

bool turn_waits(const Server *s)
{
    return s->turn.first || tick_is_due(s);
}

/* What a member of staff is not given leaves an entry in the log, and nothing else. STORE_OK, or
 * what ends the turn: a disk without room for it refuses all the same. */
static int note_refusal(Request *q, Txn *t, int answer)
{
    bool about_case = q->who.person && str_starts(q->path, STR("/api/cases/"));

    if (!q->who.person || (answer != DESK_REFUSED && answer != DESK_UNKNOWN &&
                           answer != DESK_SIGNATURE && answer != DESK_MALFORMED))
        return STORE_OK;
    int r = store_nest(t);
    if (r)
        return r;
    r = desk_refused(q->server->desk, t, &q->who, str_of(q->route->pattern),
                     about_case ? q->open[0] : (Str){NULL, 0}, answer == DESK_UNKNOWN);
    if (r == DESK_OK)
        return store_nest_keep(t);
    store_nest_drop(t);
    return r == DESK_RETRY ? STORE_RETRY : r == DESK_IO ? STORE_IO : STORE_OK;
}

/* STORE_OK, or what ends the turn. What a refused command wrote is dropped. */
static int run_one(Request *q, Txn *t)
{
    reply_reset(&q->reply);
    q->keep_placed = false;
    int r = store_nest(t);
    if (r)
        return r;
    int answer = q->run(q, t);
    if (answer == DESK_OK)
        return store_nest_keep(t);
    store_nest_drop(t);
    q->keep_placed = false;
    if (answer == DESK_RETRY)
        return STORE_RETRY;
    if (answer == DESK_IO)
        return STORE_IO;
    if (answer == DESK_FULL)
        return STORE_FULL;
    if (answer < 0 || !q->reply.status)
        reply_desk(q, answer);
    return note_refusal(q, t, answer);
}

static int run_tick(Server *s, Txn *t, Moment now)
{
    unsigned fired = 0;
    Moment next = now;

    s->turn.then = s->turn.next_tick;
    s->turn.fired = 0;
    if (s->turn.next_tick > now)
        return STORE_OK;
    int r = store_nest(t);
    if (r)
        return r;
    r = desk_tick(s->desk, t, now, TURN_TICKS_MAX, &fired, &next);
    if (r != DESK_OK) {
        store_nest_drop(t);
        /* A record that cannot be read must not stop the office: verify names it. */
        s->turn.then = now + 60;
        return r == DESK_RETRY ? STORE_RETRY : r == DESK_IO ? STORE_IO : STORE_OK;
    }
    r = store_nest_keep(t);
    if (r)
        return r;
    /* Whoever has nothing to do now is not asked again at once. */
    s->turn.then = fired || next > now ? next : now + 1;
    s->turn.fired = fired;
    return STORE_OK;
}

static int try_turn(Server *s, size_t n)
{
    Txn *t;
    Request *q = s->turn.first;

    int r = store_turn(desk_store(s->desk), &t);
    if (r)
        return r;
    for (size_t i = 0; i < n && !r; i++, q = q->next)
        r = run_one(q, t);
    r = r ? r : run_tick(s, t, desk_now(s->desk));
    if (r && r != STORE_RETRY) {
        store_end(t);
        return r;
    }
    /* After RETRY the commit gives up the turn and lets the map grow. */
    int commit = store_commit(t);
    return r ? r : commit;
}

static size_t count_up_to(const Turn *t, size_t most)
{
    size_t n = 0;

    for (const Request *q = t->first; q && n < most; q = q->next)
        n++;
    return n;
}

static void answer_all(Server *s, size_t n, bool kept, int status)
{
    for (Request *q = s->turn.first; q && n > 0; q = s->turn.first, n--) {
        s->turn.first = q->next;
        if (!q->next)
            s->turn.last = NULL;
        if (!kept) {
            q->keep_placed = false;
            reply_reset(&q->reply);
            reply_desk(q, status);
        }
        request_send(q);
    }
}

/* With the night's entries, so that neither they nor the files tell an hour. */
static void touch_files(Server *s)
{
    Zone zone = desk_office(s->desk)->zone;
    Day today = moment_day(desk_now(s->desk), zone);

    if (today != s->alike)
        files_alike(s->files, (Moment)time(NULL), zone);
    s->alike = today;
}

/* What was committed may be due earlier than all that was known. */
static void after_commit(Server *s)
{
    const DueKey start = {.at = INT64_MIN};
    DueKey first;
    Txn *t;

    touch_files(s);
    s->turn.next_tick = s->turn.then;
    s->house.look = true;
    if (s->turn.fired)
        log_number(LOG_RUNGS_FIRED, (long)s->turn.fired);
    if (store_read(desk_store(s->desk), &t))
        return;
    if (store_next_due(t, &start, &first) == STORE_OK && first.at < s->turn.next_tick &&
        s->turn.then > desk_now(s->desk))
        s->turn.next_tick = first.at;
    store_end(t);
}

/* One command alone may find no room where others do: they are run one by one then. */
static int turn_of(Server *s, size_t n)
{
    int r = STORE_RETRY;

    for (int i = 0; i < TURN_TRIES && r == STORE_RETRY; i++)
        r = try_turn(s, n);
    if (r == STORE_OK) {
        after_commit(s);
        answer_all(s, n, true, 0);
        return 0;
    }
    if (r == STORE_FULL) {
        server_found_full(s);
        if (n > 1) {
            for (size_t i = 0; i < n; i++) {
                int one = turn_of(s, 1);
                if (one)
                    return one;
            }
            return 0;
        }
        if (!n)
            s->turn.next_tick = desk_now(s->desk) + 60;
        answer_all(s, n, false, DESK_FULL);
        return 0;
    }
    answer_all(s, n, false, DESK_IO);
    if (r < 0) { /* memory: this turn is lost, the store is as it was */
        if (!n)
            s->turn.next_tick = desk_now(s->desk) + 60;
        return 0;
    }
    log_word(LOG_STORE_DEAD, r == STORE_RETRY ? "the map does not grow" : "input or output error");
    return err_origin(-EIO);
}

int turn_end(Server *s)
{
    if (!turn_waits(s))
        return 0;
    return turn_of(s, count_up_to(&s->turn, TURN_COMMANDS_MAX));
}
