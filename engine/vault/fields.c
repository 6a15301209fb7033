/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/vault/inner.h"

#include "base/err.h"
#include <string.h>

void fields_init(Fields *f, const Def *def, const Form *form, const CaseKeys *keys)
{
    static const Form nothing;

    *f = (Fields){.def = def,
                  .form = form ? form : &nothing,
                  .keys = keys,
                  .identity = IDENTITY_TO_CLASS,
                  .identity_class = CLASS_CONFIDENTIAL};
    for (unsigned c = 0; c < CLASSES; c++) {
        f->text[c] = text_buf();
        wire_put_u16(&f->text[c], 0);
    }
    f->names = text_buf();
    wire_put_u16(&f->names, 0);
}

void fields_finish(Fields *f)
{
    for (unsigned c = 0; c < CLASSES; c++)
        buf_finish(&f->text[c]);
    buf_finish(&f->names);
}

uint8_t fields_class(const Fields *f, uint8_t field)
{
    uint8_t class = f->def->fields[field].class;

    if (class == CLASS_IDENTITY && f->identity == IDENTITY_TO_BLOB)
        return CLASS_IDENTITY;
    if (class == CLASS_IDENTITY && f->identity == IDENTITY_NOWHERE)
        return CLASSES;
    if (class == CLASS_IDENTITY)
        class = f->identity_class;
    /* An open field whose value is not plain in the case is kept with the confidential ones. */
    if (class == CLASS_OPEN)
        class = CLASS_CONFIDENTIAL;
    return keys_standing_in(f->keys, class);
}

/* A choice, date, number or unit of class open is wholly in Inputs; words and lists are not. */
static bool is_plain_in_case(const Fields *f, uint8_t field, Bundle *b)
{
    OpenValue *value = &b->in.open[b->in.n_open];

    if (f->def->fields[field].class != CLASS_OPEN || b->in.n_open == INPUTS_OPEN_MAX ||
        !form_open_value(f->def, f->form, field, value))
        return false;
    b->in.n_open++;
    return true;
}

static void put_items(Fields *f, uint8_t field, Buf *out, uint16_t *n)
{
    for (size_t i = 0; i < f->form->n_items; i++) {
        const FormItem *item = &f->form->items[i];
        Str value = str_trim(item->value); /* as it was checked */
        if (item->field != field || value.len == 0)
            continue;
        wire_put_str(out, f->def->fields[field].id);
        wire_put_u8(out, item->sub);
        wire_put_str(out, value);
        ++*n;
    }
}

/* 0; 1: no room for all. */
static int name_people(const Fields *f, uint8_t field, Bundle *b)
{
    for (size_t i = 0; i < f->form->n_items; i++) {
        const FormItem *item = &f->form->items[i];
        Str name = str_trim(item->value);
        if (item->field != field || item->sub != SUB_VALUE || name.len == 0)
            continue;
        if (b->n_people == INPUTS_PEOPLE_MAX)
            return 1;
        b->people[b->n_people++] = (BundlePerson){field, name_of(name)};
    }
    return 0;
}

bool fields_give(const Fields *f, uint8_t field, Bundle *b)
{
    if (f->submission && f->def->fields[field].class == CLASS_IDENTITY)
        return false;
    field_set_add(&b->in.given, field);
    return true;
}

static int put_count(Buf *items, uint16_t n)
{
    if (items->err)
        return err_origin(items->err);
    items->ptr[0] = (uint8_t)(n >> 8);
    items->ptr[1] = (uint8_t)n;
    return 0;
}

/* How long the names chosen in one field are, and whether anybody is, would show in the size of the
 * record: room for so many names is always taken. Words about somebody else are words. */
static size_t staff_padding(const Fields *f, uint8_t field, size_t used)
{
    enum { PEOPLE_SHOWN = 4 };
    size_t room = PEOPLE_SHOWN * (4 + f->def->fields[field].id.len + 1 + 4 + DEF_NAME_MAX);

    return (used ? (used + room - 1) / room * room : room) - used;
}

static void pad_staff(Fields *f, uint8_t field, size_t used)
{
    uint8_t class = fields_class(f, field);

    if (f->def->protected && f->def->fields[field].type == FIELD_STAFF && class < CLASSES)
        f->pad[class] += staff_padding(f, field, used);
}

static void place_items(Fields *f, uint8_t field, uint8_t class)
{
    size_t before = f->text[class].len;

    if (f->def->fields[field].class == CLASS_IDENTITY && f->identity == IDENTITY_TO_CLASS)
        put_items(f, field, &f->names, &f->n_names);
    else
        put_items(f, field, &f->text[class], &f->n[class]);
    pad_staff(f, field, f->text[class].len - before);
}

int fields_sort(Fields *f, Bundle *b)
{
    int too_many = 0;

    for (uint8_t field = 0; field < f->def->n_fields; field++) {
        const Field *def = &f->def->fields[field];
        if (!form_has(f->form, field)) {
            pad_staff(f, field, 0);
            continue;
        }
        if (fields_give(f, field, b) && def->type == FIELD_STAFF)
            too_many |= name_people(f, field, b);
        uint8_t class = fields_class(f, field);
        if (!is_plain_in_case(f, field, b) && class < CLASSES)
            place_items(f, field, class);
        else
            pad_staff(f, field, 0);
    }
    for (unsigned c = 0; c < CLASSES; c++)
        TRY(put_count(&f->text[c], f->n[c]));
    TRY(put_count(&f->names, f->n_names));
    return too_many;
}

int fields_seal(Fields *f, Sealer *s, uint8_t class, bool always)
{
    if (f->n[class] == 0 && !(always && keys_of_class(s->keys, class)))
        return 0;
    uint8_t *pad = buf_room(&f->text[class], f->pad[class]);
    if (pad)
        memset(pad, 0, f->pad[class]);
    TRY(sealer_record(s, PART_FORM, class, &f->text[class]));
    return 0;
}

int fields_seal_names(Fields *f, Sealer *s)
{
    if (f->n_names > 0 || (f->submission && f->def->intake.when_open != CLASS_IDENTITY))
        TRY(sealer_names(s, f->identity_class, &f->names));
    return 0;
}

static bool has_part_in(const Def *def, const Person *p)
{
    RoleMask office, unit;

    person_roles(def, p, &office, &unit);
    return office | unit;
}

size_t excluded_with_roles(const Def *def, const Directory *d, const bool *excluded)
{
    size_t n = 0;

    for (size_t i = 0; i < d->n_people; i++)
        n += excluded[i] && has_part_in(def, &d->people[i]);
    return n;
}

static int fill(const Composer *by, const bool *excluded, bool with_roles, Bundle *b)
{
    for (size_t i = 0; i < by->directory->n_people; i++) {
        const Person *p = &by->directory->people[i];
        if (!excluded[i] || has_part_in(by->def, p) != with_roles)
            continue;
        if (b->n_excluded == CASE_EXCLUDED_MAX)
            return 1;
        b->excluded[b->n_excluded++] = p->name;
    }
    return 0;
}

int excluded_fill(const Composer *by, const bool *excluded, Bundle *b)
{
    TRY(fill(by, excluded, true, b));
    /* Somebody without a role sees no case; they are named as far as there is room, should they be
     * given one later. */
    (void)fill(by, excluded, false, b);
    return 0;
}
