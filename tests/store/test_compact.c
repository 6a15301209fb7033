/* SPDX-License-Identifier: Apache-2.0 */
/* Deleting for good: what was dropped is in no byte of the folder afterwards, and a process killed
 * at any system call of the compaction leaves a whole database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/store/help.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KEPT = 40, DROPPED = 40, MARK_LEN = 24, WIPE_AT_ONCE = 1 << 16 };

static void mark_of(uint64_t id, char ret[MARK_LEN + 1])
{
    assert_int_equal(snprintf(ret, MARK_LEN + 1, "mark-of-case-%011llu", (unsigned long long)id),
                     MARK_LEN);
}

/* One small part that holds the case's mark, beside what case_batch makes. */
static void add_marked(Store *s, uint64_t id)
{
    ARENA_AUTO Arena arena = {0};
    char mark[MARK_LEN + 1];

    arena_init(&arena, HELP_ARENA);
    mark_of(id, mark);
    Batch *b = case_batch(&arena, id);
    batch_put_part(b, &(PartRecord){.case_id = id, .no = 77, .sealed = str_of(mark)});
    assert_int_equal(apply_alone(s, b), 0);
}

static void drop_marked(Store *s)
{
    ARENA_AUTO Arena arena = {0};

    arena_init(&arena, HELP_ARENA);
    Batch *b = batch_new(&arena);
    for (uint64_t id = KEPT + 1; id <= KEPT + DROPPED; id++)
        batch_drop_case(b, id);
    assert_int_equal(apply_alone(s, b), 0);
}

static void fill(Store *s)
{
    for (uint64_t id = 1; id <= KEPT + DROPPED; id++)
        add_marked(s, id);
    drop_marked(s);
}

static void read_whole(const char *path, Buf *out)
{
    FILE *f = fopen(path, "re");
    uint8_t piece[4096];

    if (!f)
        return;
    for (size_t n; (n = fread(piece, 1, sizeof(piece), f)) > 0;)
        buf_add(out, piece, n);
    (void)fclose(f);
    assert_int_equal(out->err, 0);
}

/* How many marks of the cases first..last lie in this file below DIR/db. */
static unsigned marks_in(const char *dir, const char *name, uint64_t first, uint64_t last)
{
    BUF_AUTO Buf bytes = {0};
    char path[400], mark[MARK_LEN + 1];
    unsigned n = 0;

    buf_init(&bytes, 256 << 20);
    assert_true(snprintf(path, sizeof(path), "%s/db/%s", dir, name) > 0);
    read_whole(path, &bytes);
    for (uint64_t id = first; id <= last; id++) {
        mark_of(id, mark);
        n += bytes.len && memmem(bytes.ptr, bytes.len, mark, MARK_LEN);
    }
    return n;
}

static bool exists(const char *dir, const char *name)
{
    char path[400];

    assert_true(snprintf(path, sizeof(path), "%s/db/%s", dir, name) > 0);
    return access(path, F_OK) == 0;
}

static bool is_due(Store *s)
{
    Txn *t;

    assert_int_equal(store_read(s, &t), 0);
    const bool due = store_compaction_due(t);
    store_end(t);
    return due;
}

static void wipe_all(Store *s, unsigned *ret_calls)
{
    bool more = true;

    for (*ret_calls = 0; more; (*ret_calls)++)
        assert_int_equal(store_wipe(s, WIPE_AT_ONCE, &more), 0);
}

static void test_nothing_left(void **state)
{
    char dir[256];
    unsigned calls;
    BUF_AUTO Buf before = {0}, after = {0};

    (void)state;
    buf_init(&before, HELP_ARENA);
    buf_init(&after, HELP_ARENA);
    dir_make(dir, sizeof(dir));
    Store *s = open_in(dir, STORE_WRITE);
    assert_false(is_due(s));
    fill(s);
    assert_true(is_due(s));
    /* the pages are free, and hold what they held */
    assert_true(marks_in(dir, "data.mdb", KEPT + 1, KEPT + DROPPED) > DROPPED / 2);
    assert_int_equal(store_compact(s), 0);
    assert_false(is_due(s));
    assert_int_equal(marks_in(dir, "data.mdb", KEPT + 1, KEPT + DROPPED), 0);
    assert_int_equal(marks_in(dir, "data.mdb", 1, KEPT), KEPT);
    assert_int_equal(marks_in(dir, "lock.mdb", 1, KEPT + DROPPED), 0);
    dump(s, &before);

    /* the old file goes piece by piece */
    assert_true(marks_in(dir, "data.new", KEPT + 1, KEPT + DROPPED) > DROPPED / 2);
    wipe_all(s, &calls);
    assert_true(calls > 2);
    assert_false(exists(dir, "data.new"));

    /* the store goes on, and is the same when it is opened again */
    add_marked(s, 500);
    dump(s, &before);
    store_free(s);
    s = open_in(dir, STORE_WRITE);
    buf_reset(&before);
    dump(s, &before);
    assert_int_equal(store_compact(s), 0);
    dump(s, &after);
    assert_true(str_eq(buf_str(&before), buf_str(&after)));
    store_free(s);
    dir_remove(dir);
}

/* What is found in the place of the old file is overwritten by whoever opens the store next. */
static void test_left_over(void **state)
{
    char dir[256];
    unsigned calls;

    (void)state;
    dir_make(dir, sizeof(dir));
    Store *s = open_in(dir, STORE_WRITE);
    fill(s);
    assert_int_equal(store_compact(s), 0);
    store_free(s);
    assert_true(exists(dir, "data.new"));
    s = open_in(dir, STORE_WRITE);
    assert_int_equal(store_compact(s), 0); /* overwrites it first */
    wipe_all(s, &calls);
    assert_false(exists(dir, "data.new"));
    store_free(s);
    dir_remove(dir);
}

