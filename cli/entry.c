/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/entry.h"

#include "base/err.h"

static FieldSet both(const FieldSet *a, const FieldSet *b)
{
    return (FieldSet){{a->bits[0] | b->bits[0], a->bits[1] | b->bits[1]}};
}

int entry_check(const Filled *f, bool on_behalf, Day today)
{
    static const FieldSet none;
    const Intake *in = &f->def->intake;
    FieldSet asked = both(&in->asks, on_behalf ? &in->asks_staff : &none);
    FieldSet required = both(&in->required, on_behalf ? &in->required_staff : &none);

    for (uint8_t i = 0; i < f->def->n_fields; i++) {
        Str id = f->def->fields[i].id;
        if (form_has(&f->form, i) && !field_set_has(&asked, i))
            return cli_refuse("%.*s is not asked when a complaint is entered", (int)id.len, id.ptr);
    }
    return filled_check(f, &asked, &required, today);
}

/* The receipt stamp, or today. */
static Day received_on(const Filled *f, Day today)
{
    Day day;

    for (size_t i = 0; i < f->form.n_items; i++)
        if (f->items[i].field == f->def->intake.received_from && f->items[i].sub == SUB_VALUE &&
            day_parse(str_trim(f->items[i].value), &day) == 0)
            return day;
    return today;
}

int entry_compose(const Filled *f, const Code *code, const SignPair *signer, Day today,
                  const Beside *beside, Bundle *ret)
{
    CODE_KEYS_AUTO CodeKeys keys = {.box = {.secret = {NULL}}};
    Composer by = {.def = f->def,
                   .directory = f->directory,
                   .tenant = f->office->tenant,
                   .arena = f->arena,
                   .beside = beside};

    if (code)
        TRY(code_derive(code, f->office->tenant, &keys));
    int r = compose_submission(&by, &f->form, f->sealed, f->n_sealed, code ? &keys : NULL,
                               received_on(f, today), ret);
    if (r > 0)
        return cli_refuse("nobody is left who could read this complaint");
    if (r < 0)
        return err_trace(r);
    if (signer)
        TRY(bundle_sign(ret, signer, f->office->tenant, 0, STEP_SUBMIT, f->def->id));
    return 0;
}
