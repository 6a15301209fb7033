/* SPDX-License-Identifier: Apache-2.0 */
/* /track and what is done there. The code comes in the body, opens what is sealed to it, and is
 * forgotten with the request. */
#include "daemon/track.h"

#include "base/err.h"
#include "base/text.h"
#include "daemon/routes.h"
#include "daemon/server.h"
#include <errno.h>
#include <string.h>

enum { REPLY_CHARS_MAX = 20000, SURVEY_CHARS_MAX = 2000 };

void holder_finish(Holder *h)
{
    code_finish(&h->code);
    code_keys_finish(&h->keys);
    bytes_wipe(h->text, sizeof(h->text));
}

/* 0; 1: mistyped, and the reply says so; -ENOMEM. */
static int holder_read(Request *q, Holder *h)
{
    int r = code_parse(params_get(&q->form, "code"), &h->code);

    if (r > 0) {
        track_form_put(q, 422, word_in(WORD_CODE_BAD, (Lang)q->lang));
        return 1;
    }
    if (r)
        return r;
    code_print(&h->code, h->text);
    return code_derive_view(&h->code, desk_office(q->server->desk)->tenant, &h->keys);
}

int holder_again(Request *q, Str code, Holder *h)
{
    if (code_parse(code, &h->code))
        return err_origin(-ENOMEM);
    code_print(&h->code, h->text);
    TRY(code_derive(&h->code, desk_office(q->server->desk)->tenant, &h->keys));
    return 0;
}

int track_gone(Request *q, Txn *t, const Holder *h)
{
    int r = handover_look(q, t, h);

    if (r != DESK_UNKNOWN)
        return r;
    desk_count_wrong_code(q->server->desk);
    track_unknown_put(q);
    return DESK_UNKNOWN;
}

/* DESK_OK, or another answer with the reply filled. */
static int look(Request *q, Txn *t, const Holder *h, TrackView *ret)
{
    int r = desk_track(q->server->desk, t, &h->keys, &q->arena, ret);

    if (r == DESK_UNKNOWN)
        return track_gone(q, t, h);
    if (r > 0)
        reply_desk(q, r);
    return r;
}

static void show(Request *q, const TrackPage *p)
{
    if (q->json && p->status < 400)
        track_json(q, p->view, p->status);
    else
        track_put(q, p);
}

/* Looks in a reading transaction of its own. */
static int look_now(Request *q, const Holder *h, TrackView *ret)
{
    Txn *t;

    int r = store_read(desk_store(q->server->desk), &t);
    if (r) {
        reply_desk(q, DESK_IO);
        return DESK_IO;
    }
    r = look(q, t, h, ret);
    store_end(t);
    return r;
}

int track_get(Request *q)
{
    track_form_put(q, 200, NULL);
    return 0;
}

int track_redirect(Request *q)
{
    q->reply.status = 303;
    q->reply.location = q->lang == LANG_EN ? "/track?lang=en" : "/track";
    return 0;
}

int track_post(Request *q)
{
    HOLDER_AUTO Holder h = {.text = ""};
    TrackView view;

    if (html_only_shown(q)) { /* a code that is still being typed */
        track_form_put(q, 200, NULL);
        return 0;
    }
    int r = holder_read(q, &h);
    if (r)
        return r < 0 ? r : 0;
    r = look_now(q, &h, &view);
    if (r)
        return r < 0 ? r : 0;
    show(q, &(TrackPage){.view = &view, .code = str_of(h.text), .status = 200});
    return 0;
}

/* ---- deeds ---- */

/* On its way into the turn. What was typed lies in the request; the seals are made in the turn,
 * because they name the number of the part, and another deed may come first. */
typedef struct Deed {
    Str code; /* as printed */
    uint8_t kind, action;
    Str words;
    const Form *form;
    SealedFile *files;
    size_t n_files;
} Deed;

static int seal_deed(Request *q, Txn *t, const Holder *h, const Deed *deed, Bundle *ret)
{
    CaseKeys keys;
    uint32_t parts;
    Composer by = {.directory = desk_directory(q->server->desk),
                   .tenant = desk_office(q->server->desk)->tenant,
                   .arena = &q->arena};

    int r = desk_citizen_keys(q->server->desk, t, &h->keys, &keys, &by.def, &parts);
    if (r)
        return r;
    return compose_reply(&by, &keys, parts, deed->words, deed->form, deed->files, deed->n_files,
                         ret);
}

