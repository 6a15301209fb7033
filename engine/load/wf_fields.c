/* SPDX-License-Identifier: Apache-2.0 */
/* fields: every input of a workflow. */
#include "engine/load/work.h"

#include "engine/core/form.h"
#include <string.h>

enum { TEXT_CHARS = 200, LONG_TEXT_CHARS = 4000, FILES_MB = 10, FILES_COUNT = 10 };

static const Word types[] = {
    {"text", FIELD_TEXT},
    {"long_text", FIELD_LONG_TEXT},
    {"choice", FIELD_CHOICE},
    {"yes_no", FIELD_YES_NO},
    {"number", FIELD_NUMBER},
    {"date", FIELD_DATE},
    {"files", FIELD_FILES},
    {"staff", FIELD_STAFF},
    {"unit", FIELD_UNIT},
    {"case", FIELD_CASE},
    {"checklist", FIELD_CHECKLIST},
    {"notice", FIELD_NOTICE},
    {NULL, 0},
};

static const Word accepted[] = {{"jpg", FILE_JPEG}, {"jpeg", FILE_JPEG}, {"png", FILE_PNG},
                                {"pdf", FILE_PDF},  {"webp", FILE_WEBP}, {"mp4", FILE_MP4},
                                {"mp3", FILE_MP3},  {"docx", FILE_DOCX}, {NULL, 0}};

static void read_accepts(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    if (!is_list(r, n))
        return;
    for (const Node *c = n->first; c; c = c->next) {
        uint8_t bit = 0;
        if (is_text(r, c) && word_value(r, c, accepted, &bit))
            *(uint32_t *)to |= bit;
    }
}

/* ---- choices ---- */
static void read_flags(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Def *d = work_of(r)->def;
    if (!is_list(r, n))
        return;
    for (const Node *c = n->first; c; c = c->next) {
        uint8_t i = 0;
        if (!is_text(r, c) || !is_id(r, c, c->text))
            continue;
        while (i < d->n_flags && !str_eq(d->flags[i], c->text))
            i++;
        if (i == 32) {
            fault_at(r, c, "more than 32 flags");
            return;
        }
        if (i == d->n_flags)
            d->flags[d->n_flags++] = keep(r, c->text);
        *(uint32_t *)to |= MASK32(i);
    }
}

static void read_choice_unit(Reader *r, const Node *n, const Key *key, void *to)
{
    const Office *o = work_of(r)->context->office;
    read_id(r, n, key, to);
    if (o && n->kind == NODE_SCALAR && !office_unit(o, n->text)) {
        Str ids[DEF_CHOICES_MAX];
        size_t count = o->n_units < DEF_CHOICES_MAX ? o->n_units : DEF_CHOICES_MAX;
        for (size_t i = 0; i < count; i++)
            ids[i] = o->units[i].id;
        fault_unknown(r, n, "a unit of the settings", ids, count);
    }
}

static void read_choices(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Key keys[] = {
        {"th", true, read_text, offsetof(Choice, label.th), NULL},
        {"en", true, read_text, offsetof(Choice, label.en), NULL},
        {"unit", false, read_choice_unit, offsetof(Choice, unit), NULL},
        {"flags", false, read_flags, offsetof(Choice, flags), NULL},
    };
    (void)key;
    Field *f = to;
    if (!is_map(r, n))
        return;
    if (!n->n || n->n > DEF_CHOICES_MAX) {
        fault_at(r, n->key, "%u choices; from 1 to 64 are possible", n->n);
        return;
    }
    f->choices = KEEP_MANY(r, n->n, Choice);
    for (const Node *c = n->first; c && f->choices; c = c->next) {
        Choice *x = &f->choices[f->n_choices++];
        if (is_id(r, c->key, c->key->text))
            x->id = keep(r, c->key->text);
        READ_MAP(r, c, keys, x);
    }
}

static Label keep_label(Reader *r, const Label *l)
{
    return (Label){keep(r, l->th), keep(r, l->en)};
}

static void read_choices_from(Reader *r, const Node *n, const Key *key, void *to)
{
    Field *f = to;
    const Office *o = work_of(r)->context->office;
    read_id(r, n, key, &f->list);
    if (!o || !f->list.len)
        return;
    const OfficeList *list = office_list(o, f->list);
    if (!list) {
        Str ids[DEF_CHOICES_MAX];
        size_t count = o->n_lists < DEF_CHOICES_MAX ? o->n_lists : DEF_CHOICES_MAX;
        for (size_t i = 0; i < count; i++)
            ids[i] = o->lists[i].id;
        fault_unknown(r, n, "a list of the settings", ids, count);
        return;
    }
    f->choices = KEEP_MANY(r, list->n_choices, Choice);
    for (uint8_t i = 0; i < list->n_choices && f->choices; i++) {
        const Choice *c = &list->choices[i];
        f->choices[f->n_choices++] =
            (Choice){keep(r, c->id), keep_label(r, &c->label), keep(r, c->unit), 0};
    }
}

