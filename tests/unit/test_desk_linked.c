/* SPDX-License-Identifier: Apache-2.0 */
/* A general complaint that belongs in the protected channel goes there, and nothing of it stays. */
#include "desk_code.h"
#include "linked_help.h"

#include "engine/vault/original.h"

static Move a_move(void)
{
    Submitted s = file_complaint("general", general_fills, &code);
    Move m = {.who = "intake", .number = arena_str(&world.arena, name_str(&s.number)).ptr};

    DOES(.who = "intake", .number = m.number, .kind = STEP_ACTION, .what = "start_screening");
    move_compose(&m, "corruption", corruption_fills, desk_today(world.desk));
    return m;
}

static int track_answer(const CodeKeys *by)
{
    TrackView v;

    int r = desk_track(world.desk, look(), by, &world.arena, &v);
    looked();
    return r;
}

static int new_code(CodeKeys *ret)
{
    char text[CODE_TEXT_LEN + 1];
    Code fresh_code = {{NULL}};

    int r = desk_handover(world.desk, look(), &code, &world.arena, text);
    looked();
    if (r)
        return r;
    assert_int_equal(code_parse(str_of(text), &fresh_code), 0);
    assert_int_equal(code_derive(&fresh_code, desk_office(world.desk)->tenant, ret), 0);
    code_finish(&fresh_code);
    return DESK_OK;
}

static void it_goes_with_its_date(void **state)
{
    CodeKeys there;
    StepDone gone;
    TrackView v;

    (void)state;
    Day filed = desk_today(world.desk);
    Move m = a_move();
    assert_int_equal(move_send(&m, &m.opened, &gone), DESK_OK);
    assert_true(gone.moved);
    assert_int_equal(seen_by("intake", m.number), DESK_UNKNOWN);
    const char *number = number_of_case(2);
    assert_int_equal(seen_by("pit_b", number), DESK_OK);
    assert_int_equal(seen_by("intake", number), DESK_UNKNOWN);
    assert_int_equal(track_answer(&code), DESK_UNKNOWN);
    assert_int_equal(new_code(&there), DESK_OK);
    assert_int_equal(desk_track(world.desk, look(), &there, &world.arena, &v), DESK_OK);
    looked();
    assert_str(v.def->id, "corruption");
    assert_int_equal(v.received, filed);
    code_keys_finish(&there);
    verify_finds(0);
}

/* The date is the first one, however late it is found out. */
static void its_clocks_began_then(void **state)
{
    StepDone gone;
    HeadRecord head;

    (void)state;
    Day filed = desk_today(world.desk);
    Submitted s = file_complaint("general", general_fills, &code);
    Move m = {.who = "intake", .number = arena_str(&world.arena, name_str(&s.number)).ptr};
    world_day(2026, 3, 20);
    tick();
    move_compose(&m, "corruption", corruption_fills, filed);
    assert_int_equal(move_send(&m, &m.opened, &gone), DESK_OK);
    assert_int_equal(store_get_head(look(), 2, &head), STORE_OK);
    looked();
    const Def *def = workflows_find(desk_workflows(world.desk), STR("corruption"));
    uint8_t inform = def_deadline(def, STR("inform"));
    assert_int_equal(head.c.received, filed);
    assert_int_equal(clock_due(&def->deadlines[inform], &head.c.clocks[inform], def->calendar),
                     filed + 15);
    assert_true(clock_is_overdue(&def->deadlines[inform], &head.c.clocks[inform], def->calendar,
                                 desk_today(world.desk)));
    tick();
    verify_finds(0);
}

