/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of a case passed on, as an honest officer does it and as a bad one would like to. */
#include "grant_help.h"
#include "people_help.h"

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

/* Of two classes that somebody was given, the one whose day is over is served no more. */
static void each_class_ends_by_itself(void **state)
{
    Zone thai = {420};
    Grant lasting = {.by = "pit_a", .to = "audit", .class = CLASS_WORKING};
    Grant g = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    CaseView v;

    (void)state;
    const char *number = filed();
    grant_make(&lasting, number);
    assert_int_equal(grant_send(&lasting, number), DESK_OK);
    g.expires = day_start(day_from_civil((Civil){2026, 3, 5}), thai);
    grant_make(&g, number);
    assert_int_equal(grant_send(&g, number), DESK_OK);
    assert_int_equal(view_of("audit", number, &v), DESK_OK);
    assert_int_equal(v.n_seals, 2);
    world_day(2026, 3, 5);
    assert_int_equal(view_of("audit", number, &v), DESK_OK);
    assert_int_equal(v.n_seals, 1);
    assert_int_equal(v.seals[0].class, CLASS_WORKING);
    for (size_t i = 0; i < v.n_parts; i++)
        assert_int_not_equal(v.parts[i].class, CLASS_CONFIDENTIAL);
}

/* As after a rotation of keys; what one held was one's own before. */
static void what_one_holds_is_sealed_to_oneself_anew(void **state)
{
    const char *number;

    (void)state;
    number = filed();
    Grant self = {.by = "pit_a", .to = "pit_a", .class = CLASS_CONFIDENTIAL};
    grant_make(&self, number);
    assert_int_equal(grant_send(&self, number), DESK_OK);
}

static void nobody_prolongs_a_grant_to_himself(void **state)
{
    Zone thai = {420};
    const char *number;

    (void)state;
    number = filed();
    Grant short_one = {.by = "pit_a", .to = "audit", .class = CLASS_CONFIDENTIAL};
    short_one.expires = day_start(day_from_civil((Civil){2026, 3, 2}) + 2, thai);
    grant_make(&short_one, number);
    assert_int_equal(grant_send(&short_one, number), DESK_OK);
    Grant self = {.by = "audit", .to = "audit", .class = CLASS_CONFIDENTIAL};
    grant_make(&self, number);
    assert_int_equal(grant_send(&self, number), DESK_MALFORMED);
}

static int granted(const char *by, const char *to, const char *number, Moment expires)
{
    Grant g = {.by = by, .to = to, .class = CLASS_CONFIDENTIAL, .expires = expires};

    grant_make(&g, number);
    return grant_send(&g, number);
}

/* Nor through a colleague: whoever was let in for some days lets in nobody for longer. */
static void nor_two_each_other(void **state)
{
    Zone thai = {420};
    Day today = day_from_civil((Civil){2026, 3, 2});
    const Moment soon = day_start(today + 3, thai), later = day_start(today + 30, thai);
    CaseView v;

    (void)state;
    const char *number = filed();
    assert_int_equal(granted("pit_a", "audit", number, soon), DESK_OK);
    assert_int_equal(granted("audit", "district", number, 0), DESK_MALFORMED);
    assert_int_equal(granted("audit", "district", number, later), DESK_MALFORMED);
    assert_int_equal(granted("audit", "district", number, soon), DESK_OK);
    assert_int_equal(granted("district", "audit", number, 0), DESK_MALFORMED);
    assert_int_equal(granted("district", "audit", number, later), DESK_MALFORMED);
    assert_int_equal(granted("district", "audit", number, soon), DESK_OK);
    world_day(2026, 3, 5);
    assert_int_equal(view_of("audit", number, &v), DESK_UNKNOWN);
    assert_int_equal(view_of("district", number, &v), DESK_UNKNOWN);
    /* Somebody who holds them for good decides for himself. */
    assert_int_equal(granted("pit_a", "audit", number, later), DESK_OK);
    assert_int_equal(view_of("audit", number, &v), DESK_OK);
    verify_finds(0);
}

/* A note that brings a key along, as a program of somebody's own could send it. */
static int noted(const char *by, const char *to, const char *number, Moment expires)
{
    Grant g = {.by = by, .to = to, .class = CLASS_CONFIDENTIAL, .expires = expires};
    const Doing note = {.who = by, .number = number, .kind = STEP_NOTE};
    StepRefused no = {0};
    StepDone ret;

    grant_make(&g, number);
    g.b.target = (Name){{0}};
    return doing_try(&note, &g.v, &g.b, &ret, &no);
}

