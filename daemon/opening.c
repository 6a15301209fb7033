/* SPDX-License-Identifier: Apache-2.0 */
/* A step of the complainant that opens a second case: what was typed goes there alone, sealed in the
 * turn to whoever may see it then; the answer is that case's own receipt. */
#include "base/err.h"
#include "daemon/intake.h"
#include "daemon/server.h"
#include "daemon/track.h"
#include "engine/vault/carry.h"
#include <errno.h>

typedef struct Job {
    Str code; /* of the first case, as printed */
    char new_code[CODE_TEXT_LEN + 1];
    uint8_t action;
    const Form *form;
    const SealedFile *files;
    size_t n_files;
} Job;

/* The two bundles, made in the turn. */
typedef struct Made {
    Opening o;
    Bundle step, opened;
} Made;

static Composer composer_of(Request *q, const Def *def)
{
    return (Composer){.def = def,
                      .directory = desk_directory(q->server->desk),
                      .tenant = desk_office(q->server->desk)->tenant,
                      .arena = &q->arena};
}

static int make_step(Request *q, Txn *t, const Holder *h, const Job *job, Made *m)
{
    Composer by = composer_of(q, m->o.from);
    const Needs *needs = &m->o.from->actions[job->action].needs;
    const Def *def;
    CaseKeys keys;
    uint32_t parts;

    int r = desk_citizen_keys(q->server->desk, t, &h->keys, &keys, &def, &parts);
    return r ? r : compose_elsewhere(&by, &keys, &needs->fields, job->form, &m->step);
}

/* Files keep their keys and places: they have been sealed for this request. */
static size_t carry_files(const Carrier *c, const Job *job, SealedFile *ret)
{
    size_t n = 0;

    for (size_t i = 0; i < job->n_files; i++) {
        uint8_t to = carry_files_to(c, job->files[i].field);
        if (to == DEF_NONE)
            continue;
        ret[n] = job->files[i];
        ret[n++].field = to;
    }
    return n;
}

static int make_opened(Request *q, const Job *job, const CodeKeys *code, Made *m)
{
    const Opening *o = &m->o;
    Beside beside = {.kept_out = o->kept_out};
    Composer by = composer_of(q, o->to);
    Carrier carrier = {.from = o->from,
                       .open = o->open,
                       .to = o->to,
                       .office = desk_office(q->server->desk),
                       .directory = by.directory,
                       .arena = &q->arena};
    FormItem *items = arena_many(&q->arena, CARRIED_MAX, FormItem);
    SealedFile *files = arena_many(&q->arena, job->n_files + 1, SealedFile);
    Form form = {.items = items};

    if (!items || !files)
        return err_origin(-ENOMEM);
    TRY(carry_form(&carrier, job->form, items, CARRIED_MAX, &form.n_items));
    if (o->open->link)
        beside.link = o->number;
    by.beside = &beside;
    return compose_submission(&by, &form, files, carry_files(&carrier, job, files), code, DAY_NONE,
                              &m->opened);
}

static int make(Request *q, Txn *t, const Holder *h, const Job *job, Made *m)
{
    CODE_AUTO Code code = {{NULL}};
    CODE_KEYS_AUTO CodeKeys keys = {0};

    int r = desk_opening(q->server->desk, t, &h->keys, job->action, &q->arena, &m->o);
    r = r ? r : make_step(q, t, h, job, m);
    if (r)
        return r;
    if (code_parse(str_of(job->new_code), &code))
        return err_origin(-ENOMEM);
    TRY(code_derive(&code, desk_office(q->server->desk)->tenant, &keys));
    r = make_opened(q, job, &keys, m);
    return r > 0 ? DESK_CLOSED : r; /* nobody is left who could read it */
}

static int run_opening(Request *q, Txn *t)
{
    const Job *job = q->job;
    HOLDER_AUTO Holder h = {.text = ""};
    Made *m = arena_new(&q->arena, Made);
    Refusal refusal;
    Submitted done;

    if (!m)
        return err_origin(-ENOMEM);
    TRY(holder_again(q, job->code, &h));
    int r = make(q, t, &h, job, m);
    OpeningDeed deed = {.action = job->action, .step = &m->step, .opened = &m->opened};
    if (!r)
        r = desk_citizen_opens(q->server->desk, t, &h.keys, &deed, &q->arena, &done, &refusal);
    if (r == DESK_UNKNOWN)
        return track_gone(q, t, &h);
    if (r == DESK_CLOSED)
        closed_put(q, m->o.to);
    ReceiptView v = {.def = m->o.to, .code = str_of(job->new_code), .done = &done};
    if (!r)
        r = receipt_render(q, t, &v, &v.text);
    if (r)
        return r;
    q->keep_placed = !done.again;
    receipt_put(q, &v);
    return DESK_OK;
}

int opening_enqueue(Request *q, const Holder *h, uint8_t action, Filled *filled)
{
    CODE_AUTO Code code = {{NULL}};
    Job *job = arena_new(&q->arena, Job);

    if (!job)
        return err_origin(-ENOMEM);
    TRY(code_carried(q, "new_code", &code));
    code_print(&code, job->new_code);
    job->code = arena_str(&q->arena, str_of(h->text));
    job->action = action;
    job->form = &filled->form;
    job->files = filled->files;
    job->n_files = filled->n_files;
    if (!job->code.ptr)
        return err_origin(-ENOMEM);
    q->job = job;
    q->run = run_opening;
    return 0;
}