/* No record but the number that stays taken, and leaf hashes. */
static void nothing_of_it_stays(void **state)
{
    StepDone gone;
    HeadRecord head;
    EventRecord e;
    PartRecord part;
    SealRecord seal;
    LeafRecord leaf;
    AlertRecord alert;
    DueKey due = {.at = INT64_MIN};
    ListKey listed = {.due = INT32_MIN + 1};
    uint64_t leaves = 0;

    (void)state;
    Submitted s = file_complaint("general", general_fills, &code);
    Move m = {.who = "intake", .number = arena_str(&world.arena, name_str(&s.number)).ptr};
    Who who = world_who("intake");
    CaseView v;
    assert_int_equal(desk_case(world.desk, turn(), &who, str_of(m.number), true, &world.arena, &v),
                     DESK_OK);
    commit(); /* read, and logged */
    world_day(2026, 4, 1);
    assert_true(tick() > 0); /* overdue: the outbox has rows */
    assert_int_equal(store_next_alert(look(), 0, &alert), STORE_OK);
    looked();
    move_compose(&m, "corruption", corruption_fills, day_from_civil((Civil){2026, 3, 2}));
    assert_int_equal(move_send(&m, &m.opened, &gone), DESK_OK);
    Txn *t = look();
    assert_int_equal(store_get_head(t, 1, &head), STORE_UNKNOWN);
    assert_int_equal(store_get_event(t, 1, 0, &world.arena, &e), STORE_UNKNOWN);
    assert_int_equal(store_get_part(t, 1, 0, &world.arena, &part), STORE_UNKNOWN);
    assert_int_equal(store_get_seal(t, 1, 0, &world.arena, &seal), STORE_UNKNOWN);
    assert_int_equal(store_next_alert(t, 0, &alert), STORE_UNKNOWN);
    assert_int_equal(store_next_due(t, &due, &due), STORE_OK);
    for (due.at = INT64_MIN; store_next_due(t, &due, &due) == STORE_OK; due.deadline++)
        assert_int_equal(due.case_id, 2);
    for (; store_next_listed(t, &listed, &listed) == STORE_OK; listed.case_id++)
        assert_int_equal(listed.case_id, 2);
    for (; store_get_leaf(t, leaves, &leaf) == STORE_OK; leaves++)
        assert_int_not_equal(leaf.case_id, 1);
    assert_true(leaves > 2);
    looked();
    verify_finds(0);
    world_day(2026, 4, 3);
    tick(); /* the night's leaves */
    verify_finds(0);
}

/* The old code shows the new one until that is written down, and is dead from then on. */
static void the_old_code_hands_over_once(void **state)
{
    CodeKeys other, there;
    char text[CODE_TEXT_LEN + 1];
    StepDone gone;
    Refusal no;
    Submitted again;
    Bundle b;

    (void)state;
    Move m = a_move();
    assert_int_equal(move_send(&m, &m.opened, &gone), DESK_OK);
    code_make(&other);
    assert_int_equal(desk_handover(world.desk, look(), &other, &world.arena, text), DESK_UNKNOWN);
    looked();
    assert_int_equal(desk_handover_noted(world.desk, turn(), &other, &world.arena), DESK_UNKNOWN);
    commit();
    /* A form posted again with the old code must not open it anew. */
    assert_int_equal(compose("general", general_fills, &code, DAY_NONE, &b), 0);
    turn();
    assert_int_equal(store_nest(world.txn), 0);
    assert_int_equal(
        desk_submit(world.desk, world.txn, STR("general"), NULL, &b, &world.arena, &again, &no),
        DESK_MOVED);
    store_nest_drop(world.txn);
    commit();
    assert_int_equal(new_code(&there), DESK_OK);
    code_keys_finish(&there);
    assert_int_equal(desk_handover_noted(world.desk, turn(), &code, &world.arena), DESK_OK);
    commit();
    assert_int_equal(new_code(&there), DESK_UNKNOWN);
    assert_int_equal(desk_handover_noted(world.desk, turn(), &code, &world.arena), DESK_UNKNOWN);
    commit();
    code_keys_finish(&other);
    verify_finds(0);
}