static int run_deed(Request *q, Txn *t)
{
    const Deed *deed = q->job;
    HOLDER_AUTO Holder h = {.text = ""};
    Refusal refusal = {0};
    TrackView view;
    Bundle *bundle = arena_new(&q->arena, Bundle);

    if (!bundle)
        return err_origin(-ENOMEM);
    TRY(holder_again(q, deed->code, &h));
    int r = seal_deed(q, t, &h, deed, bundle);
    bundle->in.message = deed->kind == CITIZEN_REPLY && deed->words.len > 0;
    if (!r)
        r = desk_citizen(q->server->desk, t, &h.keys, deed->kind, deed->action, bundle, &q->arena,
                         &refusal);
    if (r == DESK_UNKNOWN)
        return track_gone(q, t, &h);
    if (r)
        return r;
    r = look(q, t, &h, &view);
    if (r)
        return r;
    q->keep_placed = true;
    show(q, &(TrackPage){.view = &view, .code = str_of(h.text), .status = 200, .saved = true});
    return DESK_OK;
}

static int enqueue(Request *q, const Holder *h, const Deed *deed)
{
    Deed *job = arena_new(&q->arena, Deed);

    if (!job)
        return err_origin(-ENOMEM);
    *job = *deed;
    job->code = arena_str(&q->arena, str_of(h->text));
    if (!job->code.ptr)
        return err_origin(-ENOMEM);
    q->job = job;
    q->run = run_deed;
    return 0;
}

FieldSet action_fields(const Action *a)
{
    FieldSet all = a->needs.fields;

    all.bits[0] |= a->may.fields.bits[0];
    all.bits[1] |= a->may.fields.bits[1];
    return all;
}

static uint8_t first_of_type(const Def *def, const FieldSet *set, uint8_t type)
{
    for (uint8_t i = 0; i < def->n_fields; i++) {
        if (field_set_has(set, i) && def->fields[i].type == type)
            return i;
    }
    return DEF_NONE;
}

uint8_t track_files_field(const TrackView *v)
{
    if (v->reply_action != DEF_NONE) {
        FieldSet all = action_fields(&v->def->actions[v->reply_action]);
        return first_of_type(v->def, &all, FIELD_FILES);
    }
    return first_of_type(v->def, &v->def->intake.asks, FIELD_FILES);
}

/* Inputs `text` and `files` under the names the workflow has for them, so that one check serves. */
static int rename_inputs(Request *q, const TrackView *v, uint8_t text, uint8_t files)
{
    Param *list = arena_many(&q->arena, q->form.n + 1, Param);

    if (!list)
        return err_origin(-ENOMEM);
    for (size_t i = 0; i < q->form.n; i++) {
        list[i] = q->form.list[i];
        if (text != DEF_NONE && str_is(list[i].name, "text"))
            list[i].name = v->def->fields[text].id;
        else if (files != DEF_NONE && str_is(list[i].name, "files"))
            list[i].name = v->def->fields[files].id;
    }
    q->form.list = list;
    for (size_t i = 0; i < q->form.n_uploads && files != DEF_NONE; i++) {
        if (str_is(q->form.uploads[i].name, "files"))
            q->form.uploads[i].name = v->def->fields[files].id;
    }
    return 0;
}

static size_t count_uploads(const Request *q)
{
    size_t n = 0;

    for (size_t i = 0; i < q->form.n_uploads; i++)
        n += q->form.uploads[i].filename.len || q->form.uploads[i].bytes.len;
    return n;
}

/* What is wrong with an answer, or NULL. */
static const char *answer_fault(const Request *q, Str text, const Filled *filled)
{
    Lang lang = (Lang)q->lang;

    if (html_is_draft(q))
        return NULL;
    if (!str_trim(text).len && !count_uploads(q))
        return word_in(WORD_REPLY_EMPTY, lang);
    if (!text_is_valid(text))
        return fault_in(FORM_NOT_TEXT, lang);
    if (text_chars(text) > REPLY_CHARS_MAX)
        return word_in(WORD_REPLY_LONG, lang);
    return filled->n_faults ? fault_in(filled->faults[0].code, lang) : NULL;
}

/* Shows a part of the page again as it was typed, with what is wrong there. */
static int refuse_part(Request *q, const TrackPage *p)
{
    if (q->json)
        reply_api_error(q, p->status, "faulty", p->fault,
                        p->fault_at == TRACK_ANSWER ? "text" : NULL);
    else
        track_put(q, p);
    return 0;
}

int track_seal_files(Request *q, Filled *filled)
{
    int r = filled_seal_files(q, filled);

    if (r == -ENOSPC || r == -EDQUOT) {
        reply_desk(q, DESK_FULL);
        return 1;
    }
    return r;
}

