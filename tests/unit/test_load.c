/* SPDX-License-Identifier: Apache-2.0 */
/* Broken files: what the loader says of each is kept beside it in tests/golden/faults. The name's
 * beginning says what a file is: calendar_, office_, scenario_, else a workflow (opens_: judged
 * beside good.yaml, in which it opens cases). After a change
 * that is meant, run this with KRADING_GOLDEN=write and read the difference. */
#include "tests/unit/check.h"

#include "crypto/secret.h"
#include "engine/load/scenario.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FAULTS_DIR    SOURCE_DIR "/tests/golden/faults"
#define WORKFLOWS_DIR SOURCE_DIR "/workflows"

enum { REPORT_MAX = 1024 * 1024, DEFS_MAX = 32 * 1024 * 1024, FILES_MIN = 120 };

static void slurp(const char *path, Buf *file)
{
    if (load_file(path, file)) {
        print_error("cannot read %s\n", path);
        fail();
    }
}

static const Office *office(Arena *arena)
{
    BUF_AUTO Buf file = {0};
    FAULTS_AUTO Faults faults;
    const Office *o = NULL;
    faults_init(&faults);
    slurp(WORKFLOWS_DIR "/office/settings.yaml", &file);
    assert_int_equal(load_office(buf_str(&file), arena, &faults, &o), 0);
    return o;
}

static int load_def(Str file, Arena *arena, Faults *faults, const Def **ret)
{
    LoadContext context = {.office = office(arena), .calendars_dir = WORKFLOWS_DIR "/calendars"};
    return load_workflow(file, &context, arena, faults, ret);
}

/* Plays a scenario on the good small workflow. */
static int play(const char *name, Str file, Arena *arena, Buf *report)
{
    BUF_AUTO Buf yaml = {0};
    FAULTS_AUTO Faults faults;
    const Def *def = NULL;
    size_t stories = 0;
    faults_init(&faults);
    slurp(FAULTS_DIR "/good.yaml", &yaml);
    assert_int_equal(load_def(buf_str(&yaml), arena, &faults, &def), 0);
    return scenario_run(name, file, def, report, &stories);
}

/* What it opens in the good small workflow. */
static int judge_opens(const Def *from, Arena *arena, Faults *faults)
{
    BUF_AUTO Buf yaml = {0};
    FAULTS_AUTO Faults none;
    const Def *to = NULL;
    faults_init(&none);
    slurp(FAULTS_DIR "/good.yaml", &yaml);
    assert_int_equal(load_def(buf_str(&yaml), arena, &none, &to), 0);
    return load_opens_check(from, to, faults);
}

static int judge_file(const char *name, Str file, Arena *arena, Buf *report)
{
    const void *any = NULL;
    FAULTS_AUTO Faults faults;
    faults_init(&faults);
    int r;
    if (str_starts(str_of(name), STR("scenario_"))) {
        r = play(name, file, arena, report);
    } else if (str_starts(str_of(name), STR("calendar_"))) {
        const Calendar *c = NULL;
        r = load_calendar(file, STR("pattani"), (Zone){420}, arena, &faults, &c);
        any = c;
    } else if (str_starts(str_of(name), STR("office_"))) {
        const Office *o = NULL;
        r = load_office(file, arena, &faults, &o);
        any = o;
    } else {
        const Def *d = NULL;
        r = load_def(file, arena, &faults, &d);
        if (d && str_starts(str_of(name), STR("opens_")))
            r = judge_opens(d, arena, &faults);
        any = r ? NULL : d;
    }
    assert_true(r == 0 || r == 1);
    assert_true(r == 0 || !any);
    faults_put(report, &faults, name, file);
    return r;
}

static void write_expected(const char *path, Str text)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text.ptr, 1, text.len, f), text.len);
    assert_int_equal(fclose(f), 0);
}

static bool check_one(const char *name)
{
    char path[1024];
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf file = {0}, report, expected = {0};
    arena_init(&arena, DEFS_MAX);
    buf_init(&report, REPORT_MAX);
    snprintf(path, sizeof(path), "%s/%s", FAULTS_DIR, name);
    slurp(path, &file);
    int r = judge_file(name, buf_str(&file), &arena, &report);
    buf_addf(&report, "answer: %d\n", r);
    snprintf(path + strlen(path) - strlen("yaml"), 16, "expected");
    const char *mode = getenv("KRADING_GOLDEN");
    if (mode && !strcmp(mode, "write")) {
        write_expected(path, buf_str(&report));
        return true;
    }
    slurp(path, &expected);
    if (str_eq(buf_str(&report), buf_str(&expected)))
        return true;
    print_error("%s: expected\n%.*sgot\n%.*s\n", name, (int)expected.len, (char *)expected.ptr,
                (int)report.len, (char *)report.ptr);
    return false;
}

static void test_every_fault(void **state)
{
    (void)state;
    size_t files = 0, wrong = 0;
    DIR *d = opendir(FAULTS_DIR);
    assert_non_null(d);
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        size_t len = strlen(e->d_name);
        if (len < 5 || strcmp(e->d_name + len - 5, ".yaml"))
            continue;
        files++;
        wrong += !check_one(e->d_name);
    }
    closedir(d);
    assert_int_equal(wrong, 0);
    assert_true(files >= FILES_MIN);
}

/* ---- sizes and times ---- */
static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Under a checker that makes everything slower, KRADING_SLOWER says how many times. */
static double quick(void)
{
    const char *slower = getenv("KRADING_SLOWER");
    return 2.0 * (slower ? strtod(slower, NULL) : 1.0);
}