static void test_readers_first(void **state)
{
    char dir[256];

    (void)state;
    dir_make(dir, sizeof(dir));
    Store *s = open_in(dir, STORE_WRITE);
    fill(s);
    const pid_t child = fork();
    if (child == 0) {
        Store *reader = NULL;
        if (store_open(dir, STORE_READ_ONLY, &reader))
            _exit(1);
        (void)raise(SIGSTOP);
        store_free(reader);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, WUNTRACED), child);
    assert_true(WIFSTOPPED(status));
    assert_int_equal(store_compact(s), STORE_CONFLICT);
    assert_true(is_due(s));
    assert_false(exists(dir, "data.new"));
    (void)kill(child, SIGCONT);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(store_compact(s), 0);

    Txn *t;
    assert_int_equal(store_read(s, &t), 0);
    assert_true(store_compact(s) < 0); /* not under an open transaction */
    store_end(t);
    store_free(s);
    dir_remove(dir);
}

static void test_no_room(void **state)
{
    char dir[256];

    (void)state;
    dir_make(dir, sizeof(dir));
    Store *s = open_in(dir, STORE_WRITE);
    fill(s);
    store_free(s);
    const pid_t child = fork();
    if (child == 0) {
        const struct rlimit few = {64 << 10, 64 << 10};
        s = open_in(dir, STORE_WRITE);
        (void)signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &few))
            _exit(1);
        const int r = store_compact(s);
        _exit(r != STORE_FULL ? 2 : exists(dir, "data.new") ? 3 : is_due(s) ? 0 : 4);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    s = open_in(dir, STORE_WRITE);
    assert_int_equal(store_compact(s), 0);
    store_free(s);
    dir_remove(dir);
}

/* ---- death at every system call ---- */

/* Stops itself, then compacts and overwrites. */
static void compact_watched(const char *dir)
{
    Store *s = open_in(dir, STORE_WRITE);
    bool more = true;

    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
        _exit(77);
    (void)raise(SIGSTOP);
    int r = store_compact(s);
    while (!r && more)
        r = store_wipe(s, WIPE_AT_ONCE, &more);
    _exit(r ? 1 : 0);
}

/* Kills the child at its n-th stop around a system call. True: it came to its end before. */
static bool dies_at(const char *dir, unsigned n)
{
    int status;
    const pid_t child = fork();

    if (child == 0)
        compact_watched(dir);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        skip();
    assert_true(WIFSTOPPED(status));
    for (unsigned i = 0; i < n; i++) {
        assert_int_equal(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        if (WIFEXITED(status)) {
            assert_int_equal(WEXITSTATUS(status), 0);
            return true;
        }
    }
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    return false;
}

/* The store as it was before, whatever became of the compaction. */
static void is_whole(const char *dir, Str before)
{
    BUF_AUTO Buf now = {0};
    unsigned calls;

    buf_init(&now, HELP_ARENA);
    Store *s = open_in(dir, STORE_WRITE);
    if (is_due(s))
        assert_int_equal(store_compact(s), 0);
    wipe_all(s, &calls);
    dump(s, &now);
    assert_true(str_eq(before, buf_str(&now)));
    store_free(s);
    assert_false(exists(dir, "data.new"));
    assert_int_equal(marks_in(dir, "data.mdb", KEPT + 1, KEPT + DROPPED), 0);
    assert_int_equal(marks_in(dir, "data.mdb", 1, KEPT), KEPT);
}

static void copy_db(const char *from, const char *to)
{
    BUF_AUTO Buf bytes = {0};
    char path[400];

    buf_init(&bytes, 256 << 20);
    assert_true(snprintf(path, sizeof(path), "%s/db/data.mdb", from) > 0);
    read_whole(path, &bytes);
    assert_true(snprintf(path, sizeof(path), "%s/db", to) > 0);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_true(snprintf(path, sizeof(path), "%s/db/data.mdb", to) > 0);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, f), bytes.len);
    assert_int_equal(fclose(f), 0);
}

static void set_due(Store *s, uint64_t value)
{
    ARENA_AUTO Arena arena = {0};

    arena_init(&arena, 1 << 16);
    Batch *b = batch_new(&arena);
    batch_set_count(b, STR("compact"), value);
    assert_int_equal(apply_alone(s, b), 0);
}

/* Every second stop is the way into a system call; the way out is as the next way in. */
static void test_killed_anywhere(void **state)
{
    char model[256], dir[256];
    bool ended = false;
    unsigned n = 1;
    BUF_AUTO Buf before = {0};

    (void)state;
    buf_init(&before, HELP_ARENA);
    dir_make(model, sizeof(model));
    Store *s = open_in(model, STORE_WRITE);
    fill(s);
    set_due(s, 0);
    dump(s, &before);
    set_due(s, 1);
    store_free(s);
    for (; !ended; n += 2) {
        dir_make(dir, sizeof(dir));
        copy_db(model, dir);
        ended = dies_at(dir, n);
        is_whole(dir, buf_str(&before));
        dir_remove(dir);
    }
    assert_true(n > 80);
    dir_remove(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_left),    cmocka_unit_test(test_left_over),
        cmocka_unit_test(test_readers_first),   cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_killed_anywhere),
    };
    return cmocka_run_group_tests_name("compact", tests, NULL, NULL);
}
