/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of a case passed on, as an honest officer does it and as a bad one would like to. */
#include "desk_help.h"

static CodeKeys code;

static int fresh(void **state)
{
    world_model(state);
    code_make(&code);
    return 0;
}

static int done(void **state)
{
    code_keys_finish(&code);
    return world_end(state);
}

static const Fill report_fills[] = {{"allegation_type", "bribe"},
                                    {"when", "เมื่อวาน"},
                                    {"what_happened", "SECRETSTORY"},
                                    {NULL, NULL}};

static const char *filed(void)
{
    Submitted s = file_complaint("corruption", report_fills, &code);
    return arena_str(&world.arena, name_str(&s.number)).ptr;
}

static int view_of(const char *name, const char *number, CaseView *ret)
{
    Who who = world_who(name);

    int r = desk_case(world.desk, look(), &who, str_of(number), false, &world.arena, ret);
    looked();
    return r;
}

/* A grant in the making, to be spoilt before it is signed. */
typedef struct Grant {
    const char *by, *to;
    uint8_t class;
    Moment expires;
    CaseView v;
    HeldKeys held;
    Bundle b;
} Grant;

static void grant_make(Grant *g, const char *number)
{
    Doing x = {.who = g->by, .number = number, .kind = STEP_GRANT, .note = "why", .target = g->to};

    assert_int_equal(view_of(g->by, number, &g->v), DESK_OK);
    hold_keys(g->by, &g->v, &g->held);
    doing_compose(&x, &g->v, &g->b);
    Composer by = composer_of(g->v.def);
    by.grants_expire = g->expires;
    assert_int_equal(compose_grant(&by, &g->held,
                                   directory_person(desk_directory(world.desk), str_of(g->to)),
                                   g->class, &world.keys[world_index(g->by)].sign, &g->b),
                     0);
    held_keys_finish(&g->held);
}

static int grant_send(Grant *g, const char *number)
{
    Doing x = {.who = g->by, .number = number, .kind = STEP_GRANT};
    StepDone ret;
    StepRefused no = {0};

    int r = doing_try(&x, &g->v, &g->b, &ret, &no);
    return r == DESK_REFUSED ? 100 + no.refusal.why : r;
}

static void a_reader_passes_it_on(void **state)
{
    Grant g = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    CaseView v;

    (void)state;
    const char *number = filed();
    assert_int_equal(view_of("audit", number, &v), DESK_UNKNOWN);
    grant_make(&g, number);
    assert_int_equal(grant_send(&g, number), DESK_OK);
    assert_int_equal(view_of("audit", number, &v), DESK_OK);
    assert_int_equal(v.n_seals, 1);
    assert_str(name_str(&v.granted_by[0]), "pit_a");
    /* The same again comes too late: the case has moved on. */
    assert_int_equal(grant_send(&g, number), DESK_MOVED);
    verify_finds(0);
}

static void its_leaf_says_so(void **state)
{
    Grant g = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    LeafRecord leaf;
    unsigned grants = 0;

    (void)state;
    const char *number = filed();
    grant_make(&g, number);
    assert_int_equal(grant_send(&g, number), DESK_OK);
    world_day(2026, 3, 3);
    tick();
    for (uint64_t i = 0; store_get_leaf(look(), i, &leaf) == STORE_OK; i++, looked())
        grants += leaf.kind == LOGGED_GRANT;
    looked();
    assert_int_equal(grants, 1);
    verify_finds(0);
}

/* With everybody's public keys and the records alone nobody finds out who signed for whom. */
static void a_signature_on_disk_tells_nothing(void **state)
{
    Grant g = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    const Directory *d = desk_directory(world.desk);
    Str tenant = desk_office(world.desk)->tenant;
    SealRecord s;
    CaseView v;

    (void)state;
    const char *number = filed();
    grant_make(&g, number);
    assert_int_equal(grant_send(&g, number), DESK_OK);
    assert_int_equal(view_of("audit", number, &v), DESK_OK);
    assert_int_equal(store_get_seal(look(), 1, v.head.seals - 1, &world.arena, &s), STORE_OK);
    looked();
    BundleSeal stored = {.class = s.class, .epoch = s.epoch, .slot = s.slot, .sealed = s.sealed};
    memcpy(stored.nonce.b, s.nonce.b, sizeof(stored.nonce.b));
    memcpy(stored.signature.b, s.signature.b, sizeof(stored.signature.b));
    for (size_t i = 0; i < d->n_people; i++)
        for (size_t k = 0; k < d->n_people; k++)
            assert_false(bundle_seal_signed_by(&stored, &d->people[i].sign, tenant, v.head.seal_id,
                                               &d->people[k].box));
    memcpy(stored.signature.b, v.seals[0].signature.b, sizeof(stored.signature.b));
    assert_true(bundle_seal_signed_by(&stored, &world_who("pit_a").person->sign, tenant,
                                      v.head.seal_id, &world_who("audit").person->box));
}

