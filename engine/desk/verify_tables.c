/* SPDX-License-Identifier: Apache-2.0 */
/* What stands beside the cases: pinned texts, the ledger file, counters. */
#include "base/err.h"
#include "base/text.h"
#include "engine/desk/purge_inner.h"
#include "engine/desk/verify_inner.h"
#include <errno.h>
#include <string.h>

enum { HASH_SHOWN = 6 /* bytes */, RECORDS_MAX = 64 << 20 };

int verify_uses(Verify *v, const Bytes32 *hash)
{
    Bytes32 *used;

    if (bytes32_is_zero(hash))
        return 0;
    for (size_t i = 0; i < v->texts.n; i++) {
        if (memcmp(v->texts.at + i * v->texts.size, hash->b, sizeof(hash->b)) == 0)
            return 0;
    }
    used = items_add(v, &v->texts, sizeof(*used));
    if (!used)
        return err_origin(-ENOMEM);
    *used = *hash;
    return 0;
}

static int check_text(Verify *v, const Bytes32 *hash)
{
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf shown = {0};
    Str text;

    arena_init(&arena, RECORDS_MAX);
    buf_init(&shown, 2 * HASH_SHOWN);
    text_put_hex(&shown, hash->b, HASH_SHOWN);
    int r = store_get_def(v->txn, hash, &arena, &text);
    if (r < 0)
        return r;
    if (r)
        verify_fault(v, "definition", buf_str(&shown), "missing or not readable");
    return 0;
}

static int count_note(Verify *v, const Buf *name, uint64_t n)
{
    Counted *all = (Counted *)(void *)v->counted.at, *one;

    for (size_t i = 0; i < v->counted.n; i++) {
        if (str_is(buf_str(name), all[i].name)) {
            all[i].most = all[i].most > n ? all[i].most : n;
            return 0;
        }
    }
    one = items_add(v, &v->counted, sizeof(*one));
    if (!one)
        return err_origin(-ENOMEM);
    *one = (Counted){.most = n};
    memcpy(one->name, name->ptr, name->len < sizeof(one->name) ? name->len : sizeof(one->name) - 1);
    return 0;
}

int verify_counts(Verify *v, const Def *def, const EventRecord *e)
{
    BUF_AUTO Buf number = {0}, entry = {0};
    uint64_t n;

    buf_init(&number, sizeof(((Counted *)NULL)->name) - 1);
    buf_init(&entry, sizeof(((Counted *)NULL)->name) - 1);
    if (e->new_number.s[0] && number_counter(def, &e->new_number, e->step.day, &number, &n))
        TRY(count_note(v, &number, n));
    if (e->number.s[0] && register_counter(def, &e->number, &entry, &n))
        TRY(count_note(v, &entry, n));
    return 0;
}

/* A counter that has gone back would give a number twice. */
static void check_counters(Verify *v)
{
    AlertRecord alert;
    LeafRecord leaf;
    uint64_t id, no;

    if (store_next_case(v->txn, store_count(v->txn, STR("case")) + 1, &id) == STORE_OK)
        verify_fault(v, "counter", STR("case"), "is behind the cases");
    if (store_next_alert(v->txn, store_count(v->txn, STR("alerts")), &alert) == STORE_OK)
        verify_fault(v, "counter", STR("alerts"), "is behind the outbox");
    if (store_next_waiting_leaf(v->txn, store_count(v->txn, STR("waiting")), &no, &leaf) ==
        STORE_OK)
        verify_fault(v, "counter", STR("waiting"), "is behind the waiting entries");
    const Counted *all = (const Counted *)(const void *)v->counted.at;
    for (size_t i = 0; i < v->counted.n; i++) {
        if (store_count(v->txn, str_of(all[i].name)) < all[i].most)
            verify_fault(v, "counter", str_of(all[i].name), "is behind the numbers given");
    }
}

/* A restored copy knows by its ledger file what has been destroyed since it was made. */
static int check_purges(Verify *v)
{
    size_t lines = 0;
    BUF_AUTO Buf what = {0};
    const int r = purge_waits(v->desk, &lines);

    if (r < 0)
        return r;
    buf_init(&what, 200);
    if (r)
        buf_adds(&what, "is not a list of this office, or somebody has changed it");
    else if (lines)
        buf_addf(&what,
                 "%zu purges wait to be done again in this restored copy; serving it does them",
                 lines);
    if (what.err)
        return err_origin(what.err);
    if (what.len)
        verify_fault(v, "purges", STR(PURGES_FILE), (const char *)what.ptr);
    return 0;
}

int verify_tables(Verify *v)
{
    for (size_t i = 0; i < v->texts.n; i++) {
        Bytes32 hash;
        memcpy(&hash, v->texts.at + i * v->texts.size, sizeof(hash));
        TRY(check_text(v, &hash));
    }
    TRY(check_purges(v));
    check_counters(v);
    return 0;
}
