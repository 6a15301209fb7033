/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/custody.h"

#include "base/err.h"
#include "base/text.h"
#include "cli/print.h"
#include "cli/remote.h"
#include "cli/workfile.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PLACE_BYTES = 512 };
const char CUSTODY_REQUEST[] = "krading reveal request 1";
const char CUSTODY_ANSWER[] = "krading reveal answer 1";

/* ---- files ---- */

int custody_read(const char *path, const char *format, json_t **ret)
{
    BUF_AUTO Buf text = {0};

    TRY(workfile_read(path, &text));
    json_t *o = json_loadb((const char *)text.ptr, text.len, 0, NULL);
    if (o && str_is(js_str(o, "format"), format)) {
        *ret = o;
        return 0;
    }
    json_decref(o);
    return cli_refuse("%s: not a file of the form \"%s\"", path, format);
}

int custody_save(const json_t *o, const char *path)
{
    char *text = json_dumps(o, JSON_INDENT(2) | JSON_SORT_KEYS);
    size_t len = text ? strlen(text) : 0;
    int fd = text ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
    bool done = fd >= 0 && write(fd, text, len) == (ssize_t)len;

    done = fd >= 0 && close(fd) == 0 && done;
    free(text);
    return done ? 0 : cli_refuse("%s: cannot be written (it must not be there yet)", path);
}

/* ---- fetching ---- */

static int unreadable(void)
{
    return cli_refuse("the request cannot be read");
}

/* The office's people as a document, so that a request can be judged where there is no network. */
static int add_directory(Session *s, json_t *o, const char *name, uint32_t version)
{
    ANSWER_AUTO Answer a = {0};
    char place[64];

    snprintf(place, sizeof(place), "/api/directory/%u", (unsigned)version);
    TRY(client_get(s->client, place, &a));
    if (a.status != 200)
        return answer_refused(&a);
    json_object_set_new(o, name, json_string(js_text(a.json, "directory")));
    return 0;
}

static int request_file(Session *s, const json_t *from, json_t *o)
{
    static const char *const same[] = {"number",  "seal_id", "rev",    "custodian",
                                       "officer", "until",   "content"};
    uint32_t asked = (uint32_t)js_int(from, "directory");

    json_object_set_new(o, "format", json_string(CUSTODY_REQUEST));
    json_object_set_new(o, "tenant", json_stringn(s->tenant.ptr, s->tenant.len));
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
        json_object_set(o, same[i], json_object_get(from, same[i]));
    json_object_set_new(o, "ground", json_string(js_text(json_object_get(from, "ground"), "id")));
    json_object_set_new(o, "asked", json_integer(asked));
    TRY(add_directory(s, o, "directory", s->directory->version));
    if (asked != s->directory->version)
        TRY(add_directory(s, o, "asked_directory", asked));
    return 0;
}

int custody_ask(Session *s, Str number, Str custodian, Answer *ret)
{
    char place[PLACE_BYTES];
    Str escaped = client_escape(&s->arena, number);
    Str whom = client_escape(&s->arena, custodian);

    if (!escaped.ptr || !whom.ptr)
        return err_origin(-ENOMEM);
    snprintf(place, sizeof(place), "/api/custody/%.*s%s%.*s", (int)escaped.len, escaped.ptr,
             whom.len ? "?for=" : "", (int)whom.len, whom.ptr);
    return client_get(s->client, place, ret);
}

int custody_fetch(Session *s, const char *number, Str custodian, json_t **ret)
{
    ANSWER_AUTO Answer a = {0};

    TRY(custody_ask(s, str_of(number), custodian, &a));
    if (a.status == 404)
        return cli_refuse("no request to open an identity in %s waits for %s: answered, declined, "
                          "past its last day, or there never was one",
                          number, custodian.len ? "them" : "you");
    if (a.status != 200)
        return answer_refused(&a);
    json_t *o = json_object();
    int r = o ? request_file(s, a.json, o) : err_origin(-ENOMEM);
    if (r) {
        json_decref(o);
        return r;
    }
    *ret = o;
    return 0;
}

/* ---- opening ---- */

/* The key of today, then those from before rotations; NULL: no more. */
static const BoxPair *own_box(const Session *s, size_t nth)
{
    if (nth == 0)
        return &s->keys.box;
    return nth <= s->n_earlier ? &s->earlier[nth - 1] : NULL;
}

static int read_piece(Session *s, const json_t *o, Piece *ret)
{
    Str commit;

    *ret = (Piece){.no = (uint32_t)js_int(o, "no")};
    ret->sealed.kind = (uint8_t)js_int(o, "kind");
    ret->sealed.class = (uint8_t)js_int(o, "class");
    ret->sealed.epoch = (uint16_t)js_int(o, "epoch");
    ret->sealed.slot = (uint8_t)js_int(o, "slot");
    if (js_bytes(o, "sealed", &s->arena, &ret->sealed.sealed) ||
        js_bytes(o, "commit", &s->arena, &commit) || commit.len != sizeof(Hash))
        return unreadable();
    memcpy(ret->sealed.commit.b, commit.ptr, sizeof(ret->sealed.commit.b));
    return 0;
}

