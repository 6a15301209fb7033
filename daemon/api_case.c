/* SPDX-License-Identifier: Apache-2.0 */
/* One case for one member of staff: sealed, to be opened on their own machine. */
#include "base/err.h"
#include "base/text.h"
#include "daemon/api.h"
#include "daemon/placed.h"
#include <errno.h>
#include <string.h>

void json_bytes32(Json *j, const char *name, const uint8_t b[32])
{
    json_bytes(j, name, b, 32);
}

void json_missing(Json *j, const MissingSeal *m, size_t n)
{
    json_list(j, "missing");
    for (size_t i = 0; i < n; i++) {
        json_open(j, NULL);
        json_name(j, "name", &m[i].person);
        json_int(j, "class", m[i].class);
        json_close(j);
    }
    json_list_end(j);
}

void json_readers(Json *j, const KeyReader *list, size_t n)
{
    json_list(j, "readers");
    for (size_t i = 0; i < n; i++) {
        json_open(j, NULL);
        json_name(j, "name", &list[i].name);
        json_int(j, "class", list[i].class);
        json_int(j, "expires", list[i].expires);
        json_close(j);
    }
    json_list_end(j);
}

/* ---- clocks ---- */

static void put_deadline(Json *j, const CaseView *v, const ShownDeadline *d)
{
    static const char *const verdicts[] = {[VERDICT_ON_TIME] = "on_time", [VERDICT_LATE] = "late"};
    uint8_t index = def_deadline(v->def, d->id);
    const Deadline *deadline = &v->def->deadlines[index];
    uint8_t verdict = v->head.c.clocks[index].verdict;

    json_open(j, NULL);
    json_str(j, "id", d->id);
    json_str(j, "th", d->label.th);
    json_str(j, "en", d->label.en);
    json_day(j, "due", d->due);
    json_day(j, "work_by",
             d->due == DAY_NONE ? DAY_NONE : calendar_work_by(v->def->calendar, d->due));
    json_bool(j, "overdue", d->overdue);
    json_day(j, "silent_until", d->silent_until);
    json_bool(j, "met", d->met);
    if (verdict == VERDICT_NONE)
        json_null(j, "verdict");
    else
        json_cstr(j, "verdict", verdicts[verdict]);
    json_bool(j, "provisional", d->provisional);
    json_cstr(j, "duty", deadline->of_complainant ? "complainant" : "office");
    json_list(j, "promised");
    for (uint8_t i = 0; i < d->n_promised; i++)
        json_day(j, NULL, d->promised[i]);
    json_list_end(j);
    json_close(j);
}

static void put_deadlines(Json *j, const CaseView *v)
{
    json_list(j, "deadlines");
    for (size_t i = 0; i < v->n_deadlines; i++) {
        if (def_deadline(v->def, v->deadlines[i].id) != DEF_NONE)
            put_deadline(j, v, &v->deadlines[i]);
    }
    json_list_end(j);
}

/* ---- keys and content ---- */

static void put_keys(Json *j, const CaseView *v)
{
    const HeadRecord *h = &v->head;

    json_list(j, "keys");
    for (uint8_t i = 0; i < h->n_keys; i++) {
        json_open(j, NULL);
        json_int(j, "class", h->keys[i].class);
        json_int(j, "epoch", h->keys[i].epoch);
        json_bytes32(j, "public", h->keys[i].public.b);
        json_name(j, "by", &v->key_makers[i]);
        json_bytes(j, "signature", h->keys[i].signed_by_maker.b, 64);
        json_close(j);
    }
    json_list_end(j);
    json_bytes32(j, "code_box", h->code_box.b);
}

static void put_seals(Json *j, const CaseView *v)
{
    json_list(j, "seals");
    for (size_t i = 0; i < v->n_seals; i++) {
        const SealRecord *s = &v->seals[i];
        json_open(j, NULL);
        json_int(j, "class", s->class);
        json_int(j, "epoch", s->epoch);
        json_int(j, "slot", s->slot);
        json_bytes(j, "sealed", s->sealed.ptr, s->sealed.len);
        json_name(j, "by", &v->granted_by[i]);
        json_int(j, "expires", s->expires);
        json_bytes32(j, "nonce", s->nonce.b);
        json_bytes(j, "signature", s->signature.b, sizeof(s->signature.b));
        json_close(j);
    }
    json_list_end(j);
}

static void put_content(Json *j, const CaseView *v)
{
    json_list(j, "content");
    for (size_t i = 0; i < v->n_parts; i++) {
        const PartRecord *p = &v->parts[i];
        json_open(j, NULL);
        json_int(j, "no", p->no);
        json_int(j, "event", p->event);
        json_int(j, "kind", p->kind);
        json_int(j, "class", p->class);
        json_int(j, "epoch", p->epoch);
        json_int(j, "slot", p->slot);
        json_name(j, "file", &p->file);
        if (p->kind == PART_HALF)
            json_bytes32(j, "commit", p->commit.b);
        json_bytes(j, "sealed", p->sealed.ptr, p->sealed.len);
        json_close(j);
    }
    json_list_end(j);
}

/* An id may be gone by now: the words come with it. */
static void put_event_step(Json *j, const Def *def, const Step *s)
{
    bool of_deadline = s->deadline < def->n_deadlines;
    uint8_t kind = of_deadline ? STEP_EXTEND : STEP_ACTION;
    OpenStep step = {.kind = kind, .index = of_deadline ? s->deadline : s->action};
    Str id = step_id(def, kind, step.index, step.index);

    json_str(j, "id", id);
    if (!id.len)
        return;
    Label label = step_label(def, &step);
    json_str(j, "th", label.th);
    json_str(j, "en", label.en);
}

