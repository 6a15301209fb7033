/* SPDX-License-Identifier: Apache-2.0 */
/* What stands beside the cases: pinned texts, sign-ins, counters. */
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
    if (r) {
        verify_fault(v, "definition", buf_str(&shown), "missing or not readable");
        return 0;
    }
    Hash now = hash_sha256(text);
    if (memcmp(now.b, hash->b, sizeof(now.b)) != 0)
        verify_fault(v, "definition", buf_str(&shown),
                     "is not the text that cases were counted by");
    return 0;
}

/* Whoever the directory names and has a sign-in must be able to use it. */
static int check_staff(Verify *v)
{
    const Directory *d = desk_directory(v->desk);
    ARENA_AUTO Arena arena = {0};
    StaffRecord staff;

    arena_init(&arena, RECORDS_MAX);
    for (size_t i = 0; i < d->n_people; i++) {
        Str name = name_str(&d->people[i].name);
        int r = store_get_staff(v->txn, name, &arena, &staff);
        if (r < 0)
            return r;
        if (r && r != STORE_UNKNOWN)
            verify_fault(v, "staff", name, "sign-in not readable");
        else if (!r && !name_eq(&staff.name, &d->people[i].name))
            verify_fault(v, "staff", name, "lies in the wrong place");
    }
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

/* A code leads to a case or to its successor's code, never to both. */
static int check_handovers(Verify *v)
{
    Bytes32 index = {{0}};
    bool more = true;

    while (more) {
        ARENA_AUTO Arena arena = {0};
        HandoverRecord record;
        uint64_t id;
        arena_init(&arena, RECORDS_MAX);
        int r = store_next_handover(v->txn, &index, &index);
        if (r > 0 && r != STORE_UNKNOWN)
            verify_fault(v, "handover", STR(""), "one cannot be read, nor those after it");
        if (r)
            return r < 0 ? r : 0;
        r = store_get_handover(v->txn, &index, &arena, &record);
        if (r < 0)
            return r;
        Sealed sealed = {(const uint8_t *)record.sealed.ptr, record.sealed.len};
        if (r || !record_is_shaped(sealed))
            verify_fault(v, "handover", STR(""), "not readable");
        else if (store_find_code(v->txn, &index, &id) == STORE_OK)
            verify_fault(v, "handover", STR(""), "its code still leads to a case");
        more = bytes32_next(&index);
    }
    return 0;
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
    TRY(check_staff(v));
    TRY(check_handovers(v));
    TRY(check_purges(v));
    check_counters(v);
    return 0;
}
