/* SPDX-License-Identifier: Apache-2.0 */
/* What only the store on disk can meet: a map too small, a full disk, other processes, a death in
 * the middle, files that were harmed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/store/help.h"
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the map ---- */

static void test_growth(void **state)
{
    const Place *p = *state;
    Store *s;
    unsigned retries = 0;

    assert_int_equal(store_open_sized(p->dir, STORE_WRITE, 256 << 10, &s), 0);
    for (uint64_t id = 1; id <= 400; id += 4) {
        ARENA_AUTO Arena arena = {0};
        int r = STORE_RETRY;
        arena_init(&arena, HELP_ARENA);
        while (r == STORE_RETRY) {
            Txn *t;
            assert_int_equal(store_turn(s, &t), 0);
            r = 0;
            for (uint64_t i = id; !r && i < id + 4; i++) {
                r = store_nest(t);
                if (r)
                    break;
                r = store_apply(t, case_batch(&arena, i));
                if (r)
                    store_nest_drop(t);
                else
                    r = store_nest_keep(t);
            }
            /* The commit needs room of its own: it may be the first to find none. */
            const int committed = store_commit(t);
            assert_true(committed == r || (!r && committed == STORE_RETRY));
            r = committed;
            retries += r == STORE_RETRY;
            assert_true(retries < 30);
        }
        assert_int_equal(r, 0);
    }
    assert_true(retries > 2);
    has_cases(s, 400);
    store_free(s);
    s = open_in(p->dir, STORE_WRITE);
    has_cases(s, 400);
    store_free(s);
}

/* Fills the store below a limit of address space; the answer that ended it. */
static int fill_address_space(const char *dir)
{
    const struct rlimit limit = {160 << 20, 160 << 20};
    Store *s;
    int r = store_open_sized(dir, STORE_WRITE, 1 << 20, &s);

    if (r || setrlimit(RLIMIT_AS, &limit))
        return 90;
    for (uint64_t id = 1; !r; id += 8) {
        ARENA_AUTO Arena arena = {0};
        arena_init(&arena, HELP_ARENA);
        Batch *b = batch_new(&arena);
        static char value[1 << 20];
        for (uint64_t i = id; i < id + 8; i++) {
            const Name name = number_of(i);
            batch_put_meta(b, name_str(&name), (Str){value, sizeof(value)});
        }
        r = apply_alone(s, b);
    }
    return r < 0 ? 91 : r;
}

/* At the end of the address space the store is full, instead of answering "again" for ever. */
static void test_growth_ends(void **state)
{
    const Place *p = *state;
    int status;

#if defined(__SANITIZE_ADDRESS__) || SANITIZED_BY_CLANG
    skip(); /* the sanitizer's own map is beyond any limit */
#endif
    const pid_t child = fork();
    if (child == 0)
        _exit(fill_address_space(p->dir));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), STORE_FULL);
}

/* ---- a full disk ---- */

static void fill_until_full(Store *s)
{
    uint64_t id = 0;
    int r = 0;

    while (!r && id < 20000) {
        ARENA_AUTO Arena arena = {0};
        arena_init(&arena, HELP_ARENA);
        r = apply_alone(s, case_batch(&arena, id + 1));
        id += r == 0;
    }
    assert_int_equal(r, STORE_FULL);
    assert_true(id > 10);
    has_cases(s, id);
    /* The environment lives on: it still refuses, and still reads. */
    ARENA_AUTO Arena arena = {0};
    arena_init(&arena, HELP_ARENA);
    assert_int_equal(apply_alone(s, case_batch(&arena, id + 1)), STORE_FULL);
    has_cases(s, id);
}

static void test_full_by_limit(void **state)
{
    const Place *p = *state;
    struct rlimit old, small;
    void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
    Store *s = open_in(p->dir, STORE_WRITE);
    uint64_t id = 0;
    Txn *t;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = old;
    small.rlim_cur = (512 << 10) + 100; /* ends in the middle of a page */
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    fill_until_full(s);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    (void)signal(SIGXFSZ, before);
    /* With room again it goes on where it was. */
    assert_int_equal(store_read(s, &t), 0);
    while (store_next_case(t, id + 1, &id) == 0)
        continue;
    store_end(t);
    add_cases(s, id + 1, id + 20);
    has_cases(s, id + 20);
    store_free(s);
}

