/* SPDX-License-Identifier: Apache-2.0 */
/* What a custodian does, on their own machine: a request comes as a file, the answer goes out
 * sealed to one officer. Of the case there is its number and the request, nothing else. */
#include "base/err.h"
#include "base/text.h"
#include "cli/print.h"
#include "cli/remote.h"
#include "cli/workfile.h"
#include "engine/vault/opened.h"
#include "engine/vault/reveal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PLACE_BYTES = 512 };
static const char FORMAT[] = "krading reveal request 1";

/* A request as the daemon gives it, opened and held against the officer's signature. */
typedef struct Custody {
    Session session;
    json_t *json;
    uint64_t seal_id;
    const Person *officer;
    RevealWords words;
    Piece half[REVEAL_HALVES];
    size_t n_halves;
} Custody;
#define CUSTODY_AUTO __attribute__((cleanup(custody_finish)))

static void custody_finish(Custody *c)
{
    json_decref(c->json);
    session_finish(&c->session);
}

/* ---- the request ---- */

static int unreadable(void)
{
    return cli_refuse("the daemon's answer cannot be read");
}

static int read_piece(Custody *c, const json_t *o, Piece *ret)
{
    Str commit;

    *ret = (Piece){.no = (uint32_t)js_int(o, "no")};
    ret->sealed.kind = (uint8_t)js_int(o, "kind");
    ret->sealed.class = (uint8_t)js_int(o, "class");
    ret->sealed.epoch = (uint16_t)js_int(o, "epoch");
    ret->sealed.slot = (uint8_t)js_int(o, "slot");
    if (js_bytes(o, "sealed", &c->session.arena, &ret->sealed.sealed) ||
        js_bytes(o, "commit", &c->session.arena, &commit) || commit.len != sizeof(Hash))
        return unreadable();
    memcpy(ret->sealed.commit.b, commit.ptr, sizeof(ret->sealed.commit.b));
    return 0;
}

/* The key of today, then those from before rotations; NULL: no more. */
static const BoxPair *own_box(const Session *s, size_t nth)
{
    if (nth == 0)
        return &s->keys.box;
    return nth <= s->n_earlier ? &s->earlier[nth - 1] : NULL;
}

static int read_reason(Custody *c, const Piece *p)
{
    Session *s = &c->session;
    const BoxPair *box;
    int r = 1;

    for (size_t i = 0; r > 0 && (box = own_box(s, i)); i++)
        r = open_ground(box, &c->officer->sign, s->tenant, c->seal_id, p->no, &p->sealed, &s->arena,
                        &c->words);
    return r <= 0 ? r
                  : cli_refuse("the request is not what %s signed: do not answer it, ask your "
                               "office",
                               c->officer->name.s);
}

static int read_content(Custody *c)
{
    const json_t *list = json_object_get(c->json, "content"), *one;
    bool asked = false;
    size_t i;

    json_array_foreach(list, i, one)
    {
        Piece p;
        TRY(read_piece(c, one, &p));
        if (p.sealed.kind == PART_GROUND) {
            TRY(read_reason(c, &p));
            asked = true;
        } else if (p.sealed.kind == PART_HALF && c->n_halves < REVEAL_HALVES) {
            c->half[c->n_halves++] = p;
        }
    }
    return asked ? 0 : cli_refuse("this request does not ask you");
}

static int read_seal_id(Custody *c)
{
    BUF_AUTO Buf bytes = {0};

    buf_init(&bytes, 8);
    if (text_get_hex(js_str(c->json, "seal_id"), &bytes) || bytes.len != 8)
        return unreadable();
    for (size_t i = 0; i < bytes.len; i++)
        c->seal_id = c->seal_id << 8 | bytes.ptr[i];
    return 0;
}

/* The officer is looked up in the signed directory: the daemon names no key. */
static int fetch(Custody *c, const char *number)
{
    ANSWER_AUTO Answer a = {0};
    char place[PLACE_BYTES];
    Str escaped = client_escape(&c->session.arena, str_of(number));

    if (!escaped.ptr)
        return err_origin(-ENOMEM);
    snprintf(place, sizeof(place), "/api/custody/%.*s", (int)escaped.len, escaped.ptr);
    TRY(client_get(c->session.client, place, &a));
    if (a.status == 404)
        return cli_refuse("no request to open an identity in %s waits for you: answered, declined, "
                          "past its last day, or there never was one",
                          number);
    if (a.status != 200)
        return answer_refused(&a);
    c->json = json_incref(a.json);
    c->officer = directory_person(c->session.directory, js_str(c->json, "officer"));
    if (!c->officer || c->officer->disabled || person_has_role(c->officer, ROLE_NAME_CUSTODIAN))
        return cli_refuse("whoever asks is not an officer of the signed directory: do not answer");
    c->words.ground = ground_of(js_str(json_object_get(c->json, "ground"), "id"));
    if (c->words.ground == GROUND_NONE || day_parse_iso(js_str(c->json, "until"), &c->words.until))
        return unreadable();
    TRY(read_seal_id(c));
    return read_content(c);
}

