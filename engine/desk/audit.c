/* SPDX-License-Identifier: Apache-2.0 */
/* The audit log: a tree over blinded leaves. What concerns protected cases waits for the night, so
 * that the order of leaves does not tell the hour.
 *
 * What is an entry, and what its content attests (desk_log adds one; the person is a tag of the
 * case, or of case 0 where there is none):
 *   EVENT           every step of a case: event_attested
 *   READ            sealed parts or a file served to staff: hash of which ones
 *   GRANT           keys passed on: likewise
 *   REVEAL          an identity asked for, given by a custodian, refused: likewise
 *   REFUSAL         staff were refused (refused.c): hash of what was asked; or how many more
 *   KEYS            a person's keys, sign-in or the directory changed: hash of the new record
 *   EXPORT          data left the office in bulk: hash of what was asked
 *   PURGE           entries were taken out (leaf_purge): which; event: how many
 *   WRONG_CODES     look-ups with no such code on that day: the number, in the last eight bytes
 *   WRONG_SIGN_INS  sign-ins that failed on that day: the same. Not one by one: an entry costs a
 *                   disk sync, which would tell names that exist from names that do not
 *   FILLER          nothing; it hides how much happened in protected cases */
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
    BUF_AUTO Buf entry = {0};

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

/* What stays after a purge gives no entry to hash. */
bool leaf_is_whole(const LeafRecord *r)
{
    Hash h = leaf_hash(r);

    return r->kind > 0 && r->kind < LOG_KINDS && !r->purged &&
           memcmp(h.b, r->leaf.b, sizeof(h.b)) == 0;
}

/* The event's record as it was before its leaf had a place. */
Bytes32 event_attested(const EventRecord *e)
{
    BUF_AUTO Buf record = {0};
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
    switch (step_kind) {
    case STEP_GRANT:
        return LOGGED_GRANT;
    case STEP_REVEAL_ASK:
    case STEP_REVEAL_ANSWER:
    case STEP_REVEAL_DECLINE:
        return LOGGED_REVEAL;
    default:
        return LOGGED_EVENT;
    }
}

bool log_kind_is_event(uint8_t kind)
{
    return kind == LOGGED_EVENT || kind == LOGGED_GRANT || kind == LOGGED_REVEAL;
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
    BUF_AUTO Buf bytes = {0};

    buf_init(&bytes, TREE_BYTES_MAX);
    tree_put(&bytes, tree);
    batch_put_meta(b, STR("tree"), buf_str(&bytes));
}

void node_key(Buf *out, unsigned level, uint64_t index)
{
    buf_addf(out, "node.%u.%llu", level, (unsigned long long)index);
}

/* Roots of whole subtrees are kept, so that a proof need not read the whole log. */
static void nodes_put(Batch *b, const Tree *tree, const Hash *full, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        BUF_AUTO Buf key = {0};
        unsigned level = (i + 1) * TREE_STEP;
        buf_init(&key, 64);
        node_key(&key, level, (tree->size >> level) - 1);
        batch_put_meta(b, buf_str(&key), (Str){(const char *)full[i].b, sizeof(full[i].b)});
    }
}

void tree_append(Batch *b, Tree *tree, LeafRecord *leaf)
{
    Hash h, full[TREE_FULL_MAX];

    if (!leaf->purged) {
        h = leaf_hash(leaf);
        leaf->leaf = bytes32_of(h.b);
    }
    memcpy(h.b, leaf->leaf.b, sizeof(h.b));
    leaf->index = tree->size;
    unsigned n = tree_add_subtree(tree, 0, &h, full);
    nodes_put(b, tree, full, n);
    batch_put_leaf(b, leaf);
}

int leaf_write(Txn *t, Arena *arena, Batch *b, LeafRecord *leaf, bool waits, uint64_t *ret_index)
{
    Tree tree;

    bytes_random(leaf->blinder.b, sizeof(leaf->blinder.b));
    if (waits) {
        Hash h = leaf_hash(leaf);
        leaf->leaf = bytes32_of(h.b);
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
    ARENA_AUTO Arena arena = {0};
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

void desk_count_wrong_code(Desk *d)
{
    d->wrong_codes++;
}

void desk_count_wrong_sign_in(Desk *d)
{
    d->wrong_sign_ins++;
}
