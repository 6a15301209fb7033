/* SPDX-License-Identifier: Apache-2.0 */
/* Two custodians open an identity for one officer, or nobody does. Who guards a half the case
 * cannot tell: the caller, who knows the sealed parts, holds a custodian to the halves they hold.
 */
#include "engine/core/reveal.h"

#include "engine/core/flow_inner.h"

#include <string.h>

static const struct {
    const char *id, *th, *en;
} GROUND[] = {
    [GROUND_NONE] = {"", "", ""},
    [GROUND_INQUIRY] = {"inquiry", "จำเป็นต่อการตรวจสอบข้อเท็จจริงและไม่มีวิธีอื่น",
                        "the facts cannot be established in any other way"},
    [GROUND_LAW] = {"law", "กฎหมายกำหนดให้เปิดเผยต่อหน่วยงานผู้มีอำนาจ",
                    "the law requires it for a competent authority"},
    [GROUND_COURT] = {"court", "คำสั่งหรือหมายเรียกของศาล", "an order or summons of a court"},
    [GROUND_PROTECT] = {"protect", "เพื่อคุ้มครองความปลอดภัยของท่าน",
                        "to protect you from danger or retaliation"},
    [GROUND_CONSENT] = {"consent", "ท่านยินยอม", "you agreed to it"},
};
_Static_assert(sizeof(GROUND) / sizeof(GROUND[0]) == GROUNDS, "every ground has its words");

Str ground_id(uint8_t ground)
{
    return str_of(ground < GROUNDS ? GROUND[ground].id : "");
}

Label ground_label(uint8_t ground)
{
    uint8_t i = ground < GROUNDS ? ground : (uint8_t)GROUND_NONE;

    return (Label){str_of(GROUND[i].th), str_of(GROUND[i].en)};
}

uint8_t ground_of(Str id)
{
    for (uint8_t i = GROUND_NONE + 1; i < GROUNDS; i++) {
        if (str_is(id, GROUND[i].id))
            return i;
    }
    return GROUND_NONE;
}

bool reveal_runs(const Case *c, Day today)
{
    return c->reveal.state == REVEAL_ASKED && today <= c->reveal.until;
}

bool reveal_lives(const Case *c, Day today)
{
    return (c->reveal.state == REVEAL_ASKED || c->reveal.state == REVEAL_OPENED) &&
           today <= c->reveal.until;
}

bool reveal_serves(const Case *c, const Tag *officer, Day today)
{
    return c->reveal.state == REVEAL_OPENED && today <= c->reveal.until &&
           tag_eq(&c->reveal.officer, officer) && !case_excludes(c, officer);
}

static void reveal_clear(Reveal *r)
{
    memset(r, 0, sizeof(*r));
    r->day = DAY_NONE;
    r->until = DAY_NONE;
}

void reveal_drop_excluded(Case *c)
{
    Reveal *r = &c->reveal;

    if (r->state == REVEAL_NONE)
        return;
    if (case_excludes(c, &r->officer)) {
        reveal_clear(r);
        return;
    }
    for (size_t i = 0; r->state == REVEAL_ASKED && i < REVEAL_HALVES; i++) {
        if (case_excludes(c, &r->halves[i]))
            memset(&r->halves[i], 0, sizeof(r->halves[i]));
    }
}

static bool identity_is_gone(const Case *c)
{
    return (c->destroyed & (1u << CLASS_IDENTITY)) != 0;
}

int flow_may_reveal(const Def *def, const Case *c, const Actor *actor, Day today,
                    Refusal *ret_refusal)
{
    RoleMask readers = def->access.readers[CLASS_CONFIDENTIAL];

    if (actor->kind != ACTOR_PERSON || !(access_acting_roles(def, c, actor) & readers))
        return refuse(ret_refusal, FLOW_ROLE, DEF_NONE);
    if (!def->protected || !def->access.custodians)
        return refuse(ret_refusal, FLOW_NO_CUSTODY, DEF_NONE);
    if (identity_is_gone(c))
        return refuse(ret_refusal, FLOW_DESTROYED, DEF_NONE);
    /* One's own may be asked anew: it was put badly, or a half was not what it should be. */
    return reveal_lives(c, today) && !tag_eq(&c->reveal.officer, &actor->tag)
               ? refuse(ret_refusal, FLOW_REVEAL_RUNS, DEF_NONE)
               : FLOW_OK;
}

