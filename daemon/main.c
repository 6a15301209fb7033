/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/process.h"
#include "daemon/sandbox.h"
#include "daemon/server.h"

#include "base/log.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char USAGE[] =
    "usage: kradingd --data DIR [--listen ADDR:PORT]... [--behind-proxy] [--unix PATH]\n"
    "                [--host NAME]... [--day-files MB]\n"
    "  --data DIR          the office's data directory (made by `krading init DIR`)\n"
    "  --listen ADDR:PORT  where to serve; default 127.0.0.1:8080; up to 8 times\n"
    "  --behind-proxy      allow addresses other than loopback: a proxy in front does TLS\n"
    "  --host NAME         what staff reach it by, as in office.example.go.th; without it they sign\n"
    "                      in from this machine only; up to 8 times\n"
    "  --day-files MB      files a day: from each of staff, and from all public forms together;\n"
    "                      default 4096\n"
    "  --unix PATH         socket for the command line; default DIR/krading.sock\n";

static int read_megabytes(const char *text, uint64_t *ret)
{
    enum { MOST = 1 << 20 };
    unsigned long long n;

    if (str_u64(str_of(text), MOST, &n) || !n)
        return 1;
    *ret = n << 20;
    return 0;
}

/* 0; 1: --help; 2: wrong usage. */
static int read_options(int argc, char **argv, Options *ret)
{
    static const struct option known[] = {
        {"data", required_argument, NULL, 'd'},    {"listen", required_argument, NULL, 'l'},
        {"behind-proxy", no_argument, NULL, 'p'},  {"unix", required_argument, NULL, 'u'},
        {"host", required_argument, NULL, 'n'},    {"day-files", required_argument, NULL, 'f'},
        {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0},
    };

    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (c == 'd')
            ret->data = optarg;
        else if (c == 'l' && ret->n_listen < LISTEN_MAX)
            ret->listen[ret->n_listen++] = optarg;
        else if (c == 'n' && ret->n_host < LISTEN_MAX)
            ret->host[ret->n_host++] = optarg;
        else if (c == 'f' && !read_megabytes(optarg, &ret->day_files))
            continue;
        else if (c == 'p')
            ret->behind_proxy = true;
        else if (c == 'u')
            ret->unix_path = optarg;
        else if (c == 'h')
            return 1;
        else
            return 2;
    }
    return ret->data && optind == argc ? 0 : 2;
}

/* An office on an old kernel is still better served than not; but its operator is told. */
static int enter_sandbox(const char *dir)
{
    SandboxHeld held;

    int r = sandbox_enter(dir, &held);
    if (r) {
        log_word(LOG_SANDBOX_REFUSED, strerror(-r));
        return r;
    }
    if (held.landlock)
        log_number(LOG_SANDBOX_FILES, held.landlock);
    else
        log_word(LOG_SANDBOX_WEAK, "landlock (no other files)");
    if (held.seccomp)
        log_event(LOG_SANDBOX_CALLS);
    else
        log_word(LOG_SANDBOX_WEAK, "seccomp (no other system calls)");
    return 0;
}

static int serve(const Options *o)
{
    Server *s = calloc(1, sizeof(*s));

    if (!s || crypto_start() || process_prepare(CONNECTIONS_MAX * 2 + 64)) {
        free(s);
        return 1;
    }
    int r = server_start(s, o);
    if (!r)
        r = enter_sandbox(o->data);
    if (!r)
        r = server_run(s);
    if (!r)
        log_event(LOG_STOPPED);
    server_finish(s);
    free(s);
    return r ? 1 : 0;
}

int main(int argc, char **argv)
{
    Options o = {0};
    int r = read_options(argc, argv, &o);

    if (r) {
        fputs(USAGE, r == 1 ? stdout : stderr);
        return r == 1 ? 0 : 2;
    }
    return server_check(&o) ? 2 : serve(&o);
}
