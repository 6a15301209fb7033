/* SPDX-License-Identifier: Apache-2.0 */
/* One step of one case becomes one batch: head, event, parts, seals, indexes, log leaf, outbox.
 * What lies in the batch either all happens or not at all. */
#include "base/err.h"
#include "engine/desk/inner.h"
#include <errno.h>
#include <string.h>

CaseWrite *case_write_new(Desk *d, Txn *t, Arena *arena, const Def *def, const HeadRecord *before)
{
    CaseWrite *w = arena_new(arena, CaseWrite);

    if (!w || !(w->batch = batch_new(arena)))
        return NULL;
    w->desk = d;
    w->txn = t;
    w->arena = arena;
    w->def = def;
    w->had = def;
    w->fresh = !before;
    if (before) {
        w->before = *before;
        w->head = *before;
    } else {
        case_init(&w->before.c);
        case_init(&w->head.c);
    }
    return w;
}

static void write_defaults(CaseWrite *w, const Step *step)
{
    EventRecord *e = &w->event;

    e->case_id = w->head.id;
    e->seq = w->before.c.events;
    e->step = *step;
    e->first_part = w->head.parts;
    e->first_seal = w->head.seals;
    e->log_leaf = UINT64_MAX;
    e->held = w->effects.proposed;
    e->calendar_hash = bytes32_of(w->def->calendar_hash);
    e->directory = desk_directory(w->desk)->version;
    if (w->def->protected)
        bytes_random(e->salt.b, sizeof(e->salt.b));
    if (step->kind == STEP_APPROVE || step->kind == STEP_DECLINE)
        e->decides = w->before.c.proposal.event;
}

int case_write_step(CaseWrite *w, const Step *step, Refusal *ret_refusal)
{
    int r = step->actor.kind == ACTOR_PERSON ? desk_people_stand(w->desk, w->txn) : DESK_OK;
    if (r)
        return r;
    r =
        flow_step(w->def, w->fresh ? NULL : &w->head.c, step, &w->head.c, &w->effects, ret_refusal);

    if (r)
        return r < 0 ? err_trace(r) : r == FLOW_REV ? DESK_MOVED : DESK_REFUSED;
    write_defaults(w, step);
    return DESK_OK;
}

/* ---- content of an event: a hash over the hashes of its records ---- */

Bytes32 record_hash(Str record)
{
    Str parts[] = {STR("krading/1|record"), record};
    Hash h = hash_parts(NULL, parts, 2);

    return bytes32_of(h.b);
}

int content_add_hash(HashList *list, const Bytes32 *hash)
{
    if (list->n == HASH_LIST_MAX)
        return err_origin(-E2BIG);
    memcpy(list->b + list->n++ * sizeof(hash->b), hash->b, sizeof(hash->b));
    return 0;
}

int content_add(HashList *list, const Buf *record)
{
    if (record->err)
        return err_origin(record->err);
    Bytes32 hash = record_hash(buf_str(record));
    return content_add_hash(list, &hash);
}

static Str list_str(const HashList *list)
{
    return (Str){(const char *)list->b, list->n * sizeof(Hash)};
}

Bytes32 content_of(const HashList *parts, const HashList *seals)
{
    Str list[] = {STR("krading/1|content"), list_str(parts), list_str(seals)};
    Hash h = hash_parts(NULL, list, 3);
    return bytes32_of(h.b);
}

/* What the batch could not take has no bytes; the batch says so when it is applied. */
static int content_add_put(HashList *list, Str record)
{
    Bytes32 hash = record_hash(record);

    return content_add_hash(list, &hash);
}

/* ---- what came with the step ---- */

/* An empty name is a dummy: its tag must look like any other. */
static Tag tag_or_dummy(const CaseWrite *w, const Name *name)
{
    Tag tag;

    if (name->s[0])
        return desk_tag(w->desk, w->head.seal_id, name_str(name));
    bytes_random(tag.b, sizeof(tag.b));
    return tag;
}

static int write_part(CaseWrite *w, HashList *hashes, const BundlePart *p)
{
    uint8_t room[SEAL_LEN];
    PartRecord r = {
        .case_id = w->head.id,
        .no = w->head.parts++,
        .event = w->event.seq,
        .kind = p->kind,
        .class = p->class,
        .epoch = p->epoch,
        .slot = p->slot,
        .commit = bytes32_of(p->commit.b),
        .file = p->file,
        .sealed = p->sealed,
    };

    if (p->kind == PART_GROUND || (p->kind == PART_HALF && p->slot != HALF_WHOLE))
        r.holder = tag_or_dummy(w, &p->holder);
    w->event.n_parts++;
    if (w->def->protected)
        part_mask(w->desk, w->head.seal_id, &r);
    given_cover(w->desk, w->head.seal_id, &r, room);
    return content_add_put(hashes, batch_put_part(w->batch, &r));
}

