/* SPDX-License-Identifier: Apache-2.0 */
/* New keys when somebody is taken off a case: what is said from then on they cannot open. */
#include "base/err.h"
#include "engine/desk/inner.h"
#include <errno.h>
#include <string.h>

uint16_t epoch_newest(const HeadRecord *h, uint8_t class)
{
    uint16_t newest = 0;

    for (uint8_t i = 0; i < h->n_keys; i++) {
        if (h->keys[i].class == class && h->keys[i].epoch > newest)
            newest = h->keys[i].epoch;
    }
    return newest;
}

void head_key_add(HeadRecord *h, const ClassKey *key)
{
    uint8_t at = h->n_keys;

    for (uint8_t i = 0; at == RECORD_KEYS_MAX && i < h->n_keys; i++)
        if (h->keys[i].epoch + 1u < epoch_newest(h, h->keys[i].class))
            at = i;
    if (at < h->n_keys) {
        memmove(&h->keys[at], &h->keys[at + 1], (h->n_keys - at - 1u) * sizeof(*key));
        h->n_keys--;
    }
    if (h->n_keys < RECORD_KEYS_MAX)
        h->keys[h->n_keys++] = *key;
}

static bool is_unsigned(const HeadRecord *h, uint8_t class, uint16_t epoch)
{
    static const Bytes64 none;

    for (uint8_t i = 0; i < h->n_keys; i++) {
        const ClassKey *k = &h->keys[i];
        if (k->class == class && k->epoch == epoch)
            return epoch > 1 && memcmp(k->signed_by_maker.b, none.b, sizeof(none.b)) == 0;
    }
    return false;
}

/* Also by a seal that is served no more: it was. */
static bool held_by_excluded(const HeadRecord *h, const Case *after, const HeldSeals *held,
                             uint8_t class)
{
    uint16_t newest = epoch_newest(h, class);

    for (size_t i = 0; i < held->n; i++) {
        const SealRecord *s = &held->seals[i];
        if (s->class == class && s->epoch == newest && case_excludes(after, &s->reader))
            return true;
    }
    return false;
}

/* ---- who reads on ---- */

static bool later(Moment a, Moment b)
{
    return b && (!a || a > b);
}

static void reader_add(KeyReader *list, size_t *n, size_t max, const KeyReader *one)
{
    for (size_t i = 0; i < *n; i++) {
        if (!name_eq(&list[i].name, &one->name))
            continue;
        if (later(one->expires, list[i].expires))
            list[i].expires = one->expires;
        return;
    }
    if (*n < max)
        list[(*n)++] = *one;
}

size_t epoch_readers(Desk *d, const Def *def, const HeadRecord *h, const Case *after,
                     const HeldSeals *held, uint8_t class, KeyReader *ret, size_t max)
{
    uint16_t newest = epoch_newest(h, class);
    Moment now = desk_now(d);
    size_t n = 0;

    for (size_t i = 0; i < held->n; i++) {
        const SealRecord *s = &held->seals[i];
        if (s->class != class || s->epoch != newest || !seal_is_live(s, now) ||
            case_excludes(after, &s->reader))
            continue;
        const Person *p = desk_person_of(d, h->seal_id, &s->reader);
        if (!p || p->disabled || is_custodian(def, p))
            continue;
        KeyReader one = {.name = p->name, .class = class, .expires = s->expires};
        reader_add(ret, &n, max, &one);
    }
    return n;
}

/* ---- what an officer's step brings ---- */

typedef struct Epochs {
    Desk *d;
    const Who *who;
    const CaseAt *at;
    const Case *after;
    const HeldSeals *held;
    const Bundle *b;
    StepRefused *no;
} Epochs;

static const KeyReader *reader_named(const KeyReader *list, size_t n, const Name *name)
{
    for (size_t i = 0; i < n; i++) {
        if (name_eq(&list[i].name, name))
            return &list[i];
    }
    return NULL;
}

/* One seal of the new keys: for whoever reads on, as long as they did before, or a grant. */
static int seal_check(const Epochs *e, const BundleSeal *s, const KeyReader *list, size_t n)
{
    const KeyReader *known = reader_named(list, n, &s->reader);
    const Person *to = directory_person(desk_directory(e->d), name_str(&s->reader));

    if (s->slot != SLOT_GRANTED)
        return DESK_MALFORMED;
    if (!s->reader.s[0])
        return DESK_OK;
    if (!known)
        return key_grant_check(e->d, e->who, e->at, e->after, e->b, s);
    if (s->expires != known->expires)
        return DESK_MALFORMED;
    return bundle_seal_signed_by(s, &e->who->person->sign, desk_office(e->d)->tenant, e->b->seal_id,
                                 &to->box)
               ? DESK_OK
               : DESK_SIGNATURE;
}

static bool is_sealed_to(const Bundle *b, const BundleKey *key, const Name *reader)
{
    for (size_t i = 0; i < b->n_seals; i++) {
        const BundleSeal *s = &b->seals[i];
        if (s->class == key->class && s->epoch == key->epoch && name_eq(&s->reader, reader))
            return true;
    }
    return false;
}

static int seals_check(const Epochs *e, const BundleKey *key, const KeyReader *list, size_t n)
{
    size_t slots = 0;

    for (size_t i = 0; i < e->b->n_seals; i++) {
        const BundleSeal *s = &e->b->seals[i];
        if (s->class != key->class || s->epoch != key->epoch)
            continue;
        int r = seal_check(e, s, list, n);
        if (r)
            return r;
        slots++;
    }
    for (size_t i = 0; i < n; i++) { /* each of them: two seals for one leave another out */
        if (!is_sealed_to(e->b, key, &list[i].name))
            return DESK_MALFORMED;
    }
    bool filled = slots >= (n + READER_SLOTS - 1) / READER_SLOTS * READER_SLOTS;
    return filled || !e->at->def->protected ? DESK_OK : DESK_MALFORMED;
}

