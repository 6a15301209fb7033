/* SPDX-License-Identifier: Apache-2.0 */
/* The sealed identity, on the officer's side: ask for it, see it. */
#include "base/err.h"
#include "cli/print.h"
#include "cli/remote.h"
#include "cli/show.h"
#include "engine/core/reveal.h"
#include <stdio.h>

typedef struct Revealing {
    Session session;
    CaseFile file;
    json_t *json;
} Revealing;
#define REVEALING_AUTO __attribute__((cleanup(revealing_finish)))

static void revealing_finish(Revealing *r)
{
    json_decref(r->json);
    casefile_finish(&r->file);
    session_finish(&r->session);
}

static const char *ground_wanted(const Args *args)
{
    return args_has(args, OPT_GROUND) ? args->value[OPT_GROUND] : "inquiry";
}

int reveal_check(const Args *args)
{
    if (args_has(args, OPT_GROUND) && !args_has(args, OPT_REASON))
        return cli_misuse("--ground goes with --reason TEXT: why the identity is needed");
    if (args_has(args, OPT_REASON) && !str_trim(str_of(args->value[OPT_REASON])).len)
        return cli_misuse("--reason is empty: say why the identity is needed");
    if (ground_of(str_of(ground_wanted(args))) == GROUND_NONE)
        return cli_misuse("--ground is inquiry, law, court, protect or consent");
    return 0;
}

static const Piece *opened_identity(const CaseFile *f)
{
    for (size_t i = 0; i < f->n_pieces; i++)
        if (f->pieces[i].sealed.kind == PART_IDENTITY && f->pieces[i].is_open)
            return &f->pieces[i];
    return NULL;
}

/* ---- how things stand ---- */

static int put_json(const Revealing *r, const json_t *reveal, const Piece *identity)
{
    json_t *out = json_pack("{s:s}", "number", r->file.number.s);

    if (reveal)
        json_object_set_new(out, "reveal", json_deep_copy(reveal));
    json_object_set_new(out, "opened", json_boolean(identity != NULL));
    if (identity)
        json_object_set_new(out, "identity", show_fields_json(&identity->opened));
    return js_print(out);
}

static void put_waiting(const char *number, const json_t *reveal)
{
    char until[DAY_TEXT];

    iso_text(js_text(reveal, "until"), until);
    printf("%s: ", number);
    put_shown(stdout, js_str(reveal, "by"));
    printf(" asked the custodians to open the identity; answers so far: %lld of 2; it ends after ",
           (long long)js_int(reveal, "answers"));
    put_shown(stdout, str_of(until));
    putchar('\n');
}

static void put_standing(const char *number, const json_t *reveal, Str me)
{
    Str state = js_str(reveal, "state");
    bool mine = str_eq(js_str(reveal, "by"), me);

    if (str_is(state, "asked")) {
        put_waiting(number, reveal);
        return;
    }
    if (str_is(state, "opened") && mine)
        printf("%s: two custodians answered, but a half is not the one that was filed, so the "
               "identity stays shut; see who answered (krading case %s), then ask again\n",
               number, number);
    else if (str_is(state, "opened")) {
        printf("%s: the custodians opened the identity for ", number);
        put_shown(stdout, js_str(reveal, "by"));
        puts(" alone");
    } else if (str_is(state, "declined"))
        printf("%s: a custodian refused to open the identity\n", number);
    else if (str_is(state, "ended"))
        printf("%s: the last request to open the identity has ended\n", number);
    else
        printf("%s: the identity is sealed; two custodians can open it\n", number);
    if (mine || !str_is(state, "opened"))
        printf("  to ask: krading reveal %s --reason \"...\"\n", number);
}

static int stand(const Args *args, const Revealing *r)
{
    const json_t *reveal = json_object_get(r->json, "reveal");
    const Piece *identity = opened_identity(&r->file);

    if (!identity && !reveal)
        return cli_refuse("you hold no key to the identity in %s, and no custodian keeps it",
                          r->file.number.s);
    if (args_has(args, OPT_JSON))
        return put_json(r, reveal, identity);
    if (!identity) {
        put_standing(r->file.number.s, reveal, name_str(&r->session.me->name));
        return CLI_DONE;
    }
    printf("%s: who sent it / ผู้แจ้ง\n", r->file.number.s);
    show_identity(&r->file, identity);
    return CLI_DONE;
}

/* ---- asking ---- */

/* The daemon says who guards a half; whom this machine knows to be accused, or no custodian, is
 * never asked. */
static int choose(const Revealing *r, const json_t *reveal, RevealAsk *ret)
{
    const json_t *list = json_object_get(reveal, "custodians"), *one;
    size_t i;

    ret->n = 0;
    json_array_foreach(list, i, one)
    {
        Str name = {json_string_value(one), json_string_length(one)};
        const Person *p = name.ptr ? directory_person(r->session.directory, name) : NULL;
        if (!p || ret->n == REVEAL_HALVES)
            continue;
        int no = ask_may_guard(&r->file, p);
        if (no < 0)
            return err_trace(no);
        if (!no)
            ret->custodian[ret->n++] = p;
    }
    return ret->n >= 2 ? 0
                       : cli_refuse("no pair of custodians is left who could open the identity");
}

static int ask(const Args *args, Revealing *r)
{
    const json_t *reveal = json_object_get(r->json, "reveal");
    ANSWER_AUTO Answer a = {0};
    RevealAsk whom = {.until = r->file.today + REVEAL_DAYS};
    char until[DAY_TEXT];

    if (!reveal)
        return cli_refuse("custodians keep no identity in %s", r->file.number.s);
    TRY(choose(r, reveal, &whom));
    StepAsk step = {.kind = STEP_REVEAL_ASK,
                    .index = DEF_NONE,
                    .what = str_of(ground_wanted(args)),
                    .note = str_of(args->value[OPT_REASON]),
                    .reveal = &whom};
    TRY(remote_step(&r->session, &r->file, &step, &a));
    if (args_has(args, OPT_JSON))
        return js_print(json_incref(a.json));
    day_text(whom.until, until);
    printf("%s: the custodians are asked; two of them have until %s\n", r->file.number.s, until);
    return CLI_DONE;
}

int reveal_proceed(const Args *args)
{
    REVEALING_AUTO Revealing r = {.json = NULL};

    TRY(session_begin(args, &r.session));
    TRY(remote_case(&r.session, args->word[0], &r.file, &r.json));
    return args_has(args, OPT_REASON) ? ask(args, &r) : stand(args, &r);
}
