/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped workflows load without a word of warning and keep to their stories; the stories
 * notice when a workflow changes. */
#include "tests/unit/check.h"

#include "engine/load/scenario.h"
#include <stdio.h>
#include <string.h>

static void read_shipped(const char *name, const char *ending, Buf *ret)
{
    char path[512];
    snprintf(path, sizeof(path), "%s/%s.%s", SHIPPED_DIR, name, ending);
    buf_init(ret, LOAD_BYTES_MAX);
    assert_int_equal(load_file(path, ret), 0);
}

/* The report takes what the loader has to say. */
static const Def *load_text(const char *name, Str text, Arena *arena, Buf *report)
{
    LoadContext context = {.calendars_dir = SHIPPED_DIR "/calendars"};
    FAULTS_AUTO Faults faults;
    const Def *def = NULL;
    faults_init(&faults);
    int r = load_workflow(text, &context, arena, &faults, &def);
    faults_put(report, &faults, name, text);
    if (r)
        print_error("%.*s", (int)report->len, (const char *)report->ptr);
    assert_int_equal(r, 0);
    return def;
}

static int run_stories(const char *name, const Def *def, Buf *report, size_t *ret_stories)
{
    BUF_AUTO Buf stories;
    read_shipped(name, "scenario", &stories);
    return scenario_run(name, buf_str(&stories), def, report, ret_stories);
}

static void keeps_to_its_stories(const char *name)
{
    ARENA_AUTO Arena arena;
    BUF_AUTO Buf file, report;
    size_t stories = 0;
    arena_init(&arena, 16 * 1024 * 1024);
    buf_init(&report, 1024 * 1024);
    read_shipped(name, "yaml", &file);
    const Def *def = load_text(name, buf_str(&file), &arena, &report);
    int r = run_stories(name, def, &report, &stories);
    assert_str(buf_str(&report), "");
    assert_int_equal(r, 0);
    assert_true(stories >= 16);
}

static void test_general(void **state)
{
    (void)state;
    keeps_to_its_stories("general");
}

static void test_corruption(void **state)
{
    (void)state;
    keeps_to_its_stories("corruption");
}

/* One day more, one approval less: the stories have to say so. Both texts are of one length; the
 * first place of the old one is changed. */
static void notices(const char *name, const char *was, const char *becomes)
{
    ARENA_AUTO Arena arena;
    BUF_AUTO Buf file, report;
    size_t stories = 0;
    arena_init(&arena, 16 * 1024 * 1024);
    buf_init(&report, 1024 * 1024);
    read_shipped(name, "yaml", &file);
    assert_int_equal(strlen(was), strlen(becomes));
    uint8_t *at = memmem(file.ptr, file.len, was, strlen(was));
    assert_non_null(at);
    memcpy(at, becomes, strlen(becomes));
    const Def *def = load_text(name, buf_str(&file), &arena, &report);
    buf_reset(&report);
    assert_int_equal(run_stories(name, def, &report, &stories), 1);
    assert_true(report.len > 0);
}

static void test_stories_notice(void **state)
{
    (void)state;
    notices("general", "limit: 15 calendar days", "limit: 16 calendar days");
    notices("general", "flags: [routine]", "flags: [special]");
    notices("general", "last_day_on_holiday: next_working_day", "last_day_on_holiday: counts          ");
    notices("corruption", "not_same_person: yes", "not_same_person: no ");
    notices("corruption", "stops_for_at_most: 15", "stops_for_at_most: 20");
    notices("corruption", "deputy_executive, council_member]", "deputy_executive]                ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_general),
        cmocka_unit_test(test_corruption),
        cmocka_unit_test(test_stories_notice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
