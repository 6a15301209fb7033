/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "cli/cli.h"
#include <stdio.h>
#include <string.h>

static int nothing(const Args *args)
{
    (void)args;
    return CLI_DONE;
}

static int refuses_zero(const Args *args)
{
    return strcmp(args->word[0], "0") == 0 ? CLI_USAGE : 0;
}

static const Command table[] = {
    {"list", "", "", "", OPTION_BIT(OPT_JSON), 0, 0, NULL, nothing},
    {"case", "ID", "", "", OPTION_BIT(OPT_JSON) | OPTION_BIT(OPT_FIELD), 1, 1, NULL, nothing},
    {"demo advance", "SPAN", "", "", 0, 1, 1, refuses_zero, nothing},
};

/* At most 15 words of a command line. */
static int parse(const char *line, Args *args, const Command **command)
{
    static char text[256], program[] = "krading";
    char *argv[16] = {program};
    int argc = 1;

    snprintf(text, sizeof(text), "%s", line);
    for (char *word = strtok(text, " "); word && argc < 16; word = strtok(NULL, " "))
        argv[argc++] = word;
    *command = NULL;
    return args_parse(argc, argv, table, sizeof(table) / sizeof(table[0]), args, command);
}

static void options_stand_before_or_after_the_command(void **state)
{
    static const char *const lines[] = {"--data D --json case 7 --field a=b --field c=d",
                                        "case --json --field a=b 7 --data D --field c=d",
                                        "case 7 --field=a=b --field=c=d --data=D --json"};
    const Command *c;
    Args args;

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_int_equal(parse(lines[i], &args, &c), 0);
        assert_ptr_equal(c, &table[1]);
        assert_string_equal(args.value[OPT_DATA], "D");
        assert_true(args_has(&args, OPT_JSON));
        assert_false(args_has(&args, OPT_HELP));
        assert_int_equal(args.n_words, 1);
        assert_string_equal(args.word[0], "7");
        assert_int_equal(args.n_fields, 2);
        assert_string_equal(args.field[0], "a=b");
        assert_string_equal(args.field[1], "c=d");
    }
}

static void a_command_may_have_two_words(void **state)
{
    const Command *c;
    Args args;

    (void)state;
    assert_int_equal(parse("demo advance 16d", &args, &c), 0);
    assert_ptr_equal(c, &table[2]);
    assert_string_equal(args.word[0], "16d");
    assert_int_equal(parse("demo advance 0", &args, &c), CLI_USAGE);
}

static void help_is_given_with_and_without_a_command(void **state)
{
    const Command *c;
    Args args;

    (void)state;
    assert_int_equal(parse("--help", &args, &c), 0);
    assert_null(c);
    assert_int_equal(parse("case --help", &args, &c), 0);
    assert_ptr_equal(c, &table[1]);
    assert_true(args_has(&args, OPT_HELP));
}

static void wrong_usage_is_told_apart(void **state)
{
    static const char *const lines[] = {
        "",       "nothing",    "demo",           "demo back 3d",   "case",       "case 1 2",
        "list x", "list --zzz", "list --field a", "case 7 --field", "list --as x"};
    const Command *c;
    Args args;

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        assert_int_equal(parse(lines[i], &args, &c), CLI_USAGE);
}

static void spans_are_lengths_of_time(void **state)
{
    static const struct {
        const char *text;
        uint32_t seconds; /* 0: refused */
    } spans[] = {{"16d", 16 * 86400},
                 {"3h", 10800},
                 {"45m", 2700},
                 {"2w", 1209600},
                 {"3660d", 3660u * 86400},
                 {"1d", 86400},
                 {"0d", 0},
                 {"d", 0},
                 {"", 0},
                 {"16", 0},
                 {"-3d", 0},
                 {"3 d", 0},
                 {"3D", 0},
                 {"99999d", 0},
                 {"1.5h", 0},
                 {"3dd", 0},
                 {"18446744073709551616d", 0}};

    (void)state;
    for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
        uint32_t seconds = 0;
        assert_int_equal(args_seconds(spans[i].text, &seconds), spans[i].seconds ? 0 : 1);
        assert_int_equal(seconds, spans[i].seconds);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_stand_before_or_after_the_command),
        cmocka_unit_test(a_command_may_have_two_words),
        cmocka_unit_test(help_is_given_with_and_without_a_command),
        cmocka_unit_test(wrong_usage_is_told_apart),
        cmocka_unit_test(spans_are_lengths_of_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
