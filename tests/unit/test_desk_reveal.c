/* SPDX-License-Identifier: Apache-2.0 */
/* Custodians and officers whose programs lie, when an identity shall be opened: whatever they send,
 * nothing opens that two honest custodians have not given to the one who asked. */
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

static PersonKeys *keys_of(const char *name)
{
    return &world.keys[world_index(name)];
}

/* ---- asking ---- */

static int asks(const char *who, const char *number, const char *const *custodians, size_t n)
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
    return doing_try(&x, &v, &b, &step, &no);
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
} Answering;

static CustodyView custody_of(const char *name, const char *number)
{
    CustodyView v;
    Who who = world_who(name);

    assert_int_equal(
        desk_custody(world.desk, turn(), &who, str_of(number), STR(""), &world.arena, &v), DESK_OK);
    commit();
    return v;
}

static BundlePart sealed_part(const PartRecord *p)
{
    BundlePart part = {.kind = p->kind,
                       .class = p->class,
                       .epoch = p->epoch,
                       .slot = p->slot,
                       .sealed = p->sealed};
    memcpy(part.commit.b, p->commit.b, sizeof(part.commit.b));
    return part;
}

static void give(const Answering *x, const CustodyView *v, const PartRecord *p, uint8_t slot,
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

static Hash seen_of(const Answering *x, const CustodyView *v)
{
    Str sealed = v->reason.sealed;

    return reveal_seen(&(RevealSeen){.number = str_of(x->number),
                                     .officer = name_str(&v->officer),
                                     .ground = v->ground,
                                     .until = v->until,
                                     .sealed = {sealed.ptr, sealed.len - x->other_reason}});
}

static void composed(const Answering *x, const CustodyView *v, Bundle *b)
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

static int sends(const Answering *x, const CustodyView *v, Bundle *b)
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

static int answered(const Answering *x)
{
    CustodyView v = custody_of(x->by, x->number);
    Bundle b;

    composed(x, &v, &b);
    return sends(x, &v, &b);
}
#define ANSWERS(...) answered(&(const Answering){__VA_ARGS__})

/* ---- what the officer has of it ---- */

/* Whether what was given to `name` makes the key of the blob. */
static bool is_open_for(const char *name, const char *number)
{
    CaseView v = case_seen(name, number);
    Str tenant = desk_office(world.desk)->tenant;
    OpenedPart opened;

    for (uint8_t slot = 0; slot < REVEAL_HALVES; slot += 2) {
        SECRET_AUTO Secret first = {NULL}, second = {NULL}, ki = {NULL};
        for (size_t i = 0; i < v.n_parts; i++) {
            const PartRecord *p = &v.parts[i];
            BundlePart part = sealed_part(p);
            Secret *half = p->slot & 1 ? &second : &first;
            if (p->kind == PART_HALF && p->event && p->slot / 2 == slot / 2 && !half->b)
                (void)open_half(&keys_of(name)->box, &(SealCase){tenant, STR(""), v.head.seal_id},
                                given_no(v.head.c.reveal.rev, p->slot), &part, half);
        }
        if (!first.b || !second.b)
            continue;
        assert_int_equal(custody_join(&first, &second, &ki), 0);
        for (size_t i = 0; i < v.n_parts; i++) {
            BundlePart part = sealed_part(&v.parts[i]);
            if (part.kind == PART_IDENTITY &&
                !open_identity(&ki, &(SealCase){tenant, name_str(&v.head.workflow), v.head.seal_id},
                               v.parts[i].no, &part, &world.arena, &opened))
                return true;
        }
    }
    return false;
}

static void two_custodians_open_it(void **state)
{
    (void)state;
    const char *number = asked();
    assert_int_equal(ANSWERS(.by = "keep_a", .number = number), DESK_OK);
    assert_false(is_open_for("pit_a", number));
    DOES(.who = "pit_b", .number = number, .kind = STEP_NOTE, .note = "x"); /* the case goes on */
    assert_int_equal(ANSWERS(.by = "keep_c", .number = number), DESK_OK);
    assert_true(is_open_for("pit_a", number));
    assert_false(is_open_for("pit_b", number));
    verify_finds(0);
}

static void a_forged_half_opens_nothing(void **state)
{
    (void)state;
    const char *number = asked();
    assert_int_equal(ANSWERS(.by = "keep_a", .number = number), DESK_OK);
    /* What lies in a seal the desk cannot see; the officer's program can. */
    assert_int_equal(ANSWERS(.by = "keep_b", .number = number, .foreign = true), DESK_OK);
    assert_false(is_open_for("pit_a", number));
    assert_int_equal(asks("pit_a", number, KEEPERS, 3), DESK_OK);
    assert_int_equal(ANSWERS(.by = "keep_a", .number = number), DESK_OK);
    assert_int_equal(ANSWERS(.by = "keep_c", .number = number), DESK_OK);
    assert_true(is_open_for("pit_a", number));
    verify_finds(0);
}

static void both_halves_by_one_person(void **state)
{
    (void)state;
    const char *number = asked();
    assert_int_not_equal(ANSWERS(.by = "keep_a", .number = number, .both = true), DESK_OK);
    assert_int_not_equal(ANSWERS(.by = "keep_a", .number = number, .twice = true), DESK_OK);
    assert_int_not_equal(ANSWERS(.by = "keep_a", .number = number, .no_halves = true), DESK_OK);
    /* in another's name, with one's own signature */
    assert_int_equal(ANSWERS(.by = "keep_b", .number = number, .signer = "keep_a"), DESK_SIGNATURE);
    assert_int_equal(case_seen("pit_a", number).head.c.events, 2);
    verify_finds(0);
}

static void an_answer_serves_once(void **state)
{
    (void)state;
    const char *number = asked();
    const Answering first = {.by = "keep_a", .number = number};
    CustodyView v = custody_of("keep_a", number);
    Bundle b;
    composed(&first, &v, &b);
    assert_int_equal(sends(&first, &v, &b), DESK_OK);
    assert_int_equal(sends(&first, &v, &b), DESK_REFUSED); /* as often as it may be */
    assert_int_equal(
        ANSWERS(.by = "keep_b", .number = number, .kind = STEP_REVEAL_DECLINE, .no_halves = true),
        DESK_OK);
    assert_int_equal(sends(&first, &v, &b), DESK_UNKNOWN);
    assert_int_equal(asks("pit_a", number, KEEPERS, 3), DESK_OK);
    assert_int_equal(sends(&first, &v, &b), DESK_MOVED); /* to the earlier request */
    CustodyView now = custody_of("keep_a", number);
    const Answering again = {.by = "keep_a", .number = number, .older = now.rev - v.rev};
    assert_int_equal(sends(&again, &now, &b), DESK_MOVED);
    verify_finds(0);
}

static void an_answer_to_something_else(void **state)
{
    (void)state;
    const char *one = asked(), *other = asked();
    const Answering for_one = {.by = "keep_a", .number = one};
    CustodyView v = custody_of("keep_a", one);
    Bundle b;
    composed(&for_one, &v, &b);
    const Answering elsewhere = {.by = "keep_a", .number = other};
    assert_int_equal(sends(&elsewhere, &v, &b), DESK_MALFORMED);
    /* the other case's id on this one's halves: what was seen was another request */
    CustodyView there = custody_of("keep_a", other);
    b.seal_id = there.seal_id;
    there.reason = v.reason;
    assert_int_equal(sends(&elsewhere, &there, &b), DESK_SIGNATURE);
    assert_int_equal(ANSWERS(.by = "keep_a", .number = one, .other_reason = true), DESK_SIGNATURE);
    assert_int_equal(ANSWERS(.by = "keep_a", .number = one, .older = 1), DESK_MOVED);
    verify_finds(0);
}

static void an_answer_for_somebody_else(void **state)
{
    (void)state;
    const char *number = asked();
    assert_int_not_equal(ANSWERS(.by = "keep_a", .number = number, .to = "pit_b"), DESK_OK);
    assert_int_not_equal(ANSWERS(.by = "keep_a", .number = number, .to = "keep_b"), DESK_OK);
    assert_int_not_equal(ANSWERS(.by = "keep_a", .number = number, .to = "nayok"), DESK_OK);
    assert_int_equal(case_seen("pit_a", number).head.c.events, 2);
}

static void nothing_after_the_last_day(void **state)
{
    (void)state;
    const char *number = asked(), *opened = asked();
    const Answering late = {.by = "keep_a", .number = number};
    CustodyView v = custody_of("keep_a", number);
    Bundle b;
    composed(&late, &v, &b);
    assert_int_equal(ANSWERS(.by = "keep_a", .number = opened), DESK_OK);
    assert_int_equal(ANSWERS(.by = "keep_b", .number = opened), DESK_OK);
    world_clock += (Moment)REVEAL_DAYS * 86400;
    assert_true(is_open_for("pit_a", opened));
    world_clock += 86400;
    assert_false(is_open_for("pit_a", opened));
    assert_int_equal(sends(&late, &v, &b), DESK_UNKNOWN);
    verify_finds(0);
}

static void nothing_to_an_officer_off_the_case(void **state)
{
    (void)state;
    const char *number = asked();
    const Answering x = {.by = "keep_b", .number = number};
    CustodyView v = custody_of("keep_b", number);
    Bundle b;
    composed(&x, &v, &b);
    assert_int_equal(ANSWERS(.by = "keep_a", .number = number), DESK_OK);
    DOES(.who = "pit_a", .number = number, .kind = STEP_RECUSE, .target = "pit_a");
    assert_int_equal(sends(&x, &v, &b), DESK_UNKNOWN);
    Who gone = world_who("pit_a");
    CaseView seen;
    assert_int_equal(
        desk_case(world.desk, look(), &gone, str_of(number), false, &world.arena, &seen),
        DESK_UNKNOWN);
    looked();
    assert_int_equal(case_seen("pit_b", number).head.c.reveal.state, REVEAL_NONE);
    verify_finds(0);
}

static void who_is_not_asked_has_no_request(void **state)
{
    (void)state;
    const char *number = filed();
    static const char *const one[] = {"keep_a"}, *const self[] = {"pit_b", "keep_a"};
    assert_int_not_equal(asks("pit_a", number, one, 1), DESK_OK); /* no pair */
    assert_int_not_equal(asks("pit_a", number, self, 2), DESK_OK);
    assert_int_equal(asks("pit_a", number, KEEPERS, 2), DESK_OK);
    static const char *const strangers[] = {"keep_c", "pit_b", "pit_a", "intake", "nayok"};
    for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
        Who who = world_who(strangers[i]);
        CustodyView v;
        assert_int_equal(
            desk_custody(world.desk, turn(), &who, str_of(number), STR(""), &world.arena, &v),
            DESK_UNKNOWN);
        commit();
    }
    const Answering x = {.by = "keep_c", .number = number};
    CustodyView v = custody_of("keep_a", number);
    Bundle b;
    composed(&(const Answering){.by = "keep_a", .number = number}, &v, &b);
    assert_int_equal(sends(&x, &v, &b), DESK_UNKNOWN);
}

