/* SPDX-License-Identifier: Apache-2.0 */
/* A written step made whole: what is needed and not taken away is filled in. */
#include "engine/load/scenario_inner.h"

#include "engine/core/form.h"

const Word built_in_steps[] = {
    {"approve", STEP_APPROVE}, {"decline", STEP_DECLINE},
    {"extend", STEP_EXTEND},   {"assign", STEP_ASSIGN},
    {"note", STEP_NOTE},       {"message", STEP_MESSAGE},
    {"declare", STEP_DECLARE}, {"recuse", STEP_RECUSE},
    {"survey", STEP_SURVEY},   {"silence", STEP_SILENCE},
    {NULL, 0},
};

Actor player_actor(const Play *p, uint8_t who)
{
    Actor a = {.kind = ACTOR_PERSON};
    if (who == WHO_COMPLAINANT || who == WHO_SYSTEM) {
        a.kind = who == WHO_SYSTEM ? ACTOR_SYSTEM : ACTOR_COMPLAINANT;
        return a;
    }
    const Player *x = &p->s->people[who];
    a.tag = player_tag(who);
    a.unit = name_of(x->unit);
    a.delegated = x->delegated;
    if (x->delegator != DEF_NONE)
        a.delegator = player_tag(x->delegator);
    for (uint8_t i = 0; i < p->s->def->n_roles; i++) {
        if (!(x->roles & MASK32(i)))
            continue;
        if (p->s->def->roles[i].scope == SCOPE_UNIT)
            a.unit_roles |= MASK32(i);
        else
            a.roles |= MASK32(i);
    }
    return a;
}

/* ---- who is excluded with somebody ---- */
static void exclude(Inputs *in, uint8_t player)
{
    Tag tag = player_tag(player);
    for (uint8_t i = 0; i < in->n_excluded; i++)
        if (tag_eq(&in->excluded[i], &tag))
            return;
    if (in->n_excluded < CASE_EXCLUDED_MAX)
        in->excluded[in->n_excluded++] = tag;
}

static bool is_below(const Scenario *s, uint8_t player, uint8_t boss)
{
    uint8_t hops = 0;
    for (uint8_t b = s->people[player].boss; b != DEF_NONE && hops < s->n_people; hops++) {
        if (b == boss)
            return true;
        b = s->people[b].boss;
    }
    return false;
}

static void exclude_with(const Scenario *s, Inputs *in, uint8_t how, uint8_t accused)
{
    for (uint8_t i = 0; i < s->n_people; i++) {
        bool same_unit =
            s->people[accused].unit.len && str_eq(s->people[i].unit, s->people[accused].unit);
        if ((how == EXCLUDE_STAFF && i == accused) || (how == EXCLUDE_UNIT && same_unit) ||
            (how == EXCLUDE_SUBORDINATES && is_below(s, i, accused)))
            exclude(in, i);
    }
}

static void choose(const Scenario *s, Inputs *in, uint8_t field, const Node *name)
{
    const Conflict *c = &s->def->conflict;
    uint8_t player = player_find(s, name->text);
    if (player == DEF_NONE || in->n_people == INPUTS_PEOPLE_MAX)
        return;
    in->people[in->n_people++] = (ChosenPerson){field, player_tag(player)};
    for (uint8_t i = 0; i < c->n_exclude; i++) {
        if (c->exclude[i].field != field)
            continue;
        exclude_with(s, in, c->exclude[i].how, player);
        in->executive |= (s->people[player].roles & c->executive) != 0;
    }
}

/* ---- fields ---- */
static void give_value(const Play *p, Inputs *in, uint8_t field, Str value)
{
    const Def *d = p->s->def;
    field_set_add(&in->given, field);
    if (d->fields[field].type == FIELD_CASE)
        in->linked = p->step->linked;
    if (d->fields[field].class != CLASS_OPEN || in->n_open == INPUTS_OPEN_MAX)
        return;
    FormItem item = {field, SUB_VALUE, value};
    Form form = {.items = &item, .n_items = 1};
    in->n_open += form_open_value(d, &form, field, &in->open[in->n_open]);
}

