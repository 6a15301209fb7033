/* SPDX-License-Identifier: Apache-2.0 */
/* A database file that something cut off: refused before a page is missed, and never one that is
 * whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/store/help.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, REFUSED = 40, OTHER = 41 };

/* Opens in a child and reads; 0: so many cases, and all of them are there; REFUSED: as cut. A death
 * is a failure. */
static int opens_as(const char *dir, StoreMode mode, uint64_t cases)
{
    const pid_t child = fork();

    if (child == 0) {
        Store *s;
        const int r = store_open_sized(dir, mode, HELP_MAP, &s);
        if (r)
            _exit(r == STORE_CUT ? REFUSED : OTHER);
        has_cases(s, cases);
        store_free(s);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Refused, by whoever writes and whoever reads, and not touched. */
static void refused_as_cut(const Place *p, off_t len)
{
    struct stat st;

    assert_int_equal(truncate(p->file, len), 0);
    assert_int_equal(opens_as(p->dir, STORE_READ_ONLY, 100), REFUSED);
    assert_int_equal(opens_as(p->dir, STORE_WRITE, 100), REFUSED);
    assert_int_equal(stat(p->file, &st), 0);
    assert_int_equal(st.st_size, len);
}

static void test_cut_file(void **state)
{
    const Place *p = *state;
    Store *s = open_in(p->dir, STORE_WRITE);
    struct stat st;

    add_cases(s, 1, 100);
    assert_int_equal(store_compact(s), 0); /* no free page at the end, or anywhere */
    store_free(s);
    assert_int_equal(opens_as(p->dir, STORE_WRITE, 100), 0);
    assert_int_equal(stat(p->file, &st), 0);
    refused_as_cut(p, st.st_size - 1);
    for (off_t len = st.st_size - PAGE; len > 0; len = len * 3 / 4)
        refused_as_cut(p, len);
    refused_as_cut(p, 0);
}

/* Of the newer meta page. */
static uint64_t last_page(const char *file)
{
    uint64_t last[2], turn[2];
    FILE *f = fopen(file, "rb");

    assert_non_null(f);
    for (long i = 0; i < 2; i++) {
        assert_int_equal(fseek(f, i * PAGE + 136, SEEK_SET), 0);
        assert_int_equal(fread(&last[i], sizeof(last[i]), 1, f), 1);
        assert_int_equal(fread(&turn[i], sizeof(turn[i]), 1, f), 1);
    }
    assert_int_equal(fclose(f), 0);
    return last[turn[1] > turn[0]];
}

/* What one turn takes and gives back is never written, so a healthy file may end early. */
static void test_short_and_whole(void **state)
{
    const Place *p = *state;
    Store *s = open_in(p->dir, STORE_WRITE);
    unsigned early = 0;
    static char value[200000];

    add_cases(s, 1, 10);
    for (unsigned i = 0; i < 150; i++) {
        struct stat st;
        Txn *t;
        assert_int_equal(store_turn(s, &t), 0);
        for (unsigned k = 0; k < 12; k++) {
            ARENA_AUTO Arena arena = {0};
            arena_init(&arena, HELP_ARENA);
            Batch *b = batch_new(&arena);
            const Name name = number_of(k * k % 6);
            batch_put_meta(b, name_str(&name), (Str){value, i * 7919u * (k + 1) % sizeof(value)});
            assert_int_equal(store_apply(t, b), 0);
        }
        assert_int_equal(store_commit(t), 0);
        assert_int_equal(stat(p->file, &st), 0);
        early += (uint64_t)st.st_size < (last_page(p->file) + 1) * PAGE;
        if (i % 10 == 0)
            assert_int_equal(opens_as(p->dir, STORE_READ_ONLY, 10), 0);
    }
    assert_true(early > 0);
    store_free(s);
    assert_int_equal(opens_as(p->dir, STORE_WRITE, 10), 0);
}

/* No answer, and nothing false told: the process ends. */
static void test_cut_while_open(void **state)
{
    const Place *p = *state;
    Store *s = open_in(p->dir, STORE_WRITE);
    int status;

    add_cases(s, 1, 100);
    store_free(s);
    const pid_t child = fork();
    if (child == 0) {
        (void)signal(SIGBUS, SIG_DFL); /* cmocka has a handler of its own */
        s = open_in(p->dir, STORE_WRITE);
        if (truncate(p->file, 2L * PAGE))
            _exit(0);
        has_cases(s, 100);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
#if defined(__SANITIZE_ADDRESS__) || SANITIZED_BY_CLANG
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0); /* it reports the signal */
#else
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGBUS);
#endif
    assert_int_equal(opens_as(p->dir, STORE_WRITE, 100), REFUSED);
}

int main(void)
{
#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_remove)
    const struct CMUnitTest tests[] = {
        IN_PLACE(test_cut_file),
        IN_PLACE(test_short_and_whole),
        IN_PLACE(test_cut_while_open),
    };
    return cmocka_run_group_tests_name("cut", tests, NULL, NULL);
}
