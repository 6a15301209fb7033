/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/step.h"

#include "base/err.h"
#include "cli/print.h"
#include "engine/vault/message.h"
#include "engine/vault/reveal.h"
#include <errno.h>
#include <stdio.h>

/* Of steps that are no action and no extension. */
static const Needs nothing = {.message = DEF_NONE};

const Needs *ask_needs(const CaseFile *f, const StepAsk *ask)
{
    if (ask->index == DEF_NONE)
        return &nothing;
    if (ask->kind == STEP_ACTION)
        return &f->def->actions[ask->index].needs;
    return ask->kind == STEP_EXTEND ? &f->def->deadlines[ask->index].extend.needs : &nothing;
}

const Needs *ask_may(const CaseFile *f, const StepAsk *ask)
{
    if (ask->index == DEF_NONE)
        return &nothing;
    if (ask->kind == STEP_ACTION)
        return &f->def->actions[ask->index].may;
    if (ask->kind != STEP_EXTEND)
        return &nothing;
    const Extend *e = &f->def->deadlines[ask->index].extend;
    return e->has_beyond ? &e->beyond : &nothing;
}

/* ---- the message ---- */
enum { MESSAGE_FIELDS_MAX = DEF_FIELDS_MAX };

/* What the step itself says of a field; NULL: nothing. */
static const FormItem *typed(const StepAsk *ask, uint8_t field)
{
    const Form *form = ask->filled ? &ask->filled->form : NULL;

    for (size_t i = 0; form && i < form->n_items; i++)
        if (form->items[i].field == field && form->items[i].sub == SUB_VALUE)
            return &form->items[i];
    return NULL;
}

/* The newest value of the field that the office's side may repeat: never who somebody is. */
static int message_field(const CaseFile *f, const StepAsk *ask, uint8_t field, MessageField *ret)
{
    const Field *def = &f->def->fields[field];
    const FormItem *item = typed(ask, field);
    const OpenedField *opened = casefile_field(f, def->id);
    const OpenValue *open = case_open(&f->c, field);
    Label label;

    if (def->class == CLASS_IDENTITY || (!item && !opened && !open))
        return 1;
    if (item)
        TRY(casefile_value(f, field, SUB_VALUE, item->value, &label));
    else if (opened)
        TRY(casefile_value(f, field, SUB_VALUE, opened->value, &label));
    else
        TRY(message_open_value(f->def, f->office, open, f->arena, &label));
    *ret = (MessageField){.id = def->id, .th = label.th, .en = label.en};
    return 0;
}

/* The case as it will stand, as far as messages speak of it: unit and due days. */
static void foresee(const CaseFile *f, const StepAsk *ask, Case *ret)
{
    const Def *def = f->def;
    Name unit = ask_unit(f, ask);

    *ret = f->c;
    if (unit.s[0])
        ret->unit = unit;
    if (ask->kind == STEP_EXTEND) {
        clock_extend(&def->deadlines[ask->index], &ret->clocks[ask->index], def->calendar, ask->by,
                     f->today);
        return;
    }
    for (uint8_t i = 0; ask->kind == STEP_ACTION && i < def->n_deadlines; i++) {
        const Deadline *d = &def->deadlines[i];
        uint8_t to = def->actions[ask->index].to;
        if (d->from == FROM_STAGE && d->from_index == to && to != f->c.state) {
            clock_init(&ret->clocks[i]);
            clock_start(&ret->clocks[i], f->today, d->limit, f->today);
        }
    }
}

static uint8_t template_of(const CaseFile *f, const StepAsk *ask)
{
    const Needs *needs = ask_needs(f, ask), *may = ask_may(f, ask);

    if (needs->message != DEF_NONE)
        return needs->message;
    return ask->has_message ? may->message : DEF_NONE;
}

int ask_message(const CaseFile *f, const StepAsk *ask, Label *ret)
{
    MessageField fields[MESSAGE_FIELDS_MAX];
    uint8_t template = template_of(f, ask);
    Case *after = arena_new(f->arena, Case);
    size_t n = 0;

    if (!after)
        return err_origin(-ENOMEM);
    if (template == DEF_NONE)
        return 1;
    for (uint8_t i = 0; i < f->def->n_fields; i++) {
        int r = message_field(f, ask, i, &fields[n]);
        if (r < 0)
            return err_trace(r);
        n += r == 0;
    }
    foresee(f, ask, after);
    MessageFacts facts = {.def = f->def,
                          .office = f->office,
                          .c = after,
                          .now = f->now,
                          .today = f->today,
                          .fields = fields,
                          .n_fields = n,
                          .words = ask->message};
    return message_render(&f->def->messages[template], &facts, f->arena, ret);
}

