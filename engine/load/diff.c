/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/load/diff_inner.h"

#include <string.h>

enum { WORDS_MAX = 256 * 1024 };

/* In the order they are told: what is promised to people first. */
static const Kind *const kinds[] = {&diff_workflow, &diff_deadlines, &diff_actions, &diff_states,
                                    &diff_roles,    &diff_fields,    &diff_messages,
                                    &diff_declarations};

typedef struct Both {
    Buf *out;
    const Kind *kind;
    const Def *old, *fresh;
    size_t n; /* differences so far */
} Both;

static Str id_of(const Kind *k, const Def *d, uint8_t i)
{
    return *(const Str *)(const void *)((const char *)d + k->at + k->step * i);
}

static uint8_t count_of(const Kind *k, const Def *d)
{
    return k->name ? *(const uint8_t *)((const char *)d + k->count) : 1;
}

static uint8_t find(const Kind *k, const Def *d, Str id)
{
    uint8_t n = count_of(k, d), i = 0;
    while (i < n && k->name && !str_eq(id_of(k, d, i), id))
        i++;
    return i < n ? i : DEF_NONE;
}

/* "deadline answer: " */
static void put_subject(Both *b, const Def *d, uint8_t i)
{
    b->n++;
    buf_adds(b->out, b->kind->name ? b->kind->name : "workflow");
    if (b->kind->name) {
        buf_adds(b->out, " ");
        buf_add_str(b->out, id_of(b->kind, d, i));
    }
    buf_adds(b->out, ": ");
}

static void put_warning(Buf *out, const char *text)
{
    if (text)
        buf_addf(out, "  warning: %s\n", text);
}

static bool is_there(PutProperty put, const Def *d, uint8_t i)
{
    BUF_AUTO Buf words = {0};
    buf_init(&words, WORDS_MAX);
    put(&words, d, i);
    return words.len != 0;
}

static void put_change(Both *b, const Property *p, uint8_t i, Str before, Str after)
{
    put_subject(b, b->fresh, i);
    buf_adds(b->out, p->name);
    buf_adds(b->out, " ");
    buf_add_str(b->out, before.len ? before : STR("(none)"));
    buf_adds(b->out, " -> ");
    buf_add_str(b->out, after.len ? after : STR("(none)"));
    buf_adds(b->out, "\n");
    if (after.len)
        put_warning(b->out, p->changed);
    else if (!p->part_of || is_there(p->part_of, b->fresh, i))
        put_warning(b->out, p->lost);
}

static void compare(Both *b, uint8_t was, uint8_t is)
{
    BUF_AUTO Buf before = {0};
    BUF_AUTO Buf after = {0};
    buf_init(&before, WORDS_MAX);
    buf_init(&after, WORDS_MAX);
    for (size_t i = 0; i < b->kind->n_properties; i++) {
        const Property *p = &b->kind->properties[i];
        buf_reset(&before);
        buf_reset(&after);
        p->put(&before, b->old, was);
        p->put(&after, b->fresh, is);
        if (!str_eq(buf_str(&before), buf_str(&after)))
            put_change(b, p, is, buf_str(&before), buf_str(&after));
    }
}

static void put_added(Both *b, uint8_t i)
{
    BUF_AUTO Buf words = {0};
    const char *between = " ";
    buf_init(&words, WORDS_MAX);
    put_subject(b, b->fresh, i);
    buf_adds(b->out, "added:");
    for (size_t p = 0; p < b->kind->n_properties; p++) {
        buf_reset(&words);
        b->kind->properties[p].put(&words, b->fresh, i);
        if (!words.len)
            continue;
        buf_adds(b->out, between);
        buf_adds(b->out, b->kind->properties[p].name);
        buf_adds(b->out, " ");
        buf_add_str(b->out, buf_str(&words));
        between = "; ";
    }
    buf_adds(b->out, "\n");
}

static void put_removed(Both *b, uint8_t i)
{
    put_subject(b, b->old, i);
    buf_adds(b->out, "removed\n");
    put_warning(b->out, b->kind->removed);
}

static void compare_kind(Both *b)
{
    const Kind *k = b->kind;
    for (uint8_t i = 0; i < count_of(k, b->old); i++) {
        if (find(k, b->fresh, id_of(k, b->old, i)) == DEF_NONE)
            put_removed(b, i);
    }
    for (uint8_t i = 0; i < count_of(k, b->fresh); i++) {
        uint8_t was = find(k, b->old, id_of(k, b->fresh, i));
        if (was == DEF_NONE)
            put_added(b, i);
        else
            compare(b, was, i);
    }
}

size_t diff_put(Buf *out, const Def *old, const Def *fresh)
{
    Both b = {.out = out, .old = old, .fresh = fresh};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        b.kind = kinds[i];
        compare_kind(&b);
    }
    return b.n;
}