static int read_reason(Session *s, const Piece *p, Custody *c)
{
    SealCase of = {s->tenant, STR(""), c->seal_id};
    const BoxPair *box;
    int r = 1;

    for (size_t i = 0; r > 0 && (box = own_box(s, i)); i++)
        r = open_ground(box, &c->signer->sign, &of, p->no, &p->sealed, &s->arena, &c->words);
    c->sealed = p->sealed.sealed;
    return r <= 0 ? r
                  : cli_refuse("the request is not what %s signed for you: do not answer it, ask "
                               "your office",
                               c->officer->name.s);
}

static int read_content(Session *s, Custody *c)
{
    const json_t *list = json_object_get(c->file, "content"), *one;
    size_t i;

    json_array_foreach(list, i, one)
    {
        Piece p;
        TRY(read_piece(s, one, &p));
        if (p.sealed.kind == PART_GROUND && !c->sealed.len)
            TRY(read_reason(s, &p, c));
        else if (p.sealed.kind == PART_HALF && c->n_halves < REVEAL_HALVES)
            c->half[c->n_halves++] = p;
    }
    return c->sealed.len ? 0 : unreadable();
}

static int read_seal_id(const json_t *file, uint64_t *ret)
{
    BUF_AUTO Buf bytes = {0};

    buf_init(&bytes, 8);
    if (text_get_hex(js_str(file, "seal_id"), &bytes) || bytes.len != 8)
        return unreadable();
    *ret = 0;
    for (size_t i = 0; i < bytes.len; i++)
        *ret = *ret << 8 | bytes.ptr[i];
    return 0;
}

/* Whom the reports of a protected channel may reach; nobody else has anything to ask. A request is
 * sealed to public keys and signed by whoever wrote it, so that alone says little. */
static bool may_ask(const Directory *d, const Person *p)
{
    return p && !p->disabled && !person_has_role(p, ROLE_NAME_CUSTODIAN) && person_is_guarded(d, p);
}

/* Looked up in the signed directory of today and in that of the day it was asked: neither daemon
 * nor file names a key. */
static int read_officer(Session *s, Custody *c)
{
    const Directory *then = session_past(s, (uint32_t)js_int(c->file, "asked"));
    Str name = js_str(c->file, "officer");

    c->officer = directory_person(s->directory, name);
    c->signer = then ? directory_person(then, name) : NULL;
    if (may_ask(s->directory, c->officer) && c->signer && may_ask(then, c->signer))
        return 0;
    return cli_refuse("whoever asks is not an officer of a protected channel in the signed "
                      "directory: do not answer, tell your office");
}

int custody_open(Session *s, const json_t *file, Custody *ret)
{
    Custody c = {.file = file};

    if (!str_eq(js_str(file, "tenant"), s->tenant))
        return cli_refuse("the request is of another office");
    if (!str_eq(js_str(file, "custodian"), name_str(&s->me->name)))
        return cli_refuse("this request is for %s, not for you", js_text(file, "custodian"));
    TRY(read_officer(s, &c));
    c.words.number = js_str(file, "number");
    c.words.rev = (uint32_t)js_int(file, "rev");
    c.words.ground = ground_of(js_str(file, "ground"));
    if (c.words.ground == GROUND_NONE || day_parse_iso(js_str(file, "until"), &c.words.until))
        return unreadable();
    TRY(read_seal_id(file, &c.seal_id));
    TRY(read_content(s, &c));
    *ret = c;
    return 0;
}

static void put_roles(const Person *p, FILE *to)
{
    fputs("  roles: ", to);
    for (uint8_t i = 0; i < p->n_roles; i++) {
        fputs(i ? ", " : "", to);
        put_shown(to, name_str(&p->roles[i]));
    }
    fputc('\n', to);
}

void custody_put(const Custody *c, FILE *to)
{
    Label ground = ground_label(c->words.ground);
    char until[DAY_TEXT];

    iso_text(js_text(c->file, "until"), until);
    put_shown(to, c->words.number);
    fprintf(to, ": %s (", c->officer->name.s);
    put_shown(to, c->officer->label.th);
    fprintf(to, ") asks to open the identity\n");
    put_roles(c->officer, to);
    fputs("  ground: ", to);
    put_shown(to, ground.th);
    fprintf(to, " (");
    put_shown(to, ground.en);
    fprintf(to, ")\n  reason: ");
    put_shown(to, c->words.reason);
    fputs("\n  until: ", to);
    put_shown(to, str_of(until));
    fputc('\n', to);
}

