/* SPDX-License-Identifier: Apache-2.0 */
/* New keys again and again: what was sealed to the first ones stays open, and where it would not,
 * nothing is begun. */
#include "engine/vault/draft.h"
#include "vault_help.h"
#include <errno.h>

static const Str tenant = {"ban", 3}, nipa = {"nipa", 4};

/* Somebody as their program finds them when they sign in. */
typedef struct Signed {
    PersonKeys keys;
    uint8_t former[FORMER_MAX * SEAL_LEN]; /* as the office keeps them */
    size_t len;
    BoxPair opened[FORMER_MAX];
    size_t n;
} Signed;

static void signed_finish(Signed *s)
{
    for (size_t i = 0; i < s->n; i++)
        box_pair_finish(&s->opened[i]);
    person_keys_finish(&s->keys);
}

static Str former_of(const Signed *s)
{
    return (Str){(const char *)s->former, s->len};
}

static void signs_in(Signed *s)
{
    while (s->n < FORMER_MAX &&
           !former_open(former_of(s), s->n, &s->keys.box, tenant, &s->opened[s->n]))
        s->n++;
}

/* As krading staff rotate makes them and the office takes them: over the wire. */
static int new_keys(const Signed *had, Signed *ret)
{
    LOGIN_AUTO Login login = {.auth = {NULL}};
    SECRET_AUTO Secret share = {NULL};
    ENROLMENT_AUTO Enrolment e = {.n_former = 0}, got = {.n_former = 0};
    BUF_AUTO Buf wish = {0};

    memset(ret, 0, sizeof(*ret));
    assert_int_equal(person_keys_new(&ret->keys), 0);
    assert_int_equal(secret_new_random(&login.auth), 0);
    assert_int_equal(secret_new_random(&login.half), 0);
    assert_int_equal(secret_new_random(&share), 0);
    assert_int_equal(enrolment_begin(&e, &ret->keys, &login, &share, nipa, 0, 1000), 0);
    int r =
        enrolment_formers(&e, former_of(had), had->opened, had->n, &had->keys.box.secret, tenant);
    if (r) {
        assert_int_equal(e.n_former, 0);
        return r;
    }
    assert_int_equal(enrolment_sign(&e, &ret->keys, tenant), 0);
    buf_init(&wish, 2 * ENROLMENT_BYTES_MAX);
    assert_int_equal(rotation_put(&wish, &e, &had->keys.sign, tenant), 0);
    assert_int_equal(rotation_get(buf_str(&wish), &had->keys.sign.public, tenant, &got), 0);
    assert_true(enrolment_holds(&got, tenant));
    ret->len = (size_t)got.n_former * SEAL_LEN;
    memcpy(ret->former, got.former, ret->len);
    signs_in(ret);
    return 0;
}

static bool opens(const Signed *s, const uint8_t half[SEAL_LEN])
{
    const SealContext context = {.tenant = tenant, .kind = 3};

    for (size_t i = 0; i < s->n; i++) {
        SECRET_AUTO Secret got = {NULL};
        if (!seal_open(&s->opened[i], &context, half, &got))
            return true;
    }
    return false;
}

/* A case that is kept for ten years, and new keys every month. */
static void the_first_half_opens_after_ten_years(void **state)
{
    (void)state;
    static Signed now, next;
    EPHEMERAL_AUTO Ephemeral ephemeral = {0};
    SECRET_AUTO Secret secret = {NULL};
    const SealContext context = {.tenant = tenant, .kind = 3};
    uint8_t half[SEAL_LEN];

    memset(&now, 0, sizeof(now));
    assert_int_equal(person_keys_new(&now.keys), 0);
    assert_int_equal(ephemeral_new(&ephemeral), 0);
    assert_int_equal(secret_new_random(&secret), 0);
    assert_int_equal(seal_secret(&ephemeral, &now.keys.box.public, &context, &secret, half), 0);
    for (int month = 1; month <= 120; month++) {
        assert_int_equal(new_keys(&now, &next), 0);
        signed_finish(&now);
        now = next;
        assert_int_equal(now.n, month);
    }
    assert_true(opens(&now, half));
    signed_finish(&now);
}

/* As many times as there is room for, and never one more at the price of another. */
static void no_more_than_fit(void **state)
{
    (void)state;
    static Signed full, last, none;

    memset(&full, 0, sizeof(full));
    assert_int_equal(person_keys_new(&full.keys), 0);
    for (full.n = 0; full.n < FORMER_MAX - 1; full.n++)
        assert_int_equal(box_pair_new(&full.opened[full.n]), 0);
    full.len = full.n * SEAL_LEN;
    assert_int_equal(new_keys(&full, &last), 0);
    assert_int_equal(last.n, FORMER_MAX);
    assert_memory_equal(&last.opened[0].public, &full.opened[0].public, sizeof(BoxPublic));
    assert_int_equal(new_keys(&last, &none), FORMER_FULL);
    person_keys_finish(&none.keys);
    signed_finish(&last);
    signed_finish(&full);
}

/* One that is kept and does not open would be gone for good. */
static void none_is_left_out(void **state)
{
    (void)state;
    static Signed first, second, third, none;

    memset(&first, 0, sizeof(first));
    assert_int_equal(person_keys_new(&first.keys), 0);
    assert_int_equal(new_keys(&first, &second), 0);
    assert_int_equal(new_keys(&second, &third), 0);
    assert_int_equal(third.n, 2);
    box_pair_finish(&third.opened[1]);
    box_pair_finish(&third.opened[0]);
    third.n = 0;
    third.former[SEAL_LEN / 2] ^= 1;
    signs_in(&third);
    assert_int_equal(new_keys(&third, &none), FORMER_LOST);
    person_keys_finish(&none.keys);
    signed_finish(&third);
    signed_finish(&second);
    signed_finish(&first);
}

/* Whoever sends a number and nothing more is given no memory for it. */
static void as_many_as_are_there(void **state)
{
    (void)state;
    ARENA_AUTO Arena arena = {0};
    Enrolment *list;
    size_t n;

    arena_init(&arena, 1 << 20);
    assert_int_equal(enrolments_get((Str){"\1\0", 2}, &arena, &list, &n), 1);
    assert_int_equal(arena.used, 0);
    assert_int_equal(enrolments_get((Str){"\0\0", 2}, &arena, &list, &n), 0);
    assert_int_equal(n, 0);
}

static int up(void **state)
{
    (void)state;
    return crypto_start();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_half_opens_after_ten_years),
        cmocka_unit_test(no_more_than_fit),
        cmocka_unit_test(none_is_left_out),
        cmocka_unit_test(as_many_as_are_there),
    };
    return cmocka_run_group_tests(tests, up, NULL);
}
