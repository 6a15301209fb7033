/* SPDX-License-Identifier: Apache-2.0 */
/* What is typed on the command line, against the shipped general workflow. */
#include "tests/unit/check.h"

#include "cli/entry.h"
#include "cli/step.h"
#include "engine/load/load.h"
#include <string.h>

typedef struct Setup {
    Arena arena;
    const Def *def;
    const Office *office;
    Person people[2];
    Directory directory;
} Setup;

static int set_up(void **state)
{
    static Setup s;
    LoadContext context = {.calendars_dir = SHIPPED_DIR "/calendars"};
    Buf settings = {0}, workflow = {0};
    Faults faults;

    arena_init(&s.arena, 64 << 20);
    faults_init(&faults);
    assert_int_equal(load_file(SHIPPED_DIR "/office/settings.yaml", &settings), 0);
    assert_int_equal(load_office(buf_str(&settings), &s.arena, &faults, &s.office), 0);
    context.office = s.office;
    assert_int_equal(load_file(SHIPPED_DIR "/general.yaml", &workflow), 0);
    assert_int_equal(load_workflow(buf_str(&workflow), &context, &s.arena, &faults, &s.def), 0);
    s.people[0] =
        (Person){.name = name_of(STR("kitti")), .label = {STR("นายช่างโยธา"), STR("Technician")}};
    s.directory = (Directory){.people = s.people, .n_people = 1};
    buf_finish(&settings);
    buf_finish(&workflow);
    faults_finish(&faults);
    *state = &s;
    return 0;
}

static int tear_down(void **state)
{
    Setup *s = *state;

    arena_finish(&s->arena);
    return 0;
}

static Filled *fill(Setup *s, const char *const *pairs, size_t n)
{
    static Filled f;

    filled_init(&f, s->def, s->office, &s->directory, &s->arena);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(filled_add(&f, pairs[i]), 0);
    return &f;
}

static void values_may_be_words(void **state)
{
    static const char *const pairs[] = {"category=ไฟฟ้าสาธารณะ",
                                        "moo=Moo 4",
                                        "unit=กองช่าง",
                                        "accused_staff=นายช่างโยธา",
                                        "accused_staff_unknown=yes",
                                        "accused_staff_unit=Public Works Division",
                                        "in_court=ไม่ใช่x",
                                        "close_code=done",
                                        "subject=a=b"};
    static const char *const ids[] = {"light",        "moo_4", "public_works", "kitti", "1",
                                      "public_works", "ไม่ใช่x", "DONE",         "a=b"};
    Filled *f = fill(*state, pairs, sizeof(pairs) / sizeof(pairs[0]));

    assert_int_equal(f->form.n_items, sizeof(ids) / sizeof(ids[0]));
    for (size_t i = 0; i < f->form.n_items; i++)
        assert_true(str_is(f->items[i].value, ids[i]));
    assert_int_equal(f->items[4].sub, SUB_UNKNOWN);
    assert_int_equal(f->items[5].sub, SUB_UNIT);
}

static void what_is_no_field_is_refused(void **state)
{
    Filled *f = fill(*state, NULL, 0);

    assert_int_equal(filled_add(f, "nothing=1"), CLI_REFUSED);
    assert_int_equal(filled_add(f, "subject"), CLI_USAGE);
    assert_int_equal(filled_add(f, "=x"), CLI_USAGE);
    assert_int_equal(filled_add_file(f, "subject=/dev/null"), CLI_REFUSED);
    assert_int_equal(filled_add_file(f, "attachments=/nonexistent"), CLI_REFUSED);
    assert_int_equal(f->form.n_items + f->form.n_files, 0);
    assert_int_equal(filled_add(f, "identity_mode=anonymous"), 0);
    assert_true(str_is(f->form.identity_mode, "anonymous"));
}

static const char *const whole[] = {"subject=s",     "details=d",
                                    "category=road", "notice_version=1",
                                    "channel=phone", "original_received_at=2026-01-15"};

static void an_entry_needs_what_intake_asks(void **state)
{
    Day today = 20500;

    assert_int_equal(entry_check(fill(*state, whole, 6), true, today), 0);
    /* the public is not asked for channel and stamp; the office must give them */
    assert_int_equal(entry_check(fill(*state, whole, 4), false, today), 0);
    assert_int_equal(entry_check(fill(*state, whole, 4), true, today), CLI_REFUSED);
    assert_int_equal(entry_check(fill(*state, whole, 6), false, today), CLI_REFUSED);
    assert_int_equal(entry_check(fill(*state, whole, 6), true, 20000), CLI_REFUSED);
}

