/* SPDX-License-Identifier: Apache-2.0 */
/* Officers whose programs lie, and the accused who looks for a case. */
#include "hostile_help.h"

/* ---- whom a step takes off the case ---- */
static void take_off_b(const CaseView *v, Bundle *b)
{
    (void)v;
    b->excluded[b->n_excluded++] = name_of(STR("pit_b"));
}

static void take_off_nobody(const CaseView *v, Bundle *b)
{
    (void)v;
    b->n_excluded = 0;
}

static void call_executive(const CaseView *v, Bundle *b)
{
    (void)v;
    b->in.executive = true;
}

static void call_nobody_executive(const CaseView *v, Bundle *b)
{
    (void)v;
    b->in.executive = false;
}

static const Fill accuse_chang[] = {{"accused", "chang"}, {NULL, NULL}};
static const Fill accuse_audit[] = {{"accused", "audit"}, {NULL, NULL}};
static const Fill accuse_nayok[] = {{"accused", "nayok"}, {NULL, NULL}};
static const Fill accuse_unit[] = {{"accused_unit", "internal_audit"}, {NULL, NULL}};

static void who_goes_follows_from_whom_is_named(void **state)
{
    (void)state;
    const char *number = filed("corruption", against_nobody);
    const Doing check = {.who = "pit_a",
                         .number = number,
                         .kind = STEP_ACTION,
                         .what = "check_coi",
                         .fills = accuse_chang};
    const Doing note = {.who = "pit_a", .number = number, .kind = STEP_NOTE, .note = "x"};
    const Doing auditor = {.who = "pit_a",
                           .number = number,
                           .kind = STEP_ACTION,
                           .what = "check_coi",
                           .fills = accuse_audit};
    const Doing chief = {.who = "pit_a",
                         .number = number,
                         .kind = STEP_ACTION,
                         .what = "check_coi",
                         .fills = accuse_nayok};
    assert_int_equal(forged(&check, take_off_b), DESK_MALFORMED);
    assert_int_equal(forged(&auditor, take_off_nobody), DESK_MALFORMED);
    assert_int_equal(forged(&check, call_executive), DESK_MALFORMED);
    assert_int_equal(forged(&chief, call_nobody_executive), DESK_MALFORMED);
    assert_int_equal(forged(&note, take_off_b), DESK_MALFORMED);
    assert_int_equal(forged(&note, call_executive), DESK_MALFORMED);
    assert_int_equal(case_seen("pit_b", number).head.c.events, 1);
    DOES(.who = "pit_a", .number = number, .kind = STEP_ACTION, .what = "check_coi",
         .fills = accuse_chang);
    verify_finds(0);
}

/* A unit may be accused as a whole; then it goes as a whole. */
static void a_unit_goes_as_a_whole(void **state)
{
    (void)state;
    const char *number = filed("corruption", against_nobody);
    DOES(.who = "pit_a", .number = number, .kind = STEP_ACTION, .what = "check_coi",
         .fills = accuse_unit);
    CaseView v;
    Who who = world_who("pit_b"); /* works in internal_audit */
    assert_int_equal(desk_case(world.desk, look(), &who, str_of(number), false, &world.arena, &v),
                     DESK_UNKNOWN);
    looked();
    verify_finds(0);
}

static void an_invented_person(const CaseView *v, Bundle *b)
{
    (void)v;
    b->people[0].name = name_of(STR("nobody_here"));
}

static void people_are_of_the_directory(void **state)
{
    (void)state;
    const char *number = filed("corruption", against_nobody);
    const Doing check = {.who = "pit_a",
                         .number = number,
                         .kind = STEP_ACTION,
                         .what = "check_coi",
                         .fills = accuse_chang};
    assert_int_equal(forged(&check, an_invented_person), DESK_MALFORMED);
}

/* ---- values in the clear ---- */
static void a_word_for_a_unit(const CaseView *v, Bundle *b)
{
    (void)v;
    for (uint8_t i = 0; i < b->in.n_open; i++)
        b->in.open[i].choice = name_of(STR("SECRETWORD"));
}

static void a_field_without_its_words(const CaseView *v, Bundle *b)
{
    (void)v;
    b->n_parts = 0;
    b->parts = NULL;
}

static const Fill to_works[] = {{"unit", "public_works"}, {NULL, NULL}};
static const Fill proposed[] = {
    {"category", "building"}, {"unit", "public_works"}, {"opinion", "ควรตรวจ"}, {NULL, NULL}};

static void open_values_are_choices_and_words_are_there(void **state)
{
    (void)state;
    const char *number = filed("general", general_fills);
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    const Doing assign = {.who = "intake",
                          .number = number,
                          .kind = STEP_ACTION,
                          .what = "quick_assign",
                          .fills = to_works};
    const Doing propose = {.who = "intake",
                           .number = number,
                           .kind = STEP_ACTION,
                           .what = "propose",
                           .fills = proposed};
    assert_int_equal(forged(&assign, a_word_for_a_unit), DESK_MALFORMED);
    assert_int_equal(forged(&propose, a_field_without_its_words), DESK_MALFORMED);
    assert_int_equal(case_seen("intake", number).head.c.events, 2);
    verify_finds(0);
}

