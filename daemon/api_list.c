/* SPDX-License-Identifier: Apache-2.0 */
/* Lists for staff: cases, what is overdue, alerts. */
#include "base/err.h"
#include "base/text.h"
#include "base/wire.h"
#include "daemon/api.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { LIST_DEFAULT = 100, LIST_MOST = 500, ALERTS_MOST = 200, CURSOR_NONCE = 8, CURSOR_KEY = 12 };

int api_desk(Request *q, int answer)
{
    switch (answer) {
    case DESK_UNKNOWN:
        reply_api_error(q, 404, "unknown", "no such case for you", NULL);
        break;
    case DESK_MOVED:
        reply_api_error(q, 409, "moved", "the case has moved on since you looked at it", "if_rev");
        break;
    case DESK_SIGNATURE:
        reply_api_error(q, 422, "signature", "the signature does not hold", NULL);
        break;
    case DESK_MALFORMED:
        reply_api_error(q, 422, "malformed", "the request does not fit the workflow", NULL);
        break;
    case DESK_CLOSED:
        reply_api_error(q, 503, "closed", "the protected channel is not open", NULL);
        break;
    case DESK_BROKEN:
        reply_desk(q, DESK_BROKEN);
        break;
    default:
        break;
    }
    return answer;
}

int api_read(Request *q, int (*look)(Request *q, Txn *t))
{
    Txn *t;

    int r = store_read(desk_store(q->server->desk), &t);
    if (!r) {
        r = look(q, t);
        store_end(t);
    } else {
        r = DESK_IO;
    }
    if (r && !q->reply.status)
        reply_desk(q, r);
    return 0;
}

void json_case_line(Json *j, const CaseLine *l)
{
    const State *state = &l->def->states[l->state];

    json_name(j, "number", &l->number);
    json_name(j, "register_no", &l->register_no);
    json_str(j, "workflow", l->def->id);
    json_label(j, "state", state->id, &state->staff);
    json_int(j, "rev", l->rev);
    json_day(j, "received", l->received);
    json_day(j, "due", l->due);
    json_bool(j, "overdue", l->overdue);
    json_bool(j, "provisional", l->provisional);
    if (l->due == DAY_NONE)
        json_null(j, "days_left");
    else
        json_int(j, "days_left", l->days_left);
    json_bool(j, "pending", l->pending);
    json_name(j, "unit", &l->unit);
    json_name(j, "assignee", &l->assignee);
    if (l->urgency.choice.s[0])
        json_name(j, "urgency", &l->urgency.choice);
}

/* ---- cursors: a case's id never leaves the machine in the clear ---- */

static void mask(Request *q, const uint8_t nonce[CURSOR_NONCE], uint8_t key[CURSOR_KEY])
{
    const DeskKeys *keys = desk_keys(q->server->desk);
    Str parts[] = {STR("krading/1|cursor"), {(const char *)nonce, CURSOR_NONCE}};
    Hash stream = hash_parts(&keys->mac, parts, 2);

    for (size_t i = 0; i < CURSOR_KEY; i++)
        key[i] ^= stream.b[i];
}

/* The nonce follows from the key: a cursor that somebody altered, to see where the ids of others lie,
 * is none. */
static void nonce_of(Request *q, const uint8_t key[CURSOR_KEY], uint8_t ret[CURSOR_NONCE])
{
    const DeskKeys *keys = desk_keys(q->server->desk);
    Str parts[] = {STR("krading/1|cursor nonce"), {(const char *)key, CURSOR_KEY}};
    Hash h = hash_parts(&keys->mac, parts, 2);

    memcpy(ret, h.b, CURSOR_NONCE);
}

static void put_cursor(Request *q, Json *j, const ListKey *at)
{
    uint8_t nonce[CURSOR_NONCE];
    BUF_AUTO Buf key = {0};
    BUF_AUTO Buf cursor = {0};

    if (!at->case_id) {
        json_null(j, "after");
        return;
    }
    buf_init(&key, CURSOR_KEY);
    buf_init(&cursor, CURSOR_NONCE + CURSOR_KEY);
    wire_put_i32(&key, at->due);
    wire_put_u64(&key, at->case_id);
    if (key.err)
        return;
    nonce_of(q, key.ptr, nonce);
    mask(q, nonce, key.ptr);
    buf_add(&cursor, nonce, sizeof(nonce));
    buf_add(&cursor, key.ptr, key.len);
    json_bytes(j, "after", cursor.ptr, cursor.len);
}

static bool read_cursor(Request *q, Str text, ListKey *ret)
{
    uint8_t nonce[CURSOR_NONCE];
    BUF_AUTO Buf bytes = {0};

    buf_init(&bytes, CURSOR_NONCE + CURSOR_KEY);
    if (text_get_base64url(text, &bytes) || bytes.len != CURSOR_NONCE + CURSOR_KEY)
        return false;
    mask(q, bytes.ptr, bytes.ptr + CURSOR_NONCE);
    nonce_of(q, bytes.ptr + CURSOR_NONCE, nonce);
    if (memcmp(nonce, bytes.ptr, sizeof(nonce)) != 0)
        return false;
    Wire w = wire_of(bytes.ptr + CURSOR_NONCE, CURSOR_KEY);
    ret->due = wire_i32(&w);
    ret->case_id = wire_u64(&w);
    return true;
}