static void test_full_file_system(void **state)
{
    const Place *p = *state;

    /* Needs root; the mount is seen by this process alone and goes with it. */
    if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
        mount("none", p->dir, "tmpfs", 0, "size=2m"))
        skip();
    Store *s = open_in(p->dir, STORE_WRITE);
    assert_false(store_space_below(s, 1 << 10));
    fill_until_full(s);
    assert_true(store_space_below(s, 1 << 20));
    store_free(s);
    s = open_in(p->dir, STORE_WRITE);
    store_free(s);
    assert_int_equal(umount(p->dir), 0);
}

/* ---- other processes ---- */

static void test_two_writers(void **state)
{
    const Place *p = *state;
    Store *s = open_in(p->dir, STORE_WRITE), *other = NULL;

    assert_int_equal(store_open(p->dir, STORE_WRITE, &other), STORE_CONFLICT);
    assert_null(other);
    const pid_t child = fork();
    if (child == 0)
        _exit(store_open(p->dir, STORE_WRITE, &other));
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), STORE_CONFLICT);
    add_cases(s, 1, 3);
    store_free(s);
    s = open_in(p->dir, STORE_WRITE);
    has_cases(s, 3);
    store_free(s);
}

/* A child reads while this process writes and the map grows; 0: it saw what it should. */
static int read_beside(const char *dir, int from_parent, int to_parent)
{
    Store *s;
    Txn *t;
    char byte;

    if (store_open(dir, STORE_READ_ONLY, &s) || store_read(s, &t))
        return 1;
    const uint64_t before = store_count(t, STR("alerts"));
    store_end(t);
    if (store_turn(s, &t) != STORE_IO)
        return 2;
    if (write(to_parent, "r", 1) != 1 || read(from_parent, &byte, 1) != 1)
        return 3;
    if (store_read(s, &t))
        return 4;
    const uint64_t after = store_count(t, STR("alerts"));
    store_end(t);
    store_free(s);
    return before == 3 && after == 303 ? 0 : 5;
}

