/* SPDX-License-Identifier: Apache-2.0 */
/* Officers whose programs lie, the accused who looks for a case, and a store that fails at every
 * write of a step. */
#include "desk_code.h"

static const Fill against_nobody[] = {{"allegation_type", "bribe"},
                                      {"when", "เมื่อวาน"},
                                      {"what_happened", "SECRETSTORY"},
                                      {NULL, NULL}};
static const Fill against_pit_a[] = {{"allegation_type", "bribe"},
                                     {"accused", "pit_a"},
                                     {"when", "เมื่อวาน"},
                                     {"what_happened", "x"},
                                     {NULL, NULL}};
static const Fill against_palad[] = {{"allegation_type", "bribe"},
                                     {"accused", "palad"},
                                     {"when", "เมื่อวาน"},
                                     {"what_happened", "x"},
                                     {NULL, NULL}};

static const char *filed(const char *workflow, const Fill *fills)
{
    Submitted s = file_complaint(workflow, fills, &code);
    return arena_str(&world.arena, name_str(&s.number)).ptr;
}

/* A step whose bundle a program of its own has put together. */
typedef void (*Forge)(const CaseView *v, Bundle *b);

static int forged(const Doing *x, Forge forge)
{
    CaseView v = case_seen(x->who, x->number);
    StepRefused no = {0};
    StepDone step;
    Bundle b;

    doing_compose(x, &v, &b);
    if (forge)
        forge(&v, &b);
    return doing_try(x, &v, &b, &step, &no);
}

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
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    const Doing asking = {.who = "intake",
                          .number = number,
                          .kind = STEP_ACTION,
                          .what = "ask_info",
                          .message = "เสาต้นไหน"};
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
    assert_int_equal(entered(&b), DESK_MALFORMED); /* the day of receipt is part of what is signed */
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

/* ---- alerts ---- */
static bool is_told(const char *name, const AlertRecord *r)
{
    Who who = world_who(name);
    bool told = false;

    assert_int_equal(desk_alert_for(world.desk, world.txn, &who, r, &told), DESK_OK);
    return told;
}

static RoleMask role_bits(const char *a, const char *b)
{
    const Def *def = workflows_find(desk_workflows(world.desk), STR("corruption"));
    return MASK32(def_role(def, str_of(a))) | MASK32(def_role(def, str_of(b)));
}

/* alert_first: [protected_officer, clerk, chief_executive]. */
static void the_first_who_is_free_is_told(void **state)
{
    AlertRecord r;
    unsigned rows = 0;

    (void)state;
    filed("corruption", against_pit_a);
    world_day(2026, 5, 20);
    tick();
    RoleMask named = role_bits("protected_officer", "clerk");
    look();
    for (uint64_t seq = 0; store_next_alert(world.txn, seq, &r) == STORE_OK; seq = r.seq + 1) {
        if ((r.to & named) != named)
            continue;
        rows++;
        assert_true(is_told("pit_b", &r));
        assert_false(is_told("pit_a", &r)); /* accused */
        assert_false(is_told("palad", &r)); /* not the first, and without a key */
    }
    looked();
    assert_true(rows > 0);
    verify_finds(0);
}

/* What lies on disk is the same whoever is accused. */
static void rows_do_not_tell_who_is_accused(void **state)
{
    AlertRecord r;
    RoleMask to[2][64] = {{0}};
    size_t n[2] = {0, 0};
    CodeKeys other;

    (void)state;
    filed("corruption", against_palad);
    code_make(&other);
    file_complaint("corruption", against_nobody, &other);
    world_day(2026, 5, 20);
    tick();
    look();
    for (uint64_t seq = 0; store_next_alert(world.txn, seq, &r) == STORE_OK; seq = r.seq + 1) {
        size_t i = r.case_id == 1 ? 0 : 1;
        if (n[i] < 64)
            to[i][n[i]++] = r.to;
    }
    looked();
    assert_true(n[0] > 0);
    assert_int_equal(n[0], n[1]);
    assert_memory_equal(to[0], to[1], sizeof(to[0]));
    code_keys_finish(&other);
}

/* Passes the keys of a case on to the auditor. */
static void to_the_auditor(const CaseView *v, Bundle *b)
{
    Composer by = composer_of(v->def);
    HeldKeys held;

    hold_keys("pit_b", v, &held);
    assert_int_equal(compose_grant(&by, &held, world_who("audit").person, CLASS_CONFIDENTIAL,
                                   &world.keys[world_index("pit_b")].sign, b),
                     0);
    held_keys_finish(&held);
}

