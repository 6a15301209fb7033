/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/load/diff_inner.h"

/* ---- words shared ---- */
void words_between(Buf *out, const char *text)
{
    if (out->len)
        buf_adds(out, text);
}

void words_yes(Buf *out, bool yes)
{
    if (yes)
        buf_adds(out, "yes");
}

void words_number(Buf *out, uint32_t n)
{
    if (n)
        buf_addf(out, "%u", n);
}

void words_span(Buf *out, Span span)
{
    if (span.count)
        span_put(out, span);
}

void words_roles(Buf *out, const Def *d, RoleMask mask)
{
    bool first = true;
    for (uint8_t i = 0; i < d->n_roles; i++) {
        if (!(mask & MASK32(i)))
            continue;
        buf_adds(out, first ? "" : ", ");
        buf_add_str(out, d->roles[i].id);
        first = false;
    }
}

void words_states(Buf *out, const Def *d, StateMask mask)
{
    bool first = true;
    for (uint8_t i = 0; i < d->n_states; i++) {
        if (!(mask & MASK64(i)))
            continue;
        buf_adds(out, first ? "" : ", ");
        buf_add_str(out, d->states[i].id);
        first = false;
    }
}

void words_actions(Buf *out, const Def *d, ActionMask mask)
{
    bool first = true;
    for (uint8_t i = 0; i < d->n_actions; i++) {
        if (!(mask & MASK64(i)))
            continue;
        buf_adds(out, first ? "" : ", ");
        buf_add_str(out, d->actions[i].id);
        first = false;
    }
}

void words_fields(Buf *out, const Def *d, const FieldSet *set)
{
    bool first = true;
    for (uint8_t i = 0; i < d->n_fields; i++) {
        if (!field_set_has(set, i))
            continue;
        buf_adds(out, first ? "" : ", ");
        buf_add_str(out, d->fields[i].id);
        first = false;
    }
}

void words_field(Buf *out, const Def *d, uint8_t i)
{
    if (i < d->n_fields)
        buf_add_str(out, d->fields[i].id);
}

void words_state(Buf *out, const Def *d, uint8_t i)
{
    if (i < d->n_states)
        buf_add_str(out, d->states[i].id);
}

void words_deadline(Buf *out, const Def *d, uint8_t i)
{
    if (i < d->n_deadlines)
        buf_add_str(out, d->deadlines[i].id);
}

void words_message(Buf *out, const Def *d, uint8_t i)
{
    if (i < d->n_messages)
        buf_add_str(out, d->messages[i].id);
}

void words_choices(Buf *out, const Field *f, uint64_t mask)
{
    bool first = true;
    for (uint8_t i = 0; i < f->n_choices; i++) {
        if (!(mask & MASK64(i)))
            continue;
        buf_adds(out, first ? "" : " or ");
        buf_add_str(out, f->choices[i].id);
        first = false;
    }
}

void words_conditions(Buf *out, const Def *d, const Condition *list, uint8_t n)
{
    static const char *const is[] = {[IF_CHOICE] = " is ",
                                     [IF_GIVEN] = " is given",
                                     [IF_MISSING] = " is missing",
                                     [IF_BEFORE] = " is before the end of ",
                                     [IF_AFTER] = " is after the end of "};
    for (uint8_t i = 0; i < n; i++) {
        words_between(out, ", ");
        words_field(out, d, list[i].field);
        buf_adds(out, is[list[i].how]);
        if (list[i].how == IF_CHOICE)
            words_choices(out, &d->fields[list[i].field], list[i].choices);
        if (list[i].how == IF_BEFORE || list[i].how == IF_AFTER)
            words_deadline(out, d, list[i].deadline);
    }
}

void words_needs(Buf *out, const Def *d, const Needs *needs)
{
    words_fields(out, d, &needs->fields);
    if (needs->message != DEF_NONE) {
        words_between(out, ", ");
        buf_adds(out, "message ");
        words_message(out, d, needs->message);
    }
    if (needs->note) {
        words_between(out, ", ");
        buf_adds(out, "a note");
    }
    if (needs->declare.len) {
        words_between(out, ", ");
        buf_adds(out, "declaration ");
        buf_add_str(out, needs->declare);
    }
}

void words_approve(Buf *out, const Def *d, const Approve *a)
{
    words_roles(out, d, a->by);
    if (a->by && a->not_same_person)
        buf_adds(out, " (not the same person)");
}
