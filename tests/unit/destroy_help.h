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

static inline void put_meta(const char *key, Str value)
{
    turn();
    assert_int_equal(purge_meta_put(world.txn, key, value), DESK_OK);
    commit();
}

/* The ground at the last purge, as it lies beside the log. */
static inline Str ground_of(uint64_t *ret_place)
{
    BUF_AUTO Buf key = {0};
    LeafRecord leaf;
    Str text;

    *ret_place = 0;
    look();
    for (uint64_t i = 0; store_get_leaf(world.txn, i, &leaf) == STORE_OK; i++)
        if (leaf.kind == LOGGED_PURGE)
            *ret_place = i;
    buf_init(&key, 64);
    purged_key(&key, *ret_place);
    assert_int_equal(purge_meta_get(world.txn, (const char *)key.ptr, &world.arena, &text), 0);
    looked();
    return text;
}

/* The same purge as it would have been with this ground, log and all. */
static inline void ground_says(uint64_t place, Str text)
{
    BUF_AUTO Buf key = {0};
    Tree old, tree = {0};
    LeafRecord leaf;
    Hash covers = purge_begin();

    buf_init(&key, 64);
    purged_key(&key, place);
    put_meta((const char *)key.ptr, text);
    turn();
    Batch *b = batch_new(&world.arena);
    assert_int_equal(tree_load(world.txn, &world.arena, &old), DESK_OK);
    for (uint64_t i = 0; i < old.size; i++) {
        assert_int_equal(store_get_leaf(world.txn, i, &leaf), STORE_OK);
        if (leaf.purged == place)
            covers = purge_add(&covers, i, &leaf.leaf);
        if (i == place)
            leaf.content = purge_attested(&covers, text);
        tree_append(b, &tree, &leaf);
    }
    tree_save(b, &tree);
    assert_int_equal(store_apply(world.txn, b), STORE_OK);
    commit();
}

static inline void destroyed(uint64_t id)
{
    destroyed_as(id, &(PurgeGround){.by = PURGED_AGAIN});
}