static void it_ends_with_its_day(void **state)
{
    Zone thai = {420};
    Day today = day_from_civil((Civil){2026, 3, 2});
    Grant g = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    CaseView v;

    (void)state;
    const char *number = filed();
    g.expires = day_start(today + 3, thai);
    grant_make(&g, number);
    assert_int_equal(grant_send(&g, number), DESK_OK);
    world_day(2026, 3, 4);
    assert_int_equal(view_of("audit", number, &v), DESK_OK);
    world_day(2026, 3, 5);
    assert_int_equal(view_of("audit", number, &v), DESK_UNKNOWN);
    verify_finds(0);
}

static void bad_grants_are_refused(void **state)
{
    Zone thai = {420};
    Day today = day_from_civil((Civil){2026, 3, 2});
    const char *number;

    (void)state;
    number = filed();
    Grant custodian = {.by = "pit_a", .to = "keep_a", .class = CLASS_CONFIDENTIAL};
    grant_make(&custodian, number);
    assert_int_equal(grant_send(&custodian, number), 100 + FLOW_TARGET);
    Grant works = {.by = "pit_a", .to = "chang", .class = CLASS_WORKING};
    grant_make(&works, number);
    assert_int_equal(grant_send(&works, number), 100 + FLOW_TARGET);
    Grant clerk = {.by = "pit_a", .to = "palad", .class = CLASS_CONFIDENTIAL};
    grant_make(&clerk, number);
    assert_int_equal(grant_send(&clerk, number), 100 + FLOW_TARGET);
    Grant self = {.by = "pit_a", .to = "pit_a", .class = CLASS_CONFIDENTIAL};
    grant_make(&self, number);
    assert_int_equal(grant_send(&self, number), 100 + FLOW_TARGET);

    Grant past = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    past.expires = day_start(today, thai);
    grant_make(&past, number);
    assert_int_equal(grant_send(&past, number), DESK_MALFORMED);
    Grant hour = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    hour.expires = day_start(today + 2, thai) + 3600;
    grant_make(&hour, number);
    assert_int_equal(grant_send(&hour, number), DESK_MALFORMED);

    Grant longer = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    longer.expires = day_start(today + 2, thai);
    grant_make(&longer, number);
    longer.b.seals[0].expires = 0;
    assert_int_equal(grant_send(&longer, number), DESK_SIGNATURE);
    Grant other = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    grant_make(&other, number);
    other.b.target = other.b.seals[0].reader = name_of(STR("district"));
    assert_int_equal(grant_send(&other, number), DESK_SIGNATURE);
    Grant two = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    grant_make(&two, number);
    two.b.target = name_of(STR("district"));
    assert_int_equal(grant_send(&two, number), DESK_MALFORMED);
    Grant empty = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    grant_make(&empty, number);
    empty.b.n_seals = 0;
    assert_int_equal(grant_send(&empty, number), DESK_MALFORMED);
    Grant silent = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    grant_make(&silent, number);
    silent.b.in.note = false;
    assert_int_equal(grant_send(&silent, number), 100 + FLOW_NOTE);
    verify_finds(0);
}

#define ON_MODEL(f) cmocka_unit_test_setup_teardown(f, fresh, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(a_reader_passes_it_on),
        ON_MODEL(its_leaf_says_so),
        ON_MODEL(a_signature_on_disk_tells_nothing),
        ON_MODEL(it_ends_with_its_day),
        ON_MODEL(bad_grants_are_refused),
    };
    return cmocka_run_group_tests_name("desk: readers", tests, world_make, world_drop);
}
