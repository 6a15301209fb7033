/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wire.h"
#include "vault_help.h"

/* A bundle with something in every member. */
static void fill(Office1 *o, Bundle *b)
{
    static const FormItem items[] = {ITEM(F_ACCUSED, "officer_b"), ITEM(F_WHAT, "somebody took it"),
                                     ITEM(F_KIND, "light"), ITEM(F_DAY, "2026-01-15"),
                                     ITEM(F_NAME, "Somchai")};
    assert_int_equal(SUBMIT(o, items, "", b), 0);
    b->received = 20000;
    b->target = name_of(STR("auditor"));
    b->linked = name_of(STR("12/2569"));
    b->in.by = (Span){7, SPAN_WORKING_DAYS};
    b->in.declared = b->in.note = b->in.message = true;
    b->parts[0].file = name_of(STR("0123456789abcdef01234567"));
    b->seals[0].expires = 99;
    bytes_random(&b->keys[0].signature, sizeof(b->keys[0].signature));
    assert_int_equal(bundle_sign(b, &o->keys[0].sign, STR("ban"), 3, STEP_ACTION, STR("close")), 0);
}

static Str wire_form(Office1 *o, const Bundle *b)
{
    BUF_AUTO Buf out = {0};

    buf_init(&out, BUNDLE_BYTES_MAX);
    bundle_put(&out, b);
    assert_int_equal(out.err, 0);
    return arena_str(&o->arena, buf_str(&out));
}

static void comes_back_as_it_was(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle b, got;

    office_start(&o, def_protected);
    fill(&o, &b);
    Str bytes = wire_form(&o, &b);
    assert_int_equal(bundle_get(bytes, &o.arena, &got), 0);
    Str again = wire_form(&o, &got);
    assert_true(str_eq(bytes, again));
    assert_int_equal(got.seal_id, b.seal_id);
    assert_int_equal(got.received, 20000);
    assert_true(name_is(&got.target, STR("auditor")) && name_is(&got.linked, STR("12/2569")));
    assert_memory_equal(&got.in.given, &b.in.given, sizeof(b.in.given));
    assert_true(got.in.declared && got.in.note && got.in.message && !got.in.executive);
    assert_int_equal(got.in.by.count, 7);
    assert_int_equal(got.in.by.unit, SPAN_WORKING_DAYS);
    assert_int_equal(got.in.n_open, 2);
    assert_true(name_is(&got.in.open[0].choice, STR("light")));
    assert_int_equal(got.in.open[1].number, 20468);
    assert_int_equal(got.n_people, 1);
    assert_int_equal(got.n_excluded, 2);
    assert_int_equal(got.n_keys, 2);
    assert_int_equal(got.n_parts, b.n_parts);
    assert_int_equal(got.n_seals, b.n_seals);
    assert_true(name_is(&got.parts[0].file, STR("0123456789abcdef01234567")));
    assert_int_equal(got.seals[0].expires, 99);
    for (size_t i = 0; i < b.n_parts; i++)
        assert_true(str_eq(b.parts[i].sealed, got.parts[i].sealed));
    assert_memory_equal(&got.lookup, &b.lookup, sizeof(b.lookup));
    assert_memory_equal(&got.code_box, &b.code_box, sizeof(b.code_box));
    assert_memory_equal(&got.code_sign, &b.code_sign, sizeof(b.code_sign));
    assert_memory_equal(&got.signature, &b.signature, sizeof(b.signature));
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle b, got;

    office_start(&o, def_protected);
    fill(&o, &b);
    Str bytes = wire_form(&o, &b);
    memset(&got, 0x5a, sizeof(got));
    size_t short_of_a_field = 0;
    for (size_t len = 0; len < bytes.len; len++) {
        int r = bundle_get((Str){bytes.ptr, len}, &o.arena, &got);
        /* A cut between two fields leaves a smaller bundle, which no signature fits. */
        if (r == 0) {
            assert_false(bundle_signed_by(&got, &o.keys[0].sign.public, STR("ban"), 3, STEP_ACTION,
                                          STR("close")));
            short_of_a_field++;
        }
    }
    assert_in_range(short_of_a_field, 1, 80);
}

