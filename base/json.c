/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "base/text.h"
#include "base/text_inner.h"

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
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n',  ['\f'] = 'f',
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

static bool is_plain(uint32_t c)
{
    return c >= 0x20 && c != '"' && c != '\\' && c != 0x7F;
}

/* Whole runs of plain characters at once: most texts are one run. Bytes that are not UTF-8 become
 * U+FFFD, so that the document can always be read. */
static void put_text(Buf *out, Str s)
{
    Str rest = s, run = {s.ptr, 0};
    buf_add_u8(out, '"');
    while (rest.len) {
        const char *at = rest.ptr;
        uint32_t c;
        int r = text_next(&rest, &c);
        if (r == 0 && is_plain(c)) {
            run.len = (size_t)(rest.ptr - run.ptr);
            continue;
        }
        buf_add_str(out, run);
        if (r)
            buf_adds(out, "\uFFFD");
        else
            put_char(out, *at);
        run = (Str){rest.ptr, 0};
    }
    buf_add_str(out, run);
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
