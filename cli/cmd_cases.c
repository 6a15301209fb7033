/* SPDX-License-Identifier: Apache-2.0 */
/* Lists: cases, overdue, staff list. */
#include "cli/remote.h"

#include "base/err.h"
#include "cli/print.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 500 };

#define SHEET_AUTO __attribute__((cleanup(sheet_drop)))
static void sheet_drop(Sheet **s)
{
    sheet_free(*s);
}

static void json_drop(json_t **o)
{
    json_decref(*o);
}
#define JSON_AUTO __attribute__((cleanup(json_drop)))

/* ---- cases ---- */
static int list_place(const Args *args, Session *s, const char *after, Buf *ret)
{
    static const struct {
        Option option;
        const char *name;
    } filters[] = {{OPT_STATE, "state"}, {OPT_WORKFLOW, "workflow"}, {OPT_ASSIGNEE, "assignee"}};

    buf_addf(ret, "/api/cases?limit=%d", PAGE);
    for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
        if (!args_has(args, filters[i].option))
            continue;
        Str value = client_escape(&s->arena, str_of(args->value[filters[i].option]));
        buf_addf(ret, "&%s=%.*s", filters[i].name, (int)value.len, value.ptr);
    }
    if (args_has(args, OPT_CLOSED))
        buf_adds(ret, "&closed=1");
    if (*after) {
        Str value = client_escape(&s->arena, str_of(after));
        buf_addf(ret, "&after=%.*s", (int)value.len, value.ptr);
    }
    return ret->err ? err_origin(ret->err) : 0;
}

int remote_cases(const Args *args, Session *s, json_t *list)
{
    char after[256] = "";

    for (;;) {
        ANSWER_AUTO Answer a = {0};
        BUF_AUTO Buf place = {0};
        buf_init(&place, 4096);
        TRY(list_place(args, s, after, &place));
        TRY(client_get(s->client, (const char *)place.ptr, &a));
        if (a.status != 200)
            return answer_refused(&a);
        json_array_extend(list, json_object_get(a.json, "cases"));
        snprintf(after, sizeof(after), "%s", js_text(a.json, "after"));
        if (!*after || json_array_size(json_object_get(a.json, "cases")) == 0)
            return 0;
    }
}

static const char *unit_label(const Session *s, const char *id)
{
    const Unit *unit = office_unit(s->office, str_of(id));

    return unit ? unit->label.th.ptr : id;
}

static int add_case(Sheet *sheet, const Session *s, const json_t *o)
{
    const json_t *state = json_object_get(o, "state");
    char due[64], flags[64];
    int64_t left = js_int(o, "days_left");

    if (!*js_text(o, "due"))
        snprintf(due, sizeof(due), "-");
    else if (left < 0 && !js_bool(o, "overdue")) /* met, or over */
        snprintf(due, sizeof(due), "%s", js_text(o, "due"));
    else if (left < 0)
        snprintf(due, sizeof(due), "%s (%lld days late)", js_text(o, "due"), (long long)-left);
    else
        snprintf(due, sizeof(due), "%s (%lld days)", js_text(o, "due"), (long long)left);
    snprintf(flags, sizeof(flags), "%s%s%s", js_bool(o, "overdue") ? "OVERDUE " : "",
             js_bool(o, "pending") ? "pending " : "",
             js_bool(o, "provisional") ? "provisional" : "");
    const char *cells[] = {js_text(o, "number"),   due,
                           js_text(state, "th"),   unit_label(s, js_text(o, "unit")),
                           js_text(o, "assignee"), flags};
    return sheet_add(sheet, cells);
}

static int print_cases(const Session *s, const json_t *list)
{
    static const char *const columns[] = {"เลขที่",    "กำหนด (due)", "สถานะ",
                                          "หน่วยงาน", "ผู้รับผิดชอบ",    ""};
    SHEET_AUTO Sheet *sheet = NULL;
    size_t late = 0, i;
    const json_t *o;

    TRY(sheet_new(columns, 6, &sheet));
    json_array_foreach(list, i, o)
    {
        late += js_bool(o, "overdue");
        TRY(add_case(sheet, s, o));
    }
    if (late)
        printf("!! เกินกำหนด %zu เรื่อง / %zu overdue; see krading overdue\n\n", late, late);
    if (json_array_size(list) == 0) {
        puts("no cases / ไม่มีเรื่อง");
        return 0;
    }
    return sheet_print(sheet);
}

int cases_proceed(const Args *args)
{
    SESSION_AUTO Session s = {0};
    JSON_AUTO json_t *list = json_array();

    TRY(session_begin(args, &s));
    TRY(remote_cases(args, &s, list));
    if (args_has(args, OPT_JSON))
        return js_print(json_pack("{s:O}", "cases", list));
    return print_cases(&s, list);
}

/* ---- overdue ---- */
static int add_overdue(Sheet *sheet, const Session *s, const json_t *o)
{
    const json_t *deadline = json_object_get(o, "deadline"), *state = json_object_get(o, "state");
    char days[32], whose[256];
    const char *assignee = js_text(o, "assignee");

    snprintf(days, sizeof(days), "%lld", (long long)js_int(o, "days_late"));
    snprintf(whose, sizeof(whose), "%s%s%s", *assignee ? assignee : "(unassigned)",
             *js_text(o, "unit") ? ", " : "", unit_label(s, js_text(o, "unit")));
    const char *cells[] = {js_text(o, "number"),
                           js_text(deadline, "th"),
                           js_text(o, "due"),
                           days,
                           js_text(o, "silent_until"),
                           json_is_object(state) ? js_text(state, "th") : js_text(o, "state"),
                           js_text(o, "owner"),
                           whose};
    return sheet_add(sheet, cells);
}

