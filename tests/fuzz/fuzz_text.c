/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as encoded bytes, as UTF-8, as text of a page. */
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

static void as_encoded(Str s)
{
    BUF_AUTO Buf bytes = {0};
    BUF_AUTO Buf again = {0};

    buf_init(&bytes, 1 << 20);
    buf_init(&again, 2 << 20);
    if (text_get_base64url(s, &bytes) == 0) {
        text_put_base64url(&again, bytes.ptr, bytes.len);
        hold(str_eq(buf_str(&again), s)); /* one text for one value */
    }
    buf_reset(&bytes);
    buf_reset(&again);
    if (text_get_hex(s, &bytes) == 0) {
        text_put_hex(&again, bytes.ptr, bytes.len);
        hold(again.len == s.len);
    }
}

static void as_utf8(Str s)
{
    if (!text_is_valid(s))
        return;
    size_t chars = text_chars(s);
    hold(chars <= s.len && text_width(s) <= 2 * chars);
    for (size_t n = 0; n < 8; n++) {
        Str head = text_head(s, n);
        hold(text_is_valid(head) && text_chars(head) == (n < chars ? n : chars));
    }
    Str half = text_head(s, chars / 2), words[] = {STR("works"), half};
    hold(text_distance(s, s) == (chars > 64 ? SIZE_MAX : 0));
    hold(text_distance(s, half) == text_distance(half, s));
    hold(text_nearest(s, words, 2) <= 2);
}

static void as_page(Str s)
{
    BUF_AUTO Buf out = {0};

    buf_init(&out, 8 << 20);
    text_put_html(&out, s);
    for (size_t i = 0; i < out.len; i++)
        hold(out.ptr[i] != '<' && out.ptr[i] != '"');
    buf_reset(&out);
    text_put_html_lines(&out, s);
    text_put_thai_digits(&out, s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str s = {(const char *)data, size};

    if (size > 1 << 16)
        return 0;
    as_encoded(s);
    as_utf8(s);
    as_page(s);
    return 0;
}
