/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/demo.h"

#include "base/err.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { REPORT_MAX = 1 << 20 };

/* DIR/demo/NAME, 0600. */
static int write_file(const char *dir, const char *name, Str bytes)
{
    char below[128];

    snprintf(below, sizeof(below), "demo/%s", name);
    char *path = cli_path(dir, below);
    if (!path)
        return err_origin(-ENOMEM);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool done = fd >= 0 && write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len;
    done = fd >= 0 && close(fd) == 0 && done;
    int r = done ? 0 : cli_refuse("%s: cannot be written", path);
    free(path);
    return r;
}

static int write_passphrase(const char *dir, const HandedOver *h)
{
    char name[64];
    BUF_AUTO Buf line = {0};

    buf_init(&line, 512);
    buf_add_str(&line, buf_str(&h->passphrase));
    buf_adds(&line, "\n");
    snprintf(name, sizeof(name), "%s.pass", h->name.s);
    return line.err ? err_origin(line.err) : write_file(dir, name, buf_str(&line));
}

/* Login, passphrase, roles and position of everybody: for a demo office only. */
static int write_people(const char *dir, const HandedOver *handed, size_t n)
{
    BUF_AUTO Buf list = {0};
    char *folder = cli_path(dir, "demo");

    if (!folder)
        return err_origin(-ENOMEM);
    int r = mkdir(folder, 0700) ? cli_refuse("%s: %s", folder, strerror(errno)) : 0;
    free(folder);
    buf_init(&list, 1 << 20);
    for (size_t i = 0; i < n && !r; i++) {
        const Str passphrase = buf_str(&handed[i].passphrase);
        buf_addf(&list, "%-9s %-44.*s %s: %s (%s)\n", handed[i].name.s, (int)passphrase.len,
                 passphrase.ptr, demo_people[i].roles, demo_people[i].label_th,
                 demo_people[i].label_en);
        r = write_passphrase(dir, &handed[i]);
    }
    if (r || list.err)
        return r ? r : err_origin(list.err);
    return write_file(dir, "people.txt", buf_str(&list));
}

static void handed_drop(HandedOver *handed, size_t n)
{
    for (size_t i = 0; handed && i < n; i++)
        buf_finish(&handed[i].passphrase);
    free(handed);
}

static int create(const InitPlan *plan, HandedOver *handed)
{
    BUF_AUTO Buf report = {0};

    buf_init(&report, REPORT_MAX);
    if (plan->demo)
        fprintf(stderr, "making keys for %zu people and entering %zu sample complaints ...\n",
                plan->n_people, demo_cases_n);
    int r = office_create(plan, &report, handed);
    if (r)
        return r < 0 ? err_trace(r) : cli_refuse_report(&report);
    if (!plan->demo)
        return 0;
    TRY(write_people(plan->dir, handed, plan->n_people));
    return demo_fill(plan->dir, handed, plan->n_people);
}

static void tell(const InitPlan *plan)
{
    printf("%s is ready.\n", plan->dir);
    if (plan->demo)
        printf("people and passphrases: %s/demo/people.txt\n"
               "samples and their codes: %s/demo/cases.txt\n",
               plan->dir, plan->dir);
    else
        puts("Every protected channel stays closed until enough people are entered that two "
             "readers\n"
             "and a pair of custodians remain whoever is accused: krading check names what is "
             "missing.");
    printf("The organisation's two signing keys lie in %s/safe: move them off this machine.\n"
           "Next: kradingd --data %s\n",
           plan->dir, plan->dir);
}

int init_proceed(const Args *args)
{
    char *share = cli_share_dir();
    Str org = str_of(args->value[OPT_ORG]);
    bool demo = args_has(args, OPT_DEMO);
    size_t n = demo ? demo_people_n : 0;
    HandedOver *handed = calloc(n + 1, sizeof(*handed));
    InitPlan plan = {.dir = args->word[0],
                     .share_dir = share,
                     .org = {org, org},
                     .demo = demo,
                     .people = demo_people,
                     .n_people = n};

    int r = share && handed ? create(&plan, handed) : err_origin(-ENOMEM);
    handed_drop(handed, n);
    if (!r)
        tell(&plan);
    free(share);
    return r;
}