/* Everything a dishonest or broken client could change; nothing may be written. */
static void nothing_goes_that_does_not_fit(void **state)
{
    StepDone gone;
    HeadRecord head;

    (void)state;
    Move m = a_move();
    assert_int_equal(move_send(&m, NULL, &gone), DESK_MALFORMED); /* missing, though promised */
    Move bare = m;
    memset(&bare.step.opens, 0, sizeof(bare.step.opens));
    assert_int_equal(move_send(&bare, NULL, &gone), DESK_MALFORMED); /* missing */
    Move other = m;
    move_compose(&other, "corruption", corruption_fills, desk_today(world.desk));
    assert_int_equal(move_send(&m, &other.opened, &gone), DESK_MALFORMED); /* swapped */
    Move general = m;
    static const Fill entered[] = {{"subject", "a"},      {"details", "b"},
                                   {"category", "light"}, {"notice_version", "1"},
                                   {"channel", "web"},    {"original_received_at", "2026-03-02"},
                                   {NULL, NULL}};
    move_compose(&general, "general", entered, desk_today(world.desk));
    assert_int_equal(move_send(&general, &general.opened, &gone), DESK_MALFORMED); /* elsewhere */
    Move early = m;
    move_compose(&early, "corruption", corruption_fills, desk_today(world.desk) - 1);
    assert_int_equal(move_send(&early, &early.opened, &gone), DESK_MALFORMED); /* another date */
    Move coded = m;
    coded.opened.lookup = code.lookup;
    coded.opened.code_box = code.box.public;
    coded.opened.code_sign = code.sign.public;
    move_sign(&coded, "corruption");
    assert_int_equal(move_send(&coded, &coded.opened, &gone),
                     DESK_MALFORMED); /* a code of its own */
    Move unsigned_one = m;
    memset(&unsigned_one.opened.signature, 0, sizeof(unsigned_one.opened.signature));
    assert_int_equal(bundle_digest(&unsigned_one.opened, &unsigned_one.step.opens), 0);
    assert_int_equal(move_send(&unsigned_one, &unsigned_one.opened, &gone), DESK_SIGNATURE);
    assert_int_equal(store_get_head(look(), 2, &head), STORE_UNKNOWN);
    looked();
    assert_int_equal(seen_by("intake", m.number), DESK_OK);
    assert_int_equal(track_answer(&code), DESK_OK);
    verify_finds(0);
    assert_int_equal(move_send(&m, &m.opened, &gone), DESK_OK);
    assert_int_equal(move_send(&m, &m.opened, &gone), DESK_UNKNOWN); /* once */
    verify_finds(0);
}

/* ---- what the complainant wrote ---- */

typedef struct Was {
    CaseView v;
    OpenedOriginal *o;
} Was;

/* As a reader of the new case finds it; the answer of open_original. */
static int was_read(const char *by, Was *ret)
{
    Who who = world_who(by);
    NumberedPart *parts = arena_many(&world.arena, 256, NumberedPart);
    HeldKeys held;
    size_t n = 0;

    memset(ret, 0, sizeof(*ret));
    Str number = str_of(number_of_case(2)); /* has a look of its own: not among the arguments */
    assert_int_equal(
        desk_case(world.desk, look(), &who, number, false, &world.arena, &ret->v), DESK_OK);
    looked();
    hold_keys(by, &ret->v, &held);
    for (size_t i = 0; i < ret->v.n_parts; i++) {
        const PartRecord *p = &ret->v.parts[i];
        parts[n++] = (NumberedPart){p->no,
                                    {.kind = p->kind,
                                     .class = p->class,
                                     .epoch = p->epoch,
                                     .slot = p->slot,
                                     .sealed = p->sealed}};
    }
    int r = open_original(&held,
                          &(SealCase){desk_office(world.desk)->tenant,
                                      name_str(&ret->v.head.workflow), ret->v.head.seal_id},
                          parts, n, &world.arena, &ret->o);
    held_keys_finish(&held);
    return r;
}

static bool was_says(const OpenedOriginal *o, const char *field, const char *value)
{
    for (size_t i = 0; i < o->original.n_parts; i++)
        for (size_t k = 0; k < o->opened[i].n_fields; k++)
            if (str_is(o->opened[i].fields[k].id, field) &&
                str_is(o->opened[i].fields[k].value, value))
                return true;
    return false;
}

/* Whatever the officer fills into the other form, its readers have what was sent. */
static void what_was_written_goes_along(void **state)
{
    static const Fill others[] = {{"allegation_type", "bribe"},           {"when", "never"},
                                  {"what_happened", "nothing at all"},    {"channel", "web"},
                                  {"original_received_at", "2026-03-02"}, {NULL, NULL}};
    StepDone gone;
    Was was;

    (void)state;
    Move m = a_move();
    move_compose(&m, "corruption", others, desk_today(world.desk));
    assert_int_equal(move_send(&m, &m.opened, &gone), DESK_OK);
    assert_int_equal(was_read("pit_b", &was), 0);
    assert_int_equal(was.o->n_closed, 0);
    assert_int_equal(was.o->original.left_out, 0);
    assert_str(name_str(&was.o->original.workflow), "general");
    assert_int_not_equal(was.o->original.seal_id, was.v.head.seal_id);
    assert_true(was_says(was.o, "subject", "ไฟดับ"));
    assert_true(was_says(was.o, "details", "SECRETDETAIL หน้าวัด"));
    assert_false(was_says(was.o, "name", "SECRETNAME")); /* that goes to the vault alone */
    for (size_t i = 0; i < was.o->original.n_parts; i++)
        assert_int_not_equal(was.o->original.parts[i].class, CLASS_IDENTITY);
    opened_original_finish(was.o);
    verify_finds(0);
}

