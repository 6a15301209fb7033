/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/core/def.h"

#include <string.h>

bool field_set_has(const FieldSet *s, uint8_t field)
{
    return field < DEF_FIELDS_MAX && (s->bits[field / 64] >> (field % 64) & 1);
}

void field_set_add(FieldSet *s, uint8_t field)
{
    if (field < DEF_FIELDS_MAX)
        s->bits[field / 64] |= MASK64(field % 64);
}

Name name_of(Str s)
{
    Name name;
    memset(&name, 0, sizeof(name));
    size_t len = s.len < DEF_NAME_MAX ? s.len : DEF_NAME_MAX;
    if (len)
        memcpy(name.s, s.ptr, len);
    return name;
}

bool name_eq(const Name *a, const Name *b)
{
    return memcmp(a->s, b->s, sizeof(a->s)) == 0;
}

bool name_is(const Name *a, Str s)
{
    return str_eq(name_str(a), s);
}

Str name_str(const Name *a)
{
    return (Str){a->s, strnlen(a->s, DEF_NAME_MAX)};
}

/* Every table of a workflow has its id first in the row. */
static uint8_t find(const void *rows, size_t row_size, uint8_t n, Str id)
{
    const char *row = rows;
    for (uint8_t i = 0; i < n; i++, row += row_size) {
        Str row_id;
        memcpy(&row_id, row, sizeof(row_id));
        if (str_eq(row_id, id))
            return i;
    }
    return DEF_NONE;
}

_Static_assert(offsetof(Role, id) == 0 && offsetof(Field, id) == 0 && offsetof(State, id) == 0 &&
                   offsetof(Action, id) == 0 && offsetof(Deadline, id) == 0 &&
                   offsetof(Message, id) == 0 && offsetof(Choice, id) == 0 &&
                   offsetof(Declaration, id) == 0,
               "find() reads the id at the beginning of a row");

uint8_t def_role(const Def *d, Str id)
{
    return find(d->roles, sizeof(d->roles[0]), d->n_roles, id);
}

uint8_t def_field(const Def *d, Str id)
{
    return find(d->fields, sizeof(d->fields[0]), d->n_fields, id);
}

uint8_t def_state(const Def *d, Str id)
{
    return find(d->states, sizeof(d->states[0]), d->n_states, id);
}

uint8_t def_action(const Def *d, Str id)
{
    return find(d->actions, sizeof(d->actions[0]), d->n_actions, id);
}

uint8_t def_deadline(const Def *d, Str id)
{
    return find(d->deadlines, sizeof(d->deadlines[0]), d->n_deadlines, id);
}

uint8_t def_message(const Def *d, Str id)
{
    return find(d->messages, sizeof(d->messages[0]), d->n_messages, id);
}

Label def_declaration(const Def *d, Str id)
{
    uint8_t i = find(d->declarations, sizeof(d->declarations[0]), d->n_declarations, id);
    return i == DEF_NONE ? (Label){id, id} : d->declarations[i].label;
}

Str def_member_declares(const Def *d, uint8_t role)
{
    for (uint8_t i = 0; i < d->n_actions; i++) {
        const Action *a = &d->actions[i];
        for (uint8_t m = 0; m < a->effects.n_members; m++) {
            if (a->effects.members[m].role == role && a->member_declares.len)
                return a->member_declares;
        }
    }
    return STR("");
}

uint8_t field_choice(const Field *f, Str id)
{
    return f->n_choices ? find(f->choices, sizeof(f->choices[0]), f->n_choices, id) : DEF_NONE;
}

/* Sealed fields are tagged: id, length, value. */
enum { SEALED_OVERHEAD = 16, UTF8_MAX = 4, DATE_BYTES = 10, NUMBER_BYTES = 36, ANY_WORDS = 300 };

size_t field_max_bytes(const Field *f)
{
    size_t one = SEALED_OVERHEAD + f->id.len;
    switch ((FieldType)f->type) {
    case FIELD_TEXT:
    case FIELD_LONG_TEXT:
        return one + (size_t)f->max_chars * UTF8_MAX;
    case FIELD_CHOICE:
    case FIELD_CHECKLIST:
        return f->many || f->type == FIELD_CHECKLIST ? (one + DEF_NAME_MAX) * f->n_choices
                                                     : one + DEF_NAME_MAX;
    case FIELD_YES_NO:
    case FIELD_UNIT:
    case FIELD_NOTICE:
        return one + DEF_NAME_MAX;
    case FIELD_NUMBER:
        return one + NUMBER_BYTES;
    case FIELD_DATE:
        return one + DATE_BYTES;
    case FIELD_STAFF:
    case FIELD_CASE:
        return one + (size_t)ANY_WORDS * UTF8_MAX;
    case FIELD_FILES:
    case FIELD_TYPES:
        break;
    }
    return 0; /* files lie beside, under keys of their own */
}
