/* SPDX-License-Identifier: Apache-2.0 */
/* alive CALENDARS WORKFLOW...: for each workflow file that the loader and its lint accept, goes
 * through the lives a case can have, as the core knows them: people with their roles, the
 * complainant, time. From each it must be possible to come to an end, and while it is open somebody
 * owns it and a clock runs that the office watches. Prints `WORKFLOW: refused`, `alive NODES`,
 * `large` (nothing wrong within NODES_MAX) or what is wrong and the life that led there; exit 1. */
#include "engine/core/flow.h"
#include "engine/load/load.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NODES_MAX = 6000,
    EDGES_MAX = NODES_MAX * 24,
    TABLE = 1 << 15,
    WAYS_MAX = 64,
    TODAY = 20600
};

typedef struct Node {
    Case c;
    Day today;
    uint64_t key;
    uint32_t from; /* node it was first reached from */
    char by[40];   /* the step that did */
    bool whole;    /* all its steps were tried */
    bool ends;
} Node;

typedef struct Edge {
    uint32_t from, to;
} Edge;

static Node *nodes;
static Edge *edges;
static uint32_t n_nodes, n_edges, table[TABLE];
static const Def *def;

/* ---- what makes two moments of a case the same ---- */
static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * 0x9e3779b97f4a7c15u;
    return h ^ (h >> 29);
}

static uint64_t mix_clock(uint64_t h, uint8_t i, const Case *c, Day today)
{
    const Deadline *d = &def->deadlines[i];
    const Clock *k = &c->clocks[i];
    uint64_t late = clock_is_overdue(d, k, def->calendar, today);
    Day due = clock_due(d, k, def->calendar);
    uint64_t over = k->state == CLOCK_MET && due != DAY_NONE && today > due;
    uint64_t used = d->extend.times && k->extensions >= d->extend.times;
    return mix(h, k->state | late << 4 | over << 5 | used << 6);
}

static uint64_t mix_value(uint64_t h, const OpenValue *v)
{
    for (size_t b = 0; v && b < sizeof(v->choice.s); b++)
        h = mix(h, (uint8_t)v->choice.s[b]);
    return mix(h, v ? (uint64_t)(v->number != 0) + 1 : 0);
}

static uint64_t mix_proposal(uint64_t h, const Proposal *p)
{
    if (!p->pending)
        return mix(h, 0);
    h = mix(h, 1 + p->action);
    for (uint8_t i = 0; i < p->in.n_open; i++)
        h = mix_value(mix(h, p->in.open[i].field), &p->in.open[i]);
    return h;
}

static uint64_t key_of(const Case *c, Day today)
{
    uint64_t h = mix(c->state, c->previous);
    h = mix(h, c->unit.s[0] != 0);
    h = mix(h, !tag_is_none(&c->assignee));
    h = mix_proposal(h, &c->proposal);
    for (uint8_t i = 0; i < c->n_members; i++)
        h = mix(h, c->members[i].role * 2u + c->members[i].declared);
    for (uint8_t i = 0; i < def->n_fields; i++)
        h = mix_value(h, case_open(c, i));
    for (uint8_t i = 0; i < def->n_actions; i++) {
        uint8_t most = def->actions[i].times;
        h = mix(h, most && c->times[i] >= most ? 1 : 0);
    }
    for (uint8_t i = 0; i < def->n_deadlines; i++)
        h = mix_clock(h, i, c, today);
    return h;
}

static uint32_t node_add(const Case *c, Day today, uint32_t from, const char *by)
{
    uint64_t key = key_of(c, today);
    uint32_t slot = (uint32_t)(key % TABLE);
    for (; table[slot]; slot = (slot + 1) % TABLE) {
        if (nodes[table[slot] - 1].key == key)
            return table[slot] - 1;
    }
    if (n_nodes == NODES_MAX)
        return UINT32_MAX;
    Node *n = &nodes[n_nodes];
    memset(n, 0, sizeof(*n));
    memcpy(&n->c, c, sizeof(*c));
    n->today = today;
    n->key = key;
    n->from = from;
    snprintf(n->by, sizeof(n->by), "%s", by);
    table[slot] = ++n_nodes;
    return n_nodes - 1;
}