static void every_flipped_byte_is_noticed(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle b, got;

    office_start(&o, def_general);
    fill(&o, &b);
    Str bytes = wire_form(&o, &b);
    char *copy = arena_alloc(&o.arena, bytes.len);
    assert_non_null(copy);
    for (size_t i = 0; i < bytes.len; i++) {
        ARENA_AUTO Arena arena = {0};
        arena_init(&arena, 1 << 20);
        memcpy(copy, bytes.ptr, bytes.len);
        copy[i] ^= 0x41;
        /* The lookup id is not signed: a case keeps only a keyed hash of it. */
        if (bundle_get((Str){copy, bytes.len}, &arena, &got) == 0 &&
            memcmp(&got.lookup, &b.lookup, sizeof(b.lookup)) == 0)
            assert_false(bundle_signed_by(&got, &o.keys[0].sign.public, STR("ban"), 3, STEP_ACTION,
                                          STR("close")));
    }
}

/* version, then the fields given */
static int get_fields(Office1 *o, const uint8_t (*fields)[2], size_t n, Bundle *ret)
{
    BUF_AUTO Buf out = {0};
    static const uint8_t zeros[128];

    buf_init(&out, BUNDLE_BYTES_MAX);
    wire_put_u8(&out, 1);
    for (size_t i = 0; i < n; i++)
        wire_put_field(&out, fields[i][0], zeros, fields[i][1]);
    return bundle_get(buf_str(&out), &o->arena, ret);
}

static void shape(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle got;
    enum { INPUTS = 16 + 1 + 2 + 1 + 1 };
    static const uint8_t whole[][2] = {{1, 8}, {2, INPUTS}};
    static const uint8_t unknown[][2] = {{1, 8}, {2, INPUTS}, {99, 20}};
    static const uint8_t no_inputs[][2] = {{1, 8}};
    static const uint8_t twice[][2] = {{1, 8}, {2, INPUTS}, {1, 8}};
    static const uint8_t longer[][2] = {{1, 9}, {2, INPUTS}};
    static const uint8_t empty_name[][2] = {{1, 8}, {2, INPUTS}, {4, 0}};
    static const uint8_t no_name[][2] = {{1, 8}, {2, INPUTS}, {4, 3}};

    office_start(&o, def_general);
    assert_int_equal(get_fields(&o, whole, 2, &got), 0);
    assert_int_equal(got.received, DAY_NONE);
    assert_int_equal(get_fields(&o, unknown, 3, &got), 0);
    assert_int_equal(get_fields(&o, no_inputs, 1, &got), 1);
    assert_int_equal(get_fields(&o, twice, 3, &got), 1);
    assert_int_equal(get_fields(&o, longer, 2, &got), 1);
    assert_int_equal(get_fields(&o, empty_name, 3, &got), 1);
    assert_int_equal(get_fields(&o, no_name, 3, &got), 1); /* zero bytes are no text */
    assert_int_equal(bundle_get(STR("\2"), &o.arena, &got), 1);
    assert_int_equal(bundle_get(STR(""), &o.arena, &got), 1);
}

