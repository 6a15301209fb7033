/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include "crypto/secret.h"
#include <locale.h>
#include <stdio.h>
#include <string.h>

#define BIT   OPTION_BIT
#define STAFF (OPTIONS_SIGN_IN)
#define PEOPLE                                                                                     \
    (BIT(OPT_ROLE) | BIT(OPT_UNIT) | BIT(OPT_SUPERIOR) | BIT(OPT_OUTSIDE) | BIT(OPT_UNLISTED))
#define FILES (BIT(OPT_FILE) | BIT(OPT_STRIP) | BIT(OPT_KEEP))
#define STEP                                                                                       \
    (STAFF | FILES | BIT(OPT_MESSAGE) | BIT(OPT_NOTE) | BIT(OPT_FIELD) | BIT(OPT_JSON))

static const Command commands[] = {
    {"init", "DIR [--demo] [--org NAME]",
     "Makes a data directory: settings, keys, workflows and calendars. --demo adds people and the\n"
     "twelve sample complaints, spread over the last year, one of them overdue.",
     "krading init /var/lib/krading --org \"อบต.บ้านตัวอย่าง\"", BIT(OPT_DEMO) | BIT(OPT_ORG), 1, 1,
     NULL, init_proceed},
    {"demo advance", "16d|3h",
     "Moves the clock of a demo office forward; deadlines that fall due meanwhile have been dealt\n"
     "with when it returns. Works beside a running daemon too.",
     "krading demo advance 16d", BIT(OPT_JSON), 1, 1, demo_advance_check, demo_advance_proceed},
    {"workflow check", "FILE...",
     "Names every fault of workflow, settings and calendar files as file:line:col.",
     "krading workflow check workflows/*.yaml", 0, 1, ARGS_WORDS_MAX, NULL, workflow_check_proceed},
    {"workflow graph", "FILE [--format svg|dot] [--lang th|en]",
     "Writes the picture of a workflow to standard output.",
     "krading workflow graph workflows/general.yaml --format svg > general.svg",
     BIT(OPT_FORMAT) | BIT(OPT_LANG), 1, 1, workflow_graph_check, workflow_graph_proceed},
    {"workflow test", "FILE.scenario...",
     "Runs the stories of scenario files against the workflow of the same name beside them.",
     "krading workflow test workflows/*.scenario", 0, 1, ARGS_WORDS_MAX, NULL,
     workflow_test_proceed},
    {"workflow diff", "OLD NEW",
     "Tells in words what changes from one version of a workflow to the next, with a warning "
     "where\n"
     "the process becomes weaker.",
     "krading workflow diff general-1.yaml workflows/general.yaml", 0, 2, 2, NULL,
     workflow_diff_proceed},
    {"workflow migrate", "FILE [--dry-run]",
     "Moves running cases to the version of their workflow in FILE, as its replaces says. FILE must\n"
     "be in force in the office. --dry-run tells what would happen to each case and changes "
     "nothing;\n"
     "exit code 1 if one cannot be moved. Protected cases are only counted.",
     "krading --data /var/lib/krading workflow migrate /var/lib/krading/workflows/general.yaml "
     "--dry-run",
     BIT(OPT_DRY_RUN) | BIT(OPT_JSON), 1, 1, NULL, workflow_migrate_proceed},
    {"workflow replay", "FILE LOG.csv [--until DATE] [--summary]",
     "Runs a past register (columns case, time, action) through a workflow: what each deadline of\n"
     "each case would have come to. --summary tells in words how many were late, how long each\n"
     "stage took, and which steps would have been refused.",
     "krading workflow replay workflows/general.yaml register-2568.csv --summary",
     BIT(OPT_UNTIL) | BIT(OPT_SUMMARY) | BIT(OPT_JSON), 2, 2, workflow_replay_check,
     workflow_replay_proceed},
    {"due", "--calendar FILE --from DATE --limit \"15 calendar days\" [--province P]",
     "Counts a time limit: the last day, the day to work by, and the day a citizen's limit would\n"
     "roll to.",
     "krading due --calendar workflows/calendars/th_government.yaml --from 2026-04-01 "
     "--limit \"15 calendar days\"",
     BIT(OPT_CALENDAR) | BIT(OPT_FROM) | BIT(OPT_LIMIT) | BIT(OPT_PROVINCE) | BIT(OPT_JSON), 0, 0,
     due_check, due_proceed},
    {"submit",
     "WORKFLOW --field k=v ... [--file k=PATH] [--strip-metadata|--keep-metadata]\n"
     "         [--received DATE]",
     "Enters a complaint that came on paper, by telephone or at the counter, and prints its\n"
     "tracking code. --received is the day of the receipt stamp. Files are sent in parts: after a\n"
     "break the same command goes on where it was. In protected workflows photos are rid of where\n"
     "and when they were taken (--keep-metadata: as they are), elsewhere with --strip-metadata.",
     "krading --as somsri submit general --field subject=\"ถนนเป็นหลุม\" --field details=\"...\" "
     "--field category=road --field channel=phone --field notice_version=1 --received 2026-11-20",
     STAFF | FILES | BIT(OPT_FIELD) | BIT(OPT_RECEIVED) | BIT(OPT_JSON), 1, 1, NULL,
     submit_proceed},
    {"track", "", "Reads a tracking code from standard input and shows what its holder sees.",
     "echo 7Q2M-... | krading track", BIT(OPT_SERVER) | BIT(OPT_JSON), 0, 0, NULL, track_proceed},
    {"cases", "[--state S] [--workflow W] [--assignee NAME] [--closed]",
     "Lists the cases you may see by due date.", "krading --as somsri cases",
     STAFF | BIT(OPT_JSON) | BIT(OPT_STATE) | BIT(OPT_WORKFLOW) | BIT(OPT_ASSIGNEE) |
         BIT(OPT_CLOSED),
     0, 0, NULL, cases_proceed},
    {"case", "ID [--save DIR]",
     "Shows one case: its words, messages, deadlines, history and the steps open to you, each "
     "with\n"
     "a ready command. --save writes the attachments, opened, into DIR.",
     "krading --as somsri case G70-0001", STAFF | BIT(OPT_JSON) | BIT(OPT_SAVE), 1, 1, NULL,
     case_proceed},
    {"do",
     "ID ACTION [--field k=v] [--file k=PATH] [--message TEXT] [--note TEXT] [--to NAME] "
     "[--declare]\n     [--strip-metadata|--keep-metadata]",
     "Takes one step of a case. Choices may be given by id or by their Thai or English words.\n"
     "An empty --message '' sends a draft that asks for no words of your own as it stands.\n"
     "A step that moves the case to another workflow W takes that one's fields as W.k:\n"
     "--field corruption.when=\"มกราคม\" --file corruption.scan=PATH.",
     "krading --as somsri do G70-0001 start_screening", STEP | BIT(OPT_TO) | BIT(OPT_DECLARE), 2, 2,
     NULL, do_proceed},
    {"approve", "ID", "Shows what a colleague proposes in a case, and approves it.",
     "krading --as prasert approve G70-0001", STAFF | BIT(OPT_NOTE) | BIT(OPT_JSON), 1, 1, NULL,
     approve_proceed},
    {"decline", "ID --note TEXT", "Declines what a colleague proposes, with the reason.",
     "krading --as prasert decline G70-0001 --note \"โปรดแนบภาพถ่าย\"",
     STAFF | BIT(OPT_NOTE) | BIT(OPT_JSON), 1, 1, decline_check, decline_proceed},
    {"extend", "ID DEADLINE --by \"7 calendar days\" --message TEXT [--field k=v]",
     "Asks for more time, with an explanation to the complainant.",
     "krading --as nipa extend G70-0001 first_result --by \"7 calendar days\" "
     "--field extend_code=weather --message \"...\"",
     STEP | BIT(OPT_BY), 2, 2, extend_check, extend_proceed},
    {"silence", "ID DEADLINE --note TEXT [--for \"2 working days\"]",
     "Answers the alerts of a deadline that is overdue with a note (\"seen\", \"speed this up\"):\n"
     "the next ones wait for so long, at most as long as the workflow allows. The duty stays\n"
     "overdue, and a step that moves the case on ends the silence.",
     "krading --as prasert silence G70-0001 first_result --note \"เร่งรัดช่างแล้ว\"",
     STAFF | BIT(OPT_NOTE) | BIT(OPT_FOR) | BIT(OPT_JSON), 2, 2, silence_check, silence_proceed},
    {"assign", "ID NAME", "Makes a colleague answerable for the case.",
     "krading --as orathai assign G70-0001 nipa", STAFF | BIT(OPT_NOTE) | BIT(OPT_JSON), 2, 2, NULL,
     assign_proceed},
    {"note", "ID TEXT", "Adds a note for colleagues; the complainant does not see it.",
     "krading --as nipa note G70-0001 \"โทรนัดแล้ว\"", STAFF | BIT(OPT_JSON), 2, 2, NULL,
     note_proceed},
    {"grant", "ID --to NAME --reason TEXT [--class confidential|working] [--expires DAYS]",
     "Passes the keys you hold of a case on to somebody whose role may read it: sealed to them on\n"
     "your machine, signed by you, recorded. --expires: not served after so many days; what was\n"
     "read until then stays read.",
     "krading --as prasit grant C-1234-5678 --to nonglak --reason \"ช่วยตรวจเอกสาร\" --expires 30",
     STAFF | BIT(OPT_TO) | BIT(OPT_REASON) | BIT(OPT_CLASS) | BIT(OPT_EXPIRES) | BIT(OPT_JSON), 1,
     1, grant_check, grant_proceed},
    {"recuse", "ID NAME [--reason TEXT]",
     "Takes a colleague, or yourself, off a case: from then on it is not in their lists and\n"
     "alerts, and they open nothing that is written in it later. What was read stays read.",
     "krading --as nipa recuse G70-0001 nipa", STAFF | BIT(OPT_REASON) | BIT(OPT_JSON), 2, 2, NULL,
     recuse_proceed},
    {"hold", "ID --reason TEXT [--release]",
     "Puts a case on legal hold: nothing of it is destroyed, nor of a case linked with it, until\n"
     "the hold is lifted with --release. For those who oversee the work (ระงับการทำลาย).",
     "krading --as prasert hold G70-0001 --reason \"court order 12/2570\"",
     STAFF | BIT(OPT_REASON) | BIT(OPT_RELEASE) | BIT(OPT_JSON), 1, 1, hold_check, hold_proceed},
    {"purge", "--list | --approve",
     "--list makes the list of closed files whose time is over (บัญชีหนังสือขอทำลาย), for whoever may\n"
     "list, and shows the one that waits to whoever may approve. --approve signs exactly that list;\n"
     "what is on it is then destroyed for good: keys, texts, files, and their traces in the database.",
     "krading --as prasert purge --approve",
     STAFF | BIT(OPT_LIST) | BIT(OPT_APPROVE) | BIT(OPT_JSON), 0, 0, purge_check, purge_proceed},
    {"backup", "FILE [--with-keys FILE] [--expire]",
     "Writes the office into one file, beside a running daemon, and reads it back. Good for 35 days.\n"
     "The office's own keys go into another file (--with-keys), to be kept elsewhere. --expire removes\n"
     "the expired backups of this office beside FILE instead.",
     "krading --data /var/lib/krading backup /media/usb/2026-11-21.krading",
     BIT(OPT_WITH_KEYS) | BIT(OPT_EXPIRE), 1, 1, NULL, backup_proceed},
    {"restore", "FILE DIR [--keys FILE] [--purges FILE] [--expired]",
     "Makes an office of a backup in an empty directory: everything is compared with its manifest,\n"
     "what was destroyed since goes again (by TENANT.purges beside FILE, or --purges), and the result\n"
     "is verified.",
     "krading restore /media/usb/2026-11-21.krading /var/lib/krading --keys keys.krading",
     BIT(OPT_KEYS) | BIT(OPT_PURGES) | BIT(OPT_EXPIRED), 2, 2, NULL, restore_proceed},
    {"reveal", "ID [--reason TEXT [--ground inquiry|law|court|protect|consent]]",
     "Shows who sent a protected report, once two custodians have opened it for you; else how "
     "things\n"
     "stand. --reason asks them: they and colleagues on the case read it; the informant is told "
     "the\nground (inquiry, if not given) when the identity is opened. After 7 days it shuts again.",
     "krading --as wipa reveal C-1234-5678 --reason \"ศาลมีหมายเรียก\" --ground court",
     STAFF | BIT(OPT_REASON) | BIT(OPT_GROUND) | BIT(OPT_JSON), 1, 1, reveal_check,
     reveal_proceed},
    {"custodian list", "", "Lists the requests to open an identity that wait for you.",
     "krading --as sunee custodian list", STAFF | BIT(OPT_JSON), 0, 0, NULL,
     custodian_list_proceed},
    {"custodian request", "ID --save FILE [--for NAME]",
     "Writes a request to FILE, sealed, and shows it: who asks, why, until when. Of the report "
     "itself\na custodian sees nothing. The officer who asked may fetch it --for a custodian, who "
     "opens it\nelsewhere.",
     "krading --as sunee custodian request C-1234-5678 --save sunee.request",
     STAFF | BIT(OPT_SAVE) | BIT(OPT_FOR) | BIT(OPT_JSON), 1, 1, custodian_request_check,
     custodian_request_proceed},
    {"custodian answer", "FILE [--agree | --decline] [--save ANSWER]",
     "Shows the request in FILE, once the office has said that it waits. --agree opens what you hold\n"
     "of the key here and seals it to the one officer who asks; with the second custodian's answer\n"
     "that officer sees the identity. --decline ends the request. --save writes the answer to a file\n"
     "instead of sending it.",
     "krading --as sunee custodian answer sunee.request --agree",
     STAFF | BIT(OPT_AGREE) | BIT(OPT_DECLINE) | BIT(OPT_SAVE) | BIT(OPT_JSON), 1, 1,
     custodian_answer_check, custodian_answer_proceed},
    {"custodian send", "ANSWER",
     "Hands in a custodian's answer from a file, for the custodian or the officer who asked.",
     "krading --as wipa custodian send sunee.answer", STAFF | BIT(OPT_JSON), 1, 1, NULL,
     custodian_send_proceed},
    {"custodian export-key", "--save FILE",
     "Writes your keys to FILE for the custodians' page, which is opened from disk without a network,\n"
     "and prints the passphrase of that file, once.",
     "krading --as sunee custodian export-key --save sunee.key",
     STAFF | BIT(OPT_SAVE) | BIT(OPT_JSON), 0, 0, custodian_key_check, custodian_key_proceed},
    {"overdue", "", "Lists what is late among the cases you may see: by how much, where, whose.",
     "krading --as prasert overdue", STAFF | BIT(OPT_JSON), 0, 0, NULL, overdue_proceed},
    {"alerts", "",
     "Lists what you are told of, newest first: deadlines that near or have passed among the cases\n"
     "you may see, and for custodians the requests to open an identity that wait for them.",
     "krading --as sunee alerts", STAFF | BIT(OPT_JSON), 0, 0, NULL, alerts_proceed},
    {"check", "",
     "Says of each protected channel whether it is open, and if not, whose being accused would leave\n"
     "too few readers or custodians, or that its text is not signed. Exit code 1 if one is closed.",
     "krading --data /var/lib/krading check", BIT(OPT_JSON), 0, 0, NULL, check_proceed},
    {"verify", "[--checkpoint FILE]",
     "Rebuilds every case from its events and compares it, the indexes and the log with what is\n"
     "stored; checks who signed what. --checkpoint also holds the log against older checkpoints,\n"
     "from mails or a witness. Works beside a running daemon.",
     "krading --data /var/lib/krading verify --checkpoint history",
     BIT(OPT_JSON) | BIT(OPT_CHECKPOINT), 0, 0, NULL, verify_proceed},
    {"witness", "DIR",
     "Fetches the log's checkpoint and keeps it in DIR, if it goes on from the one kept there;\n"
     "else says so loudly and keeps both. For another machine, once a day. No sign-in.",
     "krading --server https://office.example witness /var/lib/krading-witness", BIT(OPT_SERVER), 1,
     1, NULL, witness_proceed},
    {"staff add",
     "NAME --position \"TH / EN\" --role R... [--unit U] [--superior NAME] [--outside] "
     "[--unlisted]",
     "Proposes a person: makes keys, a passphrase of six words and a recovery code, prints both "
     "once\n(--sheet FILE: as a letter to print), and enters the person in the draft that\n"
     "krading staff sign puts in force. --outside: a reader or custodian of another office.\n"
     "--unlisted: not offered on public forms.",
     "krading --data /var/lib/krading staff add nipa --position \"นักวิชาการสาธารณสุข / Public health "
     "officer\" --unit health --role unit_officer --superior orathai",
     PEOPLE | BIT(OPT_POSITION) | BIT(OPT_SHEET) | BIT(OPT_JSON), 1, 1, staff_add_check,
     staff_add_proceed},
    {"staff change",
     "NAME [--position \"TH / EN\"] [--role R...] [--unit U] [--superior NAME] [--enable]",
     "Proposes another position, roles, unit or superior; --enable lets somebody disabled in "
     "again.",
     "krading staff change nipa --unit welfare --superior ratree",
     PEOPLE | BIT(OPT_POSITION) | BIT(OPT_ENABLE), 1, 1, NULL, staff_change_proceed},
    {"staff sign", "[NAME.rotation...] [--key FILE [--key FILE]]",
     "Shows in words what the draft changes, signs it with the organisation's key (64 hex digits; "
     "one\nfor everyday changes, both for protected roles and workflows), and puts it in force, "
     "beside a\nrunning daemon too.",
     "krading --data /var/lib/krading staff sign --key /media/usb/org-first.key", BIT(OPT_KEY), 0,
     ARGS_WORDS_MAX, NULL, staff_sign_proceed},
    {"staff disable", "NAME",
     "Ends somebody's sign-in at once, lists the cases assigned to them, and proposes that nothing "
     "is\nsealed to them any more.",
     "krading --data /var/lib/krading staff disable nipa", 0, 1, 1, NULL, staff_disable_proceed},
    {"staff passphrase", "[NAME] [--new-passphrase-file F]",
     "Changes your passphrase; everybody else signed in as you is out. Without a "
     "file\na new one is made; \"-\" asks for it at the terminal.",
     "krading --as nipa staff passphrase",
     STAFF | BIT(OPT_NEW_PASSPHRASE_FILE) | BIT(OPT_SHEET) | BIT(OPT_JSON), 0, 1, NULL,
     staff_passphrase_proceed},
    {"staff recover", "NAME [--code-file F] | NAME --anew",
     "Lets you in with the printed recovery code when the passphrase is lost; gives a new one of "
     "both.\n--anew, for the administrator: both are lost; new keys, and the old cases have to be "
     "passed on again.",
     "krading staff recover nipa",
     STAFF | BIT(OPT_CODE_FILE) | BIT(OPT_NEW_PASSPHRASE_FILE) | BIT(OPT_ANEW) | BIT(OPT_SHEET) |
         BIT(OPT_JSON),
     1, 1, NULL, staff_recover_proceed},
    {"staff rotate", "[FILE] | --reseal",
     "New keys for yourself, with a new passphrase and recovery code: writes FILE (NAME.rotation), which\n"
     "krading staff sign puts in force. --reseal, afterwards: seals the cases you hold to the new "
     "key.",
     "krading --as nipa staff rotate", STAFF | BIT(OPT_RESEAL) | BIT(OPT_SHEET) | BIT(OPT_JSON), 0,
     1, NULL, staff_rotate_proceed},
    {"staff handover", "NAME --to NAME",
     "Passes on the keys of every case that somebody who leaves reads, as far as you hold them too "
     "and\nthe successor may read them, with what is assigned to the leaver; then ends the leaver's "
     "sign-in.",
     "krading --as orathai staff handover nipa --to kanchana", STAFF | BIT(OPT_TO), 1, 1,
     staff_handover_check, staff_handover_proceed},
    {"staff list", "", "Lists the people of the signed directory.",
     "krading --as somsri staff list", STAFF | BIT(OPT_JSON), 0, 0, NULL, staff_list_proceed},
};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void print_help(void)
{
    puts("usage: krading [--data DIR | --server URL] [--as NAME] [--passphrase-file F] COMMAND "
         "...\n");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  krading %s%s%s\n", commands[i].name, *commands[i].usage ? " " : "",
               commands[i].usage);
    puts(
        "\n"
        "--data defaults to $KRADING_DATA, else to the demo office of ./run. The passphrase comes\n"
        "from --passphrase-file, else a prompt; in a demo office from DIR/demo/NAME.pass.\n"
        "Options may also follow the command; --json prints one JSON document.\n"
        "Exit codes: 0 done, 1 refused or failed with the reason on stderr, 2 wrong usage.\n"
        "krading COMMAND --help tells more of one command.");
}

static void print_command_help(const Command *c)
{
    printf("usage: krading %s%s%s%s\n\n%s\n\nexample:\n  %s\n", c->name, *c->usage ? " " : "",
           c->usage, c->options & BIT(OPT_JSON) ? " [--json]" : "", c->about, c->example);
    if (c->options & BIT(OPT_AS))
        puts("\nSigning in: --as NAME, and the passphrase from --passphrase-file, else a prompt; "
             "in a\ndemo office from DIR/demo/NAME.pass.");
}

int main(int argc, char **argv)
{
    const Command *c;
    Args args;

    setlocale(LC_CTYPE, "C.UTF-8");
    int r = args_parse(argc, argv, commands, COMMANDS, &args, &c);
    if (r)
        return r;
    if (args_has(&args, OPT_HELP)) {
        c ? print_command_help(c) : print_help();
        return CLI_DONE;
    }
    r = crypto_start();
    r = r ? r : c->proceed(&args);
    if (r < 0)
        r = cli_refuse("%s: %s", c->name, strerror(-r));
    if (fflush(stdout) || ferror(stdout))
        return cli_refuse("cannot write the answer");
    return r;
}
