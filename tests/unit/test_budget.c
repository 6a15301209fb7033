/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/budget.h"
#include "tests/unit/check.h"

#include <stdio.h>

static void a_day_of_ones_own(void **state)
{
    Budget b = {.day_max = 100};
    Name a = name_of(STR("somsri")), c = name_of(STR("kitti"));

    (void)state;
    assert_true(budget_take(&b, 7, &a, 60));
    assert_false(budget_take(&b, 7, &a, 41));
    assert_true(budget_take(&b, 7, &a, 40)); /* what was refused took nothing */
    assert_false(budget_take(&b, 7, &a, 1));
    assert_true(budget_take(&b, 7, &c, 100));
    assert_true(budget_take(&b, 7, NULL, 100));
    assert_false(budget_take(&b, 7, NULL, 1));
    assert_false(budget_take(&b, 7, &c, UINT64_MAX));
    assert_true(budget_take(&b, 8, &a, 100));
    assert_true(budget_take(&b, 8, NULL, 1));
}

static void more_people_than_there_are(void **state)
{
    Budget b = {.day_max = 10};

    (void)state;
    for (unsigned i = 0; i < BUDGET_PEOPLE_MAX + 1; i++) {
        Name who = {{0}};
        snprintf(who.s, sizeof(who.s), "p%u", i);
        assert_true(budget_take(&b, 1, &who, 10));
    }
    assert_false(budget_take(&b, 1, NULL, 1));
    assert_true(budget_take(&b, 2, NULL, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_of_ones_own),
        cmocka_unit_test(more_people_than_there_are),
    };

    return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}