static void put_events(Json *j, const CaseView *v)
{
    json_list(j, "events");
    for (size_t i = 0; i < v->n_events; i++) {
        const EventRecord *e = &v->events[i];
        json_open(j, NULL);
        json_int(j, "seq", e->seq);
        json_cstr(j, "kind", step_kind_name(e->step.kind));
        put_event_step(j, v->event_defs[i], &e->step);
        json_name(j, "by", &v->people[i]);
        json_day(j, "day", e->step.day);
        json_bool(j, "held", e->held);
        json_close(j);
    }
    json_list_end(j);
}

static void put_open_values(Json *j, const CaseView *v)
{
    json_open(j, "open");
    for (uint8_t i = 0; i < v->head.c.n_open; i++) {
        const OpenValue *o = &v->head.c.open[i];
        if (o->field >= v->def->n_fields)
            continue;
        const Field *f = &v->def->fields[o->field];
        Name id = name_of(f->id);
        if (f->type == FIELD_DATE)
            json_day(j, id.s, (Day)o->number);
        else if (f->type == FIELD_NUMBER)
            json_int(j, id.s, o->number);
        else
            json_name(j, id.s, &o->choice);
    }
    json_close(j);
}

static void put_case(Request *q, const CaseView *v)
{
    const HeadRecord *h = &v->head;
    uint8_t seal_id[8];
    Json j = reply_json(q, 200);

    for (size_t i = 0; i < sizeof(seal_id); i++)
        seal_id[i] = (uint8_t)(h->seal_id >> (56 - 8 * i));
    json_open(&j, NULL);
    json_case_line(&j, &v->line);
    json_hash(&j, "definition", h->workflow_hash.b, sizeof(h->workflow_hash.b));
    json_hash(&j, "seal_id", seal_id, sizeof(seal_id));
    json_int(&j, "parts", h->parts);
    json_bool(&j, "final", case_is_final(v->def, &h->c));
    json_bool(&j, "on_hold", h->c.on_hold);
    json_int(&j, "destroyed", h->c.destroyed);
    json_day(&j, "today", q->today);
    put_deadlines(&j, v);
    json_pending(&j, v);
    json_steps(&j, v);
    put_keys(&j, v);
    put_seals(&j, v);
    put_content(&j, v);
    put_events(&j, v);
    json_readers(&j, v->readers, v->n_readers);
    json_reveal(&j, v, q->today);
    put_open_values(&j, v);
    json_close(&j);
}

static int run_case(Request *q, Txn *t)
{
    CaseView *v = arena_new(&q->arena, CaseView);

    if (!v)
        return err_origin(-ENOMEM);
    int r = desk_case(q->server->desk, t, &q->who, q->open[0], true, &q->arena, v);
    if (r)
        return api_desk(q, r);
    put_case(q, v);
    return DESK_OK;
}

int api_case(Request *q)
{
    q->run = run_case;
    return 0;
}

/* ---- readers and files ---- */

static int look_readers(Request *q, Txn *t)
{
    enum { MOST = READER_SLOTS * CLASSES };
    MissingSeal missing[MOST];
    Str unit = params_get(&q->query, "unit"), target = params_get(&q->query, "target");
    Name unit_name = name_of(unit), target_name = name_of(target);
    size_t n = 0, n_out = 0;
    Name *out;

    int r = desk_readers_after(q->server->desk, t, &q->who, q->open[0],
                               step_kind_of(params_get(&q->query, "kind")),
                               params_get(&q->query, "id"), unit.len ? &unit_name : NULL,
                               target.len ? &target_name : NULL, missing, MOST, &n);
    if (!r)
        r = desk_kept_out(q->server->desk, t, &q->who, q->open[0], params_get(&q->query, "id"),
                          &q->arena, &out, &n_out);
    if (r == DESK_REFUSED) {
        reply_api_error(q, 422, "refused", "this step is not open", NULL);
        return DESK_OK; /* asked beforehand by every client: no refusal yet */
    }
    if (r)
        return api_desk(q, r);
    Json j = reply_json(q, 200);
    json_open(&j, NULL);
    json_missing(&j, missing, n);
    json_list(&j, "kept_out");
    for (size_t i = 0; i < n_out; i++)
        json_str(&j, NULL, name_str(&out[i]));
    json_list_end(&j);
    json_close(&j);
    return DESK_OK;
}

/* A writing request only where it is refused. */
int api_readers(Request *q)
{
    q->run = look_readers;
    return 0;
}

/* A file goes out in portions: neither side ever holds more of it. */
static int look_file(Request *q, Txn *t)
{
    unsigned long long no, from = 0;
    Str begins = params_get(&q->query, "from");
    PartRecord part;

    if (str_u64(q->open[1], UINT32_MAX, &no) || (begins.len && str_u64(begins, INT64_MAX, &from)))
        return api_desk(q, DESK_UNKNOWN);
    int r = desk_file(q->server->desk, t, &q->who, q->open[0], (uint32_t)no, &q->arena, &part);
    if (r)
        return api_desk(q, r);
    r = placed_read(q->server->files, &part.file, from, FILE_PORTION, &q->reply.body);
    if (r > 0)
        return api_desk(q, DESK_UNKNOWN);
    if (r)
        return r;
    q->reply.status = 200;
    q->reply.type = "application/octet-stream";
    return DESK_OK;
}

/* Served sealed, and an entry of the log: so it has its turn. */
int api_file(Request *q)
{
    q->run = look_file;
    return 0;
}
