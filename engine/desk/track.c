/* SPDX-License-Identifier: Apache-2.0 */
/* What the holder of a code sees. Opening happens here, in the caller's arena; nothing is logged
 * and nothing is written. */
#include "base/err.h"
#include "engine/desk/inner.h"
#include <errno.h>
#include <string.h>

enum { FOLLOW_MAX = 4 }; /* merged into one merged into one ... */

/* By the lookup id alone, so with keys for a view too. */
static int head_of_lookup(Desk *d, Txn *t, const CodeKeys *code, HeadRecord *ret,
                          const Def **ret_def)
{
    Hash hash = code_index(&d->keys.pepper, &code->lookup);
    Bytes32 index = bytes32_of(hash.b);
    uint64_t id;

    int r = desk_answer(store_find_code(t, &index, &id));
    if (r)
        return r;
    r = desk_answer(store_get_head(t, id, ret));
    if (r)
        return r == DESK_UNKNOWN ? DESK_BROKEN : r;
    if (!bytes_equal(ret->code_index.b, index.b, sizeof(index.b)))
        return DESK_UNKNOWN; /* an index row that leads to somebody else's case */
    r = desk_def(d, t, ret, ret_def);
    return r || head_stands(t, *ret_def, ret) ? r : DESK_UNKNOWN;
}

static bool is_box_of(const HeadRecord *head, const BoxPublic *box)
{
    return bytes_equal(head->code_box.b, box->b, sizeof(head->code_box.b));
}

int head_of_code(Desk *d, Txn *t, const CodeKeys *code, HeadRecord *ret, const Def **ret_def)
{
    int r = head_of_lookup(d, t, code, ret, ret_def);

    return r || is_box_of(ret, &code->box.public) ? r : DESK_UNKNOWN;
}

/* A merged complaint shows how the one it was merged into stands. */
static uint8_t public_state(Desk *d, Txn *t, const Def *def, const HeadRecord *head)
{
    HeadRecord at = *head;
    const Def *at_def = def;
    uint8_t state = head->c.state;

    for (int i = 0; i < FOLLOW_MAX; i++) {
        if (at_def->states[at.c.state].public_of == DEF_NONE || !at.c.n_links)
            break;
        uint64_t next = at.c.links[at.c.n_links - 1];
        if (store_get_head(t, next, &at) != STORE_OK || desk_def(d, t, &at, &at_def) != DESK_OK)
            break;
        uint8_t same = def_state(def, at_def->states[at.c.state].id);
        if (at_def->protected || same == DEF_NONE)
            break;
        state = same;
    }
    return state;
}

static void track_deadlines(const Def *def, const Case *c, Day today, TrackView *ret)
{
    for (int own = 0; own < 2; own++) {
        for (uint8_t i = 0; i < def->n_deadlines; i++) {
            const Deadline *dl = &def->deadlines[i];
            bool running = c->clocks[i].state == CLOCK_RUNNING;
            bool wanted = own ? dl->of_complainant && running && !dl->shown
                              : dl->shown && c->clocks[i].state != CLOCK_OFF;
            if (wanted)
                shown_deadline(def, c, i, today, &ret->deadlines[ret->n_deadlines++]);
        }
    }
}

/* ---- messages ---- */

typedef struct Telling {
    Desk *desk;
    Txn *txn;
    const HeadRecord *head;
    const CodeKeys *code;
    BoxPair box; /* of the code */
    bool *told;  /* by part: sealed to a code */
    EventRecord *events;
    Arena *arena;
    TrackView *view;
} Telling;

/* A code that finds the case but is not the one its answers are sealed to is no code of it. */
static int make_box(Telling *t)
{
    TRY(code_box(t->code, &t->box));
    return is_box_of(t->head, &t->box.public) ? DESK_OK : DESK_UNKNOWN;
}

/* Most parts are not for the code; their first bytes say so. */
static int find_told(Telling *t, size_t *ret_n)
{
    for (uint32_t no = 0; no < t->head->parts; no++) {
        uint8_t kind;
        int r = desk_answer(store_part_kind(t->txn, t->head->id, no, &kind));
        if (r)
            return r == DESK_UNKNOWN ? DESK_BROKEN : r;
        t->told[no] = kind == PART_TO_CODE || kind == PART_REPLY_COPY;
        *ret_n += t->told[no];
    }
    return DESK_OK;
}

