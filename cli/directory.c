/* SPDX-License-Identifier: Apache-2.0 */
/* The signed directory: trusted because of keys that came another way than the document. Beside the
 * daemon those are DIR/org.pub; for a server far away the user lays them once into
 * $XDG_STATE_HOME/krading/TENANT/org.pub. The newest document seen is kept there too, so that an
 * older one is never taken back. */
#include "cli/signin.h"

#include "base/err.h"
#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = STATE_PATH };

int state_dir(Str tenant, const char *below, char *ret)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");

    if (state && *state)
        snprintf(ret, PATH_BYTES / 2, "%s/krading/%.*s/%s", state, (int)tenant.len, tenant.ptr,
                 below);
    else if (home && *home)
        snprintf(ret, PATH_BYTES / 2, "%s/.local/state/krading/%.*s/%s", home, (int)tenant.len,
                 tenant.ptr, below);
    else
        return 1;
    for (char *p = ret + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        mkdir(ret, 0700);
        *p = '/';
    }
    if (!*below)
        ret[strlen(ret) - 1] = '\0';
    return mkdir(ret, 0700) == 0 || errno == EEXIST ? 0 : 1;
}

static int org_read(const char *path, OrgKeys *ret)
{
    SignPublic *to[] = {&ret->first, &ret->second};
    BUF_AUTO Buf file = {0};

    int r = load_file(path, &file);
    if (r)
        return cli_refuse("%s: %s", path, r < 0 ? strerror(-r) : "too large");
    Str rest = buf_str(&file);
    for (size_t i = 0; i < 2; i++) {
        BUF_AUTO Buf key = {0};
        buf_init(&key, 64);
        if (text_get_hex(str_trim(str_cut(&rest, '\n')), &key) || key.len != sizeof(to[i]->b))
            return cli_refuse("%s:%zu: not a public key", path, i + 1);
        memcpy(to[i]->b, key.ptr, sizeof(to[i]->b));
    }
    return 0;
}

static int org_of(const Session *s, const char *pins, OrgKeys *ret)
{
    char path[PATH_BYTES];
    const char *data = client_data_dir(s->client);

    snprintf(path, sizeof(path), "%.*s/org.pub", PATH_BYTES - 16, data ? data : pins);
    if (!data && access(path, R_OK))
        return cli_refuse("put the organisation's public keys (org.pub, handed over by the office, "
                          "not by this server) into %s",
                          path);
    return org_read(path, ret);
}

/* One pin for each pair of keys: another office of the same tenant's name is another office. */
static void pin_path(const char *pins, const OrgKeys *org, char *ret)
{
    BUF_AUTO Buf hex = {0};
    const Str parts[] = {{(const char *)org->first.b, sizeof(org->first.b)},
                         {(const char *)org->second.b, sizeof(org->second.b)}};
    Hash h = hash_parts(NULL, parts, 2);

    buf_init(&hex, 64);
    text_put_hex(&hex, h.b, 8);
    snprintf(ret, PATH_BYTES, "%.*s/%.16s.directory", PATH_BYTES / 2, pins, (const char *)hex.ptr);
}

/* The newest directory seen, or NULL. */
static int pinned_read(const char *path, const OrgKeys *org, Arena *arena, const Directory **ret)
{
    BUF_AUTO Buf file = {0};

    *ret = NULL;
    int r = load_file(path, &file);
    if (r == -ENOENT)
        return 0;
    if (r)
        return cli_refuse("%s: cannot be read", path);
    r = directory_open(buf_str(&file), org, NULL, arena, ret);
    return r > 0 ? cli_refuse("%s: damaged", path) : r;
}

/* Not being able to remember is no reason to stop work; it is said. */
static void pinned_write(const char *path, Str bytes)
{
    char fresh[PATH_BYTES + 32];

    snprintf(fresh, sizeof(fresh), "%s.%ld", path, (long)getpid());
    FILE *f = fopen(fresh, "wxe");
    bool done = f && fwrite(bytes.ptr, 1, bytes.len, f) == bytes.len;
    done = f && fclose(f) == 0 && done;
    if (!done || rename(fresh, path)) {
        unlink(fresh);
        cli_refuse("warning: the directory's version cannot be remembered in %s", path);
    }
}

static int fetch(Session *s, Str *ret)
{
    ANSWER_AUTO Answer a = {0};

    TRY(client_get(s->client, "/api/staff", &a));
    if (a.status != 200)
        return answer_refused(&a);
    int r = js_bytes(a.json, "directory", &s->arena, ret);
    return r > 0 ? cli_refuse("the daemon's answer cannot be read") : r;
}

static int judge(Session *s, Str bytes, const OrgKeys *org, const char *pin)
{
    static const char *const why[] = {
        [1] = "the office's directory cannot be read",
        [2] = "the office's directory is not signed by the organisation's keys: do not go on, ask "
              "your office",
        [3] = "the office's directory is older than the one seen before: do not go on, ask your "
              "office",
    };
    const Directory *previous = NULL;

    if (*pin)
        TRY(pinned_read(pin, org, &s->arena, &previous));
    int r = directory_open(bytes, org, previous, &s->arena, &s->directory);
    if (r > 0)
        return cli_refuse("%s", why[r <= 3 ? r : 1]);
    if (r < 0)
        return err_trace(r);
    if (!str_eq(s->directory->tenant, s->tenant))
        return cli_refuse("the office's directory is of another office");
    if (*pin && (!previous || previous->version < s->directory->version))
        pinned_write(pin, bytes);
    return 0;
}

int directory_fetch(Session *s)
{
    char pins[PATH_BYTES], pin[PATH_BYTES] = "";
    OrgKeys org;
    Str bytes = {0};

    bool nowhere = state_dir(s->tenant, "", pins) != 0;
    if (nowhere && !client_data_dir(s->client))
        return cli_refuse("set HOME or XDG_STATE_HOME: the organisation's keys are kept there");
    TRY(org_of(s, pins, &org));
    if (!nowhere)
        pin_path(pins, &org, pin);
    s->org = org;
    TRY(fetch(s, &bytes));
    return judge(s, bytes, &org, pin);
}

int session_may_seal(const Session *s, const Def *def)
{
    if (directory_agrees(s->directory, def))
        return 0;
    return cli_refuse("nothing was sealed: the text of the protected workflow \"%.*s\" (version %u) "
                      "that the office serves is not one its organisation has signed. Somebody "
                      "changed who may read it. If the office did so on purpose, both keys sign it: "
                      "krading staff sign",
                      (int)def->id.len, def->id.ptr, (unsigned)def->version);
}
