/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/text.h"
#include "engine/desk/init_inner.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COPY_MAX = 4 << 20 };

static int refuse_path(Buf *report, const char *path, const char *why)
{
    buf_addf(report, "%s: %s\n", path, why);
    return 1;
}

static int write_all(int fd, Str bytes)
{
    while (bytes.len) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0) {
            bytes.ptr += n;
            bytes.len -= (size_t)n;
        }
    }
    return fsync(fd) ? -errno : 0;
}

int file_create(const char *dir, const char *name, unsigned mode, Str bytes, Buf *report)
{
    char *path = path_join(dir, name);

    if (!path)
        return err_origin(-ENOMEM);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
    int r = fd < 0 ? -errno : write_all(fd, bytes);
    if (fd >= 0)
        close(fd);
    r = r ? refuse_path(report, path, strerror(-r)) : 0;
    free(path);
    return r;
}

static int folder_create(const char *dir, const char *name, unsigned mode, Buf *report)
{
    char *path = path_join(dir, name);

    if (!path)
        return err_origin(-ENOMEM);
    int r = mkdir(path, (mode_t)mode) ? refuse_path(report, path, strerror(errno)) : 0;
    free(path);
    return r;
}

static bool is_empty(const char *path)
{
    DIR *dir = opendir(path);
    bool empty = dir != NULL;

    for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir))
        empty &= strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
    if (dir)
        closedir(dir);
    return empty;
}

static int folders_create(const char *dir, Buf *report)
{
    static const struct {
        const char *name;
        unsigned mode;
    } folders[] = {{"workflows", 0755},
                   {"workflows/calendars", 0755},
                   {"keys", 0700},
                   {"files", 0700},
                   {"safe", 0700}};

    if (mkdir(dir, 0700) && errno != EEXIST)
        return refuse_path(report, dir, strerror(errno));
    if (!is_empty(dir))
        return refuse_path(report, dir, "is not an empty directory");
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        int r = folder_create(dir, folders[i].name, folders[i].mode, report);
        if (r)
            return r;
    }
    return 0;
}

/* ---- what is shipped ---- */

static int shipped_read(const char *dir, const char *name, Buf *report, Buf *ret)
{
    char *path = path_join(dir, name);

    if (!path)
        return err_origin(-ENOMEM);
    int r = load_file(path, ret);
    if (r)
        r = refuse_path(report, path, r < 0 ? strerror(-r) : "too large");
    free(path);
    return r;
}

static bool is_shipped(const char *name)
{
    const char *end = strrchr(name, '.');
    return name[0] != '.' && end && (!strcmp(end, ".yaml") || !strcmp(end, ".scenario"));
}

static int shipped_copy(const char *from, const char *name, const char *to, Buf *report)
{
    BUF_AUTO Buf file = {0};

    buf_init(&file, COPY_MAX);
    int r = shipped_read(from, name, report, &file);
    return r ? r : file_create(to, name, 0644, buf_str(&file), report);
}

static int folder_copy(const char *from, const char *to, Buf *report)
{
    DIR *dir = opendir(from);
    int r = 0;

    if (!dir)
        return refuse_path(report, from, strerror(errno));
    for (struct dirent *e = readdir(dir); e && !r; e = readdir(dir)) {
        if (is_shipped(e->d_name))
            r = shipped_copy(from, e->d_name, to, report);
    }
    closedir(dir);
    return r;
}

static int workflows_copy(const InitPlan *plan, Buf *report)
{
    char *to = path_join(plan->dir, "workflows");
    char *calendars = path_join(plan->share_dir, "calendars");
    char *to_calendars = path_join(plan->dir, "workflows/calendars");
    int r = to && calendars && to_calendars ? 0 : err_origin(-ENOMEM);

    r = r ? r : folder_copy(plan->share_dir, to, report);
    r = r ? r : folder_copy(calendars, to_calendars, report);
    free(to);
    free(calendars);
    free(to_calendars);
    return r;
}

/* ---- settings.yaml: the shipped one with this office's own name ---- */

static void put_quoted(Buf *out, Str s)
{
    buf_add_u8(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"' || s.ptr[i] == '\\')
            buf_add_u8(out, '\\');
        buf_add_u8(out, (uint8_t)s.ptr[i]);
    }
    buf_add_u8(out, '"');
}

/* The shipped tenant and six random characters: two offices never share one. */
static void put_tenant(Buf *out, Str line)
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
    uint8_t random[6];
    Str rest = line, value;

    (void)str_cut(&rest, ':');
    value = str_trim(str_cut(&rest, '#'));
    buf_adds(out, "tenant: ");
    buf_add(out, value.ptr, value.len > 24 ? 24 : value.len);
    buf_add_u8(out, '-');
    bytes_random(random, sizeof(random));
    for (size_t i = 0; i < sizeof(random); i++)
        buf_add_u8(out, (uint8_t)letters[random[i] & 31]);
}

static void put_org(Buf *out, const Label *org)
{
    buf_adds(out, "org: {th: ");
    put_quoted(out, org->th.len ? org->th : org->en);
    buf_adds(out, ", en: ");
    put_quoted(out, org->en.len ? org->en : org->th);
    buf_adds(out, "}");
}

