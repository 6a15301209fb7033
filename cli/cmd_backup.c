/* SPDX-License-Identifier: Apache-2.0 */
/* backup: the office in one file, beside a running daemon; its keys in another. */
#include "cli/archive.h"

#include "base/err.h"
#include "cli/cli.h"
#include "engine/desk/purge.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { REPORT_MAX = 1 << 20, MANIFEST_ARENA = 2 * ARCHIVE_MANIFEST_MAX };

#define DESK_AUTO __attribute__((cleanup(desk_drop)))
static void desk_drop(Desk **d)
{
    desk_free(*d);
}

static Day today_of(const Desk *d)
{
    return moment_day(desk_now(d), desk_office(d)->zone);
}

typedef struct Backup {
    Desk *desk;
    Archive *to;
    int dir; /* of the office */
} Backup;

/* ---- single files ---- */

static int pour_whole(int fd, void *arg)
{
    const int *from = arg;
    struct stat st;

    if (fstat(*from, &st))
        return -errno;
    return file_pour(*from, fd, (uint64_t)st.st_size);
}

/* A file that has gone meanwhile was purged: the ledger, copied last, says so. */
static int add_file(Backup *b, const char *name)
{
    struct stat st;
    int from = openat(b->dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    if (from < 0)
        return errno == ENOENT ? 0 : -errno;
    int r = fstat(from, &st) ? -errno : 0;
    if (!r && S_ISREG(st.st_mode))
        r = archive_add(b->to, name, st.st_mode & 0700, pour_whole, &from);
    close(from);
    return r;
}

static int add_folder(Backup *b, const char *folder)
{
    int fd = openat(b->dir, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    char name[ARCHIVE_NAME_MAX + 1];
    const struct dirent *e;
    struct stat st;
    int r = 0;

    if (!dir)
        return -errno;
    while (!r && (e = readdir(dir))) {
        if (e->d_name[0] == '.')
            continue;
        if (snprintf(name, sizeof(name), "%s/%s", folder, e->d_name) >= (int)sizeof(name))
            r = -ENAMETOOLONG;
        else if (!fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW))
            r = S_ISDIR(st.st_mode) ? add_folder(b, name) : add_file(b, name);
    }
    closedir(dir);
    return r;
}

/* ---- what comes out of the store ---- */

static int put_database(int fd, void *arg)
{
    const Backup *b = arg;
    int r = store_copy_fd(desk_store(b->desk), fd);

    return r > 0 ? (r == STORE_FULL ? -ENOSPC : -EIO) : r;
}

static int put_ledger(int fd, void *arg)
{
    const Backup *b = arg;
    BUF_AUTO Buf text = {0};
    Txn *t;

    buf_init(&text, ARCHIVE_MANIFEST_MAX);
    int r = store_read(desk_store(b->desk), &t);
    if (r)
        return r < 0 ? r : -EIO;
    r = desk_purge_ledger(b->desk, t, &text);
    store_end(t);
    if (r)
        return r < 0 ? r : -EIO;
    return write(fd, text.ptr, text.len) == (ssize_t)text.len ? 0 : -errno;
}

static int add_all(Backup *b)
{
    static const char *const files[] = {"settings.yaml", "org.pub", "directory.signed"};
    static const char *const folders[] = {"workflows", "files"};
    int r = archive_add(b->to, "db/data.mdb", 0600, put_database, b);

    for (size_t i = 0; !r && i < sizeof(files) / sizeof(files[0]); i++)
        r = add_file(b, files[i]);
    for (size_t i = 0; !r && i < sizeof(folders) / sizeof(folders[0]); i++)
        r = add_folder(b, folders[i]);
    return r ? r : archive_add(b->to, PURGES_FILE, 0600, put_ledger, b);
}

/* ---- writing and reading again ---- */

static int add_keys(Backup *b)
{
    return add_folder(b, "keys");
}

static int check_again(const char *path)
{
    ARENA_AUTO Arena arena = {0};
    ARCHIVE_AUTO Archive a = {.fd = -1};
    Manifest m;
    Entry where = {.name = "manifest"};

    arena_init(&arena, MANIFEST_ARENA);
    int r = archive_open(&a, path, &arena, &m);
    r = r ? r : archive_check(&a, &m, &where);
    return r ? cli_refuse("%s: what was written cannot be read back (%s); do not rely on it", path,
                          where.name)
             : 0;
}

static int write_one(Backup *b, const char *path, bool expires, int (*add)(Backup *))
{
    ARCHIVE_AUTO Archive a = {.fd = -1};
    Day today = today_of(b->desk);

    b->to = &a;
    int r = archive_create(&a, path, desk_office(b->desk)->tenant, today,
                           expires ? today + BACKUP_DAYS : DAY_NONE);
    r = r ? r : add(b);
    r = r ? r : archive_close(&a);
    b->to = NULL;
    if (r < 0)
        return cli_refuse("%s: %s", path, strerror(-r));
    return r ? r : check_again(path);
}

/* TENANT.purges beside the backups, so that the oldest of them finds the newest ledger. */
static char *ledger_beside(const char *path, Str tenant)
{
    const char *slash = strrchr(path, '/');
    char *beside = NULL;

    return asprintf(&beside, "%.*s%.*s.purges", slash ? (int)(slash - path) + 1 : 0, path,
                    (int)tenant.len, tenant.ptr) < 0
               ? NULL
               : beside;
}

static int write_ledger(Backup *b, const char *path)
{
    char *beside = ledger_beside(path, desk_office(b->desk)->tenant), *fresh = NULL;
    int r = 0;

    if (!beside || asprintf(&fresh, "%s.new", beside) < 0) {
        free(beside);
        return err_origin(-ENOMEM);
    }
    (void)unlink(fresh);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    r = fd < 0 ? -errno : put_ledger(fd, b);
    if (!r && (fsync(fd) || rename(fresh, beside)))
        r = -errno;
    if (fd >= 0)
        close(fd);
    if (r)
        (void)cli_refuse("%s: %s", beside, strerror(-r));
    free(fresh);
    free(beside);
    return r ? CLI_REFUSED : 0;
}

static int backup(const Args *args, const char *dir)
{
    BUF_AUTO Buf report = {0};
    DESK_AUTO Desk *d = NULL;
    Backup b = {.dir = -1};

    buf_init(&report, REPORT_MAX);
    int r = desk_open(dir, STORE_READ_ONLY, &report, &d);
    if (r)
        return r < 0 ? err_trace(r) : cli_refuse_report(&report);
    b.desk = d;
    b.dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (b.dir < 0)
        return cli_refuse("%s: %s", dir, strerror(errno));
    r = write_one(&b, args->word[0], true, add_all);
    if (!r && args_has(args, OPT_WITH_KEYS))
        r = write_one(&b, args->value[OPT_WITH_KEYS], false, add_keys);
    r = r ? r : write_ledger(&b, args->word[0]);
    close(b.dir);
    if (!r)
        printf("%s: written and read back; good for %d days\n", args->word[0], BACKUP_DAYS);
    return r;
}

/* ---- expiry ---- */

/* Only a file that carries our manifest is ours to remove. */
static int expire_one(const char *path, Str tenant, Day today, unsigned *gone)
{
    ARENA_AUTO Arena arena = {0};
    ARCHIVE_AUTO Archive a = {.fd = -1};
    Manifest m;

    arena_init(&arena, MANIFEST_ARENA);
    if (archive_open(&a, path, &arena, &m) || !str_eq(m.office, tenant) || m.expires == DAY_NONE ||
        m.expires >= today)
        return 0;
    if (unlink(path))
        return cli_refuse("%s: %s", path, strerror(errno));
    printf("%s: expired, removed\n", path);
    (*gone)++;
    return 0;
}

static int expire(const char *path, Str tenant, Day today)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup("./");
    DIR *dir = folder ? opendir(folder) : NULL;
    const struct dirent *e;
    unsigned gone = 0;
    int r = dir ? 0 : cli_refuse("%s: %s", folder ? folder : path, strerror(errno));

    while (!r && folder && dir && (e = readdir(dir))) {
        char *one = e->d_type == DT_REG ? cli_path(folder, e->d_name) : NULL;
        if (one)
            r = expire_one(one, tenant, today, &gone);
        free(one);
    }
    if (dir)
        closedir(dir);
    free(folder);
    if (!r)
        printf("%u expired\n", gone);
    return r;
}

static int expire_beside(const Args *args, const char *dir)
{
    BUF_AUTO Buf report = {0};
    DESK_AUTO Desk *d = NULL;

    buf_init(&report, REPORT_MAX);
    int r = desk_open(dir, STORE_READ_ONLY, &report, &d);
    if (r)
        return r < 0 ? err_trace(r) : cli_refuse_report(&report);
    return expire(args->word[0], desk_office(d)->tenant, today_of(d));
}

int backup_proceed(const Args *args)
{
    char *dir = cli_data_dir(args);

    if (!dir)
        return err_origin(-ENOMEM);
    int r = args_has(args, OPT_EXPIRE) ? expire_beside(args, dir) : backup(args, dir);
    free(dir);
    return r;
}
