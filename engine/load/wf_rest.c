/* SPDX-License-Identifier: Apache-2.0 */
/* messages, declarations, survey, prints, alerts, retention. */
#include "engine/load/work.h"

#include <string.h>

/* ---- messages ---- */
static void read_asks(Reader *r, const Node *n, const Key *key, void *to)
{
    if (n->kind == NODE_LIST && n->n == 1)
        read_id(r, n->first, key, to);
    else if (n->kind == NODE_LIST)
        fault_at(r, n, "asks: expected one name, which stands in the text as {name}");
    else
        read_id(r, n, key, to);
}

static const Key message_keys[] = {
    {"th", true, read_text, offsetof(Message, text.th), NULL},
    {"en", true, read_text, offsetof(Message, text.en), NULL},
    {"asks", false, read_asks, offsetof(Message, asks), NULL},
};

void read_wf_messages(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Def *d = to;
    if (!is_map(r, n))
        return;
    for (uint8_t i = 0; i < d->n_messages; i++) {
        r->kind = "message";
        r->subject = d->messages[i].id;
        READ_MAP(r, work_of(r)->message_at[i], message_keys, &d->messages[i]);
    }
    r->kind = NULL;
}

/* ---- declarations ---- */
void read_wf_declarations(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Def *d = to;
    if (!is_map(r, n))
        return;
    for (uint8_t i = 0; i < d->n_declarations; i++) {
        r->kind = "declaration";
        r->subject = d->declarations[i].id;
        read_label(r, work_of(r)->declaration_at[i], NULL, &d->declarations[i].label);
    }
    r->kind = NULL;
}

/* ---- card ---- */
void read_wf_card(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Key keys[] = {
        {"lead", false, read_label, offsetof(Card, lead), NULL},
        {"button", false, read_label, offsetof(Card, button), NULL},
    };
    (void)key;
    r->kind = "card";
    r->subject = STR("");
    READ_MAP(r, n, keys, to);
    r->kind = NULL;
}

/* ---- survey ---- */
static void read_questions(Reader *r, const Node *n, const Key *key, void *to)
{
    Survey *s = to;
    if (!is_map(r, n))
        return;
    SurveyQuestion *list = KEEP_MANY(r, n->n, SurveyQuestion);
    for (const Node *c = n->first; c && list && s->n_questions < 32; c = c->next) {
        SurveyQuestion *q = &list[s->n_questions++];
        if (is_id(r, c->key, c->key->text))
            q->id = keep(r, c->key->text);
        read_label(r, c, key, &q->label);
    }
    if (n->n > 32)
        fault_at(r, n->key, "more than 32 questions");
    s->questions = list;
}

void read_wf_survey(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Range scale = {2, 10, 1};
    static const Key keys[] = {
        {"after", true, read_states, offsetof(Survey, after), NULL},
        {"scale", true, read_number, offsetof(Survey, scale), &scale},
        {"comment", false, read_yes, offsetof(Survey, comment), NULL},
        {"questions", true, read_questions, 0, NULL},
    };
    (void)key;
    r->kind = "survey";
    r->subject = STR("");
    READ_MAP(r, n, keys, to);
    r->kind = NULL;
}

/* ---- prints ---- */
static void read_fixed(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)to;
    uint8_t v = 0;
    if (is_text(r, n))
        word_value(r, n, key->more, &v);
}

void read_wf_prints(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Word copies[] = {{"numbered", 1}, {NULL, 0}};
    static const Word watermarks[] = {{"reader", 1}, {NULL, 0}};
    static const Key keys[] = {
        {"mark", true, read_text, 0, NULL},
        {"copies", false, read_fixed, 0, copies},
        {"watermark", false, read_fixed, 0, watermarks},
    };
    (void)key;
    r->kind = "prints";
    r->subject = STR("");
    READ_MAP(r, n, keys, to);
    r->kind = NULL;
}

