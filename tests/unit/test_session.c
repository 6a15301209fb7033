/* SPDX-License-Identifier: Apache-2.0 */
/* However often somebody signs in, it is the own sessions that end. */
#include "tests/unit/crypto_help.h"

#include "daemon/session.h"
#include <stdio.h>

enum { NOW = 1000000 };

static Sessions all;
static const SignPublic key;

typedef struct Token {
    uint8_t b[TOKEN_LEN];
} Token;

static int fresh(void **state)
{
    (void)state;
    memset(&all, 0, sizeof(all));
    return 0;
}

static Token begun(const char *name, int64_t now)
{
    Name person = name_of(str_of(name));
    Token t;

    assert_int_equal(session_begin(&all, &person, &key, now, t.b), now + SESSION_SECONDS);
    return t;
}

static bool lasts(const Token *t, const char *name, int64_t now)
{
    const Session *s = session_of(&all, (Str){(const char *)t->b, TOKEN_LEN}, now);

    return s && name_is(&s->person, str_of(name));
}

static void one_insider_ends_nobody_elses(void **state)
{
    Token other = begun("somsri", NOW), first = begun("kitti", NOW), last;

    (void)state;
    for (unsigned i = 0; i < 2 * SESSIONS_MAX; i++)
        last = begun("kitti", NOW + 1);
    assert_true(lasts(&other, "somsri", NOW + 2));
    assert_true(lasts(&last, "kitti", NOW + 2));
    assert_false(lasts(&first, "kitti", NOW + 2));
}

static void ones_own_used_longest_ago_goes(void **state)
{
    Token had[SESSIONS_A_PERSON];

    (void)state;
    for (unsigned i = 0; i < SESSIONS_A_PERSON; i++)
        had[i] = begun("kitti", NOW + i);
    assert_true(lasts(&had[0], "kitti", NOW + 100)); /* in use, the console of that day */
    Token next = begun("kitti", NOW + 101);
    assert_true(lasts(&had[0], "kitti", NOW + 102));
    assert_false(lasts(&had[1], "kitti", NOW + 102));
    assert_true(lasts(&had[2], "kitti", NOW + 102));
    assert_true(lasts(&next, "kitti", NOW + 102));
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
        assert_true(lasts(&had[i], name, NOW + 100));
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
    assert_false(lasts(&idle, "kitti", later));
    for (unsigned i = 0; i < SESSIONS_A_PERSON - 1; i++)
        assert_true(lasts(&kept[i], "kitti", later));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(one_insider_ends_nobody_elses, fresh),
        cmocka_unit_test_setup(ones_own_used_longest_ago_goes, fresh),
        cmocka_unit_test_setup(there_is_room_for_all, fresh),
        cmocka_unit_test_setup(those_that_are_over_make_room, fresh),
    };
    assert_ok(crypto_start());
    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