static void test_reader_beside(void **state)
{
    const Place *p = *state;
    int down[2], up[2], status;
    char byte;
    Store *s;

    assert_int_equal(pipe(down), 0);
    assert_int_equal(pipe(up), 0);
    assert_int_equal(store_open(p->dir, STORE_READ_ONLY, &s), STORE_UNKNOWN);
    assert_int_equal(store_open_sized(p->dir, STORE_WRITE, 256 << 10, &s), 0);
    add_cases(s, 1, 3);
    const pid_t child = fork();
    if (child == 0)
        _exit(read_beside(p->dir, down[0], up[1]));
    assert_int_equal(read(up[0], &byte, 1), 1);
    add_cases(s, 4, 303);
    assert_int_equal(write(down[1], "w", 1), 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    store_free(s);
}

/* ---- a death in the middle ---- */

/* Writes case after case, and of each a value in pieces that changes its length; says each case
 * only once it is durable. */
static void write_for_ever(const char *dir, int to_parent)
{
    Store *s;

    if (store_open_sized(dir, STORE_WRITE, 256 << 10, &s))
        _exit(1);
    for (uint64_t id = 1;; id++) {
        static char value[9000];
        ARENA_AUTO Arena arena = {0};
        arena_init(&arena, HELP_ARENA);
        Batch *b = case_batch(&arena, id);
        memset(value, (int)('a' + id % 26), sizeof(value));
        batch_put_meta(b, STR("tree"), (Str){value, 100 + id * 977 % 8900});
        if (apply_alone(s, b) || write(to_parent, &id, sizeof(id)) != (ssize_t)sizeof(id))
            _exit(2);
    }
}

static void whole_value(Store *s)
{
    ARENA_AUTO Arena arena = {0};
    Txn *t;
    Str value;

    arena_init(&arena, HELP_ARENA);
    assert_int_equal(store_read(s, &t), 0);
    const uint64_t id = store_count(t, STR("cases"));
    if (id) {
        assert_int_equal(store_get_meta(t, STR("tree"), &arena, &value), 0);
        assert_int_equal(value.len, 100 + id * 977 % 8900);
        for (size_t i = 0; i < value.len; i++)
            assert_int_equal(value.ptr[i], (char)('a' + id % 26));
    }
    has_cases(s, id);
    store_end(t);
}

static void test_killed(void **state)
{
    const Place *p = *state;

    for (unsigned round = 0; round < 12; round++) {
        int up[2], status;
        uint64_t said = 0, id;
        char dir[300];
        assert_int_equal(pipe(up), 0);
        assert_true(snprintf(dir, sizeof(dir), "%s/%u", p->dir, round) > 0);
        assert_int_equal(mkdir(dir, 0700), 0);
        const pid_t child = fork();
        if (child == 0)
            write_for_ever(dir, up[1]);
        (void)close(up[1]);
        /* From the first commit on: a file that is empty yet could as well be one that was cut. */
        assert_int_equal(read(up[0], &said, sizeof(said)), sizeof(said));
        (void)usleep(round * 7001);
        assert_int_equal(kill(child, SIGKILL), 0);
        while (read(up[0], &id, sizeof(id)) == (ssize_t)sizeof(id))
            said = id;
        (void)close(up[0]);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        Store *s = open_in(dir, STORE_WRITE);
        whole_value(s);
        Txn *t;
        assert_int_equal(store_read(s, &t), 0);
        assert_true(store_count(t, STR("cases")) >= said);
        store_end(t);
        store_free(s);
    }
}

/* ---- files ---- */

static unsigned mode_of(const char *dir, const char *name)
{
    char path[400];
    struct stat st;

    assert_true(snprintf(path, sizeof(path), "%s/%s", dir, name) > 0);
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 0777;
}

static void test_modes(void **state)
{
    const Place *p = *state;
    const mode_t old = umask(0);

    store_free(open_in(p->dir, STORE_WRITE));
    (void)umask(old);
    assert_int_equal(mode_of(p->dir, "db"), 0700);
    assert_int_equal(mode_of(p->dir, "lock"), 0600);
    assert_int_equal(mode_of(p->dir, "db/data.mdb"), 0600);
    assert_int_equal(mode_of(p->dir, "db/lock.mdb"), 0600);
}

static void test_copy(void **state)
{
    const Place *p = *state;
    char to[300], file[400];
    struct stat whole, compact;
    Store *s = open_in(p->dir, STORE_WRITE);
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf here = {0}, there = {0};

    arena_init(&arena, HELP_ARENA);
    buf_init(&here, 64 << 20);
    buf_init(&there, 64 << 20);
    add_cases(s, 1, 60);
    Batch *b = batch_new(&arena);
    for (uint64_t id = 20; id <= 60; id++)
        batch_drop_case(b, id);
    assert_int_equal(apply_alone(s, b), 0);
    dump(s, &here);
    assert_true(snprintf(to, sizeof(to), "%s/copy", p->dir) > 0);
    assert_true(snprintf(file, sizeof(file), "%s/db/data.mdb", to) > 0);
    assert_int_equal(store_copy(s, to), STORE_IO); /* no such directory */
    assert_int_equal(mkdir(to, 0700), 0);
    assert_int_equal(store_copy(s, to), 0);
    assert_int_equal(store_copy(s, to), STORE_IO); /* never over another */
    store_free(s);
    assert_int_equal(stat(p->file, &whole), 0);
    assert_int_equal(stat(file, &compact), 0);
    assert_true(compact.st_size < whole.st_size);
    assert_int_equal(compact.st_mode & 0777, 0600);
    s = open_in(to, STORE_WRITE);
    dump(s, &there);
    assert_true(str_eq(buf_str(&here), buf_str(&there)));
    store_free(s);
}

static void test_no_directory(void **state)
{
    const Place *p = *state;
    char path[400];
    Store *s;

    assert_true(snprintf(path, sizeof(path), "%s/none", p->dir) > 0);
    assert_int_equal(store_open(path, STORE_WRITE, &s), STORE_UNKNOWN);
    assert_int_equal(store_open("/proc", STORE_WRITE, &s), STORE_IO);
}

static void test_not_a_database(void **state)
{
    const Place *p = *state;
    Store *s;

    store_free(open_in(p->dir, STORE_WRITE));
    FILE *f = fopen(p->file, "w");
    assert_non_null(f);
    for (int i = 0; i < 20000; i++)
        (void)fputc('x', f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(store_open(p->dir, STORE_WRITE, &s), STORE_IO);
}

int main(void)
{
#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_remove)
    const struct CMUnitTest tests[] = {
        IN_PLACE(test_growth),         IN_PLACE(test_growth_ends),
        IN_PLACE(test_full_by_limit),  IN_PLACE(test_full_file_system),
        IN_PLACE(test_two_writers),    IN_PLACE(test_reader_beside),
        IN_PLACE(test_killed),         IN_PLACE(test_modes),
        IN_PLACE(test_copy),           IN_PLACE(test_no_directory),
        IN_PLACE(test_not_a_database),
    };
    return cmocka_run_group_tests_name("disk", tests, NULL, NULL);
}
