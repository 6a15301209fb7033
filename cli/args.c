/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include "cli/print.h"
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Beyond every character: getopt_long answers with some of its own. */
enum { BASE = 256 };
static const struct option long_options[] = {
    {"data", required_argument, NULL, BASE + OPT_DATA},
    {"server", required_argument, NULL, BASE + OPT_SERVER},
    {"as", required_argument, NULL, BASE + OPT_AS},
    {"passphrase-file", required_argument, NULL, BASE + OPT_PASSPHRASE_FILE},
    {"json", no_argument, NULL, BASE + OPT_JSON},
    {"help", no_argument, NULL, BASE + OPT_HELP},
    {"demo", no_argument, NULL, BASE + OPT_DEMO},
    {"org", required_argument, NULL, BASE + OPT_ORG},
    {"field", required_argument, NULL, BASE + OPT_FIELD},
    {"file", required_argument, NULL, BASE + OPT_FILE},
    {"strip-metadata", no_argument, NULL, BASE + OPT_STRIP},
    {"keep-metadata", no_argument, NULL, BASE + OPT_KEEP},
    {"message", required_argument, NULL, BASE + OPT_MESSAGE},
    {"note", required_argument, NULL, BASE + OPT_NOTE},
    {"to", required_argument, NULL, BASE + OPT_TO},
    {"declare", no_argument, NULL, BASE + OPT_DECLARE},
    {"by", required_argument, NULL, BASE + OPT_BY},
    {"for", required_argument, NULL, BASE + OPT_FOR},
    {"received", required_argument, NULL, BASE + OPT_RECEIVED},
    {"calendar", required_argument, NULL, BASE + OPT_CALENDAR},
    {"from", required_argument, NULL, BASE + OPT_FROM},
    {"limit", required_argument, NULL, BASE + OPT_LIMIT},
    {"province", required_argument, NULL, BASE + OPT_PROVINCE},
    {"format", required_argument, NULL, BASE + OPT_FORMAT},
    {"lang", required_argument, NULL, BASE + OPT_LANG},
    {"state", required_argument, NULL, BASE + OPT_STATE},
    {"workflow", required_argument, NULL, BASE + OPT_WORKFLOW},
    {"assignee", required_argument, NULL, BASE + OPT_ASSIGNEE},
    {"closed", no_argument, NULL, BASE + OPT_CLOSED},
    {"save", required_argument, NULL, BASE + OPT_SAVE},
    {"until", required_argument, NULL, BASE + OPT_UNTIL},
    {"summary", no_argument, NULL, BASE + OPT_SUMMARY},
    {"class", required_argument, NULL, BASE + OPT_CLASS},
    {"expires", required_argument, NULL, BASE + OPT_EXPIRES},
    {"reason", required_argument, NULL, BASE + OPT_REASON},
    {"position", required_argument, NULL, BASE + OPT_POSITION},
    {"unit", required_argument, NULL, BASE + OPT_UNIT},
    {"role", required_argument, NULL, BASE + OPT_ROLE},
    {"superior", required_argument, NULL, BASE + OPT_SUPERIOR},
    {"outside", no_argument, NULL, BASE + OPT_OUTSIDE},
    {"unlisted", no_argument, NULL, BASE + OPT_UNLISTED},
    {"enable", no_argument, NULL, BASE + OPT_ENABLE},
    {"sheet", required_argument, NULL, BASE + OPT_SHEET},
    {"reseal", no_argument, NULL, BASE + OPT_RESEAL},
    {"key", required_argument, NULL, BASE + OPT_KEY},
    {"new-passphrase-file", required_argument, NULL, BASE + OPT_NEW_PASSPHRASE_FILE},
    {"code-file", required_argument, NULL, BASE + OPT_CODE_FILE},
    {"anew", no_argument, NULL, BASE + OPT_ANEW},
    {"dry-run", no_argument, NULL, BASE + OPT_DRY_RUN},
    {"checkpoint", required_argument, NULL, BASE + OPT_CHECKPOINT},
    {"release", no_argument, NULL, BASE + OPT_RELEASE},
    {"list", no_argument, NULL, BASE + OPT_LIST},
    {"approve", no_argument, NULL, BASE + OPT_APPROVE},
    {"with-keys", required_argument, NULL, BASE + OPT_WITH_KEYS},
    {"keys", required_argument, NULL, BASE + OPT_KEYS},
    {"purges", required_argument, NULL, BASE + OPT_PURGES},
    {"expired", no_argument, NULL, BASE + OPT_EXPIRED},
    {"expire", no_argument, NULL, BASE + OPT_EXPIRE},
    {"ground", required_argument, NULL, BASE + OPT_GROUND},
    {"decline", no_argument, NULL, BASE + OPT_DECLINE},
    {"agree", no_argument, NULL, BASE + OPT_AGREE},
    {NULL, 0, NULL, 0},
};
_Static_assert(sizeof(long_options) / sizeof(long_options[0]) == OPTIONS + 1,
               "one row for each option");

__attribute__((format(printf, 1, 0))) static void tell(const char *format, va_list list)
{
    char *text = NULL;

    /* Parts of it may be a server's words. */
    if (vasprintf(&text, format, list) < 0)
        return;
    fputs("krading: ", stderr);
    put_shown(stderr, str_of(text));
    fputc('\n', stderr);
    free(text);
}

int cli_refuse(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    tell(format, list);
    va_end(list);
    return CLI_REFUSED;
}

int cli_misuse(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    tell(format, list);
    va_end(list);
    return CLI_USAGE;
}

