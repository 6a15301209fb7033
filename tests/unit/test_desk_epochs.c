/* SPDX-License-Identifier: Apache-2.0 */
/* New keys of a case once somebody is off it, and what a bad program might send instead. */
#include "grant_help.h"
#include "people_help.h"

static const Fill accuse_b[] = {{"accused", "pit_b"}, {NULL, NULL}};

/* What somebody's keys open of a case, were they to come by everything on disk: the highest epoch
 * of the class. */
static uint16_t opens_up_to(const char *name, uint64_t id, uint8_t class)
{
    HeadRecord head;
    uint16_t best = 0;

    assert_int_equal(store_get_head(look(), id, &head), STORE_OK);
    for (uint32_t i = 0; i < head.seals; i++) {
        HeldKeys held = {.n = 0};
        SealRecord s;
        assert_int_equal(store_get_seal(world.txn, id, i, &world.arena, &s), STORE_OK);
        if (s.class == class && s.epoch > best &&
            open_case_key(&world.keys[world_index(name)].box,
                          &(SealCase){desk_office(world.desk)->tenant, name_str(&head.workflow),
                                      head.seal_id},
                          s.class, s.epoch, s.slot, s.sealed, &held) == 0)
            best = s.epoch;
        held_keys_finish(&held);
    }
    looked();
    return best;
}

static uint16_t newest(uint64_t id, uint8_t class)
{
    HeadRecord head;

    assert_int_equal(store_get_head(look(), id, &head), STORE_OK);
    looked();
    return epoch_newest(&head, class);
}

static bool newest_is_signed(uint64_t id, uint8_t class)
{
    static const Bytes64 none;
    HeadRecord head;
    bool is = false;

    assert_int_equal(store_get_head(look(), id, &head), STORE_OK);
    looked();
    for (uint8_t i = 0; i < head.n_keys; i++)
        if (head.keys[i].class == class && head.keys[i].epoch == epoch_newest(&head, class))
            is = memcmp(&head.keys[i].signed_by_maker, &none, sizeof(none)) != 0;
    return is;
}

static void who_excludes_brings_new_keys(void **state)
{
    StepRefused no = {0};

    (void)state;
    const char *number = filed();
    const Doing check = {.who = "pit_a",
                         .number = number,
                         .kind = STEP_ACTION,
                         .what = "check_coi",
                         .fills = accuse_b,
                         .no_grants = true};
    assert_int_equal(does_answer(&check, &no), DESK_SEALS);
    assert_int_equal(no.epochs, 1u << CLASS_WORKING | 1u << CLASS_CONFIDENTIAL);
    for (size_t i = 0; i < no.n_readers; i++)
        assert_string_not_equal(no.readers[i].name.s, "pit_b");
    DOES(.who = "pit_a", .number = number, .kind = STEP_ACTION, .what = "check_coi",
         .fills = accuse_b);
    assert_int_equal(newest(1, CLASS_CONFIDENTIAL), 2);
    assert_true(newest_is_signed(1, CLASS_CONFIDENTIAL));
    assert_int_equal(opens_up_to("pit_b", 1, CLASS_CONFIDENTIAL), 1);
    assert_int_equal(opens_up_to("pit_a", 1, CLASS_CONFIDENTIAL), 2);
    assert_int_equal(opens_up_to("pit_b", 1, CLASS_WORKING), 1);
    verify_finds(0);
}

static void reply(const char *text)
{
    CaseKeys keys;
    const Def *def;
    uint32_t parts;
    Refusal no;
    Bundle b;

    assert_int_equal(desk_citizen_keys(world.desk, look(), &code, &keys, &def, &parts), DESK_OK);
    looked();
    Composer by = composer_of(def);
    assert_int_equal(compose_reply(&by, &keys, parts, str_of(text), NULL, NULL, 0, &b), 0);
    b.in.message = true;
    assert_int_equal(
        desk_citizen(world.desk, turn(), &code, CITIZEN_REPLY, DEF_NONE, &b, &world.arena, &no),
        DESK_OK);
    commit();
}

/* Of class confidential, what came last. */
static PartRecord last_part(const char *who, const char *number)
{
    CaseView v;
    PartRecord last = {.no = 0};

    assert_int_equal(view_of(who, number, &v), DESK_OK);
    for (size_t i = 0; i < v.n_parts; i++)
        if (v.parts[i].class == CLASS_CONFIDENTIAL)
            last = v.parts[i];
    return last;
}

static void later_words_go_under_them(void **state)
{
    (void)state;
    const char *number = filed();
    DOES(.who = "pit_a", .number = number, .kind = STEP_ACTION, .what = "check_coi",
         .fills = accuse_b);
    reply("SECRETMORE");
    assert_int_equal(last_part("pit_a", number).epoch, 2);
    DOES(.who = "pit_a", .number = number, .kind = STEP_NOTE, .note = "x");
    assert_int_equal(last_part("pit_a", number).epoch, 2);
    verify_finds(0);
}

/* Whoever goes makes no keys for those who stay: the daemon does, and the next officer replaces
 * them before a word of theirs goes under. */
