/* SPDX-License-Identifier: Apache-2.0 */
#include "vault_help.h"

static SignPair first, second;
static OrgKeys org;

static int keys_up(void **state)
{
    (void)state;
    assert_int_equal(crypto_start(), 0);
    assert_int_equal(sign_pair_new(&first), 0);
    assert_int_equal(sign_pair_new(&second), 0);
    org = (OrgKeys){first.public, second.public};
    return 0;
}

static int keys_down(void **state)
{
    (void)state;
    sign_pair_finish(&first);
    sign_pair_finish(&second);
    return 0;
}

/* Signs, then opens against previous. */
static int round_trip(Arena *arena, const Directory *d, bool both, const Directory *previous,
                      const Directory **ret)
{
    BUF_AUTO Buf out = {0};

    buf_init(&out, DIRECTORY_BYTES_MAX);
    assert_int_equal(directory_sign(&out, d, &first, both ? &second : NULL), 0);
    return directory_open(buf_str(&out), &org, previous, arena, ret);
}

static void reads_what_was_written(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    const Directory *got = NULL;

    office_start(&o, def_protected);
    o.people[3].disabled = o.people[4].shown = true;
    o.d.guarded[o.d.n_guarded++] = name_of(STR("officer"));
    o.d.office = o.keys[1].box.public;
    assert_int_equal(round_trip(&o.arena, &o.d, true, NULL, &got), 0);
    assert_str(got->tenant, "ban");
    assert_memory_equal(&got->office, &o.d.office, sizeof(got->office));
    assert_int_equal(got->version, 1);
    assert_int_equal(got->n_people, PEOPLE);
    for (size_t i = 0; i < PEOPLE; i++) {
        const Person *a = &o.people[i], *b = &got->people[i];
        assert_true(name_eq(&a->name, &b->name) && name_eq(&a->unit, &b->unit) &&
                    name_eq(&a->superior, &b->superior) && name_eq(&a->roles[0], &b->roles[0]));
        assert_true(str_eq(a->label.th, b->label.th) && str_eq(a->label.en, b->label.en));
        assert_int_equal(b->n_roles, 1);
        assert_true(a->disabled == b->disabled && a->outside == b->outside && a->shown == b->shown);
        assert_memory_equal(&a->box, &b->box, sizeof(a->box));
        assert_memory_equal(&a->sign, &b->sign, sizeof(a->sign));
    }
    assert_ptr_equal(directory_person(got, STR("auditor")), &got->people[9]);
    assert_null(directory_person(got, STR("nobody")));
    assert_null(directory_person(got, STR("")));
    assert_true(person_has_role(&got->people[0], "chief_executive"));
    assert_false(person_has_role(&got->people[0], "chief"));
}

static void every_byte_counts(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    BUF_AUTO Buf out = {0};
    const Directory *got = NULL;

    office_start(&o, def_protected);
    o.d.n_people = 12; /* one custodian: both signatures matter */
    buf_init(&out, DIRECTORY_BYTES_MAX);
    assert_int_equal(directory_sign(&out, &o.d, &first, &second), 0);
    for (size_t i = 0; i < out.len; i++) {
        out.ptr[i] ^= 1;
        int r = directory_open(buf_str(&out), &org, NULL, &o.arena, &got);
        assert_true(r == 1 || r == 2);
        out.ptr[i] ^= 1;
    }
    for (size_t len = 0; len < out.len; len++)
        assert_int_equal(directory_open((Str){(char *)out.ptr, len}, &org, NULL, &o.arena, &got),
                         1);
    assert_null(got);
    assert_int_equal(directory_open(buf_str(&out), &org, NULL, &o.arena, &got), 0);
}

