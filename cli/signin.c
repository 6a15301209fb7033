/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/signin.h"

#include "base/err.h"
#include "base/text.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SESSION_ARENA = 256 << 20 };

/* What the challenge said. */
typedef struct Challenge {
    Str text; /* as it came, and goes back */
    int64_t expires;
} Challenge;

/* The server names it; it becomes the name of a folder (the settings allow no more). */
static bool is_tenant(Str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", s.ptr[i]) || !s.ptr[i])
            return false;
    return s.len > 0 && s.len <= 32;
}

static int ask_challenge(Session *s, Str name, Challenge *ret)
{
    ANSWER_AUTO Answer a = {0};

    TRY(client_post(s->client, "/api/session/challenge", (Pair[]){{"name", name}}, 1, true, &a));
    if (a.status != 200)
        return answer_refused(&a);
    ret->text = arena_str(&s->arena, js_str(a.json, "challenge"));
    ret->expires = js_int(a.json, "expires");
    s->tenant = arena_str(&s->arena, js_str(a.json, "tenant"));
    if (!ret->text.ptr || !s->tenant.ptr)
        return err_origin(-ENOMEM);
    return is_tenant(s->tenant) ? 0 : cli_refuse("the daemon's answer cannot be read");
}

/* First answer: proves the passphrase, gets the wrapped keys. */
static int ask_keys(Session *s, Str name, const Challenge *c, const Login *login, const char *way)
{
    ANSWER_AUTO Answer a = {0};
    BUF_AUTO Buf auth = {0};
    Str wrapped = {0}, share_bytes = {0};

    buf_init(&auth, 64);
    text_put_base64url(&auth, login->auth.b, SECRET_LEN);
    Pair form[] = {{"name", name}, {"challenge", c->text}, {way, buf_str(&auth)}};
    TRY(client_post(s->client, "/api/session/answer", form, 3, false, &a));
    if (a.status == 403)
        return cli_refuse("name or %s is wrong",
                          strcmp(way, "auth") == 0 ? "passphrase" : "recovery code");
    if (a.status != 200)
        return answer_refused(&a);
    if (js_bytes(a.json, "wrapped", &s->arena, &wrapped) ||
        js_bytes(a.json, "share", &s->arena, &share_bytes) ||
        js_bytes(a.json, "former", &s->arena, &s->former) || wrapped.len != WRAPPED_LEN ||
        share_bytes.len != SECRET_LEN)
        return cli_refuse("the daemon's answer cannot be read");
    s->changed = js_int(a.json, "changed");
    TRY(secret_new_copy(&s->share, (const uint8_t *)share_bytes.ptr));
    int r =
        person_keys_unwrap((const uint8_t *)wrapped.ptr, &login->half, &s->share, name, &s->keys);
    return r > 0 ? cli_refuse("name or passphrase is wrong") : r;
}

/* Second answer: proves the key, gets the token. */
static int ask_token(Session *s, Str name, const Challenge *c)
{
    ANSWER_AUTO Answer a = {0};
    BUF_AUTO Buf signature = {0};
    Signature sig;
    char expires[24];

    snprintf(expires, sizeof(expires), "%lld", (long long)c->expires);
    const Str parts[] = {c->text, client_origin(s->client), str_of(expires)};
    TRY(keys_sign(&s->keys.sign, "session", s->tenant, parts, 3, &sig));
    buf_init(&signature, 128);
    text_put_base64url(&signature, sig.b, sizeof(sig.b));
    Pair form[] = {{"name", name}, {"challenge", c->text}, {"signature", buf_str(&signature)}};
    TRY(client_post(s->client, "/api/session/answer", form, 3, false, &a));
    if (a.status != 200)
        return answer_refused(&a);
    client_set_token(s->client, js_text(a.json, "token"));
    if (day_parse_iso(js_str(a.json, "today"), &s->today))
        s->today = DAY_NONE;
    return 0;
}

