/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char caught[4096];
static int stderr_before, pipe_ends[2];

static void catch_begin(void)
{
    assert_int_equal(pipe(pipe_ends), 0);
    fflush(stderr);
    stderr_before = dup(STDERR_FILENO);
    assert_int_equal(dup2(pipe_ends[1], STDERR_FILENO), STDERR_FILENO);
    close(pipe_ends[1]);
}

/* What reached standard error since catch_begin. */
static Str catch_end(void)
{
    fflush(stderr);
    dup2(stderr_before, STDERR_FILENO); /* closes the last writing end */
    close(stderr_before);
    size_t len = 0;
    for (ssize_t n; (n = read(pipe_ends[0], caught + len, sizeof caught - len)) > 0;)
        len += (size_t)n;
    close(pipe_ends[0]);
    return (Str){caught, len};
}

static void writes_one_line_an_event(void **state)
{
    (void)state;
    catch_begin();
    log_event(LOG_STOPPED);
    log_word(LOG_STARTED, "127.0.0.1:8080");
    log_number(LOG_CLOCK_JUMPED, -3600);
    log_word(LOG_RECORD_BROKEN, "cases");
    log_word(LOG_DISK_FULL, NULL);
    Str got = catch_end();
    assert_str(got, "info: stopped\n"
                    "info: serving 127.0.0.1:8080\n"
                    "warning: the wall clock jumped by -3600 seconds\n"
                    "error: store: record of table cases cannot be read; run `krading verify`\n"
                    "error: store: disk full; new complaints are turned away until space is "
                    "freed: \n");
}

static void a_word_cannot_forge_a_line(void **state)
{
    (void)state;
    catch_begin();
    log_word(LOG_STARTED, "a\nerror: b\x1B[0m%s%n");
    assert_str(catch_end(), "info: serving a?error: b?[0m%s%n\n");
    char word[3000];
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = 0;
    catch_begin();
    log_word(LOG_STARTED, word);
    Str got = catch_end();
    assert_int_equal(got.len, 1024);
    assert_int_equal(got.ptr[1023], '\n');
    assert_ptr_equal(memchr(got.ptr, '\n', got.len), got.ptr + 1023);
}

static int fails(int r)
{
    return err_origin(r);
}

static int forwards(int r)
{
    TRY(fails(r));
    return 0;
}

static void traces_fatal_errors_only(void **state)
{
    (void)state;
    catch_begin();
    assert_int_equal(forwards(0), 0);
    assert_int_equal(forwards(3), 3);
    Str quiet = catch_end();
    assert_str(quiet, "");
    catch_begin();
    int r = forwards(-ENOSPC);
    Str got = catch_end();
    assert_int_equal(r, -ENOSPC);
    Str first = str_cut(&got, '\n'), second = str_cut(&got, '\n');
    assert_non_null(memmem(first.ptr, first.len, "test_log.c:", 11));
    assert_non_null(memmem(first.ptr, first.len, ": No space left on device", 25));
    assert_true(str_starts(second, STR("  from ")));
    assert_int_equal(got.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_one_line_an_event),
        cmocka_unit_test(a_word_cannot_forge_a_line),
        cmocka_unit_test(traces_fatal_errors_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
