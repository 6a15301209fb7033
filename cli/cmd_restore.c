/* SPDX-License-Identifier: Apache-2.0 */
/* restore: an office from a backup, without what was destroyed since. */
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
#include <time.h>
#include <unistd.h>

enum { REPORT_MAX = 4 << 20, MANIFEST_ARENA = 2 * ARCHIVE_MANIFEST_MAX, DAY_SECONDS = 86400 };

#define DESK_AUTO __attribute__((cleanup(desk_drop)))
static void desk_drop(Desk **d)
{
    desk_free(*d);
}

/* ---- taking out ---- */

/* Every folder on the way to the name. */
static int folders_make(int dir, const char *name)
{
    char path[ARCHIVE_NAME_MAX + 1];

    memcpy(path, name, strlen(name) + 1);
    for (char *p = strchr(path, '/'); p; p = strchr(p + 1, '/')) {
        *p = 0;
        if (mkdirat(dir, path, 0700) && errno != EEXIST)
            return -errno;
        *p = '/';
    }
    return 0;
}

static int member_out(Archive *a, const Entry *m, int dir)
{
    int r = folders_make(dir, m->name);
    int fd = r ? -1 : openat(dir, m->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, m->mode);

    if (fd < 0)
        return r ? r : -errno;
    r = archive_get(a, m, fd);
    if (!r && fsync(fd))
        r = -errno;
    close(fd);
    return r;
}

static bool is_of(const char *name, const char *folder)
{
    return !strncmp(name, folder, strlen(folder)) && name[strlen(folder)] == '/';
}

/* Members below `folder` alone, or with NULL all but keys. */
static int members_out(Archive *a, int dir, const char *folder)
{
    uint64_t at = 0;
    Entry m;
    int r;

    while ((r = archive_next(a, &at, &m)) == 0 && strcmp(m.name, "manifest") != 0) {
        if (folder ? !is_of(m.name, folder) : is_of(m.name, "keys"))
            continue;
        r = member_out(a, &m, dir);
        if (r)
            return cli_refuse("%s: %s", m.name, strerror(-r));
    }
    return 0;
}

/* ---- what is taken in ---- */

static int open_checked(Archive *a, const char *path, Arena *arena, Manifest *m)
{
    Entry where = {.name = "manifest"};

    int r = archive_open(a, path, arena, m);
    if (r < 0)
        return cli_refuse("%s: %s", path, strerror(-r));
    if (r)
        return cli_refuse("%s: is no backup, or its manifest is damaged", path);
    r = archive_check(a, m, &where);
    return r ? cli_refuse("%s: damaged at %s; take another backup", path, where.name) : 0;
}

