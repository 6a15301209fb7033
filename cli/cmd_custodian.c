/* SPDX-License-Identifier: Apache-2.0 */
/* What a custodian does, on their own machine: a request comes as a file, the answer goes out
 * sealed to one officer. Of the case there is its number and the request, nothing else. */
#include "base/err.h"
#include "cli/custody.h"
#include "cli/print.h"
#include <stdio.h>

typedef struct Paper {
    Session session;
    json_t *json; /* the file */
} Paper;
#define PAPER_AUTO __attribute__((cleanup(paper_finish)))

static void paper_finish(Paper *p)
{
    json_decref(p->json);
    session_finish(&p->session);
}

/* ---- what waits ---- */

static void put_line(const json_t *one)
{
    put_shown(stdout, js_str(one, "number"));
    fputs("  ", stdout);
    put_shown(stdout, js_str(one, "officer"));
    fputs("  ", stdout);
    put_shown(stdout, js_str(json_object_get(one, "ground"), "th"));
    fputs("  until ", stdout);
    put_shown(stdout, js_str(one, "until"));
    puts(js_bool(one, "answered") ? "  (answered)" : "");
}

int custodian_list_proceed(const Args *args)
{
    SESSION_AUTO Session s = {0};
    ANSWER_AUTO Answer a = {0};
    const json_t *list, *one;
    size_t i;

    TRY(session_begin(args, &s));
    TRY(client_get(s.client, "/api/custody", &a));
    if (a.status != 200)
        return answer_refused(&a);
    if (args_has(args, OPT_JSON))
        return js_print(json_incref(a.json));
    list = json_object_get(a.json, "requests");
    if (!json_array_size(list))
        puts("no request waits for you / ไม่มีคำขอที่รอท่าน");
    json_array_foreach(list, i, one)
        put_line(one);
    return CLI_DONE;
}

/* ---- the request ---- */

int custodian_request_check(const Args *args)
{
    return args_has(args, OPT_SAVE) ? 0 : cli_misuse("custodian request needs --save FILE");
}

static void tell_next(const char *path)
{
    printf("  to agree:   krading custodian answer %s --agree\n"
           "  to refuse:  krading custodian answer %s --decline\n",
           path, path);
}

/* Whoever carries a request to a custodian cannot read it. */
int custodian_request_proceed(const Args *args)
{
    PAPER_AUTO Paper p = {.json = NULL};
    const char *path = args->value[OPT_SAVE];
    Str whom = str_of(args_has(args, OPT_FOR) ? args->value[OPT_FOR] : "");
    Custody c;

    TRY(session_begin(args, &p.session));
    TRY(custody_fetch(&p.session, args->word[0], whom, &p.json));
    bool own = !whom.len || str_eq(whom, name_str(&p.session.me->name));
    if (own)
        TRY(custody_open(&p.session, p.json, &c));
    TRY(custody_save(p.json, path));
    if (args_has(args, OPT_JSON))
        return js_print(json_incref(p.json));
    if (own) {
        custody_put(&c, stdout);
        tell_next(path);
    } else {
        printf("%s: for ", path);
        put_shown(stdout, js_str(p.json, "custodian"));
        puts(", who alone can read it; bring back the answer with krading custodian send");
    }
    return CLI_DONE;
}

/* ---- the answer ---- */

int custodian_answer_check(const Args *args)
{
    bool agree = args_has(args, OPT_AGREE), decline = args_has(args, OPT_DECLINE);

    if (agree && decline)
        return cli_misuse("--agree or --decline, not both");
    return agree || decline || !args_has(args, OPT_SAVE)
               ? 0
               : cli_misuse("--save writes an answer: say --agree or --decline");
}

static int answer(Paper *p, const Args *args, const Custody *c)
{
    bool agree = args_has(args, OPT_AGREE);
    json_t *answer;

    TRY(custody_answer(&p->session, c, agree, &answer));
    int r = args_has(args, OPT_SAVE) ? custody_save(answer, args->value[OPT_SAVE])
                                     : custody_send(&p->session, answer);
    json_decref(answer);
    if (r)
        return r;
    if (args_has(args, OPT_JSON))
        return js_print(
            json_pack("{s:s, s:b}", "number", js_text(c->file, "number"), "agreed", agree));
    custody_put(c, stdout);
    if (agree)
        printf("  your part is sealed to %s\n", c->officer->name.s);
    else
        puts("  refused: the request ends");
    if (args_has(args, OPT_SAVE))
        printf("  the answer is in %s: have it sent (krading custodian send)\n",
               args->value[OPT_SAVE]);
    return CLI_DONE;
}

int custodian_answer_proceed(const Args *args)
{
    PAPER_AUTO Paper p = {.json = NULL};
    Custody c;

    TRY(custody_read(args->word[0], CUSTODY_REQUEST, &p.json));
    TRY(session_begin(args, &p.session));
    TRY(custody_open(&p.session, p.json, &c));
    TRY(custody_judge(&p.session, &c));
    if (args_has(args, OPT_AGREE) || args_has(args, OPT_DECLINE))
        return answer(&p, args, &c);
    if (args_has(args, OPT_JSON))
        return js_print(json_incref(p.json));
    custody_put(&c, stdout);
    tell_next(args->word[0]);
    return CLI_DONE;
}

int custodian_send_proceed(const Args *args)
{
    PAPER_AUTO Paper p = {.json = NULL};

    TRY(custody_read(args->word[0], CUSTODY_ANSWER, &p.json));
    TRY(session_begin(args, &p.session));
    TRY(custody_send(&p.session, p.json));
    bool agreed = str_is(js_str(p.json, "kind"), "reveal_answer");
    if (args_has(args, OPT_JSON))
        return js_print(
            json_pack("{s:s, s:b}", "number", js_text(p.json, "number"), "agreed", agreed));
    put_shown(stdout, js_str(p.json, "number"));
    fputs(": ", stdout);
    put_shown(stdout, js_str(p.json, "custodian"));
    puts(agreed ? " has agreed" : " has refused; the request has ended");
    return CLI_DONE;
}
