/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody has the database and the pepper, and writes a case anew so that everything fits: events,
 * head, contents, leaves, tree. What they lack are the keys of those who acted. */
#include "signed_help.h"

static const Fill propose_fills[] = {
    {"category", "building"}, {"unit", "public_works"}, {"opinion", "ควรตรวจ"}, {NULL, NULL}};
static const Fill order_fills[] = {{"unit", "public_works"}, {"order", "ดำเนินการ"}, {NULL, NULL}};

/* A case with a step of its own, one that passes keys on, and one that tells of itself. */
static void a_case(void)
{
    const char *number = filed("general", general_fills);
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "propose",
         .fills = propose_fills);
    DOES(.who = "palad", .number = number, .kind = STEP_ACTION, .what = "order_assign",
         .fills = order_fills);
    DOES(.who = "chang", .number = number, .kind = STEP_NOTE, .note = "ไปดูแล้ว");
    tick();
    verify_finds(0);
}

typedef void Change(EventRecord *e);

static void rewritten(uint32_t seq, Change *change, const char *found)
{
    EventRecord e;
    Batch *b = batch_new(&world.arena);

    assert_non_null(b);
    turn();
    assert_int_equal(store_get_event(world.txn, 1, seq, &world.arena, &e), STORE_OK);
    change(&e);
    log_anew(b, &e, e.step.day);
    assert_int_equal(store_apply(world.txn, b), STORE_OK);
    commit();
    finds(found);
}

static void note_said(EventRecord *e)
{
    e->step.in.declared = !e->step.in.declared;
}

static void by_somebody_else(EventRecord *e)
{
    e->step.actor.tag = desk_tag(world.desk, e->seal_id ? e->seal_id : 1, STR("palad"));
}

static void by_a_stranger(EventRecord *e)
{
    memset(e->step.actor.tag.b, 7, sizeof(e->step.actor.tag.b));
}

static void unsigned_now(EventRecord *e)
{
    memset(&e->signature, 0, sizeof(e->signature));
}

static void more_roles(EventRecord *e)
{
    e->step.actor.roles = ~(RoleMask)0;
}

static void other_directory(EventRecord *e)
{
    e->directory = 99;
}

static void all_told(EventRecord *e)
{
    e->n_told = e->n_parts; /* as if the person had said nothing */
}

