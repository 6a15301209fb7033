/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "engine/desk/reveal.h"
#include <errno.h>
#include <string.h>

static bool kind_is_officers(uint8_t kind)
{
    switch (kind) {
    case STEP_ACTION:
    case STEP_APPROVE:
    case STEP_DECLINE:
    case STEP_EXTEND:
    case STEP_ASSIGN:
    case STEP_NOTE:
    case STEP_DECLARE:
    case STEP_RECUSE:
    case STEP_GRANT:
    case STEP_HOLD:
    case STEP_RELEASE:
    case STEP_SILENCE:
    case STEP_REVEAL_ASK:
    case STEP_REVEAL_ANSWER:
    case STEP_REVEAL_DECLINE:
        return true;
    default:
        return false;
    }
}

static bool kind_is_of_deadline(uint8_t kind)
{
    return kind == STEP_EXTEND || kind == STEP_SILENCE;
}

/* What is signed for the others has no name in it that an event would not keep. */
static bool kind_is_named(uint8_t kind)
{
    return kind == STEP_ACTION || kind == STEP_REVEAL_ASK || kind_is_of_deadline(kind);
}

/* The step as the core wants it, names turned into indexes and tags. */
static int act_step(Desk *d, Txn *t, const Who *who, const CaseAt *at, const StepRequest *r,
                    Step *ret)
{
    *ret = (Step){
        .kind = r->kind,
        .action = DEF_NONE,
        .deadline = DEF_NONE,
        .has_rev = r->has_rev && !kind_is_custodians(r->kind),
        .if_rev = r->if_rev,
        .actor = at->actor,
        .at = at->def->protected ? 0 : desk_now(d),
        .day = desk_today(d),
        .received = DAY_NONE,
    };
    if (!kind_is_officers(r->kind) || (r->what.len && !kind_is_named(r->kind)))
        return DESK_MALFORMED;
    if (r->kind == STEP_ACTION)
        ret->action = def_action(at->def, r->what);
    if (kind_is_of_deadline(r->kind))
        ret->deadline = def_deadline(at->def, r->what);
    if ((r->kind == STEP_ACTION && ret->action == DEF_NONE) ||
        (kind_is_of_deadline(r->kind) && ret->deadline == DEF_NONE))
        return DESK_MALFORMED;
    int answer = reveal_inputs(r, ret);
    if (answer)
        return answer;
    answer = bundle_inputs(
        d, t, &(Said){.who = who, .def = at->def, .bundle = r->bundle}, &ret->in);
    return answer == DESK_UNKNOWN ? DESK_MALFORMED : answer;
}

/* Only somebody who has a part in this case can be made its assignee. */
static bool target_fits(Desk *d, const CaseAt *at, const StepRequest *r)
{
    const Person *p;
    Actor a;
    Name order;

    if (r->kind == STEP_GRANT)
        return grant_target_fits(d, at, r->bundle);
    if (r->kind != STEP_ASSIGN)
        return true;
    p = directory_person(desk_directory(d), name_str(&r->bundle->target));
    if (!p || p->disabled)
        return false;
    desk_actor(d, at->def, at->head.seal_id, &at->head.c, p, &a, &order);
    return access_roles(at->def, &at->head.c, &a) != 0;
}

/* An action that points at another case names one. */
static bool link_fits(const CaseAt *at, const Step *step)
{
    if (step->action == DEF_NONE || at->def->actions[step->action].effects.link == DEF_NONE)
        return !step->in.linked;
    return step->in.linked && step->in.linked != at->head.id;
}

/* Who else lacks a key is another matter than what these steps bring. */
static bool leaves_readers(uint8_t kind)
{
    return kind == STEP_GRANT || kind == STEP_REVEAL_ASK || kind_is_custodians(kind);
}

static int readers_check(Desk *d, Txn *t, const Who *who, const CaseAt *at, const CaseWrite *w, const Bundle *b,
                         StepRefused *ret)
{
    HeldSeals held;
    size_t max = sizeof(ret->missing) / sizeof(ret->missing[0]);

    int r = desk_seals(d, t, &at->head, w->arena, &held);
    r = r ? r : epochs_check(d, who, at, &w->head.c, &held, b, ret);
    if (r || leaves_readers(w->event.step.kind))
        return r;
    ret->n_missing = readers_missing(d, at, &w->head.c, &held, b, ret->missing, max);
    return ret->n_missing ? DESK_SEALS : DESK_OK;
}

