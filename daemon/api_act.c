/* SPDX-License-Identifier: Apache-2.0 */
/* What staff do: steps and entry on behalf, with the sealed files laid down for either. Each carries a request
 * id, so that asking twice does once. */
#include "base/err.h"
#include "base/text.h"
#include "daemon/api.h"
#include "daemon/placed.h"
#include "daemon/uploads.h"
#include "engine/core/form.h"
#include "engine/core/reveal.h"
#include <errno.h>
#include <string.h>

enum { REQUEST_ID_MIN = 16, REQUEST_ID_MAX = 128 };

/* A request with a bundle, read and waiting for its turn. */
typedef struct Ask {
    Bundle bundle, opens;
    Bytes32 id, body;
    StepRequest step;
} Ask;

static int wrong(Request *q, const char *field, const char *why)
{
    reply_api_error(q, 422, "malformed", why, field);
    return 1;
}

/* 0; 1: the reply says what is wrong. */
static int read_bytes(Request *q, const char *name, Buf *ret)
{
    buf_init(ret, BUNDLE_BYTES_MAX);
    return text_get_base64url(params_get(&q->form, name), ret)
               ? wrong(q, name, "what is sent is not base64url, or too large")
               : 0;
}

static int read_bundle(Request *q, const char *name, Bundle *ret)
{
    BUF_AUTO Buf bytes = {0};

    int r = read_bytes(q, name, &bytes);
    if (r)
        return r;
    Str kept = arena_str(&q->arena, buf_str(&bytes));
    if (!kept.ptr)
        return err_origin(-ENOMEM);
    r = bundle_get(kept, &q->arena, ret);
    return r > 0 ? wrong(q, name, "the bundle cannot be read") : r;
}

/* A custodian's bundle, which comes sealed to the office. */
static int read_answer(Request *q, uint32_t rev, Bundle *ret)
{
    BUF_AUTO Buf bytes = {0};

    int r = read_bytes(q, "answer", &bytes);
    if (r)
        return r;
    r = desk_handed_in(q->server->desk, rev, sealed_of(&bytes), &q->arena, ret);
    return r > 0 ? wrong(q, "answer", "the answer is not sealed to this office, or is to another "
                                      "request than if_rev says")
                 : r;
}

static int read_ask(Request *q, Ask **ret)
{
    Str id = params_get(&q->form, "request_id");
    Ask *ask = arena_new(&q->arena, Ask);

    if (!ask)
        return err_origin(-ENOMEM);
    if (id.len < REQUEST_ID_MIN || id.len > REQUEST_ID_MAX)
        return wrong(q, "request_id", "16 to 128 characters of the client's choice are needed");
    Str parts[] = {q->path, q->body};
    Hash body = hash_parts(NULL, parts, 2);
    memcpy(ask->body.b, body.b, sizeof(body.b));
    ask->id = desk_request_id(q->server->desk, &q->who, id);
    *ret = ask;
    return 0;
}

/* Whether this was answered before. DESK_OK: it is new. Otherwise the reply is filled. */
static int seen_before(Request *q, Txn *t, const Ask *ask)
{
    RequestRecord stored;

    int r = desk_request(q->server->desk, t, &ask->id, &ask->body, &q->arena, &stored);
    if (r == DESK_AGAIN) {
        q->reply.status = stored.status;
        q->reply.type = "application/json";
        buf_add_str(&q->reply.body, stored.answer);
    } else if (r == DESK_MALFORMED) {
        reply_api_error(q, 422, "request_id", "this request_id was used for something else",
                        "request_id");
    }
    return r;
}

static int remember(Request *q, Txn *t, const Ask *ask)
{
    RequestRecord record = {
        .body = ask->body, .status = (uint16_t)q->reply.status, .answer = buf_str(&q->reply.body)};

    return desk_remember(q->server->desk, t, &ask->id, &record);
}

/* What the largest file may be when sealed: in which field each belongs only its readers see. */
static uint64_t file_max(const Def *def)
{
    static const Form form = {.file_mb = FIELD_MB_MAX};
    uint64_t max = 0;

    for (uint8_t i = 0; i < def->n_fields; i++) {
        uint64_t own = form_file_max(&form, &def->fields[i]);
        if (def->fields[i].type == FIELD_FILES && own > max)
            max = own;
    }
    return api_upload_max((uint32_t)(max >> 20));
}