/* One text repeated to 200 KB is refused, quickly. */
static void refuse_quickly(const char *piece)
{
    ARENA_AUTO Arena arena = {0};
    FAULTS_AUTO Faults faults;
    BUF_AUTO Buf file = {0};
    const Def *def = NULL;
    arena_init(&arena, DEFS_MAX);
    faults_init(&faults);
    buf_init(&file, LOAD_BYTES_MAX);
    while (file.len < 200 * 1000)
        buf_adds(&file, piece);
    double begin = seconds();
    assert_int_equal(load_workflow(buf_str(&file), NULL, &arena, &faults, &def), 1);
    double took = seconds() - begin;
    if (took > quick())
        print_error("\"%s\" took %.1f s\n", piece, took);
    assert_true(took <= quick());
    assert_true(faults.errors > 0);
    assert_true(faults.n <= LOAD_FAULTS_MAX + 1);
}

static void test_hostile_sizes(void **state)
{
    (void)state;
    static const char *const pieces[] = {"[",    "{",      "- ",    "? ",    "{a: ",        "[[],",
                                         "a: [", "'",      "\"",    "&a ",   "*a ",         "!a ",
                                         "[a\n", "k: v\n", "- a\n", "a,[",   "%TAG ",       "|\n ",
                                         "\t",   "#",      "---\n", "...\n", "\xe0\xb8\x81"};
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
        refuse_quickly(pieces[i]);
}

static void test_too_large(void **state)
{
    (void)state;
    ARENA_AUTO Arena arena = {0};
    FAULTS_AUTO Faults faults;
    BUF_AUTO Buf file = {0};
    const Def *def = NULL;
    arena_init(&arena, DEFS_MAX);
    faults_init(&faults);
    buf_init(&file, LOAD_BYTES_MAX + 1);
    memset(buf_room(&file, LOAD_BYTES_MAX + 1), '#', LOAD_BYTES_MAX + 1);
    assert_int_equal(load_workflow(buf_str(&file), NULL, &arena, &faults, &def), 1);
    assert_int_equal(faults.n, 1);
    assert_str(faults.list[0].text, "the file is larger than 256 KiB");
}

/* ---- what a good file becomes ---- */
static void test_values(void **state)
{
    (void)state;
    ARENA_AUTO Arena arena = {0};
    FAULTS_AUTO Faults faults;
    BUF_AUTO Buf file = {0};
    const Def *d = NULL;
    arena_init(&arena, DEFS_MAX);
    faults_init(&faults);
    slurp(FAULTS_DIR "/good.yaml", &file);
    assert_int_equal(load_def(buf_str(&file), &arena, &faults, &d), 0);
    assert_int_equal(faults.n, 0);
    buf_reset(&file); /* what is returned points nowhere else */
    assert_str(d->id, "small");
    assert_int_equal(d->n_roles, 5);
    assert_int_equal(def_role(d, STR("complainant")), ROLE_COMPLAINANT);
    assert_int_equal(def_role(d, STR("assignee")), ROLE_ASSIGNEE);
    assert_int_equal(def_role(d, STR("clerk")), ROLE_FIRST_DECLARED);
    assert_int_equal(d->intake.modes, IDENTITY_OPEN | IDENTITY_ANONYMOUS);
    assert_int_equal(d->intake.by, MASK32(ROLE_COMPLAINANT) | MASK32(3));
    assert_int_equal(d->intake.received_from, DEF_NONE);
    assert_int_equal(d->initial, 0);
    assert_int_equal(d->final, 4);
    assert_int_equal(d->receipt, 0);
    assert_int_equal(d->fields[0].max_chars, 200);
    assert_int_equal(d->fields[1].choices[0].flags, 1);
    assert_int_equal(d->actions[0].to, 1);
    assert_int_equal(d->actions[0].tells, DEF_NONE);
    assert_int_equal(d->actions[0].effects.assignee, ASSIGNEE_KEEPS);
    assert_int_equal(d->actions[1].needs.message, 1);
    assert_int_equal(d->deadlines[0].n_rungs, 3);
    assert_int_equal(d->deadlines[0].rungs[0].kind, RUNG_BEFORE);
    assert_int_equal(d->deadlines[1].from, FROM_STAGE);
    assert_int_equal(d->deadlines[1].limit.unit, SPAN_WORKING_DAYS);
    assert_int_equal(d->retention[CLASS_IDENTITY].keep_months, 24);
    assert_str(d->messages[1].asks, "words");
}

/* The version a case is pinned to is what sha256sum says of the file. */
static void test_hash(void **state)
{
    (void)state;
    static const uint8_t abc[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea};
    Hash h = hash_sha256(STR("abc"));
    assert_memory_equal(h.b, abc, sizeof(abc));
    ARENA_AUTO Arena arena = {0};
    FAULTS_AUTO Faults faults;
    BUF_AUTO Buf file = {0};
    const Def *d = NULL;
    arena_init(&arena, DEFS_MAX);
    faults_init(&faults);
    slurp(FAULTS_DIR "/good.yaml", &file);
    assert_int_equal(load_def(buf_str(&file), &arena, &faults, &d), 0);
    h = hash_sha256(buf_str(&file));
    assert_memory_equal(d->hash, h.b, sizeof(h.b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_fault), cmocka_unit_test(test_hostile_sizes),
        cmocka_unit_test(test_too_large),   cmocka_unit_test(test_values),
        cmocka_unit_test(test_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