static int print_overdue(const Session *s, const json_t *list)
{
    static const char *const columns[] = {"เลขที่",     "กำหนดเวลา", "ครบกำหนด", "เกิน (วัน)",
                                          "งดเตือนถึง", "ขั้นตอน",     "บทบาท",    "ผู้รับผิดชอบ"};
    SHEET_AUTO Sheet *sheet = NULL;
    const json_t *o;
    size_t i;

    if (json_array_size(list) == 0) {
        puts("nothing is overdue / ไม่มีเรื่องเกินกำหนด");
        return 0;
    }
    TRY(sheet_new(columns, 8, &sheet));
    json_array_foreach(list, i, o) TRY(add_overdue(sheet, s, o));
    return sheet_print(sheet);
}

int overdue_proceed(const Args *args)
{
    SESSION_AUTO Session s = {0};
    ANSWER_AUTO Answer a = {0};

    TRY(session_begin(args, &s));
    TRY(client_get(s.client, "/api/overdue", &a));
    if (a.status != 200)
        return answer_refused(&a);
    if (args_has(args, OPT_JSON))
        return js_print(json_incref(a.json));
    return print_overdue(&s, json_object_get(a.json, "overdue"));
}

/* ---- alerts ---- */
static const char *kind_words(const json_t *o)
{
    static const struct {
        const char *kind, *words;
    } rows[] = {{"before", "ใกล้ครบกำหนด / due soon"},
                {"after_start", "เตือนให้ดำเนินการ / waiting"},
                {"overdue", "เกินกำหนด / overdue"},
                {"reveal", "ขอเปิดชื่อผู้แจ้ง / asks to open an identity"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (str_is(js_str(o, "kind"), rows[i].kind))
            return rows[i].words;
    return js_text(o, "kind");
}

static int print_alerts(const json_t *list)
{
    static const char *const columns[] = {"เลขที่", "เรื่อง", "กำหนดเวลา", "วันที่แจ้ง", "ครบกำหนด"};
    SHEET_AUTO Sheet *sheet = NULL;
    const json_t *o;
    size_t i;

    if (json_array_size(list) == 0) {
        puts("no alerts / ไม่มีการแจ้งเตือน");
        return 0;
    }
    TRY(sheet_new(columns, 5, &sheet));
    json_array_foreach(list, i, o)
    {
        const char *cells[] = {js_text(o, "number"), kind_words(o), js_text(o, "deadline"),
                               js_text(o, "day"), js_text(o, "due")};
        TRY(sheet_add(sheet, cells));
    }
    return sheet_print(sheet);
}

int alerts_proceed(const Args *args)
{
    SESSION_AUTO Session s = {0};
    ANSWER_AUTO Answer a = {0};

    TRY(session_begin(args, &s));
    TRY(client_get(s.client, "/api/alerts", &a));
    if (a.status != 200)
        return answer_refused(&a);
    if (args_has(args, OPT_JSON))
        return js_print(json_incref(a.json));
    return print_alerts(json_object_get(a.json, "alerts"));
}

/* ---- staff list ---- */
static void roles_text(const Person *p, Buf *out)
{
    for (uint8_t i = 0; i < p->n_roles; i++)
        buf_addf(out, "%s%s", i ? " " : "", p->roles[i].s);
    if (p->outside)
        buf_adds(out, " (outside)");
    if (p->disabled)
        buf_adds(out, " (disabled)");
    buf_adds(out, "");
}

static json_t *person_json(const Person *p)
{
    json_t *roles = json_array();

    for (uint8_t i = 0; i < p->n_roles; i++)
        json_array_append_new(roles, json_string(p->roles[i].s));
    return json_pack("{s:s, s:s%, s:s%, s:s, s:s, s:o, s:b, s:b}", "name", p->name.s, "th",
                     p->label.th.ptr, p->label.th.len, "en", p->label.en.ptr, p->label.en.len,
                     "unit", p->unit.s, "superior", p->superior.s, "roles", roles, "outside",
                     (int)p->outside, "disabled", (int)p->disabled);
}

static int print_staff(const Directory *d)
{
    static const char *const columns[] = {"login", "ตำแหน่ง", "unit", "superior", "roles"};
    SHEET_AUTO Sheet *sheet = NULL;

    TRY(sheet_new(columns, 5, &sheet));
    for (size_t i = 0; i < d->n_people; i++) {
        const Person *p = &d->people[i];
        BUF_AUTO Buf roles = {0};
        BUF_AUTO Buf label = {0};
        buf_init(&roles, 1024);
        buf_init(&label, 1024);
        roles_text(p, &roles);
        buf_add_str(&label, p->label.th);
        const char *cells[] = {p->name.s, (const char *)label.ptr, p->unit.s, p->superior.s,
                               (const char *)roles.ptr};
        TRY(sheet_add(sheet, cells));
    }
    return sheet_print(sheet);
}

int staff_list_proceed(const Args *args)
{
    SESSION_AUTO Session s = {0};

    TRY(session_begin(args, &s));
    if (!args_has(args, OPT_JSON))
        return print_staff(s.directory);
    json_t *list = json_array();
    for (size_t i = 0; i < s.directory->n_people; i++)
        json_array_append_new(list, person_json(&s.directory->people[i]));
    return js_print(json_pack("{s:i, s:o}", "version", (int)s.directory->version, "staff", list));
}