static void read_notice(Reader *r, const Node *n, const Key *key, void *to)
{
    const Office *o = work_of(r)->context->office;
    read_id(r, n, key, to);
    if (o && n->kind == NODE_SCALAR && !office_notice(o, n->text)) {
        Str ids[DEF_CHOICES_MAX];
        size_t count = o->n_notices < DEF_CHOICES_MAX ? o->n_notices : DEF_CHOICES_MAX;
        for (size_t i = 0; i < count; i++)
            ids[i] = o->notices[i].id;
        fault_unknown(r, n, "a notice of the settings", ids, count);
    }
}

/* ---- one field ---- */
static const Range chars = {1, 20000, 4}, mb = {1, FIELD_MB_MAX, 4}, counts = {1, 100, 4};
#define AT(member) offsetof(Field, member)
static const Key field_keys[] = {
    {"type", true, read_word, AT(type), types},
    {"class", true, read_word, AT(class), class_words},
    {"label", true, read_label, AT(label), NULL},
    {"help", false, read_label, AT(help), NULL},
    {"max_chars", false, read_number, AT(max_chars), &chars},
    {"max_mb", false, read_number, AT(max_mb), &mb},
    {"max_count", false, read_number, AT(max_count), &counts},
    {"min_count", false, read_number, AT(min_count), &counts},
    {"accepts", false, read_accepts, AT(accepts), NULL},
    {"choices", false, read_choices, 0, NULL},
    {"choices_from", false, read_choices_from, 0, NULL},
    {"items", false, read_choices, 0, NULL},
    {"notice", false, read_notice, AT(notice), NULL},
    {"many", false, read_yes, AT(many), NULL},
    {"other", false, read_yes, AT(other), NULL},
    {"unknown", false, read_yes, AT(unknown), NULL},
    {"unit", false, read_yes, AT(unit), NULL},
};
#undef AT

/* Which keys mean something for which types. */
static const struct {
    const char *key;
    uint32_t types;
} allowed[] = {
    {"max_chars", MASK32(FIELD_TEXT) | MASK32(FIELD_LONG_TEXT)},
    {"max_mb", MASK32(FIELD_FILES)},
    {"max_count", MASK32(FIELD_FILES)},
    {"min_count", MASK32(FIELD_FILES) | MASK32(FIELD_STAFF) | MASK32(FIELD_CHOICE)},
    {"accepts", MASK32(FIELD_FILES)},
    {"choices", MASK32(FIELD_CHOICE)},
    {"choices_from", MASK32(FIELD_CHOICE)},
    {"items", MASK32(FIELD_CHECKLIST)},
    {"notice", MASK32(FIELD_NOTICE)},
    {"many", MASK32(FIELD_STAFF) | MASK32(FIELD_CHOICE)},
    {"other", MASK32(FIELD_STAFF)},
    {"unknown", MASK32(FIELD_STAFF)},
    {"unit", MASK32(FIELD_STAFF)},
};

static void check_keys(Reader *r, const Node *n, const Field *f)
{
    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
        const Node *c = node_get(n, allowed[i].key);
        if (c && !(allowed[i].types & MASK32(f->type)))
            fault_at(r, c->key, "\"%s\" means nothing for a field of type %s", allowed[i].key,
                     types[f->type].word);
    }
    if (f->type == FIELD_CHOICE && !node_get(n, "choices") == !node_get(n, "choices_from"))
        fault_at(r, n->key, "a choice needs either \"choices\" or \"choices_from\"");
    if (f->type == FIELD_CHECKLIST && !node_get(n, "items"))
        fault_at(r, n->key, "a checklist needs \"items\"");
    if (f->type == FIELD_NOTICE && !node_get(n, "notice"))
        fault_at(r, n->key, "a notice needs \"notice\": which text of the settings");
    if (f->min_count > 1 && f->type != FIELD_FILES && !f->many)
        fault_at(r, node_get(n, "min_count"), "min_count above 1 needs \"many: yes\"");
}

static void fill_in(Reader *r, Field *f)
{
    if (!f->max_chars)
        f->max_chars = f->type == FIELD_LONG_TEXT ? LONG_TEXT_CHARS : TEXT_CHARS;
    if (f->type == FIELD_FILES) {
        f->max_mb = f->max_mb ? f->max_mb : FILES_MB;
        f->max_count = f->max_count ? f->max_count : FILES_COUNT;
    }
    if (f->type != FIELD_YES_NO)
        return;
    f->choices = KEEP_MANY(r, 2, Choice);
    if (!f->choices)
        return;
    f->n_choices = 2;
    f->choices[0] = (Choice){STR("yes"), {STR("ใช่"), STR("Yes")}, STR(""), 0};
    f->choices[1] = (Choice){STR("no"), {STR("ไม่ใช่"), STR("No")}, STR(""), 0};
}

void read_wf_fields(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Def *d = to;
    if (!is_map(r, n))
        return;
    for (uint8_t i = 0; i < d->n_fields; i++) {
        Field *f = &d->fields[i];
        const Node *at = work_of(r)->field_at[i];
        r->kind = "field";
        r->subject = f->id;
        size_t before = r->faults->errors;
        if (READ_MAP(r, at, field_keys, f) && (r->faults->errors == before || f->type))
            check_keys(r, at, f);
        if (f->min_count > (f->max_count ? f->max_count : UINT32_MAX))
            fault_at(r, node_get(at, "min_count"), "min_count is larger than max_count");
        fill_in(r, f);
    }
    r->kind = NULL;
}
