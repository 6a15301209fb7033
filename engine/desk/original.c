/* SPDX-License-Identifier: Apache-2.0 */
/* What a case was goes with it when it moves: copied here, by the desk, and not by whoever moves it
 * (engine/vault/original.h). */
#include "engine/vault/original.h"
#include "base/err.h"
#include "engine/desk/inner.h"
#include <errno.h>
#include <string.h>

_Static_assert(BUNDLE_PARTS_MAX + 8 + ORIGINAL_PIECES_MAX <= HASH_LIST_MAX,
               "a bundle, what the workflow tells, and what the case was");

static bool is_form(const PartRecord *p)
{
    return p->kind == PART_FORM || p->kind == PART_REPLY || p->kind == PART_FILE;
}

/* Identities have a vault of their own to go to; what is sealed to the old code stays between the
 * office and its holder. */
static bool is_carried(const PartRecord *p)
{
    return p->class < CLASSES && p->class != CLASS_IDENTITY && bytes32_is_zero(&p->gone) &&
           p->kind != PART_HALF && p->kind != PART_IDENTITY &&
           !(is_form(p) && p->slot == SLOT_NAMES);
}

/* Of every epoch: the head knows the newest alone. */
static void take_keys(const EventRecord *e, Original *o)
{
    for (uint8_t i = 0; i < e->n_keys && o->n_keys < ORIGINAL_KEYS_MAX; i++) {
        BundleKey *k = &o->keys[o->n_keys++];
        *k = (BundleKey){.class = e->keys[i].class, .epoch = e->keys[i].epoch};
        memcpy(k->public.b, e->keys[i].public.b, sizeof(k->public.b));
    }
}

typedef struct Taking {
    const EventRecord *events;
    bool *mixed; /* of each event: its forms may hold names among the rest */
    uint32_t n_events;
    PartRecord *parts;
    uint32_t n_parts;
    size_t room; /* bytes */
    Original *o;
} Taking;

/* What came with the complainant's steps, or with all the others. */
static void take_parts(Taking *t, bool complainants)
{
    for (uint32_t i = 0; i < t->n_parts; i++) {
        const PartRecord *p = &t->parts[i];
        const Step *step = p->event < t->n_events ? &t->events[p->event].step : NULL;
        bool own = step && (step->actor.kind == ACTOR_COMPLAINANT || step->kind == STEP_SUBMIT);
        if (!step || own != complainants || !is_carried(p))
            continue;
        if (is_form(p) && t->mixed[p->event]) {
            t->o->left_out++;
            continue;
        }
        OriginalPart part = {.no = p->no,
                             .day = step->day,
                             .by = step->actor.kind,
                             .kind = p->kind,
                             .class = p->class,
                             .epoch = p->epoch,
                             .sealed = p->sealed};
        size_t len = original_part_len(&part);
        if (len > t->room) {
            t->o->left_out++;
            continue;
        }
        t->room -= len;
        t->o->parts[t->o->n_parts++] = part;
    }
}

static bool gives_names(const Def *def, const FieldSet *given)
{
    for (uint8_t i = 0; i < def->n_fields; i++)
        if (def->fields[i].class == CLASS_IDENTITY && field_set_has(given, i))
            return true;
    return false;
}

/* Names lay among the other answers before they were given parts of their own. */
static int find_mixed(CaseWrite *w, const HeadRecord *former, Taking *t)
{
    const Def *def = NULL;

    t->mixed = arena_many(w->arena, t->n_events + 1u, bool);
    if (!t->mixed)
        return err_origin(-ENOMEM);
    for (uint32_t i = 0; i < t->n_events; i++) {
        const Step *step = &t->events[i].step;
        int r = desk_def_of_event(w->desk, w->txn, former, &t->events[i], &def);
        if (r)
            return r;
        t->mixed[i] = step->kind == STEP_SUBMIT ? def->intake.when_open != CLASS_IDENTITY
                                                : gives_names(def, &step->in.given);
    }
    for (uint32_t i = 0; i < t->n_parts; i++)
        if (is_form(&t->parts[i]) && t->parts[i].slot == SLOT_NAMES &&
            t->parts[i].event < t->n_events)
            t->mixed[t->parts[i].event] = false;
    return DESK_OK;
}

static int read_parts(CaseWrite *w, const HeadRecord *former, PartRecord **ret)
{
    *ret = arena_many(w->arena, former->parts + 1u, PartRecord);
    if (!*ret)
        return err_origin(-ENOMEM);
    for (uint32_t no = 0; no < former->parts; no++) {
        int r = desk_answer(store_get_part(w->txn, former->id, no, w->arena, &(*ret)[no]));
        if (r)
            return r == DESK_UNKNOWN ? DESK_BROKEN : r;
    }
    return DESK_OK;
}

static int collect(CaseWrite *w, const HeadRecord *former, Original *o)
{
    enum { HEAD_BYTES = 16 << 10 }; /* more than all that is not a part */
    EventRecord *events;
    Taking t = {.n_events = former->c.events,
                .n_parts = former->parts,
                .room = (size_t)ORIGINAL_PIECE * ORIGINAL_PIECES_MAX - HEAD_BYTES,
                .o = o};

    int r = desk_events(w->txn, former, w->arena, &events);
    r = r ? r : read_parts(w, former, &t.parts);
    if (r)
        return r;
    o->parts = arena_many(w->arena, former->parts + 1u, OriginalPart);
    if (!o->parts)
        return err_origin(-ENOMEM);
    t.events = events;
    r = find_mixed(w, former, &t);
    if (r)
        return r;
    for (uint32_t i = 0; i < t.n_events; i++)
        take_keys(&events[i], o);
    take_parts(&t, true); /* if there should not be room for all: the complainant's words first */
    take_parts(&t, false);
    return DESK_OK;
}

int case_write_original(CaseWrite *w, const HeadRecord *former)
{
    Composer by = {.def = w->def,
                   .directory = desk_directory(w->desk),
                   .tenant = desk_office(w->desk)->tenant,
                   .arena = w->arena};
    Original o = {.workflow = former->workflow, .seal_id = former->seal_id};
    Bundle *copy = arena_new(w->arena, Bundle);
    CaseKeys keys;

    if (!copy)
        return err_origin(-ENOMEM);
    int r = collect(w, former, &o);
    if (r)
        return r;
    case_keys_of(&w->head, &keys);
    TRY(compose_original(&by, &keys, w->head.parts, &o, copy));
    w->event.n_told += (uint32_t)copy->n_parts;
    return case_write_parts(w, copy);
}
