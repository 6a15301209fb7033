/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store/examples.h"

#include "engine/core/due.h"
#include <string.h>

static Bytes32 bytes32(uint8_t fill)
{
    Bytes32 b;

    memset(b.b, fill, sizeof(b.b));
    return b;
}

static Bytes64 bytes64(uint8_t fill)
{
    Bytes64 b;

    memset(b.b, fill, sizeof(b.b));
    return b;
}

static Tag tag(uint8_t fill)
{
    Tag t;

    memset(t.b, fill, sizeof(t.b));
    return t;
}

static Name name(const char *text)
{
    return name_of(str_of(text));
}

static void case_example(Case *c)
{
    case_init(c);
    c->rev = 3;
    c->events = 4;
    c->state = 2;
    c->state_since = 20468;
    c->received = 20465;
    c->received_at = 1768188600;
    c->unit = name("works");
    c->assignee = tag(0xa1);
    c->n_open = 1;
    c->open[0].field = 5;
    c->open[0].number = -1;
    c->open[0].choice = name("road");
    Clock *k = &c->clocks[1];
    k->state = CLOCK_RUNNING;
    k->round = 1;
    k->limit.count = 15;
    k->limit.unit = SPAN_CALENDAR_DAYS;
    k->start = 20465;
    k->since = 20465;
    k->fired = 20465;
    k->n_promised = 1;
    k->promised[0] = 20473;
    c->times[7] = 1;
}

static void step_example(Step *s)
{
    memset(s, 0, sizeof(*s));
    s->kind = STEP_ACTION;
    s->action = 7;
    s->deadline = DEF_NONE;
    s->has_rev = true;
    s->if_rev = 2;
    s->actor.kind = ACTOR_PERSON;
    s->actor.tag = tag(0xa1);
    s->actor.roles = 1u << 5;
    s->actor.unit = name("works");
    s->at = 1768447800;
    s->day = 20468;
    s->received = DAY_NONE;
    field_set_add(&s->in.given, 5);
    s->in.message = true;
    s->in.n_excluded = 1;
    s->in.excluded[0] = tag(0xe1);
}

static void put_case_silent(Buf *out)
{
    Case c;

    case_example(&c);
    c.clocks[1].silent_from = 20485;
    c.clocks[1].silent_until = 20488;
    record_put_case(out, &c);
}

static void put_case(Buf *out)
{
    Case c;

    case_example(&c);
    record_put_case(out, &c);
}

/* A case of a later day: one of two custodians has answered. */
static void put_case_reveal(Buf *out)
{
    Case c;

    case_example(&c);
    c.reveal.state = REVEAL_ASKED;
    c.reveal.ground = 3;
    c.reveal.event = 2;
    c.reveal.rev = 3;
    c.reveal.officer = tag(0xa1);
    c.reveal.day = 20468;
    c.reveal.until = 20475;
    c.reveal.halves[3] = tag(0xb2);
    record_put_case(out, &c);
}

static void put_step_reveal(Buf *out)
{
    Step s;

    memset(&s, 0, sizeof(s));
    s.kind = STEP_REVEAL_ANSWER;
    s.action = DEF_NONE;
    s.deadline = DEF_NONE;
    s.actor.kind = ACTOR_PERSON;
    s.actor.tag = tag(0xb2);
    s.day = 20469;
    s.received = DAY_NONE;
    s.in.target = tag(0xa1);
    s.ground = 3;
    s.halves = 0x09;
    record_put_step(out, &s);
}

static void put_step(Buf *out)
{
    Step s;

    step_example(&s);
    record_put_step(out, &s);
}

static void put_head(Buf *out)
{
    HeadRecord r;

    memset(&r, 0, sizeof(r));
    r.id = 7;
    r.seal_id = UINT64_C(0x7071727374757677);
    r.workflow = name("general");
    r.workflow_version = 1;
    r.workflow_hash = bytes32(0x11);
    r.number = name("69-0007");
    r.register_no = name("12/2569");
    r.code_index = bytes32(0x12);
    r.code_box = bytes32(0x13);
    r.code_sign = bytes32(0x14);
    r.n_keys = 1;
    r.keys[0].class = CLASS_CONFIDENTIAL;
    r.keys[0].epoch = 1;
    r.keys[0].public = bytes32(0x15);
    r.parts = 2;
    r.seals = 3;
    r.calendar_hash = bytes32(0x23);
    r.settings_hash = bytes32(0x24);
    case_example(&r.c);
    record_put_head(out, &r);
}

static void put_event(Buf *out)
{
    EventRecord r;

    memset(&r, 0, sizeof(r));
    r.case_id = 7;
    r.seq = 3;
    step_example(&r.step);
    r.first_part = 1;
    r.n_parts = 1;
    r.first_seal = 3;
    r.number = name("12/2569");
    r.held = true;
    r.log_leaf = UINT64_MAX;
    r.signature = bytes64(0x21);
    r.content = bytes32(0x22);
    r.calendar_hash = bytes32(0x23);
    record_put_event(out, &r);
}

