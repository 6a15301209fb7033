/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/text.h"

#include <errno.h>
#include <string.h>

static void tells_utf8(void **state)
{
    (void)state;
    static const char *const valid[] = {"",
                                        "abc\t\r\n",
                                        "กระดิ่ง",
                                        "\xC2\x80",
                                        "\xDF\xBF",
                                        "\xE0\xA0\x80",
                                        "\xED\x9F\xBF",
                                        "\xEE\x80\x80",
                                        "\xEF\xBF\xBF",
                                        "\xF0\x90\x80\x80",
                                        "\xF4\x8F\xBF\xBF"};
    static const char *const invalid[] = {"\x80",
                                          "a\xBF",
                                          "\xC0\x80",
                                          "\xC1\xBF",
                                          "\xC2",
                                          "\xC2g",
                                          "\xE0\x9F\xBF",
                                          "\xE0\xA0",
                                          "\xED\xA0\x80",
                                          "\xED\xBF\xBF",
                                          "\xF0\x8F\xBF\xBF",
                                          "\xF4\x90\x80\x80",
                                          "\xF5\x80\x80\x80",
                                          "\xF8\x88\x80\x80\x80",
                                          "\xFE",
                                          "\xFF",
                                          "\x1B[0m",
                                          "\x01"};
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++)
        assert_true(text_is_valid(str_of(valid[i])));
    for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++)
        assert_false(text_is_valid(str_of(invalid[i])));
    assert_false(text_is_valid((Str){"a\0b", 3}));
    assert_false(text_is_valid((Str){"ก", 2})); /* cut inside a character */
}

static void counts_columns(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t chars, width;
    } rows[] = {
        {"", 0, 0},           {"abc", 3, 3},          {"กระดิ่ง", 7, 5}, /* sara i and mai ek stand
                                                                          above */
        {"ที่ปรึกษา", 9, 6},     {"น้ำ", 3, 2}, /* sara am takes its own column */
        {"ปฏิบัติ", 7, 4},       {"ผู้ร้อง", 7, 4},         {"e\u0301", 2, 1},  {"\u6F22\u5B57", 2, 4},
        {"\uAC00", 1, 2},     {"\uFF21", 1, 2},       {"a\u200Bb", 3, 2}, {"\uFEFFa", 2, 1},
        {"\U0001F600", 1, 2}, {"\u0628\u064E", 2, 1}, {"é", 1, 1},        {"\u20AC", 1, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(text_chars(str_of(rows[i].text)), rows[i].chars);
        assert_int_equal(text_width(str_of(rows[i].text)), rows[i].width);
    }
}

/* The named Thai ranges, one by one: nothing beside them is zero. */
static void thai_marks_take_no_column(void **state)
{
    (void)state;
    for (unsigned c = 0x0E01; c <= 0x0E5B; c++) {
        if (c > 0x0E3A && c < 0x0E3F)
            continue; /* not assigned */
        char utf8[] = {(char)0xE0, (char)(0x80 | (c >> 6 & 0x3F)), (char)(0x80 | (c & 0x3F)), 0};
        bool mark = c == 0x0E31 || (c >= 0x0E34 && c <= 0x0E3A) || (c >= 0x0E47 && c <= 0x0E4E);
        assert_int_equal(text_width(str_of(utf8)), mark ? 0 : 1);
    }
}

/* What the loader does to point at a fault: blanks as wide as what stands before it. */
static void places_a_caret(void **state)
{
    (void)state;
    Str line = STR("label: {th: ที่ปรึกษา, enn: Adviser}");
    Str before = {line.ptr, 0};
    while (!str_starts((Str){line.ptr + before.len, line.len - before.len}, STR("enn")))
        before.len++;
    assert_int_equal(before.len, 41);
    assert_int_equal(text_width(before), 20);
}

static void takes_heads(void **state)
{
    (void)state;
    assert_str(text_head(STR("กขค"), 2), "กข");
    assert_str(text_head(STR("กขค"), 3), "กขค");
    assert_str(text_head(STR("กขค"), 99), "กขค");
    assert_str(text_head(STR("กขค"), 0), "");
    assert_str(text_head(STR(""), 5), "");
}

