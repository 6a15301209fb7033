/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/vault/carry.h"

#include "base/err.h"
#include "engine/core/carry.h"
#include "engine/vault/value.h"
#include <errno.h>

enum { WORDS_BYTES_MAX = 1 << 20 };

/* Items on their way into the other form. */
typedef struct Load {
    const Carrier *c;
    const Form *source;
    FormItem *items;
    size_t max, n;
} Load;

static int load_add(Load *l, uint8_t field, uint8_t sub, Str value)
{
    if (l->n == l->max)
        return err_origin(-E2BIG);
    l->items[l->n++] = (FormItem){field, sub, value};
    return 0;
}

/* ---- words ---- */

static Str cut_to_chars(Str s, uint32_t most)
{
    size_t chars = 0, i = 0;

    for (; most && i < s.len; i++) {
        bool begins = ((uint8_t)s.ptr[i] & 0xc0) != 0x80;
        if (begins && chars++ == most)
            break;
    }
    return most ? (Str){s.ptr, i} : s;
}

static int put_values(const Load *l, uint8_t field, Buf *out)
{
    ValueNames names = {l->c->office, l->c->directory, l->c->arena};
    const Field *f = &l->c->from->fields[field];
    bool first = true;

    for (size_t i = 0; i < l->source->n_items; i++) {
        const FormItem *item = &l->source->items[i];
        Label label;
        if (item->field != field || !str_trim(item->value).len)
            continue;
        TRY(value_label(&names, f, item->sub, str_trim(item->value), &label));
        buf_adds(out, first ? "" : ", ");
        buf_add_str(out, label.th);
        first = false;
    }
    return 0;
}

/* A field of one line takes no others. */
static void join_lines(Buf *words)
{
    for (size_t i = 0; i < words->len; i++)
        if (words->ptr[i] == '\n' || words->ptr[i] == '\r')
            words->ptr[i] = ' ';
}

/* A paragraph for each field that says something; of several each begins with its label. */
static int carry_words(Load *l, const Carry *carry, uint8_t to)
{
    BUF_AUTO Buf words = {0};

    buf_init(&words, WORDS_BYTES_MAX);
    for (uint8_t i = 0; i < carry->n_from; i++) {
        const Field *f = &l->c->from->fields[carry->from[i]];
        if (!form_has(l->source, carry->from[i]) || f->type == FIELD_FILES)
            continue;
        buf_adds(&words, !words.len ? "" : l->c->to->fields[to].type == FIELD_TEXT ? "; " : "\n\n");
        if (carry->n_from > 1) {
            buf_add_str(&words, f->label.th);
            buf_adds(&words, ": ");
        }
        TRY(put_values(l, carry->from[i], &words));
    }
    if (words.err)
        return err_origin(words.err);
    if (!words.len)
        return 0;
    if (l->c->to->fields[to].type == FIELD_TEXT)
        join_lines(&words);
    Str kept = arena_str(l->c->arena, cut_to_chars(buf_str(&words), l->c->to->fields[to].max_chars));
    if (!kept.ptr)
        return err_origin(-ENOMEM);
    TRY(load_add(l, to, SUB_VALUE, kept));
    return 0;
}

/* ---- the rest ---- */

static bool takes(const Field *f, uint8_t sub)
{
    const bool may[] = {[SUB_VALUE] = true,
                        [SUB_OTHER] = f->other,
                        [SUB_UNIT] = f->unit,
                        [SUB_UNKNOWN] = f->unknown};

    return sub < sizeof(may) / sizeof(may[0]) && may[sub];
}

static int carry_values(Load *l, const Carry *carry, uint8_t to)
{
    for (uint8_t k = 0; k < carry->n_from; k++) {
        for (size_t i = 0; i < l->source->n_items; i++) {
            const FormItem *item = &l->source->items[i];
            if (item->field == carry->from[k] && takes(&l->c->to->fields[to], item->sub))
                TRY(load_add(l, to, item->sub, item->value));
        }
    }
    return 0;
}

static bool is_words(const Field *f)
{
    return f->type == FIELD_TEXT || f->type == FIELD_LONG_TEXT;
}

static int carry_one(Load *l, const Carry *carry)
{
    uint8_t to = def_field(l->c->to, carry->to);

    if (to == DEF_NONE || l->c->to->fields[to].type == FIELD_FILES)
        return 0;
    return is_words(&l->c->to->fields[to]) ? carry_words(l, carry, to)
                                           : carry_values(l, carry, to);
}

int carry_form(const Carrier *c, const Form *source, FormItem *items, size_t max, size_t *n)
{
    Load l = {.c = c, .source = source, .items = items, .max = max, .n = *n};

    for (uint8_t i = 0; i < c->open->n_carries; i++)
        TRY(carry_one(&l, &c->open->carries[i]));
    *n = l.n;
    return 0;
}

uint8_t carry_files_to(const Carrier *c, uint8_t from)
{
    for (uint8_t i = 0; i < c->open->n_carries; i++) {
        const Carry *carry = &c->open->carries[i];
        uint8_t to = def_field(c->to, carry->to);
        for (uint8_t k = 0; to != DEF_NONE && k < carry->n_from; k++)
            if (carry->from[k] == from && c->to->fields[to].type == FIELD_FILES)
                return to;
    }
    return DEF_NONE;
}
