/* SPDX-License-Identifier: Apache-2.0 */
/* What staff asked for and did not get. A few entries for each person and day, then a number:
 * nobody can fill the log by asking. */
#include "base/err.h"
#include "engine/desk/inner.h"
#include <errno.h>

/* Entries of one person and day; what comes after is counted and written at night. */
enum { REFUSALS_LISTED = 32 };

static Refused *refused_of(Desk *d, const Name *person)
{
    for (size_t i = 0; i < d->n_refused; i++) {
        if (name_eq(&d->refused[i].person, person))
            return &d->refused[i];
    }
    if (d->n_refused == DIRECTORY_PEOPLE_MAX)
        return NULL;
    d->refused[d->n_refused] = (Refused){.person = *person};
    return &d->refused[d->n_refused++];
}

static Bytes32 asked(Str what, Str number)
{
    Str parts[] = {STR("krading/1|refusal"), what, number};
    Hash h = hash_parts(NULL, parts, 3);
    return bytes32_of(h.b);
}

/* The case that was meant, if there is one; what cannot be read is none. */
static bool meant(Desk *d, Txn *t, Str number, HeadRecord *ret, const Def **ret_def)
{
    uint64_t id;

    return number.len && store_find_number(t, number, &id) == STORE_OK &&
           store_get_head(t, id, ret) == STORE_OK && desk_def(d, t, ret, ret_def) == DESK_OK;
}

int desk_refused(Desk *d, Txn *t, const Who *who, Str what, Str number, bool hidden)
{
    ARENA_AUTO Arena arena = {0};
    LeafRecord leaf = {
        .kind = LOGGED_REFUSAL, .day = desk_today(d), .content = asked(what, number)};
    Refused *r = refused_of(d, &who->person->name);
    const Def *def = NULL;
    uint64_t index, seal_id = 0;
    HeadRecord head;

    if (!r || ++r->n > REFUSALS_LISTED)
        return DESK_OK;
    arena_init(&arena, 1 << 20);
    if (meant(d, t, number, &head, &def)) {
        leaf.case_id = head.id;
        seal_id = head.seal_id;
    }
    leaf.person = desk_tag(d, seal_id, name_str(&who->person->name));
    Batch *b = batch_new(&arena);
    if (!b)
        return err_origin(-ENOMEM);
    /* Asked after a case that is not there, or not for them: alike, down to the disk. */
    int answer = leaf_write(t, &arena, b, &leaf, hidden || (def && def->protected), &index);
    return answer ? answer : desk_answer(store_apply(t, b));
}

size_t refused_more(const Desk *d, LeafRecord *ret, Day day)
{
    size_t n = 0;

    for (size_t i = 0; i < d->n_refused; i++) {
        const Refused *r = &d->refused[i];
        if (r->n <= REFUSALS_LISTED)
            continue;
        ret[n] = (LeafRecord){.kind = LOGGED_REFUSAL,
                              .event = UINT32_MAX,
                              .day = day,
                              .person = desk_tag(d, 0, name_str(&r->person)),
                              .content = count_content(r->n - REFUSALS_LISTED)};
        n++;
    }
    return n;
}
