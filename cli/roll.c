/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/roll.h"

#include "base/err.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { ROLL_ARENA = 64 << 20, REPORT_MAX = 1 << 20 };

void roll_finish(Roll *r)
{
    r->desk = desk_free(r->desk);
    free(r->dir);
    free(r->draft_path);
    arena_finish(&r->arena);
}

static int open_desk(Roll *r)
{
    BUF_AUTO Buf report = {0};

    buf_init(&report, REPORT_MAX);
    if (access(r->dir, F_OK))
        return cli_refuse("there is no office in %s; name one with --data, or make one with "
                          "krading init",
                          r->dir);
    int n = desk_open(r->dir, STORE_READ_ONLY, &report, &r->desk);
    return n > 0 ? cli_refuse_report(&report) : n;
}

/* load_file, but for drafts of any size. */
static int read_draft(const char *path, Arena *arena, Str *ret)
{
    BUF_AUTO Buf file = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    uint8_t piece[4096];
    ssize_t n = 0;

    if (fd < 0)
        return -errno;
    buf_init(&file, DRAFT_BYTES_MAX);
    while ((n = read(fd, piece, sizeof(piece))) > 0)
        buf_add(&file, piece, (size_t)n);
    close(fd);
    if (n < 0 || file.err)
        return n < 0 ? -EIO : file.err;
    *ret = arena_str(arena, buf_str(&file));
    return ret->ptr ? 0 : err_origin(-ENOMEM);
}

static int open_draft(Roll *r)
{
    Str bytes = {0}, base = desk_directory_bytes(r->desk);

    int n = read_draft(r->draft_path, &r->arena, &bytes);
    if (n == -ENOENT)
        return draft_new(desk_directory(r->desk), base, &r->arena, &r->draft);
    if (n)
        return cli_refuse("%s: %s", r->draft_path, strerror(-n));
    n = draft_get(bytes, &r->arena, &r->draft);
    if (n)
        return n < 0 ? n : cli_refuse("%s: not a draft", r->draft_path);
    if (!str_eq(r->draft.base, base))
        return cli_refuse("%s was drawn up against a directory that is no longer in force; remove "
                          "it and propose the changes again",
                          r->draft_path);
    return 0;
}

int roll_open(const Args *args, Roll *ret)
{
    memset(ret, 0, sizeof(*ret));
    arena_init(&ret->arena, ROLL_ARENA);
    ret->dir = cli_data_dir(args);
    ret->draft_path = ret->dir ? cli_path(ret->dir, "directory.draft") : NULL;
    if (!ret->draft_path)
        return err_origin(-ENOMEM);
    TRY(open_desk(ret));
    return open_draft(ret);
}

static bool write_whole(int fd, Str bytes)
{
    while (bytes.len) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n <= 0)
            return false;
        bytes.ptr += n;
        bytes.len -= (size_t)n;
    }
    return fsync(fd) == 0;
}

int file_replace(const char *path, unsigned mode, Str bytes)
{
    char *fresh = NULL;

    if (asprintf(&fresh, "%s.%ld", path, (long)getpid()) < 0)
        return err_origin(-ENOMEM);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
    bool done = fd >= 0 && write_whole(fd, bytes);
    done = fd >= 0 && close(fd) == 0 && done;
    done = done && rename(fresh, path) == 0;
    int why = errno;
    if (!done && fd >= 0)
        unlink(fresh);
    free(fresh);
    return done ? 0 : cli_refuse("%s: cannot be written: %s", path, strerror(why));
}

int roll_keep(Roll *r)
{
    BUF_AUTO Buf bytes = {0};

    buf_init(&bytes, DRAFT_BYTES_MAX);
    draft_put(&bytes, &r->draft);
    if (bytes.err)
        return err_origin(bytes.err);
    return file_replace(r->draft_path, 0600, buf_str(&bytes));
}

bool roll_is_served(const Roll *r)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    int n = snprintf(a.sun_path, sizeof(a.sun_path), "%s/krading.sock", r->dir);
    int fd = n < (int)sizeof(a.sun_path) ? socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;
    bool answers = fd >= 0 && connect(fd, (const struct sockaddr *)&a, sizeof(a)) == 0;

    if (fd >= 0)
        close(fd);
    return answers;
}
