/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a workflow, as settings and as a calendar: never an answer without its fault. */
#include "engine/load/load.h"
#include "tests/fuzz/fuzz.h"

enum { RESULT_MAX = 16 << 20, REPORT_MAX = 4 << 20 };

static const Def *as_workflow(Str file, Arena *arena, Buf *report)
{
    FAULTS_AUTO Faults faults;
    const Def *def = NULL;
    faults_init(&faults);
    int r = load_workflow(file, NULL, arena, &faults, &def);
    hold(r < 0 || (r == 0) == (faults.errors == 0));
    hold((r == 0) == (def != NULL));
    faults_put(report, &faults, "f", file);
    return def;
}

static void as_others(Str file, Arena *arena, Buf *report)
{
    FAULTS_AUTO Faults of_office;
    FAULTS_AUTO Faults of_calendar;
    const Office *office = NULL;
    const Calendar *calendar = NULL;
    faults_init(&of_office);
    faults_init(&of_calendar);
    int r = load_office(file, arena, &of_office, &office);
    hold((r == 0) == (office != NULL) && (r != 1 || of_office.errors));
    r = load_calendar(file, STR("pattani"), (Zone){420}, arena, &of_calendar, &calendar);
    hold((r == 0) == (calendar != NULL) && (r != 1 || of_calendar.errors));
    faults_put(report, &of_office, "f", file);
    faults_put(report, &of_calendar, "f", file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf report = {0};
    Str file = {(const char *)data, size};
    arena_init(&arena, RESULT_MAX);
    buf_init(&report, REPORT_MAX);
    as_workflow(file, &arena, &report);
    as_others(file, &arena, &report);
    return 0;
}
