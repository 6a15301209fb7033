/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as text, and text inside HTML. */
#include "base/text.h"

#include <limits.h>
#include <string.h>

static const char base64url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void text_put_hex(Buf *b, const void *ptr, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *bytes = ptr;
    for (size_t i = 0; i < len; i++) {
        buf_add_u8(b, (uint8_t)digits[bytes[i] >> 4]);
        buf_add_u8(b, (uint8_t)digits[bytes[i] & 15]);
    }
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

int text_get_hex(Str s, Buf *ret)
{
    if (s.len % 2)
        return 1;
    for (size_t i = 0; i < s.len; i++)
        if (hex_value(s.ptr[i]) < 0)
            return 1;
    for (size_t i = 0; i < s.len; i += 2)
        buf_add_u8(ret, (uint8_t)(hex_value(s.ptr[i]) << 4 | hex_value(s.ptr[i + 1])));
    return ret->err;
}

void text_put_base64url(Buf *b, const void *ptr, size_t len)
{
    const uint8_t *bytes = ptr;
    uint32_t bits = 0;
    unsigned n_bits = 0;
    for (size_t i = 0; i < len; i++) {
        bits = (bits << 8 | bytes[i]) & 0xFFFF;
        for (n_bits += 8; n_bits >= 6; n_bits -= 6)
            buf_add_u8(b, (uint8_t)base64url[bits >> (n_bits - 6) & 63]);
    }
    if (n_bits)
        buf_add_u8(b, (uint8_t)base64url[bits << (6 - n_bits) & 63]);
}

static int base64url_value(char c)
{
    const char *at = c ? strchr(base64url, c) : NULL;
    return at ? (int)(at - base64url) : -1;
}

int text_get_base64url(Str s, Buf *ret)
{
    if (s.len % 4 == 1)
        return 1;
    for (size_t i = 0; i < s.len; i++)
        if (base64url_value(s.ptr[i]) < 0)
            return 1;
    /* Two characters end in 4 unused bits, three in 2: one text for one value. */
    int unused = s.len % 4 == 2 ? 15 : s.len % 4 == 3 ? 3 : 0;
    if (unused && base64url_value(s.ptr[s.len - 1]) & unused)
        return 1;
    uint32_t bits = 0;
    unsigned n_bits = 0;
    for (size_t i = 0; i < s.len; i++) {
        bits = (bits << 6 | (uint32_t)base64url_value(s.ptr[i])) & 0xFFFF;
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            buf_add_u8(ret, (uint8_t)(bits >> n_bits));
        }
    }
    return ret->err;
}

static const char *const html_entity[UCHAR_MAX + 1] = {
    ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;"};

void text_put_html(Buf *b, Str s)
{
    size_t begun = 0;
    for (size_t i = 0; i < s.len; i++) {
        const char *entity = html_entity[(unsigned char)s.ptr[i]];
        if (!entity)
            continue;
        buf_add(b, s.ptr + begun, i - begun);
        buf_adds(b, entity);
        begun = i + 1;
    }
    if (begun < s.len)
        buf_add(b, s.ptr + begun, s.len - begun);
}

void text_put_html_lines(Buf *b, Str s)
{
    size_t begun = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] != '\n' && s.ptr[i] != '\r')
            continue;
        text_put_html(b, (Str){s.ptr + begun, i - begun});
        buf_adds(b, "<br>");
        if (s.ptr[i] == '\r' && i + 1 < s.len && s.ptr[i + 1] == '\n')
            i++;
        begun = i + 1;
    }
    if (begun < s.len)
        text_put_html(b, (Str){s.ptr + begun, s.len - begun});
}

void text_put_thai_digits(Buf *b, Str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
            buf_add(b, (const uint8_t[]){0xE0, 0xB9, (uint8_t)(0x90 + s.ptr[i] - '0')}, 3);
        else
            buf_add_u8(b, (uint8_t)s.ptr[i]);
    }
}