static int write_seal(CaseWrite *w, HashList *hashes, const BundleSeal *s)
{
    SealRecord r = {
        .case_id = w->head.id,
        .no = w->head.seals++,
        .class = s->class,
        .epoch = s->epoch,
        .slot = s->slot,
        .reader = tag_or_dummy(w, &s->reader),
        .event = w->event.seq,
        .expires = s->expires,
        .nonce = bytes32_of(s->nonce.b),
        .sealed = s->sealed,
    };

    if (!w->fresh && s->slot == SLOT_GRANTED)
        r.granted_by = w->event.step.actor.tag;
    r.signature = desk_cover(w->desk, w->head.seal_id, SIGNED_SEAL, r.no, s->signature.b);
    w->event.n_seals++;
    if (w->def->protected)
        seal_mask(w->desk, w->head.seal_id, &r);
    return content_add_put(hashes, batch_put_seal(w->batch, &r));
}

uint32_t key_place(const ClassKey *key)
{
    return (uint32_t)key->class << 16 | key->epoch;
}

static void write_keys(CaseWrite *w, const Bundle *b)
{
    for (uint8_t i = 0; i < b->n_keys; i++) {
        ClassKey key = {.class = b->keys[i].class,
                        .epoch = b->keys[i].epoch,
                        .public = bytes32_of(b->keys[i].public.b)};
        key.signed_by_maker = desk_cover(w->desk, w->head.seal_id, SIGNED_KEY, key_place(&key),
                                         b->keys[i].signature.b);
        head_key_add(&w->head, &key);
        w->event.keys[w->event.n_keys++] = key;
    }
}

/* A submission's code, or a new one in the place of the old. */
static void write_code(CaseWrite *w, const Bundle *b)
{
    Hash index = code_index(&w->desk->keys.pepper, &b->lookup);

    if (!w->fresh && !w->effects.new_code)
        return;
    if (!bytes32_is_zero(&w->before.code_index))
        batch_drop_code(w->batch, &w->before.code_index);
    w->head.code_index = bytes32_of(index.b);
    w->head.code_box = bytes32_of(b->code_box.b);
    w->head.code_sign = bytes32_of(b->code_sign.b);
    w->event.code_index = w->head.code_index;
    w->event.code_box = w->head.code_box;
    w->event.code_sign = w->head.code_sign;
    batch_expect_no_code(w->batch, &w->head.code_index);
    batch_expect_no_handover(w->batch, &w->head.code_index);
    batch_put_code(w->batch, &w->head.code_index, w->head.id);
}

int case_write_parts(CaseWrite *w, const Bundle *b)
{
    int r = 0;

    for (size_t i = 0; i < b->n_parts && !r; i++)
        r = write_part(w, &w->parts, &b->parts[i]);
    return r;
}

int case_write_seals(CaseWrite *w, const Bundle *b)
{
    int r = 0;

    write_keys(w, b);
    for (size_t i = 0; i < b->n_seals && !r; i++)
        r = write_seal(w, &w->seals, &b->seals[i]);
    return r;
}

int case_write_bundle(CaseWrite *w, const Bundle *b)
{
    w->bundle = b;
    w->event.linked_no = b->linked;
    write_code(w, b);
    int r = case_write_parts(w, b);
    return r ? r : case_write_seals(w, b);
}

/* ---- indexes ---- */

bool case_due_key(const Desk *d, const Def *def, const HeadRecord *h, uint8_t deadline, DueKey *ret)
{
    NextRung next =
        clock_next_rung(&def->deadlines[deadline], &h->c.clocks[deadline], def->calendar);

    if (next.day == DAY_NONE)
        return false;
    *ret = (DueKey){
        .at = day_start(next.day, desk_office(d)->zone), .case_id = h->id, .deadline = deadline};
    return true;
}

uint8_t def_shown_deadline(const Def *def)
{
    for (uint8_t i = 0; i < def->n_deadlines; i++) {
        if (def->deadlines[i].shown)
            return i;
    }
    return DEF_NONE;
}

