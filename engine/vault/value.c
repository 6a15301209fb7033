/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/vault/value.h"

#include "base/err.h"
#include <errno.h>

static int day_label(Arena *arena, Str value, Label *ret)
{
    BUF_AUTO Buf th = {0};
    BUF_AUTO Buf en = {0};
    Day day;

    if (day_parse(value, &day))
        return 0;
    buf_init(&th, 256);
    buf_init(&en, 256);
    day_put_thai(&th, day);
    day_put_english(&en, day);
    *ret = (Label){arena_str(arena, buf_str(&th)), arena_str(arena, buf_str(&en))};
    return ret->th.ptr && ret->en.ptr ? 0 : err_origin(-ENOMEM);
}

int value_label(const ValueNames *names, const Field *f, uint8_t sub, Str value, Label *ret)
{
    uint8_t choice = field_choice(f, value);
    const Unit *unit = office_unit(names->office, value);
    const Person *person = directory_person(names->directory, value);

    *ret = (Label){value, value};
    if (sub == SUB_UNKNOWN)
        *ret = (Label){STR("ไม่ทราบ"), STR("not known")};
    else if (choice != DEF_NONE)
        *ret = f->choices[choice].label;
    else if (unit && (f->type == FIELD_UNIT || sub == SUB_UNIT))
        *ret = unit->label;
    else if (person && f->type == FIELD_STAFF && sub == SUB_VALUE)
        *ret = person->label;
    else if (f->type == FIELD_DATE)
        return day_label(names->arena, value, ret);
    return 0;
}