/* ---- people ---- */
static Actor person(const Case *c, uint8_t n)
{
    return (Actor){.kind = ACTOR_PERSON,
                   .tag = {{n}},
                   .roles = ~(RoleMask)0,
                   .unit_roles = ~(RoleMask)0,
                   .unit = c->unit};
}

static const Actor complainant = {.kind = ACTOR_COMPLAINANT};
static const Actor machine = {.kind = ACTOR_SYSTEM};

/* ---- what is filled in ---- */

/* Ways of filling the fields of one step in: every choice of those fields that rules may read. */
typedef struct Ways {
    Inputs in[WAYS_MAX];
    size_t n;
} Ways;

static bool is_read(uint8_t field)
{
    for (uint8_t i = 0; i < def->n_actions; i++)
        for (uint8_t k = 0; k < def->actions[i].n_only_if; k++)
            if (def->actions[i].only_if[k].field == field)
                return true;
    for (uint8_t i = 0; i < def->n_deadlines; i++)
        for (uint8_t k = 0; k < def->deadlines[i].n_only_if; k++)
            if (def->deadlines[i].only_if[k].field == field)
                return true;
    return false;
}

static void give(Inputs *in, uint8_t field, uint8_t choice, Day today)
{
    const Field *f = &def->fields[field];
    field_set_add(&in->given, field);
    if (f->type == FIELD_STAFF)
        in->people[in->n_people++] = (ChosenPerson){field, {{1}}};
    if (f->class != CLASS_OPEN || in->n_open == INPUTS_OPEN_MAX)
        return;
    OpenValue v = {.field = field};
    if (f->type == FIELD_DATE)
        v.number = today;
    else if (f->n_choices)
        v.choice = name_of(f->choices[choice].id);
    else
        v.choice = name_of(STR("somewhere"));
    in->open[in->n_open++] = v;
}

static void multiply(Ways *w, uint8_t field, bool optional, Day today)
{
    const Field *f = &def->fields[field];
    uint8_t choices = is_read(field) && f->n_choices ? f->n_choices : 1;
    size_t had = w->n;
    if (optional && !is_read(field) && f->type != FIELD_DATE && f->type != FIELD_UNIT)
        return;
    for (size_t i = 0; i < had; i++) {
        for (uint8_t c = optional ? 0 : 1; c < choices && w->n < WAYS_MAX; c++) {
            w->in[w->n] = w->in[i];
            give(&w->in[w->n++], field, c, today);
        }
        if (!optional)
            give(&w->in[i], field, 0, today);
    }
}

static void ways_of(Ways *w, const FieldSet *needed, const FieldSet *may, Day today)
{
    memset(w, 0, sizeof(*w));
    w->n = 1;
    w->in[0].message = w->in[0].note = w->in[0].declared = true;
    for (uint8_t i = 0; i < def->n_fields; i++) {
        if (field_set_has(needed, i))
            multiply(w, i, false, today);
        else if (field_set_has(may, i))
            multiply(w, i, true, today);
    }
}

/* ---- steps ---- */
static Step step_of(uint8_t kind, Day day, Actor who)
{
    return (Step){.kind = kind,
                  .action = DEF_NONE,
                  .deadline = DEF_NONE,
                  .day = day,
                  .received = DAY_NONE,
                  .actor = who};
}

static void went(uint32_t from, const Case *c, Day today, const char *by)
{
    uint32_t to = node_add(c, today, from, by);
    if (to == UINT32_MAX || n_edges == EDGES_MAX) {
        nodes[from].whole = false;
        return;
    }
    edges[n_edges++] = (Edge){from, to};
}

static bool take(const Case *before, const Step *s, Case *ret)
{
    Effects fx;
    Refusal no;
    return flow_step(def, before, s, ret, &fx, &no) == FLOW_OK;
}