/* ---- answering ---- */

static int add_half(Session *s, const Custody *c, const Piece *p, Bundle *b)
{
    SECRET_AUTO Secret half = {NULL};
    Composer by = {.directory = s->directory, .tenant = s->tenant, .arena = &s->arena};
    SealCase of = {s->tenant, STR(""), c->seal_id};
    CaseKeys keys = {.seal_id = c->seal_id};
    const BoxPair *box;
    Bundle one;
    int r = 1;

    for (size_t i = 0; r > 0 && (box = own_box(s, i)); i++)
        r = open_half(box, &of, p->no, &p->sealed, &half);
    if (r < 0)
        return err_trace(r);
    if (r)
        return cli_refuse("your key does not open what you hold of this case: do not go on, ask "
                          "your office");
    TRY(compose_half(&by, &keys, given_no(c->words.rev, p->sealed.slot), &half, p->sealed.slot,
                     c->officer, &one));
    b->parts[b->n_parts++] = one.parts[0];
    return 0;
}

static int sign(Session *s, const Custody *c, uint8_t kind, Bundle *b)
{
    Hash seen = reveal_seen(&(RevealSeen){.number = c->words.number,
                                          .officer = name_str(&c->officer->name),
                                          .ground = c->words.ground,
                                          .until = c->words.until,
                                          .sealed = c->sealed});

    TRY(bundle_sign(b, &s->keys.sign, s->tenant, c->words.rev, kind,
                    (Str){(const char *)seen.b, sizeof(seen.b)}));
    return 0;
}

/* Sealed to the office, by the key in its signed list and by no file's word: whoever carries the
 * answer opens nothing with it. */
static int answer_file(Session *s, const Custody *c, const char *kind, const Bundle *b,
                       json_t **ret)
{
    BUF_AUTO Buf sealed = {0};
    BUF_AUTO Buf text = {0};

    buf_init(&sealed, BUNDLE_BYTES_MAX);
    buf_init(&text, 2 * BUNDLE_BYTES_MAX);
    TRY(answer_seal(&s->directory->office, s->tenant, c->words.rev, b, &sealed));
    text_put_base64url(&text, sealed.ptr, sealed.len);
    if (text.err)
        return err_origin(text.err);
    *ret = json_pack("{s:s, s:s#, s:s, s:s, s:I, s:s, s:s#}", "format", CUSTODY_ANSWER, "tenant",
                     s->tenant.ptr, (int)s->tenant.len, "number", js_text(c->file, "number"),
                     "custodian", s->me->name.s, "rev", (json_int_t)c->words.rev, "kind", kind,
                     "answer", (const char *)text.ptr, (int)text.len);
    return *ret ? 0 : err_origin(-ENOMEM);
}

int custody_answer(Session *s, const Custody *c, bool agree, json_t **ret)
{
    uint8_t kind = agree ? STEP_REVEAL_ANSWER : STEP_REVEAL_DECLINE;
    Bundle b = {.seal_id = c->seal_id, .received = DAY_NONE};

    b.parts = arena_many(&s->arena, REVEAL_HALVES, BundlePart);
    if (!b.parts)
        return err_origin(-ENOMEM);
    for (size_t i = 0; agree && i < c->n_halves; i++)
        TRY(add_half(s, c, &c->half[i], &b));
    if (agree && !b.n_parts)
        return cli_refuse("you hold nothing that would open this identity");
    if (agree)
        b.target = c->officer->name;
    TRY(sign(s, c, kind, &b));
    return answer_file(s, c, agree ? "reveal_answer" : "reveal_decline", &b, ret);
}

int custody_send(Session *s, const json_t *answer)
{
    ANSWER_AUTO Answer a = {0};
    char place[PLACE_BYTES], id[33], rev[16];
    Str escaped = client_escape(&s->arena, js_str(answer, "number"));

    if (!escaped.ptr)
        return err_origin(-ENOMEM);
    if (!str_eq(js_str(answer, "tenant"), s->tenant))
        return cli_refuse("the answer is of another office");
    request_id_new(id);
    snprintf(rev, sizeof(rev), "%u", (unsigned)js_int(answer, "rev"));
    snprintf(place, sizeof(place), "/api/custody/%.*s", (int)escaped.len, escaped.ptr);
    Pair form[] = {{"if_rev", str_of(rev)},
                   {"request_id", str_of(id)},
                   {"kind", js_str(answer, "kind")},
                   {"custodian", js_str(answer, "custodian")},
                   {"answer", js_str(answer, "answer")}};
    TRY(client_post(s->client, place, form, sizeof(form) / sizeof(form[0]), true, &a));
    if (a.status == 404)
        return custody_is_over();
    if (a.status == 409)
        return custody_is_earlier();
    return a.status == 200 ? 0 : answer_refused(&a);
}
