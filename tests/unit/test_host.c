/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/host.h"
#include "tests/unit/check.h"

static void loopback_is_always_own(void **state)
{
    static const char *const own[] = {"127.0.0.1", "127.0.0.1:8080", "127.3.2.1:1",
                                      "localhost", "localhost:8080", "[::1]",
                                      "[::1]:8080"};

    (void)state;
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        assert_true(host_is_own(str_of(own[i]), NULL, 0));
}

static void a_name_is_own_only_when_given(void **state)
{
    static const char *const named[] = {"office.example.go.th", "inside:8443"};
    static const char *const others[] = {
        "",
        "office.example.go.th.",
        "office.example.go.th:444",
        "example.go.th",
        "inside",
        "127.0.0.1.evil.example",
        "127.evil.example",
        "localhost.evil.example",
        "[::1].evil",
        "evil.example:127.0.0.1",
        "128.0.0.1",
        "evil.example",
    };

    (void)state;
    assert_true(host_is_own(STR("office.example.go.th"), named, 2));
    assert_true(host_is_own(STR("Office.Example.go.th"), named, 2));
    assert_true(host_is_own(STR("inside:8443"), named, 2));
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_false(host_is_own(str_of(others[i]), named, 2));
    assert_false(host_is_own(STR("office.example.go.th"), NULL, 0));
    assert_false(host_is_own((Str){NULL, 0}, named, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loopback_is_always_own),
        cmocka_unit_test(a_name_is_own_only_when_given),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
