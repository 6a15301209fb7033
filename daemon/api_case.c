/* SPDX-License-Identifier: Apache-2.0 */
/* One case for one member of staff: sealed, to be opened on their own machine. */
#include "base/err.h"
#include "base/text.h"
#include "daemon/api.h"
#include "daemon/placed.h"
#include <errno.h>
#include <string.h>

static const char *const KIND_NAMES[] = {
    [STEP_SUBMIT] = "submit",   [STEP_ACTION] = "action",   [STEP_APPROVE] = "approve",
    [STEP_DECLINE] = "decline", [STEP_EXTEND] = "extend",   [STEP_ASSIGN] = "assign",
    [STEP_NOTE] = "note",       [STEP_MESSAGE] = "message", [STEP_RUNG] = "rung",
    [STEP_DECLARE] = "declare", [STEP_RECUSE] = "recuse",   [STEP_SURVEY] = "survey",
    [STEP_LINKED] = "linked",   [STEP_MIGRATE] = "migrate", [STEP_GRANT] = "grant",
    [STEP_HOLD] = "hold",       [STEP_RELEASE] = "release", [STEP_DESTROY] = "destroy",
    [STEP_SILENCE] = "silence",
};
_Static_assert(sizeof(KIND_NAMES) / sizeof(KIND_NAMES[0]) == STEP_KINDS, "every kind is named");

const char *step_kind_name(uint8_t kind)
{
    return kind < STEP_KINDS ? KIND_NAMES[kind] : "";
}

uint8_t step_kind_of(Str word)
{
    for (uint8_t i = 0; i < STEP_KINDS; i++) {
        if (str_is(word, KIND_NAMES[i]))
            return i;
    }
    return STEP_KINDS;
}

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

/* ---- steps ---- */

static Str step_id(const Def *def, uint8_t kind, uint8_t action, uint8_t deadline)
{
    if (kind == STEP_ACTION && action < def->n_actions)
        return def->actions[action].id;
    if ((kind == STEP_EXTEND || kind == STEP_SILENCE) && deadline < def->n_deadlines)
        return def->deadlines[deadline].id;
    return STR("");
}

static void put_pending(Json *j, const CaseView *v)
{
    const Proposal *p = &v->head.c.proposal;

    if (!p->pending) {
        json_null(j, "pending");
        return;
    }
    json_open(j, "pending");
    json_cstr(j, "kind", step_kind_name(p->kind));
    json_str(j, "id", step_id(v->def, p->kind, p->action, p->deadline));
    json_name(j, "maker", &v->approver_of);
    json_day(j, "day", p->day);
    json_int(j, "event", p->event);
    json_close(j);
}

static void put_field_list(Json *j, const Def *def, const FieldSet *set)
{
    json_list(j, "fields");
    for (uint8_t i = 0; i < def->n_fields; i++) {
        if (field_set_has(set, i))
            json_str(j, NULL, def->fields[i].id);
    }
    json_list_end(j);
}

static void put_message(Json *j, const Def *def, uint8_t message)
{
    if (message < def->n_messages)
        json_str(j, "message", def->messages[message].id);
    else
        json_null(j, "message");
}

/* The id, and the words that are affirmed. */
static void put_declare(Json *j, const Def *def, Str id)
{
    Label words = def_declaration(def, id);

    if (!id.len) {
        json_null(j, "declare");
        return;
    }
    json_str(j, "declare", id);
    json_open(j, "declaration");
    json_str(j, "th", words.th);
    json_str(j, "en", words.en);
    json_close(j);
}

static void put_needs(Json *j, const Def *def, const char *name, const Needs *n)
{
    json_open(j, name);
    put_field_list(j, def, &n->fields);
    put_message(j, def, n->message);
    json_bool(j, "note", n->note);
    put_declare(j, def, n->declare);
    json_close(j);
}

/* Built-in steps have words of their own. */
static Label step_label(const Def *def, const OpenStep *s)
{
    switch ((StepKind)s->kind) {
    case STEP_ACTION:
        return def->actions[s->index].label;
    case STEP_EXTEND:
    case STEP_SILENCE:
        return def->deadlines[s->index].label;
    case STEP_APPROVE:
        return (Label){STR("อนุมัติ"), STR("Approve")};
    case STEP_DECLINE:
        return (Label){STR("ไม่อนุมัติ"), STR("Decline")};
    case STEP_ASSIGN:
        return (Label){STR("มอบหมายผู้รับผิดชอบ"), STR("Assign")};
    case STEP_NOTE:
        return (Label){STR("บันทึกภายใน"), STR("Add a note")};
    case STEP_DECLARE:
        return (Label){STR("รับรองว่าไม่มีส่วนได้เสีย"), STR("Declare no conflict")};
    case STEP_RECUSE:
        return (Label){STR("ถอนตัวจากเรื่อง"), STR("Take off the case")};
    case STEP_GRANT:
        return (Label){STR("ให้ผู้อื่นอ่านเรื่องนี้ด้วย"), STR("Pass on a key")};
    case STEP_HOLD:
        return (Label){STR("ระงับการทำลาย"), STR("Hold for legal reasons")};
    case STEP_RELEASE:
        return (Label){STR("ยกเลิกการระงับการทำลาย"), STR("Lift the hold")};
    case STEP_DESTROY:
    case STEP_SUBMIT:
    case STEP_MESSAGE:
    case STEP_RUNG:
    case STEP_SURVEY:
    case STEP_LINKED:
    case STEP_MIGRATE:
    case STEP_KINDS:
        break;
    }
    return (Label){STR(""), STR("")};
}

static void put_step(Json *j, const Def *def, const OpenStep *s)
{
    static const Needs nothing = {.message = DEF_NONE};
    static const Needs note = {.message = DEF_NONE, .note = true};
    Needs declares = {.message = DEF_NONE};
    bool action = s->kind == STEP_ACTION, extend = s->kind == STEP_EXTEND;
    const Action *a = action ? &def->actions[s->index] : NULL;
    const Extend *e = extend ? &def->deadlines[s->index].extend : NULL;
    bool noted = s->kind == STEP_DECLINE || s->kind == STEP_NOTE || s->kind == STEP_GRANT ||
                 s->kind == STEP_HOLD || s->kind == STEP_RELEASE || s->kind == STEP_SILENCE;
    Label label = step_label(def, s);

    if (s->kind == STEP_DECLARE)
        declares.declare = def_member_declares(def, s->index);

    json_open(j, NULL);
    json_cstr(j, "kind", step_kind_name(s->kind));
    json_str(j, "id", step_id(def, s->kind, s->index, s->index));
    json_str(j, "th", label.th);
    json_str(j, "en", label.en);
    json_bool(j, "usual", a && a->usual);
    json_bool(j, "approval", (a && a->approve.by) || (e && e->approve.by));
    put_needs(j, def, "needs", a ? &a->needs : e ? &e->needs : noted ? &note : &declares);
    put_needs(j, def, "may", a ? &a->may : &nothing);
    json_close(j);
}

static void put_steps(Json *j, const CaseView *v)
{
    json_list(j, "steps");
    for (size_t i = 0; i < v->n_steps; i++)
        put_step(j, v->def, &v->steps[i]);
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
    put_pending(&j, v);
    put_steps(&j, v);
    put_keys(&j, v);
    put_seals(&j, v);
    put_content(&j, v);
    put_events(&j, v);
    json_readers(&j, v->readers, v->n_readers);
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