static int fetch_office(Session *s)
{
    ANSWER_AUTO Answer a = {0};
    FAULTS_AUTO Faults faults = {0};

    faults_init(&faults);
    TRY(client_get(s->client, "/api/settings", &a));
    if (a.status != 200)
        return answer_refused(&a);
    int r = load_office(buf_str(&a.body), &s->arena, &faults, &s->office);
    return r > 0 ? cli_refuse("the office's settings cannot be read") : r;
}

static int find_me(Session *s, Str name)
{
    s->me = directory_person(s->directory, name);
    if (!s->me)
        return cli_refuse("the directory does not know you");
    if (!bytes_equal(s->me->box.b, s->keys.box.public.b, sizeof(s->me->box.b)) ||
        !bytes_equal(s->me->sign.b, s->keys.sign.public.b, sizeof(s->me->sign.b)))
        return cli_refuse("your keys are not those of the signed directory");
    return 0;
}

/* Keys from before rotations, for what is sealed to them still. */
static int open_earlier(Session *s)
{
    while (s->n_earlier < FORMER_MAX) {
        int r = former_open(s->former, s->n_earlier, &s->keys.box, s->tenant,
                            &s->earlier[s->n_earlier]);
        if (r)
            return r < 0 ? r : 0;
        s->n_earlier++;
    }
    return 0;
}

static int begin(Session *s, const Args *args, Str name, const Code *recovery)
{
    LOGIN_AUTO Login login = {.auth = {NULL}};
    BUF_AUTO Buf passphrase = {0};
    Challenge challenge = {.expires = 0};

    buf_init(&passphrase, 1024);
    TRY(client_new(args, &s->client));
    if (!recovery)
        TRY(passphrase_read(args, client_data_dir(s->client), &passphrase));
    TRY(ask_challenge(s, name, &challenge));
    if (recovery)
        TRY(recovery_split(recovery, s->tenant, name, &login));
    else
        TRY(login_stretch(str_trim(buf_str(&passphrase)), s->tenant, name, &login));
    TRY(ask_keys(s, name, &challenge, &login, recovery ? "recovery" : "auth"));
    TRY(ask_token(s, name, &challenge));
    TRY(directory_fetch(s));
    TRY(find_me(s, name));
    TRY(open_earlier(s));
    return fetch_office(s);
}

/* Who could sign in: only a demo office tells. */
static int ask_who(const Args *args)
{
    char *data = cli_data_dir(args);
    char *people = data ? cli_path(data, "demo/people.txt") : NULL;
    FILE *f = people && !args_has(args, OPT_SERVER) ? fopen(people, "re") : NULL;
    char line[1024];

    cli_misuse("who are you? --as NAME%s", f ? "; the people of this demo office:" : "");
    while (f && fgets(line, sizeof(line), f)) {
        /* login, passphrase, what they are: the passphrase is nobody's business here */
        Str rest = str_of(line);
        Str login = str_cut(&rest, ' ');
        rest = str_trim(rest);
        (void)str_cut(&rest, ' ');
        rest = str_trim(rest);
        fprintf(stderr, "  %-9.*s %.*s\n", (int)login.len, login.ptr, (int)rest.len, rest.ptr);
    }
    if (f)
        fclose(f);
    free(people);
    free(data);
    return CLI_USAGE;
}

bool is_login(Str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_", name.ptr[i]))
            return false;
    return name.len > 0 && name.len <= DEF_NAME_MAX;
}

static int start(const Args *args, const Code *recovery, Session *ret)
{
    Str name = str_of(args->value[OPT_AS]);

    memset(ret, 0, sizeof(*ret));
    arena_init(&ret->arena, SESSION_ARENA);
    if (name.len == 0)
        return ask_who(args);
    if (!is_login(name))
        return cli_misuse("--as takes a login of a-z, 0-9 and _");
    return begin(ret, args, name, recovery);
}

int session_begin(const Args *args, Session *ret)
{
    return start(args, NULL, ret);
}

int session_recover(const Args *args, const Code *code, Session *ret)
{
    return start(args, code, ret);
}

