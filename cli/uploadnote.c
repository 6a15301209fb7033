/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/uploadnote.h"

#include "base/text.h"
#include "crypto/secret.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { TEXT_MAX = 256, KEPT_SECONDS = 2 * 24 * 3600 };

void uploadnote_name(UploadNote *n, const Hash *of)
{
    for (size_t i = 0; i + 1 < sizeof(n->name); i += 2)
        snprintf(n->name + i, 3, "%02x", (unsigned)of->b[i / 2]);
}

void uploadnote_new(UploadNote *n)
{
    bytes_random(n->salt, sizeof(n->salt));
    n->id[0] = '\0';
}

/* -1: nowhere. */
static int open_folder(const Session *s)
{
    char path[STATE_PATH];

    if (state_dir(s->tenant, "uploads", path))
        return -1;
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Those of days ago: the daemon has given them up too. */
static void drop_old(int folder)
{
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    struct stat st;

    for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir)) {
        if (!fstatat(folder, e->d_name, &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode) &&
            time(NULL) - st.st_mtime > KEPT_SECONDS)
            (void)unlinkat(folder, e->d_name, 0);
    }
    if (dir)
        closedir(dir);
    else if (fd >= 0)
        close(fd);
}

int uploadnote_read(const Session *s, UploadNote *n)
{
    char text[TEXT_MAX];
    BUF_AUTO Buf salt = {0};
    int folder = open_folder(s);

    if (folder < 0)
        return 1;
    drop_old(folder);
    int fd = openat(folder, n->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text));
    if (fd >= 0)
        close(fd);
    close(folder);
    if (len < 0)
        return 1;
    Str rest = {text, (size_t)len};
    Str first = str_cut(&rest, '\n'), id = str_cut(&rest, '\n');
    buf_init(&salt, sizeof(n->salt));
    if (text_get_hex(first, &salt) || salt.len != sizeof(n->salt) || !id.len ||
        id.len >= sizeof(n->id))
        return 1;
    memcpy(n->salt, salt.ptr, sizeof(n->salt));
    snprintf(n->id, sizeof(n->id), "%.*s", (int)id.len, id.ptr);
    return 0;
}

static bool write_text(int folder, const char *name, Str text)
{
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool done = fd >= 0 && write(fd, text.ptr, text.len) == (ssize_t)text.len;

    return fd >= 0 && close(fd) == 0 && done;
}

void uploadnote_write(const Session *s, const UploadNote *n)
{
    BUF_AUTO Buf text = {0};
    int folder = open_folder(s);

    buf_init(&text, TEXT_MAX);
    text_put_hex(&text, n->salt, sizeof(n->salt));
    buf_addf(&text, "\n%s\n", n->id);
    if (folder < 0 || text.err || !write_text(folder, n->name, buf_str(&text)))
        cli_refuse("warning: where the upload stands cannot be noted; if it breaks, it begins "
                   "again");
    if (folder >= 0)
        close(folder);
}

void uploadnote_drop(const Session *s, const char *name)
{
    int folder = open_folder(s);

    if (folder < 0)
        return;
    (void)unlinkat(folder, name, 0);
    close(folder);
}
