/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/json.h"

#include <errno.h>
#include <string.h>

static void writes_a_document(void **state)
{
    (void)state;
    BUF_AUTO Buf b = {0};
    buf_init(&b, 1000);
    Json j = json_to(&b);
    json_open(&j, NULL);
    json_str(&j, "text", STR("ก"));
    json_list(&j, "list");
    json_int(&j, NULL, -1);
    json_list(&j, NULL);
    json_list_end(&j);
    json_open(&j, NULL);
    json_close(&j);
    json_open(&j, NULL);
    json_bool(&j, "yes", true);
    json_bool(&j, "no", false);
    json_close(&j);
    json_open(&j, NULL); /* begins anew after a filled one */
    json_int(&j, "one", 1);
    json_close(&j);
    json_cstr(&j, NULL, NULL);
    json_list_end(&j);
    json_null(&j, "none");
    json_bytes(&j, "bytes", "\xFB\xFF", 2);
    json_int(&j, "least", INT64_MIN);
    json_close(&j);
    assert_int_equal(b.err, 0);
    assert_str(buf_str(&b),
               "{\"text\":\"ก\",\"list\":[-1,[],{},{\"yes\":true,\"no\":false},{\"one\":1},\"\"],"
               "\"none\":null,\"bytes\":\"-_8\",\"least\":-9223372036854775808}");
}

static void escapes(void **state)
{
    (void)state;
    BUF_AUTO Buf b = {0};
    buf_init(&b, 1000);
    Json j = json_to(&b);
    json_open(&j, NULL);
    json_str(&j, "a\"b", (Str){"\"\\/\b\f\n\r\t\0\x01\x1F\x7F</script>", 21});
    json_close(&j);
    assert_str(buf_str(&b), "{\"a\\\"b\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u0001\\u001f\\u007f"
                            "</script>\"}");
}

static void never_writes_invalid_utf8(void **state)
{
    (void)state;
    BUF_AUTO Buf b = {0};
    buf_init(&b, 1000);
    Json j = json_to(&b);
    json_list(&j, NULL);
    json_str(&j, NULL, STR("a\xFF\"\xE0\xB8"));
    json_list_end(&j);
    assert_str(buf_str(&b), "[\"a\uFFFD\\\"\uFFFD\uFFFD\"]");
}

static void goes_as_deep_as_promised(void **state)
{
    (void)state;
    BUF_AUTO Buf b = {0};
    buf_init(&b, 1000);
    Json j = json_to(&b);
    for (int i = 0; i < 32; i++)
        json_list(&j, NULL);
    json_int(&j, NULL, 1);
    json_int(&j, NULL, 2);
    for (int i = 0; i < 32; i++)
        json_list_end(&j);
    assert_int_equal(b.err, 0);
    char expected[68];
    memset(expected, '[', 32);
    memcpy(expected + 32, "1,2", 3);
    memset(expected + 35, ']', 32);
    expected[67] = 0;
    assert_str(buf_str(&b), expected);

    buf_reset(&b);
    j = json_to(&b);
    for (int i = 0; i < 33; i++)
        json_open(&j, i ? "x" : NULL);
    assert_int_equal(b.err, -EMSGSIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_a_document),
        cmocka_unit_test(escapes),
        cmocka_unit_test(never_writes_invalid_utf8),
        cmocka_unit_test(goes_as_deep_as_promised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
