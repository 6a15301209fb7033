/* SPDX-License-Identifier: Apache-2.0 */
/* Does everything agree? Log, cases, indexes, outbox and files are each built again from what they
 * come from. Reads only, within one transaction, so it may run beside the daemon. */
#include "base/err.h"
#include "engine/desk/verify_inner.h"
#include <errno.h>
#include <string.h>

void verify_fault(Verify *v, const char *table, Str number, const char *what)
{
    if (v->n.faults++ < VERIFY_LINES_MAX)
        buf_addf(v->report, "%s %.*s: %s\n", table, (int)number.len, number.ptr ? number.ptr : "",
                 what);
}

void verify_fault_at(Verify *v, const char *table, uint64_t no, const char *what)
{
    BUF_AUTO Buf text = {0};

    buf_init(&text, 32);
    buf_addf(&text, "%llu", (unsigned long long)no);
    verify_fault(v, table, buf_str(&text), what);
}

void *items_add(Verify *v, Items *items, size_t size)
{
    if (items->n == items->cap) {
        size_t cap = items->cap ? items->cap * 2 : 256;
        uint8_t *grown = arena_array(&v->arena, cap, size);
        if (!grown)
            return NULL;
        if (items->n)
            memcpy(grown, items->at, items->n * size);
        items->at = grown;
        items->cap = cap;
        items->size = size;
    }
    return items->at + items->n++ * size;
}

/* ---- all of it ---- */

static int verify_cases(Verify *v)
{
    uint64_t id = 0;
    int r = 0;

    for (; !r; id++) {
        int found = desk_answer(store_next_case(v->txn, id, &id));
        if (found == DESK_UNKNOWN)
            return 0;
        if (found > 0)
            verify_fault_at(v, "case", id, "from here on the list of cases cannot be read");
        if (found)
            return found < 0 ? found : 0;
        r = verify_case(v, id);
    }
    return r;
}

/* What a case that is gone has left behind. */
static int verify_owners(Verify *v)
{
    for (uint64_t id = 0;; id++) {
        HeadRecord head;
        int r = desk_answer(store_next_owner(v->txn, id, &id));
        if (r == DESK_UNKNOWN)
            return 0;
        if (r > 0)
            verify_fault_at(v, "case", id, "rows after this one's lie under no case's number");
        if (r)
            return r < 0 ? r : 0;
        if (store_get_head(v->txn, id, &head) == STORE_UNKNOWN)
            verify_fault_at(v, "case", id, "is gone, but rows of it are left");
    }
}

static int verify_run(Verify *v)
{
    int r = verify_people(v);

    r = r ? r : verify_waiting(v);
    r = r ? r : verify_approvals(v);
    r = r ? r : verify_listed_begin(v);
    r = r ? r : verify_cases(v);
    r = r ? r : verify_owners(v);
    r = r ? r : verify_log(v);
    r = r ? r : verify_indexes(v);
    r = r ? r : verify_outbox(v);
    r = r ? r : verify_files(v);
    r = r ? r : verify_tables(v);
    r = r ? r : verify_rows(v);
    r = r ? r : verify_listed(v);
    if (!r && v->n.reindex)
        buf_addf(v->report,
                 "calendar: re-index still running, %llu open cases have the days of an earlier "
                 "calendar\n",
                 (unsigned long long)v->n.reindex);
    return r;
}

int desk_verify_since(Desk *d, Txn *t, Str checkpoints, Buf *report, VerifyCounts *ret)
{
    Verify v = {.desk = d, .txn = t, .report = report, .checkpoints = checkpoints, .files = -1};

    arena_init(&v.arena, (size_t)1 << 32);
    arena_init(&v.past_arena, (size_t)1 << 32);
    int r = secret_new_random(&v.key);
    r = r ? r : verify_files_begin(&v);
    r = r ? r : verify_run(&v);
    verify_files_end(&v);
    secret_finish(&v.key);
    arena_finish(&v.past_arena);
    arena_finish(&v.arena);
    if (r < 0)
        return err_trace(r);
    *ret = v.n;
    return v.n.faults ? 1 : 0;
}

int desk_verify(Desk *d, Txn *t, Buf *report, VerifyCounts *ret)
{
    return desk_verify_since(d, t, (Str){NULL, 0}, report, ret);
}