static int refuse_file(Request *q, const char *why)
{
    reply_api_error(q, 422, "malformed", why, "bundle");
    return DESK_MALFORMED;
}

/* Every file the bundle names must have been sent by whoever names it, be whole, and belong to no
 * case yet. */
static int claim_files(Request *q, const Bundle *b)
{
    UploadsOf of = api_uploads_of(q);

    q->laid_before = true;
    q->n_placed = q->n_leaving = 0;
    for (size_t i = 0; i < b->n_parts; i++) {
        const BundlePart *p = &b->parts[i];
        if (p->kind != PART_FILE)
            continue;
        if (!upload_is_of(&of, name_str(&p->file)) || !placed_is_free(of.files, &p->file))
            return refuse_file(q, "a file of the bundle is not there");
        TRY(request_note_file(q, &p->file, NULL));
    }
    return DESK_OK;
}

/* Asked once the step is known to be open to this person: a case that is not theirs must not show
 * by it. */
static int measure_files(Request *q, const Def *def)
{
    for (size_t i = 0; i < q->n_placed; i++) {
        if (placed_size(q->server->files, &q->placed[i]) > file_max(def))
            return refuse_file(q, "a file of the bundle is larger than this workflow takes");
    }
    return DESK_OK;
}

static int refuse_step(Request *q, const StepRefused *refused)
{
    BUF_AUTO Buf why = {0};

    buf_init(&why, 1024);
    refusal_put(&why, refused->def, &refused->refusal);
    reply_api_error(q, 422, "refused", why.ptr ? (const char *)why.ptr : "", NULL);
    return DESK_REFUSED;
}

static int refuse_seals(Request *q, const StepRefused *refused)
{
    Json j = reply_json(q, 422);

    json_open(&j, NULL);
    json_open(&j, "error");
    json_cstr(&j, "code", "seals");
    json_cstr(&j, "message",
              refused->epochs ? "somebody is off the case: the step has to bring new keys"
                              : "people who take part from now on need a key");
    json_int(&j, "epochs", refused->epochs);
    json_readers(&j, refused->readers, refused->epochs ? refused->n_readers : 0);
    json_missing(&j, refused->missing, refused->n_missing);
    json_close(&j);
    json_close(&j);
    return DESK_SEALS;
}

static void put_done(Request *q, const StepDone *done)
{
    const State *state = &done->def->states[done->state];
    Json j = reply_json(q, 200);

    json_open(&j, NULL);
    json_int(&j, "rev", done->rev);
    json_label(&j, "state", state->id, &state->staff);
    json_bool(&j, "proposed", done->proposed);
    json_name(&j, "register_no", &done->register_no);
    json_close(&j);
}

/* What the case had in DIR/files goes with it. */
static void let_go(Request *q, const StepDone *done)
{
    q->leaving = done->files;
    q->n_leaving = done->n_files;
    for (size_t i = 0; i < q->n_leaving; i++)
        placed_release(q->server->files, &q->leaving[i]);
    Json j = reply_json(q, 200);
    json_open(&j, NULL);
    json_bool(&j, "moved", true);
    json_close(&j);
}

static int run_do(Request *q, Txn *t)
{
    const Ask *ask = q->job;
    StepRefused *refused = arena_new(&q->arena, StepRefused);
    StepDone done;

    if (!refused)
        return err_origin(-ENOMEM);
    int r = seen_before(q, t, ask);
    /* Of a case that moves only what goes along is ever named. */
    r = r ? r : claim_files(q, ask->step.opens ? ask->step.opens : &ask->bundle);
    if (r)
        return r;
    r = desk_act(q->server->desk, t, &q->who, &ask->step, &q->arena, &done, refused);
    if (r == DESK_REFUSED)
        return refuse_step(q, refused);
    if (r == DESK_SEALS)
        return refuse_seals(q, refused);
    r = r ? api_desk(q, r) : measure_files(q, done.def);
    if (r)
        return r;
    if (done.moved)
        let_go(q, &done);
    else
        put_done(q, &done);
    q->keep_placed = true;
    return remember(q, t, ask);
}

