/* SPDX-License-Identifier: Apache-2.0 */
/* From the file to people, stories and steps, every name checked before anything is played. */
#include "engine/load/scenario_inner.h"

#include <errno.h>
#include <string.h>

static void read_schema(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)to;
    if (is_text(r, n) && !str_is(n->text, key->more))
        fault_at(r, n, "expected \"%s\"", (const char *)key->more);
}

static void read_workflow(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    (void)to;
    const Def *d = scenario_of(r)->def;
    if (is_text(r, n) && !str_eq(n->text, d->id))
        fault_at(r, n, "these stories are told of \"%.*s\", but run against \"%.*s\"",
                 STR_ARGS(n->text), STR_ARGS(d->id));
}

/* ---- people ---- */
uint8_t player_find(const Scenario *s, Str id)
{
    for (uint8_t i = 0; i < s->n_people; i++)
        if (str_eq(s->people[i].id, id))
            return i;
    return DEF_NONE;
}

Tag player_tag(uint8_t player)
{
    return (Tag){{1, player}};
}

uint8_t name_player(Scenario *s, const Node *n)
{
    Str ids[PEOPLE_MAX];
    if (!is_text(&s->w.r, n))
        return DEF_NONE;
    for (uint8_t i = 0; i < s->n_people; i++)
        ids[i] = s->people[i].id;
    uint8_t i = player_find(s, n->text);
    if (i == DEF_NONE)
        fault_unknown(&s->w.r, n, "among `people`", ids, s->n_people);
    return i;
}

static void read_player(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    *(uint8_t *)to = name_player(scenario_of(r), n);
}

static void read_player_roles(Reader *r, const Node *n, const Key *key, void *to)
{
    RoleMask mask = 0;
    if (n->kind == NODE_LIST && !n->n)
        return; /* somebody without an office */
    read_roles(r, n, key, &mask);
    for (uint8_t i = 0; i < scenario_of(r)->def->n_roles; i++)
        if (mask & MASK32(i) && scenario_of(r)->def->roles[i].scope == SCOPE_CASE)
            fault_at(r, n, "role \"%.*s\" is given by an action within the case",
                     STR_ARGS(scenario_of(r)->def->roles[i].id));
    *(RoleMask *)to = mask;
}

static const Key player_keys[] = {
    {"roles", false, read_player_roles, offsetof(Player, roles), NULL},
    {"unit", false, read_id, offsetof(Player, unit), NULL},
    {"boss", false, read_player, offsetof(Player, boss), NULL},
    {"delegated", false, read_player_roles, offsetof(Player, delegated), NULL},
    {"delegator", false, read_player, offsetof(Player, delegator), NULL},
};

static void read_people(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    (void)to;
    Scenario *s = scenario_of(r);
    if (!is_map(r, n))
        return;
    if (n->n > PEOPLE_MAX) {
        fault_at(r, n->key, "more than 48 people");
        return;
    }
    for (const Node *c = n->first; c; c = c->next) {
        if (str_is(c->key->text, "complainant") || str_is(c->key->text, "system"))
            fault_at(r, c->key, "\"%.*s\" is always there", STR_ARGS(c->key->text));
        is_id(r, c->key, c->key->text);
        s->people[s->n_people++] =
            (Player){.id = c->key->text, .boss = DEF_NONE, .delegator = DEF_NONE};
    }
    for (const Node *c = n->first; c; c = c->next) {
        Player *p = &s->people[player_find(s, c->key->text)];
        READ_MAP(r, c, player_keys, p);
        if (!p->delegated != (p->delegator == DEF_NONE))
            fault_at(r, c, "\"delegated\" and \"delegator\" belong together");
    }
}

/* ---- steps ---- */
static void read_who(Reader *r, const Node *n, const Key *key, void *to)
{
    if (n->kind == NODE_SCALAR && str_is(n->text, "complainant"))
        *(uint8_t *)to = WHO_COMPLAINANT;
    else if (n->kind == NODE_SCALAR && str_is(n->text, "system"))
        *(uint8_t *)to = WHO_SYSTEM;
    else
        read_player(r, n, key, to);
}

