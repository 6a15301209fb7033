/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/load/work.h"

#include "base/text.h"
#include <string.h>

const RoleMask roles_people = MASK32(ROLE_COMPLAINANT) | MASK32(ROLE_ASSIGNEE);
const RoleMask roles_alerted = MASK32(ROLE_ASSIGNEE) | MASK32(ROLE_COMPLAINANT);

/* Every declared thing begins with its id, so one search serves all of them. */
typedef struct Shelf {
    const void *things;
    size_t stride, count;
    const char *what;
} Shelf;

static Str shelf_id(const Shelf *s, size_t i)
{
    Str id;
    memcpy(&id, (const uint8_t *)s->things + i * s->stride, sizeof(id));
    return id;
}

static uint8_t shelf_find(Work *w, const Node *n, const Shelf *s)
{
    Str ids[DEF_FIELDS_MAX];
    if (n->kind == NODE_BAD || !is_text(&w->r, n))
        return DEF_NONE;
    for (size_t i = 0; i < s->count; i++) {
        ids[i] = shelf_id(s, i);
        if (str_eq(ids[i], n->text))
            return (uint8_t)i;
    }
    size_t near = text_nearest(n->text, ids, s->count);
    Str word = text_head(n->text, 40);
    if (near < s->count)
        fault_at(&w->r, n, "%s \"%.*s\" is not defined; did you mean \"%.*s\"?", s->what,
                 STR_ARGS(word), STR_ARGS(ids[near]));
    else
        fault_at(&w->r, n, "%s \"%.*s\" is not defined", s->what, STR_ARGS(word));
    return DEF_NONE;
}

#define SHELF(def, list, word)                                                                     \
    &(const Shelf)                                                                                 \
    {                                                                                              \
        (def)->list, sizeof((def)->list[0]), (def)->n_##list, word                                 \
    }

uint8_t name_role(Work *w, const Node *n)
{
    uint8_t i = shelf_find(w, n, SHELF(w->def, roles, "role"));
    if (i != DEF_NONE)
        w->roles_used |= MASK32(i);
    return i;
}

uint8_t name_field(Work *w, const Node *n)
{
    uint8_t i = shelf_find(w, n, SHELF(w->def, fields, "field"));
    use_field(w, i);
    return i;
}

uint8_t name_state(Work *w, const Node *n)
{
    return shelf_find(w, n, SHELF(w->def, states, "state"));
}

uint8_t name_action(Work *w, const Node *n)
{
    return shelf_find(w, n, SHELF(w->def, actions, "action"));
}

uint8_t name_deadline(Work *w, const Node *n)
{
    return shelf_find(w, n, SHELF(w->def, deadlines, "deadline"));
}

uint8_t name_message(Work *w, const Node *n)
{
    uint8_t i = shelf_find(w, n, SHELF(w->def, messages, "message"));
    if (i != DEF_NONE)
        w->messages_used |= MASK64(i);
    return i;
}

void read_declare(Reader *r, const Node *n, const Key *key, void *to)
{
    Work *w = work_of(r);
    if (!node_get(w->root, "declarations")) {
        read_id(r, n, key, to);
        return;
    }
    uint8_t i = shelf_find(w, n, SHELF(w->def, declarations, "declaration"));
    if (i == DEF_NONE)
        return;
    w->declarations_used |= MASK32(i);
    *(Str *)to = w->def->declarations[i].id;
}

void use_field(Work *w, uint8_t field)
{
    if (field != DEF_NONE)
        w->used.bits[field / 64] |= MASK64(field % 64);
}

uint8_t name_choice(Work *w, const Node *n, uint8_t field)
{
    const Field *f = &w->def->fields[field];
    if (f->list.len && !w->context->office)
        return DEF_NONE;
    return shelf_find(w, n, &(const Shelf){f->choices, sizeof(Choice), f->n_choices, "choice"});
}

void read_role(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    *(uint8_t *)to = name_role(work_of(r), n);
}

void read_message(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    *(uint8_t *)to = name_message(work_of(r), n);
}

void read_tells(Reader *r, const Node *n, const Key *key, void *to)
{
    uint8_t i = DEF_NONE;
    read_message(r, n, key, &i);
    if (i != DEF_NONE)
        work_of(r)->messages_told |= MASK64(i);
    *(uint8_t *)to = i;
}

void read_deadline(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    *(uint8_t *)to = name_deadline(work_of(r), n);
}

void read_field(Reader *r, const Node *n, const Key *key, void *to)
{
    const FieldRule *rule = key->more;
    uint8_t i = name_field(work_of(r), n);
    if (i == DEF_NONE)
        return;
    const Field *f = &work_of(r)->def->fields[i];
    if (rule && !(rule->types & MASK32(f->type)))
        fault_at(r, n, "%s: field \"%.*s\" has to be %s", key->name, STR_ARGS(f->id), rule->wanted);
    if (rule && rule->open && f->class != CLASS_OPEN)
        fault_at(r, n, "%s: field \"%.*s\" has to be of class open, since rules read it", key->name,
                 STR_ARGS(f->id));
    *(uint8_t *)to = i;
}

static bool twice(Reader *r, const Node *n, bool is)
{
    if (is)
        fault_at(r, n, "\"%.*s\" is named twice", STR_ARGS(n->text));
    return is;
}

void read_roles(Reader *r, const Node *n, const Key *key, void *to)
{
    static const RoleMask reserved =
        MASK32(ROLE_COMPLAINANT) | MASK32(ROLE_SYSTEM) | MASK32(ROLE_ASSIGNEE);
    const RoleMask *allowed = key ? key->more : NULL;
    RoleMask mask = 0;
    if (!is_list(r, n))
        return;
    for (const Node *c = n->first; c; c = c->next) {
        uint8_t i = name_role(work_of(r), c);
        if (i == DEF_NONE || twice(r, c, mask & MASK32(i)))
            continue;
        if (MASK32(i) & reserved & ~(allowed ? *allowed : 0))
            fault_at(r, c, "the reserved role \"%.*s\" has no place here", STR_ARGS(c->text));
        mask |= MASK32(i);
    }
    if (!n->n)
        fault_at(r, n, "the list of roles is empty");
    *(RoleMask *)to = mask;
}

void read_states(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    StateMask mask = 0;
    if (!is_list(r, n))
        return;
    for (const Node *c = n->first; c; c = c->next) {
        uint8_t i = name_state(work_of(r), c);
        if (i != DEF_NONE && !twice(r, c, mask & MASK64(i)))
            mask |= MASK64(i);
    }
    if (!n->n)
        fault_at(r, n, "the list of states is empty");
    *(StateMask *)to = mask;
}

void read_actions(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    ActionMask mask = 0;
    if (!is_list(r, n))
        return;
    for (const Node *c = n->first; c; c = c->next) {
        uint8_t i = name_action(work_of(r), c);
        if (i != DEF_NONE && !twice(r, c, mask & MASK64(i)))
            mask |= MASK64(i);
    }
    *(ActionMask *)to = mask;
}

void read_fields(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    FieldSet set = {{0}};
    if (!is_list(r, n))
        return;
    for (const Node *c = n->first; c; c = c->next) {
        uint8_t i = name_field(work_of(r), c);
        if (i == DEF_NONE || twice(r, c, set.bits[i / 64] & MASK64(i % 64)))
            continue;
        set.bits[i / 64] |= MASK64(i % 64);
    }
    *(FieldSet *)to = set;
}
