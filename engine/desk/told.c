/* SPDX-License-Identifier: Apache-2.0 */
/* What a workflow tells the complainant by itself, sealed to the code and to the staff before it
 * is written. Only open fields can be in it: the desk can read no others. */
#include "base/err.h"
#include "engine/core/reveal.h"
#include "engine/desk/inner.h"
#include <errno.h>
#include <string.h>

/* Latest epoch first within a class. */
void case_keys_of(const HeadRecord *h, CaseKeys *ret)
{
    memset(ret, 0, sizeof(*ret));
    ret->seal_id = h->seal_id;
    for (uint8_t class = 0; class < CLASSES; class ++) {
        for (uint8_t i = h->n_keys; i-- > 0;) {
            if (h->keys[i].class != class)
                continue;
            BundleKey *k = &ret->key[ret->n++];
            k->class = class;
            k->epoch = h->keys[i].epoch;
            memcpy(k->public.b, h->keys[i].public.b, sizeof(k->public.b));
        }
    }
    memcpy(ret->code_box.b, h->code_box.b, sizeof(ret->code_box.b));
}

static int open_fields(const CaseWrite *w, MessageField *ret, size_t *ret_n)
{
    const Case *c = &w->head.c;

    *ret_n = 0;
    for (uint8_t i = 0; i < c->n_open; i++) {
        Label label;
        int r = message_open_value(w->def, desk_office(w->desk), &c->open[i], w->arena, &label);
        if (r)
            return r;
        ret[(*ret_n)++] = (MessageField){
            .id = w->def->fields[c->open[i].field].id, .th = label.th, .en = label.en};
    }
    return 0;
}

static int told_render(CaseWrite *w, Label *ret)
{
    MessageField fields[CASE_OPEN_MAX];
    MessageFacts facts = {
        .def = w->def,
        .office = desk_office(w->desk),
        .c = &w->head.c,
        .now = w->event.step.at,
        .today = w->event.step.day,
        .fields = fields,
    };
    if (w->event.step.kind == STEP_REVEAL_ANSWER)
        facts.ground = ground_label(w->head.c.reveal.ground);

    int r = open_fields(w, fields, &facts.n_fields);
    return r ? r : message_render(&w->def->messages[w->effects.tells], &facts, w->arena, ret);
}

int case_write_told(CaseWrite *w)
{
    Composer by = {.def = w->def,
                   .directory = desk_directory(w->desk),
                   .tenant = desk_office(w->desk)->tenant,
                   .arena = w->arena};
    CaseKeys keys;
    Label text;

    int r = case_write_epochs(w);
    if (r || w->effects.tells == DEF_NONE)
        return r;
    Bundle *told = arena_new(w->arena, Bundle);
    if (!told)
        return err_origin(-ENOMEM);
    r = told_render(w, &text);
    if (r)
        return err_trace(r);
    case_keys_of(&w->head, &keys);
    r = compose_told(&by, &keys, w->head.parts, text.th, text.en, told);
    if (r)
        return r;
    w->event.n_told = (uint32_t)told->n_parts;
    return case_write_parts(w, told);
}
