/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/epoch.h"

#include "base/err.h"
#include <errno.h>

static const BundleKey *newest(const CaseFile *f, uint8_t class)
{
    const BundleKey *found = NULL;

    for (size_t i = 0; i < f->n_public_found; i++) {
        const BundleKey *k = &f->public.key[i];
        if (k->class == class && (!found || k->epoch > found->epoch))
            found = k;
    }
    return found;
}

static bool holds(const CaseFile *f, const BundleKey *key)
{
    for (size_t i = 0; key && i < f->n_held_found; i++)
        if (f->held.key[i].class == key->class && f->held.key[i].epoch == key->epoch)
            return true;
    return false;
}

uint8_t ask_unsigned(const CaseFile *f)
{
    uint8_t mask = 0;

    for (uint8_t class = CLASS_WORKING; class < CLASSES; class ++) {
        const BundleKey *key = newest(f, class);
        if (key && key->epoch > 1 && !bundle_key_is_signed(key) && holds(f, key))
            mask |= (uint8_t)(1u << class);
    }
    return mask;
}

int casefile_readers(CaseFile *f, uint8_t classes, const KeyReader *list, size_t n)
{
    KeyReader *all = arena_many(f->arena, f->n_readers + n + 1, KeyReader);
    size_t at = 0;

    if (!all)
        return err_origin(-ENOMEM);
    for (size_t i = 0; i < f->n_readers; i++)
        if (f->readers[i].class >= CLASSES || !(classes & (1u << f->readers[i].class)))
            all[at++] = f->readers[i];
    for (size_t i = 0; i < n; i++)
        if (list[i].class < CLASSES && (classes & (1u << list[i].class)))
            all[at++] = list[i];
    f->readers = all;
    f->n_readers = at;
    return 0;
}

/* The step itself takes them off. */
static bool goes(const StepAsk *ask, const Bundle *b, const Name *name)
{
    bool gone = ask->kind == STEP_RECUSE && name_eq(&ask->target, name);

    for (uint8_t i = 0; i < b->n_excluded; i++)
        gone = gone || name_eq(&b->excluded[i], name);
    return gone;
}

/* Whoever held the working copy's key to pass it on reads the report itself. */
static int reads_on(const CaseFile *f, const KeyReader *reader, const Bundle *b)
{
    const Person *p = directory_person(f->directory, name_str(&reader->name));

    if (!p)
        return 1;
    int r = ask_may_read(f, p, reader->class, b);
    return r > 0 ? ask_may_read(f, p, CLASS_CONFIDENTIAL, b) : r;
}

static int readers_of(const CaseFile *f, const StepAsk *ask, const Bundle *b, uint8_t class,
                      EpochReader *ret, size_t *ret_n)
{
    *ret_n = 0;
    for (size_t i = 0; i < f->n_readers; i++) {
        const KeyReader *one = &f->readers[i];
        if (one->class != class || goes(ask, b, &one->name))
            continue;
        int r = reads_on(f, one, b);
        if (r)
            return r < 0 ? r
                         : cli_refuse("the daemon asks for a key to this case for %s, who may not "
                                      "read it: do not go on, ask your office",
                                      one->name.s);
        ret[(*ret_n)++] =
            (EpochReader){directory_person(f->directory, name_str(&one->name)), one->expires};
    }
    return 0;
}

static int add_epoch(CaseFile *f, const StepAsk *ask, const Bundle *first, uint8_t class,
                     Bundle *keys)
{
    Composer by = {
        .def = f->def, .directory = f->directory, .tenant = f->office->tenant, .arena = f->arena};
    const BundleKey *last = newest(f, class);
    EpochReader *to = arena_many(f->arena, f->n_readers + 1, EpochReader);
    size_t n;

    if (!to)
        return err_origin(-ENOMEM);
    if (!holds(f, last) || f->held.n == HELD_KEYS_MAX || f->public.n == CASE_KEYS_MAX)
        return cli_refuse("the daemon asks for new keys of a class that you do not hold: do not go "
                          "on, ask your office");
    TRY(readers_of(f, ask, first, class, to, &n));
    HeldKey *held = &f->held.key[f->held.n];
    TRY(compose_epoch(&by, class, (uint16_t)(last->epoch + 1), to, n, &f->keys->sign, keys, held));
    f->held.n++;
    f->public.key[f->public.n++] = keys->keys[keys->n_keys - 1];
    return 0;
}

/* What an earlier try has made. */
static void forget_made(CaseFile *f)
{
    while (f->held.n > f->n_held_found)
        box_pair_finish(&f->held.key[--f->held.n].pair);
    f->public.n = f->n_public_found;
}

int ask_compose_anew(CaseFile *f, const StepAsk *ask, uint8_t classes, Bundle *ret)
{
    Bundle keys = {.seal_id = f->seal_id}, first;

    forget_made(f);
    TRY(ask_compose(f, ask, &first)); /* says who goes */
    for (uint8_t class = CLASS_WORKING; class < CLASSES; class ++)
        if (classes & (1u << class))
            TRY(add_epoch(f, ask, &first, class, &keys));
    if (classes)
        TRY(ask_compose(f, ask, &first));
    for (uint8_t i = 0; i < keys.n_keys; i++)
        first.keys[first.n_keys++] = keys.keys[i];
    first.seals = keys.seals;
    first.n_seals = keys.n_seals;
    *ret = first;
    return 0;
}