/* The row of the rung that tells the clerk and nobody else. */
static AlertRecord row_to_the_clerk(const CaseView *v)
{
    RoleMask clerk = MASK32(def_role(v->def, STR("clerk")));
    AlertRecord r;

    for (uint8_t i = 0; i < v->def->n_deadlines; i++) {
        const Deadline *d = &v->def->deadlines[i];
        for (uint8_t k = 0; k < d->n_rungs; k++) {
            if (d->rungs[k].to != clerk || d->rungs[k].n_first)
                continue;
            alert_of(v->def, &v->head, i, k, desk_today(world.desk), &r);
            assert_int_equal(r.to, clerk);
            return r;
        }
    }
    fail_msg("no rung tells the clerk alone");
    return (AlertRecord){0};
}

/* alert_instead {clerk: internal_auditor}: the clerk is accused, the auditor is told, as soon as he
 * holds a key; without one the case is not there for him either. */
static void somebody_else_is_told_instead(void **state)
{
    CodeKeys other;

    (void)state;
    const char *number = filed("corruption", against_palad);
    CaseView v = case_seen("pit_b", number);
    AlertRecord r = row_to_the_clerk(&v);
    look();
    assert_false(is_told("palad", &r));
    assert_false(is_told("audit", &r));
    looked();
    const Doing grant = {.who = "pit_b", .number = number, .kind = STEP_NOTE, .note = "x"};
    assert_int_equal(forged(&grant, to_the_auditor), DESK_OK);
    look();
    assert_false(is_told("palad", &r));
    assert_true(is_told("audit", &r));
    looked();
    code_make(&other); /* nobody is accused: the auditor hears nothing of the clerk's alerts */
    Submitted s = file_complaint("corruption", against_nobody, &other);
    number = arena_str(&world.arena, name_str(&s.number)).ptr;
    const Doing again = {.who = "pit_b", .number = number, .kind = STEP_NOTE, .note = "x"};
    assert_int_equal(forged(&again, to_the_auditor), DESK_OK);
    v = case_seen("pit_b", number);
    r = row_to_the_clerk(&v);
    look();
    assert_false(is_told("audit", &r));
    looked();
    code_keys_finish(&other);
    verify_finds(0);
}

/* ---- attachments ---- */
static const char place[] = "0123456789abcdef01234567";

static void file_write(const char *name, size_t len)
{
    char path[160];

    snprintf(path, sizeof(path), "%s/files/%s", world.dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    for (size_t i = 0; i < len; i++)
        fputc(1, f);
    assert_int_equal(fclose(f), 0);
}

static void file_remove(const char *name)
{
    char path[160];

    snprintf(path, sizeof(path), "%s/files/%s", world.dir, name);
    remove(path);
}

static Submitted filed_with_file(const char *name)
{
    const Def *def = workflows_find(desk_workflows(world.desk), STR("general"));
    Composer by = composer_of(def);
    Form form = form_of(def, general_fills);
    SealedFile file = {.field = def_field(def, STR("attachments")),
                       .place = name_of(str_of(name)),
                       .name = STR("SECRETFILE.jpg"),
                       .type = STR("image/jpeg"),
                       .size = 10};
    Submitted s = {.n_deadlines = 0};
    Refusal no = {0};
    Bundle b;

    assert_int_equal(secret_new_random(&file.key), 0);
    assert_int_equal(compose_submission(&by, &form, &file, 1, &code, DAY_NONE, &b), 0);
    secret_finish(&file.key);
    turn();
    assert_int_equal(
        desk_submit(world.desk, world.txn, STR("general"), NULL, &b, &world.arena, &s, &no),
        DESK_OK);
    commit();
    return s;
}

static void an_attachment_is_for_readers_and_has_to_be_there(void **state)
{
    PartRecord part;
    unsigned found = 0;

    (void)state;
    enum { SHORTEST = 25 + 65536 + 17 }; /* of a sealed stream */
    file_write(place, SHORTEST);
    Submitted s = filed_with_file(place);
    verify_finds(0);
    Who intake = world_who("intake"), keeper = world_who("keep_a");
    turn();
    for (uint32_t no = 0; no < 16; no++) {
        int r =
            desk_file(world.desk, world.txn, &intake, name_str(&s.number), no, &world.arena, &part);
        assert_true(r == DESK_OK || r == DESK_UNKNOWN);
        found += r == DESK_OK && name_is(&part.file, str_of(place));
        assert_int_equal(
            desk_file(world.desk, world.txn, &keeper, name_str(&s.number), no, &world.arena, &part),
            DESK_UNKNOWN);
    }
    commit();
    assert_int_equal(found, 1);
    file_remove(place);
    verify_finds(1);
}

static void a_name_that_leads_elsewhere_is_no_file(void **state)
{
    static const char *const names[] = {"../keys/pepper", "0123456789ABCDEF01234567", "",
                                        "0123456789abcdef0123456", "0123456789abcdef012345678"};
    const Def *def = workflows_find(desk_workflows(world.desk), STR("general"));

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        Composer by = composer_of(def);
        Form form = form_of(def, general_fills);
        SealedFile file = {.field = def_field(def, STR("attachments")),
                           .place = name_of(str_of(names[i])),
                           .name = STR("a"),
                           .type = STR("b")};
        Submitted s;
        Refusal no;
        Bundle b;
        assert_int_equal(secret_new_random(&file.key), 0);
        assert_int_equal(compose_submission(&by, &form, &file, 1, &code, DAY_NONE, &b), 0);
        secret_finish(&file.key);
        assert_int_equal(
            desk_submit(world.desk, turn(), STR("general"), NULL, &b, &world.arena, &s, &no),
            DESK_MALFORMED);
        store_end(world.txn);
    }
}

