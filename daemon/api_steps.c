/* SPDX-License-Identifier: Apache-2.0 */
/* What may be done to a case, and what each step is called. */
#include "daemon/api.h"

static const char *const KIND_NAMES[] = {
    [STEP_SUBMIT] = "submit",
    [STEP_ACTION] = "action",
    [STEP_APPROVE] = "approve",
    [STEP_DECLINE] = "decline",
    [STEP_EXTEND] = "extend",
    [STEP_ASSIGN] = "assign",
    [STEP_NOTE] = "note",
    [STEP_MESSAGE] = "message",
    [STEP_RUNG] = "rung",
    [STEP_DECLARE] = "declare",
    [STEP_RECUSE] = "recuse",
    [STEP_SURVEY] = "survey",
    [STEP_LINKED] = "linked",
    [STEP_MIGRATE] = "migrate",
    [STEP_GRANT] = "grant",
    [STEP_HOLD] = "hold",
    [STEP_RELEASE] = "release",
    [STEP_DESTROY] = "destroy",
    [STEP_SILENCE] = "silence",
    [STEP_REVEAL_ASK] = "reveal",
    [STEP_REVEAL_ANSWER] = "reveal_answer",
    [STEP_REVEAL_DECLINE] = "reveal_decline",
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

Str step_id(const Def *def, uint8_t kind, uint8_t action, uint8_t deadline)
{
    if (kind == STEP_ACTION && action < def->n_actions)
        return def->actions[action].id;
    if ((kind == STEP_EXTEND || kind == STEP_SILENCE) && deadline < def->n_deadlines)
        return def->deadlines[deadline].id;
    return STR("");
}

void json_pending(Json *j, const CaseView *v)
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

Label step_label(const Def *def, const OpenStep *s)
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
    case STEP_REVEAL_ASK:
        return (Label){STR("ขอเปิดข้อมูลที่ระบุตัวผู้แจ้ง"), STR("Ask to open the identity")};
    case STEP_REVEAL_ANSWER:
    case STEP_REVEAL_DECLINE:
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
                 s->kind == STEP_HOLD || s->kind == STEP_RELEASE || s->kind == STEP_SILENCE ||
                 s->kind == STEP_REVEAL_ASK;
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

void json_steps(Json *j, const CaseView *v)
{
    json_list(j, "steps");
    for (size_t i = 0; i < v->n_steps; i++)
        put_step(j, v->def, &v->steps[i]);
    json_list_end(j);
}
