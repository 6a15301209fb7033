/* SPDX-License-Identifier: Apache-2.0 */
/* effects.open against the workflow it opens, once both are there. */
#include "base/err.h"
#include "engine/core/carry.h"
#include "engine/load/node.h"

static void put_field(Buf *out, const Def *def, uint8_t field)
{
    buf_adds(out, "\"");
    buf_add_str(out, def->fields[field].id);
    buf_adds(out, "\"");
}

static void put_wrong(Buf *out, const Def *from, const Def *to, const CarryFault *f)
{
    Name there = name_of(to->id);

    switch ((CarryWrong)f->wrong) {
    case CARRY_NO_FIELD:
        buf_addf(out, "%s has no field \"", there.s);
        buf_add_str(out, f->carry ? f->carry->to : STR(""));
        buf_adds(out, "\"");
        return;
    case CARRY_NOT_ASKED:
        buf_addf(out, "the form of %s does not ask for ", there.s);
        put_field(out, to, f->to);
        return;
    case CARRY_TYPE:
        put_field(out, from, f->from);
        buf_addf(out, " cannot become ");
        put_field(out, to, f->to);
        buf_addf(out, " of %s: they are of different types, and words take anything but files",
                 there.s);
        return;
    case CARRY_CHOICE:
        put_field(out, from, f->from);
        buf_adds(out, " may be \"");
        buf_add_str(out, from->fields[f->from].choices[f->choice].id);
        buf_addf(out, "\", which is no choice of ");
        put_field(out, to, f->to);
        buf_addf(out, " of %s", there.s);
        return;
    case CARRY_CLASS:
        put_field(out, from, f->from);
        buf_addf(out, " would be read by more people as ");
        put_field(out, to, f->to);
        buf_addf(out, " of %s: its class is more open", there.s);
        return;
    case CARRY_REQUIRED:
        buf_addf(out, "%s needs ", there.s);
        put_field(out, to, f->to);
        buf_adds(out, ", which nothing needed here fills");
        return;
    case CARRY_FILING:
        buf_addf(out, "the complainant cannot file in %s", there.s);
        return;
    case CARRY_FITS:
        return;
    }
}

static int check_action(const Def *from, const Action *a, const Def *to, Faults *faults)
{
    Name action = name_of(a->id);
    CarryFault f;

    for (size_t n = 0; n < LOAD_FAULTS_MAX && carry_check(from, a, to, n, &f); n++) {
        FilePlace at = f.carry ? f.carry->at : a->effects.open.at;
        BUF_AUTO Buf text = {0};
        buf_init(&text, 1024);
        buf_addf(&text, "action %s: open: ", action.s);
        put_wrong(&text, from, to, &f);
        if (text.err)
            return err_origin(text.err);
        fault_add(faults, at.line, at.column, FAULT_ERROR, buf_str(&text));
    }
    return 0;
}

int load_opens_check(const Def *from, const Def *to, Faults *faults)
{
    size_t before = faults->errors;

    for (uint8_t i = 0; i < from->n_actions; i++) {
        const Action *a = &from->actions[i];
        if (str_eq(a->effects.open.workflow, to->id))
            TRY(check_action(from, a, to, faults));
    }
    return faults->errors > before;
}
