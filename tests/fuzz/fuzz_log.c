/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a register replayed through a small workflow: a refusal says why, and what comes of
 * it does not depend on the size of the pieces it is read in. */
#include "engine/load/load.h"
#include "engine/replay/replay.h"
#include "tests/fuzz/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

enum { DEF_MAX = 16 << 20, OUT_MAX = 64 << 20 };

/* Read once. */
static const Def *small(void)
{
    static Arena arena;
    static const Def *def;
    if (def)
        return def;
    BUF_AUTO Buf file = {0};
    arena_init(&arena, DEF_MAX);
    hold(load_file(SOURCE_DIR "/tests/golden/faults/good.yaml", &file) == 0);
    FAULTS_AUTO Faults faults = {0};
    faults_init(&faults);
    LoadContext context = {.calendars_dir = SOURCE_DIR "/workflows/calendars"};
    hold(load_workflow(buf_str(&file), &context, &arena, &faults, &def) == 0);
    return def;
}

/* The faults, or the whole answer. */
static void answer(int fd, size_t batch, Buf *out)
{
    LOG_AUTO Log log;
    REPLAY_AUTO Replay replay = {.at = 0};
    log_init(&log);
    hold(lseek(fd, 0, SEEK_SET) == 0);
    int r = log_read(&log, small(), fd, batch, "f", out);
    hold(r == 0 || (r == 1 && out->len > 0));
    if (r)
        return;
    hold(replay_init(&replay, small(), &log, DAY_NONE) == 0);
    Json j = json_to(out);
    json_list(&j, NULL);
    while (replay_next(&replay)) {
        replay_put_csv(out, &replay);
        replay_put_json(&j, &replay);
    }
    json_list_end(&j);
    replay_put_summary(out, &replay);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    BUF_AUTO Buf whole = {0};
    BUF_AUTO Buf pieces = {0};
    buf_init(&whole, OUT_MAX);
    buf_init(&pieces, OUT_MAX);
    int fd = memfd_create("log", MFD_CLOEXEC);
    hold(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    answer(fd, CSV_BATCH, &whole);
    answer(fd, 1 + size % 7, &pieces);
    hold(str_eq(buf_str(&whole), buf_str(&pieces)));
    close(fd);
    return 0;
}
