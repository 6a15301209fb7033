/* SPDX-License-Identifier: Apache-2.0 */
/* Who is signed in: for how long, whose token it is, and what ends it. */
#include "tests/unit/crypto_help.h"

#include "daemon/session.h"
#include <string.h>

enum { NOW = 1000000 };

static Sessions all;

typedef struct Token {
    uint8_t b[TOKEN_LEN];
} Token;

static int fresh(void **state)
{
    (void)state;
    memset(&all, 0, sizeof(all));
    return challenges_init(&all.challenges);
}

static int done(void **state)
{
    (void)state;
    challenges_finish(&all.challenges);
    return 0;
}

static Token begun(const char *name, int64_t now)
{
    const Name person = name_of(str_of(name));
    const SignPublic key = {.b = {7}};
    Token t;

    assert_int_equal(session_begin(&all, &person, &key, now, t.b), now + SESSION_SECONDS);
    return t;
}

static Str str_of_token(const Token *t)
{
    return (Str){(const char *)t->b, TOKEN_LEN};
}

static bool is_in(const Token *t, const char *name, int64_t now)
{
    const Session *s = session_of(&all, str_of_token(t), now);

    return s && name_is(&s->person, str_of(name)) && s->key.b[0] == 7;
}

static void a_token_is_one_persons(void **state)
{
    (void)state;
    Token a = begun("nipa", NOW), b = begun("malee", NOW), other = a;
    assert_true(is_in(&a, "nipa", NOW) && is_in(&b, "malee", NOW));
    other.b[TOKEN_LEN - 1] ^= 1;
    assert_null(session_of(&all, str_of_token(&other), NOW));
    assert_null(session_of(&all, (Str){(const char *)a.b, TOKEN_LEN - 1}, NOW));
    assert_null(session_of(&all, STR(""), NOW));
    for (size_t i = 0; i < SESSIONS_MAX; i++) /* what is kept is not what is sent */
        assert_memory_not_equal(all.list[i].token.b, a.b, TOKEN_LEN);
}

static void it_ends_with_the_day(void **state)
{
    (void)state;
    Token t = begun("nipa", NOW);
    int64_t now = NOW;
    while (now + SESSION_IDLE_SECONDS / 2 < NOW + SESSION_SECONDS) {
        now += SESSION_IDLE_SECONDS / 2;
        assert_true(is_in(&t, "nipa", now));
    }
    assert_true(is_in(&t, "nipa", NOW + SESSION_SECONDS - 1));
    assert_null(session_of(&all, str_of_token(&t), NOW + SESSION_SECONDS));
    assert_null(session_of(&all, str_of_token(&t), NOW)); /* and is forgotten */
}

static void it_ends_when_nobody_is_there(void **state)
{
    (void)state;
    Token t = begun("nipa", NOW);
    assert_true(is_in(&t, "nipa", NOW + SESSION_IDLE_SECONDS - 1));
    assert_true(is_in(&t, "nipa", NOW + 2 * SESSION_IDLE_SECONDS - 2));
    assert_null(session_of(&all, str_of_token(&t), NOW + 3 * SESSION_IDLE_SECONDS - 2));
}

static void signing_out(void **state)
{
    (void)state;
    Token a = begun("nipa", NOW), b = begun("nipa", NOW), c = begun("malee", NOW);
    session_end(&all, str_of_token(&a));
    assert_null(session_of(&all, str_of_token(&a), NOW));
    assert_true(is_in(&b, "nipa", NOW));
    Token d = begun("nipa", NOW);
    session_end_others(&all, STR("nipa"), str_of_token(&d));
    assert_null(session_of(&all, str_of_token(&b), NOW));
    assert_true(is_in(&d, "nipa", NOW) && is_in(&c, "malee", NOW));
    session_end_others(&all, STR("nipa"), STR(""));
    assert_null(session_of(&all, str_of_token(&d), NOW));
    assert_true(is_in(&c, "malee", NOW));
}

/* Who is half signed in when their sessions end begins again. */
static void half_way_in_is_out(void **state)
{
    Challenge c;

    (void)state;
    challenge_new(&all.challenges, STR("nipa"), NOW, &c);
    assert_true(challenge_prove(&all.challenges, &c, STR("nipa"), NOW));
    session_end_others(&all, STR("nipa"), STR(""));
    assert_false(challenge_use(&all.challenges, &c, STR("nipa")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_token_is_one_persons, fresh, done),
        cmocka_unit_test_setup_teardown(it_ends_with_the_day, fresh, done),
        cmocka_unit_test_setup_teardown(it_ends_when_nobody_is_there, fresh, done),
        cmocka_unit_test_setup_teardown(signing_out, fresh, done),
        cmocka_unit_test_setup_teardown(half_way_in_is_out, fresh, done),
    };
    assert_ok(crypto_start());
    return cmocka_run_group_tests_name("session, end", tests, NULL, NULL);
}