/* ---- parts ---- */
static void as_a_reply(const CaseView *v, Bundle *b)
{
    (void)v;
    for (size_t i = 0; i < b->n_parts; i++)
        if (b->parts[i].kind == PART_TO_CODE)
            b->parts[i].kind = PART_REPLY_COPY;
}

static void in_an_unknown_class(const CaseView *v, Bundle *b)
{
    (void)v;
    b->parts[0].class = CLASS_OPEN;
}

static void in_an_epoch_to_come(const CaseView *v, Bundle *b)
{
    (void)v;
    b->parts[0].epoch++;
}

static void with_keys(const CaseView *v, Bundle *b)
{
    b->keys[b->n_keys] = (BundleKey){.class = CLASS_CONFIDENTIAL, .epoch = 2};
    memcpy(b->keys[b->n_keys++].public.b, v->head.keys[0].public.b, 32);
}

static void with_a_code(const CaseView *v, Bundle *b)
{
    (void)v;
    b->lookup.b[0] = b->code_box.b[0] = b->code_sign.b[0] = 1;
}

static void of_another_case(const CaseView *v, Bundle *b)
{
    b->seal_id = v->head.seal_id + 1;
}

static void with_a_dummy_seal(const CaseView *v, Bundle *b)
{
    static BundleSeal seal;

    (void)v;
    seal = (BundleSeal){.class = CLASS_CONFIDENTIAL, .epoch = 1, .sealed = b->parts[0].sealed};
    b->seals = &seal;
    b->n_seals = 1;
}

static void a_bundle_keeps_to_its_case_and_step(void **state)
{
    static const Forge lies[] = {in_an_unknown_class, in_an_epoch_to_come, with_keys,
                                 with_a_code,         of_another_case,     with_a_dummy_seal};
    (void)state;
    const char *number = filed("general", general_fills);
    const Doing note = {.who = "intake", .number = number, .kind = STEP_NOTE, .note = "x"};
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
        assert_int_equal(forged(&note, lies[i]), DESK_MALFORMED);
    assert_int_equal(case_seen("intake", number).head.c.events, 1);
}

static void nobody_speaks_in_the_complainants_place(void **state)
{
    (void)state;
    const char *number = filed("general", general_fills);
    const Doing asking = asks_for_more(number);
    assert_int_equal(forged(&asking, as_a_reply), DESK_MALFORMED);
}

/* ---- signatures ---- */
static void a_signature_serves_once(void **state)
{
    StepRefused no = {0};
    StepDone step;
    Bundle b;

    (void)state;
    const char *number = filed("general", general_fills);
    const Doing note = {.who = "intake", .number = number, .kind = STEP_NOTE, .note = "x"};
    CaseView v = case_seen("intake", number);
    doing_compose(&note, &v, &b);
    assert_int_equal(doing_try(&note, &v, &b, &step, &no), DESK_OK);
    Who who = world_who("intake");
    StepRequest again = {.number = str_of(number),
                         .kind = STEP_NOTE,
                         .has_rev = true,
                         .if_rev = v.head.c.rev,
                         .bundle = &b};
    assert_int_equal(desk_act(world.desk, turn(), &who, &again, &world.arena, &step, &no),
                     DESK_MOVED);
    again.if_rev++;
    assert_int_equal(desk_act(world.desk, world.txn, &who, &again, &world.arena, &step, &no),
                     DESK_SIGNATURE);
    again.has_rev = false;
    assert_int_equal(desk_act(world.desk, world.txn, &who, &again, &world.arena, &step, &no),
                     DESK_MALFORMED);
    store_end(world.txn);
    CodeKeys other;
    code_make(&other);
    Submitted s = file_complaint("general", general_fills, &other);
    again = (StepRequest){.number = name_str(&s.number),
                          .kind = STEP_NOTE,
                          .has_rev = true,
                          .if_rev = v.head.c.rev,
                          .bundle = &b};
    assert_int_equal(desk_act(world.desk, turn(), &who, &again, &world.arena, &step, &no),
                     DESK_MALFORMED);
    store_end(world.txn);
    code_keys_finish(&other);
    verify_finds(0);
}

/* ---- entry on behalf ---- */
static int entered(Bundle *b)
{
    Who who = world_who("pit_b");
    Refusal no = {0};
    Submitted s;

    assert_int_equal(bundle_sign(b, &world.keys[world_index("pit_b")].sign,
                                 desk_office(world.desk)->tenant, 0, STEP_SUBMIT,
                                 STR("corruption")),
                     0);
    turn();
    int r = desk_submit(world.desk, world.txn, STR("corruption"), &who, b, &world.arena, &s, &no);
    store_end(world.txn);
    return r;
}

