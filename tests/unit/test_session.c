/* SPDX-License-Identifier: Apache-2.0 */
/* Who is signed in: for how long, whose token it is, what ends it; and however often somebody signs
 * in, it is the own sessions that end. */
#include "tests/unit/crypto_help.h"

#include "daemon/session.h"
#include <stdio.h>
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

/* ---- many of one person ---- */

static void one_insider_ends_nobody_elses(void **state)
{
    Token other = begun("somsri", NOW), first = begun("kitti", NOW), last;

    (void)state;
    for (unsigned i = 0; i < 2 * SESSIONS_MAX; i++)
        last = begun("kitti", NOW + 1);
    assert_true(is_in(&other, "somsri", NOW + 2));
    assert_true(is_in(&last, "kitti", NOW + 2));
    assert_false(is_in(&first, "kitti", NOW + 2));
}

static void ones_own_used_longest_ago_goes(void **state)
{
    Token had[SESSIONS_A_PERSON];

    (void)state;
    for (unsigned i = 0; i < SESSIONS_A_PERSON; i++)
        had[i] = begun("kitti", NOW + i);
    assert_true(is_in(&had[0], "kitti", NOW + 100)); /* in use, the console of that day */
    Token next = begun("kitti", NOW + 101);
    assert_true(is_in(&had[0], "kitti", NOW + 102));
    assert_false(is_in(&had[1], "kitti", NOW + 102));
    assert_true(is_in(&had[2], "kitti", NOW + 102));
    assert_true(is_in(&next, "kitti", NOW + 102));
}

/* Everybody there can be, each with a whole share. */
static void there_is_room_for_all(void **state)
{
    static Token had[SESSIONS_MAX];
    char name[32];

    (void)state;
    for (unsigned i = 0; i < SESSIONS_MAX; i++) {
        snprintf(name, sizeof(name), "person%u", i % DIRECTORY_PEOPLE_MAX);
        had[i] = begun(name, NOW + i / DIRECTORY_PEOPLE_MAX);
    }
    for (unsigned i = 0; i < SESSIONS_MAX; i += 97) {
        snprintf(name, sizeof(name), "person%u", i % DIRECTORY_PEOPLE_MAX);
        assert_true(is_in(&had[i], name, NOW + 100));
    }
}

/* What is over takes no place of those that are not. */
static void those_that_are_over_make_room(void **state)
{
    const int64_t later = NOW + SESSION_IDLE_SECONDS;
    Token kept[SESSIONS_A_PERSON - 1];

    (void)state;
    Token idle = begun("kitti", NOW);
    for (unsigned i = 0; i < SESSIONS_A_PERSON - 1; i++)
        kept[i] = begun("kitti", NOW + 1 + i);
    (void)begun("kitti", later);
    assert_false(is_in(&idle, "kitti", later));
    for (unsigned i = 0; i < SESSIONS_A_PERSON - 1; i++)
        assert_true(is_in(&kept[i], "kitti", later));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_token_is_one_persons, fresh, done),
        cmocka_unit_test_setup_teardown(it_ends_with_the_day, fresh, done),
        cmocka_unit_test_setup_teardown(it_ends_when_nobody_is_there, fresh, done),
        cmocka_unit_test_setup_teardown(signing_out, fresh, done),
        cmocka_unit_test_setup_teardown(half_way_in_is_out, fresh, done),
        cmocka_unit_test_setup_teardown(one_insider_ends_nobody_elses, fresh, done),
        cmocka_unit_test_setup_teardown(ones_own_used_longest_ago_goes, fresh, done),
        cmocka_unit_test_setup_teardown(there_is_room_for_all, fresh, done),
        cmocka_unit_test_setup_teardown(those_that_are_over_make_room, fresh, done),
    };
    assert_ok(crypto_start());
    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
