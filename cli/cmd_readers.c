/* SPDX-License-Identifier: Apache-2.0 */
/* Who reads a case: grant, recuse. */
#include "cli/remote.h"

#include "base/err.h"
#include "cli/print.h"
#include <errno.h>
#include <stdio.h>

enum { GRANT_DAYS_MAX = 3650 };

typedef struct Passing {
    Session session;
    CaseFile file;
} Passing;
#define PASSING_AUTO __attribute__((cleanup(passing_finish)))

static void passing_finish(Passing *p)
{
    casefile_finish(&p->file);
    session_finish(&p->session);
}

static const struct {
    const char *name;
    uint8_t class;
} classes[] = {{"confidential", CLASS_CONFIDENTIAL}, {"working", CLASS_WORKING}};
enum { CLASS_WORDS = sizeof(classes) / sizeof(classes[0]) };

/* The class asked for, else the fullest that is held. CLASSES: none. */
static uint8_t class_wanted(const Args *args, const CaseFile *f)
{
    for (size_t i = 0; i < CLASS_WORDS; i++) {
        bool held = false;
        if (args_has(args, OPT_CLASS) && str_is(str_of(args->value[OPT_CLASS]), classes[i].name))
            return classes[i].class;
        for (size_t k = 0; f && k < f->held.n; k++)
            held = held || f->held.key[k].class == classes[i].class;
        if (!args_has(args, OPT_CLASS) && held)
            return classes[i].class;
    }
    return CLASSES;
}

static const char *class_word(uint8_t class)
{
    return class == CLASS_WORKING ? "working copy / สำเนาปกปิด" : "confidential / เนื้อหาลับ";
}

static int days_wanted(const Args *args, unsigned long long *ret)
{
    *ret = 0;
    return args_has(args, OPT_EXPIRES) &&
           (str_u64(str_of(args->value[OPT_EXPIRES]), GRANT_DAYS_MAX, ret) || *ret == 0);
}

int grant_check(const Args *args)
{
    unsigned long long days;

    if (!args_has(args, OPT_TO))
        return cli_misuse("grant needs --to NAME: who is to read the case");
    if (str_of(args->value[OPT_REASON]).len == 0)
        return cli_misuse("grant needs --reason TEXT: why; colleagues who read the case see it");
    if (args_has(args, OPT_CLASS) && class_wanted(args, NULL) == CLASSES)
        return cli_misuse("--class is confidential or working");
    if (days_wanted(args, &days))
        return cli_misuse("--expires takes a number of days, 1 to %d", GRANT_DAYS_MAX);
    return 0;
}

static int grant_fits(const Passing *p, const StepAsk *ask)
{
    const Person *to = directory_person(p->session.directory, name_str(&ask->target));
    Bundle nothing = {.seal_id = p->file.seal_id};

    int r = ask_may_read(&p->file, to, ask->grant_class, &nothing);
    if (r)
        return r < 0 ? r
                     : cli_refuse("%s holds no role that may read this (%s), or is taken off the "
                                  "case",
                                  to->name.s, class_word(ask->grant_class));
    for (size_t i = 0; i < p->file.held.n; i++)
        if (p->file.held.key[i].class == ask->grant_class)
            return 0;
    return cli_refuse("you hold no key of this class (%s)", class_word(ask->grant_class));
}

static int told_done(const Args *args, const Answer *a, const char *number, const char *done)
{
    if (args_has(args, OPT_JSON))
        return js_print(json_incref(a->json));
    printf("%s: %s\n", number, done);
    return CLI_DONE;
}

int grant_proceed(const Args *args)
{
    PASSING_AUTO Passing p = {0};
    ANSWER_AUTO Answer a = {0};
    unsigned long long days;
    char done[256];

    TRY(session_begin(args, &p.session));
    TRY(remote_case(&p.session, args->word[0], &p.file, NULL));
    if (!directory_person(p.session.directory, str_of(args->value[OPT_TO])))
        return cli_refuse("the directory knows no \"%s\"", args->value[OPT_TO]);
    StepAsk ask = {.kind = STEP_GRANT,
                   .index = DEF_NONE,
                   .what = STR(""),
                   .note = str_of(args->value[OPT_REASON]),
                   .target = name_of(str_of(args->value[OPT_TO])),
                   .grant_class = class_wanted(args, &p.file)};
    if (ask.grant_class == CLASSES)
        return cli_refuse("you hold no key of this case to pass on");
    (void)days_wanted(args, &days); /* grant_check has seen it */
    if (days)
        ask.grant_expires = day_start(p.file.today + (Day)days + 1, p.session.office->zone);
    TRY(grant_fits(&p, &ask));
    TRY(remote_step(&p.session, &p.file, &ask, &a));
    snprintf(done, sizeof(done), "%s reads it now (%s)", ask.target.s, class_word(ask.grant_class));
    return told_done(args, &a, p.file.number.s, done);
}

/* Oneself, or a colleague. Why one steps aside oneself is nobody's business. */
int recuse_proceed(const Args *args)
{
    PASSING_AUTO Passing p = {0};
    ANSWER_AUTO Answer a = {0};
    char done[256];

    TRY(session_begin(args, &p.session));
    TRY(remote_case(&p.session, args->word[0], &p.file, NULL));
    const Person *off = directory_person(p.session.directory, str_of(args->word[1]));
    if (!off)
        return cli_refuse("the directory knows no \"%s\"", args->word[1]);
    StepAsk ask = {.kind = STEP_RECUSE,
                   .index = DEF_NONE,
                   .what = STR(""),
                   .note = str_of(args->value[OPT_REASON]),
                   .target = off->name};
    TRY(remote_step(&p.session, &p.file, &ask, &a));
    snprintf(done, sizeof(done),
             "%s is off this case and sees nothing more of it; what was read stays read",
             off->name.s);
    return told_done(args, &a, p.file.number.s, done);
}