/* ---- cases ---- */

/* False: the reply says which input is wrong. */
static bool read_filter(Request *q, ListFilter *f)
{
    Str before = params_get(&q->query, "due_before"), limit = params_get(&q->query, "limit");
    Str after = params_get(&q->query, "after");
    unsigned long long n = LIST_DEFAULT;
    const char *wrong = NULL;

    f->state = params_get(&q->query, "state");
    f->workflow = params_get(&q->query, "workflow");
    f->assignee = params_get(&q->query, "assignee");
    f->with_closed = str_is(params_get(&q->query, "closed"), "1");
    f->due_before = DAY_NONE;
    if (before.len && day_parse_iso(before, &f->due_before))
        wrong = "due_before";
    if (limit.len && (str_u64(limit, LIST_MOST, &n) || !n))
        wrong = "limit";
    if (after.len && !read_cursor(q, after, &f->after))
        wrong = "after";
    f->limit = (uint32_t)n;
    if (wrong)
        reply_api_error(q, 422, "malformed", "this value cannot be read", wrong);
    return !wrong;
}

static int look_cases(Request *q, Txn *t)
{
    ListFilter filter = {.limit = 0};
    ListKey next = {.due = 0, .case_id = 0};
    CaseLine *lines;
    size_t n;

    if (!read_filter(q, &filter))
        return DESK_OK;
    int r = desk_list(q->server->desk, t, &q->who, &filter, &q->arena, &lines, &n, &next);
    if (r)
        return api_desk(q, r);
    Json j = reply_json(q, 200);
    json_open(&j, NULL);
    json_list(&j, "cases");
    for (size_t i = 0; i < n; i++) {
        json_open(&j, NULL);
        json_case_line(&j, &lines[i]);
        json_close(&j);
    }
    json_list_end(&j);
    put_cursor(q, &j, &next);
    json_close(&j);
    return DESK_OK;
}

int api_cases(Request *q)
{
    return api_read(q, look_cases);
}

/* ---- overdue ---- */

static void put_late(Json *j, const LateLine *l)
{
    const Def *def = l->line.def;
    const State *state = &def->states[l->line.state];
    const Deadline *deadline = &def->deadlines[l->deadline];

    json_open(j, NULL);
    json_name(j, "number", &l->line.number);
    json_str(j, "workflow", def->id);
    json_label(j, "state", state->id, &state->staff);
    json_label(j, "deadline", deadline->id, &deadline->label);
    json_day(j, "due", l->due);
    json_day(j, "silent_until", l->silent_until);
    json_int(j, "days_late", l->days_late);
    json_name(j, "unit", &l->line.unit);
    json_name(j, "assignee", &l->line.assignee);
    if (l->owner_role == DEF_NONE)
        json_null(j, "owner");
    else
        json_str(j, "owner", def->roles[l->owner_role].id);
    json_close(j);
}

static int look_overdue(Request *q, Txn *t)
{
    LateLine *lines;
    size_t n;

    int r = desk_overdue(q->server->desk, t, &q->who, &q->arena, &lines, &n);
    if (r)
        return api_desk(q, r);
    Json j = reply_json(q, 200);
    json_open(&j, NULL);
    json_list(&j, "overdue");
    for (size_t i = 0; i < n; i++)
        put_late(&j, &lines[i]);
    json_list_end(&j);
    json_close(&j);
    return DESK_OK;
}

int api_overdue(Request *q)
{
    return api_read(q, look_overdue);
}

/* ---- alerts ---- */

static void put_alert(Json *j, const AlertRecord *a)
{
    static const char *const kinds[] = {
        [RUNG_BEFORE] = "before", [RUNG_AFTER_START] = "after_start", [RUNG_OVERDUE] = "overdue", [ALERT_REVEAL] = "reveal"};

    json_open(j, NULL);
    json_name(j, "number", &a->number);
    json_name(j, "workflow", &a->workflow);
    json_name(j, "deadline", &a->deadline);
    json_cstr(j, "kind",
              a->kind < sizeof(kinds) / sizeof(kinds[0]) && kinds[a->kind] ? kinds[a->kind] : "other");
    json_day(j, "day", a->day);
    json_day(j, "due", a->due);
    if (a->due == DAY_NONE)
        json_null(j, "days");
    else
        json_int(j, "days", a->day - a->due);
    json_close(j);
}

static int look_alerts(Request *q, Txn *t)
{
    AlertRecord *alerts;
    size_t n;

    int r = desk_alerts(q->server->desk, t, &q->who, ALERTS_MOST, &q->arena, &alerts, &n);
    if (r)
        return api_desk(q, r);
    Json j = reply_json(q, 200);
    json_open(&j, NULL);
    json_list(&j, "alerts");
    for (size_t i = 0; i < n; i++)
        put_alert(&j, &alerts[i]);
    json_list_end(&j);
    json_close(&j);
    return DESK_OK;
}

int api_alerts(Request *q)
{
    return api_read(q, look_alerts);
}