static void measures_distance(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        size_t distance;
    } rows[] = {
        {"", "", 0},
        {"", "abc", 3},
        {"same", "same", 0},
        {"anwsered", "answered", 1}, /* two neighbours swapped */
        {"kitten", "sitting", 3},
        {"ca", "abc", 3}, /* alignment: nothing edited twice */
        {"flaw", "lawn", 2},
        {"abcdef", "badcfe", 3},
        {"รับเรื่อง", "รับเรือง", 1},
        {"ก", "ข", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(text_distance(str_of(rows[i].a), str_of(rows[i].b)), rows[i].distance);
        assert_int_equal(text_distance(str_of(rows[i].b), str_of(rows[i].a)), rows[i].distance);
    }
    char longest[66];
    memset(longest, 'a', sizeof longest);
    assert_int_equal(text_distance((Str){longest, 64}, STR("a")), 63);
    assert_true(text_distance((Str){longest, 65}, STR("a")) == SIZE_MAX);
    assert_true(text_distance(STR("a"), (Str){longest, 65}) == SIZE_MAX);
}

static void finds_the_nearest(void **state)
{
    (void)state;
    const Str words[] = {STR("answer"), STR("answered"), STR("closed"), STR("to"),
                         STR("acknowledgement")};
    enum { N = sizeof words / sizeof *words };
    assert_int_equal(text_nearest(STR("anwsered"), words, N), 1);
    assert_int_equal(text_nearest(STR("answer"), words, N), 0);
    assert_int_equal(text_nearest(STR("clsd"), words, N), N); /* 2 edits; a third of 4 is 1 */
    assert_int_equal(text_nearest(STR("t"), words, N), 3);    /* at least 1 edit */
    assert_int_equal(text_nearest(STR("aknowledgmnt"), words, N), 4); /* 3 of at most 3 */
    assert_int_equal(text_nearest(STR("aknowledgmt"), words, N), N);  /* 4, over a third */
    assert_int_equal(text_nearest(STR("x"), NULL, 0), 0);
}

static void shows_what_a_terminal_only_shows(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *shown;
    } rows[] = {
        {"ไฟดับ\tที่นี่\nand there", "ไฟดับ\tที่นี่\nand there"},
        {"\x1b]0;title\x07\x1b[2J", "\uFFFD]0;title\uFFFD\uFFFD[2J"},
        {"a\xC2\x9B" "2Jb", "a\uFFFD" "2Jb"},     /* U+009B is CSI in one character */
        {"a\x7F\b", "a\uFFFD\uFFFD"},
        {"one\r\ntwo\r", "one\ntwo"},
        {"evil\rgood", "evil\uFFFDgood"},
        {"a\u202Eb\u2066c\u200Fd", "a\uFFFDb\uFFFDc\uFFFDd"},
        {"ก\u200Bข\u200Dค", "ก\u200Bข\u200Dค"}, /* where Thai words may break */
        {"a\xFF\xC2", "a\uFFFD\uFFFD"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        BUF_AUTO Buf b = {0};
        buf_init(&b, 256);
        text_put_shown(&b, str_of(rows[i].typed));
        assert_str(buf_str(&b), rows[i].shown);
    }
}

static void writes_hex(void **state)
{
    (void)state;
    BUF_AUTO Buf b = {0};
    buf_init(&b, 100);
    text_put_hex(&b, "\x00\x7F\xFF", 3);
    assert_str(buf_str(&b), "007fff");
    buf_reset(&b);
    assert_int_equal(text_get_hex(STR("007Fff"), &b), 0);
    assert_int_equal(b.len, 3);
    assert_memory_equal(b.ptr, "\x00\x7F\xFF", 3);
    static const char *const wrong[] = {"0", "0g", "g0", " 0", "0x", "00 ", "@0", "`0"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(text_get_hex(str_of(wrong[i]), &b), 1);
    assert_int_equal(b.len, 3); /* untouched */
}

static void writes_base64url(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        /* RFC 4648 section 10, without padding */
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xFB\xFF\xFE", "-__-"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        BUF_AUTO Buf b = {0};
        buf_init(&b, 100);
        text_put_base64url(&b, rows[i][0], strlen(rows[i][0]));
        assert_str(buf_str(&b), rows[i][1]);
        buf_reset(&b);
        assert_int_equal(text_get_base64url(str_of(rows[i][1]), &b), 0);
        assert_str(buf_str(&b), rows[i][0]);
    }
}