/* They can be withheld, and that is seen; whose signature it is the case says. */
static void withheld_keys_are_seen(void **state)
{
    StepDone gone;
    Was was;

    (void)state;
    Move m = a_move();
    m.withholds = true;
    move_compose(&m, "corruption", corruption_fills, desk_today(world.desk));
    assert_int_equal(move_send(&m, &m.opened, &gone), DESK_OK);
    assert_int_equal(was_read("pit_b", &was), 0);
    assert_true(was.o->n_closed > 0);
    assert_false(was_says(was.o, "subject", "ไฟดับ"));
    assert_string_equal(
        desk_name_of(world.desk, was.v.head.seal_id, &was.v.events[0].step.actor.tag).s, "intake");
    opened_original_finish(was.o);
    verify_finds(0);
}

static void add_part(Bundle *b, uint8_t kind)
{
    BundlePart *parts = arena_many(&world.arena, b->n_parts + 1, BundlePart);

    memcpy(parts, b->parts, b->n_parts * sizeof(*parts));
    parts[b->n_parts] = parts[0];
    parts[b->n_parts].kind = kind;
    b->parts = parts;
    b->n_parts++;
}

/* Not passing keys on, or bringing an original of one's own, is no way. */
static void nobody_else_makes_the_original(void **state)
{
    static const uint8_t kinds[] = {PART_ORIGINAL, PART_KEYS};
    StepDone gone;

    (void)state;
    Move m = a_move();
    Move silent = m;
    silent.silent = true;
    move_compose(&silent, "corruption", corruption_fills, desk_today(world.desk));
    assert_int_equal(move_send(&silent, &silent.opened, &gone), DESK_MALFORMED);
    for (size_t i = 0; i < sizeof(kinds); i++) {
        Move own = m;
        add_part(&own.opened, kinds[i]);
        move_sign(&own, "corruption");
        assert_int_equal(move_send(&own, &own.opened, &gone), DESK_MALFORMED);
    }
    assert_int_equal(seen_by("intake", m.number), DESK_OK);
    verify_finds(0);
}

/* A hand-over that nobody fetches has an end. */
static void a_hand_over_ends(void **state)
{
    CodeKeys there;
    StepDone gone;
    HandoverRecord record;
    Bytes32 index = {{0}};

    (void)state;
    Move m = a_move();
    assert_int_equal(move_send(&m, &m.opened, &gone), DESK_OK);
    assert_int_equal(store_next_handover(look(), &index, &index), STORE_OK);
    assert_int_equal(store_get_handover(world.txn, &index, &world.arena, &record), STORE_OK);
    looked();
    assert_int_equal(record.until, day_from_civil((Civil){2026, 9, 30}));
    /* One of before had no end: the next night gives it one. */
    record.until = DAY_NONE;
    Batch *b = batch_new(&world.arena);
    batch_put_handover(b, &index, &record);
    assert_int_equal(store_apply(turn(), b), STORE_OK);
    commit();
    world_day(2026, 5, 5);
    tick();
    assert_int_equal(store_get_handover(look(), &index, &world.arena, &record), STORE_OK);
    looked();
    assert_int_equal(record.until, day_from_civil((Civil){2026, 11, 30}));
    world_day(2026, 11, 30);
    tick();
    assert_int_equal(new_code(&there), DESK_OK);
    code_keys_finish(&there);
    world_day(2026, 12, 1);
    assert_int_equal(new_code(&there), DESK_UNKNOWN);
    tick();
    assert_int_equal(store_get_handover(look(), &index, &world.arena, &record), STORE_UNKNOWN);
    looked();
    verify_finds(0);
}

