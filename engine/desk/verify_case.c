/* SPDX-License-Identifier: Apache-2.0 */
/* One case, made again from its events. */
#include "base/err.h"
#include "engine/desk/verify_inner.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { CASE_BYTES_MAX = 1 << 17, PIECE_MAX = 4 << 20 };

void fold_fault(Fold *f, const char *table, const char *what)
{
    verify_fault(f->v, table, name_str(&f->head->number), what);
}

/* Holder and reader are put in by whoever checks the signature. */
static void said_part(Fold *f, const EventRecord *e, uint32_t i, const PartRecord *p)
{
    BundlePart *said = &f->said.parts[f->said.n_parts];

    if (e->n_told > e->n_parts || i >= e->n_parts - e->n_told ||
        f->said.n_parts == BUNDLE_PARTS_MAX)
        return;
    *said = (BundlePart){.kind = p->kind,
                         .class = p->class,
                         .epoch = p->epoch,
                         .slot = p->slot,
                         .file = p->file,
                         .sealed = p->sealed};
    memcpy(said->commit.b, p->commit.b, sizeof(said->commit.b));
    f->holders[f->said.n_parts++] = p->holder;
}

static void said_seal(Fold *f, const EventRecord *e, const SealRecord *s)
{
    BundleSeal *said = &f->said.seals[f->said.n_seals];

    if (e->step.kind != STEP_SUBMIT && case_excludes(&f->made.c, &s->reader))
        fold_fault(f, "seal", "is for somebody who is off the case");
    if (f->said.n_seals == BUNDLE_SEALS_MAX || seal_is_servers(f, e, s))
        return;
    *said = (BundleSeal){.class = s->class,
                         .epoch = s->epoch,
                         .slot = s->slot,
                         .expires = s->expires,
                         .sealed = s->sealed};
    memcpy(said->nonce.b, s->nonce.b, sizeof(said->nonce.b));
    Bytes64 plain = desk_cover(f->v->desk, f->made.seal_id, SIGNED_SEAL, s->no, s->signature.b);
    memcpy(said->signature.b, plain.b, sizeof(plain.b));
    f->readers[f->said.n_seals] = s->reader;
    f->granted_by[f->said.n_seals++] = s->granted_by;
}

/* What its retention destroyed leaves the hash of its record, no less and no more. */
static bool fold_gone(Fold *f, uint8_t class, const Bytes32 *hash, const char *table)
{
    bool is = !bytes32_is_zero(hash), should = (f->head->c.destroyed & CLASS_BIT(class)) != 0;

    if (is != should)
        fold_fault(f, table,
                   is ? "is gone, and nothing says it was destroyed"
                      : "is still there, though it was destroyed");
    f->gone |= is;
    return is;
}

static int fold_parts(Fold *f, const EventRecord *e, HashList *hashes)
{
    BUF_AUTO Buf piece = {0};
    int r = 0;

    buf_init(&piece, PIECE_MAX);
    for (uint32_t i = 0; i < e->n_parts && !r; i++) {
        PartRecord part;
        uint32_t no = e->first_part + i;
        if (store_get_part(f->v->txn, e->case_id, no, f->arena, &part) != STORE_OK) {
            fold_fault(f, "part", "missing or not readable");
            continue;
        }
        if (part.case_id != e->case_id || part.no != no || part.event != e->seq)
            fold_fault(f, "part", "lies in the wrong place");
        f->v->n.parts++;
        if (fold_gone(f, retention_class(part.kind, part.class), &part.gone, "part")) {
            r = content_add_hash(hashes, &part.gone);
            continue;
        }
        buf_reset(&piece);
        record_put_part(&piece, &part);
        r = content_add(hashes, &piece);
        part_unmask(f->v->desk, f->made.seal_id, &part);
        TRY(given_uncover(f->v->desk, f->made.seal_id, f->arena, &part));
        said_part(f, e, i, &part);
        if (part.kind == PART_FILE)
            verify_file(f->v, &part.file, &f->head->number);
    }
    return r;
}

static int fold_seals(Fold *f, const EventRecord *e, HashList *hashes)
{
    BUF_AUTO Buf piece = {0};
    int r = 0;

    buf_init(&piece, PIECE_MAX);
    for (uint32_t i = 0; i < e->n_seals && !r; i++) {
        SealRecord seal;
        uint32_t no = e->first_seal + i;
        if (store_get_seal(f->v->txn, e->case_id, no, f->arena, &seal) != STORE_OK) {
            fold_fault(f, "seal", "missing or not readable");
            continue;
        }
        if (seal.case_id != e->case_id || seal.no != no || seal.event != e->seq)
            fold_fault(f, "seal", "lies in the wrong place");
        if (fold_gone(f, seal.class, &seal.gone, "seal")) {
            r = content_add_hash(hashes, &seal.gone);
            continue;
        }
        buf_reset(&piece);
        record_put_seal(&piece, &seal);
        r = content_add(hashes, &piece);
        seal_unmask(f->v->desk, f->made.seal_id, &seal);
        said_seal(f, e, &seal);
    }
    return r;
}