/* ---- as a file ---- */

static json_t *request_json(const Custody *c)
{
    const json_t *ground = json_object_get(c->json, "ground");
    json_t *o = json_pack("{s:s, s:s#, s:s, s:s, s:s, s:s, s:s}", "format", FORMAT, "tenant",
                          c->session.tenant.ptr, (int)c->session.tenant.len, "number",
                          js_text(c->json, "number"), "seal_id", js_text(c->json, "seal_id"),
                          "officer", c->officer->name.s, "day", js_text(c->json, "day"), "until",
                          js_text(c->json, "until"));
    Label label = c->officer->label;

    json_object_set_new(o, "custodian", json_string(c->session.me->name.s));
    json_object_set_new(o, "officer_th", json_stringn(label.th.ptr, label.th.len));
    json_object_set_new(o, "officer_en", json_stringn(label.en.ptr, label.en.len));
    json_object_set_new(o, "ground", json_deep_copy(ground));
    json_object_set_new(o, "reason", json_stringn(c->words.reason.ptr, c->words.reason.len));
    return o;
}

static int save(const json_t *o, const char *path)
{
    char *text = json_dumps(o, JSON_INDENT(2) | JSON_SORT_KEYS);
    size_t len = text ? strlen(text) : 0;
    int fd = text ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
    bool done = fd >= 0 && write(fd, text, len) == (ssize_t)len;

    done = fd >= 0 && close(fd) == 0 && done;
    free(text);
    return done ? 0 : cli_refuse("%s: cannot be written (it must not be there yet)", path);
}

static void put_request(const Custody *c, FILE *to)
{
    const json_t *ground = json_object_get(c->json, "ground");
    char until[DAY_TEXT];

    iso_text(js_text(c->json, "until"), until);
    fprintf(to, "%s: %s (", js_text(c->json, "number"), c->officer->name.s);
    put_shown(to, c->officer->label.th);
    fprintf(to, ") asks to open the identity\n  ground: %s (%s)\n  reason: ", js_text(ground, "th"),
            js_text(ground, "en"));
    put_shown(to, c->words.reason);
    fprintf(to, "\n  until: %s\n", until);
}

int custodian_request_check(const Args *args)
{
    return args_has(args, OPT_SAVE) ? 0 : cli_misuse("custodian request needs --save FILE");
}

int custodian_request_proceed(const Args *args)
{
    CUSTODY_AUTO Custody c = {.json = NULL};

    TRY(session_begin(args, &c.session));
    TRY(fetch(&c, args->word[0]));
    json_t *o = request_json(&c);
    int r = save(o, args->value[OPT_SAVE]);
    if (!r && args_has(args, OPT_JSON))
        return js_print(o);
    json_decref(o);
    if (r)
        return r;
    put_request(&c, stdout);
    printf("  to agree:   krading custodian answer %s\n  to refuse:  krading custodian answer %s "
           "--decline\n",
           args->value[OPT_SAVE], args->value[OPT_SAVE]);
    return CLI_DONE;
}

static int read_file(const char *path, json_t **ret)
{
    BUF_AUTO Buf text = {0};

    TRY(workfile_read(path, &text));
    *ret = json_loadb((const char *)text.ptr, text.len, 0, NULL);
    if (*ret && str_is(js_str(*ret, "format"), FORMAT))
        return 0;
    json_decref(*ret);
    *ret = NULL;
    return cli_refuse("%s: not a request to open an identity", path);
}

/* What was read in the file is what is answered. */
static int same_request(const Custody *c, const json_t *file)
{
    json_t *now = request_json(c);
    bool same = json_equal(now, file);

    json_decref(now);
    return same
               ? 0
               : cli_refuse("the request in the file is not the one that waits now: fetch it again "
                            "(krading custodian request)");
}

/* ---- the answer ---- */

