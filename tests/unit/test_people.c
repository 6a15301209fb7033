/* SPDX-License-Identifier: Apache-2.0 */
/* What moves when people come and go: enrolments, wishes for new keys, drafts, and the words for
 * whoever signs. */
#include "engine/vault/difference.h"
#include "engine/vault/draft.h"
#include "vault_help.h"
#include <errno.h>

static const Str tenant = {"ban", 3}, nipa = {"nipa", 4};

typedef struct Made {
    PersonKeys keys;
    Login login;
    Secret share;
    Code code;
    Enrolment e;
} Made;

static void made_finish(Made *m)
{
    person_keys_finish(&m->keys);
    login_finish(&m->login);
    secret_finish(&m->share);
    code_finish(&m->code);
    enrolment_finish(&m->e);
}
#define MADE_AUTO __attribute__((cleanup(made_finish)))

/* The stretching is tested elsewhere: any two secrets do for it here. */
static void make(Made *m)
{
    memset(m, 0, sizeof(*m));
    assert_int_equal(person_keys_new(&m->keys), 0);
    assert_int_equal(secret_new_random(&m->login.auth), 0);
    assert_int_equal(secret_new_random(&m->login.half), 0);
    assert_int_equal(secret_new_random(&m->share), 0);
    assert_int_equal(code_new(&m->code), 0);
    assert_int_equal(enrolment_begin(&m->e, &m->keys, &m->login, &m->share, nipa, 0, 1000), 0);
    assert_int_equal(enrolment_recovery(&m->e, &m->keys, &m->code, &m->share, tenant), 0);
    assert_int_equal(enrolment_sign(&m->e, &m->keys, tenant), 0);
}

static int up(void **state)
{
    (void)state;
    return crypto_start();
}

static void two_ways_lead_to_the_same_keys(void **state)
{
    (void)state;
    MADE_AUTO Made m;
    LOGIN_AUTO Login way = {{NULL}, {NULL}};
    LOGIN_AUTO Login other = {{NULL}, {NULL}};
    PERSON_KEYS_AUTO PersonKeys got = {0}, again = {0}, none = {0};

    make(&m);
    assert_int_equal(person_keys_unwrap(m.e.wrapped, &m.login.half, &m.share, nipa, &got), 0);
    assert_int_equal(recovery_split(&m.code, tenant, nipa, &way), 0);
    assert_memory_equal(way.auth.b, m.e.recovery_auth, SECRET_LEN);
    assert_int_equal(person_keys_unwrap(m.e.recovery_wrapped, &way.half, &m.share, nipa, &again),
                     0);
    assert_memory_equal(&got.box.public, &again.box.public, sizeof(got.box.public));
    assert_memory_equal(&got.sign.public, &m.keys.sign.public, sizeof(got.sign.public));
    /* Of another office or name the code is another one. */
    assert_int_equal(recovery_split(&m.code, STR("bang"), nipa, &other), 0);
    assert_int_equal(person_keys_unwrap(m.e.recovery_wrapped, &other.half, &m.share, nipa, &none),
                     1);
    login_finish(&other);
    assert_int_equal(recovery_split(&m.code, tenant, STR("nip"), &other), 0);
    assert_memory_not_equal(other.auth.b, way.auth.b, SECRET_LEN);
}

static void every_byte_of_an_enrolment_counts(void **state)
{
    (void)state;
    MADE_AUTO Made m;
    BUF_AUTO Buf b = {0};
    Enrolment got;

    make(&m);
    assert_int_equal(enrolment_former(&m.e, &m.keys.box.secret, tenant), 0);
    assert_int_equal(enrolment_sign(&m.e, &m.keys, tenant), 0);
    buf_init(&b, ENROLMENT_BYTES_MAX);
    enrolment_put(&b, &m.e);
    assert_int_equal(enrolment_get(buf_str(&b), &got), 0);
    assert_true(enrolment_holds(&got, tenant));
    assert_false(enrolment_holds(&got, STR("bang")));
    for (size_t i = 0; i < b.len; i++) {
        b.ptr[i] ^= 1;
        assert_true(enrolment_get(buf_str(&b), &got) == 1 || !enrolment_holds(&got, tenant));
        b.ptr[i] ^= 1;
    }
    for (size_t n = 0; n < b.len; n++)
        assert_int_equal(enrolment_get((Str){(const char *)b.ptr, n}, &got), 1);
    buf_add_u8(&b, 0);
    assert_int_equal(enrolment_get(buf_str(&b), &got), 1);
}

/* The name ends in what whoever sends it is told, and in a terminal. */
static void a_name_is_a_login(void **state)
{
    (void)state;
    static const Str names[] = {{"ni\x1bpa", 5}, {"Nipa", 4}, {"\xe0\xb8\x99", 3}, {"a b", 3}};
    MADE_AUTO Made m;
    Enrolment got;

    make(&m);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        BUF_AUTO Buf b = {0};
        buf_init(&b, ENROLMENT_BYTES_MAX);
        m.e.name = name_of(names[i]);
        assert_int_equal(enrolment_sign(&m.e, &m.keys, tenant), 0);
        enrolment_put(&b, &m.e);
        assert_int_equal(enrolment_get(buf_str(&b), &got), 1);
    }
}