/* ---- what is asked ---- */
static Str usual_unit(const CaseFile *f, const StepAsk *ask)
{
    for (uint8_t i = 0; i < f->def->n_fields; i++) {
        const Field *field = &f->def->fields[i];
        const FormItem *item = typed(ask, i);
        const OpenValue *open = case_open(&f->c, i);
        if (field->type != FIELD_CHOICE || field->class != CLASS_OPEN || (!item && !open))
            continue;
        uint8_t choice = field_choice(field, item ? item->value : name_str(&open->choice));
        if (choice != DEF_NONE && field->choices[choice].unit.len)
            return field->choices[choice].unit;
    }
    return name_str(&f->c.unit);
}

/* Open choices the case already has are taken over when a step asks for them again, so that only
 * what changes has to be typed. */
static int default_choice(const CaseFile *f, const StepAsk *ask, uint8_t field)
{
    const OpenValue *open = case_open(&f->c, field);
    const Field *def = &f->def->fields[field];
    Form *form = &ask->filled->form;
    Str value = {NULL, 0};

    if (form_has(form, field) || form->n_items == ARGS_FIELDS_MAX)
        return 0;
    if (def->type == FIELD_UNIT)
        value = usual_unit(f, ask);
    else if (def->type == FIELD_CHOICE && open)
        value = name_str(&open->choice);
    if (value.len == 0)
        return 0;
    Str kept = arena_str(f->arena, value);
    if (!kept.ptr)
        return err_origin(-ENOMEM);
    ask->filled->items[form->n_items++] = (FormItem){field, SUB_VALUE, kept};
    return 0;
}

int ask_default_unit(const CaseFile *f, const StepAsk *ask)
{
    const Needs *needs = ask_needs(f, ask);

    for (uint8_t i = 0; ask->filled && i < f->def->n_fields; i++)
        if (field_set_has(&needs->fields, i))
            TRY(default_choice(f, ask, i));
    return 0;
}

static void put_draft(const Label *draft)
{
    fputs("draft:\n  ", stderr);
    put_shown(stderr, draft->th);
    fputs("\n  ", stderr);
    put_shown(stderr, draft->en);
    fputc('\n', stderr);
}

static void tell_draft(const CaseFile *f, const StepAsk *ask, const Message *m)
{
    Label draft;

    cli_refuse("this step tells the complainant something: give it with --message%s",
               m->asks.len ? "" : " (an empty --message '' sends the draft as it stands)");
    if (ask_message(f, ask, &draft) == 0)
        put_draft(&draft);
}

int ask_tell_declaration(const Def *def, Str id)
{
    Label words = def_declaration(def, id);

    cli_refuse("this step asks for a declaration (%.*s); affirm it with --declare", (int)id.len,
               id.ptr);
    fprintf(stderr, "  %.*s\n  %.*s\n", (int)words.th.len, words.th.ptr, (int)words.en.len,
            words.en.ptr);
    return CLI_REFUSED;
}

static FieldSet both(const FieldSet *a, const FieldSet *b)
{
    return (FieldSet){{a->bits[0] | b->bits[0], a->bits[1] | b->bits[1]}};
}

static int check_fields(const CaseFile *f, const StepAsk *ask)
{
    const Needs *needs = ask_needs(f, ask), *may = ask_may(f, ask);
    FieldSet asked = both(&needs->fields, &may->fields);

    if (!ask->filled)
        return 0;
    for (uint8_t i = 0; i < f->def->n_fields; i++) {
        Str id = f->def->fields[i].id;
        if (form_has(&ask->filled->form, i) && !field_set_has(&asked, i))
            return cli_refuse("this step does not take %.*s", (int)id.len, id.ptr);
    }
    return filled_check(ask->filled, &asked, &needs->fields, f->today);
}

/* A template may ask for words of the officer's own; without any it can go out as it stands. */
static int check_message(const CaseFile *f, const StepAsk *ask)
{
    uint8_t template = template_of(f, ask);

    if (template == DEF_NONE)
        return ask->has_message
                   ? cli_refuse("this step tells the complainant nothing in your own words")
                   : 0;
    const Message *m = &f->def->messages[template];
    if (ask->message.len || (ask->has_message && m->asks.len == 0))
        return 0;
    tell_draft(f, ask, m);
    return CLI_REFUSED;
}