static void read_do(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    StoryStep *s = to;
    if (!is_text(r, n))
        return;
    s->action = def_action(scenario_of(r)->def, n->text);
    s->kind = STEP_ACTION;
    for (const Word *w = built_in_steps; s->action == DEF_NONE && w->word; w++)
        if (str_is(n->text, w->word)) {
            s->kind = w->value;
            return;
        }
    if (s->action == DEF_NONE)
        s->action = name_action(work_of(r), n);
}

static void keep_node(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)r;
    (void)key;
    *(const Node **)to = n;
}

static void read_rev(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Range any = {0, UINT32_MAX - 1, 4};
    const Key at = {.name = key->name, .more = &any};
    StoryStep *s = to;
    s->has_rev = true;
    read_number(r, n, &at, &s->if_rev);
}

static const Range case_numbers = {1, 1000000, 4};
#define AT(member) offsetof(StoryStep, member)
static const Key step_keys[] = {
    {"on", true, read_day, AT(on), NULL},
    {"who", false, read_who, AT(who), NULL},
    {"do", false, read_do, 0, NULL},
    {"fields", false, keep_node, AT(fields), NULL},
    {"without", false, keep_node, AT(without), NULL},
    {"also", false, keep_node, AT(also), NULL},
    {"deadline", false, read_deadline, AT(deadline), NULL},
    {"by", false, read_span, AT(by), NULL},
    {"to", false, read_player, AT(to), NULL},
    {"if_rev", false, read_rev, 0, NULL},
    {"linked", false, read_number, AT(linked), &case_numbers},
    {"expect", false, keep_node, AT(expect), NULL},
};
static const Key given_keys[] = {
    {"received", true, read_day, AT(received), NULL},
    {"on", false, read_day, AT(on), NULL},
    {"who", false, read_who, AT(who), NULL},
    {"fields", false, keep_node, AT(fields), NULL},
    {"without", false, keep_node, AT(without), NULL},
    {"also", false, keep_node, AT(also), NULL},
    {"expect", false, keep_node, AT(expect), NULL},
};
#undef AT

static void check_people_in(Scenario *s, const Node *n)
{
    if (n->kind == NODE_SCALAR && !str_is(n->text, "other"))
        name_player(s, n);
    for (const Node *c = n->kind == NODE_LIST ? n->first : NULL; c; c = c->next)
        if (!str_is(c->text, "other"))
            name_player(s, c);
}

static void check_fields(Scenario *s, const Node *fields)
{
    Reader *r = &s->w.r;
    if (!fields || !is_map(r, fields))
        return;
    for (const Node *c = fields->first; c; c = c->next) {
        uint8_t i = name_field(&s->w, c->key);
        if (i == DEF_NONE)
            continue;
        const Field *f = &s->def->fields[i];
        if (f->type == FIELD_STAFF)
            check_people_in(s, c);
        else if ((f->type == FIELD_CHOICE && !f->many) || f->type == FIELD_YES_NO)
            name_choice(&s->w, c, i);
        else if (f->type == FIELD_DATE) {
            Day day;
            read_day(r, c, NULL, &day);
        }
    }
}

static void check_words(Scenario *s, const Node *list)
{
    static const char *const words[] = {"message", "note", "declare"};
    if (!list || !is_list(&s->w.r, list))
        return;
    for (const Node *c = list->first; c; c = c->next) {
        bool known = false;
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
            known |= str_is(c->text, words[i]);
        if (!known)
            name_field(&s->w, c);
    }
}