static void give_written(const Play *p, Inputs *in)
{
    const Node *fields = p->step->fields;
    for (const Node *c = fields ? fields->first : NULL; c; c = c->next) {
        uint8_t i = def_field(p->s->def, c->key->text);
        const Node *first = c->kind == NODE_LIST ? c->first : c;
        give_value(p, in, i, first ? first->text : STR(""));
        if (p->s->def->fields[i].type != FIELD_STAFF)
            continue;
        for (const Node *n = first; n; n = c->kind == NODE_LIST ? n->next : NULL)
            choose(p->s, in, i, n);
    }
}

static bool lists(const Node *list, Str word)
{
    for (const Node *c = list ? list->first : NULL; c; c = c->next)
        if (str_eq(c->text, word))
            return true;
    return false;
}

/* What a needed field holds when the story does not care. */
static void give_default(Play *p, Inputs *in, uint8_t field)
{
    const Field *f = &p->s->def->fields[field];
    BUF_AUTO Buf day = {0};
    buf_init(&day, 32);
    day_put_iso(&day, p->step->on);
    Str value = f->type == FIELD_DATE     ? buf_str(&day)
                : f->type == FIELD_NUMBER ? STR("1")
                : f->n_choices            ? f->choices[0].id
                                          : STR("x");
    if ((f->type == FIELD_STAFF || f->type == FIELD_UNIT) && !p->step->refused)
        play_fail(p, p->step->at, "field %.*s is needed and has to be written: whom or which unit?",
                  STR_ARGS(f->id));
    give_value(p, in, field, value);
}

static void give_needed(Play *p, Inputs *in, const FieldSet *needed)
{
    const Def *d = p->s->def;
    for (uint8_t i = 0; i < d->n_fields; i++) {
        bool wanted = field_set_has(needed, i) || lists(p->step->also, d->fields[i].id);
        if (wanted && !field_set_has(&in->given, i) && !lists(p->step->without, d->fields[i].id))
            give_default(p, in, i);
    }
}

static FieldSet both(const FieldSet *a, const FieldSet *b)
{
    return (FieldSet){{a->bits[0] | b->bits[0], a->bits[1] | b->bits[1]}};
}

static Needs needs_of(const Play *p)
{
    static const Needs nothing = {.message = DEF_NONE};
    const StoryStep *x = p->step;
    const Def *d = p->s->def;
    Needs needs = nothing;
    if (x->kind == STEP_SUBMIT) {
        needs.fields = x->who == WHO_COMPLAINANT
                           ? d->intake.required
                           : both(&d->intake.required, &d->intake.required_staff);
    } else if (x->kind == STEP_ACTION && x->action != DEF_NONE) {
        needs = d->actions[x->action].needs;
    } else if (x->kind == STEP_EXTEND && x->deadline != DEF_NONE) {
        const Extend *e = &d->deadlines[x->deadline].extend;
        needs = e->needs;
        if (e->has_beyond && p->c.clocks[x->deadline].extensions >= e->times)
            needs.fields = both(&e->needs.fields, &e->beyond.fields);
    }
    return needs;
}

static void give_words(const Play *p, const Needs *needs, Inputs *in)
{
    const StoryStep *x = p->step;
    uint8_t kind = x->kind;
    bool message = needs->message != DEF_NONE || kind == STEP_MESSAGE;
    bool note = needs->note || kind == STEP_NOTE || kind == STEP_DECLINE || kind == STEP_SILENCE;
    bool declare = needs->declare.len || kind == STEP_DECLARE;
    in->message = (message || lists(x->also, STR("message"))) && !lists(x->without, STR("message"));
    in->note = (note || lists(x->also, STR("note"))) && !lists(x->without, STR("note"));
    in->declared =
        (declare || lists(x->also, STR("declare"))) && !lists(x->without, STR("declare"));
}

int step_build(Play *p, Step *ret)
{
    const StoryStep *x = p->step;
    Step s = {.kind = x->kind,
              .action = x->action,
              .deadline = x->deadline,
              .has_rev = x->has_rev,
              .if_rev = x->if_rev,
              .actor = player_actor(p, x->who),
              .day = x->on,
              .received = x->received};
    s.at = p->s->def->protected ? 0 : day_start(x->on, p->s->def->calendar->zone);
    s.in.by = x->by;
    if (x->to != DEF_NONE)
        s.in.target = player_tag(x->to);
    Needs needs = needs_of(p);
    give_written(p, &s.in);
    give_needed(p, &s.in, &needs.fields);
    give_words(p, &needs, &s.in);
    if (p->failed)
        return 1;
    *ret = s;
    return 0;
}
