/* SPDX-License-Identifier: Apache-2.0 */
/* Every row of every table, whether or not anything leads to it: what no table holds, what no
 * record is, and what belongs to nothing. The rest of verify goes from cases and log to their rows;
 * this goes the other way. One row at a time is in memory. */
#include "base/err.h"
#include "base/text.h"
#include "engine/desk/verify_inner.h"
#include "engine/store/scan.h"
#include <string.h>

enum { ROW_ARENA = 64 << 20, HASH_SHOWN = 6 /* bytes */ };

/* As it is called in a line: its name, or its number, or how its key begins. */
static void label_put(Buf *out, const StoreRow *row)
{
    if (row->name.len)
        buf_add_str(out, row->name);
    else if (!bytes32_is_zero(&row->hash))
        text_put_hex(out, row->hash.b, HASH_SHOWN);
    else if (row->wrong != ROW_KEY && row->wrong != ROW_PIECE)
        buf_addf(out, "%llu/%u", (unsigned long long)row->id, (unsigned)row->no);
}

/* A table is called as it is in the file, but for those that the rest of verify calls otherwise. */
static void row_fault(Verify *v, const StoreRow *row, const char *what)
{
    BUF_AUTO Buf label = {0};
    bool is_text = strcmp(row->table, "defs") == 0;

    buf_init(&label, 2 * SCAN_KEY_MAX);
    label_put(&label, row);
    verify_fault(v, is_text ? "definition" : row->table, buf_str(&label), what);
}

static void tell_wrong(Verify *v, const StoreRow *row)
{
    static const char *const words[] = {
        [ROW_KEY] = "a key that is none of this table",
        [ROW_PIECE] = "a piece of a value that is not there",
        [ROW_VALUE] = "not readable",
        [ROW_MORE] = "holds more than such a row can: something bare beside what is covered or "
                     "destroyed, or nothing that this version knows",
        [ROW_PLACE] = "lies in the wrong place",
    };

    row_fault(v, row, words[row->wrong]);
}

/* ---- what belongs to what; each NULL or what is wrong ---- */

typedef int RowCheck(Verify *v, const StoreRow *row, const char **ret);

static int check_request(Verify *v, const StoreRow *row, const char **ret)
{
    ARENA_AUTO Arena arena = {0};
    RequestRecord r;

    arena_init(&arena, ROW_ARENA);
    int found = desk_answer(store_get_request(v->txn, &row->hash, &arena, &r));
    if (found)
        return found < 0 ? found : 0;
    found = desk_answer(store_find_expiry(v->txn, r.expires, &row->hash));
    if (found)
        *ret = "nothing says when it is to be forgotten";
    else if (r.expires > verify_today(v) + REQUEST_DAYS)
        *ret = "is kept for longer than any";
    return found < 0 ? found : 0;
}

/* A request that came again after its time was kept again: until the night there are two rows. */
static int check_expiry(Verify *v, const StoreRow *row, const char **ret)
{
    ARENA_AUTO Arena arena = {0};
    RequestRecord r;

    arena_init(&arena, ROW_ARENA);
    int found = desk_answer(store_get_request(v->txn, &row->hash, &arena, &r));
    if (found)
        *ret = "is of no request";
    else if (row->day > r.expires || (row->day < r.expires && row->day >= verify_today(v)))
        *ret = "is of another day than its request";
    return found < 0 ? found : 0;
}

static int check_def(Verify *v, const StoreRow *row, const char **ret)
{
    ARENA_AUTO Arena arena = {0};
    Str text;

    arena_init(&arena, ROW_ARENA);
    int found = desk_answer(store_get_def(v->txn, &row->hash, &arena, &text));
    if (found)
        return found < 0 ? found : 0;
    Hash is = hash_sha256(text);
    if (memcmp(is.b, row->hash.b, sizeof(is.b)) != 0)
        *ret = "is not the text of that name";
    return 0;
}

static int check_alert(Verify *v, const StoreRow *row, const char **ret)
{
    AlertRecord r;
    HeadRecord head;

    int found = desk_answer(store_get_alert(v->txn, row->id, &r));
    if (found > 0)
        *ret = "not readable";
    if (found)
        return found < 0 ? found : 0;
    if (desk_answer(store_get_head(v->txn, r.case_id, &head)) == DESK_UNKNOWN)
        *ret = "is of no case";
    return 0;
}

static int check_handover(Verify *v, const StoreRow *row, const char **ret)
{
    ARENA_AUTO Arena arena = {0};
    HandoverRecord r;
    uint64_t id;

    arena_init(&arena, ROW_ARENA);
    int found = desk_answer(store_get_handover(v->txn, &row->hash, &arena, &r));
    if (found)
        return found < 0 ? found : 0;
    /* A code leads to a case or to its successor's code, never to both. */
    if (store_find_code(v->txn, &row->hash, &id) == STORE_OK)
        *ret = "its code still leads to a case";
    else if (!record_is_shaped((Sealed){(const uint8_t *)r.sealed.ptr, r.sealed.len}))
        *ret = "not readable";
    else if (r.until != DAY_NONE && r.until > handover_ends(verify_today(v)))
        *ret = "is kept for longer than any";
    else if (!verify_moved_left(v, &row->hash, &r))
        *ret = "no case that moved has left it";
    return 0;
}

static const struct {
    const char *table;
    RowCheck *check;
} checks[] = {{"requests", check_request}, {"expiry", check_expiry},      {"defs", check_def},
              {"alerts", check_alert},     {"handovers", check_handover}, {"staff", verify_staff},
              {"meta", verify_meta},       {"numbers", verify_number},    {"counts", verify_count}};

static int row_check(Verify *v, const StoreRow *row)
{
    const char *wrong = NULL;

    if (row->wrong)
        tell_wrong(v, row);
    if (row->wrong || row->is_piece)
        return 0;
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
        if (strcmp(checks[i].table, row->table) == 0)
            TRY(checks[i].check(v, row, &wrong));
    }
    if (wrong)
        row_fault(v, row, wrong);
    return 0;
}

int verify_rows(Verify *v)
{
    StoreScan scan = {.table = 0};
    StoreRow row;

    for (;;) {
        int r = desk_answer(store_next_row(v->txn, &scan, &row));
        if (r == DESK_UNKNOWN)
            break;
        if (r > 0)
            verify_fault(v, "database", STR(""), "cannot be read to its end");
        if (r)
            return r < 0 ? r : 0;
        TRY(row_check(v, &row));
    }
    verify_staff_end(v);
    verify_meta_end(v);
    return verify_numbers_end(v);
}
