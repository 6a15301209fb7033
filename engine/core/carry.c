/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/core/carry.h"

bool open_moves(const OpenEffect *o)
{
    return o->workflow.len && o->new_code;
}

FieldSet intake_fields(const Def *def, bool by_staff)
{
    FieldSet all = def->intake.asks;

    for (unsigned i = 0; by_staff && i < 2; i++)
        all.bits[i] |= def->intake.asks_staff.bits[i];
    return all;
}

static bool is_words(const Field *f)
{
    return f->type == FIELD_TEXT || f->type == FIELD_LONG_TEXT;
}

static bool has_choices(const Field *f)
{
    return f->type == FIELD_CHOICE || f->type == FIELD_CHECKLIST;
}

CarryWrong carry_fits(const Field *from, const Field *to, uint8_t *ret_choice)
{
    *ret_choice = DEF_NONE;
    if (to->class < from->class)
        return CARRY_CLASS;
    if (is_words(to))
        return from->type == FIELD_FILES || from->type == FIELD_NOTICE ? CARRY_TYPE : CARRY_FITS;
    if (from->type != to->type)
        return CARRY_TYPE;
    bool same_list = from->list.len && str_eq(from->list, to->list);
    for (uint8_t i = 0; has_choices(from) && !same_list && i < from->n_choices; i++) {
        if (field_choice(to, from->choices[i].id) != DEF_NONE)
            continue;
        *ret_choice = i;
        return CARRY_CHOICE;
    }
    return CARRY_FITS;
}

/* Faults are counted as they are come by; the one after `skip` others is told. */
typedef struct Search {
    size_t skip;
    CarryFault *ret;
} Search;

static bool found(Search *s, CarryFault fault)
{
    if (fault.wrong == CARRY_FITS || s->skip-- > 0)
        return false;
    *s->ret = fault;
    return true;
}

static bool check_one(Search *s, const Def *from, const Carry *c, const Def *to, bool by_staff)
{
    uint8_t field = def_field(to, c->to), choice;
    FieldSet asked = intake_fields(to, by_staff);
    CarryFault fault = {.carry = c, .from = DEF_NONE, .choice = DEF_NONE, .to = field};

    if (field == DEF_NONE || !field_set_has(&asked, field)) {
        fault.wrong = field == DEF_NONE ? CARRY_NO_FIELD : CARRY_NOT_ASKED;
        return found(s, fault);
    }
    for (uint8_t i = 0; i < c->n_from; i++) {
        fault.from = c->from[i];
        fault.wrong = (uint8_t)carry_fits(&from->fields[c->from[i]], &to->fields[field], &choice);
        fault.choice = choice;
        if (found(s, fault))
            return true;
    }
    return false;
}

/* Something that is always given fills the field. */
static bool is_filled(const Def *to, const Action *a, uint8_t field)
{
    const OpenEffect *o = &a->effects.open;

    for (uint8_t i = 0; i < o->n_carries; i++) {
        for (uint8_t k = 0; def_field(to, o->carries[i].to) == field && k < o->carries[i].n_from; k++)
            if (field_set_has(&a->needs.fields, o->carries[i].from[k]))
                return true;
    }
    return false;
}

/* Whom the complainant's step opens a case for, nobody can ask further. */
static bool check_filing(Search *s, const Action *a, const Def *to)
{
    if (!(to->intake.by & MASK32(ROLE_COMPLAINANT)) &&
        found(s, (CarryFault){.wrong = CARRY_FILING, .from = DEF_NONE, .to = DEF_NONE}))
        return true;
    for (uint8_t i = 0; i < to->n_fields; i++) {
        if (field_set_has(&to->intake.required, i) && !is_filled(to, a, i) &&
            found(s, (CarryFault){.wrong = CARRY_REQUIRED, .from = DEF_NONE, .to = i}))
            return true;
    }
    return false;
}

int carry_check(const Def *from, const Action *a, const Def *to, size_t skip, CarryFault *ret)
{
    Search s = {.skip = skip, .ret = ret};
    bool by_staff = !(a->by & MASK32(ROLE_COMPLAINANT));
    const OpenEffect *o = &a->effects.open;

    for (uint8_t i = 0; i < o->n_carries; i++) {
        if (check_one(&s, from, &o->carries[i], to, by_staff))
            return ret->wrong;
    }
    if (!by_staff && check_filing(&s, a, to))
        return ret->wrong;
    return CARRY_FITS;
}
