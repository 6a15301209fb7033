/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/load/read.h"

#include "base/text.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 640, WORDS_MAX = 512, WORDS_LISTED = 8, WORD_SHOWN = 40 };

static void put_fault(Reader *r, const Node *n, FaultLevel level, const char *text)
{
    if (r->kind && r->subject.len)
        fault_addf(r->faults, n->line, n->column, level, "%s %.*s: %s", r->kind,
                   STR_ARGS(r->subject), text);
    else if (r->kind)
        fault_addf(r->faults, n->line, n->column, level, "%s: %s", r->kind, text);
    else
        fault_addf(r->faults, n->line, n->column, level, "%s", text);
}

void fault_at(Reader *r, const Node *n, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    put_fault(r, n, FAULT_ERROR, text);
}

void warn_at(Reader *r, const Node *n, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    put_fault(r, n, FAULT_WARNING, text);
}

void fault_unknown(Reader *r, const Node *n, const char *what, const Str *words, size_t count)
{
    Str word = text_head(n->text, WORD_SHOWN);
    size_t near = text_nearest(n->text, words, count);
    if (near < count) {
        fault_at(r, n, "\"%.*s\" is not %s; did you mean \"%.*s\"?", STR_ARGS(word), what,
                 STR_ARGS(words[near]));
        return;
    }
    char list[256] = "";
    size_t len = 0;
    for (size_t i = 0; i < count && count <= WORDS_LISTED && len < sizeof(list) - 1; i++) {
        int more = snprintf(list + len, sizeof(list) - len, "%s%.*s",
                            i ? ", " : "; there is: ", STR_ARGS(words[i]));
        len += more > 0 ? (size_t)more : 0;
    }
    fault_at(r, n, "\"%.*s\" is not %s%s", STR_ARGS(word), what, list);
}

static const char *kind_name(const Node *n)
{
    static const char *const names[] = {[NODE_BAD] = "something refused",
                                        [NODE_SCALAR] = "a word",
                                        [NODE_MAP] = "a map {...}",
                                        [NODE_LIST] = "a list [...]"};
    return n->kind == NODE_SCALAR && !n->text.len && !n->quoted ? "nothing" : names[n->kind];
}

static bool is_kind(Reader *r, const Node *n, NodeKind kind, const char *wanted)
{
    if (n->kind == kind)
        return true;
    if (n->kind != NODE_BAD && n->key)
        fault_at(r, n, "%.*s: expected %s, found %s", STR_ARGS(text_head(n->key->text, WORD_SHOWN)),
                 wanted, kind_name(n));
    else if (n->kind != NODE_BAD)
        fault_at(r, n, "expected %s, found %s", wanted, kind_name(n));
    return false;
}

bool is_map(Reader *r, const Node *n)
{
    return is_kind(r, n, NODE_MAP, "a map {key: value, ...}");
}

bool is_list(Reader *r, const Node *n)
{
    return is_kind(r, n, NODE_LIST, "a list [one, two, ...]");
}

bool is_text(Reader *r, const Node *n)
{
    if (n->kind == NODE_SCALAR && !n->text.len && !n->quoted && n->key) {
        fault_at(r, n, "%.*s: the value is missing", STR_ARGS(n->key->text));
        return false;
    }
    return is_kind(r, n, NODE_SCALAR, "a word or text");
}

static void fault_unknown_key(Reader *r, const Node *n, const Key *keys, size_t count)
{
    Str words[WORDS_MAX];
    for (size_t i = 0; i < count; i++)
        words[i] = str_of(keys[i].name);
    fault_unknown(r, n->key, "a key here", words, count);
}

static const Key *key_find(const Key *keys, size_t count, Str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(name, keys[i].name))
            return &keys[i];
    return NULL;
}

static void fault_missing(Reader *r, const Node *n, const char *name)
{
    if (n->key && !str_eq(n->key->text, r->subject))
        fault_at(r, n->key, "%.*s: \"%s\" is missing",
                 STR_ARGS(text_head(n->key->text, WORD_SHOWN)), name);
    else
        fault_at(r, n->key ? n->key : n, "\"%s\" is missing", name);
}

bool read_map(Reader *r, const Node *n, const Key *keys, size_t count, void *to)
{
    if (!is_map(r, n))
        return false;
    for (const Node *c = n->first; c; c = c->next)
        if (!key_find(keys, count, c->key->text))
            fault_unknown_key(r, c, keys, count);
    for (size_t i = 0; i < count; i++) {
        const Node *c = node_get(n, keys[i].name);
        if (c && keys[i].read)
            keys[i].read(r, c, &keys[i], (uint8_t *)to + keys[i].at);
        else if (!c && keys[i].required)
            fault_missing(r, n, keys[i].name);
    }
    return true;
}

