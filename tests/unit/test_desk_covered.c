/* SPDX-License-Identifier: Apache-2.0 */
/* What of a protected case lies covered: no step of it is guessed, and nothing outgrows its size.
 */
#include "desk_code.h"

static const Fill against_nobody[] = {{"allegation_type", "bribe"},
                                      {"when", "เมื่อวาน"},
                                      {"what_happened", "SECRETSTORY"},
                                      {NULL, NULL}};

/* Its hash in the log, without what is random in it, is another one: nobody tries out which step it
 * was, though nobody signed it. */
static void nobody_guesses_a_step_of_the_system(void **state)
{
    static const Bytes32 none;
    EventRecord e;
    HeadRecord head;
    size_t of_system = 0;

    (void)state;
    file_complaint("corruption", against_nobody, &code);
    world_day(2026, 5, 1);
    tick();
    Txn *t = look();
    assert_int_equal(store_get_head(t, 1, &head), STORE_OK);
    for (uint32_t i = 0; i < head.c.events; i++) {
        assert_int_equal(store_get_event(t, 1, i, &world.arena, &e), STORE_OK);
        assert_memory_not_equal(e.salt.b, none.b, sizeof(none.b));
        Bytes32 attested = event_attested(&e);
        e.salt = none;
        Bytes32 guessed = event_attested(&e);
        assert_memory_not_equal(attested.b, guessed.b, sizeof(guessed.b));
        of_system += e.step.actor.kind == ACTOR_SYSTEM;
    }
    looked();
    assert_true(of_system > 0);
    verify_finds(0);
}

/* The outbox says to a disk neither which case a row is of nor who is told. */
static void the_outbox_lies_covered(void **state)
{
    AlertRecord a;
    size_t of_ours = 0;

    (void)state;
    file_complaint("corruption", against_nobody, &code);
    world_day(2026, 5, 1);
    tick();
    Txn *t = look();
    for (uint64_t seq = 0; store_get_alert(t, seq, &a) == STORE_OK; seq++) {
        assert_int_equal(a.covers, a.protected);
        of_ours += a.case_id == 1 && a.covers;
    }
    assert_true(of_ours > 0);
    store_cover(world.desk->store, &(StoreCover){NULL, NULL, NULL});
    assert_int_equal(store_get_alert(t, 0, &a), STORE_BROKEN);
    looked();
}

/* Somebody without the key puts a case of their own making in the place of a covered one: nobody is
 * kept out of it. It is nobody's, and verify says so. */
static void a_bare_case_in_its_place(void **state)
{
    TrackView v;
    HeadRecord head;

    (void)state;
    Submitted s = file_complaint("corruption", against_nobody, &code);
    const char *number = arena_str(&world.arena, name_str(&s.number)).ptr;
    CaseView seen = case_seen("pit_a", number);
    assert_true(seen.head.covers);
    assert_int_equal(store_get_head(look(), 1, &head), STORE_OK);
    looked();
    head.covers = false;
    head.c.n_excluded = 0;
    Batch *b = batch_new(&world.arena);
    batch_put_head(b, &head);
    assert_int_equal(store_apply(turn(), b), STORE_OK);
    commit();
    Who who = world_who("pit_a");
    assert_int_equal(
        desk_case(world.desk, look(), &who, str_of(number), false, &world.arena, &seen),
        DESK_UNKNOWN);
    assert_int_equal(desk_track(world.desk, world.txn, &code, &world.arena, &v), DESK_UNKNOWN);
    looked();
    verify_finds(1);
}

/* ---- one size, whoever is accused, reads or acts ---- */