int step_reveal_ask(Turn *t)
{
    const Step *s = t->step;
    Reveal *r = &t->c->reveal;

    int no = flow_may_reveal(t->def, t->c, &s->actor, t->today, t->no);
    if (no)
        return no;
    if (!s->in.note || s->ground == GROUND_NONE || s->ground >= GROUNDS)
        return refuse(t->no, FLOW_NOTE, DEF_NONE);
    reveal_clear(r);
    r->state = REVEAL_ASKED;
    r->ground = s->ground;
    r->event = t->c->events;
    r->rev = t->c->rev + 1; /* this step's own */
    r->officer = s->actor.tag;
    r->day = t->today;
    r->until = t->today + REVEAL_DAYS;
    return FLOW_OK;
}

/* Somebody beside the officer, on a request that waits. */
static int may_answer(Turn *t)
{
    const Actor *a = &t->step->actor;

    if (a->kind != ACTOR_PERSON || tag_is_none(&a->tag) || case_excludes(t->c, &a->tag))
        return refuse(t->no, FLOW_ROLE, DEF_NONE);
    if (!reveal_runs(t->c, t->today))
        return refuse(t->no, FLOW_NO_REVEAL, DEF_NONE);
    if (identity_is_gone(t->c))
        return refuse(t->no, FLOW_DESTROYED, DEF_NONE);
    if (tag_eq(&a->tag, &t->c->reveal.officer))
        return refuse(t->no, FLOW_SAME_PERSON, DEF_NONE);
    for (size_t i = 0; i < REVEAL_HALVES; i++) {
        if (tag_eq(&t->c->reveal.halves[i], &a->tag))
            return refuse(t->no, FLOW_TIMES, DEF_NONE);
    }
    return FLOW_OK;
}

/* One half of a pair is one person's: whoever gave both would open the identity alone. */
static bool halves_fit(const Reveal *r, uint8_t halves)
{
    if (!halves || halves >= (1u << REVEAL_HALVES))
        return false;
    for (size_t i = 0; i < REVEAL_HALVES; i++) {
        bool given = (halves & (1u << i)) != 0;
        if (given && (!tag_is_none(&r->halves[i]) || (halves & (1u << (i ^ 1u)))))
            return false;
    }
    return true;
}

static bool pair_is_whole(const Reveal *r)
{
    for (size_t i = 0; i < REVEAL_HALVES; i += 2) {
        if (!tag_is_none(&r->halves[i]) && !tag_is_none(&r->halves[i + 1]))
            return true;
    }
    return false;
}

int step_reveal_answer(Turn *t)
{
    const Step *s = t->step;
    Reveal *r = &t->c->reveal;

    int no = may_answer(t);
    if (no)
        return no;
    if (!tag_eq(&s->in.target, &r->officer))
        return refuse(t->no, FLOW_TARGET, DEF_NONE);
    if (!halves_fit(r, s->halves))
        return refuse(t->no, FLOW_HALVES, DEF_NONE);
    for (size_t i = 0; i < REVEAL_HALVES; i++) {
        if (s->halves & (1u << i))
            r->halves[i] = s->actor.tag;
    }
    if (pair_is_whole(r)) {
        r->state = REVEAL_OPENED;
        t->fx->tells = t->def->identity_opened;
    }
    return FLOW_OK;
}

int step_reveal_decline(Turn *t)
{
    int no = may_answer(t);

    if (no)
        return no;
    t->c->reveal.state = REVEAL_DECLINED;
    return FLOW_OK;
}
