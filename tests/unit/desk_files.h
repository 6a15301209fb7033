/* SPDX-License-Identifier: Apache-2.0 */
/* An office whose files are edited while cases run; each test begins with the shipped ones. */
#pragma once

#include "desk_help.h"

#define CALENDAR "workflows/calendars/th_government.yaml"
#define SETTINGS "settings.yaml"
#define GENERAL  "workflows/general.yaml"

static CodeKeys code;

/* ---- files and their originals ---- */
static const char *const edited[] = {CALENDAR, SETTINGS, GENERAL};
enum { EDITED = sizeof(edited) / sizeof(edited[0]) };
static Buf original[EDITED];

static inline void file_put(const char *name, Str bytes)
{
    char *path = path_join(world.dir, name);
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, f), bytes.len);
    assert_int_equal(fclose(f), 0);
    free(path);
}

static inline void file_get(const char *name, Buf *ret)
{
    char *path = path_join(world.dir, name);

    assert_int_equal(load_file(path, ret), 0);
    free(path);
}

/* The first `from` in the file becomes `to`. */
static inline void edit(const char *name, const char *from, const char *to)
{
    Buf file, out;

    buf_init(&file, LOAD_BYTES_MAX);
    buf_init(&out, LOAD_BYTES_MAX);
    file_get(name, &file);
    const char *text = (const char *)file.ptr, *at = strstr(text, from);
    assert_non_null(at);
    buf_add(&out, text, (size_t)(at - text));
    buf_adds(&out, to);
    buf_adds(&out, at + strlen(from));
    assert_int_equal(out.err, 0);
    file_put(name, buf_str(&out));
    buf_finish(&file);
    buf_finish(&out);
}

static inline int reload(void)
{
    Buf report;

    buf_init(&report, 1 << 16);
    int r = desk_reload(world.desk, &report);
    assert_true((r == 0) == (report.len == 0));
    buf_finish(&report);
    return r;
}

static inline int make(void **state)
{
    int r = world_make(state);

    for (size_t i = 0; i < EDITED; i++) {
        buf_init(&original[i], LOAD_BYTES_MAX);
        file_get(edited[i], &original[i]);
    }
    return r;
}

static inline int drop(void **state)
{
    for (size_t i = 0; i < EDITED; i++)
        buf_finish(&original[i]);
    return world_drop(state);
}

static inline int fresh(void **state)
{
    for (size_t i = 0; i < EDITED; i++)
        file_put(edited[i], buf_str(&original[i]));
    world_model(state);
    code_make(&code);
    return 0;
}

static inline int done(void **state)
{
    code_keys_finish(&code);
    return world_end(state);
}

/* ---- cases ---- */
static inline const char *filed(const Fill *fills)
{
    Submitted s = file_complaint("general", fills, &code);
    return arena_str(&world.arena, name_str(&s.number)).ptr;
}

static const Fill to_works[] = {{"unit", "public_works"}, {NULL, NULL}};
static const Fill weather[] = {{"extend_code", "WEATHER"}, {NULL, NULL}};

/* A case in progress; its shown deadline was extended, so that a promise is on record. */
static inline const char *in_progress(void)
{
    const char *number = filed(general_fills);

    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "start_screening");
    DOES(.who = "intake", .number = number, .kind = STEP_ACTION, .what = "quick_assign",
         .fills = to_works);
    DOES(.who = "chang", .number = number, .kind = STEP_ACTION, .what = "accept");
    DOES(.who = "chang", .number = number, .kind = STEP_EXTEND, .what = "first_result",
         .fills = weather, .message = "ฝนตก", .by = {7, SPAN_CALENDAR_DAYS});
    DOES(.who = "chang_head", .number = number, .kind = STEP_APPROVE);
    return number;
}

#define ON_MODEL(f) cmocka_unit_test_setup_teardown(f, fresh, done)