static void oneself(void **state)
{
    (void)state;
    const char *number = filed();
    DOES(.who = "pit_b", .number = number, .kind = STEP_RECUSE, .target = "pit_b");
    assert_int_equal(newest(1, CLASS_CONFIDENTIAL), 2);
    assert_false(newest_is_signed(1, CLASS_CONFIDENTIAL));
    assert_int_equal(opens_up_to("pit_b", 1, CLASS_CONFIDENTIAL), 1);
    assert_int_equal(opens_up_to("pit_a", 1, CLASS_CONFIDENTIAL), 2);
    verify_finds(0);
    reply("SECRETMORE");
    assert_int_equal(last_part("pit_a", number).epoch, 2);
    DOES(.who = "pit_a", .number = number, .kind = STEP_NOTE, .note = "x");
    assert_int_equal(newest(1, CLASS_CONFIDENTIAL), 3);
    assert_true(newest_is_signed(1, CLASS_CONFIDENTIAL));
    assert_int_equal(last_part("pit_a", number).epoch, 3);
    verify_finds(0);
}

/* A granted reader reads on, and no longer than granted. */
static void grants_carry_on(void **state)
{
    Zone thai = {420};
    Grant g = {.by = "pit_a", .to = "district", .class = CLASS_CONFIDENTIAL};
    CaseView v;

    (void)state;
    const char *number = filed();
    g.expires = day_start(day_from_civil((Civil){2026, 3, 5}), thai);
    grant_make(&g, number);
    assert_int_equal(grant_send(&g, number), DESK_OK);
    static const Fill accuse_head[] = {{"accused", "chang_head"}, {NULL, NULL}};
    DOES(.who = "pit_a", .number = number, .kind = STEP_ACTION, .what = "check_coi",
         .fills = accuse_head);
    assert_int_equal(newest(1, CLASS_CONFIDENTIAL), 1); /* he held no key */
    DOES(.who = "pit_b", .number = number, .kind = STEP_RECUSE, .target = "pit_b");
    DOES(.who = "pit_a", .number = number, .kind = STEP_NOTE, .note = "x");
    assert_int_equal(opens_up_to("district", 1, CLASS_CONFIDENTIAL), 3);
    world_day(2026, 3, 4);
    assert_int_equal(view_of("district", number, &v), DESK_OK);
    for (size_t i = 0; i < v.n_seals; i++)
        assert_int_equal(v.seals[i].expires, g.expires);
    world_day(2026, 3, 5);
    assert_int_equal(view_of("district", number, &v), DESK_UNKNOWN);
    verify_finds(0);
}

/* Whose days are over, and who left or guards the identity by now, is not among those who read on.
 */
static void nobody_reads_on_who_may_not(void **state)
{
    Zone thai = {420};
    Grant g = {.by = "pit_a", .to = "district", .class = CLASS_CONFIDENTIAL};
    Grant h = {.by = "pit_a", .to = "neighbour", .class = CLASS_CONFIDENTIAL};
    const Directory *had = desk_directory(world.desk);

    (void)state;
    const char *number = filed();
    g.expires = day_start(day_from_civil((Civil){2026, 3, 5}), thai);
    grant_make(&g, number);
    assert_int_equal(grant_send(&g, number), DESK_OK);
    grant_make(&h, number);
    assert_int_equal(grant_send(&h, number), DESK_OK);
    world_day(2026, 3, 6);
    person_is_disabled("neighbour");
    DOES(.who = "pit_a", .number = number, .kind = STEP_ACTION, .what = "check_coi",
         .fills = accuse_b);
    assert_int_equal(newest(1, CLASS_CONFIDENTIAL), 2);
    assert_int_equal(opens_up_to("pit_a", 1, CLASS_CONFIDENTIAL), 2);
    assert_int_equal(opens_up_to("district", 1, CLASS_CONFIDENTIAL), 1);
    assert_int_equal(opens_up_to("neighbour", 1, CLASS_CONFIDENTIAL), 1);
    world.desk->loaded->directory = had;
    verify_finds(0);
}

static void a_guardian_reads_on_nowhere(void **state)
{
    Grant h = {.by = "pit_a", .to = "neighbour", .class = CLASS_CONFIDENTIAL};

    (void)state;
    const char *number = filed();
    grant_make(&h, number);
    assert_int_equal(grant_send(&h, number), DESK_OK);
    person_is_also("neighbour", "custodian");
    DOES(.who = "pit_a", .number = number, .kind = STEP_ACTION, .what = "check_coi",
         .fills = accuse_b);
    assert_int_equal(opens_up_to("neighbour", 1, CLASS_CONFIDENTIAL), 1);
}

static void the_last_reader_stays(void **state)
{
    StepRefused no = {0};

    (void)state;
    const char *number = filed();
    DOES(.who = "pit_b", .number = number, .kind = STEP_RECUSE, .target = "pit_b");
    const Doing last = {.who = "pit_a", .number = number, .kind = STEP_RECUSE, .target = "pit_a"};
    assert_int_equal(does_answer(&last, &no), DESK_REFUSED);
    assert_int_equal(no.refusal.why, FLOW_LAST_READER);
}