static void put_part(Buf *out)
{
    PartRecord r;

    memset(&r, 0, sizeof(r));
    r.case_id = 7;
    r.no = 1;
    r.event = 3;
    r.kind = PART_NOTE;
    r.class = CLASS_CONFIDENTIAL;
    r.epoch = 1;
    r.sealed = STR("sealed");
    record_put_part(out, &r);
}

static void put_seal(Buf *out)
{
    SealRecord r;

    memset(&r, 0, sizeof(r));
    r.case_id = 7;
    r.no = 2;
    r.class = CLASS_CONFIDENTIAL;
    r.epoch = 1;
    r.slot = 4;
    r.reader = tag(0xa2);
    r.event = 3;
    r.granted_by = tag(0xa1);
    r.signature = bytes64(0x31);
    r.nonce = bytes32(0x32);
    r.sealed = STR("key");
    record_put_seal(out, &r);
}

static void put_alert(Buf *out)
{
    AlertRecord r;

    memset(&r, 0, sizeof(r));
    r.seq = 9;
    r.case_id = 7;
    r.number = name("69-0007");
    r.workflow = name("general");
    r.deadline = name("answer");
    r.kind = RUNG_OVERDUE;
    r.day = 20481;
    r.due = 20480;
    r.to = 1u << 6;
    r.assignee = tag(0xa1);
    r.unit = name("works");
    record_put_alert(out, &r);
}

static void put_staff(Buf *out)
{
    StaffRecord r;

    memset(&r, 0, sizeof(r));
    r.name = name("somchai");
    r.auth_index = bytes32(0x41);
    r.wrapped = STR("wrapped");
    r.changed = 1768188600;
    record_put_staff(out, &r);
}

static void put_staff_whole(Buf *out)
{
    StaffRecord r;

    memset(&r, 0, sizeof(r));
    r.name = name("somchai");
    r.auth_index = bytes32(0x41);
    r.wrapped = STR("wrapped");
    r.changed = 1768188600;
    r.disabled = true;
    r.recovery_index = bytes32(0x43);
    r.recovery_wrapped = STR("wrapped again");
    r.former = STR("former");
    record_put_staff(out, &r);
}

static void put_leaf(Buf *out)
{
    LeafRecord r;

    memset(&r, 0, sizeof(r));
    r.index = 12;
    r.kind = LOGGED_EVENT;
    r.case_id = 7;
    r.event = 3;
    r.day = 20468;
    r.person = tag(0xa1);
    r.content = bytes32(0x51);
    r.blinder = bytes32(0x52);
    r.leaf = bytes32(0x53);
    record_put_leaf(out, &r);
}

static void put_request(Buf *out)
{
    RequestRecord r;

    memset(&r, 0, sizeof(r));
    r.body = bytes32(0x61);
    r.expires = 20475;
    r.status = 200;
    r.answer = STR("{}");
    record_put_request(out, &r);
}

static void put_handover(Buf *out)
{
    HandoverRecord r;

    memset(&r, 0, sizeof(r));
    r.sealed = STR("sealed code");
    r.until = DAY_NONE;
    record_put_handover(out, &r);
}

/* One that ends. */
static void put_handover_until(Buf *out)
{
    HandoverRecord r;

    memset(&r, 0, sizeof(r));
    r.sealed = STR("sealed code");
    r.until = 20666;
    record_put_handover(out, &r);
}

/* What is left of a case of which keys and words were destroyed, and which is on hold. */
static void put_case_destroyed(Buf *out)
{
    Case c;

    case_example(&c);
    c.on_hold = true;
    c.destroyed = (1u << CLASS_IDENTITY) | (1u << CLASS_CONFIDENTIAL);
    record_put_case(out, &c);
}

static void put_event_destroyed(Buf *out)
{
    EventRecord r;

    memset(&r, 0, sizeof(r));
    r.case_id = 7;
    r.seq = 4;
    r.step.kind = STEP_DESTROY;
    r.step.action = DEF_NONE;
    r.step.deadline = DEF_NONE;
    r.step.actor.kind = ACTOR_SYSTEM;
    r.step.at = 1799724600;
    r.step.day = 20830;
    r.step.received = DAY_NONE;
    r.step.classes = (1u << CLASS_IDENTITY) | (1u << CLASS_CONFIDENTIAL);
    r.log_leaf = 13;
    r.calendar_hash = bytes32(0x23);
    record_put_event(out, &r);
}

static void put_event_hold(Buf *out)
{
    EventRecord r;

    memset(&r, 0, sizeof(r));
    r.case_id = 7;
    r.seq = 4;
    step_example(&r.step);
    r.step.kind = STEP_HOLD;
    r.step.action = DEF_NONE;
    r.first_part = 2;
    r.n_parts = 1;
    r.log_leaf = 13;
    r.signature = bytes64(0x21);
    r.content = bytes32(0x22);
    record_put_event(out, &r);
}