static int tell_part(Telling *t, uint32_t no, Day day)
{
    PartRecord part;
    OpenedPart opened = {0};
    SealCase of = {desk_office(t->desk)->tenant, name_str(&t->head->workflow), t->head->seal_id};

    int r = desk_answer(store_get_part(t->txn, t->head->id, no, t->arena, &part));
    if (r)
        return r == DESK_UNKNOWN ? DESK_BROKEN : r;
    if (!bytes32_is_zero(&part.gone))
        return DESK_OK;
    BundlePart sealed = {.kind = part.kind,
                         .class = part.class,
                         .epoch = part.epoch,
                         .slot = part.slot,
                         .sealed = part.sealed};
    r = open_told(&t->box, &of, no, &sealed, t->arena, &opened);
    if (r < 0)
        return r;
    if (r == 0) /* what was sealed to an earlier code stays shut */
        t->view->messages[t->view->n_messages++] =
            (TrackMessage){.day = day,
                           .from_office = part.kind == PART_TO_CODE,
                           .text = {.th = opened.th, .en = opened.en}};
    return DESK_OK;
}

static int tell_event(Telling *t, const EventRecord *e, Day day)
{
    int r = DESK_OK;

    for (uint32_t i = 0; i < e->n_parts && !r; i++) {
        uint32_t no = e->first_part + i;
        if (no >= t->head->parts)
            return DESK_BROKEN;
        r = t->told[no] ? tell_part(t, no, day) : DESK_OK;
    }
    return r;
}

/* A proposal's words are told with its approval, in the approval's place. */
static int tell_all(Telling *t)
{
    int r = DESK_OK;

    for (uint32_t i = 0; i < t->head->c.events && !r; i++) {
        const EventRecord *e = &t->events[i];
        if (e->step.kind == STEP_APPROVE && e->decides < i)
            r = tell_event(t, &t->events[e->decides], e->step.day);
        if (!r && !e->held)
            r = tell_event(t, e, e->step.day);
    }
    return r;
}

/* Without a message neither the history nor the code's public key is needed. */
static int track_messages(Telling *t)
{
    size_t n = 0;

    t->told = arena_many(t->arena, t->head->parts + 1u, bool);
    if (!t->told)
        return err_origin(-ENOMEM);
    int r = find_told(t, &n);
    if (r || !n)
        return r;
    t->view->messages = arena_many(t->arena, n, TrackMessage);
    if (!t->view->messages)
        return err_origin(-ENOMEM);
    r = make_box(t);
    r = r ? r : desk_events(t->txn, t->head, t->arena, &t->events);
    return r ? r : tell_all(t);
}

static void track_actions(const Desk *d, const Def *def, const Case *c, TrackView *ret)
{
    const Actor complainant = {.kind = ACTOR_COMPLAINANT};
    Refusal refusal;
    Day today = desk_today(d);

    for (uint8_t i = 0; i < def->n_actions; i++) {
        if (action_is_served(d, def, i) &&
            flow_may(def, c, &complainant, i, today, &refusal) == FLOW_OK)
            ret->actions |= MASK64(i);
    }
    ret->reply_action = flow_reply_action(def, c, today);
    ret->waiting_for_you =
        def->states[c->state].kind == STATE_WAITING && ret->reply_action != DEF_NONE;
    ret->destroyed = case_is_destroyed(c);
    ret->survey = (def->survey.after & MASK64(c->state)) && !c->surveyed && !ret->destroyed;
}

int desk_track(Desk *d, Txn *t, const CodeKeys *code, Arena *arena, TrackView *ret)
{
    HeadRecord head;
    TrackView view = {0};
    Day today = desk_today(d);

    int r = head_of_lookup(d, t, code, &head, &view.def);
    if (r)
        return r;
    view.number = head.number;
    view.seal_id = head.seal_id;
    view.rev = head.c.rev;
    view.parts = head.parts;
    view.received = head.c.received;
    view.state = public_state(d, t, view.def, &head);
    track_deadlines(view.def, &head.c, today, &view);
    track_actions(d, view.def, &head.c, &view);
    Telling telling = {
        .desk = d, .txn = t, .head = &head, .code = code, .arena = arena, .view = &view};
    r = track_messages(&telling);
    box_pair_finish(&telling.box);
    if (!r)
        *ret = view;
    return r;
}