static void a_rewritten_event_is_not_what_was_signed(void **state)
{
    static const struct {
        Change *change;
        const char *found;
    } cases[] = {
        {note_said, "is not what the person signed"},
        {by_somebody_else, "by nobody of the directory"},
        {by_a_stranger, "by nobody of the directory"},
        {unsigned_now, "is not what the person signed"},
        {more_roles, "other roles than the directory"},
        {other_directory, "directory 99: missing, or not signed"},
        {all_told, "is not what the person signed"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        a_case();
        rewritten(4, cases[i].change, cases[i].found);
        done(state);
        fresh(state);
    }
}

/* ---- keys that were replaced ---- */

/* From the moment the next directory is taken, in force or not yet. */
static void a_replaced_key_signs_nothing(void **state)
{
    SIGN_PAIR_AUTO SignPair fresh_pair = {.seed = {NULL}};
    const size_t intake = world_index("intake");

    (void)state;
    assert_int_equal(sign_pair_new(&fresh_pair), 0);
    const char *number = filed("general", general_fills);
    assert_int_equal(note_by("intake", number), DESK_OK);
    rotated("intake", &fresh_pair.public, false);
    assert_int_equal(note_by("intake", number), DESK_MOVED);
    assert_int_equal(desk_settle(world.desk), 0);
    assert_int_equal(note_by("intake", number), DESK_SIGNATURE);
    SignPair had = world.keys[intake].sign;
    world.keys[intake].sign = fresh_pair;
    assert_int_equal(note_by("intake", number), DESK_OK);
    world.keys[intake].sign = had;
    verify_finds(0);
}

/* Whoever kept the old key, and has the database, signs with it as if it were still then. */
static void a_step_dated_back_is_found(void **state)
{
    SIGN_PAIR_AUTO SignPair fresh_pair = {.seed = {NULL}};
    const size_t intake = world_index("intake");
    EventRecord e;
    HeadRecord head;

    (void)state;
    assert_int_equal(sign_pair_new(&fresh_pair), 0);
    const char *number = filed("general", general_fills);
    const SignPublic was = world.keys[intake].sign.public;
    const uint32_t then = desk_directory(world.desk)->version;
    rotated("intake", &fresh_pair.public, true);
    rotated("intake", &was, true); /* so that the desk takes what the old key signs */
    assert_int_equal(note_by("intake", number), DESK_OK);
    verify_finds(0);
    Batch *b = batch_new(&world.arena);
    turn();
    assert_int_equal(store_get_head(world.txn, 1, &head), STORE_OK);
    assert_int_equal(store_get_event(world.txn, 1, head.c.events - 1, &world.arena, &e), STORE_OK);
    assert_int_equal(e.directory, then + 2);
    e.directory = then; /* where the signature holds just as well */
    log_anew(b, &e, e.step.day);
    assert_int_equal(store_apply(world.txn, b), STORE_OK);
    commit();
    finds("names a directory that was not in force then");
}

/* A key passed on to another reader, everything else rewritten to fit. */
static void a_rewritten_grant_is_found(void **state)
{
    HeadRecord head;
    SealRecord seal;
    EventRecord e;
    HashList parts = {.n = 0}, seals = {.n = 0};
    BUF_AUTO Buf piece = {0};

    (void)state;
    a_case();
    buf_init(&piece, 1 << 20);
    Batch *b = batch_new(&world.arena);
    turn();
    assert_int_equal(store_get_head(world.txn, 1, &head), STORE_OK);
    uint32_t last = head.seals - 1; /* passed on when the works department was given the case */
    assert_int_equal(store_get_seal(world.txn, 1, last, &world.arena, &seal), STORE_OK);
    assert_true(seal.event > 0);
    seal.reader = desk_tag(world.desk, head.seal_id, STR("keep_b"));
    batch_put_seal(b, &seal);
    assert_int_equal(store_get_event(world.txn, 1, seal.event, &world.arena, &e), STORE_OK);
    for (uint32_t i = 0; i < e.n_parts; i++) {
        PartRecord part;
        assert_int_equal(store_get_part(world.txn, 1, e.first_part + i, &world.arena, &part),
                         STORE_OK);
        buf_reset(&piece);
        record_put_part(&piece, &part);
        assert_int_equal(content_add(&parts, &piece), 0);
    }
    for (uint32_t i = 0; i < e.n_seals; i++) {
        SealRecord one = seal;
        if (e.first_seal + i != last)
            assert_int_equal(store_get_seal(world.txn, 1, e.first_seal + i, &world.arena, &one),
                             STORE_OK);
        buf_reset(&piece);
        record_put_seal(&piece, &one);
        assert_int_equal(content_add(&seals, &piece), 0);
    }
    e.content = content_of(&parts, &seals);
    log_anew(b, &e, e.step.day);
    assert_int_equal(store_apply(world.txn, b), STORE_OK);
    commit();
    finds("passes a key on without the signature");
    finds("is not what the person signed");
}

/* Words put into the complainant's mouth. */
static void words_of_the_complainant_are_the_codes(void **state)
{
    Refusal no;
    CaseKeys keys;
    const Def *def;
    uint32_t parts;
    Bundle b;

    (void)state;
    filed("general", general_fills);
    Txn *t = look();
    assert_int_equal(desk_citizen_keys(world.desk, t, &code, &keys, &def, &parts), DESK_OK);
    looked();
    Composer by = composer_of(def);
    Form none = form_of(def, NULL);
    assert_int_equal(compose_reply(&by, &keys, parts, STR("ขอเพิ่มเติม"), &none, NULL, 0, &b), 0);
    b.in.message = true;
    assert_int_equal(
        desk_citizen(world.desk, turn(), &code, CITIZEN_REPLY, 0, &b, &world.arena, &no), DESK_OK);
    commit();
    tick();
    verify_finds(0);
    rewritten(1, unsigned_now, "is not what the code's holder said");
}

/* Nothing but what an event keeps may be in what is signed. */
static void a_step_without_a_name_is_signed_without_one(void **state)
{
    StepRefused no;
    StepDone step;
    CaseView v;
    Bundle b;

    (void)state;
    const char *number = filed("general", general_fills);
    Who who = world_who("intake");
    assert_int_equal(desk_case(world.desk, look(), &who, str_of(number), false, &world.arena, &v),
                     DESK_OK);
    looked();
    Doing note = {.who = "intake", .number = number, .kind = STEP_NOTE, .note = "x"};
    doing_compose(&note, &v, &b);
    note.what = "start_screening";
    assert_int_equal(doing_try(&note, &v, &b, &step, &no), DESK_MALFORMED);
    note.what = NULL;
    b.parts[0].holder = name_of(STR("intake"));
    assert_int_equal(doing_try(&note, &v, &b, &step, &no), DESK_MALFORMED);
    b.parts[0].holder = (Name){{0}};
    b.code_box.b[0] = 1;
    assert_int_equal(doing_try(&note, &v, &b, &step, &no), DESK_MALFORMED);
    b.code_box.b[0] = 0;
    assert_int_equal(doing_try(&note, &v, &b, &step, &no), DESK_OK);
    verify_finds(0);
}

/* ---- earlier box secrets ---- */

/* What somebody's program sends with so many earlier secrets, signed by these keys. */
static Enrolment enrolling(const PersonKeys *keys, uint8_t n_former)
{
    LOGIN_AUTO Login login = {.auth = {NULL}};
    SECRET_AUTO Secret share = {NULL};
    Str tenant = desk_office(world.desk)->tenant;
    static Moment after;
    Enrolment e;

    assert_int_equal(secret_new_random(&login.auth), 0);
    assert_int_equal(secret_new_random(&login.half), 0);
    assert_int_equal(secret_new_random(&share), 0);
    after = after > world_clock ? after : world_clock;
    assert_int_equal(enrolment_begin(&e, keys, &login, &share, STR("intake"), after++, 0), 0);
    for (uint8_t i = 0; i < n_former; i++)
        assert_int_equal(enrolment_former(&e, &keys->box.secret, tenant), 0);
    assert_int_equal(enrolment_sign(&e, keys, tenant), 0);
    return e;
}

static int enrols(uint8_t n_former)
{
    Who who = world_who("intake");
    Enrolment e = enrolling(&world.keys[world_index("intake")], n_former);

    int r = desk_enrol(world.desk, turn(), &who, &e);
    commit();
    return r;
}

static int replaces(uint8_t n_former)
{
    PERSON_KEYS_AUTO PersonKeys keys = {0};
    Person as = *world_who("intake").person;

    assert_int_equal(person_keys_new(&keys), 0);
    as.box = keys.box.public;
    as.sign = keys.sign.public;
    Enrolment e = enrolling(&keys, n_former);
    return person_changes(&as, &e, 1);
}

/* A program that forgets some is refused, with another passphrase and with new keys. */
static void no_earlier_secret_is_left_out(void **state)
{
    (void)state;
    uint8_t two[2 * SEAL_LEN] = {1};
    StaffRecord r;
    assert_int_equal(enrols(1), DESK_SIGNATURE);
    assert_int_equal(enrols(0), DESK_OK);
    Batch *b = batch_new(&world.arena);
    assert_int_equal(store_get_staff(turn(), STR("intake"), &world.arena, &r), STORE_OK);
    r.former = (Str){(const char *)two, sizeof(two)};
    batch_put_staff(b, &r);
    assert_int_equal(store_apply(world.txn, b), STORE_OK);
    commit();
    assert_int_equal(enrols(0), DESK_SIGNATURE);
    assert_int_equal(enrols(1), DESK_SIGNATURE);
    assert_int_equal(enrols(2), DESK_OK);
    assert_int_equal(replaces(1), DESK_REFUSED);
    assert_int_equal(replaces(2), DESK_REFUSED);
    assert_int_equal(replaces(3), DESK_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(a_rewritten_event_is_not_what_was_signed),
        ON_MODEL(a_rewritten_grant_is_found),
        ON_MODEL(a_replaced_key_signs_nothing),
        ON_MODEL(a_step_dated_back_is_found),
        ON_MODEL(words_of_the_complainant_are_the_codes),
        ON_MODEL(a_step_without_a_name_is_signed_without_one),
        ON_MODEL(no_earlier_secret_is_left_out),
    };
    return cmocka_run_group_tests_name("desk: signatures", tests, world_make, world_drop);
}