/* Nor by another step than a grant, which nobody would look for a key in. */
static void nor_by_a_note(void **state)
{
    Zone thai = {420};
    Day today = day_from_civil((Civil){2026, 3, 2});
    const Moment soon = day_start(today + 3, thai), later = day_start(today + 30, thai);

    (void)state;
    const char *number = filed();
    assert_int_equal(granted("pit_a", "audit", number, soon), DESK_OK);
    assert_int_equal(noted("audit", "district", number, 0), DESK_MALFORMED);
    assert_int_equal(noted("audit", "district", number, later), DESK_MALFORMED);
    assert_int_equal(noted("audit", "audit", number, 0), DESK_MALFORMED);
    assert_int_equal(noted("audit", "district", number, soon), DESK_OK);
    assert_int_equal(noted("pit_a", "district", number, 0), DESK_OK);
    verify_finds(0);
}

/* Who has the case to read in their role, and keys for some days, makes them last no longer. */
static void nor_whose_case_it_is(void **state)
{
    Zone thai = {420};
    const Moment soon = day_start(day_from_civil((Civil){2026, 3, 5}), thai);
    CaseView v;

    (void)state;
    const char *number = filed();
    assert_int_equal(view_of("pit_b", number, &v), DESK_OK);
    Batch *b = batch_new(&world.arena);
    turn();
    for (size_t i = 0; i < v.n_seals; i++) {
        SealRecord seal;
        assert_int_equal(store_get_seal(world.txn, 1, v.seals[i].no, &world.arena, &seal),
                         STORE_OK);
        seal.expires = soon;
        batch_put_seal(b, &seal);
    }
    assert_int_equal(store_apply(world.txn, b), STORE_OK);
    commit();
    assert_int_equal(noted("pit_b", "pit_b", number, 0), DESK_MALFORMED);
    assert_int_equal(noted("pit_b", "pit_b", number, soon), DESK_MALFORMED);
}

/* Keys that the giver does not hold, and keys for more than the one class that was asked for. */
static void only_what_one_holds(void **state)
{
    HeldKeys made = {.n = 1};
    CaseView v;

    (void)state;
    const char *number = filed();
    Grant working = {.by = "pit_a", .to = "audit", .class = CLASS_WORKING};
    grant_make(&working, number);
    assert_int_equal(grant_send(&working, number), DESK_OK);
    Grant invented = {.by = "audit", .to = "district", .class = CLASS_WORKING};
    grant_make(&invented, number);
    invented.b.n_seals = 0;
    made.key[0] = (HeldKey){.class = CLASS_CONFIDENTIAL, .epoch = 1};
    assert_int_equal(box_pair_new(&made.key[0].pair), 0);
    Composer by = composer_of(invented.v.def);
    const SignPair *sign = &world.keys[world_index("audit")].sign;
    assert_int_equal(compose_grant(&by, &made, world_who("district").person, CLASS_CONFIDENTIAL,
                                   sign, &invented.b),
                     0);
    held_keys_finish(&made);
    assert_int_equal(grant_send(&invented, number), DESK_MALFORMED);
    assert_int_equal(view_of("district", number, &v), DESK_UNKNOWN);

    Grant both = {.by = "pit_a", .to = "district", .class = CLASS_CONFIDENTIAL};
    grant_make(&both, number);
    hold_keys("pit_a", &both.v, &both.held);
    by = composer_of(both.v.def);
    assert_int_equal(compose_grant(&by, &both.held, world_who("district").person, CLASS_WORKING,
                                   &world.keys[world_index("pit_a")].sign, &both.b),
                     0);
    held_keys_finish(&both.held);
    assert_int_equal(grant_send(&both, number), DESK_MALFORMED);
    Grant elsewhere = {.by = "pit_a", .to = "district", .class = CLASS_CONFIDENTIAL};
    grant_make(&elsewhere, number);
    elsewhere.b.seals[0].slot = 0; /* among the seals of the filing */
    assert_int_equal(grant_send(&elsewhere, number), DESK_MALFORMED);
    verify_finds(0);
}

static void to_nobody_who_left_nor_guards(void **state)
{
    (void)state;
    const char *number = filed();
    const Directory *had = desk_directory(world.desk);
    person_is_disabled("audit");
    assert_int_equal(granted("pit_a", "audit", number, 0), 100 + FLOW_TARGET);
    assert_int_equal(noted("pit_a", "audit", number, 0), DESK_MALFORMED);
    world.desk->loaded->directory = had;
    person_is_also("audit", "custodian");
    assert_int_equal(granted("pit_a", "audit", number, 0), 100 + FLOW_TARGET);
    assert_int_equal(noted("pit_a", "audit", number, 0), DESK_MALFORMED);
    world.desk->loaded->directory = had;
    assert_int_equal(granted("pit_a", "audit", number, 0), DESK_OK);
}

