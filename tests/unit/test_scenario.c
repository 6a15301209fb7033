/* SPDX-License-Identifier: Apache-2.0 */
/* Every expectation a story can state: it holds when right and fails, saying why, when wrong. */
#include "tests/unit/check.h"

#include "engine/load/scenario.h"
#include <string.h>

#define STORIES  SOURCE_DIR "/tests/golden/stories"
#define WORKFLOW SOURCE_DIR "/tests/golden/faults/good.yaml"

static const char head[] = "schema: krading-scenario/1\n"
                           "workflow: small\n"
                           "people:\n"
                           "  a: {roles: [clerk], unit: works}\n"
                           "  b: {roles: [head], boss: a, unit: works}\n"
                           "  c: {roles: []}\n"
                           "stories:\n"
                           "  one:\n"
                           "    story: tried\n"
                           "    given: {received: 2026-08-17}\n"
                           "    steps:\n"
                           "      - {on: 2026-08-18, who: a, do: start}\n";

static const Def *load(const char *path, Arena *arena)
{
    BUF_AUTO Buf file = {0};
    FAULTS_AUTO Faults faults;
    const Def *def = NULL;
    faults_init(&faults);
    assert_int_equal(load_file(path, &file), 0);
    LoadContext context = {.calendars_dir = SOURCE_DIR "/workflows/calendars"};
    int r = load_workflow(buf_str(&file), &context, arena, &faults, &def);
    assert_int_equal(r, 0);
    return def;
}

static const Def *small(Arena *arena)
{
    return load(WORKFLOW, arena);
}

/* One more step after the case has been started. Returns scenario_run's answer. */
static int tell(const char *step, Buf *report)
{
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf file = {0};
    size_t stories = 0;
    arena_init(&arena, 16 << 20);
    buf_init(&file, 65536);
    buf_adds(&file, head);
    buf_addf(&file, "      - %s\n", step);
    int r = scenario_run("s", buf_str(&file), small(&arena), report, &stories);
    return r;
}