static void put_head_covered(Buf *out)
{
    static const char covered[] = "what a case is, covered";
    HeadRecord r;

    memset(&r, 0, sizeof(r));
    r.id = 7;
    r.seal_id = UINT64_C(0x7071727374757677);
    r.workflow = name("corruption");
    r.workflow_version = 1;
    r.workflow_hash = bytes32(0x11);
    r.number = name("C-1234-5678");
    case_init(&r.c);
    r.covered = (Str){covered, sizeof(covered) - 1};
    record_put_head(out, &r);
}

static void put_event_covered(Buf *out)
{
    static const char covered[] = "who did what, covered";
    EventRecord r;

    memset(&r, 0, sizeof(r));
    r.case_id = 7;
    r.seq = 3;
    r.first_part = 1;
    r.n_parts = 1;
    r.log_leaf = UINT64_MAX;
    r.content = bytes32(0x22);
    r.covered = (Str){covered, sizeof(covered) - 1};
    record_put_event(out, &r);
}

static void put_part_destroyed(Buf *out)
{
    PartRecord r = {.case_id = 7, .no = 1, .event = 3, .kind = PART_NOTE, .epoch = 1};

    r.class = CLASS_CONFIDENTIAL;
    r.gone = bytes32(0x33);
    record_put_part(out, &r);
}

static void put_seal_destroyed(Buf *out)
{
    SealRecord r = {.case_id = 7, .no = 2, .event = 3, .epoch = 1, .slot = 4};

    r.class = CLASS_CONFIDENTIAL;
    r.gone = bytes32(0x34);
    record_put_seal(out, &r);
}

static void put_alert_covered(Buf *out)
{
    record_put_alert(out, &(AlertRecord){.seq = 9, .covered = STR("covered")});
}

static void put_part_masked(Buf *out)
{
    PartRecord r = {.case_id = 7, .no = 4, .kind = PART_HALF, .epoch = 1, .slot = 3};

    r.class = CLASS_IDENTITY;
    r.holder = tag(0xa3);
    r.commit = bytes32(0x33);
    r.sealed = STR("half");
    r.masked = true;
    record_put_part(out, &r);
}

static void put_seal_masked(Buf *out)
{
    SealRecord r = {.case_id = 7, .no = 2, .epoch = 1, .slot = 4, .masked = true};

    r.class = CLASS_CONFIDENTIAL;
    r.reader = tag(0xa4);
    r.sealed = STR("key");
    record_put_seal(out, &r);
}

#define AGAIN(kind, Type)                                                                          \
    static int again_##kind(Str in, Buf *out)                                                      \
    {                                                                                              \
        Type r;                                                                                    \
        if (record_get_##kind(in, &r))                                                             \
            return 1;                                                                              \
        record_put_##kind(out, &r);                                                                \
        return 0;                                                                                  \
    }
AGAIN(case, Case)
AGAIN(step, Step)
AGAIN(head, HeadRecord)
AGAIN(event, EventRecord)
AGAIN(part, PartRecord)
AGAIN(seal, SealRecord)
AGAIN(alert, AlertRecord)
AGAIN(staff, StaffRecord)
AGAIN(leaf, LeafRecord)
AGAIN(request, RequestRecord)
AGAIN(handover, HandoverRecord)

const Example examples[] = {
    {"case", put_case, again_case},
    {"step", put_step, again_step},
    {"head", put_head, again_head},
    {"event", put_event, again_event},
    {"part", put_part, again_part},
    {"seal", put_seal, again_seal},
    {"alert", put_alert, again_alert},
    {"staff", put_staff, again_staff},
    {"leaf", put_leaf, again_leaf},
    {"request", put_request, again_request},
    {"staff_whole", put_staff_whole, again_staff},
    {"handover", put_handover, again_handover},
    {"handover_until", put_handover_until, again_handover},
    {"case_destroyed", put_case_destroyed, again_case},
    {"event_destroyed", put_event_destroyed, again_event},
    {"event_hold", put_event_hold, again_event},
    {"part_destroyed", put_part_destroyed, again_part},
    {"seal_destroyed", put_seal_destroyed, again_seal},
    {"case_silent", put_case_silent, again_case},
    {"case_reveal", put_case_reveal, again_case},
    {"step_reveal", put_step_reveal, again_step},
    {"head_covered", put_head_covered, again_head},
    {"event_covered", put_event_covered, again_event},
    {"alert_covered", put_alert_covered, again_alert},
    {"part_masked", put_part_masked, again_part},
    {"seal_masked", put_seal_masked, again_seal},
};
const size_t examples_n = sizeof(examples) / sizeof(examples[0]);
