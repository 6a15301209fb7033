/* SPDX-License-Identifier: Apache-2.0 */
/* Going through all cases one holds: to seal them to one's new key, or to pass them on to whoever
 * comes after a colleague. */
#include "cli/remote.h"
#include "cli/roll.h"

#include "base/err.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void json_drop(json_t **o)
{
    json_decref(*o);
}
#define JSON_AUTO __attribute__((cleanup(json_drop)))

/* What is done to each case; counts for the summary. */
typedef struct Round {
    Session *s;
    const Args *args;
    const Person *from, *to;
    unsigned passed, assigned, left;
} Round;
typedef int (*RoundStep)(Round *r, CaseFile *f, const json_t *o);

static int each_case(Round *r, const char *number, RoundStep step)
{
    CASE_FILE_AUTO CaseFile f = {.arena = NULL};
    JSON_AUTO json_t *o = NULL;

    TRY(remote_case(r->s, number, &f, &o));
    return step(r, &f, o);
}

/* Open and closed ones alike. */
static int all_cases(Round *r, RoundStep step)
{
    JSON_AUTO json_t *list = json_array();
    Args all = {.n_words = 0};
    const json_t *one;
    size_t i;

    all.value[OPT_CLOSED] = "";
    TRY(remote_cases(&all, r->s, list));
    json_array_foreach(list, i, one)
    {
        int n = each_case(r, js_text(one, "number"), step);
        if (n < 0)
            return n;
        r->left += n > 0; /* told; the others go on */
    }
    return 0;
}

/* One class of a case to one person, as `krading grant` does it; the case has moved on since. */
static int pass_on(Round *r, const Name *number, const Person *to, uint8_t class, const char *why)
{
    CASE_FILE_AUTO CaseFile f = {.arena = NULL};
    ANSWER_AUTO Answer a = {0};
    StepAsk ask = {.kind = STEP_GRANT,
                   .index = DEF_NONE,
                   .what = STR(""),
                   .note = str_of(why),
                   .target = to->name,
                   .grant_class = class};

    TRY(remote_case(r->s, number->s, &f, NULL));
    Bundle nothing = {.seal_id = f.seal_id};
    int n = ask_may_read(&f, to, class, &nothing);
    if (n)
        return n < 0 ? n
                     : cli_refuse("%s: %s may not read it (class %u)", number->s, to->name.s,
                                  (unsigned)class);
    n = remote_step(r->s, &f, &ask, &a);
    if (n > 0)
        fprintf(stderr, "  (%s)\n", number->s);
    r->passed += n == 0;
    return n;
}

/* ---- after a rotation ---- */

static int reseal_case(Round *r, CaseFile *f, const json_t *o)
{
    (void)o;
    for (uint8_t class = 0; class < CLASSES; class ++)
        if (casefile_is_earlier(f, class))
            TRY(pass_on(r, &f->number, r->s->me, class, "กุญแจใหม่ / new keys"));
    return 0;
}

int staff_reseal(Session *s)
{
    Round r = {.s = s};

    TRY(all_cases(&r, reseal_case));
    printf("%u keys sealed to your new key; %u cases left to the old one.\n", r.passed, r.left);
    return r.left ? CLI_REFUSED : 0;
}

/* ---- after a colleague ---- */

int staff_handover_check(const Args *args)
{
    if (!args_has(args, OPT_TO) || strcmp(args->word[0], args->value[OPT_TO]) == 0)
        return cli_misuse("usage: krading staff handover NAME --to NAME");
    return 0;
}

static bool reads(const json_t *o, const Name *who, uint8_t class)
{
    const json_t *list = json_object_get(o, "readers"), *one;
    size_t i;

    json_array_foreach(list, i, one)
    {
        if (name_is(who, js_str(one, "name")) && js_int(one, "class") == class)
            return true;
    }
    return false;
}

static bool holds(const CaseFile *f, uint8_t class)
{
    for (size_t i = 0; i < f->held.n; i++)
        if (f->held.key[i].class == class)
            return true;
    return false;
}

static int reassign(Round *r, const char *number)
{
    CASE_FILE_AUTO CaseFile f = {.arena = NULL};
    ANSWER_AUTO Answer a = {0};
    StepAsk ask = {.kind = STEP_ASSIGN, .index = DEF_NONE, .what = STR(""), .target = r->to->name};

    TRY(remote_case(r->s, number, &f, NULL));
    TRY(remote_step(r->s, &f, &ask, &a));
    r->assigned++;
    return 0;
}

static int hand_over_case(Round *r, CaseFile *f, const json_t *o)
{
    Name number = f->number;

    for (uint8_t class = 0; class < CLASSES; class ++) {
        if (reads(o, &r->from->name, class) && !reads(o, &r->to->name, class) && holds(f, class))
            TRY(pass_on(r, &f->number, r->to, class, "ส่งมอบงาน / handover"));
    }
    if (name_is(&r->from->name, js_str(o, "assignee")) && !js_bool(o, "final"))
        return reassign(r, number.s);
    return 0;
}

/* At the office's own machine the leaver's sign-in ends at once. */
static int end_sign_in(const Session *s, const Args *args)
{
    const char *dir = client_data_dir(s->client);
    char *key = dir ? cli_path(dir, "keys/share") : NULL;
    bool here = key && access(key, R_OK) == 0;

    free(key);
    if (here)
        return staff_disable_proceed(args);
    printf("Next, at the office's machine: krading staff disable %s\n", args->word[0]);
    return 0;
}

int staff_handover_proceed(const Args *args)
{
    SESSION_AUTO Session s = {0};

    TRY(session_begin(args, &s));
    Round r = {.s = &s,
               .args = args,
               .from = directory_person(s.directory, str_of(args->word[0])),
               .to = directory_person(s.directory, str_of(args->value[OPT_TO]))};
    if (!r.from || !r.to || r.to->disabled)
        return cli_refuse("the directory knows no \"%s\"",
                          r.from ? args->value[OPT_TO] : args->word[0]);
    TRY(all_cases(&r, hand_over_case));
    printf("%u keys passed on, %u cases assigned to %s; %u cases could not be handed over whole.\n",
           r.passed, r.assigned, r.to->name.s, r.left);
    if (r.left)
        return cli_refuse("%s still has what was left; nothing else has changed", r.from->name.s);
    return end_sign_in(&s, args);
}