static void try_action(uint32_t from, uint8_t action, const Actor *who)
{
    static Ways w;
    const Action *a = &def->actions[action];
    Day today = nodes[from].today;
    char by[40];
    Case before = nodes[from].c, after;
    if (flow_may(def, &before, who, action, today, NULL) != FLOW_OK)
        return;
    ways_of(&w, &a->needs.fields, &a->may.fields, today);
    bool told = a->needs.message != DEF_NONE || a->may.message != DEF_NONE;
    for (size_t i = 0; i < w.n; i++) {
        Step s = step_of(STEP_ACTION, today, *who);
        s.action = action;
        s.in = w.in[i];
        s.in.message = told;
        snprintf(by, sizeof(by), "%.*s", (int)a->id.len, a->id.ptr);
        if (take(&before, &s, &after))
            went(from, &after, today, by);
    }
}

static void try_beside(uint32_t from)
{
    Case before = nodes[from].c, after;
    Day today = nodes[from].today;
    Step decide = step_of(STEP_APPROVE, today, person(&before, 2));
    if (take(&before, &decide, &after))
        went(from, &after, today, "approve");
    decide.kind = STEP_DECLINE;
    decide.in.note = true;
    if (take(&before, &decide, &after))
        went(from, &after, today, "decline");
    Step declare = step_of(STEP_DECLARE, today, person(&before, 1));
    declare.in.declared = true;
    if (take(&before, &declare, &after))
        went(from, &after, today, "declare");
    Step assign = step_of(STEP_ASSIGN, today, person(&before, 1));
    assign.in.target = (Tag){{1}};
    if (tag_is_none(&before.assignee) && take(&before, &assign, &after))
        went(from, &after, today, "assign");
}

static void pass(Case *c, Day today)
{
    for (uint8_t i = 0; i < def->n_deadlines; i++) {
        Step s = step_of(STEP_RUNG, today, machine);
        s.deadline = i;
        for (int n = 0; n < 64 && take(c, &s, c); n++)
            ;
    }
}

/* To the day after the next last day. */
static void try_waiting(uint32_t from)
{
    Case c = nodes[from].c;
    Day today = nodes[from].today, next = DAY_NONE;
    for (uint8_t i = 0; i < def->n_deadlines; i++) {
        Day due = clock_due(&def->deadlines[i], &c.clocks[i], def->calendar);
        if (due != DAY_NONE && due >= today && (next == DAY_NONE || due + 1 < next))
            next = due + 1;
    }
    if (next == DAY_NONE)
        return;
    pass(&c, next);
    went(from, &c, next, "(time)");
}

static void expand(uint32_t n)
{
    nodes[n].whole = true;
    const Actor people[] = {person(&nodes[n].c, 1), person(&nodes[n].c, 2), complainant, machine};
    for (uint8_t i = 0; i < def->n_actions; i++)
        for (size_t k = 0; k < sizeof(people) / sizeof(people[0]); k++)
            try_action(n, i, &people[k]);
    try_beside(n);
    try_waiting(n);
}

static void begin(void)
{
    static Ways w;
    Case c;
    const Actor people[] = {complainant, person(&(Case){0}, 1)};
    for (size_t k = 0; k < 2; k++) {
        if (!k && !(def->intake.by & MASK32(ROLE_COMPLAINANT)))
            continue;
        ways_of(&w, &def->intake.required, &def->intake.asks, TODAY);
        for (size_t i = 0; i < w.n; i++) {
            Step s = step_of(STEP_SUBMIT, TODAY, people[k]);
            s.in = w.in[i];
            s.in.message = s.in.note = s.in.declared = false;
            if (take(NULL, &s, &c))
                node_add(&c, TODAY, UINT32_MAX, "submit");
        }
    }
}