int cli_refuse_report(const Buf *report)
{
    fwrite(report->ptr, 1, report->len, stderr);
    if (report->len && report->ptr[report->len - 1] != '\n')
        fputc('\n', stderr);
    return CLI_REFUSED;
}

/* Where the values of an option lie that may come more than once. */
typedef struct Repeated {
    int option;
    const char **list;
    size_t *n, most;
} Repeated;

static int keep_option(Args *args, int option)
{
    const char *value = optarg ? optarg : "";
    const Repeated rows[] = {
        {OPT_FIELD, args->field, &args->n_fields, ARGS_FIELDS_MAX},
        {OPT_FILE, args->file, &args->n_files, ARGS_FILES_MAX},
        {OPT_ROLE, args->role, &args->n_roles, ARGS_ROLES_MAX},
        {OPT_KEY, args->key, &args->n_keys, ARGS_KEYS_MAX},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (option != rows[i].option)
            continue;
        if (*rows[i].n == rows[i].most)
            return cli_misuse("more than %zu --%s", rows[i].most, long_options[option].name);
        rows[i].list[(*rows[i].n)++] = value;
    }
    args->value[option] = value;
    return 0;
}

static int read_options(int argc, char **argv, Args *args)
{
    int option;

    optind = 1;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
        if (option == '?')
            return cli_misuse("no option %s; see krading --help", argv[optind - 1]);
        if (option == ':')
            return cli_misuse("%s needs a value", argv[optind - 1]);
        int r = keep_option(args, option - BASE);
        if (r)
            return r;
    }
    return 0;
}

/* How many of the words are the command's name: 0, 1 or 2. */
static size_t names(const Command *c, char **words, size_t n)
{
    const char *blank = strchr(c->name, ' ');
    size_t first = blank ? (size_t)(blank - c->name) : strlen(c->name);

    if (n == 0 || strlen(words[0]) != first || memcmp(words[0], c->name, first) != 0)
        return 0;
    if (!blank)
        return 1;
    return n > 1 && strcmp(words[1], blank + 1) == 0 ? 2 : 0;
}

/* Its row, or n: none. */
static size_t find(const Command *commands, size_t n, char **words, size_t n_words,
                   size_t *ret_used)
{
    *ret_used = 0;
    for (size_t i = 0; i < n; i++) {
        *ret_used = names(&commands[i], words, n_words);
        if (*ret_used)
            return i;
    }
    return n;
}

/* A word that only begins a command, such as "workflow", is answered with the whole ones. */
static int no_command(const Command *commands, size_t n, const char *word)
{
    char whole[200] = "";
    size_t at = 0, len = strlen(word);

    for (size_t i = 0; i < n && at < sizeof(whole); i++)
        if (strncmp(commands[i].name, word, len) == 0 && commands[i].name[len] == ' ')
            at += (size_t)snprintf(whole + at, sizeof(whole) - at, "%skrading %s", at ? ", " : "",
                                   commands[i].name);
    if (at)
        return cli_misuse("which of these? %s; add --help to one of them", whole);
    return cli_misuse("no command \"%s\"; see krading --help", word);
}

static int check_options(const Command *c, const Args *args)
{
    uint64_t takes = c->options | OPTIONS_ALWAYS;

    for (int o = 0; o < OPTIONS; o++)
        if (args->value[o] && !(takes & OPTION_BIT(o)))
            return cli_misuse("%s takes no --%s; see krading %s --help", c->name,
                              long_options[o].name, c->name);
    return 0;
}

static int check_words(const Command *c, const Args *args)
{
    if (args->n_words < c->min_words || args->n_words > c->max_words)
        return cli_misuse("usage: krading %s %s", c->name, c->usage);
    return 0;
}

int args_parse(int argc, char **argv, const Command *commands, size_t n, Args *ret,
               const Command **ret_command)
{
    Args args = {.n_words = 0};
    size_t used;

    int r = read_options(argc, argv, &args);
    if (r)
        return r;
    char **words = argv + optind;
    size_t n_words = (size_t)(argc - optind);
    size_t row = find(commands, n, words, n_words, &used);
    if (row == n && n_words)
        return no_command(commands, n, words[0]);
    if (row == n && !args_has(&args, OPT_HELP))
        return cli_misuse("which command? see krading --help");
    const Command *c = row < n ? &commands[row] : NULL;
    for (size_t i = used; i < n_words; i++) {
        if (args.n_words == ARGS_WORDS_MAX)
            return cli_misuse("more than %d words", ARGS_WORDS_MAX);
        args.word[args.n_words++] = words[i];
    }
    if (c && !args_has(&args, OPT_HELP)) {
        r = check_options(c, &args);
        r = r ? r : check_words(c, &args);
        r = r || !c->check ? r : c->check(&args);
    }
    if (r)
        return r;
    *ret = args;
    *ret_command = c;
    return 0;
}

int args_seconds(const char *text, uint32_t *ret)
{
    static const struct {
        char unit;
        uint32_t seconds;
    } units[] = {{'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
    enum { MOST = 10 * 366 * 86400 };
    Str s = str_of(text);
    unsigned long long n;

    if (s.len < 2 || str_u64((Str){s.ptr, s.len - 1}, MOST, &n) || n == 0)
        return 1;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (s.ptr[s.len - 1] != units[i].unit)
            continue;
        if (n > MOST / units[i].seconds)
            return 1;
        *ret = (uint32_t)n * units[i].seconds;
        return 0;
    }
    return 1;
}
