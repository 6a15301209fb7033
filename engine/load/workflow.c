/* SPDX-License-Identifier: Apache-2.0 */
/* A workflow file as a whole: its top keys, the names it declares, its calendar. */
#include "engine/load/work.h"

#include "base/err.h"
#include "base/text.h"
#include "crypto/secret.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { WORKFLOW_NODES_MAX = 48 * 1024 * 1024 };

static void read_schema(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    (void)to;
    if (is_text(r, n) && !str_is(n->text, "krading/1"))
        fault_at(r, n, "schema: expected \"krading/1\"");
}

static void read_channel(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Word words[] = {{"open", 0}, {"protected", 1}, {NULL, 0}};
    uint8_t v = 0;
    (void)key;
    if (is_text(r, n) && word_value(r, n, words, &v))
        *(bool *)to = v;
}

/* Without a folder of calendars only the weekend is known. */
static const Calendar *bare_calendar(Work *w)
{
    Calendar *c = keep_many(&w->r, 1, sizeof(Calendar));
    Day from = day_from_civil((Civil){2015, 1, 1}), to = day_from_civil((Civil){2054, 12, 31});
    if (c && calendar_init(c, w->r.arena, keep(&w->r, w->calendar), (Zone){420}, from, to, 0x60,
                           NULL, 0))
        w->r.no_memory = true;
    return c;
}

static void calendar_faults(Work *w, const Node *n, const Faults *faults)
{
    if (faults->n)
        fault_at(&w->r, n, "calendar %.*s.yaml has %zu faults, the first on line %u: %.*s",
                 STR_ARGS(n->text), faults->errors, faults->list[0].line,
                 STR_ARGS(faults->list[0].text));
}

static const CalendarFile *calendar_known(const LoadContext *context, Str name)
{
    for (size_t i = 0; i < context->n_calendars; i++) {
        if (str_eq(context->calendars[i].name, name))
            return &context->calendars[i];
    }
    return NULL;
}

static void calendar_hash(Work *w, Str file)
{
    BUF_AUTO Buf document = {0};

    buf_init(&document, 2 * LOAD_BYTES_MAX);
    calendar_document_put(&document, w->context->office, file);
    w->r.no_memory |= document.err != 0;
    Hash hash = hash_sha256(buf_str(&document));
    memcpy(w->def->calendar_hash, hash.b, sizeof(hash.b));
}

static void read_calendar(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Work *w = work_of(r);
    if (!is_text(r, n) || !is_id(r, n, n->text))
        return;
    w->calendar = n->text;
    const CalendarFile *known = calendar_known(w->context, n->text);
    if (known) {
        *(const Calendar **)to = known->calendar;
        memcpy(w->def->calendar_hash, known->hash, sizeof(known->hash));
        return;
    }
    if (!w->context->calendars_dir) {
        *(const Calendar **)to = bare_calendar(w);
        return;
    }
    char path[4096];
    BUF_AUTO Buf file = {0};
    buf_init(&file, LOAD_BYTES_MAX);
    int len =
        snprintf(path, sizeof(path), "%s/%.*s.yaml", w->context->calendars_dir, STR_ARGS(n->text));
    if (len < 0 || len >= (int)sizeof(path) || load_file(path, &file)) {
        fault_at(r, n, "calendar \"%.*s\": calendars/%.*s.yaml cannot be read", STR_ARGS(n->text),
                 STR_ARGS(n->text));
        return;
    }
    FAULTS_AUTO Faults faults;
    faults_init(&faults);
    const Office *o = w->context->office;
    int a = load_calendar(buf_str(&file), o ? o->province : STR(""), o ? o->zone : (Zone){420},
                          r->arena, &faults, to);
    if (a < 0)
        r->no_memory = true;
    else if (a)
        calendar_faults(w, n, &faults);
    else
        calendar_hash(w, buf_str(&file));
}

static const Range versions = {1, 1000000, 4};
#define AT(member) offsetof(Def, member)
/* The order is that of reading: what is named comes before what names it. */
static const Key top_keys[] = {
    {"schema", true, read_schema, 0, NULL},
    {"workflow", true, read_id, AT(id), NULL},
    {"version", true, read_number, AT(version), &versions},
    {"title", true, read_label, AT(title), NULL},
    {"card", false, read_wf_card, AT(card), NULL},
    {"channel", true, read_channel, AT(protected), NULL},
    {"calendar", true, read_calendar, AT(calendar), NULL},
    {"roles", true, read_wf_roles, 0, NULL},
    {"fields", true, read_wf_fields, 0, NULL},
    {"access", true, read_wf_access, AT(access), NULL},
    {"intake", true, read_wf_intake, AT(intake), NULL},
    {"states", true, read_wf_states, 0, NULL},
    {"messages", true, read_wf_messages, 0, NULL},
    {"declarations", false, read_wf_declarations, 0, NULL},
    {"actions", true, read_wf_actions, 0, NULL},
    {"deadlines", true, read_wf_deadlines, 0, NULL},
    {"receipt", false, read_tells, AT(receipt), NULL},
    {"identity_opened", false, read_message, AT(identity_opened), NULL},
    {"conflict", false, read_wf_conflict, AT(conflict), NULL},
    {"alerts", true, read_wf_alerts, 0, NULL},
    {"retention", true, read_wf_retention, 0, NULL},
    {"survey", false, read_wf_survey, AT(survey), NULL},
    {"prints", false, read_wf_prints, AT(print_mark), NULL},
    {"replaces", false, read_wf_replaces, 0, NULL},
};
#undef AT

