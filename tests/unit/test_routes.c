/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/path.h"
#include "daemon/routes.h"
#include "tests/unit/check.h"
#include <string.h>

static void test_patterns(void **state)
{
    static const struct {
        const char *pattern, *path;
        bool fits;
    } rows[] = {
        {"/", "/", true},
        {"/", "", false},
        {"/track", "/track", true},
        {"/track", "/track/", false},
        {"/track", "/tracks", false},
        {"/report/?", "/report/general", true},
        {"/report/?", "/report/", false},
        {"/report/?", "/report", false},
        {"/report/?", "/report/general/x", false},
        {"/report/?", "/report/gen%65ral", false},
        {"/report/?", "/report/ไทย", false},
        {"/api/calendar/?", "/api/calendar/../settings", false},
        {"/a/?/b/?", "/a/G70-0001/b/3", true},
        {"/a/?/b/?", "/a/G70-0001/c/3", false},
    };
    Str open[PATH_OPEN_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(path_match(rows[i].pattern, str_of(rows[i].path), open), rows[i].fits);
    assert_true(path_match("/a/?/b/?", STR("/a/G70-0001/b/3"), open));
    assert_true(str_is(open[0], "G70-0001"));
    assert_true(str_is(open[1], "3"));
}

static void test_segments_have_an_end(void **state)
{
    char path[256] = "/report/";
    Str open[PATH_OPEN_MAX];

    (void)state;
    memset(path + 8, 'a', 128);
    assert_true(path_match("/report/?", str_of(path), open));
    path[8 + 128] = 'a';
    assert_false(path_match("/report/?", str_of(path), open));
}

static const Route *find(uint8_t method, const char *path, uint8_t *ret_allow)
{
    Str open[PATH_OPEN_MAX];

    return routes_find(method, str_of(path), open, ret_allow);
}

static void test_methods(void **state)
{
    uint8_t allow = 0;

    (void)state;
    assert_ptr_equal(find(METHOD_GET, "/track", &allow)->handle, track_get);
    assert_ptr_equal(find(METHOD_HEAD, "/track", &allow)->handle, track_get);
    assert_ptr_equal(find(METHOD_POST, "/track", &allow)->handle, track_post);
    assert_null(find(METHOD_OTHER, "/track", &allow));
    assert_int_equal(allow, METHOD_GET | METHOD_HEAD | METHOD_POST);
    assert_null(find(METHOD_POST, "/healthz", &allow));
    assert_int_equal(allow, METHOD_GET | METHOD_HEAD);
    assert_null(find(METHOD_GET, "/api/uploads", &allow));
    assert_int_equal(allow, METHOD_POST);
    assert_null(find(METHOD_GET, "/nothing/here", &allow));
    assert_int_equal(allow, 0);
}

/* Nothing of the staff's is served to anybody else, and what needs a code takes it in a body. */
static void test_who(void **state)
{
    static const char *const staff[] = {"/api/staff",
                                        "/api/settings",
                                        "/api/definition/general",
                                        "/api/cases",
                                        "/api/cases/X",
                                        "/api/cases/X/readers",
                                        "/api/overdue",
                                        "/api/alerts",
                                        "/api/cases/X/files/1",
                                        "/api/calendar/th",
                                        "/api/log/checkpoint/now",
                                        "/api/log/proof"};
    static const char *const redirected[] = {"/track/reply", "/track/do", "/track/survey"};
    uint8_t allow = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(staff) / sizeof(staff[0]); i++)
        assert_int_equal(find(METHOD_GET, staff[i], &allow)->who, FOR_STAFF);
    assert_int_equal(find(METHOD_POST, "/api/cases", &allow)->who, FOR_STAFF);
    assert_int_equal(find(METHOD_POST, "/api/cases/X/do", &allow)->who, FOR_STAFF);
    assert_int_equal(find(METHOD_POST, "/api/uploads", &allow)->who, FOR_STAFF);
    assert_int_equal(find(METHOD_POST, "/api/demo/advance", &allow)->who, FOR_LOCAL);
    assert_int_equal(find(METHOD_POST, "/api/workflow/migrate", &allow)->who, FOR_LOCAL);
    for (size_t i = 0; i < sizeof(redirected) / sizeof(redirected[0]); i++)
        assert_ptr_equal(find(METHOD_GET, redirected[i], &allow)->handle, track_redirect);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_segments_have_an_end),
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_who),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
