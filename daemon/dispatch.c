/* SPDX-License-Identifier: Apache-2.0 */
/* From a whole request to its row in the table, and on to an answer or into the turn. */
#include "daemon/dispatch.h"

#include "daemon/routes.h"
#include "daemon/server.h"
#include <time.h>

static void refuse_path(Request *q, uint8_t allow)
{
    if (!allow) {
        reply_error(q, 404, "unknown", WORD_NOT_FOUND_TITLE, WORD_NOT_FOUND);
        return;
    }
    reply_error(q, 405, "method", WORD_METHOD_TITLE, WORD_METHOD);
    q->reply.allow = allow;
}

/* The person of a session, as long as the directory has the key that signed in. */
static const Person *person_of(Request *q)
{
    BUF_AUTO Buf token = {0};

    buf_init(&token, 64);
    if (request_token(q, &token))
        return NULL;
    const Session *s = session_of(&q->server->sessions, buf_str(&token), time(NULL));
    if (!s)
        return NULL;
    const Person *p = directory_person(desk_directory(q->server->desk), name_str(&s->person));
    bool same = p && bytes_equal(p->sign.b, s->key.b, sizeof(s->key.b));
    return same && !p->disabled ? p : NULL;
}

static bool is_let_in(Request *q)
{
    if (q->route->who == FOR_LOCAL && !q->over_unix) {
        refuse_path(q, 0);
        return false;
    }
    if (q->route->who != FOR_STAFF)
        return true;
    q->who.person = person_of(q);
    if (q->who.person)
        return true;
    reply_api_error(q, 401, "sign_in", "sign in first", NULL);
    return false;
}

static void judge(Request *q)
{
    uint8_t allow;

    q->route = routes_find(q->method, q->path, q->open, &allow);
    if (!q->route) {
        refuse_path(q, allow);
        return;
    }
    if (!is_let_in(q))
        return;
    int r = q->method == METHOD_POST ? request_read_form(q) : 0;
    if (!r)
        r = q->route->handle(q);
    if (r < 0) {
        q->run = NULL;
        reply_desk(q, r);
    }
}

static void dispatch(struct evhttp_request *http, Server *s, bool over_unix)
{
    Request *q = request_new(s, http, over_unix);

    if (!q) {
        evhttp_send_error(http, 503, NULL);
        return;
    }
    judge(q);
    if (q->run)
        turn_add(&s->turn, q);
    else
        request_send(q);
}

void dispatch_tcp(struct evhttp_request *http, void *arg)
{
    dispatch(http, arg, false);
}

void dispatch_unix(struct evhttp_request *http, void *arg)
{
    dispatch(http, arg, true);
}
