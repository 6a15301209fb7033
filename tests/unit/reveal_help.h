/* SPDX-License-Identifier: Apache-2.0 */
/* Officers who ask custodians to open an identity, and custodians who answer, with programs that do
 * as the test says. */
#pragma once

#include "desk_help.h"
#include "engine/desk/reveal.h"
#include "engine/vault/reveal.h"

static const Fill report[] = {{"allegation_type", "bribe"}, {"when", "เมื่อวาน"},
                              {"what_happened", "x"},       {"name", "SECRETNAME"},
                              {"contact", "0800"},          {NULL, NULL}};

static const char *filed(void)
{
    CodeKeys code;

    code_make(&code);
    Submitted s = file_complaint("corruption", report, &code);
    code_keys_finish(&code);
    return arena_str(&world.arena, name_str(&s.number)).ptr;
}

static inline PersonKeys *keys_of(const char *name)
{
    return &world.keys[world_index(name)];
}

/* ---- asking ---- */

/* What is done to a bundle before it is signed. */
typedef void (*Spoil)(Bundle *b);

static inline int asks_spoilt(const char *who, const char *number, const char *const *custodians,
                              size_t n, Spoil spoil)
{
    const Doing x = {.who = who,
                     .number = number,
                     .kind = STEP_REVEAL_ASK,
                     .what = "court",
                     .note = "SECRETREASON"};
    const Person *to[REVEAL_HALVES];
    CaseView v = case_seen(who, number);
    Composer by = composer_of(v.def);
    RevealWords words = {.number = str_of(number),
                         .rev = v.head.c.rev + 1,
                         .ground = GROUND_COURT,
                         .until = desk_today(world.desk) + REVEAL_DAYS,
                         .reason = STR("SECRETREASON")};
    StepRefused no = {0};
    StepDone step;
    Bundle b;

    for (size_t i = 0; i < n; i++)
        to[i] = world_who(custodians[i]).person;
    doing_compose(&x, &v, &b);
    assert_int_equal(compose_grounds(&by, v.head.parts, to, n, &words, &keys_of(who)->sign, &b), 0);
    if (spoil)
        spoil(&b);
    return doing_try(&x, &v, &b, &step, &no);
}

static inline int asks(const char *who, const char *number, const char *const *custodians, size_t n)
{
    return asks_spoilt(who, number, custodians, n, NULL);
}

static const char *const KEEPERS[] = {"keep_a", "keep_b", "keep_c"};

static const char *asked(void)
{
    const char *number = filed();

    assert_int_equal(asks("pit_a", number, KEEPERS, 3), DESK_OK);
    return number;
}

/* ---- answering ---- */

typedef struct Answering {
    const char *by, *number;
    const char *to;     /* NULL: pit_a */
    const char *signer; /* NULL: by */
    const char *bearer; /* NULL: by */
    uint8_t kind;       /* 0: STEP_REVEAL_ANSWER */
    uint32_t older;     /* so much under the request's rev */
    bool foreign, other_reason, both, twice, no_halves;
    Spoil spoil;
} Answering;

static inline CustodyView custody_of(const char *name, const char *number)
{
    CustodyView v;
    Who who = world_who(name);

    assert_int_equal(
        desk_custody(world.desk, turn(), &who, str_of(number), STR(""), &world.arena, &v), DESK_OK);
    commit();
    return v;
}

static inline BundlePart sealed_part(const PartRecord *p)
{
    BundlePart part = {.kind = p->kind,
                       .class = p->class,
                       .epoch = p->epoch,
                       .slot = p->slot,
                       .sealed = p->sealed};
    memcpy(part.commit.b, p->commit.b, sizeof(part.commit.b));
    return part;
}

static inline void give(const Answering *x, const CustodyView *v, const PartRecord *p, uint8_t slot,
                        Bundle *b)
{
    SECRET_AUTO Secret half = {NULL};
    Composer by = composer_of(NULL);
    CaseKeys keys = {.seal_id = v->seal_id};
    Str tenant = desk_office(world.desk)->tenant;
    BundlePart part = sealed_part(p);
    Bundle one;

    assert_int_equal(open_half(&keys_of(x->by)->box, &(SealCase){tenant, STR(""), v->seal_id},
                               p->no, &part, &half),
                     0);
    if (x->foreign) {
        secret_finish(&half);
        assert_int_equal(secret_new_random(&half), 0);
    }
    assert_int_equal(compose_half(&by, &keys, given_no(v->rev, slot), &half, slot,
                                  world_who(x->to ? x->to : "pit_a").person, &one),
                     0);
    b->parts[b->n_parts++] = one.parts[0];
}

static inline Hash seen_of(const Answering *x, const CustodyView *v)
{
    Str sealed = v->reason.sealed;

    return reveal_seen(&(RevealSeen){.number = str_of(x->number),
                                     .officer = name_str(&v->officer),
                                     .ground = v->ground,
                                     .until = v->until,
                                     .sealed = {sealed.ptr, sealed.len - x->other_reason}});
}

static inline void composed(const Answering *x, const CustodyView *v, Bundle *b)
{
    *b = (Bundle){.seal_id = v->seal_id, .received = DAY_NONE};
    b->parts = arena_many(&world.arena, 3 * REVEAL_HALVES, BundlePart);
    for (size_t i = 0; i < v->n_halves && !x->no_halves; i++) {
        give(x, v, &v->half[i], v->half[i].slot, b);
        if (x->both) /* and in the slot of the other one of the pair */
            give(x, v, &v->half[i], v->half[i].slot ^ 1u, b);
        if (x->twice)
            give(x, v, &v->half[i], v->half[i].slot, b);
    }
    if (!x->no_halves)
        b->target = name_of(str_of(x->to ? x->to : "pit_a"));
}

static inline int sends(const Answering *x, const CustodyView *v, Bundle *b)
{
    uint8_t kind = x->kind ? x->kind : (uint8_t)STEP_REVEAL_ANSWER;
    Who bearer = world_who(x->bearer ? x->bearer : x->by);
    StepRequest request = {.number = str_of(x->number),
                           .kind = kind,
                           .has_rev = true,
                           .if_rev = v->rev - x->older,
                           .bundle = b,
                           .custodian = str_of(x->by)};
    Hash seen = seen_of(x, v);
    StepRefused no = {0};
    StepDone step;

    assert_int_equal(bundle_sign(b, &keys_of(x->signer ? x->signer : x->by)->sign,
                                 desk_office(world.desk)->tenant, request.if_rev, kind,
                                 (Str){(const char *)seen.b, sizeof(seen.b)}),
                     0);
    turn();
    assert_int_equal(store_nest(world.txn), 0);
    int r = desk_act(world.desk, world.txn, &bearer, &request, &world.arena, &step, &no);
    if (r == DESK_OK)
        assert_int_equal(store_nest_keep(world.txn), 0);
    else
        store_nest_drop(world.txn);
    commit();
    return r;
}

static inline int answered(const Answering *x)
{
    CustodyView v = custody_of(x->by, x->number);
    Bundle b;

    composed(x, &v, &b);
    if (x->spoil)
        x->spoil(&b);
    return sends(x, &v, &b);
}
#define ANSWERS(...) answered(&(const Answering){__VA_ARGS__})