/* As many seals however few read on: dummies fill the slots. */
static void slots_are_filled(void **state)
{
    HeadRecord before, after;

    (void)state;
    const char *number = filed();
    assert_int_equal(store_get_head(look(), 1, &before), STORE_OK);
    looked();
    DOES(.who = "pit_a", .number = number, .kind = STEP_ACTION, .what = "check_coi",
         .fills = accuse_b);
    assert_int_equal(store_get_head(look(), 1, &after), STORE_OK);
    looked();
    assert_int_equal(after.seals - before.seals, 2 * READER_SLOTS);
}

/* Keys made by hand: what a bad program might send. */
typedef struct Forged {
    bool leave_out, add_removed, no_dummies, unsigned_key, wrong_epoch, longer;
    bool twice, bad_seal, other_slot, key_twice;
    int want;
} Forged;

static void bad_keys_are_refused(void **state)
{
    static const Forged tries[] = {
        {.leave_out = true, .want = DESK_MALFORMED},
        {.add_removed = true, .want = DESK_MALFORMED},
        {.no_dummies = true, .want = DESK_MALFORMED},
        {.unsigned_key = true, .want = DESK_SIGNATURE},
        {.wrong_epoch = true, .want = DESK_MALFORMED},
        {.longer = true, .want = DESK_MALFORMED},
        {.leave_out = true, .twice = true, .want = DESK_MALFORMED},
        {.bad_seal = true, .want = DESK_SIGNATURE},
        {.other_slot = true, .want = DESK_MALFORMED},
        {.key_twice = true, .want = DESK_MALFORMED},
    };
    (void)state;
    const char *number = filed();
    Grant g = {.by = "pit_a", .to = "district", .class = CLASS_CONFIDENTIAL};
    grant_make(&g, number);
    assert_int_equal(grant_send(&g, number), DESK_OK);
    for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
        const Forged *x = &tries[i];
        Doing check = {.who = "pit_a",
                       .number = number,
                       .kind = STEP_ACTION,
                       .what = "check_coi",
                       .fills = accuse_b};
        StepRefused no = {0};
        StepDone ret;
        CaseView v;
        Bundle b;
        assert_int_equal(view_of("pit_a", number, &v), DESK_OK);
        Composer by = composer_of(v.def);
        doing_compose(&check, &v, &b);
        for (uint8_t class = CLASS_WORKING; class <= CLASS_CONFIDENTIAL; class ++) {
            EpochReader to[4] = {{.person = world_who("pit_a").person}};
            size_t n = 1;
            if (!x->leave_out && class == CLASS_CONFIDENTIAL)
                to[n++] = (EpochReader){.person = world_who("district").person};
            if (x->twice && class == CLASS_CONFIDENTIAL) /* as many seals, for fewer people */
                to[n++] = (EpochReader){.person = world_who("pit_a").person};
            if (x->longer)
                to[0].expires = day_start(day_from_civil((Civil){2026, 4, 1}), (Zone){420});
            if (x->add_removed)
                to[n++] = (EpochReader){.person = world_who("pit_b").person};
            assert_int_equal(compose_epoch(&by, class, x->wrong_epoch ? 3 : 2, to, n,
                                           &world.keys[world_index("pit_a")].sign, &b, NULL),
                             0);
        }
        if (x->unsigned_key)
            memset(&b.keys[1].signature, 0, sizeof(b.keys[1].signature));
        for (size_t k = 0; k < b.n_seals; k++) {
            if (x->bad_seal && b.seals[k].reader.s[0])
                b.seals[k].signature.b[0] ^= 1;
            if (x->other_slot)
                b.seals[k].slot = (uint8_t)(k % READER_SLOTS);
        }
        if (x->key_twice) {
            b.keys[b.n_keys] = b.keys[0];
            b.n_keys++;
        }
        if (x->no_dummies) {
            size_t kept = 0;
            for (size_t k = 0; k < b.n_seals; k++)
                if (b.seals[k].reader.s[0])
                    b.seals[kept++] = b.seals[k];
            b.n_seals = kept;
        }
        int r = doing_try(&check, &v, &b, &ret, &no);
        if (r != x->want)
            print_error("try %zu\n", i);
        assert_int_equal(r, x->want);
    }
    verify_finds(0);
}

#define ON_MODEL(f) cmocka_unit_test_setup_teardown(f, fresh, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(who_excludes_brings_new_keys),
        ON_MODEL(later_words_go_under_them),
        ON_MODEL(oneself),
        ON_MODEL(grants_carry_on),
        ON_MODEL(nobody_reads_on_who_may_not),
        ON_MODEL(a_guardian_reads_on_nowhere),
        ON_MODEL(the_last_reader_stays),
        ON_MODEL(slots_are_filled),
        ON_MODEL(bad_keys_are_refused),
    };
    return cmocka_run_group_tests_name("desk: epochs", tests, world_make, world_drop);
}
