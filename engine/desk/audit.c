/* SPDX-License-Identifier: Apache-2.0 */
/* The audit log: a tree over blinded leaves. What concerns protected cases waits for the night, so
 * that the order of leaves does not tell the hour. */
#include "base/err.h"
#include "base/wire.h"
#include "engine/desk/inner.h"
#include <errno.h>
#include <string.h>

enum { EVENT_BYTES_MAX = 1 << 16, TREE_BYTES_MAX = 8 + 32 * TREE_EDGE_MAX };

/* Entry: u8 version=1 | u8 kind | u64 case | u32 event | i32 day | person(16) | content(32) |
 * blinder(32). Without the blinder nobody can try what a leaf may say. */
Hash leaf_hash(const LeafRecord *r)
{
    BUF_AUTO Buf entry;

    buf_init(&entry, 256);
    wire_put_u8(&entry, 1);
    wire_put_u8(&entry, r->kind);
    wire_put_u64(&entry, r->case_id);
    wire_put_u32(&entry, r->event);
    wire_put_i32(&entry, r->day);
    buf_add(&entry, r->person.b, sizeof(r->person.b));
    buf_add(&entry, r->content.b, sizeof(r->content.b));
    buf_add(&entry, r->blinder.b, sizeof(r->blinder.b));
    return tree_leaf(buf_str(&entry));
}

/* The event's record as it was before its leaf had a place. */
Bytes32 event_attested(const EventRecord *e)
{
    BUF_AUTO Buf record;
    EventRecord plain = *e;

    buf_init(&record, EVENT_BYTES_MAX);
    plain.log_leaf = UINT64_MAX;
    record_put_event(&record, &plain);
    Str parts[] = {STR("krading/1|event"), buf_str(&record)};
    Hash h = hash_parts(NULL, parts, 2);
    return bytes32_of(h.b);
}

LogKind event_log_kind(uint8_t step_kind)
{
    return step_kind == STEP_GRANT ? LOGGED_GRANT : LOGGED_EVENT;
}

bool log_kind_is_event(uint8_t kind)
{
    return kind == LOGGED_EVENT || kind == LOGGED_GRANT;
}

int tree_load(Txn *t, Arena *arena, Tree *ret)
{
    Str bytes;

    memset(ret, 0, sizeof(*ret));
    int r = desk_answer(store_get_meta(t, STR("tree"), arena, &bytes));
    if (r)
        return r == DESK_UNKNOWN ? DESK_OK : r;
    return tree_get(bytes, ret) ? DESK_BROKEN : DESK_OK;
}

void tree_save(Batch *b, const Tree *tree)
{
    BUF_AUTO Buf bytes;

    buf_init(&bytes, TREE_BYTES_MAX);
    tree_put(&bytes, tree);
    batch_put_meta(b, STR("tree"), buf_str(&bytes));
}

void tree_append(Batch *b, Tree *tree, LeafRecord *leaf)
{
    Hash h = leaf_hash(leaf);

    leaf->index = tree->size;
    leaf->leaf = bytes32_of(h.b);
    tree_add(tree, &h);
    batch_put_leaf(b, leaf);
}

int leaf_write(Txn *t, Arena *arena, Batch *b, LeafRecord *leaf, bool waits, uint64_t *ret_index)
{
    Tree tree;

    bytes_random(leaf->blinder.b, sizeof(leaf->blinder.b));
    if (waits) {
        batch_put_waiting_leaf(b, leaf);
        *ret_index = UINT64_MAX;
        return DESK_OK;
    }
    int r = tree_load(t, arena, &tree);
    if (r)
        return r;
    tree_append(b, &tree, leaf);
    tree_save(b, &tree);
    *ret_index = leaf->index;
    return DESK_OK;
}

int desk_log(Desk *d, Txn *t, LogKind kind, const HeadRecord *head, const Def *def, uint32_t event,
             const Tag *person, const Bytes32 *content)
{
    ARENA_AUTO Arena arena;
    LeafRecord leaf = {.kind = (uint8_t)kind, .event = event, .day = desk_today(d)};
    uint64_t index;
    Batch *b;

    arena_init(&arena, 1 << 20);
    if (head)
        leaf.case_id = head->id;
    if (person)
        leaf.person = *person;
    if (content)
        leaf.content = *content;
    if (!(b = batch_new(&arena)))
        return err_origin(-ENOMEM);
    int r = leaf_write(t, &arena, b, &leaf, def && def->protected, &index);
    return r ? r : desk_answer(store_apply(t, b));
}

int desk_checkpoint(Desk *d, Txn *t, Buf *out)
{
    ARENA_AUTO Arena arena;
    BUF_AUTO Buf origin;
    Tree tree;

    arena_init(&arena, 1 << 16);
    buf_init(&origin, 256);
    buf_adds(&origin, "krading/");
    buf_add_str(&origin, desk_office(d)->tenant);
    int r = tree_load(t, &arena, &tree);
    if (r)
        return r;
    r = checkpoint_put(out, buf_str(&origin), &tree, &d->keys.log);
    return r ? err_trace(r) : DESK_OK;
}

void desk_count_wrong_code(Desk *d)
{
    d->wrong_codes++;
}