static void guarded_people_need_the_second_key(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    const Directory *v1 = NULL, *v2 = NULL, *v3 = NULL, *bad = NULL;

    office_start(&o, def_protected);
    assert_int_equal(round_trip(&o.arena, &o.d, false, NULL, &bad), 2);
    assert_int_equal(round_trip(&o.arena, &o.d, true, NULL, &v1), 0);

    /* An everyday change carries the second signature on, with or without a predecessor. */
    Directory next = *v1;
    next.version = 2;
    next.people[who("engineer")].disabled = true;
    assert_int_equal(round_trip(&o.arena, &next, false, v1, &v2), 0);
    assert_int_equal(round_trip(&o.arena, &next, false, NULL, &v2), 0);
    assert_int_equal(v2->guarded_since, 1);

    /* A custodian's key, role or end does not. */
    Directory swapped = *v2;
    swapped.version = 3;
    Person *keeper = &swapped.people[who("keeper_a")];
    BoxPublic was = keeper->box;
    keeper->box = o.people[0].box;
    assert_int_equal(round_trip(&o.arena, &swapped, false, v2, &bad), 2);
    assert_int_equal(round_trip(&o.arena, &swapped, false, NULL, &bad), 2);
    keeper->box = was;
    swapped.people[who("engineer")].roles[0] = name_of(STR("custodian"));
    assert_int_equal(round_trip(&o.arena, &swapped, false, NULL, &bad), 2);
    assert_int_equal(round_trip(&o.arena, &swapped, true, v1, &v3), 0);
    assert_int_equal(v3->guarded_since, 3);

    /* Nor does the office's own key, to which answers of custodians go. */
    Directory turned = *v3;
    turned.version = 4;
    turned.office = o.people[0].box;
    assert_int_equal(round_trip(&o.arena, &turned, false, v3, &bad), 2);
    assert_int_equal(round_trip(&o.arena, &turned, false, NULL, &bad), 2);

    /* Nor may an older guarded part with its older signature come back. */
    Directory back = *v1;
    back.version = 4;
    back.people = o.people;
    assert_int_equal(round_trip(&o.arena, &back, false, v3, &bad), 2);
    assert_null(bad);
}

static void versions_only_grow(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    const Directory *v5 = NULL, *again = NULL, *bad = NULL;

    office_start(&o, def_protected);
    o.d.version = 5;
    assert_int_equal(round_trip(&o.arena, &o.d, true, NULL, &v5), 0);
    assert_int_equal(round_trip(&o.arena, &o.d, true, v5, &again), 0);
    o.d.version = 4;
    assert_int_equal(round_trip(&o.arena, &o.d, true, v5, &bad), 3);
    o.d.version = 5;
    o.people[0].disabled = true;
    assert_int_equal(round_trip(&o.arena, &o.d, true, v5, &bad), 3);
    o.d.version = 6;
    assert_int_equal(round_trip(&o.arena, &o.d, true, v5, &again), 0);
    o.d.tenant = STR("other");
    o.d.version = 7;
    assert_int_equal(round_trip(&o.arena, &o.d, true, v5, &bad), 2);
    assert_null(bad);
}

static void odd_names_are_refused(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    const Directory *bad = NULL;

    office_start(&o, def_protected);
    o.people[1].name = o.people[0].name;
    assert_int_equal(round_trip(&o.arena, &o.d, true, NULL, &bad), 1);
    o.people[1].name = name_of(STR("a/b"));
    assert_int_equal(round_trip(&o.arena, &o.d, true, NULL, &bad), 1);
    o.people[1].name = name_of(STR(""));
    assert_int_equal(round_trip(&o.arena, &o.d, true, NULL, &bad), 1);
}

static void roles_by_scope(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    RoleMask office, unit;
    Name works = name_of(STR("works")), finance = name_of(STR("finance")), none = {{0}};

    office_start(&o, def_protected);
    Person *p = &o.people[who("engineer")];
    p->roles[p->n_roles++] = name_of(STR("ff_chair"));
    p->roles[p->n_roles++] = name_of(STR("clerk"));
    p->roles[p->n_roles++] = name_of(STR("complainant"));
    person_roles(&o.def, p, &office, &unit);
    assert_int_equal(office, MASK32(R_CLERK));
    assert_int_equal(unit, MASK32(R_UNIT));
    assert_true(person_holds(&o.def, p, MASK32(R_UNIT), &works));
    assert_false(person_holds(&o.def, p, MASK32(R_UNIT), &finance));
    assert_false(person_holds(&o.def, p, MASK32(R_UNIT), &none));
    assert_false(person_holds(&o.def, p, MASK32(R_UNIT), NULL));
    assert_true(person_holds(&o.def, p, MASK32(R_CLERK), NULL));
    p->disabled = true;
    assert_false(person_holds(&o.def, p, MASK32(R_CLERK), NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_was_written),
        cmocka_unit_test(every_byte_counts),
        cmocka_unit_test(guarded_people_need_the_second_key),
        cmocka_unit_test(versions_only_grow),
        cmocka_unit_test(odd_names_are_refused),
        cmocka_unit_test(roles_by_scope),
    };
    return cmocka_run_group_tests(tests, keys_up, keys_down);
}