/* ---- what has to hold ---- */
static bool is_watched(const Case *c)
{
    for (uint8_t i = 0; i < def->n_deadlines; i++) {
        const Deadline *d = &def->deadlines[i];
        uint8_t state = c->clocks[i].state;
        bool open = state == CLOCK_RUNNING || state == CLOCK_STOPPED;
        if (open && (!d->of_complainant || d->n_rungs))
            return true;
    }
    return false;
}

static void tell_way(uint32_t n)
{
    if (n == UINT32_MAX)
        return;
    tell_way(nodes[n].from);
    Str state = def->states[nodes[n].c.state].id;
    printf(" %s -> %.*s;", nodes[n].by, (int)state.len, state.ptr);
}

static int wrong(const char *path, const char *what, uint32_t n)
{
    printf("%s: %s:", path, what);
    tell_way(n);
    putchar('\n');
    return 1;
}

/* What is not gone through may still end well. */
static void mark_ends(void)
{
    for (uint32_t i = 0; i < n_nodes; i++)
        nodes[i].ends = !nodes[i].whole || case_is_final(def, &nodes[i].c);
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = n_edges; i-- > 0;) {
            if (nodes[edges[i].to].ends && !nodes[edges[i].from].ends) {
                nodes[edges[i].from].ends = true;
                more = true;
            }
        }
    }
}

static int judge(const char *path)
{
    for (uint32_t i = 0; i < n_nodes; i++) {
        const Case *c = &nodes[i].c;
        if (case_is_final(def, c))
            continue;
        if (def->states[c->state].owner == DEF_NONE)
            return wrong(path, "open without an owner", i);
        if (!is_watched(c))
            return wrong(path, "open without a clock", i);
        if (!nodes[i].ends)
            return wrong(path, "never ends from here", i);
    }
    if (!n_nodes)
        return wrong(path, "nobody can file", UINT32_MAX);
    printf("%s: %s %u\n", path, n_nodes == NODES_MAX ? "large" : "alive", n_nodes);
    return 0;
}

static int explore(const char *path)
{
    n_nodes = n_edges = 0;
    memset(table, 0, sizeof(table));
    begin();
    for (uint32_t i = 0; i < n_nodes; i++) {
        if (n_nodes < NODES_MAX)
            expand(i);
    }
    mark_ends();
    return judge(path);
}

/* ---- files ---- */
static int look_at(const char *path, const char *calendars, const Office *office)
{
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf file = {0};
    BUF_AUTO Buf report = {0};
    FAULTS_AUTO Faults faults;
    LoadContext context = {.office = office, .calendars_dir = calendars};
    arena_init(&arena, 64 << 20);
    buf_init(&file, LOAD_BYTES_MAX);
    buf_init(&report, 1 << 20);
    faults_init(&faults);
    if (load_file(path, &file)) {
        printf("%s: cannot be read\n", path);
        return 1;
    }
    int r = load_workflow(buf_str(&file), &context, &arena, &faults, &def);
    if (r) {
        Str why = STR("");
        for (size_t i = faults.n; i-- > 0;)
            why = faults.list[i].level == FAULT_ERROR ? faults.list[i].text : why;
        printf("%s: refused: %.*s\n", path, (int)why.len, why.ptr);
        return 0;
    }
    return explore(path);
}

int main(int argc, char **argv)
{
    ARENA_AUTO Arena arena = {0};
    BUF_AUTO Buf file = {0};
    FAULTS_AUTO Faults faults;
    const Office *office = NULL;
    const char *settings = getenv("KRADING_SETTINGS");
    int worst = 0;
    arena_init(&arena, 64 << 20);
    buf_init(&file, LOAD_BYTES_MAX);
    faults_init(&faults);
    if (settings && !load_file(settings, &file))
        (void)load_office(buf_str(&file), &arena, &faults, &office);
    nodes = malloc(NODES_MAX * sizeof(*nodes));
    edges = malloc(EDGES_MAX * sizeof(*edges));
    if (argc < 3 || !nodes || !edges)
        return 2;
    for (int i = 2; i < argc; i++)
        worst |= look_at(argv[i], argv[1], office);
    free(nodes);
    free(edges);
    return worst;
}
