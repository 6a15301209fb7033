/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks that begin when another runs out. Nothing happens in a case on the day a duty runs out, so
 * such a clock is set ahead: its day 0 is the other's last day, which it follows as that is
 * extended, stands still or is renewed. Met in time, the other takes it back; run out, it has
 * begun. The other's round gives it at most one round. */
#include "engine/core/flow_inner.h"

static bool is_open(const Clock *k)
{
    return k->state == CLOCK_RUNNING || k->state == CLOCK_STOPPED;
}

static bool is_ahead(const Turn *t, uint8_t i)
{
    return (t->c->ahead & MASK32(i)) != 0;
}

/* As if it had not been set ahead; earlier rounds stay counted. */
static void take_back(Turn *t, uint8_t i)
{
    Clock *k = &t->c->clocks[i];
    t->c->ahead &= ~MASK32(i);
    t->fx->met &= ~MASK32(i);
    uint8_t round = (uint8_t)(k->round - 1), late = k->late_rounds;
    Day override = k->override_due;
    clock_init(k);
    k->round = round;
    k->late_rounds = late;
    k->override_due = override;
}

static void begin_on(Turn *t, uint8_t i, Day day)
{
    if (is_ahead(t, i))
        take_back(t, i);
    clock_start(&t->c->clocks[i], day, deadline_limit(t->def, i, t->c), t->today);
    t->fx->started |= MASK32(i);
}

/* The other ran out before the day the step is judged by. */
static bool has_begun(const Turn *t, uint8_t i)
{
    return is_ahead(t, i) && t->judged > t->c->clocks[i].start;
}

void ahead_action(Turn *t, uint8_t i)
{
    const Clock *k = &t->c->clocks[i];
    bool waits = is_ahead(t, i) && is_open(k);
    if ((k->state != CLOCK_OFF && !waits) || has_begun(t, i) || case_is_final(t->def, t->c))
        return;
    /* Approved when the other had run out, though asked for in time. */
    begin_on(t, i, waits && k->start < t->today ? k->start : t->today);
}

/* The day the other runs out, as things stand: DAY_NONE when it does not run, or stands still
 * without bound. */
static Day runs_out(const Turn *t, uint8_t other)
{
    const Clock *k = &t->c->clocks[other];
    return is_open(k) ? clock_due(&t->def->deadlines[other], k, t->def->calendar) : DAY_NONE;
}

/* It has had no round yet, or the other begins one that gives it another. */
static bool is_due_one(const Turn *t, uint8_t i, uint8_t other)
{
    const Clock *k = &t->c->clocks[i];
    bool another = (t->fx->started & MASK32(other)) && !is_open(k);
    return (k->state == CLOCK_OFF || another) && clock_applies(t, &t->def->deadlines[i]) &&
           deadline_lies_ahead(t->def, t->c, i);
}

static void set_ahead(Turn *t, uint8_t i, Day day)
{
    begin_on(t, i, day);
    t->c->ahead |= MASK32(i);
    clock_settle(t, i);
}

/* What begins by nothing but the other running out was not to be met: that one did not. */
static bool was_idle(const Turn *t, uint8_t i, uint8_t other)
{
    return t->def->deadlines[i].from == FROM_OVERDUE && !is_open(&t->c->clocks[other]);
}

/* True when the clock's round changed, which another may wait for. */
static bool follow(Turn *t, uint8_t i)
{
    uint8_t other = t->def->deadlines[i].from_overdue;
    const Clock *k = &t->c->clocks[i];
    Day day = runs_out(t, other);
    if (has_begun(t, i) || (is_ahead(t, i) && !is_open(k) && !was_idle(t, i, other)))
        t->c->ahead &= ~MASK32(i); /* begun, or met before it would have begun */
    else if (is_ahead(t, i) && day == DAY_NONE)
        take_back(t, i);
    else if (is_ahead(t, i) ? day != k->start : day != DAY_NONE && is_due_one(t, i, other))
        set_ahead(t, i, day);
    else
        return false;
    return true;
}

void ahead_follow(Turn *t)
{
    /* One may wait for another that waits: round until nothing moves. */
    bool moved = true;
    for (uint8_t round = 0; moved && round < t->def->n_deadlines; round++) {
        moved = false;
        for (uint8_t i = 0; i < t->def->n_deadlines; i++) {
            if (t->def->deadlines[i].from_overdue != DEF_NONE)
                moved |= follow(t, i);
        }
    }
}

void ahead_migrate(Turn *t)
{
    t->c->ahead = 0;
    for (uint8_t i = 0; i < t->def->n_deadlines; i++) {
        const Deadline *d = &t->def->deadlines[i];
        const Clock *k = &t->c->clocks[i];
        if (d->from_overdue != DEF_NONE && is_open(k) && k->start >= t->today &&
            k->start == runs_out(t, d->from_overdue))
            t->c->ahead |= MASK32(i);
    }
}