/* Another step cannot bring a case along. */
static void only_such_a_step_opens(void **state)
{
    StepDone gone;
    StepRefused no = {.n_missing = 0};

    (void)state;
    Move m = a_move();
    Who who = world_who("intake");
    const Doing step = {.who = "intake", .number = m.number, .kind = STEP_NOTE, .note = "note"};
    Bundle b;
    doing_compose(&step, &m.v, &b);
    b.opens = m.step.opens;
    StepRequest request = {.number = str_of(m.number),
                           .kind = STEP_NOTE,
                           .what = STR(""),
                           .has_rev = true,
                           .if_rev = m.v.head.c.rev,
                           .bundle = &b,
                           .opens = &m.opened};
    assert_int_equal(bundle_sign(&b, &world.keys[world_index("intake")].sign,
                                 desk_office(world.desk)->tenant, request.if_rev, STEP_NOTE,
                                 request.what),
                     0);
    turn();
    assert_int_equal(store_nest(world.txn), 0);
    assert_int_equal(desk_act(world.desk, world.txn, &who, &request, &world.arena, &gone, &no),
                     DESK_MALFORMED);
    store_nest_drop(world.txn);
    commit();
    verify_finds(0);
}

/* Whoever was taken off the case is off it there too. */
static void who_was_off_stays_off(void **state)
{
    StepDone gone;
    Name *out;
    size_t n;

    (void)state;
    Submitted s = file_complaint("general", general_fills, &code);
    Move m = {.who = "intake", .number = arena_str(&world.arena, name_str(&s.number)).ptr};
    DOES(.who = "intake", .number = m.number, .kind = STEP_RECUSE, .target = "pit_b");
    Who who = world_who("intake");
    assert_int_equal(desk_kept_out(world.desk, look(), &who, str_of(m.number), STR("reclassify"),
                                   &world.arena, &out, &n),
                     DESK_OK);
    looked();
    assert_int_equal(n, 1);
    assert_string_equal(out[0].s, "pit_b");
    move_compose(&m, "corruption", corruption_fills, desk_today(world.desk));
    assert_int_equal(move_send(&m, &m.opened, &gone), DESK_MALFORMED); /* it has a seal for him */
    verify_finds(0);
}

/* Whatever write fails, both cases are as before, or both as after. */
static void a_failing_store_leaves_one_of_them(void **state)
{
    StepDone gone;
    StepRefused no;
    int r = DESK_FULL;
    unsigned n = 1;

    (void)state;
    Move m = a_move();
    Who who = world_who("intake");
    StepRequest request = {.number = str_of(m.number),
                           .kind = STEP_ACTION,
                           .what = STR("reclassify"),
                           .has_rev = true,
                           .if_rev = m.v.head.c.rev,
                           .bundle = &m.step,
                           .opens = &m.opened};
    assert_int_equal(bundle_sign(&m.step, &world.keys[world_index("intake")].sign,
                                 desk_office(world.desk)->tenant, request.if_rev, STEP_ACTION,
                                 request.what),
                     0);
    for (; r != DESK_OK; n++) {
        turn();
        assert_int_equal(store_nest(world.txn), 0);
        store_fail_after(desk_store(world.desk), n, STORE_FULL);
        r = desk_act(world.desk, world.txn, &who, &request, &world.arena, &gone, &no);
        assert_true(r == DESK_OK || r == DESK_FULL);
        store_fail_after(desk_store(world.desk), 0, STORE_OK);
        if (r == DESK_OK) {
            assert_int_equal(store_nest_keep(world.txn), 0);
        } else {
            store_nest_drop(world.txn);
        }
        commit();
        if (r != DESK_OK)
            assert_int_equal(seen_by("intake", m.number), DESK_OK);
    }
    assert_true(n > 30);
    verify_finds(0);
}

int main(void)
{
#define ON_MODEL(test) cmocka_unit_test_setup_teardown(test, fresh, done)
    const struct CMUnitTest tests[] = {
        ON_MODEL(it_goes_with_its_date),
        ON_MODEL(its_clocks_began_then),
        ON_MODEL(nothing_of_it_stays),
        ON_MODEL(the_old_code_hands_over_once),
        ON_MODEL(nothing_goes_that_does_not_fit),
        ON_MODEL(only_such_a_step_opens),
        ON_MODEL(what_was_written_goes_along),
        ON_MODEL(withheld_keys_are_seen),
        ON_MODEL(nobody_else_makes_the_original),
        ON_MODEL(a_hand_over_ends),
        ON_MODEL(who_was_off_stays_off),
        ON_MODEL(a_failing_store_leaves_one_of_them),
    };
    return cmocka_run_group_tests_name("desk: linked", tests, world_make, world_drop);
}