static const BundleKey *key_brought(const Bundle *b, uint8_t class, size_t *ret_n)
{
    const BundleKey *found = NULL;

    *ret_n = 0;
    for (uint8_t i = 0; i < b->n_keys; i++) {
        if (b->keys[i].class == class) {
            found = &b->keys[i];
            (*ret_n)++;
        }
    }
    return found;
}

/* Whoever is on the way out makes no keys for those who stay. */
static bool may_make(const Epochs *e, uint8_t class)
{
    return case_holds(e->at, class) && !case_excludes(e->after, &e->at->actor.tag);
}

static int class_check(const Epochs *e, uint8_t class)
{
    const HeadRecord *h = &e->at->head;
    KeyReader *list = e->no->readers + e->no->n_readers;
    uint16_t newest = epoch_newest(h, class);
    size_t brought;
    const BundleKey *key = key_brought(e->b, class, &brought);
    bool off = held_by_excluded(h, e->after, e->held, class);
    bool due = newest && (off || is_unsigned(h, class, newest)) && may_make(e, class);

    size_t n = epoch_readers(e->d, e->at->def, h, e->after, e->held, class, list,
                             KEY_READERS_MAX - e->no->n_readers);
    if (off && n == 0 && e->b->n_seals == 0) {
        e->no->refusal = (Refusal){.why = FLOW_LAST_READER, .detail = DEF_NONE};
        return DESK_REFUSED;
    }
    if (!key && due) {
        e->no->epochs |= (uint8_t)(1u << class);
        e->no->n_readers += n;
    }
    if (!key)
        return DESK_OK;
    if (!due || brought != 1 || key->epoch != newest + 1)
        return DESK_MALFORMED;
    if (!bundle_key_signed_by(key, &e->who->person->sign, desk_office(e->d)->tenant, h->seal_id))
        return DESK_SIGNATURE;
    return seals_check(e, key, list, n);
}

int epochs_check(Desk *d, const Who *who, const CaseAt *at, const Case *after,
                 const HeldSeals *held, const Bundle *b, StepRefused *ret)
{
    Epochs e = {d, who, at, after, held, b, ret};

    ret->epochs = 0;
    ret->n_readers = 0;
    for (uint8_t i = 0; i < b->n_keys; i++) {
        if (b->keys[i].class == CLASS_OPEN || b->keys[i].class >= CLASSES)
            return DESK_MALFORMED;
    }
    for (uint8_t class = CLASS_WORKING; class < CLASSES; class ++) {
        int r = class_check(&e, class);
        if (r)
            return r;
    }
    return ret->epochs ? DESK_SEALS : DESK_OK;
}

/* ---- what the daemon makes ---- */

/* Those who get the newest key with this very step read on too. */
static size_t add_brought(const CaseWrite *w, uint8_t class, uint16_t newest, KeyReader *list,
                          size_t n)
{
    for (size_t i = 0; w->bundle && i < w->bundle->n_seals; i++) {
        const BundleSeal *s = &w->bundle->seals[i];
        Tag tag = desk_tag(w->desk, w->head.seal_id, name_str(&s->reader));
        if (s->class != class || s->epoch != newest || !s->reader.s[0] ||
            case_excludes(&w->head.c, &tag))
            continue;
        KeyReader one = {.name = s->reader, .class = class, .expires = s->expires};
        reader_add(list, &n, KEY_READERS_MAX, &one);
    }
    return n;
}

static int bridge(CaseWrite *w, const HeldSeals *held, uint8_t class)
{
    Composer by = {.def = w->def,
                   .directory = desk_directory(w->desk),
                   .tenant = desk_office(w->desk)->tenant,
                   .arena = w->arena};
    uint16_t newest = epoch_newest(&w->head, class);
    KeyReader *list = arena_many(w->arena, KEY_READERS_MAX, KeyReader);
    EpochReader *to = arena_many(w->arena, KEY_READERS_MAX, EpochReader);
    Bundle *b = arena_new(w->arena, Bundle);

    if (!list || !to || !b)
        return err_origin(-ENOMEM);
    size_t n =
        epoch_readers(w->desk, w->def, &w->head, &w->head.c, held, class, list, KEY_READERS_MAX);
    n = add_brought(w, class, newest, list, n);
    if (n == 0)
        return DESK_OK; /* nobody is left to seal to: serving has stopped, more cannot be done */
    for (size_t i = 0; i < n; i++)
        to[i] =
            (EpochReader){directory_person(by.directory, name_str(&list[i].name)), list[i].expires};
    b->seal_id = w->head.seal_id;
    TRY(compose_epoch(&by, class, (uint16_t)(newest + 1), to, n, NULL, b, NULL));
    return case_write_seals(w, b);
}

int case_write_epochs(CaseWrite *w)
{
    HeldSeals held;

    if (w->fresh || w->before.c.n_excluded == w->head.c.n_excluded)
        return DESK_OK;
    int r = desk_seals(w->desk, w->txn, &w->before, w->arena, &held);
    for (uint8_t class = CLASS_WORKING; class < CLASSES && !r; class ++) {
        if (held_by_excluded(&w->head, &w->head.c, &held, class))
            r = bridge(w, &held, class);
    }
    return r;
}