static int fold_content(Fold *f, const EventRecord *e)
{
    HashList parts = {.n = 0}, seals = {.n = 0};

    if (e->first_part != f->made.parts || e->first_seal != f->made.seals ||
        e->n_parts > HASH_LIST_MAX || e->n_seals > HASH_LIST_MAX) {
        fold_fault(f, "event", "parts or seals do not follow on");
        return 0;
    }
    f->said.n_parts = f->said.n_seals = 0;
    f->gone = false;
    int r = fold_parts(f, e, &parts);
    r = r ? r : fold_seals(f, e, &seals);
    if (r)
        return r;
    f->made.parts += e->n_parts;
    f->made.seals += e->n_seals;
    Bytes32 content = content_of(&parts, &seals);
    if (memcmp(content.b, e->content.b, sizeof(content.b)) != 0)
        fold_fault(f, "event", "what came with it has been changed");
    return f->gone ? 0 : fold_signatures(f, e); /* what was signed is not there any more */
}

/* What the head keeps beside the case itself. */
static void fold_head(Fold *f, const EventRecord *e)
{
    HeadRecord *m = &f->made;

    if (e->step.kind == STEP_SUBMIT) {
        m->number = e->new_number;
        m->seal_id = e->seal_id;
        m->workflow = e->workflow;
        m->workflow_version = e->workflow_version;
        m->workflow_hash = e->workflow_hash;
        m->settings_hash = e->settings_hash;
    }
    if (e->step.kind == STEP_MIGRATE) {
        m->workflow_version = e->workflow_version;
        m->workflow_hash = e->workflow_hash;
        m->settings_hash = e->settings_hash;
    }
    if (e->number.s[0])
        m->register_no = e->number;
    if (!bytes32_is_zero(&e->code_index)) {
        m->code_index = e->code_index;
        m->code_box = e->code_box;
        m->code_sign = e->code_sign;
    }
    for (uint8_t i = 0; i < e->n_keys; i++)
        head_key_add(m, &e->keys[i]);
}

/* The row of the outbox that came with it. */
static int fold_alert(Fold *f, const Def *def, const EventRecord *e)
{
    HeadRecord then = f->made;
    AlertRecord r;

    if (e->step.kind == STEP_REVEAL_ASK)
        verify_request(f->v, f->head, e->step.day, &f->asked);
    then.id = f->head->id;
    return alert_due(def, &then, &f->effects, &e->step, &r)
               ? verify_alert_add(f->v, &f->v->alerts, &r)
               : 0;
}

/* Once a case lies covered, so does what is added: somebody else's words cannot. */
static void fold_covered(Fold *f, const EventRecord *e)
{
    if (f->covers && !e->covers)
        fold_fault(f, "event", "lies bare, behind one that is covered");
    f->covers |= e->covers;
}

static void fold_leaf(Fold *f, const EventRecord *e)
{
    Bytes32 content = event_attested(e);
    LeafRecord leaf;

    if (e->log_leaf == UINT64_MAX) {
        WaitingLeaf key = {.case_id = e->case_id, .event = e->seq};
        const Items *w = &f->v->waiting;
        const WaitingLeaf *found = w->n ? bsearch(&key, w->at, w->n, w->size, waiting_order) : NULL;
        if (!found || found->day != e->step.day ||
            memcmp(found->content.b, content.b, sizeof(content.b)) != 0)
            fold_fault(f, "event", "not in the log, nor waiting for it");
        return;
    }
    if (store_get_leaf(f->v->txn, e->log_leaf, &leaf) != STORE_OK ||
        leaf.kind != event_log_kind(e->step.kind) || leaf.case_id != e->case_id ||
        leaf.event != e->seq || leaf.day != e->step.day ||
        memcmp(leaf.content.b, content.b, sizeof(content.b)) != 0)
        fold_fault(f, "event", "differs from what the log attests");
}

/* A move to another version: from here on its file counts, and the case speaks its words. */
static int fold_version(Fold *f, const EventRecord *e)
{
    const Def *had = f->def;

    int r = desk_def_of_event(f->v->desk, f->v->txn, f->head, e, &f->def);
    if (r) {
        fold_fault(f, "event", "the workflow file it speaks of is not there");
        return r < 0 ? r : 1;
    }
    if (e->step.kind != STEP_MIGRATE)
        return 0;
    TRY(verify_uses(f->v, &e->workflow_hash));
    TRY(verify_uses(f->v, &e->settings_hash));
    if (e->workflow_version == f->def->version && name_eq(&e->workflow, &f->head->workflow) &&
        event_translate(had, f->def, &f->made.c, &f->made.c) == DESK_OK)
        return 0;
    fold_fault(f, "event", "the new version does not take the case over");
    return 1;
}