void session_finish(Session *s)
{
    if (s->client) {
        ANSWER_AUTO Answer a = {0};
        if (s->me)
            (void)client_post(s->client, "/api/session/end", NULL, 0, false, &a);
    }
    s->client = client_free(s->client);
    if (s->calendars[0])
        rmdir(s->calendars);
    person_keys_finish(&s->keys);
    secret_finish(&s->share);
    for (size_t i = 0; i < s->n_earlier; i++)
        box_pair_finish(&s->earlier[i]);
    arena_finish(&s->arena);
}

int session_today(Session *s, Day *ret)
{
    *ret = s->today != DAY_NONE ? s->today : moment_day((Moment)time(NULL), s->office->zone);
    return 0;
}

/* ---- definitions ---- */
static bool calendar_name_fits(Str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_", name.ptr[i]))
            return false;
    return name.len > 0 && name.len <= DEF_NAME_MAX;
}

/* The calendar that a definition's text names: `calendar: NAME` at the beginning of a line. */
static Str calendar_of(Str text)
{
    while (text.len) {
        Str line = str_cut(&text, '\n');
        if (str_starts(line, STR("calendar:"))) {
            Str value = {line.ptr + 9, line.len - 9};
            return str_trim(str_cut(&value, '#'));
        }
    }
    return (Str){NULL, 0};
}

/* Writes the calendar where the loader looks for it. `path` is of 128 bytes. */
static int fetch_calendar(Session *s, Str name, char *path)
{
    ANSWER_AUTO Answer a = {0};
    char place[96];

    if (!calendar_name_fits(name))
        return cli_refuse("the workflow's calendar cannot be read");
    if (!s->calendars[0]) {
        strcpy(s->calendars, "/tmp/krading-XXXXXX");
        if (!mkdtemp(s->calendars)) {
            s->calendars[0] = '\0';
            return err_origin(-errno);
        }
    }
    snprintf(place, sizeof(place), "/api/calendar/%.*s", (int)name.len, name.ptr);
    TRY(client_get(s->client, place, &a));
    if (a.status != 200)
        return answer_refused(&a);
    snprintf(path, 128, "%s/%.*s.yaml", s->calendars, (int)name.len, name.ptr);
    FILE *f = fopen(path, "wxe");
    if (!f)
        return err_origin(-errno);
    bool written = fwrite(a.body.ptr, 1, a.body.len, f) == a.body.len;
    return fclose(f) || !written ? err_origin(-EIO) : 0;
}

static int load_def(Session *s, Str text, const Def **ret)
{
    FAULTS_AUTO Faults faults = {0};
    LoadContext context = {.office = s->office, .calendars_dir = s->calendars};
    char path[128] = "";

    faults_init(&faults);
    int r = fetch_calendar(s, calendar_of(text), path);
    r = r ? r : load_workflow(text, &context, &s->arena, &faults, ret);
    if (path[0])
        unlink(path);
    return r > 0 ? cli_refuse("the workflow of this case cannot be read") : r;
}

static bool is_hash(Str which, Str text)
{
    BUF_AUTO Buf hex = {0};
    Hash h = hash_sha256(text);

    buf_init(&hex, 128);
    text_put_hex(&hex, h.b, sizeof(h.b));
    return str_eq(buf_str(&hex), which);
}

int session_def(Session *s, Str which, const Def **ret)
{
    ANSWER_AUTO Answer a = {0};
    char place[128];

    if (which.len > 64)
        return cli_refuse("the daemon's answer cannot be read");
    Str escaped = client_escape(&s->arena, which);
    snprintf(place, sizeof(place), "/api/definition/%.*s", (int)escaped.len, escaped.ptr);
    TRY(client_get(s->client, place, &a));
    if (a.status == 404)
        return cli_refuse("no workflow \"%.*s\"", (int)which.len, which.ptr);
    if (a.status != 200)
        return answer_refused(&a);
    Str text = arena_str(&s->arena, buf_str(&a.body));
    if (!text.ptr)
        return err_origin(-ENOMEM);
    if (which.len == 64 && !is_hash(which, text))
        return cli_refuse("the workflow file is not the one the case began with");
    return load_def(s, text, ret);
}