Str keep(Reader *r, Str s)
{
    Str copy = arena_str(r->arena, s);
    if (!copy.ptr)
        r->no_memory = true;
    return copy;
}

void *keep_many(Reader *r, size_t count, size_t size)
{
    void *p = arena_array(r->arena, count ? count : 1, size);
    if (!p)
        r->no_memory = true;
    return p;
}

bool is_id(Reader *r, const Node *n, Str text)
{
    bool good = text.len > 0 && text.len <= DEF_NAME_MAX;
    for (size_t i = 0; good && i < text.len; i++) {
        char c = text.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        good = letter || (i && ((c >= '0' && c <= '9') || c == '_'));
    }
    if (!good)
        fault_at(r, n, "\"%.*s\" cannot be a name: a letter, then letters, digits or _, at most 31",
                 STR_ARGS(text_head(text, WORD_SHOWN)));
    return good;
}

void read_text(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    if (!is_text(r, n))
        return;
    if (!str_trim(n->text).len)
        fault_at(r, n, "the text is empty");
    *(Str *)to = keep(r, n->text);
}

void read_id(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    if (is_text(r, n) && is_id(r, n, n->text))
        *(Str *)to = keep(r, n->text);
}

void read_label(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Key keys[] = {
        {"th", true, read_text, offsetof(Label, th), NULL},
        {"en", true, read_text, offsetof(Label, en), NULL},
    };
    (void)key;
    READ_MAP(r, n, keys, to);
}

bool word_value(Reader *r, const Node *n, const Word *words, uint8_t *ret)
{
    Str list[WORDS_MAX];
    size_t count = 0;
    for (; words[count].word; count++) {
        if (str_is(n->text, words[count].word)) {
            *ret = words[count].value;
            return true;
        }
        list[count] = str_of(words[count].word);
    }
    fault_unknown(r, n, "known here", list, count);
    return false;
}

void read_word(Reader *r, const Node *n, const Key *key, void *to)
{
    if (is_text(r, n))
        word_value(r, n, key->more, to);
}

void read_yes(Reader *r, const Node *n, const Key *key, void *to)
{
    static const Word words[] = {{"yes", 1}, {"no", 0}, {NULL, 0}};
    uint8_t value = 0;
    (void)key;
    if (is_text(r, n) && word_value(r, n, words, &value))
        *(bool *)to = value;
}

void read_number(Reader *r, const Node *n, const Key *key, void *to)
{
    const Range *range = key->more;
    unsigned long long v = 0;
    if (!is_text(r, n))
        return;
    if (str_u64(n->text, range->max, &v) || v < range->min) {
        fault_at(r, n, "%s: expected a whole number from %u to %u", key->name, range->min,
                 range->max);
        return;
    }
    uint8_t b1 = (uint8_t)v;
    uint16_t b2 = (uint16_t)v;
    uint32_t b4 = (uint32_t)v;
    const void *from = range->bytes == 1   ? (const void *)&b1
                       : range->bytes == 2 ? (const void *)&b2
                                           : (const void *)&b4;
    memcpy(to, from, range->bytes);
}

void read_span(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    if (!is_text(r, n))
        return;
    Span span;
    int a = span_parse(n->text, &span);
    if (a == 2)
        fault_at(r, n,
                 "\"%.*s\" is not clear: say \"calendar days\" (weekends and holidays count) "
                 "or \"working days\"",
                 STR_ARGS(text_head(n->text, WORD_SHOWN)));
    else if (a)
        fault_at(r, n,
                 "\"%.*s\" is not a length of time; write \"15 calendar days\", "
                 "\"7 working days\" or \"3 months\"",
                 STR_ARGS(text_head(n->text, WORD_SHOWN)));
    else
        *(Span *)to = span;
}

void read_day(Reader *r, const Node *n, const Key *key, void *to)
{
    (void)key;
    Day day;
    if (!is_text(r, n))
        return;
    if (day_parse_iso(n->text, &day))
        fault_at(r, n, "\"%.*s\" is not a date; write it as 2026-01-31 (common era)",
                 STR_ARGS(text_head(n->text, WORD_SHOWN)));
    else
        *(Day *)to = day;
}
