/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped workflows load without a word of warning and keep to their stories; the stories do
 * every action and notice when a workflow changes. */
#include "tests/unit/check.h"

#include "engine/load/scenario.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void read_shipped(const char *name, const char *ending, Buf *ret)
{
    char path[4096];
    int len = snprintf(path, sizeof(path), "%s/%s%s", SHIPPED_DIR, name, ending);
    assert_in_range(len, 1, sizeof(path) - 1);
    buf_init(ret, LOAD_BYTES_MAX);
    assert_int_equal(load_file(path, ret), 0);
}

/* The lists and units of the shipped settings, which the workflows name. */
static const Office *shipped_office(Arena *arena)
{
    BUF_AUTO Buf file = {0};
    FAULTS_AUTO Faults faults;
    const Office *office = NULL;
    faults_init(&faults);
    read_shipped("office/settings", ".yaml", &file);
    assert_int_equal(load_office(buf_str(&file), arena, &faults, &office), 0);
    return office;
}

/* The report takes what the loader has to say. */
static const Def *load_text(const char *name, Str text, Arena *arena, Buf *report)
{
    LoadContext context = {.calendars_dir = SHIPPED_DIR "/calendars",
                           .office = shipped_office(arena)};
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
    BUF_AUTO Buf stories = {0};
    read_shipped(name, ".scenario", &stories);
    return scenario_run(name, buf_str(&stories), def, report, ret_stories);
}

/* A step that does the action and says nothing of a refusal. */
static bool is_done(Str stories, Str action)
{
    char wanted[DEF_NAME_MAX + 8];
    int len = snprintf(wanted, sizeof(wanted), "do: %.*s", (int)action.len, action.ptr);
    while (stories.len) {
        Str line = str_cut(&stories, '\n');
        const char *at = memmem(line.ptr, line.len, wanted, (size_t)len);
        bool whole = at && (at[len] == ',' || at[len] == '}');
        if (whole && !memmem(line.ptr, line.len, "refused:", 8))
            return true;
    }
    return false;
}

static void does_every_action(const char *name, const Def *def)
{
    BUF_AUTO Buf stories = {0};
    read_shipped(name, ".scenario", &stories);
    for (uint8_t i = 0; i < def->n_actions; i++) {
        bool done = is_done(buf_str(&stories), def->actions[i].id);
        if (!done)
            print_error("%s: no story does %.*s\n", name, (int)def->actions[i].id.len,
                        def->actions[i].id.ptr);
        assert_true(done);
    }
}

static void keeps_to_its_stories(const char *name)
{
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf file = {0}, report = {0};
    size_t stories = 0;
    arena_init(&arena, 16 * 1024 * 1024);
    buf_init(&report, 1024 * 1024);
    read_shipped(name, ".yaml", &file);
    const Def *def = load_text(name, buf_str(&file), &arena, &report);
    int r = run_stories(name, def, &report, &stories);
    assert_str(buf_str(&report), "");
    assert_int_equal(r, 0);
    assert_true(stories >= 4);
    does_every_action(name, def);
}

static int is_workflow(const struct dirent *e)
{
    const char *dot = strrchr(e->d_name, '.');
    return dot && dot != e->d_name && !strcmp(dot, ".yaml");
}

static void test_all(void **state)
{
    (void)state;
    struct dirent **list = NULL;
    int n = scandir(SHIPPED_DIR, &list, is_workflow, alphasort);
    for (int i = 0; i < n; i++) {
        char name[sizeof(list[i]->d_name)];
        snprintf(name, sizeof(name), "%.*s", (int)(strlen(list[i]->d_name) - strlen(".yaml")),
                 list[i]->d_name);
        free(list[i]);
        keeps_to_its_stories(name);
    }
    free(list);
    assert_true(n >= 10);
}

/* One day more, one approval less: the stories have to say so. Both texts are of one length; the
 * first place of the old one is changed. */
static void notices(const char *name, const char *was, const char *becomes)
{
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf file = {0}, report = {0};
    size_t stories = 0;
    arena_init(&arena, 16 * 1024 * 1024);
    buf_init(&report, 1024 * 1024);
    read_shipped(name, ".yaml", &file);
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
    notices("general", "last_day_on_holiday: next_working_day",
            "last_day_on_holiday: counts          ");
    notices("corruption", "not_same_person: yes", "not_same_person: no ");
    notices("corruption", "stops_for_at_most: 15", "stops_for_at_most: 20");
    notices("corruption", "deputy_executive, council_member]", "deputy_executive]                ");
}

static void test_stories_to_adopt_notice(void **state)
{
    (void)state;
    notices("asset_loan", "due_override: return_by", "due_override: from_day ");
    notices("coi_declaration", "limit: 2 working days", "limit: 3 working days");
    notices("compliment", "limit: 15 calendar days", "limit: 16 calendar days");
    notices("eservice_request", "times: 1", "times: 2");
    notices("eservice_request", "{delay_reason: 7 calendar days}",
            "{delay_reason: 8 calendar days}");
    notices("eservice_request", "from: {overdue: service}", "from: {overdue: supply} ");
    notices("eu_whistleblower", "limit: 7 calendar days", "limit: 8 calendar days");
    notices("eu_whistleblower", "limit: 3 months", "limit: 4 months");
    notices("eu_whistleblower", "from: {action: acknowledge, overdue: ack}",
            "from: received                           ");
    notices("gift_report", "value_band: up_to_3000}", "value_band: over_3000 }");
    notices("hr_grievance", "{staff_in: cause}, {unit_of: cause}]",
            "{staff_in: cause}]                  ");
    notices("retaliation", "limit: 3 working days", "limit: 4 working days");
    notices("retaliation", ", {staff_in: first_handlers}]", "]                            ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_stories_notice),
        cmocka_unit_test(test_stories_to_adopt_notice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