static void keys_of_an_entered_case_go_to_its_readers(void **state)
{
    static const Fill letter[] = {{"allegation_type", "bribe"},
                                  {"when", "เมื่อวาน"},
                                  {"what_happened", "x"},
                                  {"accused", "pit_a"},
                                  {"channel", "letter"},
                                  {"original_received_at", "2026-03-01"},
                                  {NULL, NULL}};
    static const char *const wrong[] = {"pit_a", "intake", "keep_a", "nobody_here"};
    Bundle b;

    (void)state;
    assert_int_equal(compose("corruption", letter, &code, DAY_NONE, &b), 0);
    assert_int_equal(entered(&b),
                     DESK_MALFORMED); /* the day of receipt is part of what is signed */
    b.received = desk_today(world.desk) - 1;
    assert_int_equal(entered(&b), DESK_OK);
    Name had = b.seals[0].reader;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        b.seals[0].reader = name_of(str_of(wrong[i]));
        assert_int_equal(entered(&b), DESK_MALFORMED);
    }
    b.seals[0].reader = had;
    uint8_t n = b.n_excluded;
    b.n_excluded = 0;
    assert_int_equal(entered(&b), DESK_MALFORMED);
    b.n_excluded = n;
    for (size_t i = 0; i < b.n_seals; i++)
        b.seals[i].reader = (Name){{0}};
    assert_int_equal(entered(&b), DESK_MALFORMED);
}

/* ---- whoever looks for a case that is not for him ---- */
static void every_way_in_gives_the_answer_for_no_case(void **state)
{
    static const char *const strangers[] = {"pit_a", "palad", "intake", "nayok", "keep_a"};
    CaseView v;
    PartRecord part;
    MissingSeal missing[16];
    StepRefused no = {0};
    StepDone step;
    size_t n;

    (void)state;
    const char *number = filed("corruption", against_pit_a);
    CaseView real = case_seen("pit_b", number);
    for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
        Who who = world_who(strangers[i]);
        Bundle b;
        const Doing note = {.who = strangers[i], .number = number, .note = "x"};
        doing_compose(&note, &real, &b);
        for (int k = 0; k < 2; k++) {
            Str at = k ? STR("C-0000-0000") : str_of(number);
            const StepRequest r = {.number = at, .kind = STEP_NOTE, .bundle = &b};
            turn();
            assert_int_equal(desk_case(world.desk, world.txn, &who, at, true, &world.arena, &v),
                             DESK_UNKNOWN);
            assert_int_equal(desk_file(world.desk, world.txn, &who, at, 0, &world.arena, &part),
                             DESK_UNKNOWN);
            assert_int_equal(desk_readers_after(world.desk, world.txn, &who, at, STEP_NOTE,
                                                STR("nonsense"), NULL, NULL, missing, 16, &n),
                             DESK_UNKNOWN);
            assert_int_equal(desk_act(world.desk, world.txn, &who, &r, &world.arena, &step, &no),
                             DESK_UNKNOWN);
            store_end(world.txn);
        }
    }
}

/* Pointing a case of one's own at it tells nothing either. */
static void a_link_does_not_tell(void **state)
{
    CodeKeys other;

    (void)state;
    const char *secret = filed("corruption", against_nobody);
    code_make(&other);
    Submitted s = file_complaint("general", general_fills, &other);
    const char *number = arena_str(&world.arena, name_str(&s.number)).ptr;
    const char *const targets[] = {secret, "C-0000-0000"};
    for (size_t i = 0; i < 2; i++) {
        Fill merge[] = {{"main_case", targets[i]}, {NULL, NULL}};
        const Doing x = {.who = "intake",
                         .number = number,
                         .kind = STEP_ACTION,
                         .what = "merge",
                         .fills = merge,
                         .linked = targets[i]};
        assert_int_equal(forged(&x, NULL), DESK_MALFORMED);
    }
    code_keys_finish(&other);
}

#define ON_MODEL(f) cmocka_unit_test_setup_teardown(f, fresh, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(who_goes_follows_from_whom_is_named),
        ON_MODEL(a_unit_goes_as_a_whole),
        ON_MODEL(people_are_of_the_directory),
        ON_MODEL(open_values_are_choices_and_words_are_there),
        ON_MODEL(a_bundle_keeps_to_its_case_and_step),
        ON_MODEL(nobody_speaks_in_the_complainants_place),
        ON_MODEL(a_signature_serves_once),
        ON_MODEL(keys_of_an_entered_case_go_to_its_readers),
        ON_MODEL(every_way_in_gives_the_answer_for_no_case),
        ON_MODEL(a_link_does_not_tell),
    };
    return cmocka_run_group_tests_name("desk: hostile", tests, world_make, world_drop);
}
