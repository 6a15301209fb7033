/* SPDX-License-Identifier: Apache-2.0 */
/* Each deed runs in a child that has gone into the sandbox, because there is no way out of it. What
 * the kernel of the machine lacks is skipped, and says so. */
#include "daemon/sandbox.h"
#include "tests/unit/check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LEFT_OUT = 77, WENT_WRONG = 78 }; /* how a child says that its deed was not tried */

static char office[] = "/tmp/krading-sandbox-XXXXXX";
static char inside[64], outside[64];

static void put_file(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, "x", 1), 1);
    close(fd);
}

static int make_office(void **state)
{
    static const char *const folders[] = {"", "/db", "/files", "/keys", "/workflows"};
    char path[96];

    (void)state;
    if (!mkdtemp(office))
        return -1;
    snprintf(inside, sizeof(inside), "%s/o", office);
    snprintf(outside, sizeof(outside), "%s/other", office);
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        snprintf(path, sizeof(path), "%s%s", inside, folders[i]);
        if (mkdir(path, 0700))
            return -1;
    }
    snprintf(path, sizeof(path), "%s/org.pub", inside);
    put_file(path);
    put_file(outside);
    return 0;
}

static int drop_office(void **state)
{
    char command[96];

    (void)state;
    snprintf(command, sizeof(command), "rm -rf %s", office);
    return system(command);
}

/* What the deed returns, 0 or an errno; -signal when it killed the child. */
static int in_sandbox(bool needs_files, bool needs_calls, int (*deed)(const char *), const char *on)
{
    int status;
    pid_t child = fork();

    assert_true(child >= 0);
    if (!child) {
        SandboxHeld held = {0};

        if (sandbox_enter(inside, &held))
            _exit(WENT_WRONG);
        if ((needs_files && !held.landlock) || (needs_calls && !held.seccomp))
            _exit(LEFT_OUT);
        _exit(deed(on));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status))
        return -WTERMSIG(status);
    assert_int_not_equal(WEXITSTATUS(status), WENT_WRONG);
    if (WEXITSTATUS(status) == LEFT_OUT) {
        print_message("not tried: the kernel or the build has no such sandbox\n");
        skip();
    }
    return WEXITSTATUS(status);
}

static int in_office(int (*deed)(const char *), const char *name)
{
    char path[96];

    snprintf(path, sizeof(path), "%s/%s", inside, name);
    return in_sandbox(true, false, deed, path);
}

static int reads(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC) < 0 ? errno : 0;
}

static int writes(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) < 0 ? errno : 0;
}

static int removes(const char *path)
{
    return unlink(path) ? errno : 0;
}

static int replaces(const char *path)
{
    char draft[128];

    snprintf(draft, sizeof(draft), "%s.new", path);
    if (open(draft, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) < 0)
        return errno;
    return rename(draft, path) ? errno : 0;
}

static void the_office_can_be_read(void **state)
{
    (void)state;
    assert_int_equal(in_office(reads, "org.pub"), 0);
    assert_int_equal(in_office(reads, "workflows"), 0);
}

static void database_and_files_can_be_written(void **state)
{
    (void)state;
    assert_int_equal(in_office(writes, "db/data.mdb"), 0);
    assert_int_equal(in_office(replaces, "db/data.mdb"), 0);
    assert_int_equal(in_office(removes, "db/data.mdb"), 0);
    assert_int_equal(in_office(writes, "files/a"), 0);
    assert_int_equal(in_office(removes, "files/a"), 0);
}

static void what_the_daemon_obeys_it_cannot_change(void **state)
{
    static const char *const names[] = {"org.pub", "settings.yaml", "workflows/general.yaml",
                                        "keys/pepper"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_int_equal(in_office(writes, names[i]), EACCES);
        assert_int_equal(in_office(replaces, names[i]), EACCES);
    }
    assert_int_equal(in_office(removes, "org.pub"), EACCES);
}

static void nothing_else_on_the_machine_can_be_touched(void **state)
{
    (void)state;
    assert_int_equal(in_sandbox(true, false, reads, outside), EACCES);
    assert_int_equal(in_sandbox(true, false, reads, "/etc/passwd"), EACCES);
    assert_int_equal(in_sandbox(true, false, reads, "/proc/self/environ"), EACCES);
    assert_int_equal(in_sandbox(true, false, writes, "/tmp/krading-sandbox-left"), EACCES);
}

static int calls_out(const char *nothing)
{
    (void)nothing;
    return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) < 0 ? errno : 0;
}

/* With the descriptor at hand already: the second wall. */
static int open_socket;
static int connects(const char *nothing)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    (void)nothing;
    return connect(open_socket, (const struct sockaddr *)&to, sizeof(to)) ? errno : 0;
}

static void nothing_is_called(void **state)
{
    (void)state;
    assert_int_equal(in_sandbox(false, true, calls_out, NULL), EPERM);
    open_socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(open_socket >= 0);
    assert_int_equal(in_sandbox(false, true, connects, NULL), EPERM);
    close(open_socket);
}

static int starts_a_program(const char *path)
{
    char *const none[] = {NULL};

    return execve(path, none, none) ? errno : 0;
}

static int forks(const char *nothing)
{
    (void)nothing;
    return fork() < 0 ? errno : 0;
}

static int traces(const char *nothing)
{
    (void)nothing;
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL) ? errno : 0;
}

static int maps_code(const char *nothing)
{
    void *p =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)nothing;
    return p == MAP_FAILED ? errno : 0;
}

static void no_program_is_started_and_no_code_made(void **state)
{
    (void)state;
    assert_int_equal(in_sandbox(false, true, starts_a_program, "/bin/true"), -SIGSYS);
    assert_int_equal(in_sandbox(false, true, traces, NULL), -SIGSYS);
    assert_int_equal(in_sandbox(false, true, forks, NULL), EPERM);
    assert_int_equal(in_sandbox(false, true, maps_code, NULL), EPERM);
}

static void a_folder_that_is_missing_is_said(void **state)
{
    SandboxHeld held;
    pid_t child = fork();
    int status;

    (void)state;
    if (!child) {
        int r = sandbox_enter("/nowhere", &held);
        _exit(r == -ENOENT || (!r && !held.landlock) ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_office_can_be_read),
        cmocka_unit_test(database_and_files_can_be_written),
        cmocka_unit_test(what_the_daemon_obeys_it_cannot_change),
        cmocka_unit_test(nothing_else_on_the_machine_can_be_touched),
        cmocka_unit_test(nothing_is_called),
        cmocka_unit_test(no_program_is_started_and_no_code_made),
        cmocka_unit_test(a_folder_that_is_missing_is_said),
    };

    return cmocka_run_group_tests(tests, make_office, drop_office);
}