static int fold_event(Fold *f, uint32_t seq)
{
    EventRecord e;
    Refusal no;
    Case after;
    const Def *def;

    if (store_get_event(f->v->txn, f->head->id, seq, f->arena, &e) != STORE_OK) {
        fold_fault(f, "event", "missing or not readable");
        return 1;
    }
    f->v->n.events++;
    if (e.case_id != f->head->id || e.seq != seq) {
        fold_fault(f, "event", "lies in the wrong place");
        return 1;
    }
    int r = fold_version(f, &e);
    if (r)
        return r;
    r = desk_def_dated(f->v->desk, f->v->txn, f->def, &e.calendar_hash, &def);
    if (r) {
        fold_fault(f, "event", "the calendar it was counted by is not there");
        return r < 0 ? r : 1;
    }
    TRY(verify_uses(f->v, &e.calendar_hash));
    f->dated |= !bytes32_is_zero(&e.calendar_hash);
    if (flow_step(def, seq ? &f->made.c : NULL, &e.step, &after, &f->effects, &no) != FLOW_OK) {
        fold_fault(f, "event", "the workflow refuses this step");
        return 1;
    }
    bool decides = e.step.kind == STEP_APPROVE || e.step.kind == STEP_DECLINE;
    if (e.held != f->effects.proposed || e.decides != (decides ? f->made.c.proposal.event : 0))
        fold_fault(f, "event", "proposal and decision do not match");
    f->rev = f->made.c.rev;
    f->made.c = after;
    fold_head(f, &e);
    fold_leaf(f, &e);
    TRY(verify_counts(f->v, def, &e));
    TRY(verify_destroyed(f, &e));
    if (e.step.kind == STEP_SUBMIT && e.step.opened)
        TRY(verify_came(f->v, e.seal_id));
    fold_covered(f, &e);
    TRY(fold_alert(f, def, &e));
    return fold_content(f, &e);
}

/* The whole head as bytes, its case apart, so that padding never counts. */
static int compare(Fold *f)
{
    BUF_AUTO Buf want = {0}, have = {0};
    HeadRecord a = *f->head, b = f->made;

    buf_init(&want, CASE_BYTES_MAX);
    buf_init(&have, CASE_BYTES_MAX);
    record_put_case(&want, &f->made.c);
    record_put_case(&have, &f->head->c);
    if (!str_eq(buf_str(&want), buf_str(&have)))
        fold_fault(f, "case", "does not follow from its events");
    buf_reset(&want);
    buf_reset(&have);
    b.id = a.id;
    b.calendar_hash = a.calendar_hash; /* of its keys: they are looked at for themselves */
    case_init(&a.c);
    case_init(&b.c);
    record_put_head(&have, &a);
    record_put_head(&want, &b);
    if (!str_eq(buf_str(&want), buf_str(&have)))
        fold_fault(f, "case", "numbers, keys, code or counts do not follow from its events");
    return want.err || have.err ? err_origin(-ENOMEM) : 0;
}

static int fold_all(Fold *f)
{
    for (uint32_t i = 0; i < f->head->c.events; i++) {
        int r = fold_event(f, i);
        if (r)
            return r;
    }
    EventRecord stray;
    PartRecord part;
    SealRecord seal;
    if (store_get_event(f->v->txn, f->head->id, f->head->c.events, f->arena, &stray) !=
        STORE_UNKNOWN)
        fold_fault(f, "event", "one more than the case knows of");
    if (store_get_part(f->v->txn, f->head->id, f->head->parts, f->arena, &part) != STORE_UNKNOWN)
        fold_fault(f, "part", "one more than the case knows of");
    if (store_get_seal(f->v->txn, f->head->id, f->head->seals, f->arena, &seal) != STORE_UNKNOWN)
        fold_fault(f, "seal", "one more than the case knows of");
    if (f->covers && !f->head->covers)
        fold_fault(f, "case", "lies bare, though its events are covered");
    if (f->dated && bytes32_is_zero(&f->head->calendar_hash))
        fold_fault(f, "case", "does not say by which calendar its keys were made");
    return compare(f);
}

int verify_case(Verify *v, uint64_t id)
{
    ARENA_AUTO Arena arena = {0};
    HeadRecord head;
    const Def *def;
    Fold f = {.v = v, .head = &head, .arena = &arena, .asked = DAY_NONE};
    BundlePart parts[BUNDLE_PARTS_MAX];
    BundleSeal seals[BUNDLE_SEALS_MAX];

    v->n.cases++;
    arena_init(&arena, (size_t)1 << 30);
    case_init(&f.made.c);
    f.said.parts = parts;
    f.said.seals = seals;
    if (store_get_head(v->txn, id, &head) != STORE_OK) {
        verify_fault(v, "case", STR(""), "head not readable");
        return 0;
    }
    TRY(verify_uses(v, &head.workflow_hash));
    TRY(verify_uses(v, &head.settings_hash));
    int r = desk_def(v->desk, v->txn, &head, &def);
    f.def = def;
    if (r) {
        fold_fault(&f, "case", "its workflow file is not there");
        return r < 0 ? r : 0;
    }
    verify_still_there(v, def, &head);
    r = fold_all(&f);
    if (r < 0)
        return r;
    v->n.reindex += !case_is_indexed(def, &head);
    r = desk_def_dated(v->desk, v->txn, def, &head.calendar_hash, &def);
    if (r)
        fold_fault(&f, "case", "the calendar of its keys is not there");
    return r ? (r < 0 ? r : 0) : verify_case_indexes(v, def, &head);
}
