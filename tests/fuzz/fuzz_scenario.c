/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a file of stories about a small workflow: a refusal says why. */
#include "engine/load/scenario.h"
#include "tests/fuzz/fuzz.h"

enum { DEF_MAX = 16 << 20, REPORT_MAX = 4 << 20 };

/* The workflow that stories are told of; read once. */
static const Def *small(void)
{
    static Arena arena;
    static const Def *def;
    if (def)
        return def;
    BUF_AUTO Buf file = {0};
    arena_init(&arena, DEF_MAX);
    hold(load_file(SOURCE_DIR "/tests/golden/faults/good.yaml", &file) == 0);
    FAULTS_AUTO Faults faults;
    faults_init(&faults);
    LoadContext context = {.calendars_dir = SOURCE_DIR "/workflows/calendars"};
    hold(load_workflow(buf_str(&file), &context, &arena, &faults, &def) == 0);
    return def;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    BUF_AUTO Buf report = {0};
    size_t stories = 0;
    buf_init(&report, REPORT_MAX);
    int r = scenario_run("f", (Str){(const char *)data, size}, small(), &report, &stories);
    hold(r != 1 || report.len > 0);
    return 0;
}
