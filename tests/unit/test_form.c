/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "engine/core/form.h"
#include "tests/unit/small_def.h"

#include <string.h>

enum { TODAY = 20600, FAULTS_MAX = 32 }; /* 2026-05-27 */

static Def def;
static FormItem items[16];
static FormFile files[8];
static Form form;
static FormFault faults[FAULTS_MAX];
static const Str staff[] = {{"somchai", 7}, {"suda", 4}}, units[] = {{"works", 5}};
static const FormOffice office = {
    .staff = staff, .units = units, .n_staff = 2, .n_units = 1, .today = TODAY};

static int fresh(void **state)
{
    (void)state;
    small_def(&def, NULL);
    form = (Form){.items = items, .files = files};
    return 0;
}

static void fill_sub(uint8_t field, uint8_t sub, const char *value)
{
    items[form.n_items++] = (FormItem){.field = field, .sub = sub, .value = str_of(value)};
}

static void fill(uint8_t field, const char *value)
{
    fill_sub(field, SUB_VALUE, value);
}

static void attach(uint8_t field, const char *name, Str bytes)
{
    files[form.n_files++] = (FormFile){
        .field = field, .name = str_of(name), .bytes = bytes, .size = bytes.len};
}

static const FieldSet all = {{(MASK64(SMALL_FIELDS) - 1), 0}};
static const FieldSet none;

static size_t check(const FieldSet *required)
{
    return form_check(&def, &all, required, &form, &office, faults, FAULTS_MAX);
}

/* One value in one field: the fault it gives, FORM_FAULTS when it is fine. */
static int alone(uint8_t field, uint8_t sub, const char *value)
{
    form.n_items = form.n_files = 0;
    fill_sub(field, sub, value);
    size_t n = check(&none);
    assert_true(n <= 1);
    if (n)
        assert_int_equal(faults[0].field, field);
    return n ? faults[0].code : FORM_FAULTS;
}

static int value(uint8_t field, const char *v)
{
    return alone(field, SUB_VALUE, v);
}

static void test_missing(void **state)
{
    (void)state;
    FieldSet required = none;
    field_set_add(&required, F_SUBJECT);
    field_set_add(&required, F_NAME);
    field_set_add(&required, F_FILES);
    fill(F_SUBJECT, "  \t ");
    attach(F_FILES, "", STR(""));
    assert_int_equal(check(&required), 3);
    assert_int_equal(faults[0].field, F_SUBJECT);
    assert_int_equal(faults[1].field, F_NAME);
    assert_int_equal(faults[2].code, FORM_MISSING);
    form.identity_mode = STR("anonymous");
    assert_int_equal(check(&required), 2);
    assert_int_equal(form_check(&def, &all, &required, &form, &office, faults, 1), 1);
    assert_int_equal(form_check(&def, &none, &required, &form, &office, faults, 1), 0);
}

static void test_text(void **state)
{
    (void)state;
    assert_int_equal(value(F_SUBJECT, "ถนนพัง"), FORM_FAULTS);
    assert_int_equal(value(F_SUBJECT, "ถนนถนนถนนถนนถนนถนนถนน"), FORM_TOO_LONG);
    assert_int_equal(value(F_SUBJECT, "a\xff"), FORM_NOT_TEXT);
    assert_int_equal(value(F_SUBJECT, "two\nlines"), FORM_NOT_TEXT);
    assert_int_equal(value(F_REASON, "two\nlines"), FORM_FAULTS);
    assert_int_equal(value(F_REASON, "bell \a"), FORM_NOT_TEXT);
    assert_int_equal(value(F_FILES, "text"), FORM_FILE_TYPE);
    form.n_items = 0;
    fill(F_SUBJECT, "one");
    fill(F_SUBJECT, "two");
    assert_int_equal(check(&none), 1);
    assert_int_equal(faults[0].code, FORM_REPEATED);
}

static void test_choices(void **state)
{
    (void)state;
    assert_int_equal(value(F_CATEGORY, "road"), FORM_FAULTS);
    assert_int_equal(value(F_CATEGORY, "roads"), FORM_NOT_A_CHOICE);
    assert_int_equal(value(F_FINDING, "yes"), FORM_FAULTS);
    assert_int_equal(value(F_UNIT, "works"), FORM_FAULTS);
    assert_int_equal(value(F_UNIT, "moon"), FORM_NOT_A_CHOICE);
    assert_int_equal(value(F_NOTICE, "on"), FORM_FAULTS);
    form.n_items = 0;
    fill(F_POINTS, "a");
    fill(F_POINTS, "b");
    assert_int_equal(check(&none), 0);
    fill(F_POINTS, "a");
    assert_int_equal(check(&none), 1);
    assert_int_equal(faults[0].code, FORM_REPEATED);
}

