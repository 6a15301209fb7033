/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/sandbox.h"

#include "base/err.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

/* The sanitizers' own runtime reads /proc, traces and maps as no release does. */
#if defined(__SANITIZE_ADDRESS__)
enum { UNDER_SANITIZER = 1 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { UNDER_SANITIZER = 1 };
#else
enum { UNDER_SANITIZER = 0 };
#endif
#else
enum { UNDER_SANITIZER = 0 };
#endif

/* ---- landlock: which files ---- */

/* The kernel's interface grows by versions; the headers of the reference machine know the second.
 * Values of later ones: include/uapi/linux/landlock.h. */
#define FS_TRUNCATE  ((uint64_t)1 << 14) /* version 3 */
#define FS_IOCTL_DEV ((uint64_t)1 << 15) /* version 5 */
#define NET_BIND     ((uint64_t)1 << 0)  /* version 4 */
#define NET_CONNECT  ((uint64_t)1 << 1)
#define SCOPE_SOCKET ((uint64_t)1 << 0) /* version 6: abstract unix sockets of others */
#define SCOPE_SIGNAL ((uint64_t)1 << 1)

typedef struct Ruleset {
    uint64_t fs, net, scoped;
} Ruleset;

enum { RULESET_FS_ONLY = 8, RULESET_NET = 16, RULESET_SCOPED = 24 };

static const uint64_t FS_READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t FS_CHANGE = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
                                  LANDLOCK_ACCESS_FS_REMOVE_FILE | FS_TRUNCATE;

/* What each folder below the data directory is for. */
static const struct {
    const char *below;
    bool changes;
} folders[] = {{".", false}, {"db", true}, {"files", true}};

/* Everything the version can forbid; what is handled and not allowed by a rule is refused. */
static size_t ruleset_of(int version, Ruleset *ret)
{
    *ret = (Ruleset){.fs = LANDLOCK_ACCESS_FS_MAKE_SYM * 2 - 1};
    if (version >= 2)
        ret->fs |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= 3)
        ret->fs |= FS_TRUNCATE;
    if (version >= 5)
        ret->fs |= FS_IOCTL_DEV;
    if (version >= 4)
        ret->net = NET_BIND | NET_CONNECT;
    if (version >= 6)
        ret->scoped = SCOPE_SOCKET | SCOPE_SIGNAL;
    return version >= 6 ? RULESET_SCOPED : version >= 4 ? RULESET_NET : RULESET_FS_ONLY;
}

static int allow_folder(int ruleset, const char *path, uint64_t access)
{
    int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return err_origin(-errno);
    struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = fd};
    long r = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    int error = errno;

    close(fd);
    return r ? err_origin(-error) : 0;
}

static int allow_folders(int ruleset, const char *dir, uint64_t handled)
{
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        char path[4096];

        if (snprintf(path, sizeof(path), "%s/%s", dir, folders[i].below) >= (int)sizeof(path))
            return err_origin(-ENAMETOOLONG);
        TRY(allow_folder(ruleset, path,
                         handled & (folders[i].changes ? FS_READ | FS_CHANGE : FS_READ)));
    }
    return 0;
}

static int restrict_files(const char *dir, int *ret_version)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    Ruleset rules;

    *ret_version = 0;
    if (UNDER_SANITIZER || version < 1)
        return 0; /* an older kernel, or one that was started without it */
    size_t size = ruleset_of((int)version, &rules);
    int fd = (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0);
    if (fd < 0)
        return err_origin(-errno);
    int r = allow_folders(fd, dir, rules.fs);
    if (!r && syscall(SYS_landlock_restrict_self, fd, 0))
        r = err_origin(-errno);
    close(fd);
    if (!r)
        *ret_version = (int)version;
    return r;
}

/* ---- seccomp: which calls ---- */

/* What the loop, the store, the sealing and the C library use while serving. A new call of a later
 * library is answered EPERM, which fails one request, not the office. */
