/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "base/text.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>

enum { JSON_DEPTH_MAX = 32 };

Json json_to(Buf *out)
{
    return (Json){.out = out};
}

static void put_char(Buf *out, char c)
{
    static const char letters[] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
        ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\',
    };
    unsigned char byte = (unsigned char)c;
    if (byte < sizeof letters && letters[byte])
        buf_addf(out, "\\%c", letters[byte]);
    else if (byte < 0x20 || byte == 0x7F)
        buf_addf(out, "\\u%04x", byte);
    else
        buf_add_u8(out, byte);
}

static bool is_plain(char c)
{
    unsigned char byte = (unsigned char)c;
    return byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7F;
}

/* Whole runs of plain characters at once: most texts are one run. */
static void put_text(Buf *out, Str s)
{
    buf_add_u8(out, '"');
    for (size_t i = 0; i < s.len;) {
        size_t run = i;
        while (run < s.len && is_plain(s.ptr[run]))
            run++;
        buf_add(out, s.ptr + i, run - i);
        if (run < s.len)
            put_char(out, s.ptr[run++]);
        i = run;
    }
    buf_add_u8(out, '"');
}

/* Everything that stands before a value: the comma and the name. */
static void put_before(Json *j, const char *name)
{
    if (j->depth) {
        uint32_t bit = UINT32_C(1) << (j->depth - 1);
        if (j->filled & bit)
            buf_add_u8(j->out, ',');
        j->filled |= bit;
    }
    if (!name)
        return;
    put_text(j->out, str_of(name));
    buf_add_u8(j->out, ':');
}

static void enter(Json *j, const char *name, uint8_t bracket)
{
    if (j->depth == JSON_DEPTH_MAX) {
        if (!j->out->err)
            j->out->err = -EMSGSIZE;
        return;
    }
    put_before(j, name);
    buf_add_u8(j->out, bracket);
    j->filled &= ~(UINT32_C(1) << j->depth);
    j->depth++;
}

static void leave(Json *j, uint8_t bracket)
{
    assert(j->depth > 0);
    j->depth--;
    buf_add_u8(j->out, bracket);
}

void json_open(Json *j, const char *name)
{
    enter(j, name, '{');
}

void json_close(Json *j)
{
    leave(j, '}');
}

void json_list(Json *j, const char *name)
{
    enter(j, name, '[');
}

void json_list_end(Json *j)
{
    leave(j, ']');
}

void json_str(Json *j, const char *name, Str value)
{
    put_before(j, name);
    put_text(j->out, value);
}

void json_cstr(Json *j, const char *name, const char *value)
{
    json_str(j, name, str_of(value));
}

void json_int(Json *j, const char *name, int64_t value)
{
    put_before(j, name);
    buf_addf(j->out, "%" PRId64, value);
}

void json_bool(Json *j, const char *name, bool value)
{
    put_before(j, name);
    buf_adds(j->out, value ? "true" : "false");
}

void json_null(Json *j, const char *name)
{
    put_before(j, name);
    buf_adds(j->out, "null");
}

void json_bytes(Json *j, const char *name, const void *ptr, size_t len)
{
    put_before(j, name);
    buf_add_u8(j->out, '"');
    text_put_base64url(j->out, ptr, len);
    buf_add_u8(j->out, '"');
}