static void test_staff(void **state)
{
    (void)state;
    assert_int_equal(value(F_ACCUSED, "somchai"), FORM_FAULTS);
    assert_int_equal(value(F_ACCUSED, "nobody"), FORM_NOT_A_CHOICE);
    assert_int_equal(alone(F_ACCUSED, SUB_OTHER, "นายช่าง"), FORM_FAULTS);
    assert_int_equal(alone(F_ACCUSED, SUB_UNIT, "works"), FORM_NOT_A_CHOICE); /* not offered */
    assert_int_equal(alone(F_ACCUSED, SUB_UNKNOWN, "1"), FORM_FAULTS);
    assert_int_equal(alone(F_ACCUSED, SUB_UNKNOWN, "2"), FORM_NOT_A_CHOICE);
    assert_int_equal(alone(F_SUBJECT, SUB_OTHER, "x"), FORM_NOT_A_CHOICE);
    def.fields[F_ACCUSED].min_count = 2;
    assert_int_equal(value(F_ACCUSED, "suda"), FORM_TOO_FEW);
    fill_sub(F_ACCUSED, SUB_OTHER, "นายช่าง");
    assert_int_equal(check(&none), 0);
    form.n_items = 0;
    fill(F_CHAIR, "suda");
    fill(F_CHAIR, "somchai");
    assert_int_equal(check(&none), 1);
    assert_int_equal(faults[0].code, FORM_REPEATED);
}

static void test_dates(void **state)
{
    (void)state;
    assert_int_equal(value(F_FINDING_ON, "27/05/2569"), FORM_FAULTS);
    assert_int_equal(value(F_FINDING_ON, "2026-05-28"), FORM_IN_FUTURE);
    assert_int_equal(value(F_FINDING_ON, "31/02/2569"), FORM_NOT_A_DATE);
    assert_int_equal(value(F_EXTERNAL_DUE, "2026-06-28"), FORM_FAULTS); /* a due date lies ahead */
}