static const int allowed[] = {
    /* bytes and files */
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(pread64),
    SCMP_SYS(preadv),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(pwrite64),
    SCMP_SYS(pwritev),
    SCMP_SYS(lseek),
    SCMP_SYS(close),
    SCMP_SYS(openat),
    SCMP_SYS(open),
    SCMP_SYS(fstat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(statfs),
    SCMP_SYS(fstatfs),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(getdents64),
    SCMP_SYS(fcntl),
    SCMP_SYS(flock),
    SCMP_SYS(fsync),
    SCMP_SYS(fdatasync),
    SCMP_SYS(ftruncate),
    SCMP_SYS(fallocate),
    SCMP_SYS(fadvise64),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(utimensat),
    SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(sync_file_range),
    SCMP_SYS(sendfile),
    SCMP_SYS(copy_file_range),
    SCMP_SYS(dup),
    /* memory */
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(msync),
    SCMP_SYS(brk),
    SCMP_SYS(mlock),
    SCMP_SYS(munlock),
    SCMP_SYS(getrandom),
    /* connections that came in, and waiting for them */
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendto),
    SCMP_SYS(sendmsg),
    SCMP_SYS(shutdown),
    SCMP_SYS(setsockopt),
    SCMP_SYS(getsockopt),
    SCMP_SYS(getsockname),
    SCMP_SYS(getpeername),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(epoll_pwait2),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(timerfd_settime),
    /* time, signals, threads of a compacting copy, the end */
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(sched_yield),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(tgkill),
    SCMP_SYS(prlimit64),
    SCMP_SYS(sysinfo),
    SCMP_SYS(uname),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

/* Nothing of ours ever does these: whoever does is not us. */
static const int fatal[] = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(bpf),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(mount),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(keyctl),
};

static int add_list(scmp_filter_ctx f, uint32_t what, const int *calls, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int r = seccomp_rule_add(f, what, calls[i], 0);
        if (r)
            return err_origin(r);
    }
    return 0;
}

/* Calls that are harmless with some arguments only. */
static int add_narrow(scmp_filter_ctx f)
{
    static const unsigned long requests[] = {FIONREAD, FIONBIO, TCGETS};
    const struct scmp_arg_cmp no_code =
        SCMP_A2(SCMP_CMP_MASKED_EQ, (scmp_datum_t)PROT_EXEC, (scmp_datum_t)0);
    const struct scmp_arg_cmp thread =
        SCMP_A0(SCMP_CMP_MASKED_EQ, (scmp_datum_t)0x00010000, (scmp_datum_t)0x00010000);

    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        int r = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                                 SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)requests[i], 0));
        if (r)
            return err_origin(r);
    }
    /* memory that could be both written and run is never asked for */
    int r = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_code);
    if (!r)
        r = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_code);
    /* CLONE_THREAD alone; the C library falls back to it when clone3 is unknown */
    if (!r)
        r = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, thread);
    if (!r)
        r = seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    return r ? err_origin(r) : 0;
}

static int fill_filter(scmp_filter_ctx f)
{
    TRY(add_list(f, SCMP_ACT_ALLOW, allowed, sizeof(allowed) / sizeof(allowed[0])));
    TRY(add_list(f, SCMP_ACT_KILL_PROCESS, fatal, sizeof(fatal) / sizeof(fatal[0])));
    return add_narrow(f);
}

static int restrict_calls(bool *ret)
{
    *ret = false;
    if (UNDER_SANITIZER)
        return 0;
    /* The kernel may lack it; asking for the mode in force tells without changing anything. */
    if (prctl(PR_GET_SECCOMP, 0L, 0L, 0L, 0L) < 0)
        return 0;
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!f)
        return err_origin(-ENOMEM);
    int r = fill_filter(f);
    if (!r)
        r = seccomp_load(f);
    seccomp_release(f);
    if (r == -EINVAL || r == -ENOSYS || r == -EOPNOTSUPP)
        return 0; /* no filters in this kernel */
    *ret = !r;
    return r ? err_origin(r) : 0;
}

int sandbox_enter(const char *dir, SandboxHeld *ret)
{
    SandboxHeld held;

    if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L))
        return err_origin(-errno);
    TRY(restrict_files(dir, &held.landlock));
    TRY(restrict_calls(&held.seccomp));
    *ret = held;
    return 0;
}
