/* SPDX-License-Identifier: Apache-2.0 */
/* Indexes and outbox against the cases they come from. */
#include "base/err.h"
#include "engine/desk/reveal.h"
#include "engine/desk/verify_inner.h"
#include <errno.h>
#include <string.h>

enum { ALERT_MAX = 4096 };

static void check_due(Verify *v, const Def *def, const HeadRecord *h)
{
    for (uint8_t i = 0; i < def->n_deadlines; i++) {
        DueKey key, found;
        if (!case_due_key(v->desk, def, h, i, &key))
            continue;
        v->due++;
        if (store_next_due(v->txn, &key, &found) != STORE_OK || found.at != key.at ||
            found.case_id != key.case_id || found.deadline != key.deadline)
            verify_fault(v, "due", name_str(&h->number), "the next rung of a deadline is missing");
    }
}

void verify_request(Verify *v, const HeadRecord *h, Day asked, Day *io_last)
{
    const Reveal *now = &h->c.reveal;
    const Day until = asked + REVEAL_DAYS;
    bool is;

    if (asked == *io_last) /* twice a day is one key */
        return;
    *io_last = asked;
    if (request_is_there(v->desk, v->txn, h->id, until, &is) == DESK_OK && is)
        v->due++;
    else if (now->until == until && reveal_runs(&h->c, desk_today(v->desk)))
        verify_fault(v, "due", name_str(&h->number), "the request that runs is missing");
}

static void check_listed(Verify *v, const Def *def, const HeadRecord *h)
{
    ListKey key, found;

    if (!case_list_key(def, h, &key))
        return;
    v->listed++;
    if (store_next_listed(v->txn, &key, &found) != STORE_OK || found.due != key.due ||
        found.case_id != key.case_id)
        verify_fault(v, "list", name_str(&h->number), "missing, or under another day");
}

static bool number_leads_to(Verify *v, Str number, uint64_t id)
{
    uint64_t found;
    return number.ptr && store_find_number(v->txn, number, &found) == STORE_OK && found == id;
}

int verify_case_indexes(Verify *v, const Def *def, const HeadRecord *h)
{
    ARENA_AUTO Arena arena = {0};
    uint64_t id;

    arena_init(&arena, 1 << 12);
    check_due(v, def, h);
    check_listed(v, def, h);
    if (!bytes32_is_zero(&h->code_index)) {
        v->codes++;
        if (store_find_code(v->txn, &h->code_index, &id) != STORE_OK || id != h->id)
            verify_fault(v, "code", name_str(&h->number), "its code does not lead to it");
    }
    if (!number_leads_to(v, name_str(&h->number), h->id))
        verify_fault(v, "number", name_str(&h->number), "does not lead to its case");
    if (h->register_no.s[0] &&
        !number_leads_to(v, register_key(&arena, &h->workflow, &h->register_no), h->id))
        verify_fault(v, "number", name_str(&h->register_no), "does not lead to its case");
    return 0;
}

/* Every entry of an index belongs to a case: then both have as many. */
static void count_is(Verify *v, const char *table, uint64_t have, uint64_t want)
{
    if (have != want)
        verify_fault(v, table, STR("index"),
                     have > want ? "has entries of no case" : "has too few entries");
}

/* answer: what ended the walk. */
static void ends_there(Verify *v, const char *table, int answer)
{
    if (answer != STORE_UNKNOWN)
        verify_fault(v, table, STR("index"), "cannot be read to its end");
}

static uint64_t count_due(Verify *v)
{
    DueKey key = {.at = INT64_MIN};
    uint64_t n = 0;
    int r;

    for (; (r = store_next_due(v->txn, &key, &key)) == STORE_OK; n++) {
        if (key.deadline == UINT8_MAX)
            key.case_id++;
        key.deadline++;
    }
    ends_there(v, "due", r);
    return n;
}

static uint64_t count_listed(Verify *v)
{
    ListKey key = {.due = INT32_MIN + 1};
    uint64_t n = 0;
    int r;

    for (; (r = store_next_listed(v->txn, &key, &key)) == STORE_OK; n++)
        key.case_id++;
    ends_there(v, "list", r);
    return n;
}

bool bytes32_next(Bytes32 *b)
{
    for (size_t i = sizeof(b->b); i-- > 0;) {
        if (++b->b[i])
            return true;
    }
    return false;
}

static uint64_t count_codes(Verify *v)
{
    Bytes32 key = {{0}};
    uint64_t id, n = 0;
    bool more = true;
    int r = STORE_UNKNOWN;

    while (more && (r = store_next_code(v->txn, &key, &key, &id)) == STORE_OK) {
        n++;
        more = bytes32_next(&key);
    }
    ends_there(v, "code", more ? r : STORE_UNKNOWN);
    return n;
}

/* A number that leads to a case is one of that case's; those of purged cases lead nowhere. */
static bool number_is_of(const HeadRecord *h, Arena *arena, Str number)
{
    return str_eq(number, name_str(&h->number)) ||
           (h->register_no.s[0] &&
            str_eq(number, register_key(arena, &h->workflow, &h->register_no)));
}

static int check_numbers(Verify *v)
{
    char last[2 * sizeof(Name)] = "";

    for (;;) {
        ARENA_AUTO Arena arena = {0};
        HeadRecord head;
        Str number;
        uint64_t id;
        arena_init(&arena, 1 << 16);
        int r = store_next_number(v->txn, str_of(last), &arena, &number, &id);
        if (r && r != STORE_UNKNOWN)
            verify_fault(v, "number", str_of(last), "the one after it cannot be read");
        if (r || number.len >= sizeof(last))
            return r < 0 ? r : 0;
        if (store_get_head(v->txn, id, &head) == STORE_OK && !number_is_of(&head, &arena, number))
            verify_fault(v, "number", number, "leads to a case that has another");
        memcpy(last, number.ptr, number.len);
        last[number.len] = 0;
    }
}

int verify_indexes(Verify *v)
{
    count_is(v, "due", count_due(v), v->due);
    count_is(v, "list", count_listed(v), v->listed);
    count_is(v, "code", count_codes(v), v->codes);
    return check_numbers(v);
}

/* ---- the outbox ---- */

int verify_alert_add(Verify *v, MarkSum *sum, const AlertRecord *r)
{
    BUF_AUTO Buf bytes = {0};
    AlertRecord plain = *r;

    plain.seq = 0; /* known only to the outbox */
    buf_init(&bytes, ALERT_MAX);
    record_put_alert(&bytes, &plain);
    if (bytes.err)
        return err_origin(bytes.err);
    marks_add(v, sum, buf_str(&bytes));
    return 0;
}

static int rows_sum(Verify *v, MarkSum *ret)
{
    AlertRecord r;

    for (uint64_t seq = 0;; seq = r.seq + 1) {
        int found = store_next_alert(v->txn, seq, &r);
        if (found && found != STORE_UNKNOWN)
            verify_fault_at(v, "outbox", seq, "a row from here on cannot be read");
        if (found)
            return found < 0 ? found : 0;
        TRY(verify_alert_add(v, ret, &r));
    }
}

int verify_outbox(Verify *v)
{
    MarkSum rows = {.n = 0};

    int r = rows_sum(v, &rows);
    if (r)
        return r;
    if (rows.n != v->alerts.n)
        verify_fault(v, "outbox", STR(""),
                     rows.n > v->alerts.n ? "has rows of no event" : "misses rows");
    else if (!marks_eq(&rows, &v->alerts))
        verify_fault(v, "outbox", STR(""), "rows and events do not match");
    return 0;
}
