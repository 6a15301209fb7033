/* SPDX-License-Identifier: Apache-2.0 */
/* One case as one person may see it. */
#include "base/err.h"
#include "engine/desk/reveal.h"
#include <errno.h>
#include <string.h>

int desk_events(Txn *t, const HeadRecord *h, Arena *arena, EventRecord **ret)
{
    EventRecord *events = arena_many(arena, h->c.events + 1u, EventRecord);

    if (!events)
        return err_origin(-ENOMEM);
    for (uint32_t i = 0; i < h->c.events; i++) {
        int r = desk_answer(store_get_event(t, h->id, i, arena, &events[i]));
        if (r)
            return r == DESK_UNKNOWN ? DESK_BROKEN : r;
    }
    *ret = events;
    return DESK_OK;
}

/* What is sealed to the code stays between the office and the code's holder; the identity blob is
 * for every reader of the case, none of whom can open it. */
static bool part_is_served(const CaseAt *at, const PartRecord *p, Day today)
{
    const Case *c = &at->head.c;

    if (!bytes32_is_zero(&p->gone))
        return false;
    switch ((PartKind)p->kind) {
    case PART_TO_CODE:
    case PART_REPLY_COPY:
    case PART_GROUND:
        return false;
    case PART_HALF:
        if (p->event) /* a custodian's answer */
            return at->classes != 0 && tag_eq(&p->holder, &at->actor.tag) &&
                   p->event > c->reveal.event && reveal_serves(c, &at->actor.tag, today);
        return at->classes != 0;
    case PART_IDENTITY:
        return at->classes != 0;
    case PART_FILE:
        return case_holds(at, p->class) || (p->class == CLASS_IDENTITY && at->classes != 0);
    case PART_FORM:
    case PART_MESSAGE:
    case PART_NOTE:
    case PART_REPLY:
    case PART_LINK:
    case PART_KEYS:
    case PART_ORIGINAL:
        break;
    }
    return case_holds(at, p->class);
}

/* Of a half that was filed readers need what it was committed to, no more: one of them may have
 * been a custodian, and so may a second. */
static void half_cover(PartRecord *p)
{
    if (p->kind == PART_HALF && !p->event && p->slot != HALF_WHOLE)
        p->sealed = STR("");
}

static int view_parts(Desk *d, Txn *t, const CaseAt *at, Arena *arena, CaseView *v)
{
    const HeadRecord *h = &at->head;

    v->parts = arena_many(arena, h->parts + 1u, PartRecord);
    if (!v->parts)
        return err_origin(-ENOMEM);
    for (uint32_t i = 0; i < h->parts; i++) {
        int r = desk_answer(store_get_part(t, h->id, i, arena, &v->parts[v->n_parts]));
        if (r)
            return r == DESK_UNKNOWN ? DESK_BROKEN : r;
        part_unmask(d, h->seal_id, &v->parts[v->n_parts]);
        half_cover(&v->parts[v->n_parts]);
        TRY(given_uncover(d, h->seal_id, arena, &v->parts[v->n_parts]));
        v->n_parts += part_is_served(at, &v->parts[v->n_parts], desk_today(d));
    }
    return DESK_OK;
}

/* As it was signed: on disk it is covered. */
static void view_own_seal(Desk *d, const CaseAt *at, const SealRecord *s, CaseView *v)
{
    SealRecord *own = &v->seals[v->n_seals];
    uint64_t seal_id = at->head.seal_id;

    *own = *s;
    own->signature = desk_cover(d, seal_id, SIGNED_SEAL, s->no, s->signature.b);
    v->granted_by[v->n_seals++] = desk_name_of(d, seal_id, &s->granted_by);
}

/* The reader's own seals; to readers also who else reads. */
static int view_seals(Desk *d, Txn *t, const CaseAt *at, Arena *arena, CaseView *v)
{
    HeldSeals held;
    Moment now = desk_now(d);

    int r = desk_seals(d, t, &at->head, arena, &held);
    if (r)
        return r;
    v->seals = arena_many(arena, held.n + 1, SealRecord);
    v->granted_by = arena_many(arena, held.n + 1, Name);
    if (!v->seals || !v->granted_by)
        return err_origin(-ENOMEM);
    for (size_t i = 0; i < held.n; i++) {
        const SealRecord *s = &held.seals[i];
        if (!seal_is_live(s, now) || case_excludes(&at->head.c, &s->reader))
            continue;
        if (tag_eq(&s->reader, &at->actor.tag))
            view_own_seal(d, at, s, v);
    }
    for (uint8_t class = CLASS_WORKING; at->classes && class < CLASSES; class ++)
        v->n_readers += epoch_readers(d, at->def, &at->head, &at->head.c, &held, class,
                                      v->readers + v->n_readers, KEY_READERS_MAX - v->n_readers);
    return DESK_OK;
}