static void the_moment_always_grows(void **state)
{
    (void)state;
    MADE_AUTO Made m;
    Enrolment later;

    make(&m);
    assert_int_equal(m.e.changed, 1000);
    /* A clock set back does not make the next one older. */
    assert_int_equal(enrolment_begin(&later, &m.keys, &m.login, &m.share, nipa, 1000, 7), 0);
    assert_int_equal(later.changed, 1001);
    enrolment_finish(&later);
}

static void former_secrets_open_with_the_new_key_alone(void **state)
{
    (void)state;
    MADE_AUTO Made old, new;
    BOX_PAIR_AUTO BoxPair got = {.secret = {NULL}};
    BOX_PAIR_AUTO BoxPair none = {.secret = {NULL}};

    make(&old);
    make(&new);
    for (int i = 0; i < FORMER_MAX; i++)
        assert_int_equal(enrolment_former(&new.e, &old.keys.box.secret, tenant), 0);
    assert_int_equal(enrolment_former(&new.e, &old.keys.box.secret, tenant), -E2BIG);
    Str former = {(const char *)new.e.former, sizeof(new.e.former)};
    assert_int_equal(former_open(former, FORMER_MAX - 1, &new.keys.box, tenant, &got), 0);
    assert_memory_equal(&got.public, &old.keys.box.public, sizeof(got.public));
    assert_int_equal(former_open(former, 3, &old.keys.box, tenant, &none), 1);
    assert_int_equal(former_open(former, 3, &new.keys.box, STR("bang"), &none), 1);
    assert_int_equal(former_open(former, FORMER_MAX, &new.keys.box, tenant, &none), 1);
    former.len--;
    assert_int_equal(former_open(former, FORMER_MAX - 1, &new.keys.box, tenant, &none), 1);
}

static void a_wish_is_signed_with_the_old_key(void **state)
{
    (void)state;
    MADE_AUTO Made old, new;
    BUF_AUTO Buf b = {0};
    Enrolment got;

    make(&old);
    make(&new);
    buf_init(&b, 2 * ENROLMENT_BYTES_MAX);
    assert_int_equal(rotation_put(&b, &new.e, &old.keys.sign, tenant), 0);
    const SignPublic *key = &old.keys.sign.public;
    assert_int_equal(rotation_get(buf_str(&b), key, tenant, &got), 0);
    assert_memory_equal(&got.box, &new.keys.box.public, sizeof(got.box));
    assert_int_equal(rotation_get(buf_str(&b), &new.keys.sign.public, tenant, &got), 1);
    assert_int_equal(rotation_get(buf_str(&b), key, STR("bang"), &got), 1);
    for (size_t i = 0; i < b.len; i++) {
        b.ptr[i] ^= 1;
        assert_int_equal(rotation_get(buf_str(&b), key, tenant, &got), 1);
        b.ptr[i] ^= 1;
    }
}

/* ---- drafts ---- */

static void a_draft_comes_back_whole(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    MADE_AUTO Made m;
    BUF_AUTO Buf b = {0};
    Draft d, got;

    office_start(&o, def_protected);
    make(&m);
    assert_int_equal(draft_new(&o.d, STR("the base"), &o.arena, &d), 0);
    assert_int_equal(d.proposed->version, o.d.version + 1);
    assert_null(draft_person(&d, nipa, false));
    draft_person(&d, nipa, true)->box = m.e.box;
    assert_int_equal(draft_enrol(&d, &m.e), 0);
    assert_int_equal(draft_enrol(&d, &m.e), 0);
    assert_int_equal(d.n, 1); /* in the place of the earlier one */
    buf_init(&b, DRAFT_BYTES_MAX);
    draft_put(&b, &d);
    assert_int_equal(draft_get(buf_str(&b), &o.arena, &got), 0);
    assert_str(got.base, "the base");
    assert_int_equal(got.n, 1);
    assert_true(enrolment_holds(&got.list[0], tenant));
    assert_int_equal(got.proposed->n_people, o.d.n_people + 1);
    for (size_t n = 0; n < b.len; n += 7) {
        ARENA_AUTO Arena arena = {0};
        arena_init(&arena, 64 << 20);
        assert_int_equal(draft_get((Str){(const char *)b.ptr, n}, &arena, &got), 1);
    }
}

/* ---- words for whoever signs ---- */

static Difference tell(const Directory *before, const Directory *after, const char *says)
{
    BUF_AUTO Buf b = {0};
    Difference d;

    buf_init(&b, 1 << 16);
    directory_difference(&b, before, after, &d);
    if (says && !strstr((const char *)b.ptr, says))
        fail_msg("no \"%s\" in: %s", says, (const char *)b.ptr);
    if (!says)
        assert_int_equal(b.len, 0);
    return d;
}