/* What a top key declares, where the ids go and how many fit. */
typedef struct Declared {
    const char *key, *kind;
    size_t things, stride, count, at, max;
} Declared;
#define DECLARED(list, kind, places, max)                                                          \
    {                                                                                              \
#list, kind, offsetof(Def, list), sizeof(((Def *)0)->list[0]), offsetof(Def, n_##list),    \
            offsetof(Work, places), max                                                            \
    }
static const Declared declared[] = {
    DECLARED(roles, "role", role_at, DEF_ROLES_MAX),
    DECLARED(fields, "field", field_at, DEF_FIELDS_MAX),
    DECLARED(states, "state", state_at, DEF_STATES_MAX),
    DECLARED(actions, "action", action_at, DEF_ACTIONS_MAX),
    DECLARED(deadlines, "deadline", deadline_at, DEF_DEADLINES_MAX),
    DECLARED(messages, "message", message_at, DEF_MESSAGES_MAX),
    DECLARED(declarations, "declaration", declaration_at, DEF_DECLARATIONS_MAX),
};

static void declare(Work *w, const Declared *d)
{
    const Node *map = node_get(w->root, d->key);
    uint8_t *count = (uint8_t *)w->def + d->count;
    const Node **places = (const Node **)(void *)((uint8_t *)w + d->at);
    for (const Node *c = map && map->kind == NODE_MAP ? map->first : NULL; c; c = c->next) {
        if (*count >= d->max) {
            fault_at(&w->r, c->key, "more than %zu %ss", d->max, d->kind);
            return;
        }
        is_id(&w->r, c->key, c->key->text);
        Str id = keep(&w->r, c->key->text);
        memcpy((uint8_t *)w->def + d->things + *count * d->stride, &id, sizeof(id));
        places[(*count)++] = c;
    }
}

static void declare_reserved(Def *def)
{
    const Role reserved[] = {
        [ROLE_COMPLAINANT] = {STR("complainant"), {STR("ผู้ร้อง"), STR("Complainant")}, SCOPE_OFFICE},
        [ROLE_SYSTEM] = {STR("system"), {STR("ระบบ"), STR("System")}, SCOPE_OFFICE},
        [ROLE_ASSIGNEE] = {STR("assignee"), {STR("ผู้รับผิดชอบ"), STR("Assignee")}, SCOPE_CASE},
    };
    memcpy(def->roles, reserved, sizeof(reserved));
    def->n_roles = ROLE_FIRST_DECLARED;
}

static void work_init(Work *w, Arena *arena, Faults *faults, const LoadContext *context)
{
    *w = (Work){.r = {.arena = arena, .faults = faults}, .context = context};
    w->def = arena_new(arena, Def);
    if (!w->def)
        return;
    Def *d = w->def;
    d->initial = d->receipt = d->identity_opened = d->intake.received_from = DEF_NONE;
    declare_reserved(d);
}

static void lint(Work *w)
{
    lint_flow(w);
    lint_time(w);
    lint_secret(w);
    lint_words(w);
    lint_ways(w);
}

static void read_workflow(Work *w)
{
    if (w->root->kind == NODE_MAP)
        for (size_t i = 0; i < sizeof(declared) / sizeof(declared[0]); i++)
            declare(w, &declared[i]);
    READ_MAP(&w->r, w->root, top_keys, w->def);
    w->r.kind = NULL;
    if (!w->r.no_memory && !w->context->accepted)
        lint(w);
}

int load_workflow(Str file, const LoadContext *context, Arena *arena, Faults *faults,
                  const Def **ret)
{
    static const LoadContext nothing = {0};
    ARENA_AUTO Arena nodes = {0};
    arena_init(&nodes, WORKFLOW_NODES_MAX);
    Work w;
    work_init(&w, arena, faults, context ? context : &nothing);
    if (!w.def)
        return err_origin(-ENOMEM);
    int r = node_read(file, &nodes, faults, &w.root);
    if (r)
        return r;
    Hash hash = hash_sha256(file);
    _Static_assert(sizeof(hash.b) == sizeof(w.def->hash), "both are SHA-256");
    memcpy(w.def->hash, hash.b, sizeof(hash.b));
    read_workflow(&w);
    if (w.r.no_memory)
        return err_origin(-ENOMEM);
    if (faults->errors)
        return 1;
    *ret = w.def;
    return 0;
}