/* Who made the keys that came with this event. */
static void view_makers(Desk *d, const EventRecord *e, const Name *by, CaseView *v)
{
    for (uint8_t i = 0; i < v->head.n_keys; i++) {
        ClassKey *key = &v->head.keys[i];
        for (uint8_t k = 0; k < e->n_keys; k++) {
            if (e->keys[k].class != key->class || e->keys[k].epoch != key->epoch)
                continue;
            v->key_makers[i] = *by;
            key->signed_by_maker = desk_cover(d, v->head.seal_id, SIGNED_KEY, key_place(key),
                                              e->keys[k].signed_by_maker.b);
        }
    }
}

static int view_events(Desk *d, Txn *t, const CaseAt *at, Arena *arena, CaseView *v)
{
    int r = desk_events(t, &at->head, arena, &v->events);

    if (r)
        return r;
    v->n_events = at->head.c.events;
    v->people = arena_many(arena, v->n_events + 1, Name);
    v->event_defs = arena_many(arena, v->n_events + 1, const Def *);
    if (!v->people || !v->event_defs)
        return err_origin(-ENOMEM);
    const Def *def = at->def;
    for (size_t i = 0; i < v->n_events; i++) {
        const Actor *a = &v->events[i].step.actor;
        r = desk_def_of_event(d, t, &at->head, &v->events[i], &def);
        if (r)
            return r;
        v->event_defs[i] = def;
        if (a->kind == ACTOR_PERSON)
            v->people[i] = desk_name_of(d, at->head.seal_id, &a->tag);
        view_makers(d, &v->events[i], &v->people[i], v);
    }
    return DESK_OK;
}

static void view_deadlines(Desk *d, const CaseAt *at, CaseView *v)
{
    for (uint8_t i = 0; i < at->def->n_deadlines; i++) {
        if (at->head.c.clocks[i].state != CLOCK_OFF)
            shown_deadline(at->def, &at->head.c, i, desk_today(d), &v->deadlines[v->n_deadlines++]);
    }
}

/* Logged per reading, not per part: who opened which case on which day. `what` lists the parts. */
static int read_log(Desk *d, Txn *t, const CaseAt *at, const Buf *what)
{
    Str parts[] = {STR("krading/1|read"), buf_str(what)};
    Hash h = hash_parts(NULL, parts, 2);
    Bytes32 content = bytes32_of(h.b);

    return desk_log(d, t, LOGGED_READ, &at->head, at->def, at->head.c.events - 1, &at->actor.tag,
                    &content);
}

static int view_log(Desk *d, Txn *t, const CaseAt *at, const CaseView *v)
{
    BUF_AUTO Buf what = {0};

    buf_init(&what, 1 << 20);
    for (size_t i = 0; i < v->n_parts; i++)
        buf_addf(&what, "%u,", v->parts[i].no);
    return v->n_parts ? read_log(d, t, at, &what) : DESK_OK;
}

int desk_case(Desk *d, Txn *t, const Who *who, Str number, bool log, Arena *arena, CaseView *ret)
{
    CaseAt *at = arena_new(arena, CaseAt);
    CaseView *v = arena_new(arena, CaseView);

    if (!at || !v)
        return err_origin(-ENOMEM);
    int r = case_at_number(d, t, number, who->person, at);
    if (r)
        return r;
    v->def = at->def;
    v->head = at->head;
    r = line_of(d, at, &v->line);
    view_deadlines(d, at, v);
    v->n_steps = open_steps(d, at, v->steps, sizeof(v->steps) / sizeof(v->steps[0]));
    r = r ? r : view_seals(d, t, at, arena, v);
    r = r ? r : view_parts(d, t, at, arena, v);
    r = r ? r : view_events(d, t, at, arena, v);
    r = r ? r : view_custody(d, t, at, arena, v);
    if (at->head.c.proposal.pending)
        v->approver_of = desk_name_of(d, at->head.seal_id, &at->head.c.proposal.maker);
    if (!r && log)
        r = view_log(d, t, at, v);
    if (!r)
        *ret = *v;
    return r;
}