static void test_numbers(void **state)
{
    (void)state;
    static const char *good[] = {"0", "12", "1,234,567", "๑,๒๓๔", "๑๒34", "999,999,999,999"};
    static const char *bad[] = {"1.5",    "-3",   "12,34", ",123",          "1,2345",
                                "1,234,", "12 3", "๑๒x",   "1234567890123", "\xe0\xb9"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_int_equal(value(F_VALUE, good[i]), FORM_FAULTS);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(value(F_VALUE, bad[i]), FORM_NOT_A_NUMBER);
}

static void test_files(void **state)
{
    (void)state;
    static char big[1024 * 1024 + 1] = "%PDF-1.7";
    attach(F_FILES, "a.pdf", STR("%PDF-1.7"));
    attach(F_FILES, "", STR("")); /* an input left empty */
    attach(F_FILES, "b.pdf", (Str){big, sizeof(big) - 1});
    assert_int_equal(check(&none), 0);
    attach(F_FILES, "c.png", STR("\x89PNG\r\n\x1a\n"));
    assert_int_equal(check(&none), 1);
    assert_int_equal(faults[0].code, FORM_TOO_MANY_FILES);
    form.n_files = 0;
    attach(F_FILES, "b.pdf", (Str){big, sizeof(big)});
    assert_int_equal(check(&none), 1);
    assert_int_equal(faults[0].code, FORM_FILE_TOO_LARGE);
    form.n_files = 0;
    attach(F_FILES, "a.pdf", STR("MZ program"));
    assert_int_equal(check(&none), 1);
    assert_int_equal(faults[0].code, FORM_FILE_TYPE);
    files[0].size = 0;
    assert_int_equal(check(&none), 1);
    assert_int_equal(faults[0].code, FORM_FILE_EMPTY);
    def.fields[F_FILES].min_count = 2;
    files[0].bytes = STR("%PDF-1.7");
    files[0].size = files[0].bytes.len;
    assert_int_equal(check(&none), 1);
    assert_int_equal(faults[0].code, FORM_TOO_FEW);
    files[0].name = STR("\xff.pdf");
    assert_int_equal(check(&none), 1);
    assert_int_equal(faults[0].code, FORM_NOT_TEXT);
    form.n_files = 0;
    attach(F_SUBJECT, "a.pdf", STR("%PDF-1.7"));
    assert_int_equal(check(&none), 1);
    assert_int_equal(faults[0].code, FORM_FILE_TYPE);
}

static void test_file_kinds(void **state)
{
    (void)state;
    assert_int_equal(form_file_kind(STR("\xff\xd8\xff\xe0")), FILE_JPEG);
    assert_int_equal(form_file_kind(STR("RIFF....WEBPVP8 ")), FILE_WEBP);
    assert_int_equal(form_file_kind(STR("RIFX....WEBPVP8 ")), 0);
    assert_int_equal(form_file_kind(STR("\0\0\0\x18"
                                        "ftypmp42")),
                     FILE_MP4);
    assert_int_equal(form_file_kind(STR("\0\0\0\x18"
                                        "ftypheic")),
                     0);
    assert_int_equal(form_file_kind(STR("ID3\3")), FILE_MP3);
    assert_int_equal(form_file_kind(STR("\xff\xfb\x90")), FILE_MP3);
    assert_int_equal(form_file_kind(STR("\xff\xf1\x90")), 0);
    assert_int_equal(form_file_kind(STR("PK\3\4..........................[Content_Types].xml")),
                     FILE_DOCX);
    assert_int_equal(form_file_kind(STR("PK\3\4..........................virus.exe")), 0);
    assert_int_equal(form_file_kind(STR("\xff")), 0);
    assert_int_equal(form_file_kind(STR("")), 0);
}

static void test_identity(void **state)
{
    (void)state;
    static char name[3951];
    memset(name, 'n', sizeof(name) - 1);
    fill(F_NAME, name);
    assert_int_equal(check(&none), 1);
    assert_int_equal(faults[0].field, F_NAME);
    assert_int_equal(faults[0].code, FORM_IDENTITY_FULL);
    def.intake.when_open = CLASS_CONFIDENTIAL; /* in mode open it is not in the blob then */
    assert_int_equal(check(&none), 0);
    form.identity_mode = STR("confidential"); /* not offered here */
    assert_int_equal(check(&none), 2);
    assert_int_equal(faults[1].field, DEF_NONE);
    assert_int_equal(faults[1].code, FORM_IDENTITY_MODE);
    form.identity_mode = STR("hidden");
    assert_int_equal(check(&none), 2);
}

static void named(const char *name, int field, int sub)
{
    uint8_t f = 0xaa, s = 0xaa;
    assert_int_equal(form_name(&def, str_of(name), &f, &s), field < 0);
    assert_int_equal(f, field < 0 ? 0xaa : field);
    assert_int_equal(s, field < 0 ? 0xaa : sub);
}

static void test_names(void **state)
{
    (void)state;
    named("accused", F_ACCUSED, SUB_VALUE);
    named("accused_other", F_ACCUSED, SUB_OTHER);
    named("accused_unknown", F_ACCUSED, SUB_UNKNOWN);
    named("accused_unit", -1, 0); /* not offered */
    named("subject_other", -1, 0);
    named("_other", -1, 0);
    named("nothing", -1, 0);
    named("external_due", F_EXTERNAL_DUE, SUB_VALUE);
}

static void test_open_values(void **state)
{
    (void)state;
    OpenValue v;
    fill(F_CATEGORY, " road ");
    fill(F_FINDING_ON, "2026-05-27");
    fill(F_VALUE, "1,500");
    fill(F_SUBJECT, "x");
    fill(F_FINDING, "maybe");
    assert_true(form_open_value(&def, &form, F_CATEGORY, &v));
    assert_true(name_is(&v.choice, STR("road")));
    assert_true(form_open_value(&def, &form, F_FINDING_ON, &v));
    assert_int_equal(v.number, TODAY);
    assert_true(form_open_value(&def, &form, F_VALUE, &v));
    assert_int_equal(v.number, 1500);
    assert_false(form_open_value(&def, &form, F_SUBJECT, &v)); /* not of class open */
    assert_false(form_open_value(&def, &form, F_FINDING, &v));
    assert_false(form_open_value(&def, &form, F_UNIT, &v));
    fill(F_VALUE, "2");
    assert_false(form_open_value(&def, &form, F_VALUE, &v));
    assert_true(form_has(&form, F_VALUE));
    assert_false(form_has(&form, F_UNIT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_missing, fresh),
        cmocka_unit_test_setup(test_text, fresh),
        cmocka_unit_test_setup(test_choices, fresh),
        cmocka_unit_test_setup(test_staff, fresh),
        cmocka_unit_test_setup(test_dates, fresh),
        cmocka_unit_test_setup(test_numbers, fresh),
        cmocka_unit_test_setup(test_files, fresh),
        cmocka_unit_test_setup(test_file_kinds, fresh),
        cmocka_unit_test_setup(test_identity, fresh),
        cmocka_unit_test_setup(test_names, fresh),
        cmocka_unit_test_setup(test_open_values, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
