/* SPDX-License-Identifier: Apache-2.0 */
/* Reports that an officer's program has put together: their shape is all that the desk can see, and
 * one that does not hide what others hide, or that nobody could open, is not taken. */
#include "hostile_help.h"
#include "people_help.h"

static const Fill letter[] = {{"allegation_type", "bribe"},
                              {"when", "เมื่อวาน"},
                              {"what_happened", "x"},
                              {"channel", "letter"},
                              {"original_received_at", "2026-03-01"},
                              {NULL, NULL}};

typedef void (*Spoil)(Bundle *b);

static int entered(const char *workflow, const char *who, const Fill *fills, Spoil spoil)
{
    Who by = world_who(who);
    Refusal no = {0};
    Submitted s;
    Bundle b;

    assert_int_equal(compose(workflow, fills, &code, desk_today(world.desk) - 1, &b), 0);
    if (spoil)
        spoil(&b);
    assert_int_equal(bundle_sign(&b, &world.keys[world_index(who)].sign,
                                 desk_office(world.desk)->tenant, 0, STEP_SUBMIT, str_of(workflow)),
                     0);
    int r = desk_submit(world.desk, turn(), str_of(workflow), &by, &b, &world.arena, &s, &no);
    store_end(world.txn);
    return r;
}

static BundlePart *part_of(Bundle *b, uint8_t kind)
{
    size_t i = 0;

    while (b->parts[i].kind != kind)
        assert_true(++i < b->n_parts);
    return &b->parts[i];
}

static void part_again(Bundle *b, uint8_t kind)
{
    BundlePart *parts = arena_many(&world.arena, b->n_parts + 1, BundlePart);

    assert_non_null(parts);
    memcpy(parts, b->parts, b->n_parts * sizeof(*parts));
    parts[b->n_parts++] = *part_of(b, kind);
    b->parts = parts;
}

static void part_gone(Bundle *b, uint8_t kind)
{
    *part_of(b, kind) = b->parts[b->n_parts - 1];
    b->n_parts--;
}

static void shorter(Str *s)
{
    s->len--;
}

/* ---- what is said of the code and the case ---- */
static void no_lookup(Bundle *b)
{
    memset(b->lookup.b, 0, sizeof(b->lookup.b));
}

static void no_box(Bundle *b)
{
    memset(b->code_box.b, 0, sizeof(b->code_box.b));
}

static void no_sign(Bundle *b)
{
    memset(b->code_sign.b, 0, sizeof(b->code_sign.b));
}

static void no_id(Bundle *b)
{
    b->seal_id = 0;
}

static void opens_another(Bundle *b)
{
    b->opens.b[0] = 1;
}

/* ---- parts ---- */
static void a_smaller_blob(Bundle *b)
{
    shorter(&part_of(b, PART_IDENTITY)->sealed);
}

static void two_blobs(Bundle *b)
{
    part_again(b, PART_IDENTITY);
}

static void no_blob(Bundle *b)
{
    part_gone(b, PART_IDENTITY);
}

static void a_half_too_few(Bundle *b)
{
    part_gone(b, PART_HALF);
}

static void a_half_too_many(Bundle *b)
{
    part_again(b, PART_HALF);
}

static void a_shorter_half(Bundle *b)
{
    shorter(&part_of(b, PART_HALF)->sealed);
}

static void a_part_for_one(Bundle *b)
{
    part_of(b, PART_FORM)->holder = name_of(STR("pit_a"));
}

static void a_file_without_a_file(Bundle *b)
{
    part_of(b, PART_FORM)->kind = PART_FILE;
}

static void a_form_with_a_file(Bundle *b)
{
    part_of(b, PART_FORM)->file = name_of(STR("0123456789abcdef01234567"));
}

static void an_empty_part(Bundle *b)
{
    part_of(b, PART_FORM)->sealed.len = 0;
}

static void an_unknown_kind(Bundle *b)
{
    part_of(b, PART_FORM)->kind = PART_ORIGINAL;
}

static void a_reply(Bundle *b)
{
    part_of(b, PART_FORM)->kind = PART_REPLY;
}

static void under_no_key(Bundle *b)
{
    part_of(b, PART_FORM)->epoch = 2;
}

static void former_keys(Bundle *b)
{
    part_of(b, PART_FORM)->kind = PART_KEYS;
}

/* ---- keys and seals ---- */
static void a_class_twice(Bundle *b)
{
    b->keys[b->n_keys] = b->keys[0];
    b->n_keys++;
}