static void only_the_officer_who_asked_may_carry(void **state)
{
    (void)state;
    const char *number = asked();
    static const char *const others[] = {"pit_b", "keep_b", "intake", "palad"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_int_equal(ANSWERS(.by = "keep_a", .number = number, .bearer = others[i]),
                         DESK_UNKNOWN);
    assert_int_equal(ANSWERS(.by = "keep_a", .number = number, .bearer = "pit_a"), DESK_OK);
    /* the officer signs nothing in a custodian's name */
    assert_int_equal(
        ANSWERS(.by = "keep_b", .number = number, .bearer = "pit_a", .signer = "pit_a"),
        DESK_SIGNATURE);
    assert_false(is_open_for("pit_a", number));
    verify_finds(0);
}

/* A case that cannot be read hides no other; who guards nothing is read nothing. */
static void a_broken_case_hides_no_request(void **state)
{
    (void)state;
    const char *broken = asked(), *whole = asked();
    CaseView v = case_seen("pit_a", broken);
    Batch *batch = batch_new(&world.arena);
    Who keeper = world_who("keep_a"), officer = world_who("pit_a");
    CustodyView *list;
    HeadRecord h;
    size_t n;
    assert_non_null(batch);
    turn();
    assert_int_equal(store_get_head(world.txn, v.head.id, &h), STORE_OK);
    h.c.reveal.event = h.c.events + 9;
    batch_put_head(batch, &h);
    assert_int_equal(store_apply(world.txn, batch), STORE_OK);
    commit();
    assert_int_equal(desk_custody_list(world.desk, look(), &keeper, &world.arena, &list, &n),
                     DESK_OK);
    assert_int_equal(n, 1);
    assert_true(name_is(&list[0].number, str_of(whole)));
    assert_int_equal(desk_custody_list(world.desk, world.txn, &officer, &world.arena, &list, &n),
                     DESK_OK);
    assert_int_equal(n, 0);
    looked();
}

/* An event that was written past the desk is found out. */
static void verify_misses_no_answer(void **state)
{
    (void)state;
    const char *number = asked();
    assert_int_equal(ANSWERS(.by = "keep_a", .number = number), DESK_OK);
    CaseView v = case_seen("pit_a", number);
    Batch *batch = batch_new(&world.arena);
    EventRecord e;
    assert_non_null(batch);
    turn();
    assert_int_equal(store_get_event(world.txn, v.head.id, 2, &world.arena, &e), STORE_OK);
    e.step.halves ^= 0xff & ((1u << REVEAL_HALVES) - 1);
    batch_put_event(batch, &e);
    assert_int_equal(store_apply(world.txn, batch), STORE_OK);
    commit();
    Buf said;
    VerifyCounts n;
    buf_init(&said, 1 << 16);
    assert_int_equal(desk_verify(world.desk, look(), &said, &n), 1);
    looked();
    assert_true(n.faults > 0);
    buf_finish(&said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(two_custodians_open_it, world_model, world_end),
        cmocka_unit_test_setup_teardown(a_forged_half_opens_nothing, world_model, world_end),
        cmocka_unit_test_setup_teardown(both_halves_by_one_person, world_model, world_end),
        cmocka_unit_test_setup_teardown(an_answer_serves_once, world_model, world_end),
        cmocka_unit_test_setup_teardown(an_answer_to_something_else, world_model, world_end),
        cmocka_unit_test_setup_teardown(an_answer_for_somebody_else, world_model, world_end),
        cmocka_unit_test_setup_teardown(nothing_after_the_last_day, world_model, world_end),
        cmocka_unit_test_setup_teardown(nothing_to_an_officer_off_the_case, world_model, world_end),
        cmocka_unit_test_setup_teardown(who_is_not_asked_has_no_request, world_model, world_end),
        cmocka_unit_test_setup_teardown(only_the_officer_who_asked_may_carry, world_model,
                                        world_end),
        cmocka_unit_test_setup_teardown(a_broken_case_hides_no_request, world_model, world_end),
        cmocka_unit_test_setup_teardown(verify_misses_no_answer, world_model, world_end),
    };
    return cmocka_run_group_tests(tests, world_make, world_drop);
}
