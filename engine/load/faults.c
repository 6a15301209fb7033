/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/load/node.h"

#include "base/text.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    FAULT_TEXT_MAX = 512,
    FAULT_ARENA_MAX = 1024 * 1024,
    SHOWN_CHARS = 160, /* of a source line */
    SHOWN_BEFORE = 60, /* of these, before the place, when the line is longer */
};

void faults_init(Faults *f)
{
    *f = (Faults){0};
    arena_init(&f->arena, FAULT_ARENA_MAX);
}

void faults_finish(Faults *f)
{
    arena_finish(&f->arena);
    *f = (Faults){0};
}

static bool fault_after(const Fault *a, const Fault *b)
{
    return a->line != b->line ? a->line > b->line : a->column > b->column;
}

/* Keeps the list in order of place; faults of one place stay in the order they were found. */
static void fault_insert(Faults *f, Fault fault)
{
    size_t at = f->n;
    while (at > 0 && fault_after(&f->list[at - 1], &fault))
        at--;
    memmove(&f->list[at + 1], &f->list[at], (f->n - at) * sizeof(*f->list));
    f->list[at] = fault;
    f->n++;
}

void fault_add(Faults *f, uint32_t line, uint32_t column, FaultLevel level, Str text)
{
    if (level == FAULT_ERROR)
        f->errors++;
    if (!f->list)
        f->list = arena_many(&f->arena, LOAD_FAULTS_MAX + 1, Fault);
    if (!f->list || f->n > LOAD_FAULTS_MAX)
        return;
    if (f->n == LOAD_FAULTS_MAX) {
        fault_insert(f, (Fault){UINT32_MAX, 1, FAULT_ERROR,
                                STR("more than 200 faults; the rest is left out")});
        return;
    }
    Str copy = arena_str(&f->arena, text);
    if (copy.ptr)
        fault_insert(f, (Fault){line, column, (uint8_t)level, copy});
}

void fault_addf(Faults *f, uint32_t line, uint32_t column, FaultLevel level, const char *format,
                ...)
{
    char text[FAULT_TEXT_MAX];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    Str s = str_of(text);
    /* A cut may fall into the middle of a character. */
    while (n >= (int)sizeof(text) && s.len && !text_is_valid(s))
        s.len--;
    fault_add(f, line, column, level, s);
}

static Str line_of(Str file, uint32_t line)
{
    Str rest = file;
    for (uint32_t i = 1; i < line && rest.ptr; i++)
        str_cut(&rest, '\n');
    Str s = rest.ptr ? str_cut(&rest, '\n') : STR("");
    if (s.len && s.ptr[s.len - 1] == '\r')
        s.len--;
    return s;
}

/* The line as it can be shown: tabs are one blank, what is not text is a question mark. */
static void put_shown(Buf *out, Str line)
{
    bool valid = text_is_valid(line);
    for (size_t i = 0; i < line.len; i++) {
        uint8_t c = (uint8_t)line.ptr[i];
        bool strange = c < ' ' || c == 0x7f || (c >= 0x80 && !valid);
        buf_add_u8(out, c == '\t' ? ' ' : strange ? '?' : c);
    }
}

/* Of a very long line, the part around the place. */
static Str window(Str line, uint32_t *column)
{
    if (!text_is_valid(line)) {
        line.len = line.len < SHOWN_CHARS ? line.len : SHOWN_CHARS;
        return line;
    }
    size_t skip = *column > SHOWN_CHARS - SHOWN_BEFORE ? *column - SHOWN_BEFORE : 0;
    if (text_chars(line) <= SHOWN_CHARS)
        skip = 0;
    Str before = text_head(line, skip);
    line = (Str){line.ptr + before.len, line.len - before.len};
    *column -= (uint32_t)skip;
    return text_head(line, SHOWN_CHARS);
}

static void put_place(Buf *out, Str file, uint32_t line, uint32_t column)
{
    Str source = window(line_of(file, line), &column);
    buf_adds(out, "  ");
    put_shown(out, source);
    buf_adds(out, "\n  ");
    Str before = text_is_valid(source) ? text_head(source, column - 1) : STR("");
    for (size_t i = text_width(before); i > 0; i--)
        buf_add_u8(out, ' ');
    buf_adds(out, "^\n");
}

void faults_put(Buf *out, const Faults *f, const char *path, Str file)
{
    static const char *const levels[] = {[FAULT_ERROR] = "error", [FAULT_WARNING] = "warning"};
    for (size_t i = 0; i < f->n; i++) {
        const Fault *x = &f->list[i];
        if (x->line == UINT32_MAX) {
            buf_addf(out, "%s: error: %.*s\n", path, STR_ARGS(x->text));
            continue;
        }
        buf_addf(out, "%s:%u:%u: %s: %.*s\n", path, x->line, x->column, levels[x->level],
                 STR_ARGS(x->text));
        put_place(out, file, x->line, x->column);
    }
}