/* One top-level line; the lines indented under a replaced one go with it. */
static void put_setting(Buf *out, const InitPlan *plan, Str line, bool *skipping)
{
    bool own_org = plan->org.th.len || plan->org.en.len;
    bool is_indented = line.len && (line.ptr[0] == ' ' || line.ptr[0] == '}');

    if (*skipping && is_indented)
        return;
    *skipping = false;
    if (str_starts(line, STR("tenant:")))
        put_tenant(out, line);
    else if (str_starts(line, STR("demo:")))
        buf_adds(out, plan->demo ? "demo: yes" : "demo: no");
    else if (str_starts(line, STR("org:")) && own_org)
        put_org(out, &plan->org);
    else
        buf_add_str(out, line);
    *skipping = own_org && str_starts(line, STR("org:"));
    buf_add_u8(out, '\n');
}

static int settings_write(const InitPlan *plan, Buf *report)
{
    BUF_AUTO Buf shipped = {0}, own = {0};
    bool skipping = false;

    buf_init(&shipped, LOAD_BYTES_MAX);
    buf_init(&own, LOAD_BYTES_MAX);
    int r = shipped_read(plan->share_dir, "office/settings.yaml", report, &shipped);
    if (r)
        return r;
    for (Str rest = buf_str(&shipped); rest.len;)
        put_setting(&own, plan, str_cut(&rest, '\n'), &skipping);
    if (own.err)
        return err_origin(own.err);
    return file_create(plan->dir, "settings.yaml", 0644, buf_str(&own), report);
}

/* ---- keys ---- */

static int key_create(const char *dir, const char *name, Secret *ret, Buf *report)
{
    int r = secret_new_random(ret);

    if (r)
        return err_trace(r);
    return file_create(dir, name, 0600, (Str){(const char *)ret->b, SECRET_LEN}, report);
}

typedef struct NewKeys {
    Secret pepper, mac, share, log;
    SignPair first, second;
    BoxPair office;
} NewKeys;

static void new_keys_finish(NewKeys *k)
{
    secret_finish(&k->pepper);
    secret_finish(&k->mac);
    secret_finish(&k->share);
    secret_finish(&k->log);
    sign_pair_finish(&k->first);
    sign_pair_finish(&k->second);
    box_pair_finish(&k->office);
}

static int keys_create(const char *dir, NewKeys *k, Buf *report)
{
    int r = key_create(dir, "keys/pepper", &k->pepper, report);

    r = r ? r : key_create(dir, "keys/mac", &k->mac, report);
    r = r ? r : key_create(dir, "keys/share", &k->share, report);
    r = r ? r : key_create(dir, "keys/log", &k->log, report);
    return r ? r : office_pair(&k->pepper, &k->office);
}

/* A seed in the safe as one line of hex digits, so that it can be kept on paper. */
static int seed_write(const char *dir, const char *name, const SignPair *pair, Buf *report)
{
    BUF_AUTO Buf hex = {0};

    buf_init(&hex, 2 * SECRET_LEN + 1);
    text_put_hex(&hex, pair->seed.b, SECRET_LEN);
    buf_add_u8(&hex, '\n');
    return file_create(dir, name, 0600, buf_str(&hex), report);
}

static int org_create(const char *dir, NewKeys *k, Buf *report)
{
    BUF_AUTO Buf public = {0};

    TRY(sign_pair_new(&k->first));
    TRY(sign_pair_new(&k->second));
    buf_init(&public, 256);
    text_put_hex(&public, k->first.public.b, sizeof(k->first.public.b));
    buf_add_u8(&public, '\n');
    text_put_hex(&public, k->second.public.b, sizeof(k->second.public.b));
    buf_add_u8(&public, '\n');
    int r = file_create(dir, "org.pub", 0444, buf_str(&public), report);
    r = r ? r : seed_write(dir, "safe/org-first.key", &k->first, report);
    return r ? r : seed_write(dir, "safe/org-second.key", &k->second, report);
}

int office_create(const InitPlan *plan, Buf *report, HandedOver *ret_handed)
{
    __attribute__((cleanup(new_keys_finish))) NewKeys keys = {0};
    ARENA_AUTO Arena arena = {0};
    Workflows workflows;

    arena_init(&arena, CHECK_ARENA);
    int r = folders_create(plan->dir, report);
    r = r ? r : workflows_copy(plan, report);
    r = r ? r : settings_write(plan, report);
    r = r ? r : load_all(plan->dir, &arena, report, &workflows);
    r = r ? r : keys_create(plan->dir, &keys, report);
    r = r ? r : org_create(plan->dir, &keys, report);
    if (r)
        return r;
    NewOffice office = {.plan = plan,
                        .workflows = &workflows,
                        .pepper = &keys.pepper,
                        .share = &keys.share,
                        .key = keys.office.public,
                        .first = &keys.first,
                        .second = &keys.second,
                        .arena = &arena,
                        .report = report};
    return people_create(&office, ret_handed);
}