int desk_citizen_keys(Desk *d, Txn *t, const CodeKeys *code, CaseKeys *ret, const Def **ret_def,
                      uint32_t *ret_parts)
{
    HeadRecord head;
    const Def *def;

    int r = head_of_code(d, t, code, &head, &def);
    if (r)
        return r;
    case_keys_of(&head, ret);
    *ret_def = def;
    *ret_parts = head.parts;
    return DESK_OK;
}

/* ---- what the holder of a code does ---- */

static void citizen_step(Desk *d, const Def *def, const Case *c, uint8_t deed, uint8_t action,
                         Step *ret)
{
    *ret = (Step){
        .kind = STEP_ACTION,
        .action = action,
        .deadline = DEF_NONE,
        .actor = {.kind = ACTOR_COMPLAINANT},
        .at = def->protected ? 0 : desk_now(d),
        .day = desk_today(d),
        .received = DAY_NONE,
    };
    if (deed == CITIZEN_REPLY)
        ret->action = flow_reply_action(def, c, ret->day);
    if (deed == CITIZEN_SURVEY)
        ret->kind = STEP_SURVEY;
    else if (deed == CITIZEN_REPLY && ret->action == DEF_NONE)
        ret->kind = STEP_MESSAGE;
    if (ret->kind != STEP_ACTION)
        ret->action = DEF_NONE;
}

/* The code's own key signs, so that what was said can be told from what was put into a mouth. */
static int citizen_sign(Desk *d, CaseWrite *w, const CodeKeys *code, Bundle *b)
{
    const Step *s = &w->event.step;
    Str what = s->action == DEF_NONE ? STR("") : w->def->actions[s->action].id;

    int r = bundle_sign(b, &code->sign, desk_office(d)->tenant, w->before.c.rev, s->kind, what);
    if (r)
        return err_trace(r);
    memcpy(w->event.signature.b, b->signature.b, sizeof(w->event.signature.b));
    return DESK_OK;
}

static int citizen_write(Desk *d, CaseWrite *w, const CodeKeys *code, const Bundle *bundle)
{
    Bundle *b = arena_new(w->arena, Bundle);

    if (!b)
        return err_origin(-ENOMEM);
    *b = *bundle;
    int r = citizen_sign(d, w, code, b);
    r = r ? r : case_write_register_no(w);
    r = r ? r : case_write_bundle(w, b);
    r = r ? r : case_write_told(w);
    r = r ? r : case_write_apply(w);
    return r ? r : case_write_link(w);
}

int citizen_act(Desk *d, Txn *t, const CodeKeys *code, const CitizenAct *act, Arena *arena,
                Refusal *ret_refusal)
{
    CaseAt *at = arena_new(arena, CaseAt);
    const Bundle *bundle = act->bundle;
    CaseWrite *w;
    Step step;

    if (!at)
        return err_origin(-ENOMEM);
    int r = head_of_code(d, t, code, &at->head, &at->def);
    if (r)
        return r;
    const Def *def = at->def;
    if (act->deed == CITIZEN_ACTION && act->action >= def->n_actions)
        return DESK_MALFORMED;
    citizen_step(d, def, &at->head.c, act->deed, act->action, &step);
    if (step.action != DEF_NONE && !action_is_served(d, def, step.action)) {
        *ret_refusal = (Refusal){.why = FLOW_ROLE, .detail = DEF_NONE};
        return DESK_REFUSED;
    }
    r = bundle_inputs(d, t, &(Said){.def = def, .bundle = bundle}, &step.in);
    if (r)
        return r;
    w = case_write_new(d, t, arena, def, &at->head);
    if (!w)
        return err_origin(-ENOMEM);
    r = case_write_step(w, &step, ret_refusal);
    if (r)
        return r;
    if (bundle->n_seals || act->opens != (w->effects.open != DEF_NONE) ||
        !bundle_fits_step(at, bundle, &w->effects, step.kind, false))
        return DESK_MALFORMED;
    return citizen_write(d, w, code, bundle);
}

int desk_citizen(Desk *d, Txn *t, const CodeKeys *code, uint8_t deed, uint8_t action,
                 const Bundle *bundle, Arena *arena, Refusal *ret_refusal)
{
    CitizenAct act = {.deed = deed, .action = action, .bundle = bundle};

    return citizen_act(d, t, code, &act, arena, ret_refusal);
}
