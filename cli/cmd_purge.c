/* SPDX-License-Identifier: Apache-2.0 */
/* purge: the destruction list, and its approval. */
#include "cli/signin.h"

#include "base/err.h"
#include "base/text.h"
#include "cli/print.h"
#include <errno.h>
#include <stdio.h>
#include <time.h>

enum { WAIT_MS = 100, WAIT_TIMES = 1200 };

int purge_check(const Args *args)
{
    return args_has(args, OPT_LIST) == args_has(args, OPT_APPROVE)
               ? cli_misuse("purge takes one of --list and --approve")
               : 0;
}

static void put_list(FILE *to, Str list)
{
    while (list.len) {
        put_shown(to, str_cut(&list, '\n'));
        fputc('\n', to);
    }
}

static int tell(const Args *args, const Answer *a)
{
    if (args_has(args, OPT_JSON))
        return js_print(json_incref(a->json));
    put_list(stdout, js_str(a->json, "list"));
    printf("%s\n", js_text(a->json, "state"));
    return CLI_DONE;
}

/* Who may make the list makes it; who may approve sees the one that waits. */
static int list(const Args *args, Session *s)
{
    ANSWER_AUTO Answer a = {0};
    ANSWER_AUTO Answer had = {0};

    TRY(client_post(s->client, "/api/purge/list", NULL, 0, false, &a));
    if (a.status == 200)
        return tell(args, &a);
    if (a.status != 403)
        return answer_refused(&a);
    TRY(client_get(s->client, "/api/purge", &had));
    return had.status == 200 ? tell(args, &had) : answer_refused(&had);
}

static int sign(Session *s, Str list, Buf *ret)
{
    Signature signature;

    TRY(keys_sign(&s->keys.sign, "purge", s->tenant, &list, 1, &signature));
    text_put_base64url(ret, signature.b, sizeof(signature.b));
    return ret->err ? err_origin(ret->err) : 0;
}

/* The daemon destroys a portion a turn, then writes the database anew. */
static int wait_settled(Session *s, Answer *ret)
{
    const struct timespec pause = {.tv_nsec = WAIT_MS * 1000000L};

    for (int i = 0; i < WAIT_TIMES; i++) {
        ANSWER_AUTO Answer a = {0};
        TRY(client_get(s->client, "/api/purge", &a));
        if (a.status != 200)
            return answer_refused(&a);
        if (str_is(js_str(a.json, "state"), "settled")) {
            *ret = a;
            a = (Answer){0};
            return 0;
        }
        nanosleep(&pause, NULL);
    }
    return cli_refuse("approved; the destruction goes on in the daemon (see `purge --list`): "
                      "somebody may be reading the database, as a backup does");
}

static int approve(const Args *args, Session *s)
{
    ANSWER_AUTO Answer waits = {0};
    ANSWER_AUTO Answer a = {0};
    ANSWER_AUTO Answer done = {0};
    BUF_AUTO Buf signature = {0};

    TRY(client_get(s->client, "/api/purge", &waits));
    if (waits.status != 200)
        return answer_refused(&waits);
    Str text = js_str(waits.json, "list");
    buf_init(&signature, 256);
    TRY(sign(s, text, &signature));
    TRY(client_post(s->client, "/api/purge/approve",
                    (Pair[]){{"signature", buf_str(&signature)}}, 1, false, &a));
    if (a.status != 200)
        return answer_refused(&a);
    if (!args_has(args, OPT_JSON))
        put_list(stdout, text);
    TRY(wait_settled(s, &done));
    if (args_has(args, OPT_JSON))
        return js_print(json_incref(done.json));
    puts("destroyed; keep this list (ทำลายแล้ว โปรดเก็บบัญชีนี้ไว้)");
    return CLI_DONE;
}

int purge_proceed(const Args *args)
{
    SESSION_AUTO Session s = {0};

    TRY(session_begin(args, &s));
    return args_has(args, OPT_LIST) ? list(args, &s) : approve(args, &s);
}