static int act_judge(Desk *d, Txn *t, const Who *who, const CaseAt *at, const StepRequest *r,
                     CaseWrite *w, StepRefused *ret)
{
    Step step;
    bool fits;

    int answer = act_step(d, t, who, at, r, &step);
    if (answer)
        return answer;
    if (step.action != DEF_NONE && !action_is_served(d, at->def, step.action)) {
        ret->refusal = (Refusal){.why = FLOW_ROLE, .detail = DEF_NONE};
        return DESK_REFUSED;
    }
    if (!link_fits(at, &step))
        return DESK_MALFORMED;
    if (!target_fits(d, at, r)) {
        ret->refusal = (Refusal){.why = FLOW_TARGET, .detail = DEF_NONE};
        return DESK_REFUSED;
    }
    answer = case_write_step(w, &step, &ret->refusal);
    if (answer)
        return answer;
    if ((r->opens != NULL) != (w->effects.open != DEF_NONE))
        return DESK_MALFORMED;
    if (!bundle_fits_step(at, r->bundle, &w->effects, r->kind, true) ||
        !bundle_names_people(d, r->bundle) ||
        (r->kind == STEP_GRANT && !grant_fits(at, r->bundle)))
        return DESK_MALFORMED;
    answer = reveal_fits(d, t, who, at, r, &fits);
    if (answer || !fits)
        return answer ? answer : DESK_MALFORMED;
    if (w->effects.open != DEF_NONE) /* nobody reads here any more */
        return r->bundle->n_seals ? DESK_MALFORMED : DESK_OK;
    answer = grants_check(d, who, at, &w->head.c, r->bundle);
    return answer ? answer : readers_check(d, t, who, at, w, r->bundle, ret);
}

static int act_write(CaseWrite *w, const CaseAt *at, const StepRequest *r)
{
    w->event.order_no = at->order;
    memcpy(w->event.signature.b, r->bundle->signature.b, sizeof(w->event.signature.b));
    int answer = case_write_register_no(w);
    answer = answer ? answer : case_write_bundle(w, r->bundle);
    answer = answer ? answer : case_write_told(w);
    answer = answer ? answer : case_write_apply(w);
    return answer ? answer : case_write_link(w);
}

/* A second bundle comes with its digest in the first, or not at all. */
static bool opens_agree(const StepRequest *r)
{
    Hash digest = {{0}};

    if (r->opens && bundle_digest(r->opens, &digest))
        return false;
    return bytes_equal(digest.b, r->bundle->opens.b, sizeof(digest.b));
}

/* Without the rev in it, a signature would be good again and again. A custodian's is over the
 * request and all that they saw of it, and holds whatever else has come into the case since. */
static int signature_check(Desk *d, Txn *t, const Who *who, const CaseAt *at, const StepRequest *r)
{
    const Case *c = &at->head.c;
    uint32_t rev = c->rev;
    Str what = r->what;
    Hash seen;

    if (kind_is_custodians(r->kind)) {
        Name officer = desk_name_of(d, at->head.seal_id, &c->reveal.officer);
        rev = c->reveal.rev;
        if (r->if_rev != rev)
            return DESK_MOVED;
        int answer = ground_seen(d, t, &at->head, &at->actor.tag, &officer, &seen);
        if (answer)
            return answer;
        what = (Str){(const char *)seen.b, sizeof(seen.b)};
    }
    if (!bundle_signed_by(r->bundle, &who->person->sign, desk_office(d)->tenant, r->if_rev, r->kind,
                          what))
        return DESK_SIGNATURE;
    return r->if_rev == rev ? DESK_OK : DESK_MOVED;
}

int desk_act(Desk *d, Txn *t, const Who *bearer, const StepRequest *r, Arena *arena, StepDone *ret,
             StepRefused *ret_refused)
{
    CaseAt *at = arena_new(arena, CaseAt);
    Who by = *bearer;
    const Who *who = &by;
    CaseWrite *w;

    if (!at)
        return err_origin(-ENOMEM);
    int answer = kind_is_custodians(r->kind)
                     ? case_at_request(d, t, bearer, r->number, r->custodian, at, &by)
                     : case_at_number(d, t, r->number, who->person, at);
    if (answer)
        return answer;
    ret_refused->def = at->def;
    ret_refused->n_missing = 0;
    ret_refused->epochs = 0;
    if (!opens_agree(r) || !r->has_rev || r->bundle->seal_id != at->head.seal_id)
        return DESK_MALFORMED;
    answer = signature_check(d, t, who, at, r);
    if (answer)
        return answer;
    w = case_write_new(d, t, arena, at->def, &at->head);
    if (!w)
        return err_origin(-ENOMEM);
    answer = act_judge(d, t, who, at, r, w, ret_refused);
    if (!answer && w->effects.open != DEF_NONE)
        return case_move(w, who, r, ret, ret_refused);
    answer = answer ? answer : act_write(w, at, r);
    if (answer)
        return answer;
    *ret = (StepDone){.rev = w->head.c.rev,
                      .state = w->head.c.state,
                      .def = at->def,
                      .proposed = w->effects.proposed,
                      .register_no = w->event.number};
    return DESK_OK;
}