bool case_list_key(const Def *def, const HeadRecord *h, ListKey *ret)
{
    uint8_t i = def_shown_deadline(def);

    if (case_is_final(def, &h->c))
        return false;
    *ret = (ListKey){.due = DAY_NONE, .case_id = h->id};
    if (i != DEF_NONE)
        ret->due = clock_due(&def->deadlines[i], &h->c.clocks[i], def->calendar);
    return true;
}

/* had: the definition that made the keys which are there. */
static void write_due(CaseWrite *w, const Def *had_def)
{
    for (uint8_t i = 0; i < w->def->n_deadlines || i < had_def->n_deadlines; i++) {
        DueKey had, has;
        bool was = !w->fresh && i < had_def->n_deadlines &&
                   case_due_key(w->desk, had_def, &w->before, i, &had);
        bool is = i < w->def->n_deadlines && case_due_key(w->desk, w->def, &w->head, i, &has);
        if (was && is && had.at == has.at)
            continue;
        if (was)
            batch_drop_due(w->batch, &had);
        if (is)
            batch_put_due(w->batch, &has);
    }
}

static void write_listed(CaseWrite *w, const Def *had_def)
{
    ListKey had, has;
    bool was = !w->fresh && case_list_key(had_def, &w->before, &had);
    bool is = case_list_key(w->def, &w->head, &has);

    if (was && is && had.due == has.due)
        return;
    if (was)
        batch_drop_listed(w->batch, &had);
    if (is)
        batch_put_listed(w->batch, &has);
}

int case_write_keys(CaseWrite *w)
{
    const Def *had = w->had;
    int r = DESK_OK;

    if (!w->fresh)
        r = desk_def_dated(w->desk, w->txn, w->had, &w->before.calendar_hash, &had);
    if (r)
        return r;
    w->head.calendar_hash = bytes32_of(w->def->calendar_hash);
    write_due(w, had);
    write_listed(w, had);
    return DESK_OK;
}

/* ---- the batch ---- */

static int write_leaf(CaseWrite *w)
{
    Bytes32 content = event_attested(&w->event);
    LeafRecord leaf = {.kind = (uint8_t)event_log_kind(w->event.step.kind),
                       .case_id = w->head.id,
                       .event = w->event.seq,
                       .day = w->event.step.day,
                       .person = w->event.step.actor.tag,
                       .content = content};

    return leaf_write(w->txn, w->arena, w->batch, &leaf, w->def->protected, &w->event.log_leaf);
}

static void write_expectations(CaseWrite *w)
{
    if (w->fresh) {
        batch_expect_no_case(w->batch, w->head.id);
        batch_set_count(w->batch, STR("case"), w->head.id);
    } else {
        batch_expect_rev(w->batch, w->head.id, w->before.c.rev, w->before.c.events);
    }
}

int case_write_apply(CaseWrite *w)
{
    int made = case_write_epochs(w);
    if (made)
        return made;
    w->event.content = content_of(&w->parts, &w->seals);
    w->event.signature =
        desk_cover(w->desk, w->head.seal_id, SIGNED_STEP, w->event.seq, w->event.signature.b);
    write_expectations(w);
    int r = case_write_keys(w);
    r = r ? r : case_write_alert(w);
    r = r ? r : write_leaf(w);
    if (r)
        return r;
    w->event.covers = w->head.covers = w->def->protected;
    batch_put_event(w->batch, &w->event);
    batch_put_head(w->batch, &w->head);
    return desk_answer(store_apply(w->txn, w->batch));
}

/* A second, small write: the news is an event of the other case. */
int case_write_link(CaseWrite *w)
{
    HeadRecord other;
    const Def *def;
    Refusal refusal;
    CaseWrite *o;

    if (!w->effects.link || w->effects.link == w->head.id)
        return DESK_OK;
    int r = desk_answer(store_get_head(w->txn, w->effects.link, &other));
    r = r ? r : desk_def(w->desk, w->txn, &other, &def);
    if (r)
        return r;
    /* What lies in the clear points at no protected case. */
    if (w->def->protected && !def->protected)
        return DESK_OK;
    o = case_write_new(w->desk, w->txn, w->arena, def, &other);
    if (!o)
        return err_origin(-ENOMEM);
    Step step = {.kind = STEP_LINKED,
                 .action = DEF_NONE,
                 .deadline = DEF_NONE,
                 .actor = {.kind = ACTOR_SYSTEM},
                 .at = def->protected ? 0 : desk_now(w->desk),
                 .day = desk_today(w->desk),
                 .received = DAY_NONE,
                 .in = {.linked = w->head.id}};
    r = case_write_step(o, &step, &refusal);
    return r == DESK_REFUSED ? DESK_OK : r ? r : case_write_apply(o);
}
