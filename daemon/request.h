/* SPDX-License-Identifier: Apache-2.0 */
/* One request from its first byte to its answer. Everything it holds lies in its arena (bodies in
 * evhttp's buffer), and all of it is wiped with it. */
#pragma once

#include "base/json.h"
#include "daemon/params.h"
#include "daemon/path.h"
#include "daemon/words.h"
#include "engine/desk/desk.h"
#include <event2/http.h>

typedef struct Server Server;
typedef struct Request Request;
typedef struct Route Route;

enum {
    REQUEST_ARENA_MAX = 96 << 20,
    REPLY_USUAL = 8 << 10, /* nearly every page, in one piece */
    REPLY_MAX = 40 << 20, /* a case with everything sealed in it */
    PLACED_MAX = UPLOADS_MAX,
};

typedef struct Reply {
    int status;
    const char *type;
    Buf body;
    unsigned retry_after; /* seconds; 0: none */
    const char *location; /* redirect; NULL: none */
    uint8_t allow;        /* METHOD_ bits of a 405 */
} Reply;

struct Request {
    Server *server;
    struct evhttp_request *http;
    const Route *route;
    Arena arena;
    uint8_t method, lang;
    bool json;      /* the answer is wanted as JSON */
    bool over_unix; /* came over the unix socket */
    Str path, body;
    Str open[PATH_OPEN_MAX]; /* what the pattern left open */
    Params query, form;
    Who who; /* of staff routes */
    Day today;
    Reply reply;
    /* A writing request: called in the turn, perhaps more than once, each time with an empty
     * reply. DESK_OK: what it wrote stays. Every other answer drops it; run has filled the reply.
     * DESK_RETRY, _FULL, _IO and negative values are the turn's business, with no reply. */
    int (*run)(Request *q, Txn *t);
    void *job;
    /* Sealed files written for this request: they go unless the turn that names them is kept. */
    Name *placed;
    Secret *keys; /* theirs, in the same order; a file that came sealed has none */
    size_t n_placed;
    bool keep_placed;
    bool as_sent; /* a file among those to be cleaned is no picture: it is kept as it is */
    Name *leaving; /* files of a case that goes with this request, once the turn is kept */
    size_t n_leaving;
    bool laid_before; /* staff laid them down earlier: they outlive a refused step */
    Request *next;
};

/* NULL without memory. */
Request *request_new(Server *s, struct evhttp_request *http, bool over_unix);
Request *request_free(Request *q);
/* Reads the body by its content type. 0; 1: the reply says what is wrong; negative. */
int request_read_form(Request *q);

/* The token of Authorization: Bearer, appended. 0; 1: there is none. */
int request_token(const Request *q, Buf *ret);

/* Notes a file written for this request; owns the key (NULL: none). 0, -ENOMEM, -E2BIG. */
int request_note_file(Request *q, const Name *place, const Secret *key);

/* ---- answers (reply.c) ---- */
void reply_init(Reply *r);
void reply_reset(Reply *r);
/* The whole answer goes out, and the request is freed. */
void request_send(Request *q);
/* Title and text as a page in the reader's language, or as an error in JSON with `code`. */
void reply_error(Request *q, int status, const char *code, Word title, Word text);
/* JSON whatever was asked for; message in English, field may be NULL. */
void reply_api_error(Request *q, int status, const char *code, const char *message,
                     const char *field);
/* The beginning of a JSON answer of this status. */
Json reply_json(Request *q, int status);
/* An answer of the desk that no handler treats apart: full disk, broken record, and so on. */
void reply_desk(Request *q, int answer);
/* A page of both languages with all headers, for connections that are refused before there is a
 * request. Appends. */
void reply_raw(Buf *out, int status, unsigned retry_after, Word title, Word text);