int track_reply(Request *q)
{
    HOLDER_AUTO Holder h = {.text = ""};
    FieldSet asked = {{0}}, required = {{0}};
    TrackView v;
    Filled *filled;
    Str text = params_get(&q->form, "text");

    int r = holder_read(q, &h);
    r = r ? r : look_now(q, &h, &v);
    if (r)
        return r < 0 ? r : 0;
    uint8_t files = track_files_field(&v), words = DEF_NONE;
    if (v.reply_action != DEF_NONE) {
        asked = action_fields(&v.def->actions[v.reply_action]);
        required = v.def->actions[v.reply_action].needs.fields;
        words = first_of_type(v.def, &required, FIELD_LONG_TEXT);
    } else if (files != DEF_NONE) {
        field_set_add(&asked, files);
    }
    TRY(rename_inputs(q, &v, words, files));
    TRY(filled_read(q, v.def, &asked, &required, &filled));
    const char *fault = answer_fault(q, text, filled);
    int status = !fault ? 200 : filled->n_faults ? filled_status(q, filled) : 422;
    if (fault || html_only_shown(q))
        return refuse_part(q, &(TrackPage){.view = &v,
                                           .code = str_of(h.text),
                                           .status = status,
                                           .fault = fault,
                                           .fault_at = TRACK_ANSWER,
                                           .lost_files = filled->lost_files,
                                           .text = text});
    r = track_seal_files(q, filled);
    if (r)
        return r < 0 ? r : 0;
    bool adds = v.reply_action == DEF_NONE;
    return enqueue(q, &h, &(Deed){.kind = CITIZEN_REPLY,
                                  .action = DEF_NONE,
                                  .words = adds ? text : STR(""),
                                  .form = adds ? NULL : &filled->form,
                                  .files = filled->files,
                                  .n_files = filled->n_files});
}

static int refuse_now(Request *q)
{
    if (q->json)
        reply_api_error(q, 422, "refused", "this is not open now", "action");
    else
        reply_error(q, 422, "refused", WORD_FAILED_TITLE, WORD_NOT_NOW);
    return 0;
}

int track_do(Request *q)
{
    HOLDER_AUTO Holder h = {.text = ""};
    TrackView v;
    Filled *filled;

    int r = holder_read(q, &h);
    if (!r && str_is(params_get(&q->form, "action"), HANDOVER_NOTED) && handover_is(q, &h))
        return handover_noted(q, &h);
    r = r ? r : look_now(q, &h, &v);
    if (r)
        return r < 0 ? r : 0;
    uint8_t action = def_action(v.def, params_get(&q->form, "action"));
    if (action == DEF_NONE || !(v.actions & MASK64(action)))
        return refuse_now(q);
    FieldSet asked = action_fields(&v.def->actions[action]);
    TRY(filled_read(q, v.def, &asked, &v.def->actions[action].needs.fields, &filled));
    if (filled->n_faults || html_only_shown(q)) {
        if (q->json)
            faults_json(q, filled);
        else
            track_put(q, &(TrackPage){.view = &v,
                                      .code = str_of(h.text),
                                      .status = filled_status(q, filled),
                                      .filled = filled,
                                      .action = action});
        return 0;
    }
    r = track_seal_files(q, filled);
    if (r)
        return r < 0 ? r : 0;
    if (v.def->actions[action].effects.open.workflow.len)
        return opening_enqueue(q, &h, action, filled);
    return enqueue(q, &h, &(Deed){.kind = CITIZEN_ACTION,
                                  .action = action,
                                  .words = STR(""),
                                  .form = &filled->form,
                                  .files = filled->files,
                                  .n_files = filled->n_files});
}

/* "easy: 4", one question a line, and the comment after a blank line. 0; 1: not every question has
 * an answer on the scale. */
static int survey_text(Request *q, const Survey *s, Buf *out)
{
    for (uint8_t i = 0; i < s->n_questions; i++) {
        Name name = name_of(s->questions[i].id);
        unsigned long long n;
        if (str_u64(params_get(&q->form, name.s), s->scale, &n) || n < 1)
            return 1;
        buf_addf(out, "%s: %llu\n", name.s, n);
    }
    Str comment = str_trim(params_get(&q->form, "comment"));
    if (!text_is_valid(comment) || text_chars(comment) > SURVEY_CHARS_MAX)
        return 1;
    if (s->comment && comment.len) {
        buf_adds(out, "\n");
        buf_add_str(out, comment);
    }
    return 0;
}

int track_survey(Request *q)
{
    HOLDER_AUTO Holder h = {.text = ""};
    TrackView v;
    BUF_AUTO Buf text = {0};

    buf_init(&text, 32 << 10);
    int r = holder_read(q, &h);
    r = r ? r : look_now(q, &h, &v);
    if (r)
        return r < 0 ? r : 0;
    if (!v.survey)
        return refuse_now(q);
    bool faulty = !html_is_draft(q) && survey_text(q, &v.def->survey, &text);
    if (faulty || html_only_shown(q))
        return refuse_part(q, &(TrackPage){.view = &v,
                                           .code = str_of(h.text),
                                           .status = faulty ? 422 : 200,
                                           .fault = faulty ? word_in(WORD_SURVEY_BAD, (Lang)q->lang)
                                                           : NULL,
                                           .fault_at = TRACK_SURVEY});
    Str words = arena_str(&q->arena, buf_str(&text));
    if (text.err || !words.ptr)
        return err_origin(-ENOMEM);
    return enqueue(q, &h, &(Deed){.kind = CITIZEN_SURVEY, .action = DEF_NONE, .words = words});
}