static void a_key_of_no_class(Bundle *b)
{
    b->keys[b->n_keys] = b->keys[0];
    b->keys[b->n_keys++].class = CLASSES;
}

static void a_key_of_the_open(Bundle *b)
{
    b->keys[b->n_keys] = b->keys[0];
    b->keys[b->n_keys++].class = CLASS_OPEN;
}

static void a_later_epoch(Bundle *b)
{
    b->keys[b->n_keys] = b->keys[0];
    b->keys[b->n_keys++].epoch = 2;
}

static void a_slot_too_few(Bundle *b)
{
    b->n_seals--;
}

static void a_longer_seal(Bundle *b)
{
    shorter(&b->seals[0].sealed);
}

static void a_seal_of_no_key(Bundle *b)
{
    b->seals[0].epoch = 2;
}

static void each_is_refused(const char *workflow, const char *who, const Fill *fills,
                            const Spoil *spoils, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int r = entered(workflow, who, fills, spoils[i]);
        if (r != DESK_MALFORMED)
            print_error("%s, try %zu\n", workflow, i);
        assert_int_equal(r, DESK_MALFORMED);
    }
    assert_int_equal(entered(workflow, who, fills, NULL), DESK_OK);
}

static void a_protected_report_has_its_shape(void **state)
{
    static const Spoil spoils[] = {no_lookup,
                                   no_box,
                                   no_sign,
                                   no_id,
                                   opens_another,
                                   a_smaller_blob,
                                   two_blobs,
                                   no_blob,
                                   a_half_too_few,
                                   a_half_too_many,
                                   a_shorter_half,
                                   a_part_for_one,
                                   a_file_without_a_file,
                                   a_form_with_a_file,
                                   an_empty_part,
                                   an_unknown_kind,
                                   a_reply,
                                   under_no_key,
                                   former_keys,
                                   a_class_twice,
                                   a_key_of_no_class,
                                   a_key_of_the_open,
                                   a_later_epoch,
                                   a_slot_too_few,
                                   a_longer_seal,
                                   a_seal_of_no_key};
    (void)state;
    each_is_refused("corruption", "pit_b", letter, spoils, sizeof(spoils) / sizeof(spoils[0]));
}

static void a_dummy_among_them(Bundle *b)
{
    b->seals[0].reader = (Name){{0}};
}

static void the_whole_key_for_one(Bundle *b)
{
    part_of(b, PART_HALF)->holder = name_of(STR("intake"));
}

static void a_general_one_too(void **state)
{
    static const Fill brought[] = {{"subject", "ไฟดับ"},
                                   {"details", "x"},
                                   {"category", "light"},
                                   {"name", "x"},
                                   {"notice_version", "1"},
                                   {"channel", "letter"},
                                   {"original_received_at", "2026-03-01"},
                                   {NULL, NULL}};
    static const Spoil spoils[] = {
        no_lookup,        two_blobs, a_class_twice, a_dummy_among_them, the_whole_key_for_one,
        a_key_of_the_open};
    (void)state;
    each_is_refused("general", "intake", brought, spoils, sizeof(spoils) / sizeof(spoils[0]));
}

static void nothing_for_who_left_or_guards(void **state)
{
    const Directory *had = desk_directory(world.desk);
    Refusal no = {0};
    Submitted s;
    Bundle b;

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        Who by = world_who("pit_b");
        assert_int_equal(compose("corruption", letter, &code, desk_today(world.desk) - 1, &b), 0);
        assert_int_equal(bundle_sign(&b, &world.keys[world_index("pit_b")].sign,
                                     desk_office(world.desk)->tenant, 0, STEP_SUBMIT,
                                     STR("corruption")),
                         0);
        if (i)
            person_is_also("pit_a", "custodian");
        else
            person_is_disabled("pit_a");
        assert_int_equal(
            desk_submit(world.desk, turn(), STR("corruption"), &by, &b, &world.arena, &s, &no),
            DESK_MALFORMED);
        store_end(world.txn);
        world.desk->loaded->directory = had;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_protected_report_has_its_shape, fresh, done),
        cmocka_unit_test_setup_teardown(a_general_one_too, fresh, done),
        cmocka_unit_test_setup_teardown(nothing_for_who_left_or_guards, fresh, done),
    };
    return cmocka_run_group_tests_name("desk: entered", tests, world_make, world_drop);
}