static void test_expectations(void **state)
{
    (void)state;
    /* a step, and what is said when it does not hold: NULL when it holds */
    static const char *const rows[][2] = {
        {"{on: 2026-08-18, expect: {state: working}}", NULL},
        {"{on: 2026-08-18, expect: {state: answered}}", "expected state answered, got working"},
        {"{on: 2026-08-18, expect: {public: {th: กำลังทำ}}}", NULL},
        {"{on: 2026-08-18, expect: {public: {en: Done}}}",
         "expected public words Done, got Working"},
        {"{on: 2026-08-18, expect: {due: {result: 2026-09-01, stage: 2026-08-27}}}", NULL},
        {"{on: 2026-08-18, expect: {due: {stage: 2026-08-28}}}",
         "expected stage due 2026-08-28, got 2026-08-27"},
        {"{on: 2026-08-18, expect: {due: {stage: none}}}",
         "expected stage due none, got 2026-08-27"},
        {"{on: 2026-08-18, expect: {clock: {result: running}, verdict: {result: none}}}", NULL},
        {"{on: 2026-08-18, expect: {clock: {result: met}}}",
         "expected clock result met, got running"},
        {"{on: 2026-08-18, expect: {verdict: {result: late}}}",
         "expected verdict late on result, got none"},
        {"{on: 2026-09-02, expect: {overdue: [stage, result]}}", NULL},
        {"{on: 2026-09-02, expect: {overdue: [result]}}",
         "expected overdue [result], got [result, stage]"},
        {"{on: 2026-08-30, expect: {alerted: [head]}}", NULL},
        {"{on: 2026-08-29, expect: {alerted: [head]}}", "expected alerted [head], got []"},
        {"{on: 2026-09-05, expect: {alerted: [head, clerk]}}", NULL},
        {"{on: 2026-08-18, expect: {may: {a: [], b: [answer], complainant: []}}}", NULL},
        {"{on: 2026-08-18, expect: {may: {c: [answer]}}}",
         "expected open actions [answer], got []"},
        {"{on: 2026-08-18, expect: {unit: none, assignee: none, excluded: [], members: {head: "
         "[]}}}",
         NULL},
        {"{on: 2026-08-18, expect: {unit: works}}", "expected unit works, got none"},
        {"{on: 2026-08-18, expect: {pending: yes}}", "expected pending: yes, got no"},
        {"{on: 2026-08-18, expect: {number: yes}}", "expected number: yes, got no"},
        {"{on: 2026-08-18, expect: {opens: corruption}}",
         "expected opened workflow corruption, got none"},
        {"{on: 2026-08-18, expect: {tells: M1}}", "expected message M1, got none"},
        {"{on: 2026-08-18, who: c, do: assign, to: b, expect: {assignee: b}}",
         "expected done, got refused: role ("},
        {"{on: 2026-08-18, who: a, do: assign, to: b, expect: {assignee: a}}",
         "expected assignee a, got b"},
        {"{on: 2026-08-18, who: b, do: assign, to: b, expect: {assignee: b}}", NULL},
        {"{on: 2026-08-18, who: b, do: answer, without: [message], expect: {refused: message, "
         "detail: M2, state: working}}",
         NULL},
        {"{on: 2026-08-18, who: b, do: answer, without: [reply], expect: {refused: field, detail: "
         "subject}}",
         "expected detail subject, got reply"},
        {"{on: 2026-08-18, who: b, do: answer, expect: {refused: role}}",
         "expected refused: role, got done"},
        {"{on: 2026-08-18, who: c, do: answer, expect: {refused: state}}",
         "expected refused: state, got refused: role"},
        {"{on: 2026-08-18, who: b, do: answer, also: [subject], expect: {refused: extra, detail: "
         "subject}}",
         NULL},
        {"{on: 2026-08-18, who: b, do: answer, if_rev: 1, expect: {refused: rev}}", NULL},
        {"{on: 2026-08-18, who: b, do: extend, deadline: result, by: 1 calendar days, expect: "
         "{refused: no_extend, detail: result}}",
         NULL},
        {"{on: 2026-08-18, who: b, do: approve, expect: {refused: no_proposal}}", NULL},
        {"{on: 2026-08-18, who: complainant, do: message}", NULL},
        {"{on: 2026-08-18, who: b, do: note, without: [note], expect: {refused: note}}", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        BUF_AUTO Buf report = {0};
        buf_init(&report, 1 << 20);
        int r = tell(rows[i][0], &report);
        Str text = buf_str(&report);
        bool fits = rows[i][1] ? r == 1 && text.len && strstr(text.ptr, rows[i][1]) : r == 0;
        if (!fits)
            print_error("%s\n%.*s\n", rows[i][0], (int)text.len, text.len ? text.ptr : "");
        assert_true(fits);
    }
}

/* One failed story does not keep the others from being told. */
static void test_stories_go_on(void **state)
{
    (void)state;
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf file = {0}, report = {0};
    size_t stories = 0;
    arena_init(&arena, 16 << 20);
    buf_init(&file, 65536);
    buf_init(&report, 65536);
    buf_adds(&file, head);
    buf_adds(&file, "      - {on: 2026-08-18, expect: {state: answered}}\n"
                    "  two: {story: also tried, given: {received: 2026-08-17, expect: {state: "
                    "working}}, steps: []}\n"
                    "  three: {story: fine, given: {received: 2026-08-17}, steps: []}\n");
    assert_int_equal(scenario_run("s", buf_str(&file), small(&arena), &report, &stories), 1);
    assert_int_equal(stories, 3);
    const char *first = strstr(buf_str(&report).ptr, "story one");
    assert_non_null(first);
    assert_non_null(strstr(first, "2026-08-18  a             start                 -> working"));
    assert_non_null(strstr(first, "story two"));
    assert_null(strstr(first, "story three"));
}

/* Rules that no shipped process uses in all their turns. */
static void test_rules(void **state)
{
    (void)state;
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf file = {0}, report;
    size_t stories = 0;
    arena_init(&arena, 16 << 20);
    buf_init(&report, 65536);
    assert_int_equal(load_file(STORIES "/begins.scenario", &file), 0);
    int r = scenario_run("begins", buf_str(&file), load(STORIES "/begins.yaml", &arena), &report,
                         &stories);
    assert_str(buf_str(&report), "");
    assert_int_equal(r, 0);
    assert_int_equal(stories, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expectations),
        cmocka_unit_test(test_stories_go_on),
        cmocka_unit_test(test_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