static int dir_make(const char *path)
{
    DIR *dir;
    bool empty = true;

    if (mkdir(path, 0700) && errno != EEXIST)
        return cli_refuse("%s: %s", path, strerror(errno));
    if (!(dir = opendir(path)))
        return cli_refuse("%s: %s", path, strerror(errno));
    for (const struct dirent *e = readdir(dir); e; e = readdir(dir))
        empty = empty && (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."));
    closedir(dir);
    return empty ? 0 : cli_refuse("%s: is not empty; nothing is written over", path);
}

/* --purges, else TENANT.purges beside the backup; NULL: none. */
static char *ledger_path(const Args *args, Str tenant)
{
    const char *file = args->word[0], *slash = strrchr(file, '/');
    char *path = NULL;

    if (args_has(args, OPT_PURGES))
        return strdup(args->value[OPT_PURGES]);
    if (asprintf(&path, "%.*s%.*s.purges", slash ? (int)(slash - file) + 1 : 0, file,
                 (int)tenant.len, tenant.ptr) < 0)
        return NULL;
    if (access(path, R_OK) == 0)
        return path;
    free(path);
    fprintf(stderr, "krading: no list of later purges beside the backup; if cases were destroyed "
                    "since, give the office's db/purges with --purges\n");
    return NULL;
}

static int ledger_put(const Args *args, Str tenant, int dir)
{
    char *path = ledger_path(args, tenant);
    struct stat st;

    if (!path)
        return 0;
    int from = open(path, O_RDONLY | O_CLOEXEC);
    int to = from < 0 || fstat(from, &st)
                 ? -1
                 : openat(dir, PURGES_FILE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int r = to < 0 ? -errno : file_pour(from, to, (uint64_t)st.st_size);
    if (!r && fsync(to))
        r = -errno;
    if (from >= 0)
        close(from);
    if (to >= 0)
        close(to);
    if (r)
        (void)cli_refuse("%s: %s", path, strerror(-r));
    free(path);
    return r ? CLI_REFUSED : 0;
}

static int keys_put(const Args *args, Str office, int dir)
{
    ARENA_AUTO Arena arena = {0};
    ARCHIVE_AUTO Archive a = {.fd = -1};
    Manifest m;

    arena_init(&arena, MANIFEST_ARENA);
    TRY(open_checked(&a, args->value[OPT_KEYS], &arena, &m));
    if (!str_eq(m.office, office))
        return cli_refuse("%s: keys of another office", args->value[OPT_KEYS]);
    return members_out(&a, dir, "keys");
}

/* ---- the office opens: purges again, and everything is judged ---- */

static int erase(Desk *d)
{
    bool more = true;
    int r = desk_purge_settle(d, &more);

    r = r ? r : store_compact(desk_store(d));
    for (more = true; !r && more;)
        r = store_wipe(desk_store(d), UINT64_MAX, &more);
    return r;
}

static int judge(Desk *d)
{
    BUF_AUTO Buf report = {0};
    VerifyCounts n = {0};
    Txn *t;

    buf_init(&report, REPORT_MAX);
    int r = store_read(desk_store(d), &t);
    if (r)
        return r < 0 ? r : cli_refuse("the database cannot be read");
    r = desk_verify(d, t, &report, &n);
    store_end(t);
    if (r < 0)
        return err_trace(r);
    printf("%llu cases, %llu events, %llu faults\n", (unsigned long long)n.cases,
           (unsigned long long)n.events, (unsigned long long)n.faults);
    return r ? cli_refuse_report(&report) : 0;
}

static int finish(const char *path)
{
    BUF_AUTO Buf report = {0};
    DESK_AUTO Desk *d = NULL;

    buf_init(&report, REPORT_MAX);
    int r = desk_open(path, STORE_WRITE, &report, &d);
    if (r)
        return r < 0 ? err_trace(r) : cli_refuse_report(&report);
    r = desk_files_prune(d);
    r = r ? r : erase(d);
    if (r)
        return r < 0 ? err_trace(r) : cli_refuse("%s: could not be cleaned (%d)", path, r);
    return judge(d);
}

/* The office's zone lies in the archive that is not opened yet. So a day ends with the first zone in
 * which it does: to bring back what should be gone is the worse fault. */
static Day today(void)
{
    static const int first_zone = 14 * 60 * 60; /* seconds east */

    return (Day)((time(NULL) + first_zone) / DAY_SECONDS);
}

static int restore_into(const Args *args, Archive *a, const Manifest *m, int dir)
{
    TRY(members_out(a, dir, NULL));
    TRY(ledger_put(args, m->office, dir));
    if (mkdirat(dir, "files", 0700) && errno != EEXIST)
        return -errno;
    if (fsync(dir))
        return -errno;
    if (!args_has(args, OPT_KEYS)) {
        printf("%s: restored without keys. Put the office's keys into %s/keys (they are kept "
               "apart);\nwhat was destroyed since the backup goes when it is first served.\n",
               args->word[1], args->word[1]);
        return 0;
    }
    TRY(keys_put(args, m->office, dir));
    return finish(args->word[1]);
}

int restore_proceed(const Args *args)
{
    ARENA_AUTO Arena arena = {0};
    ARCHIVE_AUTO Archive a = {.fd = -1};
    BUF_AUTO Buf day = {0};
    Manifest m;

    arena_init(&arena, MANIFEST_ARENA);
    buf_init(&day, 32);
    TRY(open_checked(&a, args->word[0], &arena, &m));
    if (m.expires != DAY_NONE && m.expires < today() && !args_has(args, OPT_EXPIRED)) {
        day_put_iso(&day, m.expires);
        return cli_refuse("%s: expired on %s: it may hold what has been destroyed since. With "
                          "--expired and the list of purges (--purges) it is taken all the same",
                          args->word[0], (const char *)day.ptr);
    }
    TRY(dir_make(args->word[1]));
    int dir = open(args->word[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return cli_refuse("%s: %s", args->word[1], strerror(errno));
    int r = restore_into(args, &a, &m, dir);
    close(dir);
    return r;
}
