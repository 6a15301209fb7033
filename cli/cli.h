/* SPDX-License-Identifier: Apache-2.0 */
/* The command line as its commands see it: arguments already taken apart, a way to refuse, and the
 * table that says which command takes what. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include <stdint.h>

/* Exit codes of every command. */
enum { CLI_DONE = 0, CLI_REFUSED = 1, CLI_USAGE = 2 };

typedef enum Option {
    OPT_DATA,
    OPT_SERVER,
    OPT_AS,
    OPT_PASSPHRASE_FILE,
    OPT_JSON,
    OPT_HELP,
    OPT_DEMO,
    OPT_ORG,
    OPT_FIELD, /* repeatable: Args.field */
    OPT_FILE,  /* repeatable: Args.file */
    OPT_STRIP,
    OPT_KEEP,
    OPT_MESSAGE,
    OPT_NOTE,
    OPT_TO,
    OPT_DECLARE,
    OPT_BY,
    OPT_FOR,
    OPT_RECEIVED,
    OPT_CALENDAR,
    OPT_FROM,
    OPT_LIMIT,
    OPT_PROVINCE,
    OPT_FORMAT,
    OPT_LANG,
    OPT_STATE,
    OPT_WORKFLOW,
    OPT_ASSIGNEE,
    OPT_CLOSED,
    OPT_SAVE,
    OPT_UNTIL,
    OPT_SUMMARY,
    OPT_CLASS,
    OPT_EXPIRES,
    OPT_REASON,
    OPT_POSITION,
    OPT_UNIT,
    OPT_ROLE, /* repeatable: Args.role */
    OPT_SUPERIOR,
    OPT_OUTSIDE,
    OPT_UNLISTED,
    OPT_ENABLE,
    OPT_SHEET,
    OPT_RESEAL,
    OPT_KEY, /* up to twice: Args.key */
    OPT_NEW_PASSPHRASE_FILE,
    OPT_CODE_FILE,
    OPT_ANEW,
    OPT_DRY_RUN,
    OPT_CHECKPOINT,
    OPT_RELEASE,
    OPT_LIST,
    OPT_APPROVE,
    OPT_WITH_KEYS,
    OPT_KEYS,
    OPT_PURGES,
    OPT_EXPIRED,
    OPT_EXPIRE,
    OPT_GROUND,
    OPT_DECLINE,
    OPT_AGREE,
    OPTIONS
} Option;

#define OPTION_BIT(o) ((uint64_t)1 << (o))
/* What every command takes, and what those take that sign in. */
#define OPTIONS_ALWAYS (OPTION_BIT(OPT_DATA) | OPTION_BIT(OPT_HELP))
#define OPTIONS_SIGN_IN                                                                            \
    (OPTION_BIT(OPT_SERVER) | OPTION_BIT(OPT_AS) | OPTION_BIT(OPT_PASSPHRASE_FILE))

enum { ARGS_FIELDS_MAX = 128, ARGS_FILES_MAX = 32, ARGS_WORDS_MAX = 64, ARGS_ROLES_MAX = 12 };
enum { ARGS_KEYS_MAX = 2 };

typedef struct Args {
    const char *value[OPTIONS]; /* NULL: not given; "" for options without a value */
    const char *field[ARGS_FIELDS_MAX], *file[ARGS_FILES_MAX];
    const char *role[ARGS_ROLES_MAX], *key[ARGS_KEYS_MAX];
    size_t n_fields, n_files, n_roles, n_keys;
    const char *word[ARGS_WORDS_MAX]; /* what follows the command's own name */
    size_t n_words;
} Args;

typedef struct Command {
    const char *name;  /* one word, or two with one blank */
    const char *usage; /* what follows the name */
    const char *about; /* one or more lines for --help */
    const char *example;
    uint64_t options;
    unsigned min_words, max_words;
    /* Looks at the arguments alone: 0 or CLI_USAGE, told on standard error. May be NULL. */
    int (*check)(const Args *args);
    /* An exit code, or a negative errno. */
    int (*proceed)(const Args *args);
} Command;

/* Takes argv apart. 0; CLI_USAGE: told. ret_command is NULL when only help was asked for. */
int args_parse(int argc, char **argv, const Command *commands, size_t n, Args *ret,
               const Command **ret_command);
/* "16d", "3h", "45m" or "2w" as seconds, at most ten years. 0; 1: not a length of time. */
int args_seconds(const char *text, uint32_t *ret);

/* One line on standard error, after "krading: ". Return their code. */
int cli_refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));
int cli_misuse(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for text that ends its own lines. */
int cli_refuse_report(const Buf *report);

/* The office's directory: --data, KRADING_DATA, or the demo office of the source tree. The second
 * is the folder of the shipped workflows. NULL: no memory. Owned by the caller. */
char *cli_data_dir(const Args *args);
char *cli_share_dir(void);
/* DIR/NAME; NULL: no memory. Owned by the caller. */
char *cli_path(const char *dir, const char *name);

static inline bool args_has(const Args *args, Option o)
{
    return args->value[o] != NULL;
}

/* ---- the commands ---- */
int init_proceed(const Args *args);
int demo_advance_check(const Args *args);
int demo_advance_proceed(const Args *args);
int workflow_check_proceed(const Args *args);
int workflow_graph_check(const Args *args);
int workflow_graph_proceed(const Args *args);
int workflow_test_proceed(const Args *args);
int workflow_diff_proceed(const Args *args);
int workflow_migrate_proceed(const Args *args);
int workflow_replay_check(const Args *args);
int workflow_replay_proceed(const Args *args);
int due_check(const Args *args);
int due_proceed(const Args *args);
int submit_proceed(const Args *args);
int track_proceed(const Args *args);
int cases_proceed(const Args *args);
int case_proceed(const Args *args);
int overdue_proceed(const Args *args);
int do_proceed(const Args *args);
int approve_proceed(const Args *args);
int decline_check(const Args *args);
int decline_proceed(const Args *args);
int extend_check(const Args *args);
int extend_proceed(const Args *args);
int silence_check(const Args *args);
int silence_proceed(const Args *args);
int assign_proceed(const Args *args);
int note_proceed(const Args *args);
int grant_check(const Args *args);
int grant_proceed(const Args *args);
int recuse_proceed(const Args *args);
int reveal_check(const Args *args);
int reveal_proceed(const Args *args);
int custodian_list_proceed(const Args *args);
int custodian_request_check(const Args *args);
int custodian_request_proceed(const Args *args);
int custodian_answer_check(const Args *args);
int custodian_answer_proceed(const Args *args);
int custodian_send_proceed(const Args *args);
int custodian_key_check(const Args *args);
int custodian_key_proceed(const Args *args);
int hold_check(const Args *args);
int hold_proceed(const Args *args);
int purge_check(const Args *args);
int purge_proceed(const Args *args);
int backup_proceed(const Args *args);
int restore_proceed(const Args *args);
int alerts_proceed(const Args *args);
int check_proceed(const Args *args);
int verify_proceed(const Args *args);
int witness_proceed(const Args *args);
int staff_list_proceed(const Args *args);
int staff_add_check(const Args *args);
int staff_add_proceed(const Args *args);
int staff_change_proceed(const Args *args);
int staff_disable_proceed(const Args *args);
int staff_sign_proceed(const Args *args);
int staff_passphrase_proceed(const Args *args);
int staff_recover_proceed(const Args *args);
int staff_rotate_proceed(const Args *args);
int staff_handover_check(const Args *args);
int staff_handover_proceed(const Args *args);