static int ask_step(Request *q, uint8_t kind)
{
    Str rev = params_get(&q->form, "if_rev");
    unsigned long long n = 0;
    Ask *ask;

    if (str_u64(rev, UINT32_MAX, &n)) {
        wrong(q, "if_rev", "the rev of the case as you saw it is needed");
        return 0;
    }
    int r = read_ask(q, &ask);
    if (!r)
        r = kind_is_custodians(kind) ? read_answer(q, (uint32_t)n, &ask->bundle)
                                : read_bundle(q, "bundle", &ask->bundle);
    if (r)
        return r < 0 ? r : 0;
    ask->step = (StepRequest){.number = q->open[0],
                              .kind = kind,
                              .what = params_get(&q->form, "id"),
                              .has_rev = true,
                              .if_rev = (uint32_t)n,
                              .bundle = &ask->bundle};
    if (kind_is_custodians(kind))
        ask->step.custodian = params_get(&q->form, "custodian");
    if (params_get(&q->form, "opens").len) {
        r = read_bundle(q, "opens", &ask->opens);
        if (r)
            return r < 0 ? r : 0;
        ask->step.opens = &ask->opens;
    }
    q->job = ask;
    q->run = run_do;
    return 0;
}

int api_do(Request *q)
{
    uint8_t kind = step_kind_of(params_get(&q->form, "kind"));

    if (kind == STEP_KINDS || kind == STEP_GRANT || kind_is_custodians(kind)) {
        wrong(q, "kind", "no such kind of step");
        return 0;
    }
    return ask_step(q, kind);
}

int api_custody_answer(Request *q)
{
    uint8_t kind = step_kind_of(params_get(&q->form, "kind"));

    if (!kind_is_custodians(kind)) {
        wrong(q, "kind", "reveal_answer or reveal_decline is needed");
        return 0;
    }
    return ask_step(q, kind);
}

int api_grants(Request *q)
{
    return ask_step(q, STEP_GRANT);
}

/* ---- entry on behalf ---- */

static void put_submitted(Request *q, const Submitted *done)
{
    Json j = reply_json(q, 201);

    json_open(&j, NULL);
    json_name(&j, "case_number", &done->number);
    json_day(&j, "received", done->received);
    json_list(&j, "deadlines");
    for (size_t i = 0; i < done->n_deadlines; i++) {
        json_open(&j, NULL);
        json_str(&j, "id", done->deadlines[i].id);
        json_day(&j, "due", done->deadlines[i].due);
        json_close(&j);
    }
    json_list_end(&j);
    json_close(&j);
}

static int run_submit(Request *q, Txn *t)
{
    const Ask *ask = q->job;
    const Def *def =
        workflows_find(desk_workflows(q->server->desk), params_get(&q->form, "workflow"));
    StepRefused refused = {.def = def};
    Submitted done;

    int r = seen_before(q, t, ask);
    r = r ? r : claim_files(q, &ask->bundle);
    if (r)
        return r;
    r = desk_submit(q->server->desk, t, def->id, &q->who, &ask->bundle, &q->arena, &done,
                    &refused.refusal);
    if (r == DESK_REFUSED)
        return refuse_step(q, &refused);
    r = r ? api_desk(q, r) : measure_files(q, def);
    if (r)
        return r;
    put_submitted(q, &done);
    q->keep_placed = !done.again;
    return remember(q, t, ask);
}

int api_submit(Request *q)
{
    Ask *ask;

    if (!workflows_find(desk_workflows(q->server->desk), params_get(&q->form, "workflow"))) {
        reply_api_error(q, 404, "workflow", "no such workflow", "workflow");
        return 0;
    }
    int r = read_ask(q, &ask);
    r = r ? r : read_bundle(q, "bundle", &ask->bundle);
    if (r)
        return r < 0 ? r : 0;
    q->job = ask;
    q->run = run_submit;
    return 0;
}