static const Name longest = {{"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}};

static void fullest_inputs(const Def *def, Inputs *in)
{
    memset(in, 0xff, sizeof(*in));
    in->message = in->note = in->declared = in->executive = true;
    in->by.unit = SPAN_MONTHS;
    in->n_people = INPUTS_PEOPLE_MAX;
    in->n_excluded = CASE_EXCLUDED_MAX;
    in->n_open = 0;
    for (uint8_t i = 0; i < def->n_fields && in->n_open < INPUTS_OPEN_MAX; i++)
        if (def->fields[i].class == CLASS_OPEN)
            in->open[in->n_open++] = (OpenValue){i, -1, longest};
    for (size_t i = 0; i < INPUTS_PEOPLE_MAX; i++)
        in->people[i].field = 1;
}

static void fullest_alert(AlertRecord *r)
{
    memset(r, 0xff, sizeof(*r));
    r->number = r->workflow = r->deadline = r->unit = r->draft = longest;
    r->protected = r->covers = true;
    r->kind = 1;
    r->covered = (Str){0};
}

/* Everything that depends on people at its largest, every clock run, extended and silenced. */
static void fullest_case(const Def *def, Case *c)
{
    case_init(c);
    c->rev = c->events = UINT32_MAX;
    c->state = c->previous = 1;
    c->state_since = c->received = c->final_on = 20000;
    c->executive = c->surveyed = c->on_hold = true;
    c->unit = longest;
    memset(&c->assignee, 1, sizeof(c->assignee));
    c->n_members = CASE_MEMBERS_MAX;
    c->n_excluded = CASE_EXCLUDED_MAX;
    c->n_links = CASE_LINKS_MAX;
    memset(c->times, 1, def->n_actions);
    c->messages = UINT16_MAX;
    c->ahead = 1;
    for (uint8_t i = 0; i < def->n_deadlines; i++)
        c->clocks[i] = (Clock){.state = CLOCK_RUNNING,
                               .limit = {1, SPAN_MONTHS},
                               .n_promised = CLOCK_PROMISES_MAX,
                               .silent_from = 1,
                               .silent_until = 1};
    c->proposal = (Proposal){.pending = true, .kind = STEP_ACTION, .action = 1, .event = 1};
    memset(&c->proposal.maker, 1, sizeof(c->proposal.maker));
    fullest_inputs(def, &c->proposal.in);
    c->n_open = c->proposal.in.n_open;
    memcpy(c->open, c->proposal.in.open, sizeof(c->proposal.in.open));
}

static void fits_unit(void (*put)(Buf *out, const void *what), const void *what, size_t unit)
{
    BUF_AUTO Buf out = {0};

    buf_init(&out, 1 << 20);
    put(&out, what);
    assert_int_equal(out.err, 0);
    if (out.len + 4 > unit)
        fail_msg("%zu bytes do not fit %zu", out.len, unit);
}

static void put_case(Buf *out, const void *what)
{
    record_put_case(out, what);
}

static void put_event(Buf *out, const void *what)
{
    record_put_event(out, what);
}

static void put_alert(Buf *out, const void *what)
{
    record_put_alert(out, what);
}

static void nothing_outgrows_its_cover(void **state)
{
    const Workflows *w = desk_workflows(world.desk);
    static EventRecord e;
    static Case c;
    AlertRecord a;

    (void)state;
    fullest_alert(&a);
    fits_unit(put_alert, &a, COVERED_ALERT_UNIT);
    for (size_t i = 0; i < w->n; i++) {
        const Def *def = w->defs[i];
        if (!def->protected)
            continue;
        fullest_case(def, &c);
        fits_unit(put_case, &c, COVERED_HEAD_UNIT);
        e = (EventRecord){.number = longest,
                          .order_no = longest,
                          .linked_no = longest,
                          .held = true,
                          .decides = UINT32_MAX};
        memset(&e.signature, 1, sizeof(e.signature));
        memset(&e.salt, 1, sizeof(e.salt));
        memset(&e.step, 0xff, sizeof(e.step));
        e.step.kind = STEP_KINDS - 1;
        e.step.actor.kind = ACTOR_PERSON;
        e.step.actor.unit = longest;
        e.step.has_rev = e.step.opened = true;
        fullest_inputs(def, &e.step.in);
        fits_unit(put_event, &e, COVERED_EVENT_UNIT);
    }
}

#define ON_MODEL(f) cmocka_unit_test_setup_teardown(f, fresh, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(nobody_guesses_a_step_of_the_system),
        ON_MODEL(the_outbox_lies_covered),
        ON_MODEL(a_bare_case_in_its_place),
        ON_MODEL(nothing_outgrows_its_cover),
    };
    return cmocka_run_group_tests_name("desk: covered", tests, world_make, world_drop);
}
