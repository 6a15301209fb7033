/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/request.h"

#include "base/err.h"
#include "base/text.h"
#include "daemon/placed.h"
#include "daemon/routes.h"
#include "daemon/server.h"
#include <errno.h>
#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>

static uint8_t method_of(struct evhttp_request *http)
{
    switch (evhttp_request_get_command(http)) {
    case EVHTTP_REQ_GET:
        return METHOD_GET;
    case EVHTTP_REQ_HEAD:
        return METHOD_HEAD;
    case EVHTTP_REQ_POST:
        return METHOD_POST;
    case EVHTTP_REQ_PUT:
    case EVHTTP_REQ_DELETE:
    case EVHTTP_REQ_OPTIONS:
    case EVHTTP_REQ_TRACE:
    case EVHTTP_REQ_CONNECT:
    case EVHTTP_REQ_PATCH:
        break;
    }
    return METHOD_OTHER;
}

static Str header_of(const Request *q, const char *name)
{
    const char *value = evhttp_find_header(evhttp_request_get_input_headers(q->http), name);

    return str_of(value);
}

static bool wants_json(const Request *q)
{
    const char *accept =
        evhttp_find_header(evhttp_request_get_input_headers(q->http), "Accept");

    return str_starts(q->path, STR("/api/")) ||
           (accept && strstr(accept, "application/json") && !strstr(accept, "text/html"));
}

static void read_address(Request *q)
{
    Str query = str_of(evhttp_request_get_uri(q->http));

    q->path = str_cut(&query, '?');
    if (!query.ptr || urlencoded_parse(query, PARAMS_BYTES_MAX, &q->arena, &q->query) != PARAMS_OK)
        q->query = (Params){0};
    q->lang = str_is(params_get(&q->query, "lang"), "en") ? LANG_EN : LANG_TH;
}

static void read_body(Request *q)
{
    struct evbuffer *in = evhttp_request_get_input_buffer(q->http);
    size_t len = evbuffer_get_length(in);
    const unsigned char *ptr = len ? evbuffer_pullup(in, -1) : NULL;

    q->body = ptr ? (Str){(const char *)ptr, len} : (Str){"", 0};
}

Request *request_new(Server *s, struct evhttp_request *http, bool over_unix)
{
    Request *q = calloc(1, sizeof(*q));

    if (!q)
        return NULL;
    *q = (Request){.server = s, .http = http, .over_unix = over_unix, .method = method_of(http)};
    arena_init(&q->arena, REQUEST_ARENA_MAX);
    reply_init(&q->reply);
    read_address(q);
    read_body(q);
    q->json = wants_json(q);
    q->today = moment_day(desk_now(s->desk), desk_office(s->desk)->zone);
    return q;
}

Request *request_free(Request *q)
{
    if (!q)
        return NULL;
    for (size_t i = 0; i < q->n_placed; i++) {
        secret_finish(&q->keys[i]);
        if (q->keep_placed)
            placed_adopt(q->server->files, &q->placed[i]);
        else if (!q->laid_before)
            placed_remove(q->server->files, &q->placed[i]);
    }
    for (size_t i = 0; i < q->n_leaving; i++) {
        if (q->keep_placed)
            placed_remove(q->server->files, &q->leaving[i]);
        else
            placed_adopt(q->server->files, &q->leaving[i]);
    }
    buf_finish(&q->reply.body);
    arena_finish(&q->arena);
    bytes_wipe(q, sizeof(*q));
    free(q);
    return NULL;
}

int request_note_file(Request *q, const Name *place, const Secret *key)
{
    if (!q->placed) {
        Name *placed = arena_many(&q->arena, PLACED_MAX, Name);
        q->keys = arena_many(&q->arena, PLACED_MAX, Secret);
        if (!placed || !q->keys)
            return err_origin(-ENOMEM);
        q->placed = placed;
    }
    if (q->n_placed == PLACED_MAX)
        return err_origin(-E2BIG);
    if (key)
        q->keys[q->n_placed] = *key;
    q->placed[q->n_placed++] = *place;
    return 0;
}

static int parse_form(Request *q, Str type)
{
    Str boundary;
    Str kind = type;
    size_t max = q->route->who == FOR_STAFF ? BUNDLE_FORM_MAX : PARAMS_BYTES_MAX;

    kind = str_trim(str_cut(&kind, ';'));
    if (str_is_nocase(kind, "application/x-www-form-urlencoded") && q->route->body != BODY_NONE)
        return urlencoded_parse(q->body, max, &q->arena, &q->form);
    if (q->route->body == BODY_FILES && multipart_boundary(type, &boundary) == 0)
        return multipart_parse(q->body, boundary, &q->arena, &q->form);
    reply_error(q, 415, "content_type", WORD_TYPE_TITLE, WORD_TYPE);
    return 1;
}

int request_read_form(Request *q)
{
    Str type = header_of(q, "Content-Type");

    if (!type.len && !q->body.len)
        return 0;
    int r = parse_form(q, type);
    if (r <= 0 || q->reply.status)
        return r;
    if (r == PARAMS_TOO_LARGE)
        reply_error(q, 413, "too_large", WORD_TOO_LARGE_TITLE, WORD_TOO_LARGE);
    else if (r == PARAMS_TOO_MANY)
        reply_error(q, 413, "too_many", WORD_TOO_LARGE_TITLE, WORD_TOO_LARGE);
    else
        reply_error(q, 422, "malformed", WORD_MALFORMED_TITLE, WORD_MALFORMED);
    return 1;
}

int request_token(const Request *q, Buf *ret)
{
    struct evkeyvalq *headers = evhttp_request_get_input_headers(q->http);
    Str value = str_of(evhttp_find_header(headers, "Authorization"));
    Str kind = str_cut(&value, ' ');

    return str_is_nocase(kind, "bearer") ? text_get_base64url(str_trim(value), ret) : 1;
}