static void each_change_is_told(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Draft d;

    office_start(&o, def_protected);
    (void)directory_guard(&o.d, STR("custodian"));
    assert_int_equal(draft_new(&o.d, STR(""), &o.arena, &d), 0);
    assert_int_equal(tell(&o.d, d.proposed, NULL).changes, 0);
    Person *p = &d.proposed->people[0];
    p->disabled = !p->disabled;
    Difference one = tell(&o.d, d.proposed, "DISABLED");
    assert_int_equal(one.changes, 1);
    assert_int_equal(one.guarded, person_is_guarded(&o.d, p));
    p->sign.b[0] ^= 1;
    (void)tell(&o.d, d.proposed, "NEW KEYS");
    p->unit = name_of(STR("moon"));
    (void)tell(&o.d, d.proposed, "-> moon");
    Person *fresh = draft_person(&d, nipa, true);
    fresh->roles[0] = name_of(STR(ROLE_NAME_CUSTODIAN));
    fresh->n_roles = 1;
    Difference two = tell(&o.d, d.proposed, "+ nipa: new");
    assert_true(two.guarded && two.changes == 2);
    /* Whoever loses a protected role touches it as well. */
    assert_true(tell(d.proposed, &o.d, "- nipa: removed").guarded);
    (void)directory_guard(d.proposed, STR("watchman"));
    assert_true(tell(&o.d, d.proposed, "role watchman").guarded);
}

/* One byte of either key, and a text that goes or goes by another name. */
static void nothing_goes_untold(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    const uint8_t hash[32] = {7};
    Directory with;
    Draft d;

    office_start(&o, def_protected);
    assert_int_equal(draft_new(&o.d, STR(""), &o.arena, &d), 0);
    d.proposed->people[0].box.b[0] = 0xab;
    o.d.people[0].box.b[0] = 0xcd;
    (void)tell(&o.d, d.proposed, " cd");
    (void)tell(&o.d, d.proposed, " ab");
    with = o.d;
    directory_add_text(&with, STR("bribes"), 4, hash);
    assert_true(tell(&o.d, &with, "+ protected workflow bribes, version 4").guarded);
    Difference gone = tell(&with, &o.d, "NO LONGER AGREED TO: protected workflow bribes");
    assert_true(gone.guarded && gone.changes == 1);
    d.proposed = &(Directory){0};
    *d.proposed = with;
    d.proposed->texts[with.n_texts - 1].workflow = name_of(STR("other"));
    Difference moved = tell(&with, d.proposed, "NO LONGER AGREED TO: protected workflow bribes");
    assert_true(moved.guarded && moved.changes == 2);
}

/* ---- texts ---- */

static void texts_are_kept_for_a_while(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    uint8_t hash[32] = {0};

    office_start(&o, def_protected);
    for (uint8_t i = 1; i <= 20; i++) {
        hash[0] = i;
        directory_add_text(&o.d, STR("corruption"), i, hash);
        directory_add_text(&o.d, STR("corruption"), i, hash);
        assert_true(directory_has_text(&o.d, hash));
    }
    assert_int_equal(o.d.n_texts, 12);
    hash[0] = 8;
    assert_false(directory_has_text(&o.d, hash));
    hash[0] = 9;
    assert_true(directory_has_text(&o.d, hash));
    assert_true(tell(&(Directory){.people = o.d.people, .n_people = o.d.n_people}, &o.d,
                     "protected workflow corruption, version 20")
                    .guarded);
}

static void only_agreed_texts_are_sealed_under(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Def def = {.id = STR("corruption"), .protected = true, .hash = {7}};
    uint8_t hash[32] = {7}, other[32] = {8};

    office_start(&o, def_protected);
    assert_false(directory_agrees(&o.d, &def));
    directory_add_text(&o.d, STR("corruption"), 1, other);
    assert_false(directory_agrees(&o.d, &def));
    /* The same workflow by a text that calls itself open is no way around. */
    def.protected = false;
    assert_false(directory_agrees(&o.d, &def));
    directory_add_text(&o.d, STR("corruption"), 2, hash);
    assert_true(directory_agrees(&o.d, &def));
    def.protected = true;
    assert_true(directory_agrees(&o.d, &def));
    def = (Def){.id = STR("general"), .hash = {9}};
    assert_true(directory_agrees(&o.d, &def));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_ways_lead_to_the_same_keys),
        cmocka_unit_test(every_byte_of_an_enrolment_counts),
        cmocka_unit_test(a_name_is_a_login),
        cmocka_unit_test(the_moment_always_grows),
        cmocka_unit_test(former_secrets_open_with_the_new_key_alone),
        cmocka_unit_test(a_wish_is_signed_with_the_old_key),
        cmocka_unit_test(a_draft_comes_back_whole),
        cmocka_unit_test(each_change_is_told),
        cmocka_unit_test(nothing_goes_untold),
        cmocka_unit_test(texts_are_kept_for_a_while),
        cmocka_unit_test(only_agreed_texts_are_sealed_under),
    };
    return cmocka_run_group_tests(tests, up, NULL);
}