int desk_file(Desk *d, Txn *t, const Who *who, Str number, uint32_t part, Arena *arena,
              PartRecord *ret_part)
{
    PartRecord found;
    BUF_AUTO Buf what = {0};
    CaseAt at;

    int r = case_at_number(d, t, number, who->person, &at);
    if (r)
        return r;
    if (part >= at.head.parts)
        return DESK_UNKNOWN;
    r = desk_answer(store_get_part(t, at.head.id, part, arena, &found));
    if (r)
        return r == DESK_UNKNOWN ? DESK_BROKEN : r;
    if (found.kind != PART_FILE || !part_is_served(&at, &found, desk_today(d)))
        return DESK_UNKNOWN;
    buf_init(&what, 64);
    buf_addf(&what, "file %u", part);
    r = read_log(d, t, &at, &what);
    if (r)
        return r;
    *ret_part = found;
    return DESK_OK;
}

/* ---- what can be done next ---- */

typedef struct Steps {
    OpenStep *step;
    size_t n, max;
} Steps;

static void steps_add(Steps *s, uint8_t kind, uint8_t index, bool open)
{
    if (open && s->n < s->max)
        s->step[s->n++] = (OpenStep){.kind = kind, .index = index};
}

static bool may_assign(const CaseAt *at)
{
    const Case *c = &at->head.c;
    uint8_t owner = at->def->states[c->state].owner;
    RoleMask roles = access_acting_roles(at->def, c, &at->actor);

    return !case_is_final(at->def, c) &&
           ((owner != DEF_NONE && (roles & MASK32(owner))) || (roles & flow_managers(at->def)));
}

/* The role somebody waits to declare for, or DEF_NONE. */
static uint8_t declares_for(const CaseAt *at)
{
    const Case *c = &at->head.c;

    for (uint8_t i = 0; i < c->n_members; i++) {
        if (!c->members[i].declared && tag_eq(&c->members[i].tag, &at->actor.tag))
            return c->members[i].role;
    }
    return DEF_NONE;
}

size_t open_steps(const Desk *d, const CaseAt *at, OpenStep *ret, size_t max)
{
    const Def *def = at->def;
    const Case *c = &at->head.c;
    Steps s = {.step = ret, .max = max};
    Refusal no;
    Day today = desk_today(d);

    if (case_is_destroyed(c))
        return 0;
    int decide = flow_may_decide(def, c, &at->actor, &no);
    steps_add(&s, STEP_APPROVE, DEF_NONE, decide == FLOW_OK);
    steps_add(&s, STEP_DECLINE, DEF_NONE, decide == FLOW_OK || decide == FLOW_SAME_PERSON);
    for (uint8_t i = 0; i < def->n_actions; i++)
        steps_add(&s, STEP_ACTION, i,
                  action_is_served(d, def, i) &&
                      flow_may(def, c, &at->actor, i, today, &no) == FLOW_OK);
    for (uint8_t i = 0; i < def->n_deadlines; i++)
        steps_add(&s, STEP_EXTEND, i,
                  flow_may_extend(def, c, &at->actor, i, today, &no) == FLOW_OK);
    for (uint8_t i = 0; i < def->n_deadlines; i++)
        steps_add(&s, STEP_SILENCE, i,
                  flow_may_silence(def, c, &at->actor, i, today, &no) == FLOW_OK);
    uint8_t role = declares_for(at);
    steps_add(&s, STEP_DECLARE, role, role != DEF_NONE);
    steps_add(&s, STEP_ASSIGN, DEF_NONE, may_assign(at));
    bool has_role = access_roles(def, c, &at->actor) != 0;
    bool manages = (access_acting_roles(def, c, &at->actor) & flow_managers(def)) != 0;
    steps_add(&s, STEP_NOTE, DEF_NONE, has_role);
    steps_add(&s, STEP_RECUSE, DEF_NONE, has_role);
    steps_add(&s, STEP_GRANT, DEF_NONE,
              at->classes != 0 && access_acting_roles(def, c, &at->actor) != 0);
    steps_add(&s, STEP_REVEAL_ASK, DEF_NONE,
              case_holds(at, CLASS_CONFIDENTIAL) &&
                  flow_may_reveal(def, c, &at->actor, today, &no) == FLOW_OK);
    steps_add(&s, c->on_hold ? STEP_RELEASE : STEP_HOLD, DEF_NONE, manages);
    return s.n;
}
