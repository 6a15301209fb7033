/* SPDX-License-Identifier: Apache-2.0 */
/* Two bundles at once: a step, and the case that it opens. */
#pragma once

#include "desk_help.h"
#include "engine/vault/carry.h"

static const Fill corruption_fills[] = {{"allegation_type", "bribe"},
                                        {"when", "MARKERWHEN"},
                                        {"what_happened", "MARKERSTORY"},
                                        {"channel", "web"},
                                        {"original_received_at", "2026-03-02"},
                                        {"name", "MARKERNAME"},
                                        {NULL, NULL}};
static const Fill reclassify_fills[] = {{"reason", "MARKERREASON"}, {NULL, NULL}};

/* What an officer sends, as it is made before something is done to it. */
typedef struct Move {
    const char *who, *number;
    bool withholds, silent; /* other keys, or none, of the case that it was */
    CaseView v;
    Bundle step, opened;
} Move;

static inline void move_sign(Move *m, const char *workflow)
{
    const SignPair *by = &world.keys[world_index(m->who)].sign;
    Str tenant = desk_office(world.desk)->tenant;

    assert_int_equal(bundle_sign(&m->opened, by, tenant, 0, STEP_SUBMIT, str_of(workflow)), 0);
    assert_int_equal(bundle_digest(&m->opened, &m->step.opens), 0);
}

static inline void move_compose(Move *m, const char *workflow, const Fill *fills, Day received)
{
    const Doing step = {.who = m->who,
                        .number = m->number,
                        .kind = STEP_ACTION,
                        .what = "reclassify",
                        .fills = reclassify_fills};
    const Def *def = workflows_find(desk_workflows(world.desk), str_of(workflow));
    Who who = world_who(m->who);

    assert_int_equal(
        desk_case(world.desk, look(), &who, str_of(m->number), false, &world.arena, &m->v),
        DESK_OK);
    looked();
    doing_compose(&step, &m->v, &m->step);
    Composer by = composer_of(def);
    HeldKeys held;
    hold_keys(m->who, &m->v, &held);
    if (m->withholds) /* what is passed on opens nothing */
        for (size_t i = 0; i < held.n; i++) {
            box_pair_finish(&held.key[i].pair);
            assert_int_equal(box_pair_new(&held.key[i].pair), 0);
        }
    Beside beside = {.note = STR("MARKERNOTE"), .former = m->silent ? NULL : &held};
    by.beside = &beside;
    Form form = form_of(def, fills);
    assert_int_equal(compose_submission(&by, &form, NULL, 0, NULL, received, &m->opened), 0);
    held_keys_finish(&held);
    move_sign(m, workflow);
}

/* Sends what is there; opened NULL: the step alone. */
static inline int move_send(Move *m, const Bundle *opened, StepDone *ret)
{
    Who who = world_who(m->who);
    StepRefused no = {.n_missing = 0};
    uint32_t rev = m->v.head.c.rev;
    StepRequest request = {.number = str_of(m->number),
                           .kind = STEP_ACTION,
                           .what = STR("reclassify"),
                           .has_rev = true,
                           .if_rev = rev,
                           .bundle = &m->step,
                           .opens = opened};

    assert_int_equal(bundle_sign(&m->step, &world.keys[world_index(m->who)].sign,
                                 desk_office(world.desk)->tenant, rev, STEP_ACTION, request.what),
                     0);
    turn();
    assert_int_equal(store_nest(world.txn), 0);
    int r = desk_act(world.desk, world.txn, &who, &request, &world.arena, ret, &no);
    if (r == DESK_REFUSED)
        print_error("refused: %u %u\n", no.refusal.why, no.refusal.detail);
    if (r == DESK_OK)
        assert_int_equal(store_nest_keep(world.txn), 0);
    else
        store_nest_drop(world.txn);
    commit();
    return r;
}

static inline int seen_by(const char *name, const char *number)
{
    CaseView v;
    Who who = world_who(name);

    int r = desk_case(world.desk, look(), &who, str_of(number), false, &world.arena, &v);
    looked();
    return r;
}

static inline const char *number_of_case(uint64_t id)
{
    HeadRecord head;

    assert_int_equal(store_get_head(look(), id, &head), STORE_OK);
    looked();
    return arena_str(&world.arena, name_str(&head.number)).ptr;
}
