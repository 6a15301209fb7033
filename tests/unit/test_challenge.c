/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/crypto_help.h"

#include "daemon/challenge.h"
#include <stdio.h>

enum { NOW = 1000000 };

static Challenges all;

static int fresh(void **state)
{
    (void)state;
    memset(&all, 0, sizeof(all));
    return challenges_init(&all);
}

static int done(void **state)
{
    (void)state;
    challenges_finish(&all);
    return 0;
}

static Challenge given(Str name, int64_t now)
{
    Challenge c;

    challenge_new(&all, name, now, &c);
    return c;
}

static bool holds(const Challenge *c, Str name, int64_t now)
{
    Challenge got;

    return challenge_holds(&all, c->bytes, name, now, &got) && got.expires == c->expires;
}

static void of_this_process_name_and_time(void **state)
{
    Challenge c = given(STR("somsri"), NOW), other = given(STR("somsri"), NOW);

    (void)state;
    assert_true(holds(&c, STR("somsri"), NOW));
    assert_true(holds(&c, STR("somsri"), NOW + CHALLENGE_SECONDS - 1));
    assert_false(holds(&c, STR("somsri"), NOW + CHALLENGE_SECONDS));
    assert_false(holds(&c, STR("kitti"), NOW));
    assert_memory_not_equal(c.bytes, other.bytes, sizeof(c.bytes));
    for (size_t i = 0; i < CHALLENGE_LEN; i++) {
        Challenge bent = c;
        bent.bytes[i] ^= 1;
        assert_false(holds(&bent, STR("somsri"), NOW));
    }
    challenges_finish(&all);
    assert_ok(challenges_init(&all)); /* as after a restart */
    assert_false(holds(&c, STR("somsri"), NOW));
}

/* However many names strangers make up. */
static void nothing_pushes_one_out(void **state)
{
    Challenge mine = given(STR("somsri"), NOW);

    (void)state;
    for (unsigned i = 0; i < 4 * ATTEMPTS_MAX; i++) {
        char name[32];
        snprintf(name, sizeof(name), "nobody%u", i);
        Challenge c = given(str_of(name), NOW);
        assert_true(holds(&c, str_of(name), NOW));
        challenge_wrong(&all, str_of(name), NOW);
        assert_false(challenge_use(&all, &c, str_of(name)));
    }
    assert_true(holds(&mine, STR("somsri"), NOW));
    assert_true(challenge_may_try(&all, STR("somsri"), NOW));
    assert_true(challenge_prove(&all, &mine, STR("somsri"), NOW));
    assert_true(challenge_use(&all, &mine, STR("somsri")));
}

static void each_serves_once(void **state)
{
    Challenge c = given(STR("somsri"), NOW), later = given(STR("somsri"), NOW + 1);

    (void)state;
    assert_false(challenge_use(&all, &c, STR("somsri"))); /* before it is proven */
    assert_true(challenge_prove(&all, &c, STR("somsri"), NOW));
    assert_false(challenge_prove(&all, &c, STR("somsri"), NOW));
    assert_false(challenge_use(&all, &c, STR("kitti")));
    assert_true(challenge_use(&all, &c, STR("somsri")));
    assert_false(challenge_use(&all, &c, STR("somsri")));
    assert_false(challenge_prove(&all, &c, STR("somsri"), NOW));
    assert_true(challenge_prove(&all, &later, STR("somsri"), NOW));
    challenge_end(&all, STR("somsri")); /* keys or passphrase have changed */
    assert_false(challenge_use(&all, &later, STR("somsri")));
}

/* Not even somebody who has a passphrase. */
static void one_name_has_its_share(void **state)
{
    Challenge mine = given(STR("somsri"), NOW);

    (void)state;
    assert_true(challenge_prove(&all, &mine, STR("somsri"), NOW));
    for (unsigned i = 0; i < 2 * PROVEN_MAX; i++) {
        Challenge c = given(STR("kitti"), NOW + 1);
        assert_true(challenge_prove(&all, &c, STR("kitti"), NOW + 1));
    }
    assert_true(challenge_use(&all, &mine, STR("somsri")));
}

static void a_second_after_a_wrong_one(void **state)
{
    (void)state;
    assert_true(challenge_may_try(&all, STR("somsri"), NOW));
    challenge_wrong(&all, STR("somsri"), NOW);
    assert_false(challenge_may_try(&all, STR("somsri"), NOW));
    assert_true(challenge_may_try(&all, STR("kitti"), NOW));
    assert_true(challenge_may_try(&all, STR("somsri"), NOW + ATTEMPT_SECONDS));
    assert_true(challenge_may_try(&all, STR("somsri"), NOW - 100)); /* the clock was set back */
}

int main(void)
{
#define FRESH(test) cmocka_unit_test_setup_teardown(test, fresh, done)
    const struct CMUnitTest tests[] = {
        FRESH(of_this_process_name_and_time),
        FRESH(nothing_pushes_one_out),
        FRESH(each_serves_once),
        FRESH(one_name_has_its_share),
        FRESH(a_second_after_a_wrong_one),
    };
    assert_ok(crypto_start());
    return cmocka_run_group_tests_name("challenge", tests, NULL, NULL);
}