/* ---- alerts ---- */
static bool is_header_word(Str s)
{
    static const char *const words[] = {"case_number", "deadline", "due", "days"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (str_is(s, words[i]))
            return true;
    return false;
}

static void read_include(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    (void)to;
    Work *w = work_of(r);
    if (!is_list(r, n))
        return;
    for (const Node *c = n->first; c; c = c->next) {
        if (c->kind == NODE_SCALAR && is_header_word(c->text))
            continue;
        uint8_t i = name_field(w, c);
        if (i != DEF_NONE && w->def->fields[i].class != CLASS_OPEN)
            fault_at(r, c,
                     "field \"%.*s\" is of class %s; an alert leaves the office and may hold "
                     "class open only",
                     STR_ARGS(c->text),
                     w->def->fields[i].class == CLASS_IDENTITY  ? "identity"
                     : w->def->fields[i].class == CLASS_WORKING ? "working"
                                                                : "confidential");
    }
}

void read_wf_alerts(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Key keys[] = {{"include", true, read_include, 0, NULL}};
    (void)key;
    r->kind = "alerts";
    r->subject = STR("");
    READ_MAP(r, n, keys, to);
    r->kind = NULL;
}

/* ---- retention ---- */
/* "10 years after final", "18 months after final". */
static void read_keep(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    if (!is_text(r, n))
        return;
    Str rest = n->text;
    unsigned long long count = 0;
    int bad = str_u64(str_cut(&rest, ' '), 100, &count);
    Str unit = str_cut(&rest, ' ');
    bool years = str_is(unit, "years") || str_is(unit, "year");
    if (bad || !count || (!years && !str_is(unit, "months") && !str_is(unit, "month")) ||
        !str_is(str_trim(rest), "after final")) {
        fault_at(r, n, "keep: expected \"10 years after final\" or \"18 months after final\"");
        return;
    }
    *(uint16_t *)to = (uint16_t)(years ? count * 12 : count);
}

static void read_rule(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Word ends[] = {
        {"destroy_key", RETAIN_DESTROY_KEY}, {"delete", RETAIN_DELETE}, {NULL, 0}};
    static const Key keys[] = {
        {"keep", true, read_keep, offsetof(Retention, keep_months), NULL},
        {"then", true, read_word, offsetof(Retention, then), ends},
    };
    (void)key;
    Retention *x = to;
    READ_MAP(r, n, keys, x);
    x->given = true;
}

static void read_ended_in(Reader *r, const Node *n, const Key *key, void *to)
{
    Def *d = to;
    if (!is_map(r, n))
        return;
    RetentionByEnd *list = KEEP_MANY(r, n->n, RetentionByEnd);
    for (const Node *c = n->first; c && list && d->n_ended_in < DEF_STATES_MAX; c = c->next) {
        RetentionByEnd *x = &list[d->n_ended_in++];
        x->state = name_state(work_of(r), c->key);
        if (x->state != DEF_NONE && !(d->final & MASK64(x->state)))
            fault_at(r, c->key, "\"%.*s\" is not a final state", STR_ARGS(c->key->text));
        read_rule(r, c, key, &x->rule);
    }
    d->ended_in = list;
}

void read_wf_retention(Reader *r, const Node *n, const Key *key, void *to)
{
#define RULE_AT(c) offsetof(Def, retention) + sizeof(Retention) * (c)
    static const Key keys[] = {
        {"identity", false, read_rule, RULE_AT(CLASS_IDENTITY), NULL},
        {"confidential", false, read_rule, RULE_AT(CLASS_CONFIDENTIAL), NULL},
        {"working", false, read_rule, RULE_AT(CLASS_WORKING), NULL},
        {"open", false, read_rule, RULE_AT(CLASS_OPEN), NULL},
        {"ended_in", false, read_ended_in, 0, NULL},
    };
    (void)key;
    r->kind = "retention";
    r->subject = STR("");
    READ_MAP(r, n, keys, to);
    r->kind = NULL;
}