static void check_step(Scenario *s, StoryStep *x)
{
    Reader *r = &s->w.r;
    bool acts = node_get(x->at, "do"), somebody = node_get(x->at, "who");
    check_fields(s, x->fields);
    check_words(s, x->without);
    check_words(s, x->also);
    if (x->expect)
        check_expect(s, x->expect);
    x->refused = node_get(x->expect, "refused") != NULL;
    if (x->kind == STEP_SUBMIT)
        return;
    if (acts != somebody)
        fault_at(r, x->at, "\"who\" and \"do\" belong together");
    if (acts && x->kind == STEP_EXTEND && (x->deadline == DEF_NONE || !node_get(x->at, "by")))
        fault_at(r, x->at, "extend: \"deadline\" and \"by\" say which and how much");
    if (acts && x->kind == STEP_SILENCE && x->deadline == DEF_NONE)
        fault_at(r, x->at, "silence: \"deadline\" says whose alerts");
    if (acts && (x->kind == STEP_ASSIGN || x->kind == STEP_RECUSE) && x->to == DEF_NONE)
        fault_at(r, x->at, "\"to\" is missing: whom?");
}

static void read_step(Scenario *s, const Node *n, const Key *keys, size_t count, StoryStep *x)
{
    *x = (StoryStep){.at = n,
                     .on = DAY_NONE,
                     .received = DAY_NONE,
                     .who = DEF_NONE,
                     .kind = STEP_KINDS,
                     .action = DEF_NONE,
                     .deadline = DEF_NONE,
                     .to = DEF_NONE,
                     .linked = 1};
    if (keys == given_keys) {
        x->kind = STEP_SUBMIT;
        x->who = WHO_COMPLAINANT;
    }
    if (!read_map(&s->w.r, n, keys, count, x))
        return;
    if (x->on == DAY_NONE)
        x->on = x->received;
    check_step(s, x);
}

static void check_order(Scenario *s, const Story *story)
{
    for (size_t i = 1; i < story->n; i++)
        if (story->steps[i].on < story->steps[i - 1].on)
            fault_at(&s->w.r, story->steps[i].at, "the day lies before that of the step above");
}

static void read_story(Scenario *s, const Node *n, Story *story)
{
    static const Key keys[] = {
        {"story", true, read_text, offsetof(Story, title), NULL},
        {"given", true, NULL, 0, NULL},
        {"steps", true, NULL, 0, NULL},
    };
    Reader *r = &s->w.r;
    story->at = n;
    r->kind = "story";
    r->subject = n->key->text;
    if (!READ_MAP(r, n, keys, story))
        return;
    const Node *given = node_get(n, "given"), *steps = node_get(n, "steps");
    if (!given || !steps || !is_list(r, steps))
        return;
    story->steps = KEEP_MANY(r, steps->n + 1, StoryStep);
    if (!story->steps)
        return;
    read_step(s, given, given_keys, sizeof(given_keys) / sizeof(given_keys[0]),
              &story->steps[story->n++]);
    for (const Node *c = steps->first; c; c = c->next)
        read_step(s, c, step_keys, sizeof(step_keys) / sizeof(step_keys[0]),
                  &story->steps[story->n++]);
    check_order(s, story);
}

static void read_stories(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Scenario *s = to;
    if (!is_map(r, n))
        return;
    s->stories = KEEP_MANY(r, n->n, Story);
    for (const Node *c = n->first; c && s->stories; c = c->next)
        read_story(s, c, &s->stories[s->n_stories++]);
    r->kind = NULL;
    if (!n->n)
        fault_at(r, n->key, "no story is told");
}

static const Key top_keys[] = {
    {"schema", true, read_schema, 0, "krading-scenario/1"},
    {"workflow", true, read_workflow, 0, NULL},
    {"people", true, read_people, 0, NULL},
    {"stories", true, read_stories, 0, NULL},
};

int scenario_read(Str file, const Def *def, Arena *nodes, Faults *faults, Scenario *ret)
{
    static const LoadContext nothing = {0};
    const Node *root = NULL;
    int r = node_read(file, nodes, faults, &root);
    if (r)
        return r;
    memset(ret, 0, sizeof(*ret));
    ret->def = def;
    ret->w.r = (Reader){.arena = nodes, .faults = faults};
    ret->w.context = &nothing;
    /* The readers of names serve here too; they only look names up in it. */
    ret->w.def = (Def *)(uintptr_t)def;
    READ_MAP(&ret->w.r, root, top_keys, ret);
    if (ret->w.r.no_memory)
        return -ENOMEM;
    return faults->errors ? 1 : 0;
}
