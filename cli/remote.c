/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/remote.h"

#include "base/err.h"
#include "base/text.h"
#include "cli/epoch.h"
#include "cli/upload.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { PLACE_BYTES = 1024, GRANT_ROUNDS = 4 };

static const char *const kind_names[STEP_KINDS] = {
    [STEP_ACTION] = "action",     [STEP_APPROVE] = "approve", [STEP_DECLINE] = "decline",
    [STEP_EXTEND] = "extend",     [STEP_ASSIGN] = "assign",   [STEP_NOTE] = "note",
    [STEP_DECLARE] = "declare",   [STEP_RECUSE] = "recuse",   [STEP_SILENCE] = "silence",
    [STEP_REVEAL_ASK] = "reveal", [STEP_HOLD] = "hold",       [STEP_RELEASE] = "release",
};

void request_id_new(char ret[33])
{
    uint8_t random[16];

    bytes_random(random, sizeof(random));
    for (size_t i = 0; i < sizeof(random); i++)
        snprintf(ret + 2 * i, 3, "%02x", (unsigned)random[i]);
}

int bundle_text(const Bundle *b, Arena *arena, Str *ret)
{
    BUF_AUTO Buf wire = {0};
    BUF_AUTO Buf text = {0};

    buf_init(&wire, BUNDLE_BYTES_MAX);
    buf_init(&text, 2 * BUNDLE_BYTES_MAX);
    bundle_put(&wire, b);
    text_put_base64url(&text, wire.ptr, wire.len);
    if (wire.err || text.err)
        return err_origin(wire.err ? wire.err : text.err);
    *ret = arena_str(arena, buf_str(&text));
    return ret->ptr ? 0 : err_origin(-ENOMEM);
}

static int place_of(Session *s, Str number, const char *below, char *ret)
{
    Str escaped = client_escape(&s->arena, number);

    if (!escaped.ptr)
        return err_origin(-ENOMEM);
    snprintf(ret, PLACE_BYTES, "/api/cases/%.*s%s", (int)escaped.len, escaped.ptr, below);
    return 0;
}

int remote_case(Session *s, const char *number, CaseFile *ret, json_t **ret_json)
{
    ANSWER_AUTO Answer a = {0};
    char place[PLACE_BYTES];

    TRY(place_of(s, str_of(number), "", place));
    TRY(client_get(s->client, place, &a));
    if (a.status == 404)
        return cli_refuse("no case %s for you", number);
    if (a.status != 200)
        return answer_refused(&a);
    TRY(casefile_from_json(s, a.json, ret));
    if (ret_json)
        *ret_json = json_incref(a.json);
    return 0;
}

static int lay_file(Session *s, Filled *filled, size_t i)
{
    Uploaded up;

    TRY(upload_file(s, &filled->local[i], &up));
    filled_placed(filled, i, name_str(&up.place), &up.key);
    memcpy(filled->note[i], up.note, sizeof(filled->note[i]));
    return 0;
}

int remote_files(Session *s, Filled *filled)
{
    for (size_t i = 0; i < filled->form.n_files; i++)
        TRY(lay_file(s, filled, i));
    return 0;
}

void remote_files_named(const Session *s, const Filled *filled)
{
    for (size_t i = 0; i < filled->n_sealed; i++)
        upload_forget(s, filled->note[i]);
}

/* ---- grants ---- */
static int grant_all(const CaseFile *f, const json_t *missing, Bundle *b)
{
    const json_t *one;
    size_t i;

    json_array_foreach(missing, i, one)
    {
        uint8_t class = (uint8_t)js_int(one, "class");
        TRY(ask_grant_fits(f, js_str(one, "name"), class, b));
        int r = ask_grant(f, js_str(one, "name"), class, 0, b);
        if (r < 0 || r == 2)
            return r < 0 ? err_trace(r) : CLI_REFUSED;
    }
    return 0;
}

static int ask_readers(Session *s, const CaseFile *f, const StepAsk *ask, Bundle *b)
{
    ANSWER_AUTO Answer a = {0};
    char place[PLACE_BYTES], below[256];
    Name unit = ask_unit(f, ask);

    snprintf(below, sizeof(below), "/readers?kind=%s&id=%.*s&unit=%s&target=%s",
             kind_names[ask->kind], (int)ask->what.len, ask->what.ptr, unit.s, ask->target.s);
    TRY(place_of(s, name_str(&f->number), below, place));
    TRY(client_get(s->client, place, &a));
    /* A step that is not open has no readers; the server says why when it is sent. */
    return a.status == 200 ? grant_all(f, json_object_get(a.json, "missing"), b) : 0;
}

