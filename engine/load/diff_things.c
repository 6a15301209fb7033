/* SPDX-License-Identifier: Apache-2.0 */
/* The words of roles, fields and states. */
#include "engine/load/diff_inner.h"

/* ---- roles ---- */
LABEL_OF(role, roles, label)
WORDS(role_scope)
{
    static const char *const names[] = {"office", "unit", "case"};
    buf_adds(out, names[d->roles[i].scope]);
}
static const Property role_properties[] = {
    {"scope", role_scope, NULL, NULL, NULL},
    {"Thai label", role_th, NULL, NULL, NULL},
    {"English label", role_en, NULL, NULL, NULL},
};

/* ---- fields ---- */
LABEL_OF(field, fields, label)
LABEL_OF(help, fields, help)
WORDS(field_type)
{
    static const char *const names[] = {
        [FIELD_TEXT] = "text",     [FIELD_LONG_TEXT] = "long_text", [FIELD_CHOICE] = "choice",
        [FIELD_YES_NO] = "yes_no", [FIELD_NUMBER] = "number",       [FIELD_DATE] = "date",
        [FIELD_FILES] = "files",   [FIELD_STAFF] = "staff",         [FIELD_UNIT] = "unit",
        [FIELD_CASE] = "case",     [FIELD_CHECKLIST] = "checklist", [FIELD_NOTICE] = "notice",
    };
    _Static_assert(sizeof(names) / sizeof(names[0]) == FIELD_TYPES, "every type has its word");
    buf_adds(out, names[d->fields[i].type]);
}
WORDS(field_class)
{
    static const char *const names[] = {"open", "working", "confidential", "identity"};
    _Static_assert(sizeof(names) / sizeof(names[0]) == CLASSES, "every class has its word");
    buf_adds(out, names[d->fields[i].class]);
}
WORDS(field_choices)
{
    const Field *f = &d->fields[i];
    for (uint8_t c = 0; !f->list.len && c < f->n_choices; c++) {
        words_between(out, ", ");
        buf_add_str(out, f->choices[c].id);
    }
}
WORDS(field_choice_words)
{
    const Field *f = &d->fields[i];
    for (uint8_t c = 0; !f->list.len && c < f->n_choices; c++) {
        words_between(out, ", ");
        buf_add_str(out, f->choices[c].label.th);
        buf_adds(out, " / ");
        buf_add_str(out, f->choices[c].label.en);
        buf_adds(out, f->choices[c].unit.len ? " to " : "");
        buf_add_str(out, f->choices[c].unit);
        for (uint8_t x = 0; x < d->n_flags; x++) {
            if (!(f->choices[c].flags & MASK32(x)))
                continue;
            buf_adds(out, " +");
            buf_add_str(out, d->flags[x]);
        }
    }
}
WORDS(field_list)
{
    buf_add_str(out, d->fields[i].list);
}
WORDS(field_notice)
{
    buf_add_str(out, d->fields[i].notice);
}
WORDS(field_takes)
{
    const Field *f = &d->fields[i];
    const struct {
        bool yes;
        const char *word;
    } takes[] = {
        {f->many, "several"}, {f->other, "others"}, {f->unknown, "not known"}, {f->unit, "a unit"}};
    for (size_t x = 0; x < sizeof(takes) / sizeof(takes[0]); x++) {
        if (!takes[x].yes)
            continue;
        words_between(out, ", ");
        buf_adds(out, takes[x].word);
    }
}
WORDS(field_chars)
{
    words_number(out, d->fields[i].max_chars);
}
WORDS(field_mb)
{
    words_number(out, d->fields[i].max_mb);
}
WORDS(field_most)
{
    words_number(out, d->fields[i].max_count);
}
WORDS(field_least)
{
    words_number(out, d->fields[i].min_count);
}
WORDS(field_accepts)
{
    static const char *const names[] = {"jpg", "png", "pdf", "webp", "mp4", "mp3", "docx"};
    for (size_t x = 0; x < sizeof(names) / sizeof(names[0]); x++) {
        if (!(d->fields[i].accepts & (1u << x)))
            continue;
        words_between(out, ", ");
        buf_adds(out, names[x]);
    }
}
static const Property field_properties[] = {
    {"type", field_type, NULL, "what was filled in before was of the other type", NULL},
    {"class", field_class, NULL, "look at who can read it now", NULL},
    {"choices", field_choices, NULL, NULL, NULL},
    {"words of the choices", field_choice_words, NULL, NULL, NULL},
    {"list", field_list, NULL, NULL, NULL},
    {"notice", field_notice, NULL, NULL, NULL},
    {"takes", field_takes, NULL, NULL, NULL},
    {"characters at most", field_chars, NULL, NULL, NULL},
    {"MB at most", field_mb, NULL, NULL, NULL},
    {"files at most", field_most, NULL, NULL, NULL},
    {"files at least", field_least, NULL, NULL, NULL},
    {"accepts", field_accepts, NULL, NULL, NULL},
    {"Thai label", field_th, NULL, NULL, NULL},
    {"English label", field_en, NULL, NULL, NULL},
    {"Thai help", help_th, NULL, NULL, NULL},
    {"English help", help_en, NULL, NULL, NULL},
};

/* ---- states ---- */
LABEL_OF(staff, states, staff)
LABEL_OF(public, states, public)
WORDS(state_kind)
{
    static const char *const names[] = {"", "initial", "waiting", "final"};
    buf_adds(out, names[d->states[i].kind]);
}
WORDS(state_owner)
{
    if (d->states[i].owner != DEF_NONE)
        buf_add_str(out, d->roles[d->states[i].owner].id);
}
WORDS(state_done)
{
    words_yes(out, d->states[i].counts_as_done);
}
WORDS(state_hidden)
{
    words_yes(out, d->states[i].hidden);
}
WORDS(state_public_of)
{
    words_field(out, d, d->states[i].public_of);
}
static const Property state_properties[] = {
    {"kind", state_kind, NULL, NULL, NULL},
    {"owner", state_owner, NULL, NULL, NULL},
    {"counts as done", state_done, NULL, NULL, NULL},
    {"hidden", state_hidden, NULL, NULL, NULL},
    {"public words of", state_public_of, NULL, NULL, NULL},
    {"Thai staff words", staff_th, NULL, NULL, NULL},
    {"English staff words", staff_en, NULL, NULL, NULL},
    {"Thai public words", public_th, NULL, NULL, NULL},
    {"English public words", public_en, NULL, NULL, NULL},
};

/* ---- declarations ---- */
LABEL_OF(declaration, declarations, label)
static const Property declaration_properties[] = {
    {"Thai words", declaration_th, NULL, NULL, NULL},
    {"English words", declaration_en, NULL, NULL, NULL},
};

const Kind diff_declarations =
    KIND("declaration", declarations, Declaration, declaration_properties, NULL);
const Kind diff_roles = KIND("role", roles, Role, role_properties, NULL);
const Kind diff_fields = KIND("field", fields, Field, field_properties, NULL);
const Kind diff_states = KIND("state", states, State, state_properties,
                              "running cases in it need a place: replaces, states");
