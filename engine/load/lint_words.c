/* SPDX-License-Identifier: Apache-2.0 */
/* Placeholders of messages, and what nobody uses. */
#include "engine/load/work.h"

#include "base/text.h"

enum { PLACEHOLDERS_MAX = 32, BUILT_IN = 7 };

static const char *const built_in[BUILT_IN] = {"org",  "date",        "time", "due",
                                               "unit", "case_number", "code"};

static bool is_built_in(Str name)
{
    for (size_t i = 0; i < BUILT_IN; i++)
        if (str_is(name, built_in[i]))
            return true;
    return false;
}

static void unknown(Work *w, const Node *n, Str name)
{
    Str words[DEF_FIELDS_MAX + BUILT_IN];
    size_t count = 0;
    for (size_t i = 0; i < BUILT_IN; i++)
        words[count++] = str_of(built_in[i]);
    for (uint8_t i = 0; i < w->def->n_fields; i++)
        words[count++] = w->def->fields[i].id;
    Node named = *n;
    named.text = name;
    fault_unknown(&w->r, &named, "a placeholder: neither built in nor a field", words, count);
}

static void check_field_placeholder(Work *w, const Node *n, uint8_t message, uint8_t field)
{
    const Field *f = &w->def->fields[field];
    use_field(w, field);
    if (f->class == CLASS_IDENTITY)
        fault_at(&w->r, n, "{%.*s} is of class identity and does not belong into a message",
                 STR_ARGS(f->id));
    else if (w->messages_told & MASK64(message) && f->class != CLASS_OPEN)
        fault_at(&w->r, n,
                 "{%.*s} is not of class open: this message is written by the office's "
                 "server, which cannot read it",
                 STR_ARGS(f->id));
}

static void check_placeholder(Work *w, const Node *n, uint8_t message, Str name)
{
    const Message *m = &w->def->messages[message];
    Node named = *n;
    if (m->asks.len && str_eq(name, m->asks))
        return;
    if (str_starts(name, STR("due:"))) {
        named.text = (Str){name.ptr + 4, name.len - 4};
        name_deadline(w, &named);
    } else if (str_is(name, "code") && message != w->def->receipt) {
        fault_at(&w->r, n, "{code} is told once only, in the receipt");
    } else if (!is_built_in(name)) {
        uint8_t field = def_field(w->def, name);
        if (field == DEF_NONE)
            unknown(w, n, name);
        else
            check_field_placeholder(w, n, message, field);
    }
}

typedef struct Placeholders {
    Str names[PLACEHOLDERS_MAX];
    size_t n;
} Placeholders;

static void collect(Work *w, const Node *n, uint8_t message, Placeholders *p)
{
    Str rest = n ? n->text : STR("");
    while (rest.len && n->kind == NODE_SCALAR) {
        str_cut(&rest, '{');
        if (!rest.ptr)
            return;
        Str before = rest;
        Str name = str_cut(&rest, '}');
        if (!rest.ptr) {
            fault_at(&w->r, n, "\"{%.*s\": the } is missing", STR_ARGS(text_head(before, 20)));
            return;
        }
        check_placeholder(w, n, message, name);
        if (p->n < PLACEHOLDERS_MAX)
            p->names[p->n++] = name;
    }
}

static bool has(const Placeholders *p, Str name)
{
    for (size_t i = 0; i < p->n; i++)
        if (str_eq(p->names[i], name))
            return true;
    return false;
}

static void compare(Work *w, const Node *n, const Placeholders *in, const Placeholders *other)
{
    for (size_t i = 0; i < in->n; i++)
        if (!has(other, in->names[i]))
            warn_at(&w->r, n, "{%.*s} is missing here; the other language has it",
                    STR_ARGS(in->names[i]));
}

static void check_message(Work *w, uint8_t i)
{
    const Message *m = &w->def->messages[i];
    const Node *at = w->message_at[i], *th = node_get(at, "th"), *en = node_get(at, "en");
    Placeholders in_th = {.n = 0}, in_en = {.n = 0};
    collect(w, th, i, &in_th);
    collect(w, en, i, &in_en);
    if (th && en) {
        compare(w, en, &in_th, &in_en);
        compare(w, th, &in_en, &in_th);
    }
    if (m->asks.len && !has(&in_th, m->asks))
        fault_at(&w->r, node_get(at, "asks"), "the text has no {%.*s}", STR_ARGS(m->asks));
    if (m->asks.len && w->messages_told & MASK64(i))
        fault_at(&w->r, node_get(at, "asks"),
                 "this message is also told without an officer, who "
                 "could not be asked");
    if (!(w->messages_used & MASK64(i)))
        warn_at(&w->r, at->key, "no action, extension or receipt uses this message");
}

static void check_unused(Work *w)
{
    for (uint8_t i = 0; i < w->def->n_fields; i++)
        if (!field_set_has(&w->used, i))
            warn_at(&w->r, w->field_at[i]->key, "field %.*s: used nowhere",
                    STR_ARGS(w->def->fields[i].id));
    for (uint8_t i = ROLE_FIRST_DECLARED; i < w->def->n_roles; i++)
        if (!(w->roles_used & MASK32(i)))
            warn_at(&w->r, w->role_at[i]->key, "role %.*s: used nowhere",
                    STR_ARGS(w->def->roles[i].id));
    for (uint8_t i = 0; i < w->def->n_declarations; i++)
        if (!(w->declarations_used & MASK32(i)))
            warn_at(&w->r, w->declaration_at[i]->key, "declaration %.*s: used nowhere",
                    STR_ARGS(w->def->declarations[i].id));
}

void lint_words(Work *w)
{
    for (uint8_t i = 0; i < w->def->n_messages; i++) {
        w->r.kind = "message";
        w->r.subject = w->def->messages[i].id;
        check_message(w, i);
    }
    w->r.kind = NULL;
    check_unused(w);
}