int remote_kept_out(Session *s, const CaseFile *f, const StepAsk *ask, bool **ret)
{
    ANSWER_AUTO Answer a = {0};
    char place[PLACE_BYTES], below[256];
    const json_t *name;
    size_t i;
    bool *out = arena_many(&s->arena, s->directory->n_people + 1, bool);

    if (!out)
        return err_origin(-ENOMEM);
    snprintf(below, sizeof(below), "/readers?kind=%s&id=%.*s", kind_names[ask->kind],
             (int)ask->what.len, ask->what.ptr);
    TRY(place_of(s, name_str(&f->number), below, place));
    TRY(client_get(s->client, place, &a));
    if (a.status != 200)
        return answer_refused(&a);
    json_array_foreach(json_object_get(a.json, "kept_out"), i, name)
    {
        Str text = {json_string_value(name), json_string_length(name)};
        const Person *p = text.ptr ? directory_person(s->directory, text) : NULL;
        if (p)
            out[p - s->directory->people] = true;
    }
    *ret = out;
    return 0;
}

/* ---- sending ---- */
static int send_once(Session *s, const CaseFile *f, const StepAsk *ask, Bundle *b, Answer *ret)
{
    char place[PLACE_BYTES], id[33], rev[16];
    bool grant = ask->kind == STEP_GRANT;
    Str text;

    TRY(session_may_seal(s, f->def));
    TRY(bundle_sign(b, &s->keys.sign, s->tenant, f->rev, ask->kind, ask->what));
    TRY(bundle_text(b, &s->arena, &text));
    TRY(place_of(s, name_str(&f->number), grant ? "/grants" : "/do", place));
    request_id_new(id);
    snprintf(rev, sizeof(rev), "%u", f->rev);
    Pair form[] = {{"if_rev", str_of(rev)},
                   {"request_id", str_of(id)},
                   {"bundle", text},
                   {"id", ask->what},
                   {"kind", str_of(grant ? "" : kind_names[ask->kind])},
                   {"opens", {NULL, 0}}};
    if (ask->opens)
        TRY(bundle_text(ask->opens, &s->arena, &form[5].value));
    return client_post(s->client, place, form, grant ? 3 : ask->opens ? 6 : 5, true, ret);
}

/* ---- a step, until the server has all it asks for ---- */
static const json_t *seals_wanted(const Answer *a)
{
    const json_t *error = json_object_get(a->json, "error");

    return a->status == 422 && str_is(js_str(error, "code"), "seals") ? error : NULL;
}

static int compose_round(Session *s, CaseFile *f, const StepAsk *ask, uint8_t epochs, Bundle *b)
{
    TRY(ask_compose_anew(f, ask, epochs, b));
    if (ask->opens) { /* nobody reads here any more */
        TRY(bundle_digest(ask->opens, &b->opens));
        return 0;
    }
    if (ask->kind == STEP_REVEAL_ASK)
        return ask_grounds(f, ask, b);
    if (ask->kind != STEP_GRANT)
        return ask_readers(s, f, ask, b);
    b->target = ask->target;
    int r = ask_grant(f, name_str(&ask->target), ask->grant_class, ask->grant_expires, b);
    if (r == 2)
        return CLI_REFUSED;
    return r > 0 ? cli_refuse("you hold no key of this class") : r;
}

/* Readers whom only the fields of the step name (a committee, say) the server asks for then; and
 * new keys, when the step takes a reader off. */
static int add_wanted(Session *s, CaseFile *f, const StepAsk *ask, const json_t *wanted,
                      uint8_t *epochs, Bundle *b)
{
    uint8_t more = (uint8_t)js_int(wanted, "epochs");
    KeyReader *readers;
    size_t n;

    if (more & ~*epochs) {
        *epochs |= more;
        TRY(readers_from_json(json_object_get(wanted, "readers"), f->arena, &readers, &n));
        TRY(casefile_readers(f, more, readers, n));
        return compose_round(s, f, ask, *epochs, b);
    }
    if (ask->kind != STEP_GRANT)
        TRY(grant_all(f, json_object_get(wanted, "missing"), b));
    return 0;
}

int remote_step(Session *s, CaseFile *f, const StepAsk *ask, Answer *ret)
{
    uint8_t epochs = ask_unsigned(f);
    Bundle b;

    TRY(compose_round(s, f, ask, epochs, &b));
    for (int round = 0; round < GRANT_ROUNDS; round++) {
        ANSWER_AUTO Answer a = {0};
        TRY(send_once(s, f, ask, &b, &a));
        if (a.status == 200) {
            *ret = a;
            a = (Answer){0};
            return 0;
        }
        const json_t *wanted = seals_wanted(&a);
        size_t had = b.n_seals;
        uint8_t had_epochs = epochs;
        if (wanted)
            TRY(add_wanted(s, f, ask, wanted, &epochs, &b));
        if (!wanted || (b.n_seals == had && epochs == had_epochs))
            return answer_refused(&a);
    }
    return cli_refuse("the readers of this case changed meanwhile; try again");
}
