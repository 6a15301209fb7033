/* SPDX-License-Identifier: Apache-2.0 */
/* Small named values: each has to be one that somebody asks for, and to say what follows from the
 * rest. What other files of verify hold against the log or the cases is only known here. */
#include "base/err.h"
#include "base/text.h"
#include "engine/desk/purge_inner.h"
#include "engine/desk/verify_inner.h"
#include "engine/store/scan.h"
#include <errno.h>
#include <string.h>

enum { META_ARENA = 64 << 20 };

/* rest: of the name, behind its prefix. *ret NULL or what is wrong. 0, negative. */
typedef int MetaCheck(Verify *v, Str rest, Str value, const char **ret);

static int is_no_more(Verify *v, Str rest, Str value, const char **ret)
{
    (void)v;
    (void)rest;
    (void)value;
    (void)ret;
    return 0;
}

static int is_tenant(Verify *v, Str rest, Str value, const char **ret)
{
    (void)rest;
    if (!str_eq(value, desk_office(v->desk)->tenant))
        *ret = "is another office's";
    return 0;
}

/* The newest is kept under its version too. *ret_version 0: it is not there or cannot be read. */
static int newest(Verify *v, Str document, uint32_t *ret_version)
{
    ARENA_AUTO Arena arena = {0};
    const Directory *d;
    Str kept;

    *ret_version = 0;
    arena_init(&arena, META_ARENA);
    int r = directory_open(document, &v->desk->loaded->org, NULL, &arena, &d);
    if (r)
        return r < 0 ? r : 0;
    r = desk_directory_past(v->txn, d->version, &arena, &kept);
    if (!r && str_eq(kept, document))
        *ret_version = d->version;
    return r < 0 ? r : 0;
}

static int is_directory(Verify *v, Str rest, Str value, const char **ret)
{
    uint32_t version;

    (void)rest;
    TRY(newest(v, value, &version));
    if (!version)
        *ret = "is not signed by the keys of org.pub, or not the one of its version";
    return 0;
}

static int is_night(Verify *v, Str rest, Str value, const char **ret)
{
    const Day last = verify_night_last(v);
    unsigned long long day;

    (void)rest;
    if (str_u64(value, INT32_MAX, &day))
        *ret = "is no day";
    else if ((Day)day > verify_today(v))
        *ret = "has not been yet";
    else if (last != DAY_NONE && (Day)day < last)
        *ret = "is before the last night of the log";
    return 0;
}

static int is_calendars(Verify *v, Str rest, Str value, const char **ret)
{
    ARENA_AUTO Arena arena = {0};
    Bytes32 hash;
    Str text;

    (void)rest;
    arena_init(&arena, META_ARENA);
    for (; value.len >= sizeof(hash.b); value.ptr += sizeof(hash.b), value.len -= sizeof(hash.b)) {
        memcpy(hash.b, value.ptr, sizeof(hash.b));
        int r = desk_answer(store_get_def(v->txn, &hash, &arena, &text));
        if (r < 0)
            return r;
        if (r)
            *ret = "names a calendar that is not there";
    }
    if (value.len && !str_is(value, INDEXED_TOO))
        *ret = "is no list of calendars";
    return 0;
}

static int is_count(Verify *v, Str rest, Str value, const char **ret)
{
    unsigned long long n;

    (void)v;
    (void)rest;
    if (str_u64(value, INT64_MAX, &n))
        *ret = "is no number";
    return 0;
}

static int is_reindex(Verify *v, Str rest, Str value, const char **ret)
{
    return str_is(value, "done") ? 0 : is_count(v, rest, value, ret);
}

static int is_offset(Verify *v, Str rest, Str value, const char **ret)
{
    if (!desk_office(v->desk)->demo)
        *ret = "moves the clock of an office that is no demo";
    return is_count(v, rest, value, ret);
}

/* ---- numbered ---- */

/* Written as numbers are: no second name for the same. */
static bool number_is(Str text, uint64_t max, uint64_t *ret)
{
    unsigned long long n;
    BUF_AUTO Buf again = {0};

    buf_init(&again, 32);
    if (str_u64(text, max, &n))
        return false;
    buf_addf(&again, "%llu", n);
    *ret = n;
    return str_eq(buf_str(&again), text);
}

static int is_version(Verify *v, Str rest, Str value, const char **ret)
{
    ARENA_AUTO Arena arena = {0};
    const Directory *d;
    uint64_t version;
    uint32_t now = 0;
    Str document;

    (void)value;
    arena_init(&arena, META_ARENA);
    int r = desk_answer(store_get_meta(v->txn, STR("directory"), &arena, &document));
    r = r ? r : newest(v, document, &now);
    if (r < 0)
        return r;
    if (!number_is(rest, UINT32_MAX, &version) || !version || (now && version > now)) {
        *ret = "is of no version there was";
        return 0;
    }
    return verify_directory_at(v, (uint32_t)version, &d); /* which tells by itself */
}