static int add_half(Custody *c, const Composer *by, const CaseKeys *keys, const Piece *p, Bundle *b)
{
    SECRET_AUTO Secret half = {NULL};
    const BoxPair *box;
    Bundle one;
    int r = 1;

    for (size_t i = 0; r > 0 && (box = own_box(&c->session, i)); i++)
        r = open_half(box, c->session.tenant, c->seal_id, p->no, &p->sealed, &half);
    if (r < 0)
        return err_trace(r);
    if (r)
        return cli_refuse("your key does not open what you hold of this case: do not go on, ask "
                          "your office");
    uint32_t no = (uint32_t)(js_int(c->json, "parts") + (int64_t)b->n_parts);
    TRY(compose_half(by, keys, no, &half, p->sealed.slot, c->officer, &one));
    if (!b->parts)
        *b = one;
    else
        b->parts[b->n_parts++] = one.parts[0];
    return 0;
}

static int compose_answer(Custody *c, Bundle *b)
{
    Composer by = {
        .directory = c->session.directory, .tenant = c->session.tenant, .arena = &c->session.arena};
    CaseKeys keys = {.seal_id = c->seal_id};

    for (size_t i = 0; i < c->n_halves; i++)
        TRY(add_half(c, &by, &keys, &c->half[i], b));
    if (!b->n_parts)
        return cli_refuse("you hold nothing that would open this identity");
    b->target = c->officer->name;
    return 0;
}

static int post(Custody *c, uint8_t kind, Bundle *b, Answer *ret)
{
    char place[PLACE_BYTES], id[33], rev[16];
    uint32_t at = (uint32_t)js_int(c->json, "rev");
    Str text;

    TRY(bundle_sign(b, &c->session.keys.sign, c->session.tenant, at, kind, STR("")));
    TRY(bundle_text(b, &c->session.arena, &text));
    request_id_new(id);
    snprintf(rev, sizeof(rev), "%u", at);
    snprintf(place, sizeof(place), "/api/cases/%s/do", js_text(c->json, "number"));
    Pair form[] = {
        {"if_rev", str_of(rev)},
        {"request_id", str_of(id)},
        {"bundle", text},
        {"kind", str_of(kind == STEP_REVEAL_ANSWER ? "reveal_answer" : "reveal_decline")}};
    TRY(client_post(c->session.client, place, form, sizeof(form) / sizeof(form[0]), true, ret));
    return ret->status == 200 ? 0 : answer_refused(ret);
}

static int answer(Custody *c, const Args *args)
{
    ANSWER_AUTO Answer a = {0};
    Bundle b = {.seal_id = c->seal_id, .received = DAY_NONE};
    bool decline = args_has(args, OPT_DECLINE);

    if (!decline)
        TRY(compose_answer(c, &b));
    TRY(post(c, decline ? STEP_REVEAL_DECLINE : STEP_REVEAL_ANSWER, &b, &a));
    if (args_has(args, OPT_JSON))
        return js_print(
            json_pack("{s:s, s:b}", "number", js_text(c->json, "number"), "agreed", !decline));
    if (decline)
        printf("%s: refused; the request has ended\n", js_text(c->json, "number"));
    else
        printf("%s: your part is sealed to %s\n", js_text(c->json, "number"), c->officer->name.s);
    return CLI_DONE;
}

int custodian_answer_proceed(const Args *args)
{
    CUSTODY_AUTO Custody c = {.json = NULL};
    json_t *file;

    TRY(read_file(args->word[0], &file));
    int r = session_begin(args, &c.session);
    r = r ? r : fetch(&c, js_text(file, "number"));
    r = r ? r : same_request(&c, file);
    r = r ? r : answer(&c, args);
    json_decref(file);
    return r;
}

/* ---- what waits ---- */

int custodian_list_proceed(const Args *args)
{
    SESSION_AUTO Session s = {0};
    ANSWER_AUTO Answer a = {0};
    const json_t *list, *one;
    size_t i;

    TRY(session_begin(args, &s));
    TRY(client_get(s.client, "/api/custody", &a));
    if (a.status != 200)
        return answer_refused(&a);
    if (args_has(args, OPT_JSON))
        return js_print(json_incref(a.json));
    list = json_object_get(a.json, "requests");
    if (!json_array_size(list))
        puts("no request waits for you / ไม่มีคำขอที่รอท่าน");
    json_array_foreach(list, i, one)
        printf("%s  %s  %s  until %s%s\n", js_text(one, "number"), js_text(one, "officer"),
               js_text(json_object_get(one, "ground"), "th"), js_text(one, "until"),
               js_bool(one, "answered") ? "  (answered)" : "");
    return CLI_DONE;
}