/* ---- a store that fails ---- */
/* One try of the step, its store failing at the n-th write; as the daemon's turn does it. */
static int act_failing(const Doing *x, const CaseView *v, const Bundle *b, unsigned n)
{
    Who who = world_who(x->who);
    StepRequest request = {.number = str_of(x->number),
                           .kind = x->kind,
                           .what = str_of(x->what),
                           .has_rev = true,
                           .if_rev = v->head.c.rev,
                           .bundle = b};
    StepRefused no = {0};
    StepDone step;

    turn();
    store_fail_after(desk_store(world.desk), n, STORE_FULL);
    int r = store_nest(world.txn);
    if (!r) {
        r = desk_act(world.desk, world.txn, &who, &request, &world.arena, &step, &no);
        if (r)
            store_nest_drop(world.txn);
        else
            r = desk_answer(store_nest_keep(world.txn));
    } else {
        r = desk_answer(r);
    }
    if (r)
        store_end(world.txn);
    else
        r = desk_answer(store_commit(world.txn));
    store_fail_after(desk_store(world.desk), 0, STORE_OK);
    return r;
}

static void a_failing_step_is_done_whole_or_not_at_all(void **state)
{
    unsigned n = 0;
    Bundle b;
    int r;

    (void)state;
    const char *number = filed("general", general_fills);
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    const Doing asking = {.who = "intake",
                          .number = number,
                          .kind = STEP_ACTION,
                          .what = "ask_info",
                          .message = "เสาต้นไหน"};
    CaseView v = case_seen("intake", number);
    doing_compose(&asking, &v, &b);
    assert_int_equal(bundle_sign(&b, &world.keys[world_index("intake")].sign,
                                 desk_office(world.desk)->tenant, v.head.c.rev, STEP_ACTION,
                                 STR("ask_info")),
                     0);
    do {
        r = act_failing(&asking, &v, &b, ++n);
        if (r) {
            assert_int_equal(r, DESK_FULL);
            assert_int_equal(case_seen("intake", number).head.c.events, 2);
            verify_finds(0);
        }
    } while (r && n < 500);
    assert_int_equal(r, DESK_OK);
    assert_true(n > 8);
    assert_int_equal(case_seen("intake", number).head.c.events, 3);
    verify_finds(0);
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
        ON_MODEL(the_first_who_is_free_is_told),
        ON_MODEL(rows_do_not_tell_who_is_accused),
        ON_MODEL(somebody_else_is_told_instead),
        ON_MODEL(an_attachment_is_for_readers_and_has_to_be_there),
        ON_MODEL(a_name_that_leads_elsewhere_is_no_file),
        ON_MODEL(a_failing_step_is_done_whole_or_not_at_all),
    };
    return cmocka_run_group_tests_name("desk: hostile", tests, world_make, world_drop);
}
