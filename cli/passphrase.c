/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/signin.h"

#include "base/err.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* The first line of what fd gives, without its end. */
static int read_line(int fd, Buf *ret)
{
    uint8_t byte;
    ssize_t n;

    while ((n = read(fd, &byte, 1)) == 1 && byte != '\n')
        buf_add_u8(ret, byte);
    if (n < 0)
        return -errno;
    return ret->err ? err_origin(ret->err) : 0;
}

static int from_file(const char *path, Buf *ret)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return cli_refuse("%s: %s", path, strerror(errno));
    int r = read_line(fd, ret);
    close(fd);
    return r;
}

/* Typed letters are not shown. */
static int from_prompt(const char *what, Buf *ret)
{
    struct termios before, silent;
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);

    if (fd < 0 || tcgetattr(fd, &before)) {
        if (fd >= 0)
            close(fd);
        return cli_refuse("%s: there is no terminal to ask at; give a file", what);
    }
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    dprintf(fd, "%s: ", what);
    tcsetattr(fd, TCSAFLUSH, &silent);
    int r = read_line(fd, ret);
    tcsetattr(fd, TCSAFLUSH, &before);
    dprintf(fd, "\n");
    close(fd);
    return r;
}

int passphrase_read(const Args *args, const char *data_dir, Buf *ret)
{
    char name[64];
    int r;

    if (args_has(args, OPT_PASSPHRASE_FILE))
        return from_file(args->value[OPT_PASSPHRASE_FILE], ret);
    snprintf(name, sizeof(name), "demo/%.40s.pass", args->value[OPT_AS]);
    char *path = data_dir ? cli_path(data_dir, name) : NULL;
    if (data_dir && !path)
        return err_origin(-ENOMEM);
    r = path && access(path, R_OK) == 0 ? from_file(path, ret)
                                              : from_prompt("passphrase", ret);
    free(path);
    return r;
}

int secret_read(const char *path, const char *what, Buf *ret)
{
    return strcmp(path, "-") == 0 ? from_prompt(what, ret) : from_file(path, ret);
}