int ask_check(const CaseFile *f, const StepAsk *ask)
{
    const Needs *needs = ask_needs(f, ask);

    TRY(check_fields(f, ask));
    if (needs->declare.len && !ask->declare)
        return ask_tell_declaration(f->def, needs->declare);
    if (needs->note && ask->note.len == 0)
        return cli_refuse("this step needs a note: --note TEXT");
    return check_message(f, ask);
}

Name ask_unit(const CaseFile *f, const StepAsk *ask)
{
    if (ask->kind != STEP_ACTION || ask->index == DEF_NONE)
        return (Name){{0}};
    uint8_t field = f->def->actions[ask->index].effects.unit;
    const FormItem *item = field == DEF_NONE ? NULL : typed(ask, field);
    return item ? name_of(item->value) : (Name){{0}};
}

/* ---- sealing ---- */
static Composer composer(const CaseFile *f)
{
    return (Composer){
        .def = f->def, .directory = f->directory, .tenant = f->office->tenant, .arena = f->arena};
}

/* A case named in a field goes along as its number. */
static void link_case(const CaseFile *f, const StepAsk *ask, Bundle *b)
{
    const FormItem *item;

    for (uint8_t i = 0; i < f->def->n_fields; i++)
        if (f->def->fields[i].type == FIELD_CASE && (item = typed(ask, i)))
            b->linked = name_of(item->value);
}

/* Of whoever looks after the work and need not read the case: their note is about the work. */
static bool oversees(uint8_t kind)
{
    return kind == STEP_SILENCE || kind == STEP_HOLD || kind == STEP_RELEASE ||
           kind == STEP_ASSIGN || kind == STEP_RECUSE;
}

int ask_compose(const CaseFile *f, const StepAsk *ask, Bundle *ret)
{
    Composer by = composer(f);
    Label message = {{NULL, 0}, {NULL, 0}};
    StepWords words = {.note = ask->note};

    int r = ask_message(f, ask, &message);
    if (r < 0)
        return err_trace(r);
    words.message_th = message.th;
    words.message_en = message.en;
    if (ask->filled) {
        words.form = &ask->filled->form;
        words.files = ask->filled->sealed;
        words.n_files = ask->filled->n_sealed;
    }
    TRY(compose_step(&by, &f->public, f->parts, &words, ret));
    /* What it is asked to sign would mean something else in another workflow. */
    if (!f->held.n && !oversees(ask->kind))
        return cli_refuse("you hold no key to this case, or its keys were destroyed: nothing shows "
                          "that it is the one the daemon says, so nothing was sealed or signed. A "
                          "colleague who reads it can pass one on (krading grant)");
    ret->in.declared = ask->declare;
    ret->in.by = ask->by;
    ret->target = ask->target;
    link_case(f, ask, ret);
    return 0;
}

/* ---- to whom a key may go ----
 * The daemon says who needs one, and is not believed: it could name a colleague who is accused, or
 * its own administrator. */

/* People are given a part in the case by being chosen in this field. */
static bool appoints(const Def *def, uint8_t field)
{
    for (uint8_t i = 0; i < def->n_actions; i++) {
        const ActionEffects *fx = &def->actions[i].effects;
        bool does = fx->assignee == field;
        for (uint8_t k = 0; k < fx->n_members; k++)
            does = does || fx->members[k].field == field;
        if (does)
            return true;
    }
    return false;
}

/* Everything typed into the case that this reader can open. */
static int opened_form(const CaseFile *f, Form *ret)
{
    size_t n = 0, at = 0;

    for (size_t i = 0; i < f->n_pieces; i++)
        n += f->pieces[i].is_open ? f->pieces[i].opened.n_fields : 0;
    FormItem *items = arena_many(f->arena, n + 1, FormItem);
    if (!items)
        return err_origin(-ENOMEM);
    for (size_t i = 0; i < f->n_pieces; i++) {
        const OpenedPart *part = &f->pieces[i].opened;
        for (size_t k = 0; f->pieces[i].is_open && k < part->n_fields; k++) {
            uint8_t field = def_field(f->def, part->fields[k].id);
            if (field != DEF_NONE && f->pieces[i].sealed.kind != PART_FILE)
                items[at++] = (FormItem){field, part->fields[k].sub, part->fields[k].value};
        }
    }
    *ret = (Form){.items = items, .n_items = at};
    return 0;
}

