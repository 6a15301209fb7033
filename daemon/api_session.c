/* SPDX-License-Identifier: Apache-2.0 */
/* Signing in: the passphrase never leaves the client; the answers for unknown names and wrong
 * passphrases are alike. */
#include "base/err.h"
#include "base/text.h"
#include "crypto/login.h"
#include "daemon/api.h"
#include "daemon/host.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { AUTH_LEN = SECRET_LEN, SIGNATURE_LEN = 64 };

static Str host_of(const Request *q)
{
    return str_of(evhttp_find_header(evhttp_request_get_input_headers(q->http), "Host"));
}

/* Asked before anything else, and of the connection alone: it tells nothing about a name. */
static bool is_own_host(Request *q)
{
    const Server *s = q->server;

    if (host_is_own(host_of(q), s->host, s->n_host))
        return true;
    reply_api_error(q, 421, "host", "nobody signs in under this address; see kradingd --host",
                    NULL);
    return false;
}

int api_challenge(Request *q)
{
    Str name = params_get(&q->form, "name");
    Challenge c;

    if (!is_own_host(q))
        return 0;
    if (!name.len || name.len > DEF_NAME_MAX) {
        reply_api_error(q, 422, "missing", "a name is needed", "name");
        return 0;
    }
    challenge_new(&q->server->sessions.challenges, name, time(NULL), &c);
    Json j = reply_json(q, 200);
    json_open(&j, NULL);
    json_bytes(&j, "challenge", c.bytes, sizeof(c.bytes));
    json_int(&j, "expires", c.expires);
    json_str(&j, "tenant", desk_office(q->server->desk)->tenant);
    json_close(&j);
    return 0;
}

static int refuse(Request *q)
{
    desk_count_wrong_sign_in(q->server->desk);
    reply_api_error(q, 403, "sign_in", "name or passphrase is wrong", NULL);
    return 0;
}

/* Bytes of a base64url input of exactly this length. */
static bool read_bytes(Request *q, const char *name, uint8_t *ret, size_t len)
{
    BUF_AUTO Buf bytes = {0};

    buf_init(&bytes, len);
    if (text_get_base64url(params_get(&q->form, name), &bytes) || bytes.len != len)
        return false;
    memcpy(ret, bytes.ptr, len);
    return true;
}

static const Person *person_named(Request *q, Str name)
{
    const Person *p = directory_person(desk_directory(q->server->desk), name);

    return p && !p->disabled ? p : NULL;
}

/* What the server keeps of the person; the same work for names it does not know. Nobody's index is
 * zero: that is of those who have no recovery code. */
static bool auth_matches(Request *q, Str name, const Secret *auth, bool recovery, StaffRecord *ret)
{
    const DeskKeys *keys = desk_keys(q->server->desk);
    Hash index = login_index(&keys->pepper, auth);
    StaffRecord record = {.disabled = true};
    Txn *t;

    if (store_read(desk_store(q->server->desk), &t))
        return false;
    int r = desk_staff(q->server->desk, t, name, &q->arena, &record);
    store_end(t);
    const Bytes32 *kept = recovery ? &record.recovery_index : &record.auth_index;
    bool same = bytes_equal(kept->b, index.b, sizeof(index.b));
    *ret = record;
    return r == DESK_OK && same && !record.disabled && person_named(q, name);
}

/* For known names and others. The right key is never too soon: whoever sends wrong ones for a name
 * would keep its owner out. Guessing is not what this holds up: a passphrase has 60 bits at least,
 * and each try costs whoever makes it the stretching. */
static int refuse_wrong(Request *q, Str name)
{
    Challenges *all = &q->server->sessions.challenges;

    if (challenge_may_try(all, name, time(NULL))) {
        challenge_wrong(all, name, time(NULL));
        return refuse(q);
    }
    reply_api_error(q, 429, "too_soon", "one attempt a second for each name", NULL);
    q->reply.retry_after = ATTEMPT_SECONDS;
    return 0;
}

/* First answer: the auth key of the passphrase, or of the recovery code, against the secret that it
 * unwraps and the share. */
static int answer_auth(Request *q, Str name, const Challenge *c)
{
    uint8_t bytes[AUTH_LEN];
    SECRET_AUTO Secret auth = {NULL};
    SECRET_AUTO Secret share = {NULL};
    StaffRecord record;

    bool recovery = params_has(&q->form, "recovery");
    if (!read_bytes(q, recovery ? "recovery" : "auth", bytes, sizeof(bytes)))
        return refuse(q);
    int r = secret_new_copy(&auth, bytes);
    bytes_wipe(bytes, sizeof(bytes));
    if (r)
        return r;
    if (!auth_matches(q, name, &auth, recovery, &record))
        return refuse_wrong(q, name);
    if (!challenge_prove(&q->server->sessions.challenges, c, name, time(NULL)))
        return refuse(q);
    TRY(desk_share(q->server->desk, name, &share));
    Json j = reply_json(q, 200);
    json_open(&j, NULL);
    Str wrapped = recovery ? record.recovery_wrapped : record.wrapped;
    json_bytes(&j, "wrapped", wrapped.ptr, wrapped.len);
    json_bytes(&j, "share", share.b, SECRET_LEN);
    json_bytes(&j, "former", record.former.ptr, record.former.len);
    json_int(&j, "changed", record.changed);
    json_close(&j);
    return 0;
}

/* Second answer: the signature binds challenge (as text), origin and expiry. */
static int answer_signature(Request *q, Str name, const Challenge *c)
{
    const Person *p = person_named(q, name);
    uint8_t token[TOKEN_LEN];
    Signature sig;
    char expires[24];

    snprintf(expires, sizeof(expires), "%lld", (long long)c->expires);
    Str parts[] = {params_get(&q->form, "challenge"), host_of(q), str_of(expires)};
    if (!challenge_use(&q->server->sessions.challenges, c, name) || !p ||
        !read_bytes(q, "signature", sig.b, sizeof(sig.b)) ||
        !keys_verify(&p->sign, "session", desk_office(q->server->desk)->tenant, parts, 3, &sig))
        return refuse(q);
    int64_t until = session_begin(&q->server->sessions, &p->name, &p->sign, time(NULL), token);
    Json j = reply_json(q, 200);
    json_open(&j, NULL);
    json_bytes(&j, "token", token, sizeof(token));
    json_int(&j, "expires", until);
    json_day(&j, "today", q->today);
    json_close(&j);
    bytes_wipe(token, sizeof(token));
    return 0;
}

int api_answer(Request *q)
{
    Str name = params_get(&q->form, "name");
    uint8_t bytes[CHALLENGE_LEN];
    Challenge c;

    if (!is_own_host(q))
        return 0;
    if (!read_bytes(q, "challenge", bytes, sizeof(bytes)) ||
        !challenge_holds(&q->server->sessions.challenges, bytes, name, time(NULL), &c))
        return refuse(q);
    return params_has(&q->form, "signature") ? answer_signature(q, name, &c)
                                             : answer_auth(q, name, &c);
}

int api_end(Request *q)
{
    BUF_AUTO Buf token = {0};

    buf_init(&token, 64);
    if (!request_token(q, &token))
        session_end(&q->server->sessions, buf_str(&token));
    Json j = reply_json(q, 200);
    json_open(&j, NULL);
    json_close(&j);
    return 0;
}