/* Whoever is off the case stays off, whatever seal they hold or a colleague would give. */
static void an_accusation_beats_every_grant(void **state)
{
    CaseView v;

    (void)state;
    const char *number = filed();
    assert_int_equal(granted("pit_a", "audit", number, 0), DESK_OK);
    assert_int_equal(view_of("audit", number, &v), DESK_OK);
    Grant had = {.by = "audit", .to = "district", .class = CLASS_CONFIDENTIAL};
    grant_make(&had, number); /* made before, sent after */
    DOES(.who = "pit_a", .number = number, .kind = STEP_RECUSE, .target = "audit");
    assert_int_equal(view_of("audit", number, &v), DESK_UNKNOWN);
    assert_int_equal(grant_send(&had, number), DESK_UNKNOWN);
    assert_int_equal(granted("pit_a", "audit", number, 0), 100 + FLOW_TARGET);
    assert_int_equal(granted("pit_b", "audit", number, 0), 100 + FLOW_TARGET);
    assert_int_equal(granted("pit_b", "district", number, 0), DESK_OK);
    assert_int_equal(granted("district", "audit", number, 0), 100 + FLOW_TARGET);
    assert_int_equal(view_of("audit", number, &v), DESK_UNKNOWN);
    verify_finds(0);
}

/* The end of the seal that a grant has just written: set on the disk, past the desk. */
static Moment seal_ends(Moment end)
{
    HeadRecord head;
    SealRecord seal;
    Batch *b = batch_new(&world.arena);

    turn();
    assert_int_equal(store_get_head(world.txn, 1, &head), STORE_OK);
    assert_int_equal(store_get_seal(world.txn, 1, head.seals - 1, &world.arena, &seal), STORE_OK);
    const Moment was = seal.expires;
    seal.expires = end;
    batch_put_seal(b, &seal);
    assert_int_equal(store_apply(world.txn, b), STORE_OK);
    commit();
    return was;
}

/* A daemon that asks nobody for the end of what they had: it is found afterwards. */
static void a_grant_outlives_no_giver(void **state)
{
    static const char *const to[] = {"district", "audit"};
    Zone thai = {420};
    Moment end = day_start(day_from_civil((Civil){2026, 3, 5}), thai);

    for (size_t i = 0; i < sizeof(to) / sizeof(to[0]); i++) {
        Buf report;
        VerifyCounts n;
        HeadRecord head;
        SealRecord seal;
        const char *number = filed();
        assert_int_equal(granted("pit_a", "audit", number, end), DESK_OK);
        assert_int_equal(store_get_head(look(), 1, &head), STORE_OK);
        assert_int_equal(store_get_seal(world.txn, 1, head.seals - 1, &world.arena, &seal),
                         STORE_OK);
        looked();
        verify_finds(0);
        assert_int_equal(seal_ends(0), end);
        assert_int_equal(granted("audit", to[i], number, i ? 0 : end + 86400), DESK_OK);
        Batch *b = batch_new(&world.arena);
        turn();
        batch_put_seal(b, &seal); /* as it was */
        assert_int_equal(store_apply(world.txn, b), STORE_OK);
        commit();
        buf_init(&report, 1 << 16);
        assert_int_equal(desk_verify(world.desk, look(), &report, &n), 1);
        looked();
        buf_add_u8(&report, 0);
        assert_int_equal(n.faults, 1);
        assert_non_null(strstr((const char *)report.ptr, "for longer than whoever gave it had it"));
        buf_finish(&report);
        world_end(state);
        world_model(state);
    }
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
        ON_MODEL(each_class_ends_by_itself),
        ON_MODEL(a_grant_outlives_no_giver),
        ON_MODEL(what_one_holds_is_sealed_to_oneself_anew),
        ON_MODEL(nobody_prolongs_a_grant_to_himself),
        ON_MODEL(nor_two_each_other),
        ON_MODEL(nor_by_a_note),
        ON_MODEL(nor_whose_case_it_is),
        ON_MODEL(only_what_one_holds),
        ON_MODEL(to_nobody_who_left_nor_guards),
        ON_MODEL(an_accusation_beats_every_grant),
        ON_MODEL(bad_grants_are_refused),
    };
    return cmocka_run_group_tests_name("desk: readers", tests, world_make, world_drop);
}