static int is_node(Verify *v, Str rest, Str value, const char **ret)
{
    ARENA_AUTO Arena arena = {0};
    uint64_t level, index;
    Tree tree;

    (void)value; /* those there should be are compared with the leaves */
    arena_init(&arena, META_ARENA);
    int r = tree_load(v->txn, &arena, &tree);
    if (r)
        return r < 0 ? r : 0;
    if (!number_is(str_cut(&rest, '.'), 63, &level) || !number_is(rest, UINT64_MAX, &index) ||
        !level || level % TREE_STEP || level > TREE_STEP * TREE_FULL_MAX ||
        index >= tree.size >> level)
        *ret = "is no part of the tree";
    return 0;
}

static int is_ledger(Verify *v, Str rest, Str value, const char **ret)
{
    uint64_t no;

    v->ledgers++;
    if (!number_is(rest, UINT64_MAX, &no) || no >= store_count(v->txn, STR(PURGE_COUNT)))
        *ret = "is no portion of the ledger";
    while (value.len && !*ret)
        if (purge_ledger_line(v->desk, str_cut(&value, '\n')))
            *ret = "has a line that this office has not written";
    return 0;
}

static int is_approval(Verify *v, Str rest, Str value, const char **ret)
{
    uint64_t place;

    (void)value;
    if (!number_is(rest, UINT64_MAX, &place) || !verify_has_approval(v, place))
        *ret = "is on no list of approvals";
    return 0;
}

static int is_ground(Verify *v, Str rest, Str value, const char **ret)
{
    LeafRecord leaf;
    uint64_t place;

    (void)value;
    if (!number_is(rest, UINT64_MAX, &place) || store_get_leaf(v->txn, place, &leaf) != STORE_OK ||
        leaf.kind != LOGGED_PURGE)
        *ret = "is the ground of no purge";
    return 0;
}

/* ---- all names ---- */

/* A name that ends with a point goes on with a number. */
static const struct {
    const char *name;
    MetaCheck *check;
} known[] = {
    {"tenant", is_tenant},
    {"directory", is_directory},
    {"directory.", is_version},
    {"tree", is_no_more},       /* verify_log.c */
    {"checkpoint", is_no_more}, /* likewise */
    {"node.", is_node},
    {"night", is_night},
    {"waited", is_no_more}, /* verify_log.c */
    {"reindex", is_reindex},
    {"calendars", is_calendars},
    {"demo_offset", is_offset},
    {PURGE_STATE, is_no_more}, /* verify_listed.c, as the next three */
    {PURGE_LIST, is_no_more},
    {PURGE_HIDDEN, is_no_more},
    {PURGE_FILES, is_no_more},
    {PURGE_COUNT ".", is_ledger},
    {PURGE_APPROVALS, is_no_more}, /* verify_purge.c */
    {"approval.", is_approval},
    {"purged.", is_ground},
};

static bool is_named(const char *name, Str key, Str *ret_rest)
{
    Str whole = str_of(name);
    bool numbered = whole.len && whole.ptr[whole.len - 1] == '.';

    if (!numbered || !str_starts(key, whole))
        return !numbered && str_eq(key, whole);
    *ret_rest = (Str){key.ptr + whole.len, key.len - whole.len};
    return true;
}

int verify_meta(Verify *v, const StoreRow *row, const char **ret)
{
    ARENA_AUTO Arena arena = {0};
    Str rest = {NULL, 0}, value;

    arena_init(&arena, META_ARENA);
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (!is_named(known[i].name, row->name, &rest))
            continue;
        int r = desk_answer(store_get_meta(v->txn, row->name, &arena, &value));
        return r ? (r < 0 ? r : 0) : known[i].check(v, rest, value, ret);
    }
    *ret = "is nothing that anybody asks for";
    return 0;
}

/* What an office has that was ever opened: an empty answer to those who ask would be taken for that
 * of a new one. */
void verify_meta_end(Verify *v)
{
    static const char *const kept[] = {"directory", "calendars", "reindex"};
    ARENA_AUTO Arena arena = {0};
    Str value;

    arena_init(&arena, META_ARENA);
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        if (store_count(v->txn, STR("case")) &&
            store_get_meta(v->txn, str_of(kept[i]), &arena, &value) == STORE_UNKNOWN)
            verify_fault(v, "meta", str_of(kept[i]), "is missing");
    }
    if (v->nights.n && store_get_meta(v->txn, STR("night"), &arena, &value) == STORE_UNKNOWN)
        verify_fault(v, "meta", STR("night"), "is missing, though there were nights");
    if (v->ledgers != store_count(v->txn, STR(PURGE_COUNT)))
        verify_fault(v, "counts", STR(PURGE_COUNT), "is not how many portions the ledger has");
}