static CaseFile case_file(Setup *s, const char *state)
{
    CaseFile f = {.arena = &s->arena,
                  .office = s->office,
                  .directory = &s->directory,
                  .def = s->def,
                  .today = 20500};

    case_init(&f.c);
    f.c.state = def_state(s->def, str_of(state));
    f.c.received = 20495;
    f.c.n_open = 1;
    f.c.open[0] =
        (OpenValue){.field = def_field(s->def, STR("category")), .choice = name_of(STR("light"))};
    return f;
}

static StepAsk step_ask(Setup *s, const char *action, Filled *filled)
{
    return (StepAsk){.kind = STEP_ACTION,
                     .index = def_action(s->def, str_of(action)),
                     .what = str_of(action),
                     .filled = filled};
}

static void the_unit_follows_from_the_category(void **state)
{
    CaseFile f = case_file(*state, "screening");
    StepAsk ask = step_ask(*state, "quick_assign", fill(*state, NULL, 0));
    Name unit;

    assert_int_equal(ask_check(&f, &ask), CLI_REFUSED);
    assert_int_equal(ask_default_unit(&f, &ask), 0);
    assert_int_equal(ask_check(&f, &ask), 0);
    unit = ask_unit(&f, &ask);
    assert_string_equal(unit.s, "public_works");

    static const char *const other[] = {"unit=health"};
    ask = step_ask(*state, "quick_assign", fill(*state, other, 1));
    assert_int_equal(ask_default_unit(&f, &ask), 0);
    unit = ask_unit(&f, &ask);
    assert_string_equal(unit.s, "health");
}

static void a_message_needs_words_where_the_template_asks(void **state)
{
    CaseFile f = case_file(*state, "screening");
    StepAsk ask = step_ask(*state, "ask_info", fill(*state, NULL, 0));
    Label text;

    assert_int_equal(ask_check(&f, &ask), CLI_REFUSED);
    ask.has_message = true;
    assert_int_equal(ask_check(&f, &ask), CLI_REFUSED);
    ask.message = STR("เสาต้นไหน");
    assert_int_equal(ask_check(&f, &ask), 0);
    assert_int_equal(ask_message(&f, &ask, &text), 0);
    assert_non_null(strstr(text.th.ptr, "เสาต้นไหน"));
    /* the day by which an answer is expected is foreseen: 15 days from today, rolled */
    assert_null(strstr(text.th.ptr, "…"));
    assert_null(strstr(text.en.ptr, "…"));
}

static void a_template_without_a_question_may_go_as_it_stands(void **state)
{
    static const char *const pairs[] = {"sent_means=w", "letter_date=2026-02-20"};
    CaseFile f = case_file(*state, "reviewing");
    StepAsk ask = step_ask(*state, "notify", fill(*state, pairs, 2));

    assert_int_equal(ask_check(&f, &ask), CLI_REFUSED);
    ask.has_message = true;
    assert_int_equal(ask_check(&f, &ask), 0);
}

static void words_that_nobody_would_read_are_refused(void **state)
{
    CaseFile f = case_file(*state, "received");
    StepAsk ask = step_ask(*state, "start_screening", fill(*state, NULL, 0));

    assert_int_equal(ask_check(&f, &ask), 0);
    ask.has_message = true;
    ask.message = STR("x");
    assert_int_equal(ask_check(&f, &ask), CLI_REFUSED);
    static const char *const wrong[] = {"public_result=x"};
    ask = step_ask(*state, "start_screening", fill(*state, wrong, 1));
    assert_int_equal(ask_check(&f, &ask), CLI_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_may_be_words),
        cmocka_unit_test(what_is_no_field_is_refused),
        cmocka_unit_test(an_entry_needs_what_intake_asks),
        cmocka_unit_test(the_unit_follows_from_the_category),
        cmocka_unit_test(a_message_needs_words_where_the_template_asks),
        cmocka_unit_test(a_template_without_a_question_may_go_as_it_stands),
        cmocka_unit_test(words_that_nobody_would_read_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