/* What does not fit is refused on reading, whoever wrote it. */
static void maximums(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle b, got;
    static BundlePart parts[BUNDLE_PARTS_MAX + 1];
    static BundleSeal seals[BUNDLE_SEALS_MAX + 1];

    office_start(&o, def_general);
    memset(&b, 0, sizeof(b));
    b.parts = parts;
    b.seals = seals;
    for (size_t i = 0; i <= BUNDLE_PARTS_MAX; i++)
        parts[i] = (BundlePart){.kind = PART_NOTE, .sealed = STR("x")};
    static const char seal[SEAL_LEN];
    for (size_t i = 0; i <= BUNDLE_SEALS_MAX; i++)
        seals[i] = (BundleSeal){.sealed = {seal, SEAL_LEN}};
    b.n_parts = BUNDLE_PARTS_MAX;
    b.n_seals = BUNDLE_SEALS_MAX;
    assert_int_equal(bundle_get(wire_form(&o, &b), &o.arena, &got), 0);
    b.n_parts++;
    assert_int_equal(bundle_get(wire_form(&o, &b), &o.arena, &got), 1);
    b.n_parts = 1;
    b.n_seals++;
    assert_int_equal(bundle_get(wire_form(&o, &b), &o.arena, &got), 1);
    b.n_seals = 1;
    seals[0].sealed.len--;
    assert_int_equal(bundle_get(wire_form(&o, &b), &o.arena, &got), 1);
    seals[0].sealed.len++;
    static const char *const odd[] = {"../etc", "a.b", "a b", "\xff"};
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        parts[0].file = name_of(str_of(odd[i]));
        assert_int_equal(bundle_get(wire_form(&o, &b), &o.arena, &got), 1);
    }
    parts[0].file = (Name){{0}};
    parts[0].kind = PART_KEYS + 1;
    assert_int_equal(bundle_get(wire_form(&o, &b), &o.arena, &got), 1);
    parts[0].kind = 0;
    assert_int_equal(bundle_get(wire_form(&o, &b), &o.arena, &got), 1);
    parts[0].kind = PART_NOTE;
    parts[0].class = CLASSES;
    assert_int_equal(bundle_get(wire_form(&o, &b), &o.arena, &got), 1);
    parts[0].class = SEAL_TO_CODE;
    assert_int_equal(bundle_get(wire_form(&o, &b), &o.arena, &got), 0);
}

static void signature_covers_the_step(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle b;
    const SignPublic *by;

    office_start(&o, def_protected);
    fill(&o, &b);
    by = &o.keys[0].sign.public;
    assert_true(bundle_signed_by(&b, by, STR("ban"), 3, STEP_ACTION, STR("close")));
    assert_false(
        bundle_signed_by(&b, &o.keys[1].sign.public, STR("ban"), 3, STEP_ACTION, STR("close")));
    assert_false(bundle_signed_by(&b, by, STR("other"), 3, STEP_ACTION, STR("close")));
    assert_false(bundle_signed_by(&b, by, STR("ban"), 4, STEP_ACTION, STR("close")));
    assert_false(bundle_signed_by(&b, by, STR("ban"), 3, STEP_EXTEND, STR("close")));
    assert_false(bundle_signed_by(&b, by, STR("ban"), 3, STEP_ACTION, STR("reopen")));

#define CHANGED(change)                                                                            \
    do {                                                                                           \
        Bundle other = b;                                                                          \
        change;                                                                                    \
        assert_false(bundle_signed_by(&other, by, STR("ban"), 3, STEP_ACTION, STR("close")));      \
    } while (0)
    CHANGED(other.seal_id++);
    CHANGED(other.target = name_of(STR("palad")));
    CHANGED(other.people[0].name = name_of(STR("palad")));
    CHANGED(other.n_excluded--);
    CHANGED(other.in.by.count++);
    CHANGED(other.in.open[0].choice = name_of(STR("road")));
    CHANGED(other.n_parts--);
    CHANGED(other.n_seals--);
    CHANGED(other.n_keys--);
#undef CHANGED
    Name was = b.seals[0].reader;
    b.seals[0].reader = name_of(STR("palad"));
    assert_false(bundle_signed_by(&b, by, STR("ban"), 3, STEP_ACTION, STR("close")));
    b.seals[0].reader = was;
    assert_true(bundle_signed_by(&b, by, STR("ban"), 3, STEP_ACTION, STR("close")));
}

static void content_is_of_the_sealed_bytes_in_order(void **state)
{
    (void)state;
    OFFICE_AUTO Office1 o;
    Bundle b;

    office_start(&o, def_protected);
    fill(&o, &b);
    Hash before = bundle_content(&b), after;
    b.seals[1].reader = b.parts[1].holder = name_of(STR("palad")); /* tags, once stored */
    after = bundle_content(&b);
    assert_memory_equal(&before, &after, sizeof(before));
    BundlePart keep = b.parts[0];
    b.parts[0] = b.parts[1];
    b.parts[1] = keep;
    after = bundle_content(&b);
    assert_memory_not_equal(&before, &after, sizeof(before));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back_as_it_was),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(every_flipped_byte_is_noticed),
        cmocka_unit_test(shape),
        cmocka_unit_test(maximums),
        cmocka_unit_test(signature_covers_the_step),
        cmocka_unit_test(content_is_of_the_sealed_bytes_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
