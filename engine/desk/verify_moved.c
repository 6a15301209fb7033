/* SPDX-License-Identifier: Apache-2.0 */
/* Cases that went to other workflows. Whatever went became a case that came: it is there, or it
 * went further later on, or was destroyed by a purge that says how many of its cases had come. No
 * two went to the same. Purges of before a move said which case it was are counted only: one that
 * came so and goes further is a fault, because any other could be said to have come so. */
#include "base/err.h"
#include "engine/desk/verify_inner.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One move, by the place of its purge. */
typedef struct Moved {
    uint64_t place;
    PurgeMove move;
} Moved;

int verify_came(Verify *v, uint64_t seal_id)
{
    uint64_t *came = items_add(v, &v->came, sizeof(*came));

    if (!came)
        return err_origin(-ENOMEM);
    *came = seal_id;
    return 0;
}

int verify_move(Verify *v, const LeafRecord *leaf, const PurgeMove *move)
{
    if (!move->said && v->moves.n)
        verify_fault_at(v, "log", leaf->index, "does not say which case moved, and to which");
    if (!move->said) {
        v->moved_unsaid++;
        return 0;
    }
    Moved *one = items_add(v, &v->moves, sizeof(*one));
    if (!one)
        return err_origin(-ENOMEM);
    *one = (Moved){.place = leaf->index, .move = *move};
    return 0;
}

static int came_order(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static int was_order(const void *a, const void *b)
{
    return came_order(&((const Moved *)a)->move.was, &((const Moved *)b)->move.was);
}

static int became_order(const void *a, const void *b)
{
    const Moved *x = a, *y = b;
    int r = came_order(&x->move.became, &y->move.became);

    return r ? r : came_order(&x->place, &y->place);
}

static Moved *moved_at(const Verify *v, size_t i)
{
    return (Moved *)(void *)v->moves.at + i;
}

static void tell_twins(Verify *v)
{
    qsort(v->moves.at, v->moves.n, v->moves.size, became_order);
    for (size_t i = 1; i < v->moves.n; i++) {
        if (moved_at(v, i)->move.became == moved_at(v, i - 1)->move.became)
            verify_fault_at(v, "log", moved_at(v, i)->place,
                            "says of a case that it became what another had become");
    }
}

static bool is_there(const Verify *v, uint64_t seal_id)
{
    return v->came.n && bsearch(&seal_id, v->came.at, v->came.n, v->came.size, came_order);
}

/* In the order of what they were: whoever goes further does so later, so nothing moves in a ring.
 */
static bool went_on(const Verify *v, const Moved *one)
{
    const Moved key = {.move = {.was = one->move.became}};
    const Moved *next = bsearch(&key, v->moves.at, v->moves.n, v->moves.size, was_order);

    return next && next->place > one->place;
}

/* A move of before it was attested may have left one, unnamed. */
bool verify_moved_left(Verify *v, const Bytes32 *index, const HandoverRecord *r)
{
    Bytes32 mark = handover_mark(index, r);

    for (size_t i = 0; i < v->moves.n; i++)
        if (memcmp(moved_at(v, i)->move.handover.b, mark.b, sizeof(mark.b)) == 0)
            return true;
    return ++v->left_unsaid <= v->moved_unsaid;
}

void verify_moves_end(Verify *v)
{
    uint64_t there = 0, gone = v->moved_unsaid;

    if (v->came.n)
        qsort(v->came.at, v->came.n, v->came.size, came_order);
    if (v->moves.n) {
        tell_twins(v);
        qsort(v->moves.at, v->moves.n, v->moves.size, was_order);
    }
    for (size_t i = 0; i < v->moves.n; i++) {
        const Moved *one = moved_at(v, i);
        bool is = is_there(v, one->move.became);
        there += is;
        gone += !is && !went_on(v, one);
    }
    /* `there` is more only where twins were told. */
    uint64_t rest = v->came.n > there ? v->came.n - there : 0;
    if (gone > rest + v->purged_came)
        verify_fault(v, "log", STR("purges"), "more cases went to other workflows than came there");
}