static void base64url_is_strict(void **state)
{
    (void)state;
    BUF_AUTO Buf b = {0};
    buf_init(&b, 100);
    static const char *const wrong[] = {"Z",    "Zg==", "Zh",   "Zm9",  "Zm9vZ",      "Zm+v",
                                        "Zm/v", "Zm 9", "Zg\n", "Zm8=", "\xC3\xA9Zg", "Zm9vYh"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(text_get_base64url(str_of(wrong[i]), &b), 1);
    assert_int_equal(text_get_base64url((Str){"Zm\0v", 4}, &b), 1);
    assert_int_equal(b.len, 0);
}

/* How many of all texts "A?" or "AA?" are taken; each must be what its bytes are written as. */
static unsigned count_taken(size_t len)
{
    unsigned taken = 0;
    for (int c = 1; c < 128; c++) {
        BUF_AUTO Buf b = {0}, again = {0};
        buf_init(&b, 10);
        buf_init(&again, 10);
        char text[] = "AAA";
        text[len - 1] = (char)c;
        if (text_get_base64url((Str){text, len}, &b))
            continue;
        taken++;
        text_put_base64url(&again, b.ptr, b.len);
        assert_true(str_eq(buf_str(&again), (Str){text, len}));
    }
    return taken;
}

/* Of the 64 last characters, just those without stray bits: 4 unused bits, then 2. */
static void base64url_has_one_text_for_a_value(void **state)
{
    (void)state;
    assert_int_equal(count_taken(2), 4);
    assert_int_equal(count_taken(3), 16);
}

static void decoders_report_a_full_buffer(void **state)
{
    (void)state;
    BUF_AUTO Buf b = {0};
    buf_init(&b, 2);
    assert_int_equal(text_get_base64url(STR("Zm9v"), &b), -EMSGSIZE);
    buf_reset(&b);
    assert_int_equal(text_get_hex(STR("001122"), &b), -EMSGSIZE);
}

static void escapes_html(void **state)
{
    (void)state;
    BUF_AUTO Buf b = {0};
    buf_init(&b, 1000);
    text_put_html(&b, STR("<a href=\"x\">&amp; ก</a>"));
    assert_str(buf_str(&b), "&lt;a href=&quot;x&quot;&gt;&amp;amp; ก&lt;/a&gt;");
    buf_reset(&b);
    text_put_html_lines(&b, STR("\na\r\n<b>\rc\n\nd"));
    assert_str(buf_str(&b), "<br>a<br>&lt;b&gt;<br>c<br><br>d");
    buf_reset(&b);
    text_put_html(&b, (Str){NULL, 0});
    text_put_html_lines(&b, (Str){NULL, 0});
    assert_str(buf_str(&b), "");
}

static void writes_thai_digits(void **state)
{
    (void)state;
    BUF_AUTO Buf b = {0};
    buf_init(&b, 100);
    text_put_thai_digits(&b, STR("15 มกราคม 2569, 0378"));
    assert_str(buf_str(&b), "๑๕ มกราคม ๒๕๖๙, ๐๓๗๘");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_utf8),
        cmocka_unit_test(counts_columns),
        cmocka_unit_test(thai_marks_take_no_column),
        cmocka_unit_test(places_a_caret),
        cmocka_unit_test(takes_heads),
        cmocka_unit_test(measures_distance),
        cmocka_unit_test(finds_the_nearest),
        cmocka_unit_test(shows_what_a_terminal_only_shows),
        cmocka_unit_test(writes_hex),
        cmocka_unit_test(writes_base64url),
        cmocka_unit_test(base64url_is_strict),
        cmocka_unit_test(base64url_has_one_text_for_a_value),
        cmocka_unit_test(decoders_report_a_full_buffer),
        cmocka_unit_test(escapes_html),
        cmocka_unit_test(writes_thai_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