static bool is_appointed(const CaseFile *f, const Person *p, const Form *form, const Bundle *b)
{
    for (uint8_t i = 0; i < b->n_people; i++)
        if (name_eq(&b->people[i].name, &p->name) && appoints(f->def, b->people[i].field))
            return true;
    for (size_t i = 0; i < form->n_items; i++)
        if (form->items[i].sub == SUB_VALUE && appoints(f->def, form->items[i].field) &&
            name_is(&p->name, str_trim(form->items[i].value)))
            return true;
    return false;
}

static bool reads_class(const CaseFile *f, const Person *p, uint8_t class, bool appointed)
{
    RoleMask readers = f->def->access.readers[class], office, unit;

    person_roles(f->def, p, &office, &unit);
    if (appointed || ((office | unit) & readers))
        return true;
    /* Only somebody with a part in the workflow can be an assignee. */
    return (office | unit) && (readers & MASK32(ROLE_ASSIGNEE));
}

static bool is_taken_off(const Directory *d, const Person *p, const bool *excluded, const Bundle *b)
{
    for (uint8_t i = 0; i < b->n_excluded; i++)
        if (name_eq(&b->excluded[i], &p->name))
            return true;
    return excluded[p - d->people];
}

int ask_named(const CaseFile *f, Form *ret_form, bool **ret_excluded)
{
    bool executive;

    TRY(opened_form(f, ret_form));
    TRY(conflict_work_out(f->def, f->directory, ret_form, f->arena, ret_excluded, &executive));
    return 0;
}

int ask_may_read(const CaseFile *f, const Person *to, uint8_t class, const Bundle *b)
{
    bool *excluded;
    Form form;

    TRY(ask_named(f, &form, &excluded));
    bool guards = f->def->access.custodians && person_has_role(to, ROLE_NAME_CUSTODIAN);
    return class < CLASSES && class != CLASS_OPEN && !to->disabled && !guards &&
                   !is_taken_off(f->directory, to, excluded, b) &&
                   reads_class(f, to, class, is_appointed(f, to, &form, b))
               ? 0
               : 1;
}

int ask_may_guard(const CaseFile *f, const Person *to)
{
    Bundle gone = {.seal_id = f->seal_id};
    bool *excluded, executive;
    Form form;

    TRY(opened_form(f, &form));
    TRY(conflict_work_out(f->def, f->directory, &form, f->arena, &excluded, &executive));
    return !to->disabled && person_has_role(to, ROLE_NAME_CUSTODIAN) &&
                   !is_taken_off(f->directory, to, excluded, &gone)
               ? 0
               : 1;
}

int ask_grounds(const CaseFile *f, const StepAsk *ask, Bundle *bundle)
{
    Composer by = composer(f);
    RevealWords words = {.number = name_str(&f->number),
                         .rev = f->rev + 1,
                         .ground = ground_of(ask->what),
                         .until = ask->reveal->until,
                         .reason = ask->note};

    int r = compose_grounds(&by, f->parts, ask->reveal->custodian, ask->reveal->n, &words,
                            &f->keys->sign, bundle);
    return r > 0 ? err_origin(-E2BIG) : r;
}

int ask_grant_fits(const CaseFile *f, Str person, uint8_t class, const Bundle *b)
{
    const Person *to = directory_person(f->directory, person);

    if (!to)
        return 0; /* nobody gets anything */
    int r = ask_may_read(f, to, class, b);
    return r <= 0 ? r
                  : cli_refuse("the daemon asks for a key to this case for %.*s, who may not read "
                               "it: do not go on, ask your office",
                               (int)person.len, person.ptr);
}

int ask_grant(const CaseFile *f, Str person, uint8_t class, Moment expires, Bundle *bundle)
{
    const Person *to = directory_person(f->directory, person);
    Composer by = composer(f);

    by.grants_expire = expires;
    int r = to ? compose_grant(&by, &f->held, to, class, &f->keys->sign, bundle) : 1;
    if (r != -E2BIG)
        return r;
    cli_refuse("this case has had new keys so often that one step cannot pass them on to so many "
               "people: pass them on first, one after another (krading grant %s --to NAME), then "
               "take the step",
               f->number.s);
    return 2;
}
