/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/alike.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void touch(int files, const char *name, Moment now, Zone zone)
{
    Moment midnight = day_start(moment_day(now, zone), zone);
    const struct timespec times[] = {{.tv_sec = midnight}, {.tv_sec = midnight}};
    struct stat st;

    if (fstatat(files, name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode) ||
        (st.st_mode & S_IWUSR))
        return;
    bool has_own =
        st.st_mtim.tv_nsec || day_start(moment_day(st.st_mtime, zone), zone) != st.st_mtime;
    if (has_own)
        (void)utimensat(files, name, times, AT_SYMLINK_NOFOLLOW);
}

void files_alike(int files, Moment now, Zone zone)
{
    int fd = openat(files, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *e;

    while (dir && (e = readdir(dir)))
        touch(files, e->d_name, now, zone);
    if (dir)
        closedir(dir);
    else if (fd >= 0)
        close(fd);
}
